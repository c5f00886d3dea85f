"""`lotsen export` and a workbook that comes back through `lotsen import`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.editor.bench import Workbench
from knowledge.loader import load
from knowledge.over_time import knowledge_on
from tests.command import Command, copied_knowledge
from tests.indexer.workbook.filling import at, new_row

SOURCE = ("--titel", "RÖK missbruk 2027", "--datum", "2026-11-20", "--status", "gällande")
DAYS = ("--gäller-från", "2027-07-01", "--beslutat", "2026-11-20")


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """The region's folder in a copy of the knowledge."""
    return copied_knowledge(tmp_path / "kunskap")


@pytest.fixture
def command(tmp_path: Path, region: Path) -> Command:
    """The command on that copy, with its workbook beside it."""
    command = Command(tmp_path, tmp_path / "data", {"LOTSEN_KNOWLEDGE": str(region)})
    assert command("export", "bok.xlsx").status == 0
    return command


def fill_in(command: Command, **cells: Any) -> None:
    """Change cells of row Abstinensvård by the keys of their columns, and remark on it."""
    path = command.cwd / "bok.xlsx"
    book = load_workbook(path)
    for key, value in cells.items():
        at(book["Ansvar"], "abstinensvard", key.replace("__", "/")).value = value
    book.save(path)


def files(region: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in region.rglob("*.yaml")}


def test_a_workbook_is_never_written_over(command: Command) -> None:
    """It may be one that somebody has filled in; without a name it is called by region and day."""
    again = command("export", "bok")
    assert again.status == 1 and "finns redan" in again.err
    assert command("export").status == 0
    assert len(list(command.cwd.glob("lotsen-dalarna-20??-??-??.xlsx"))) == 1


def test_an_untouched_workbook_says_so(command: Command, region: Path) -> None:
    """Nothing is asked for, written or put on the bench."""
    before = files(region)
    ran = command("import", "bok.xlsx")
    assert (ran.status, "Inget är ändrat" in ran.out) == (0, True), ran.err
    assert files(region) == before and not (command.data / "redaktion").exists()


def test_a_change_goes_to_the_bench_with_its_remarks(command: Command, region: Path) -> None:
    """The summary names the cell; the editor finds edits and masked remarks; no file is touched."""
    before = files(region)
    fill_in(command, actor__socialtjanst="x", comment="Beslutat, säger Anna Andersson 070-123 45 67")
    asked = command("import", "bok.xlsx")
    assert (
        asked.status == 1 and "--källa" in asked.err and "Ansvar!G8 Abstinensvård: Socialtjänst pekas ut" in asked.out
    )
    ran = command("import", "bok.xlsx", *SOURCE, *DAYS)
    assert ran.status == 0 and "/redaktor" in ran.out, ran.err
    (item,) = Workbench(command.data / "redaktion" / region.name, region, command.data).items
    assert [edit.section for edit in item.edits] == ["sources", "matrices"]
    assert item.remarks == ("Ansvar!J8: Beslutat, säger [namn] [telefonnummer]",)
    assert files(region) == before


def test_it_can_be_written_into_the_files(command: Command, region: Path) -> None:
    """With --ta-in the files have it, from its day, and the remarks are still at the bench."""
    fill_in(command, actor__socialtjanst="x", comment="Se protokollet")
    ran = command("import", "bok.xlsx", *SOURCE, *DAYS, "--ta-in")
    assert ran.status == 0 and "lotsen index" in ran.out, ran.err
    task = next(task for task in load(region).matrices["rok-missbruk/ansvar"].tasks if task.id == "abstinensvard")
    assert task.changes[0].responsible == ("primarvard", "psykiatri", "socialtjanst")
    assert load(region).sources["rok-missbruk-2027"].standing == "primary"
    (item,) = Workbench(command.data / "redaktion" / region.name, region, command.data).items
    assert item.edits == () and item.remarks == ("Ansvar!J8: Se protokollet",)


def test_a_bad_cell_stops_all_until_it_is_left_out(command: Command, region: Path) -> None:
    """Named with its cure; --det-som-går takes the rest."""
    fill_in(command, actor__socialtjanst="x", actor__somatik="kanske")
    ran = command("import", "bok.xlsx", *SOURCE, "--ta-in")
    assert ran.status == 1 and "Ansvar!E8: ”kanske” går inte att läsa; skriv x eller lämna tomt" in ran.err
    assert "remiss" not in ran.out and "rok-missbruk-2027" not in load(region).sources
    assert command("import", "bok.xlsx", *SOURCE, "--ta-in", "--det-som-går").status == 0
    task = next(task for task in load(region).matrices["rok-missbruk/ansvar"].tasks if task.id == "abstinensvard")
    assert task.responsible == ("primarvard", "psykiatri", "socialtjanst")


def test_looking_writes_nothing_and_json_is_all_of_it(command: Command, region: Path) -> None:
    """With --visa no source is needed; the JSON has each change with its place."""
    before = files(region)
    path = command.cwd / "bok.xlsx"
    book = load_workbook(path)
    new_row(book["Ansvar"], name="Skuldrådgivning", actor__socialtjanst="x")
    book["Vägar"].delete_rows(7)
    book.save(path)
    ran = command("import", "bok.xlsx", "--visa", "--json")
    found = json.loads(ran.out)
    assert ran.status == 0 and files(region) == before and found["item"] is None
    assert found["added"][0]["says"] == "Ansvar!A19 ny uppgift: Skuldrådgivning (Socialtjänst)"
    assert found["gone"][0]["row"] == "tvist-lokal/tjansteledning" and found["lacks"]


def test_what_the_checks_refuse_is_not_taken_in(command: Command, region: Path) -> None:
    """A change that the knowledge cannot hold is told as `lotsen check` tells it."""
    path = command.cwd / "bok.xlsx"
    book = load_workbook(path)
    at(book["Begrepp"], "avd-65", "aliases").value = "avd 65; vårdcentral"
    book.save(path)
    before = files(region)
    ran = command("import", "bok.xlsx", "--ta-in")
    assert ran.status == 1 and "granskningen" in ran.err and files(region) == before


def test_another_regions_workbook_is_refused(command: Command, region: Path) -> None:
    """A workbook belongs to the region that it was written of."""
    text = (region / "region.yaml").read_text("utf-8")
    (region / "region.yaml").write_text(text.replace("id: dalarna", "id: annan", 1), "utf-8")
    ran = command("import", "bok.xlsx")
    assert ran.status == 1 and "arbetsboken är skriven för dalarna" in ran.err


def test_flags_of_workbooks_are_for_workbooks(command: Command) -> None:
    """Asked of another document they are refused, not passed over."""
    (command.cwd / "text.txt").write_text("Primärvården ansvarar.", "utf-8")
    ran = command("import", "text.txt", "--status", "underlag", "--ställe", "avsnitt 4")
    assert ran.status == 1 and "ingen arbetsbok" in ran.err


def test_the_day_of_the_change_tells_the_answers(command: Command, region: Path) -> None:
    """What was taken in from a day on reads so from that day, and not before."""
    fill_in(command, actor__socialtjanst="x")
    assert command("import", "bok.xlsx", *SOURCE, *DAYS, "--ta-in").status == 0
    marks = [
        next(
            task.responsible
            for task in knowledge_on(load(region), day).matrices["rok-missbruk/ansvar"].tasks
            if task.id == "abstinensvard"
        )
        for day in (date(2027, 6, 30), date(2027, 7, 1))
    ]
    assert marks == [("primarvard", "psykiatri"), ("primarvard", "psykiatri", "socialtjanst")]
