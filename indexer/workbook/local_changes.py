"""What municipalities answered: corrections of an answer, and new answers."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.adoption.base import LEAD
from indexer.adoption.base import say as say_taken
from indexer.adoption.local import slug_of
from indexer.importing.document import Spot
from indexer.importing.drafts import LocalDraft
from indexer.workbook.comparing import CellChange, NewRow
from indexer.workbook.parts import Taken
from indexer.workbook.values import is_topic_of_status, status_of
from indexer.workbook.wording import say
from knowledge.editing import Edit
from knowledge.model import LokStatus

_STATUS_FIELDS = {"observed": "observed", "lead": "status_says", "says": "under_way"}


def change(changes: Sequence[CellChange], taken: Taken) -> None:
    """Take in the changed cells of one row: an answer's status, or one of its notes."""
    id_, _, note = changes[0].row.id.partition("#")
    fact = taken.knowledge.local[id_]
    cells = {one.column.key: one for one in changes}
    if not note:
        lead = changes[0].sheet.column("lead")
        if "status" in cells and "lead" not in cells:
            taken.fault(cells["status"].place, "status_only", column=lead.title if lead else "")
            return
    for key, one in cells.items():
        if note:
            if not one.after and key == "says":
                taken.fault(one.place, "empty", column=one.column.title, before=one.before)
                return
            taken.put("local", id_, ("notes", int(note), key), one.after)
        elif key == "status":
            status = status_of(one.after)
            assert status is not None, "a status was read"
            taken.put("local", id_, ("status",), status.value)
        elif key == "lead" and not one.after:
            taken.fault(one.place, "empty", column=one.column.title, before=one.before)
            return
        else:
            taken.put("local", id_, (_STATUS_FIELDS[key],), one.after)
    taken.cite("local", id_, (), fact.sources, changes[0].place)


def add(row: NewRow, taken: Taken) -> None:
    """Take in a municipality's new answer."""
    if not is_topic_of_status(row.cells.get("topic", "")):
        taken.fault(row.place_of("topic"), "note_new", topic=say("amne.status"))
        return
    if taken.lacks(row, "municipality", "agreement", "observed", "status"):
        return
    known = taken.knowledge
    places = {one.name.casefold(): one for one in known.municipalities.values()}
    agreements = {one.short.casefold(): one for one in known.agreements.values()}
    place = places.get(row.cells["municipality"].casefold())
    agreement = agreements.get(row.cells["agreement"].casefold())
    if place is None:
        choices = ", ".join(one.name for one in places.values())
        taken.fault(row.place_of("municipality"), "municipality", text=row.cells["municipality"], choices=choices)
    if agreement is None:
        choices = ", ".join(one.short for one in agreements.values())
        taken.fault(row.place_of("agreement"), "agreement", text=row.cells["agreement"], choices=choices)
    if place is None or agreement is None:
        return
    status = status_of(row.cells["status"]) or LokStatus.NO_DATA
    observed = row.cells["observed"]
    draft = LocalDraft(place.name, Spot(), (), place.id, status, observed)
    id_ = _free(slug_of(draft, known), taken.names)
    taken.names.add(id_)
    told = say_taken(f"says_{status.value}", when=observed, name=place.name, agreement=agreement.short)
    value = {
        "id": id_,
        "municipality": place.id,
        "agreement": agreement.id,
        "observed": observed,
        "status": status.value,
        "status_says": row.cells.get("lead") or told[:LEAD],
        "under_way": row.cells.get("says") or None,
        "sources": [taken.locator(row.place_of("municipality"))],
    }
    taken.edits.append(Edit("add", "local", id_, value=value, file=f"local/{place.id}.yaml", first=True))


def _free(id_: str, taken: set[str]) -> str:
    return next(one for one in (id_, *(f"{id_}-{n}" for n in range(2, 1000))) if one not in taken)
