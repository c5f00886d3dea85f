"""`lotsen evaluate`: how many of the question cases are right, missed and wrong, and what else there is to say."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.commands.console import table, tell
from bot.commands.faults import OK, Mendable
from bot.commands.findings import (
    curve_json,
    interval,
    picture,
    share,
    tell_changes,
    tell_curve,
    tell_unreached,
    tell_variants,
    variants_json,
)
from bot.commands.index import ready
from bot.commands.wording import say
from bot.curve import Point, chosen, sweep
from bot.evaluate import Case, Verdict, load_cases, region_cases, run
from bot.measures import OUTCOMES, ReportError, compare, read_outcomes, report_case, unreached, wilson
from bot.service import Serving, open_serving
from bot.settings import Settings
from bot.steadiness import run_variants
from knowledge.model import Knowledge

NUMBERS = frozenset({1, 2, 3, 4, 5, 6})
MOST_WRONG = 0.01
SEED = 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to do beside counting. `most_wrong` is a share of the answers, 0–1; a report to "-" is all that is told."""

    report: Path | None = None
    earlier: Path | None = None
    curve: bool = False
    picture: Path | None = None
    most_wrong: float | None = None
    unreached: bool = False
    variants: bool = False
    seed: int = SEED


def evaluate(settings: Settings, folder: Path, wanted: Wanted) -> int:
    """Ask every case of a folder and tell how it went; return the exit status, 0 however many are wrong."""
    cases = cases_in(folder)
    earlier = _earlier(wanted.earlier) if wanted.earlier else None
    serving = open_serving(ready(settings).path, settings.certainty)
    _same_region(cases, folder, serving.served.knowledge)
    cases += region_cases(serving.served.knowledge)
    verdicts = list(run(cases, serving))
    report = as_json(verdicts, serving.served.revision)
    telling = [lambda: _tell_base(verdicts), *_more(cases, verdicts, serving, earlier, wanted, report)]
    written = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
    if wanted.report is not None and str(wanted.report) == "-":
        tell(written.rstrip())
        return OK
    if wanted.report is not None:
        wanted.report.write_text(written, "utf-8")
    for part in telling:
        part()
    return OK


def as_json(verdicts: Iterable[Verdict], revision: str) -> dict[str, Any]:
    """Return the whole result: counts, by kind and by form, how each case went, and why those that were not right."""
    all_ = list(verdicts)
    counts = _counts(all_)
    return {
        "revision": revision,
        **counts,
        "intervals": {name: [round(end, 4) for end in wilson(counts[name], len(all_))] for name in OUTCOMES},
        "by_kind": {name: _counts(group) for name, group in _grouped(all_, kind_of).items()},
        "by_form": {name: _counts(group) for name, group in _grouped(all_, form_of).items()},
        "failed": [_failed(verdict) for verdict in all_ if verdict.outcome != "right"],
        "cases": [report_case(verdict) for verdict in all_],
    }


def kind_of(case: Case) -> str:
    """Return the kind that a case expects; the first where several will do."""
    return case.kind


def form_of(case: Case) -> str:
    """Return in what form a case asks."""
    return case.form


def _more(
    cases: list[Case],
    verdicts: list[Verdict],
    serving: Serving,
    earlier: Mapping[str, str] | None,
    wanted: Wanted,
    report: dict[str, Any],
) -> Iterable[Callable[[], None]]:
    """Yield what tells each thing that is wanted beside the counts, once it is in the report."""
    if earlier is not None:
        changes = compare(verdicts, earlier)
        report["changes"] = changes.as_json()
        yield lambda: tell_changes(changes, str(wanted.earlier))
    if wanted.unreached:
        facts = unreached(verdicts, serving.served.citables)
        report["unreached"] = [{"id": fact.id, "title": fact.title} for fact in facts]
        yield lambda: tell_unreached(facts)
    if wanted.curve or wanted.picture or wanted.most_wrong is not None:
        yield _curve(cases, serving, wanted, report)
    if wanted.variants:
        varied = list(run_variants(verdicts, serving, wanted.seed))
        report["variants"] = variants_json(varied, wanted.seed)
        yield lambda: tell_variants(varied, wanted.seed)


