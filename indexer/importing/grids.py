"""Tables taken apart: pages joined, empty rows and columns gone, what stands side by side or below each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from indexer.importing.document import Cell, Document, Paragraph
from indexer.importing.marks import Sign, read_mark
from indexer.importing.wording import words
from indexer.swedish import normalise, zipf

_EDGE = 60
_CAPTION = 120
_SHORT_END = 5
"""Letters of what may be left over of a word on its next line."""
_LONGEST_WORD = 80
"""Letters at the end of a line that are looked at: nobody writes longer words."""
_LONGEST_HEADING = 400
"""Characters by which headings are compared."""
_A_WORD = 1.5
"""Zipf value from which some letters are a word of their own."""

Row = tuple[Cell, ...]
Rows = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A rectangle of cells that belongs together. `title` is what stands above it, within the table or as a heading.

    `notes` are the paragraphs after it, up to the next heading or table: its footnotes may be there.
    """

    rows: Rows
    title: str
    notes: tuple[str, ...] = ()
    ones: bool = False
    """Whether 1 is a mark here: the table counts with nothing but 0 and 1."""

    @property
    def width(self) -> int:
        """How many columns there are."""
        return len(self.rows[0])

    def column(self, at: int) -> Row:
        """Return the cells of a column."""
        return tuple(row[at] for row in self.rows)


def plain(text: str) -> str:
    """Return a text on one line, without spaces at its ends."""
    lines = [line for line in normalise(text).split("\n") if line.strip()]
    return " ".join("".join(_joined_lines(lines)).split())


def _joined_lines(lines: Sequence[str]) -> Iterator[str]:
    """Yield lines with a space between, or none where a word was broken in a narrow cell."""
    for at, line in enumerate(lines):
        if at and not _is_broken(lines[at - 1], line):
            yield " "
        yield line.strip()


def _is_broken(before: str, after: str) -> bool:
    """Return whether a word goes on from one line to the next: its end is no word of its own."""
    left = re.search(r"[^\W\d_]+$", before.strip()[-_LONGEST_WORD:])
    right = re.match(r"[^\W\d_]+", after.strip()[:_LONGEST_WORD])
    if not left or not right or not right[0].islower() or right[0] in words("small"):
        return False
    if len(right[0]) == 1 or (len(right[0]) <= _SHORT_END and zipf(right[0]) < _A_WORD):
        return True
    known = zipf(left[0].casefold()), zipf(right[0])
    return max(known) == 0 or (min(known) == 0 and zipf((left[0] + right[0]).casefold()) > 0)


def _mended(cell: Cell) -> Cell:
    """Return a cell of a PDF with the words whole that a narrow column broke: a space may join the lines."""
    pieces = plain(cell.text).split(" ")
    at = len(pieces) - 1
    while at > 0:
        if len(pieces[at - 1]) > 1 and zipf(pieces[at - 1].casefold()) == 0 and _is_broken(pieces[at - 1], pieces[at]):
            pieces[at - 1 : at + 1] = [pieces[at - 1] + pieces[at]]
        at -= 1
    return replace(cell, text=" ".join(pieces)) if cell.text.strip() else cell


def folded(text: str) -> str:
    """Return a text for comparing it with lists of words: small letters, no colon or full stop at its end."""
    return plain(text).casefold().rstrip(" :.*")


def grids_of(document: Document) -> Iterator[Grid]:
    """Yield the rectangles of all tables of a document, in its order."""
    for rows, title, notes in _joined(document):
        rows = tuple(tuple(map(_mended, row)) for row in rows) if document.format == "pdf" else rows
        yield from _apart(rows, title, notes)


def spans(row: Sequence[Cell]) -> bool:
    """Return whether one text fills a row: it is merged over all of it, or nothing else stands there."""
    texts = {plain(cell.text) for cell in row if plain(cell.text)}
    said = [cell for cell in row if plain(cell.text)]
    if len(texts) != 1:
        return False
    return len(said) == 1 or all(cell.covered for cell in said[1:])


