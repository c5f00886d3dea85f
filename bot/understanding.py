"""Question → Understanding: all readings, weighed, and which of them holds.

A reading holds only if it accounts for the content words of the question. Where none does, the
index may propose one, which must account for the words just the same; else nothing is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from bot.clauses import FirstWords, first_words
from bot.frames import all_readings
from bot.frames.base import FRAMING, PEOPLE, Frame, actors_named, tasks_named
from bot.frames.facts import asks_else
from bot.frames.messages import PURPOSES
from bot.question import ANCHORS, Question, read_question
from bot.quoting import Quotes
from bot.reading import CERTAINTY, Reading, certainty_left, weigh
from indexer.lexicon import Lexicon
from indexer.swedish import fold, normalise, stem, tokenize
from indexer.words import alias_words
from knowledge.facts import every_fact
from knowledge.model import Fact, Kind, Knowledge
from knowledge.over_time import knowledge_on

MIN_EXPLAINED = 1.0
PROPOSALS = 6
TREATMENTS = frozenset({"lakemedel", "behandling", "skriva-ut"})
FOLLOW_UP_BONUS = 0.9
EXAMPLE_BONUS = 2.0

Propose = Callable[[str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a question was taken to mean.

    `outcome` is 'answer' (then `reading` holds), 'clarify' (then `options` are what to choose
    among) or 'unknown'. `readings` are all that were weighed, best first, for `--varför`.
    """

    question: Question
    outcome: str
    reading: Reading | None = None
    options: tuple[Reading, ...] = ()
    readings: tuple[Reading, ...] = ()
    asked_index: bool = False


@dataclass(frozen=True, slots=True)
class Mind:
    """A revision of the knowledge, ready to understand questions. Immutable; shared by all turns.

    `certainty` is the least, 0–1, that a reading must have to be answered. `quotes` are what imported documents
    say, for questions that nothing else answers.
    """

    knowledge: Knowledge
    lexicon: Lexicon
    first: FirstWords
    weights: Mapping[str, float]
    facts: dict[str, Fact]
    facts_by_concept: dict[str, tuple[str, ...]]
    vocabulary: dict[str, tuple[frozenset[str], frozenset[str]]]
    propose: Propose
    workplaces: frozenset[str] = frozenset()
    examples: Mapping[frozenset[str], str] = field(default_factory=dict)
    stems: frozenset[str] = frozenset()
    certainty: float = CERTAINTY
    quotes: Quotes = field(default_factory=Quotes)

    def on(self, day: date) -> Mind:
        """Return the mind with the knowledge as it reads on a day; the same one where that is no other."""
        knowledge = knowledge_on(self.knowledge, day)
        return self if knowledge is self.knowledge else replace(self, knowledge=knowledge)

    def read(self, text: str) -> Question:
        """Analyse a text."""
        return read_question(text, self.lexicon, self.first, self.weights)

    def frame(self, own_actor: str | None = None, municipality: str | None = None) -> Frame:
        """Return what readings start from, for one asker."""
        return Frame(
            self.knowledge,
            self.lexicon,
            self.facts,
            self.facts_by_concept,
            self.vocabulary,
            own_actor,
            municipality,
            self.workplaces,
        )


def make_mind(
    knowledge: Knowledge,
    lexicon: Lexicon,
    vocabulary: dict[str, tuple[frozenset[str], frozenset[str]]],
    propose: Propose,
    certainty: float = CERTAINTY,
    quotes: Quotes | None = None,
) -> Mind:
    """Prepare a revision. `vocabulary` gives each fact's concepts and stems; `propose` asks the index."""
    cues = knowledge.cues
    facts = every_fact(knowledge)
    by_concept: dict[str, tuple[str, ...]] = {}
    for fact in facts.values():
        # Filed under its rarest kind of concept would be quicker; under the first is quick enough.
        by_concept[fact.about[0]] = (*by_concept.get(fact.about[0], ()), fact.id)

    first = first_words(cues)
    weights = {cue.id: cue.weight for cue in cues.values() if cue.weight is not None}
    # Where the asker works is no part of the question, though it may be a word that the knowledge has (LSS).
    workplaces = frozenset(
        concept
        for place in knowledge.workplaces.values()
        for word in alias_words(place.name)
        for concept in lexicon.lookup(word)[0]
        if lexicon.entries[concept].role == "term"
    )
    examples = _examples(facts.values())
    stems = frozenset(stem for _, own in vocabulary.values() for stem in own)
    return Mind(
        *(knowledge, lexicon, first, weights, facts, by_concept, vocabulary, propose),
        *(workplaces, examples, stems, certainty, quotes or Quotes()),
    )


