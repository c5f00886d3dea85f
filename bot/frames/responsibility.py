"""Who does what: tasks of the matrix, what an actor does, and what other matrices would say."""

from __future__ import annotations

from collections.abc import Iterator

from bot.frames.base import ASKING_WHO, FRAMING, PEOPLE, Frame, actors_named, tasks_named
from bot.question import Question
from bot.reading import Reading
from knowledge.model import Kind, ResponsibilityMatrix

ASKED_OF_TASKS = frozenset({"ansvar", "en-ansvar", "var-fraga", "vilka", "gor", "kommunen", "regionen", "vi"})
# Sides that a question about who is responsible may touch without asking for more than who.
INCIDENTAL = frozenset(
    {"lata-bli", "hvb", "kontakt", "varfor", "innehall", "status", "borjan", "forsta", "skriva-ut", "fortfarande",
     "metod", "remiss", "ledamoter", "delta"}
)  # fmt: skip
WAITING = frozenset({"hindra", "vanta-anmala", "drogfri", "pga-missbruk", "pagaende-missbruk"})
GENERAL_SUBSTANCES = frozenset({"missbruk", "alkohol", "narkotika", "spel", "dopning", "beroendelakemedel"})
ROLES = frozenset({"municipality", "actor", "unit", "substance"})


def task_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: who is responsible for these tasks; is it this actor's; what the task is."""
    tasks, by = tasks_named(question, frame)
    matrix = frame.knowledge.matrix_with(tasks)
    if matrix is None or not tasks:
        return
    actors = actors_named(question, frame)
    asked = question.has(*ASKED_OF_TASKS) or bool(actors) or question.yes_no
    elsewhere = question.has("andra-aktorer", *frame.workplaces & set(question.of_role("term")))
    slots = {"tasks": tasks, "actors": actors, "units": question.of_role("unit"), "elsewhere": elsewhere}
    explains = (
        frame.workplaces
        | by
        | set(tasks)
        | frame.matter
        | PEOPLE
        | ASKING_WHO
        | FRAMING
        | INCIDENTAL
        | {matrix.agreement}
    )
    if matrix is not frame.matrix:  # whom its own agreement is for needs no answer beside it
        groups = question.of_role("group")
        explains |= {group for group in groups if frame.knowledge.cues[group].agreement == matrix.agreement}
    if "orosanmalan" in tasks:
        explains |= {"vald"}  # why one is worried
    yield Reading(
        "responsibility",
        Kind.RESPONSIBILITY,
        slots,
        explains=frozenset(explains),
        explains_roles=ROLES,
        # "Jag skriver 14 kap. 1 § i anmälan" is about the section, not about whose task it is.
        bonus=(0.6 if asked else 0.0) - (1.0 if question.of_role("law") and not question.asks_who else 0.0),
    )
    if _asks_meaning(question) and len(tasks) == 1 and not actors and not question.has("ansvar", "en-ansvar"):
        yield Reading(
            "task-meaning",
            Kind.DEFINITION,
            slots,
            explains=frozenset(by | set(tasks) | FRAMING | {"tidigare-namn", matrix.agreement}),
            bonus=0.5,
        )


def _asks_meaning(question: Question) -> bool:
    """Return whether the question asks what something is; "vem står för" asks who, "vad står X för" what."""
    return question.has("betydelse", "en-vad", "tidigare-namn") or (
        question.has("star-for") and not question.has("ansvar")
    )


def duty_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: what this actor does; all that is marked for all; what one actor is alone with."""
    matrix = frame.matrix_of(question.of_role("agreement"))
    actors = actors_named(question, frame)
    if not actors and frame.own_actor and (question.has("vi") or question.first_person):
        actors = (frame.own_actor,)
    if matrix is None or tasks_named(question, frame)[0]:
        return
    if question.yes_no and question.has(*WAITING):
        return  # "de vill vänta tills han slutat. Får de göra så?" asks of the waiting, not of tasks
    everybody = not actors and question.has("alla-aktorer")
    if not (actors or everybody) or not question.has("ansvar", "en-ansvar", "gor", "matris", "ansvarstabell"):
        return
    if not (question.asks_in_words or question.has("ansvar", "en-ansvar")):
        return
    yield Reading(
        "duties",
        Kind.RESPONSIBILITY,
        {"actors": actors or matrix.actors, "everybody": everybody, **_of(matrix, frame)},
        explains=ASKING_WHO
        | frame.matter
        | PEOPLE
        | FRAMING
        | {matrix.agreement, "alla-aktorer", "varfor", "innehall", "status", "ledamoter", *GENERAL_SUBSTANCES},
        explains_roles=ROLES - {"substance"},
        bonus=0.3 if question.has("ansvar", "en-ansvar") else 0.0,
    )


def _of(matrix: ResponsibilityMatrix, frame: Frame) -> dict[str, str]:
    """Return the slot that says which matrix is meant, where that is not the main one."""
    return {} if matrix is frame.matrix else {"matrix": matrix.id}


def actor_meaning_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: what an actor or unit is, where nothing else is asked of it."""
    units = question.of_role("unit", "actor")
    if not units or frame.matrix is None or question.has("namn-pa-person", "ordforande", "kontakt"):
        return
    asked = _asks_meaning(question) and not question.has("gor", "ansvar")
    alone = (
        len(question.content_words) == 1
        and len(question.tokens) <= 3
        and not question.has("ansvar", "en-ansvar", "gor", "vi")
    )
    actors = question.of_role("actor")
    included = bool(actors) and bool(question.of_role("unit")) and question.has("ingar")
    if not (asked or alone or included):
        return
    yield Reading(
        "actor-meaning",
        Kind.DEFINITION,
        {"concept": units[0]},
        explains=frozenset({units[0], "tidigare-namn", "matris", "ansvarstabell", "ingar", *actors}) | FRAMING,
        explains_roles=frozenset({"municipality"}),
        bonus=0.4 if asked else 0.1,
    )


def other_matrix_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: the division of tasks in another agreement, or for another group; it is not known."""
    matrix = frame.matrix
    if matrix is None:
        return
    tasks, by = tasks_named(question, frame)
    cues = frame.knowledge.cues
    known_of = frame.divided - {matrix.agreement}
    groups = [c for c in question.of_role("group") if cues[c].agreement or cues[c].no_matrix]
    groups = [group for group in groups if cues[group].agreement not in known_of]
    named = [agreement for agreement in question.of_role("agreement") if agreement not in frame.divided]
    about_tasks = tasks or question.has(
        "ansvar", "en-ansvar", "behandling", "utreda-ord", "ansvarsgrans", "matris", "ansvarstabell", "diagnostisera"
    )
    about_tasks = about_tasks or (bool(named) and question.has("gor") and bool(question.of_role("actor", "unit")))
    if not (groups or named) or not about_tasks:
        return
    agreement = named[0] if named else cues[groups[0]].agreement
    own = set(frame.knowledge.agreements[agreement].covers) if agreement else set()
    known = {"skriva-ut", "diagnostisera", "upptacka", "samtalsstod", "psykologkontakt", "forebygga", "trappa-ner"}
    yield Reading(
        "other-matrix",
        Kind.RESPONSIBILITY,
        {"agreement": agreement, "group": groups[0] if groups else None, "tasks": tasks},
        explains=frozenset(by | set(tasks) | own | frame.matter | PEOPLE | ASKING_WHO | FRAMING | known),
        explains_roles=ROLES | {"group", "agreement"},
        bonus=0.5,
    )
