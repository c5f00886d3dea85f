"""For which task something local is known in which municipality."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from knowledge.model import Knowledge, LocalFact, LocalNote, Place, Task, last_day

SHORTEST = 4
"""Letters from which an alias is looked for in a note's text; shorter ones must be among its words."""


@dataclass(frozen=True, slots=True)
class LocalGrid:
    """Tasks by municipalities: the pairs of which a local fact or note tells, on a day."""

    tasks: tuple[Task, ...]
    places: tuple[Place, ...]
    known: frozenset[tuple[str, str]]

    def has(self, task: str, place: str) -> bool:
        """Return whether anything local is known of a task in a municipality."""
        return (task, place) in self.known

    def count(self, task: str) -> int:
        """Return of how many municipalities something is known about a task."""
        return sum(self.has(task, place.id) for place in self.places)


def local_grid(knowledge: Knowledge, on: date) -> LocalGrid:
    """Return what is known locally on a day of every task of every matrix.

    A fact of a municipality tells of a task that it is about; a note of one whose words or names it has.
    """
    tasks = tuple(task for matrix in knowledge.matrices.values() for task in matrix.tasks)
    known: set[tuple[str, str]] = set()
    for fact in knowledge.facts.values():
        if fact.municipality and fact.known_on(on):
            known |= {(task.id, fact.municipality) for task in tasks if task.id in (*fact.about, *fact.also)}
    names = {task.id: frozenset(_names(task)) for task in tasks}
    for local in knowledge.local.values():
        if last_day(local.observed) <= on:
            known |= {(task, local.municipality) for task in _told(local, names)}
    return LocalGrid(tasks, tuple(knowledge.municipalities.values()), frozenset(known))


def _names(task: Task) -> Iterator[str]:
    yield from (name.casefold() for name in (task.id, task.name, task.phrase, *task.aliases))


def _told(local: LocalFact, names: dict[str, frozenset[str]]) -> Iterator[str]:
    """Yield the tasks that a report tells of."""
    for note in local.notes:
        words = {word.casefold() for word in (note.topic, *note.words)}
        text = _text(note)
        for task, own in names.items():
            if words & own or any(_stands_in(name, text) for name in own):
                yield task


def _text(note: LocalNote) -> str:
    parts: Iterable[str | None] = (note.lead, note.says)
    return " ".join(part for part in parts if part).casefold()


def _stands_in(name: str, text: str) -> bool:
    return len(name) >= SHORTEST and name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
