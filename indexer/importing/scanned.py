"""The words of a scanned text that may have been misread, and the signs that were points of a list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LEFT = re.compile(
    r"\b(?:https?://|www\.)\S+"
    r"|\S+@\S+"
    r"|\b[\w-]+(?:[./][\w-]+)*\.(?:se|com|org|net|nu|eu|pdf|docx?|pptx?|xlsx?|csv|txt|md|html?|jpe?g|png)\b(?:/\S*)?"
    r"|\b[\w-]+(?:/[\w-]+)+\.[a-z]{2,4}\b"
    r"|\b[^\W\d_]{1,3}(?:\.[^\W\d_]{1,4})+\b\.?"  # t.ex., bl.a.
    r"|(?<=[^\W\d_]):[^\W\d_]{1,5}\b"  # the ending of an abbreviation: SIP:arna
    r"|\b\d[\d.,:/-]*[^\W\d_]?\b",  # 30e, 4b, 2027-06-30
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]{2,}|(?<!\S)\|[^\W_]{2,}")
_BEFORE = r"(?:^|(?<=\n)|(?<=[.:;!?] ))[ \t]*"
_POINT = re.compile(_BEFORE + r"(?:([e¢©°»])(?= +\w)|(o)(?= +[^\W\d_]))")
_BAR = re.compile(_BEFORE + r"([|l])(?= +[^\W\d_])")
_SENTENCE = re.compile(r"(?:^|[.:!?•]|\n\s*\n)[\s\"”»(]*$")
_NUMBER = re.compile(r"(?<!\S)\d{1,3}(?![^\s;!?)])")  # years and days stand before anything
POINT = "•"
NEAR = 8
ABBREVIATION = 6
"""Letters of the longest word in capitals that is taken for an abbreviation."""
SEVERAL = 2
"""Digits in a word from which it is no word at all."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands in a text, or the sign for a point (`instead` is then what it should be).

    A number is never mended; it only tells of the words beside it.
    """

    signs: str
    start: int
    first: bool = False
    shouted: bool = False
    instead: str | None = None
    number: bool = False

    @property
    def end(self) -> int:
        """The place after its last sign."""
        return self.start + len(self.signs)

    @property
    def abbreviation(self) -> bool:
        """Whether it is a short word in capitals in a line that is not all in capitals."""
        return self.signs.isupper() and not self.shouted and len(self.signs) <= ABBREVIATION


def tokens_of(text: str) -> list[Token]:
    """Return what may have been misread, in order. Addresses, numbers, dates and abbreviations are left out."""
    left = [match.span() for match in _LEFT.finditer(text)]
    found = [token for token in _all(text) if not any(start < token.end and token.start < end for start, end in left)]
    found += [Token(match.group(), match.start(), number=True) for match in _NUMBER.finditer(text)]
    return sorted(found, key=lambda token: token.start)


def _all(text: str) -> Iterator[Token]:
    shouted = [span for span in _lines(text) if _shouts(text[slice(*span)])]
    for match in _WORD.finditer(text):
        signs = match.group()
        if sum(char.isdecimal() for char in signs) < SEVERAL and any(char.isalpha() for char in signs):
            loud = any(start <= match.start() < end for start, end in shouted)
            first = _SENTENCE.search(text[max(0, match.start() - NEAR) : match.start()]) is not None
            yield Token(signs, match.start(), first, loud)
    for match in _POINT.finditer(text):
        # "o" may be short for "och" where a line goes on; before a capital it is a point.
        group = 1 if match.group(1) else 2
        if group == 1 or text[match.end() :].lstrip()[:1].isupper():
            yield Token(match.group(group), match.start(group), instead=POINT)
    for match in _BAR.finditer(text):
        line = text[text.rfind("\n", 0, match.start(1)) + 1 :].partition("\n")[0]
        if line.count("|") <= 1 and text[match.end() :].lstrip()[:1].islower():
            yield Token(match.group(1), match.start(1), instead="I")


def _lines(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in re.finditer(r"[^\n]+", text))


def _shouts(line: str) -> bool:
    """Return whether a line is set in capitals, as headings may be."""
    found = re.findall(r"[^\W\d_]+", line)
    return line.isupper() and (len(found) > 1 or any(len(word) > ABBREVIATION for word in found))
