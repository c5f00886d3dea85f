"""Somebody has said no; something went wrong; we do not agree: refusals, deviations and disputes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.frames.base import ASKING_WHO, FRAMING, PEOPLE, Frame, actors_named, tasks_named
from bot.question import Question
from bot.reading import Reading
from knowledge.model import EscalationRoute, Kind, RouteLevel

OTHER_COURT = frozenset({"overklaga", "lvm", "omedelbart-omhandertagande"})
"""What a court does besides settling disputes."""
ORDER = frozenset({"nasta", "forsta", "sista"})
DETAILS = frozenset({"beslut", "delta", "skriftligt", "dokumentera", "ledamoter", "hur-ofta", "underteckna"})
MISSING = ("tidsgrans", "blankett", "kontakt", "ordforande", "namn-pa-person", "under-tiden", "lank")
LEANING = frozenset(
    {
        "lokal",
        "regional",
        "domstol",
        "domstol-ord",
        "lok",
        "betala",
        "innehall",
        "metod",
        "samtycke",
        "malgrupp",
        "neka",
        "varfor",
        "kalla",
    }
)
ROLES = frozenset({"municipality", "actor", "unit", "substance"})


def refusal_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: somebody has said no; what helps today."""
    actors = actors_named(question, frame)
    refused = bool(question.of_role("refusal")) or question.has("neka")
    permission = question.has("lata-bli") and not question.of_role("refusal")  # "får vi låta bli?" tells of no refusal
    if not refused or permission:
        return
    tasks, by = tasks_named(question, frame)
    about = (
        actors
        or tasks
        or question.has(
            "drogfri",
            "aterfall",
            "samsjuklighet",
            "missbruk",
            "avvikelse",
            "tvist",
            "kommunen",
            "regionen",
            "behandling",
            "stod",
        )
    )
    alone = all(
        {"gor", "nasta"}.issuperset(word.span.concepts)
        or all(role == "refusal" for part in word.roles for role in part)
        for word in question.content_words
    )
    if not about and not (alone and question.first_person):
        return
    # "… säger att det är kommunens sak. Vem har ansvar för abstinensvården?" asks who, and tells of a no.
    asks_who = (
        (question.asks("ansvar", "en-ansvar", "var-fraga") or question.asks_who)
        and bool(tasks)
        and not question.asks(*question.of_role("refusal"), "neka")
    )
    other = any(frame.knowledge.cues[group].agreement for group in question.of_role("group"))
    other = other and not question.has("missbruk", "samsjuklighet", "drogfri") and not question.of_role("substance")
    drug_free = question.has("drogfri", "samsjuklighet", "aterfall", "missbruk", "pga-missbruk")
    yield Reading(
        "refusal",
        Kind.ESCALATION,
        {"actors": actors, "tasks": tasks, "drug_free": drug_free},
        explains=frozenset(
            by
            | set(tasks)
            | frame.matter
            | PEOPLE
            | ASKING_WHO
            | FRAMING
            | ORDER
            | frame.dispute
            | frame.deviation
            | {
                "neka",
                "tremanadersregeln",
                "hindra",
                "pagaende-missbruk",
                "vanta-anmala",
                "hjalp-trots",
                "kontakt",
                "syfte",
                "fortfarande",
                "giltighet",
                "remiss",
                "metod",
                "beslut",
                "sip",
                "kalla",
                "varfor",
                "tidsgrans",
                "synergi",
                frame.knowledge.region.main_agreement,
            }
        ),
        explains_roles=ROLES | {"refusal", "group"},
        bonus=-1.5
        if asks_who or (other and not tasks)
        else 0.3
        if _names_dispute(question, frame)
        else 2.0
        if question.first_person and actors
        else 0.9,
    )


def _names_dispute(question: Question, frame: Frame) -> bool:
    """Return whether the asker already calls it a dispute: by the noun, not only by wanting to take it further."""
    nouns = frame.knowledge.cues["tvistord"].aliases if "tvistord" in frame.knowledge.cues else ()
    return any("tvist" in word.span.concepts and word.span.surface.lower().startswith(nouns) for word in question.words)


