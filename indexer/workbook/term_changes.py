"""Terms: names and other words, what they mean; new terms. A general term that is changed becomes the region's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from indexer.adoption.base import slug
from indexer.workbook.comparing import CellChange, NewRow
from indexer.workbook.parts import Taken
from indexer.workbook.values import words_of
from knowledge.editing import Edit
from knowledge.model import Term

_FILE = "terms/arbetsbok.yaml"
_DEFINING = {"meaning": "lead", "details": "details"}


def change(changes: Sequence[CellChange], taken: Taken) -> None:
    """Take in the changed cells of one term."""
    term = taken.knowledge.terms[changes[0].row.id]
    cells = {one.column.key: one.after for one in changes}
    meaning = next((one for one in changes if one.column.key in _DEFINING), None)
    if meaning is not None and not _meaning(term, cells):
        taken.fault(meaning.place, "meaning_gone")
        return
    values: dict[str, Any] = {key: cells[key] for key in ("name", "abbreviation") if key in cells}
    if "aliases" in cells:
        values["aliases"] = words_of(cells["aliases"])
    if meaning is not None:
        values["definition"] = _definition(term, cells, meaning.place, taken)
    if term.id in taken.regional:
        _set(term, values, taken)
    else:
        whole = term.model_dump(mode="json", exclude_defaults=True) | values
        whole = {key: value for key, value in whole.items() if value not in (None, "", [])}
        taken.edits.append(Edit("add", "terms", term.id, value=whole, file=_FILE))


def _set(term: Term, values: Mapping[str, Any], taken: Taken) -> None:
    for key, value in values.items():
        if key == "definition" and term.definition is not None:
            before = term.definition.model_dump(mode="json", exclude_defaults=True)
            for part in ("lead", "details", "sources"):
                if value.get(part) != before.get(part):
                    taken.put("terms", term.id, ("definition", part), value.get(part))
        else:
            taken.put("terms", term.id, (key,), value)


def _meaning(term: Term, cells: Mapping[str, str]) -> str:
    return cells.get("meaning", term.definition.lead if term.definition else "")


def _definition(term: Term, cells: Mapping[str, str], place: str, taken: Taken) -> dict[str, Any]:
    """Return what a term means as it is written: what is said anew, and the source beside those there are."""
    source = taken.locator(place)
    if term.definition is None:
        value = _new_definition(term.id, cells["meaning"], source, taken)
    else:
        value = term.definition.model_dump(mode="json", exclude_defaults=True)
        value["lead"] = _meaning(term, cells)
        value["sources"] = [*value["sources"], *([source] if source not in value["sources"] else [])]
    if "details" in cells:
        value["details"] = cells["details"].split("\n") if cells["details"] else None
    return value


def _new_definition(id_: str, meaning: str, source: Mapping[str, str], taken: Taken) -> dict[str, Any]:
    basis = taken.basis
    return {
        "id": f"term/{id_}",
        "kind": "definition",
        "about": [id_],
        "also": ["betydelse"] if "betydelse" in taken.knowledge.cues else None,
        "lead": meaning,
        "valid_from": basis.valid_from,
        "observed": None if basis.valid_from else basis.date or basis.today,
        "sources": [dict(source)],
    }


def add(row: NewRow, taken: Taken) -> None:
    """Take in a term that has no id yet."""
    if taken.lacks(row, "name"):
        return
    name, cells = row.cells["name"], row.cells
    names = {term.name.casefold() for term in taken.knowledge.terms.values()} | taken.names
    if name.casefold() in names:
        taken.fault(row.place_of("name"), "name_taken", text=name)
        return
    if cells.get("details") and taken.lacks(row, "meaning"):
        return
    known = taken.knowledge
    id_ = slug(name, {*known.terms, *known.cues, *known.bodies, *taken.names})
    taken.names |= {name.casefold(), id_}
    definition = None
    if cells.get("meaning"):
        definition = _new_definition(id_, cells["meaning"], taken.locator(row.place_of("meaning")), taken)
        definition["details"] = cells["details"].split("\n") if cells.get("details") else None
    own = filter(None, (name, cells.get("abbreviation"), *words_of(cells.get("aliases", ""))))
    value = {
        "id": id_,
        "name": name,
        "abbreviation": cells.get("abbreviation") or None,
        "aliases": list(dict.fromkeys(own)),
        "definition": definition,
    }
    taken.edits.append(Edit("add", "terms", id_, value=value, file=_FILE))
