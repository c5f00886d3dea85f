"""Everything that an answer can cite, by its id, wherever in the knowledge it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from knowledge.model import (
    Agreement,
    Change,
    EscalationRoute,
    EscalationStep,
    Fact,
    ImportedDocument,
    ImportedPassage,
    Kind,
    Knowledge,
    LawReference,
    LocalFact,
    Locator,
    LokCount,
    ResponsibilityMatrix,
    RouteChange,
    Task,
    first_day,
    last_day,
)


@dataclass(frozen=True, slots=True)
class Citable:
    """One thing with a source: its id, what it says, and when it holds.

    `about` names the concepts that it is about, `also` concepts or plain words that lead to it.
    `history` marks what may be told after its last day: decisions, adoptions and older versions.
    A decision's `observed` is when it was taken; its `valid_*` is the term that it gives.
    """

    id: str
    kind: Kind
    title: str
    text: str
    sources: tuple[Locator, ...]
    valid_from: str | None = None
    valid_through: str | None = None
    observed: str | None = None
    agreement: str | None = None
    municipality: str | None = None
    editors_only: bool = False
    about: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    history: bool = False

    def known_on(self, day: date) -> bool:
        """Return whether it may be told on a day: begun, decided or observed by then, and not ended."""
        if self.observed is not None and last_day(self.observed) > day:
            return False
        if self.history and self.observed is not None:
            return True
        if self.valid_from is not None and first_day(self.valid_from) > day:
            return False
        return self.history or self.valid_through is None or last_day(self.valid_through) >= day


def every_fact(knowledge: Knowledge) -> dict[str, Fact]:
    """Return all facts by id: those that stand alone and those inside terms, bodies and agreements."""
    return {fact.id: fact for fact, _ in _titled_facts(knowledge)}


def citable(knowledge: Knowledge) -> dict[str, Citable]:
    """Return all that can be cited, by id, in the order of the knowledge. Editors' own is marked, not left out.

    Raises ValueError where two things would have the same id.
    """
    found: dict[str, Citable] = {}
    for thing in _everything(knowledge):
        if thing.id in found:
            raise ValueError(f"two things are cited as {thing.id}")
        found[thing.id] = thing
    return found


def imported(knowledge: Knowledge, id_: str) -> tuple[ImportedDocument, ImportedPassage]:
    """Return the passage of an imported document that is cited by an id, and the document. Raises KeyError."""
    for document in knowledge.documents.values():
        for passage in document.passages if id_.startswith(f"{document.id}/") else ():
            if id_ == f"{document.id}/{passage.id}":
                return document, passage
    raise KeyError(id_)


def told_from(knowledge: Knowledge, document: ImportedDocument) -> date:
    """Return the day from which a document's passages may be told: its own, or that of its import."""
    return last_day(knowledge.sources[document.source].date or document.imported)


def _everything(knowledge: Knowledge) -> Iterator[Citable]:
    for fact, title in _titled_facts(knowledge):
        yield _of_fact(fact, title)
    for matrix in knowledge.matrices.values():
        for task in matrix.tasks:
            yield _of_task(knowledge, matrix, task)
    for id_, rows in knowledge.apart.items():
        for task in rows:
            yield _of_task(knowledge, knowledge.matrices[id_], task)
    for route in knowledge.routes.values():
        yield _of_route(route)
        yield from _of_steps(knowledge, route)
    for agreement in knowledge.agreements.values():
        yield from _of_agreement(agreement)
    for local in knowledge.local.values():
        yield from _of_local(knowledge, local)
    for count in knowledge.counts.values():
        yield _of_count(knowledge, count)
    for law in knowledge.laws.values():
        yield _of_law(law)
    for document in knowledge.documents.values():
        yield from _of_document(knowledge, document)


def _titled_facts(knowledge: Knowledge) -> Iterator[tuple[Fact, str]]:
    names = _names(knowledge)
    for fact in knowledge.facts.values():
        yield fact, ", ".join(names.get(concept, concept) for concept in fact.about)
    for term in knowledge.terms.values():
        if term.definition is not None:
            yield term.definition, f"{term.name} ({term.abbreviation})" if term.abbreviation else term.name
    for body in knowledge.bodies.values():
        for fact in (body.definition, *body.facts):
            yield fact, body.name
    for agreement in knowledge.agreements.values():
        for fact in agreement.facts:
            yield fact, agreement.short


