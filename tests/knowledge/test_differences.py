"""Two knowledges against each other: every change is said, in plain Swedish, and nothing else is."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge import model
from knowledge.comparing import Group, label
from knowledge.counterparts import counterparts
from knowledge.differences import GROUPS, differences, placed
from knowledge.loader import SECTIONS, load, places
from knowledge.messages import sentences_of
from tests.indexer import small

ROOT = Path(__file__).parents[2]
DALARNA = ROOT / "knowledge" / "dalarna"
SOURCE = (model.Locator(source="texten", locator="avsnitt 3"),)


@cache
def real() -> model.Knowledge:
    return load(DALARNA)


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> model.Knowledge:
    """The small knowledge without changes over time, which a test may change by copying."""
    knowledge = load(small.region_in(tmp_path_factory.mktemp("liten")))
    knowledge = with_task(knowledge, changes=(), valid_from=None, decided=None)
    return with_entry(knowledge, "routes", "tvist", changes=())


def with_entry(knowledge: model.Knowledge, section: str, id_: str, **changed: Any) -> model.Knowledge:
    """Return the knowledge with fields of one entry changed."""
    entries = getattr(knowledge, section)
    return knowledge.model_copy(update={section: {**entries, id_: entries[id_].model_copy(update=changed)}})


def with_task(knowledge: model.Knowledge, **changed: Any) -> model.Knowledge:
    """Return the small knowledge with its one row changed."""
    task = knowledge.matrices["samarbetet-ansvar"].tasks[0].model_copy(update=changed)
    return with_entry(knowledge, "matrices", "samarbetet-ansvar", tasks=(task,))


def change(day: str, *responsible: str) -> model.TaskChange:
    return model.TaskChange(valid_from=day, decided="2026-12", responsible=responsible, sources=SOURCE)


def lines(old: model.Knowledge, new: model.Knowledge) -> list[str]:
    return [one.line for one in differences(old, new)]


# --- what is said --------------------------------------------------------------------------------


def test_equal_knowledge_has_no_differences(little: model.Knowledge) -> None:
    """The same knowledge, also read again or with its entries in another order, differs in nothing."""
    assert differences(real(), real()) == []
    again = model.Knowledge.model_validate_json(little.model_dump_json()).model_copy(update={"revision": "annan"})
    turned = again.model_copy(update={"terms": dict(reversed(again.terms.items()))})
    assert differences(little, turned) == []


def test_a_coming_change_of_a_row_is_told_with_its_day(little: model.Knowledge) -> None:
    """Who comes and who goes from a later day stands as a sentence of its own, with what an answer cites."""
    one = with_task(little, responsible=("varden",))
    found = differences(one, with_task(one, changes=(change("2027-07-01", "omsorgen"),)))
    assert [difference.line for difference in found] == [
        "Utredning: omsorgen är ny ansvarig från 2027-07-01",
        "Utredning: vården är inte längre utpekad från 2027-07-01",
        "Utredning: ändringen är beslutad 2026-12 (överenskommelsen, 2021, avsnitt 3)",
    ]
    assert {(one.fact, one.day, one.group) for one in found} == {
        ("samarbetet/ansvar/utredning", "2027-07-01", Group.RESPONSIBILITY)
    }


TASK_CASES: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "corrected": ({}, {"responsible": ("varden",)}, "omsorgen är inte utpekad från 2021-07-01 (rättelse)"),
    "begins": ({}, {"valid_from": "2027-07-01"}, "gäller från: nu ”2027-07-01” (stod inte förut)"),
    "ends": ({}, {"changes": (change("2027-07-01"),)}, "uppgiften finns inte kvar i matrisen från 2027-07-01"),
    "same": (
        {},
        {"changes": (change("2027-07-01", "varden", "omsorgen"),)},
        "samma utpekade som förut, ur ny källa från 2027",
    ),
    "taken away": ({"changes": (change("2027-07-01", "varden"),)}, {"changes": ()}, "ändringen från 2027-07-01 är bo"),
    "other": (
        {"changes": (change("2027-07-01", "varden"),)},
        {"changes": (change("2027-07-01", "varden", "omsorgen"),)},
        "omsorgen är ny ansvarig från 2027-07-01",
    ),
    "order": ({}, {"responsible": ("omsorgen", "varden")}, "de ansvariga står nu i ordningen omsorgen och vården"),
    "words": ({}, {"aliases": ("utreda", "kartlägga")}, "2 nya synonymer: ”utreda” och ”kartlägga”"),
    "law": ({}, {"law": ()}, "lagrum: borttaget orosanmälan"),
}


@pytest.mark.parametrize("name", TASK_CASES)
def test_what_is_said_of_a_row(name: str, little: model.Knowledge) -> None:
    """Each way in which a row may change has its sentence."""
    before, after, said = TASK_CASES[name]
    assert any(said in line for line in lines(with_task(little, **before), with_task(little, **after)))


def test_new_and_removed_rows_and_columns(little: model.Knowledge) -> None:
    """Rows that come and go name whom they mark; columns stand by name."""
    matrix = little.matrices["samarbetet-ansvar"]
    row = matrix.tasks[0].model_copy(update={"id": "stod", "name": "Stöd", "valid_from": "2027-07-01"})
    more = with_entry(little, "matrices", matrix.id, tasks=(*matrix.tasks, row), actors=("varden",))
    assert lines(little, more) == [
        "Stöd: ny uppgift från 2027-07-01, utpekade: vården och omsorgen",
        "Samarbetet: kolumner: borttaget Omsorgen",
    ]
    assert "Stöd: uppgiften är borttagen ur matrisen (förut vården och omsorgen)" in lines(more, little)


def test_until_when_an_agreement_holds(little: model.Knowledge) -> None:
    """A longer term is told with the day, the day before it, the decision, and who took it."""
    agreement = little.agreements["samarbetet"]
    decision = agreement.decisions[-1].model_copy(
        update={"id": "ny", "decided": "2027-05-12", "valid_through": "2028-06-30", "says": "Rådet förlängde igen."}
    )
    longer = with_entry(little, "agreements", "samarbetet", decisions=(*agreement.decisions, decision))
    assert lines(little, longer) == [
        "Samarbetet: gäller nu till 2028-06-30 (tidigare 2027-06-30), beslutat 2027-05-12 av Rådet",
        "Samarbetet: nytt beslut 2027-05-12 av Rådet: ”Rådet förlängde igen.”",
    ]
    assert differences(little, longer)[0].fact == "samarbetet/beslut/ny"


def test_steps_added_removed_and_moved(little: model.Knowledge) -> None:
    """A route tells which steps are new or gone, their order, and who has the question where that is another."""
    first, second = little.routes["tvist"].steps
    turned = with_entry(little, "routes", "tvist", steps=(second, first))
    assert lines(little, turned) == ["Tvist: stegen går i ordningen Rådet → Cheferna (förut Cheferna → Rådet)"]
    fewer = with_entry(little, "routes", "tvist", steps=(first,))
    assert lines(little, fewer) == ["Tvist: steget Rådet är borttaget"]
    assert lines(fewer, little) == ["Tvist: nytt steg 2: Rådet (Rådet)"]
    other = with_entry(little, "routes", "tvist", steps=(first, second.model_copy(update={"body": "stodet"})))
    assert lines(little, other) == ["Tvist, Rådet: frågan ligger hos Stödet (förut Rådet)"]


def test_a_route_that_changes_on_a_day(little: model.Knowledge) -> None:
    """A coming route is told with its day, its steps and its decision; so is one that was taken away."""
    route = little.routes["tvist"]
    coming = model.RouteChange(valid_from="2027-07-01", decided="2026-12", sources=SOURCE, steps=route.steps[:1])
    changed = with_entry(little, "routes", "tvist", changes=(coming,))
    assert lines(little, changed) == [
        "Tvist: steget Rådet är borttaget från 2027-07-01",
        "Tvist: vägen går från 2027-07-01 så här: Cheferna",
        "Tvist: ändringen är beslutad 2026-12 (överenskommelsen, 2021, avsnitt 3)",
    ]
    assert lines(changed, little) == ["Tvist: ändringen från 2027-07-01 är borttagen (Cheferna)"]


def test_facts_local_counts_words_and_sources(little: model.Knowledge) -> None:
    """Answers stand old and new, statuses and counts by name, and a text itself is told from what is about it."""
    assert lines(little, with_entry(little, "facts", "plan/ansvar", lead="Alla kallar.")) == [
        "samordnad plan, vem som ansvarar: "
        "svaret är nu ”Alla kallar.” (förut ”Den som ser behovet kallar till planen.”)"
    ]
    assert lines(little, with_entry(little, "local", "norrby-2022", status=model.LokStatus.UNDER_WAY)) == [
        "Norrby: status: nu pågår (förut nej)"
    ]
    assert lines(little, with_entry(little, "counts", "samarbetet/antal", yes=2)) == [
        "Samarbetet: antal ja: nu 2 (förut 1)"
    ]
    assert lines(little, little.model_copy(update={"counts": {}})) == [
        "Samarbetet: borttagen: 1 ja, 0 nej, 1 utan svar"
    ]
    assert lines(little, with_entry(little, "sources", "lagen", standing=model.Standing.PRIMARY)) == [
        "lagen: ställning: nu själva texten (förut återgiven i något annat)"
    ]


def test_rows_lifted_to_the_text_itself_are_told_together() -> None:
    """When all rows are taken from the adopted text, one line tells of them all and counts them."""
    text = model.Source(id="ny", title="RÖK", label="antagen text, 2027", standing=model.Standing.PRIMARY)
    matrix = real().matrices["rok-missbruk/ansvar"]
    place = (model.Locator(source="ny", locator="avsnitt 4"),)
    tasks = tuple(task.model_copy(update={"sources": place}) for task in matrix.tasks)
    lifted = with_entry(real(), "matrices", matrix.id, tasks=tasks)
    lifted = lifted.model_copy(update={"sources": {**real().sources, "ny": text}})
    told = [line for line in lines(real(), lifted) if "källan är nu själva överenskommelsen" in line]
    assert len(told) == 1
    assert f": {len(tasks)} rader (antagen text, 2027," in told[0]
    assert all(task.name in told[0] for task in tasks)


def test_a_new_matrix_names_its_rows(little: model.Knowledge) -> None:
    """An agreement whose matrix is new tells each row, and one that is gone how many."""
    without = little.model_copy(update={"matrices": {}})
    assert lines(without, little) == [
        "Samarbetet: ny: matris, antal uppgifter 1",
        "Utredning: ny uppgift från 2021-07-01, utpekade: vården och omsorgen",
    ]
    assert lines(little, without) == ["Samarbetet: borttagen: matris, antal uppgifter 1"]


def test_headings_stand_in_their_order() -> None:
    """Differences come under their headings, the agreements first and the bot's sentences last."""
    other = real().model_copy(update={"sentences": {}, "agreements": {}, "matrices": {}, "cues": {}})
    order = [one.group for one in differences(real(), other)]
    assert order == sorted(order, key=list(Group).index)
    assert {Group.VALIDITY, Group.RESPONSIBILITY, Group.WORDS, Group.SENTENCES} == set(order)


