"""Persons' names in a text, told from the names of places, bodies and agreements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from indexer.analysis import compound_parts
from indexer.importing.wording import words
from indexer.swedish import zipf
from indexer.vocabulary import NAMES, concepts_of
from knowledge.model import Knowledge
from knowledge.personal import capitalised_runs, starts_sentence

LISTED = NAMES | {"neutral-personnamn"}
"""Cues that list first names and surnames."""
PROPER = frozenset({"municipality", "place", "body", "agreement", "actor", "unit"})
"""Kinds of concept whose names are no persons'."""
COMMON = 4.0
"""Zipf value from which a word that is no listed name is no name: names that are so common are listed."""
LONG_COMPOUND = 10
"""Letters from which a compound of ordinary words is no surname."""

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_UPPER = r"[A-Z\u00c0-\u00de]"
_INITIAL_AFTER = re.compile(rf"(?:,? {_UPPER}\.(?:[ -]?{_UPPER}\.)*| {_UPPER}(?![\w.-]))")
_INITIAL_BEFORE = re.compile(rf"(?<![\w.]){_UPPER}\.(?:[ -]?{_UPPER}\.)* ?$")
_SHOUTED = re.compile(rf"(?<!\w)({_UPPER}{{2,}}(?:-{_UPPER}{{2,}})?)((?: {_UPPER}{{2,}}(?:-{_UPPER}{{2,}})?)+)(?!\w)")
_REVERSED = re.compile(r"(?<![\w-])([^\W\d_]{2,40}(?:-[^\W\d_]{2,40})?), ([^\W\d_]{2,40}(?:-[^\W\d_]{2,40})?)(?![\w-])")
_LAST_WORD = re.compile(r"([^\W\d_]+)\W{0,2}$")
_ABBREVIATION_AFTER = re.compile(r"\W{1,3}([^\W\d_]{2,8})\b")
_ABBREVIATION_BEFORE = re.compile(r"\b([^\W\d_]{2,8})\W{1,3}$")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What tells names from other words, in small letters.

    `listed` are first names and surnames, `proper` the words of places, bodies and agreements, `known` all words
    of the knowledge, `ordinary` those that the document writes without a capital. `phrases` are pairs of words
    that are no person though one of them is a name ("lex Maria").
    """

    listed: frozenset[str]
    proper: frozenset[str]
    known: frozenset[str]
    phrases: frozenset[tuple[str, str]]
    ordinary: frozenset[str] = frozenset()

    @classmethod
    def of(cls, knowledge: Knowledge) -> Vocabulary:
        """Return the vocabulary of a knowledge."""
        listed: set[str] = set()
        names = [[word.casefold() for word in _WORD.findall(name)] for name in knowledge.region.known_names]
        proper = {name[0] for name in names if len(name) == 1}
        known = {word for name in names for word in name}
        phrases = {pair for name in names for pair in pairwise(name)}
        for entry, aliases in concepts_of(knowledge):
            found = [[word.casefold() for word in _WORD.findall(alias)] for alias in aliases]
            kinds = (listed,) if entry.id in LISTED else (known, proper) if entry.role in PROPER else (known,)
            for kind in kinds:
                kind.update(word for phrase in found for word in phrase)
            phrases.update(pair for phrase in found for pair in pairwise(phrase))
        phrases = {pair for pair in phrases if listed & set(pair)}
        return cls(frozenset(listed), frozenset(proper), frozenset(known), frozenset(phrases))

    def beside(self, texts: Iterable[str]) -> Vocabulary:
        """Return the vocabulary with the words that a document writes without a capital."""
        lower: set[str] = set()
        for text in texts:
            found = [word for word in _WORD.findall(text) if word.islower()]
            # "tjorven melkersdotter" is a name all the same.
            names = {word for pair in pairwise(found) if self._is_lower_name(*pair) for word in pair}
            lower.update(word for word in found if word not in names)
        return replace(self, ordinary=frozenset(lower))

    def _is_lower_name(self, first: str, last: str) -> bool:
        is_surname = last.endswith(words("surname-endings")) and self.is_strange(last)
        return is_surname and first not in self.known and zipf(first) < COMMON and not compound_parts(first)

    def is_name(self, word: str) -> bool:
        """Return whether a word is a listed name, and no place or body of the knowledge."""
        return bool(_forms(word) & self.listed) and not _forms(word) & self.proper

    def is_strange(self, word: str) -> bool:
        """Return whether a word is neither a listed name nor anything that is known or common."""
        small = word.casefold()
        is_surname = small.endswith(words("surname-endings"))
        # A name may be written without its capital too; a word that ends as surnames do is then still one.
        if (
            small in self.known
            or (small in self.ordinary and not is_surname)
            or _forms(word) & (self.listed | self.proper)
            or zipf(small) >= COMMON
        ):
            return False
        return is_surname or len(small) < LONG_COMPOUND or not compound_parts(small)

    def is_known(self, word: str) -> bool:
        """Return whether a word is one of the knowledge, or one that everybody uses and no list of names has."""
        small = word.casefold()
        return small in self.known or (not self.is_name(word) and zipf(small) >= COMMON)

    def is_person_word(self, word: str) -> bool:
        """Return whether a word may be part of a person's name though it is an ordinary word ("Anna Berg")."""
        return not _forms(word) & (_words("person-titles") | _words("organisations"))


