"""A document parted into sections under the titles of routes, and what stands under none."""

from __future__ import annotations

from dataclasses import dataclass, field

from indexer.importing.bodynames import Bodies
from indexer.importing.document import Document, Spot, Table
from indexer.importing.routetitles import Title, about_dispute, about_route, level_near, level_title, title_of
from indexer.importing.textlines import Line, lines_of
from indexer.importing.wording import words


@dataclass(slots=True)
class Section:
    """A title that names a route, and what stands under it. `beside` is a title just before, with nothing under it."""

    title: Title
    spot: Spot
    level: int | None
    number: int | None
    listed: bool
    beside: str = ""
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def sections_of(document: Document, bodies: Bodies) -> tuple[list[Section], list[Line], list[Table]]:
    """Return the sections under titles of routes, and the lines and tables that stand under none."""
    reading = _Sections(bodies)
    for piece in lines_of(document):
        if isinstance(piece, Table):
            reading.table(piece)
        else:
            reading.line(piece)
    return reading.sections, reading.loose, reading.tables


class _Sections:
    """Parts a document into sections under titles of routes, and the rest."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self._open: Section | None = None
        self._context: Line | None = None
        self.sections: list[Section] = []
        self.loose: list[Line] = []
        self.tables: list[Table] = []

    def table(self, table: Table) -> None:
        if self._open is None:
            self.tables.append(table)
        else:
            self._open.tables.append(table)

    def line(self, line: Line) -> None:
        self._turn_page(line)
        heading = line.level is not None
        title = title_of(line.text, heading=heading) or self._level_in_context(line) or _announcing(line)
        if title is not None and not self._is_body(line) and not self._is_step(line, title):
            self._begin(line, title)
        elif heading:
            self._heading(line)
        elif self._open is None or self._is_sibling(line):
            self._open = None
            self.loose.append(line)
        else:
            self._open.lines.append(line)

    def _begin(self, line: Line, title: Title) -> None:
        if line.level is not None and about_route(line.text):
            self._context = line
        beside = self._open is not None and self._open.level is None and not self._open.lines and not self._open.tables
        before = self._open.title.text if beside and self._open is not None and not self._open.title.inline else ""
        self._open = Section(title, line.spot, line.level, line.number, line.listed and not line.text.endswith(":"))
        self._open.beside = before
        self.sections.append(self._open)

    def _heading(self, line: Line) -> None:
        assert line.level is not None
        below = self._open is not None and self._open.level is not None and line.level > self._open.level
        if below and self._open is not None:
            if self._is_body(line):
                self._open.lines.append(line)
            return
        self._open = None
        if self._context is not None and line.level <= (self._context.level or 0):
            self._context = None

    def _turn_page(self, line: Line) -> None:
        """End a section with its slide."""
        if self._open is not None and self._open.spot.slide != line.spot.slide:
            self._open = None

    def _is_body(self, line: Line) -> bool:
        whole = self._bodies.whole(line.text)
        return whole is not None and not title_of(line.text)

    def _is_step(self, line: Line, title: Title) -> bool:
        """Return whether a line that could be a title is a numbered step under one: "1. Registrera avvikelsen"."""
        if self._open is None or line.number is None or title.level is not self._open.title.level:
            return False
        return line.level is None and (line.number == 1 or any(other.number for other in self._open.lines))

    def _is_sibling(self, line: Line) -> bool:
        """Return whether a line goes on with the list that the title is an item of."""
        assert self._open is not None
        if self._open.number is not None and line.number == self._open.number + 1:
            return not any(other.number for other in self._open.lines)
        return self._open.listed and self._open.number is None and line.listed and line.number is None

    def _level_in_context(self, line: Line) -> Title | None:
        """Return the title of a line that names a level alone, under a heading about disputes."""
        if self._context is None or not about_dispute(self._context.text):
            return None
        name, _, rest = line.text.partition(":")
        level = level_title(name)
        return Title(f"{self._context.text}: {name}", level, rest.strip()) if level else None


def _announcing(line: Line) -> Title | None:
    """Return the title of a sentence that ends with a colon and tells that the order of a dispute follows."""
    text = line.text.rstrip()
    if not text.endswith(":") or not about_dispute(text):
        return None
    told = any(word in text.casefold() for word in words("route-listing"))
    return Title(text.rstrip(":"), level_near(text)) if told else None
