"""Documents that the tests make with the libraries that write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import docx
import openpyxl
import pptx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from pptx.util import Cm

from indexer.importing.document import Document, Paragraph, Table
from indexer.importing.reading import read_bytes

TASKS = (("Hembesök", "x", "", "x"), ("Provtagning", "", "x", ""), ("Samtal", "x", "x", ""))
HEAD = ("Uppgift", "Skola", "Hemtjänst", "Bibliotek")


def saved(thing: Any) -> bytes:
    """Return the bytes of a document, presentation or workbook."""
    buffer = io.BytesIO()
    thing.save(buffer)
    return buffer.getvalue()


def fill(table: Any, rows: Any) -> None:
    """Write texts into a table of Word or PowerPoint."""
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text


def word(build: Callable[[Any], None]) -> Document:
    """Return what is read of a Word document."""
    document = docx.Document()
    build(document)
    return read_bytes("prov.docx", saved(document))


def powerpoint(build: Callable[[Any], None]) -> Document:
    """Return what is read of a presentation."""
    presentation = pptx.Presentation()
    build(presentation)
    return read_bytes("prov.pptx", saved(presentation))


def excel(build: Callable[[Any], None]) -> Document:
    """Return what is read of a workbook; `build` is given its first sheet."""
    workbook = openpyxl.Workbook()
    build(workbook.active)
    return read_bytes("prov.xlsx", saved(workbook))


def text(content: str | bytes, name: str = "prov.txt") -> Document:
    """Return what is read of a text."""
    return read_bytes(name, content.encode() if isinstance(content, str) else content)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return an Office file in which one part is replaced."""
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
        for member in source.namelist():
            changed.writestr(member, content if member == name else source.read(member))
        if name not in source.namelist():
            changed.writestr(name, content)
    return target.getvalue()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def xml(markup: str) -> Any:
    """Return an element of Word in which `w:` and `w14:` may be used."""
    spaces = f'{nsdecls("w")} xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    return parse_xml(markup.replace(">", f" {spaces}>", 1) if "/>" not in markup.split(">")[0] + ">" else markup)


def only_table(document: Document) -> Table:
    """Return the single table of a document."""
    (table,) = document.tables
    return table


def paragraphs(document: Document) -> list[str]:
    """Return the texts of a document's paragraphs."""
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def slide(presentation: Any, title: str | None = None) -> Any:
    """Add a slide, with a title or empty, and return it."""
    added = presentation.slides.add_slide(presentation.slide_layouts[5 if title else 6])
    if title:
        added.shapes.title.text = title
    return added


def box(shapes: Any, content: str, left: float, top: float) -> None:
    """Add a box of text at a place in centimetres."""
    shapes.add_textbox(Cm(left), Cm(top), Cm(5), Cm(1)).text_frame.text = content
