"""Municipalities: their LÖK, structures and practice; the county's counts and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.frames.base import FRAMING, Frame, tasks_named
from bot.question import Question, said_of, stems_of
from bot.reading import Reading
from knowledge.model import Kind

ASPECTS = frozenset(
    {"lok", "status", "samverkan-struktur", "jamfora", "antal", "kritik", "goda-exempel", "antagen", "avvikelse",
     "avvikelse-ord", "registrera", "synergi", "lokal", "metod", "borjan", "tidplan", "giltighet", "hur-ofta",
     "tillgang", "praxis", "varfor", "saknas", "sakna-lok", "samtidigt", "ansvarsgrans", "inventering",
     "enkat-2022", "enkat", "ledamoter", "dokumentera", "underteckna", "avsnitt", "innehall"}
)  # fmt: skip
ALL_OF_THEM = frozenset(
    {"antal", "vilka", "kommunen", "lanet", "alla-kommuner", "ingar", "ledamoter", "status", "regional"}
)
"""Words of a question about which municipalities there are, and nothing else."""
SMALL = frozenset({"neutral-kortord", "neutral-funktionsord"})
COUNTING = ("antal", "vilka", "status", "jamfora", "antagen", "kommunen", "vi", "inventering", "lanet")


def local_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: what is known of the municipalities that were named, or of the county's LÖKs."""
    places = question.of_role("municipality")
    lok = question.has("lok")
    if not places and question.has("kommunen", "nagon-kommun") and question.has("vilka", "antal", "nagon-kommun"):
        yield from _where_readings(question, frame)
    if not places and not (lok and (question.has(*COUNTING) or frame.municipality is not None)):
        return
    counted = question.yes_no or question.has(*COUNTING)
    if not places and lok and question.has("betydelse", "star-for") and not counted:
        return  # "Vad är LÖK?" asks for the word, wherever one works
    areas = {
        concept: agreement.id
        for agreement in frame.knowledge.agreements.values()
        for concept in agreement.groups
        if question.has(concept)
    }
    vocabulary, stems = _vocabulary(places, frame)
    together = bool(places) and question.has(
        "samverkan-struktur", "avvikelse", "kritik", "goda-exempel", "synergi", "tillgang"
    )
    contents = bool(places) and lok and question.has("innehall")
    about_tasks = question.has("ansvar", "en-ansvar") or tasks_named(question, frame)[0] or question.first_person
    alone = bool(places) and all(set(word.span.concepts) & set(places) for word in question.content_words)
    yield Reading(
        "local",
        Kind.LOCAL,
        {
            "municipalities": places,
            "agreements": question.of_role("agreement") or tuple(dict.fromkeys(areas.values())) if lok else (),
            "lok": lok,
            "aspects": question.of_role("aspect"),
            "contents": contents,
        },
        explains=ASPECTS | frame.deviation | FRAMING | frame.matter | set(areas),
        explains_roles=frozenset(
            {
                "municipality",
                "agreement",
                "refusal",
                "body",
                *(("actor", "unit") if together else ()),
                *(("task",) if contents else ()),
            }
        ),
        vocabulary=vocabulary,
        stems=stems,
        # "Har Leksand antagit RÖK missbruk?" is about the agreement, not about a LÖK.
        bonus=-1.0
        if question.has("antagen") and question.of_role("agreement") and not lok
        else _bonus(bool(places), alone, bool(about_tasks), question),
    )


def place_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: which municipalities there are, where nothing else is asked of them."""
    words = [set(word.span.concepts) for word in question.words]
    if not frame.knowledge.municipalities or not all(word & (ALL_OF_THEM | SMALL) for word in words):
        return  # "hur många anställda har kommunen?"
    together = any({"antal", "kommunen"} <= word for word in words)
    listed = any("vilka" in word and "kommunen" in after for word, after in pairwise(words))
    if together or listed:
        yield Reading("places", Kind.LOCAL, {}, explains=ALL_OF_THEM, bonus=0.5)


def _where_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield: the municipalities that reported what is asked: "i vilken kommun gick avvikelserna med post?"."""
    asked = stems_of(question)
    scores: dict[str, int] = {}
    for fact in frame.knowledge.local.values():
        for number, note in enumerate(fact.notes):
            hits = said_of(note.words, asked)
            if hits and not note.editors_only and note.topic != "lok":
                scores[f"{fact.id}#{number}"] = hits
    best = max(scores.values(), default=0)
    found = tuple(sorted(key for key, hits in scores.items() if hits == best))
    if not found:
        return
    facts = {key: frame.knowledge.local[key.split("#")[0]] for key in found}
    vocabulary, stems = _vocabulary([fact.municipality for fact in facts.values()], frame)
    yield Reading(
        "local-where",
        Kind.LOCAL,
        {"notes": found},
        explains=ASPECTS | frame.deviation | FRAMING | frame.matter,
        explains_roles=frozenset({"actor", "unit"}),
        vocabulary=vocabulary,
        stems=stems,
        bonus=0.2,
    )


def _bonus(placed: bool, alone: bool, about_tasks: bool, question: Question) -> float:
    if not placed:
        return 0.3
    if alone:
        return -0.2 if question.asks_in_words else 0.2
    # What a municipality does goes before what holds for all, unless it is asked who is to do what.
    return 0.7 if about_tasks else 1.3


def _vocabulary(places: Iterable[str], frame: Frame) -> tuple[frozenset[str], frozenset[str]]:
    """Return the concepts and stems of all that is known of some municipalities."""
    concepts: set[str] = set()
    stems: set[str] = set()
    for fact in frame.knowledge.local.values():
        if fact.municipality in places:
            for key, (own, own_stems) in frame.vocabulary.items():
                if key == fact.id or key.startswith(f"{fact.id}/"):
                    concepts |= own
                    stems |= own_stems
    return frozenset(concepts), frozenset(stems)
