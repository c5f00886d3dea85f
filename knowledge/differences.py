"""What differs between two knowledges, in plain Swedish, fact by fact. Nothing that changed goes unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from knowledge import model
from knowledge.comparing import At, Difference, Found, Group, Rule, compare, say
from knowledge.comparing_matrices import at_task, matrices, new_task, tasks
from knowledge.comparing_routes import agreements, arrows, facts, last_term, routes, steps
from knowledge.comparing_sources import gathered

M = TypeVar("M", bound=model.Model)
GROUPS = {
    "agreements": Group.VALIDITY,
    "matrices": Group.RESPONSIBILITY,
    "routes": Group.ROUTES,
    "bodies": Group.BODIES,
    "local": Group.LOCAL,
    "counts": Group.LOCAL,
    "facts": Group.FACTS,
    "terms": Group.TERMS,
    "laws": Group.LAWS,
    "contacts": Group.CONTACTS,
    "experts": Group.CONTACTS,
    "sources": Group.SOURCES,
    "documents": Group.DOCUMENTS,
    "actors": Group.REGION,
    "workplaces": Group.REGION,
    "municipalities": Group.REGION,
    "cues": Group.WORDS,
    "cases": Group.WORDS,
}


def differences(old: model.Knowledge, new: model.Knowledge) -> list[Difference]:
    """Return all that differs, by heading and then in the order of the new knowledge; empty where they are equal.

    Revisions, and the order of entries in files, are no differences.
    """
    names = {**_names(old), **_names(new)}
    found: list[Difference] = []
    for section, group in GROUPS.items():
        at = At(group, section, "", "", names, RULES)
        for one, other in _entries(getattr(old, section), getattr(new, section)):
            found += gathered(_entry(at, one, other), new, old)
    at = At(Group.REGION, "region", new.region.id, new.region.name, names, RULES)
    found += gathered(compare(at, old.region, new.region), new, old)
    found += _sentences(At(Group.SENTENCES, "sentences", "", "", names, RULES), old.sentences, new.sentences)
    order = list(Group)
    return sorted(found, key=lambda one: order.index(one.group))


def placed(
    found: Iterable[Difference], old: Mapping[tuple[str, str], str], new: Mapping[tuple[str, str], str]
) -> list[Difference]:
    """Return differences with the file of each: see `loader.places`; where it is gone from the new, that of the old."""

    def file(one: Difference) -> str | None:
        return new.get((one.section, one.id)) or old.get((one.section, one.id))

    return [replace(one, file=file(one)) for one in found]


def _entries(old: Mapping[str, M], new: Mapping[str, M]) -> Iterator[tuple[M | None, M | None]]:
    yield from ((old.get(id_), entry) for id_, entry in new.items())
    yield from ((entry, None) for id_, entry in old.items() if id_ not in new)


def _entry(at: At, old: model.Model | None, new: model.Model | None) -> Found:
    entry: Any = new if new is not None else old
    at = at.on(id=entry.id, subject=_subject(entry, at), fact=_cited(entry))
    if old is not None and new is not None:
        yield from compare(at, old, new)
    elif new is not None:
        what = _whole(at, new)
        key = "entry.new_bare" if what == at.shown(at.subject) else "entry.new"
        yield at.on(day=getattr(new, "valid_from", None)).says(key, what=what)
        yield from _parts(at, new)
    elif old is not None:
        what = _whole(at, old)
        yield at.says("entry.gone_bare" if what == at.shown(at.subject) else "entry.gone", what=what)


def _subject(entry: Any, at: At) -> str:
    match entry:
        case model.Fact():
            return ", ".join(at.names.get(concept, concept) for concept in entry.about)
        case model.ResponsibilityMatrix() | model.LokCount():
            return at.names.get(entry.agreement, entry.agreement)
        case model.LocalFact():
            return at.names.get(entry.municipality, entry.municipality)
        case model.Source():
            return entry.label
    return at.names.get(entry.id) or next(
        (text for name in ("name", "subject", "title") if (text := getattr(entry, name, None))), entry.id
    )


def _cited(entry: Any) -> str | None:
    match entry:
        case model.Fact() | model.LocalFact() | model.LokCount():
            return entry.id
        case model.EscalationRoute():
            return f"{entry.agreement}/vag/{entry.id}"
        case model.LawReference():
            return f"lag/{entry.id}"
        case model.Body():
            return entry.definition.id
        case model.Term(definition=model.Fact() as definition):
            return definition.id
    return None


def _whole(at: At, entry: Any) -> str:
    match entry:
        case model.ResponsibilityMatrix():
            return say("diff.matrix.rows", count=len(entry.tasks))
        case model.Agreement():
            return say("diff.agreement.through", through=last_term(entry)[0] or say("diff.open"))
        case model.Body() | model.Term() if entry.definition is not None:
            return at.summary(entry.definition)
    return at.summary(entry)


def _parts(at: At, entry: model.Model) -> Found:
    """Yield what an entry that is new brings with it, where a line of its own is worth it."""
    if isinstance(entry, model.ResponsibilityMatrix):
        for task in entry.tasks:
            yield new_task(at_task(at, entry, task), entry, task)
    elif isinstance(entry, model.EscalationRoute):
        yield at.says("route.steps", steps=arrows(entry.steps))


def _sentences(at: At, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Difference]:
    for key in sorted({*old, *new}):
        here = at.on(id=key, subject=key)
        one, other = old.get(key), new.get(key)
        if one is None:
            yield here.says("set.added", field=say("diff.field.sentence"), new=at.shown(other))
        elif other is None:
            yield here.says("set.removed", field=say("diff.field.sentence"), old=at.shown(one))
        elif one.strip() != other.strip():
            yield here.says("set.changed", field=say("diff.field.sentence"), new=at.shown(other), old=at.shown(one))


def _names(knowledge: model.Knowledge) -> dict[str, str]:
    names = {cue.id: cue.name for cue in knowledge.cues.values() if cue.name}
    named: tuple[Callable[[], Iterable[Any]], ...] = (
        knowledge.terms.values,
        knowledge.actors.values,
        knowledge.municipalities.values,
        knowledge.bodies.values,
        knowledge.routes.values,
    )
    for section in named:
        names.update((thing.id, thing.name) for thing in section())
    for matrix in knowledge.matrices.values():
        names.update((task.id, task.name) for task in matrix.tasks)
    names.update((source.id, source.label) for source in knowledge.sources.values())
    names.update((law.id, law.subject) for law in knowledge.laws.values())
    names.update((agreement.id, agreement.short) for agreement in knowledge.agreements.values())
    names.update((matrix.id, names.get(matrix.agreement, matrix.id)) for matrix in knowledge.matrices.values())
    names.update((f"{actor.id}|definite", actor.definite) for actor in knowledge.actors.values())
    return names


RULES: dict[type[model.Model], Rule] = {
    model.ResponsibilityMatrix: matrices,
    model.Task: tasks,
    model.Agreement: agreements,
    model.EscalationRoute: routes,
    model.EscalationStep: steps,
    model.Fact: facts,
}
