"""A workbook out and in again: nothing changed is no change, and a change is that change alone."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from indexer.errors import ImportFault
from indexer.workbook.basis import Basis
from indexer.workbook.changes import take_in
from indexer.workbook.comparing import Review, review
from indexer.workbook.filled import Filled
from indexer.workbook.privacy import without_persons
from indexer.workbook.reading import read_workbook, read_workbook_bytes
from indexer.workbook.sheets import Column, Kind, Row, Sheet, is_shown, sheets_of
from knowledge.editing import edited
from knowledge.loader import own_ids
from tests.indexer.workbook.filling import (
    DALARNA,
    DAY,
    REGIONS,
    SOUND,
    at,
    filled_in,
    knowledge_of,
    read_back,
    reviewed,
    written,
)

SAVED = Path(__file__).parent / "sparad-i-libreoffice.xlsx"
BASIS = Basis(today="2026-11-22", title="Remissvar", date="2026-11-20")
Place = tuple[Sheet, Row, Column]


def is_untouched(found: Review) -> bool:
    return not (found.changes or found.added or found.gone or found.faults or found.conflicts or found.remarks)


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_what_nobody_touched_changes_nothing(region: Path) -> None:
    """Every cell of the knowledge comes back as it was, and gives no edits."""
    knowledge = knowledge_of(region)
    found = review(read_back(written(region)), knowledge)
    assert is_untouched(found) and not found.notices
    assert take_in(found, knowledge, BASIS, ()).edits == ()


@cache
def places(region: Path) -> list[Place]:
    """Return all cells that may be filled in."""
    return [
        (sheet, row, column)
        for sheet in sheets_of(knowledge_of(region), DAY)
        for row in sheet.rows
        for column in sheet.columns
        if column.kind is not Kind.REMARK and not is_shown(column, row)
    ]


def another(text: str, kind: Kind, word: str) -> str:
    """Return another text than a cell has, such as its column takes."""
    match kind:
        case Kind.MARK:
            return "" if text else "x"
        case Kind.STATUS:
            return "nej" if text != "nej" else "ja"
        case Kind.DAY:
            return "2026-10" if text != "2026-10" else "2026-09"
        case Kind.WORDS:
            return f"{text}; {word}" if text else word
        case _:
            return f"{word} ändrad"


words = st.text("abcdefåäö ÅÄÖ-=+@'\"&<>é", min_size=1, max_size=30).map(lambda text: "x" + " ".join(text.split()))


@cache
def filled_of(region: Path) -> Filled:
    return read_back(written(region))


def with_cell(filled: Filled, place: Place, text: str) -> Filled:
    """Return a workbook in which one cell says another thing."""
    sheet, row, column = place
    sheets = []
    for page in filled.sheets:
        rows = tuple(
            replace(line, cells={**line.cells, column.key: replace(line.cells[column.key], text=text)})
            if page.key == sheet.key and line.id.text == row.id
            else line
            for line in page.rows
        )
        sheets.append(replace(page, rows=rows))
    return replace(filled, sheets=tuple(sheets))


@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_changed_cell_is_exactly_that_change(region: Path, data: st.DataObject) -> None:
    """Whichever cell it is: one change, from what stood there to what stands there now, at its own place."""
    place = data.draw(st.sampled_from(places(region)))
    sheet, row, column = place
    before = row.cells[column.key]
    after = another(before, column.kind, data.draw(words))
    found = review(with_cell(filled_of(region), place, after), knowledge_of(region))
    (change,) = found.changes
    assert (change.row.id, change.column.key, change.before, change.after) == (row.id, column.key, before, after)
    assert change.place.startswith(sheet.title) and not (found.added or found.gone or found.faults or found.conflicts)


@given(data=st.data())
@settings(max_examples=10, deadline=None)
def test_what_is_typed_in_excel_is_what_is_read(data: st.DataObject) -> None:
    """Through the file too, whatever a text begins with; and the edit puts it into the files."""
    sheet, row, column = data.draw(st.sampled_from(places(SOUND)))
    after = another(row.cells[column.key], column.kind, data.draw(words))

    found = reviewed(lambda book: setattr(at(book[sheet.title], row.id, column.key), "value", after or None))
    (change,) = found.changes
    assert change.after == after
    knowledge = knowledge_of(SOUND)
    taking = take_in(found, knowledge, BASIS, own_ids(SOUND, "terms"))
    assert bool(taking.edits) != bool(taking.faults)
    texts = "".join(edited(SOUND, taking.edits).values())
    if column.kind is Kind.TEXT and taking.edits:
        assert after.replace("'", "").replace('"', "") in texts.replace("'", "").replace('\\"', "").replace('"', "")


@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_every_change_fits_the_files(data: st.DataObject) -> None:
    """What is found in Dalarna's workbook can be written, or is kept out with a reason."""
    place = data.draw(st.sampled_from(places(DALARNA)))
    _, row, column = place
    after = another(row.cells[column.key], column.kind, "nyord")
    found = review(with_cell(filled_of(DALARNA), place, after), knowledge_of(DALARNA))
    taking = take_in(found, knowledge_of(DALARNA), BASIS, own_ids(DALARNA, "terms"))
    assert bool(taking.edits) != bool(taking.faults)
    edited(DALARNA, taking.edits)


