"""The parts of the introduction, made from the knowledge for a day and an asker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.answer import Block, Bullets, Link, Links, Local, Paragraph, StepItem, Steps
from bot.compose.common import Composer, known
from bot.compose.contacts import ask_about
from bot.onboarding.items import bank, digest_of, matrices, own_actor, routes, step_name
from bot.sentences import capitalised
from knowledge.model import Actor, Contact, Fact, Locator, ResponsibilityMatrix, RouteLevel, Workplace

DUTIES, TROUBLE, PLACE, PEOPLE, QUIZ = "ansvar", "hinder", "kommun", "kontakt", "quiz"
ROUND = 6
"""Quiz items asked in a row."""


@dataclass(frozen=True)
class Part:
    """One part. `key` says for whom it is; `told` what it builds on, which no day alone changes."""

    id: str
    lead: str
    blocks: tuple[Block, ...]
    sources: tuple[Locator, ...] = ()
    agreement: str | None = None
    suggestions: tuple[str, ...] = ()
    asks_profile: bool = False
    variant: str = ""
    told: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The part and whom it was made for: another workplace reads another part."""
        return f"del/{self.id}/{self.variant}"

    @cached_property
    def digest(self) -> str:
        """A hash of what the part tells."""
        return digest_of(self.told)


def parts(composer: Composer) -> tuple[Part, ...]:
    """Return the parts in order; one that has nothing to say is left out."""
    return tuple(part for make in (_duties, _trouble, _place, _people, _quiz) for part in make(composer))


def term_told(agreement: str, composer: Composer) -> tuple[str, ...]:
    """Return what is known of how long an agreement holds: a change of it is news."""
    term = composer.term(agreement)
    return (agreement, term.decision.id, term.through.isoformat() if term.through else "")


# --- 1: what my workplace is responsible for --------------------------------------------------------


def _duties(composer: Composer) -> Iterator[Part]:
    main = composer.knowledge.region.main_agreement
    if not composer.term(main).begun:
        agreement = composer.knowledge.agreements[main].short
        yield Part(DUTIES, composer.say("responsibility.before", agreement=agreement), (), (), main)
        return
    matrix = next((each for each in matrices(composer) if each.agreement == main), None)
    if matrix is None:
        return
    workplace = composer.knowledge.workplaces.get(composer.profile.workplace or "")
    actor = composer.knowledge.actors.get(own_actor(composer) or "")
    if workplace is None:
        yield _no_workplace(matrix, composer)
    elif actor is None or actor.id not in matrix.actors:
        yield _no_column(workplace, matrix, composer)
    else:
        yield _column(workplace, actor, matrix, composer)


def _column(workplace: Workplace, actor: Actor, matrix: ResponsibilityMatrix, composer: Composer) -> Part:
    say = composer.say
    own = [task for task in matrix.tasks if actor.id in task.responsible]
    alone = tuple(task.phrase for task in own if len(task.responsible) == 1)
    shared = tuple(task.phrase for task in own if len(task.responsible) > 1)
    others = [task.phrase for task in matrix.tasks if task not in own]
    blocks: list[Block] = [
        Paragraph(say("onboarding.duties.belongs", workplace=workplace.name, actor=actor.definite)),
        *([Bullets(alone, heading=say("onboarding.duties.alone"))] if alone else []),
        *([Bullets(shared, heading=say("onboarding.duties.shared"))] if shared else []),
        *([Paragraph(say("onboarding.duties.how"))] if any(task.medical for task in own) else []),
    ]
    if others:
        unmarked = say("onboarding.duties.unmarked", tasks=others, note=matrix.unmarked_note)
        blocks.append(Paragraph(unmarked, more=True))
    if shared:
        blocks.append(Paragraph(matrix.shared_note, more=True))
    blocks += [Paragraph(note, more=True) for note in (workplace.note,) if note]
    blocks += composer.caveat(matrix, matrix.tasks)
    return Part(
        DUTIES,
        say("onboarding.duties.lead", count=len(own), total=len(matrix.tasks)),
        tuple(blocks),
        matrix.sources,
        matrix.agreement,
        composer.suggest("actor", actor=actor.definite),
        variant=actor.id,
        told=(*alone, "", *shared, "", *others, *term_told(matrix.agreement, composer)),
    )


