"""Finding by half a question: which results, in which order, and that nothing of it is kept."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import StateError
from bot.finding import MOST, SUMMARY, Finder
from bot.ports import Found, Gap, Memory, Profile, Receipt, Turn
from bot.service import Lotsen, Serving
from bot.subjects import Group
from knowledge.model import Kind
from tests.corpus import TODAY, World
from tests.fakes import FakeState

DAYS = (TODAY, date(2022, 1, 1), date(2025, 7, 1), date(2028, 1, 1))


def found_for(serving: Serving, text: str, on: date = TODAY, profile: Profile | None = None) -> tuple[Found, ...]:
    """Return the results for what somebody has typed."""
    return serving.finder.find(text, on, profile or Profile())


def titles(results: tuple[Found, ...]) -> list[str]:
    return [one.title for one in results]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("abst", "Abstinensvård: vem ansvarar?"),
        ("abstinesv", "Abstinensvård: vem ansvarar?"),
        ("laro", "Läkemedelsassisterad behandling vid opiatberoende (LARO): vem ansvarar?"),
        ("tvi", "Tvist på lokal nivå: så går ni vidare"),
        ("lök fal", "Falun: finns det en LÖK?"),
        ("lok fal", "Falun: finns det en LÖK?"),
        ("lök", "LÖK (Lokal samverkansöverenskommelse): vad är det?"),
        ("rök hv", "RÖK HVB: gäller den?"),
        ("sip", "SIP (Samordnad individuell plan): vad är det?"),
        ("vem kallar till sip?", "Vem kallar till SIP?"),
        ("valfards", "Välfärdsrådet: vad är det?"),
        ("vårdcentral", "Primärvård: vad är de utpekade för?"),
        ("nej från psyk", "Nej från psykiatrin, vad gör vi?"),
        ("mora", "Mora: vad är känt?"),
    ],
)
def test_what_comes_first(serving: Serving, typed: str, first: str) -> None:
    """The subject that somebody most likely is on the way to, also misspelt and without dots."""
    assert titles(found_for(serving, typed))[0] == first


@pytest.mark.parametrize("typed", ["tillnyktring", "parkering vårdcentral", "hej", "radera mina uppgifter", "<b>x</b>"])
def test_nothing_is_found_rather_than_guessed(serving: Serving, typed: str) -> None:
    """What the knowledge lacks, and what is no question, has no result; no word is left unexplained."""
    assert found_for(serving, typed) == ()


def test_danger_is_told_in_the_list(serving: Serving) -> None:
    """The line of a result that is urgent begins with 112."""
    assert found_for(serving, "han håller på att dö")[0].summary.startswith("Ring 112")


def test_personal_data_is_in_no_result(serving: Serving) -> None:
    """An identity number that is typed stands neither in a result nor in the question that it carries."""
    results = found_for(serving, "min patient 19900101-1234 laro")
    assert results
    for one in results:
        assert "19900101" not in one.title + one.summary + one.question + one.answer.text


def test_a_question_that_is_answered_comes_first(serving: Serving) -> None:
    """A whole question's own answer goes before every subject."""
    text = "Får psykiatrin säga nej till någon som dricker?"
    assert found_for(serving, text)[0].answer == serving.finder.answer(text, TODAY, Profile()).answer  # type: ignore[union-attr]


# --- nothing typed yet -----------------------------------------------------------------------------


def test_the_first_list_is_about_disputes_and_tasks(serving: Serving) -> None:
    """Before anything is typed: ways on, the main agreement, and tasks of the matrix."""
    results = found_for(serving, "")
    assert len(results) == MOST
    assert titles(results)[0] == "Tvist på lokal nivå: så går ni vidare"
    kinds = [one.answer.kind for one in results]
    assert {Kind.ESCALATION, Kind.VALIDITY, Kind.RESPONSIBILITY} == set(kinds)


def test_the_first_list_is_ones_own(serving: Serving) -> None:
    """With a profile: what the own workplace is responsible for, the own municipality, and tasks that it has."""
    workplace = next(w for w in serving.mind.knowledge.workplaces.values() if w.actor == "socialtjanst")
    results = found_for(serving, "", profile=Profile("falun", workplace.id))
    assert {"Socialtjänst: vad är de utpekade för?", "Falun: finns det en LÖK?"} <= set(titles(results))
    tasks = [one.answer for one in results if one.answer.kind is Kind.RESPONSIBILITY and one.answer.responsible]
    assert tasks and all("socialtjanst" in answer.responsible for answer in tasks)
    assert {one.answer.municipality for one in results} == {"falun"}


def test_ones_own_municipality_goes_first(serving: Serving) -> None:
    """Where many municipalities fit, it is the own one that is shown."""
    results = found_for(serving, "har vi en lök i kommunen", profile=Profile("mora"))
    assert any(one.answer.municipality == "mora" for one in results)
    assert "Mora: finns det en LÖK?" in titles(found_for(serving, "finns lök", profile=Profile("mora")))[:2]


# --- what holds for every list ---------------------------------------------------------------------


def pieces(finder: Finder) -> list[str]:
    """Return beginnings of all that can be found, as they are typed."""
    names = [subject.name or subject.title for subject in finder.subjects]
    return sorted({name[:length].strip().lower() for name in names for length in (0, 1, 3, 5, 9, 40)})


