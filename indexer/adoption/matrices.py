"""Matrix drafts: each cell against the knowledge's matrix of the agreement; rows that are new or gone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property

from indexer.adoption import across
from indexer.adoption.base import listed, say, slug
from indexer.adoption.matrix_edits import (
    PART,
    CellTaken,
    ColumnAdded,
    RowAdded,
    RowGone,
    edits,
    marked_before,
    matrix_of,
    side_of,
)
from indexer.adoption.naming import names_of, standing_in
from indexer.adoption.proposal import Offer, Proposal, Taking, Verdict
from indexer.adoption.settling import LEFT_OUT, NEW
from indexer.importing.drafts import ColumnDraft, Doubt, Drafts, MarkDraft, MatrixDraft, RowDraft
from knowledge.model import Concept, Knowledge, Task

__all__ = ["PART", "edits", "offers"]


def offers(drafts: Drafts, knowledge: Knowledge, taking: Taking) -> Iterator[Offer]:
    """Yield what can be taken in from the matrices of a document."""
    named: set[str] = set()
    own: list[_Comparison] = []
    found: list[Offer] = []
    for number, draft in enumerate(drafts.matrices, 1):
        comparison = _Comparison(draft, f"matris-{number}", knowledge, taking, named)
        if across.foreign(draft, taking.agreement):
            yield from across.shut(comparison.offers(), draft, knowledge)
        else:
            own.append(comparison)
            found += comparison.offers()
    yield from across.agreed(found)
    if own:
        yield from own[0].gone({task for one in own for task in one.found})


class _Comparison:
    """A table against the matrix. `found` are the known rows that it has; `named` the ids of new ones, of all."""

    def __init__(
        self, draft: MatrixDraft, group: str, knowledge: Knowledge, taking: Taking, named: set[str] | None = None
    ) -> None:
        self.draft, self.group, self.knowledge, self.taking = draft, group, knowledge, taking
        self.matrix = matrix_of(knowledge, taking.agreement)
        self.matrix_id = self.matrix.id if self.matrix else f"{taking.agreement}/ansvar"
        self.tasks = {task.id: task for task in self.matrix.tasks} if self.matrix else {}
        self.actor_ids = self._actor_ids()
        self.named = named if named is not None else set()
        self.found: set[str] = set()

    def _actor_ids(self) -> list[str | None]:
        """Return each column's actor: the knowledge's, one that will be new, or null for a column left out."""
        taken = set(self.knowledge.actors)
        ids: list[str | None] = []
        for column in self.draft.columns:
            if column.actor in (LEFT_OUT, None):
                ids.append(None)
            elif column.actor == NEW:
                ids.append(slug(column.name, taken))
                taken.add(str(ids[-1]))
            else:
                ids.append(column.actor)
        return ids

    def offers(self) -> Iterator[Offer]:
        yield from self._columns()
        for number, row in enumerate(self.draft.rows, 1):
            if row.task == LEFT_OUT or not any(map(str.isalnum, row.text)):
                continue
            if row.task in self.tasks and row.task not in self.found:
                self.found.add(row.task)
                yield from self._known(self.tasks[row.task], row, number)
            else:
                yield self._added(row, number)

    def gone(self, found: Collection[str]) -> Iterator[Offer]:
        """Yield the known rows that are not among those that some table of the document has."""
        for task in self.tasks.values():
            if task.id not in found and marked_before(task, self.taking.valid_from):
                yield self._gone(task)

    def _columns(self) -> Iterator[Offer]:
        for number, (column, id_) in enumerate(zip(self.draft.columns, self.actor_ids, strict=True), 1):
            known = id_ in self.knowledge.actors
            if known or column.actor == LEFT_OUT:
                continue
            proposal = Proposal(
                id=f"{self.group}/kolumn-{number}",
                group=self.group,
                verdict=Verdict.NEW,
                subject=say("column", name=column.name),
                ours=say("nothing"),
                theirs=column.text,
                spot=column.spot,
                doubts=_column_doubts(column) or (() if id_ else (Doubt("column_unknown", {"name": column.name}),)),
                locked=id_ is None,
            )
            yield Offer(proposal, PART, ColumnAdded(self.matrix_id, id_, column) if id_ else None)

    def _known(self, task: Task, row: RowDraft, number: int) -> Iterator[Offer]:
        before = marked_before(task, self.taking.valid_from)
        assert self.matrix is not None
        for actor in self.matrix.actors:
            mark = self._mark(row, actor)
            ours = actor in before
            theirs = mark.marked if mark else None
            verdict = Verdict.MISSING if mark is None else Verdict.SAME if theirs == ours else Verdict.DIFFERENT
            doubts = (*(mark.doubts if mark else ()), *row.doubts, *self._doubts_of(actor))
            unread = mark is not None and theirs is None
            if unread and not doubts:
                doubts = (Doubt("cell_unread", {"text": mark.text if mark else ""}),)
            proposal = Proposal(
                id=f"{self.group}/{task.id}/{actor}",
                group=self.group,
                verdict=verdict,
                subject=say("cell", task=task.name, actor=self.knowledge.actors[actor].name),
                ours=_marked(ours),
                theirs=_marked(theirs) if mark else say("no_column"),
                spot=mark.spot if mark else row.spot,
                fact=f"{self.matrix_id}/{task.id}",
                doubts=doubts,
                locked=theirs is None or self._locked(verdict),
            )
            taken = CellTaken(self.matrix_id, task.id, actor, theirs) if theirs is not None else None
            yield Offer(proposal, PART, taken)
        new = [id_ for id_ in self.actor_ids if id_ and id_ not in self.matrix.actors]
        for actor in new:
            mark = self._mark(row, actor)
            if mark is not None and mark.marked:
                yield self._in_new_column(task, actor, mark, row)

    def _in_new_column(self, task: Task, actor: str, mark: MarkDraft, row: RowDraft) -> Offer:
        name = next(c.name for c, id_ in zip(self.draft.columns, self.actor_ids, strict=True) if id_ == actor)
        proposal = Proposal(
            id=f"{self.group}/{task.id}/{actor}",
            group=self.group,
            verdict=Verdict.NEW,
            subject=say("cell", task=task.name, actor=name),
            ours=_marked(False),
            theirs=_marked(True),
            spot=mark.spot,
            fact=f"{self.matrix_id}/{task.id}",
            doubts=(*mark.doubts, *row.doubts, *self._doubts_of(actor)),
            locked=self._locked(Verdict.NEW),
        )
        return Offer(proposal, PART, CellTaken(self.matrix_id, task.id, actor, True))

    def _locked(self, verdict: Verdict) -> bool:
        # A change over time needs both its days; a correction neither. What is equal may be lifted by a text whose
        # day is known, but never be cited, undated, to one that begins to hold later.
        days = (bool(self.taking.valid_from), bool(self.taking.decided))
        return days == (True, False) or (days == (False, True) and verdict is not Verdict.SAME)

    def _mark(self, row: RowDraft, actor: str) -> MarkDraft | None:
        """Return the cell of an actor, with all doubts of it.

        Where several columns are one actor, a mark in any of them counts, and an unread cell before an empty one.
        """
        marks = [mark for mark, id_ in zip(row.marks, self.actor_ids, strict=False) if id_ == actor]
        if not marks:
            return None
        best = min(marks, key=lambda mark: (True, None, False).index(mark.marked))
        return replace(best, doubts=tuple(doubt for mark in marks for doubt in mark.doubts))

    def _doubts_of(self, actor: str) -> tuple[Doubt, ...]:
        pairs = zip(self.draft.columns, self.actor_ids, strict=True)
        return tuple(doubt for column, id_ in pairs if id_ == actor for doubt in _column_doubts(column))

    def _added(self, row: RowDraft, number: int) -> Offer:
        pairs = list(zip(row.marks, self.actor_ids, strict=False))
        actors = tuple(dict.fromkeys(id_ for mark, id_ in pairs if mark.marked and id_))
        lost = [mark for mark, id_ in pairs if mark.marked is None or (mark.marked and id_ is None)]
        lost = [mark for mark in lost if self._column_of(mark, row).actor != LEFT_OUT]
        names = [self._actor_name(actor) for actor in actors]
        doubts = (*row.doubts, *(doubt for mark in row.marks for doubt in mark.doubts))
        doubts = (*doubts, *(doubt for actor in actors for doubt in self._doubts_of(actor)))
        if not actors:
            doubts = (*doubts, Doubt("row_unmarked", {"name": row.text}))
        # A row that is nearly a known one must not become a second one unseen.
        unsure = bool(row.doubts) and row.task != NEW
        proposal = Proposal(
            id=f"{self.group}/ny/{slug(row.text)}",
            group=self.group,
            verdict=Verdict.NEW,
            subject=row.text,
            ours=say("nothing"),
            theirs=listed(names),
            spot=row.spot,
            doubts=doubts,
            locked=not actors or bool(lost) or unsure or self._locked(Verdict.NEW),
        )
        id_, aliases = self._called(row.text)
        return Offer(proposal, PART, RowAdded(self.matrix_id, id_, row.text, actors, aliases))

    def _called(self, text: str) -> tuple[str, tuple[str, ...]]:
        """Return a new row's id and the words for it: also those of the general term that stands in for such a task."""
        names = names_of(text, (row.text for row in self.draft.rows))
        names = (text, *(name for name in names if name != text and name.casefold() not in self._words))
        term = standing_in(text, self.knowledge)
        if term is not None and term.id not in self.tasks and term.id not in self.named:
            told = {name.casefold() for name in names}
            self.named.add(term.id)
            return term.id, (*names, *(alias for alias in term.aliases if alias.casefold() not in told))
        id_ = slug(text, {*self.knowledge.cues, *self.knowledge.terms, *self.tasks, *self.named})
        self.named.add(id_)
        return id_, names

    @cached_property
    def _words(self) -> set[str]:
        """Return the words that the knowledge has for something else: a shorter name must not be one of them."""
        known = self.knowledge
        tasks = (task for matrix in known.matrices.values() for task in matrix.tasks)
        things: tuple[Concept, ...] = (*known.terms.values(), *known.actors.values(), *known.bodies.values(), *tasks)
        return {word.casefold() for thing in things for word in thing.aliases}

    def _column_of(self, mark: MarkDraft, row: RowDraft) -> ColumnDraft:
        return self.draft.columns[row.marks.index(mark)]

    def _actor_name(self, actor: str) -> str:
        known = self.knowledge.actors.get(actor)
        if known is not None:
            return known.name
        return next(c.name for c, id_ in zip(self.draft.columns, self.actor_ids, strict=True) if id_ == actor)

    def _gone(self, task: Task) -> Offer:
        names = [self.knowledge.actors[actor].name for actor in marked_before(task, self.taking.valid_from)]
        dated = bool(self.taking.valid_from and self.taking.decided)
        proposal = Proposal(
            id=f"{self.group}/{task.id}/borta",
            group=self.group,
            verdict=Verdict.MISSING,
            subject=task.name,
            ours=listed(names),
            theirs=say("no_row"),
            spot=self.draft.spot,
            fact=f"{self.matrix_id}/{task.id}",
            doubts=() if dated else (Doubt("row_gone_undated"),),
            locked=not dated,
        )
        return Offer(proposal, PART, RowGone(self.matrix_id, task.id))


def _marked(marked: bool | None) -> str:
    return say("unread") if marked is None else say("marked") if marked else say("unmarked")


def _column_doubts(column: ColumnDraft) -> tuple[Doubt, ...]:
    """Return the doubts about a column; of a new actor also that nothing tells whose it is."""
    if column.actor != NEW or side_of(column.name):
        return column.doubts
    return (*column.doubts, Doubt("column_side", {"name": column.name}))
