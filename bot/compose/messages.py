"""A text to send on: three neutral sentences for mail, a call to a SIP meeting, or a deviation."""

from __future__ import annotations

from collections.abc import Iterable

from bot.answer import Answer, Block, Choice, Draft, Paragraph
from bot.compose.buttons import disagree_button
from bot.compose.changes import rows_ahead
from bot.compose.common import Composer, Term, before, shorten
from bot.compose.responsibility import task_notes, task_rows
from bot.frames.messages import PURPOSES
from bot.question import Question
from bot.reading import Reading
from knowledge.model import EscalationRoute, EscalationStep, Fact, Kind, Locator, RouteLevel, Task


def compose_message(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return the text for the purpose and subject of the reading; only what the sources say, and what is asked for.

    What the sender must fill in stands in square brackets. A refusal and a dispute answer as their routes do.
    """
    term = composer.term(composer.matrix.agreement)
    kind: Kind = reading.kind
    if not term.begun:
        return before(kind, term, question, composer)
    slots = reading.slots
    tasks = tuple(task for task in composer.matrix.tasks if task.id in slots["tasks"])
    route = composer.knowledge.routes[slots["route"]] if slots["route"] else None
    says, sources, facts = _says(reading, tasks, route, term, composer)
    asks = composer.say(_asks_key(reading))
    blocks: list[Block] = [
        Draft((says, asks, _source_line(sources, kind, term, composer)), _said("heading", reading, composer)),
        Paragraph(composer.say("message.no_names")),
    ]
    if slots["purpose"] == "sip":
        blocks.append(Paragraph(composer.say("message.consent")))
    ahead = rows_ahead(tasks, composer)
    blocks += [*(task_rows(task, composer, heading=len(tasks) > 1) for task in tasks), *ahead.blocks]
    blocks += task_notes(tasks, composer)
    if kind is not Kind.TOPIC:
        blocks += [*composer.validity_blocks(term), *_read_in(tasks, sources, term, composer)]
        facts.append(composer.decision_id(term))
        sources += [*ahead.sources, *term.decision.sources]
    return composer.answer(
        kind,
        shorten(_lead(reading, tasks, route, question, composer)),
        title=composer.say("message.title", tasks=[task.phrase for task in tasks[:1]]),
        notices=composer.agreement_notices(term) if kind is not Kind.TOPIC else (),
        blocks=tuple(blocks),
        responsible=tuple(
            actor for actor in composer.matrix.actors if any(actor in task.responsible for task in tasks)
        ),
        route=route.id if route else None,
        steps=tuple(step.id for step in route.steps) if route else (),
        agreement=term.agreement.id if kind is not Kind.TOPIC else None,
        municipality=composer.municipality,
        citations=composer.cite(sources),
        facts=tuple(dict.fromkeys(facts)),
        actions=_other_purposes(reading, tasks, route, composer),
        suggestions=_suggestions(tasks, composer),
    )


def _read_in(tasks: tuple[Task, ...], sources: list[Locator], term: Term, composer: Composer) -> tuple[Paragraph, ...]:
    """Return what kind of source the text is taken from, where that is not the agreement itself."""
    if tasks:
        return composer.caveat(composer.matrix, tasks)
    if composer.is_primary(sources):
        return ()
    return (Paragraph(composer.say("message.read_in", agreement=term.agreement.short), more=True),)


def purpose_choice(purpose: str, composer: Composer) -> Choice:
    """Return the choice of a purpose where the question names nothing that the text should be about."""
    name = composer.say(f"message.{purpose}")
    return Choice(composer.say(f"message.choice.{purpose}"), composer.say("message.question_bare", purpose=name))


def _says(
    reading: Reading, tasks: tuple[Task, ...], route: EscalationRoute | None, term: Term, composer: Composer
) -> tuple[str, list[Locator], list[str]]:
    """Return the first sentence, the places in sources that it was read in, and the facts that it used."""
    agreement = term.agreement
    facts = [f"{agreement.id}/ansvar/{task.id}" for task in tasks]
    sources = [locator for task in tasks for locator in task.sources]
    if route is not None:
        facts += [f"{agreement.id}/vag/{route.id}", *(f"{agreement.id}/{route.id}/{step.id}" for step in route.steps)]
    if tasks:
        rows = [(task.phrase, _definite(task.responsible, composer)) for task in tasks]
        key = "message.says.task" if len(rows) == 1 else "message.says.tasks"
        says = composer.say(key, agreement=agreement.short, rows=rows, task=rows[0][0], actors=rows[0][1])
        return says, [*sources, *(route.sources if route else ())], facts
    if reading.slots["subject"] == "refused" and (not_hinder := _not_hinder(composer)):
        quoted = composer.say("refusal.not_hinder")
        says = composer.say("message.says.quoted", agreement=agreement.short, says=quoted)
        of_facts = [locator for fact in not_hinder for locator in fact.sources]
        return says, [*of_facts, *(route.sources if route else ())], [*(fact.id for fact in not_hinder), *facts]
    if route is not None:
        step = _step(reading, route)
        says = composer.say("message.says.quoted", agreement=agreement.short, says=_first_sentence(step.lead))
        return says, [*step.sources, *route.sources], facts
    sip = _facts("message.sip_facts", composer)
    return _first_sentence(sip[0].lead), [loc for fact in sip for loc in fact.sources], [fact.id for fact in sip]


def _not_hinder(composer: Composer) -> list[Fact]:
    """Return the facts of the agreement that help somebody who has been told no."""
    return [fact for fact in _facts("refusal.facts", composer) if fact.agreement == composer.matrix.agreement]


def _facts(key: str, composer: Composer) -> list[Fact]:
    ids = composer.say(key).split(", ")
    return [composer.facts[id_] for id_ in ids if id_ in composer.facts]


def _step(reading: Reading, route: EscalationRoute) -> EscalationStep:
    """Return the step that the text is about: the one that was named, else where the route begins.

    What the other side has to do with a deviation is the last step, not that we write it.
    """
    named = [step for step in route.steps if step.id == reading.slots["step"]]
    return (*named, *route.steps[:: -1 if route.level is RouteLevel.DEVIATION else 1])[0]


def _asks_key(reading: Reading) -> str:
    slots = reading.slots
    if slots["purpose"] != "mejl":
        return f"message.asks.{slots['purpose']}"
    about = "disagree" if slots["tasks"] and slots["disagree"] else slots["subject"]
    return f"message.asks.mejl.{about}"


def _source_line(sources: list[Locator], kind: Kind, term: Term, composer: Composer) -> str:
    """Return the last sentence: where it was read, what kind of source that is, on which day, and what is in force."""
    first = composer.cite(sources)[0]
    key = "message.source" if kind is not Kind.TOPIC else "message.source_fact"
    return composer.say(
        key,
        label=first.label,
        locator=first.locator,
        on=composer.on.isoformat(),
        short=term.agreement.short,
        uncertain=term.uncertain,
        through=term.through.isoformat() if term.through else None,
    )


def _lead(
    reading: Reading, tasks: tuple[Task, ...], route: EscalationRoute | None, question: Question, composer: Composer
) -> str:
    subject = reading.slots["subject"]
    key = subject if subject != "task" else "tasks" if len(tasks) > 1 else "task"
    marked = tasks[0].responsible if tasks else ()
    return composer.say(
        f"message.lead.{key}",
        purpose=composer.say(f"message.{reading.slots['purpose']}"),
        tasks=[task.phrase for task in tasks],
        actors=_definite(marked, composer),
        all=composer.every(marked),
        route=route.name.lower() if route and route.level is not RouteLevel.DEVIATION else None,
        yes_no=question.yes_no,
    )


def _other_purposes(
    reading: Reading, tasks: tuple[Task, ...], route: EscalationRoute | None, composer: Composer
) -> tuple[Choice, ...]:
    """Return a button for each other purpose of the same text."""
    slots = reading.slots
    named = [task.phrase for task in tasks[:2]]
    about = None
    subject = slots["subject"]
    if subject == "refused":
        about = composer.say("message.about_refused", tasks=named)
    elif named:
        about = composer.say("message.about_disagree" if slots["disagree"] else "message.about_task", tasks=named)
    elif subject == "sip":
        about = composer.say("message.about_sip")
    elif route is not None:
        about = composer.say("message.about_route", route=route.name.lower())
    found = []
    for purpose in PURPOSES:
        if purpose != slots["purpose"]:
            name = composer.say(f"message.{purpose}")
            question = composer.say("message.question", purpose=name, about=about)
            found.append(Choice(composer.say("message.button", purpose=name), question))
    return (*found, *disagree_button(composer))


def _suggestions(tasks: tuple[Task, ...], composer: Composer) -> tuple[str, ...]:
    if tasks:
        return composer.suggest("task", "refused", "sip", task=tasks[0].phrase)
    return composer.suggest("dispute_local", "refused", "sip")


def _said(key: str, reading: Reading, composer: Composer) -> str:
    return composer.say(f"message.{key}", purpose=composer.say(f"message.{reading.slots['purpose']}"))


def _definite(actors: Iterable[str], composer: Composer) -> list[str]:
    return [composer.knowledge.actors[actor].definite for actor in actors]


def _first_sentence(text: str) -> str:
    return text.split(". ")[0].rstrip(".") + "."
