"""Watching an agreement: what counts as a change, when its end is near, and that nothing is told twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.compose.common import Composer
from bot.errors import StateError, TransportError
from bot.notices import MOST_LINES, Notice, notice_of, read, stage, summary
from bot.ports import Letter, Profile, Turn, Watch
from bot.service import Serving
from knowledge.model import Decision, Kind, Knowledge
from tests.office import GROUP_CHAT, HOME, Office, changed

ROK = "rok-missbruk"
TODAY = date(2026, 11, 21)
GONE = TransportError("gone", status=403, code="MessageWritesBlocked")


@pytest.fixture
def office(serving: Serving) -> Office:
    return Office(serving)


def composer(serving: Serving, on: date = TODAY) -> Composer:
    return Composer(serving.served.knowledge, serving.say, on, Profile(), None)


def told_of(serving: Serving, then: Serving, on: date = TODAY, agreement: str = ROK) -> Notice | None:
    """Return what somebody is told who knew the agreement as it was in one revision, now that there is another."""
    return notice_of(agreement, summary(agreement, composer(serving)), composer(then, on))


# --- changes, made in the knowledge ---------------------------------------------------------------------


def decided(**fields: Any) -> Callable[[Knowledge], dict[str, Any]]:
    """Return a change by which the agreement has one decision more."""

    def change(knowledge: Knowledge) -> dict[str, Any]:
        agreement = knowledge.agreements[ROK]
        given = {"id": "nytt", "decided": "2026-11-20", "by": "Länschefsnätverket", "says": "Så beslutades.", **fields}
        new = Decision(**given, sources=agreement.decisions[-1].sources)
        other = agreement.model_copy(update={"decisions": (*agreement.decisions, new)})
        return {"agreements": {**knowledge.agreements, ROK: other}}

    return change


def marked(task: str, *actors: str) -> Callable[[Knowledge], dict[str, Any]]:
    """Return a change of whose a task is; of no actors: the task is gone."""

    def change(knowledge: Knowledge) -> dict[str, Any]:
        [(name, matrix)] = knowledge.matrices.items()
        tasks = tuple(
            row.model_copy(update={"responsible": actors}) if row.id == task else row
            for row in matrix.tasks
            if row.id != task or actors
        )
        return {"matrices": {name: matrix.model_copy(update={"tasks": tasks})}}

    return change


def stepped(**fields: Any) -> Callable[[Knowledge], dict[str, Any]]:
    """Return a change of the first step of the local dispute route; of nothing: the step is gone."""

    def change(knowledge: Knowledge) -> dict[str, Any]:
        route = knowledge.routes["tvist-lokal"]
        first, *rest = route.steps
        steps = (first.model_copy(update=fields), *rest) if fields else tuple(rest)
        return {"routes": {**knowledge.routes, route.id: route.model_copy(update={"steps": steps})}}

    return change


def respelt(knowledge: Knowledge) -> dict[str, Any]:
    """Return a change that says nothing new of the agreement itself."""
    agreement = knowledge.agreements[ROK]
    other = agreement.model_copy(update={"aliases": (*agreement.aliases, "missbruksröken")})
    return {"agreements": {**knowledge.agreements, ROK: other}}


def without(knowledge: Knowledge) -> dict[str, Any]:
    """Return a change by which the agreement is no more."""
    return {"agreements": {id_: one for id_, one in knowledge.agreements.items() if id_ != ROK}}


CHANGES: dict[str, tuple[Callable[[Knowledge], dict[str, Any]], str]] = {
    "extended": (
        decided(valid_through="2028-06-30"),
        "Ny sista dag: RÖK missbruk/beroende gäller t.o.m. 2028-06-30 (förut 2027-06-30). "
        "Beslutat 2026-11-20 av Länschefsnätverket.",
    ),
    "end unknown": (
        decided(),
        "Till när RÖK missbruk/beroende gäller är inte längre belagt (förut t.o.m. 2027-06-30).",
    ),
    "decided again": (decided(valid_through="2027-06-30"), "Beslut: Så beslutades."),
    "marks": (
        marked("laro", "primarvard", "psykiatri"),
        "(LARO): utpekade är nu primärvård och psykiatri (förut psykiatri).",
    ),
    "task gone": (marked("laro"), "En uppgift finns inte längre i ansvarstabellen."),
    "step": (stepped(who_moves="Någon annan."), "är ändrat."),
    "step gone": (stepped(), "har nu stegen"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_in_plain_words(serving: Serving, name: str) -> None:
    """What is new, what it was before, who decided; with the source, and no other line."""
    change, line = CHANGES[name]
    notice = told_of(serving, changed(serving, change))
    assert notice is not None
    assert notice.title == "RÖK missbruk/beroende är ändrad"
    assert len(notice.lines) == 1 and line in notice.lines[0]
    assert notice.sources.startswith("Källa") or name == "task gone"


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_back_is_a_change(serving: Serving, name: str) -> None:
    """Whoever was told of the one is told of the other, under another name."""
    other = changed(serving, CHANGES[name][0])
    there, back = told_of(serving, other), told_of(other, serving)
    assert there is not None and back is not None
    assert there.change != back.change


def test_new_words_for_an_agreement_are_no_change(serving: Serving) -> None:
    """Nor is a revision that is about something else."""
    assert told_of(serving, changed(serving, respelt)) is None
    assert told_of(serving, changed(serving, marked("laro")), agreement="rok-hvb") is None


def test_an_agreement_that_is_gone_is_told(serving: Serving) -> None:
    """By the name that it had."""
    notice = told_of(serving, changed(serving, without))
    assert notice is not None and "RÖK missbruk/beroende finns inte längre" in notice.title


def test_many_changes_are_counted(serving: Serving) -> None:
    """The first of them, and how many there are besides."""

    def turned(knowledge: Knowledge) -> dict[str, Any]:
        [(name, matrix)] = knowledge.matrices.items()
        tasks = tuple(row.model_copy(update={"responsible": ("somatik",)}) for row in matrix.tasks)
        return {"matrices": {name: matrix.model_copy(update={"tasks": tasks})}}

    notice = told_of(serving, changed(serving, turned))
    assert notice is not None
    assert len(notice.lines) == MOST_LINES
    assert notice.lines[-1] == "Och 7 ändringar till."


def test_a_decision_is_no_news_before_its_day(serving: Serving) -> None:
    """What has been decided for later is known from that day on."""
    other = changed(serving, decided(decided="2026-12", valid_through="2028-06-30"))
    assert told_of(serving, other, date(2026, 12, 28)) is None
    notice = told_of(serving, other, date(2026, 12, 31))
    assert notice is not None and "2028-06-30" in notice.lines[0]


@pytest.mark.parametrize("agreement", ["rok-missbruk", "rok-psykisk", "rok-barn", "rok-hvb"])
def test_every_agreement_has_a_short_summary(serving: Serving, agreement: str) -> None:
    """It is JSON that is read again, the same each time, and small enough to be kept with each watch."""
    kept = summary(agreement, composer(serving))
    assert kept == summary(agreement, composer(serving))
    assert read(kept) == json.loads(kept)
    assert len(kept) < 4000


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_comes_again_is_a_change(serving: Serving, name: str) -> None:
    """Told, put right, and then true: the third notice has a name of its own; the same step has one name."""
    other = changed(serving, CHANGES[name][0])
    kept = summary(ROK, composer(serving), "begun")
    names = []
    for then in (other, serving, other, serving):
        notice = notice_of(ROK, kept, composer(then))
        again = notice_of(ROK, kept, composer(then))
        assert notice is not None and again is not None and notice.change == again.change
        names.append(notice.change)
        kept = summary(ROK, composer(then), notice.change)
    assert len(set(names)) == 4


BROKEN = [
    {},
    {"decisions": []},
    {"decisions": {"a": 1}},
    {"tasks": {"laro": "somatik"}},
    {"tasks": {"laro": [1]}},
    {"routes": {"tvist-lokal": []}},
    {"routes": {"tvist-lokal": {"domstol": None}}},
    {"short": None},
    {"through": 7},
    {"stage": "soon"},
]


@pytest.mark.parametrize("change", BROKEN, ids=str)
@pytest.mark.parametrize("revision", [respelt, without])
def test_a_broken_summary_is_taken_as_told(
    serving: Serving, change: dict[str, Any], revision: Callable[[Knowledge], dict[str, Any]]
) -> None:
    """Whatever is missing or of another form, it is none to compare with."""
    kept = {**json.loads(summary(ROK, composer(serving))), **change} if change else {"v": 1}
    assert notice_of(ROK, json.dumps(kept), composer(changed(serving, revision))) is None
    assert read(json.dumps(kept)) is None


@pytest.mark.parametrize("kept", ["", "x", "[]", "{}", '{"v": 0}', '{"v": 1}'])
def test_a_summary_of_another_form_is_taken_as_told(serving: Serving, kept: str) -> None:
    """After a change of the program nobody is told what they knew."""
    assert notice_of(ROK, kept, composer(serving)) is None


# --- the end that comes near -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "at"),
    [
        ("2020-01-01", ""),
        ("2026-12-28", ""),
        ("2026-12-29", "half"),
        ("2027-05-30", "half"),
        ("2027-05-31", "month"),
        ("2027-06-30", "month"),
        ("2027-07-01", "over"),
    ],
)
def test_the_stages_of_an_end(serving: Serving, on: str, at: str) -> None:
    """Six months before, a month before, and past; the last day is one of it."""
    assert stage(composer(serving, date.fromisoformat(on)).term(ROK)) == at


def test_an_end_that_is_not_documented_has_no_stage(serving: Serving) -> None:
    """What nobody knows does not come near."""
    other = changed(serving, decided())
    assert stage(composer(other, date(2040, 1, 1)).term(ROK)) == ""


# --- who is told, and how often --------------------------------------------------------------------------


async def day(office: Office, on: str) -> list[str]:
    """Return what was told on a day, in the person's own chat."""
    before = len(office.carrier.sent)
    office.now = datetime.fromisoformat(f"{on}T09:00:00+00:00")
    office.clock.now += 100_000
    while await office.courier.round() == 0.0:
        pass
    return [message["summary"] for _, message in office.carrier.sent[before:]]


