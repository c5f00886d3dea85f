"""The knowledge as it reads on a day: rows that change, come and go, routes that change, and what is not yet known."""

from __future__ import annotations

import gc
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.service import Serving
from knowledge import over_time
from knowledge.facts import citable
from knowledge.loader import load
from knowledge.model import Knowledge, Locator, Task, TaskChange
from knowledge.over_time import days_of_change, gone, knowledge_on

SOUND = Path(__file__).parent / "sound"
MATRIX, ROUTE = "samarbetet-ansvar", "tvist"
DAY = timedelta(days=1)
DECIDED, FIRST = date(2026, 11, 30), date(2027, 7, 1)
DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
LATER: dict[str, Any] = {
    "valid_from": "2028-01-01",
    "decided": "2027-10",
    "sources": (Locator(source="texten", locator="senare"),),
}


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """The sound knowledge, whose one row changes; with another that comes on the last day of 2027 and goes again."""
    loaded = load(SOUND / "provlandet")
    matrix = loaded.matrices[MATRIX]
    row = Task(
        id="stod",
        name="Stöd",
        phrase="stöd",
        responsible=("omsorgen",),
        changes=(
            TaskChange(**LATER, responsible=("varden", "omsorgen")),
            TaskChange(**{**LATER, "valid_from": "2029-01-01"}, responsible=()),
        ),
        **{**LATER, "valid_from": "2027-12-31"},
    )
    changed = matrix.model_copy(update={"tasks": (*matrix.tasks, row)})
    return loaded.model_copy(update={"matrices": {MATRIX: changed}})


def row(knowledge: Knowledge, day: date, task: str = "utredning") -> Task | None:
    """Return a row that is in force on a day."""
    rows = knowledge_on(knowledge, day).matrices[MATRIX].tasks
    return next((each for each in rows if each.id == task), None)


def apart(knowledge: Knowledge, day: date) -> list[str]:
    """Return the rows that are known on a day and not in force."""
    return [task.id for task in knowledge_on(knowledge, day).apart.get(MATRIX, ())]


@pytest.mark.parametrize(
    ("day", "marked", "ahead", "notes"),
    [
        pytest.param(DECIDED - DAY, ("varden", "omsorgen"), 0, (), id="the day before it is decided it is not known"),
        pytest.param(DECIDED, ("varden", "omsorgen"), 1, (), id="a month counts from its last day, and it is ahead"),
        pytest.param(FIRST - DAY, ("varden", "omsorgen"), 1, (), id="the day before its first day the old marks stand"),
        pytest.param(FIRST, ("omsorgen",), 0, ("Omsorgen utreder ensam.",), id="on its first day the new marks stand"),
        pytest.param(FIRST + DAY, ("omsorgen",), 0, ("Omsorgen utreder ensam.",), id="and from then on"),
    ],
)
def test_a_row_reads_as_its_last_change_says(
    knowledge: Knowledge, day: date, marked: tuple[str, ...], ahead: int, notes: tuple[str, ...]
) -> None:
    """Marks and notes are those of the day; what is ahead is known from the day of its decision."""
    found = row(knowledge, day)
    assert found is not None
    assert (found.responsible, len(found.changes), found.notes) == (marked, ahead, notes)


@pytest.mark.parametrize(
    ("day", "marked", "listed"),
    [
        pytest.param(date(2027, 10, 30), None, [], id="undecided, the row is nowhere"),
        pytest.param(date(2027, 10, 31), None, ["stod"], id="decided, the row is apart"),
        pytest.param(date(2027, 12, 30), None, ["stod"], id="the day before its first day it is apart"),
        pytest.param(date(2027, 12, 31), ("omsorgen",), [], id="on its first day it is in the matrix"),
        pytest.param(date(2028, 1, 1), ("varden", "omsorgen"), [], id="it changes like any other"),
        pytest.param(date(2028, 12, 31), ("varden", "omsorgen"), [], id="on its last day it is in the matrix"),
        pytest.param(date(2029, 1, 1), None, ["stod"], id="the day after it is apart again"),
    ],
)
def test_a_row_comes_and_goes(
    knowledge: Knowledge, day: date, marked: tuple[str, ...] | None, listed: list[str]
) -> None:
    """A row is in the matrix from its first day to its last, and apart while it is known and not in force."""
    found = row(knowledge, day, "stod")
    assert (found and found.responsible, apart(knowledge, day)) == (marked, listed)


def test_a_row_that_is_gone_keeps_whom_it_marked_last(knowledge: Knowledge) -> None:
    """What an answer needs about a row that is gone: the change by which it went, and the last marks."""
    [task] = knowledge_on(knowledge, date(2030, 1, 1)).apart[MATRIX]
    change = gone(task, date(2030, 1, 1))
    assert change is not None and change.valid_from == "2029-01-01"
    assert task.responsible == ("varden", "omsorgen")


