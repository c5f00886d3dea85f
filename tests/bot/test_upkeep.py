"""What there is to look after: questions that ask the same, answers that did not help, and the letter of the week."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.gap_groups import grouped, ungrouped
from bot.ports import ExpertQuestion, Gap, Reaction
from bot.render.letters import render_letter
from bot.service import Lotsen, Serving, answer_turns
from bot.upkeep import MOST_GAPS, Heard, Overview, Upkeep, disliked, hear, overview
from bot.weekly import EDITORS, told
from knowledge.model import QuestionCase
from tests.fakes import FakeState, sentences

ON = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
GRASS = ("Vem klipper gräset vid vårdcentralen?", "vem klipper gräset på vårdcentralen i falun", "Vem klipper gräset?")


def gap(question: str, count: int = 1, at: datetime = NOW, municipality: str | None = None, **more: Any) -> Gap:
    return Gap(question, at, "unknown", municipality, count, id=question, **more)


def having_case(serving: Serving, case: QuestionCase) -> Serving:
    """Return what is served with a question case of the region's own."""
    served = serving.served
    knowledge = served.knowledge.model_copy(update={"cases": {case.id: case}})
    return replace(serving, served=replace(served, knowledge=knowledge))


# --- groups --------------------------------------------------------------------------------------


def test_questions_that_ask_the_same_are_one_group(serving: Serving) -> None:
    """However they are worded, and from whatever municipality; what asks for something else stands apart."""
    gaps = [gap(GRASS[0], 3), gap(GRASS[1], 2, municipality="falun"), gap("vem betalar tillnyktring", 4)]
    found = grouped(gaps, serving, ON)
    assert [(group.count, [one.question for one in group.gaps]) for group in found] == [
        (5, [GRASS[0], GRASS[1]]),
        (4, ["vem betalar tillnyktring"]),
    ]
    assert found[0].municipalities == ("falun",)
    assert all(group.nearest and group.id == group.gaps[0].id for group in found)
    known = serving.served.passages
    assert all(one.id in known for group in found for one in group.nearest)


def test_questions_that_mean_nothing_are_not_thrown_together(serving: Serving) -> None:
    """Two strange words are two questions."""
    found = grouped([gap("Vem sponsrar Zorblax?"), gap("kvantdator"), gap("[…]"), gap("[…] […]")], serving, ON)
    assert len(found) == 4
    assert {"Zorblax"} <= {word for group in found for word in group.strange}


def test_what_has_an_answer_by_now_is_off_the_list(serving: Serving) -> None:
    """A question that a newer knowledge answers is not shown; one with a hidden word cannot be asked again."""
    gaps = [gap("Vem ansvarar för LARO?"), gap("Vem ansvarar för […] LARO?")]
    assert [group.question for group in grouped(gaps, serving, ON)] == ["Vem ansvarar för […] LARO?"]
    assert [group.question for group in ungrouped(gaps)] == [one.question for one in gaps]


@pytest.mark.parametrize(("kind", "left"), [("unknown", 0), ("topic", 1)])
def test_what_is_to_have_no_answer_is_off_the_list(serving: Serving, kind: str, left: int) -> None:
    """A case says so; a case that wants an answer does not."""
    case = QuestionCase(id="gras", turns=(GRASS[0],), expect={"kind": kind})
    assert len(grouped([gap(GRASS[0])], having_case(serving, case), ON)) == left


# --- what did not help ---------------------------------------------------------------------------


def test_answers_that_did_not_help_come_with_what_was_said() -> None:
    """Each answer once, with its first line and all reasons; likes are not there; unknown answers stay apart."""
    receipts = {"K7Q": {"text": "Psykiatrin.\nMer.", "facts": ["rok-missbruk/ansvar/laro"]}}
    reactions = [
        Reaction("K7Q", "dislike", "Fel kommun", NOW),
        Reaction("", "dislike", "", NOW),
        Reaction("", "dislike", "Oläsligt", NOW),
        Reaction("K7Q", "like", "Bra", NOW),
        Reaction("K7Q", "dislike", "", NOW - timedelta(days=1)),
    ]
    found = disliked(reactions, receipts)
    assert [(one.code, one.lead, one.reasons, one.count) for one in found] == [
        ("K7Q", "Psykiatrin.", ("Fel kommun",), 2),
        ("", "", (), 1),
        ("", "", ("Oläsligt",), 1),
    ]
    assert found[0].facts == ("rok-missbruk/ansvar/laro",)