def _curve(cases: list[Case], serving: Serving, wanted: Wanted, report: dict[str, Any]) -> Callable[[], None]:
    most_wrong = MOST_WRONG if wanted.most_wrong is None else wanted.most_wrong
    points = sweep(cases, serving)
    present = _present(points, serving)
    within = chosen(points, most_wrong)
    report["curve"] = curve_json(points, within, most_wrong)
    if wanted.picture:
        wanted.picture.write_text(picture(points, present, within, most_wrong), "utf-8")
    return lambda: tell_curve(points, present, within, most_wrong)


def _present(points: Iterable[Point], serving: Serving) -> Point:
    return next(point for point in points if point.threshold == serving.mind.certainty)


def _earlier(path: Path) -> dict[str, str]:
    try:
        return read_outcomes(path)
    except FileNotFoundError as exc:
        raise Mendable(say("evaluate.no_earlier", file=path)) from exc
    except (OSError, ReportError) as exc:
        raise Mendable(say("evaluate.no_report", file=path)) from exc


def cases_in(folder: Path) -> list[Case]:
    """Return the question cases of a folder. Raises Mendable where there are none, or they cannot be read."""
    if not folder.is_dir():
        raise Mendable(say("evaluate.no_folder", folder=folder))
    try:
        cases = list(load_cases(folder))
    except (KeyError, TypeError, ValueError) as exc:
        raise Mendable(say("evaluate.case", file=folder, id="?", why=repr(exc))) from exc
    if not cases:
        raise Mendable(say("evaluate.no_cases", folder=folder))
    return cases


def _same_region(cases: Iterable[Case], folder: Path, knowledge: Knowledge) -> None:
    """Raise Mendable where somebody in the cases works in a municipality that the region does not have."""
    homes = {case.profile: case.id for case in cases if case.profile and case.profile not in knowledge.municipalities}
    if homes:
        place, id_ = next(iter(homes.items()))
        region = knowledge.region.name
        raise Mendable(say("evaluate.other_region", folder=folder, region=region, id=id_, municipality=place))


def _grouped(verdicts: Iterable[Verdict], key: Callable[[Case], str]) -> dict[str, list[Verdict]]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(key(verdict.case), []).append(verdict)
    return dict(sorted(groups.items()))


def _counts(verdicts: list[Verdict]) -> dict[str, int]:
    found = Counter(verdict.outcome for verdict in verdicts)
    return {"total": len(verdicts), **{outcome: found[outcome] for outcome in OUTCOMES}}


def _failed(verdict: Verdict) -> dict[str, Any]:
    return {**report_case(verdict), "reasons": list(verdict.reasons), "turns": list(verdict.case.turns)}


def _tell_base(verdicts: list[Verdict]) -> None:
    _tell_table("kind", verdicts, kind_of)
    tell("")
    _tell_table("form", verdicts, form_of)
    tell(say("evaluate.intervals"))
    _tell_failed([verdict for verdict in verdicts if verdict.outcome != "right"])


def _tell_table(column: str, verdicts: list[Verdict], key: Callable[[Case], str]) -> None:
    headers = [say(f"evaluate.column.{name}") for name in (column, *OUTCOMES, "all", "share", "wrong_share")]
    rows = [_row(name, _counts(group), share) for name, group in _grouped(verdicts, key).items()]
    table(headers, [*rows, _row(say("evaluate.total"), _counts(verdicts), interval)], NUMBERS)


def _row(name: str, counts: dict[str, int], shown: Callable[[int, int], str]) -> tuple[str, ...]:
    shares = (shown(counts[outcome], counts["total"]) for outcome in ("right", "wrong"))
    return (name, *(str(counts[outcome]) for outcome in OUTCOMES), str(counts["total"]), *shares)


def _tell_failed(failed: list[Verdict]) -> None:
    if not failed:
        return
    tell("")
    tell(say("evaluate.failed"), "bold")
    for verdict in failed:
        tell(f"{verdict.case.file} {verdict.case.id} ({say(f'evaluate.{verdict.outcome}')}): {verdict.case.turns[-1]}")
        for reason in verdict.reasons:
            tell(f"    {reason}", "dim")
