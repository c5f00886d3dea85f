"""A reading: one way to understand a question, and how much of the question it explains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.question import ANCHORS, Question, Word
from indexer.swedish import stem
from knowledge.model import Kind

# A word that only stands in the fact's own text is weaker evidence than one that names its subject.
VOCABULARY_SHARE = 0.85
MIN_COVERAGE = 0.66
MAX_LEFT = 1.45
"""Most unexplained weight that a reading may leave at `MIN_COVERAGE`; a noun in the question itself weighs 2."""
RICH, MAX_LEFT_RICH = 4.5, 1.55
"""Weight from which so much is explained that one side of it may be left over."""
CERTAINTY = MIN_COVERAGE
"""Certainty from which a question is answered, 0–1, unless the setting says otherwise."""
STORY_CAP = 0.6
FREE_ROLES = frozenset({"neutral", "form", "danger", "time"})


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a question.

    `intent` names the rule that made it; `slots` hold what the answer needs (ids by name).
    `explains` and `explains_roles` say which concepts it accounts for, `vocabulary` and `stems`
    which it accounts for more weakly. `score` is what it explains less what it leaves.
    """

    intent: str
    kind: Kind
    slots: Mapping[str, Any] = field(default_factory=dict)
    explains: frozenset[str] = frozenset()
    explains_roles: frozenset[str] = frozenset()
    vocabulary: frozenset[str] = frozenset()
    stems: frozenset[str] = frozenset()
    bonus: float = 0.0
    score: float = 0.0
    explained: float = 0.0
    left: float = 0.0
    unexplained: tuple[str, ...] = ()

    @property
    def coverage(self) -> float:
        """Share of the question's weight that is explained, 0–1."""
        total = self.explained + self.left
        return self.explained / total if total else 0.0

    @property
    def certainty(self) -> float:
        """How surely the question is understood, 0–1: the lower of its coverage and what its unexplained words allow.

        A long question may be well covered and still have one word that turns it round.
        """
        return min(self.coverage, certainty_left(self.left, MAX_LEFT_RICH if self.explained >= RICH else MAX_LEFT))


def certainty_left(left: float, most: float = MAX_LEFT) -> float:
    """Return how sure a reading can be that leaves so much weight unexplained: 1 for none, 0 or less for much.

    The scale is such that `most` is as sure as `MIN_COVERAGE`.
    """
    # Written so that both ends come out exactly in binary.
    return MIN_COVERAGE + (1 - MIN_COVERAGE) * (1 - left / most)


def weigh(reading: Reading, question: Question) -> Reading:
    """Return the reading with its score: what it explains of the question, and what it leaves."""
    explained = left = told = 0.0
    unexplained: list[str] = []
    anchored = named = False
    for word in question.words:
        if not word.content:
            continue
        share = _share(reading, word)
        explained += word.weight * share
        if word.asks or word.turns:
            left += word.weight * (1 - share)
        else:
            told += word.weight * (1 - share)
        anchored = anchored or (
            word.asks and share == 1.0 and bool(ANCHORS & {role for part in word.roles for role in part})
        )
        named = named or (not word.asks and share == 1.0 and bool(ANCHORS & {r for part in word.roles for r in part}))
        if share < 0.5:
            unexplained.append(word.span.surface)
    # Where the question itself names its subject, the story around it may be about anything.
    anchored = anchored or (named and question.refers_back)  # "där ligger RÖK missbruk … är det den som gäller?"
    left += min(told, STORY_CAP) if anchored else told
    return replace(
        reading,
        score=explained - 1.5 * left + reading.bonus,
        explained=explained,
        left=left,
        unexplained=tuple(unexplained),
    )


def _share(reading: Reading, word: Word) -> float:
    if not word.span.known:
        return VOCABULARY_SHARE if stem(word.span.surface.lower()) in reading.stems else 0.0
    total = explained = 0.0
    for part, roles, weight in zip(word.span.parts, word.roles, word.part_weights, strict=True):
        if not all(role in FREE_ROLES for role in roles):
            total += weight
            explained += weight * _part_share(reading, part, roles)
    return explained / total if total else 1.0


def _part_share(reading: Reading, part: tuple[str, ...], roles: tuple[str, ...]) -> float:
    if any(concept in reading.explains for concept in part) or any(role in reading.explains_roles for role in roles):
        return 1.0
    if "outside" in roles:
        return 0.0  # a word of a foreign subject is none of ours, though a text may happen to have it
    return VOCABULARY_SHARE if any(concept in reading.vocabulary for concept in part) else 0.0
