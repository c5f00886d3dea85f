"""A picture of how long questions take: the share that is answered within a time, one curve for each kind."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, StrictUndefined

TEMPLATE = Path(__file__).resolve().with_name("picture.svg")
LEFT, RIGHT, TOP, BOTTOM = 60, 720, 70, 350
"""Edges of the plot, in the picture's units."""
FIRST, LAST = 0.01, 100.0
"""Ends of the axis of time, ms; each power of ten is as wide."""
COLOURS = ("#0b5394", "#b45309", "#6b7280", "#15803d")
DASHES = ("", "", "7 4", "2 3")
POINTS = 200


@dataclass(frozen=True, slots=True)
class Goal:
    """A time that a curve should have reached by a share, as words; `curve` counts from 0."""

    ms: float
    label: str
    curve: int


@dataclass(frozen=True, slots=True)
class Words:
    """What stands in the picture."""

    title: str
    desc: str
    machine: str
    x_name: str


def draw(curves: Mapping[str, Sequence[float]], goals: Sequence[Goal], words: Words) -> str:
    """Return the picture as SVG, the same for the same figures. `curves` are milliseconds by label."""
    drawn = [
        {"label": label, "points": _points(sorted(ms)), "colour": colour, "dash": dash}
        for (label, ms), colour, dash in zip(curves.items(), COLOURS, DASHES, strict=False)
        if ms
    ]
    environment = Environment(undefined=StrictUndefined, autoescape=True, trim_blocks=True)
    return environment.from_string(TEMPLATE.read_text("utf-8")).render(
        title=words.title,
        desc=words.desc,
        machine=words.machine,
        x_name=words.x_name,
        curves=drawn,
        x_ticks=[{"at": _x(ms), "label": f"{ms:g}".replace(".", ",")} for ms in (0.01, 0.1, 1, 10, 100)],
        y_ticks=[{"at": _y(share), "label": f"{share:.0%}".replace("%", " %")} for share in (0, 0.25, 0.5, 0.75, 1)],
        goals=[{"at": _x(goal.ms), "label": goal.label, "colour": COLOURS[goal.curve]} for goal in goals],
    )


def _points(ms: Sequence[float]) -> str:
    """Return the curve: for each of some shares, the time within which it is answered."""
    shares = [step / POINTS for step in range(1, POINTS + 1)]
    times = (ms[math.ceil(share * len(ms)) - 1] for share in shares)
    return " ".join(f"{_x(time)},{_y(share)}" for share, time in zip(shares, times, strict=True))


def _x(ms: float) -> float:
    share = math.log(min(max(ms, FIRST), LAST) / FIRST) / math.log(LAST / FIRST)
    return round(LEFT + share * (RIGHT - LEFT), 1)


def _y(share: float) -> float:
    return round(BOTTOM - share * (BOTTOM - TOP), 1)
