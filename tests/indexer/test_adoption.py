"""Drafts taken into the real knowledge: what must not be taken away, mixed up, lifted or made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from indexer.adoption import Offer, Taking, edits, offers
from indexer.adoption.base import slug
from indexer.adoption.beginning import all_new, plain
from indexer.adoption.naming import standing_in
from indexer.importing.document import Spot
from indexer.importing.drafts import (
    ColumnDraft,
    Doubt,
    Drafts,
    LocalDraft,
    MarkDraft,
    MatrixDraft,
    RouteDraft,
    RowDraft,
    StepDraft,
    ValidityDraft,
)
from knowledge.loader import load
from knowledge.model import Knowledge, LokStatus, Standing
from tests.conftest import ROOT

SPOT = Spot(page=1)
NOW = Taking("nytt", "rok-missbruk", "2027-04-15", "2027-07-01", standing=Standing.PRIMARY)
PLAIN = Taking("nytt", "rok-missbruk", standing=Standing.PRIMARY)


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """Dalarna's."""
    return load(ROOT / "knowledge" / "dalarna")


def table(rows: Sequence[tuple[str, str, str | None]], agreement: str | None = None) -> MatrixDraft:
    """Return a table with the known columns; each row is its text, a mark for each column, and its task."""
    actors = ("primarvard", "somatik", "psykiatri", "socialtjanst")
    columns = tuple(ColumnDraft(one, one, "", SPOT, one) for one in actors)
    read = {"x": True, "-": False, "?": None}
    found = tuple(
        RowDraft(text, SPOT, tuple(MarkDraft(mark, SPOT, read[mark]) for mark in marks), task)
        for text, marks, task in rows
    )
    return MatrixDraft("Vem gör vad", SPOT, columns, found, agreement=agreement)


def known(knowledge: Knowledge, *tasks: str) -> list[tuple[str, str, str | None]]:
    """Return rows of the matrix as they are; all where none is named."""
    (matrix,) = knowledge.matrices.values()
    return [
        (task.name, "".join("x" if actor in task.responsible else "-" for actor in matrix.actors), task.id)
        for task in matrix.tasks
        if not tasks or task.id in tasks
    ]


def by_id(found: Sequence[Offer]) -> dict[str, Offer]:
    return {offer.proposal.id: offer for offer in found}


# --- several tables ------------------------------------------------------------------------------


def test_a_row_is_gone_only_where_no_table_has_it(knowledge: Knowledge) -> None:
    """A matrix that is cut into two tables loses none of its rows."""
    rows = known(knowledge)
    both = Drafts((table(rows[:7]), table(rows[7:-1])))
    found = offers(both, knowledge, NOW)
    assert [one.proposal.fact for one in found if one.proposal.id.endswith("/borta")] == [
        "rok-missbruk/ansvar/orosanmalan"
    ]
    gone = next(id_ for id_ in by_id(found) if id_.endswith("/borta"))
    assert gone not in plain(found, knowledge, NOW)


def test_a_chosen_cell_goes_before_a_row_that_is_gone(knowledge: Knowledge) -> None:
    """Where both were chosen the row keeps its marks."""
    one = offers(Drafts((table([("Diagnos", "xxx-", "diagnos")]),)), knowledge, NOW)
    other = offers(Drafts((table([("LARO", "--x-", "laro")]),)), knowledge, NOW)
    chosen = {"matris-1/diagnos/somatik", "matris-1/diagnos/borta"}
    (edit,) = edits([*one, *other], chosen, knowledge, NOW)
    assert edit.value["responsible"] == ["primarvard", "somatik", "psykiatri"]


