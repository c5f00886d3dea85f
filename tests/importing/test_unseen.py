"""Files that were made by somebody who had not seen the importers, held against what a careful reader finds in them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from indexer.importing.document import Document
from indexer.importing.drafting import draft
from indexer.importing.drafts import Drafts, MatrixDraft
from indexer.importing.reading import read_file
from knowledge.loader import load

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for path in (Path(__file__).parent / "unseen").iterdir() if path.suffix not in (".yaml", ".md", ".py")
)
PLAIN = frozenset({"", "x", "✓", "✔", "●", "ja", "nej", "-", "–"})
STATUS = {"ja": "ja", "nej": "nej", "pagar": "pagar", "osäker": None}


@cache
def document(path: Path) -> Document:
    return read_file(path)


@cache
def drafts(path: Path) -> Drafts:
    return draft(document(path), load(ROOT / "knowledge" / "dalarna"))


@cache
def expected(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.with_suffix(".yaml").read_text("utf-8"))
    return found


def plain(text: str) -> str:
    """Return the letters and digits alone: how a table breaks a word is not what it says."""
    return "".join(re.findall(r"\w", text.casefold()))


def rows_of(matrix: dict[str, Any]) -> list[tuple[str, list[str]]]:
    return [(task, actors or []) for row in matrix["rows"] for task, actors in row.items()]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_matrices_are_found_and_no_other_table(path: Path) -> None:
    """Each table of tasks and actors is a matrix draft, and nothing else is."""
    found = [[plain(column.name) for column in one.columns] for one in drafts(path).matrices]
    wanted = [[plain(actor) for actor in one["actors"]] for one in expected(path)["matrices"]]
    assert len(found) == len(wanted), found
    for columns, actors in zip(found, wanted, strict=True):
        assert len(columns) == len(actors), columns
        # A head may cover more than its name: "Primärvård, inkl. privata".
        assert all(
            actor.startswith(column) or column.startswith(actor) for column, actor in zip(columns, actors, strict=True)
        ), columns


@pytest.mark.parametrize("path", [path for path in FILES if expected(path)["matrices"]], ids=lambda path: path.stem)
def test_all_cells_of_a_matrix_are_right(path: Path) -> None:
    """Every row is there, in order, and marks whom it marks; what a reader doubts may be asked back."""
    doubtful = {
        (plain(one["task"]), plain(one["actor"])) for one in expected(path).get("doubtful", ()) if isinstance(one, dict)
    }
    for found, wanted in zip(drafts(path).matrices, expected(path)["matrices"], strict=True):
        rows = rows_of(wanted)
        assert [plain(row.text) for row in found.rows] == [plain(task) for task, _ in rows]
        wrong = list(wrong_cells(found, wanted["actors"], rows, doubtful))
        assert not wrong


def wrong_cells(
    found: MatrixDraft, actors: list[str], rows: list[tuple[str, list[str]]], doubtful: set[tuple[str, str]]
) -> Any:
    for row, (task, marked) in zip(found.rows, rows, strict=True):
        for mark, actor in zip(row.marks, actors, strict=True):
            wanted = plain(actor) in map(plain, marked)
            asked_back = mark.marked is None and bool(mark.doubts)
            # Asking back is right where the cell says something else than a plain mark.
            if asked_back and ((plain(task), plain(actor)) in doubtful or mark.text.strip().casefold() not in PLAIN):
                continue
            if mark.marked is not wanted:
                yield task, actor, mark.text, mark.marked, wanted


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_routes_of_a_file_have_their_steps_in_order(path: Path) -> None:
    """Each dispute route is found with its level, and its steps stand in the order of the document; no other is."""
    wanted = [one for one in expected(path)["routes"] if one["level"] != "avvikelse"]
    found = [one for one in drafts(path).routes if one.level != "avvikelse"]
    assert [str(one.level) for one in found] == [one["level"] for one in wanted]
    for route, one in zip(found, wanted, strict=True):
        who = [plain(step) for step in one.get("who", one["steps"])]
        steps = [plain(" ".join((step.name, *step.texts))) for step in route.steps]
        assert len(steps) == len(who), steps
        assert all(min(a, b, key=len) in max(a, b, key=len) for a, b in zip(steps, who, strict=True)), steps


@pytest.mark.parametrize("path", [path for path in FILES if expected(path)["validity"]], ids=lambda path: path.stem)
def test_the_term_of_validity_is_found(path: Path) -> None:
    """The days from and through which the document holds are among its terms, not doubted."""
    for wanted in expected(path)["validity"]:
        terms = [(one.valid_from, one.valid_through) for one in drafts(path).validity]
        assert (wanted["from"], wanted["through"]) in terms


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_municipalities_have_their_answers_and_status(path: Path) -> None:
    """Each municipality has its answers, and the status that the first sentence gives."""
    found = {one.name: one for one in drafts(path).local}
    wanted = expected(path)["local"] or {}
    assert {plain(name) for name in found} == {plain(name) for name in wanted}
    by_name = {plain(name): one for name, one in found.items()}
    for name, one in wanted.items():
        local = by_name[plain(name)]
        assert local.status == STATUS[one["status"]], name
        replies = {plain(reply.question): plain(reply.text) for reply in local.replies}
        for question, text in one["svar"].items():
            assert replies[plain(question)] == plain(text or ""), (name, question)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_terms_are_found_with_their_meaning(path: Path) -> None:
    """Each term of a glossary has its meaning; a file without one gives none."""
    found = {plain(one.name): plain(one.meaning) for one in drafts(path).terms}
    wanted = {plain(name): plain(meaning) for name, meaning in (expected(path)["terms"] or {}).items()}
    assert {name: found.get(name) for name in wanted} == wanted
    assert set(found) <= set(wanted) or wanted