FORMULA_LIKE = ("=1+1", "+46", "-5 dagar", "@rss", '=HYPERLINK("https://example.org")')


@pytest.mark.parametrize("text", FORMULA_LIKE)
def test_a_text_never_becomes_a_formula(text: str) -> None:
    """Whatever the knowledge says is text in the workbook, marked as such, and comes back the same."""
    knowledge = knowledge_of(SOUND)
    plan = knowledge.terms["plan"].model_copy(update={"name": text})
    odd = knowledge.model_copy(update={"terms": {**knowledge.terms, "plan": plan}})
    from indexer.workbook.export import workbook_of

    data = workbook_of(odd, DAY)
    cell = at(load_workbook(io.BytesIO(data))["Begrepp"], "plan", "name")
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)
    assert is_untouched(review(read_back(data), odd))


def test_it_can_be_read_and_printed() -> None:
    """Each sheet has a frozen head that is printed on each page, the paper on its side, page numbers, day and title."""
    book = load_workbook(io.BytesIO(written(DALARNA)))
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert [sheet.title for sheet in shown] == ["Läs mig", "Ansvar", "Vägar", "Lokalt", "Begrepp"]
    for sheet in shown:
        assert sheet.page_setup.orientation == "landscape" and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert "&P" in sheet.oddFooter.center.text and "2026-11-22" in sheet.oddHeader.right.text
    for sheet in shown[1:]:
        assert sheet.freeze_panes and sheet.print_title_rows == "$4:$4"
        assert sheet.row_dimensions[3].hidden and "!$B$1:" in sheet.print_area
    rules = {rule.formula1 for sheet in shown for rule in sheet.data_validations.dataValidation}
    assert rules == {'"x"', '"ja,nej,pågår,ingen uppgift"'}


def test_what_is_for_editors_only_is_not_sent_round() -> None:
    """A note or definition that only editors may see stands nowhere in the workbook, hidden sheets included."""
    knowledge = knowledge_of(DALARNA)
    secret = [note.says for fact in knowledge.local.values() for note in fact.notes if note.editors_only]
    everything = {
        cell.value for sheet in load_workbook(io.BytesIO(written(DALARNA))) for row in sheet.iter_rows() for cell in row
    }
    assert not everything & {" ".join(text.split()) for text in secret}
    fact = next(fact for fact in knowledge.local.values() if fact.notes)
    hidden = fact.model_copy(update={"notes": (fact.notes[0].model_copy(update={"editors_only": True}),)})
    rows = sheets_of(knowledge.model_copy(update={"local": {fact.id: hidden}}), DAY)[-2].rows
    assert [row.id for row in rows] == [fact.id]


# --- files that other programs have saved ---------------------------------------------------------


def test_what_libreoffice_saved_is_still_ours() -> None:
    """The stamp, ids and texts of a workbook that was opened and saved again are all there."""
    filled = read_workbook(SAVED)
    assert filled is not None and filled.marked
    assert is_untouched(review(filled, knowledge_of(SOUND)))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
