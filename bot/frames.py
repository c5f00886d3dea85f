"""The ways in which Lotsen can understand a question: one function for each kind of reading.

Each returns readings that are possible at all; which one holds is settled by what it explains
(bot/understanding.py). The ids named here are cues of `knowledge/svenska/cues`, the grammar of
questions; nothing of any region stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bot.question import Question
from bot.reading import Reading
from indexer.lexicon import Lexicon
from knowledge.model import Agreement, EscalationRoute, Fact, Kind, Knowledge, ResponsibilityMatrix, RouteLevel, Task

PEOPLE = frozenset({"barn", "vuxna", "aldre", "gravida", "anhoriga"})
MATTER = frozenset({"missbruk", "aterfall", "drogfri", "behandling", "stod", "samsjuklighet", "skadligt-bruk", "lakemedel"})
ASKING_WHO = frozenset({"ansvar", "var-fraga", "en-ansvar", "vilka", "ansvarsgrans", "betydelse"})
SIDES = frozenset({"kommunen", "regionen", "huvudman", "parter"})
PLACES = frozenset({"municipality"})
DISPUTE = frozenset({"tvist", "ansvarsgrans", "folja-rok", "patala-brist", "en-eskalera", "tvist-lokal", "tvist-regional"})
DEVIATION = frozenset({"avvikelse", "avvikelse-ord", "registrera", "utreda-avvikelse"})
ORDER = frozenset({"nasta", "forsta", "sista"})
STEP_DETAILS = frozenset({"beslut", "delta", "skriftligt", "dokumentera", "ledamoter", "hur-ofta", "kontakt", "vilka", "underteckna"})
MISSING_DETAILS = ("tidsgrans", "blankett", "kontakt", "ordforande", "namn-pa-person", "betala", "lank", "hur-ofta")
TERM_ASPECTS = frozenset(
    {"giltighet", "forlangning", "antagen", "borjan", "varfor", "tidigare-version", "beslut", "vilka", "antal",
     "andring", "revidering", "en-giltig", "status", "betydelse", "parter", "underteckna", "tidplan"}
)  # fmt: skip
LOCAL_ASPECTS = frozenset({"lok", "status", "samverkan-struktur", "jamfora", "antal", "vilka", "kritik", "goda-exempel", "antagen"})


@dataclass(frozen=True, slots=True)
class Frame:
    """What all readings start from: the knowledge, its lexicon, and who asks."""

    knowledge: Knowledge
    lexicon: Lexicon
    facts: dict[str, Fact]
    facts_by_concept: dict[str, tuple[str, ...]]
    vocabulary: dict[str, tuple[frozenset[str], frozenset[str]]]
    own_actor: str | None = None
    municipality: str | None = None
    inherited: frozenset[str] = field(default_factory=frozenset)

    @property
    def matrix(self) -> ResponsibilityMatrix | None:
        """The matrix of the region's main agreement."""
        main = self.knowledge.region.main_agreement
        return next((matrix for matrix in self.knowledge.matrices.values() if matrix.agreement == main), None)

    def actor_of(self, concept: str) -> str | None:
        """Return the actor that a concept is or belongs to."""
        entry = self.lexicon.entries.get(concept)
        if entry is None:
            return None
        return entry.id if entry.role == "actor" else entry.parent if entry.role == "unit" else None


def all_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield every reading that is possible, unweighed."""
    yield from task_readings(question, frame)
    yield from duty_readings(question, frame)
    yield from other_matrix_readings(question, frame)
    yield from refusal_readings(question, frame)
    yield from route_readings(question, frame)
    yield from validity_readings(question, frame)
    yield from local_readings(question, frame)
    yield from fact_readings(question, frame)


# --- who is responsible --------------------------------------------------------------------------


def actors_named(question: Question, frame: Frame) -> tuple[str, ...]:
    """Return the actors that the question names, themselves or by a unit, in order."""
    found = (frame.actor_of(concept) for concept in question.of_role("actor", "unit"))
    return tuple(dict.fromkeys(actor for actor in found if actor))


def tasks_named(question: Question, matrix: ResponsibilityMatrix) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the tasks that the question names, in row order, and the concepts that name them."""
    named: set[str] = set()
    by: set[str] = set()
    concepts = set(question.concepts)
    for task in matrix.tasks:
        if task.id in concepts:
            named.add(task.id)
            by.add(task.id)
    combined: list[tuple[int, Task, tuple[str, ...]]] = []
    for task in matrix.tasks:
        combined += [(len(when), task, when) for when in task.when if set(when) <= concepts]
    if combined:
        most = max(size for size, _, _ in combined)
        for size, task, when in combined:
            # The combination that uses most words is what was meant: [opioider, skriva-ut] beats [skriva-ut].
            if size == most or task.id in named:
                named.add(task.id)
                by.update(when)
    ordered = tuple(task.id for task in matrix.tasks if task.id in named)
    return ordered, frozenset(by)


