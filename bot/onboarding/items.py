"""Quiz items, made from the rows of the matrices and the steps of the routes: exactly one option of each is right."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, zip_longest
from typing import Any

from bot.compose.common import Composer
from bot.sentences import capitalised, listed
from knowledge.model import EscalationRoute, EscalationStep, Locator, ResponsibilityMatrix, Task

MAX_OPTIONS = 4
LETTERS = "ABCD"
CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # consonants: a code is never a word
CODE_LENGTH = 5


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose. `why` is said when it was chosen and is wrong."""

    text: str
    right: bool = False
    why: str = ""


@dataclass(frozen=True)
class Item:
    """One question. `id` stays the same while the knowledge changes; `truth` is what must be known to answer it.

    `subject` is the row or step that it is about, `own` whether it touches the asker's own workplace.
    """

    id: str
    question: str
    options: tuple[Option, ...]
    because: tuple[str, ...]
    agreement: str
    sources: tuple[Locator, ...]
    subject: str
    truth: Any
    own: bool = False

    @property
    def right(self) -> int:
        """The number of the right option, from 0."""
        return next(number for number, option in enumerate(self.options) if option.right)

    @cached_property
    def digest(self) -> str:
        """What was right, as a hash: wording and wrong options leave it alone."""
        return digest_of(self.truth)

    @cached_property
    def code(self) -> str:
        """Five letters that stand for the item just as it is shown: other options, another code."""
        number = int(digest_of([self.id, [option.text for option in self.options]]), 16)
        letters = ""
        while len(letters) < CODE_LENGTH:
            number, letter = divmod(number, len(CODE_LETTERS))
            letters += CODE_LETTERS[letter]
        return letters


def digest_of(value: Any) -> str:
    """Return a short hash of what can be written as JSON."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]


def bank(composer: Composer) -> tuple[Item, ...]:
    """Return every item for the composer's day and asker, in the order in which they are asked.

    What touches the own workplace goes first within each kind, and the kinds take turns.
    """
    kinds = [[*_own(composer)], [*_rows(composer)], [*_steps(composer)]]
    ordered = (sorted(kind, key=lambda item: (not item.own, digest_of(item.id))) for kind in kinds)
    return tuple(item for turn in zip_longest(*ordered) for item in turn if item is not None)


def own_actor(composer: Composer) -> str | None:
    """Return the column of the asker's workplace, or null where it has none or none is chosen."""
    workplace = composer.knowledge.workplaces.get(composer.profile.workplace or "")
    return workplace.actor if workplace else None


def matrices(composer: Composer) -> Iterator[ResponsibilityMatrix]:
    """Yield the matrices that may be told on the day."""
    for matrix in composer.knowledge.matrices.values():
        if matrix.known_on(composer.on) and composer.term(matrix.agreement).begun:
            yield matrix


def routes(composer: Composer) -> Iterator[EscalationRoute]:
    """Yield the routes that may be told on the day."""
    for route in composer.knowledge.routes.values():
        if route.known_on(composer.on) and composer.term(route.agreement).begun:
            yield route


def step_name(step: EscalationStep, composer: Composer) -> str:
    """Return the name of a step, with plain words beside it where the step is at a body."""
    body = composer.knowledge.bodies[step.body] if step.body else None
    return composer.say("onboarding.step", name=step.name, plain=body.plain if body else "")


# --- rows of the matrix -----------------------------------------------------------------------------


def _rows(composer: Composer) -> Iterator[Item]:
    actor = own_actor(composer)
    for matrix in matrices(composer):
        marked_sets = [task.responsible for task in matrix.tasks]
        for task in matrix.tasks:
            wrong = [*_other_sets(task.responsible, marked_sets), *_near_sets(task.responsible, matrix.actors)]
            id_ = f"{matrix.id}/{task.id}"
            item = _item(
                id_,
                composer.say("onboarding.item.row", phrase=task.phrase),
                [Option(_names(task.responsible, composer), right=True)],
                [Option(_names(actors, composer)) for actors in wrong],
                because=_row_because(task, matrix, composer),
                agreement=matrix.agreement,
                sources=task.sources,
                subject=id_,
                truth=[id_, [a for a in matrix.actors if a in task.responsible]],
                own=actor in task.responsible,
            )
            yield from item


