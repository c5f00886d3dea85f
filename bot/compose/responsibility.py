"""Who is responsible: the matrix, read row by row or column by column."""

from __future__ import annotations

from collections.abc import Iterable

from bot.answer import ActorRow, ActorRows, Answer, Block, Bullets, Paragraph
from bot.compose.buttons import task_buttons
from bot.compose.changes import apart_lines, matrix_ahead, rows_ahead, rows_apart
from bot.compose.common import MAX_LEAD, Composer, before, shorten, shortest
from bot.question import Question
from bot.reading import Reading
from bot.sentences import capitalised
from knowledge.model import Kind, ResponsibilityMatrix, Task

OTHER_NAMES = 6


def compose_responsibility(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return who the matrix marks for one or several tasks, and whether it is the asked actor's."""
    matrix = composer.matrix
    term = composer.term(matrix.agreement)
    tasks = tuple(task for task in matrix.tasks if task.id in reading.slots["tasks"])
    if not term.begun:
        return before(Kind.RESPONSIBILITY, term, question, composer)
    marked = _union(tasks, matrix)
    asked = asked_actors(reading, question, composer)
    ahead = rows_ahead(tasks, composer)
    apart = rows_apart(reading.slots["tasks"], composer)
    blocks: list[Block] = [task_rows(task, composer, heading=len(tasks) > 1) for task in tasks[:3]]
    blocks += [*ahead.blocks, *(Paragraph(" ".join(apart_lines(task, composer))) for task in apart)]
    blocks += task_notes(tasks, composer, asked)
    topics = ("laro",) if any(task.id == "laro" for task in tasks) else ()
    local, local_ids, local_sources = composer.local_block(composer.municipality, ("lok", *topics))
    blocks += local
    blocks += composer.validity_blocks(term)
    blocks += [*composer.caveat(matrix, tasks), *composer.official(term.agreement)]
    used = (*tasks, *apart)
    return composer.answer(
        Kind.RESPONSIBILITY,
        _lead(tasks, asked, reading.slots.get("elsewhere", False), question, composer),
        title=capitalised(tasks[0].name) if len(tasks) == 1 else composer.say("responsibility.title_many"),
        notices=composer.agreement_notices(term),
        blocks=tuple(blocks),
        responsible=marked,
        agreement=matrix.agreement,
        municipality=composer.municipality,
        citations=composer.cite(*(task.sources for task in used), ahead.sources, term.decision.sources, local_sources),
        facts=(*(f"{matrix.agreement}/ansvar/{task.id}" for task in used), composer.decision_id(term), *local_ids),
        actions=task_buttons(tasks, composer),
        suggestions=composer.suggest(
            "refused", "dispute", "actor", actor=composer.knowledge.actors[marked[0]].definite
        ),
    )


def compose_duties(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return what an actor is marked for, alone or not, or not marked for; or what all share."""
    matrix = composer.matrix
    term = composer.term(matrix.agreement)
    if not term.begun:
        return before(Kind.RESPONSIBILITY, term, question, composer)
    actors = reading.slots["actors"]
    first = composer.knowledge.actors[actors[0]]
    if reading.slots["everybody"]:
        how = "shared"
    elif question.negated:
        how = "unmarked"
    else:
        how = "alone" if question.has("bara") else "marked"
    used = {actor: _column(actor, matrix, how) for actor in (actors if how != "shared" else actors[:1])}
    own = used[actors[0]]
    alone = [task.phrase for task in own if len(task.responsible) == 1]
    lead = composer.say(
        f"duties.{how}",
        actor=first.definite,
        count=len(own),
        total=len(matrix.tasks),
        alone=alone,
        tasks=[task.phrase for task in own],
    )
    if question.yes_no:
        lead = composer.decided("ja" if own else "nej", lead)
    blocks: list[Block] = [
        Bullets(
            tuple(_duty(task, actor, composer) for task in tasks),
            heading=_definite(actor, composer) if len(used) > 1 else None,
        )
        for actor, tasks in used.items()
        if tasks
    ]
    ahead = matrix_ahead(matrix, composer, () if how == "shared" else actors)
    blocks += [*ahead.listed(composer), Paragraph(matrix.unmarked_note)]
    local, local_ids, local_sources = composer.local_block(composer.municipality, ("lok",))
    blocks += [
        *local,
        *composer.validity_blocks(term),
        *composer.caveat(matrix, matrix.tasks),
        *composer.official(term.agreement),
    ]
    facts = dict.fromkeys(f"{matrix.agreement}/ansvar/{task.id}" for tasks in used.values() for task in tasks)
    return composer.answer(
        Kind.RESPONSIBILITY,
        shorten(lead),
        title=first.name,
        notices=composer.agreement_notices(term),
        blocks=tuple(blocks),
        agreement=matrix.agreement,
        municipality=composer.municipality,
        citations=composer.cite(matrix.sources, ahead.sources, term.decision.sources, local_sources),
        facts=(*facts, composer.decision_id(term), *local_ids),
        actions=task_buttons((), composer),
        suggestions=composer.suggest("task", "refused", "dispute_local", task=shortest(matrix)),
    )


def _column(actor: str, matrix: ResponsibilityMatrix, how: str) -> list[Task]:
    """Return the tasks of one column: marked, unmarked, marked alone, or marked for everybody."""
    if how == "unmarked":
        return [task for task in matrix.tasks if actor not in task.responsible]
    own = [task for task in matrix.tasks if actor in task.responsible]
    if how == "alone":
        return [task for task in own if len(task.responsible) == 1]
    return [task for task in own if len(task.responsible) == len(matrix.actors)] if how == "shared" else own


def compose_actor_meaning(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return what an actor or a kind of workplace is, and which column it belongs to."""
    matrix = composer.matrix
    term = composer.term(matrix.agreement)
    if not term.begun:
        return before(Kind.DEFINITION, term, question, composer)
    concept = reading.slots["concept"]
    actor = next(
        actor
        for actor in composer.knowledge.actors.values()
        if concept == actor.id or any(unit.id == concept for unit in actor.units)
    )
    unit = next((unit for unit in actor.units if unit.id == concept), None)
    written = (
        next(word.span.surface for word in question.words if concept in word.span.concepts)
        if concept in question.asked
        else actor.name
    )
    own = [task for task in matrix.tasks if actor.id in task.responsible]
    name = unit.name if unit else actor.definite
    named = question.of_role("actor")
    lead = composer.say("actor.meaning", written=written, name=name, actor=actor.definite, unit=unit is not None)
    if question.yes_no and unit is not None and named:
        lead = composer.decided("ja" if actor.id in named else "nej", lead)
    names = dict.fromkeys(alias for alias in (unit.aliases if unit else actor.aliases) if alias.lower() != name.lower())
    blocks: list[Block] = [
        Paragraph(composer.say("actor.called", names=list(names)[:OTHER_NAMES])),
        Paragraph(
            composer.say(
                "actor.includes", actor=actor.definite, includes=actor.includes, count=len(own), total=len(matrix.tasks)
            )
        ),
        *composer.validity_blocks(term),
    ]
    return composer.answer(
        Kind.DEFINITION,
        shorten(lead),
        title=capitalised(name),
        notices=composer.agreement_notices(term),
        blocks=tuple(blocks),
        agreement=matrix.agreement,
        municipality=composer.municipality,
        citations=composer.cite(matrix.sources, term.decision.sources),
        facts=(composer.decision_id(term), *(f"{matrix.agreement}/ansvar/{task.id}" for task in own)),
        suggestions=composer.suggest("actor", "refused", "dispute_local", actor=actor.definite),
    )


def compose_task_meaning(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return what a task's name or abbreviation stands for, and who is marked for it."""
    matrix = composer.matrix
    term = composer.term(matrix.agreement)
    if not term.begun:
        return before(Kind.DEFINITION, term, question, composer)
    task = next(task for task in matrix.tasks if task.id in reading.slots["tasks"])
    written = next((word.span.surface for word in question.words if task.id in word.span.concepts), task.name)
    lead = composer.say("task.meaning", written=written, phrase=task.phrase)
    who = composer.say(
        "refusal.who",
        task=task.phrase,
        actors=[composer.knowledge.actors[actor].definite for actor in task.responsible],
    )
    laws = composer.law_lines(task.law)
    blocks: list[Block] = [Paragraph(" ".join((*task.notes, *laws))) if task.notes or laws else Paragraph(who)]
    if blocks[0] != Paragraph(who):
        blocks.append(Paragraph(who))
    ahead = rows_ahead((task,), composer)
    blocks += [*ahead.blocks, *composer.validity_blocks(term)]
    return composer.answer(
        Kind.DEFINITION,
        shorten(lead),
        title=capitalised(task.name),
        notices=composer.agreement_notices(term),
        blocks=tuple(blocks),
        agreement=matrix.agreement,
        municipality=composer.municipality,
        citations=composer.cite(task.sources, ahead.sources, term.decision.sources),
        facts=(f"{matrix.agreement}/ansvar/{task.id}", composer.decision_id(term)),
        suggestions=composer.suggest("task", "refused", "dispute_local", task=task.phrase),
    )


def asked_actors(reading: Reading, question: Question, composer: Composer) -> tuple[str, ...]:
    """Return the actors that a yes/no question is about: named, of a side, or the asker's own."""
    actors: tuple[str, ...] = reading.slots["actors"]
    if actors:
        return actors
    sides = [side for side, cue in (("kommun", "kommunen"), ("region", "regionen")) if question.has(cue)]
    if len(sides) == 1:
        return tuple(actor.id for actor in composer.knowledge.actors.values() if actor.side == sides[0])
    own = own_actor(composer)
    return (own,) if own and question.has("vi", "var-fraga") else ()


def own_actor(composer: Composer) -> str | None:
    """Return the actor that the asker's workplace belongs to."""
    workplace = composer.knowledge.workplaces.get(composer.profile.workplace or "")
    return workplace.actor if workplace else None


def _union(tasks: tuple[Task, ...], matrix: ResponsibilityMatrix) -> tuple[str, ...]:
    return tuple(actor for actor in matrix.actors if any(actor in task.responsible for task in tasks))


def _definite(actor: str, composer: Composer) -> str:
    return capitalised(composer.knowledge.actors[actor].definite)


def _lead(
    tasks: tuple[Task, ...], asked: tuple[str, ...], elsewhere: bool, question: Question, composer: Composer
) -> str:
    names = composer.knowledge.actors
    if len(tasks) > 1:
        parts = [
            composer.say(
                "responsibility.part", task=task.phrase, actors=[names[actor].definite for actor in task.responsible]
            )
            for task in tasks
        ]
        lead = capitalised("; ".join(parts)) + "."
        if len(lead) <= MAX_LEAD:
            return lead
        marked_for_any = [names[actor].definite for actor in _union(tasks, composer.matrix)]
        return shorten(composer.say("responsibility.many", count=len(tasks), actors=marked_for_any))
    task = tasks[0]
    marked = task.responsible
    inside = [actor for actor in asked if actor in marked]
    others = [actor for actor in marked if actor not in asked]

    def definite(actors: Iterable[str]) -> list[str]:
        return [names[actor].definite for actor in actors]

    values = {
        "task": task.phrase,
        "actors": definite(marked),
        "all": composer.every(marked),
        "asked": definite(asked),
        "others": definite(others),
        "marked_asked": definite(inside),
        "unmarked": definite(actor for actor in composer.matrix.actors if actor not in marked),
    }
    if question.yes_no or (asked and question.has("var-fraga")):
        return shorten(composer.say(f"responsibility.{_verdict(asked, inside, others, elsewhere, question)}", **values))
    if question.claims and asked and not inside and len(tasks) == 1:  # a false premise is put right first
        return shorten(composer.say("responsibility.no", **values))
    if question.negated and not asked:
        return shorten(composer.say("responsibility.unmarked", **values))
    return shorten(composer.say(f"responsibility.{'one' if len(marked) == 1 else 'several'}", **values))


def _verdict(asked: tuple[str, ...], inside: list[str], others: list[str], elsewhere: bool, question: Question) -> str:
    """Return which sentence answers a yes/no question about a task: the key of it.

    `elsewhere` is whether it asks of a workplace that has no column in the matrix.
    """
    if not asked:
        return "no_other" if elsewhere else "yes_row"
    if question.has("undantag") and inside:
        return "yes_others" if others else "no_others"
    if question.has("bara") and inside and others:
        return "not_only"
    if question.has("lata-bli"):  # "får psykiatrin låta bli?"
        return "no_leave" if inside else "partly_leave"
    if len(inside) == len(asked):
        return "yes"
    if not inside:
        return "no"
    # "Är det regionens ansvar?" is yes where any of the region's actors is marked.
    by_side = not question.of_role("actor", "unit") and question.has("kommunen", "regionen")
    return "yes_side" if by_side else "partly"


def task_rows(task: Task, composer: Composer, heading: bool = False) -> ActorRows:
    """Return all actors of one task, the marked ones first."""
    matrix = composer.matrix
    order = [
        *(a for a in matrix.actors if a in task.responsible),
        *(a for a in matrix.actors if a not in task.responsible),
    ]
    rows = []
    for actor_id in order:
        actor = composer.knowledge.actors[actor_id]
        marked = actor_id in task.responsible
        word = composer.say("word.responsible" if marked else "word.not_marked")
        sign = composer.say("sign.responsible" if marked else "sign.not_marked")
        rows.append(ActorRow(actor_id, actor.name, actor.includes if marked else "", marked, sign, word))
    return ActorRows(tuple(rows), heading=capitalised(task.phrase) if heading else None)


def task_notes(tasks: tuple[Task, ...], composer: Composer, asked: tuple[str, ...] = ()) -> list[Block]:
    """Return what must be said with the rows of some tasks: what a mark means, and what it does not."""
    matrix = composer.matrix
    marked = _union(tasks, matrix)
    # That it is about who, and 112 in danger, comes first: on a card the first that fits is in sight.
    lines = [composer.say("responsibility.medical")] if any(task.medical for task in tasks) else []
    lines += [note for task in tasks for note in task.notes]
    if any(len(task.responsible) > 1 for task in tasks):
        lines.append(matrix.shared_note)
    own = own_actor(composer)
    empty = [actor for actor in (*asked, *([own] if own else [])) if actor not in marked]
    if tasks and (empty or len(marked) < len(matrix.actors)):
        lines.append(matrix.unmarked_note)
    workplace = composer.knowledge.workplaces.get(composer.profile.workplace or "")
    if tasks and workplace and workplace.note:
        lines.append(workplace.note)
    laws = composer.law_lines(dict.fromkeys(law for task in tasks for law in task.law))
    lines += [" ".join(laws)] if laws else []
    return [Paragraph(line) for line in dict.fromkeys(lines)]


def _duty(task: Task, actor: str, composer: Composer) -> str:
    others = [composer.knowledge.actors[other].definite for other in task.responsible if other != actor]
    return composer.say("duties.item", task=task.phrase, others=others, total=len(composer.matrix.actors))
