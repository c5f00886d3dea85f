"""What was filled in against what was written and what the files say now: only what somebody changed counts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from indexer.workbook.filled import Filled, FilledCell, FilledRow, FilledSheet, Remark
from indexer.workbook.form import Stamp
from indexer.workbook.sheets import Column, Kind, Part, Row, Sheet, is_shown, sheets_of
from indexer.workbook.values import Unread, value_of
from indexer.workbook.wording import say
from knowledge.model import Knowledge


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that cannot be taken in: where, and in Swedish what is wrong and how to put it right."""

    place: str
    says: str

    def __str__(self) -> str:
        return f"{self.place}: {self.says}"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that somebody changed, and whose text the files still have as it was. Null place: nobody's cell."""

    sheet: Sheet
    row: Row
    column: Column
    before: str
    after: str
    place: str

    def __str__(self) -> str:
        values = {"place": self.place, "row": self.row.label, "column": self.column.title}
        if self.column.kind is Kind.MARK:
            return say("andring.mark" if self.after else "andring.unmark", **values)
        form = "andring" if self.before and self.after else "andring.in" if self.after else "andring.ut"
        return say(form, **values, before=self.before, after=self.after)


@dataclass(frozen=True, slots=True)
class NewRow:
    """A row without an id. `cells` are the texts that could be read, by the keys of their columns."""

    sheet: Sheet
    cells: dict[str, str]
    place: str
    title: str
    names: dict[str, str] = field(default_factory=dict)

    def place_of(self, key: str) -> str:
        """Return the place of one of its cells."""
        return self.names.get(key, self.place)


@dataclass(frozen=True, slots=True)
class GoneRow:
    """A row that was written, that the files still have, and that is not in the workbook any more."""

    sheet: Sheet
    row: Row

    def __str__(self) -> str:
        return say("borta", sheet=self.sheet.title, row=self.row.label, id=self.row.id)