def merged(row: Sequence[Cell]) -> bool:
    """Return whether one text is merged over a whole row."""
    return len(row) > 1 and spans(row) and all(plain(cell.text) for cell in row)


def has_marks(row: Sequence[Cell], ones: bool = False) -> bool:
    """Return whether a cell beside the first says something about a mark. `ones` tells that 1 is one."""
    return any(_is_marked(cell, ones) for cell in row[1:])


def only_ones(rows: Rows) -> bool:
    """Return whether a table marks by 1 alone: it has no other mark but signs for no, and no other number than 0."""
    said = [(plain(cell.text), read_mark(cell.text).sign) for row in rows for cell in row[1:]]
    numbers = {text for text, sign in said if sign is Sign.NUMBER}
    return numbers == {"1"} and not any(sign in (Sign.YES, Sign.UNSURE, Sign.CROSS) for _, sign in said)


def _is_marked(cell: Cell, ones: bool) -> bool:
    return read_mark(cell.text).is_mark or (ones and plain(cell.text) == "1")


# --- tables that go on over a page ---------------------------------------------------------------


def _joined(document: Document) -> list[tuple[Rows, str, tuple[str, ...]]]:
    found: list[tuple[Rows, str, tuple[str, ...]]] = []
    between: list[str] = []
    heading, headed, sheet = "", False, None
    for block in document.blocks:
        if isinstance(block, Paragraph):
            if block.level is not None:
                headed = headed or not _continues(heading, block.text)
                heading = plain(block.text) if headed else heading
            elif plain(block.text):
                between.append(plain(block.text))
            if found and not headed:
                found[-1] = (*found[-1][:2], tuple(between))
            continue
        rows, headed = block.rows, headed or block.spot.sheet != sheet
        sheet = block.spot.sheet
        if found and not headed and (more := _continuation(found[-1][0], rows, between)) is not None:
            found[-1] = (found[-1][0] + more, found[-1][1], ())
        else:
            title = plain(block.spot.heading or "") or heading or _lead(between) or sheet or ""
            found.append((rows, title, ()))
        between, headed = [], False
    return found


def _lead(between: Sequence[str]) -> str:
    """Return the last paragraph before a table where it looks like its caption."""
    last = between[-1] if between else ""
    return last if 0 < len(last) <= _CAPTION and not last.endswith((".", "!", "?")) else ""


def _continues(heading: str, text: str) -> bool:
    """Return whether a heading says that the one before goes on."""
    bare = re.sub(
        rf"(?i)[\s(,–-]*(?:{'|'.join(map(re.escape, words('continued')))})[\s).]*", "", plain(text)[:_LONGEST_HEADING]
    )
    return bool(heading) and bare.casefold() in (heading[:_LONGEST_HEADING].casefold(), "")


def _continuation(before: Rows, rows: Rows, between: Sequence[str]) -> Rows | None:
    """Return the rows that go on with a table of the page before; null where they are a table of their own."""
    if not before or not rows or len(before[0]) != len(rows[0]) or not all(map(_is_page_edge, between)):
        return None
    if _texts(rows[0]) in (_texts(row) for row in before[:4] if not spans(row)):
        return rows
    ones = only_ones((*before, *rows))
    last_has_marks = any(has_marks(row, ones) for row in before)
    return rows if last_has_marks and has_marks(rows[0], ones) and not between else None


def _is_page_edge(text: str) -> bool:
    """Return whether a paragraph is like what stands at the edge of a page: its number, a day, a diary number."""
    return len(text) <= _EDGE and any(letter.isdigit() for letter in text)


