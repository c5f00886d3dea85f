"""Words of a document → ids of the knowledge: by name and alias, through inflection, spelling and small words.

`match` takes a text that should be a name as a whole (a heading of a column, a row, a step), `mentions`
finds names within running text. Neither guesses: what is near enough to be shown is `LIKELY`, what needs
no look is `CERTAIN`, and what fits two things alike fits none, with both as `rivals`.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz.distance import OSA

from indexer.importing.wording import words
from indexer.swedish import fold, normalise, stem, tokenize, zipf
from knowledge.model import Concept, Knowledge

SAME = 0.97
"""From here the words are the same but for inflection, order and small words."""
CERTAIN = 0.9
"""From here a match needs no doubt."""
LIKELY = 0.7
"""Below this there is no match."""
APART = 0.1
"""How much better than the next the best must be, where it is not the name itself."""
_LONGEST_LABEL = 400
"""Characters of a text that may be a name; what comes after them is not looked at."""
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")
_MISSPELT_FROM = 6
_TWO_SLIPS_FROM = 9
_KNOWN_WORD = 3.0
_LONGEST = 24
_MISSPELT = 0.95
_A_WORD_AMISS = 0.88


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing of the knowledge with all that it is called."""

    id: str
    names: tuple[str, ...]


Candidates = tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What a text means. `id` is null where nothing is near, or where two things (`rivals`) are equally near.

    `sure` is 0–1, also of the nearest where `id` is null; `name` is the name that was nearest.
    """

    id: str | None = None
    sure: float = 0.0
    name: str = ""
    rivals: tuple[str, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether nobody needs to look at it."""
        return self.id is not None and self.sure >= CERTAIN


@dataclass(frozen=True, slots=True)
class Mention:
    """A name within a text, from `start` to before `end`."""

    id: str
    sure: float
    name: str
    start: int
    end: int


# --- what can be meant ---------------------------------------------------------------------------


def actors_of(knowledge: Knowledge) -> Candidates:
    """Return the actors, without the workplaces within them."""
    return tuple(_named(actor, actor.name, actor.definite) for actor in knowledge.actors.values())


def units_of(knowledge: Knowledge) -> Candidates:
    """Return the workplaces within actors; each candidate has the id of its actor."""
    return tuple(
        Candidate(actor.id, (unit.name, *unit.aliases)) for actor in knowledge.actors.values() for unit in actor.units
    )


def tasks_of(knowledge: Knowledge) -> Candidates:
    """Return the rows of all matrices."""
    return tuple(
        _named(task, task.name, task.phrase) for matrix in knowledge.matrices.values() for task in matrix.tasks
    )


def bodies_of(knowledge: Knowledge) -> Candidates:
    """Return the bodies."""
    return tuple(_named(body, body.name) for body in knowledge.bodies.values())


def places_of(knowledge: Knowledge) -> Candidates:
    """Return the municipalities, also in the genitive."""
    return tuple(
        _named(place, place.name, *(f"{name}s" for name in (place.name, *place.aliases) if " " not in name))
        for place in knowledge.municipalities.values()
    )


def terms_of(knowledge: Knowledge) -> Candidates:
    """Return the terms, each also by its abbreviation."""
    return tuple(
        _named(term, term.name, *([term.abbreviation] if term.abbreviation else ()))
        for term in knowledge.terms.values()
    )


def agreements_of(knowledge: Knowledge) -> Candidates:
    """Return the agreements."""
    return tuple(_named(one, one.name, one.short) for one in knowledge.agreements.values())


def _named(concept: Concept, *names: str) -> Candidate:
    return Candidate(concept.id, tuple(dict.fromkeys((*names, *concept.aliases))))


# --- matching ------------------------------------------------------------------------------------


def match(text: str, candidates: Candidates) -> Match:
    """Return what a text, taken as a whole, is called in the knowledge."""
    names = _names(candidates)
    tries = [_best(form, names) for form in dict.fromkeys(_forms(text[:_LONGEST_LABEL])) if form.strip()]
    return max(tries, key=lambda found: (found.id is not None, found.sure), default=Match())


