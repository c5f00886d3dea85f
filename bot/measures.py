"""What is said of a run beside its counts: how sure a share is, what changed, what was not reached."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from bot.errors import LotsenError
from bot.evaluate import Verdict
from knowledge.facts import Citable
from knowledge.model import Kind

OUTCOMES = ("right", "missed", "wrong")
Z95 = 1.959964
"""Standard deviations within which 95 % of a normal distribution lies."""


class ReportError(LotsenError):
    """A file that is not the JSON report of a run."""


@dataclass(frozen=True, slots=True)
class Changes:
    """How a run differs from an earlier one: cases by what became of them (right, missed, wrong), by case id."""

    became: Mapping[str, tuple[str, ...]]
    new: tuple[str, ...]
    gone: tuple[str, ...]

    def as_json(self) -> dict[str, list[str]]:
        """Return the ids of the cases by what became of them."""
        return {**{key: list(ids) for key, ids in self.became.items()}, "new": list(self.new), "gone": list(self.gone)}


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share as (low, high), 0–1, after Wilson: sound for small counts too."""
    if total == 0:
        return 0.0, 1.0
    share, spread = count / total, Z95**2 / total
    middle = (share + spread / 2) / (1 + spread)
    half = Z95 * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def read_outcomes(path: Path) -> dict[str, str]:
    """Return the outcome of each case of an earlier run, by id. Raises OSError, and ReportError for other files."""
    try:
        listed = json.loads(path.read_text("utf-8"))["cases"]
        outcomes = {str(case["id"]): str(case["outcome"]) for case in listed}
    except (ValueError, KeyError, TypeError) as exc:
        raise ReportError(f"no report: {path}") from exc
    if not set(outcomes.values()) <= set(OUTCOMES):
        raise ReportError(f"unknown outcomes: {path}")
    return outcomes


def compare(verdicts: Iterable[Verdict], earlier: Mapping[str, str]) -> Changes:
    """Return what changed since an earlier run, in the order of this one."""
    now = {verdict.case.id: verdict.outcome for verdict in verdicts}
    changed = [id_ for id_, outcome in now.items() if earlier.get(id_, outcome) != outcome]
    return Changes(
        {outcome: tuple(id_ for id_ in changed if now[id_] == outcome) for outcome in OUTCOMES},
        new=tuple(id_ for id_ in now if id_ not in earlier),
        gone=tuple(id_ for id_ in earlier if id_ not in now),
    )


def unreached(verdicts: Iterable[Verdict], citables: Mapping[str, Citable]) -> list[Citable]:
    """Return what can be cited and is in no right answer, in order; what only editors see is not asked for."""
    reached = {fact for verdict in verdicts if verdict.outcome == "right" for fact in verdict.answer["facts"]}
    return [
        citable
        for id_, citable in citables.items()
        if id_ not in reached and not citable.editors_only and citable.kind is not Kind.PASSAGE
    ]


def report_case(verdict: Verdict) -> dict[str, Any]:
    """Return how one case went, as the report of a run lists it."""
    case = verdict.case
    return {
        "id": case.id,
        "file": case.file,
        "form": case.form,
        "kind": case.kind,
        "outcome": verdict.outcome,
        "answered": verdict.answer["kind"],
    }
