"""Edits to knowledge files: what was asked for is changed, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.editing import Edit, EditError, edited, write
from knowledge.loader import load
from knowledge.reader import read_document

ROOT = Path(__file__).parents[2] / "knowledge"
DALARNA = ROOT / "dalarna"

FILE = """\
# Överst står en kommentar.
facts:
  - id: ett
    lead: "Citerad text: med kolon"   # varför
    valid_from: 2021-07-01
    about: [rok, innehall]

  # Om två.
  - id: tva
    lead: nej
    number: 007
    details:
      - Första.
"""


@pytest.fixture
def region(tmp_path: Path) -> Path:
    (tmp_path / "facts.yaml").write_text(FILE, "utf-8")
    return tmp_path


def test_a_value_is_set_and_all_else_stays(region: Path) -> None:
    """Comments, quotation marks, order and blank lines are the editor's own."""
    after = edited(region, [Edit("set", "facts", "ett", ("valid_from",), "2027-07-01")])
    assert after == {"facts.yaml": FILE.replace("2021-07-01", "2027-07-01")}


def test_a_list_is_begun_and_added_to(region: Path) -> None:
    """What is appended stands last in its list; a list that is missing is begun."""
    edits = [
        Edit("append", "facts", "tva", ("details",), "Andra."),
        Edit("append", "facts", "ett", ("changes",), {"valid_from": "2027", "gone": None}),
    ]
    text = edited(region, edits)["facts.yaml"]
    assert "      - Första.\n      - Andra.\n" in text
    assert "    changes:\n      - valid_from: 2027\n" in text
    assert text.index("changes:") < text.index("\n\n  # Om två.")


def test_entries_come_and_go(region: Path) -> None:
    """An entry is added first or last, in a file that may be new, and can be taken away."""
    edits = [
        Edit("add", "facts", "noll", value={"id": "noll"}, file="facts.yaml", first=True),
        Edit("add", "local", "lok/mora/2027", value={"id": "lok/mora/2027"}, file="local/mora.yaml"),
        Edit("remove", "facts", "ett"),
    ]
    texts = edited(region, edits)
    assert texts["local/mora.yaml"] == "local:\n  - id: lok/mora/2027\n"
    assert "id: ett" not in texts["facts.yaml"]
    assert texts["facts.yaml"].index("noll") < texts["facts.yaml"].index("tva")


def test_an_entry_that_was_just_added_can_be_changed(region: Path) -> None:
    """Edits build on each other, also within files that do not lie there yet."""
    edits = [
        Edit("add", "local", "ny", value={"id": "ny", "status": "nej"}, file="local/ny.yaml"),
        Edit("set", "local", "ny", ("status",), "ja"),
    ]
    assert edited(region, edits)["local/ny.yaml"] == "local:\n  - id: ny\n    status: ja\n"


@pytest.mark.parametrize(
    "edit",
    [
        Edit("set", "facts", "tre", ("lead",), "x"),
        Edit("set", "terms", "ett", ("lead",), "x"),
        Edit("set", "facts", "ett", ("details", 3, "x"), "x"),
        Edit("set", "facts", "tva", ("details", 5), "x"),
        Edit("append", "facts", "ett", ("lead",), "x"),
        Edit("remove", "facts", "ett", ("missing",)),
        Edit("add", "facts", "ett", value={"id": "ett"}, file="facts.yaml"),
        Edit("set", "facts", "ett", (), "x"),
    ],
    ids=lambda edit: f"{edit.action}-{edit.section}-{edit.id}-{'-'.join(map(str, edit.place))}",
)
def test_an_edit_that_does_not_fit_is_refused(region: Path, edit: Edit) -> None:
    """An entry or place that is not there is told, and nothing is written."""
    with pytest.raises(EditError) as caught:
        edited(region, [edit])
    assert caught.value.edit == edit
    assert (region / "facts.yaml").read_text("utf-8") == FILE


@given(st.text(st.characters(exclude_categories=("C", "Zl", "Zp")), max_size=60).map(str.strip))
def test_any_text_is_read_back_as_it_was_given(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Whatever is written, the knowledge's own reader reads the very same; "nej", 007 and 2027-07-01 stay words."""
    folder = tmp_path_factory.mktemp("region")
    write(folder, edited(folder, [Edit("add", "facts", "a", value={"id": "a", "lead": text}, file="a.yaml")]))
    document = read_document(folder / "a.yaml", "a.yaml")
    assert not document.problems
    assert document.data["facts"][0]["lead"] == text


@pytest.mark.parametrize("path", sorted(DALARNA.rglob("*.yaml")), ids=lambda path: path.stem)
def test_dalarnas_files_go_through_unchanged(path: Path) -> None:
    """An edit that changes nothing leaves each of Dalarna's own files byte for byte as it is."""
    document = read_document(path, path.name)
    for section, entries in document.data.items():
        if isinstance(entries, list) and entries:
            edit = Edit("set", section, entries[0]["id"], ("id",), entries[0]["id"])
            name = path.relative_to(DALARNA).as_posix()
            assert edited(DALARNA, [edit])[name] == path.read_text("utf-8")
            return


def test_a_changed_row_of_dalarna_loads(tmp_path: Path) -> None:
    """A change of a row, written by an edit, is part of the knowledge."""
    import shutil

    for name in ("dalarna", "svenska"):
        shutil.copytree(ROOT / name, tmp_path / name)
    change = {
        "valid_from": "2027-07-01",
        "decided": "2027-04-15",
        "responsible": ["primarvard", "psykiatri", "socialtjanst"],
        "sources": [{"source": "s1", "locator": "sida 3"}],
    }
    region = tmp_path / "dalarna"
    write(region, edited(region, [Edit("append", "matrices", "rok-missbruk/ansvar", ("tasks", 3, "changes"), change)]))
    task = load(region).matrices["rok-missbruk/ansvar"].tasks[3]
    assert task.changes[0].responsible == ("primarvard", "psykiatri", "socialtjanst")


def test_files_are_written_whole(tmp_path: Path) -> None:
    """No half-written file is left behind, and nothing but the files asked for."""
    write(tmp_path, {"a.yaml": "facts: []\n", "under/b.yaml": "terms: []\n"})
    names = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert names == ["a.yaml", "under/b.yaml"]
