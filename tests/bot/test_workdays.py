"""Working days: neither weekends nor the days on which a country rests."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from bot.workdays import after, is_working_day


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-17T15:00", "2026-11-19T15:00"),  # Tuesday to Thursday
        ("2026-11-20T15:00", "2026-11-24T15:00"),  # Friday, over a weekend
        ("2026-11-21T02:00", "2026-11-24T02:00"),  # Saturday: Monday is the first
        ("2026-12-22T09:00", "2026-12-28T09:00"),  # Christmas Eve is no working day, nor what follows it
        ("2026-12-30T09:00", "2027-01-05T09:00"),  # New Year's Eve, New Year, a weekend
        ("2027-01-05T09:00", "2027-01-08T09:00"),  # Epiphany
        ("2026-04-01T09:00", "2026-04-07T09:00"),  # Easter
        ("2026-06-18T09:00", "2026-06-23T09:00"),  # Midsummer Eve
    ],
)
def test_two_working_days_in_sweden(start: str, end: str) -> None:
    """The time of the day is kept; weekends, holidays and the eves that everybody keeps are passed over."""
    assert after(datetime.fromisoformat(start), 2, "SE") == datetime.fromisoformat(end)


@pytest.mark.parametrize("country", [None, "XX"])
def test_without_a_country_only_weekends_are_passed_over(country: str | None) -> None:
    """Christmas Eve of 2026 is a Thursday."""
    assert is_working_day(date(2026, 12, 24), country)
    assert not is_working_day(date(2026, 12, 26), country)


def test_another_country_rests_on_other_days() -> None:
    """Norway's national day is a Monday like any other in Sweden."""
    assert not is_working_day(date(2027, 5, 17), "NO")
    assert is_working_day(date(2027, 5, 17), "SE")
