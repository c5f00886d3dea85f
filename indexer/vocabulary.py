"""From the knowledge to its lexicon: every concept with the words for it."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.lexicon import Entry, Lexicon
from knowledge.model import Concept, Knowledge


def concepts_of(knowledge: Knowledge) -> Iterator[tuple[Entry, tuple[str, ...]]]:
    """Yield every concept with all words and phrases for it, its own name included."""
    for cue in knowledge.cues.values():
        if cue.role == "first":  # tells only what a question begins with; its words mean other things elsewhere
            continue
        yield Entry(cue.id, cue.role, cue.name or cue.id), cue.aliases
    for term in knowledge.terms.values():
        abbreviation = (term.abbreviation,) if term.abbreviation else ()
        yield Entry(term.id, "term", term.name), (term.name, *abbreviation, *term.aliases)
    for actor in knowledge.actors.values():
        yield Entry(actor.id, "actor", actor.name), (actor.name, actor.definite, *actor.aliases)
        for unit in actor.units:
            yield Entry(unit.id, "unit", unit.name, actor.id), (unit.name, *unit.aliases)
    for place in knowledge.municipalities.values():
        yield Entry(place.id, "municipality", place.name), (place.name, *place.aliases)
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
        for step in route.steps:
            steps.setdefault(step.id, []).append(step)
    for step_id, same in steps.items():
        aliases = tuple(dict.fromkeys(alias for step in same for alias in step.aliases))
        yield Entry(step_id, "step", same[0].name), aliases  # type: ignore[attr-defined]
    for law in knowledge.laws.values():
        yield Entry(law.id, "law", law.subject), law.aliases


def lexicon_of(knowledge: Knowledge) -> Lexicon:
    """Build the lexicon of a revision."""
    entries: dict[str, Entry] = {}
    aliases: list[tuple[str, str]] = []
    for entry, words in concepts_of(knowledge):
        entries.setdefault(entry.id, entry)
        aliases += [(word, entry.id) for word in words]
    skippable = frozenset(entry.id for entry in entries.values() if entry.role in ("neutral", "form"))
    return Lexicon(entries.values(), aliases, skippable)
