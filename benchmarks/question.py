"""`python -m benchmarks.question [MAPP] [--json]`: how long one question takes in process, and what takes it."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from benchmarks.engines import YARDSTICKS, Docs, Engine
from benchmarks.machine import Machine, this_machine
from benchmarks.measures import TOP, percentile
from benchmarks.picture import Goal, Words, draw
from benchmarks.turns import STAGES, Asked, ask, peaks, stages, timed, warm_up
from benchmarks.wording import ROOT, arguments, number, run_command, say
from bot.commands.console import table, tell
from bot.commands.faults import OK, Mendable
from bot.commands.index import ready
from bot.evaluate import Case, load_cases
from bot.service import Serving, open_serving
from bot.settings import load_settings

PICTURE = Path(__file__).resolve().parent / "bilder" / "fraga.svg"
GOALS = {"plain": {"p50": 2.0}, "index": {"p50": 15.0, "p99": 40.0}}
"""Milliseconds within which half (p50) and nearly all (p99) should be answered."""
KINDS = ("plain", "index")
"""Settled by phrases and tasks alone; or the index was asked."""


@dataclass(frozen=True, slots=True)
class Report:
    """All that was measured. `first` are the turns as they came, `again` the same turns once more.

    `yardsticks` are milliseconds of a search over the same passages, null where an engine is not installed.
    """

    machine: Machine
    first: tuple[Asked, ...]
    again: tuple[Asked, ...]
    stages: Mapping[str, tuple[float, ...]]
    peak_bytes: tuple[int, ...]
    yardsticks: Mapping[str, tuple[float, ...] | None]

    def of_kind(self, kind: str, again: bool = False) -> tuple[float, ...]:
        """Return the milliseconds of one of KINDS."""
        asked = self.again if again else self.first
        return tuple(one.ms for one in asked if one.asked_index == (kind == "index"))

    def as_json(self) -> dict[str, Any]:
        """Return the figures: shares 0–1, times in ms, memory in kB (1,000 bytes)."""
        kinds = {
            kind: {
                "share": round(len(self.of_kind(kind)) / len(self.first), 4),
                **_times(self.of_kind(kind)),
                "again": _times(self.of_kind(kind, again=True)),
            }
            for kind in KINDS
        }
        return {
            "machine": self.machine.as_json(),
            "turns": len(self.first),
            **kinds,
            "stages": {stage: _times(ms) for stage, ms in self.stages.items()},
            "peak_kb": _times([size / 1000 for size in self.peak_bytes], 0),
            "yardsticks": {name: None if ms is None else _times(ms) for name, ms in self.yardsticks.items()},
        }


def _times(values: Sequence[float], decimals: int = 3) -> dict[str, float]:
    return {name: round(percentile(values, share), decimals) for name, share in (("p50", 0.5), ("p99", 0.99))}


# --- measuring -----------------------------------------------------------------------------------


def measure(path: Path, cases: Sequence[Case], yardsticks: Mapping[str, Engine] = YARDSTICKS) -> Report:
    """Ask every case of a published index folder, and return how long it took.

    Each pass but the second has the index opened anew, so that words are met for the first time.
    """
    serving = open_serving(path)
    warm_up(serving, cases[0])
    first, again = tuple(ask(serving, cases)), tuple(ask(serving, cases))
    by_stage = _with(path, lambda opened: list(stages(opened, cases)))
    docs = [
        (passage.id, "\n".join((passage.title, passage.text, *passage.also, *passage.examples)))
        for passage in serving.served.passages.values()
    ]
    texts = [text for case in cases for text in case.turns]
    report = Report(
        machine=this_machine(),
        first=first,
        again=again,
        stages={stage: tuple(times[stage] for times in by_stage) for stage in STAGES},
        peak_bytes=tuple(_with(path, lambda opened: list(peaks(opened, cases)))),
        yardsticks={name: _searched(engine, docs, texts) for name, engine in yardsticks.items()},
    )
    serving.served.close()
    return report


def _with(path: Path, work: Callable[[Serving], list[Any]]) -> list[Any]:
    serving = open_serving(path)
    try:
        return work(serving)
    finally:
        serving.served.close()


def _searched(engine: Engine, docs: Docs, texts: Sequence[str]) -> tuple[float, ...] | None:
    """Return how long each search took, or None where the engine is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            with engine(docs, Path(folder)) as rank:
                return tuple(timed(partial(rank, text, TOP)) for text in texts)
        except ImportError:
            return None


