"""An unanswered question → the edits that answer it: a word, an example, a case, or a new fact.

Each raises BenchError for what cannot be meant. `own` tells whether an entry stands in the region's own files:
one of the general knowledge is taken over whole into the region's before it is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.editor.forms import SourceGiven
from bot.editor.item import BenchError
from bot.veil import HIDDEN
from indexer.adoption.base import LEAD, slug
from knowledge.editing import Edit, Place
from knowledge.model import Cue, Knowledge

WORDS_FILE = "egna-ord.yaml"
CASES_FILE = "fragor.yaml"
FACTS_FILE = "topics/fran-fragor.yaml"
Own = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Spot:
    """A list of words or examples in the files: an entry, the place within it, and how a reader calls the thing."""

    section: str
    entry: str
    place: Place
    name: str


def word_spots(knowledge: Knowledge) -> dict[str, Spot]:
    """Return where each concept has its words, by its id; those that only shape a question are left out."""
    found: dict[str, Spot] = {}
    for section in ("terms", "actors", "bodies", "agreements", "routes", "laws", "municipalities", "cues"):
        for id_, thing in getattr(knowledge, section).items():
            if not isinstance(thing, Cue) or thing.role in ("aspect", "substance", "group"):
                found.setdefault(id_, Spot(section, id_, ("aliases",), _name(thing)))
    for actor in knowledge.actors.values():
        for n, unit in enumerate(actor.units):
            found.setdefault(unit.id, Spot("actors", actor.id, ("units", n, "aliases"), unit.name))
    for matrix in knowledge.matrices.values():
        for n, task in enumerate(matrix.tasks):
            found.setdefault(task.id, Spot("matrices", matrix.id, ("tasks", n, "aliases"), task.name))
    for route in knowledge.routes.values():
        for n, step in enumerate(route.steps):
            found.setdefault(step.id, Spot("routes", route.id, ("steps", n, "aliases"), step.name))
    return found


def example_spots(knowledge: Knowledge) -> dict[str, Spot]:
    """Return where each thing that is cited has its example questions, by the id that answers cite."""
    return dict(_examples(knowledge))


def _examples(knowledge: Knowledge) -> Iterator[tuple[str, Spot]]:
    last = ("examples",)
    for fact in knowledge.facts.values():
        yield fact.id, Spot("facts", fact.id, last, fact.lead)
    for term in knowledge.terms.values():
        if term.definition:
            yield term.definition.id, Spot("terms", term.id, ("definition", *last), term.definition.lead)
    for body in knowledge.bodies.values():
        yield body.definition.id, Spot("bodies", body.id, ("definition", *last), body.definition.lead)
        for n, fact in enumerate(body.facts):
            yield fact.id, Spot("bodies", body.id, ("facts", n, *last), fact.lead)
    for agreement in knowledge.agreements.values():
        for n, fact in enumerate(agreement.facts):
            yield fact.id, Spot("agreements", agreement.id, ("facts", n, *last), fact.lead)
    for matrix in knowledge.matrices.values():
        for n, task in enumerate(matrix.tasks):
            yield f"{matrix.agreement}/ansvar/{task.id}", Spot("matrices", matrix.id, ("tasks", n, *last), task.name)
    for route in knowledge.routes.values():
        yield f"{route.agreement}/vag/{route.id}", Spot("routes", route.id, last, route.name)


def new_word(knowledge: Knowledge, own: Own, word: str, concept: str) -> list[Edit]:
    """Return the edits by which a word means a concept."""
    spot = word_spots(knowledge).get(concept)
    if spot is None:
        raise BenchError("no_concept")
    if not word.strip() or HIDDEN in word:
        raise BenchError("no_word")
    return _appended(knowledge, own, spot, [word.strip()])


def new_example(knowledge: Knowledge, own: Own, questions: Sequence[str], fact: str) -> list[Edit]:
    """Return the edits by which questions are examples of what a fact answers."""
    spot = example_spots(knowledge).get(fact)
    if spot is None:
        raise BenchError("no_fact")
    return _appended(knowledge, own, spot, _whole(questions))


def new_cases(knowledge: Knowledge, questions: Sequence[str], fact: str | None) -> list[Edit]:
    """Return the edits that make each question a case: answered by a fact, or, without one, not answered."""
    if fact is not None and fact not in example_spots(knowledge):
        raise BenchError("no_fact")
    expect: Mapping[str, Any] = {"facts": [fact]} if fact else {"kind": "unknown"}
    taken = set(knowledge.cases)
    found = []
    for question in _whole(questions):
        id_ = slug(question, taken)[:60].strip("-")
        taken.add(id_)
        value = {"id": id_, "turns": [question], "expect": dict(expect)}
        found.append(Edit("add", "cases", id_, value=value, file=CASES_FILE))
    return found


@dataclass(frozen=True, slots=True)
class FactGiven:
    """A new fact as an editor writes it. `about` are concepts; `word` is a new one, for which there was no word."""

    lead: str
    details: tuple[str, ...]
    about: tuple[str, ...]
    word: str
    valid_from: str
    source: SourceGiven


def new_fact(knowledge: Knowledge, questions: Sequence[str], given: FactGiven) -> list[Edit]:
    """Return the edits that add a fact, with the questions as its examples."""
    lead = " ".join(given.lead.split())
    if not lead:
        raise BenchError("no_lead")
    if len(lead) > LEAD:
        raise BenchError("long_lead")
    if any(concept not in word_spots(knowledge) for concept in given.about):
        raise BenchError("no_concept")
    if not given.about and not given.word.strip():
        raise BenchError("no_about")
    source, found = given.source.edits(knowledge)
    about = list(given.about)
    if word := given.word.strip():
        id_ = slug(word, word_spots(knowledge))
        about.insert(0, id_)
        found.append(Edit("add", "terms", id_, value={"id": id_, "name": word}, file=WORDS_FILE))
    id_ = f"fraga/{slug(lead, {fact.removeprefix('fraga/') for fact in knowledge.facts})[:50].strip('-')}"
    value = {
        "id": id_,
        "kind": "topic",
        "about": about,
        "lead": lead,
        "details": [line for line in given.details if line] or None,
        "valid_from": given.valid_from,
        "sources": [{"source": source, "locator": given.source.locator}],
        "examples": [question for question in questions if question.strip() and HIDDEN not in question] or None,
    }
    return [*found, Edit("add", "facts", id_, value=value, file=FACTS_FILE)]


def _whole(questions: Sequence[str]) -> list[str]:
    """Return questions that can stand in the files: no word in them is hidden."""
    whole = list(dict.fromkeys(" ".join(question.split()) for question in questions if question.strip()))
    if not whole or any(HIDDEN in question for question in whole):
        raise BenchError("hidden_word" if whole else "no_question")
    return whole


def _appended(knowledge: Knowledge, own: Own, spot: Spot, texts: Sequence[str]) -> list[Edit]:
    edits = [Edit("append", spot.section, spot.entry, spot.place, text) for text in texts]
    if own(spot.section, spot.entry):
        return edits
    entry = getattr(knowledge, spot.section)[spot.entry].model_dump(mode="json", exclude_defaults=True)
    return [Edit("add", spot.section, spot.entry, value=entry, file=WORDS_FILE), *edits]


def _name(thing: Any) -> str:
    for field in ("short", "name", "subject"):
        if text := getattr(thing, field, None):
            return str(text)
    return str(thing.id)
