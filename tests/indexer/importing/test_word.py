"""Word documents as they are read."""

from __future__ import annotations

from typing import Any

import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from indexer.importing.document import Paragraph, Table
from tests.indexer.importing.office import HEAD, TASKS, fill, only_table, paragraphs, word, xml


def test_a_paragraph_knows_its_heading() -> None:
    """Word has no pages: a place is the nearest heading above."""

    def build(document: Any) -> None:
        document.add_heading("Ansvar", 1)
        document.add_paragraph("Parterna delar på ansvaret.")
        document.add_heading("Tvister", 2)
        document.add_paragraph("Börja hos cheferna.", style="List Bullet")

    blocks = [block for block in word(build).blocks if isinstance(block, Paragraph)]
    assert [(b.text, b.level, b.listed, b.spot.heading) for b in blocks] == [
        ("Ansvar", 1, False, "Ansvar"),
        ("Parterna delar på ansvaret.", None, False, "Ansvar"),
        ("Tvister", 2, False, "Tvister"),
        ("Börja hos cheferna.", None, True, "Tvister"),
    ]
    assert [block.spot.block for block in blocks] == [0, 1, 2, 3]


def test_a_line_in_bold_is_a_heading() -> None:
    """Those who know no styles write headings in bold."""

    def build(document: Any) -> None:
        document.add_paragraph().add_run("Giltighet").bold = True
        document.add_paragraph("Den gäller tills vidare.")

    document = word(build)
    assert document.blocks[1].spot.heading == "Giltighet"


def test_a_table_stands_between_its_paragraphs() -> None:
    """A table keeps its place, and each cell its name."""

    def build(document: Any) -> None:
        document.add_heading("Vem gör vad", 1)
        document.add_paragraph("Före.")
        fill(document.add_table(4, 4), (HEAD, *TASKS))
        document.add_paragraph("Efter.")

    document = word(build)
    assert [type(block) for block in document.blocks] == [Paragraph, Paragraph, Table, Paragraph]
    table = only_table(document)
    assert table.texts == (HEAD, *TASKS)
    assert table.rows[1][3].spot.label == "Vem gör vad, cell D2"


def test_merged_cells_repeat_their_text() -> None:
    """What a merged cell covers, across and down, bears its text and is marked as covered."""

    def build(document: Any) -> None:
        table = document.add_table(4, 3)
        fill(table, (("Uppgift", "Region", ""), ("", "Vård", "Klinik"), ("Samtal", "x", ""), ("Möte", "", "x")))
        table.cell(0, 1).merge(table.cell(0, 2))
        table.cell(0, 0).merge(table.cell(1, 0))

    table = only_table(word(build))
    assert table.texts == (
        ("Uppgift", "Region", "Region"),
        ("Uppgift", "Vård", "Klinik"),
        ("Samtal", "x", ""),
        ("Möte", "", "x"),
    )
    covered = [(r, c) for r, row in enumerate(table.rows) for c, cell in enumerate(row) if cell.covered]
    assert covered == [(0, 2), (1, 0)]


def test_a_table_within_a_cell_is_a_table_of_its_own() -> None:
    """Nested tables come after the table that they stand in, and their text comes once."""

    def build(document: Any) -> None:
        outer = document.add_table(2, 2)
        fill(outer, (("A", "B"), ("C", "")))
        fill(outer.cell(1, 1).add_table(1, 2), (("inre", "ruta"),))

    outer, inner = word(build).tables
    assert outer.texts == (("A", "B"), ("C", ""))
    assert inner.texts == (("inre", "ruta"),)


MARKS = {
    "sign": ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "✓"),
    "letter in a font of symbols": (
        '<w:r><w:rPr><w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/></w:rPr><w:t>þ</w:t></w:r>',
        "☑",
    ),
    "second font": ('<w:r><w:sym w:font="Wingdings 2" w:char="F050"/></w:r>', "✓"),
    "private character": ("<w:r><w:t>\uf0fe</w:t></w:r>", "☑"),
    "ticked box": (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="1"/></w14:checkbox></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>☒</w:t></w:r></w:sdtContent></w:sdt>",
        "☑",
    ),
    "empty box": (
        '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="0"/></w14:checkbox></w:sdtPr>'
        "<w:sdtContent><w:r><w:t>☐</w:t></w:r></w:sdtContent></w:sdt>",
        "☐",
    ),
}


@pytest.mark.parametrize(("markup", "sign"), MARKS.values(), ids=MARKS)
def test_a_mark_is_a_sign_that_can_be_read(markup: str, sign: str) -> None:
    """Ticks and boxes are read whatever way Word draws them."""

    def build(document: Any) -> None:
        table = document.add_table(2, 2)
        fill(table, (("Uppgift", "Skola"), ("Samtal", "")))
        for element in xml(f"<w:p>{markup}</w:p>"):
            table.cell(1, 1).paragraphs[0]._p.append(element)

    assert only_table(word(build)).texts[1] == ("Samtal", sign)


def test_what_is_struck_out_is_not_read() -> None:
    """Deleted text is gone, inserted text is there; a text box stands after its paragraph."""
    markup = (
        "<w:p><w:r><w:t>Gäller </w:t></w:r><w:del><w:r><w:delText>aldrig</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>alltid</w:t></w:r></w:ins>"
        "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>I rutan</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    )
    document = word(lambda document: document.element.body.insert(0, xml(markup)))
    assert paragraphs(document) == ["Gäller alltid", "I rutan"]


def test_a_frame_around_text_is_no_table() -> None:
    """A table of one cell is a frame: its paragraphs are paragraphs."""
    document = word(lambda document: fill(document.add_table(1, 1), (("Första raden\nAndra raden",),)))
    assert paragraphs(document) == ["Första raden", "Andra raden"]
    assert not list(document.tables)


def test_a_footnote_stands_after_its_paragraph() -> None:
    """What a footnote says is read where it is referred to."""
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:id="-1" w:type="separator"><w:p/></w:footnote>'
        '<w:footnote w:id="2"><w:p><w:r><w:t>Utom HVB.</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )

    def build(document: Any) -> None:
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
        part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
        document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
        for run in xml('<w:p><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'):
            document.add_paragraph("Alla förlängs.")._p.append(run)
        document.add_paragraph("Sist.")

    assert paragraphs(word(build)) == ["Alla förlängs.", "Utom HVB.", "Sist."]


def test_a_word_that_is_divided_in_a_cell_is_whole() -> None:
    """Narrow columns have words divided by hand."""
    table = only_table(word(lambda document: fill(document.add_table(1, 2), (("Hem-\ntjänst", "vård-\noch"),))))
    assert table.texts == (("Hemtjänst", "vård- och"),)


def test_struck_and_hidden_text_is_left_out() -> None:
    """A mark that is struck out is none, and what is hidden is not read; both are told."""

    def build(document: Any) -> None:
        table = document.add_table(4, 2)
        fill(table, [("Uppgift", "Skola"), ("Samtal", "x"), ("Besök", "x"), ("Gömd", "x")])
        table.cell(1, 1).paragraphs[0].runs[0].font.strike = True
        table.cell(2, 1).paragraphs[0].runs[0].font.hidden = True
        row = table.rows[3]._tr.get_or_add_trPr()
        row.append(parse_xml(f"<w:hidden {nsdecls('w')}/>"))

    found = word(build)
    (table,) = found.tables
    assert table.texts == (("Uppgift", "Skola"), ("Samtal", ""), ("Besök", ""))
    assert len(found.left_out) == 3 and all("(1 st.)" in told for told in found.left_out)
