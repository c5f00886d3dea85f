"""Risk against coverage: how many questions are answered, and how many wrongly, as the threshold moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.evaluate import Case, Verdict, ask
from bot.service import Serving

THRESHOLDS = tuple(step / 100 for step in range(50, 101))
"""The certainties that are tried: those that the setting allows, in hundredths."""


@dataclass(frozen=True, slots=True)
class Point:
    """What all cases come to at one threshold.

    `answerable` are the cases whose right reply is an answer, and `reached` those of them that got one, right or
    wrong. `answered` are all replies that answer, and `wrong` those of them that are not right.
    """

    threshold: float
    answerable: int
    reached: int
    answered: int
    wrong: int
    right: int
    total: int

    @property
    def coverage(self) -> float:
        """Share of the questions that have an answer that are answered, 0–1."""
        return self.reached / self.answerable if self.answerable else 0.0

    @property
    def risk(self) -> float:
        """Share of the answers that are wrong, 0–1; asking back and not knowing are no answers."""
        return self.wrong / self.answered if self.answered else 0.0


def sweep(cases: Iterable[Case], serving: Serving, thresholds: Sequence[float] = THRESHOLDS) -> list[Point]:
    """Return the curve, by rising threshold; the present one is always on it.

    A case that gets the same reply at both ends of a stretch is taken to get it within, which spares nine runs of ten.
    """
    tried = sorted({*thresholds, serving.mind.certainty})
    servings = [replace(serving, mind=replace(serving.mind, certainty=threshold)) for threshold in tried]
    rows = [_along(case, servings) for case in cases]
    return [_point(threshold, [row[at] for row in rows]) for at, threshold in enumerate(tried)]


def chosen(points: Iterable[Point], most_wrong: float) -> Point | None:
    """Return the lowest threshold at which at most so large a share (0–1) of the answers is wrong; null if none is."""
    return next((point for point in points if point.risk <= most_wrong), None)


def _along(case: Case, servings: Sequence[Serving]) -> list[Verdict]:
    """Return the verdict on a case with each serving."""
    found: dict[int, Verdict] = {}

    def at(index: int) -> Verdict:
        if index not in found:
            found[index] = ask(case, servings[index])
        return found[index]

    _fill(at, found, 0, len(servings) - 1)
    return [found[index] for index in range(len(servings))]


def _fill(at: Callable[[int], Verdict], found: dict[int, Verdict], low: int, high: int) -> None:
    if at(low).answer == at(high).answer:
        found.update(dict.fromkeys(range(low, high), found[low]))
    elif high - low > 1:
        middle = (low + high) // 2
        _fill(at, found, low, middle)
        _fill(at, found, middle, high)


def _point(threshold: float, verdicts: Sequence[Verdict]) -> Point:
    answered = [verdict for verdict in verdicts if verdict.answered]
    return Point(
        threshold,
        answerable=sum(verdict.case.answerable for verdict in verdicts),
        reached=sum(verdict.case.answerable for verdict in answered),
        answered=len(answered),
        wrong=sum(verdict.outcome == "wrong" for verdict in answered),
        right=sum(verdict.outcome == "right" for verdict in verdicts),
        total=len(verdicts),
    )
