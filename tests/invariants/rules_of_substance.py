"""Rules that every answer keeps by what it says: days, shared responsibility, agreements, law."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from bot.answer import ActorRows
from knowledge.model import Agreement, Decision, Kind, LawSection, Task, first_day, last_day
from tests.corpus import NEW_LAW, TWO_YEARS, Asked, World
from tests.invariants.rules_of_form import several

SIX_MONTHS = 181
LEANING = (Kind.RESPONSIBILITY, Kind.ESCALATION)
"""Kinds whose every answer is taken from an agreement, and says until when that is in force."""


def tasks_of(asked: Asked, world: World) -> list[Task]:
    """Return the rows of the matrix that an answer used."""
    prefix = f"{world.knowledge.region.main_agreement}/ansvar/"
    matrix = next(iter(world.knowledge.matrices.values()))
    return [task for task in matrix.tasks if prefix + task.id in asked.answer.facts]


def decision_on(agreement: Agreement, day: date) -> Decision | None:
    """Return the decision that gives an agreement its term, as known on a day."""
    known = [decision for decision in agreement.decisions if not decision.excludes and decision.known_from <= day]
    return known[-1] if known else None


def first_of(agreement: Agreement) -> date:
    """Return the first day of an agreement."""
    return next(first_day(decision.valid_from) for decision in agreement.decisions if decision.valid_from)


def known_by_then(asked: Asked, world: World) -> Iterator[str]:
    """An answer uses nothing that was decided or observed after its day."""
    for id_ in asked.answer.facts:
        thing = world.citables.get(id_)
        if thing is None:
            continue
        first = world.knowledge.agreements[thing.agreement].decisions[0].id if thing.agreement else ""
        if thing.observed and last_day(thing.observed) > asked.on and not id_.endswith(f"/beslut/{first}"):
            yield f"{id_} is of {thing.observed}"
        elif thing.valid_from and not thing.observed and first_day(thing.valid_from) > asked.on:
            yield f"{id_} begins {thing.valid_from}"
        elif not thing.known_on(asked.on) and not thing.history and not thing.agreement:
            yield f"{id_} ended {thing.valid_through}"


def unseen_unsaid(asked: Asked, world: World) -> Iterator[str]:
    """What somebody reported is not said on days before it was reported, with or without its id."""
    for local in world.knowledge.local.values():
        if last_day(local.observed) > asked.on:
            said = (local.status_says, *(note.lead for note in local.notes), *(note.says for note in local.notes))
            yield from (f"says {text}" for text in said if text and text in asked.answer.text)
    for count in world.knowledge.counts.values():
        if last_day(count.observed) > asked.on and re.search(rf"{count.observed}(?!-?\d)", asked.answer.text):
            yield f"tells of the count of {count.observed}"
    for agreement in world.knowledge.agreements.values():
        for decision in agreement.decisions[1:]:
            if decision.known_from > asked.on and decision.says in asked.answer.text:
                yield f"tells of {decision.id}"


def age_said(asked: Asked, world: World) -> Iterator[str]:
    """An observation older than two years says how old it is, and asks the reader to check."""
    ages = set()
    for id_ in asked.answer.facts:
        thing = world.citables.get(id_)
        if thing and thing.observed and not thing.history and asked.on - last_day(thing.observed) >= TWO_YEARS:
            ages.add(round((asked.on - last_day(thing.observed)).days / 365.25))
    for age in sorted(ages):
        if not re.search(rf"{age} år gamm(al|alt|la)\b", asked.answer.text):
            yield f"does not say {age} år gammal"
        if "kontrollera" not in asked.answer.text.lower():
            yield "does not ask the reader to check"


def in_force_until(asked: Asked, world: World) -> Iterator[str]:
    """An answer from an agreement says until when it is in force and who extended it; doubts come first."""
    reply = asked.answer
    if reply.kind not in (*LEANING, Kind.VALIDITY) or reply.agreement is None or not reply.facts:
        return
    if any("/version/" in fact for fact in reply.facts):
        return  # what an older version said, and when that was
    agreement = world.knowledge.agreements[reply.agreement]
    decision = decision_on(agreement, asked.on)
    start = reply.notices[0].text if reply.notices and reply.notices[0].level == "validity" else reply.lead
    if asked.on < first_of(agreement):
        if first_of(agreement).isoformat() not in start:
            yield f"does not begin by saying when it begins: {start}"
        return
    if decision is None:
        return
    through = last_day(decision.valid_through) if decision.valid_through else None
    if through is None or through < asked.on:
        if "säkert" not in start.lower() and "inte belagt" not in start:
            yield f"does not begin by saying that it is unsure: {start}"
        return
    if str(decision.valid_through) not in reply.text:
        yield f"does not say {through}"
    if decision is not agreement.decisions[0] and decision.by.split(" (")[0] not in reply.text:
        yield f"does not say who extended it: {decision.by}"


def change_ahead(asked: Asked, world: World) -> Iterator[str]:
    """From six months before an agreement's known last day, answers from it tell of the change."""
    reply = asked.answer
    if reply.kind not in LEANING or reply.agreement is None:
        return
    agreement = world.knowledge.agreements[reply.agreement]
    decision = decision_on(agreement, asked.on)
    if decision is None or decision.valid_through is None or asked.on < first_of(agreement):
        return
    left = (last_day(decision.valid_through) - asked.on).days
    if 0 <= left <= SIX_MONTHS and "sex månader" not in reply.text:
        yield f"{left} days left, unsaid"