def mentions(text: str, candidates: Candidates) -> tuple[Mention, ...]:
    """Return the names that stand within a text, in its order, the longest where they overlap.

    A misspelt name is found where it is one long word. What two things are called is left out.
    """
    tokens = [(token, *_key(token.word)) for token in tokenize(normalise(text))]
    tokens = [entry for entry in tokens if entry[0].word not in _small()]
    index = _names(candidates)
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        length, ids, sure, name = _longest([key for _, _, key in tokens[at : at + _LONGEST]], tokens[at][0].word, index)
        if len(ids) == 1:
            found.append(Mention(next(iter(ids)), sure, name, tokens[at][0].start, tokens[at + length - 1][0].end))
        at += max(length, 1)
    return tuple(found)


def keys(text: str) -> tuple[str, ...]:
    """Return the words of a text for comparing: stems, without å ä ö, small words and punctuation."""
    return tuple(key for _, key in _keys(text))


# --- within --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Name:
    id: str
    name: str
    plain: str
    words: tuple[str, ...]
    keys: tuple[str, ...]


class _Names:
    """All names of some candidates, by what they are compared by."""

    def __init__(self, candidates: Candidates) -> None:
        self.all = tuple(
            _Name(candidate.id, name, _plain(name), *_split(name))
            for candidate in candidates
            for name in candidate.names
        )
        self.by_keys: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
        for name in self.all:
            if name.keys:
                self.by_keys[name.keys].setdefault(name.id, name.name)

        self.plain = {name.plain for name in self.all} | {fold(name.plain) for name in self.all}
        self._by_key: dict[str, list[_Name]] = defaultdict(list)
        self._words: dict[str, str] = {}
        for name in self.all:
            for word, key in zip(name.words, name.keys, strict=True):
                self._by_key[key].append(name)
                self._words[word] = key

    def near(self, plain: str, written: Sequence[str], keyed: Sequence[str]) -> Collection[_Name]:
        """Return the names that have a word of a text in them, or are the text but for spaces."""
        found: dict[int, _Name] = {}
        if plain in self.plain or fold(plain) in self.plain:
            found = {id(name): name for name in self.all}
        for word, key in zip(written, keyed, strict=True):
            also = (
                [other_key for other, other_key in self._words.items() if _alike(word, key, other, other_key)]
                if len(word) >= _MISSPELT_FROM and key not in self._by_key
                else []
            )
            for same in (key, *also):
                found |= {id(name): name for name in self._by_key.get(same, ())}
        return found.values()

    @cached_property
    def shared(self) -> Counter[str]:
        """How many things have a word in a name: what all have tells them apart the least."""
        pairs = {(name.id, key) for name in self.all for key in name.keys}
        return Counter(key for _, key in pairs)


@lru_cache(maxsize=64)
def _names(candidates: Candidates) -> _Names:
    return _Names(candidates)


@lru_cache(maxsize=1)
def _small() -> frozenset[str]:
    return frozenset(words("small"))


@lru_cache(maxsize=16384)
def _key(word: str) -> tuple[str, str]:
    return word, fold(stem(word))


def _keys(text: str) -> Iterator[tuple[str, str]]:
    found = [_key(token.word) for token in tokenize(normalise(text))]
    kept = [pair for pair in found if pair[0] not in _small()]
    return iter(kept or found)


