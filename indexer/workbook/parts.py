"""What the parts that make edits of a workbook share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from indexer.workbook.basis import Basis
from indexer.workbook.comparing import Fault, NewRow
from indexer.workbook.wording import say
from knowledge.editing import Edit
from knowledge.model import Change, Knowledge, Locator, first_day


@dataclass(slots=True)
class Taken:
    """What is taken in so far. `day` is the one that the workbook shows."""

    knowledge: Knowledge
    basis: Basis
    day: date
    regional: frozenset[str]
    edits: list[Edit] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    steps: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    """Steps as they will be from the day on, by route and step; kept until all of a route is known."""
    names: set[str] = field(default_factory=set)
    """Ids and names that new rows have taken."""

    def put(self, section: str, id_: str, place: tuple[str | int, ...], value: Any) -> None:
        """Set a value, or take it away where there is none."""
        if value in (None, "", []):
            self.edits.append(Edit("remove", section, id_, place))
        else:
            self.edits.append(Edit("set", section, id_, place, value))

    def fault(self, place: str, code: str, /, **values: object) -> None:
        """Keep a cell out, and say why."""
        self.faults.append(Fault(place, say(f"fel.{code}", **values)))

    def locator(self, place: str) -> dict[str, str]:
        """Return where what a cell says stands."""
        return self.basis.locator_at(place, self.knowledge)

    def cite(self, section: str, id_: str, place: tuple[str | int, ...], sources: Iterable[Locator], cell: str) -> None:
        """Name the source beside those that are named already."""
        new = self.locator(cell)
        known = [{"source": one.source, "locator": one.locator} for one in sources]
        if new not in known:
            self.edits.append(Edit("append", section, id_, (*place, "sources"), new))

    def comes_later(self, changes: Iterable[Change]) -> str | None:
        """Return the first day of a change on or after the day from which what is taken in holds."""
        if not self.basis.valid_from:
            return None
        start = first_day(self.basis.valid_from)
        return next((one.valid_from for one in changes if first_day(one.valid_from) >= start), None)

    def lacks(self, row: NewRow, *keys: str) -> bool:
        """Tell which cells of a new row are missing; return whether any is."""
        missing = [key for key in keys if not row.cells.get(key)]
        for key in missing:
            column = row.sheet.column(key)
            self.fault(row.place_of(key), "empty_new", column=column.title if column else key)
        return bool(missing)
