"""Which Swedish words a damaged word may be, and how likely each is by itself."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import pairwise
from math import log

from indexer.importing.letters import STRANGE, misread, skeleton, spellings
from indexer.importing.wording import words

WORD = re.compile(r"[^\W\d_]+|(?<!\d)\d{1,3}(?!\d)")
NUMBER = "0"
"""What all numbers count as; years, of four digits, do not."""
OWN = 0.1
"""The share of the texts at hand in how likely a word is; the rest is Swedish at large."""
FEW = 2000
"""Words of text below which the texts weigh less than that."""
PHRASE = 20
"""How many times a common phrase counts as seen."""
JOIN = log(0.1)
GENITIVE = log(0.02)
GLUE = log(0.0005)
KEEP = 0.5
"""How much likelier than it seems it is that a word which is one was read rightly: a sound word spoilt is worse."""
UNKNOWN = -15.0
UNKNOWN_LETTER = -1.3
"""What a word that nobody knows costs, and each of its letters."""
SIGN = -7.0
"""What each sign costs that no word should have."""
PART_FROM = {3: 3.5e-5, 4: 4e-6, 5: 1e-6}
"""How common a part of a compound must be, by its length; longer ones as the last."""
RARE = 1e-7
KEPT = 6
SHORTEST = 3
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Reading:
    """What a damaged word may be (one word, or two that were glued together); `score` is a logarithm."""

    words: tuple[str, ...]
    score: float

    @property
    def text(self) -> str:
        """The words as they are written."""
        return " ".join(self.words)


@cache
def frequencies(language: str) -> dict[str, float]:
    """Return how common words are in a language (sv, en), 0–1. Source: wordfreq."""
    from wordfreq import get_frequency_dict

    frequencies: dict[str, float] = get_frequency_dict(language, wordlist="large")
    return frequencies


@cache
def _by_skeleton() -> dict[str, tuple[str, ...]]:
    """Return the words of Swedish at large by their skeletons."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in frequencies("sv"):
        if word.isalpha():
            found[skeleton(word)].append(word)
    return {key: tuple(forms) for key, forms in found.items()}


