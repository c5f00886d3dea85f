"""What people do to a workbook: bad cells are named, rows may move, nothing is lost in silence, and edits fit."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from indexer.workbook.basis import Basis
from indexer.workbook.changes import Taking, take_in
from indexer.workbook.comparing import Review, review
from indexer.workbook.sheets import sheets_of
from knowledge.editing import edited, write
from knowledge.loader import load, own_ids
from knowledge.model import Knowledge, LokStatus
from tests.indexer.workbook.filling import (
    FIRST,
    SOUND,
    Change,
    at,
    filled_in,
    knowledge_of,
    new_row,
    number_of,
    read_back,
    reviewed,
)

BASIS = Basis(today="2026-11-22", title="Remissvar", date="2026-11-20")
DATED = replace(BASIS, valid_from="2027-01-01", decided="2026-11-20")


def ansvar(key: str, value: Any, row: str = "utredning") -> Change:
    return lambda book: setattr(at(book["Ansvar"], row, key), "value", value)


def in_sheet(sheet: str, row: str, key: str, value: Any) -> Change:
    return lambda book: setattr(at(book[sheet], row, key), "value", value)


def merge(book: Any) -> None:
    book["Ansvar"].merge_cells("D5:E5")


def copy_row(book: Any) -> None:
    sheet = book["Ansvar"]
    for column in range(1, 9):
        sheet.cell(6, column, sheet.cell(5, column).value)


BAD = {
    "kanske": (ansvar("actor/varden", "kanske"), "Ansvar!D5: ”kanske” går inte att läsa; skriv x eller lämna tomt"),
    "x med tillägg": (
        ansvar("actor/varden", "x (vuxna)"),
        "Ansvar!D5: ”x (vuxna)” går inte att läsa; skriv x eller lämna",
    ),
    "formel": (ansvar("actor/varden", "=D4"), "Ansvar!D5: här står en formel; skriv värdet i stället"),
    "fel": (ansvar("name", "#REF!"), "Ansvar!B5: här står ett fel från kalkylprogrammet (#REF!); skriv värdet"),
    "tomt namn": (ansvar("name", None), "Ansvar!B5: rutan får inte vara tom (Uppgift); skriv något"),
    "sammanfogat": (merge, "Ansvar!E5: rutan är sammanfogad med en annan; dela dem"),
    "samma id två gånger": (copy_row, "Ansvar!A6: samma id som rad 5; töm rutan om raden är ny"),
    "påhittat id": (
        lambda book: book["Ansvar"].__setitem__("A6", "egen"),
        "Ansvar!A6: id:t ”egen” finns inte i arbetsboken; töm rutan om raden är ny",
    ),
    "grå ruta": (ansvar("later", "aldrig"), "Ansvar!F5: den här rutan läses inte (Ändras senare); ändra tillbaka"),
    "status": (
        in_sheet("Lokalt", "norrby-2022", "status", "tja"),
        "Lokalt!E5: ”tja” är ingen status; skriv ja, nej, pågår, ingen uppgift",
    ),
    "dag": (in_sheet("Lokalt", "norrby-2022", "observed", "2026-13"), "Lokalt!D5: ”2026-13” är ingen dag; skriv"),
    "lång": (in_sheet("Begrepp", "plan", "meaning", "a" * 141), "texten är 141 tecken; korta den till högst 140"),
    "två kolumner": (
        lambda book: book["Ansvar"].__setitem__("K3", "name"),
        "Ansvar!K4: kolumnen Uppgift finns två gånger; ta bort den ena",
    ),
    "nytt steg": (lambda book: new_row(book["Vägar"], name="Ett till"), "nya steg kan inte tas in från arbetsboken"),
}


@pytest.mark.parametrize(("change", "said"), BAD.values(), ids=BAD)
def test_a_bad_cell_is_named_with_its_cure(change: Change, said: str) -> None:
    """By sheet and cell, with what is wrong and what to do; and it is no change."""
    found = reviewed(change)
    assert len(found.faults) == 1 and said in str(found.faults[0]), found.faults
    assert not found.changes and not found.added


SAME = {
    "stort X": ansvar("actor/varden", "X"),
    "ja": ansvar("actor/varden", "ja"),
    "blanka runt": ansvar("name", "  Utredning "),
    "en dag som datum": in_sheet("Lokalt", "norrby-2022", "observed", "2022-11"),
}


@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_the_same_in_other_signs_is_no_change(change: Change) -> None:
    """A capital X is the mark that stood there."""
    found = reviewed(change)
    assert not found.changes and not found.faults


def test_a_date_of_excel_is_a_day() -> None:
    """What Excel has made a date of is read as the day that it shows."""
    (change,) = reviewed(in_sheet("Lokalt", "norrby-2022", "observed", datetime(2026, 11, 3))).changes
    assert change.after == "2026-11-03"


def test_rows_and_columns_may_move() -> None:
    """Sorted rows, a row and a column put in, columns in another order, a renamed sheet: the ids are what counts."""

    def rearrange(book: Any) -> None:
        sheet = book["Begrepp"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3, max_row=6)]
        sheet.delete_rows(3, 4)
        moved = [rows[0], rows[1], rows[3], rows[2]]  # keys, heads, and the two terms the other way
        for number, row in enumerate(moved, 3):
            for column, value in enumerate([row[2], row[0], *row[3:], row[1]], 1):
                sheet.cell(number, column, value)
        sheet.insert_rows(1)
        sheet.insert_cols(2)
        sheet.title = "Våra begrepp"
        at_cell = next(c for row in sheet.iter_rows() for c in row if c.value == "samordnad plan")
        at_cell.value = "gemensam plan"

    found = reviewed(rearrange)
    (change,) = found.changes
    assert (change.row.id, change.after, change.place.partition("!")[0]) == ("plan", "gemensam plan", "'Våra begrepp'")
    assert not (found.faults or found.gone or found.added)


def test_what_is_taken_away_is_asked_about_and_never_gone() -> None:
    """A deleted or emptied row, a sheet or a column that is not there: told, and nothing is changed."""

    def strike(book: Any) -> None:
        sheet = book["Begrepp"]
        number = number_of(sheet, "delplan")
        for column in range(2, 8):
            sheet.cell(number, column).value = None
        book["Vägar"].delete_rows(number_of(book["Vägar"], "tvist/radet"))
        book["Ansvar"].delete_cols(7)
        del book["Lokalt"]

    found = reviewed(strike)
    assert [one.row.id for one in found.gone] == ["tvist/radet", "delplan"]
    assert "id delplan" in str(found.gone[1])
    assert [notice.partition(" ")[0] for notice in found.notices] == ["Ansvar:", "Bladet"]
    assert not found.changes and not take_in(found, knowledge_of(SOUND), BASIS, ()).edits


# --- three ways -----------------------------------------------------------------------------------


def later(**names: str) -> Knowledge:
    """Return a later revision, in which tasks and terms have other names."""
    knowledge = knowledge_of(SOUND)
    matrix = next(iter(knowledge.matrices.values()))
    tasks = tuple(task.model_copy(update={"name": names.get(task.id, task.name)}) for task in matrix.tasks)
    terms = {id_: term.model_copy(update={"name": names.get(id_, term.name)}) for id_, term in knowledge.terms.items()}
    update = {"revision": "nyare", "matrices": {matrix.id: matrix.model_copy(update={"tasks": tasks})}, "terms": terms}
    return knowledge.model_copy(update=update)


def test_only_what_was_changed_in_the_workbook_counts() -> None:
    """Where the files have changed meanwhile that stays, and it is told that the workbook is older."""
    found = reviewed(in_sheet("Begrepp", "plan", "name", "gemensam plan"), knowledge=later(utredning="Ny utredning"))
    assert [change.row.id for change in found.changes] == ["plan"] and not found.conflicts
    assert "äldre revision" in found.notices[0]


def test_what_both_have_changed_is_a_conflict() -> None:
    """Named with all three texts, and left out; the same change twice is none."""
    change = in_sheet("Begrepp", "plan", "name", "gemensam plan")
    (conflict,) = reviewed(change, knowledge=later(plan="plan för alla")).conflicts
    assert all(text in str(conflict) for text in ("Begrepp!", "samordnad plan", "plan för alla", "gemensam plan"))
    same = reviewed(change, knowledge=later(plan="gemensam plan"))
    assert not same.conflicts and not same.changes


def test_a_row_that_the_files_have_lost_is_a_conflict() -> None:
    """What was written in a row that is not there any more is told of."""
    knowledge = later()
    fewer = knowledge.model_copy(update={"terms": {"delplan": knowledge.terms["delplan"]}})
    (conflict,) = reviewed(in_sheet("Begrepp", "plan", "name", "gemensam plan"), knowledge=fewer).conflicts
    assert "skriv den som ny" in str(conflict)


# --- taking in ------------------------------------------------------------------------------------


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """A copy of the sound region, to take changes in."""
    shutil.copytree(SOUND.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / "provlandet"


def taken(found: Review, region: Path, basis: Basis = BASIS, removed: Sequence[str] = ()) -> Taking:
    return take_in(found, load(region), basis, own_ids(region, "terms"), removed)


def live(region: Path, change: Change, basis: Basis = BASIS, removed: Sequence[str] = ()) -> Knowledge:
    """Return the region's knowledge after a filled-in workbook was taken in."""
    taking = taken(reviewed(change), region, basis, removed)
    assert not taking.faults and not taking.lacks, taking
    write(region, edited(region, taking.edits))
    return load(region)


