"""When a document was made or something was reported, as it says in running text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from indexer.importing.wording import words
from indexer.swedish import normalise
from knowledge.model import first_day


def days_in(text: str) -> tuple[str, ...]:
    """Return the days, months and years that a text names, as YYYY[-MM[-DD]], in its order.

    A season counts as its year; a bare number is no year.
    """
    return tuple(dict.fromkeys(_said(normalise(text))))


def day_of(text: str) -> str | None:
    """Return the only day that a text names, else null."""
    found = days_in(text)
    return found[0] if len(found) == 1 else None


def _said(text: str) -> Iterator[str]:
    for match in _pattern().finditer(text):
        groups = match.groupdict()
        year, month, day = groups["y1"] or groups["y2"] or groups["y3"], groups["m1"], groups["d1"] or groups["d2"]
        if groups["name"]:
            month = f"{_month(groups['name']):02}"
        value = "-".join(filter(None, (year, month, f"{int(day):02}" if day else None)))
        if _is_day(value):
            yield value


def _month(name: str) -> int:
    return next(at for at, month in enumerate(words("months"), 1) if month.startswith(name.casefold()[:3]))


def _is_day(value: str) -> bool:
    try:
        first_day(value)
    except ValueError:
        return False
    return True


@cache
def _pattern() -> re.Pattern[str]:
    months = "|".join(sorted((*words("months"), *words("shortmonths")), key=len, reverse=True))
    return re.compile(
        r"(?<![\w-])(?P<y1>(?:19|20)\d\d)-(?P<m1>\d\d)(?:-(?P<d1>\d\d))?(?![\w-])"
        rf"|(?<!\w)(?:(?P<d2>\d{{1,2}})\s+)?(?P<name>{months})\.?\s+(?P<y2>(?:19|20)\d\d)(?!\w)"
        rf"|(?<!\w)(?:{'|'.join(words('seasons'))})\s+(?P<y3>(?:19|20)\d\d)(?!\w)",
        re.IGNORECASE,
    )