# --- telling -------------------------------------------------------------------------------------


def question(folder: str | None, picture: str | None, as_json: bool) -> int:
    """Measure, and print what came out; return the exit status. Raises Mendable where there are no cases."""
    place = Path(folder) if folder else ROOT / "tests" / "questions"
    cases = list(load_cases(place))
    if not cases:
        raise Mendable(say("question.no_cases", folder=place))
    report = measure(ready(load_settings(ROOT)).path, cases)
    if as_json:
        tell(json.dumps(report.as_json(), indent=2))
        return OK
    _tell(report)
    drawn = Path(picture) if picture else PICTURE
    drawn.parent.mkdir(parents=True, exist_ok=True)
    drawn.write_text(_drawn(report), "utf-8")
    tell(say("question.drawn", path=drawn))
    return OK


def _tell(report: Report) -> None:
    found = report.as_json()
    tell(_on(report.machine))
    tell(say("question.counts", turns=found["turns"]))
    columns = ("kind", "share", "p50", "p99", "again50", "again99", "goal")
    _table(columns, [_row_of_kind(kind, found[kind]) for kind in KINDS])
    rows = [[say(f"stage.{stage}"), *map(_ms, times.values())] for stage, times in found["stages"].items()]
    _table(("stage", "p50", "p99"), rows)
    _table(("yardstick", "p50", "p99"), [_row_of_yardstick(*item) for item in found["yardsticks"].items()])
    tell(say("question.memory", p50=number(found["peak_kb"]["p50"], 0), p99=number(found["peak_kb"]["p99"], 0)))


def _on(machine: Machine) -> str:
    return say(
        "question.machine", cpu=machine.cpu or say("question.no_model"), cores=machine.cores, python=machine.python
    )


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table([say(f"column.{column}") for column in columns], rows, right=frozenset(range(1, len(columns))))
    tell("")


def _row_of_kind(kind: str, found: dict[str, Any]) -> list[str]:
    times = (found["p50"], found["p99"], found["again"]["p50"], found["again"]["p99"])
    goals = ", ".join(
        say("question.met" if found[name] <= most else "question.missed", name=name, ms=number(most, 0))
        for name, most in GOALS[kind].items()
    )
    return [
        say(f"question.{kind}"),
        say("question.share", share=number(100 * found["share"], 1)),
        *map(_ms, times),
        goals,
    ]


def _row_of_yardstick(name: str, times: dict[str, float] | None) -> list[str]:
    shown = [say("question.not_installed"), "–"] if times is None else map(_ms, times.values())
    return [say(f"engine.{name}"), *shown]


def _ms(value: float) -> str:
    return number(value, 2)


def _drawn(report: Report) -> str:
    curves = {say(f"question.{kind}"): report.of_kind(kind) for kind in KINDS}
    curves |= {say(f"engine.{name}"): ms for name, ms in report.yardsticks.items() if ms is not None}
    goals = [
        Goal(most, say("question.goal", name=name, ms=number(most, 0)), curve)
        for curve, kind in enumerate(KINDS)
        for name, most in GOALS[kind].items()
    ]
    desc = say("question.desc", **{kind: number(percentile(report.of_kind(kind), 0.5), 1) for kind in KINDS})
    return draw(curves, goals, Words(say("question.title"), desc, _on(report.machine), say("question.x")))


def main(given: Sequence[str]) -> int:
    """Run the command and return its exit status."""
    folder = click.Argument(["folder"], required=False, metavar=say("question.folder"))
    picture = click.Option(["--bild", "picture"], help=say("question.option.picture"), metavar=say("question.file"))
    return run_command("question", question, given, folder, picture)


if __name__ == "__main__":
    sys.exit(main(arguments()))