def test_a_mark_is_corrected_with_its_source(region: Path) -> None:
    """Without a day what stands is put right; the source is the workbook's cell, where no other place is given."""
    (task,) = live(region, ansvar("actor/varden", None)).matrices["samarbetet-ansvar"].tasks
    assert task.responsible == ("omsorgen",)
    assert [(place.source, place.locator) for place in task.sources] == [("remissvar", "bladet Ansvar, cell D5")]
    assert load(region).sources["remissvar"].label == "Remissvar, 2026-11-20"


def test_a_mark_is_changed_from_a_day(region: Path) -> None:
    """With both days it is a change over time, and what was stays."""
    found = reviewed(ansvar("actor/omsorgen", None))
    assert "redan från 2027-07-01" in str(taken(found, region, DATED).faults[0])
    assert later_marked(region, found) == [("2027-07-01", ("omsorgen",)), ("2028-01-01", ("varden",))]


def later_marked(region: Path, found: Review) -> list[tuple[str, tuple[str, ...]]]:
    """Return the changes of the row once Omsorgen is left out and Vården put in from 2028 on."""
    (left_out,) = found.changes
    column = left_out.sheet.column("actor/varden")
    assert column is not None
    put_in = replace(left_out, column=column, before="", after="x")
    taking = taken(replace(found, changes=(left_out, put_in)), region, replace(DATED, valid_from="2028-01-01"))
    write(region, edited(region, taking.edits))
    (task,) = load(region).matrices["samarbetet-ansvar"].tasks
    return [(change.valid_from, change.responsible) for change in task.changes]


