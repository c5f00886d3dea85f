"""A region that has nothing yet: what its own documents name is new there, not unknown."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.adoption.matrices import matrix_of
from indexer.adoption.proposal import Offer
from indexer.adoption.settling import NEW, Settled
from indexer.importing.drafts import Drafts
from knowledge.model import Knowledge

VALIDITY = "validity"


def all_new(drafts: Drafts, knowledge: Knowledge, agreement: str) -> Settled:
    """Return the choices that let columns, tasks and municipalities be new where the knowledge lacks them.

    A row is left as unsure as it is where the agreement has a matrix already: it may be a known one by another name.
    """
    first = matrix_of(knowledge, agreement) is None
    return {**dict(_rows(drafts, first)), **dict(_places(drafts))}


def plain(offers: list[Offer]) -> set[str]:
    """Return the ids of what can be taken in as it stands. A term of validity that is unsure is left to an editor."""
    return {
        offer.proposal.id
        for offer in offers
        if not offer.proposal.locked and not (offer.part == VALIDITY and offer.proposal.doubts)
    }


def _rows(drafts: Drafts, first: bool) -> Iterator[tuple[str, str]]:
    for number, matrix in enumerate(drafts.matrices, 1):
        for place, column in enumerate(matrix.columns, 1):
            if column.actor is None:
                yield f"matris-{number}/kolumn-{place}", NEW
        for place, row in enumerate(matrix.rows, 1):
            if first and row.task is None:
                yield f"matris-{number}/rad-{place}", NEW


def _places(drafts: Drafts) -> Iterator[tuple[str, str]]:
    for number, local in enumerate(drafts.local, 1):
        if local.municipality is None:
            yield f"lokalt-{number}", NEW
