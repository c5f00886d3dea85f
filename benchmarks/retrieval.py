"""`python -m benchmarks.retrieval FIL.json [--json]`: how well Lotsen finds passages, beside two yardsticks."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from benchmarks.dataset import Dataset, Query, load_dataset
from benchmarks.engines import ENGINES, Engine, Rank
from benchmarks.measures import (
    RESAMPLES,
    TOP,
    first_is_right,
    gain,
    mean,
    paired_bootstrap,
    percentile,
    reciprocal_rank,
)
from benchmarks.wording import arguments, number, run_command, say
from bot.commands.console import table, tell
from bot.commands.faults import OK

KEYS = ("acc1", "mrr10", "ndcg10", "acc1_cands", "ms", "index_s")
DECIMALS = {"ms": 2, "index_s": 2}


@dataclass(frozen=True, slots=True)
class Result:
    """How one engine did, question by question. `cands` is left empty where no question has candidates.

    `ms` are milliseconds for each question, asked once; `index_s` seconds for all documents.
    """

    acc1: tuple[float, ...]
    mrr10: tuple[float, ...]
    ndcg10: tuple[float, ...]
    cands: tuple[float, ...]
    ms: tuple[float, ...]
    index_s: float

    def as_json(self) -> dict[str, float | None]:
        """Return the means, the median time, and the time to index; exactly the keys of KEYS."""
        return {
            "acc1": round(mean(self.acc1), 4),
            "mrr10": round(mean(self.mrr10), 4),
            "ndcg10": round(mean(self.ndcg10), 4),
            "acc1_cands": round(mean(self.cands), 4) if self.cands else None,
            "ms": round(percentile(self.ms, 0.5), 3),
            "index_s": round(self.index_s, 3),
        }


def measure(engine: Engine, data: Dataset, folder: Path) -> Result:
    """Index the documents in an empty folder, ask every question, and return how it went."""
    began = time.perf_counter()
    with engine(data.docs, folder) as rank:
        index_s = time.perf_counter() - began
        rankings, ms = _timed(rank, data.queries)
        cands = tuple(_among_candidates(rank, query, len(data.docs)) for query in data.queries if query.cands)
    pairs = list(zip(rankings, data.queries, strict=True))
    return Result(
        acc1=tuple(first_is_right(ranked, query.rel) for ranked, query in pairs),
        mrr10=tuple(reciprocal_rank(ranked, query.rel) for ranked, query in pairs),
        ndcg10=tuple(gain(ranked, query.rel) for ranked, query in pairs),
        cands=cands,
        ms=ms,
        index_s=index_s,
    )


def _timed(rank: Rank, queries: Sequence[Query]) -> tuple[list[list[str]], tuple[float, ...]]:
    rankings, ms = [], []
    for query in queries:
        began = time.perf_counter()
        rankings.append(rank(query.text, TOP))
        ms.append((time.perf_counter() - began) * 1000)
    return rankings, tuple(ms)


def _among_candidates(rank: Rank, query: Query, docs: int) -> float:
    """Return 1 where the first of the candidates is right."""
    allowed = [id_ for id_ in rank(query.text, docs) if id_ in (query.cands or ())]
    return first_is_right(allowed, query.rel)


def measure_all(data: Dataset) -> dict[str, Result]:
    """Return how each engine did on the same questions."""
    results = {}
    for name, engine in ENGINES.items():
        with tempfile.TemporaryDirectory() as folder:
            results[name] = measure(engine, data, Path(folder))
    return results


def retrieval(file: str, as_json: bool) -> int:
    """Measure all engines and print what came out; return the exit status. Raises Mendable for a file that is wrong."""
    data = load_dataset(Path(file))
    results = measure_all(data)
    if as_json:
        tell(json.dumps({name: result.as_json() for name, result in results.items()}, indent=2))
        return OK
    tell(say("retrieval.counts", docs=len(data.docs), queries=len(data.queries)))
    _tell_results(results)
    tell("")
    _tell_differences(results)
    return OK


def _tell_results(results: dict[str, Result]) -> None:
    headers = [say("column.engine"), *(say(f"column.{key}") for key in KEYS)]
    rows = [[say(f"engine.{name}"), *map(_cell, result.as_json().items())] for name, result in results.items()]
    table(headers, rows, right=frozenset(range(1, len(headers))))


def _cell(item: tuple[str, Any]) -> str:
    key, value = item
    return "–" if value is None else number(value, DECIMALS.get(key, 3))


def _tell_differences(results: dict[str, Result]) -> None:
    headers = [say(f"column.{key}") for key in ("difference", "mean", "low", "high")]
    rows = []
    for name, result in results.items():
        if name != "lotsen":
            found = paired_bootstrap(results["lotsen"].acc1, result.acc1)
            numbers = (number(value, 3) for value in (found.mean, found.low, found.high))
            rows.append([say("retrieval.against", engine=say(f"engine.{name}")), *numbers])
    table(headers, rows, right=frozenset({1, 2, 3}))
    tell(say("retrieval.bootstrap", count=RESAMPLES))


def main(given: Sequence[str]) -> int:
    """Run the command and return its exit status."""
    file = click.Argument(["file"], metavar=say("retrieval.file"))
    return run_command("retrieval", retrieval, given, file)


if __name__ == "__main__":
    sys.exit(main(arguments()))