def name_spans(text: str, vocabulary: Vocabulary) -> list[tuple[int, int]]:
    """Return the [start, end) of what looks like persons' names, from first to last, none within another."""
    found = [*_shouted(text, vocabulary), *_reversed(text, vocabulary), *_titled(text, vocabulary)]
    for run in capitalised_runs(text):
        at = 0
        while at < len(run):
            end = _name_end(run, at, vocabulary)
            if end > at and (span := _span(text, run, at, end, vocabulary)) is not None:
                found.append(span)
            at = max(end, at + 1)
    return _apart([*found, *_beside(text, found, vocabulary)])


def name_words(text: str, spans: Iterable[tuple[int, int]], vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the parts of found names that are names wherever they stand in the document."""
    for start, end in spans:
        for word in _WORD.findall(text[start:end]):
            if len(word) > 2 and (vocabulary.is_name(word) or vocabulary.is_strange(word)):
                yield word


def _name_end(run: list[re.Match[str]], at: int, vocabulary: Vocabulary) -> int:
    """Return where the words end that may be one name from a place in a run on; `at` where none begins."""
    end = at
    while end < len(run):
        word = run[end].group()
        named = vocabulary.is_name(word) or vocabulary.is_strange(word)
        # A surname may be an ordinary word, a place or a title after a first name is none.
        surname = end > at and vocabulary.is_name(run[end - 1].group()) and vocabulary.is_person_word(word)
        if not named and not surname:
            break
        end += 1
        if surname and not named:
            break
    return end


def _span(text: str, run: list[re.Match[str]], at: int, end: int, vocabulary: Vocabulary) -> tuple[int, int] | None:
    start, stop = run[at].start(), run[end - 1].end()
    listed = any(vocabulary.is_name(match.group()) for match in run[at:end])
    before = _INITIAL_BEFORE.search(text[max(0, start - 12) : start])
    after = _INITIAL_AFTER.match(text, stop)
    if before is not None:
        return start - len(before.group()), stop
    if after is not None and (listed or "." in after.group()):
        return start, after.end()
    if end - at > 1:
        beside = {run[n].group().casefold() for n in (at - 1, end) if 0 <= n < len(run)}
        organised = not listed and bool(beside & _words("organisations") or _is_abbreviated(text, start, stop))
        if organised:
            return None
        if not listed and at > 0 and _is_first_name(text, run[at - 1], vocabulary):
            start = run[at - 1].start()
        return start, stop
    if not listed and at > 0 and _is_uncommon_first(text, run[at - 1], stop, vocabulary):
        return run[at - 1].start(), stop
    if listed and _is_phrase(text, run[at], vocabulary):
        return None
    return (start, stop) if _stands_alone(text, run[at], listed, vocabulary) else None


def _stands_alone(text: str, word: re.Match[str], listed: bool, vocabulary: Vocabulary) -> bool:
    """Return whether a single word is a person: a first name, or what stands after a title."""
    if listed:
        is_word = bool(_forms(word.group()) & vocabulary.ordinary)
        return not (is_word and starts_sentence(text, word.start()))
    last = _LAST_WORD.search(text[max(0, word.start() - 40) : word.start()])
    return last is not None and last[1].casefold().endswith(words("person-titles"))


def _beside(text: str, spans: Iterable[tuple[int, int]], vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Yield the single strange words that a name is listed with: "… och Whitehead"."""
    joining = "|".join(map(re.escape, words("and")))
    for _, end in spans:
        after = re.compile(rf" (?:{joining}) ({_UPPER}[^\W\d_]+(?:-[^\W\d_]+)?)(?!\w)").match(text, end)
        if after is not None and vocabulary.is_strange(after[1]) and not after[1].isupper():
            yield after.span(1)


def _is_first_name(text: str, word: re.Match[str], vocabulary: Vocabulary) -> bool:
    """Return whether an ordinary word before strange ones is one of the name: only names have a capital there."""
    if starts_sentence(text, word.start()) or _forms(word.group()) & vocabulary.proper:
        return False
    return vocabulary.is_person_word(word.group())


def _is_uncommon_first(text: str, word: re.Match[str], stop: int, vocabulary: Vocabulary) -> bool:
    """Return whether a word before a single strange one is a first name that no list has ("Petter …").

    Where it begins a sentence, it is one only if nothing but the name stands there.
    """
    small = word.group().casefold()
    if small in vocabulary.known | vocabulary.ordinary | vocabulary.proper or not vocabulary.is_person_word(small):
        return False
    return not starts_sentence(text, word.start()) or text[stop : stop + 1] in ("", ",", ";", ")", "\n")


def _is_phrase(text: str, word: re.Match[str], vocabulary: Vocabulary) -> bool:
    before = _LAST_WORD.search(text[max(0, word.start() - 40) : word.start()])
    after = _WORD.search(text[word.end() : word.end() + 40])
    own = word.group().casefold()
    return bool(
        (before and (before[1].casefold(), own) in vocabulary.phrases)
        or (after and (own, after.group().casefold()) in vocabulary.phrases)
    )


def _is_abbreviated(text: str, start: int, stop: int) -> bool:
    """Return whether the first letters of words stand beside them, as they do of programmes and registers."""
    initials = "".join(word[0] for word in _WORD.findall(text[start:stop])).upper()
    after = _ABBREVIATION_AFTER.match(text, stop)
    before = _ABBREVIATION_BEFORE.search(text[max(0, start - 12) : start])
    return any(match is not None and match[1].upper() == initials for match in (after, before))


def _shouted(text: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Yield names in capitals alone: a listed first name and what follows it."""
    for match in _SHOUTED.finditer(text):
        parts = list(_WORD.finditer(match.group()))
        for at, part in enumerate(parts[:-1]):
            following = parts[at + 1].group()
            if vocabulary.is_name(part.group()) and (vocabulary.is_name(following) or vocabulary.is_strange(following)):
                yield match.start() + part.start(), match.start() + parts[at + 1].end()


def _reversed(text: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Yield names as lists have them, both words with a capital or in capitals: surname, comma, listed first name."""
    at = 0
    while (match := _REVERSED.search(text, at)) is not None:
        at = match.start(2)
        last, first = match.groups()
        capital = last[0].isupper() and first[0].isupper() and last.isupper() == first.isupper()
        if capital and vocabulary.is_name(first) and (vocabulary.is_name(last) or vocabulary.is_strange(last)):
            yield match.span()
            at = match.end()


def _titled(text: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Yield what stands with a capital after a title cut short ("ordf. …"), though it may be an ordinary word."""
    for match in _cut_titles().finditer(text):
        parts = match[1].split(" ")
        if all(not _forms(part) & vocabulary.proper and vocabulary.is_person_word(part) for part in parts):
            yield match.span(1)


@cache
def _cut_titles() -> re.Pattern[str]:
    titles = "|".join(map(re.escape, words("person-titles-cut")))
    name = rf"{_UPPER}[^\W\d_]{{1,40}}(?:-{_UPPER}[^\W\d_]{{1,40}})?"
    return re.compile(rf"(?<![\w.-])(?i:{titles})\. ({name}(?: {name})?)(?![\w-])")


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start < apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return apart


def _forms(word: str) -> set[str]:
    """Return a word and what it is the genitive of, in small letters."""
    word = word.casefold()
    return {word, word.removesuffix("s")} if len(word) > 3 else {word}


def _words(name: str) -> set[str]:
    return set(words(name))