def test_other_marks_leave_the_notes_behind(knowledge: Knowledge) -> None:
    """Notes tell of the marks ("bara vården"), so that without words of its own a change of marks has none."""
    matrix = knowledge.matrices[MATRIX]
    silent = TaskChange(**LATER, responsible=("varden",))
    same = TaskChange(**LATER, responsible=("varden", "omsorgen"))
    for change, notes in ((silent, ()), (same, ("De delar.",))):
        task = matrix.tasks[0].model_copy(update={"notes": ("De delar.",), "changes": (change,)})
        other = knowledge.model_copy(update={"matrices": {MATRIX: matrix.model_copy(update={"tasks": (task,)})}})
        found = row(other, date(2028, 1, 1))
        assert found is not None and found.notes == notes


def test_a_route_has_the_steps_of_the_day(knowledge: Knowledge) -> None:
    """Steps, lead and sources change on the first day; what the change does not mention stays."""
    before, after = (knowledge_on(knowledge, day).routes[ROUTE] for day in (FIRST - DAY, FIRST))
    assert [step.id for step in before.steps] == ["cheferna", "radet"] and len(before.changes) == 1
    assert [step.id for step in after.steps] == ["radet"] and not after.changes
    assert (after.lead, after.after_last) == ("En tvist går genast till rådet.", before.after_last)
    assert [place.locator for place in after.sources] == ["nya avsnitt 7"]


def test_a_matrix_is_read_where_its_rows_are(knowledge: Knowledge) -> None:
    """The source of a row that has changed joins the matrix's own, which goes when no row is read there any more."""
    places = [
        [place.locator for place in knowledge_on(knowledge, day).matrices[MATRIX].sources] for day in (DECIDED, FIRST)
    ]
    assert places == [["tabellen"], ["nya tabellen"]]


def test_a_change_is_cited_under_the_id_of_what_it_changes(knowledge: Knowledge) -> None:
    """No new ids: the row, the route and the step of the same name carry the sources of their changes."""
    cited = citable(knowledge)
    for id_, locator in (
        ("samarbetet/ansvar/utredning", "nya tabellen"),
        ("samarbetet/vag/tvist", "nya avsnitt 7"),
        ("samarbetet/tvist/radet", "nya avsnitt 7"),
    ):
        assert locator in {place.locator for place in cited[id_].sources}
    assert "vården, omsorgen\nutredning: omsorgen\nOmsorgen utreder ensam." in cited["samarbetet/ansvar/utredning"].text
    row = cited["samarbetet/ansvar/stod"]
    assert [row.known_on(day) for day in (date(2027, 10, 30), date(2027, 10, 31))] == [False, True]
    later = citable(knowledge_on(knowledge, date(2030, 1, 1)))
    assert set(cited) - set(later) == {"samarbetet/tvist/cheferna"} and set(later) < set(cited)


def test_a_matrix_that_begins_after_its_agreement_takes_the_others_place(knowledge: Knowledge) -> None:
    """Before its first day it is not there; from then on the one that has ended is not."""
    old = knowledge.matrices[MATRIX].model_copy(update={"valid_through": "2027-12-31"})
    new = old.model_copy(update={"id": "ny-ansvar", "valid_from": "2028-01-01", "valid_through": None})
    for matrices, there in (
        ([old, new], {date(2027, 12, 31): [MATRIX], date(2028, 1, 1): ["ny-ansvar"]}),
        ([old], {date(2027, 12, 31): [MATRIX], date(2028, 1, 1): [MATRIX]}),
    ):
        other = knowledge.model_copy(update={"matrices": {matrix.id: matrix for matrix in matrices}})
        assert {day: list(knowledge_on(other, day).matrices) for day in there} == there


def test_a_route_that_begins_after_its_agreement_is_not_there_before(knowledge: Knowledge) -> None:
    """A new route is told from its first day."""
    new = knowledge.routes[ROUTE].model_copy(update={"id": "ny", "valid_from": "2028-01-01"})
    other = knowledge.model_copy(update={"routes": {**knowledge.routes, "ny": new}})
    assert [len(knowledge_on(other, day).routes) for day in (date(2027, 12, 31), date(2028, 1, 1))] == [1, 2]


@given(day=DAYS)
def test_the_real_knowledge_reads_alike_on_every_day(day: date, serving: Serving) -> None:
    """Where nothing changes over time nothing is copied: the knowledge of a day is the very same object."""
    assert knowledge_on(serving.served.knowledge, day) is serving.served.knowledge


@given(day=DAYS)
def test_the_day_before_each_change_reads_as_the_days_before_it(day: date, knowledge: Knowledge) -> None:
    """Nothing changes between the days that are named, and the knowledge of a day reads the same on that day."""
    days = days_of_change(knowledge)
    read = knowledge_on(knowledge, day)
    earlier = max((each for each in days if each <= day), default=days[0] - DAY)
    assert read is knowledge_on(knowledge, earlier)
    assert knowledge_on(read, day) == read


def test_what_was_read_goes_with_the_knowledge(knowledge: Knowledge) -> None:
    """A revision that is no longer served leaves nothing behind."""
    other = knowledge.model_copy(update={"revision": "ny"})
    name = id(other)
    assert knowledge_on(other, FIRST).revision == "ny" and name in over_time._kept
    del other
    gc.collect()
    assert name not in over_time._kept