def test_cells_that_two_tables_set_differently_are_locked(knowledge: Knowledge) -> None:
    """Nobody can take in either before it is known which is right; equal ones are free."""
    (row,) = known(knowledge, "diagnos")
    found = by_id(offers(Drafts((table([row]), table([(row[0], "xxx-", row[2])]))), knowledge, NOW))
    for group in ("matris-1", "matris-2"):
        assert found[f"{group}/diagnos/somatik"].proposal.locked
        assert found[f"{group}/diagnos/somatik"].proposal.doubts[0].code == "tables_differ"
        assert not found[f"{group}/diagnos/psykiatri"].proposal.locked


def test_a_table_of_another_agreement_is_shut(knowledge: Knowledge) -> None:
    """It is shown with the reason, and its missing rows are missed by nobody."""
    found = offers(Drafts((table([("Diagnos", "xxxx", "diagnos")], "rok-psykisk"),)), knowledge, NOW)
    assert found and all(one.proposal.locked for one in found)
    assert all(one.proposal.doubts[0].code == "matrix_of_another" for one in found)
    assert not any(one.proposal.id.endswith("/borta") for one in found)


def test_new_rows_keep_ids_of_their_own(knowledge: Knowledge) -> None:
    """Rows that begin alike get different ids, and the same row in two tables is taken in once."""
    rows = [("Boende, kort tid", "x---", None), ("Boende, lång tid", "---x", None), ("*", "x---", None)]
    found = [one for one in offers(Drafts((table(rows), table(rows[:1]))), knowledge, NOW) if one.what]
    new = [one for one in found if "/ny/" in one.proposal.id]
    assert len({one.what.id for one in new}) == len(new) == 3
    assert [one.proposal.locked for one in new] == [False, False, True]
    assert standing_in("*", knowledge) is None


def test_an_unread_cell_goes_before_an_empty_one(knowledge: Knowledge) -> None:
    """Where two columns are one actor, what could not be read is not taken for empty, and all doubts are told."""
    draft = table([("Diagnos", "-?xx", "diagnos")])
    columns = (draft.columns[0], replace(draft.columns[1], actor="primarvard"), *draft.columns[2:])
    columns = (replace(columns[0], doubts=(Doubt("column-near", {"column": "a", "actor": "b"}),)), *columns[1:])
    cell = by_id(offers(Drafts((replace(draft, columns=columns),)), knowledge, NOW))["matris-1/diagnos/primarvard"]
    assert cell.proposal.locked
    assert "column-near" in [doubt.code for doubt in cell.proposal.doubts]


# --- what may be lifted --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"dated": "2021-06"}, None),
        ({"dated": "2024-02-01"}, "late_lift"),
        ({"decided": "2024-02-01"}, "late_lift"),
        ({"standing": Standing.HISTORIC}, "worse_source"),
    ],
)
def test_what_is_equal_is_lifted_by_a_text_that_can_be_its_source(
    change: dict[str, str], reason: str | None, knowledge: Knowledge
) -> None:
    """Neither by one that came later than the fact's first day, nor by a worse one than the knowledge has."""
    found = offers(Drafts((table(known(knowledge)),)), knowledge, replace(PLAIN, **change))  # type: ignore[arg-type]
    reasons = {one.proposal.doubts[0].code if one.proposal.doubts else None for one in found}
    assert reasons == {reason}
    assert all(one.proposal.locked is (reason is not None) for one in found)


def test_without_an_editor_only_texts_in_force_touch_what_is_known(knowledge: Knowledge) -> None:
    """What differs needs its days too; a draft may add, and change nothing."""
    rows = [("Diagnos", "xxx-", "diagnos"), ("Tillnyktring", "--x-", None)]
    drafts = Drafts((table(rows),))
    new = "matris-1/ny/tillnyktring"
    for taking, differs in (
        (NOW, True),
        (PLAIN, False),
        (replace(NOW, standing=Standing.SECONDARY), False),
    ):
        chosen = plain(offers(drafts, knowledge, taking), knowledge, taking)
        assert new in chosen
        assert ("matris-1/diagnos/somatik" in chosen) is differs
        assert not any(id_.endswith("/borta") for id_ in chosen)


