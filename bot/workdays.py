"""Working days: Monday to Friday, without a country's public holidays and the days that everybody keeps as such."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holidays import HolidayBase

KEPT = ("public", "de_facto")
"""Christmas Eve and its like are no public holidays by law, and nobody works on them."""
SATURDAY = 5


def after(start: datetime, days: int, country: str | None) -> datetime:
    """Return the same time of the day, so many working days after the day of `start` as its own time zone has it.

    `country` is two letters; where it is null or unknown, only Saturdays and Sundays are no working days.
    """
    left, found = days, start
    while left:
        found += timedelta(days=1)
        left -= is_working_day(found.date(), country)
    return found


def is_working_day(day: date, country: str | None) -> bool:
    """Return whether people are at work on a day."""
    return day.weekday() < SATURDAY and day not in _days_off(country)


@cache
def _days_off(country: str | None) -> HolidayBase | frozenset[date]:
    if country is None:
        return frozenset()
    # It takes longer to import than a question takes to answer, and most commands never need it.
    import holidays

    try:
        known = holidays.country_holidays(country).supported_categories
        return holidays.country_holidays(country, categories=tuple(kept for kept in KEPT if kept in known))
    except NotImplementedError:
        return frozenset()
