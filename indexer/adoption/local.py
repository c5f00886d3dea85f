"""What municipalities reported: the status of each, and what each answered, as observations of a day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from indexer.adoption.base import LEAD, beside, locator, say, slug
from indexer.adoption.proposal import Offer, Proposal, Taking, Verdict
from indexer.adoption.settling import NEW
from indexer.importing.drafts import Doubt, Drafts, LocalDraft
from indexer.importing.wording import words
from knowledge.editing import Edit
from knowledge.model import Knowledge, LocalFact, LokStatus

PART = "local"
LONGEST = 600
"""Characters of an answer that are kept in one note."""
TOPICS = ("lok", "struktur", "avvikelse", "sip", "utmaning")


@dataclass(frozen=True, slots=True)
class StatusTaken:
    """A municipality's status as a document has it."""

    draft: LocalDraft
    known: str | None


@dataclass(frozen=True, slots=True)
class PlaceAdded:
    """A municipality that the knowledge lacks."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ReplyTaken:
    """One answer of a municipality; goes with its status."""

    draft: LocalDraft
    place: int


def offers(drafts: Drafts, knowledge: Knowledge, taking: Taking) -> Iterator[Offer]:
    """Yield what can be taken in of what municipalities reported."""
    for number, draft in enumerate(drafts.local, 1):
        group = f"lokalt-{number}"
        if draft.municipality == NEW:
            draft = replace(draft, municipality=slug(draft.name, set(knowledge.bodies) | set(knowledge.terms)))
            if draft.municipality not in knowledge.municipalities:
                yield _place(draft, group)
        known = _known(draft, knowledge, taking)
        yield _status(draft, group, known, knowledge)
        if draft.municipality is None:
            continue
        for place, reply in enumerate(draft.replies, 1):
            if reply.text.strip():
                proposal = Proposal(
                    id=f"{group}/svar-{place}",
                    group=group,
                    verdict=Verdict.NEW,
                    subject=say("reply", name=draft.name, question=_short(reply.question, 90)),
                    ours=say("nothing"),
                    theirs=_short(reply.text, LONGEST),
                    spot=reply.spot,
                    locked=known is not None or draft.observed is None,
                    doubts=(Doubt("reply_known"),) if known is not None else (),
                )
                yield Offer(proposal, PART, ReplyTaken(draft, place - 1))


def _place(draft: LocalDraft, group: str) -> Offer:
    proposal = Proposal(
        id=f"{group}/kommun",
        group=group,
        verdict=Verdict.NEW,
        subject=say("municipality", name=draft.name),
        ours=say("nothing"),
        theirs=draft.name,
        spot=draft.spot,
    )
    return Offer(proposal, PART, PlaceAdded(str(draft.municipality), draft.name))


def _known(draft: LocalDraft, knowledge: Knowledge, taking: Taking) -> LocalFact | None:
    mine = [
        one
        for one in knowledge.local.values()
        if one.municipality == draft.municipality and one.agreement == (draft.agreement or taking.agreement)
    ]
    if draft.observed is None:
        return None
    return next((one for one in mine if one.observed == draft.observed), None)


def _status(draft: LocalDraft, group: str, known: LocalFact | None, knowledge: Knowledge) -> Offer:
    doubts = draft.doubts
    if draft.municipality is None:
        doubts = (*doubts, Doubt("municipality_unknown", {"name": draft.name}))
    if draft.observed is None:
        doubts = (*doubts, Doubt("unobserved"))
    if draft.status is None and not draft.doubts:
        doubts = (*doubts, Doubt("status_unsure", {"name": draft.name}))
    same = known is not None and known.status is draft.status
    proposal = Proposal(
        id=f"{group}/status",
        group=group,
        verdict=Verdict.SAME if same else Verdict.DIFFERENT if known else Verdict.NEW,
        subject=say("status", name=draft.name),
        ours=_status_name(known.status) if known else say("nothing"),
        theirs=_status_name(draft.status),
        spot=draft.spot,
        fact=known.id if known else None,
        doubts=doubts,
        locked=draft.municipality is None or draft.status is None or draft.observed is None,
    )
    return Offer(proposal, PART, StatusTaken(draft, known.id if known else None))


def _status_name(status: LokStatus | None) -> str:
    return say(f"status_{status.value}") if status else say("status_osaker")


def edits(wanted: Sequence[Offer], knowledge: Knowledge, taking: Taking) -> Iterator[Edit]:
    """Yield the edits that take in what was chosen of what municipalities reported."""
    what = [offer.what for offer in wanted]
    added: set[str] = set(knowledge.municipalities)
    ids: set[str] = set()
    for taken in what:
        place = _new_place(taken)
        if place is not None and place.id not in added:
            added.add(place.id)
            value = {"id": place.id, "name": place.name, "aliases": [place.name]}
            yield Edit("add", "municipalities", place.id, value=value, file="municipalities.yaml")
        if not isinstance(taken, StatusTaken):
            continue
        replies = [one.place for one in what if isinstance(one, ReplyTaken) and one.draft == taken.draft]
        if taken.known is None:
            entry = _entry(taken.draft, replies, knowledge, taking, ids)
            ids.add(entry.id)
            yield entry
            continue
        known = knowledge.local[taken.known]
        at = locator(taking.source, taken.draft.spot)
        # What else is told of the municipality rests on the sources that it had.
        cited = beside(known.sources, at) if known.notes or known.under_way else [at]
        if known.status is not taken.draft.status:
            yield Edit("set", "local", known.id, ("status",), str(taken.draft.status))
            yield Edit("set", "local", known.id, ("status_says",), _says(taken.draft, knowledge, taking))
        yield Edit("set", "local", known.id, ("sources",), cited)


def _new_place(taken: object) -> PlaceAdded | None:
    """Return the municipality that something taken in brings with it: one without whom nothing is told of it."""
    if isinstance(taken, StatusTaken) and taken.draft.municipality is not None:
        return PlaceAdded(taken.draft.municipality, taken.draft.name)
    return taken if isinstance(taken, PlaceAdded) else None


def _entry(
    draft: LocalDraft, replies: Sequence[int], knowledge: Knowledge, taking: Taking, taken: Collection[str]
) -> Edit:
    assert draft.municipality is not None
    assert draft.observed is not None
    id_ = slug_of(draft, knowledge, taken)
    value = {
        "id": id_,
        "municipality": draft.municipality,
        "agreement": draft.agreement or taking.agreement,
        "observed": draft.observed,
        "status": str(draft.status),
        "status_says": _says(draft, knowledge, taking),
        "notes": [_note(draft, place) for place in replies] or None,
        "sources": [locator(taking.source, draft.spot)],
    }
    return Edit("add", "local", id_, value=value, file=f"local/{draft.municipality}.yaml", first=True)


def slug_of(draft: LocalDraft, knowledge: Knowledge, taken: Collection[str] = ()) -> str:
    """Return the id of a new observation: "lok/mora/2026", numbered where it is taken, by the knowledge or just now."""
    id_ = f"lok/{draft.municipality}/{(draft.observed or '')[:4]}"
    used = {*knowledge.local, *taken}
    return next(name for name in (id_, *(f"{id_}-{n}" for n in range(2, 1000))) if name not in used)


def _says(draft: LocalDraft, knowledge: Knowledge, taking: Taking) -> str:
    about = draft.agreement or taking.agreement
    agreement = knowledge.agreements.get(about)
    short = agreement.short if agreement else about
    place = knowledge.municipalities.get(draft.municipality or "")
    name = place.name if place else draft.name
    status = draft.status or LokStatus.NO_DATA
    return says_of(status, draft.observed, name, short, knowledge)[:LEAD]


def says_of(status: LokStatus, when: str | None, name: str, agreement: str, knowledge: Knowledge) -> str:
    """Return a status in a sentence, with what the region calls a local agreement."""
    lok = knowledge.sentences["name.lok.none" if status is LokStatus.NO else "name.lok.one"]
    return say(f"says_{status.value}", when=when, name=name, agreement=agreement, lok=lok)


def _note(draft: LocalDraft, place: int) -> dict[str, Any]:
    reply = draft.replies[place]
    topic = _topic(reply.question)
    return {
        "topic": topic,
        "lead": say("note_lead", when=draft.observed, name=draft.name, topic=say(f"topic_{topic}"))[:LEAD],
        "says": say("quoted", text=_short(reply.text, LONGEST)),
        "words": list(words(f"topic_{topic}")),
    }


def _topic(question: str) -> str:
    low = question.casefold()
    named = (topic for topic in TOPICS if any(word in low for word in words(f"topic_{topic}")))
    return next(named, "ovrigt")


def _short(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0].rstrip(",;:–") + "…"
