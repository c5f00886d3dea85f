"""Quiz items over all workplaces and days: one right answer each, never "not ours", and news when a cell changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from bot.compose.common import MAX_LEAD, Composer
from bot.onboarding.items import LETTERS, Item, bank, digest_of
from bot.onboarding.quiz import mark
from bot.ports import Profile, Progress
from bot.service import Serving
from knowledge.model import Knowledge, ResponsibilityMatrix
from tests.corpus import TODAY, World, days_of

CAVEAT = "betyder inte"


def composer(serving: Serving, workplace: str | None = None, on: date = TODAY, place: str | None = None) -> Composer:
    """Return a composer as a turn makes it."""
    profile = Profile(place, workplace)
    return Composer(serving.served.knowledge, serving.say, on, profile, place, serving.mind.facts)


def workplaces(knowledge: Knowledge) -> list[str | None]:
    """Return every workplace, and none."""
    return [None, *knowledge.workplaces]


def matrix_of(knowledge: Knowledge) -> ResponsibilityMatrix:
    return next(iter(knowledge.matrices.values()))


def with_cell(knowledge: Knowledge, task: str, actor: str) -> Knowledge:
    """Return the knowledge with one cell of the matrix turned over."""
    matrix = matrix_of(knowledge)
    rows = [
        row.model_copy(
            update={"responsible": tuple(a for a in matrix.actors if (a in row.responsible) != (a == actor))}
        )
        if row.id == task
        else row
        for row in matrix.tasks
    ]
    changed = matrix.model_copy(update={"tasks": tuple(rows)})
    return knowledge.model_copy(update={"matrices": {matrix.id: changed}})


def everywhere(world: World) -> Iterator[tuple[Composer, Item]]:
    """Yield each item of every workplace on the days when its agreement changes."""
    main = world.knowledge.agreements[world.knowledge.region.main_agreement]
    for on in days_of(main):
        for workplace in workplaces(world.knowledge):
            asks = composer(world.serving, workplace, on)
            yield from ((asks, item) for item in bank(asks))


def test_exactly_one_option_is_right(world: World) -> None:
    """Each item has two to four different options, one of them right, and asks in at most 140 characters."""
    found = 0
    for asks, item in everywhere(world):
        found += 1
        texts = [option.text for option in item.options]
        assert 2 <= len(texts) <= len(LETTERS) and len(set(texts)) == len(texts), item.id
        assert sum(option.right for option in item.options) == 1, item.id
        assert len(item.question) <= MAX_LEAD, item.question
        assert item.sources and all(line.strip() for line in item.because), item.id
        assert asks.term(item.agreement).begun
    assert found > 1000


def test_a_code_stands_for_one_item(world: World) -> None:
    """No two items of an asker share an id or a code, and the same knowledge gives the same codes and order."""
    for workplace in workplaces(world.knowledge):
        items = bank(composer(world.serving, workplace))
        assert len({item.code for item in items}) == len({item.id for item in items}) == len(items)
        assert [item.code for item in items] == [item.code for item in bank(composer(world.serving, workplace))]


def test_the_right_set_is_what_the_matrix_marks(world: World) -> None:
    """Of the options about a row, the right one names exactly the marked actors, and no other does."""
    knowledge = world.knowledge
    matrix = matrix_of(knowledge)
    items = {item.id: item for item in bank(composer(world.serving))}
    for task in matrix.tasks:
        item = items[f"{matrix.id}/{task.id}"]
        for option in item.options:
            named = {a for a in matrix.actors if knowledge.actors[a].definite in option.text.lower()}
            assert option.right == (named == set(task.responsible)), (task.id, option.text)


def test_an_unmarked_actor_is_never_without_responsibility(world: World) -> None:
    """ "Not ours" is offered about every row and never right; an unmarked actor is told why."""
    knowledge, say = world.knowledge, world.serving.say
    matrix = matrix_of(knowledge)
    not_ours, never, unmarked = (say(f"onboarding.own.{key}") for key in ("not_ours", "never", "unmarked"))
    for workplace in knowledge.workplaces.values():
        asks = composer(world.serving, workplace.id)
        own = [item for item in bank(asks) if item.id.endswith(f"/{workplace.actor}")]
        assert len(own) == (len(matrix.tasks) if workplace.actor else 0), workplace.id
        for item in own:
            task = next(row for row in matrix.tasks if f"/{row.id}/" in item.id)
            wrong = next(option for option in item.options if option.text == not_ours)
            assert not wrong.right and CAVEAT in unmarked
            assert (item.options[item.right].text == unmarked) == (workplace.actor not in task.responsible)
            assert (wrong.why == never) == (workplace.actor not in task.responsible)


def test_a_changed_cell_changes_what_was_right(world: World) -> None:
    """Turning any cell over gives its row another digest, and leaves every other row's alone."""
    before = {item.id: item.digest for item in bank(composer(world.serving, "arbetsplats-vardcentral"))}
    matrix = matrix_of(world.knowledge)
    for task in matrix.tasks:
        for actor in matrix.actors:
            if task.responsible == (actor,):
                continue  # a row marks at least one
            asks = composer(world.serving, "arbetsplats-vardcentral")
            asks = replace(asks, knowledge=with_cell(world.knowledge, task.id, actor))
            after = {item.id: item.digest for item in bank(asks)}
            changed = {id_ for id_ in before if after[id_] != before[id_]}
            row = f"{matrix.id}/{task.id}"
            assert row in changed and changed <= {row, f"{row}/primarvard"}, (task.id, actor, changed)


def test_wording_is_no_news(world: World) -> None:
    """The digest is of what is true: another phrase for a row leaves it alone, and only then a new code is needed."""
    assert digest_of(["a", 1]) == digest_of(["a", 1]) != digest_of(["a", 2])
    knowledge = world.knowledge
    matrix = matrix_of(knowledge)
    rows = tuple(task.model_copy(update={"phrase": f"{task.phrase} i dag"}) for task in matrix.tasks)
    renamed = knowledge.model_copy(update={"matrices": {matrix.id: matrix.model_copy(update={"tasks": rows})}})
    asks = composer(world.serving)
    plain, other = bank(asks), bank(replace(asks, knowledge=renamed))
    assert [item.digest for item in plain] == [item.digest for item in other]
    assert [item.question for item in plain] != [item.question for item in other]


@pytest.mark.parametrize("on", [TODAY, date(2023, 1, 1), date(2027, 3, 1), date(2028, 1, 1)], ids=str)
def test_every_answer_is_explained_with_its_source(world: World, on: date) -> None:
    """Right or wrong, the reply says why, where that stands, with its standing, and until when the agreement holds."""
    sources = world.knowledge.sources
    for workplace in (None, "arbetsplats-vardcentral", "arbetsplats-somatisk-klinik"):
        asks = composer(world.serving, workplace, on)
        for item in bank(asks):
            for number, option in enumerate(item.options):
                answer = mark(item.code, number, asks, Progress(), {}).answer
                said = "\n".join([*(notice.text for notice in answer.notices), answer.lead, *map(str, answer.blocks)])
                assert answer.lead.startswith("Rätt") == option.right and len(answer.lead) <= MAX_LEAD, answer.lead
                assert item.because[0] in said or "(" in item.because[0]
                assert all(sources[locator.source].label in answer.sources_line for locator in item.sources)
                through = asks.term(item.agreement).through
                assert through is not None and through.isoformat() in said
                assert not answer.citations and not answer.facts and not answer.responsible
                assert bool(answer.notices) == asks.term(item.agreement).ended