@pytest.mark.parametrize("on", DAYS, ids=str)
def test_every_list_keeps_its_promises(serving: Serving, world: World, on: date) -> None:
    """Few results, none twice, short lines, never unknown; each is to the byte what its question gives."""
    asked: dict[str, str] = {}
    for typed in pieces(serving.finder)[:: 1 if on == TODAY else 9]:
        results = found_for(serving, typed, on)
        assert len(results) <= MOST
        assert len(set(titles(results))) == len({one.answer.text for one in results}) == len(results), typed
        for one in results:
            assert one.answer.kind not in (Kind.UNKNOWN, Kind.CLARIFY, Kind.SMALLTALK), (typed, one.title)
            assert one.summary and len(one.summary) <= SUMMARY and "\n" not in one.summary + one.title
            told = json.dumps(one.answer.as_json(), ensure_ascii=False)
            assert asked.setdefault(one.question, told) == told
    for question, told in asked.items():
        assert json.dumps(world.ask(question, on).as_json(), ensure_ascii=False) == told, question


def test_a_list_is_the_same_twice(serving: Serving) -> None:
    """Another finder on the same knowledge finds the same, to the byte."""
    other = Finder(serving.mind, serving.say)
    for typed in pieces(serving.finder)[::11]:
        assert other.find(typed, TODAY, Profile()) == found_for(serving, typed)


def test_every_named_subject_is_reached_by_five_letters(serving: Serving) -> None:
    """The first five letters of its name find each task, route, step, actor, agreement, term, body and place."""
    for subject in serving.finder.subjects:
        if subject.group not in (Group.FACT, Group.COMMON):
            outcome = serving.finder.answer(subject.question, TODAY, Profile())
            assert outcome is not None, subject.id
            texts = [one.answer.text for one in found_for(serving, subject.name[:5])]
            assert outcome.answer.text in texts, (subject.id, subject.name[:5])


def test_every_fact_is_reached_by_its_question(serving: Serving) -> None:
    """A fact's question, in small letters and without its question mark, finds what the fact says."""
    finder, missed, reached = serving.finder, [], 0
    for subject in finder.subjects:
        outcome = finder.answer(subject.question, TODAY, Profile()) if subject.group is Group.FACT else None
        if outcome is not None and subject.fact in outcome.answer.facts:
            reached += 1
            texts = [one.answer.text for one in found_for(serving, subject.question.lower().rstrip("?"))]
            missed += [] if outcome.answer.text in texts else [subject.fact]
    assert missed == [] and reached > 500


@settings(deadline=timedelta(seconds=5), max_examples=60)
@given(st.text(max_size=40))
def test_anything_may_be_typed(serving: Serving, typed: str) -> None:
    """Whatever is typed gives a list."""
    assert len(found_for(serving, typed)) <= MOST


# --- what is kept ----------------------------------------------------------------------------------


class WatchedState(FakeState):
    """A state that notes everything it is told to keep."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    async def remember(self, conversation: str, memory: Memory) -> None:
        self.told.append(memory)

    async def save_profile(self, person: str, profile: Profile) -> None:
        self.told.append(profile)

    async def add_gap(self, gap: Gap, writer: str | None = None) -> None:
        self.told.append(gap)

    async def save_receipt(self, receipt: Receipt) -> None:
        self.told.append(receipt)
        await super().save_receipt(receipt)


async def test_typing_keeps_nothing(serving: Serving) -> None:
    """No memory, gap, receipt or profile comes of what is typed, answered or not."""
    state = WatchedState()
    lotsen = Lotsen(serving, state)
    for typed in ("", "abst", "Vem ansvarar för LARO?", "tillnyktring", "byt kommun till Falun", "nej"):
        await lotsen.find(Turn(typed, TODAY, "chat", "person"))
    assert state.told == []


async def test_a_chosen_result_can_be_shown_again(serving: Serving) -> None:
    """The answer that is put into a chat has a receipt, found by its code; nothing else is kept."""
    state = WatchedState()
    lotsen = Lotsen(serving, state)
    [first, *_] = await lotsen.find(Turn("abst", TODAY, person="p"))
    answer = await lotsen.pick(Turn(first.question, TODAY, "chat", "p"))
    assert answer == first.answer
    receipt = await state.receipt(first.answer.receipt)
    assert receipt is not None and receipt.answer == first.answer.as_json()
    assert [type(each) for each in state.told] == [Receipt]


@pytest.mark.parametrize("question", ["tillnyktring", "radera mina uppgifter", "byt kommun till Falun", ""])
async def test_what_is_no_result_cannot_be_chosen(serving: Serving, question: str) -> None:
    """A question that the list would not have offered gives nothing and changes nothing."""
    state = WatchedState()
    assert await Lotsen(serving, state).pick(Turn(question, TODAY, "chat", "p")) is None
    assert state.told == []


async def test_results_are_the_askers_own(serving: Serving) -> None:
    """The saved municipality and workplace are used, as in a chat."""
    state = FakeState()
    state.profiles["p"] = Profile("falun")
    [first, *_] = await Lotsen(serving, state).find(Turn("lokal tvist", TODAY, person="p"))
    assert first.answer.municipality == "falun" and "Lokalt i Falun" in first.answer.text


class AwayState(FakeState):
    """A store that cannot be reached."""

    async def profile(self, person: str) -> Profile | None:
        raise StateError("away")

    async def save_receipt(self, receipt: Receipt) -> None:
        raise StateError("away")


async def test_searching_goes_on_without_the_store(serving: Serving) -> None:
    """Results and choices come without a profile, and a card that has no receipt names none."""
    lotsen = Lotsen(serving, AwayState())
    [first, *_] = await lotsen.find(Turn("abst", TODAY, person="p"))
    answer = await lotsen.pick(Turn(first.question, TODAY, person="p"))
    assert answer is not None and answer.receipt == "" and answer.text == first.answer.text
