"""From the knowledge to its lexicon: every concept with the words for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from indexer.lexicon import Lexicon
from indexer.swedish import stem
from indexer.words import Entry, alias_words
from knowledge.model import Concept, Knowledge, Region
from knowledge.precedence import COUNTY, ORGANISATION

PARTICLES = "partiklar"
SHORT_FORMS = "kortformer"
NEGATION = "negation"
PREPOSITIONS = "prepositioner"
JOINING_WORDS = "neutral-bindeord"
FUNCTION_WORDS = frozenset({"neutral-funktionsord", "neutral-kortord", JOINING_WORDS})
NAMES = frozenset({"neutral-a-namn", "neutral-b-namn", "neutral-c-namn"})
"""First names, which are never a part of a compound either."""


def concepts_of(knowledge: Knowledge) -> Iterator[tuple[Entry, tuple[str, ...]]]:
    """Yield every concept with all words and phrases for it, its own name included."""
    for cue in knowledge.cues.values():
        if cue.role == "first":  # tells only what a question begins with; its words mean other things elsewhere
            continue
        yield Entry(cue.id, cue.role, cue.name or cue.id), (*cue.aliases, *_called(cue.id, knowledge.region))
    for term in knowledge.terms.values():
        abbreviation = (term.abbreviation,) if term.abbreviation else ()
        yield Entry(term.id, "term", term.name), (term.name, *abbreviation, *term.aliases)
    for actor in knowledge.actors.values():
        yield Entry(actor.id, "actor", actor.name), (actor.name, actor.definite, *actor.aliases)
        for unit in actor.units:
            yield Entry(unit.id, "unit", unit.name, actor.id), (unit.name, *unit.aliases)
    for place in knowledge.municipalities.values():
        names = (place.name, *place.aliases)
        yield Entry(place.id, "municipality", place.name), (*names, *(f"{name}s" for name in names if " " not in name))
    for body in knowledge.bodies.values():
        yield Entry(body.id, "body", body.name), (body.name, *body.aliases)
    for agreement in knowledge.agreements.values():
        yield Entry(agreement.id, "agreement", agreement.short), (agreement.name, agreement.short, *agreement.aliases)
    for matrix in knowledge.matrices.values():
        for task in matrix.tasks:
            yield Entry(task.id, "task", task.phrase), (task.name, task.phrase, *task.aliases)
    steps: dict[str, list[Concept]] = {}
    for route in knowledge.routes.values():
        yield Entry(route.id, "route", route.name), (route.name, *route.aliases)
        for step in route.every_step:
            steps.setdefault(step.id, []).append(step)
    for step_id, same in steps.items():
        aliases = tuple(dict.fromkeys(alias for step in same for alias in step.aliases))
        yield Entry(step_id, "step", same[0].name), aliases  # type: ignore[attr-defined]
    for law in knowledge.laws.values():
        yield Entry(law.id, "law", law.subject), law.aliases


def _called(cue: str, region: Region) -> tuple[str, ...]:
    """Return what a cue is called in this region: the county and the region's organisation by their names."""
    names = {COUNTY: (region.name, region.county, region.genitive), ORGANISATION: (region.organisation,)}
    return tuple(name.casefold() for name in names.get(cue, ()))


def words_of(knowledge: Knowledge) -> set[str]:
    """Return every word that stands in a name of a concept or a phrase for it."""
    return {word for _, aliases in concepts_of(knowledge) for alias in aliases for word in alias_words(alias)}


def lexicon_of(knowledge: Knowledge, inflections: Mapping[str, Sequence[str]] = MappingProxyType({})) -> Lexicon:
    """Build the lexicon of a revision, with the inflected forms that were looked up when its index was built."""
    entries: dict[str, Entry] = {}
    aliases: list[tuple[str, str]] = []
    for entry, words in concepts_of(knowledge):
        entries.setdefault(entry.id, entry)
        aliases += [(word, entry.id) for word in words]
    aliases = list(_without_taken_up(aliases, entries))
    parents = part_of(knowledge)
    for word, concept in list(aliases):
        # A part is also its whole: "lokal tvist" is a dispute, whatever else it is.
        aliases += [(word, whole) for whole in wholes(concept, parents) if whole in entries]
    skippable = frozenset(entry.id for entry in entries.values() if entry.role in ("neutral", "form"))
    skippable -= {JOINING_WORDS}  # "kommunen och psykiatrin" are two, not the municipality's psychiatry
    particles = knowledge.cues.get(PARTICLES)
    pairs = knowledge.cues.get(SHORT_FORMS)
    short_forms = dict(pair.split("=", 1) for pair in pairs.aliases if "=" in pair) if pairs else {}
    return Lexicon(
        entries.values(),
        aliases,
        skippable,
        frozenset(particles.aliases if particles else ()),
        FUNCTION_WORDS | NAMES,
        short_forms,
        frozenset(knowledge.cues[NEGATION].aliases if NEGATION in knowledge.cues else ()),
        frozenset(knowledge.cues[PREPOSITIONS].aliases if PREPOSITIONS in knowledge.cues else ()),
        inflections,
    )


def _without_taken_up(aliases: Sequence[tuple[str, str]], entries: Mapping[str, Entry]) -> Iterator[tuple[str, str]]:
    """Yield the words but those that lie outside in general and that a matrix of the region has as a task."""
    tasks = {stem(word.casefold()) for word, concept in aliases if entries[concept].role == "task"}
    for word, concept in aliases:
        if entries[concept].role != "outside" or stem(word.casefold()) not in tasks:
            yield word, concept


def part_of(knowledge: Knowledge) -> dict[str, str]:
    """Return each concept that is a part of another, with that other."""
    found: dict[str, str] = {}
    sections = (knowledge.cues, knowledge.terms, knowledge.actors, knowledge.municipalities, knowledge.bodies)
    concepts: list[Concept] = [concept for section in sections for concept in section.values()]
    concepts += [*knowledge.agreements.values(), *knowledge.routes.values(), *knowledge.laws.values()]
    concepts += [unit for actor in knowledge.actors.values() for unit in actor.units]
    concepts += [task for matrix in knowledge.matrices.values() for task in matrix.tasks]
    concepts += [step for route in knowledge.routes.values() for step in route.every_step]
    for concept in concepts:
        if concept.del_av:
            found[concept.id] = concept.del_av
    return found


def wholes(concept: str, parents: dict[str, str]) -> list[str]:
    """Return what a concept is part of, nearest first."""
    found: list[str] = []
    while (concept := parents.get(concept, "")) and concept not in found:
        found.append(concept)
    return found
