"""Tables of actors and tasks → matrix drafts. What is no such table gives none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.importing.columns import column, told_apart
from indexer.importing.document import Cell, Document
from indexer.importing.drafts import ColumnDraft, Doubt, MarkDraft, MatrixDraft, RowDraft
from indexer.importing.grids import Grid, folded, grids_of, plain
from indexer.importing.layout import Layout, layout_of
from indexer.importing.marks import FOOTNOTE, Marking, Sign, read_mark
from indexer.importing.matching import Candidate, Match, agreements_of, match, mentions, tasks_of
from indexer.importing.orientation import Actors, actors_along
from indexer.importing.wording import words
from knowledge.model import Knowledge, ResponsibilityMatrix

_NUMBERING = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*[.):]?|[a-zA-Z][.)]|[•▪–-])\s+(?=\S)")
_LONGEST_NOTE = 300
_LONGEST_SIGN = 40
"""Characters at the end of a label that its footnote is looked for in."""
_FOOTNOTE_SIGNS = "*\u00b9\u00b2\u00b3" + "".join(map(chr, range(0x2070, 0x207A)))


def matrix_drafts(document: Document, knowledge: Knowledge) -> tuple[MatrixDraft, ...]:
    """Return a draft for each table that marks which actors have which tasks, in the document's order.

    The actors may be columns or rows; the draft has them as columns. Rows that only head others are no tasks.
    """
    return tuple(draft for grid in grids_of(document) if (draft := _draft(grid, knowledge)))


def _draft(grid: Grid, knowledge: Knowledge) -> MatrixDraft | None:
    layout = layout_of(grid)
    if layout is None:
        return None
    actors = actors_along(layout, grid.title, knowledge)
    if actors is None:
        return None
    reader = _Reader(layout, actors, grid, knowledge)
    columns, rows = reader.columns(), reader.rows()
    if len(columns) < 2 or not rows:
        return None
    corner = plain(layout.corner) if folded(layout.corner) not in (*words("task"), *words("actorhead")) else ""
    title, spot = layout.title or grid.title or corner, grid.rows[0][0].spot
    named = (layout.title, grid.title, spot.heading, spot.sheet)
    return MatrixDraft(title, spot, columns, rows, reader.doubts(), _agreement(named, knowledge))


def _agreement(titles: Sequence[str | None], knowledge: Knowledge) -> str | None:
    """Return the agreement that the nearest of some titles names; null where none does, or where it names several."""
    for title in titles:
        named = {one.id for one in mentions(title or "", agreements_of(knowledge)) if one.sure == 1}
        if named:
            return named.pop() if len(named) == 1 else None
    return None


class _Reader:
    """A table whose layout is known, read as a draft."""

    def __init__(self, layout: Layout, actors: Actors, grid: Grid, knowledge: Knowledge) -> None:
        self.layout, self.actors, self.grid, self.knowledge = layout, actors, grid, knowledge
        self.notes = _footnotes((*layout.notes, *grid.notes))
        signs = [read_mark(cell.text) for line in layout.body for cell in line]
        self.ticks = any(plain(cell.text) in words("tick") for line in layout.body for cell in line)
        numbers = {plain(cell.text) for line in layout.body for cell in line if cell.text.strip().isdecimal()}
        self.ones = numbers <= {"0", "1"} and "1" in numbers and not any(one.sign is Sign.YES for one in signs)

    def columns(self) -> tuple[ColumnDraft, ...]:
        if self.actors.transposed:
            heads = [label for at, label in enumerate(self.layout.labels) if self._kept(at)]
            drafts = [column(_bare(head.text), head.spot, (), self.knowledge) for head in heads]
        else:
            drafts = [
                column(head.text, head.spot, above, self.knowledge)
                for head, above in zip(self.layout.heads, self.layout.above, strict=True)
            ]
        return told_apart(drafts, self.knowledge)

    def rows(self) -> tuple[RowDraft, ...]:
        lines = [at for at in range(len(self.layout.labels)) if self._kept(at)]
        named: list[tuple[Cell, list[Cell], tuple[str, ...]]]
        if self.actors.transposed:
            named = [(head, [self.layout.body[at][i] for at in lines], ()) for i, head in enumerate(self.layout.heads)]
        else:
            named = [(self.layout.labels[at], list(self.layout.body[at]), self.layout.remarks[at]) for at in lines]
        tasks = _tasks([_bare(label.text) for label, _, _ in named], self.knowledge)
        rows = [self._row(*one, found) for one, found in zip(named, tasks, strict=True)]
        return tuple(rows)

    def doubts(self) -> tuple[Doubt, ...]:
        """Return the doubts about the whole table."""
        skipped = [self.layout.labels[at].text for at in range(len(self.layout.labels)) if not self._kept(at)]
        return (
            *([Doubt("matrix-axis")] if self.actors.unsure else []),
            *(Doubt("matrix-left-out", {"column": head}) for head in self.layout.left_out),
            *(Doubt("matrix-section", {"row": plain(text)}) for text in skipped),
        )

    def _kept(self, at: int) -> bool:
        """Return whether a line is an actor or a task, and no head of those below it."""
        if not self.layout.bare[at]:
            return True
        label = _bare(self.layout.labels[at].text)
        if self.actors.transposed:
            return self.actors.is_actor(label)
        return bool(match(label, tasks_of(self.knowledge)).certain)

    def _row(self, label: Cell, cells: Sequence[Cell], remarks: Sequence[str], found: Match) -> RowDraft:
        text = _bare(label.text)
        marks = tuple(self._mark(cell) for cell in cells)
        doubts = [*_task_doubts(text, found, self.knowledge), *(Doubt("row-remark", {"note": one}) for one in remarks)]
        if note := self._footnote_of(label.text):
            doubts.append(Doubt("row-remark", {"note": note}))
        if label.comment:
            doubts.append(Doubt("row-remark", {"note": plain(label.comment)}))
        if not any(mark.marked for mark in marks):
            doubts.append(Doubt("row-empty"))
        return RowDraft(text, label.spot, marks, found.id, tuple(doubts))

    def _mark(self, cell: Cell) -> MarkDraft:
        text, read = plain(cell.text), read_mark(cell.text)
        marked, doubts = self._told(text, read)
        if cell.comment:
            doubts = (*doubts, Doubt("mark-comment", {"note": plain(cell.comment)}))
        return MarkDraft(text, cell.spot, marked, doubts)

    def _told(self, text: str, read: Marking) -> tuple[bool | None, tuple[Doubt, ...]]:
        if read.sign in (Sign.EMPTY, Sign.NO):
            return False, ((Doubt("mark-note", {"text": text, "note": read.note}),) if read.note else ())
        if read.sign is Sign.CROSS:
            return not self.ticks, (() if self.ticks else (Doubt("mark-cross", {"text": text}),))
        if read.sign is Sign.YES:
            return True, self._noted(text, read)
        if read.sign is Sign.UNSURE:
            return None, (Doubt("mark-unsure", {"text": text}),)
        if self.ones and text == "1":
            return True, ()
        return None, (Doubt("mark-text", {"text": text}),)

    def _noted(self, text: str, read: Marking) -> tuple[Doubt, ...]:
        if read.note:
            return (Doubt("mark-note", {"text": text, "note": read.note}),)
        if not read.footnote:
            return ()
        if note := self.notes.get(_sign(read.footnote)):
            return (Doubt("mark-footnote", {"text": text, "note": note}),)
        return (Doubt("mark-footnote-missing", {"text": text}),)

    def _footnote_of(self, text: str) -> str | None:
        found = re.search(rf"({FOOTNOTE})\s*$", plain(text)[-_LONGEST_SIGN:])
        return self.notes.get(_sign(found[1])) if found else None


def _bare(text: str) -> str:
    """Return a label without its numbering and without the sign of a footnote."""
    return _NUMBERING.sub("", plain(text)).rstrip(_FOOTNOTE_SIGNS).rstrip()


_RAISED = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079", "0123456789")


def _sign(footnote: str) -> str:
    return footnote.translate(_RAISED).strip(" ()[]")


def _footnotes(texts: Sequence[str]) -> dict[str, str]:
    """Return what stands under the table after the sign of a footnote."""
    found: dict[str, str] = {}
    for text in texts:
        if match_ := re.match(
            r"\s*(\*+|†|‡|[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+|[\[(]?\d{1,2}[\])]?)\s*[:=.]?\s*(.+)", text
        ):
            found.setdefault(_sign(match_[1]), match_[2][:_LONGEST_NOTE])
    return found


# --- rows that the knowledge has -----------------------------------------------------------------


def _tasks(labels: Sequence[str], knowledge: Knowledge) -> list[Match]:
    """Return what each row is called in that matrix of the knowledge which has most of them."""
    if not knowledge.matrices:
        return [Match() for _ in labels]
    tries = [[match(label, _rows_of(matrix)) for label in labels] for matrix in knowledge.matrices.values()]
    best = max(tries, key=lambda found: sum(one.sure for one in found if one.id))
    return _once(best)


def _rows_of(matrix: ResponsibilityMatrix) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(task.id, tuple(dict.fromkeys((task.name, task.phrase, *task.aliases)))) for task in matrix.tasks
    )


def _once(found: Sequence[Match]) -> list[Match]:
    """Return the matches, each task left to the row that is most like it."""
    best: dict[str, int] = {}
    for at, one in enumerate(found):
        if one.id and (one.id not in best or one.sure > found[best[one.id]].sure):
            best[one.id] = at
    return [
        one if one.id is None or best[one.id] == at else Match(None, one.sure, one.name, (one.id,))
        for at, one in enumerate(found)
    ]


def _task_doubts(text: str, found: Match, knowledge: Knowledge) -> list[Doubt]:
    names = {task.id: task.name for matrix in knowledge.matrices.values() for task in matrix.tasks}
    if found.rivals:
        return [Doubt("row-rivals", {"row": text, "tasks": ", ".join(names.get(one, one) for one in found.rivals)})]
    if found.id and not found.certain:
        return [Doubt("row-near", {"row": text, "task": names.get(found.id, found.id)})]
    return []
