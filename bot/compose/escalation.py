"""Deviations, disputes and refusals: the route, the step that was asked about, what helps today."""

from __future__ import annotations

from bot.answer import Answer, Block, Bullets, Paragraph, StepItem, Steps
from bot.compose.buttons import refusal_buttons, route_buttons
from bot.compose.changes import apart_lines, routes_ahead, rows_ahead, rows_apart
from bot.compose.common import Composer, before, shorten
from bot.frames.base import is_court
from bot.question import Question
from bot.reading import Reading
from bot.sentences import capitalised
from knowledge.model import EscalationRoute, EscalationStep, Kind, RouteLevel

# Which field of a step answers which aspect of a question.
STEP_FIELDS = {
    "dokumentera": "documentation",
    "skriftligt": "form",
    "ledamoter": "who_sits",
    "hur-ofta": "who_sits",
    "delta": "form",
    "kontakt": "form",
}


def compose_route(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return a route with all its steps, led by the step or detail that was asked about."""
    slots = reading.slots
    routes = [composer.knowledge.routes[route] for route in slots["routes"]]
    route = routes[0]
    term = composer.term(route.agreement)
    if not term.begun:
        return before(Kind.ESCALATION, term, question, composer)
    index = _asked_step(reading, route)
    asked = route.steps[index] if index is not None and index < len(route.steps) else None
    lead, lines = _lead(reading, question, routes, index, composer)
    items = tuple(StepItem(step.id, step.short, current=number == index) for number, step in enumerate(route.steps))
    told = [Paragraph(" ".join(lines))] if lines else []
    whole = lines == [route.about_what]  # what the route is for can wait where nothing else was asked
    here = index if asked else 0 if whole else None
    blocks: list[Block] = [*([] if whole else told)]
    first = composer.say(f"route.you.{route.level.value}") if here == 0 else ""
    ahead = routes_ahead(routes, composer)
    blocks += [Steps(items, heading=route.name, first=first), *ahead.blocks, *_here(route, here, composer)]
    blocks += told if whole else []
    if len(routes) > 1:
        blocks += _differences(routes, index, composer)
    missing = [composer.knowledge.cues[aspect].name or aspect for aspect in slots["missing"]]
    blocks.append(Paragraph(composer.say("route.missing", items=list(route.missing))))
    blocks += _others(route, composer) if whole else []
    if route.notes:
        blocks.append(Bullets(route.notes, more=True))
    if slots["tasks"] and not missing:
        blocks.append(_task_line(slots["tasks"], composer))
    local, local_ids, local_sources = composer.local_block(composer.municipality, ("avvikelse", "struktur"))
    blocks += [*local, *composer.validity_blocks(term)]
    others = [a.short for a in composer.knowledge.agreements.values() if a.id != route.agreement]
    blocks.append(Paragraph(composer.say("route.only_here", agreement=term.agreement.short, others=others), more=True))
    steps = tuple(step.id for step in route.steps)
    return composer.answer(
        Kind.ESCALATION,
        shorten(lead),
        title=route.name,
        notices=composer.agreement_notices(term),
        blocks=tuple(blocks),
        route=route.id,
        steps=steps,
        agreement=route.agreement,
        municipality=composer.municipality,
        citations=composer.cite(
            *(route.sources, *(step.sources for step in route.steps), ahead.sources),
            *(term.decision.sources, local_sources),
        ),
        facts=(
            f"{route.agreement}/vag/{route.id}",
            *(f"{route.agreement}/{route.id}/{step}" for step in steps),
            composer.decision_id(term),
            *local_ids,
        ),
        actions=route_buttons(route, asked, composer),
        suggestions=composer.suggest("next_step", "documentation", "validity", agreement=term.agreement.short)
        if route.level is not RouteLevel.DEVIATION
        else composer.suggest("dispute", "refused", "synergi"),
    )


def compose_refusal(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return what helps today when somebody has said no, in the order of design.md; never a verdict."""
    knowledge = composer.knowledge
    matrix = composer.matrix if composer.matrix_id else knowledge.main_matrix
    main = matrix.agreement if matrix else knowledge.region.main_agreement
    term = composer.term(main)
    if not term.begun:
        return before(Kind.ESCALATION, term, question, composer)
    rows = matrix.tasks if matrix else ()
    tasks = [task for task in rows if task.id in reading.slots["tasks"]]
    columns = matrix.actors if matrix else ()
    marked = tuple(actor for actor in columns if any(actor in task.responsible for task in tasks))
    refusing = reading.slots["actors"]
    items: list[str] = []
    facts: list[str] = []
    sources = [*matrix.sources] if matrix else []
    for task in tasks:
        items.append(
            composer.say(
                "refusal.who", task=task.phrase, actors=[knowledge.actors[a].definite for a in task.responsible]
            )
        )
        facts.append(f"{main}/ansvar/{task.id}")
    apart = rows_apart(reading.slots["tasks"], composer)
    for task in apart:
        items.append(" ".join(apart_lines(task, composer)))
        facts.append(f"{main}/ansvar/{task.id}")
        sources += task.sources
    for actor in refusing:
        own = [task.phrase for task in rows if actor in task.responsible]
        if not tasks and not apart and own:
            items.append(
                composer.say("refusal.actor", actor=knowledge.actors[actor].definite, tasks=own[:4], more=len(own) > 4)
            )
            facts += [f"{main}/ansvar/{task.id}" for task in rows if actor in task.responsible]
    items += filter(None, (composer.say(f"refusal.{key}") for key in ("not_hinder", "sip", "deviation", "manager")))
    for fact_id in composer.say("refusal.facts").split(", "):
        fact = composer.facts.get(fact_id)
        if fact is not None:
            facts.append(fact_id)
            sources += fact.sources
    deviation = next((route for route in knowledge.routes.values() if route.level is RouteLevel.DEVIATION), None)
    if deviation is not None:
        sources += deviation.sources
        facts.append(f"{deviation.agreement}/vag/{deviation.id}")
    ahead = rows_ahead(tasks, composer, named=True)
    sources += ahead.sources
    local, local_ids, local_sources = composer.local_block(composer.municipality, ("avvikelse",))
    blocks: list[Block] = [
        Bullets(tuple(items), heading=composer.say("refusal.heading")),
        *ahead.blocks,
        Paragraph(composer.say("refusal.no_verdict")),
        *local,
        *composer.validity_blocks(term),
        *(composer.caveat(matrix, tasks or rows) if matrix else ()),
    ]
    return composer.answer(
        Kind.ESCALATION,
        shorten(composer.say("refusal.lead", drug_free=reading.slots["drug_free"], yes_no=question.yes_no)),
        title=composer.say("refusal.title"),
        notices=composer.agreement_notices(term),
        blocks=tuple(blocks),
        responsible=marked if term.begun else (),
        route=deviation.id if deviation else None,
        steps=tuple(step.id for step in deviation.steps) if deviation else (),
        agreement=main,
        municipality=composer.municipality,
        citations=composer.cite(sources, term.decision.sources, local_sources),
        facts=(*dict.fromkeys(facts), composer.decision_id(term), *local_ids),
        actions=refusal_buttons(tasks, refusing, composer),
        suggestions=composer.suggest("deviation", "sip", "dispute"),
    )


def _asked_step(reading: Reading, route: EscalationRoute) -> int | None:
    """Return the number of the step that the question is about, or of the one after it."""
    slots = reading.slots
    at: int | None = None
    for number, step in enumerate(route.steps):
        if step.body in slots["bodies"] or step.id == slots["step"]:
            at = number
    if slots["order"] == "forsta" and at is None:
        return 0
    if slots["order"] == "sista":
        return len(route.steps) - 1
    if slots["order"] == "nasta":
        return None if at is None else at + 1
    return at


def _lead(
    reading: Reading, question: Question, routes: list[EscalationRoute], index: int | None, composer: Composer
) -> tuple[str, list[str]]:
    route = routes[0]
    slots = reading.slots
    if slots["missing"]:
        names = [composer.knowledge.cues[aspect].name or aspect for aspect in slots["missing"]]
        lacks = capitalised(composer.say("route.lacks", items=names, route=route.name))
        return composer.decided("vet_inte", lacks) if question.yes_no else lacks, [route.lead]
    if slots.get("level_missing"):
        lacks = composer.say(f"route.no_level.{slots['level_missing']}")
        return composer.decided("vet_inte", lacks) if question.yes_no else lacks, [route.lead]
    if question.has("domstol-ord", "domstol", *_courts(composer)) and not any(
        is_court(step, composer.knowledge) for step in route.steps
    ):
        yes_no = composer.say("word.no") + ", " if question.yes_no else ""
        return capitalised(yes_no + composer.say("route.no_court", name=route.name)), [route.after_last]
    outside = [body for body in slots["bodies"] if not any(step.body == body for each in routes for step in each.steps)]
    at_step = slots["step"] is not None and slots["order"] == "nasta"
    if outside and not at_step and not any(step.body in slots["bodies"] for step in route.steps):
        names = [composer.knowledge.bodies[body].name for body in outside]
        verdict = capitalised(composer.say("word.no")) + ", " if question.yes_no else ""
        return capitalised(verdict + composer.say("route.not_a_step", bodies=names, route=route.name.lower())), [
            route.lead
        ]
    if slots["order"] == "nasta" and len(routes) > 1 and (apart := _next_apart(reading, routes, composer)):
        return apart, []
    if index is not None and index >= len(route.steps):
        return route.after_last, []
    if index is not None:
        step = route.steps[index]
        if slots["order"] == "nasta":
            lead = composer.say("route.next", step=step.name, both=len(routes) > 1)
        elif question.yes_no and question.has("direkt", "forsta"):
            lead = composer.say(
                "route.first_yes" if index == 0 else "route.first_no", first=route.steps[0].name, step=step.name
            )
        else:
            lead = composer.decided(None if slots["details"] else "ja", step.lead) if question.yes_no else step.lead
        return lead, []
    for detail in slots["details"]:
        found = _detail(detail, route)
        if found:
            return found[0], found[1:]
    if "beslut" in slots["details"] and question.asks_who:
        return _settling(route, composer).lead, [route.lead]
    return route.lead, [route.about_what]


def _settling(route: EscalationRoute, composer: Composer) -> EscalationStep:
    """Return the last step of a route whose body settles disputes; the last step where none is said to."""
    settling = [step for step in route.steps if step.body and composer.knowledge.bodies[step.body].settles_disputes]
    return (settling or list(route.steps))[-1]


def _courts(composer: Composer) -> set[str]:
    steps = (step for route in composer.knowledge.routes.values() for step in route.steps)
    return {step.id for step in steps if is_court(step, composer.knowledge)}


def _next_apart(reading: Reading, routes: list[EscalationRoute], composer: Composer) -> str | None:
    """Return the next step of each route, where the routes go on apart after a body that they share."""
    found: dict[str, str | None] = {}
    for route in routes:
        index = _asked_step(reading, route)
        if index is not None:
            found[route.name] = route.steps[index].name if index < len(route.steps) else None
    if len(set(found.values())) < 2:
        return None
    return capitalised(composer.say("route.next_apart", steps=list(found.items())))


def _here(route: EscalationRoute, index: int | None, composer: Composer) -> list[Block]:
    """Return what to do at one step: you, your manager, who sits there, what to write down, and what comes next."""
    if index is None:
        return []
    step = route.steps[index]
    following = route.steps[index + 1] if index + 1 < len(route.steps) else None
    then = composer.say("route.then", step=following, number=index + 2, after=route.after_last)
    heading = composer.say("route.here" if index else "route.now", number=index + 1, step=step.name)
    about = _about(step, composer)
    if index:  # who sits there is what somebody on the way asks first
        return [Bullets((about.pop("sits"), then, *about.values()), heading=heading)]
    return [Bullets((about.pop("moves"), then, *about.values()), heading=heading)]


def _others(route: EscalationRoute, composer: Composer) -> list[Block]:
    """Return who has the question at each step after the first, and who takes it there."""
    lines = (
        composer.say("route.later", number=number, step=step.name, moves=step.who_moves, sits=step.who_sits)
        for number, step in enumerate(route.steps[1:], 2)
    )
    return [Bullets(tuple(lines), heading=composer.say("route.later_steps"), more=True)]


def _about(step: EscalationStep, composer: Composer) -> dict[str, str]:
    """Return who takes a question to a step, who sits there, how, what is written down, and what the sources lack."""
    said = {"moves": step.who_moves, "writes": step.documentation, "sits": step.who_sits, "form": step.form}
    lines = {key: composer.say(f"route.{key}", says=says) for key, says in said.items() if says}
    lacks = [*step.missing, *([] if step.documentation else [composer.say("route.what_to_write")])]
    return {**lines, "lacks": composer.say("route.step_lacks", items=lacks)} if lacks else lines


def _detail(detail: str, route: EscalationRoute) -> list[str]:
    """Return the first thing that any step of the route says about a detail."""
    field = STEP_FIELDS.get(detail)
    if field is None:
        return []
    return [text for step in route.steps if (text := getattr(step, field))]


def _differences(routes: list[EscalationRoute], index: int | None, composer: Composer) -> list[Block]:
    """Return how the routes go on apart, where one answer serves both."""
    items = []
    for route in routes:
        names = [step.name for step in route.steps]
        items.append(composer.say("route.line", name=route.name, steps=names, after=route.after_last))
    return [Bullets(tuple(items), heading=composer.say("route.differs"))]


def _task_line(tasks: tuple[str, ...], composer: Composer) -> Paragraph:
    lines = [
        composer.say(
            "refusal.who", task=task.phrase, actors=[composer.knowledge.actors[a].definite for a in task.responsible]
        )
        for task in composer.matrix.tasks
        if task.id in tasks
    ]
    return Paragraph(" ".join(lines))
