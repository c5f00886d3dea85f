"""What of the knowledge is about to grow old, or has: told to whoever looks after it. Pure; the day is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from knowledge import model
from knowledge.facts import Citable, citable
from knowledge.local_grid import local_grid
from knowledge.messages import sentence
from knowledge.model import Knowledge, first_day, last_day

AHEAD = timedelta(days=183)
"""How long before a day it is near."""
OLD_OBSERVATION = timedelta(days=730)
OLD_DRAFT = timedelta(days=90)
_say = partial(sentence, "aktualitet")

Places = Mapping[tuple[str, str], str]


class Sort(StrEnum):
    """What is the matter, the most urgent first."""

    ENDED = "ended"
    ENDING = "ending"
    REVIEW_PAST = "review-past"
    REVIEW_NEAR = "review-near"
    CHANGE = "change"
    LAW = "law"
    OBSERVATION = "observation"
    DRAFT = "draft"
    NO_OWNER = "no-owner"
    UNSOURCED = "unsourced"
    SECONDARY = "secondary"
    NOTHING_LOCAL = "nothing-local"


DATED = frozenset({Sort.ENDED, Sort.ENDING, Sort.REVIEW_PAST, Sort.REVIEW_NEAR, Sort.CHANGE, Sort.DRAFT})
"""Sorts that come with a day, and are worth a warning of their own."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at. `id` is the fact's, as an answer cites it, or the entry's; `where` is path:line, if known.

    `section` and `entry` are where it stands in the files, `source` the first that it rests on, `due` the day.
    """

    sort: Sort
    id: str
    section: str
    entry: str
    subject: str
    what: str
    cure: str
    due: date | None = None
    where: str = ""
    owner: str | None = None
    source: str | None = None
    municipality: str | None = None

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.subject}: {self.what}; {self.cure}"


def stale(knowledge: Knowledge, on: date, places: Places | None = None) -> list[Finding]:
    """Return all that runs out, is old, or rests on too little on a day: by sort, then by day, then as it stands.

    `places` are those of `loader.places`; without them no finding knows its line.
    """
    found = [one for look in LOOKS for one in look(knowledge, on)]
    order = list(Sort)
    found.sort(key=lambda one: (order.index(one.sort), one.due or date.max))
    return [replace(one, where=(places or {}).get((one.section, one.entry), "")) for one in found]


def last_known_day(agreement: model.Agreement, on: date) -> date | None:
    """Return until when an agreement is known to be in force, as decided by a day; null: its end is not documented."""
    latest = _latest(agreement, on)
    return last_day(latest.valid_through) if latest.valid_through else None


def _latest(agreement: model.Agreement, on: date) -> model.Decision:
    known = [one for one in agreement.decisions if not one.excludes and one.known_from <= on]
    return known[-1] if known else agreement.decisions[0]


def owner_of(thing: model.Tended, knowledge: Knowledge) -> str | None:
    """Return the function that keeps something true: its own, or that of its agreement."""
    agreement = knowledge.agreements.get(str(getattr(thing, "agreement", "")))
    return thing.owner or (agreement.owner if agreement else None)


def review_of(thing: model.Tended, knowledge: Knowledge) -> str | None:
    """Return when something is to be looked over at the latest: its own day, or that of its agreement."""
    agreement = knowledge.agreements.get(str(getattr(thing, "agreement", "")))
    return thing.review or (agreement.review if agreement else None)


def _finding(sort: Sort, section: str, entry: str, subject: str, id_: str = "", key: str = "", **more: Any) -> Finding:
    fields = {name: more.pop(name) for name in ("due", "owner", "source", "municipality") if name in more}
    due = fields.get("due")
    what, _, cure = _say(f"fresh.{key or sort.value}", day=due.isoformat() if due else "", **more).partition("; ")
    return Finding(sort, id_ or entry, section, entry, subject, what, cure, **fields)


# --- days ----------------------------------------------------------------------------------------


def _ends(knowledge: Knowledge, on: date) -> Iterator[Finding]:
    for agreement in knowledge.agreements.values():
        begun = next((first_day(one.valid_from) for one in agreement.decisions if one.valid_from), date.min)
        if begun > on:
            continue
        through = last_known_day(agreement, on)
        decision = f"{agreement.id}/beslut/{_latest(agreement, on).id}"
        about = ("agreements", agreement.id, agreement.short, decision)
        if through is None:
            yield _finding(Sort.ENDED, *about, key="no-end", owner=agreement.owner)
        elif through <= on + AHEAD:
            sort, key = (Sort.ENDED, "agreement-ended") if through < on else (Sort.ENDING, "agreement-ending")
            yield _finding(sort, *about, key=key, due=through, owner=agreement.owner)
    for section, one in _dated(knowledge):
        through = last_day(one.valid_through) if one.valid_through else None
        if through is None or through > on + AHEAD or _follows(one, knowledge):
            continue
        sort = Sort.ENDED if through < on else Sort.ENDING
        cited = _cited(section, one)
        yield _finding(
            sort, section, one.id, _subject(one, knowledge), cited, due=through, owner=owner_of(one, knowledge)
        )


def _dated(knowledge: Knowledge) -> Iterator[tuple[str, Any]]:
    """Yield what has a last day of its own."""
    yield from (("matrices", one) for one in knowledge.matrices.values())
    yield from (("routes", one) for one in knowledge.routes.values())
    yield from (("facts", one) for one in knowledge.facts.values())


def _follows(thing: Any, knowledge: Knowledge) -> bool:
    """Return whether something begins where a thing ends: then its end needs nobody."""
    next_day = last_day(thing.valid_through) + timedelta(days=1)
    alike: Iterator[Any]
    if isinstance(thing, model.Fact):
        alike = (one for one in knowledge.facts.values() if one.about[:1] == thing.about[:1])
    elif isinstance(thing, model.ResponsibilityMatrix):
        alike = (one for one in knowledge.matrices.values() if one.agreement == thing.agreement)
    else:
        routes = knowledge.routes.values()
        alike = (one for one in routes if (one.agreement, one.level) == (thing.agreement, thing.level))
    return any(one.valid_from and first_day(one.valid_from) == next_day for one in alike)


def _reviews(knowledge: Knowledge, on: date) -> Iterator[Finding]:
    for section, thing in _tended(knowledge):
        if thing.review is None or last_day(thing.review) > on + AHEAD:
            continue
        day = last_day(thing.review)
        sort = Sort.REVIEW_PAST if day < on else Sort.REVIEW_NEAR
        about = (section, thing.id, _subject(thing, knowledge), _cited(section, thing))
        yield _finding(sort, *about, due=day, owner=owner_of(thing, knowledge))


def _tended(knowledge: Knowledge) -> Iterator[tuple[str, Any]]:
    for section in ("agreements", "matrices", "routes", "local", "facts"):
        yield from ((section, thing) for thing in getattr(knowledge, section).values())


def _changes(knowledge: Knowledge, on: date) -> Iterator[Finding]:
    """Yield what is decided and comes soon, or has just come: the words around it are still those of before."""
    for matrix in knowledge.matrices.values():
        for task in matrix.tasks:
            cited = f"{matrix.agreement}/ansvar/{task.id}"
            days = [change.valid_from for change in task.changes if change.known_from <= on]
            days += [task.valid_from] if task.valid_from and task.decided and last_day(task.decided) <= on else []
            for day in days:
                yield from _change("matrices", matrix.id, task.name, cited, day, on)
    for route in knowledge.routes.values():
        for change in (one for one in route.changes if one.known_from <= on):
            cited = f"{route.agreement}/vag/{route.id}"
            yield from _change("routes", route.id, route.name, cited, change.valid_from, on)


def _change(section: str, entry: str, subject: str, cited: str, day: str, on: date) -> Iterator[Finding]:
    due = first_day(day)
    if on - AHEAD <= due <= on + AHEAD:
        key = "change-came" if due <= on else "change-comes"
        yield _finding(Sort.CHANGE, section, entry, subject, cited, key=key, due=due)


def _observations(knowledge: Knowledge, on: date) -> Iterator[Finding]:
    """Yield the latest report of each municipality and agreement, and other observations, where they are old."""
    latest: dict[tuple[str, str, str], Any] = {}
    for section in ("local", "counts"):
        for thing in getattr(knowledge, section).values():
            of = (section, getattr(thing, "municipality", ""), thing.agreement)
            if last_day(thing.observed) <= on and (of not in latest or latest[of].observed < thing.observed):
                latest[of] = thing
    alone: list[tuple[str, Any]] = [
        ("facts", one) for one in knowledge.facts.values() if one.observed and not one.valid_from
    ]
    for section, thing in [*((of[0], thing) for of, thing in latest.items()), *alone]:
        if on - last_day(thing.observed) > OLD_OBSERVATION:
            place = getattr(thing, "municipality", None)
            about = (Sort.OBSERVATION, section, thing.id, _subject(thing, knowledge))
            yield _finding(*about, observed=thing.observed, municipality=place)


def _drafts(knowledge: Knowledge, on: date) -> Iterator[Finding]:
    for document in knowledge.documents.values():
        imported = last_day(document.imported)
        if document.status is model.DocumentStatus.DRAFT and on - imported > OLD_DRAFT:
            yield _finding(Sort.DRAFT, "documents", document.id, document.title, due=imported)


# --- ground --------------------------------------------------------------------------------------


def _laws(knowledge: Knowledge, on: date) -> Iterator[Finding]:
    for law in knowledge.laws.values():
        about = ("laws", law.id, law.subject, f"lag/{law.id}")
        over = [one for one in law.sections if one.valid_through and last_day(one.valid_through) < on]
        if law.sections and len(over) == len(law.sections):
            cited = f"{over[-1].section} {over[-1].short}"
            yield _finding(Sort.LAW, *about, key="law-gone", cited=cited)
        elif law.unsure:
            yield _finding(Sort.LAW, *about, key="law-unsure")
        elif over and (names := _citing(law.id, knowledge)):
            cited = f"{over[-1].section} {over[-1].short}"
            yield _finding(Sort.LAW, *about, key="law-replaced", cited=cited, by=", ".join(names))


def _citing(law: str, knowledge: Knowledge) -> list[str]:
    """Return the agreements whose text cites a law."""
    rows = [matrix.agreement for matrix in knowledge.matrices.values() for task in matrix.tasks if law in task.law]
    facts = [fact.agreement for fact in knowledge.facts.values() if law in fact.law and fact.agreement]
    named = dict.fromkeys([*rows, *facts])
    return [knowledge.agreements[agreement].short for agreement in named]


def _owners(knowledge: Knowledge, on: date) -> Iterator[Finding]:
    for section, thing in _tended(knowledge):
        if section in ("agreements", "matrices", "routes") and owner_of(thing, knowledge) is None:
            yield _finding(Sort.NO_OWNER, section, thing.id, _subject(thing, knowledge), _cited(section, thing))


def _unsourced(knowledge: Knowledge, on: date) -> Iterator[Finding]:
    for contact in knowledge.contacts.values():
        if not contact.sources and contact.url:
            yield _finding(Sort.UNSOURCED, "contacts", contact.id, contact.name)


def _secondary(knowledge: Knowledge, on: date) -> Iterator[Finding]:
    """Yield what no primary source is given for: known from a presentation, a news item, a copy."""
    entries = _entries(knowledge)
    for thing in citable(knowledge).values():
        sources = [knowledge.sources[place.source] for place in thing.sources]
        if thing.kind is model.Kind.PASSAGE or not thing.known_on(on):
            continue
        if not any(source.standing is model.Standing.PRIMARY for source in sources):
            section, entry = entries.get(thing.id) or _entry_of(thing, knowledge)
            about = (Sort.SECONDARY, section, entry, thing.title, thing.id)
            yield _finding(*about, source=sources[0].id, label=sources[0].label, municipality=thing.municipality)


def _entries(knowledge: Knowledge) -> dict[str, tuple[str, str]]:
    """Return where each fact stands that has not its own place by its id: section and entry."""
    found = {fact.id: ("facts", fact.id) for fact in knowledge.facts.values()}
    for term in knowledge.terms.values():
        found |= {term.definition.id: ("terms", term.id)} if term.definition else {}
    for body in knowledge.bodies.values():
        found |= {fact.id: ("bodies", body.id) for fact in (body.definition, *body.facts)}
    for agreement in knowledge.agreements.values():
        found |= {fact.id: ("agreements", agreement.id) for fact in agreement.facts}
    for matrix in knowledge.matrices.values():
        found |= {f"{matrix.agreement}/ansvar/{task.id}": ("matrices", matrix.id) for task in matrix.tasks}
    for route in knowledge.routes.values():
        found[f"{route.agreement}/vag/{route.id}"] = ("routes", route.id)
        found |= {f"{route.agreement}/{route.id}/{step.id}": ("routes", route.id) for step in route.every_step}
    return found | {count.id: ("counts", count.id) for count in knowledge.counts.values()}


def _entry_of(thing: Citable, knowledge: Knowledge) -> tuple[str, str]:
    if thing.id.startswith("lag/"):
        return "laws", thing.id.removeprefix("lag/")
    local = next((one for one in knowledge.local if thing.id == one or thing.id.startswith(f"{one}/")), None)
    return ("local", local) if local else ("agreements", thing.agreement or "")


def _nothing_local(knowledge: Knowledge, on: date) -> Iterator[Finding]:
    grid = local_grid(knowledge, on)
    for matrix in knowledge.matrices.values():
        for task in matrix.tasks:
            without = [place.name for place in knowledge.municipalities.values() if not grid.has(task.id, place.id)]
            if without:
                cited = f"{matrix.agreement}/ansvar/{task.id}"
                about = (Sort.NOTHING_LOCAL, "matrices", matrix.id, task.name, cited)
                total = len(knowledge.municipalities)
                yield _finding(*about, count=len(without), total=total, names=", ".join(without))


def _cited(section: str, thing: Any) -> str:
    match section:
        case "matrices":
            return str(thing.id)
        case "routes":
            return f"{thing.agreement}/vag/{thing.id}"
    return str(thing.id)


def _subject(thing: Any, knowledge: Knowledge) -> str:
    match thing:
        case model.Agreement():
            return thing.short
        case model.EscalationRoute():
            return thing.name
        case model.ResponsibilityMatrix():
            return _say("fresh.matrix", agreement=knowledge.agreements[thing.agreement].short)
        case model.LocalFact():
            return knowledge.municipalities[thing.municipality].name
        case model.LokCount():
            return knowledge.agreements[thing.agreement].short
    return str(thing.lead).rstrip(".")


LOOKS: tuple[Callable[[Knowledge, date], Iterator[Finding]], ...] = (
    _ends,
    _reviews,
    _changes,
    _observations,
    _drafts,
    _laws,
    _owners,
    _unsourced,
    _secondary,
    _nothing_local,
)