def test_each_difference_can_be_found_in_the_files() -> None:
    """With the places of the files, each difference has its file and line; what is gone has that of the old files."""
    other = with_entry(real(), "facts", next(iter(real().facts)), lead="Annat.")
    other = other.model_copy(update={"contacts": {}})
    found = placed(differences(real(), other), places(DALARNA), {})
    assert found
    for one in found:
        path, _, line = str(one.file).rpartition(":")
        assert one.id in "\n".join((ROOT / path).read_text("utf-8").splitlines()[int(line) - 1 : int(line) + 1])


# --- nothing goes unsaid -------------------------------------------------------------------------


def spots(value: Any, put: Callable[[Any], Any]) -> Iterator[tuple[Any, Callable[[Any], Any]]]:
    """Yield every value inside a value, with what makes the whole anew when it is another."""
    yield value, put
    if isinstance(value, model.Model):
        for name in type(value).model_fields:

            def put_field(part: Any, name: str = name) -> Any:
                return put(value.model_copy(update={name: part}))

            yield from spots(getattr(value, name), put_field)
    elif isinstance(value, tuple):
        for index, part in enumerate(value):

            def put_part(part: Any, index: int = index) -> Any:
                return put((*value[:index], part, *value[index + 1 :]))

            yield from spots(part, put_part)


