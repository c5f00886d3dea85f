"""Routes that stand in a table: a step in each row, or a route in each column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.importing.bodynames import Bodies
from indexer.importing.document import Cell, Table
from indexer.importing.drafts import Doubt, StepDraft
from indexer.importing.matching import keys
from indexer.importing.routeshapes import Account, Shape, same_step, step_of
from indexer.importing.routetitles import Title, title_of
from indexer.importing.wording import words
from indexer.swedish import normalise, tokenize
from knowledge.model import RouteLevel

_LONGEST_HEAD = 6

Grid = Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Tabled:
    """A route of a table. `title` is null where the table itself does not name the route."""

    title: Title | None
    account: Account


def tabled_routes(table: Table, bodies: Bodies, *, named: bool) -> tuple[Tabled, ...]:
    """Return the routes of a table. `named`: what stands above it names a route."""
    rows: Grid = [row for row in table.rows if any(cell.text.strip() for cell in row)]
    title: Title | None = None
    while rows and len({cell.text.strip() for cell in rows[0]}) == 1 and len(rows[0]) > 1:
        title = title or title_of(normalise(rows[0][0].text), heading=True)
        rows = rows[1:]
    if len(rows) < 2:
        return ()
    for grid in (rows, list(zip(*rows, strict=True))):
        if found := tuple(_columns(grid, bodies)):
            return found
    if not named and title is None and not any(title_of(normalise(cell.text)) for cell in rows[0]):
        return ()
    for grid in (rows, list(zip(*rows, strict=True))):
        if account := _steps(grid, table, bodies):
            return (Tabled(title, account),)
    return ()


def _columns(grid: Grid, bodies: Bodies) -> Iterator[Tabled]:
    """Yield a route for each column whose head names one, and whose cells are bodies."""
    for column, head in enumerate(grid[0]):
        title = title_of(normalise(head.text))
        if title is None or not (title.level in (RouteLevel.LOCAL, RouteLevel.REGIONAL) or column):
            continue
        cells = [row[column] for row in grid[1:] if row[column].text.strip() and not row[column].covered]
        if len(cells) > 1 and _bodies(cells, bodies) * 2 > len(cells):
            yield Tabled(title, _account([_step(cell, bodies) for cell in cells]))


def _steps(grid: Grid, table: Table, bodies: Bodies) -> Account | None:
    heads = [normalise(cell.text) for cell in grid[0]]
    column = _column_of_bodies(heads, grid[1:], bodies)
    if column is None:
        return None
    aside = {at for at, head in enumerate(heads) if _is(head, "route-table-step")}
    steps: list[StepDraft] = []
    for row in grid[1:]:
        cell = row[column]
        if not cell.text.strip():
            continue
        texts = [
            f"{heads[at]}: {normalise(other.text)}"
            for at, other in enumerate(row)
            if at != column and at not in aside and other.text.strip()
        ]
        steps.append(_step(cell, bodies, *texts))
    return _account(steps) if len(steps) > 1 else None


def _column_of_bodies(heads: Sequence[str], rows: Grid, bodies: Bodies) -> int | None:
    """Return the column that says who: by its head, else by what stands in it."""
    known = [(_bodies([row[at] for row in rows], bodies), at) for at in range(len(heads))]
    asked = [(found, at) for found, at in known if _is(heads[at], "route-table-who") and found]
    best, column = max(asked or known, key=lambda pair: (pair[0], -pair[1]))
    return column if best > 1 and best * 2 >= len(rows) else None


def _bodies(cells: Sequence[Cell], bodies: Bodies) -> int:
    return sum(bool(bodies.whole(normalise(cell.text)) or bodies.within(normalise(cell.text))) for cell in cells)


def _step(cell: Cell, bodies: Bodies, *texts: str) -> StepDraft:
    text = normalise(cell.text)
    if whole := bodies.whole(text):
        return step_of(whole[0], cell.spot, whole[1], *texts)
    if names := bodies.within(text):
        return step_of(names[0], cell.spot, text, *texts)
    return StepDraft(text, cell.spot, None, tuple(texts), (Doubt("step-nobody", {"text": text}),))


def _account(steps: Sequence[StepDraft]) -> Account:
    kept: list[StepDraft] = []
    twice: list[str] = []
    for step in steps:
        if any(same_step(other, step) for other in kept):
            twice.append(step.name)
        else:
            kept.append(step)
    doubts = tuple(Doubt("route-twice", {"name": name}) for name in twice)
    return Account(Shape.TABLE, tuple(kept), kept[0].spot, court=True, doubts=doubts)


def _is(head: str, name: str) -> bool:
    """Return whether a head says what a list has: one of its words alone, or as the first of a few."""
    tokens = tokenize(head)
    if not tokens or len(tokens) > _LONGEST_HEAD:
        return False
    first = " ".join(token.word for token in tokens)
    return any(first == word or first.startswith(f"{word} ") or keys(first) == keys(word) for word in words(name))
