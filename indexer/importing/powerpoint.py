"""PowerPoint → blocks: slide by slide, shapes as they are read: from the top down, then from left to right,
and along arrows where arrows join them."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml import parse_xml
from pptx.oxml.ns import qn

from indexer.importing.arrows import along
from indexer.importing.blocks import Blocks, Progress, Raw, spread
from indexer.importing.document import Spot
from indexer.importing.symbols import drawn
from knowledge.messages import sentence

_SAME_ROW = 0.025
"""Share of the slide's height within which shapes stand beside each other."""
_EDGES = (PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.SLIDE_NUMBER)
_MAX_NESTED = 20
"""Groups within groups."""
_BULLETS = ("a:buChar", "a:buAutoNum", "a:buBlip")
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"

Element = Any
"""lxml has no types."""


def read(data: bytes, blocks: Blocks, progress: Progress) -> None:
    """Add the blocks of all slides that are shown; notes are left out."""
    presentation = Presentation(io.BytesIO(data))
    slides = list(presentation.slides)
    for number, slide in enumerate(slides, start=1):
        if slide.element.get("show") in ("0", "false"):
            blocks.left_out.append(sentence("importing", "import.left_out.slide", slide=number))
        else:
            _Slide(slide, number, blocks, int(presentation.slide_height or 0)).read()
        progress(number, len(slides))


class _Slide:
    def __init__(self, slide: Any, number: int, blocks: Blocks, height: int) -> None:
        self._slide = slide
        self._blocks = blocks
        self._spot = Spot(slide=number)
        self._near = int(height * _SAME_ROW)

    def read(self) -> None:
        """Add the title first, wherever it is drawn, and then the shapes in order."""
        self._blocks.heading = None
        title = self._slide.shapes.title
        if title is not None:
            self._blocks.paragraph(" ".join(_frame_text(title)), self._spot, 1)
        self._shapes((shape for shape in self._slide.shapes if title is None or shape.shape_id != title.shape_id), 0)

    def _shapes(self, shapes: Iterable[Any], depth: int) -> None:
        for shape in self._along_arrows(shapes):
            if _is_edge(shape):
                continue
            if hasattr(shape, "shapes"):
                if depth < _MAX_NESTED:
                    self._shapes(shape.shapes, depth + 1)
            elif getattr(shape, "has_table", False):
                self._table(shape.table)
            elif shape.has_text_frame:
                self._frame(shape)
            else:
                self._diagram(shape)

    def _in_order(self, shapes: Iterable[Any]) -> Iterator[Any]:
        """Yield shapes by rows; those whose tops lie near each other are one row."""
        row: list[Any] = []
        for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
            if row and (shape.top or 0) - (row[0].top or 0) > self._near:
                yield from sorted(row, key=lambda shape: shape.left or 0)
                row = []
            row.append(shape)
        yield from sorted(row, key=lambda shape: shape.left or 0)

    def _along_arrows(self, shapes: Iterable[Any]) -> Iterator[Any]:
        """Yield shapes in order; those that arrows join follow the arrows."""
        ordered = {shape.shape_id: shape for shape in self._in_order(shapes)}
        for id_ in along(list(ordered), filter(None, map(_arrow, ordered.values()))):
            yield ordered[id_]

    def _frame(self, shape: Any) -> None:
        paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if paragraph.text.strip()]
        listing = shape.is_placeholder and len(paragraphs) > 1
        for paragraph in paragraphs:
            self._blocks.paragraph(_paragraph_text(paragraph), self._spot, listed=_is_listed(paragraph, listing))

    def _table(self, table: Any) -> None:
        rows = [
            [
                (Raw("\n".join(map(_paragraph_text, cell.text_frame.paragraphs))), cell.span_height, cell.span_width)
                for cell in row.cells
                if not cell.is_spanned
            ]
            for row in table.rows
        ]
        self._blocks.table(spread(rows, self._blocks), self._spot)

    def _diagram(self, shape: Any) -> None:
        """Add the boxes of a diagram (SmartArt), each box before what hangs on it."""
        found = next(iter(shape.element.iter(f"{_DIAGRAM}relIds")), None)
        if found is not None:
            for text in _diagram_texts(parse_xml(self._slide.part.related_part(found.get(qn("r:dm"))).blob)):
                self._blocks.paragraph(text, self._spot, listed=True)


def _is_edge(shape: Any) -> bool:
    """Return whether a shape is the footer, day or number of a slide."""
    return bool(shape.is_placeholder and shape.placeholder_format.type in _EDGES)


def _arrow(shape: Any) -> tuple[int, int] | None:
    """Return from which shape to which a line goes; null for other shapes, and for lines that join nothing."""
    start = next(iter(shape.element.iter(qn("a:stCxn"))), None)
    end = next(iter(shape.element.iter(qn("a:endCxn"))), None)
    if start is None or end is None:
        return None
    ends = int(start.get("id")), int(end.get("id"))
    head, tail = (next(iter(shape.element.iter(qn(name))), None) for name in ("a:headEnd", "a:tailEnd"))
    is_backwards = _is_pointed(head) and not _is_pointed(tail)
    return ends[::-1] if is_backwards else ends


def _is_pointed(end: Element | None) -> bool:
    return end is not None and end.get("type") not in (None, "none")


def _frame_text(shape: Any) -> list[str]:
    return [_paragraph_text(paragraph).replace("\n", " ") for paragraph in shape.text_frame.paragraphs]


def _paragraph_text(paragraph: Any) -> str:
    pieces = []
    for child in paragraph._p.iterchildren():
        if child.tag == qn("a:br"):
            pieces.append("\n")
        elif (text := child.find(qn("a:t"))) is not None and not _is_struck(child):
            font = child.find(f"{qn('a:rPr')}/{qn('a:sym')}")
            font = font if font is not None else child.find(f"{qn('a:rPr')}/{qn('a:latin')}")
            pieces.append(drawn(text.text or "", font.get("typeface") if font is not None else None))
    return "".join(pieces)


def _is_struck(run: Element) -> bool:
    """Return whether a run is struck out: a mark that is struck out is none."""
    properties = run.find(qn("a:rPr"))
    return properties is not None and properties.get("strike") in ("sngStrike", "dblStrike")


def _is_listed(paragraph: Any, listing: bool) -> bool:
    properties = paragraph._p.find(qn("a:pPr"))
    if properties is not None:
        if properties.find(qn("a:buNone")) is not None:
            return False
        if any(properties.find(qn(bullet)) is not None for bullet in _BULLETS):
            return True
    return listing or paragraph.level > 0


def _diagram_texts(data: Element) -> Iterator[str]:
    points = {point.get("modelId"): point for point in data.iter(f"{_DIAGRAM}pt")}
    below: dict[str, list[tuple[int, str]]] = {}
    for link in data.iter(f"{_DIAGRAM}cxn"):
        if link.get("type") in (None, "parOf"):
            below.setdefault(link.get("srcId"), []).append((int(link.get("srcOrd") or 0), link.get("destId")))
    waiting = [id_ for id_, point in reversed(points.items()) if point.get("type") == "doc"]
    seen: set[str] = set()
    while waiting:
        id_ = waiting.pop()
        if id_ in seen or id_ not in points:
            continue
        seen.add(id_)
        paragraphs = points[id_].iter(qn("a:p"))
        yield "\n".join("".join(text.text or "" for text in paragraph.iter(qn("a:t"))) for paragraph in paragraphs)
        waiting += [child for _, child in sorted(below.get(id_, []), reverse=True)]
