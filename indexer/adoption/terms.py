"""Glossaries: each term against the knowledge's terms; a new one becomes a term with a definition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from indexer.adoption.base import lead_and_rest, locator, say, slug
from indexer.adoption.proposal import Offer, Proposal, Taking, Verdict
from indexer.importing.drafts import Doubt, Drafts, TermDraft
from indexer.vocabulary import concepts_of
from knowledge.editing import Edit
from knowledge.model import Knowledge

PART = "terms"


@dataclass(frozen=True, slots=True)
class TermAdded:
    """A term that the knowledge lacks, or has without a definition."""

    draft: TermDraft
    id: str


def offers(drafts: Drafts, knowledge: Knowledge, taking: Taking) -> Iterator[Offer]:
    """Yield what can be taken in from the glossaries of a document."""
    owners = {_plain(word): entry for entry, words in concepts_of(knowledge) for word in words}
    for number, draft in enumerate(drafts.terms, 1):
        known = knowledge.terms.get(draft.term or "")
        definition = known.definition if known else None
        ours = definition.lead if definition else say("nothing")
        same = definition is not None and _plain(definition.lead) == _plain(draft.meaning)
        owner = None if known else owners.get(_plain(draft.name))
        held = bool(taking.valid_from or taking.decided)
        elsewhere = draft.term is not None and known is None  # a body or an agreement: defined where it stands
        doubts = draft.doubts if held else (*draft.doubts, Doubt("term_undated"))
        if definition is not None and not same:
            doubts = (*doubts, Doubt("term_known"))
        if owner is not None and not elsewhere:
            # No word may stand at two concepts, and a fact about one that begins later would hide what it is now.
            doubts = (*doubts, Doubt("term_taken", {"name": draft.name}))
        proposal = Proposal(
            id=f"begrepp-{number}",
            group="begrepp-1",
            verdict=Verdict.SAME if same else Verdict.DIFFERENT if definition or elsewhere else Verdict.NEW,
            subject=say("term_of", name=draft.name),
            ours=ours,
            theirs=draft.meaning,
            spot=draft.spot,
            fact=definition.id if definition else None,
            doubts=doubts,
            locked=definition is not None or elsewhere or owner is not None or not held,
        )
        id_ = known.id if known else slug(draft.name, {entry.id for entry in owners.values()})
        yield Offer(proposal, PART, TermAdded(draft, id_))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")


def edits(wanted: Sequence[Offer], knowledge: Knowledge, taking: Taking) -> Iterator[Edit]:
    """Yield the edits that take in what was chosen of the glossaries."""
    for offer in wanted:
        taken = offer.what
        if not isinstance(taken, TermAdded):
            continue
        draft = taken.draft
        lead, rest = lead_and_rest(draft.meaning, draft.name)
        definition = {
            "id": f"term/{taken.id}",
            "kind": "definition",
            "about": [taken.id],
            "also": ["betydelse"],
            "lead": lead,
            "details": rest or None,
            "valid_from": taking.valid_from or taking.decided,
            "sources": [locator(taking.source, draft.spot)],
        }
        known = knowledge.terms.get(taken.id)
        if known is not None:
            yield Edit("set", "terms", known.id, ("definition",), definition)
            continue
        value = {
            "id": taken.id,
            "name": draft.name,
            "abbreviation": draft.abbreviation,
            "aliases": list(dict.fromkeys(filter(None, (draft.name, draft.abbreviation)))),
            "definition": definition,
        }
        yield Edit("add", "terms", taken.id, value=value, file=f"terms/{taking.source}.yaml")
