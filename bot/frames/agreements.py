"""Agreements: in force or not, until when, by whose decision, and which there are."""

from __future__ import annotations

from collections.abc import Iterator

from bot.frames.base import FRAMING, PEOPLE, Frame
from bot.question import Question
from bot.reading import Reading
from knowledge.model import Kind

ASKED = frozenset(
    {
        "giltighet",
        "forlangning",
        "borjan",
        "antagen",
        "en-giltig",
        "tidigare-version",
        "beslut",
        "utgangen",
        "nasta",
        "ny-rok",
        "hur-lange",
    }
)
ASPECTS = ASKED | {
    "varfor",
    "antal",
    "andring",
    "revidering",
    "status",
    "underteckna",
    "tidplan",
    "nasta",
    "saga-upp",
    "ansvar",
    "forsta",
}
NEXT = frozenset({"nasta", "ny-rok"})
# What is told of agreements in general before any one of them is looked at.
HISTORY = frozenset({"antagen", "tidigare-version"})
WHAT_IT_IS = frozenset({"betydelse", "star-for", "en-vad", "parter", "ledamoter"})
FOCUS = ("antagen", "tidigare-version", "varfor", "forlangning", "borjan", "giltighet")


def validity_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: whether agreements are in force, until when, by whose decision; which there are."""
    agreements = question.of_role("agreement")
    if not agreements and not question.has("rok", "forlangning"):
        return
    asked = question.has(*ASKED - NEXT) or (bool(agreements) and question.has(*NEXT))
    listing = not agreements and question.has("vilka", "antal", "status")
    alone = bool(agreements) and len(question.content_words) == 1 and not question.of_role("substance", "task")
    if not (asked or listing or alone):
        return
    focus = next((aspect for aspect in FOCUS if question.has(aspect)), "vilka" if listing else "giltighet")
    if focus == "giltighet" and question.has("beslut"):
        focus = "antagen" if question.has("kommunen", "parter") else "forlangning"
    if question.has("forsta") and not question.has("forlangning", "borjan"):
        focus = "tidigare-version"
    deciders = {step.body for route in frame.knowledge.routes.values() for step in route.steps if step.body}
    bodies = tuple(concept for concept in question.of_role("body"))
    yield Reading(
        "validity",
        Kind.VALIDITY,
        {"agreements": agreements, "focus": focus, "bodies": bodies},
        explains=(
            ASPECTS
            | FRAMING
            | frame.matter
            | PEOPLE
            | {"hvb", "diarienummer", "ny-rok", "spel", "fortfarande"}
            | deciders
            | set(bodies)
            | {group for agreement in agreements for group in frame.knowledge.agreements[agreement].groups}
        )
        - {"andring", "saga-upp"}
        - ({"revidering"} if not question.has("antagen") else set()),
        explains_roles=frozenset({"municipality", "agreement", "substance"}),
        bonus=_bonus(question, focus, asked=asked),
    )


def agreement_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: what an agreement is and who its parties are, where no definition of its own says so."""
    agreements = question.of_role("agreement")
    if len(agreements) != 1 or not question.has(*WHAT_IT_IS):
        return
    of_it = (frame.facts[id_] for id_ in frame.facts_by_concept.get(agreements[0], ()))
    if any(fact.about == agreements and fact.kind is Kind.DEFINITION for fact in of_it):
        return
    yield Reading(
        "agreement",
        Kind.DEFINITION,
        {"agreement": agreements[0]},
        explains=WHAT_IT_IS | FRAMING | set(frame.knowledge.agreements[agreements[0]].groups),
        explains_roles=frozenset({"municipality", "agreement"}),
    )


def _bonus(question: Question, focus: str, *, asked: bool) -> float:
    """Return how much more validity is meant than its words say."""
    if question.has("automatisk-forlangning"):
        return -0.5  # a rule of how they are renewed, which facts tell
    named = bool(question.of_role("agreement"))
    # "Gäller RÖK missbruk även barn?" asks whom it is for, not whether it is in force.
    if named and question.has(*PEOPLE, "alkohol", "spel", "dopning"):
        return 0.0
    if not named and focus in HISTORY:
        return 0.0
    return 0.8 if asked else 0.2