async def test_whoever_watches_is_told_once(office: Office) -> None:
    """When a revision is taken up; not again the next day, after a restart, or by another process."""
    await office.ask("bevaka RÖK missbruk")
    assert await day(office, "2026-11-20") == []
    office.lotsen.serve(changed(office.serving, CHANGES["extended"][0]))
    [told] = await day(office, "2026-11-20")
    assert "2028-06-30" in told
    assert await day(office, "2026-11-21") == []
    office.serving = changed(office.serving, CHANGES["extended"][0])
    office.restart()
    assert await day(office, "2026-11-22") == []
    assert await day(office.colleague(), "2026-11-22") == []


async def test_two_processes_tell_a_change_once(office: Office) -> None:
    """Both see it at the same time, and both post; one letter is taken."""
    await office.ask("bevaka RÖK missbruk")
    office.serving = changed(office.serving, CHANGES["marks"][0])
    office.restart()
    await asyncio.gather(office.deliver(), office.colleague().deliver())
    assert len(office.carrier.sent) == 1


async def test_a_change_that_comes_again_is_told_again(office: Office) -> None:
    """Told by mistake, put right, and later true: three messages, each once, though there are two processes."""
    await office.ask("bevaka RÖK missbruk")
    first, other = office.serving, changed(office.serving, CHANGES["extended"][0])
    said = []
    for on, then in (("2026-11-20", other), ("2026-11-21", first), ("2026-11-22", other)):
        colleague = office.colleague()
        for one in (office, colleague):
            one.lotsen.serve(changed(then, respelt, revision=on))
            said += await day(one, on)
    assert ["2028-06-30" in text.split("förut")[0] for text in said] == [True, False, True]


