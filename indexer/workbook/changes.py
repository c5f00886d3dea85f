"""A review → the edits that take it in, and what keeps some of it out. Nothing is written here."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from indexer.workbook import local_changes, matrix_changes, route_changes, term_changes
from indexer.workbook.basis import Basis
from indexer.workbook.comparing import CellChange, Fault, GoneRow, NewRow, Review
from indexer.workbook.parts import Taken
from indexer.workbook.sheets import Part
from indexer.workbook.wording import say
from knowledge.editing import Edit
from knowledge.model import Knowledge

LANGUAGE = {Part.MATRIX: {"name", "phrase"}, Part.TERMS: {"name", "abbreviation", "aliases"}}
"""Columns that are language: what things are called needs no source, and changes at once."""


@dataclass(frozen=True, slots=True)
class Taking:
    """The edits that take a review in. `faults` are cells kept out; where anything `lacks`, there are no edits."""

    edits: tuple[Edit, ...] = ()
    faults: tuple[Fault, ...] = ()
    lacks: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def take_in(
    found: Review, knowledge: Knowledge, basis: Basis, regional: Collection[str], removed: Collection[str] = ()
) -> Taking:
    """Return the edits for all that was changed in a workbook.

    `regional` are the ids of the terms that the region's own files have; others are general, and a change of one
    becomes an entry of the region's own. `removed` are the ids of rows that are gone from the workbook and that an
    editor wants gone from the knowledge too.
    """
    gone = [one for one in found.gone if one.row.id in removed]
    needs_source = bool(found.added or gone) or any(not is_language(change) for change in found.changes)
    lacks = [*basis.lacks(knowledge, needs_source=needs_source), *_lacks_of(found, gone, basis, removed)]
    if lacks:
        return Taking(lacks=tuple(lacks))
    taken = Taken(knowledge, basis, date.fromisoformat(found.stamp.day), frozenset(regional))
    for part, module in _MODULES.items():
        changes = [change for change in found.changes if change.sheet.part is part]
        for _, row in groupby(changes, key=lambda change: (change.sheet.about, change.row.id)):
            module.change(list(row), taken)
        for new in found.added:
            if new.sheet.part is part:
                module.add(new, taken)
    matrix_changes.remove([one for one in gone if one.sheet.part is Part.MATRIX], taken)
    route_changes.finish([one for one in gone if one.sheet.part is Part.ROUTES], taken)
    source = basis.edits(knowledge) if needs_source and taken.edits else []
    notices = taken.notices if basis.is_dated else ()
    return Taking((*source, *taken.edits), tuple(taken.faults), (), tuple(dict.fromkeys(notices)))


_MODULES = {
    Part.MATRIX: matrix_changes,
    Part.ROUTES: route_changes,
    Part.LOCAL: local_changes,
    Part.TERMS: term_changes,
}


def is_language(change: CellChange) -> bool:
    """Return whether a change is only about what something is called."""
    return change.column.key in LANGUAGE.get(change.sheet.part, ())


def _lacks_of(found: Review, gone: Iterable[GoneRow], basis: Basis, removed: Collection[str]) -> list[str]:
    known = {one.row.id for one in found.gone}
    choices = ", ".join(sorted(known)) or say("krav.inga")
    said = [say("krav.bort_okand", id=id_, choices=choices) for id_ in removed if id_ not in known]
    for one in gone:
        if one.sheet.part not in (Part.MATRIX, Part.ROUTES):
            said.append(say("krav.bort_sort", id=one.row.id))
        elif not basis.is_dated:
            said.append(say("krav.bort_dag"))
    return list(dict.fromkeys(said))


__all__ = ["NewRow", "Taking", "is_language", "take_in"]
