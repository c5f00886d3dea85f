"""PDF files as they are read. `files/utskrift.pdf` is a Word document printed by LibreOffice; its four pages have a
header and a footer, and a table of 24 rows that goes on over three of them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from indexer.errors import ImportFault
from indexer.importing.document import Document, Paragraph
from indexer.importing.lines import joined
from indexer.importing.reading import read_bytes, read_file
from tests.indexer.importing.office import only_table, paragraphs

FILE = Path(__file__).parent / "files" / "utskrift.pdf"


@pytest.fixture(scope="module")
def printed() -> Document:
    return read_file(FILE)


def test_text_has_its_page_and_heading(printed: Document) -> None:
    """Headings are told by their size, lines are joined to paragraphs, bullets are items."""
    found = [block for block in printed.blocks if isinstance(block, Paragraph)]
    assert [(block.text[:40], block.level, block.listed, block.spot.page) for block in found] == [
        ("Ansvarsfördelning för äldre", 1, False, 1),
        ("Kommunen och regionen ska tillsammans se", None, False, 1),
        ("Först den ena.", None, True, 1),
        ("Sedan den andra.", None, True, 1),
        ("Vem gör vad", 2, False, 1),
        ("Efter tabellen kommer mer text.", None, False, 3),
        ("Giltighet", 1, False, 4),
        ("Överenskommelsen gäller från 2027-07-01 ", None, False, 4),
    ]
    assert found[1].text.count("insatser från båda får dem i rätt tid och i rätt ordning.") == 4


def test_headers_and_footers_are_left_out(printed: Document) -> None:
    """What stands at the edge of each page is no part of the text."""
    assert "arbetsexemplar" not in repr(printed.blocks)
    assert "Sida av" not in repr(printed.blocks)


def test_a_table_over_three_pages_is_one(printed: Document) -> None:
    """Each cell is right and names its page, and its text comes once."""
    table = only_table(printed)
    marks = [tuple(("✓" if c == 1 else "x") if (r * c + r // 3) % 2 else "" for c in (1, 2, 3)) for r in range(2, 24)]
    assert table.texts[:2] == (("", "Kommun", "Kommun", "Region"), ("Uppgift", "Skola", "Hemtjänst", "Bibliotek"))
    assert table.rows[0][2].covered
    assert [texts[1:] for texts in table.texts[2:]] == marks
    name = "Uppgift nummer {} som har ett så långt namn att det går över två rader"
    assert [texts[0] for texts in table.texts[2:]] == [name.format(number) for number in range(1, 23)]
    assert [row[0].spot.page for row in table.rows] == [1] * 8 + [2] * 10 + [3] * 6
    assert table.rows[23][3].spot.label == "sida 3, Vem gör vad, cell D24"
    assert not any("Uppgift nummer" in text for text in paragraphs(printed))


def test_progress_is_told_page_by_page() -> None:
    """Whoever waits sees how far it has come."""
    told: list[tuple[int, int]] = []
    read_file(FILE, lambda done, total: told.append((done, total)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_scanned_file_says_so() -> None:
    """Pages that are pictures have no text, and the cure is another than for a broken file."""
    buffer = io.BytesIO()
    Image.new("L", (200, 300), 128).save(buffer, "PDF")
    with pytest.raises(ImportFault, match="inskannat som bild"):
        read_bytes("skannat.pdf", buffer.getvalue())


JOINED = {
    "divided": ("kommunens insat-", "ser ges", "kommunens insatser ges"),
    "shared end": ("vård-", "och omsorg", "vård- och omsorg"),
    "capital": ("Malung-", "Sälen", "Malung-Sälen"),
    "span": ("2024-", "2027", "2024- 2027"),
    "dash": ("stöd –", "till alla", "stöd – till alla"),
    "plain": ("den som", "behöver", "den som behöver"),
}


@pytest.mark.parametrize(("first", "second", "whole"), JOINED.values(), ids=JOINED)
def test_lines_are_joined(first: str, second: str, whole: str) -> None:
    """A divided word is mended, and only that."""
    assert joined(first, second) == whole
