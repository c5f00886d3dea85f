"""What grows old: told before, told after, and never of what is in order."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.freshness import AHEAD, DATED, Finding, Sort, owner_of, stale
from knowledge.loader import load, places
from knowledge.local_grid import local_grid
from knowledge.messages import sentences_of
from knowledge.model import (
    Agreement,
    DocumentStatus,
    Fact,
    ImportedDocument,
    ImportedPassage,
    Knowledge,
    LocalNote,
    Standing,
    TaskChange,
    last_day,
)

REGION = Path(__file__).parents[2] / "knowledge/dalarna"
TODAY = date(2026, 11, 21)
RSS = "RSS Dalarna"


@cache
def real() -> Knowledge:
    return load(REGION)


def having(section: str, id_: str, **changed: Any) -> Knowledge:
    """Return the real knowledge with one entry changed."""
    entries = getattr(real(), section)
    return real().model_copy(update={section: {**entries, id_: entries[id_].model_copy(update=changed)}})


def found(knowledge: Knowledge, on: date, sort: Sort) -> list[Finding]:
    return [one for one in stale(knowledge, on) if one.sort is sort]


def until(day: str) -> Knowledge:
    """Return a knowledge in which RÖK missbruk/beroende ends on a day, by its last decision."""
    agreement = real().agreements["rok-missbruk"]
    *before, last = agreement.decisions
    return having("agreements", "rok-missbruk", decisions=(*before, last.model_copy(update={"valid_through": day})))


@pytest.mark.parametrize(
    ("left", "sort"),
    [
        (AHEAD.days + 1, None),
        (AHEAD.days, Sort.ENDING),
        (0, Sort.ENDING),
        (-1, Sort.ENDED),
    ],
    ids=["long before", "six months before", "on the last day", "the day after"],
)
def test_an_agreement_is_told_of_from_six_months_before(left: int, sort: Sort | None) -> None:
    """Until then nothing; then that it runs out; from the day after, that it has."""
    knowledge = until((TODAY + timedelta(days=left)).isoformat())
    told = [one for one in stale(knowledge, TODAY) if one.id.startswith("rok-missbruk/beslut/")]
    told = [one for one in told if one.sort in (Sort.ENDED, Sort.ENDING)]
    assert [one.sort for one in told] == ([sort] if sort else [])
    assert all(one.owner == RSS and one.due == TODAY + timedelta(days=left) for one in told)


def test_an_agreement_without_a_documented_end_is_told_of() -> None:
    """Nobody knows until when it is in force."""
    agreement = real().agreements["rok-missbruk"]
    *before, last = agreement.decisions
    open_end = last.model_copy(update={"valid_through": None})
    told = found(having("agreements", "rok-missbruk", decisions=(*before, open_end)), TODAY, Sort.ENDED)
    assert "inte belagt" in next(one for one in told if one.entry == "rok-missbruk").what


def test_a_decision_is_not_known_before_it_was_taken() -> None:
    """The extension of December 2025 does not comfort anybody in November."""
    assert "rok-missbruk" not in {one.entry for one in found(real(), date(2026, 1, 2), Sort.ENDING)}
    assert {one.entry for one in found(real(), date(2024, 5, 1), Sort.ENDING)} == {"rok-missbruk"}


@pytest.mark.parametrize(
    ("review", "sort"),
    [("2027", None), ("2027-01", Sort.REVIEW_NEAR), ("2026-11-21", Sort.REVIEW_NEAR), ("2026-10", Sort.REVIEW_PAST)],
)
def test_a_review_is_told_of_before_and_after(review: str, sort: Sort | None) -> None:
    """A review date known to a period counts from its last day."""
    told = [
        one
        for one in stale(having("local", "lok/falun/2022", review=review, owner="Falu kommun"), TODAY)
        if one.id == "lok/falun/2022" and one.sort in (Sort.REVIEW_NEAR, Sort.REVIEW_PAST)
    ]
    assert [(one.sort, one.due, one.owner) for one in told] == (
        [(sort, last_day(review), "Falu kommun")] if sort else []
    )


def test_who_looks_after_an_agreement_looks_after_its_parts() -> None:
    """Unless the part has somebody of its own; where nobody is named, that is told."""
    matrix = real().matrices["rok-missbruk/ansvar"]
    assert owner_of(matrix, real()) == RSS
    assert owner_of(matrix.model_copy(update={"owner": "Styrgruppen"}), real()) == "Styrgruppen"
    assert found(real(), TODAY, Sort.NO_OWNER) == []
    nobody = found(having("agreements", "rok-missbruk", owner=None), TODAY, Sort.NO_OWNER)
    routes = {route.id for route in real().routes.values() if route.agreement == "rok-missbruk"}
    assert {one.entry for one in nobody} == {"rok-missbruk", "rok-missbruk/ansvar", *routes}


def test_what_has_a_primary_source_is_not_doubted() -> None:
    """A row read in the adopted text is no longer among what rests on a presentation."""
    sources = {**real().sources, "s1": real().sources["s1"].model_copy(update={"standing": Standing.PRIMARY})}
    ids = {one.id for one in found(real(), TODAY, Sort.SECONDARY)}
    lifted = {one.id for one in found(real().model_copy(update={"sources": sources}), TODAY, Sort.SECONDARY)}
    assert "rok-missbruk/ansvar/laro" in ids - lifted
    assert lifted < ids


def test_the_law_that_is_unsure_replaced_or_gone_is_told_of() -> None:
    """The RÖK cites 14 kap. 1 §; sections that nobody has compared are told of, and laws that are gone."""
    told = {one.entry: one for one in found(real(), TODAY, Sort.LAW)}
    assert "14 kap. 1 §" in told["lag-orosanmalan"].what
    unsure = {law.id for law in real().laws.values() if law.unsure}
    assert unsure <= set(told)
    law = real().laws["lag-orosanmalan"]
    gone = tuple(one.model_copy(update={"valid_through": "2026-01-01"}) for one in law.sections)
    left = found(having("laws", law.id, sections=gone), TODAY, Sort.LAW)
    assert "upphävd" in next(one.what for one in left if one.entry == law.id)


def test_only_the_latest_report_of_a_municipality_can_be_old() -> None:
    """A newer one takes the old one's place; two years to the day are not old."""
    report = real().local["lok/falun/2022"]
    newer = report.model_copy(update={"id": "lok/falun/2026", "observed": "2026-05"})
    knowledge = real().model_copy(update={"local": {**real().local, newer.id: newer}})
    assert "falun" in {one.municipality for one in found(real(), TODAY, Sort.OBSERVATION)}
    assert "falun" not in {one.municipality for one in found(knowledge, TODAY, Sort.OBSERVATION)}
    assert "lok/falun/2022" not in {one.id for one in found(real(), date(2024, 11, 29), Sort.OBSERVATION)}


