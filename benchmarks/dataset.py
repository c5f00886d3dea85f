"""Questions with known answers, read from a file and checked before anything is measured."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.wording import say
from bot.commands.faults import Mendable

SHOWN = 20
"""Faults that are told at once."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question. `rel` are the documents that answer it, `cands` those that may be returned, or None for any."""

    id: str
    text: str
    rel: frozenset[str]
    cands: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Documents as (id, text), and the questions to them."""

    docs: tuple[tuple[str, str], ...]
    queries: tuple[Query, ...]


def load_dataset(path: Path) -> Dataset:
    """Return what a file holds. Raises Mendable with every fault, its place and its cure."""
    content = _parsed(path)
    faults = list(_faults(content))
    if faults:
        more = [say("more", count=len(faults) - SHOWN)] if len(faults) > SHOWN else []
        raise Mendable("\n".join([*(f"{path}: {fault}" for fault in faults[:SHOWN]), *more]))
    return Dataset(
        tuple((doc["id"], doc["text"]) for doc in content["docs"]),
        tuple(
            Query(row["id"], row["q"], frozenset(row["rel"]), _candidates(row["cands"])) for row in content["queries"]
        ),
    )


def _candidates(given: list[str] | None) -> frozenset[str] | None:
    return None if given is None else frozenset(given)


def _parsed(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except json.JSONDecodeError as exc:
        raise Mendable(say("not_json", path=path, line=exc.lineno, column=exc.colno)) from exc
    except UnicodeDecodeError as exc:
        raise Mendable(say("not_utf8", path=path)) from exc
    except RecursionError as exc:
        raise Mendable(say("not_json", path=path, line=1, column=1)) from exc
    except OSError as exc:
        raise Mendable(say("no_file", path=path, why=exc.strerror or type(exc).__name__)) from exc


def _faults(content: Any) -> Iterator[str]:
    """Yield what is wrong, in the order of the file."""
    if not isinstance(content, dict):
        yield say("not_object", place="$")
        return
    for section in ("docs", "queries"):
        if not isinstance(content.get(section), list) or not content[section]:
            yield say("no_list", key=section)
    docs, queries = _rows(content, "docs"), _rows(content, "queries")
    for place, row in docs:
        yield from _faults_of_row(place, row, ("id", "text"))
    yield from _repeated("docs", docs)
    known = {row["id"] for _, row in docs if isinstance(row, dict) and isinstance(row.get("id"), str)}
    for place, row in queries:
        yield from _faults_of_row(place, row, ("id", "q"))
        if isinstance(row, dict):
            yield from _faults_of_ids(place, row, known)
    yield from _repeated("queries", queries)


def _rows(content: dict[str, Any], section: str) -> list[tuple[str, Any]]:
    rows = content.get(section)
    return [(f"{section}[{at}]", row) for at, row in enumerate(rows)] if isinstance(rows, list) else []


def _faults_of_row(place: str, row: Any, texts: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(row, dict):
        yield say("not_object", place=place)
        return
    for key in texts:
        if key not in row:
            yield say("missing", place=place, key=key)
        elif not isinstance(row[key], str):
            yield say("not_text", place=f"{place}.{key}")


def _faults_of_ids(place: str, row: dict[str, Any], known: set[str]) -> Iterator[str]:
    for key in ("rel", "cands"):
        if key not in row:
            yield say("missing", place=place, key=key)
        elif key == "cands" and row[key] is None:
            continue
        elif not isinstance(row[key], list) or not row[key] or not all(isinstance(id_, str) for id_ in row[key]):
            yield say("not_ids", place=f"{place}.{key}")
        else:
            unknown = dict.fromkeys(id_ for id_ in row[key] if id_ not in known)
            yield from (say("unknown_id", place=f"{place}.{key}", id=id_) for id_ in unknown)


def _repeated(section: str, rows: list[tuple[str, Any]]) -> Iterator[str]:
    ids = [row["id"] for _, row in rows if isinstance(row, dict) and isinstance(row.get("id"), str)]
    for id_, count in Counter(ids).items():
        if count > 1:
            yield say("repeated", place=section, id=id_, count=count)
