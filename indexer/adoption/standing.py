"""What a document may not lift: facts with a better source, and facts that held before the document was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from indexer.adoption.proposal import Offer, Taking, Verdict
from indexer.importing.drafts import Doubt
from knowledge.model import Knowledge, Locator, Standing, first_day

RANK = {Standing.PRIMARY: 2, Standing.SECONDARY: 1, Standing.HISTORIC: 0}
"""How far a source can be trusted: the higher the better."""
TIMELESS = ("local", "terms")
"""Parts whose facts are of the day on which somebody reported or wrote them."""
Behind = tuple[tuple[Locator, ...], str | None]


def held_back(offers: Iterable[Offer], knowledge: Knowledge, taking: Taking) -> Iterator[Offer]:
    """Yield the offers; equal facts that this document must not become the source of are locked, with the reason."""
    behind = _behind(knowledge)
    for offer in offers:
        reason = _reason(offer, behind, knowledge, taking)
        yield locked(offer, reason) if reason else offer


def locked(offer: Offer, *doubts: Doubt) -> Offer:
    """Return an offer that cannot be taken in, with the reasons first."""
    proposal = offer.proposal
    return replace(offer, proposal=replace(proposal, locked=True, doubts=(*doubts, *proposal.doubts)))


def standing_of(taking: Taking, knowledge: Knowledge) -> Standing | None:
    """Return how far the document can be trusted; null where nobody has said it."""
    known = knowledge.sources.get(taking.source)
    return taking.standing or (known.standing if known else None)


def _reason(offer: Offer, behind: dict[str, Behind], knowledge: Knowledge, taking: Taking) -> Doubt | None:
    proposal = offer.proposal
    if proposal.locked or proposal.verdict is not Verdict.SAME or taking.is_dated or proposal.fact not in behind:
        return None
    sources, begun = behind[proposal.fact]
    standing = standing_of(taking, knowledge)
    ranks = [RANK[knowledge.sources[one.source].standing] for one in sources if one.source in knowledge.sources]
    if standing is not None and ranks and RANK[standing] < max(ranks):
        return Doubt("worse_source")
    days = [day for day in (taking.dated, taking.decided) if day]
    if offer.part not in TIMELESS and begun and any(first_day(day) > first_day(begun) for day in days):
        return Doubt("late_lift", {"begun": begun, "day": max(days)})
    return None


def _behind(knowledge: Knowledge) -> dict[str, Behind]:
    """Return the sources and the first day of each fact that a proposal can be about."""
    found: dict[str, Behind] = {}
    for matrix in knowledge.matrices.values():
        for task in matrix.tasks:
            found[f"{matrix.id}/{task.id}"] = (task.sources, task.valid_from or matrix.valid_from)
    for agreement in knowledge.agreements.values():
        for one in agreement.decisions:
            found[f"{agreement.id}/{one.id}"] = (one.sources, one.decided)
    found.update({route.id: (route.sources, route.valid_from) for route in knowledge.routes.values()})
    found.update({fact.id: (fact.sources, None) for fact in knowledge.local.values()})
    return found