def others(value: Any) -> list[Any]:
    """Return values that a value may be changed into."""
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1]
        case Enum():
            return [one for one in type(value) if one is not value]
        case str():
            return [f"{value} x", "y"]
        case None:
            return ["nytt"]
        case tuple() if value:
            return [one for one in (value[1:], value[::-1], (*value, value[0])) if one != value]
    return []


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_no_change_goes_unsaid(data: st.DataObject) -> None:
    """Whatever field of whatever entry is changed, at least one difference under its heading says so."""
    section = data.draw(st.sampled_from(list(SECTIONS)))
    entries = getattr(real(), section)
    if not entries:
        return
    id_ = data.draw(st.sampled_from(list(entries)))
    changes = [
        put(other)
        for value, put in spots(entries[id_], lambda changed: changed)
        if not isinstance(value, model.Model)
        for other in others(value)
    ]
    other = real().model_copy(update={section: {**entries, id_: data.draw(st.sampled_from(changes))}})
    found = differences(real(), other)
    assert found and {one.group for one in found} <= {GROUPS[section]}
    assert all(one.says.strip() and one.section == section and "diff." not in one.line for one in found)
    assert differences(other, real())


def test_a_changed_region_is_said() -> None:
    """So is every field of the region itself, and every sentence."""
    for value, put in spots(real().region, lambda changed: changed):
        for other in others(value):
            assert differences(real(), real().model_copy(update={"region": put(other)}))
    key = next(iter(real().sentences))
    changed = real().model_copy(update={"sentences": {**real().sentences, key: "Annat."}})
    assert [one.id for one in differences(real(), changed)] == [key]