def test_nothing_is_new_by_itself_in_a_region_that_has_its_own(knowledge: Knowledge) -> None:
    """A column or a place that is not recognised is left to an editor."""
    draft = table([("Diagnos", "xx--", "diagnos")])
    unknown = replace(draft, columns=(replace(draft.columns[0], actor=None), *draft.columns[1:]))
    place = LocalDraft("Norrbo", SPOT, (), None, LokStatus.YES, "2026")
    assert all_new(Drafts((unknown,), local=(place,)), knowledge, "rok-missbruk") == {}


# --- local, routes, validity ---------------------------------------------------------------------


def test_observations_keep_their_agreement_and_their_day(knowledge: Knowledge) -> None:
    """Two agreements in one survey give two observations, and a later one of the year leaves the earlier alone."""
    (earlier, *_) = [one for one in knowledge.local.values() if one.municipality == "mora"]
    day = f"{earlier.observed[:4]}-12-31"
    drafts = [
        LocalDraft("Mora", SPOT, (), "mora", LokStatus.NO, day, agreement=agreement)
        for agreement in ("rok-missbruk", "rok-psykisk")
    ]
    found = offers(Drafts(local=tuple(drafts)), knowledge, PLAIN)
    made = edits(found, set(by_id(found)), knowledge, PLAIN)
    assert [edit.action for edit in made] == ["add", "add"]
    assert [edit.value["agreement"] for edit in made] == ["rok-missbruk", "rok-psykisk"]
    assert len({edit.id for edit in made} | {earlier.id}) == 3


def test_a_route_with_other_ends_says_so(knowledge: Knowledge) -> None:
    """First sentence and what comes after the last step follow the steps; carried texts keep their sources."""
    route = knowledge.routes["tvist-regional"]
    bodies = [step.body for step in route.steps if step.body]
    steps = tuple(StepDraft(str(body), SPOT, body) for body in bodies[1:])
    drafts = Drafts(routes=(RouteDraft("Tvist", SPOT, steps, route.level, route.id),))
    found = offers(drafts, knowledge, NOW)
    (edit,) = edits(found, {"vag-1"}, knowledge, NOW)
    first, last = (knowledge.bodies[str(bodies[at])].name for at in (1, -1))
    assert first in edit.value["lead"] and last in edit.value["after_last"]
    carried = next(step for step in route.steps if step.body == bodies[1])
    sources = [one["source"] for one in edit.value["steps"][0]["sources"]]
    assert sources == [*(one.source for one in carried.sources), "nytt"]


def test_who_decided_is_not_made_up(knowledge: Knowledge) -> None:
    """Where nobody has said it the decision says that it is not known, and names no body."""
    drafts = Drafts(validity=(ValidityDraft("2027-07-01", "2030-06-30", "…", SPOT),))
    found = offers(drafts, knowledge, NOW)
    (edit,) = edits(found, {"giltighet-1"}, knowledge, NOW)
    before = knowledge.agreements["rok-missbruk"].decisions[-1]
    assert before.by not in (edit.value["by"], edit.value["says"])
    assert edit.value["body"] is None and "står inte i källan" in edit.value["says"]


def test_a_long_name_is_cut_before_it_is_numbered() -> None:
    """Two long names that begin alike get different ids."""
    first = slug("Överenskommelse om samverkan kring äldre i länet", longest=20)
    assert slug("Överenskommelse om samverkan kring barn", {first}, longest=20) == f"{first}-2"


def test_equal_cells_are_not_lifted_by_a_later_text_without_its_decision(knowledge: Knowledge) -> None:
    """With a first day and no day of decision nothing can be taken in: it would be cited for days before it."""
    half = replace(NOW, decided=None)
    found = offers(Drafts((table(known(knowledge)),)), knowledge, half)
    assert found and all(one.proposal.locked for one in found)
    assert not edits(found, {one.proposal.id for one in found}, knowledge, half)
