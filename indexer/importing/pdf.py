"""PDF → blocks: tables that have lines, and the text around them as paragraphs."""

from __future__ import annotations

import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException
from pdfplumber.utils.text import chars_to_textmap

from indexer.errors import ImportFault
from indexer.importing.blocks import Blocks, Progress, Raw, spread
from indexer.importing.document import Spot
from indexer.importing.lines import item, joined
from indexer.importing.symbols import clean
from knowledge.messages import sentence

MAX_PAGES = 600
MAX_CHARACTERS = 60_000
"""Characters of a page."""
MAX_STROKES = 12_000
"""Lines and rectangles of a page; a drawing of more is no table."""
MAX_STREAMS = 400 * 1024 * 1024
"""Bytes of all packed parts of a file."""

_MARGIN = 0.1
"""Share of the page's height at its top and bottom where headers and footers stand."""
_WHOLE = 0.95
"""Share of the page from which a rectangle is its background."""
_NEAR = 3.0
"""Points within which two edges are one."""
_HEADING = 1.14
"""How much larger than the text a heading is."""
_GAP = 0.75
"""Share of a line's height that parts paragraphs, where lines are set without extra space."""
_MAX_HEADING = 160

_BOLD = re.compile("bold|black|heavy", re.IGNORECASE)

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    page: int
    left: float
    right: float
    top: float
    bottom: float
    size: float
    bold: bool


@dataclass(slots=True)
class _Grid:
    """A table on one page: its cells' texts with their spans, and where its columns begin."""

    page: int
    top: float
    bottom: float
    rows: list[list[tuple[Raw, int, int]]]
    columns: tuple[float, ...]


@dataclass(slots=True)
class _Page:
    number: int
    height: float
    lines: list[_Line] = field(default_factory=list)
    grids: list[_Grid] = field(default_factory=list)


def read(data: bytes, blocks: Blocks, progress: Progress) -> None:
    """Add the blocks of all pages. What recurs at the top or bottom of the pages is left out.

    Raises ImportFault for files that are locked, that are pictures, or that grow beyond all bounds.
    """
    _hold_streams(data, blocks.name)
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            if len(document.pages) > MAX_PAGES:
                raise ImportFault("huge", blocks.name)
            pages: list[_Page] = []
            pictures: list[int] = []
            for page in document.pages:
                pages.append(_read_page(page, blocks.name, pages[-1].grids[-1:] if pages else []))
                if not pages[-1].lines and not pages[-1].grids and page.images:
                    pictures.append(page.page_number)
                page.close()
                progress(page.page_number, len(document.pages))
    except PdfminerException as exc:
        locked = any(isinstance(part, PDFPasswordIncorrect) for part in (*exc.args, exc.__cause__, exc.__context__))
        raise ImportFault("locked" if locked else "broken", blocks.name) from exc
    if pictures and not any(page.lines or page.grids for page in pages):
        raise ImportFault("scanned", blocks.name)
    blocks.left_out += [sentence("importing", "import.left_out.page", page=page) for page in pictures]
    _add(_without_repeated(pages), blocks)


def _hold_streams(data: bytes, name: str) -> None:
    """Raise ImportFault where the packed parts unpack to more than any document holds."""
    total = 0
    for match in re.finditer(rb"stream\r?\n", data):
        unpacker, packed = zlib.decompressobj(), data[match.end() :][: 64 * 1024]
        at = match.end()
        try:
            while packed and not unpacker.eof:
                total += len(unpacker.decompress(packed, 1024 * 1024))
                if total > MAX_STREAMS:
                    raise ImportFault("bomb", name)
                if not unpacker.unconsumed_tail:
                    at += 64 * 1024
                packed = unpacker.unconsumed_tail or data[at : at + 64 * 1024]
        except zlib.error:
            continue  # not packed, or packed in another way


def _read_page(page: Page, name: str, before: Sequence[_Grid]) -> _Page:
    """Return what a page has; `before` is the last table of the page before, which may go on."""
    chars = [char for char in page.chars if char.get("upright", True)]
    if len(chars) > MAX_CHARACTERS:
        raise ImportFault("huge_text", name, characters=MAX_CHARACTERS)
    read_page = _Page(page.page_number, float(page.height))
    taken: set[int] = set()
    if len(page.rects) + len(page.lines) + len(page.curves) <= MAX_STROKES:
        for table in page.filter(lambda item: not _is_background(item, page)).find_tables():
            grid = _grid(page.page_number, table.cells, chars, taken, before)
            if grid is not None:
                read_page.grids.append(grid)
    rest = [char for at, char in enumerate(chars) if at not in taken]
    read_page.lines = list(_lines(rest, page.page_number))
    return read_page