def _own(composer: Composer) -> Iterator[Item]:
    actor = own_actor(composer)
    for matrix in matrices(composer):
        for task in matrix.tasks if actor in matrix.actors else ():
            marked, alone = actor in task.responsible, task.responsible == (actor,)
            right = "alone" if alone else "shared" if marked else "unmarked"
            # "Not ours" is never right: what is not marked is not thereby without responsibility.
            never = Option(
                composer.say("onboarding.own.not_ours"), why="" if marked else composer.say("onboarding.own.never")
            )
            yield from _item(
                f"{matrix.id}/{task.id}/{actor}",
                composer.say("onboarding.item.own", phrase=task.phrase),
                [Option(composer.say(f"onboarding.own.{right}"), right=True)],
                [never, *(Option(composer.say(f"onboarding.own.{key}")) for key in _OWN if key != right)],
                because=_row_because(task, matrix, composer),
                agreement=matrix.agreement,
                sources=task.sources,
                subject=f"{matrix.id}/{task.id}",
                truth=[task.id, actor, right],
                own=True,
            )


_OWN = ("alone", "shared", "unmarked")


def _row_because(task: Task, matrix: ResponsibilityMatrix, composer: Composer) -> tuple[str, ...]:
    actors = composer.knowledge.actors
    marked = [actors[actor].definite for actor in matrix.actors if actor in task.responsible]
    unmarked = [actors[actor].definite for actor in matrix.actors if actor not in task.responsible]
    lines = [composer.say("onboarding.because.row", actors=marked, phrase=task.phrase)]
    if unmarked:
        lines.append(composer.say("onboarding.because.unmarked", actors=unmarked, note=matrix.unmarked_note))
    if task.medical:
        lines.append(composer.say("onboarding.duties.how"))
    return tuple(lines)


def _other_sets(right: Sequence[str], marked: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return list(dict.fromkeys(actors for actors in marked if set(actors) != set(right)))


def _near_sets(right: Sequence[str], actors: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the right set with one actor more or less, for a matrix whose rows are much alike."""
    near = [tuple(a for a in actors if (a in right) != (a == other)) for other in actors]
    return [each for each in near if each]


def _names(actors: Sequence[str], composer: Composer) -> str:
    names = [composer.knowledge.actors[actor].definite for actor in actors]
    return capitalised(listed(names, composer.say("word.and")))


# --- steps of the routes ----------------------------------------------------------------------------


def _steps(composer: Composer) -> Iterator[Item]:
    every = [*routes(composer)]
    elsewhere = [step_name(step, composer) for route in every for step in route.steps]
    for route in every:
        names = [step_name(step, composer) for step in route.steps]
        id_ = f"{route.agreement}/{route.id}"
        yield from _item(
            f"{id_}/{route.steps[0].id}/forst",
            composer.say(f"onboarding.item.first.{route.level.value}"),
            [Option(names[0], right=True)],
            [Option(name) for name in (*names[1:], *elsewhere)],
            because=(route.lead,),
            agreement=route.agreement,
            sources=(*route.sources, *route.steps[0].sources),
            subject=f"{id_}/{route.steps[0].id}",
            truth=[id_, route.steps[0].id],
        )
        for (step, name), (after, right) in pairwise(zip(route.steps, names, strict=True)):
            yield from _item(
                f"{id_}/{step.id}/nasta",
                composer.say("onboarding.item.next", route=route.name, step=step.name),
                [Option(right, right=True)],
                [Option(other) for other in (*names, *elsewhere) if other != name],
                because=(after.lead,),
                agreement=route.agreement,
                sources=after.sources,
                subject=f"{id_}/{after.id}",
                truth=[id_, step.id, after.id],
            )


# --- one item ---------------------------------------------------------------------------------------


def _item(id_: str, question: str, right: list[Option], wrong: Iterable[Option], **rest: Any) -> Iterator[Item]:
    """Yield the item with up to four different options, in an order that only its id and their texts decide."""
    different = {option.text: option for option in reversed([*right, *wrong])}
    different.pop(right[0].text)
    options = [*right, *[*reversed(different.values())][: MAX_OPTIONS - 1]]
    if len(options) > 1:
        ordered = sorted(options, key=lambda option: digest_of([id_, option.text]))
        yield Item(id_, question, tuple(ordered), **rest)
