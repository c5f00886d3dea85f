"""`lotsen evaluate`: how many of the question cases are right, missed and wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from bot.commands.console import table, tell
from bot.commands.faults import OK, Mendable
from bot.commands.index import ready
from bot.commands.wording import say
from bot.evaluate import Case, Verdict, load_cases, run
from bot.service import open_serving
from bot.settings import Settings

OUTCOMES = ("right", "missed", "wrong")
NUMBERS = frozenset({1, 2, 3, 4, 5})


def evaluate(settings: Settings, folder: Path, report: Path | None) -> int:
    """Ask every case of a folder and tell how it went; return the exit status, 0 however many are wrong."""
    cases = _cases(folder)
    serving = open_serving(ready(settings).path, settings.certainty)
    verdicts = list(run(cases, serving))
    written = json.dumps(as_json(verdicts, serving.served.revision), ensure_ascii=False, indent=2) + "\n"
    if report is not None and str(report) == "-":
        tell(written.rstrip())
        return OK
    if report is not None:
        report.write_text(written, "utf-8")
    _tell_table("kind", verdicts, kind_of)
    tell("")
    _tell_table("form", verdicts, form_of)
    _tell_failed([verdict for verdict in verdicts if verdict.outcome != "right"])
    return OK


def as_json(verdicts: Iterable[Verdict], revision: str) -> dict[str, Any]:
    """Return the whole result: counts, by kind and by form, and each case that was not right."""
    all_ = list(verdicts)
    return {
        "revision": revision,
        **_counts(all_),
        "by_kind": {name: _counts(group) for name, group in _grouped(all_, kind_of).items()},
        "by_form": {name: _counts(group) for name, group in _grouped(all_, form_of).items()},
        "failed": [_failed(verdict) for verdict in all_ if verdict.outcome != "right"],
    }


def kind_of(case: Case) -> str:
    """Return the kind that a case expects; the first where several will do."""
    kind = case.expect.get("kind")
    return str(kind[0] if isinstance(kind, list) and kind else kind or "")


def form_of(case: Case) -> str:
    """Return in what form a case asks."""
    return case.form


def _cases(folder: Path) -> list[Case]:
    if not folder.is_dir():
        raise Mendable(say("evaluate.no_folder", folder=folder))
    try:
        cases = list(load_cases(folder))
    except (KeyError, TypeError, ValueError) as exc:
        raise Mendable(say("evaluate.case", file=folder, id="?", why=repr(exc))) from exc
    if not cases:
        raise Mendable(say("evaluate.no_cases", folder=folder))
    return cases


def _grouped(verdicts: Iterable[Verdict], key: Callable[[Case], str]) -> dict[str, list[Verdict]]:
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(key(verdict.case), []).append(verdict)
    return dict(sorted(groups.items()))


def _counts(verdicts: list[Verdict]) -> dict[str, int]:
    found = Counter(verdict.outcome for verdict in verdicts)
    return {"total": len(verdicts), **{outcome: found[outcome] for outcome in OUTCOMES}}


def _failed(verdict: Verdict) -> dict[str, Any]:
    case = verdict.case
    return {
        "id": case.id,
        "file": case.file,
        "form": case.form,
        "kind": kind_of(case),
        "outcome": verdict.outcome,
        "reasons": list(verdict.reasons),
        "turns": list(case.turns),
        "answered": verdict.answer["kind"],
    }


def _tell_table(column: str, verdicts: list[Verdict], key: Callable[[Case], str]) -> None:
    headers = [say(f"evaluate.column.{name}") for name in (column, *OUTCOMES, "all", "share")]
    groups = [*_grouped(verdicts, key).items(), (say("evaluate.total"), verdicts)]
    table(headers, [_row(name, _counts(group)) for name, group in groups], NUMBERS)


def _row(name: str, counts: dict[str, int]) -> tuple[str, ...]:
    share = f"{100 * counts['right'] / counts['total']:.1f} %".replace(".", ",")
    return (name, *(str(counts[outcome]) for outcome in OUTCOMES), str(counts["total"]), share)


def _tell_failed(failed: list[Verdict]) -> None:
    if not failed:
        return
    tell("")
    tell(say("evaluate.failed"), "bold")
    for verdict in failed:
        tell(f"{verdict.case.file} {verdict.case.id} ({say(f'evaluate.{verdict.outcome}')}): {verdict.case.turns[-1]}")
        for reason in verdict.reasons:
            tell(f"    {reason}", "dim")
