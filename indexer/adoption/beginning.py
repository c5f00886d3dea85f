"""A region that has nothing yet: what its own documents name is new there, not unknown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from indexer.adoption.local import PART as LOCAL
from indexer.adoption.local import ReplyTaken
from indexer.adoption.matrix_edits import CellTaken, ColumnAdded, RowAdded, matrix_of
from indexer.adoption.proposal import Offer, Taking, Verdict
from indexer.adoption.routes import PART as ROUTES
from indexer.adoption.settling import NEW, Settled
from indexer.adoption.standing import standing_of
from indexer.adoption.validity import PART as VALIDITY
from indexer.importing.drafts import Drafts
from knowledge.model import Knowledge, Standing


def all_new(drafts: Drafts, knowledge: Knowledge, agreement: str) -> Settled:
    """Return the choices that let columns, tasks and municipalities be new where the region has none of its own yet.

    Where it has some, one that is not recognised may be a known one by another name, or none at all.
    """
    found: dict[str, str] = {}
    if not knowledge.actors:
        found |= dict(_columns(drafts))
    if matrix_of(knowledge, agreement) is None:
        found |= dict(_rows(drafts))
    if not knowledge.municipalities:
        found |= dict(_places(drafts))
    return found


def plain(offers: Sequence[Offer], knowledge: Knowledge, taking: Taking) -> set[str]:
    """Return the ids of what can be taken in as it stands: nothing that is unsure, and nothing that takes away.

    A region's first routes and local facts are taken in as they were read, unless they are locked.

    What the knowledge has already is touched by a text in force alone, and what differs only from a day on.
    """
    primary = standing_of(taking, knowledge) is Standing.PRIMARY
    begins = _begins(knowledge, taking.agreement)
    free = [offer for offer in offers if _free(offer, begins, primary=primary, dated=taking.is_dated)]
    ids = {offer.proposal.id for offer in free}
    left_out = _actors(offers) - _actors(free)
    return {
        offer.proposal.id
        for offer in free
        if not _named_in(offer) & left_out
        and not (isinstance(offer.what, ReplyTaken) and f"{offer.proposal.group}/status" not in ids)
    }


def _begins(knowledge: Knowledge, agreement: str) -> set[str]:
    """Return the parts of which the region has nothing yet: there a reading is taken in with its remarks beside it."""
    routes = any(route.agreement == agreement for route in knowledge.routes.values())
    return {part for part, has in ((ROUTES, routes), (LOCAL, bool(knowledge.local))) if not has}


def _free(offer: Offer, begins: Collection[str], *, primary: bool, dated: bool) -> bool:
    proposal = offer.proposal
    unsure = bool(proposal.doubts) and offer.part not in begins
    if proposal.locked or unsure or proposal.verdict is Verdict.MISSING:
        return False
    if proposal.verdict is Verdict.DIFFERENT:
        return primary and dated
    known = proposal.verdict is Verdict.SAME or proposal.fact is not None or offer.part == VALIDITY
    return primary or not known


def _actors(offers: Iterable[Offer]) -> set[str]:
    """Return the actors that would be new."""
    return {offer.what.id for offer in offers if isinstance(offer.what, ColumnAdded)}


def _named_in(offer: Offer) -> set[str]:
    """Return the actors that a row or a cell marks."""
    what = offer.what
    return set(what.actors) if isinstance(what, RowAdded) else {what.actor} if isinstance(what, CellTaken) else set()


def _columns(drafts: Drafts) -> Iterator[tuple[str, str]]:
    for number, matrix in enumerate(drafts.matrices, 1):
        for place, column in enumerate(matrix.columns, 1):
            if column.actor is None:
                yield f"matris-{number}/kolumn-{place}", NEW


def _rows(drafts: Drafts) -> Iterator[tuple[str, str]]:
    for number, matrix in enumerate(drafts.matrices, 1):
        for place, row in enumerate(matrix.rows, 1):
            if row.task is None:
                yield f"matris-{number}/rad-{place}", NEW


def _places(drafts: Drafts) -> Iterator[tuple[str, str]]:
    for number, local in enumerate(drafts.local, 1):
        if local.municipality is None:
            yield f"lokalt-{number}", NEW