async def test_whoever_begins_anew_is_told_of_what_comes_after(office: Office) -> None:
    """A change that an earlier watch was told of is news to a later one."""
    first, other = office.serving, changed(office.serving, CHANGES["marks"][0])
    for number in range(2):
        office.lotsen.serve(changed(first, respelt, f"r{number}"))
        office.now += timedelta(minutes=1)
        await office.ask("bevaka RÖK missbruk")
        office.lotsen.serve(changed(other, respelt, f"s{number}"))
        await office.deliver()
        await office.ask("sluta bevaka")
        assert len(office.carrier.sent) == number + 1


@pytest.mark.parametrize("ends", ["unwatch", "erase_person"])
@pytest.mark.parametrize("change", [CHANGES["marks"][0], without], ids=["changed", "gone"])
async def test_who_ends_it_while_notices_are_written_is_left_alone(
    office: Office, ends: str, change: Callable[[Knowledge], dict[str, Any]]
) -> None:
    """The watch does not come back, and what was written meanwhile is not sent."""
    await office.ask("bevaka RÖK missbruk")
    watches = office.state.watches

    async def ended(person: str | None = None) -> list[Watch]:
        found = await watches(person)
        if person is None:
            office.state.watches = watches  # type: ignore[method-assign]
            await getattr(office.state, ends)("asa")
        return found

    office.state.watches = ended  # type: ignore[method-assign]
    office.lotsen.serve(changed(office.serving, change))
    assert await day(office, "2026-11-20") == []
    assert await office.state.watches() == []
    assert office.state.on_their_way == []  # type: ignore[attr-defined]


