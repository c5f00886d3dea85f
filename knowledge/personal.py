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
_REACH = 40
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
    """Words that are no person's name, case-folded: those of known names, and ordinary ones."""

    words: frozenset[str]

    @classmethod
    def of(cls, names: Iterable[str], texts: Iterable[str]) -> Self:
        """Return the vocabulary of names that are known and of texts that show words without capitals."""
        named = {word.casefold() for name in names for word in _WORD.findall(name)}
        ordinary = {word for text in texts for word in _WORD.findall(text) if word.islower()}
        return cls(frozenset(named | ordinary))

    def has(self, word: str) -> bool:
        """Return whether a word is known, its genitive included."""
        return bool({word.casefold(), word.casefold().removesuffix("s")} & self.words)


def persons(text: str, vocabulary: Vocabulary, *, is_question: bool = False) -> Iterator[str]:
    """Yield what looks like persons' names. The word that begins a question is not looked at."""
    for run in capitalised_runs(text):
        if is_question and starts_sentence(text, run[0].start()):
            run = run[1:]
        strangers = [index for index, match in enumerate(run) if not vocabulary.has(match.group())]
        if len(run) < 2 or not strangers:
            continue
        first = min(strangers[0], len(run) - 2)
        last = max(strangers[-1], first + 1)
        yield text[run[first].start() : run[last].end()]


def contact_details(text: str) -> Iterator[str]:
    """Yield e-mail addresses and telephone numbers of seven digits or more."""
    yield from _EMAIL.findall(text)
    if sum(map(str.isdigit, text)) < 7:
        return
    for match in _PHONE.finditer(_NO_PHONE.sub("§", _EMAIL.sub("§", text))):
        yield match.group()


def starts_sentence(text: str, at: int) -> bool:
    """Return whether a sentence, a line or a quotation begins at a character."""
    return _STARTS_SENTENCE.search(text[max(0, at - _REACH) : at]) is not None


def capitalised_runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Yield capitalised words in a row, abbreviations apart."""
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
