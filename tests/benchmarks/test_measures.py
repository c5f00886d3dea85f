"""What the measures of the benchmarks give for rankings made by hand."""

from __future__ import annotations

import pytest

from benchmarks.measures import (
    first_is_right,
    gain,
    mean,
    paired_bootstrap,
    percentile,
    reciprocal_rank,
)

RANKED = ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("rel", "acc1", "mrr10", "ndcg10"),
    [
        ({"a"}, 1.0, 1.0, 1.0),
        ({"b"}, 0.0, 0.5, 0.630930),  # 1 / log2(3)
        ({"d"}, 0.0, 0.25, 0.430677),  # 1 / log2(5)
        ({"a", "c"}, 1.0, 1.0, 0.919721),  # (1 + 1 / 2) / (1 + 1 / log2(3))
        ({"b", "x"}, 0.0, 0.5, 0.386853),  # one of two is never found
        ({"x"}, 0.0, 0.0, 0.0),
    ],
)
def test_a_ranking_made_by_hand(rel: set[str], acc1: float, mrr10: float, ndcg10: float) -> None:
    """Accuracy, reciprocal rank and gain are what they are by definition."""
    assert first_is_right(RANKED, rel) == acc1
    assert reciprocal_rank(RANKED, rel) == mrr10
    assert gain(RANKED, rel) == pytest.approx(ndcg10, abs=1e-6)


def test_what_comes_after_the_tenth_does_not_count() -> None:
    """Only the first ten documents are looked at."""
    ranked = [str(number) for number in range(20)]
    assert reciprocal_rank(ranked, {"9"}) == 0.1
    assert reciprocal_rank(ranked, {"10"}) == gain(ranked, {"10"}) == 0.0
    assert gain(ranked, set(ranked)) == 1.0


def test_nothing_found_is_wrong() -> None:
    """An engine that returns nothing has no right answer."""
    assert first_is_right([], {"a"}) == reciprocal_rank([], {"a"}) == gain([], {"a"}) == 0.0
    assert mean([]) == percentile([], 0.5) == 0.0


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 2), (0.75, 3), (0.99, 4), (1.0, 4)])
def test_a_percentile_is_a_value_that_occurs(share: float, value: float) -> None:
    """The nearest value below which that share lies."""
    assert percentile([4, 2, 1, 3], share) == value


def test_the_same_seed_gives_the_same_interval() -> None:
    """The bootstrap is told by its numbers and its seed alone, and holds the mean within its ends."""
    one, other = [1.0, 1.0, 0.0, 1.0] * 10, [1.0, 0.0, 0.0, 1.0] * 10
    found = paired_bootstrap(one, other, resamples=500)
    assert found == paired_bootstrap(one, other, resamples=500)
    assert found.mean == 0.25
    assert 0.0 < found.low <= 0.25 <= found.high < 0.5


def test_engines_that_always_agree_do_not_differ() -> None:
    """Where every question goes alike the difference is none, surely."""
    found = paired_bootstrap([1.0, 0.0], [1.0, 0.0], resamples=50)
    assert (found.mean, found.low, found.high) == (0.0, 0.0, 0.0)
