"""Personal data in a text: what looks like a person's name, a telephone number, an e-mail address.

A name is told by its capitals. Swedish writes a capital only at the start of a sentence and in
proper names, so two capitalised words in a row are a proper name, and one that the knowledge
does not know may be a person's. A word that also stands somewhere without its capital is an
ordinary word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_STARTS_SENTENCE = re.compile(r"(?:^|[.!?:…/]\s+|\n\s*|[\"'”’»(\[–—•]\s*|[-*]\s+)$")
# Between two parts of one name: a blank, with an initial or a nobiliary particle where there is one.
_WITHIN_NAME = re.compile(r" +(?:[^\W\d_a-z]\. +)?(?:(?:af|von|van) +)*")

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w/:.,-])(?:\+|\((?=0))?\d(?:\)?[ /.–-]{0,2}\d){6,}(?![\w:])")
# Seven digits and more that are no telephone number: addresses on the web, register numbers,
# days and spans of years, thousands.
_NO_PHONE = re.compile(
    r"https?://\S+"
    r"|\b(?:dnr|diarie\w+)[\s:.]*\S+(?: \d[\d/:-]*)?"
    r"|(?<![\d-])(?:19|20)\d\d(?:[-–](?:19|20)\d\d(?!\d)|-[01]\d(?:-[0-3]\d)?(?!\d)|/\d+)"
    r"|(?<![\d+-])(?<!\d )[1-9]\d{0,2}(?: \d{3}){2,}(?! ?\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words that are no person's name: those of known names, and ordinary ones; all case-folded."""

    known: frozenset[str]
    ordinary: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str], texts: Iterable[str]) -> Self:
        """Return the vocabulary of names that are known and texts that show words without capitals."""
        named = {word for name in names for word in _WORD.findall(name)}
        ordinary = {word for text in texts for word in _WORD.findall(text) if word[0].islower()}
        return cls(
            frozenset(word.casefold() for word in named if word[0].isupper()),
            frozenset(word.casefold() for word in ordinary | {word for word in named if word[0].islower()}),
        )

    def knows(self, word: str) -> bool:
        """Return whether the word is a known name or a part of one, its genitive included."""
        return bool({word.casefold(), word.casefold().removesuffix("s")} & self.known)

    def has(self, word: str) -> bool:
        """Return whether the word is known, or ordinary."""
        return self.knows(word) or bool({word.casefold(), word.casefold().removesuffix("s")} & self.ordinary)


def persons(text: str, vocabulary: Vocabulary, *, is_question: bool = False) -> Iterator[str]:
    """Yield what looks like persons' names. In a question the first word is not looked at."""
    for run in _runs(text):
        starts = _STARTS_SENTENCE.search(text[: run[0].start()]) is not None
        words = [match.group() for match in run]
        if starts and (is_question or words[0].casefold() in vocabulary.ordinary):
            run, words, starts = run[1:], words[1:], False
        strangers = [index for index, word in enumerate(words) if not vocabulary.has(word)]
        if len(words) < 2 or not strangers:
            continue
        if starts and strangers == [0] and all(vocabulary.knows(word) for word in words[1:]):
            # A sentence that begins with a word seen nowhere else, followed by a known name.
            continue
        first = min(strangers[0], len(words) - 2)
        last = max(strangers[-1], first + 1)
        yield text[run[first].start() : run[last].end()]


def contact_details(text: str) -> Iterator[str]:
    """Yield e-mail addresses and telephone numbers of seven digits or more."""
    yield from _EMAIL.findall(text)
    if sum(map(str.isdigit, text)) < 7:
        return
    for match in _PHONE.finditer(_NO_PHONE.sub("§", _EMAIL.sub("§", text))):
        yield match.group()


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield capitalised words in a row."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        if not _is_capitalised(match.group()):
            continue
        if run and not _WITHIN_NAME.fullmatch(text, run[-1].end(), match.start()):
            yield run
            run = []
        run.append(match)
    if run:
        yield run


def _is_capitalised(word: str) -> bool:
    """Return whether a word is written as names are; abbreviations (HVB, SoL, LARO-team) are not."""
    parts = re.split(r"[-'’]", word)
    return len(word) > 1 and word[0].isupper() and all(part[1:].islower() or len(part) == 1 for part in parts)