@dataclass(frozen=True, slots=True)
class Review:
    """What came back in a workbook. Nothing of it is taken in before somebody says so."""

    name: str
    stamp: Stamp
    changes: tuple[CellChange, ...] = ()
    added: tuple[NewRow, ...] = ()
    gone: tuple[GoneRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    conflicts: tuple[Fault, ...] = ()
    remarks: tuple[Remark, ...] = ()
    notices: tuple[str, ...] = ()


def review(filled: Filled, knowledge: Knowledge) -> Review:
    """Return what differs between a workbook and the knowledge of the files, by what the workbook once said."""
    comparison = _Comparison(filled, knowledge)
    comparison.run()
    return Review(
        filled.name,
        filled.stamp,
        tuple(comparison.changes),
        tuple(comparison.added),
        tuple(comparison.gone),
        tuple(comparison.faults),
        tuple(comparison.conflicts),
        filled.remarks,
        tuple(comparison.notices),
    )


class _Comparison:
    def __init__(self, filled: Filled, knowledge: Knowledge) -> None:
        self.filled, self.knowledge = filled, knowledge
        self.changes: list[CellChange] = []
        self.added: list[NewRow] = []
        self.gone: list[GoneRow] = []
        self.faults: list[Fault] = []
        self.conflicts: list[Fault] = []
        self.notices: list[str] = []

    def run(self) -> None:
        stamp = self.filled.stamp
        if not self.filled.marked:
            self.notices.append(say("vet.mark_lost"))
        if stamp.revision != self.knowledge.revision:
            self.notices.append(say("vet.older", day=stamp.day, revision=stamp.revision[:12]))
        pages = {page.key: page for page in self.filled.sheets}
        for sheet in sheets_of(self.knowledge, date.fromisoformat(stamp.day)):
            page = pages.get(sheet.key)
            if page is not None:
                self._sheet(sheet, page)
            elif any(key == sheet.key for key, _, _ in self.filled.base):
                self.notices.append(say("vet.no_sheet", sheet=sheet.title))

    def _sheet(self, sheet: Sheet, page: FilledSheet) -> None:
        for key, cell in page.twice:
            column = sheet.column(key)
            self._fault(page, cell, "column_twice", column=column.title if column else key)
        twice = {key for key, _ in page.twice}
        for column in sheet.columns:
            if column.key not in page.columns and column.kind not in (Kind.SHOWN, Kind.REMARK):
                self.notices.append(say("vet.no_column", sheet=page.title, column=column.title))
        written = {row for key, row, _ in self.filled.base if key == sheet.key}
        found: dict[str, int] = {}
        for line in page.rows:
            id_ = line.id.text
            if not id_:
                self._new(sheet, page, line)
            elif id_ in found:
                self._fault(page, line.id, "id_twice", row=found[id_])
            elif id_ not in written:
                self._fault(page, line.id, "id_unknown", text=id_)
            elif not _is_struck(sheet, line):
                found[id_] = line.number
                self._row(sheet, page, line, twice)
        for row in sheet.rows:
            if row.id in written and row.id not in found:
                self.gone.append(GoneRow(sheet, row))

    def _row(self, sheet: Sheet, page: FilledSheet, line: FilledRow, twice: set[str]) -> None:
        row = sheet.row(line.id.text)
        for column in sheet.columns:
            cell = line.cells.get(column.key)
            if cell is None or column.kind is Kind.REMARK or column.key in twice:
                continue
            base = self.filled.base.get((sheet.key, line.id.text, column.key))
            shown = is_shown(column, row) if row else column.kind is Kind.SHOWN
            if base is None:
                continue  # an actor that the workbook never had
            after = self._read(page, cell, column, base, shown)
            if after is None or after == base:
                continue
            if row is None:
                self.conflicts.append(Fault(page.place(cell), say("konflikt.borta")))
                return
            self._changed(CellChange(sheet, row, column, base, after, page.place(cell)))

    def _read(self, page: FilledSheet, cell: FilledCell, column: Column, base: str, shown: bool) -> str | None:
        """Return what a cell says; null where that is a fault, which is told."""
        if shown:
            if cell.fault or " ".join(cell.text.split()) != " ".join(base.split()):
                self._fault(page, cell, "shown", column=column.title, before=base)
            return None
        if cell.fault is None and cell.text == base:
            return base  # what was written is never found wrong
        return self._value(page, cell, column, before=base)

    def _value(self, page: FilledSheet, cell: FilledCell, column: Column, **values: str) -> str | None:
        if cell.fault:
            self._fault(page, cell, cell.fault, text=cell.text)
            return None
        value = value_of(cell.text, column)
        if isinstance(value, Unread):
            self._fault(page, cell, value.code, **{"text": cell.text, "column": column.title, **value.values, **values})
            return None
        return value

    def _changed(self, change: CellChange) -> None:
        ours = change.row.cells.get(change.column.key, "")
        if ours == change.after:
            return  # somebody has done it already
        if ours != change.before:
            values = {"base": change.before, "ours": ours, "theirs": change.after}
            self.conflicts.append(Fault(change.place, say("konflikt", **values)))
            return
        self.changes.append(change)

    def _new(self, sheet: Sheet, page: FilledSheet, line: FilledRow) -> None:
        columns = [column for column in sheet.columns if column.kind is not Kind.REMARK]
        filled = [(column, line.cells[column.key]) for column in columns if column.key in line.cells]
        if not any(cell.text or cell.fault for _, cell in filled):
            return  # a remark alone
        if sheet.part is Part.ROUTES:
            self._fault(page, line.id, "new_step")
            return
        cells, sound = {}, True
        for column, cell in filled:
            is_empty = not cell.text and cell.fault is None
            value = "" if is_empty else self._value(page, cell, column)
            sound = sound and value is not None
            cells[column.key] = value or ""
        if sound and not _is_there(sheet, cells):
            names = {key: page.place(cell) for key, cell in line.cells.items()}
            self.added.append(NewRow(sheet, cells, page.place(line.id), page.title, names))

    def _fault(self, page: FilledSheet, cell: FilledCell, code: str, /, **values: object) -> None:
        self.faults.append(Fault(page.place(cell), say(f"fel.{code}", **values)))


def _is_there(sheet: Sheet, cells: Mapping[str, str]) -> bool:
    """Return whether the files have a new row already: the workbook was read before."""
    # Other words are added to when a row is taken in.
    filled = {key: text for key, text in cells.items() if text and key != "aliases"}
    return any(all(row.cells.get(key) == text for key, text in filled.items()) for row in sheet.rows)


def _is_struck(sheet: Sheet, line: FilledRow) -> bool:
    """Return whether all that could be filled in was taken out of a row."""
    return not any(cell.text or cell.fault for cell in _own(sheet, line))


def _own(sheet: Sheet, line: FilledRow) -> Iterator[FilledCell]:
    for column in sheet.columns:
        if column.kind is not Kind.REMARK and column.key in line.cells:
            yield line.cells[column.key]
