"""Terms of validity: each against the agreement's decisions; a new one becomes a decision of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.adoption.base import locator, say, slug
from indexer.adoption.proposal import Offer, Proposal, Taking, Verdict
from indexer.importing.drafts import Doubt, Drafts, ValidityDraft
from knowledge.editing import Edit
from knowledge.model import Agreement, Decision, Knowledge, last_day

PART = "validity"


@dataclass(frozen=True, slots=True)
class TermTaken:
    """A term of validity; `decision` is the place of the decision that says the same, null for a new one."""

    agreement: str
    draft: ValidityDraft
    decision: int | None
    decided: str | None


def offers(drafts: Drafts, knowledge: Knowledge, taking: Taking) -> Iterator[Offer]:
    """Yield what can be taken in from the terms of validity of a document."""
    for number, draft in enumerate(drafts.validity, 1):
        agreement = knowledge.agreements.get(draft.agreement or taking.agreement)
        if agreement is None or (draft.valid_from is None and draft.valid_through is None):
            continue
        yield _offer(draft, f"giltighet-{number}", agreement, taking)


def _offer(draft: ValidityDraft, group: str, agreement: Agreement, taking: Taking) -> Offer:
    same = next((n for n, one in enumerate(agreement.decisions) if _says_the_same(one, draft)), None)
    decided = draft.decided or taking.decided
    doubts = draft.doubts if same is None else ()
    if same is None and not decided:
        doubts = (*doubts, Doubt("undecided"))
    latest = agreement.decisions[-1]
    proposal = Proposal(
        id=group,
        group=group,
        verdict=Verdict.NEW if same is None else Verdict.SAME,
        subject=say("validity", agreement=agreement.short),
        ours=_term(latest.valid_from, latest.valid_through) if same is None else _of(agreement.decisions[same]),
        theirs=_term(draft.valid_from, draft.valid_through),
        spot=draft.spot,
        fact=None if same is None else f"{agreement.id}/{agreement.decisions[same].id}",
        doubts=doubts,
        # An order of decisions that goes backwards would be refused by the checks. And what was decided before is
        # not lifted by a text that came after it: answers for earlier days would cite what nobody knew then.
        locked=bool(taking.valid_from)
        if same is not None
        else not decided or last_day(decided) < last_day(latest.decided),
    )
    if same is None and proposal.locked and decided:
        proposal = _older(proposal)
    return Offer(proposal, PART, TermTaken(agreement.id, draft, same, decided))


def _older(proposal: Proposal) -> Proposal:
    return replace(proposal, doubts=(*proposal.doubts, Doubt("older_decision")))


def _says_the_same(decision: Decision, draft: ValidityDraft) -> bool:
    begins = draft.valid_from is None or decision.valid_from in (None, draft.valid_from)
    return begins and decision.valid_through == draft.valid_through


def _of(decision: Decision) -> str:
    return _term(decision.valid_from, decision.valid_through)


def _term(start: str | None, through: str | None) -> str:
    if start is None:
        return say("through", through=through or "–")
    return say("term", start=start, through=through) if through else say("from", start=start)


def edits(wanted: Sequence[Offer], knowledge: Knowledge, taking: Taking) -> Iterator[Edit]:
    """Yield the edits that take in what was chosen of the terms of validity."""
    for offer in wanted:
        taken = offer.what
        if not isinstance(taken, TermTaken):
            continue
        agreement = knowledge.agreements[taken.agreement]
        place = locator(taking.source, taken.draft.spot)
        if taken.decision is not None:
            yield Edit("set", "agreements", agreement.id, ("decisions", taken.decision, "sources"), [place])
            continue
        ids = {decision.id for decision in agreement.decisions}
        term = _term(taken.draft.valid_from, taken.draft.valid_through)
        value = {
            "id": slug(f"beslut-{agreement.id}-{(taken.decided or '')[:4]}", ids),
            "decided": taken.decided,
            # Who decided the last time need not have decided now.
            "by": taking.by or say("decider_unknown"),
            "body": taking.body,
            "valid_from": taken.draft.valid_from,
            "valid_through": taken.draft.valid_through,
            "says": say("decision", decided=taken.decided, by=taking.by, term=term)
            if taking.by
            else say("decision_unknown", decided=taken.decided, term=term),
            "sources": [place],
        }
        yield Edit("append", "agreements", agreement.id, ("decisions",), value)