async def test_all_that_was_kept_is_heard(serving: Serving) -> None:
    """Gaps, reactions with their receipts, experts' answers; what is past the first five hundred is counted."""
    state = FakeState()
    lotsen = Lotsen(serving, state, clock=lambda: NOW)
    await state.add_gap(Gap(GRASS[0], NOW, "unknown"))
    await state.add_feedback("NONE-111", "dislike", "")
    question = ExpertQuestion("q1", "rss", "Vem betalar?", "", ON, NOW, NOW)
    await state.add_expert_question(question)
    await state.answer_expert_question("q1", "Kommunen.", NOW)
    found = await lotsen.upkeep.overview(ON)
    assert [group.question for group in found.groups] == [GRASS[0]]
    assert [one.count for one in found.disliked] == [1]
    assert [one.answer for one in found.answers] == ["Kommunen."]
    many = Heard(tuple(gap(f"Vem sponsrar Zorblax{n}?") for n in range(MOST_GAPS + 3)))
    assert overview(serving.served.knowledge, None, many, ON).more == 3


async def test_what_was_settled_is_gone_until_its_work_is_dropped(serving: Serving) -> None:
    """Questions and experts' answers alike."""
    state = FakeState()
    upkeep = Upkeep(state, lambda: serving)
    await state.add_gap(Gap(GRASS[0], NOW, "unknown"))
    await state.add_expert_question(ExpertQuestion("q1", "rss", "Vem?", "", ON, NOW, NOW))
    await state.answer_expert_question("q1", "Kommunen.", NOW)
    [kept] = (await hear(state)).gaps
    await upkeep.settle([kept.id], ["q1"], "arbete-1")
    assert not (heard := await hear(state)).gaps and not heard.answers
    await upkeep.put_back([])
    assert not (await hear(state)).gaps
    await upkeep.put_back(["arbete-1"])
    assert (heard := await hear(state)).gaps and heard.answers


# --- the letter of the week ----------------------------------------------------------------------

MONDAY = datetime(2026, 11, 23, 9, 30).astimezone()
PLACE = {"service": "https://smba", "conversation": "19:kanal"}
CHANNELS = {EDITORS: "19:kanal"}


class Clock:
    """A clock that stands where a test puts it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now.astimezone(UTC)


async def asked(at: datetime = MONDAY - timedelta(days=2)) -> FakeState:
    """Return a state in which a question was asked in vain, and the editors' channel has been met."""
    state = FakeState()
    await state.note_address("19:kanal", PLACE)
    await state.add_gap(Gap(GRASS[0], at.astimezone(UTC), "unknown"))
    return state


def letters(state: FakeState) -> list[Any]:
    return [letter for letter in state.on_their_way if letter.what == "weekly"]


async def test_the_letter_is_written_once_a_week_whoever_looks(serving: Serving) -> None:
    """Two replicas on one state, looking all week: one letter; the next week another where something is new."""
    state, clock = await asked(), Clock(MONDAY)
    replicas = [Lotsen(serving, state, clock=clock, channels=CHANNELS) for _ in range(2)]
    for days in range(7):
        clock.now = MONDAY + timedelta(days=days)
        for replica in replicas:
            await replica.post.prepare()
    [letter] = letters(state)
    assert letter.address == PLACE
    clock.now = MONDAY + timedelta(days=7)
    await state.add_gap(Gap("vem betalar tillnyktring", clock().astimezone(UTC), "unknown"))
    for replica in replicas:
        await replica.post.prepare()
    assert len({letter.key for letter in letters(state)}) == 2


@pytest.mark.parametrize(
    ("now", "written"),
    [
        (MONDAY.replace(hour=7, minute=59), 0),
        (MONDAY.replace(hour=8, minute=0), 1),
        (MONDAY + timedelta(days=2), 1),
    ],
    ids=["before eight", "at eight", "Lotsen was down on Monday"],
)
async def test_the_letter_comes_on_monday_morning(serving: Serving, now: datetime, written: int) -> None:
    """By the clock here; where Lotsen was down then, as soon as it is up."""
    state = await asked()
    await Lotsen(serving, state, clock=Clock(now), channels=CHANNELS).post.prepare()
    assert len(letters(state)) == written


