"""Files that would do harm, and files that nobody can read: each is refused with what is wrong and what to do."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import ImportFault
from indexer.importing import archive, blocks, excel, reading
from indexer.importing.reading import read_bytes, read_file
from knowledge.messages import sentences_of
from tests.indexer.importing.office import saved, text, with_part, zipped

TYPES = b'<Types><Override ContentType="application/vnd.openxmlformats-officedocument.%s.main+xml"/></Types>'
ENTITIES = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><d>&b;</d>'
ENCRYPTED_PDF = Path(__file__).parent / "files" / "last.pdf"


def empty_docx() -> bytes:
    return saved(docx.Document())


def merged_sheet(cells: str) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "x"  # type: ignore[index]
    data = saved(workbook)
    sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
    merges = f'<mergeCells count="1"><mergeCell ref="{cells}"/></mergeCells></worksheet>'.encode()
    return with_part(data, "xl/worksheets/sheet1.xml", sheet.replace(b"</worksheet>", merges))


def pdf_bomb() -> bytes:
    packed = zlib.compress(b"0 0 m " * 80_000_000, 9)
    return b"%PDF-1.4\n1 0 obj<</Filter/FlateDecode/Length 1>>stream\n" + packed + b"\nendstream endobj"


def span(count: int) -> bytes:
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "x"
    data = saved(document)
    main = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    return with_part(
        data, "word/document.xml", main.replace(b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="%d"/>' % count, 1)
    )


FILES = {
    "empty": (b"", "empty"),
    "only nulls": (b"\0" * 100, "empty"),
    "old or locked Office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "old_or_locked"),
    "rtf": (b"{\\rtf1 hej}", "rich_text"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "picture"),
    "program": (b"\x7fELF" + bytes(range(32)) * 40, "unknown"),
    "zip of other things": (zipped({"a.txt": b"a"}), "unknown_archive"),
    "half a Word file": (empty_docx()[:2000], "broken"),
    "half a PDF": (b"%PDF-1.7\n1 0 obj\n<<", "broken"),
    "no text": (empty_docx(), "no_text"),
    "bomb by ratio": (zipped({"word/document.xml": b" " * 30_000_000}), "bomb"),
    "bomb by count": (zipped({f"word/{n}": b"" for n in range(archive.MAX_MEMBERS + 1)}), "bomb"),
    "entities": (with_part(empty_docx(), "word/document.xml", ENTITIES), "entities"),
    "entities in UTF-16": (
        with_part(empty_docx(), "word/document.xml", ENTITIES.decode().encode("utf-16")),
        "entities",
    ),
    "broken markup": (with_part(empty_docx(), "word/document.xml", b"<w:document"), "broken"),
    "merged beyond bounds": (merged_sheet("A1:XFD1048576"), "huge_merged"),
    "a cell as wide as the world": (span(100_000), "huge_table"),
    "huge paragraph": (b"ord " * blocks.MAX_TEXT, "huge_text"),
    "too many columns": (("\t".join("a" * 500) + "\n").encode() * 2, "huge_table"),
    "too many blocks": (b"ett\n\n" * (blocks.MAX_BLOCKS + 1), "huge"),
    "spans of a page": (b"<table><tr><td colspan=999999>a</td><td>b</td></tr></table>", "huge_table"),
}


@pytest.mark.parametrize(("data", "code"), FILES.values(), ids=FILES)
def test_a_bad_file_is_refused(data: bytes, code: str) -> None:
    """The fault names the file, what is wrong and what to do, in Swedish."""
    with pytest.raises(ImportFault) as caught:
        read_bytes("underlag.docx", data)
    assert caught.value.code == code
    what, _, cure = str(caught.value).removeprefix("underlag.docx: ").partition("; ")
    assert what and cure


def test_a_packed_stream_of_a_pdf_is_bounded() -> None:
    """A PDF that unpacks to gigabytes is refused before it is read."""
    with pytest.raises(ImportFault) as caught:
        read_bytes("a.pdf", pdf_bomb())
    assert caught.value.code == "bomb"


def test_a_large_file_is_not_even_opened(tmp_path: Path) -> None:
    """Its size is enough."""
    path = tmp_path / "stor.pdf"
    with path.open("wb") as file:
        file.truncate(reading.MAX_BYTES + 1)
    with pytest.raises(ImportFault, match="större än 50 MB"):
        read_file(path)
    with pytest.raises(ImportFault, match="finns inte"):
        read_file(tmp_path / "borta.pdf")


def test_a_locked_pdf_says_so() -> None:
    """A password has to be taken away by the one who has it."""
    with pytest.raises(ImportFault, match="skyddad med lösenord"):
        read_file(ENCRYPTED_PDF)


def test_the_suffix_does_not_matter() -> None:
    """A Word document that is called .pdf is a Word document."""
    document = docx.Document()
    document.add_paragraph("Hej")
    assert read_bytes("fel.pdf", saved(document)).format == "docx"
    assert text("Hej", "fel.xlsx").format == "text"


def crossed_sheet() -> bytes:
    """Return a workbook whose first row and first column are filled, and nothing between."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for n in range(1, 4001):
        sheet.cell(1, n, "x")
        sheet.cell(n, 1, "x")
    return saved(workbook)


def test_an_area_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen million cells are counted, never made."""
    monkeypatch.setattr(excel, "_empty", lambda *_: pytest.fail("an empty cell was made"))
    with pytest.raises(ImportFault) as caught:
        read_bytes("a.xlsx", crossed_sheet())
    assert caught.value.code == "huge_table"


@pytest.mark.parametrize("tag", ['<mergeCell x="&gt;" ', "<x:mergeCell   ", "<mergeCell a='>' ", "<mergeCell "])
def test_merged_ranges_are_found_however_their_tag_is_written(tag: str) -> None:
    """What stands before the range hides it from nobody."""
    part = f'{tag}ref="A1:XFD1048576"/>'.encode()
    with pytest.raises(ImportFault):
        archive._hold_markup("a", part)


CPU_SECONDS = 60
"""For all of the hostile texts together; what grows as the square takes many times that for one of them."""


def test_no_text_takes_longer_than_its_length() -> None:
    """The longest cell of any shape, and heads of files, are read, masked and held against names within bounds."""
    done = subprocess.run([sys.executable, "-m", "tests.indexer.importing.hostile", str(CPU_SECONDS)], check=False)
    assert done.returncode == 0


def test_every_fault_has_its_sentence() -> None:
    """What a fault says is filled in: no key, no empty place."""
    for key, sentence in sentences_of("importing").items():
        if key.startswith("import.fault."):
            assert sentence.startswith("{file}: ") and "; " in sentence


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", b"%PDF-1.4\n", b"\xff\xfe", b"<html>", b"{\\rtf", b"\t"]),
)
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    """No file whatever brings anything else than a document or a fault."""
    try:
        assert read_bytes("a", start + data).blocks
    except ImportFault as fault:
        assert str(fault).startswith("a: ")