def _examples(facts: Iterable[Fact]) -> dict[frozenset[str], str]:
    """Return the facts' example questions by their stems; one that two facts share tells neither."""
    found: dict[frozenset[str], set[str]] = {}
    for fact in facts:
        for example in () if fact.editors_only else fact.examples:
            found.setdefault(_stems(example), set()).add(fact.id)
    return {stems: next(iter(ids)) for stems, ids in found.items() if len(ids) == 1 and len(stems) > 1}


def _stems(text: str) -> frozenset[str]:
    return frozenset(fold(stem(token.word)) for token in tokenize(normalise(text)))


def understand(question: Question, mind: Mind, frame: Frame, follows: str | None = None) -> Understanding:
    """Return what the question means, what to ask back, or that it is not known.

    `follows` is the intent of the last answer, where the question leans on it.
    """
    question = with_agreement(with_combined(question, frame), frame)
    possible = list(all_readings(question, frame))
    example = mind.examples.get(_stems(question.text))
    if example is not None:
        possible.append(_exemplified(mind.facts[example], question))
    if follows is not None:
        possible = [
            replace(reading, bonus=reading.bonus + FOLLOW_UP_BONUS)
            if follows in (reading.intent, reading.kind)
            else reading
            for reading in possible
        ]
    readings = sorted((weigh(reading, question) for reading in possible), key=_order)
    holding = [reading for reading in readings if holds(reading, follows is not None, mind.certainty)]
    asked_index = False
    if not holding and _worth_asking(question, mind, frame):
        asked_index = True
        proposed = [weigh(reading, question) for reading in _proposals(question, mind, frame)]
        readings = sorted((*readings, *proposed), key=_order)
        holding = [reading for reading in readings if holds(reading, certainty=mind.certainty)]
    result = Understanding(question, "unknown", readings=tuple(readings), asked_index=asked_index)
    if not holding:
        options = _partial(question, frame, mind.certainty)
        if len(options) == 1 and question.asks_in_words:
            return replace(result, outcome="answer", reading=options[0])
        return replace(result, outcome="clarify", options=options) if options else result
    best = holding[0]
    options = _rivals(best, holding, question)
    if options:
        return replace(result, outcome="clarify", options=options)
    return replace(result, outcome="answer", reading=best)


def _worth_asking(question: Question, mind: Mind, frame: Frame) -> bool:
    """Return whether the index could propose a reading that holds: a subject is named, no word is foreign to all."""
    named = any(frame.role(concept) not in ("aspect", "form", "neutral", "") for concept in question.concepts)
    foreign = (word for word in question.content_words if not word.span.known and word.asks)
    left = sum(word.weight for word in foreign if stem(word.span.surface.lower()) not in mind.stems)
    return named and certainty_left(left) >= mind.certainty


def _exemplified(fact: Fact, question: Question) -> Reading:
    """Return the reading that an editor gave as an example of what the fact answers: it explains every word."""
    roles = frozenset(role for word in question.words for part in word.roles for role in part)
    stems = frozenset(stem(word.span.surface.lower()) for word in question.words)
    return Reading("fact", fact.kind, {"fact": fact.id}, explains_roles=roles, stems=stems, bonus=EXAMPLE_BONUS)


def with_combined(question: Question, frame: Frame) -> Question:
    """Return the question with the terms that its words mean together: "ångest" and "dricker" are samsjuklighet."""
    said = set(question.concepts)
    concepts = (*frame.knowledge.terms.values(), *frame.knowledge.cues.values())
    meant = [
        each.id for each in concepts if each.when and each.id not in said and any(set(w) <= said for w in each.when)
    ]
    if not meant:
        return question
    roles = dict(question.roles)
    for concept in meant:
        roles[frame.role(concept)] = (*roles.get(frame.role(concept), ()), concept)
    return replace(question, concepts=(*question.concepts, *meant), roles=roles)


