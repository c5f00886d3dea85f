"""Single facts, found by the concepts that they are about; and what known subjects lack."""

from __future__ import annotations

from collections.abc import Iterator

from bot.frames.base import FRAMING, Frame
from bot.question import Question
from bot.reading import Reading
from knowledge.model import Fact, Kind, RouteLevel

DISPUTE = "tvist"
# Which dispute it is, and what it is about, is not what a detail of the route is asked by.
WHICH = frozenset({"lokal", "regional", "tvist-lokal", "tvist-regional", "betala", "ansvarsgrans", "kalla"})
BOTH = frozenset({"samsjuklighet", "en-i-taget", "bada-tillstanden"})
SILENT_SUBJECTS = frozenset({"agreement", "body", "route", "step"})
# Details that one may ask of an agreement, body or route; where no fact has them, the sources are silent.
SILENT_DETAILS = frozenset(
    {"tidsgrans", "blankett", "kontakt", "ordforande", "namn-pa-person", "betala", "ledamoter", "hur-ofta", "lank",
     "diarienummer", "underteckna", "innehall", "avsnitt", "uppfoljning", "saga-upp", "parter", "malgrupp", "syfte",
     "mal", "antal", "dokumentera", "tidplan", "kalla", "delta", "overklaga", "metod", "bestallare"}
)  # fmt: skip


def fact_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield the facts whose subject the question names; of agreements, bodies and routes also what they lack."""
    concepts = set(question.concepts)
    candidates = {fact for concept in concepts for fact in frame.facts_by_concept.get(concept, ())}
    for fact_id in sorted(candidates):
        fact = frame.facts[fact_id]
        if fact.editors_only or not set(fact.about) <= concepts:
            continue
        if not asks_else(question, fact):
            yield _reading(question, fact, frame)
        if (silent := _silent(question, fact, frame)) is not None:
            yield silent


SHORT, TERM_ONLY = 5, 3
"""Tokens up to which a question that names only a term is taken to ask what it is; and its bare name."""


def asks_else(question: Question, fact: Fact) -> bool:
    """Return whether a definition is no answer: the question asks who, when, how or whether of a term."""
    if fact.kind is not Kind.DEFINITION or len(fact.about) > 1 or len(question.tokens) < TERM_ONLY:
        return False
    if question.has("betydelse", "en-vad", "star-for", "tidigare-namn", "vilka", "gor", "jamfora"):
        return False
    others = question.of_role("task", "term", "law", "route")
    if question.asks_detail or (len(question.tokens) > SHORT and set(others) - set(fact.about)):
        return True
    return len(question.tokens) > SHORT and question.yes_no and fact.yes_no is None


def _reading(question: Question, fact: Fact, frame: Frame) -> Reading:
    vocabulary, stems = frame.vocabulary.get(fact.id, (frozenset(), frozenset()))
    escalation = fact.kind is Kind.ESCALATION
    subjects = [concept for concept in fact.about if frame.role(concept) != "aspect" or concept == DISPUTE]
    sides = len(fact.about) - len(subjects)
    also = WHICH | frame.routes(*RouteLevel) if escalation else frozenset()
    agreement = () if fact.agreement is None else (fact.agreement,)
    # A fact about sides alone ("next step") answers only where nothing else could be meant.
    bonus = 0.25 * len(fact.about) + (0.2 if sides and subjects else 0.0) - (0.0 if subjects else 1.0)
    if "tidsgrans" in fact.about:
        also |= {"antal"}  # "hur många dagar"
    if escalation and len(fact.about) > 1:
        bonus += 0.5  # a fact about a detail of a route goes before the route
    if question.of_role("municipality") and not fact.municipality and question.has("lok", "enkat-2022", "enkat"):
        bonus -= 2.0  # a municipality's own LÖK goes before what holds for every LÖK
    if "rok" in fact.about and fact.agreement is None and question.of_role("agreement"):
        bonus -= 1.5  # what holds for agreements in general gives way to what one of them says
    # Who meets there, or whom one disagrees with, is told in passing, and what a person with both conditions has.
    met = ("actor", "unit") if escalation or any(frame.role(subject) == "body" for subject in subjects) else ()
    groups = ("group", "substance") if BOTH & set(fact.about) else ()
    also |= frame.matter if groups else frozenset()
    # "får patienten vara med när cheferna löser tvisten?": where in the route is told too
    if fact.route in frame.knowledge.routes:
        also |= {step.id for step in frame.knowledge.routes[fact.route].steps}
    lightened = {concept for word in question.words if word.aside or word.told for concept in word.span.concepts}
    lightened -= question.asked - {c for word in question.words if word.aside for c in word.span.concepts}
    if not escalation and lightened & set(fact.about):
        bonus -= 0.8  # "behövs samtycke för att kalla?" asks of the consent
    if fact.route and _other_route(question, fact.route, frame):
        bonus -= 2.0
    return Reading(
        "fact",
        fact.kind,
        {"fact": fact.id},
        explains=frozenset({*fact.about, *fact.also, *agreement}) | FRAMING | also,
        explains_roles=frozenset({"municipality", *met, *groups}),
        vocabulary=vocabulary,
        stems=stems,
        bonus=bonus,
    )


def _other_route(question: Question, route: str, frame: Frame) -> bool:
    """Return whether the question is about the other dispute route than the fact's."""
    named = [other for other in frame.knowledge.routes.values() if question.has(other.id, other.level.value)]
    return bool(named) and all(other.id != route for other in named)


def _silent(question: Question, fact: Fact, frame: Frame) -> Reading | None:
    """Return the reading that a known subject lacks the detail that was asked for, told with the nearest fact."""
    subjects = [concept for concept in fact.about if frame.role(concept) in SILENT_SUBJECTS]
    if len(fact.about) != 1 or not subjects:
        return None
    asked = [concept for concept in question.of_role("aspect") if concept in SILENT_DETAILS]
    if not asked:
        return None
    base = _reading(question, fact, frame)
    return Reading(
        "silent",
        fact.kind,
        {"fact": fact.id, "missing": tuple(asked), "subject": subjects[0]},
        explains=base.explains | set(asked),
        explains_roles=base.explains_roles,
        vocabulary=base.vocabulary,
        stems=base.stems,
        bonus=-1.0,  # what the sources say goes before that they are silent
    )