def _texts(row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(folded(cell.text) for cell in row)


# --- several in one ------------------------------------------------------------------------------


def _apart(rows: Rows, title: str, notes: tuple[str, ...]) -> Iterator[Grid]:
    for side in _side_by_side(_without_empty_edges(rows)):
        own, ones = "", only_ones(side)
        for part in _stacked(side, ones):
            texts = {plain(cell.text) for row in part for cell in row if plain(cell.text)}
            if len(texts) == 1:
                own = texts.pop()
                continue
            yield Grid(_filled(part), own or title, notes, ones)
            own = ""


def _without_empty_edges(rows: Rows) -> Rows:
    kept = [any(plain(row[at].text) for row in rows) for at in range(len(rows[0]) if rows else 0)]
    if True not in kept:
        return ()
    first, last = kept.index(True), len(kept) - kept[::-1].index(True)
    return tuple(row[first:last] for row in rows)


def _filled(rows: Rows) -> Rows:
    """Return the rows without the empty ones, and without the columns that are empty in them."""
    kept = [at for at in range(len(rows[0])) if any(plain(row[at].text) for row in rows)]
    return tuple(tuple(row[at] for at in kept) for row in rows if any(plain(cell.text) for cell in row))


def _side_by_side(rows: Rows) -> Iterator[Rows]:
    """Yield what stands beside each other: after an empty column, or where the names of tasks stand a second time."""
    if not rows:
        return
    starts = [0, *(at for at in range(2, len(rows[0]) - 1) if _starts_anew(rows, at))]
    for start, end in zip(starts, [*starts[1:], len(rows[0])], strict=True):
        yield tuple(row[start:end] for row in rows)


def _starts_anew(rows: Rows, at: int) -> bool:
    """Return whether a column of names begins there, with marks on both its sides."""
    said = [row[at] for row in rows if plain(row[at].text) and not row[at].covered]
    texts = {plain(cell.text) for cell in said if not read_mark(cell.text).is_mark}
    body = [row for row in rows if has_marks(row)]
    if len(texts) < 3 or len(texts) < 0.8 * len(said) or (said and folded(said[0].text) in _comments()):
        return False
    named = sum(1 for row in body if plain(row[at].text) and not read_mark(row[at].text).is_mark)
    right = _marked_columns(rows, range(at + 1, len(rows[0])))
    left = _marked_columns(rows, range(1, at))
    empty_before = not any(plain(row[at - 1].text) for row in rows)
    return len(left) >= 2 and len(right) >= 2 and named >= (0.5 if empty_before else 0.7) * len(body)


@cache
def _comments() -> frozenset[str]:
    return frozenset(words("comment"))


def _marked_columns(rows: Rows, columns: range) -> list[int]:
    return [at for at in columns if any(read_mark(row[at].text).is_mark for row in rows)]


def _stacked(rows: Rows, ones: bool) -> Iterator[Rows]:
    """Yield what stands below each other: a new head after rows with marks begins a new one."""
    current: list[Row] = []
    pending: list[Row] = []
    marked = False
    for row in rows:
        if not any(plain(cell.text) for cell in row):
            continue
        if marked and not has_marks(row, ones):
            pending.append(row)
            continue
        if pending and _is_new_head(pending, current):
            yield tuple(current)
            title, head = _headed(pending)
            if title:
                yield (title,)
            current, pending = head, []
        current += [*pending, row]
        pending = []
        marked = marked or has_marks(row, ones)
    yield (*current, *pending)


def _headed(pending: Sequence[Row]) -> tuple[Row | None, list[Row]]:
    if len(pending) > 1 and spans(pending[0]):
        return pending[0], list(pending[1:])
    return None, list(pending)


def _is_new_head(pending: Sequence[Row], current: Sequence[Row]) -> bool:
    """Return whether rows without marks are the head of another table, and not a section or the same head again."""
    known = [_texts(row) for row in current]
    heads = [row for row in pending if not spans(row) and sum(bool(plain(cell.text)) for cell in row[1:]) >= 2]
    if not heads:
        return False
    again = all(_texts(row) in known for row in heads)
    return not again or (spans(pending[0]) and _texts(pending[0]) not in known)