@pytest.mark.parametrize("region", REGIONS.values(), ids=REGIONS)
def test_libreoffice_can_open_and_save_it(region: Path, tmp_path: Path) -> None:
    """Saved by LibreOffice, nothing is changed."""
    (tmp_path / "bok.xlsx").write_bytes(written(region))
    profile = f"-env:UserInstallation=file://{tmp_path}/profil"
    line = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "ut"), "bok.xlsx"]
    subprocess.run(line, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    filled = read_workbook(tmp_path / "ut" / "bok.xlsx")
    assert filled is not None and filled.marked and is_untouched(review(filled, knowledge_of(region)))


def without_stamp(data: bytes, also: str = "") -> bytes:
    """Return a file as a program saves it that keeps no properties of one's own, and drops a sheet too."""
    book = load_workbook(io.BytesIO(data))
    book.custom_doc_props.props.clear()
    if also:
        del book[also]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_lost_stamp_is_told_and_the_hidden_sheet_takes_its_place() -> None:
    """A workbook whose properties are gone is read by its hidden sheet, and that is said."""
    filled = read_back(without_stamp(written(SOUND)))
    assert not filled.marked and filled.stamp.region == "provlandet"
    found = review(filled, knowledge_of(SOUND))
    assert is_untouched(found) and "märkning är borta" in found.notices[0]


LOST = {
    "båda borta": (without_stamp, "workbook_lost", "märkningen i filen är borta"),
    "bladet borta": (None, "workbook_no_base", "dolda bladet"),
}


@pytest.mark.parametrize(("how", "code", "said"), LOST.values(), ids=LOST)
def test_a_workbook_that_cannot_tell_what_changed_is_refused(how: object, code: str, said: str) -> None:
    """Clearly, with what to do: it is never taken for an ordinary document."""
    if how is None:
        data = filled_in(lambda book: book.remove(book["lotsen-underlag"]))
    else:
        data = without_stamp(written(SOUND), "lotsen-underlag")
    with pytest.raises(ImportFault) as caught:
        read_workbook_bytes("svar.xlsx", data)
    assert caught.value.code == code and said in str(caught.value) and "lotsen export" in str(caught.value)


def test_another_workbook_with_the_same_sheets_is_not_ours() -> None:
    """The names of sheets make no workbook of Lotsen's."""

    def strip(book: object) -> None:
        for sheet in list(book):  # type: ignore[call-overload]
            sheet["A3"] = None
        book.custom_doc_props.props.clear()  # type: ignore[attr-defined]
        del book["lotsen-underlag"]  # type: ignore[attr-defined]

    assert read_workbook_bytes("annan.xlsx", filled_in(strip)) is None
    assert read_workbook_bytes("text.txt", b"hej") is None


# --- comments -------------------------------------------------------------------------------------

THREADS = (
    '<?xml version="1.0"?><ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
    'threadedcomments"><threadedComment ref="C5" dT="2026-11-20T10:00:00.00" personId="{1}" id="{2}"><text>Stämmer '
    'det?</text></threadedComment><threadedComment ref="C5" dT="2026-11-20T11:00:00.00" personId="{1}" id="{3}" '
    'parentId="{2}"><text>Ja, fråga Anna Andersson.</text></threadedComment></ThreadedComments>'
)
KIND = "http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"


def with_threads(data: bytes) -> bytes:
    """Return a workbook with a thread of comments at C5 of its second sheet, as Excel writes them."""
    out = io.BytesIO()
    rels = "xl/worksheets/_rels/sheet2.xml.rels"
    link = f'<Relationship Id="rIdT" Type="{KIND}" Target="../threadedComments/threadedComment1.xml"/>'
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            body = old.read(name)
            if name == rels:
                body = body.replace(b"</Relationships>", f"{link}</Relationships>".encode())
            new.writestr(name, body)
        if rels not in old.namelist():
            space = "http://schemas.openxmlformats.org/package/2006/relationships"
            new.writestr(rels, f'<Relationships xmlns="{space}">{link}</Relationships>')
        new.writestr("xl/threadedComments/threadedComment1.xml", THREADS)
    return out.getvalue()


def test_comments_of_all_kinds_are_kept_without_persons() -> None:
    """Threads, notes, the column for comments and columns of one's own: with place and text, and nobody's name."""
    from openpyxl.comments import Comment

    def comment(book: object) -> None:
        sheet = book["Ansvar"]  # type: ignore[index]
        sheet["D5"].comment = Comment("Bo Ek:\nRing Anna Andersson, 070-123 45 67", "Bo Ek")
        at(sheet, "utredning", "comment").value = "Se mötet i Mora"
        sheet["K4"], sheet["K5"] = "Egen kolumn", "osäkert"

    data = with_threads(filled_in(comment, DALARNA))
    found = without_persons(review(read_back(data), knowledge_of(DALARNA)), knowledge_of(DALARNA))
    remarks = {(remark.place, remark.text) for remark in found.remarks}
    assert remarks == {
        ("Ansvar!C5", "Stämmer det?"),
        ("Ansvar!C5", "Ja, fråga [namn]."),
        ("Ansvar!D5", "Ring [namn], [telefonnummer]"),
        ("Ansvar!J6", "Se mötet i Mora"),
        ("Ansvar!K5", "Egen kolumn: osäkert"),
    }
    assert not found.changes and not found.faults


def test_a_person_in_a_cell_is_sent_back() -> None:
    """A cell that names somebody is not taken in, and the text is not repeated."""

    def name(book: object) -> None:
        cell = at(book["Vägar"], "tvist-lokal/domstol", "who_moves")  # type: ignore[index]
        cell.value = "Ring Anna Andersson, 070-123 45 67"

    found = without_persons(reviewed(name, DALARNA), knowledge_of(DALARNA))
    (fault,) = found.faults
    assert not found.changes and re.fullmatch(r"Vägar!F\d+: .*skriv en funktion", str(fault))


def test_a_person_in_a_fault_or_conflict_is_masked() -> None:
    """What is wrong is told with the cell's text, and without whom it names."""

    def name(book: object) -> None:
        book["Ansvar"]["D5"].value = "fråga Anna Andersson, 070-123 45 67"  # type: ignore[index]

    raw = reviewed(name, DALARNA)
    found = without_persons(replace(raw, conflicts=raw.faults), knowledge_of(DALARNA))
    assert "Anna Andersson" in str(raw.faults[0])
    told = " ".join(map(str, (*found.faults, *found.conflicts)))
    assert "[namn]" in told and "Andersson" not in told and "070" not in told