def route_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: a deviation or a dispute, its route, a step of it, or a detail that is asked for."""
    routes = list(frame.knowledge.routes.values())
    disputes = [route for route in routes if route.level is not RouteLevel.DEVIATION]
    deviation = next((route for route in routes if route.level is RouteLevel.DEVIATION), None)
    step_bodies = {step.body: step.id for route in disputes for step in route.steps if step.body}
    bodies = question.of_role("body")
    at_step = any(body in step_bodies for body in bodies) or bool(question.of_role("step"))
    deviating = frame.deviation
    known = (
        frame.dispute
        | ORDER
        | ASKING_WHO
        | frame.matter
        | PEOPLE
        | DETAILS
        | LEANING
        | FRAMING
        | {frame.knowledge.region.main_agreement}
    )
    known |= {*step_bodies, *(step.id for route in routes for step in route.steps)}
    if question.has("tidsgrans"):
        known |= {"antal"}
    split_cost = question.has("betala") and question.of_role("term") and not question.has("tvist")
    in_dispute = question.has(*(frame.dispute - {"ansvarsgrans"} if split_cost else frame.dispute)) or (
        question.has(*frame.courts) and not question.has(*OTHER_COURT)
    )
    own_steps = {step.id for step in deviation.steps} if deviation else set()
    if deviation and question.has(*deviating, *own_steps, "synergi"):
        bonus = 0.5 if question.has(*deviating, *own_steps) else -1.0
        if question.of_role("municipality"):
            # What a municipality does is local; what we are to do is the route.
            bonus += 0.8 if question.first_person and question.has(*deviating) else -0.8
        yield _reading(question, frame, (deviation,), known - {"tvist"} | deviating | {"synergi"}, bonus, bodies)
    only_order = question.has("nasta") and question.names_no_subject
    if disputes and (in_dispute or only_order or (at_step and (question.has(*ORDER) or question.after))):
        bonus = 1.5 if question.has("direkt") else 0.5
        if question.of_role("municipality") and not question.first_person and not question.has("tvist"):
            bonus -= 0.8
        yield _reading(question, frame, _which(question, frame, disputes), known, bonus, bodies)


def _which(question: Question, frame: Frame, disputes: list[EscalationRoute]) -> tuple[EscalationRoute, ...]:
    """Return the dispute routes that the question can be about: one where it says which."""
    local = tuple(route for route in disputes if route.level is RouteLevel.LOCAL)
    regional = tuple(route for route in disputes if route.level is RouteLevel.REGIONAL)
    level = _level(question, frame)
    if level is not None and (wanted := local if level is RouteLevel.LOCAL else regional):
        return wanted
    only_local = _steps(local) - _steps(regional)
    if question.has("patala", *_steps(regional) - _steps(local)):
        return regional or local
    named = question.of_role("municipality", "actor", "unit") or tasks_named(question, frame)[0]
    if named or question.has("betala", "lok", "ansvarsgrans", *only_local, *frame.courts):
        return local or regional
    return (*local, *regional)


def _level(question: Question, frame: Frame) -> RouteLevel | None:
    """Return the level of the dispute that the question says it is about: one, not both."""
    said = [
        level
        for level, words in (
            (RouteLevel.LOCAL, ("tvist-lokal", "lokal")),
            (RouteLevel.REGIONAL, ("tvist-regional", "regional")),
        )
        if question.has(*words, *frame.routes(level))
    ]
    return said[0] if len(said) == 1 else None


def _steps(routes: Iterable[EscalationRoute]) -> set[str]:
    return {step.id for route in routes for step in route.steps}


def _missing_level(question: Question, frame: Frame, routes: tuple[EscalationRoute, ...]) -> str | None:
    """Return the level that is asked for and that the region has no route for."""
    level = _level(question, frame)
    disputes = [route.level for route in routes if route.level is not RouteLevel.DEVIATION]
    return str(level) if level and disputes and level not in disputes else None


def _reading(
    question: Question,
    frame: Frame,
    routes: tuple[EscalationRoute, ...],
    known: Iterable[str],
    bonus: float,
    bodies: tuple[str, ...] = (),
) -> Reading:
    tasks, by = tasks_named(question, frame)
    step_ids = {step.id for route in routes for step in route.steps}
    order = next((concept for concept in ("nasta", "sista", "forsta") if question.has(concept)), None)
    if order is None and any(step_id in question.after for step_id in (*bodies, *step_ids)):
        order = "nasta"  # "efter Välfärdsrådet?"
    step = next((concept for concept in question.of_role("step") if concept in step_ids), None)
    missing = tuple(aspect for aspect in MISSING if question.has(aspect))
    details = tuple(concept for concept in question.of_role("aspect") if concept in DETAILS)
    terms = {"term"} if question.has(*frame.dispute, *frame.deviation) else set()  # what the dispute is about
    return Reading(
        "route",
        Kind.ESCALATION,
        {
            "routes": tuple(route.id for route in routes),
            "bodies": bodies,
            "step": step,
            "order": order,
            "details": details,
            "missing": missing,
            "tasks": tasks,
            "level_missing": _missing_level(question, frame, routes),
        },
        explains=frozenset({*known, *missing, *tasks, *by}),
        explains_roles=ROLES | {"route", "body"} | terms | ({"refusal"} if bodies or order else set()),
        bonus=bonus,
    )