def _is_background(item: Any, page: Page) -> bool:
    """Return whether an item is the colour of the page itself, whose edges are none of a table's."""
    size = item["x1"] - item["x0"], item["bottom"] - item["top"]
    whole = size[0] >= page.width * _WHOLE and size[1] >= page.height * _WHOLE
    return bool(item["object_type"] == "rect" and whole)


def _lines(chars: Sequence[Any], page: int) -> Iterator[_Line]:
    if not chars:
        return
    # Characters drawn twice to look bold would be read twice.
    unique = {(c["text"], round(c["x0"]), round(c["top"]), c.get("fontname")): c for c in chars}
    for line in chars_to_textmap(list(unique.values())).extract_text_lines():
        text = clean(line["text"])
        own = line["chars"]
        if text and own:
            size = Counter(round(float(char["size"]) * 2) / 2 for char in own).most_common(1)[0][0]
            bold = all(
                re.search("bold|black|heavy", char.get("fontname", ""), re.I) for char in own if char["text"].strip()
            )
            yield _Line(text, page, line["x0"], line["x1"], line["top"], line["bottom"], size, bold)


def _grid(
    page: int, cells: Sequence[Box], chars: Sequence[Any], taken: set[int], before: Sequence[_Grid]
) -> _Grid | None:
    """Return what lines on the page enclose as a table, and take its characters; null where it is no table."""
    if not cells:
        return None
    xs = _edges(x for box in cells for x in (box[0], box[2]))
    ys = _edges(y for box in cells for y in (box[1], box[3]))
    inside: dict[Box, list[int]] = {box: [] for box in cells}
    for at, char in enumerate(chars):
        x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
        box = (
            next((b for b in cells if b[0] <= x <= b[2] and b[1] <= y <= b[3]), None)
            if ys and ys[0] <= y <= ys[-1]
            else None
        )
        if box is not None and at not in taken:
            inside[box].append(at)
    filled = sum(1 for found in inside.values() if any(chars[at]["text"].strip() for at in found))
    goes_on = any(_same_columns(grid.columns, xs) for grid in before) and filled > 0
    if not goes_on and (len(xs) < 3 or len(ys) < 3 or filled < 2):
        return None  # a frame around text, or a drawing
    rows: list[dict[int, tuple[Raw, int, int]]] = [{} for _ in ys[1:]]
    for box, found in inside.items():
        top, left = _nearest(ys, box[1]), _nearest(xs, box[0])
        text = "\n".join(_cell_paragraphs([chars[at] for at in found], page, box))
        rows[top][left] = (Raw(text, spot=Spot(page=page)), _nearest(ys, box[3]) - top, _nearest(xs, box[2]) - left)
        taken.update(found)
    return _Grid(page, ys[0], ys[-1], [[row[x] for x in sorted(row)] for row in rows], tuple(xs))


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _NEAR:
            edges.append(value)
    return edges


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - value))


def _cell_paragraphs(chars: Sequence[Any], page: int, box: Box) -> Iterator[str]:
    lines = list(_lines(chars, page))
    for paragraph in _paragraphs(lines, box[2] - (lines[0].left - box[0]) if lines else 0.0):
        yield _text(paragraph)


def _paragraphs(lines: Sequence[_Line], edge: float | None = None) -> Iterator[list[_Line]]:
    """Yield the lines of each paragraph. `edge` is where lines end, where it is known."""
    if not lines:
        return
    right = max(line.right for line in lines) if edge is None else edge
    gaps = [b.top - a.bottom for a, b in pairwise(lines) if 0 <= b.top - a.bottom < 2 * b.size]
    usual = median(gaps) if gaps else 0.0
    paragraph = [lines[0]]
    for before, line in pairwise(lines):
        if _goes_on(before, line, right, usual):
            paragraph.append(line)
        else:
            yield paragraph
            paragraph = [line]
    yield paragraph


def _goes_on(before: _Line, line: _Line, right: float, usual: float) -> bool:
    """Return whether a line goes on with the paragraph of the line before."""
    if line.page != before.page or abs(line.size - before.size) > 0.6 or line.bold != before.bold:
        return False
    if line.top - before.bottom > max(usual * 1.4, usual + line.size * _GAP) or item(line.text)[1]:
        return False
    # A line that had room for the next word was ended by its writer.
    first_word = line.text.split(" ", 1)[0]
    width = (line.right - line.left) / max(len(line.text), 1) * (len(first_word) + 1)
    return before.right + width > right - line.size * 0.5 or line.text[0].islower()


def _text(paragraph: Sequence[_Line]) -> str:
    text = paragraph[0].text
    for line in paragraph[1:]:
        text = joined(text, line.text)
    return text


