"""Tables about municipalities: what is asked, and what each has answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.importing.document import Cell, Document, Spot
from indexer.importing.matching import Candidates, Match, keys, match
from indexer.importing.wording import words
from indexer.swedish import normalise, tokenize

_FIRST = 3
_LONGEST_NAME = 5
_LONGEST_NEW_NAME = 3

Grid = Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Answered:
    """What stands in one cell, with what goes on below it."""

    text: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Entry:
    """What a municipality has answered, in the order of the heads; `found` tells which one it is."""

    name: str
    spot: Spot
    found: Match
    answers: tuple[Answered, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """A table of municipalities. `title` is the heading or the merged row above it."""

    title: str
    heads: tuple[str, ...]
    entries: tuple[Entry, ...]


def surveys_of(document: Document, places: Candidates) -> Iterator[Survey]:
    """Yield the tables whose rows, or columns, are municipalities.

    They are known by their names; where the knowledge has none of them, by the head of their column.
    A table without heads goes on with the one before it.
    """
    before: tuple[str, ...] = ()
    for table in document.tables:
        found = _survey(table.rows, normalise(table.spot.heading or table.spot.sheet or ""), places, before)
        if found is not None:
            before = found.heads
            yield found


def _survey(rows: Grid, title: str, places: Candidates, before: tuple[str, ...]) -> Survey | None:
    rows = [row for row in rows if any(cell.text.strip() for cell in row)]
    while len(rows) > 1 and len(rows[0]) > 1 and _is_title(rows[0]):
        title, rows = f"{title} {_plain(next(cell for cell in rows[0] if cell.text.strip()))}".strip(), rows[1:]
    if not rows:
        return None
    chosen = _chosen(rows, list(zip(*rows, strict=True)), places)
    if chosen is None:
        return None
    grid, column = chosen
    return _read(grid, column, title, places, before)


def _chosen(rows: Grid, across: Grid, places: Candidates) -> tuple[Grid, int] | None:
    """Return the rows, or the columns as rows, with the place where the municipalities stand in them."""
    counted = [(*_known(grid, places), grid) for grid in (rows, across)]
    known, column, grid = max(counted, key=lambda one: one[0])
    if known > 1:
        return grid, column
    named = [(grid, at) for grid in (rows, across) if (at := _named_column(grid)) is not None]
    if named:
        return min(named, key=lambda one: _length_of_names(*one))
    return (grid, column) if known and _head_is_place(grid[0][column]) else None


def _is_title(row: Sequence[Cell]) -> bool:
    """Return whether a row is one merged cell, or one text alone."""
    texts = {_plain(cell) for cell in row if _plain(cell)}
    filled = [cell for cell in row if _plain(cell)]
    return len(texts) == 1 and (len(filled) == len(row) or (len(filled) == 1 and not _head_is_place(filled[0])))


def _known(grid: Grid, places: Candidates) -> tuple[int, int]:
    """Return how many municipalities a column names, and the column that names most."""
    counts = []
    for column in range(min(_FIRST, len(grid[0]))):
        ids = {_match(row[column], places).id for row in grid}
        counts.append((len(ids - {None}), -column))
    known, column = max(counts)
    return known, -column


def _match(cell: Cell, places: Candidates) -> Match:
    text = _plain(cell)
    return match(text, places) if text and len(tokenize(text)) <= _LONGEST_NAME else Match()


def _named_column(grid: Grid) -> int | None:
    """Return the column whose head, or each cell, says that it has municipalities, and whose cells could be names."""
    for column in range(min(_FIRST, len(grid[0]))):
        names = [_plain(row[column]) for row in grid[1:] if _plain(row[column])]
        headed = _head_is_place(grid[0][column]) or all(map(_says_municipality, names))
        if headed and len(names) > 1 and all(map(_could_be_name, names)):
            return column
    return None


def _head_is_place(cell: Cell) -> bool:
    head = _plain(cell).casefold().rstrip(":")
    return head in words("local-head")


def _could_be_name(text: str) -> bool:
    tokens = tokenize(text)
    return 0 < len(tokens) <= _LONGEST_NEW_NAME and text[0].isupper() and not any(map(str.isdigit, text))


def _says_municipality(text: str) -> bool:
    tokens = tokenize(text)
    return len(tokens) > 1 and any(token.word in words("municipality") for token in tokens)


def _length_of_names(grid: Grid, column: int) -> float:
    return sum(len(_plain(row[column])) for row in grid[1:]) / max(len(grid) - 1, 1)


def _read(grid: Grid, column: int, title: str, places: Candidates, before: tuple[str, ...]) -> Survey | None:
    first = next((at for at, row in enumerate(grid) if _match(row[column], places).id is not None), None)
    if first is None:
        first = 1
    if first > 1 and _head_is_place(grid[0][column]) and not _head_is_place(grid[first - 1][column]):
        first = next(at for at, row in enumerate(grid) if at and _plain(row[column]) != _plain(grid[0][column]))
    width = len(grid[0])
    heads = tuple(_head(grid[:first], at) for at in range(width) if at != column)
    if not any(heads) and len(before) == len(heads):
        heads = before
    entries = tuple(_entries(grid[first:], column, places))
    return Survey(title, heads, entries) if entries and any(heads) else None


def _head(rows: Grid, column: int) -> str:
    return " – ".join(dict.fromkeys(text for row in rows if (text := _plain(row[column]))))


def _entries(rows: Grid, column: int, places: Candidates) -> Iterator[Entry]:
    pending: Entry | None = None
    for row in rows:
        cell, others = row[column], [other for at, other in enumerate(row) if at != column]
        name, found = _plain(cell), _match(cell, places)
        same = pending is not None and (not name or name == pending.name or (found.id and found.id == pending.found.id))
        if pending is not None and same:
            pending = Entry(pending.name, pending.spot, pending.found, _more(pending.answers, others))
            continue
        if not name or _is_aside(name):
            continue
        if pending is not None:
            yield pending
        pending = Entry(name, cell.spot, found, tuple(Answered(other.text.strip(), other.spot) for other in others))
    if pending is not None:
        yield pending


def _is_aside(name: str) -> bool:
    """Return whether a row is no municipality: a sum, a head again, a footnote."""
    tokens = tokenize(name)
    if not tokens or name.casefold().rstrip(":") in words("local-head") or len(tokens) > _LONGEST_NAME:
        return True
    return any(keys(word) == keys(tokens[0].word) for word in words("local-sum"))


def _more(answers: Sequence[Answered], cells: Sequence[Cell]) -> tuple[Answered, ...]:
    """Return answers with what a row below adds to them."""
    both = zip(answers, cells, strict=True)
    return tuple(
        answer
        if cell.covered or not cell.text.strip() or cell.text.strip() == answer.text
        else Answered(f"{answer.text}\n{cell.text.strip()}".strip(), answer.spot)
        for answer, cell in both
    )


def _plain(cell: Cell) -> str:
    return " ".join(normalise(cell.text).split())
