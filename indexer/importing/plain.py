"""Plain text → blocks: Markdown, tables by tabs, and what programs leave when text is copied out of them."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import quantiles

from indexer.importing.blocks import Blocks, Raw
from indexer.importing.document import Spot
from indexer.importing.lines import BULLET, NUMBERED, item, joined
from indexer.importing.tabbed import column_count

_MARKS = (
    (re.compile(r"<br\s*/?>", re.I), "\n"),
    (re.compile(r"</?(?:b|i|u|em|strong|sup|sub|span|small)\b[^>]*>", re.I), ""),
    (re.compile(r"!\[([^\]]{0,400})\]\([^)\s]{0,2000}\)"), r"\1"),
    (re.compile(r"\[([^\]]{1,400})\]\([^)\s]{1,2000}\)"), r"\1"),
    (re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])((?:[^\n]|\n(?!\n))+?)(?<=[^\s*])\1(?![\w*])"), r"\2"),
    (re.compile(r"(?<![\w_])(_{1,3})(?=[^\s_])([^\n]+?)(?<=[^\s_])\1(?![\w_])"), r"\2"),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|-])"), r"\1"),
)
_HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_RULE = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,}|={3,})$")
_NUMBER_HEADING = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=[^\W\d_a-z])")
_PIPE_RULE = re.compile(r"\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*")
_BYTE_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_MAX_HEADING = 80
_WRAPPED = 140
"""Characters that no line is longer than where lines were broken to fit a width."""
_FULL = 0.85
"""Share of the width from which a line is full."""
_BINARY = 0.02
"""Share of control characters from which a file is no text."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    page: int | None

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()

    @property
    def spot(self) -> Spot:
        return Spot(page=self.page, line=self.number)


