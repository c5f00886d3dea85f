"""Unanswered questions that ask the same: by what their words mean, and where they mean nothing, by the words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from bot.ports import Gap
from bot.question import Question
from bot.veil import HIDDEN
from indexer.swedish import stem
from knowledge.model import Kind

if TYPE_CHECKING:
    from bot.service import Serving

ALIKE = 0.6
"""The share of all content of two questions that both must have."""
NEAREST = 3
OPEN = frozenset({Kind.UNKNOWN, Kind.CLARIFY})
NOT_ASKED = frozenset({"municipality", "neutral", "form", "first", "aspect"})
"""Roles that tell where, how or which side is asked, not about what."""


@dataclass(frozen=True, slots=True)
class Near:
    """A fact that an unanswered question comes near, and what it says."""

    id: str
    title: str
    says: str


@dataclass(frozen=True, slots=True)
class GapGroup:
    """Questions that ask the same, the most asked first. `id` is that of the first; times are UTC.

    `concepts` are what they mean that is known, `strange` the words that nothing explains.
    """

    id: str
    gaps: tuple[Gap, ...]
    concepts: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    nearest: tuple[Near, ...] = ()

    @property
    def question(self) -> str:
        """The question as it was most often written."""
        return self.gaps[0].question

    @property
    def count(self) -> int:
        """How often any of them was asked."""
        return sum(gap.count for gap in self.gaps)

    @property
    def at(self) -> datetime:
        """When one of them was last asked."""
        return max(gap.at for gap in self.gaps)

    @property
    def municipalities(self) -> tuple[str, ...]:
        """From where they were asked, each once."""
        return tuple(dict.fromkeys(gap.municipality for gap in self.gaps if gap.municipality))

    @property
    def settled(self) -> str | None:
        """What an editor has made of one of them, which was asked again since."""
        return next((gap.settled for gap in self.gaps if gap.settled), None)


def ungrouped(gaps: Iterable[Gap]) -> list[GapGroup]:
    """Return each gap alone: where there is nothing to read them with."""
    return [GapGroup(gap.id, (gap,)) for gap in gaps]


def grouped(gaps: Iterable[Gap], serving: Serving, on: date) -> list[GapGroup]:
    """Return what is still unanswered on a day, in groups, the most asked first.

    A question that has an answer by now, or is to have none by a case of the region, is left out; one with a
    hidden word cannot be asked again, and stays.
    """
    refused = _refused(serving)
    groups: list[tuple[frozenset[str], list[Gap], Question]] = []
    for gap in gaps:
        if gap.question in refused or not _is_open(gap, serving, on):
            continue
        read = serving.mind.read(gap.question.replace(HIDDEN, " "))
        content = frozenset(_content(read))
        own = next((group for group in groups if _is_alike(content, group[0])), None)
        if own is None:
            groups.append((content, [gap], read))
        else:
            own[1].append(gap)
    found = [_group(members, read, serving) for _, members, read in groups]
    return sorted(found, key=lambda group: (-group.count, -group.at.timestamp(), group.question))


def _refused(serving: Serving) -> set[str]:
    cases = serving.served.knowledge.cases.values()
    return {case.turns[-1] for case in cases if case.expect.get("kind") == Kind.UNKNOWN}


def _is_open(gap: Gap, serving: Serving, on: date) -> bool:
    if HIDDEN in gap.question:
        return True
    from bot.service import answer_turns  # it holds the upkeep, which holds this

    return answer_turns(serving, [gap.question], gap.municipality, on)[-1].kind in OPEN


def _content(read: Question) -> Iterator[str]:
    """Yield what a question is about: concepts, and the stems of words that mean nothing."""
    for word in read.content_words:
        if word.span.known:
            meant = zip(word.span.parts, word.roles, strict=False)
            yield from (f"#{one}" for part, roles in meant if not NOT_ASKED & set(roles) for one in part[:1])
        else:
            yield stem(word.span.surface.casefold())


def _is_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    if not one or not other:
        return False
    return len(one & other) / len(one | other) >= ALIKE


def _group(members: Sequence[Gap], read: Question, serving: Serving) -> GapGroup:
    strange = dict.fromkeys(word.span.surface for word in read.content_words if not word.span.known)
    first = members[0]
    return GapGroup(first.id, tuple(members), read.concepts, tuple(strange), tuple(nearest(first.question, serving)))


def nearest(question: str, serving: Serving) -> list[Near]:
    """Return the facts whose words a question comes nearest, the best first."""
    hits = serving.served.searcher.search(question.replace(HIDDEN, " "), limit=NEAREST)
    passages = [serving.served.passages[hit.id] for hit in hits if hit.id in serving.served.passages]
    return [Near(passage.id, passage.title, passage.text.partition("\n")[0]) for passage in passages]