def task_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: who is responsible for these tasks; is it this actor's."""
    matrix = frame.matrix
    if matrix is None:
        return
    tasks, by = tasks_named(question, matrix)
    if not tasks:
        return
    actors = actors_named(question, frame)
    explains = by | set(tasks) | MATTER | PEOPLE | ASKING_WHO | SIDES | {"rok", matrix.agreement, "utreda", "stod", "kalla"} - {"kalla"}
    asked = question.has(*ASKING_WHO, *SIDES) or bool(actors) or question.yes_no
    yield Reading(
        "responsibility",
        Kind.RESPONSIBILITY,
        {"tasks": tasks, "actors": actors, "units": question.of_role("unit")},
        explains=frozenset(explains),
        explains_roles=PLACES | {"actor", "unit", "substance"},
        bonus=0.6 if asked else 0.0,
    )


def duty_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: what this actor does."""
    matrix = frame.matrix
    actors = actors_named(question, frame)
    if not actors and frame.own_actor and question.has("vi"):
        actors = (frame.own_actor,)
    if matrix is None or not actors or not question.has("ansvar", "en-ansvar"):
        return
    tasks, _ = tasks_named(question, matrix)
    if tasks:
        return
    yield Reading(
        "duties",
        Kind.RESPONSIBILITY,
        {"actors": actors},
        explains=ASKING_WHO | MATTER | SIDES | PEOPLE | {"rok", matrix.agreement, "vi"},
        explains_roles=PLACES | {"actor", "unit"},
        bonus=0.3,
    )


def other_matrix_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: the division of tasks in another agreement, or for another group; it is not known."""
    matrix = frame.matrix
    if matrix is None:
        return
    tasks, by = tasks_named(question, matrix)
    cues = frame.knowledge.cues
    groups = [concept for concept in question.of_role("group") if cues[concept].agreement]
    named = [agreement for agreement in question.of_role("agreement") if agreement != matrix.agreement]
    if not (groups or named) or not (tasks or question.has("ansvar", "en-ansvar", "behandling", "utreda", "ansvarsgrans", "matris")):
        return
    agreement = named[0] if named else cues[groups[0]].agreement
    yield Reading(
        "other-matrix",
        Kind.RESPONSIBILITY,
        {"agreement": agreement, "group": groups[0] if groups else None, "tasks": tasks},
        explains=frozenset(by | set(tasks) | MATTER | PEOPLE | ASKING_WHO | SIDES | {"rok", "utreda", "lakemedel", "skriva-ut", "diagnostisera", "upptacka", "samtalsstod", "matris"}),
        explains_roles=PLACES | {"actor", "unit", "substance", "group", "agreement"},
        bonus=0.5,
    )


# --- no, deviation, dispute ----------------------------------------------------------------------


def refusal_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: somebody has said no; what helps today."""
    actors = actors_named(question, frame)
    matrix = frame.matrix
    refused = bool(question.of_role("refusal")) or (question.has("neka") and bool(actors))
    if not refused or matrix is None:
        return
    tasks, by = tasks_named(question, matrix)
    if not (actors or tasks or question.has("drogfri", "aterfall", "samsjuklighet", "missbruk", "avvikelse-ord", "avvikelse", "tvist")):
        return
    yield Reading(
        "refusal",
        Kind.ESCALATION,
        {"actors": actors, "tasks": tasks, "drug_free": question.has("drogfri", "samsjuklighet", "aterfall", "missbruk")},
        explains=frozenset(
            by | set(tasks) | MATTER | PEOPLE | ASKING_WHO | SIDES | ORDER | DISPUTE | DEVIATION
            | {"neka", "psykisk-ohalsa", "utreda", "beslut", "rok", "kalla", "sip", "varfor", "stod", "tidsgrans", "vi"}
        ),
        explains_roles=PLACES | {"actor", "unit", "substance", "refusal", "group"},
        bonus=0.8,
    )


def route_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: a deviation or a dispute, its route, a step of it, or a detail that is asked for."""
    routes = list(frame.knowledge.routes.values())
    disputes = [route for route in routes if route.level is not RouteLevel.DEVIATION]
    deviation = next((route for route in routes if route.level is RouteLevel.DEVIATION), None)
    step_bodies = bodies_of_steps(disputes)
    bodies = [concept for concept in question.of_role("body") if concept in step_bodies]
    dispute = question.has(*DISPUTE) or (question.has("domstol-ord", "domstol") and not question.has("overklaga"))
    moving = bool(bodies) and question.has(*ORDER)
    explains = DISPUTE | ORDER | SIDES | ASKING_WHO | MATTER | PEOPLE | STEP_DETAILS | frozenset(
        {"lokal", "regional", "domstol-ord", "domstol", "rok", "lok", "betala", "huvudman", "innehall", "vi", "metod", "samtycke", "malgrupp"}
    ) | {frame.knowledge.region.main_agreement} | set(step_bodies) | {step.id for route in routes for step in route.steps}
    missing = tuple(aspect for aspect in MISSING_DETAILS if question.has(aspect))
    if deviation and question.has(*DEVIATION, "synergi") and not (question.has("tvist") and not question.has(*DEVIATION)):
        asked = question.has(*DEVIATION)
        yield _route_reading(
            question, frame, (deviation,), "route", missing, explains | DEVIATION | {"synergi"} - {"tvist"}, 0.4 if asked else -1.0
        )
    if not disputes or not (dispute or moving):
        return
    yield _route_reading(question, frame, _which(question, frame, disputes), "route", missing, explains, 0.5, tuple(bodies))


