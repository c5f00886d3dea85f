"""The named buttons of an answer, each with a question that can be understood by itself."""

from __future__ import annotations

from bot.answer import Choice
from bot.compose.common import Composer
from knowledge.model import EscalationRoute, EscalationStep, RouteLevel, Task

MOST_NAMED = 2
"""Tasks that a button's question names; of more, none is picked out."""


def matrix_button(composer: Composer) -> Choice:
    """Return "show the whole matrix"."""
    return Choice(composer.say("button.matrix"), composer.say("button.matrix.question"))


def disagree_button(composer: Composer) -> tuple[Choice, ...]:
    """Return what leads to the local dispute route, in the asker's municipality; nothing where there is no such."""
    name = composer.place_name(composer.municipality) if composer.municipality else None
    question = composer.say("button.disagree.question", name=name)
    return (Choice(composer.say("button.disagree"), question),) if question else ()


def task_buttons(tasks: tuple[Task, ...], composer: Composer) -> tuple[Choice, ...]:
    """Return the buttons of an answer about tasks of the matrix."""
    named = [task.phrase for task in tasks]
    text = (_message("task", composer, tasks=named),) if 0 < len(named) <= MOST_NAMED else ()
    whole = (matrix_button(composer),) if composer.matrix is composer.knowledge.main_matrix else ()
    return (*whole, *disagree_button(composer), *text)


def refusal_buttons(tasks: list[Task], actors: tuple[str, ...], composer: Composer) -> tuple[Choice, ...]:
    """Return the buttons of an answer to somebody who has been told no."""
    named = [task.phrase for task in tasks] if len(tasks) <= MOST_NAMED else []
    refusing = [composer.knowledge.actors[actor].definite for actor in actors]
    return (*disagree_button(composer), _message("refused", composer, tasks=named, actors=refusing))


def route_buttons(route: EscalationRoute, step: EscalationStep | None, composer: Composer) -> tuple[Choice, ...]:
    """Return the buttons of an answer about a route, or of one of its steps."""
    if route.level is RouteLevel.DEVIATION:
        return (_message("deviation", composer),)
    body = composer.knowledge.bodies[step.body].name if step is not None and step.body else None
    return (_message("route", composer, route=route.name.lower(), step=body),)


def _message(subject: str, composer: Composer, **values: object) -> Choice:
    return Choice(composer.say("button.message"), composer.say(f"button.message.{subject}", **values))
