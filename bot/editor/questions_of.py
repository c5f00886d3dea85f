"""What an editor must settle, or may, before a document's drafts can be taken in: the choices of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.editor.item import Item
from indexer.adoption.matrix_edits import matrix_of
from indexer.adoption.settling import LEFT_OUT, NEW
from indexer.importing.drafts import Doubt, LocalDraft, MatrixDraft, RouteDraft, ValidityDraft
from knowledge.model import Knowledge, LokStatus, RouteLevel

Say = Callable[..., str]
Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Something to settle. `key` is that of `Settled`; without options it is a day. `value` is what was settled."""

    key: str
    group: str
    label: str
    options: Options
    value: str
    doubts: tuple[str, ...] = ()
    quoted: str = ""


def questions_of(item: Item, knowledge: Knowledge, say: Say) -> list[Question]:
    """Return all that can be settled about a document's drafts, in the order of the document."""
    return list(_Asking(item, knowledge, say).all())


class _Asking:
    def __init__(self, item: Item, knowledge: Knowledge, say: Say) -> None:
        self.item, self.knowledge, self.say = item, knowledge, say

    def all(self) -> Iterator[Question]:
        drafts = self.item.drafts
        assert drafts is not None
        for n, matrix in enumerate(drafts.matrices, 1):
            yield from self._matrix(f"matris-{n}", matrix)
        for n, term in enumerate(drafts.validity, 1):
            yield from self._validity(f"giltighet-{n}", term)
        for n, route in enumerate(drafts.routes, 1):
            yield from self._route(f"vag-{n}", route)
        if any(local.observed is None for local in drafts.local):
            yield self._ask("lokalt/observerat", "lokalt", self.say("editor.settle.observed"), ())
        for n, local in enumerate(drafts.local, 1):
            yield from self._local(f"lokalt-{n}", local)

    def _ask(
        self, key: str, group: str, label: str, options: Options, doubts: Sequence[Doubt] = (), quoted: str = ""
    ) -> Question:
        said = tuple(dict.fromkeys(str(doubt) for doubt in doubts))
        return Question(key, group, label, options, self.item.settled.get(key, ""), said, quoted)

    def _is_open(self, key: str, doubts: Sequence[Doubt], known: object) -> bool:
        return bool(doubts) or known is None or key in self.item.settled

    def _matrix(self, group: str, draft: MatrixDraft) -> Iterator[Question]:
        actors = tuple((actor.id, actor.name) for actor in self.knowledge.actors.values())
        for n, column in enumerate(draft.columns, 1):
            key = f"{group}/kolumn-{n}"
            if self._is_open(key, column.doubts, column.actor):
                label = self.say("editor.settle.column", name=column.name or column.text)
                yield self._ask(key, group, label, self._or_new(actors), column.doubts)
        agreement = self.item.taking.agreement if self.item.taking else ""
        matrix = matrix_of(self.knowledge, agreement)
        tasks = tuple((task.id, task.name) for task in matrix.tasks) if matrix else ()
        for n, row in enumerate(draft.rows, 1):
            key = f"{group}/rad-{n}"
            if self._is_open(key, row.doubts, row.task):
                label = self.say("editor.settle.row", name=row.text)
                yield self._ask(key, group, label, self._or_new(tasks), row.doubts)
            for m, mark in enumerate(row.marks, 1):
                cell = f"{key}/kolumn-{m}"
                if self._is_open(cell, mark.doubts, mark.marked):
                    column_name = draft.columns[m - 1].name if m <= len(draft.columns) else str(m)
                    label = self.say("editor.settle.cell", row=row.text, column=column_name)
                    yield self._ask(cell, group, label, self._marks(), mark.doubts, mark.text)

    def _marks(self) -> Options:
        return (("x", self.say("editor.settle.marked")), ("-", self.say("editor.settle.unmarked")))

    def _or_new(self, options: Options) -> Options:
        return (*options, (NEW, self.say("editor.settle.new")), (LEFT_OUT, self.say("editor.settle.left_out")))

    def _validity(self, group: str, draft: ValidityDraft) -> Iterator[Question]:
        settled = any(key.startswith(f"{group}/") for key in self.item.settled)
        if draft.doubts or settled:
            for name in ("fran", "till", "beslutat"):
                label = self.say(f"editor.settle.{name}")
                doubts = draft.doubts if name == "fran" else ()
                yield self._ask(f"{group}/{name}", group, label, (), doubts, draft.text if name == "fran" else "")

    def _route(self, group: str, draft: RouteDraft) -> Iterator[Question]:
        key = f"{group}/niva"
        if self._is_open(key, draft.doubts, draft.level):
            levels = tuple((str(level), self.say(f"editor.settle.level.{level}")) for level in RouteLevel)
            yield self._ask(key, group, self.say("editor.settle.level", name=draft.title), levels, draft.doubts)
        bodies = tuple((body.id, body.name) for body in self.knowledge.bodies.values())
        for n, step in enumerate(draft.steps, 1):
            key = f"{group}/steg-{n}"
            if step.doubts or key in self.item.settled:
                label = self.say("editor.settle.step", number=n, name=step.name)
                yield self._ask(key, group, label, self._or_new(bodies), step.doubts, " ".join(step.texts))

    def _local(self, group: str, draft: LocalDraft) -> Iterator[Question]:
        if draft.municipality is None or group in self.item.settled:
            places = tuple((place.id, place.name) for place in self.knowledge.municipalities.values())
            yield self._ask(group, group, self.say("editor.settle.municipality", name=draft.name), places)
        key = f"{group}/status"
        if self._is_open(key, draft.doubts, draft.status):
            options = tuple((str(status), self.say(f"editor.lok.{status}")) for status in LokStatus)
            quoted = next((reply.text for reply in draft.replies if reply.text.strip()), "")
            label = self.say("editor.settle.status", name=draft.name)
            yield self._ask(key, group, label, options, draft.doubts, quoted)
