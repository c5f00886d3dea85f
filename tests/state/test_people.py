"""What is kept about people: how long, and how it is erased."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.ports import ExpertQuestion, Letter, Memory, Profile, Progress, State, Watch
from bot.state import SqlState
from tests.state.conftest import NOW, Open

HOME = {"conversation": "19:abc", "service_url": "https://smba.trafficmanager.net/emea/", "names": ["å"]}
UNUSED = timedelta(days=396)


def watch(person: str, agreement: str, digest: str = "d1") -> Watch:
    return Watch(person, agreement, HOME, digest)


async def test_a_profile_is_kept_replaced_and_erased(keeper: State) -> None:
    """A profile is one row; erasing a person leaves others alone."""
    await keeper.save_profile("p1", Profile("falun", "vardcentral"))
    await keeper.save_profile("p1", Profile("mora", None))
    await keeper.save_profile("p2", Profile("rattvik", None))
    assert await keeper.profile("p1") == Profile("mora", None)
    await keeper.erase_person("p1")
    assert await keeper.profile("p1") is None
    assert await keeper.profile("p2") == Profile("rattvik", None)


async def test_progress_comes_back_whole_and_needs_no_profile(keeper: State) -> None:
    """What is saved is returned equal; the last counts; there is still no profile."""
    assert await keeper.progress("p1") is None
    await keeper.save_progress("p1", Progress("kommun", {"laro": "a1"}, ("sip", "vip")))
    await keeper.save_progress("p1", Progress("quiz", {"laro": "a1", "å": "b2"}, ("vip",)))
    assert await keeper.progress("p1") == Progress("quiz", {"laro": "a1", "å": "b2"}, ("vip",))
    assert await keeper.profile("p1") is None


async def test_watches_are_kept_replaced_and_forgotten(keeper: State) -> None:
    """One watch for each person and agreement; one or all of them can be forgotten."""
    for one in (watch("p1", "rok-missbruk"), watch("p1", "rok-barn"), watch("p2", "rok-barn")):
        await keeper.watch(one)
    await keeper.watch(watch("p1", "rok-barn", "d2"))
    assert await keeper.watches("p1") == [watch("p1", "rok-barn", "d2"), watch("p1", "rok-missbruk")]
    assert await keeper.unwatch("p1", "rok-hvb") == 0
    assert await keeper.unwatch("p1", "rok-missbruk") == 1
    await keeper.watch(watch("p1", "rok-hvb"))
    assert await keeper.unwatch("p1") == 2
    assert await keeper.watches() == [watch("p2", "rok-barn")]


async def test_what_somebody_was_told_is_noted_with_their_watch(keeper: State) -> None:
    """Only in the watch as it was read: one that has ended stays so, and a later telling stands."""
    await keeper.watch(watch("p1", "rok-barn"))
    await keeper.watch(watch("p1", "rok-hvb"))
    assert await keeper.note_told(watch("p1", "rok-barn"), "d2")
    assert await keeper.watches() == [watch("p1", "rok-barn", "d2"), watch("p1", "rok-hvb")]
    assert not await keeper.note_told(watch("p1", "rok-barn"), "d3")
    assert await keeper.watches("p1") == [watch("p1", "rok-barn", "d2"), watch("p1", "rok-hvb")]
    await keeper.erase_person("p1")
    assert not await keeper.note_told(watch("p1", "rok-hvb"), "d2")
    assert await keeper.watches() == []


async def test_being_told_is_no_use(state: SqlState, opened: Open) -> None:
    """Lotsen's own notices do not renew the thirteen months of whoever gets them."""
    await fill(state, "p1")
    later = await opened(NOW + timedelta(days=300))
    assert await later.note_told(watch("p1", "rok-barn"), "d2")
    after = await opened(NOW + UNUSED + timedelta(minutes=1))
    await after.handle_once("a1")
    assert (await after.watches("p1"), await after.profile("p1")) == ([], None)


async def fill(keeper: State, person: str) -> None:
    await keeper.save_profile(person, Profile("falun"))
    await keeper.save_progress(person, Progress("quiz"))
    await keeper.watch(watch(person, "rok-barn"))
    await keeper.remember(person, Memory(NOW))
    await keeper.post(Letter(f"notice/{person}", "notice", HOME, {"text": "x"}, NOW, person=person))
    question = ExpertQuestion(f"q-{person}", "g", "Vem?", "Vet ej", NOW.date(), NOW, NOW, HOME, person)
    await keeper.add_expert_question(question)


async def what_is_kept(keeper: State, person: str, now: datetime = NOW) -> list[bool]:
    """Return whether there is a profile, progress, watch, memory, asker of a question, and letter to the person."""
    question = await keeper.expert_question(f"q-{person}")
    letters = await keeper.claim_letters(now, 10)
    assert question is not None
    return [
        await keeper.profile(person) is not None,
        await keeper.progress(person) is not None,
        bool(await keeper.watches(person)),
        await keeper.memory(person) is not None,
        (question.asker, question.person) != (None, None),
        any(letter.person == person for letter in letters),
    ]


async def test_erasing_a_person_erases_all_that_is_kept_about_them(keeper: State) -> None:
    """Nothing of the person is left, everything of another; a letter to the person is never posted again."""
    await fill(keeper, "p1")
    await fill(keeper, "p2")
    await keeper.erase_person("p1")
    assert await what_is_kept(keeper, "p1") == [False] * 6
    assert await what_is_kept(keeper, "p2", NOW + timedelta(minutes=5)) == [True] * 6
    assert not await keeper.post(Letter("notice/p1", "notice", HOME, {}, NOW, person="p1"))


async def test_what_is_unused_for_thirteen_months_is_swept(state: SqlState, opened: Open) -> None:
    """Profile, progress and watches go together, counted from when they were last used."""
    await fill(state, "p1")
    before = await opened(NOW + UNUSED - timedelta(hours=2))
    await before.handle_once("a1")
    assert len(await before.watches("p1")) == 1
    after = await opened(NOW + UNUSED + timedelta(minutes=1))
    await after.handle_once("a2")
    assert (await after.profile("p1"), await after.progress("p1"), await after.watches("p1")) == (None, None, [])


@pytest.mark.parametrize("use", ["profile", "progress", "save_profile", "save_progress", "watch"])
async def test_every_use_keeps_all_for_thirteen_months_more(state: SqlState, opened: Open, use: str) -> None:
    """Reading or writing any of it counts as use."""
    await fill(state, "p1")
    later = await opened(NOW + timedelta(days=300))
    uses = {
        "profile": lambda: later.profile("p1"),
        "progress": lambda: later.progress("p1"),
        "save_profile": lambda: later.save_profile("p1", Profile("falun")),
        "save_progress": lambda: later.save_progress("p1", Progress("quiz")),
        "watch": lambda: later.watch(watch("p1", "rok-barn")),
    }
    await uses[use]()
    much_later = await opened(NOW + timedelta(days=300 + 395))
    await much_later.handle_once("a1")
    assert await much_later.profile("p1") == Profile("falun")
    assert await much_later.progress("p1") == Progress("quiz")
    assert len(await much_later.watches("p1")) == 1


async def test_a_person_who_is_unknown_leaves_no_trace(state: SqlState, opened: Open) -> None:
    """Asking for a profile that there is not keeps nothing about who asked."""
    await state.profile("p1")
    await state.progress("p1")
    await state.erase_person("p1")
    later = await opened(NOW + timedelta(days=2))
    assert await later.profile("p1") is None
    assert await later.watches() == []
