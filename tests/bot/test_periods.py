"""Which days a question names."""

from __future__ import annotations

from datetime import date

import pytest

from bot.periods import Period, period_asked
from indexer.swedish import normalise, tokenize

MONTHS = ["januari", "februari", "mars", "april", "maj", "juni"]
MONTHS += ["juli", "augusti", "september", "oktober", "november", "december"]


def asked(text: str) -> Period | None:
    return period_asked(tokenize(normalise(text)), MONTHS, {"från", "efter"})


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Gäller avtalet 2028?", date(2028, 1, 1), date(2028, 12, 31)),
        ("Gäller avtalet i februari 2028?", date(2028, 2, 1), date(2028, 2, 29)),
        ("Gäller avtalet den 3 maj 2027?", date(2027, 5, 3), date(2027, 5, 3)),
        ("Gäller avtalet 2027-05?", date(2027, 5, 1), date(2027, 5, 31)),
        ("Gäller avtalet från 2026 till 2027?", date(2026, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_year_a_month_and_a_day_are_whole(text: str, first: date, last: date) -> None:
    """What is named is all of its days; two days are the time between them."""
    found = asked(text)
    assert found is not None
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("text", ["Gäller avtalet?", "Gäller avtalet från 2027?", "Gäller avtalet 31 februari 2027?"])
def test_no_day_a_bound_and_a_day_that_is_none_are_no_period(text: str) -> None:
    """Where something begins is no time that is asked about, and the calendar has the last word."""
    assert asked(text) is None