def _names(knowledge: Knowledge) -> dict[str, str]:
    names: dict[str, str] = {cue.id: cue.name or cue.id for cue in knowledge.cues.values()}
    for section in (knowledge.terms, knowledge.actors, knowledge.municipalities, knowledge.bodies, knowledge.routes):
        names.update((id_, thing.name) for id_, thing in section.items())
    names.update((unit.id, unit.name) for actor in knowledge.actors.values() for unit in actor.units)
    names.update((agreement.id, agreement.short) for agreement in knowledge.agreements.values())
    names.update((task.id, task.name) for matrix in knowledge.matrices.values() for task in matrix.tasks)
    names.update((step.id, step.name) for route in knowledge.routes.values() for step in route.every_step)
    names.update((law.id, law.subject) for law in knowledge.laws.values())
    return names


def _text(*parts: str | Iterable[str] | None) -> str:
    """Return the parts that say something, one a line."""
    lines: list[str] = []
    for part in parts:
        lines += [part] if isinstance(part, str) else (part or ())
    return "\n".join(line for line in lines if line)


def _places(*things: Task | EscalationRoute | EscalationStep | Change) -> tuple[Locator, ...]:
    return tuple(dict.fromkeys(place for thing in things for place in thing.sources))


def _of_fact(fact: Fact, title: str) -> Citable:
    return Citable(
        id=fact.id,
        kind=Kind(fact.kind),
        title=title,
        text=_text(fact.lead, fact.details),
        sources=fact.sources,
        valid_from=fact.valid_from,
        valid_through=fact.valid_through,
        observed=fact.observed,
        agreement=fact.agreement,
        municipality=fact.municipality,
        editors_only=fact.editors_only,
        about=fact.about,
        also=fact.also,
        examples=fact.examples,
    )


def _of_task(knowledge: Knowledge, matrix: ResponsibilityMatrix, task: Task) -> Citable:
    """Return what a row says, and what its changes say: they are cited under the row's id."""

    def said(responsible: Iterable[str], notes: Iterable[str] | None) -> str:
        actors = ", ".join(knowledge.actors[actor].definite for actor in responsible)
        return _text(f"{task.phrase}: {actors}", notes)

    later = [said(change.responsible, change.notes) for change in task.changes if change.responsible]
    return Citable(
        id=f"{matrix.agreement}/ansvar/{task.id}",
        kind=Kind.RESPONSIBILITY,
        title=task.name,
        text=_text(said(task.responsible, task.notes), later),
        sources=_places(task, *task.changes),
        valid_from=task.valid_from or matrix.valid_from,
        valid_through=matrix.valid_through,
        observed=task.decided or matrix.observed,
        history=task.decided is not None,
        agreement=matrix.agreement,
        about=(task.id, matrix.agreement),
        also=task.aliases,
        examples=task.examples,
    )


def _of_route(route: EscalationRoute) -> Citable:
    return Citable(
        id=f"{route.agreement}/vag/{route.id}",
        kind=Kind.ESCALATION,
        title=route.name,
        text=_text(
            *(route.lead, route.about_what, (step.short for step in route.steps), route.after_last, route.notes),
            *(text for change in route.changes for text in _change_texts(change)),
        ),
        sources=_places(route, *route.changes),
        valid_from=route.valid_from,
        valid_through=route.valid_through,
        observed=route.observed,
        agreement=route.agreement,
        about=(route.id, route.agreement),
        also=route.aliases,
        examples=route.examples,
    )


def _change_texts(change: RouteChange) -> tuple[str | Iterable[str] | None, ...]:
    return change.lead, (step.short for step in change.steps), change.after_last, change.notes


def _of_steps(knowledge: Knowledge, route: EscalationRoute) -> Iterator[Citable]:
    """Yield the steps of a route, and those that a change brings: a step that is changed is still cited as itself."""
    brought: dict[str, list[tuple[EscalationStep, RouteChange | None]]] = {}
    for step in route.steps:
        brought.setdefault(step.id, []).append((step, None))
    for change in route.changes:
        for step in change.steps:
            brought.setdefault(step.id, []).append((step, change))
    for versions in brought.values():
        yield _of_step(knowledge, route, [step for step, _ in versions], versions[0][1])


