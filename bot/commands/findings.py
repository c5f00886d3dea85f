"""What `lotsen evaluate` tells beside its tables: the curve, what changed, what is not reached, the variants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.commands.console import table, tell
from bot.commands.wording import say
from bot.curve import Point
from bot.measures import OUTCOMES, Changes, wilson
from bot.render.curve import Words, number, render_curve, threshold
from bot.steadiness import Varied
from bot.variants import KINDS
from knowledge.facts import Citable

CURVE_COLUMNS = ("threshold", "answered", "coverage", "wrong_answers", "risk", "right")
VARIANT_COLUMNS = ("variant", "same", "silent", "otherwise", "all", "steady")
SHOWN_EVERY = 0.05
"""How far apart the thresholds of the table are; the picture has them all."""


def share(part: int, total: int) -> str:
    """Return a share in per cent with one decimal; a dash where there is nothing to share."""
    return f"{100 * part / total:.1f} %".replace(".", ",") if total else "–"


def interval(part: int, total: int) -> str:
    """Return a share and its 95 % interval."""
    low, high = (f"{100 * end:.1f}".replace(".", ",") for end in wilson(part, total))
    return f"{share(part, total)} ({low}–{high})"


def tell_changes(changes: Changes, file: str) -> None:
    """Print which cases went otherwise than in an earlier run, and which came or went."""
    groups = [*((outcome, changes.became[outcome]) for outcome in OUTCOMES), ("new", changes.new)]
    groups.append(("gone", changes.gone))
    tell("")
    tell(say("evaluate.changes", file=file), "bold")
    if not any(ids for _, ids in groups):
        tell(say("evaluate.changes.none"))
    for name, ids in groups:
        if ids:
            tell(f"{say(f'evaluate.became.{name}')} ({len(ids)}): {', '.join(ids)}")


def tell_unreached(citables: Sequence[Citable]) -> None:
    """Print the facts that are in no right answer."""
    tell("")
    tell(say("evaluate.unreached", count=len(citables)), "bold")
    if citables:
        headers = [say("evaluate.column.id"), say("evaluate.column.title")]
        table(headers, [(citable.id, citable.title) for citable in citables])


def tell_curve(points: Sequence[Point], present: Point, within: Point | None, most_wrong: float) -> None:
    """Print the curve, coarsely, with the present threshold and the one that keeps to a rate of wrong answers."""
    tell("")
    tell(say("evaluate.curve"), "bold")
    rows = [_curve_row(point, present, within) for point in points if _is_shown(point) or point in (present, within)]
    headers = [*(say(f"evaluate.column.{name}") for name in CURVE_COLUMNS), ""]
    table(headers, rows, frozenset(range(len(CURVE_COLUMNS))))
    tell(say("evaluate.curve.legend"))
    tell(_said_of_chosen(points, within, most_wrong))


def picture(points: Sequence[Point], present: Point, within: Point | None, most_wrong: float) -> str:
    """Return the curve as SVG with its words."""
    words = Words(
        title=say("evaluate.picture.title", total=present.total),
        description=say("evaluate.curve.legend"),
        x_axis=say("evaluate.picture.x"),
        y_axis=say("evaluate.picture.y"),
        present=_said_of_point("evaluate.picture.present", present),
        chosen=_said_of_chosen(points, within, most_wrong),
    )
    return render_curve(points, present, within, words)


def tell_variants(varied: Sequence[Varied], seed: int) -> None:
    """Print how many variants of each kind are answered alike, and those that are not."""
    tell("")
    tell(say("evaluate.variants", seed=seed), "bold")
    groups = [(say(f"evaluate.variant.{kind}"), _of_kind(varied, kind)) for kind in KINDS]
    rows = [_variant_row(name, group) for name, group in groups]
    total = _variant_row(say("evaluate.total"), varied)
    steady = interval(sum(one.same for one in varied), len(varied))
    headers = [say(f"evaluate.column.{name}") for name in VARIANT_COLUMNS]
    table(headers, [*rows, (*total[:-1], steady)], frozenset({1, 2, 3, 4, 5}))
    tell(say("evaluate.variants.legend"))
    for name, group in groups:
        differing = [one for one in group if not one.same]
        if differing:
            tell("")
            tell(say("evaluate.variants.differ", kind=name), "bold")
        for one in differing:
            tell(f"{one.verdict.case.id}: {one.variant.text}")
            tell(f"    {_difference(one)}", "dim")


def curve_json(points: Sequence[Point], within: Point | None, most_wrong: float) -> dict[str, Any]:
    """Return the curve for the report; shares 0–1."""
    listed = [
        {
            **{name: getattr(point, name) for name in Point.__slots__},
            "coverage": round(point.coverage, 6),
            "risk": round(point.risk, 6),
        }
        for point in points
    ]
    return {"points": listed, "most_wrong": most_wrong, "chosen": within.threshold if within else None}


def variants_json(varied: Sequence[Varied], seed: int) -> dict[str, Any]:
    """Return the variants for the report: counts by kind, and those that differ."""
    counts = {kind: {"total": len(group), "same": sum(one.same for one in group)} for kind, group in _by_kind(varied)}
    differing = [
        {"id": one.verdict.case.id, "variant": one.variant.kind, "text": one.variant.text, "differs": one.differs[0][0]}
        for one in varied
        if not one.same
    ]
    return {"seed": seed, "by_kind": counts, "differing": differing}


def _is_shown(point: Point) -> bool:
    return abs(point.threshold / SHOWN_EVERY - round(point.threshold / SHOWN_EVERY)) < 1e-6


def _curve_row(point: Point, present: Point, within: Point | None) -> tuple[str, ...]:
    notes = [say("evaluate.curve.present")] if point == present else []
    notes += [say("evaluate.curve.chosen")] if point == within else []
    return (
        threshold(point),
        str(point.answered),
        share(point.reached, point.answerable),
        str(point.wrong),
        share(point.wrong, point.answered),
        str(point.right),
        ", ".join(notes),
    )


def _said_of_chosen(points: Sequence[Point], within: Point | None, most_wrong: float) -> str:
    most = number(100 * most_wrong)
    if within is not None:
        return _said_of_point("evaluate.curve.choice", within, most=most)
    return _said_of_point("evaluate.curve.no_choice", min(points, key=lambda point: point.risk), most=most)


def _said_of_point(key: str, point: Point, **values: str) -> str:
    covered, wrong = share(point.reached, point.answerable), share(point.wrong, point.answered)
    return say(key, threshold=threshold(point), coverage=covered, risk=wrong, **values)


def _by_kind(varied: Sequence[Varied]) -> list[tuple[str, list[Varied]]]:
    return [(kind, _of_kind(varied, kind)) for kind in KINDS]


def _of_kind(varied: Sequence[Varied], kind: str) -> list[Varied]:
    return [one for one in varied if one.variant.kind == kind]


def _variant_row(name: str, group: Sequence[Varied]) -> tuple[str, ...]:
    same = sum(one.same for one in group)
    silent = sum(one.silent for one in group)
    counts = (same, silent, len(group) - same - silent, len(group))
    return (name, *map(str, counts), share(same, len(group)))


def _difference(one: Varied) -> str:
    key, was, became = one.differs[0]
    return f"{key}: {_listed(became)} ≠ {_listed(was)}"


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