def with_agreement(question: Question, frame: Frame) -> Question:
    """Return the question with the agreement that it names by whom it is for: "röken för barn"."""
    if not question.has("rok") or question.of_role("agreement"):
        return question
    agreements = frame.knowledge.agreements.values()
    named = [agreement.id for agreement in agreements if agreement.groups and question.has(*agreement.groups)]
    if len(named) != 1:
        return question
    return replace(question, concepts=(*question.concepts, *named), roles={**question.roles, "agreement": tuple(named)})


def holds(reading: Reading, leaning: bool = False, certainty: float = CERTAINTY) -> bool:
    """Return whether a reading explains enough of its question to be answered: is as sure as `certainty`, 0–1.

    A question that leans on the last one may consist of small words alone.
    """
    if leaning and reading.left == 0:
        return True
    return reading.explained >= MIN_EXPLAINED * 0.35 and reading.certainty >= certainty


def _order(reading: Reading) -> tuple[Any, ...]:
    return (-round(reading.score, 6), reading.intent, str(sorted(reading.slots.items(), key=str)))


def _rivals(best: Reading, holding: list[Reading], question: Question) -> tuple[Reading, ...]:
    """Return the choices where the best reading is really several with different answers."""
    if best.intent == "route" and len(best.slots["routes"]) > 1 and not alike(best):
        return tuple(replace(best, slots={**best.slots, "routes": (route,)}) for route in best.slots["routes"])
    if best.intent == "message" and best.slots["subject"] is None:
        return tuple(replace(best, slots={**best.slots, "purpose": purpose}) for purpose in PURPOSES)
    return ()


def alike(reading: Reading) -> bool:
    """Return whether both dispute routes give the same answer: what comes after a shared body, or what is missing."""
    slots = reading.slots
    if slots["bodies"]:
        return True
    return bool(slots["missing"]) and not slots["details"] and not slots["order"]


def _partial(question: Question, frame: Frame, certainty: float) -> tuple[Reading, ...]:
    """Return choices where the question names only a part of what would settle it: a substance, a treatment."""
    matrix = frame.matrix
    if matrix is None:
        return ()
    named = {
        concept
        for concept in question.concepts
        if (frame.lexicon.entries[concept].role == "substance" and concept != "missbruk") or concept in TREATMENTS
    }
    open_tasks: list[tuple[int, bool, int]] = []
    for order, task in enumerate(matrix.tasks):
        hits = [len(named & set(when)) for when in task.when if named & set(when)]
        if hits:
            open_tasks.append((-max(hits), not task.medical, order))
    if not open_tasks or tasks_named(question, frame)[0]:
        return ()
    chosen = [matrix.tasks[order].id for _, _, order in sorted(open_tasks)[:3]]
    options = tuple(
        Reading(
            "responsibility",
            Kind.RESPONSIBILITY,
            {"tasks": (task,), "actors": actors_named(question, frame), "units": ()},
            explains=frozenset(named | frame.matter | PEOPLE | FRAMING | {"ansvar", "en-ansvar"}),
            explains_roles=frozenset({"municipality", "actor", "unit", "substance"}),
        )
        for task in sorted(chosen, key=lambda id_: [task.id for task in matrix.tasks].index(id_))
    )
    weighed = tuple(weigh(option, question) for option in options)
    return weighed if weighed and holds(weighed[0], certainty=certainty) else ()


def _anchored(fact: Fact, question: Question, frame: Frame) -> bool:
    """Return whether the question names the fact's subject, not only a side of it."""
    subjects = [concept for concept in fact.about if frame.lexicon.entries[concept].role not in ("aspect", "form")]
    strong = any(frame.role(concept) in ANCHORS | {"group", "municipality"} for concept in subjects)
    return strong and set(subjects) <= set(question.concepts)


def _proposals(question: Question, mind: Mind, frame: Frame) -> Iterable[Reading]:
    """Yield readings for what the index finds nearest; they are weighed like any other."""
    for fact_id in mind.propose(question.text):
        fact = mind.facts.get(fact_id)
        if fact is None or fact.editors_only or asks_else(question, fact) or not _anchored(fact, question, frame):
            continue
        concepts, stems = mind.vocabulary.get(fact_id, (frozenset(), frozenset()))
        yield Reading(
            "found",
            fact.kind,
            {"fact": fact.id},
            explains=frozenset({*fact.about, *fact.also}) | FRAMING,
            explains_roles=frozenset({"municipality"}),
            vocabulary=concepts,
            stems=stems,
            bonus=-0.5 * len(set(fact.about) - set(question.concepts)),
        )