@dataclass(slots=True, eq=False)
class Spelling:
    """Swedish words with how common they are: at large, and in texts that lie near the document."""

    texts: Iterable[str] = ()
    damage: float = 1.0
    counts: Counter[str] = field(default_factory=Counter)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)
    _total: int = 0
    _own: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        for phrase in words("phrases"):
            self.learn(phrase.split(), PHRASE)
        for text in self.texts:
            found = WORD.findall(text)
            self.names.update(word for word in found if word.isupper() and len(word) > 1)
            self.learn([NUMBER if word.isdecimal() else word.lower() for word in found])
        self.texts = ()

    def learn(self, found: list[str], times: int = 1) -> None:
        """Take words that stand after each other into account."""
        self._total += times * len(found)
        for word in found:
            if word not in self.counts:
                self._own[skeleton(word)].add(word)
            self.counts[word] += times
        for pair in pairwise(found):
            self.pairs[pair] += times

    def share(self, word: str) -> float:
        """Return how common a word is, 0–1; 0 for one that is not known."""
        at_large = frequencies("sv").get(word, 0.0)
        return (1 - OWN) * at_large + OWN * self.counts[word] / max(self._total, FEW)

    def known(self, word: str) -> bool:
        """Return whether a word is Swedish, by itself or as a compound, as it stands."""
        return self.share(word) >= RARE or bool(self._parts(word, False, 2))

    def readings(self, signs: str) -> list[Reading]:
        """Return what a word in small letters may be, the likeliest first; also the word as it stands."""
        found: dict[tuple[str, ...], float] = {(signs,): self._as_it_stands(signs)}

        def add(reading: tuple[str, ...], score: float) -> None:
            found[reading] = max(score, found.get(reading, score))

        for spelled, extra in spellings(signs) if len(signs) <= LONGEST else ():
            for word, score in self._words(spelled):
                add((word,), score + extra)
            if spelled.endswith("s") and len(spelled) > SHORTEST:
                for word, score in self._words(spelled[:-1]):
                    add((word + "s",), score + extra + GENITIVE)
            if len(spelled) >= 2 * SHORTEST and not any(char.isdecimal() for char in spelled[1:-1]):
                for word, score in self._parts(spelled, True, 2):
                    add((word,), score + extra)
        for reading, score in self._glued(signs):
            add(reading, score)
        if self.share(signs) >= RARE:
            found[signs,] += KEEP
        best = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return [Reading(reading, score) for reading, score in best[:KEPT]]

    def _as_it_stands(self, signs: str) -> float:
        return UNKNOWN + UNKNOWN_LETTER * len(signs) + SIGN * len(STRANGE.findall(signs))

    def _words(self, signs: str) -> list[tuple[str, float]]:
        key = skeleton(signs)
        forms = {*_by_skeleton().get(key, ()), *self._own.get(key, ())}
        scored = ((form, misread(signs, form, self.damage), self.share(form)) for form in forms)
        return [(form, cost + log(share)) for form, cost, share in scored if cost is not None and share > 0]

    def _parts(self, signs: str, damaged: bool, joins: int) -> list[tuple[str, float]]:
        """Return the compounds that a word may be; as it stands only, unless it may be damaged."""
        found: dict[str, float] = {}
        for cut in range(SHORTEST, len(signs) - SHORTEST + 1):
            # "process" and "stöd" are written with two s, not three.
            for shared in (0, 1) if signs[cut - 1] == signs[cut - 2] else (0,):
                heads = self._rest(signs[cut - shared :], damaged, joins)
                for first, before in self._firsts(signs[:cut], damaged) if heads else ():
                    for last, after in heads:
                        whole, score = first + last[shared:], before + after + JOIN
                        found[whole] = max(score, found.get(whole, score))
        return sorted(found.items(), key=lambda item: -item[1])[:KEPT]

    def _rest(self, signs: str, damaged: bool, joins: int) -> list[tuple[str, float]]:
        """Return what may follow the first part of a compound: its last part, or a compound."""
        heads = self._heads(signs, damaged)
        return heads + self._parts(signs, damaged, joins - 1) if joins > 1 and len(signs) >= 2 * SHORTEST else heads

    def _heads(self, signs: str, damaged: bool) -> list[tuple[str, float]]:
        return [part for part in self._pieces(signs, damaged) if self._common(part[0])]

    def _firsts(self, signs: str, damaged: bool) -> list[tuple[str, float]]:
        never = _never_first()
        found = [part for part in self._pieces(signs, damaged) if part[0] not in never and self._common(part[0])]
        if signs.endswith("s") and len(signs) > SHORTEST + 1:
            whole = self._pieces(signs[:-1], damaged)
            found += [(word + "s", score) for word, score in whole if word not in never and self._common(word)]
        return found

    def _pieces(self, signs: str, damaged: bool) -> list[tuple[str, float]]:
        if damaged:
            return sorted(self._words(signs), key=lambda item: -item[1])[:KEPT]
        share = self.share(signs)
        return [(signs, log(share))] if share else []

    def _common(self, word: str) -> bool:
        return self.share(word) >= PART_FROM.get(len(word), RARE)

    def _glued(self, signs: str) -> list[tuple[tuple[str, ...], float]]:
        """Return two words without the space between them, the first one of those that are small and common."""
        found: list[tuple[tuple[str, ...], float]] = []
        for first in _never_first():
            rest = signs[len(first) :]
            if len(rest) > SHORTEST and signs.startswith(first):
                found += [
                    ((first, word), score + log(self.share(first) or RARE) + GLUE) for word, score in self._words(rest)
                ]
        return found


@lru_cache(maxsize=1)
def _never_first() -> frozenset[str]:
    return frozenset(words("never-first"))
