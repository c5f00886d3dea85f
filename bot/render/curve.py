"""The risk/coverage curve as a picture: SVG, the same bytes for the same points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from bot.curve import Point
from bot.render.html import fill_template

WIDTH, HEIGHT = 760, 500
LEFT, RIGHT, TOP, BOTTOM = 84, 728, 128, 424
APART = 34
"""Least distance between two labelled points, in the picture's own units."""
STEPS = (0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
MOST_TICKS = 8


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in the picture; `present` and `chosen` tell of two thresholds, or that none could be chosen."""

    title: str
    description: str
    x_axis: str
    y_axis: str
    present: str
    chosen: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """Where shares (0–1) lie along an axis; `step` is between its ticks."""

    low: float
    high: float
    step: float
    start: float
    end: float

    def at(self, share: float) -> float:
        """Return where a share lies, in the picture's own units."""
        part = (share - self.low) / (self.high - self.low)
        return round(self.start + part * (self.end - self.start), 1)

    def ticks(self) -> list[dict[str, object]]:
        """Return where the lines across stand, and their per cent."""
        count = round((self.high - self.low) / self.step)
        shares = [self.low + number * self.step for number in range(count + 1)]
        return [{"at": self.at(share), "label": number(100 * share)} for share in shares]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A threshold that is pointed out; without a place it is only told of."""

    label: str
    filled: bool
    place: tuple[float, float] | None


def render_curve(points: Sequence[Point], present: Point, chosen: Point | None, words: Words) -> str:
    """Return the curve as SVG: share answered from left to right, share wrong upwards, two thresholds marked."""
    across = _scale([point.coverage for point in points], LEFT, RIGHT)
    up = _scale([0.0, *(point.risk for point in points)], BOTTOM, TOP)
    places = {point: (across.at(point.coverage), up.at(point.risk)) for point in points}
    marks = [
        _Mark(words.present, True, places[present]),
        _Mark(words.chosen, False, places[chosen] if chosen else None),
    ]
    return fill_template(
        "curve.svg",
        **{"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": RIGHT, "top": TOP, "bottom": BOTTOM},
        **{"title": words.title, "description": words.description, "x_axis": words.x_axis, "y_axis": words.y_axis},
        x_ticks=across.ticks(),
        y_ticks=up.ticks(),
        line=" ".join(f"{x},{y}" for x, y in places.values()),
        dots=_labelled(places, [mark.place for mark in marks if mark.place]),
        marks=marks,
    )


def number(value: float, decimals: int = 2) -> str:
    """Return a number as Swedish writes it, without needless decimals."""
    return f"{value:.{decimals}f}".rstrip("0").rstrip(".").replace(".", ",")


def threshold(point: Point) -> str:
    """Return a threshold as Swedish writes it, with two decimals or as many as it has."""
    return max(f"{point.threshold:.2f}", str(point.threshold), key=len).replace(".", ",")


def _scale(shares: Sequence[float], start: float, end: float) -> _Scale:
    low, high = min(shares), max(shares)
    step = next((step for step in STEPS if (high - low) / step < MOST_TICKS), STEPS[-1])
    # Rounded first, so that 0.30000000000000004 is no reason for one more tick.
    first, last = floor(round(low / step, 6)), ceil(round(high / step, 6))
    return _Scale(first * step, max(last, first + 1) * step, step, start, end)


def _labelled(
    places: Mapping[Point, tuple[float, float]], taken: Iterable[tuple[float, float]]
) -> list[dict[str, object]]:
    """Return the points that have room for their threshold beside them, round thresholds before others."""
    shown: list[dict[str, object]] = []
    kept = list(taken)
    for point, (x, y) in sorted(places.items(), key=lambda pair: (-_roundness(pair[0]), pair[0].threshold)):
        if all(abs(x - other_x) + abs(y - other_y) >= APART for other_x, other_y in kept):
            shown.append({"x": x, "y": y, "label": threshold(point)})
            kept.append((x, y))
    return shown


def _roundness(point: Point) -> int:
    hundredths = round(100 * point.threshold)
    return (hundredths % 5 == 0) + (hundredths % 10 == 0)