def _without_repeated(pages: list[_Page]) -> list[_Page]:
    """Return the pages without headers, footers and page numbers: what stands at the edge of most pages."""
    counts = Counter(key for page in pages for key in {_key(line) for line in page.lines if _at_edge(line, page)})
    enough = max(2, len(pages) / 2)
    for page in pages:
        page.lines = [line for line in page.lines if not (_at_edge(line, page) and counts[_key(line)] >= enough)]
    return pages


def _at_edge(line: _Line, page: _Page) -> bool:
    return line.bottom < page.height * _MARGIN or line.top > page.height * (1 - _MARGIN)


def _key(line: _Line) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text), round(line.top / _NEAR)


def _add(pages: Sequence[_Page], blocks: Blocks) -> None:
    levels = _levels(pages)
    tables = list(_whole_tables(pages))
    for page in pages:
        parts: list[tuple[float, list[_Line] | _Grid]] = [
            (grid.top, grid) for grid in tables if grid.page == page.number
        ]
        tops = sorted(grid.top for grid in page.grids)
        # A table ends a paragraph.
        for above in (None, *tops):
            below = next((top for top in tops if above is None or top > above), None)
            lines = [
                line
                for line in page.lines
                if (above is None or line.top >= above) and (below is None or line.top < below)
            ]
            parts += [(paragraph[0].top, paragraph) for paragraph in _paragraphs(lines)]
        for _, part in sorted(parts, key=lambda part: part[0]):
            if isinstance(part, _Grid):
                blocks.table(spread(part.rows, blocks), Spot(page=page.number))
            else:
                _add_paragraph(part, levels, blocks)


def _add_paragraph(paragraph: Sequence[_Line], levels: dict[float, int], blocks: Blocks) -> None:
    text, listed = item(_text(paragraph))
    level = levels.get(paragraph[0].size) if len(text) <= _MAX_HEADING else None
    if (
        level is None
        and len(paragraph) == 1
        and paragraph[0].bold
        and not text.endswith((".", ":", ","))
        and len(text) < 90
    ):
        level = min(len(levels) + 1, 6)
    blocks.paragraph(text, Spot(page=paragraph[0].page), level, listed=listed and level is None)


def _levels(pages: Sequence[_Page]) -> dict[float, int]:
    """Return the level of each size of letters that headings have."""
    letters: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            letters[line.size] += len(line.text)
    if not letters:
        return {}
    usual = letters.most_common(1)[0][0]
    sizes = sorted((size for size in letters if size >= usual * _HEADING), reverse=True)
    return {size: min(level, 6) for level, size in enumerate(sizes, start=1)}


def _whole_tables(pages: Sequence[_Page]) -> Iterator[_Grid]:
    """Yield the tables; one that goes on at the top of the next page is one table."""
    open_: _Grid | None = None
    for page in pages:
        for at, grid in enumerate(sorted(page.grids, key=lambda grid: grid.top)):
            first = at == 0 and not any(line.top < grid.top for line in page.lines)
            if open_ is not None and first and _same_columns(open_.columns, grid.columns):
                _go_on(open_, grid)
            else:
                if open_ is not None:
                    yield open_
                open_ = _Grid(grid.page, grid.top, grid.bottom, list(grid.rows), grid.columns)
            open_.bottom = grid.bottom
        last = max((line.top for line in page.lines), default=0.0)
        if open_ is not None and (not page.grids or last > open_.bottom):
            yield open_
            open_ = None
    if open_ is not None:
        yield open_


def _same_columns(one: Sequence[float], other: Sequence[float]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= 2 * _NEAR for a, b in zip(one, other, strict=True))


def _go_on(table: _Grid, more: _Grid) -> None:
    """Add the rows of the next page, without a head that is repeated; a row that was parted becomes one again."""
    rows, heads = more.rows, [_texts(row) for row in table.rows[:3]]
    while rows and _texts(rows[0]) in heads:
        rows = rows[1:]
    if rows and _is_rest(table.rows[-1], rows[0]):
        table.rows[-1] = [
            (Raw(_rejoined(above.text, below.text), spot=above.spot), down, across)
            for (above, down, across), (below, _, _) in zip(table.rows[-1], rows[0], strict=True)
        ]
        rows = rows[1:]
    table.rows += rows


def _texts(row: Sequence[tuple[Raw, int, int]]) -> list[str]:
    return [raw.text for raw, _, _ in row]


def _rejoined(above: str, below: str) -> str:
    if above and below[:1].islower():
        return joined(above, below)
    return "\n".join(filter(None, (above, below)))


def _is_rest(row: Sequence[tuple[Raw, int, int]], rest: Sequence[tuple[Raw, int, int]]) -> bool:
    """Return whether a row is what had no room on the page before: nothing names it."""
    return len(row) == len(rest) and not rest[0][0].text and any(raw.text for raw, _, _ in rest) and rest[0][1] == 1
