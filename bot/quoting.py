"""Question → the passage of an imported document that says it, where nothing reviewed fits.

Nobody has read these texts for a question, so the rule is stricter than for anything else: every
content word of the question must stand in one passage, close together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.question import Question, Word
from indexer.lexicon import Lexicon
from indexer.passages import Passage, concepts_in
from indexer.swedish import Token, normalise, stem, tokenize, zipf
from indexer.vocabulary import FUNCTION_WORDS
from knowledge.model import Kind

NEAR = 2
"""Sentences in a row in which all words must stand, the heading aside."""
RARE = 3
"""Passages in which a word may stand for a question of that word alone."""
RARE_WORD, EVERYDAY_WORD = 4.0, 4.6
"""How common a word of a question of its own may be, and a neutral one that must be accounted for (Zipf scale)."""
MOST = 5
"""Passages that are proposed for one question."""
KEPT = 256
"""Passages whose sentences are kept, the last asked for."""
LITERAL = frozenset({"outside", "place", "group", "substance", "municipality"})
"""Roles whose concepts gather many things ("hyra" and "hiss"): the very word must stand there."""
FOREIGN = frozenset({"outside", "place"})
"""Roles of what must stand in the heading or the first sentence."""
_NO_SUBJECT = frozenset(
    {"aspect", "form", "refusal", "time", "danger", "neutral", "municipality", "actor", "unit", "agreement", "body"}
)
"""Roles that say who, where or which side: what a passage has of them alone is told better by what is reviewed."""
_FRAMING = frozenset({"form", "time", "danger"})


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

        Words that other readings pass over ("skaffar", "exemplar") count here too, unless they are everyday words.
        Empty where the question names nothing that the knowledge lacks a fact about, or one word that is not rare.
        """
        words = [word for word in question.words if word.content or _is_telling(word)]
        if not self._passages or not words or not self._is_enough(words):
            return ()
        ids = frozenset.intersection(*(self._having(word) for word in words))
        near = [(self._distance(self._passages[id_], words), id_) for id_ in ids]
        found = sorted((distance, self._order[id_], id_) for distance, id_ in near if distance is not None)
        return tuple(id_ for _, _, id_ in found[:MOST])

    def _is_enough(self, words: Sequence[Word]) -> bool:
        subjects = [word for word in words if word.content and _is_subject(word)]
        if not subjects or len(words) > 1:
            return bool(subjects)
        (word,) = subjects
        return zipf(word.span.surface.lower()) < RARE_WORD and 0 < len(self._having(word)) <= RARE

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
        subject = _together((given, *sentences[:1]))
        if not all(subject.says(word) for word in words if len(words) == 1 or _is_foreign(word)):
            return None  # what lies outside the knowledge is often mentioned, and seldom what is told
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


def _is_foreign(word: Word) -> bool:
    return any(FOREIGN.intersection(roles) for roles in word.roles)


def _is_subject(word: Word) -> bool:
    if not word.span.known:
        return any(map(str.isalpha, word.span.surface))
    return not _NO_SUBJECT.issuperset(role for part in word.roles for role in part)


def _is_telling(word: Word) -> bool:
    """Return whether a word that weighs nothing elsewhere tells what is asked all the same."""
    if " " in word.span.surface or FUNCTION_WORDS.intersection(word.span.concepts):
        return False
    framing = any(role in _FRAMING for part in word.roles for role in part)
    return not framing and zipf(word.span.surface.lower()) < EVERYDAY_WORD
