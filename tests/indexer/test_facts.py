"""Everything that can be cited has an id of a fixed shape, and says where it comes from."""

from __future__ import annotations

from datetime import date

import pytest

from indexer.passages import passages
from indexer.vocabulary import lexicon_of
from knowledge.facts import Citable, citable, every_fact, note_ids
from knowledge.model import Kind, Knowledge

IDS = {
    "plan/ansvar": Kind.TOPIC,
    "term/plan": Kind.DEFINITION,
    "organ/radet": Kind.DEFINITION,
    "samarbetet/ansvar/utredning": Kind.RESPONSIBILITY,
    "samarbetet/vag/tvist": Kind.ESCALATION,
    "samarbetet/tvist/cheferna": Kind.ESCALATION,
    "samarbetet/tvist/radet": Kind.ESCALATION,
    "samarbetet/beslut/samarbetet/2021": Kind.VALIDITY,
    "boendet/beslut/boendet-2022": Kind.VALIDITY,
    "boendet/antagen/1": Kind.VALIDITY,
    "boendet/antagen/2": Kind.VALIDITY,
    "samarbetet/version/samarbetet-1": Kind.VALIDITY,
    "lok/soderby/2022": Kind.LOCAL,
    "lok/soderby/2022/struktur": Kind.LOCAL,
    "lok/soderby/2022/struktur-2": Kind.LOCAL,
    "lok/soderby/2022/sip": Kind.LOCAL,
    "samarbetet/antal": Kind.LOCAL,
    "lag/lag-oro": Kind.TOPIC,
}


@pytest.mark.parametrize(("id_", "kind"), IDS.items(), ids=IDS)
def test_each_sort_of_thing_is_cited_by_its_id(knowledge: Knowledge, id_: str, kind: Kind) -> None:
    """Facts, rows, routes, steps, decisions, adoptions, versions, local facts, notes, counts and laws can be cited."""
    found = citable(knowledge)[id_]
    assert (found.id, found.kind) == (id_, kind)


def test_everything_citable_has_a_title_a_text_and_a_source(knowledge: Knowledge) -> None:
    """Nothing is cited without words of its own and a source with a place in it."""
    for thing in citable(knowledge).values():
        assert thing.title and thing.text
        assert thing.sources and all(source.locator for source in thing.sources)


def test_every_fact_is_found_wherever_it_stands(knowledge: Knowledge) -> None:
    """Facts inside terms and bodies count like those that stand alone."""
    assert set(every_fact(knowledge)) == {"plan/ansvar", "plan/hemlig", "term/plan", "organ/radet", "organ/stodet"}


def test_a_matrix_row_names_its_actors(knowledge: Knowledge) -> None:
    """The text of a row names everyone that the matrix marks."""
    assert "vården, omsorgen" in citable(knowledge)["samarbetet/ansvar/utredning"].text


def test_repeated_topics_are_numbered_in_their_order(knowledge: Knowledge) -> None:
    """A second note on the same topic has -2, whatever stands between."""
    ids = note_ids(knowledge.local["lok/soderby/2022"])
    assert [id_.rpartition("/")[2] for id_ in ids] == ["struktur", "sip", "struktur-2", "ovrigt"]


def test_what_is_for_editors_is_marked_and_not_a_passage(knowledge: Knowledge) -> None:
    """An editor's fact and an editor's note can be looked up by id, but no search can find them."""
    hidden = {thing.id for thing in citable(knowledge).values() if thing.editors_only}
    assert hidden == {"plan/hemlig", "lok/soderby/2022/ovrigt"}
    assert not hidden & {passage.id for passage in passages(knowledge, lexicon_of(knowledge))}


def test_two_things_never_share_an_id(knowledge: Knowledge) -> None:
    """An id that would name two things is an error, not a silent choice of one."""
    fact = knowledge.facts["plan/ansvar"].model_copy(update={"id": "lag/lag-oro"})
    with pytest.raises(ValueError, match="lag/lag-oro"):
        citable(knowledge.model_copy(update={"facts": {fact.id: fact}}))


@pytest.mark.parametrize(
    ("id_", "day", "known"),
    [
        ("boendet/beslut/boendet-2022", "2022-05-30", False),
        ("boendet/beslut/boendet-2022", "2022-05-31", True),
        ("samarbetet/beslut/samarbetet/2021", "2026-11-21", True),
        ("samarbetet/version/samarbetet-1", "2016-05-31", False),
        ("samarbetet/version/samarbetet-1", "2026-11-21", True),
        ("boendet/antagen/2", "2000-01-01", True),
        ("lok/soderby/2022/sip", "2022-11-29", False),
        ("lok/soderby/2022/sip", "2022-11-30", True),
        ("samarbetet/ansvar/utredning", "2021-06-30", False),
        ("samarbetet/ansvar/utredning", "2021-07-01", True),
    ],
)
def test_a_thing_is_known_from_its_day(knowledge: Knowledge, id_: str, day: str, known: bool) -> None:
    """What is known to a month counts from its last day; history may be told after its end."""
    thing: Citable = citable(knowledge)[id_]
    assert thing.known_on(date.fromisoformat(day)) is known
