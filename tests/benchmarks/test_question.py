"""The benchmark of one question: what it tells and draws. No test here looks at how long anything took."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.engines import Docs, Rank, fts5
from benchmarks.picture import Goal, Words, draw
from benchmarks.question import Report, main, measure
from benchmarks.turns import STAGES
from bot.evaluate import Case
from indexer.publish import Ensured, ensure
from tests.conftest import REGION

SETTLED = "Vem ansvarar för abstinensvård?"
CASES = """
- id: samtal
  turns: ["Vem ansvarar för abstinensvård?", "och i Falun?"]
  expect: {kind: responsibility}
- id: fri
  turns: ["vad var det nu som sades om betalningsansvar efter utskrivning och kronor"]
  expect: {kind: topic}
"""


@contextmanager
def missing(docs: Docs, folder: Path) -> Iterator[Rank]:
    """An engine that is not installed."""
    raise ImportError("tantivy")
    yield


def case(*turns: str) -> Case:
    return Case("a", "", turns, None, date(2026, 11, 21), {}, "a.yaml")


@pytest.fixture(scope="module")
def published(data_folder: Path) -> Ensured:
    """The index of the session."""
    return ensure(REGION, data_folder)


@pytest.fixture(scope="module")
def report(published: Ensured) -> Report:
    """What was measured over two conversations."""
    cases = [case(SETTLED, "och i Falun?"), case("Vem ansvarar för parkeringen vid vårdcentralen?")]
    return measure(published.path, cases, {"fts5": fts5, "tantivy": missing})


def test_every_turn_is_measured_twice_and_in_stages(report: Report) -> None:
    """Each turn of each conversation counts once in every pass."""
    assert len(report.first) == len(report.again) == len(report.peak_bytes) == 3
    assert set(report.stages) == set(STAGES)
    assert {len(times) for times in report.stages.values()} == {3}
    assert min(report.peak_bytes) > 0


def test_what_tasks_settle_does_not_ask_the_index(report: Report) -> None:
    """A task that is named by its name is settled without the index, also the second time."""
    for passes in (report.first, report.again):
        assert not passes[0].asked_index
    assert len(report.of_kind("plain")) + len(report.of_kind("index")) == 3


def test_an_engine_that_is_missing_is_told(report: Report) -> None:
    """A yardstick that is not installed is null, and the others are measured."""
    found = report.as_json()
    assert found["yardsticks"]["tantivy"] is None
    assert set(found["yardsticks"]["fts5"]) == {"p50", "p99"}


def test_the_figures_have_exactly_their_keys(report: Report) -> None:
    """The machine, both kinds with their shares, the stages, the memory and the yardsticks."""
    found = report.as_json()
    assert set(found) == {"machine", "turns", "plain", "index", "stages", "peak_kb", "yardsticks"}
    assert set(found["machine"]) == {"cpu", "cores", "python"}
    for kind in ("plain", "index"):
        assert set(found[kind]) == {"share", "p50", "p99", "again"}
    assert found["plain"]["share"] + found["index"]["share"] == pytest.approx(1.0)


def test_the_command_tells_and_draws(
    data_folder: Path,
    published: Ensured,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """People get tables and a picture; with --json there is JSON alone, and no picture."""
    monkeypatch.setenv("LOTSEN_DATA", str(data_folder))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "frågor").mkdir()
    (tmp_path / "frågor" / "a.yaml").write_text(CASES, "utf-8")
    assert main(["frågor", "--bild", "tid.svg"]) == 0
    out = capsys.readouterr().out
    for words in ("kärnor, Python", "fraser och uppgifter", "indexet tillfrågat", "förstå", "SQLite FTS5", "tid.svg"):
        assert words in out
    (tmp_path / "tid.svg").unlink()
    assert main(["frågor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["turns"] == 3
    assert not (tmp_path / "tid.svg").exists()


def test_a_folder_without_questions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder that has no cases is told by its name, exit status 1."""
    assert main([str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err


def test_the_picture_is_drawn_from_its_figures() -> None:
    """Each kind has a curve from its fastest to its slowest question; the same figures give the same bytes."""
    words = Words("Tid <för> en fråga", "beskrivning", "processor", "ms")
    drawn = draw({"en": [0.1, 1.0, 10.0], "annan": [5.0], "ingen": []}, [Goal(2.0, "mål", 0)], words)
    assert drawn == draw({"en": [10.0, 0.1, 1.0], "annan": [5.0], "ingen": []}, [Goal(2.0, "mål", 0)], words)
    root = ElementTree.fromstring(drawn)
    curves = root.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(curves) == 2
    points = [tuple(map(float, point.split(","))) for point in curves[0].attrib["points"].split()]
    assert points[0] == (225.0, 348.6)  # 0.1 ms is a quarter along the axis from 0.01 to 100 ms
    assert points[-1] == (555.0, 70.0)
    assert root.findtext("{http://www.w3.org/2000/svg}title") == "Tid <för> en fråga"
