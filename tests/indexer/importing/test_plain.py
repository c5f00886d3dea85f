"""Plain text as it is read."""

from __future__ import annotations

import pytest

from indexer.importing.document import Paragraph
from indexer.importing.tabbed import column_count
from tests.indexer.importing.office import only_table, paragraphs, text

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_encoding_is_told_from_the_bytes(encoding: str) -> None:
    """Swedish letters are right in all encodings that Windows has used."""
    assert paragraphs(text("Åtgärder för äldre – kommunens ansvar".encode(encoding))) == [
        "Åtgärder för äldre – kommunens ansvar"
    ]


def test_the_marks_of_markdown_are_gone() -> None:
    """Headings have levels, bold and links are text, items are listed, rules are nothing."""
    document = text("# Väg\n\n---\n**Steg ett**: se [sidan](https://exempel.se)\n\n- _först_\n - <b>sedan</b>\n")
    blocks = [block for block in document.blocks if isinstance(block, Paragraph)]
    assert [(b.text, b.level, b.listed, b.spot.line) for b in blocks] == [
        ("Väg", 1, False, 1),
        ("Steg ett: se sidan", None, False, 4),
        ("först", None, True, 6),
        ("sedan", None, True, 7),
    ]


def test_lines_by_tabs_are_a_table() -> None:
    """A row a line, empty cells too; shorter rows are filled up."""
    table = only_table(text("Före\n\nUppgift\tSkola\tHem\n<b>Grupp</b>\t\t\nSamtal\tx\t\nMöte\t\tx\n\nEfter"))
    assert table.texts == (("Uppgift", "Skola", "Hem"), ("Grupp", "", ""), ("Samtal", "x", ""), ("Möte", "", "x"))


def test_broken_lines_are_joined() -> None:
    """Lines that were broken to fit a width are one paragraph; a divided word is whole, "vård-" before "och" stays."""
    document = text(
        "Kommunen och regionen ska tillsammans se till att den som behöver insat-\n"
        "ser får dem i tid. Det gäller också den som behöver hjälp av både vård-\n"
        "och omsorgsgivare under samma tid.\n\n"
        "Nytt stycke här.\n"
    )
    first, second = paragraphs(document)
    assert "insatser får dem i tid" in first
    assert "vård- och omsorgsgivare" in first
    assert second == "Nytt stycke här."


def loose(rows: list[list[str]]) -> str:
    """Return a table as Word leaves it in plain text."""
    return "\n".join("\n".join(f"\t{cell}" for cell in row) + "\n" for row in rows)


ROWS = [
    ["Ort", "Fråga ett\n", "Fråga två"],
    ["A-by", "Ja", ""],
    ["B-by", "Nej\n\nInte än.", "Se ovan"],
    ["C-by", "", ""],
]


def test_cells_on_lines_of_their_own_are_one_table() -> None:
    """The number of columns is told from what recurs; cells may have many lines, and the last row may be cut off."""
    table = only_table(text(loose(ROWS)))
    assert len(table.rows) == 4
    assert table.texts[2] == ("B-by", "Nej\n\nInte än.", "Se ovan")
    assert only_table(text(loose(ROWS).rstrip())).texts[3] == ("C-by", "", "")


COLUMNS = {
    "rows end, cells do not": ([False, False, True] * 4, 3),
    "a head whose cells all end": ([True] * 3 + [False, False, True] * 5, 3),
    "all end: nothing recurs": ([True] * 12, None),
    "none ends": ([False] * 12, None),
    "too few": ([True], None),
}


@pytest.mark.parametrize(("ends", "columns"), COLUMNS.values(), ids=COLUMNS)
def test_columns_are_counted_by_what_recurs(ends: list[bool], columns: int | None) -> None:
    """The number of columns is that at which rows end and cells do not."""
    assert column_count(ends) == columns


def test_a_file_of_values_is_a_table() -> None:
    """Values between semicolons may hold line breaks."""
    assert only_table(text('Ort;Svar\nA-by;"Ja;\nmen sent"\n', "svar.csv")).texts[1] == ("A-by", "Ja;\nmen sent")


def test_numbered_headings_are_told_from_numbered_lists() -> None:
    """A numbered line after an empty one is a heading; numbered lines in a row are a list."""
    document = text("1. Bakgrund\n\nText som hör till.\n\n2. Syfte\n\nOrdning:\n1. först\n2. sedan\n")
    assert [(b.text, b.level) for b in document.blocks if isinstance(b, Paragraph) and b.level] == [
        ("1. Bakgrund", 2),
        ("2. Syfte", 2),
    ]


def test_a_form_feed_begins_a_page() -> None:
    """Text from a PDF keeps its pages."""
    assert text("Ett.\n\fTvå.\n").blocks[1].spot.page == 2