def _split(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pairs = list(_keys(text))
    return tuple(word for word, _ in pairs), tuple(key for _, key in pairs)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", normalise(text).casefold())


def _forms(text: str) -> Iterator[str]:
    """Yield a text as it stands, without what stands in brackets, and without the law or text that it refers to."""
    yield text
    bare = _BRACKETS.sub(" ", text)
    yield bare
    yield _reference().sub("", bare)


@lru_cache(maxsize=1)
def _reference() -> re.Pattern[str]:
    return re.compile(rf"(?i)[\s,]+(?:{'|'.join(map(re.escape, words('reference')))})\s.*", re.DOTALL)


def _best(text: str, names: _Names) -> Match:
    plain, (written, keyed) = _plain(text), _split(text)
    if not plain:
        return Match()
    best: dict[str, tuple[float, str]] = {}
    for name in names.near(plain, written, keyed):
        sure = _likeness(plain, written, keyed, name, names.shared)
        if sure > best.get(name.id, (0.0, ""))[0]:
            best[name.id] = (sure, name.name)
    ranked = sorted(best.items(), key=lambda item: -item[1][0])
    return _chosen(ranked)


def _chosen(ranked: Sequence[tuple[str, tuple[float, str]]]) -> Match:
    if not ranked:
        return Match()
    best, (sure, name) = ranked[0]
    if sure < LIKELY:
        return Match(None, sure, name)
    apart = APART if sure < CERTAIN else 0.0
    rivals = tuple(other for other, (near, _) in ranked if near >= sure - apart)
    if len(rivals) > 1:
        return Match(None, sure, name, rivals)
    return Match(best, sure, name)


def _likeness(plain: str, written: Sequence[str], keyed: Sequence[str], name: _Name, shared: Counter[str]) -> float:
    """Return how alike a text and a name are, 0–1."""
    if plain == name.plain:
        return 1.0
    if fold(plain) == fold(name.plain) or (keyed and sorted(keyed) == sorted(name.keys)):
        return SAME
    if not keyed or not name.keys:
        return 0.0
    return _overlap(written, keyed, name, shared)


def _overlap(written: Sequence[str], keyed: Sequence[str], name: _Name, shared: Counter[str]) -> float:
    left = list(range(len(name.keys)))
    common, alone = 0.0, 0
    for word, key in zip(written, keyed, strict=True):
        near, at = max(((_alike(word, key, name.words[i], name.keys[i]), i) for i in left), default=(0.0, -1))
        if near:
            left.remove(at)
            common += near * (_weight(key, shared) + _weight(name.keys[at], shared))
        alone += not near
    total = sum(_weight(key, shared) for key in (*keyed, *name.keys))
    # A word that the other lacks may change what is meant, however short it is.
    return min(common / total, _A_WORD_AMISS if left or alone else _MISSPELT) if total else 0.0


def _weight(key: str, shared: Counter[str]) -> float:
    return len(key) / math.sqrt(max(shared[key], 1))


@lru_cache(maxsize=65536)
def _alike(word: str, key: str, other: str, other_key: str) -> float:
    """Return how alike two words are: 1 the same but for inflection, less where one is misspelt, 0 another word."""
    if key == other_key:
        return 1.0
    if len(word) < _MISSPELT_FROM or word[0] != other[0] or zipf(word) >= _KNOWN_WORD:
        return 0.0
    allowed = 2 if len(word) >= _TWO_SLIPS_FROM else 1
    slips = min(
        int(OSA.distance(fold(word), fold(other), score_cutoff=allowed)),
        int(OSA.distance(key, other_key, score_cutoff=allowed)),
    )
    return 1 - 0.06 * slips if slips <= allowed else 0.0


def _longest(keyed: Sequence[str], word: str, index: _Names) -> tuple[int, Collection[str], float, str]:
    """Return how many words the longest name takes at the beginning of some, whose it is, and how sure that is."""
    for length in range(len(keyed), 0, -1):
        if ids := index.by_keys.get(tuple(keyed[:length])):
            return length, ids, SAME, next(iter(ids.values()))
    near = [(_alike(word, keyed[0], name.words[0], name.keys[0]), name) for name in index.all if len(name.keys) == 1]
    sure, name = max(near, key=lambda pair: pair[0], default=(0.0, None))
    if not sure or name is None:
        return 0, (), 0.0, ""
    return 1, {found.id for like, found in near if like == sure}, sure, name.name
