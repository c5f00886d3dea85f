"""A document's drafts as an editor sees them: what to settle, what to tick, and where each thing stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.editor.item import Item
from bot.editor.questions_of import Question, questions_of
from indexer.adoption import Offer
from indexer.adoption.matrix_edits import matrix_of
from indexer.importing.document import Spot
from knowledge.model import Knowledge, ResponsibilityMatrix

Say = Callable[..., str]
SAME, MISSING = "lika", "hittas-inte"


@dataclass(frozen=True, slots=True)
class Tick:
    """A proposal with its box. `anchor` is the place beside it; `short` what the document says in a cell."""

    id: str
    verdict: str
    subject: str
    ours: str
    theirs: str
    doubts: tuple[str, ...]
    locked: bool
    chosen: bool
    anchor: str
    place: str


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of a matrix: a box for each column, null where the document says nothing new of it."""

    name: str
    cells: tuple[Tick | None, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """One draft: its heading, what to settle, its matrix if it is one, and what is ticked in a list."""

    id: str
    title: str
    place: str
    anchor: str
    questions: tuple[Question, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[GridRow, ...] = ()
    ticks: tuple[Tick, ...] = ()

    @property
    def all(self) -> Iterator[Tick]:
        """Everything in it that can be ticked."""
        yield from (cell for row in self.rows for cell in row.cells if cell is not None)
        yield from self.ticks


def anchor_of(spot: Spot | None) -> str:
    """Return the name of a place in the page that shows the document; empty where it has none."""
    if spot is None or spot.block is None:
        return ""
    return f"b{spot.block}-{spot.cell}" if spot.cell else f"b{spot.block}"


def groups_of(item: Item, offers: Sequence[Offer], knowledge: Knowledge, say: Say) -> list[Group]:
    """Return the drafts of a document in their order, each with its proposals."""
    assert item.drafts is not None and item.taking is not None
    by_group: dict[str, list[Offer]] = {}
    for offer in offers:
        by_group.setdefault(offer.proposal.group, []).append(offer)
    questions = questions_of(item, knowledge, say)
    titles = _titles(item, say)
    matrix = matrix_of(knowledge, item.taking.agreement)
    found = []
    for id_, (title, spot) in titles.items():
        mine = by_group.pop(id_, [])
        asked = tuple(one for one in questions if one.group == id_)
        if mine and all(offer.proposal.verdict == SAME for offer in mine) and not any(one.value for one in asked):
            asked = ()  # what the document says is known: there is nothing to settle
        if mine or asked:
            found.append(
                _group(id_, title, spot, asked, mine, matrix if id_.startswith("matris-") else None, item, knowledge)
            )
    for id_, mine in by_group.items():
        found.append(_group(id_, say("editor.group.rest"), None, (), mine, None, item, knowledge))
    return found


def quick_choice(offers: Iterable[Offer], which: str) -> tuple[str, ...]:
    """Return the ids that a button ticks: `lika`, `utan-tvivel` or none.

    What the knowledge has and the document lacks is never ticked by the dozen: it would take something away.
    """
    free = [offer.proposal for offer in offers if not offer.proposal.locked]
    if which == SAME:
        return tuple(one.id for one in free if one.verdict == SAME)
    if which == "utan-tvivel":
        return tuple(one.id for one in free if not one.doubts and one.verdict != MISSING)
    return ()


def _titles(item: Item, say: Say) -> dict[str, tuple[str, Spot | None]]:
    drafts = item.drafts
    assert drafts is not None
    titles: dict[str, tuple[str, Spot | None]] = {}
    for n, matrix in enumerate(drafts.matrices, 1):
        titles[f"matris-{n}"] = (matrix.title or say("editor.group.matrix", number=n), matrix.spot)
    for n, term in enumerate(drafts.validity, 1):
        titles[f"giltighet-{n}"] = (say("editor.group.validity"), term.spot)
    for n, route in enumerate(drafts.routes, 1):
        titles[f"vag-{n}"] = (route.title or say("editor.group.route", number=n), route.spot)
    if drafts.routes:
        titles["vag-0"] = (say("editor.group.routes_missing"), None)
    if drafts.local:
        titles["lokalt"] = (say("editor.group.local"), drafts.local[0].spot)
    for n, local in enumerate(drafts.local, 1):
        titles[f"lokalt-{n}"] = (local.name, local.spot)
    if drafts.terms:
        titles["begrepp-1"] = (say("editor.group.terms"), drafts.terms[0].spot)
    return titles


def _group(
    id_: str,
    title: str,
    spot: Spot | None,
    asked: tuple[Question, ...],
    offers: Sequence[Offer],
    matrix: ResponsibilityMatrix | None,
    item: Item,
    knowledge: Knowledge,
) -> Group:
    ticks = {offer.proposal.id: _tick(offer, item) for offer in offers}
    columns: tuple[str, ...] = ()
    rows: tuple[GridRow, ...] = ()
    if matrix is not None:
        actors = _columns(matrix, offers)
        columns = tuple(_actor_name(actor, offers, knowledge) for actor in actors)
        rows = tuple(_rows(id_, matrix, actors, ticks))
    place = spot.label if spot else ""
    return Group(id_, title, place, anchor_of(spot), asked, columns if rows else (), rows, tuple(ticks.values()))


def _columns(matrix: ResponsibilityMatrix, offers: Sequence[Offer]) -> list[str]:
    added = [offer.what.id for offer in offers if offer.what is not None and _is_column(offer)]
    return [*matrix.actors, *(id_ for id_ in added if id_ not in matrix.actors)]


def _is_column(offer: Offer) -> bool:
    return offer.proposal.id.startswith(f"{offer.proposal.group}/kolumn-")


def _actor_name(actor: str, offers: Sequence[Offer], knowledge: Knowledge) -> str:
    if actor in knowledge.actors:
        return knowledge.actors[actor].name
    columns: Mapping[str, Any] = {offer.what.id: offer.what for offer in offers if offer.what and _is_column(offer)}
    return str(columns[actor].column.name)


def _rows(group: str, matrix: ResponsibilityMatrix, actors: Sequence[str], ticks: dict[str, Tick]) -> Iterator[GridRow]:
    """Yield the rows that the document has; what is put in them is taken out of `ticks`."""
    for task in matrix.tasks:
        cells = tuple(ticks.pop(f"{group}/{task.id}/{actor}", None) for actor in actors)
        if any(cells):
            yield GridRow(task.name, cells)


def _tick(offer: Offer, item: Item) -> Tick:
    one = offer.proposal
    return Tick(
        one.id,
        str(one.verdict),
        one.subject,
        one.ours,
        one.theirs,
        tuple(str(doubt) for doubt in one.doubts),
        one.locked,
        one.id in item.chosen and not one.locked,
        anchor_of(one.spot),
        one.spot.label if one.spot else "",
    )
