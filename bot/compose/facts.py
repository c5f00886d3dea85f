"""Single facts: definitions and topics, and what the sources do not say about a known subject."""

from __future__ import annotations

import re

from bot.answer import Answer, Block, Bullets, Notice, Paragraph, StepItem, Steps
from bot.compose.buttons import route_buttons
from bot.compose.common import Composer, before, shorten
from bot.question import Question
from bot.reading import Reading
from bot.sentences import capitalised
from knowledge.model import EscalationRoute, Fact, Kind, Locator, RouteLevel, first_day, last_day


def compose_fact(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return what one fact says, or, where a detail was asked that it lacks, that first."""
    fact = in_time(composer.facts[reading.slots["fact"]], composer)
    missing = reading.slots.get("missing", ())
    told = _told_of(missing, reading.slots.get("subject"), fact, composer)
    notices: tuple[Notice, ...] = ()
    blocks: list[Block] = []
    lead = fact.lead
    if told is not None:
        lead, missing = told[0], ()
        if lead not in fact.lead:
            blocks.append(Paragraph(fact.lead))
    if missing:
        names = [composer.knowledge.cues[aspect].name or aspect for aspect in missing]
        subject = _name(reading.slots["subject"], composer)
        lead = composer.say("fact.lacks", items=names, subject=subject)
        lead = composer.decided("vet_inte", lead) if question.yes_no else lead
        blocks.append(Paragraph(fact.lead))
    elif not fact.known_on(composer.on) and fact.agreement and not composer.term(fact.agreement).begun:
        return before(Kind.VALIDITY, composer.term(fact.agreement), question, composer)
    elif not fact.known_on(composer.on):
        lead = composer.say("fact.not_yet", on=composer.on.isoformat(), subject=_subject(fact, composer))
        return composer.answer(
            fact.kind,
            shorten(lead),
            title=capitalised(_subject(fact, composer)),
            citations=composer.cite(fact.sources),
            agreement=fact.agreement,
            municipality=composer.municipality or _named_place(fact, question, composer),
            suggestions=composer.suggest("agreements", "dispute"),
        )
    assumed = question.claims and any(set(denied) <= set(question.concepts) for denied in fact.denies)
    if not missing and (question.yes_no or assumed):
        lead = composer.decided(_section_verdict(fact, question, composer) or _verdict(fact, question), lead)
    if fact.details:
        blocks.append(Bullets(fact.details))
    route = _route(fact, question, composer)
    if route is not None:
        blocks.append(Steps(tuple(StepItem(step.id, step.short) for step in route.steps), heading=route.name))
    if fact.missing and not missing:
        blocks.append(Paragraph(composer.say("fact.missing", text=fact.missing)))
    laws = composer.law_lines(law for law in fact.law)
    if laws:
        blocks.append(Paragraph(" ".join(laws)))
    if fact.observed and (check := composer.check_note(fact.observed)):
        blocks.append(Paragraph(check))
    sources = [*fact.sources]
    fact_ids = [fact.id, *(told[1] if told else ())]
    sources += told[2] if told else ()
    if fact.agreement and fact.agreement in composer.knowledge.agreements:
        term = composer.term(fact.agreement)
        notices = composer.agreement_notices(term)
        blocks += composer.validity_blocks(term)
        sources += term.decision.sources
        fact_ids.append(composer.decision_id(term))
    local, local_ids, local_sources = composer.local_block(
        composer.municipality if fact.kind in (Kind.TOPIC,) else None, _local_topics(fact)
    )
    blocks += local
    return composer.answer(
        fact.kind,
        shorten(lead),
        title=capitalised(_subject(fact, composer)),
        notices=notices,
        blocks=tuple(blocks),
        agreement=fact.agreement,
        municipality=composer.municipality or _named_place(fact, question, composer),
        route=route.id if route else None,
        steps=tuple(step.id for step in route.steps) if route else (),
        citations=composer.cite(sources, local_sources),
        facts=(*fact_ids, *local_ids),
        actions=route_buttons(route, None, composer) if route else (),
        suggestions=composer.suggest("agreements", "dispute", "refused"),
    )


def _told_of(
    missing: tuple[str, ...], subject: str | None, fact: Fact, composer: Composer
) -> tuple[str, tuple[str, ...], tuple[Locator, ...]] | None:
    """Return what is said elsewhere of a detail of a body, with ids and places; null where nothing is.

    Who sits in it stands at its step of a route, or beside its name; how often it meets within its definition.
    """
    body = composer.knowledge.bodies.get(subject or "")
    if body is None or len(missing) != 1:
        return None
    if missing[0] == "hur-ofta":
        often = composer.say("word.often").split(", ")
        said = (sentence for text in (fact.lead, *fact.details) for sentence in _SENTENCE.findall(text))
        found = next((sentence for sentence in said if any(word in sentence.casefold() for word in often)), None)
        return (composer.say("fact.sits", body=body.name, says=found), (), ()) if found else None
    if missing[0] != "ledamoter":
        return None
    for route in composer.knowledge.routes.values():
        for step in route.steps:
            if step.body == body.id and composer.term(route.agreement).begun:
                says = composer.say("fact.sits", body=body.name, says=step.who_sits)
                return says, (f"{route.agreement}/{route.id}/{step.id}",), step.sources
    return composer.say("fact.sits", body=body.name, says=f"{body.plain}."), (), ()


_SENTENCE = re.compile(r"\S[^.!?]*[.!?]?")


def _route(fact: Fact, question: Question, composer: Composer) -> EscalationRoute | None:
    """Return the route that a fact about deviations or disputes belongs to; the local one where both have it."""
    routes = composer.knowledge.routes
    if fact.route is not None:
        return routes.get(fact.route)
    if fact.kind is not Kind.ESCALATION or fact.agreement is None:
        return None
    touched = {concept for concept in fact.about if concept in routes}
    bodies = {body for body in fact.about if body in composer.knowledge.bodies}
    fitting = [
        route
        for route in routes.values()
        if route.agreement == fact.agreement
        and (
            route.id in touched
            or ("tvist" in fact.about and route.level is not RouteLevel.DEVIATION)
            or any(step.body in bodies for step in route.steps)
        )
    ]
    asked = [route for route in fitting if question.has(route.id, route.level.value)]
    local = [route for route in fitting if route.level is RouteLevel.LOCAL]
    return next(iter((*asked, *local, *fitting)), None)


def _named_place(fact: Fact, question: Question, composer: Composer) -> str | None:
    """Return the fact's municipality where the question says its name within a longer one ("styrgruppen i …")."""
    if fact.municipality is None:
        return None
    name = composer.place_name(fact.municipality).lower()
    return fact.municipality if any(token.word.startswith(name) for token in question.tokens) else None


def _verdict(fact: Fact, question: Question) -> str | None:
    """Return yes or no: the fact's own, or no where the question asserts what the fact denies."""
    if any(set(denied) <= set(question.concepts) for denied in fact.denies):
        return "nej"
    return fact.yes_no


_SECTION = re.compile(r"(\d+)\s*(?:a\s+)?kap\.?\s*(\d+)\s*([a-z])?\b|\b(\d{1,2}):(\d{1,2})\b")


def _section_verdict(fact: Fact, question: Question, composer: Composer) -> str | None:
    """Return whether a section that the question names is the one in force on the day; null if it names none."""
    laws = [law for law in (*fact.law, *fact.about) if law in composer.knowledge.laws]
    asked = _sections(question.text)
    if not laws or not asked:
        return None
    law = composer.knowledge.laws[laws[0]]
    now = [
        section
        for section in law.sections
        if (section.valid_from is None or first_day(section.valid_from) <= composer.on)
        and (section.valid_through is None or composer.on <= last_day(section.valid_through))
    ]
    in_force = {found for section in now for found in _sections(section.section)} | _sections(law.hsl or "")
    return "ja" if asked <= in_force else "nej"


def _sections(text: str) -> set[tuple[str, str, str]]:
    """Return the sections that a text names, as (chapter, section, letter)."""
    return {(m[1] or m[4], m[2] or m[5], m[3] or "") for m in _SECTION.finditer(text.lower())}


def in_time(fact: Fact, composer: Composer) -> Fact:
    """Return the fact about the same that held on the day: a changed law has one item before and one after."""
    if fact.known_on(composer.on):
        return fact
    same = [other for other in composer.facts.values() if other.about == fact.about and other.known_on(composer.on)]
    return same[0] if same else fact


def _local_topics(fact: Fact) -> tuple[str, ...]:
    return tuple(topic for topic in ("sip", "vald") if topic in fact.about or f"{topic}" in fact.also)


def _subject(fact: Fact, composer: Composer) -> str:
    return _name(fact.about[0], composer)


def _name(concept: str, composer: Composer) -> str:
    knowledge = composer.knowledge
    for section in (knowledge.terms, knowledge.bodies, knowledge.actors, knowledge.municipalities):
        if concept in section:
            return section[concept].name
    if concept in knowledge.agreements:
        return knowledge.agreements[concept].short
    if concept in knowledge.routes:
        return knowledge.routes[concept].name
    if concept in knowledge.cues:
        return knowledge.cues[concept].name or concept
    for matrix in knowledge.matrices.values():
        for task in matrix.tasks:
            if task.id == concept:
                return task.phrase
    if concept in knowledge.laws:
        return knowledge.laws[concept].subject
    return concept