def bodies_of_steps(routes: Iterable[EscalationRoute]) -> dict[str, str]:
    """Return body id → step id for the steps that are a body."""
    return {step.body: step.id for route in routes for step in route.steps if step.body}


def _which(question: Question, frame: Frame, disputes: list[EscalationRoute]) -> tuple[EscalationRoute, ...]:
    """Return the dispute routes that the question can be about: one where it says which."""
    local = [route for route in disputes if route.level is RouteLevel.LOCAL]
    regional = [route for route in disputes if route.level is RouteLevel.REGIONAL]
    if question.has("tvist-regional") or (question.has("regional") and not question.has("lokal", "tvist-lokal")):
        return tuple(regional)
    if question.has("tvist-lokal") or (question.has("lokal") and not question.has("regional")):
        return tuple(local)
    if question.has("patala-brist", "patala", "avisera"):
        return tuple(regional)
    if question.has("folja-rok") and not question.of_role("unit"):
        return tuple(regional)
    tasks = tasks_named(question, frame.matrix)[0] if frame.matrix else ()
    if question.of_role("municipality", "actor", "unit") or question.has("betala", "tjansteledning", "lok") or tasks:
        return tuple(local)
    if question.has("domstol-ord", "domstol"):
        return tuple(local)
    return (*local, *regional)


def _route_reading(
    question: Question,
    frame: Frame,
    routes: tuple[EscalationRoute, ...],
    intent: str,
    missing: tuple[str, ...],
    explains: Iterable[str],
    bonus: float,
    bodies: tuple[str, ...] = (),
) -> Reading:
    tasks, by = tasks_named(question, frame.matrix) if frame.matrix else ((), frozenset())
    details = tuple(concept for concept in question.of_role("aspect") if concept in STEP_DETAILS)
    order = next((concept for concept in ("nasta", "sista", "forsta") if question.has(concept)), None)
    step_ids = {step.id for route in routes for step in route.steps}
    step = next((concept for concept in question.of_role("step") if concept in step_ids), None)
    if question.has("domstol-ord"):
        step = "domstol"
    return Reading(
        intent,
        Kind.ESCALATION,
        {
            "routes": tuple(route.id for route in routes),
            "bodies": bodies,
            "step": step,
            "order": order,
            "details": details,
            "missing": missing,
            "tasks": tasks,
        },
        explains=frozenset({*explains, *missing, *tasks, *by}),
        explains_roles=PLACES | {"actor", "unit", "route"},
        bonus=bonus,
    )


# --- agreements and municipalities ---------------------------------------------------------------