async def test_no_letter_without_anything_new_a_channel_or_an_address(serving: Serving) -> None:
    """What was asked before last week is no news."""
    old = await asked(MONDAY - timedelta(days=8))
    await Lotsen(serving, old, clock=Clock(MONDAY), channels=CHANNELS).post.prepare()
    nowhere = await asked()
    await Lotsen(serving, nowhere, clock=Clock(MONDAY)).post.prepare()
    unmet = await asked()
    unmet.places.clear()
    await Lotsen(serving, unmet, clock=Clock(MONDAY), channels=CHANNELS).post.prepare()
    assert letters(old) == letters(nowhere) == letters(unmet) == []


async def test_the_letter_goes_out_and_says_what_is_new(serving: Serving) -> None:
    """It is claimed as it was written, and its card has the question, the reason and where to see all."""
    state, clock = await asked(), Clock(MONDAY)
    await state.add_feedback("", "dislike", "Fel <b>kommun</b>")
    state.reactions = [*state.reactions]
    lotsen = Lotsen(serving, state, clock=clock, channels=CHANNELS)
    await lotsen.post.prepare()
    [letter] = await lotsen.post.claim(5)
    assert await lotsen.post.begin(letter)
    assert not await lotsen.post.begin(letter), "a letter that may have been sent is not sent again"
    rendered = render_letter(letter, lambda key: sentences()[key])
    assert rendered is not None
    for part in (GRASS[0], "/kunskap/aktualitet", "Dalarna"):
        assert part in rendered[1]


def found(serving: Serving, on: date, **more: Any) -> Overview:
    return replace(overview(serving.served.knowledge, serving, Heard(), on), **more)


def test_only_what_came_within_the_week_is_told(serving: Serving) -> None:
    """The end of the agreements comes near once, not every week until then."""
    knowledge = serving.served.knowledge
    near = date(2026, 12, 29)  # 183 days before the last of June 2027
    first = told(found(serving, near), knowledge, datetime(2026, 12, 29, 9, tzinfo=UTC))
    assert first is not None
    assert "RÖK missbruk/beroende" in " ".join(first["parts"][0]["lines"])
    assert told(found(serving, near + timedelta(days=20)), knowledge, datetime(2027, 1, 18, 9, tzinfo=UTC)) is None


# --- in answers ----------------------------------------------------------------------------------

REVIEWED = {
    "agreement": ("agreements", "rok-missbruk", "Hur länge gäller RÖK missbruk?"),
    "row": ("matrices", "rok-missbruk/ansvar", "Vem ansvarar för LARO?"),
    "route": ("routes", "tvist-lokal", "Hur går en lokal tvist till?"),
    "report": ("local", "lok/falun/2022", "Har Falun en LÖK?"),
    "fact": ("facts", "revidering/delar", "Vad ingår i uppdraget att revidera RÖK:arna?"),
}


@pytest.mark.parametrize("what", REVIEWED)
def test_an_answer_says_that_it_should_have_been_looked_over(serving: Serving, what: str) -> None:
    """From the day after, below the first sentence; what nobody has set a day for says nothing."""
    section, id_, question = REVIEWED[what]

    def asked(review: str | None) -> Any:
        knowledge = serving.served.knowledge
        entries = getattr(knowledge, section)
        entry = entries[id_].model_copy(update={"review": review})
        changed = knowledge.model_copy(update={section: {**entries, id_: entry}})
        facts = {**serving.mind.facts, **({id_: entry} if section == "facts" else {})}
        mind = replace(serving.mind, knowledge=changed, facts=facts)
        return answer_turns(replace(serving, mind=mind), [question], None, ON)[0]

    never, before, after = asked(None), asked("2026-11-21"), asked("2026-11-20")
    said = "skulle ha setts över senast 2026-11-20"
    assert said in after.text and said not in after.lead
    assert after.lead == before.lead == never.lead
    assert before.text == never.text and "setts över" not in before.text