def test_a_change_is_told_of_as_its_day_comes() -> None:
    """Before it, and for half a year after; a change that is not yet decided is nobody's business."""
    matrix = real().matrices["rok-missbruk/ansvar"]
    places_ = matrix.sources
    change = TaskChange(valid_from="2027-03-01", decided="2026-10-01", sources=places_, responsible=("psykiatri",))
    row = matrix.tasks[0].model_copy(update={"changes": (change,)})
    knowledge = having("matrices", matrix.id, tasks=(row, *matrix.tasks[1:]))
    days = [date(2026, 9, 30), date(2026, 11, 21), date(2027, 3, 1), date(2027, 10, 1)]
    told = [[one.what.split(" börjar")[0] for one in found(knowledge, day, Sort.CHANGE)] for day in days]
    assert [len(lines) for lines in told] == [0, 1, 1, 0]
    assert [one.id for one in found(knowledge, TODAY, Sort.CHANGE)] == [f"rok-missbruk/ansvar/{row.id}"]


def test_a_draft_that_nobody_took_in_is_told_of() -> None:
    """After three months; what is in force is not."""
    passage = ImportedPassage(id="p1", locator="sidan 1", text="Text.")
    common = {"title": "Nytt förslag", "source": "s1", "file": "f", "digest": "0", "passages": (passage,)}
    documents = {
        status: ImportedDocument(id=status, status=status, imported="2026-06-01", **common) for status in DocumentStatus
    }
    knowledge = real().model_copy(update={"documents": documents})
    assert [one.entry for one in found(knowledge, TODAY, Sort.DRAFT)] == [DocumentStatus.DRAFT]
    assert found(knowledge, date(2026, 8, 1), Sort.DRAFT) == []


def test_the_grid_knows_notes_and_facts() -> None:
    """A note that names a task, and a fact about it, fill its square; the others stay empty."""
    grid = local_grid(real(), TODAY)
    assert len(grid.tasks) * len(grid.places) == 14 * 15
    assert grid.has("laro", "falun")
    assert not grid.has("abstinensvard", "falun")
    local = real().local["lok/falun/2022"]
    note = LocalNote(topic="ovrigt", says="Abstinensvård ges på avdelning 65.")
    knowledge = having("local", local.id, notes=(*local.notes, note))
    assert local_grid(knowledge, TODAY).has("abstinensvard", "falun")
    assert not local_grid(knowledge, date(2022, 1, 1)).has("abstinensvard", "falun")
    fact = Fact(
        id="x/1",
        kind="local",
        about=("diagnos",),
        lead="L.",
        municipality="mora",
        observed="2026",
        sources=local.sources,
    )
    more = real().model_copy(update={"facts": {**real().facts, fact.id: fact}})
    assert local_grid(more, date(2027, 1, 1)).has("diagnos", "mora")
    assert grid.count("diagnos") == 0


@settings(max_examples=60, deadline=None)
@given(on=st.dates(date(2019, 1, 1), date(2032, 1, 1)))
def test_every_finding_says_what_and_the_cure(on: date) -> None:
    """On any day each has words for both, stands in the files, and a dated one has its day."""
    where = all_places()
    for one in stale(real(), on, where):
        assert one.what and one.cure and one.subject and "fresh." not in str(one) and "{" not in str(one)
        assert one.where, one
        assert (one.due is not None) is (one.sort in DATED and "inte belagt" not in one.what)


@cache
def all_places() -> dict[tuple[str, str], str]:
    return places(REGION)


def test_every_sort_has_its_heading() -> None:
    """And no heading stands for a sort that is not."""
    headings = {key.removeprefix("fresh.sort.") for key in sentences_of("aktualitet") if key.startswith("fresh.sort.")}
    assert headings == {sort.value for sort in Sort}


def test_the_agreements_of_dalarna_say_when_they_are_looked_over() -> None:
    """The assignment to revise the three statutory ones runs to a day that a source gives; the fourth has none."""
    agreements: dict[str, Agreement] = real().agreements
    reviews = {agreement.id: agreement.review for agreement in agreements.values() if agreement.id.startswith("rok")}
    assert reviews == {
        "rok-missbruk": "2027-06-30",
        "rok-psykisk": "2027-06-30",
        "rok-barn": "2027-06-30",
        "rok-hvb": None,
    }
