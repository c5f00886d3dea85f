"""The benchmark of retrieval: what it prints, and what it says of a file that is wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.engines import ENGINES
from benchmarks.retrieval import KEYS, main

DATA: dict[str, Any] = {
    "docs": [
        {"id": "katt", "text": "Katter äter helst fisk och sover större delen av dygnet."},
        {"id": "hund", "text": "Hundar behöver promenader; hundmat finns i butiken."},
        {"id": "båt", "text": "En segelbåt drivs av vinden."},
    ],
    "queries": [
        {"id": "1", "q": "vad äter katter", "rel": ["katt"], "cands": ["katt", "hund"]},
        {"id": "2", "q": "vinden", "rel": ["båt"], "cands": None},
        {"id": "3", "q": "promenader", "rel": ["katt"], "cands": ["katt", "båt"]},
    ],
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read from where the tests are started."""
    monkeypatch.chdir(tmp_path)


def write(content: Any) -> str:
    path = Path("frågor.json")
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return str(path)


def changed(section: str, at: int, **values: Any) -> dict[str, Any]:
    """Return the data with one row changed; a value of ... takes the key away."""
    copy = json.loads(json.dumps(DATA))
    copy[section][at].update(values)
    copy[section][at] = {key: value for key, value in copy[section][at].items() if value is not ...}
    return dict(copy)


def test_json_has_exactly_its_keys(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json there is JSON alone on standard output, three engines with six numbers each."""
    assert main([write(DATA), "--json"]) == 0
    printed = capsys.readouterr()
    found = json.loads(printed.out)
    assert printed.err == ""
    assert list(found) == ["lotsen", "fts5", "whoosh_sv"] == list(ENGINES)
    for numbers in found.values():
        assert tuple(numbers) == KEYS
        # The third question's own word leads astray, and not to any of its candidates.
        assert (numbers["acc1"], numbers["mrr10"], numbers["ndcg10"]) == (0.6667, 0.6667, 0.6667)
        assert numbers["acc1_cands"] == 0.5


def test_without_candidates_their_accuracy_is_null(capsys: pytest.CaptureFixture[str]) -> None:
    """Where no question has candidates, acc1_cands is null."""
    queries = [{**query, "cands": None} for query in DATA["queries"]]
    assert main([write({**DATA, "queries": queries}), "--json"]) == 0
    assert {numbers["acc1_cands"] for numbers in json.loads(capsys.readouterr().out).values()} == {None}


def test_the_table_tells_the_differences(capsys: pytest.CaptureFixture[str]) -> None:
    """Without --json people read a table with all three, and how sure the differences are."""
    assert main([write(DATA)]) == 0
    out = capsys.readouterr().out
    assert "3 utdrag, 3 frågor" in out
    for words in ("SQLite FTS5", "Whoosh, svensk analys", "Lotsen − SQLite FTS5", "nedre gräns", "0,667"):
        assert words in out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"docs": [\n  {"id": "a" "text": "b"}]}', "frågor.json:2:14: här slutar filen vara JSON"),
        ("[]", "$ är inget objekt"),
        ({"docs": DATA["docs"]}, "queries saknas eller är tom"),
        ({**DATA, "docs": []}, "docs saknas eller är tom"),
        (changed("docs", 1, text=...), "docs[1] saknar text"),
        (changed("docs", 1, text=7), "docs[1].text är ingen text"),
        (changed("docs", 1, id="katt"), 'docs: id:t "katt" står 2 gånger'),
        (changed("queries", 0, cands=...), "queries[0] saknar cands"),
        (changed("queries", 0, rel=[]), "queries[0].rel är ingen lista med id"),
        (changed("queries", 0, rel=["ko"]), 'queries[0].rel: dokumentet "ko" finns inte i docs'),
        (changed("queries", 2, cands=["ko"]), 'queries[2].cands: dokumentet "ko" finns inte i docs'),
        ({**DATA, "queries": ["vad?"]}, "queries[0] är inget objekt"),
    ],
)
def test_a_file_that_is_wrong_is_told_with_its_place(
    content: Any, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Place and cure on standard error, nothing on standard output, exit status 1."""
    assert main([write(content), "--json"]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert message in printed.err
    assert "; " in printed.err


def test_all_faults_are_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever mends the file sees everything that is wrong with it."""
    wrong = changed("docs", 0, text=...)
    wrong["queries"][1]["rel"] = ["ko", "get"]
    assert main([write(wrong)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    """A missing file is told by its name; a missing argument is wrong usage."""
    assert main(["saknas.json"]) == 1
    assert "saknas.json går inte att läsa" in capsys.readouterr().err
    assert main([]) == 2
    assert "FIL.json saknas" in capsys.readouterr().err
