"""Question → the passage of an imported document that says it, where nothing reviewed fits.

Nobody has read these texts for a question, so the rule is stricter than for anything else: every
content word of the question must stand in one passage, close together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.question import ANCHORS, Question, Word
from indexer.lexicon import Lexicon
from indexer.passages import Passage, concepts_in
from indexer.swedish import Token, normalise, stem, tokenize
from knowledge.model import Kind

NEAR = 2
"""Sentences in a row in which all words must stand, the heading aside."""
RARE = 3
"""Passages in which a word may stand for a question of that word alone."""
LEAST_LETTERS = 5
"""Letters of a word that may be a question alone."""
MOST = 5
"""Passages that are proposed for one question."""
KEPT = 256
"""Passages whose sentences are kept, the last asked for."""
LITERAL = frozenset({"outside", "place", "group", "substance", "municipality"})
"""Roles whose concepts gather many things ("hyra" and "hiss"): the very word must stand there."""
_NO_SUBJECT = frozenset({"aspect", "form", "refusal", "time", "danger", "neutral", "municipality", "actor", "unit"})


@dataclass(frozen=True, slots=True)
class _Said:
    """What a stretch of text says: the concepts that it names, and the stems of its words."""

    concepts: frozenset[str]
    stems: frozenset[str]

    def says(self, word: Word) -> bool:
        """Return whether a word of a question stands here, itself or by what it means."""
        if stems_of(word) <= self.stems:
            return True
        if not word.span.known or word.span.how == "typo":
            return False
        if any(LITERAL.intersection(roles) for roles in word.roles):
            return False
        return all(self.concepts.intersection(part) for part in word.span.parts)


class Quotes:
    """The passages of imported documents that users may see, ready to be searched. Thread-safe."""

    def __init__(self, passages: Iterable[Passage] = (), lexicon: Lexicon | None = None) -> None:
        """Take the imported passages among some passages."""
        self._passages = {passage.id: passage for passage in passages if passage.kind is Kind.PASSAGE}
        self._order = {id_: place for place, id_ in enumerate(self._passages)}
        self._lexicon = lexicon
        self._read = lru_cache(maxsize=KEPT)(self._sentences)
        places: dict[str, set[str]] = defaultdict(set)
        for passage in self._passages.values():
            for term in (*passage.stems, *(f"#{concept}" for concept in passage.concepts)):
                places[term].add(passage.id)
        self._places = {term: frozenset(ids) for term, ids in places.items()}

    def find(self, question: Question) -> tuple[str, ...]:
        """Return the ids of the passages that account for every content word of a question, the closest first.

        Empty where the question names no subject, or a single word that is not rare among the passages.
        """
        words = question.content_words
        if not self._passages or not words or not self._is_enough(words):
            return ()
        ids = frozenset.intersection(*(self._having(word) for word in words))
        near = [(self._distance(self._passages[id_], words), id_) for id_ in ids]
        found = sorted((distance, self._order[id_], id_) for distance, id_ in near if distance is not None)
        return tuple(id_ for _, _, id_ in found[:MOST])

    def _is_enough(self, words: Sequence[Word]) -> bool:
        subjects = [word for word in words if _is_subject(word)]
        if not subjects or len(words) > 1:
            return bool(subjects)
        (word,) = subjects
        return len(word.span.surface) >= LEAST_LETTERS and 0 < len(self._having(word)) <= RARE

    def _having(self, word: Word) -> frozenset[str]:
        """Return the passages that say a word anywhere."""
        by_stem = frozenset.intersection(*(self._places.get(one, frozenset()) for one in stems_of(word)))
        if not word.span.known:
            return by_stem
        by_part = (
            frozenset().union(*(self._places.get(f"#{concept}", frozenset()) for concept in part))
            for part in word.span.parts
        )
        return by_stem | frozenset.intersection(*by_part)

    def _distance(self, passage: Passage, words: Sequence[Word]) -> int | None:
        """Return in how many sentences in a row all words stand; null where they stand too far apart."""
        given = self._given(passage)
        sentences = self._read(passage.text)
        for size in range(1, NEAR + 1):
            for first in range(max(len(sentences) - size + 1, 1)):
                here = _together(sentences[first : first + size])
                if any(here.says(word) for word in words) and all(
                    _together((given, here)).says(word) for word in words
                ):
                    return size
        return None

    def _given(self, passage: Passage) -> _Said:
        """Return what holds for a whole passage: its heading, and what its document is about."""
        heading = self._said(tokenize(normalise(passage.title)))
        return _together((heading, _Said(frozenset(passage.about), frozenset())))

    def _sentences(self, text: str) -> tuple[_Said, ...]:
        tokens = tokenize(normalise(text))
        numbers = dict.fromkeys(token.sentence for token in tokens)
        return tuple(self._said([token for token in tokens if token.sentence == number]) for number in numbers)

    def _said(self, tokens: Sequence[Token]) -> _Said:
        concepts = frozenset(concepts_in([tokens], self._lexicon) if self._lexicon else ())
        return _Said(concepts, frozenset(stem(token.word) for token in tokens))


def stems_of(word: Word) -> frozenset[str]:
    """Return the stems of the words of a span."""
    return frozenset(stem(token.word) for token in tokenize(normalise(word.span.surface)))


def _together(parts: Iterable[_Said]) -> _Said:
    parts = tuple(parts)
    return _Said(
        frozenset(concept for part in parts for concept in part.concepts),
        frozenset(one for part in parts for one in part.stems),
    )


def _is_subject(word: Word) -> bool:
    if not word.span.known:
        return True
    roles = {role for part in word.roles for role in part}
    return bool(roles & ANCHORS) or not roles <= _NO_SUBJECT