def validity_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: whether agreements are in force, until when, by whose decision; which there are."""
    agreements = question.of_role("agreement")
    if not agreements and not question.has("rok"):
        return
    asked = question.has("giltighet", "forlangning", "borjan", "antagen", "en-giltig", "tidigare-version", "tidplan")
    listing = not agreements and question.has("vilka", "antal", "status")
    if not (asked or listing or (agreements and _only(question, {"agreement"}))):
        return
    focus = next(
        (aspect for aspect in ("antagen", "tidigare-version", "varfor", "forlangning", "borjan", "giltighet") if question.has(aspect)),
        "vilka" if listing else "giltighet",
    )
    yield Reading(
        "validity",
        Kind.VALIDITY,
        {"agreements": agreements, "focus": focus, "who": question.has("beslut", "ansvar") or "vem" in _words(question)},
        explains=TERM_ASPECTS | {"rok", "vi", "samverkan-struktur"} | SIDES,
        explains_roles=PLACES | {"agreement"},
        bonus=0.5 if asked else 0.2,
    )


def _words(question: Question) -> set[str]:
    return {token.word for token in question.tokens}


def _only(question: Question, roles: set[str]) -> bool:
    return all(any(role in roles for part in word.roles for role in part) for word in question.content_words)


def local_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: a municipality's LÖK, structures and practice; the county's counts and lists."""
    places = question.of_role("municipality")
    lok = question.has("lok")
    agreements = question.of_role("agreement")
    if not places and not lok:
        return
    if not places and not question.has("antal", "vilka", "status", "jamfora", "kommunen", "antagen", "vi") and frame.municipality is None:
        return
    explains = LOCAL_ASPECTS | SIDES | {"rok", "vi", "lokal", "betydelse", "synergi", "metod", "anvander", "goda-exempel", "borjan", "tidplan", "giltighet"} | DEVIATION | MATTER
    yield Reading(
        "local",
        Kind.LOCAL,
        {"municipalities": places, "agreements": agreements, "lok": lok, "aspects": question.of_role("aspect")},
        explains=frozenset(explains),
        explains_roles=PLACES | {"agreement"},
        vocabulary=_local_vocabulary(places, frame)[0],
        stems=_local_vocabulary(places, frame)[1],
        bonus=0.5 if lok else 0.0,
    )


def _local_vocabulary(places: Iterable[str], frame: Frame) -> tuple[frozenset[str], frozenset[str]]:
    concepts: set[str] = set()
    stems: set[str] = set()
    for fact in frame.knowledge.local.values():
        if fact.municipality in places:
            for key, (own, own_stems) in frame.vocabulary.items():
                if key == fact.id or key.startswith(f"{fact.id}/"):
                    concepts |= own
                    stems |= own_stems
    return frozenset(concepts), frozenset(stems)


# --- facts ---------------------------------------------------------------------------------------


def fact_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield the facts whose subject the question names; of agreements, bodies and routes also what they lack."""
    concepts = set(question.concepts)
    candidates = {fact for concept in concepts for fact in frame.facts_by_concept.get(concept, ())}
    for fact_id in sorted(candidates):
        fact = frame.facts[fact_id]
        if fact.editors_only or not set(fact.about) <= concepts:
            continue
        yield _fact_reading(question, fact, frame)
        silent = _silent(question, fact, frame)
        if silent is not None:
            yield silent


def _fact_reading(question: Question, fact: Fact, frame: Frame) -> Reading:
    vocabulary, stems = frame.vocabulary.get(fact.id, (frozenset(), frozenset()))
    about_aspects = sum(1 for concept in fact.about if frame.lexicon.entries[concept].role == "aspect")
    return Reading(
        "fact",
        fact.kind,
        {"fact": fact.id},
        explains=frozenset({*fact.about, *fact.also, "betydelse", "vilka", "rok", *SIDES, *(() if fact.agreement is None else (fact.agreement,))}),
        explains_roles=PLACES,
        vocabulary=vocabulary,
        stems=stems,
        bonus=0.25 * len(fact.about) + (0.2 if about_aspects else 0.0),
    )


SILENT_SUBJECTS = ("agreement", "body", "route", "step")


def _silent(question: Question, fact: Fact, frame: Frame) -> Reading | None:
    """Return the reading that a known subject lacks the detail that was asked for, told with the nearest fact."""
    subjects = [concept for concept in fact.about if frame.lexicon.entries[concept].role in SILENT_SUBJECTS]
    if len(fact.about) != 1 or not subjects:
        return None
    asked = [
        concept
        for concept in question.of_role("aspect")
        if concept not in ("betydelse", "vilka", *SIDES, "vi") and frame.knowledge.cues[concept].name
    ]
    if not asked:
        return None
    base = _fact_reading(question, fact, frame)
    return Reading(
        "silent",
        fact.kind,
        {"fact": fact.id, "missing": tuple(asked), "subject": subjects[0]},
        explains=base.explains | set(asked),
        explains_roles=base.explains_roles,
        vocabulary=base.vocabulary,
        stems=base.stems,
        # What the sources say goes before that they are silent.
        bonus=-1.0,
    )


def agreement_of(frame: Frame, agreement: str) -> Agreement:
    """Return an agreement by id."""
    return frame.knowledge.agreements[agreement]
