"""Word → blocks. Word has no pages before it is printed: a place is the nearest heading."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from docx import Document as open_document
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from indexer.importing.blocks import EMPTY, Blocks, Progress, Raw, spread
from indexer.importing.document import Spot
from indexer.importing.symbols import drawn
from indexer.importing.unseen import Unseen

_PLACE = Spot()
_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_MAX_FAKE_HEADING = 90
"""Characters of a paragraph in bold that stands for a heading."""
_FAKE_LEVEL = 6
_MAX_NESTED = 20
"""Tables within tables, and frames within frames."""
_CHECKED = "{http://schemas.microsoft.com/office/word/2010/wordml}"
# Struck out, or shown a second time for programs that are older than Word 2010.
_UNREAD = frozenset(
    {qn("w:del"), qn("w:moveFrom"), "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
_BREAKS = frozenset({qn("w:br"), qn("w:cr")})
_ON = (None, "1", "true", "on")

Element = Any
"""lxml has no types."""


def read(data: bytes, blocks: Blocks, progress: Progress) -> None:
    """Add the blocks of a document: paragraphs, lists, tables at their place, text boxes, footnotes."""
    document = open_document(io.BytesIO(data))
    unseen = Unseen({style.style_id: style for style in document.styles})
    unseen.take_out(document.element.body)
    _Body(document, blocks, unseen).read(document.element.body)
    blocks.left_out += unseen.told()
    progress(1, 1)


class _Body:
    def __init__(self, document: WordDocument, blocks: Blocks, unseen: Unseen) -> None:
        self._blocks = blocks
        self._styles = unseen.styles
        self._notes = dict(_footnotes(document, unseen))

    def read(self, container: Element, depth: int = 0) -> None:
        """Add all paragraphs and tables in a container."""
        for element in _parts(container, {qn("w:p"), qn("w:tbl")}):
            if element.tag == qn("w:tbl"):
                self._table(element, depth)
            else:
                self._paragraph(element, depth)

    def _paragraph(self, element: Element, depth: int) -> None:
        text = _text(element)
        level = self._level(element, text)
        self._blocks.paragraph(text, _PLACE, level, listed=level is None and self._is_listed(element))
        for note in _below(element, {qn("w:footnoteReference")}):
            self._blocks.paragraph(self._notes.pop(note.get(qn("w:id")), ""), _PLACE)
        if depth < _MAX_NESTED:
            for box in _below(element, {qn("w:txbxContent")}):
                self.read(box, depth + 1)

    def _table(self, table: Element, depth: int) -> None:
        rows, inner = [], []
        for row in _parts(table, {qn("w:tr")}):
            if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
                cells = list(_parts(row, {qn("w:tc")}))
                rows.append((_number(row, "w:trPr", "w:gridBefore", 0), cells))
                inner += [nested for cell in cells for nested in _parts(cell, {qn("w:tbl")})]
        self._blocks.table(spread(_with_spans(rows, self._blocks), self._blocks), _PLACE)
        if depth < _MAX_NESTED:
            for nested in inner:
                self._table(nested, depth + 1)

    def _level(self, element: Element, text: str) -> int | None:
        own = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if own is not None and (own.get(qn("w:val")) or "").isdecimal():
            outline = int(own.get(qn("w:val")))
            return outline + 1 if outline < 9 else None  # 9 is body text
        for style in self._style_chain(element):
            if match := _HEADING.fullmatch(style.name or ""):
                return int(match[1])
            if (style.name or "").casefold() in ("title", "subtitle"):
                return 1
            outline_ = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
            if outline_ is not None and (outline_.get(qn("w:val")) or "9") in "012345678":
                return int(outline_.get(qn("w:val"))) + 1
        return _FAKE_LEVEL if _is_bold_line(element, text) and not self._is_listed(element) else None

    def _is_listed(self, element: Element) -> bool:
        if element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None:
            return True
        return any(
            style.element.find(f"{qn('w:pPr')}/{qn('w:numPr')}") is not None or (style.name or "").startswith("List ")
            for style in self._style_chain(element)
        )

    def _style_chain(self, element: Element) -> Iterator[Any]:
        """Yield the style of a paragraph and those that it is based on."""
        named = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style = self._styles.get(named.get(qn("w:val"))) if named is not None else None
        for _ in range(_MAX_NESTED):
            if style is None:
                return
            yield style
            style = getattr(style, "base_style", None)


def _with_spans(rows: list[tuple[int, list[Element]]], blocks: Blocks) -> list[list[tuple[Raw, int, int]]]:
    """Return the cells with how far they span. Word marks what a cell covers below it as cells of their own."""
    placed: list[dict[int, tuple[Element, int]]] = []
    for before, cells in rows:
        column, row = before, {}
        for cell in cells:
            across = max(_number(cell, "w:tcPr", "w:gridSpan", 1), 1)
            row[column] = (cell, across)
            column += across
        blocks.reserve(0, column)
        placed.append(row)
    spanned: list[list[tuple[Raw, int, int]]] = []
    for r, row in enumerate(placed):
        line = [(EMPTY, 1, 1)] * rows[r][0]
        for column, (cell, across) in row.items():
            if _merge(cell) != "continue" or r == 0 or column not in placed[r - 1]:
                line.append((Raw(_cell_text(cell)), _reach(placed, r, column), across))
        spanned.append(line)
    return spanned


def _reach(placed: list[dict[int, tuple[Element, int]]], row: int, column: int) -> int:
    """Return how many rows a cell covers."""
    reach = 1
    if _merge(placed[row][column][0]) is None:
        return reach
    for below in placed[row + 1 :]:
        if column not in below or _merge(below[column][0]) != "continue":
            break
        reach += 1
    return reach


def _merge(cell: Element) -> str | None:
    """Return "restart" for a cell that covers what is below it, "continue" for what is covered."""
    found = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return None if found is None else (found.get(qn("w:val")) or "continue")


def _number(element: Element, properties: str, name: str, default: int) -> int:
    found = element.find(f"{qn(properties)}/{qn(name)}")
    value = "" if found is None else (found.get(qn("w:val")) or "")
    return int(value[:6]) if value[:6].isdecimal() else default


def _parts(container: Element, tags: set[str]) -> Iterator[Element]:
    """Yield the parts of a container, also those in content controls and insertions."""
    for child in container.iterchildren():
        if child.tag in tags:
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")):
            yield from _parts(child, tags)


def _below(element: Element, tags: set[str]) -> Iterator[Element]:
    """Yield what lies in an element at any depth, the outermost alone, and nothing that is struck out."""
    for child in element.iterchildren():
        if child.tag in tags:
            yield child
        elif child.tag not in _UNREAD:
            yield from _below(child, tags)


def _cell_text(cell: Element) -> str:
    lines = []
    for paragraph in _parts(cell, {qn("w:p")}):
        lines.append(_text(paragraph))
        lines += [
            _text(inner) for box in _below(paragraph, {qn("w:txbxContent")}) for inner in _parts(box, {qn("w:p")})
        ]
    return "\n".join(line for line in lines if line.strip())


def _text(element: Element) -> str:
    return "".join(_pieces(element))


def _pieces(element: Element) -> Iterator[str]:
    """Yield the text of a paragraph or a run, as it is drawn; text boxes are not part of it."""
    for child in element.iterchildren():
        tag = child.tag
        if tag == qn("w:t"):
            yield drawn(child.text or "", _font(element))
        elif tag == qn("w:tab"):
            yield " "
        elif tag in _BREAKS:
            yield "\n"
        elif tag == qn("w:noBreakHyphen"):
            yield "-"
        elif tag == qn("w:sym"):
            code = child.get(qn("w:char")) or ""
            yield drawn(chr(int(code, 16)), child.get(qn("w:font"))) if re.fullmatch("[0-9A-Fa-f]{1,4}", code) else ""
        elif tag == qn("w:sdt") and (box := _checkbox(child)) is not None:
            yield box
        elif tag not in _UNREAD and tag not in (qn("w:pPr"), qn("w:rPr"), qn("w:txbxContent"), qn("w:sdtPr")):
            yield from _pieces(child)


def _font(run: Element) -> str | None:
    fonts = run.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    return None if fonts is None else (fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")))


def _checkbox(control: Element) -> str | None:
    """Return the sign of a box to tick, whatever font it is drawn in; null for other controls."""
    box = control.find(f"{qn('w:sdtPr')}/{_CHECKED}checkbox")
    if box is None:
        return None
    checked = box.find(f"{_CHECKED}checked")
    return "☑" if checked is not None and checked.get(f"{_CHECKED}val") in _ON else "☐"


def _is_bold_line(element: Element, text: str) -> bool:
    """Return whether a paragraph is a short line in bold, as headings are written by those who know no styles."""
    runs = [run for run in _below(element, {qn("w:r")}) if _text(run).strip()]
    if not runs or not 2 < len(text.strip()) <= _MAX_FAKE_HEADING or text.rstrip()[-1] in ".,;:!?":
        return False
    return all(
        (bold := run.find(f"{qn('w:rPr')}/{qn('w:b')}")) is not None and bold.get(qn("w:val")) in _ON for run in runs
    )


def _footnotes(document: WordDocument, unseen: Unseen) -> Iterator[tuple[str, str]]:
    """Yield the id and text of each footnote."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/footnotes") and not relation.is_external:
            notes = parse_xml(relation.target_part.blob)
            unseen.take_out(notes)
            for note in notes.iterchildren(qn("w:footnote")):
                if note.get(qn("w:type")) is None:
                    yield note.get(qn("w:id")), "\n".join(map(_text, _parts(note, {qn("w:p")})))