def test_every_section_has_its_heading() -> None:
    """No section of the knowledge is left out of the comparison."""
    assert set(GROUPS) == set(SECTIONS)
    assert all(group.heading != f"diff.group.{group.value}" for group in Group)


def test_every_field_has_its_name_in_swedish() -> None:
    """No field is shown by its name in code, and no name stands there for a field that is not."""
    kinds = [kind for _, kind in inspect.getmembers(model, inspect.isclass) if issubclass(kind, model.Model)]
    names = {name for kind in kinds if kind is not model.Knowledge for name in kind.model_fields}
    assert not [name for name in names if label(name).startswith("diff.field")]
    known = {key.removeprefix("diff.field.") for key in sentences_of("diff") if key.startswith("diff.field.")}
    assert known - names == {"sentence"}


def test_every_value_has_its_name_in_swedish() -> None:
    """Every choice that a field offers is named."""
    enums = [kind for _, kind in inspect.getmembers(model, inspect.isclass) if issubclass(kind, Enum)]
    shown = {one.value for kind in enums for one in kind}
    shown = {value for value in shown if isinstance(value, str)}
    assert not {value for value in shown if f"diff.value.{value}" not in sentences_of("diff")}


def test_every_sentence_of_the_comparison_is_used() -> None:
    """diff.yaml has the sentences that the code names, and no others."""
    rooms = [*(ROOT / "knowledge").glob("*.py"), *(ROOT / "bot").rglob("*.py")]
    text = "\n".join(path.read_text("utf-8") for path in (*rooms, *(ROOT / "bot/render/templates").glob("diff*")))
    strings = set(re.findall(r"""["']((?:diff\.)?[a-z_]+(?:\.[a-z_]+)*)["']""", text))
    starts = tuple(re.findall(r"""f["']((?:diff\.)?[a-z_.]+\.)\{""", text))
    for key in sentences_of("diff"):
        short = key.removeprefix("diff.")
        assert {key, short} & strings or key.startswith(starts) or short.startswith(starts), key


# --- two agreements ------------------------------------------------------------------------------


def test_an_agreement_does_not_differ_from_itself() -> None:
    """Held against itself, an agreement is the same."""
    for id_ in real().agreements:
        assert differences(*counterparts(real(), id_, id_)) == []


def test_two_agreements_are_held_against_each_other(little: model.Knowledge) -> None:
    """Rows of the same name belong together, and the same route of the other agreement; what one lacks is told."""
    agreement, matrix = little.agreements["boendet"], little.matrices["samarbetet-ansvar"]
    row = matrix.tasks[0].model_copy(update={"id": "utredning-boende", "responsible": ("omsorgen",)})
    other = matrix.model_copy(update={"id": "boendet-ansvar", "agreement": agreement.id, "tasks": (row,)})
    route = little.routes["tvist"].model_copy(update={"id": "tvist-boende", "agreement": agreement.id})
    both = little.model_copy(
        update={
            "matrices": {**little.matrices, other.id: other},
            "routes": {**little.routes, route.id: route.model_copy(update={"steps": route.steps[:1]})},
        }
    )
    told = lines(*counterparts(both, "samarbetet", "boendet"))
    assert "Utredning: vården är inte utpekad från 2021-07-01 (rättelse)" in told
    assert any(line.endswith("steget Rådet är borttaget") for line in told)
    assert any("gäller nu till" in line and "tidigare 2027-06-30" in line for line in told)
    with pytest.raises(KeyError):
        counterparts(both, "samarbetet", "finns-inte")
