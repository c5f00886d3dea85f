"""Several tables of one document: cells that they set differently, rows that stand in two, tables of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from indexer.adoption.proposal import Offer, Proposal, Verdict
from indexer.adoption.standing import locked
from indexer.importing.drafts import Doubt, MatrixDraft
from knowledge.model import Knowledge


def foreign(draft: MatrixDraft, agreement: str) -> bool:
    """Return whether a table says itself that it is another agreement's."""
    return draft.agreement is not None and draft.agreement != agreement


def shut(offers: Iterable[Offer], draft: MatrixDraft, knowledge: Knowledge) -> Iterator[Offer]:
    """Yield the offers of a table of another agreement: to be seen, not to be taken in."""
    other = knowledge.agreements.get(draft.agreement or "")
    for offer in offers:
        yield locked(offer, Doubt("matrix_of_another", {"agreement": other.short if other else draft.agreement or ""}))


def agreed(offers: Sequence[Offer]) -> Iterator[Offer]:
    """Yield the offers of all tables of an agreement; what two of them say differently, or both add, is locked."""
    said: dict[str, set[str]] = {}
    for offer in offers:
        if offer.proposal.verdict is not Verdict.MISSING:  # a table without the column says nothing of it
            said.setdefault(_about(offer.proposal), set()).add(offer.proposal.theirs)
    added: set[str] = set()
    for offer in offers:
        proposal = offer.proposal
        about = _about(proposal)
        if len(said.get(about, ())) > 1 and not _is_column(proposal):
            yield locked(offer, Doubt("tables_differ", {"name": proposal.subject}))
        elif _is_row(proposal) and about in added:
            yield locked(offer, Doubt("row_twice", {"name": proposal.subject}))
        else:
            yield offer
        added.add(about)


def _about(proposal: Proposal) -> str:
    """Return what a proposal is about, whichever table it is from."""
    return proposal.id.removeprefix(f"{proposal.group}/")


def _is_column(proposal: Proposal) -> bool:
    return _about(proposal).startswith("kolumn-")


def _is_row(proposal: Proposal) -> bool:
    return _about(proposal).startswith("ny/")
