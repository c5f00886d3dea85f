"""A document as lines and sentences: without the marks that only shape the text, with what they said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.importing.document import Block, Document, Paragraph, Spot, Table
from indexer.importing.wording import words
from indexer.swedish import normalise, tokenize

_MARKUP = re.compile(r"</?\w+/?>|\*{1,3}|(?<!\w)_{1,2}|_{1,2}(?!\w)|`")
_HEADING = re.compile(r"^(#{1,6})\s+")
_BULLET = re.compile(r"^[•●▪◦‣·*–—-]\s+")
_SECTION = re.compile(r"^\d{1,2}(?:\.\d{1,2})+\.?\s+")
_NUMBER = re.compile(r"^(\d{1,2})\s*[.):]\s*(?=\D)")
_ENDED = tuple(".!?:;")
_WRAPPED = 50
_RUNS_ON = 25


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph. `level` is that of a heading, `number` what numbers the line; `listed`: in a list."""

    text: str
    spot: Spot
    level: int | None = None
    number: int | None = None
    listed: bool = False


def lines_of(document: Document) -> Iterator[Line | Table]:
    """Yield the lines and tables of a document in their order, lines without text left out."""
    for block in document.blocks:
        yield from _lines(block) if isinstance(block, Paragraph) else (block,)


def first_lines(blocks: Sequence[Block]) -> Iterator[Line]:
    """Yield the lines that stand before the first table."""
    for block in blocks:
        if isinstance(block, Table):
            return
        yield from _lines(block)


def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, as they stand there."""
    plain = normalise(text)
    starts: dict[int, int] = {}
    for token in tokenize(plain):
        starts.setdefault(token.sentence, token.start)
    cuts = [*starts.values()][1:]
    pieces = [plain[a:b].strip() for a, b in zip([0, *cuts], [*cuts, len(plain)], strict=True)]
    return tuple(piece for piece in pieces if piece)


def _lines(paragraph: Paragraph) -> Iterator[Line]:
    for text in _unwrapped(_MARKUP.sub("", paragraph.text).splitlines()):
        if line := _line(normalise(text), paragraph):
            yield line


def _unwrapped(pieces: Sequence[str]) -> list[str]:
    """Join what a fixed line width has parted: a long line without an end, or one that goes on in small letters."""
    lines: list[str] = []
    for piece in pieces:
        before = lines[-1].rstrip() if lines else ""
        open_ended = bool(before) and not before.endswith(_ENDED) and not _BULLET.match(piece.lstrip())
        follows = len(before) > _WRAPPED or (piece.lstrip()[:1].islower() and len(before) > _RUNS_ON)
        if open_ended and follows and not _NUMBER.match(piece.lstrip()):
            lines[-1] = f"{before} {piece.strip()}"
        else:
            lines.append(piece)
    return lines


def _line(text: str, paragraph: Paragraph) -> Line | None:
    level, listed, number = paragraph.level, paragraph.listed, None
    if heading := _HEADING.match(text):
        level, text = level or len(heading[1]), text[heading.end() :]
    if bullet := _BULLET.match(text):
        listed, text = True, text[bullet.end() :]
    if section := _SECTION.match(text):
        text = text[section.end() :]
    elif counted := _NUMBER.match(text) or _step().match(text):
        number, text = int(counted[1]), text[counted.end() :]
    if not text.strip():
        return None
    return Line(text.strip(), paragraph.spot, level, number, listed or number is not None)


def _step() -> re.Pattern[str]:
    return re.compile(rf"(?i)^(?:{'|'.join(words('route-step'))})\s+(\d{{1,2}})\s*(?:[.):–—-]\s*)?(?=\S)")
