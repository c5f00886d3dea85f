"""The whole matrix: every task with every actor, for somebody who wants to see it all."""

from __future__ import annotations

from bot.answer import Answer, Block, Paragraph, TaskRow, TaskRows
from bot.compose.buttons import disagree_button
from bot.compose.changes import matrix_ahead
from bot.compose.common import Composer, before, shorten
from bot.compose.responsibility import own_actor
from bot.question import Question
from bot.reading import Reading
from bot.sentences import capitalised
from knowledge.model import Kind, ResponsibilityMatrix, Task


def compose_matrix(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return all tasks and all actors; where the asker has a column, what it is marked for comes first."""
    matrix = composer.matrix
    term = composer.term(matrix.agreement)
    if not term.begun:
        return before(Kind.RESPONSIBILITY, term, question, composer)
    ahead = matrix_ahead(matrix, composer)
    blocks: list[Block] = [*ahead.listed(composer), *_groups(matrix, composer)]
    blocks += [Paragraph(matrix.unmarked_note), *composer.validity_blocks(term)]
    blocks += [Paragraph(matrix.shared_note, more=True), *composer.caveat(matrix, matrix.tasks)]
    facts = (f"{matrix.agreement}/ansvar/{task.id}" for task in matrix.tasks)
    return composer.answer(
        Kind.RESPONSIBILITY,
        shorten(composer.say("matrix.lead", tasks=len(matrix.tasks), yes_no=question.yes_no)),
        title=composer.say("matrix.title"),
        notices=composer.agreement_notices(term),
        blocks=(*blocks, *composer.official(term.agreement)),
        agreement=matrix.agreement,
        municipality=composer.municipality,
        citations=composer.cite(matrix.sources, ahead.sources, term.decision.sources),
        facts=(*facts, composer.decision_id(term)),
        actions=disagree_button(composer),
        suggestions=composer.suggest("actor", "refused", actor=_asker(matrix, composer)),
    )


def _groups(matrix: ResponsibilityMatrix, composer: Composer) -> list[TaskRows]:
    """Return the tasks by whether the asker's column is marked, else by how many are marked together."""
    own = own_actor(composer)
    groups: dict[str, list[Task]] = {}
    for task in matrix.tasks:
        groups.setdefault(_group(task, matrix, own), []).append(task)
    order = ("own_marked", "own_unmarked", "all", "several", "alone")
    name = composer.knowledge.actors[own].name if own else ""
    return [
        TaskRows(
            tuple(_row(task, own, matrix, composer) for task in groups[key]),
            composer.say(f"matrix.{key}", count=len(groups[key]), actor=name, every=composer.every(matrix.actors)),
        )
        for key in order
        if key in groups
    ]


def _group(task: Task, matrix: ResponsibilityMatrix, own: str | None) -> str:
    if own:
        return "own_marked" if own in task.responsible else "own_unmarked"
    together = len(task.responsible)
    return "all" if together == len(matrix.actors) else "several" if together > 1 else "alone"


def _row(task: Task, own: str | None, matrix: ResponsibilityMatrix, composer: Composer) -> TaskRow:
    names = composer.knowledge.actors
    marked = sorted(task.responsible, key=lambda actor: (actor != own, matrix.actors.index(actor)))
    others = [actor for actor in matrix.actors if actor not in task.responsible]

    def line(kind: str, actors: list[str]) -> str:
        words = {"sign": composer.say(f"sign.{kind}"), "word": composer.say(f"word.{kind}")}
        return composer.say("matrix.line", actors=[names[actor].name for actor in actors], **words) if actors else ""

    return TaskRow(
        task.id,
        capitalised(task.phrase),
        line("responsible", marked),
        line("not_marked", others),
        own in task.responsible if own else None,
    )


def _asker(matrix: ResponsibilityMatrix, composer: Composer) -> str:
    """Return the actor to suggest: the asker's own where there is one."""
    return composer.knowledge.actors[own_actor(composer) or matrix.actors[0]].definite
