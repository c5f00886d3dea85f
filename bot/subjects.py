"""What can be found in the knowledge: every subject with the question that asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from bot.sentences import Sentences, capitalised
from knowledge.facts import every_fact
from knowledge.model import EscalationRoute, EscalationStep, Fact, Knowledge, RouteLevel, Term

_ROUTES = (RouteLevel.LOCAL, RouteLevel.DEVIATION, RouteLevel.REGIONAL)
"""Which way on is wanted the soonest."""


class Group(IntEnum):
    """Kinds of subject, those that are wanted the soonest first."""

    TASK = 1
    ROUTE = 2
    DUTIES = 3
    VALIDITY = 4
    MEANING = 5
    STEP = 6
    COMMON = 7
    FACT = 8
    PLACE = 9


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to ask for: `title` is how a list calls it, `question` is what it asks.

    `name` and `aliases` are the words for it; `concepts` what it is about. `fact` is the id that its
    answer must cite, where it is known; `actor` and `place` say whose it is.
    """

    id: str
    group: Group
    title: str
    question: str
    name: str = ""
    aliases: tuple[str, ...] = ()
    concepts: frozenset[str] = field(default_factory=frozenset)
    fact: str | None = None
    actor: str | None = None
    place: str | None = None


def subjects_of(knowledge: Knowledge, say: Sentences) -> Iterator[Subject]:
    """Yield every subject. A question that has no answer on a day is among them too: ask before it is shown."""
    yield from _tasks(knowledge, say)
    yield from _routes(knowledge, say)
    yield from _actors(knowledge, say)
    yield from _agreements(knowledge, say)
    yield from _meanings(knowledge, say)
    yield from _common(knowledge)
    yield from _places(knowledge, say)
    yield from _facts(knowledge)


def _tasks(knowledge: Knowledge, say: Sentences) -> Iterator[Subject]:
    for matrix in knowledge.matrices.values():
        for task in matrix.tasks:
            yield Subject(
                f"{matrix.agreement}/{task.id}",
                Group.TASK,
                say("search.task", name=capitalised(task.name)),
                say("suggest.task", task=task.phrase),
                task.name,
                (task.phrase, *task.aliases),
                frozenset({task.id}),
                fact=f"{matrix.agreement}/ansvar/{task.id}",
            )


def _routes(knowledge: Knowledge, say: Sentences) -> Iterator[Subject]:
    for route in sorted(knowledge.routes.values(), key=lambda route: _ROUTES.index(route.level)):
        deviation = route.level is RouteLevel.DEVIATION
        yield Subject(
            f"{route.agreement}/{route.id}",
            Group.ROUTE,
            say("search.deviation" if deviation else "search.route", name=route.name),
            say("suggest.deviation") if deviation else say("clarify.route", name=route.name.lower()),
            route.name,
            route.aliases,
            frozenset({route.id}),
        )
        for step in route.steps:
            yield _step(route, step, knowledge, say)


def _step(route: EscalationRoute, step: EscalationStep, knowledge: Knowledge, say: Sentences) -> Subject:
    called = knowledge.bodies[step.body].name if step.body else step.name
    asked = called if step.body or not step.aliases else step.aliases[0]
    return Subject(
        f"{route.agreement}/{route.id}/{step.id}",
        Group.STEP,
        say("search.step", route=route.name, step=called),
        say("search.step_ask", route=route.name, step=asked),
        called,
        (route.name, *step.aliases),
        frozenset({step.id, route.id, *([step.body] if step.body else [])}),
    )


def _actors(knowledge: Knowledge, say: Sentences) -> Iterator[Subject]:
    for actor in knowledge.actors.values():
        units = [word for unit in actor.units for word in (unit.name, *unit.aliases)]
        yield Subject(
            actor.id,
            Group.DUTIES,
            say("search.duties", name=actor.name),
            say("suggest.actor", actor=actor.definite),
            actor.name,
            (actor.definite, *actor.aliases, *units),
            frozenset({actor.id, *(unit.id for unit in actor.units)}),
            actor=actor.id,
        )


