"""Answers as they are and as a piece of work would make them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from bot.answer import Answer
from bot.editor.item import Item
from bot.editor.trial import Shown
from bot.service import Serving, answer_turns
from bot.subjects import subjects_of
from knowledge.editing import Edit
from knowledge.model import Knowledge, first_day

SHOWN = 8
"""Answers that a trial shows at most."""
ASKED = 80
"""Questions that are asked to find them."""


def shown(
    item: Item, edits: Iterable[Edit], knowledge: Knowledge, before: Serving | None, after: Serving, today: date
) -> tuple[Shown, ...]:
    """Return answers that a change is about and that become others, those that change the most first."""
    edits = list(edits)
    days = list(dict.fromkeys([today, *_days(item, edits)]))
    wanted = {edit.id for edit in edits} | set(_rows(edits, knowledge))
    found: list[Shown] = []
    subjects = [
        one for one in subjects_of(after.served.knowledge, after.say) if (one.concepts | {one.fact, one.id}) & wanted
    ]
    for subject in subjects[:ASKED]:
        for day in days:
            new = answer_turns(after, [subject.question], None, day)[0]
            old = answer_turns(before, [subject.question], None, day)[0] if before else None
            if old is None or old.text != new.text:
                found.append(Shown(subject.question, day, old, new))
    found.sort(key=lambda one: _sameness(one.before, one.after))
    return (*_asked(item, before, after, today), *found[:SHOWN])


def _asked(item: Item, before: Serving | None, after: Serving, today: date) -> Iterator[Shown]:
    """Yield the questions that a change is to answer, whether it does or not."""
    for question in item.asked:
        old = answer_turns(before, [question], None, today)[0] if before else None
        yield Shown(question, today, old, answer_turns(after, [question], None, today)[0], asked=True)


def _sameness(old: Answer | None, new: Answer) -> int:
    """Return how little changes: who is responsible and the first sentence weigh more than what follows."""
    if old is None or (old.kind, old.responsible, old.steps) != (new.kind, new.responsible, new.steps):
        return 0
    return 1 if old.lead != new.lead else 2


def _days(item: Item, edits: Iterable[Edit]) -> Iterator[date]:
    """Yield the days from which something changes."""
    given = [item.taking.valid_from if item.taking else None]
    given += [edit.value.get("valid_from") for edit in edits if isinstance(edit.value, dict)]
    yield from (first_day(day) for day in given if isinstance(day, str) and day)


def _rows(edits: Iterable[Edit], knowledge: Knowledge) -> Iterator[str]:
    """Yield the ids of the rows that edits touch: an edit names its matrix alone."""
    for edit in edits:
        if edit.section != "matrices" or edit.place[:1] != ("tasks",):
            continue
        if len(edit.place) > 1 and isinstance(edit.place[1], int) and edit.id in knowledge.matrices:
            yield knowledge.matrices[edit.id].tasks[edit.place[1]].id
        elif isinstance(edit.value, dict) and "id" in edit.value:
            yield str(edit.value["id"])