def agreement_named(asked: Asked, world: World) -> Iterator[str]:
    """Everything that the matrix or a route gives says which agreement it was read in."""
    matrix = bool(tasks_of(asked, world)) or bool(asked.answer.responsible) or bool(asked.answer.route)
    if matrix and "enligt RÖK missbruk/beroende" not in asked.answer.text:
        yield "does not say enligt RÖK missbruk/beroende"
    if matrix and not several(asked) and asked.answer.agreement != world.knowledge.region.main_agreement:
        yield f"agreement is {asked.answer.agreement}"


def all_marked_named(asked: Asked, world: World) -> Iterator[str]:
    """All that the matrix marks are named, and what it does not mark is "inte utpekad"."""
    reply, actors = asked.answer, world.knowledge.actors
    if reply.kind is not Kind.RESPONSIBILITY or not reply.responsible:
        return
    for actor in reply.responsible:
        if actors[actor].name not in reply.text:
            yield f"{actor} is not named"
    for rows in (block for block in reply.blocks if isinstance(block, ActorRows)):
        for row in rows.rows:
            line = f"{row.name}: {'ansvar' if row.marked else 'inte utpekad'}"
            if line not in reply.text:
                yield f"no line {line}"
    if len(reply.responsible) < len(actors) and 'inte "utan ansvar"' not in reply.text.replace("”", '"'):
        yield "does not say what inte utpekad is not"


def as_marked(asked: Asked, world: World) -> Iterator[str]:
    """`responsible` is what the matrix marks for the tasks of the answer, in its order; for a whole actor nothing."""
    reply, matrix = asked.answer, next(iter(world.knowledge.matrices.values()))
    tasks = tasks_of(asked, world)
    marked = tuple(actor for actor in matrix.actors if any(actor in task.responsible for task in tasks))
    about_actors = reply.kind is Kind.RESPONSIBILITY and not any(isinstance(b, ActorRows) for b in reply.blocks)
    if (
        reply.responsible
        and reply.responsible != marked
        and not (several(asked) and set(reply.responsible) < set(marked))
    ):
        yield f"{reply.responsible}, marked are {marked}"
    if reply.kind is Kind.RESPONSIBILITY and tasks and not reply.responsible and not about_actors:
        yield f"nobody, marked are {marked}"
    if asked.on < first_of(world.knowledge.agreements[matrix.agreement]) and reply.responsible:
        yield "before the first day"


def nobody_picked(asked: Asked, world: World) -> Iterator[str]:
    """Where several share a task, the first sentence of an answer to "who" names them all."""
    tasks = tasks_of(asked, world)
    reply = asked.answer
    if reply.kind is not Kind.RESPONSIBILITY or len(tasks) != 1 or not reply.responsible:
        return
    missing = [a for a in tasks[0].responsible if world.knowledge.actors[a].definite not in reply.lead.lower()]
    if missing and "alla fyra" not in reply.lead:
        yield f"{missing} not in: {reply.lead}"


def who_not_how(asked: Asked, world: World) -> Iterator[str]:
    """Answers about medicines and treatment say that they concern who, not how."""
    reply = asked.answer
    rows = reply.kind is Kind.RESPONSIBILITY and any(isinstance(block, ActorRows) for block in reply.blocks)
    if rows and any(task.medical for task in tasks_of(asked, world)) and "inte hur" not in reply.text:
        yield "does not say that it is who, not how"


OLD_ACT = re.compile(r"2001:453|gamla socialtjänstlagen")
NEW_ACT = re.compile(r"2025:400|nya socialtjänstlagen")


def old_law_translated(asked: Asked, world: World) -> Iterator[str]:
    """A replaced section never stands alone: the one in force on the day stands with it."""
    text = asked.answer.text
    old, new = OLD_ACT.search(text), NEW_ACT.search(text)
    if asked.on >= NEW_LAW and old and not new:
        yield f"old law alone: …{text[max(0, old.start() - 40) : old.end() + 20]}"
    for was, now in replaced(world, asked.on).items():
        if re.search(rf"(?<!\d){re.escape(was)}", text) and now and not any(section in text for section in now):
            yield f"{was} without {sorted(now)}"


def replaced(world: World, day: date) -> dict[str, set[str]]:
    """Return the sections that a day has left behind, each with all that have taken its place."""
    found: dict[str, set[str]] = {}
    for law in world.knowledge.laws.values():
        now = {s.section for s in law.sections if s.valid_from and first_day(s.valid_from) <= day and not _over(s, day)}
        for section in law.sections:
            if _over(section, day):
                found.setdefault(f"{section.section} {section.short}", set()).update(now)
    return found


def _over(section: LawSection, day: date) -> bool:
    return section.valid_through is not None and last_day(section.valid_through) < day


PLAIN = {
    "huvudm": ("kommun", "region"),
    "tjänsteledning": ("chef",),
    "påtala": ("peka på", "pekar på", "fel"),
}


def plain_words(asked: Asked, world: World) -> Iterator[str]:
    """Words of office never stand without a plain word in the same reply."""
    if not asked.answer.facts:
        return  # the asker's own word
    text = asked.answer.text.lower()
    for word, plain in PLAIN.items():
        if word in text and not any(other in text for other in plain):
            yield f"{word} stands without {plain}"


SUBSTANCE = (
    known_by_then, unseen_unsaid, age_said, in_force_until, change_ahead, agreement_named, all_marked_named, as_marked,
    nobody_picked, who_not_how, old_law_translated, plain_words,
)  # fmt: skip