def _of_step(
    knowledge: Knowledge, route: EscalationRoute, versions: list[EscalationStep], came: RouteChange | None
) -> Citable:
    step = versions[0]
    said = []
    for each in versions:
        where = knowledge.bodies[each.body].name if each.body else each.function
        says = (each.lead, where, each.who_moves, each.who_sits, each.form, each.documentation)
        said.append(_text(*says, each.missing))
    return Citable(
        id=f"{route.agreement}/{route.id}/{step.id}",
        kind=Kind.ESCALATION,
        title=f"{route.name}: {step.name}",
        text=_text(*dict.fromkeys(said)),
        sources=_places(*versions),
        valid_from=came.valid_from if came else route.valid_from,
        valid_through=route.valid_through,
        observed=came.decided if came else route.observed,
        agreement=route.agreement,
        about=(step.id, route.id, route.agreement),
        also=tuple(dict.fromkeys(alias for each in versions for alias in each.aliases)),
    )


def _of_agreement(agreement: Agreement) -> Iterator[Citable]:
    common = {"kind": Kind.VALIDITY, "agreement": agreement.id, "history": True}
    for decision in agreement.decisions:
        yield Citable(
            id=f"{agreement.id}/beslut/{decision.id}",
            title=agreement.short,
            text=_text(decision.says, decision.by, decision.why, decision.conflict),
            sources=decision.sources,
            valid_from=decision.valid_from,
            valid_through=decision.valid_through,
            observed=decision.decided,
            about=(agreement.id, *([decision.body] if decision.body else [])),
            **common,  # type: ignore[arg-type]
        )
    for number, adoption in enumerate(agreement.adoptions, 1):
        yield Citable(
            id=f"{agreement.id}/antagen/{number}",
            title=f"{agreement.short}: {adoption.party}",
            text=adoption.says,
            sources=adoption.sources,
            observed=adoption.decided,
            about=(agreement.id,),
            **common,  # type: ignore[arg-type]
        )
    for older in agreement.older:
        yield Citable(
            id=f"{agreement.id}/version/{older.id}",
            title=older.name,
            text=older.says,
            sources=older.sources,
            valid_from=older.valid_from,
            valid_through=older.valid_through,
            about=(agreement.id,),
            **common,  # type: ignore[arg-type]
        )


def _of_local(knowledge: Knowledge, local: LocalFact) -> Iterator[Citable]:
    whole = Citable(
        id=local.id,
        kind=Kind.LOCAL,
        title=knowledge.municipalities[local.municipality].name,
        text=_text(local.status_says, local.under_way),
        sources=local.sources,
        observed=local.observed,
        agreement=local.agreement,
        municipality=local.municipality,
        about=(local.municipality, local.agreement),
    )
    yield whole
    for id_, note in zip(note_ids(local), local.notes, strict=True):
        yield Citable(
            id=id_,
            kind=Kind.LOCAL,
            title=whole.title,
            text=_text(note.lead, note.says),
            sources=local.sources,
            observed=local.observed,
            agreement=local.agreement,
            municipality=local.municipality,
            editors_only=note.editors_only,
            about=whole.about,
            also=note.words,
        )


def note_ids(local: LocalFact) -> list[str]:
    """Return the ids of a municipality's notes, in their order: `<id>/<topic>`, then `-2`, `-3` where it repeats."""
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for note in local.notes:
        seen[note.topic] += 1
        number = seen[note.topic]
        ids.append(f"{local.id}/{note.topic}" if number == 1 else f"{local.id}/{note.topic}-{number}")
    return ids


def _of_count(knowledge: Knowledge, count: LokCount) -> Citable:
    return Citable(
        id=count.id,
        kind=Kind.LOCAL,
        title=knowledge.agreements[count.agreement].short,
        text=_text(f"{count.yes} / {count.no} / {count.unanswered}", count.mean_time, count.note),
        sources=count.sources,
        observed=count.observed,
        agreement=count.agreement,
        about=(count.agreement,),
    )


def _of_law(law: LawReference) -> Citable:
    sections = [f"{section.section} {section.act} {section.short}" for section in law.sections]
    return Citable(
        id=f"lag/{law.id}",
        kind=Kind.TOPIC,
        title=law.subject,
        text=_text(law.says, sections, law.hsl),
        sources=law.sources,
        about=(law.id,),
        also=law.aliases,
    )


def _of_document(knowledge: Knowledge, document: ImportedDocument) -> Iterator[Citable]:
    for passage in document.passages:
        yield Citable(
            id=f"{document.id}/{passage.id}",
            kind=Kind.PASSAGE,
            title=passage.heading or document.title,
            text=passage.text,
            sources=(Locator(source=document.source, locator=passage.locator),),
            # A document without a day of its own is known from the day on which it was imported.
            observed=knowledge.sources[document.source].date or document.imported,
            agreement=document.agreement,
            editors_only=document.status.editors_only,
            about=(document.agreement,) if document.agreement else (),
        )
