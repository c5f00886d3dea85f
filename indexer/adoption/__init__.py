"""Drafts held against the knowledge: what is the same, what differs, and the edits that take a choice in.

Nothing here writes: an editor sees the proposals, chooses, and the edits go through the checks like any other change.
"""

from __future__ import annotations

from collections.abc import Collection

from indexer.adoption import local, matrices, routes, terms, validity
from indexer.adoption.proposal import Offer, Proposal, Taking
from indexer.adoption.settling import Settled, settled
from indexer.adoption.standing import held_back
from indexer.importing.drafts import Drafts
from knowledge.editing import Edit
from knowledge.model import Knowledge

PARTS = (matrices, validity, routes, local, terms)


def offers(drafts: Drafts, knowledge: Knowledge, taking: Taking, choices: Settled | None = None) -> list[Offer]:
    """Return what can be taken in, in the order of the document; `choices` settle doubts first."""
    clear = settled(drafts, choices or {})
    found = (offer for part in PARTS for offer in part.offers(clear, knowledge, taking))
    return list(held_back(found, knowledge, taking))


def edits(found: list[Offer], chosen: Collection[str], knowledge: Knowledge, taking: Taking) -> list[Edit]:
    """Return the edits that take in the chosen proposals, by their ids. What is locked is never among them."""
    wanted = [offer for offer in found if offer.proposal.id in chosen and not offer.proposal.locked]
    return [edit for part in PARTS for edit in part.edits(wanted, knowledge, taking)]


__all__ = ["Offer", "Proposal", "Settled", "Taking", "edits", "offers"]
