"""The parts of a table with marks in it: its title, heads, names, marks, sections and remarks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache

from indexer.importing.document import Cell
from indexer.importing.grids import Grid, Row, folded, has_marks, merged, plain, spans
from indexer.importing.marks import Sign, read_mark
from indexer.importing.wording import words

_NUMBER = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*|[a-zA-Z])[.):]?")
_NOTE = re.compile(r"\s*(?:\*|†|‡|[\u00b9\u00b2\u00b3\u2070-\u2079]|\d{1,2}\)|\(\d{1,2}\))\s*\S")
_TEXTS_AMONG_MARKS = 0.4
_MARKS_IN_BODY = 0.6
_LETTERS = 3
"""Letters of a text that stands for something: A, M, SA."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A table with marks, by its parts. `body`, `labels`, `remarks` and `bare` are as long: one a line.

    `heads` are over the columns of the body, `above` the heads over each of them; `bare` tells that a line is empty
    but for its label, `remarks` what other columns say of it; `notes` are lines that are footnotes. `left_out` are the
    heads of columns after the first mark that hold texts and are not remarks.
    """

    title: str
    corner: str
    heads: Row
    above: tuple[tuple[str, ...], ...]
    labels: Row
    body: tuple[Row, ...]
    remarks: tuple[tuple[str, ...], ...]
    bare: tuple[bool, ...]
    notes: tuple[str, ...]
    left_out: tuple[str, ...]


class _Column(Enum):
    BODY = auto()
    TEXT = auto()
    NUMBER = auto()
    REMARK = auto()


def layout_of(grid: Grid) -> Layout | None:
    """Return the parts of a table; null where it has no head, no names or hardly any marks."""
    first = next((at for at, row in enumerate(grid.rows) if has_marks(row, grid.ones)), 0)
    heads = [row for row in grid.rows[:first] if not _is_title(row)]
    if not heads:
        return None
    lines = [row for row in grid.rows[first:] if not _again(row, heads)]
    kinds = [_kind(at, heads, lines) for at in range(grid.width)]
    label = _label(kinds, heads, lines, grid.ones)
    body = [at for at, kind in enumerate(kinds) if kind is _Column.BODY]
    if label is None or not _enough_marks(lines, body):
        return None
    return _parts(grid, heads, lines, label, body)


def _parts(grid: Grid, heads: Sequence[Row], lines: Sequence[Row], label: int, body: Sequence[int]) -> Layout | None:
    head_rows = [[row[at] for row in heads if plain(row[at].text)] for at in body]
    if sum(1 for column in head_rows if not column) > 0:
        return None
    notes = [plain(row[0].text) for row in lines if _is_note(row)]
    every = _after_head(grid, heads, lines)
    kept = [row for row in every if not merged(row) and not _is_note(row) and plain(row[label].text)]
    # Where the heads within a table are merged, a line that is only empty is none of them.
    heading = not any(merged(row) for row in every)
    kinds_beside = [at for at in range(grid.width) if at not in body and at != label]
    titles = [plain(row[0].text) for row in grid.rows[: grid.rows.index(heads[0])] if plain(row[0].text)]
    return Layout(
        title=" ".join(titles),
        corner=next((row[label].text for row in reversed(heads) if plain(row[label].text)), ""),
        heads=tuple(column[-1] for column in head_rows),
        above=tuple(_above(column) for column in head_rows),
        labels=tuple(row[label] for row in kept),
        body=tuple(tuple(row[at] for at in body) for row in kept),
        remarks=tuple(_remarks(row, kinds_beside, kept, heads) for row in kept),
        bare=tuple(heading and _is_bare(row, body) and not _numbered(row, kept, grid.ones) for row in kept),
        notes=tuple(notes),
        left_out=tuple(head for at in kinds_beside if at > body[0] and (head := _left_out(at, heads))),
    )


def _after_head(grid: Grid, heads: Sequence[Row], lines: Sequence[Row]) -> list[Row]:
    """Return the lines with those before the first mark that head no column: sections, tasks that mark nobody."""
    last = grid.rows.index(heads[-1])
    first = grid.rows.index(lines[0]) if lines else last + 1
    return [*grid.rows[last + 1 : first], *lines]


def _left_out(at: int, heads: Sequence[Row]) -> str:
    head = next((plain(row[at].text) for row in reversed(heads) if plain(row[at].text)), "")
    return "" if _is_comment(folded(head)) else head


def _above(column: Sequence[Cell]) -> tuple[str, ...]:
    own = plain(column[-1].text)
    return tuple(text for text in dict.fromkeys(plain(cell.text) for cell in column[:-1]) if text != own)


def _is_title(row: Row) -> bool:
    return spans(row) and (bool(plain(row[0].text)))


def _again(row: Row, heads: Sequence[Row]) -> bool:
    texts = [folded(cell.text) for cell in row]
    return any(texts == [folded(cell.text) for cell in head] for head in heads)


def _is_note(row: Row) -> bool:
    text = plain(row[0].text)
    return spans(row) and bool(_NOTE.match(text)) and not read_mark(text).is_mark and not _NUMBER.fullmatch(text)


def _kind(at: int, heads: Sequence[Row], lines: Sequence[Row]) -> _Column:
    head = next((folded(row[at].text) for row in reversed(heads) if plain(row[at].text)), "")
    said = [row[at] for row in lines if plain(row[at].text) and not merged(row) and not _is_note(row)]
    marks = sum(read_mark(cell.text).is_mark for cell in said)
    if at == 0 and (head in words("numberhead") or (said and all(_NUMBER.fullmatch(plain(c.text)) for c in said))):
        return _Column.NUMBER if marks < len(said) or not said else _Column.BODY
    if _is_comment(head):
        return _Column.REMARK
    texts = sum(not read_mark(cell.text).is_mark and len(plain(cell.text)) > _LETTERS for cell in said)
    if texts > _TEXTS_AMONG_MARKS * max(len(said), 1) and not _numbers_only(said):
        return _Column.TEXT
    return _Column.BODY


def _is_comment(head: str) -> bool:
    """Return whether a head is that of remarks, also where a narrow column broke the word."""
    return head.replace(" ", "") in words("comment")


def _numbers_only(said: Sequence[Cell]) -> bool:
    return all(read_mark(cell.text).sign in (Sign.NUMBER, Sign.NO) for cell in said)


def _label(kinds: Sequence[_Column], heads: Sequence[Row], lines: Sequence[Row], ones: bool) -> int | None:
    """Return the column that names the lines: the first before the marks that differs from line to line."""
    first = next((at for at, kind in enumerate(kinds) if kind is _Column.BODY), len(kinds))
    texts = [at for at in range(first) if kinds[at] in (_Column.TEXT, _Column.REMARK)]
    if not texts or first == len(kinds):
        return None
    for at in texts:
        if any(folded(row[at].text) in _task_heads() for row in heads) and _differs(at, lines, ones):
            return at
    return next((at for at in texts if _differs(at, lines, ones)), texts[-1])


@cache
def _task_heads() -> frozenset[str]:
    return frozenset((*words("task"), *words("actorhead")))


def _differs(at: int, lines: Sequence[Row], ones: bool) -> bool:
    marked = [row for row in lines if has_marks(row, ones) and not merged(row)]
    texts = [plain(row[at].text) for row in marked if plain(row[at].text) and not row[at].covered]
    return len(set(texts)) >= 0.8 * len(marked)


def _enough_marks(lines: Sequence[Row], body: Sequence[int]) -> bool:
    texts = [plain(row[at].text) for row in lines for at in body if not merged(row) and plain(row[at].text)]
    said = [read_mark(text) for text in texts]
    marks = [text for text in texts if read_mark(text).sign is not Sign.TEXT or len(text) <= _LETTERS]
    positive = sum(cell.sign in (Sign.YES, Sign.UNSURE, Sign.CROSS) for cell in said)
    ones = {plain(row[at].text) for row in lines for at in body if read_mark(row[at].text).sign is Sign.NUMBER}
    if ones - {"1"}:
        return False
    return len(body) >= 2 and (positive >= 2 or bool(ones)) and len(marks) >= _MARKS_IN_BODY * len(said)


def _is_bare(row: Row, body: Sequence[int]) -> bool:
    return not any(plain(row[at].text) for at in body)


def _numbered(row: Row, lines: Sequence[Row], ones: bool) -> bool:
    """Return whether a line has a number where the lines with marks have theirs."""
    others = [plain(one[0].text) for one in lines if has_marks(one, ones)]
    mine = plain(row[0].text)
    return (
        bool(others)
        and all(_NUMBER.match(text) and text[:1].isdigit() for text in others)
        and bool(re.match(r"\d", mine))
        and len({text.count(".") for text in (*others, mine)} | {0}) <= 2
    )


def _remarks(row: Row, beside: Sequence[int], lines: Sequence[Row], heads: Sequence[Row]) -> tuple[str, ...]:
    """Return what the columns with remarks say of a line."""
    told = []
    for at in beside:
        head = next((folded(one[at].text) for one in reversed(heads) if plain(one[at].text)), "")
        text = plain(row[at].text)
        if text and _is_comment(head) and read_mark(text).sign is not Sign.NO:
            told.append(text)
    return tuple(told)
