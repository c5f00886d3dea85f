"""YAML is read strictly, and every value knows its line."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.reader import MAX_BYTES, MAX_DEPTH, Document, knowledge_files, read_document, revision_of

_words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20)
_data = st.recursive(_words, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words, inner, max_size=4))


def document(text: str | bytes, folder: Path) -> Document:
    """Read a text as a file."""
    path = folder / "prov.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_document(path, "prov.yaml")


@given(data=st.dictionaries(_words, _data, max_size=5))
def test_what_was_written_is_read(data: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Texts, lists and mappings come back as they were written, whatever the words are."""
    text = yaml.dump(data, allow_unicode=True, default_style='"')
    read = document(text, tmp_path_factory.mktemp("läsning"))
    assert read.problems == []
    assert read.data == data


@given(raw=st.binary(max_size=200))
@settings(max_examples=300)
def test_no_bytes_make_reading_fail(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever a file contains, reading it reports problems and never raises."""
    read = document(raw, tmp_path_factory.mktemp("läsning"))
    assert isinstance(read.data, dict)
    assert all(problem.line >= 1 for problem in read.problems)


@given(text=st.text("ab:-[]{},&*!|>'\"# \n\t", max_size=80))
@settings(max_examples=500)
def test_no_punctuation_makes_reading_fail(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """YAML's own signs in any order are read or refused, never more than that."""
    read = document(text, tmp_path_factory.mktemp("läsning"))
    assert isinstance(read.data, dict)


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    """A key's line is the line of the key; an entry's line is where its dash stands."""
    read = document(
        "\n\ufeff".strip("\n") + "a: 1\nb:\n  - c: x\n    d: |\n      y\n      z\n  - [e,\n     f]\n", tmp_path
    )
    lines = {place: read.line(place) for place in [("a",), ("b", 0), ("b", 0, "d"), ("b", 1), ("b", 1, 1)]}
    assert lines == {("a",): 1, ("b", 0): 3, ("b", 0, "d"): 4, ("b", 1): 7, ("b", 1, 1): 8}


def test_a_place_that_is_not_there_has_the_line_around_it(tmp_path: Path) -> None:
    """A missing key is reported where the entry around it begins."""
    assert document("a:\n  - b: 1\n", tmp_path).line(("a", 0, "c", "d")) == 2


def test_words_stay_words(tmp_path: Path) -> None:
    """Numbers, days, `ja`, `on` and `no` are texts; only null, true and false are something else."""
    read = document("a: [112, 007, 2021-07-01, ja, on, no, 'null', 'true', null, true, false, ~, ]\n", tmp_path)
    assert read.data["a"] == ["112", "007", "2021-07-01", "ja", "on", "no", "null", "true", None, True, False, None]


def test_every_duplicate_key_is_reported_and_the_first_value_kept(tmp_path: Path) -> None:
    """Two slips in one file are two problems."""
    read = document("a: 1\na: 2\nb:\n  c: 3\n  c: 4\n", tmp_path)
    assert [problem.line for problem in read.problems] == [2, 5]
    assert read.data == {"a": "1", "b": {"c": "3"}}


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    """Beyond two million bytes a file is a mistake, and not worth the wait."""
    read = document("a: " + "x" * MAX_BYTES, tmp_path)
    assert read.data == {}
    assert f"{MAX_BYTES} byte" in str(read.problems[0])


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 500, 100_000])
def test_deep_nesting_is_refused(depth: int, tmp_path: Path) -> None:
    """No depth of brackets exhausts the program."""
    assert len(document("a: " + "[" * depth + "]" * depth, tmp_path).problems) == 1


def test_repetition_that_grows_is_refused_at_once(tmp_path: Path) -> None:
    """A "billion laughs" file costs no more than its own length."""
    text = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40))
    start = time.perf_counter()
    assert document(text, tmp_path).problems
    assert time.perf_counter() - start < 1


def test_files_are_read_in_a_fixed_order(tmp_path: Path) -> None:
    """All YAML files at any depth are read, imported documents among them, and nothing else."""
    for name in ["b.yaml", "a/c.yaml", "importerat/d.yaml", "e.md"]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert [path.name for path in knowledge_files(tmp_path)] == ["c.yaml", "b.yaml", "d.yaml"]


def test_the_revision_follows_names_and_contents(tmp_path: Path) -> None:
    """Any change to a file gives another revision, also its name; a note in Markdown does not."""
    file = tmp_path / "a.yaml"
    file.write_text("a: 1")
    seen = [revision_of(tmp_path)]
    file.write_text("a: 2")
    seen.append(revision_of(tmp_path))
    file = file.rename(tmp_path / "b.yaml")
    seen.append(revision_of(tmp_path))
    assert len(set(seen)) == 3
    (tmp_path / "LÄS.md").write_text("hej")
    assert revision_of(tmp_path) == seen[-1]