def _no_column(workplace: Workplace, matrix: ResponsibilityMatrix, composer: Composer) -> Part:
    everybody = tuple(task.phrase for task in matrix.tasks if set(task.responsible) == set(matrix.actors))
    blocks: list[Block] = [
        Paragraph(f"{workplace.name}. {workplace.note or matrix.unmarked_note}"),
        Paragraph(composer.say("onboarding.no_column.means")),
    ]
    if everybody:
        blocks.append(Bullets(everybody, heading=composer.say("onboarding.no_column.all")))
    return Part(
        DUTIES,
        composer.say("onboarding.no_column.lead"),
        (*blocks, *composer.caveat(matrix, matrix.tasks)),
        matrix.sources,
        matrix.agreement,
        composer.suggest("sip", "dispute_local"),
        variant=workplace.id,
        told=(workplace.note or "", *everybody, *term_told(matrix.agreement, composer)),
    )


def _no_workplace(matrix: ResponsibilityMatrix, composer: Composer) -> Part:
    lines = []
    for actor in (composer.knowledge.actors[id_] for id_ in matrix.actors):
        count = sum(actor.id in task.responsible for task in matrix.tasks)
        values = {"actor": actor.name, "includes": actor.includes, "count": count, "total": len(matrix.tasks)}
        lines.append(composer.say("onboarding.no_workplace.actor", **values))
    return Part(
        DUTIES,
        composer.say("onboarding.no_workplace.lead", total=len(matrix.tasks), count=len(matrix.actors)),
        (
            Bullets(tuple(lines)),
            Paragraph(matrix.unmarked_note),
            Paragraph(composer.say("onboarding.no_workplace.choose")),
            *composer.caveat(matrix, matrix.tasks),
        ),
        matrix.sources,
        matrix.agreement,
        asks_profile=True,
        told=(*lines, *term_told(matrix.agreement, composer)),
    )


# --- 2: when it does not work -----------------------------------------------------------------------


def _trouble(composer: Composer) -> Iterator[Part]:
    say = composer.say
    ways = {route.level: route for route in reversed([*routes(composer)])}
    facts = _facts(say("refusal.facts"), composer)
    deviation, local = ways.get(RouteLevel.DEVIATION), ways.get(RouteLevel.LOCAL)
    regional = ways.get(RouteLevel.REGIONAL)
    if not ways:
        return
    sip = any("sip" in fact.about for fact in facts)
    items = [say("onboarding.hinder.sip")] if sip else []
    if deviation is not None:
        items.append(say("onboarding.hinder.deviation", step=deviation.steps[0].short))
    items.append(say("onboarding.hinder.manager"))
    blocks: list[Block] = [Bullets(tuple(items), heading=say("refusal.heading"))]
    if local is not None:
        steps = tuple(StepItem(step.id, step_name(step, composer)) for step in local.steps)
        blocks.append(Steps(steps, heading=say("onboarding.hinder.dispute", route=local.name)))
    if facts and (principle := say("refusal.not_hinder")):
        blocks.append(Paragraph(principle, more=True))
    if regional is not None:
        names = [step_name(step, composer) for step in regional.steps]
        line = say("route.line", name=regional.name, steps=names, after=regional.after_last)
        blocks.append(Paragraph(line, more=True))
    told = tuple(
        part for route in ways.values() for part in (route.id, *(step.short for step in route.steps), route.agreement)
    )
    first = next(iter(ways.values()))
    yield Part(
        TROUBLE,
        say("onboarding.hinder.lead", sip=sip, deviation=deviation is not None),
        tuple(blocks),
        (*(locator for way in ways.values() for locator in way.sources), *(fact.sources[0] for fact in facts)),
        first.agreement,
        composer.suggest("refused", *(["dispute_local"] if local else []), *(["deviation"] if deviation else [])),
        told=(*told, *term_told(first.agreement, composer)),
    )


def _facts(ids: str, composer: Composer) -> list[Fact]:
    """Return the facts with the ids in a sentence that may be told on the day."""
    found = (composer.facts.get(id_) for id_ in ids.split(", "))
    return [fact for fact in found if fact is not None and known(fact, composer.on)]


