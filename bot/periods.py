"""Which days a question names: a year, a month or a day of its own, or from one to another."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from indexer.swedish import Token
from knowledge.model import first_day, last_day

_PARTIAL = re.compile(r"^(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?$")
DAYS_IN_MONTH = 31


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both ends included, and how the question says them."""

    first: date
    last: date
    says: str

    def within(self, first: date, last: date) -> bool:
        """Return whether all of it lies between two days, both included."""
        return first <= self.first and self.last <= last


def period_asked(tokens: Sequence[Token], months: Sequence[str], bounds: Collection[str]) -> Period | None:
    """Return the period that a question names, or null.

    `months` are the names of the twelve months in order. A single day after one of `bounds` ("från 2025") only
    tells where something begins or ends, and is no period; two days are the time between them.
    """
    found: list[Period] = []
    bounded = False
    for index, token in enumerate(tokens):
        if not _PARTIAL.match(token.word):
            continue
        start, partial = _whole(tokens, index, months)
        period = _period(partial, " ".join(each.surface for each in tokens[start : index + 1]))
        if period is None:
            return None
        found.append(period)
        bounded = bounded or (start > 0 and tokens[start - 1].word in bounds)
    if not found or (len(found) == 1 and bounded):
        return None
    first, last = min(found, key=lambda one: one.first), max(found, key=lambda one: one.last)
    says = first.says if first == last else f"{first.says}–{last.says}"
    return Period(first.first, last.last, says)


def _whole(tokens: Sequence[Token], index: int, months: Sequence[str]) -> tuple[int, str]:
    """Return where a date begins that ends in a year, and the date in ISO form: "1 maj 2028" is 2028-05-01."""
    year = tokens[index].word
    if len(year) > len("2028") or not index or tokens[index - 1].word not in months:
        return index, year
    partial = f"{year}-{months.index(tokens[index - 1].word) + 1:02}"
    day = tokens[index - 2].word if index > 1 else ""
    if day.isdecimal() and 1 <= int(day) <= DAYS_IN_MONTH:
        return index - 2, f"{partial}-{int(day):02}"
    return index - 1, partial


def _period(partial: str, says: str) -> Period | None:
    """Return the days of a partial date; null where the calendar has no such day."""
    try:
        return Period(first_day(partial), last_day(partial), says)
    except ValueError:
        return None
