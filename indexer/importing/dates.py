"""Days as they are written in Swedish documents → YYYY[-MM[-DD]]."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from indexer.importing.wording import words

_CENTURY = 2000


@dataclass(frozen=True, slots=True)
class Written:
    """A day, month or year in a text, from `start` to before `end`; `value` is YYYY[-MM[-DD]]."""

    value: str
    start: int
    end: int


def dates_in(text: str) -> tuple[Written, ...]:
    """Return the days, months and years of a text in its order. A day without a year takes that of the next date.

    Numbers of laws and diaries (2001:453, 2015/181) are no years.
    """
    found = [(match, _parts(match)) for match in _pattern().finditer(text)]
    written: list[Written] = []
    following: int | None = None
    for match, (year, month, day) in reversed(found):
        year = year or following
        if year is not None and _exists(year, month, day):
            written.append(Written(_value(year, month, day), match.start(), match.end()))
            following = year
    return tuple(reversed(written))


@cache
def _pattern() -> re.Pattern[str]:
    month = "|".join(sorted((*words("months"), *words("shortmonths")), key=len, reverse=True))
    year = r"(?:19|20)\d\d"
    no_number = r"(?![:/]?\d)"
    return re.compile(
        rf"(?<![\d:/])(?:(?P<y1>{year})(?P<s1>[-/.])(?P<m1>\d\d)(?P=s1)(?P<d1>\d\d)(?!\d)"
        rf"|(?P<d2>\d\d?)(?::?[aeAE])?\s+(?P<n2>{month})\b\.?(?:\s*(?:m\w+nad\s+)?(?P<y2>{year})\b)?"
        rf"|(?P<n3>{month})\b\.?\s+(?:m\w+nad\s+)?(?P<y3>{year})\b{no_number}"
        rf"|(?P<d4>\d\d?)/(?P<m4>\d\d?)[\s/-]\s?(?P<y4>{year})\b"
        rf"|(?P<y5>{year})-(?P<m5>0[1-9]|1[0-2])(?![\d-])"
        rf"|(?P<y6>{year})(?P<m6>\d\d)(?P<d6>\d\d)(?!\d)"
        rf"|(?P<y7>\d\d)(?P<m7>\d\d)(?P<d7>\d\d)(?!\d)"
        rf"|(?P<y8>{year})\b{no_number})",
        re.IGNORECASE,
    )


def _parts(match: re.Match[str]) -> tuple[int | None, int | None, int | None]:
    groups = {name[0]: value for name, value in match.groupdict().items() if value}
    month = _month(groups["n"]) if "n" in groups else int(groups["m"]) if "m" in groups else None
    year = int(groups["y"]) if "y" in groups else None
    if year is not None and len(groups["y"]) == len("yy"):
        year += _CENTURY
    return year, month, int(groups["d"]) if "d" in groups else None


def _month(name: str) -> int:
    lowered = name.casefold()
    listed = words("months") if lowered in words("months") else words("shortmonths")
    return listed.index(lowered) + 1


def _exists(year: int, month: int | None, day: int | None) -> bool:
    try:
        date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError:
        return False
    return True


def _value(year: int, month: int | None, day: int | None) -> str:
    return "-".join([f"{year:04}", *(f"{part:02}" for part in (month, day) if part is not None)])