# --- 3: my municipality -----------------------------------------------------------------------------


def _place(composer: Composer) -> Iterator[Part]:
    if not composer.knowledge.municipalities:
        return
    say, place = composer.say, composer.municipality
    layers = _facts(say("onboarding.layers"), composer)
    general: list[Block] = [Paragraph(fact.lead) for fact in layers]
    sources = tuple(locator for fact in layers for locator in fact.sources)
    agreement = layers[0].agreement if layers else None
    if place is None:
        yield Part(PLACE, say("onboarding.kommun.none"), tuple(general), sources, agreement, asks_profile=True)
        return
    name, fact = composer.place_name(place), composer.observation(place)
    ask = ask_about(place, composer)
    if fact is None:
        lead = say("onboarding.kommun.nothing", name=name, on=composer.on.isoformat())
        yield Part(PLACE, lead, (*general, ask), sources, agreement, variant=place)
        return
    heading = say("local.heading", name=name, age=composer.age_note(fact.observed))
    local = Local(heading, tuple(filter(None, (fact.status_says, fact.under_way))))
    notes = tuple(note.lead or note.says for note in fact.notes if not note.editors_only and note.topic != "lok")
    more = say("onboarding.kommun.more", observed=fact.observed)
    old = composer.age(fact.observed)
    yield Part(
        PLACE,
        say("onboarding.kommun.lead", name=name, observed=fact.observed, age=old),
        (
            *general,
            *([Paragraph(say("onboarding.kommun.background"))] if old else []),
            local,
            ask,
            *([Bullets(notes, heading=more, more=True)] if notes else []),
        ),
        (*sources, *fact.sources),
        agreement,
        composer.suggest("lok_place", "lok_what", name=name),
        variant=place,
        told=(fact.id, *local.lines, *notes),
    )


# --- 4: whom to ask ---------------------------------------------------------------------------------


def _people(composer: Composer) -> Iterator[Part]:
    say, knowledge = composer.say, composer.knowledge
    contacts = [*knowledge.contacts.values()]
    everybody = [contact for contact in contacts if contact.for_id is None]
    place = composer.municipality
    near = [contact for contact in contacts if place is not None and contact.for_id == place]
    support = [contact for contact in contacts if contact.for_id == knowledge.region.support_body]
    actors = [
        contact for contact in contacts if contact.for_id in knowledge.actors and contact.for_id != own_actor(composer)
    ]
    first = [*everybody, *near, *support]
    if not first:
        return
    body = knowledge.bodies[knowledge.region.support_body]
    sources = [locator for contact in first for locator in contact.sources]
    told = known(body.definition, composer.on)
    sources += body.definition.sources if told else ()
    blocks: list[Block] = [
        *([Bullets(_named(first[1:]))] if first[1:] else []),
        Paragraph(say("onboarding.kontakt.lacks", body=body.name if sources else "")),
        *([Bullets(_named(actors), heading=say("onboarding.kontakt.others"))] if actors else []),
        *([Paragraph(body.definition.lead, more=True)] if told else []),
    ]
    pages = {contact.url: contact.name for contact in reversed(first) if contact.url}
    if pages:
        blocks.append(Links(tuple(Link(capitalised(name), url) for url, name in pages.items()), more=True))
    yield Part(
        PEOPLE,
        say("onboarding.kontakt.lead", first=first[0].name),
        tuple(blocks),
        tuple(sources),
        variant=f"{composer.municipality or ''}/{own_actor(composer) or ''}",
        told=_named((*first, *actors)),
    )


def _named(contacts: list[Contact] | tuple[Contact, ...]) -> tuple[str, ...]:
    return tuple(contact.name for contact in contacts)


# --- 5: the quiz ------------------------------------------------------------------------------------


def _quiz(composer: Composer) -> Iterator[Part]:
    items = bank(composer)
    if not items:
        return
    yield Part(
        QUIZ,
        composer.say("onboarding.quiz.lead", count=min(ROUND, len(items))),
        (Paragraph(composer.say("onboarding.quiz.how")), Paragraph(composer.say("onboarding.stays"))),
        told=(QUIZ,),
    )