def test_a_new_task_is_a_row_with_an_id_of_its_own(region: Path) -> None:
    """Name and marks are enough; it begins on the day where one is given."""

    def add(book: Any) -> None:
        new_row(book["Ansvar"], name="Skuldrådgivning", actor__omsorgen="x", comment="nytt")

    task = live(region, add, DATED).matrices["samarbetet-ansvar"].tasks[-1]
    assert (task.id, task.name, task.phrase) == ("skuldradgivning", "Skuldrådgivning", "skuldrådgivning")
    assert (task.responsible, task.valid_from, task.decided) == (("omsorgen",), "2027-01-01", "2026-11-20")
    again = review(read_back(filled_in(add)), load(region))
    assert not again.added and not again.faults


def test_a_new_row_without_marks_is_sent_back(region: Path) -> None:
    """A task that nobody has is none."""
    found = reviewed(lambda book: new_row(book["Ansvar"], name="Skuldrådgivning"))
    (fault,) = taken(found, region).faults
    assert "ingen är utpekad" in str(fault) and fault.place == "Ansvar!B6"


def test_a_remark_alone_is_no_new_row() -> None:
    """A line with only a remark is kept as a remark."""
    found = reviewed(lambda book: new_row(book["Ansvar"], comment="Vi saknar en rad"))
    assert not found.added and not found.faults and [one.text for one in found.remarks] == ["Vi saknar en rad"]


def test_a_municipality_answers_anew(region: Path) -> None:
    """A new row with municipality, agreement, day and status is a new observation beside the old one."""

    def answer(book: Any) -> None:
        new_row(book["Lokalt"], municipality="söderby", agreement="Samarbetet", observed="2026-10", status="pågår")

    fact = live(region, answer).local["lok/soderby/2026"]
    assert (fact.municipality, fact.observed, fact.status) == ("soderby", "2026-10", LokStatus.UNDER_WAY)
    bad = reviewed(lambda book: new_row(book["Lokalt"], municipality="Falun", agreement="Annat", observed="2026"))
    assert [fault.place for fault in taken(bad, region).faults] == ["Lokalt!E7"]


def test_a_status_and_its_sentence_go_together(region: Path) -> None:
    """A status that is changed alone would leave a sentence that says another thing."""
    found = reviewed(in_sheet("Lokalt", "norrby-2022", "status", "ja"))
    (fault,) = taken(found, region).faults
    assert fault.place == "Lokalt!E5" and "säger det gamla" in fault.says

    def both(book: Any) -> None:
        at(book["Lokalt"], "norrby-2022", "status").value = "ja"
        at(book["Lokalt"], "norrby-2022", "lead").value = "Hösten 2022 hade Norrby en överenskommelse."

    assert live(region, both).local["norrby-2022"].status is LokStatus.YES


