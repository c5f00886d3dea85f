"""The knowledge as rows and columns with ids: what a workbook shows on a day, and what it is held against. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from indexer.workbook.wording import say
from knowledge.model import (
    Change,
    EscalationRoute,
    EscalationStep,
    Knowledge,
    LocalFact,
    LokStatus,
    ResponsibilityMatrix,
    Task,
    TaskChange,
    Term,
    first_day,
)

ACTOR = "actor/"
"""Begins the key of an actor's column."""
LEAD = 140
TOPICS = ("lok", "struktur", "avvikelse", "sip", "utmaning", "laro", "vald", "ovrigt")


class Part(StrEnum):
    """What a sheet is about."""

    MATRIX = "ansvar"
    ROUTES = "vagar"
    LOCAL = "lokalt"
    TERMS = "begrepp"


class Kind(StrEnum):
    """What a column holds. What is only shown is read in new rows alone; remarks are never compared."""

    SHOWN = "shown"
    TEXT = "text"
    LINES = "lines"
    WORDS = "words"
    DAY = "day"
    MARK = "mark"
    STATUS = "status"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `most` is how many characters its texts may have; `needed` tells that it is never empty."""

    key: str
    title: str
    kind: Kind = Kind.TEXT
    width: int = 24
    needed: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its id; `label` names it in Swedish, `shown` are columns that are only shown in this row."""

    id: str
    label: str
    cells: Mapping[str, str]
    shown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet. `about` is the matrix that it shows, empty for the others."""

    part: Part
    about: str
    title: str
    heading: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def key(self) -> str:
        """What the sheet is found by, whatever it is called."""
        return f"{self.part.value}:{self.about}"

    def column(self, key: str) -> Column | None:
        """Return a column by its key."""
        return next((column for column in self.columns if column.key == key), None)

    def row(self, id_: str) -> Row | None:
        """Return a row by its id."""
        return next((row for row in self.rows if row.id == id_), None)


def sheets_of(knowledge: Knowledge, day: date) -> list[Sheet]:
    """Return all sheets as they read on a day. The same knowledge and day give the same sheets."""
    matrices = list(knowledge.matrices.values())
    return [
        *(_matrix_sheet(matrix, knowledge, day, alone=len(matrices) == 1) for matrix in matrices),
        _route_sheet(knowledge, day),
        _local_sheet(knowledge),
        _term_sheet(knowledge),
    ]


def is_shown(column: Column, row: Row) -> bool:
    """Return whether a cell is there to be read only."""
    return column.kind is Kind.SHOWN or column.key in row.shown


def begun(changes: Sequence[Change], day: date) -> int | None:
    """Return the place of the change by which something reads on a day; null where none has begun."""
    found = [n for n, one in enumerate(changes) if first_day(one.valid_from) <= day and one.known_from <= day]
    return found[-1] if found else None


def joined(words: Iterable[str]) -> str:
    """Return words as they stand in one cell."""
    return "; ".join(words)


def lines(texts: Iterable[str]) -> str:
    """Return texts as lines of one cell."""
    return "\n".join(" ".join(text.split()) for text in texts)


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def _column(key: str, kind: Kind = Kind.TEXT, width: int = 24, title: str | None = None, **more: object) -> Column:
    return Column(key, say(f"kolumn.{title or key}"), kind, width, **more)  # type: ignore[arg-type]


_COMMENT = ("comment", Kind.REMARK, 20)


# --- matrices -------------------------------------------------------------------------------------


def _matrix_sheet(matrix: ResponsibilityMatrix, knowledge: Knowledge, day: date, *, alone: bool) -> Sheet:
    short = knowledge.agreements[matrix.agreement].short
    columns = (
        _column("name", width=26, needed=True),
        _column("phrase", width=24, needed=True),
        *(Column(f"{ACTOR}{id_}", knowledge.actors[id_].name, Kind.MARK, 12) for id_ in matrix.actors),
        _column("later", Kind.SHOWN, 20),
        _column("notes", Kind.LINES, 32),
        _column(*_COMMENT),
    )
    rows = tuple(row for task in matrix.tasks if (row := _task_row(task, matrix, knowledge, day)))
    title = say("blad.ansvar") if alone else say("blad.ansvar_fler", agreement=short)
    return Sheet(Part.MATRIX, matrix.id, title, say("rubrik.ansvar", agreement=short), columns, rows)


def marks_on(task: Task, day: date) -> tuple[str, ...]:
    """Return whom a row marks on a day; as it begins, before."""
    place = begun(task.changes, day)
    return task.responsible if place is None else task.changes[place].responsible


def _task_row(task: Task, matrix: ResponsibilityMatrix, knowledge: Knowledge, day: date) -> Row | None:
    marked = marks_on(task, day)
    if not marked:
        return None  # gone already
    cells = {
        "name": _plain(task.name),
        "phrase": _plain(task.phrase),
        **{f"{ACTOR}{actor}": "x" if actor in marked else "" for actor in matrix.actors},
        "later": lines(_later(task, knowledge, day)),
        "notes": lines(notes_on(task, day)),
    }
    return Row(task.id, task.name, cells)


def notes_on(task: Task, day: date) -> tuple[str, ...]:
    """Return the notes of a row on a day."""
    place = begun(task.changes, day)
    if place is None:
        return task.notes
    change = task.changes[place]
    before = task.changes[place - 1].responsible if place else task.responsible
    if change.notes is not None:
        return change.notes
    return task.notes if change.responsible == before else ()


def _later(task: Task, knowledge: Knowledge, day: date) -> Iterator[str]:
    if task.valid_from and first_day(task.valid_from) > day:
        yield say("senare.ny", day=task.valid_from)
    place = begun(task.changes, day)
    for change in task.changes[0 if place is None else place + 1 :]:
        yield _told(change, knowledge)


def _told(change: TaskChange, knowledge: Knowledge) -> str:
    if not change.responsible:
        return say("senare.bort", day=change.valid_from)
    names = ", ".join(knowledge.actors[actor].name for actor in change.responsible)
    return say("senare", day=change.valid_from, actors=names)


# --- routes ---------------------------------------------------------------------------------------


def _route_sheet(knowledge: Knowledge, day: date) -> Sheet:
    columns = (
        _column("route", Kind.SHOWN, 15),
        _column("number", Kind.SHOWN, 5),
        _column("name", width=18, title="step", needed=True),
        _column("who", width=18, needed=True),
        _column("who_moves", width=24, needed=True),
        _column("who_sits", width=26, needed=True),
        _column("form", width=18),
        _column("documentation", width=17),
        _column("lead", width=24, needed=True, most=LEAD),
        _column("short", width=22, needed=True),
        _column("later", Kind.SHOWN, 12),
        _column(*_COMMENT),
    )
    rows = tuple(row for route in knowledge.routes.values() for row in _step_rows(route, knowledge, day))
    return Sheet(Part.ROUTES, "", say("blad.vagar"), say("rubrik.vagar"), columns, rows)


def steps_on(route: EscalationRoute, day: date) -> tuple[EscalationStep, ...]:
    """Return the steps of a route on a day."""
    place = begun(route.changes, day)
    return route.steps if place is None else route.changes[place].steps


def who_has(step: EscalationStep, knowledge: Knowledge) -> str:
    """Return who has the question at a step: the body's name, or the function."""
    body = knowledge.bodies.get(step.body or "")
    return _plain(body.name if body else step.function)