def _agreements(knowledge: Knowledge, say: Sentences) -> Iterator[Subject]:
    for agreement in knowledge.agreements.values():
        words = (agreement.name, *agreement.aliases)
        about = frozenset({agreement.id})
        asked = say("suggest.validity", agreement=agreement.short)
        title = say("search.validity", name=agreement.short)
        yield Subject(f"{agreement.id}/giltighet", Group.VALIDITY, title, asked, agreement.short, words, about)
        asked, title = say("search.what_ask", name=agreement.short), say("search.what", name=agreement.short)
        yield Subject(f"{agreement.id}/vad", Group.MEANING, title, asked, agreement.short, words, about)


def _meanings(knowledge: Knowledge, say: Sentences) -> Iterator[Subject]:
    for term in knowledge.terms.values():
        if term.definition is not None:
            words = (*([term.abbreviation] if term.abbreviation else []), *term.aliases)
            yield _meaning(term.definition, term.id, called(term), (term.name, *words), say)
    for body in knowledge.bodies.values():
        yield _meaning(body.definition, body.id, body.name, body.aliases, say)


def called(term: Term) -> str:
    """Return how a list calls a term: by the abbreviation with its name, where it has one."""
    short = term.abbreviation
    return f"{short} ({term.name})" if short and short != term.name and len(short) < len(term.name) else term.name


def _meaning(fact: Fact, concept: str, name: str, words: Iterable[str], say: Sentences) -> Subject:
    return Subject(
        fact.id,
        Group.MEANING,
        say("search.what", name=capitalised(name)),
        say("search.what_ask", name=name.partition(" (")[0]),
        name,
        tuple(words),
        frozenset({concept}),
    )


def _common(knowledge: Knowledge) -> Iterator[Subject]:
    """Yield the questions that replies suggest whatever they are about."""
    for key, text in knowledge.sentences.items():
        if key.startswith("suggest.") and "{" not in text:
            yield Subject(key, Group.COMMON, text.strip(), text.strip())


def _places(knowledge: Knowledge, say: Sentences) -> Iterator[Subject]:
    for place in knowledge.municipalities.values():
        about = frozenset({place.id})
        for key, asked in (("search.lok", "suggest.lok_place"), ("search.place", "search.place_ask")):
            title, question = say(key, name=place.name), say(asked, name=place.name)
            yield Subject(
                f"{place.id}/{key}", Group.PLACE, title, question, place.name, place.aliases, about, place=place.id
            )


def _facts(knowledge: Knowledge) -> Iterator[Subject]:
    """Yield the facts that an editor has given a question for. Definitions are asked for by name."""
    named = {term.definition.id for term in knowledge.terms.values() if term.definition is not None}
    named |= {body.definition.id for body in knowledge.bodies.values()}
    spelt = _spelling(knowledge)
    for fact in every_fact(knowledge).values():
        if fact.examples and not fact.editors_only and fact.id not in named:
            question = next((text for text in fact.examples if _well_written(text)), fact.examples[0])
            title = capitalised(re.sub(r"\w+", lambda word: spelt.get(word[0], word[0]), question).rstrip(" ?")) + "?"
            yield Subject(f"fact/{fact.id}", Group.FACT, title, question, concepts=frozenset(fact.about), fact=fact.id)


def _spelling(knowledge: Knowledge) -> dict[str, str]:
    """Return how names are written that people write in small letters: sip → SIP, falun → Falun."""
    names = [
        *(place.name for place in knowledge.municipalities.values()),
        *(each.short for each in knowledge.agreements.values()),
    ]
    names += [term.abbreviation for term in knowledge.terms.values() if term.abbreviation]
    words = {word for name in names for word in name.split()}
    return {word.lower(): word for word in words if word != word.lower()}


def _well_written(question: str) -> bool:
    return question[:1].isupper() and question.endswith("?")