def test_terms_change_and_come(region: Path) -> None:
    """Other words need no source; a meaning gets one, beside those it had."""

    def words(book: Any) -> None:
        at(book["Begrepp"], "plan", "aliases").value = "vårdplan; planen; planering"

    assert live(region, words, Basis(today="2026-11-22")).terms["plan"].aliases == ("vårdplan", "planen", "planering")

    def meaning(book: Any) -> None:
        at(book["Begrepp"], "plan", "meaning").value = "En gemensam plan."
        new_row(
            book["Begrepp"], name="skuldsanering", abbreviation="SKS", meaning="Hjälp ur skulder.", aliases="skulder"
        )

    terms = live(region, meaning).terms
    assert terms["plan"].definition and terms["plan"].definition.lead == "En gemensam plan."
    assert [place.source for place in terms["plan"].definition.sources] == ["texten", "remissvar"]
    new = terms["skuldsanering"]
    assert new.aliases == ("skuldsanering", "SKS", "skulder") and new.definition
    assert new.definition.observed == "2026-11-20"


def test_a_step_is_corrected_or_changes_from_a_day(region: Path) -> None:
    """Who has the question may be a body that is known; from a day on the whole route is written anew."""
    corrected = live(region, in_sheet("Vägar", "tvist/cheferna", "who", "rådet")).routes["tvist"].steps[0]
    assert (corrected.body, corrected.function) == ("radet", None)
    assert [place.source for place in corrected.sources] == ["texten", "remissvar"]
    found = reviewed(in_sheet("Vägar", "tvist/cheferna", "short", "Cheferna träffas."))
    assert "ändras redan från 2027-07-01" in str(taken(found, region, DATED).faults[0])


def test_a_struck_row_goes_on_its_day_when_it_is_asked_for(region: Path) -> None:
    """A step is left out from the day on; without the days, or of a kind that stays, it is told what to do."""
    knowledge = load(region)
    route = knowledge.routes["tvist"].model_copy(update={"changes": ()})
    still = knowledge.model_copy(update={"routes": {"tvist": route}})

    def strike(book: Any) -> None:
        book["Vägar"].delete_rows(number_of(book["Vägar"], "tvist/cheferna"))
        book["Begrepp"].delete_rows(number_of(book["Begrepp"], "delplan"))

    found = review(read_back(filled_in(strike)), still)
    dated = take_in(found, still, DATED, (), ["tvist/cheferna"])
    assert [step["id"] for step in dated.edits[-1].value["steps"]] == ["radet"]
    assert "--gäller-från" in take_in(found, still, BASIS, (), ["tvist/cheferna"]).lacks[0]
    assert "kan inte tas bort härifrån" in take_in(found, still, DATED, (), ["delplan"]).lacks[0]
    assert "delplan, tvist/cheferna" in take_in(found, still, DATED, (), ["annat"]).lacks[0]


LACKS = {
    "ingen källa": (Basis(today="2026-11-22"), "behöver en källa"),
    "okänd källa": (Basis(today="2026-11-22", source="finns-inte"), "behöver en källa"),
    "inget ställe": (Basis(today="2026-11-22", source="texten"), "--ställe"),
    "en dag av två": (replace(BASIS, valid_from="2027-01-01"), "både --gäller-från och --beslutat"),
}


@pytest.mark.parametrize(("basis", "said"), LACKS.values(), ids=LACKS)
def test_what_must_be_given_is_asked_for(basis: Basis, said: str, region: Path) -> None:
    """No edits before a change has its source and its days."""
    taking = taken(reviewed(ansvar("actor/varden", None)), region, basis)
    assert not taking.edits and len(taking.lacks) == 1 and said in taking.lacks[0]


def test_a_workbook_shows_its_day() -> None:
    """Marks are those in force on the day, and what comes later stands beside them."""
    knowledge = knowledge_of(SOUND)
    before, after = (sheets_of(knowledge, day)[0].rows[0].cells for day in (date(2026, 12, 1), date(2027, 7, 1)))
    assert (before["actor/varden"], before["later"]) == ("x", "från 2027-07-01: Omsorgen")
    assert (after["actor/varden"], after["later"], after["notes"]) == ("", "", "Omsorgen utreder ensam.")
    assert FIRST == 5