def _step_rows(route: EscalationRoute, knowledge: Knowledge, day: date) -> Iterator[Row]:
    place = begun(route.changes, day)
    coming = route.changes[0 if place is None else place + 1 :]
    for number, step in enumerate(steps_on(route, day), 1):
        cells = {
            "route": _plain(route.name),
            "number": str(number),
            "name": _plain(step.name),
            "who": who_has(step, knowledge),
            **{key: _plain(getattr(step, key)) for key in STEP_TEXTS},
            "later": lines(say("senare.vag", day=change.valid_from) for change in coming),
        }
        yield Row(f"{route.id}/{step.id}", f"{route.name}, {step.name}", cells)


STEP_TEXTS = ("who_moves", "who_sits", "form", "documentation", "lead", "short")
"""Fields of a step that are texts under their own name."""


# --- local ----------------------------------------------------------------------------------------


def _local_sheet(knowledge: Knowledge) -> Sheet:
    columns = (
        _column("municipality", Kind.SHOWN, 16),
        _column("agreement", Kind.SHOWN, 20),
        _column("observed", Kind.DAY, 12, needed=True),
        _column("status", Kind.STATUS, 14),
        _column("topic", Kind.SHOWN, 14),
        _column("lead", width=40, most=LEAD),
        _column("says", width=50),
        _column(*_COMMENT),
    )
    order = list(knowledge.municipalities)
    facts = sorted(knowledge.local.values(), key=lambda fact: (order.index(fact.municipality), fact.id))
    rows = tuple(row for fact in facts for row in _local_rows(fact, knowledge))
    return Sheet(Part.LOCAL, "", say("blad.lokalt"), say("rubrik.lokalt"), columns, rows)


def status_text(status: LokStatus) -> str:
    """Return a status as it stands in a cell."""
    return say(f"status.{status.value}")


def _local_rows(fact: LocalFact, knowledge: Knowledge) -> Iterator[Row]:
    """Yield the row of the status, then one for each note that others than editors may see."""
    place = knowledge.municipalities[fact.municipality].name
    common = {
        "municipality": place,
        "agreement": knowledge.agreements[fact.agreement].short,
        "observed": fact.observed,
    }
    cells = {
        **common,
        "status": status_text(fact.status),
        "topic": say("amne.status"),
        "lead": _plain(fact.status_says),
        "says": _plain(fact.under_way),
    }
    yield Row(fact.id, f"{place} {fact.observed}", cells)
    for number, note in enumerate(fact.notes):
        if note.editors_only:
            continue
        topic = say(f"amne.{note.topic}")
        cells = {**common, "status": "", "topic": topic, "lead": _plain(note.lead), "says": _plain(note.says)}
        shown = frozenset({"observed", "status"})
        yield Row(f"{fact.id}#{number}", f"{place} {fact.observed}, {topic}", cells, shown)


# --- terms ----------------------------------------------------------------------------------------


def _term_sheet(knowledge: Knowledge) -> Sheet:
    columns = (
        _column("name", width=26, title="term", needed=True),
        _column("abbreviation", width=12),
        _column("meaning", width=42, most=LEAD),
        _column("details", Kind.LINES, 40),
        _column("aliases", Kind.WORDS, 38),
        _column(*_COMMENT),
    )
    terms = sorted(knowledge.terms.values(), key=lambda term: (term.name.casefold(), term.id))
    rows = tuple(_term_row(term) for term in terms if not (term.definition and term.definition.editors_only))
    return Sheet(Part.TERMS, "", say("blad.begrepp"), say("rubrik.begrepp"), columns, rows)


def _term_row(term: Term) -> Row:
    cells = {
        "name": _plain(term.name),
        "abbreviation": _plain(term.abbreviation),
        "meaning": _plain(term.definition.lead if term.definition else None),
        "details": lines(term.definition.details if term.definition else ()),
        "aliases": joined(term.aliases),
    }
    return Row(term.id, term.name, cells)
