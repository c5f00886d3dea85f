"""Somebody wants the whole matrix, or a text to send on."""

from __future__ import annotations

from collections.abc import Iterator

from bot.frames.base import ASKING_WHO, FRAMING, PEOPLE, Frame, actors_named, tasks_named
from bot.frames.escalation import ORDER
from bot.question import Question
from bot.reading import Reading
from knowledge.model import Kind, RouteLevel

PURPOSES = {"mejl": "mejl-ord", "sip": "sip-ord", "avvikelse": "avvikelse-text-ord"}
"""What a text can be for, and the words that say so."""
TEXT = "text-att-skicka"
EVERYTHING = "alla-uppgifter"
TABLE = frozenset({"ansvarstabell", "matris"})
ASIDE = frozenset({"kontakt", "skriftligt", "samtycke", "kalla", "sip", "neka", "delta"})
ROLES = frozenset({"municipality", "actor", "unit", "substance", "route", "body", "step", "refusal"})


def matrix_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: all of the matrix is to be shown, no single task or actor of it."""
    matrix = frame.matrix_of(question.of_role("agreement"))
    if matrix is None:
        return
    shown = question.has(*TABLE) and any(token.word in _words("visa-ord", frame) for token in question.tokens)
    others = set(question.of_role("agreement")) - {matrix.agreement}
    single = tasks_named(question, frame)[0] or question.of_role("actor", "unit", "group")
    if not (shown or question.has(EVERYTHING)) or others or single:
        return
    yield Reading(
        "matrix",
        Kind.RESPONSIBILITY,
        {} if matrix is frame.matrix else {"matrix": matrix.id},
        explains=ASKING_WHO | FRAMING | frame.matter | TABLE | {EVERYTHING, matrix.agreement, "alla-aktorer", "status"},
        explains_roles=frozenset({"municipality"}),
        bonus=1.0,
    )


def message_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: three sentences to send, for a purpose and about a task, a refusal, a dispute, a deviation or a SIP."""
    if not question.has(TEXT) or frame.matrix is None:
        return
    tasks, by = tasks_named(question, frame)
    purpose = _purpose(question, frame)
    routes = frame.knowledge.routes
    own = next((route.id for route in routes.values() if route.level is RouteLevel.DEVIATION), None)
    # "… om att vi inte är överens" stands aside, and is what the text is about all the same.
    said = {concept for word in question.words for concept in word.span.concepts}
    disagree = bool(frame.dispute & said) or any(route != own for route in question.of_role("route"))
    refused = bool(question.of_role("refusal")) or question.has("neka")
    deviation = question.has(*frame.deviation)
    subject = "refused" if refused else "task" if tasks else "route" if disagree or deviation else None
    if subject is None and question.has("sip"):
        subject = "sip"
    if subject is None and [word for word in question.content_words if not _frames(word.span.concepts)]:
        return
    route = _route(question, frame) if disagree else own if refused or (deviation and not tasks) else None
    escalated = disagree or refused or subject in ("route", None)
    kind = Kind.ESCALATION if escalated else Kind.TOPIC if subject == "sip" else Kind.RESPONSIBILITY
    bodies = question.of_role("body", "step")
    steps = routes[route].steps if route else ()
    yield Reading(
        "message",
        kind,
        {
            "purpose": purpose or "mejl",
            "subject": subject,
            "tasks": tasks,
            "actors": actors_named(question, frame),
            "disagree": disagree,
            "route": route,
            "step": next((step.id for step in steps if step.body in bodies or step.id in bodies), None),
        },
        explains=frozenset({*by, *tasks, TEXT, frame.matrix.agreement}).union(
            frame.matter, PEOPLE, FRAMING, ASKING_WHO, frame.dispute, frame.deviation, ORDER, ASIDE
        ),
        explains_roles=ROLES,
        bonus=2.5,
    )


def _purpose(question: Question, frame: Frame) -> str | None:
    """Return what the text is for: the first purpose that is named."""
    for token in question.tokens:
        for purpose, cue in PURPOSES.items():
            if token.word in _words(cue, frame):
                return purpose
    return None


def _route(question: Question, frame: Frame) -> str | None:
    """Return the dispute route that the text is about: the regional one where that is said, else the local one."""
    disputes = [route for route in frame.knowledge.routes.values() if route.level is not RouteLevel.DEVIATION]
    steps = {
        level: {step.id for route in disputes if route.level is level for step in route.steps}
        for level in (RouteLevel.LOCAL, RouteLevel.REGIONAL)
    }
    own = steps[RouteLevel.REGIONAL] - steps[RouteLevel.LOCAL]
    said = ("tvist-regional", "regional", "patala", "patala-brist", "folja-rok", *frame.routes(RouteLevel.REGIONAL))
    wanted = RouteLevel.REGIONAL if question.has(*said, *own) else RouteLevel.LOCAL
    return next((route.id for route in sorted(disputes, key=lambda route: route.level is not wanted)), None)


def _frames(concepts: tuple[str, ...]) -> bool:
    return bool({TEXT, *ASIDE, *FRAMING} & set(concepts))


def _words(cue: str, frame: Frame) -> frozenset[str]:
    return frozenset(frame.knowledge.cues[cue].aliases) if cue in frame.knowledge.cues else frozenset()