def decoded(data: bytes) -> str | None:
    """Return the text of a file in UTF-8, UTF-16 or Windows-1252; null where it is no text."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _text_or_null(data.decode(encoding, "replace"))
    sample = data[:4096]
    if sample.count(0) > len(sample) / 5:
        # Swedish in UTF-16: every other byte is null.
        encoding = "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
        return _text_or_null(data.decode(encoding, "replace"))
    try:
        return _text_or_null(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _text_or_null(data.decode("cp1252", "replace"))


def _text_or_null(text: str) -> str | None:
    strange = sum(1 for char in text if (ord(char) < 32 and char not in "\t\n\r\f\v\x1e") or char == "\ufffd")
    return None if strange > len(text) * _BINARY else text


def read(text: str, blocks: Blocks) -> None:
    """Add the blocks of a text."""
    lines = list(_numbered(text))
    has_marks = any(_HEADING.match(line.text) for line in lines)
    reader = _Text(lines, blocks, has_marks, _width(lines))
    at = 0
    while at < len(lines):
        at = reader.step(at)


def read_values(text: str, blocks: Blocks) -> None:
    """Add the table of a file with values between semicolons, commas or tabs."""
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:8192], ";,\t|")
    except csv.Error:
        dialect = csv.excel
    rows = []
    for row in csv.reader(text.splitlines(keepends=True), dialect):
        blocks.reserve(0, len(row))
        rows.append([Raw(value) for value in row])
    blocks.table(rows, Spot(line=1))


def _numbered(text: str) -> Iterator[_Line]:
    pages = text.replace("\r\n", "\n").replace("\r", "\n").split("\f")
    number = 0
    for page, content in enumerate(pages, start=1):
        content = content.removesuffix("\n") if page < len(pages) else content
        for line in content.split("\n"):
            number += 1
            yield _Line(number, line, page if len(pages) > 1 else None)


def _width(lines: Sequence[_Line]) -> int | None:
    """Return the width that lines were broken to fit; null where paragraphs are lines."""
    lengths = [len(line.text) for line in lines if not line.is_blank]
    if len(lengths) < 2 or max(lengths) > _WRAPPED:
        # A long address may stand alone among broken lines.
        lengths = [length for line in lines if (length := len(line.text)) and " " in line.text.strip()]
        if len(lengths) < 2 or max(lengths) > _WRAPPED:
            return None
    return int(quantiles(lengths, n=20)[-1])


class _Text:
    """Reads a text block by block."""

    def __init__(self, lines: Sequence[_Line], blocks: Blocks, has_marks: bool, width: int | None) -> None:
        self._lines = lines
        self._blocks = blocks
        self._has_marks = has_marks
        self._width = width

    def step(self, at: int) -> int:
        """Add the block that begins at a line; return where the next begins."""
        line = self._lines[at]
        if line.is_blank or _RULE.match(line.text):
            return at + 1
        if heading := _HEADING.match(line.text):
            self._blocks.paragraph(plain_text(heading[2]), line.spot, len(heading[1]))
            return at + 1
        for table in (self._loose_table, self._tab_table, self._pipe_table):
            if (end := table(at)) > at:
                return end
        if level := self._level(at):
            self._blocks.paragraph(plain_text(line.text), line.spot, level)
            return at + 1
        return self._paragraph(at)

    def _paragraph(self, at: int) -> int:
        first = self._lines[at]
        text, listed = item(first.text.strip().replace("\t", " "))
        end = at + 1
        while end < len(self._lines) and (how := self._going_on(end)) is not None:
            following = self._lines[end].text.strip().replace("\t", " ")
            text = f"{text}\n{following}" if how == "\n" else joined(text, following)
            end += 1
        self._blocks.paragraph(plain_text(text), first.spot, listed=listed)
        return end

    def _going_on(self, at: int) -> str | None:
        """Return what joins a line to the one before: a blank, a line break, or null where it does not go on."""
        before, line = self._lines[at - 1], self._lines[at]
        text = line.text.strip()
        if line.is_blank or before.is_blank or line.page != before.page or _RULE.match(line.text):
            return None
        if line.text.startswith(" ") and not before.text.startswith(" "):
            return None  # where a page broke
        if _HEADING.match(line.text) or item(text)[1] or line.text.startswith(("\t", "|")) or "\t" in text:
            return None
        if before.text.endswith("  ") and self._width is None:
            return "\n"  # Markdown's line break
        if self._width is None:
            return None
        if len(before.text.rstrip()) + 1 + len(text.split(" ", 1)[0]) >= self._width * _FULL:
            return " "
        return " " if text[0].islower() and before.text.rstrip()[-1] not in ".:;!?" else None

    def _level(self, at: int) -> int | None:
        """Return the level of what looks like a heading in a text that marks none."""
        text = self._lines[at].text.strip()
        if self._has_marks or len(text) > _MAX_HEADING or text[-1] in ".,;:!?-…" or BULLET.match(text):
            return None
        if not (self._is_blank(at - 1) or self._lines[at].text.startswith(" ")):
            return None
        if number := _NUMBER_HEADING.match(text):
            following = self._lines[at + 1].text.strip() if not self._is_blank(at + 1) else ""
            is_list = NUMBERED.match(following) or (following[:1].islower())
            return None if is_list else number[1].count(".") + 2
        plain = plain_text(text)
        alone = self._is_blank(at + 1) and len(re.findall(r"[^\W\d_]{2,}", plain)) > 0
        return 3 if alone and plain[:1].isupper() else None

    def _is_blank(self, at: int) -> bool:
        return not 0 <= at < len(self._lines) or self._lines[at].is_blank

    def _tab_table(self, at: int) -> int:
        """Add a table with a row a line, cells parted by tabs; return where it ends, or `at`."""
        end = at
        while end < len(self._lines) and "\t" in self._lines[end].text.rstrip("\n") and not self._lines[end].is_blank:
            end += 1
        if end - at < 2:
            return at
        rows = [[Raw(plain_text(cell)) for cell in line.text.split("\t")] for line in self._lines[at:end]]
        while all(len(row) > 1 and not row[-1].text for row in rows):
            rows = [row[:-1] for row in rows]
        self._blocks.table(rows, self._lines[at].spot)
        return end

    def _pipe_table(self, at: int) -> int:
        """Add a table of Markdown; return where it ends, or `at`."""
        end = at
        while end < len(self._lines) and self._lines[end].text.lstrip().startswith("|"):
            end += 1
        if end - at < 2:
            return at
        texts = [line.text.strip() for line in self._lines[at:end]]
        rows = [
            [Raw(plain_text(cell)) for cell in re.split(r"(?<!\\)\|", text.removeprefix("|").removesuffix("|"))]
            for text in texts
            if not _PIPE_RULE.fullmatch(text)
        ]
        self._blocks.table(rows, self._lines[at].spot)
        return end

    def _loose_table(self, at: int) -> int:
        """Add a table whose every cell begins on a line of its own, with a tab; return where it ends, or `at`.

        Word leaves such text: cells have many lines, empty ones too, and only what recurs tells where rows end.
        """
        if not _begins_cell(self._lines[at]):
            return at
        cells: list[list[_Line]] = []
        end = at
        for line in self._lines[at:]:
            if _begins_cell(line):
                cells.append([line])
            elif _HEADING.match(line.text) or _RULE.match(line.text) or "\t" in line.text:
                break
            else:
                cells[-1].append(line)
            end += 1
        columns = column_count([cell[-1].is_blank for cell in cells])
        if columns is None:
            return at
        if len(cells) % columns == 0:
            # Where the last row is whole, an empty line ends it; what follows is text again.
            last = cells[-1]
            size = next((n for n, line in enumerate(last) if n and line.is_blank), len(last))
            end -= len(last) - size
            cells[-1] = last[:size]
        texts = [Raw("\n".join(plain_text(line.text) for line in cell), spot=cell[0].spot) for cell in cells]
        self._blocks.table([texts[n : n + columns] for n in range(0, len(texts), columns)], self._lines[at].spot)
        return end


def _begins_cell(line: _Line) -> bool:
    return line.text.startswith("\t") and "\t" not in line.text[1:]


def plain_text(text: str) -> str:
    """Return a text without the marks of Markdown and HTML for bold, links and the like."""
    for pattern, replacement in _MARKS:
        text = pattern.sub(replacement, text)
    return text.strip()