async def test_a_fault_in_one_watch_stops_no_other(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged under a reference; the others are told, and so are those whose letters waited."""
    await office.ask("bevaka RÖK missbruk", person="asa")
    await office.ask("bevaka RÖK missbruk", person="bo")
    post = office.state.post

    async def stumbling(letter: Letter) -> bool:
        if letter.person == "asa":
            raise KeyError("Kalle")
        return await post(letter)

    office.state.post = stumbling  # type: ignore[method-assign]
    office.lotsen.serve(changed(office.serving, CHANGES["marks"][0]))
    assert len(await day(office, "2026-11-20")) == 1
    [record] = [one for one in caplog.records if one.levelname == "ERROR"]
    assert len(record.fields["reference"]) == 8  # type: ignore[attr-defined]


async def test_an_interrupted_notice_is_neither_lost_nor_told_twice(office: Office) -> None:
    """Posted, but not yet noted in the watch: the same letter is written again and not taken."""
    await office.ask("bevaka RÖK missbruk")
    [watch] = await office.state.watches("asa")
    office.serving = changed(office.serving, CHANGES["marks"][0])
    office.restart()
    await office.deliver()
    await office.state.watch(watch)
    office.restart()
    await office.deliver()
    assert len(office.carrier.sent) == 1


async def test_the_end_is_told_at_each_stage_once(office: Office) -> None:
    """Six months before, one month before, and when it has run out."""
    await office.ask("bevaka RÖK missbruk")
    days = (
        "2026-12-28",
        "2026-12-29",
        "2026-12-30",
        "2027-05-30",
        "2027-05-31",
        "2027-06-30",
        "2027-07-01",
        "2027-08-01",
    )
    told = {on: await day(office, on) for on in days}
    assert [on for on, texts in told.items() if texts] == ["2026-12-29", "2027-05-31", "2027-07-01"]
    assert "mindre än sex månader kvar" in told["2026-12-29"][0]
    assert "högst en månad kvar" in told["2027-05-31"][0]
    assert "gick ut 2027-06-30" in told["2027-07-01"][0]


async def test_whoever_begins_late_is_not_told_what_they_just_read(office: Office) -> None:
    """A watch that begins within the last six months hears of the last month, not of the six."""
    office.now = datetime(2027, 2, 1, 9, tzinfo=UTC)
    await office.ask("bevaka RÖK missbruk")
    assert await day(office, "2027-02-02") == []
    assert len(await day(office, "2027-06-01")) == 1


async def test_an_extension_that_comes_late_is_one_message(office: Office) -> None:
    """Near its end the agreement gets a new last day: that is told, and no stage beside it."""
    office.now = datetime(2027, 6, 10, 9, tzinfo=UTC)
    await office.ask("bevaka RÖK missbruk")
    office.lotsen.serve(changed(office.serving, decided(decided="2027-06-09", valid_through="2028-06-30")))
    [told] = await day(office, "2027-06-11")
    assert "2028-06-30" in told and "månad" not in told


async def test_who_has_removed_the_app_is_told_no_more(office: Office) -> None:
    """After the first refusal all their watches end."""
    await office.ask("bevaka alla")
    office.carrier.faults = [GONE] * 4
    office.lotsen.serve(changed(office.serving, CHANGES["marks"][0]))
    assert await day(office, "2026-11-20") == []
    assert await office.state.watches() == []


async def test_a_gone_agreement_is_told_and_no_longer_watched(office: Office) -> None:
    """The other watches go on."""
    await office.ask("bevaka RÖK missbruk")
    await office.ask("bevaka RÖK HVB")
    office.lotsen.serve(changed(office.serving, without))
    [told] = await day(office, "2026-11-20")
    assert "finns inte längre" in told
    assert [watch.agreement for watch in await office.state.watches()] == ["rok-hvb"]


async def test_a_store_that_is_away_delays_and_loses_nothing(office: Office) -> None:
    """The look is taken again when the store is back."""
    await office.ask("bevaka RÖK missbruk")
    office.lotsen.serve(changed(office.serving, CHANGES["marks"][0]))
    post, office.state.post = office.state.post, _away  # type: ignore[method-assign]
    with pytest.raises(StateError):
        await office.lotsen.post.prepare()
    office.state.post = post  # type: ignore[method-assign]
    assert len(await day(office, "2026-11-20")) == 1


async def _away(letter: object) -> bool:
    raise StateError("away")


# --- in the conversation -----------------------------------------------------------------------------------


async def watched(office: Office) -> list[str]:
    return [watch.agreement for watch in await office.state.watches("asa")]


TALKS: dict[str, tuple[list[str], list[str], str]] = {
    "named": (["bevaka RÖK missbruk"], ["rok-missbruk"], "Jag säger till när RÖK missbruk/beroende ändras"),
    "in other words": (["säg till när RÖK barn och unga ändras"], ["rok-barn"], "Jag säger till"),
    "the button": (["Bevaka RÖK HVB"], ["rok-hvb"], "Jag säger till när RÖK HVB ändras"),
    "the last one": (["Gäller RÖK HVB?", "bevaka den"], ["rok-hvb"], "Jag säger till när RÖK HVB ändras"),
    "which?": (["bevaka"], [], "Vilken överenskommelse vill du bevaka?"),
    "all": (["bevaka alla"], ["rok-barn", "rok-hvb", "rok-missbruk", "rok-psykisk"], "Jag säger till när någon av 4"),
    "list": (["bevaka RÖK HVB", "vad bevakar jag"], ["rok-hvb"], "Du bevakar RÖK HVB."),
    "empty list": (["vad bevakar jag?"], [], "Du bevakar ingen överenskommelse."),
    "stop one": (
        ["bevaka alla", "sluta bevaka RÖK HVB"],
        ["rok-barn", "rok-missbruk", "rok-psykisk"],
        "Jag bevakar inte",
    ),
    "stop all": (["bevaka alla", "sluta bevaka"], [], "Jag bevakar inte längre 4 överenskommelser"),
    "stop nothing": (["sluta bevaka"], [], "Du bevakar ingen överenskommelse."),
    "erase": (["bevaka RÖK HVB", "radera mina uppgifter"], [], "Klart"),
}


@pytest.mark.parametrize("name", TALKS)
async def test_watching_is_said_in_words(office: Office, name: str) -> None:
    """The first sentence tells what holds now, in at most 140 characters; it is small talk and cites nothing."""
    texts, kept, lead = TALKS[name]
    answers = [await office.ask(text) for text in texts]
    assert answers[-1].lead.startswith(lead)
    assert len(answers[-1].lead) <= 140
    assert (answers[-1].kind, answers[-1].citations) == (Kind.SMALLTALK, ())
    assert sorted(await watched(office)) == kept


@pytest.mark.parametrize(
    "text",
    [
        "Vem ska bevaka patienten vid LVM?",
        "Vem bevakar att RÖK missbruk följs i Falun?",
        "kan jag säga till om jag är orolig?",
    ],
)
async def test_a_question_with_such_a_word_is_a_question(office: Office, text: str) -> None:
    """Only what is about an agreement and nothing else begins a watch."""
    await office.ask(text)
    assert await watched(office) == []


async def test_an_answer_about_an_agreement_offers_to_watch_it(office: Office) -> None:
    """While it is not watched; its question is understood by itself."""
    answer = await office.ask("Gäller RÖK HVB?")
    [button] = [one for one in answer.actions if one.label == "Säg till när det ändras"]
    await office.ask(button.question or "")
    assert await watched(office) == ["rok-hvb"]
    again = await office.ask("Gäller RÖK HVB?")
    assert "Säg till när det ändras" not in [one.label for one in again.actions]


@pytest.mark.parametrize("text", ["Gäller RÖK HVB?", "bevaka RÖK HVB", "vad bevakar jag"])
async def test_outside_teams_nothing_is_watched(office: Office, text: str) -> None:
    """The page and the command line cannot write to anybody, and say so."""
    answer = await office.lotsen.ask(Turn(text, TODAY, "c", "asa"))
    assert not [one for one in answer.actions if "Bevaka" in (one.question or "")]
    assert await office.state.watches() == []
    assert answer.kind is Kind.VALIDITY or "bara i Teams" in answer.text


async def test_a_watch_begun_in_a_group_is_told_in_ones_own_chat(office: Office) -> None:
    """The others in the group did not ask."""
    await office.ask("bevaka RÖK missbruk", address=GROUP_CHAT)
    office.lotsen.serve(changed(office.serving, CHANGES["marks"][0]))
    await day(office, "2026-11-20")
    assert [place for place, _ in office.carrier.sent] == [f"a:{HOME.user}"]
