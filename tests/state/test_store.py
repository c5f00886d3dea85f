"""What the store keeps, and how it fails."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import StateError
from bot.ports import Gap, Memory, Profile, Reaction, Receipt, State
from bot.state import SqlState, sqlite_url
from tests.state.conftest import NOW, Open


async def test_it_fits_the_port(state: SqlState) -> None:
    """SqlState is a State."""
    port: State = state
    assert await port.memory("nobody") is None


async def test_opening_creates_the_file_with_wal(state: SqlState, path: Path) -> None:
    """The folder and the file are made, and the file is in WAL mode."""
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


async def test_a_memory_is_kept_whole_and_replaced(state: SqlState, opened: Open) -> None:
    """What is remembered comes back equal, also after a restart; the last one counts."""
    first = Memory(NOW, {"task": "laro", "steps": ["a", "å"]}, (("Alkohol", "Vem?"), ("Inget av dessa", None)), 2)
    await state.remember("teams:a:1", first)
    assert await state.memory("teams:a:1") == first
    await state.remember("teams:a:1", Memory(NOW + timedelta(minutes=1)))
    await state.close()
    again = await opened()
    assert await again.memory("teams:a:1") == Memory(NOW + timedelta(minutes=1))


async def test_an_activity_is_handled_once(state: SqlState, opened: Open) -> None:
    """True the first time, false after, also after a restart a day later."""
    assert await state.handle_once("a1")
    assert not await state.handle_once("a1")
    assert await state.handle_once("a2")
    later = await opened(NOW + timedelta(days=1))
    assert not await later.handle_once("a1")


async def test_only_one_of_many_at_once_is_first(state: SqlState, opened: Open) -> None:
    """Twenty at the same time, from two programs on one file: exactly one is told that it is first."""
    other = await opened()
    told = await asyncio.gather(*(store.handle_once("a1") for store in (state, other) for _ in range(10)))
    assert sum(told) == 1


async def test_gaps_count_up_and_come_most_asked_first(state: SqlState) -> None:
    """The same text again raises the count and renews the time."""
    await state.add_gap(Gap("vem betalar tillnyktring", NOW, "unknown", "falun"))
    await state.add_gap(Gap("parkering", NOW, "unknown"))
    await state.add_gap(Gap("parkering", NOW + timedelta(hours=1), "unknown"))
    assert await state.gaps() == [
        Gap("parkering", NOW + timedelta(hours=1), "unknown", None, 2),
        Gap("vem betalar tillnyktring", NOW, "unknown", "falun", 1),
    ]


async def test_a_settled_gap_is_off_the_list_until_it_is_asked_again(opened: Open) -> None:
    """Then it comes back, and says what it was settled as; what came to nothing comes back at once."""
    state = await opened(NOW)
    for question in ("parkering", "tillnyktring", "hund"):
        await state.add_gap(Gap(question, NOW - timedelta(days=1), "unknown"))
    ids = {gap.question: gap.id for gap in await state.gaps()}
    assert len(set(ids.values())) == 3
    await state.settle_gaps([ids["parkering"], ids["hund"]], "arbete-1")
    await state.settle_gaps([ids["tillnyktring"]], "arbete-2")
    assert await state.gaps() == []
    await state.add_gap(Gap("parkering", NOW + timedelta(hours=1), "unknown"))
    assert [(gap.question, gap.settled, gap.count) for gap in await state.gaps()] == [("parkering", "arbete-1", 2)]
    await state.reopen_gaps(["arbete-2", "arbete-3"])
    assert {gap.question: gap.settled for gap in await state.gaps()} == {"parkering": "arbete-1", "tillnyktring": None}


async def test_a_gap_keeps_its_name_when_its_word_is_shown(state: SqlState) -> None:
    """So it can be settled by the name under which it was seen."""
    for writer in ("a", "b"):
        await state.add_gap(gap("Vem sponsrar Zorblax?", "Zorblax"), writer)
    [before] = await state.gaps()
    await state.add_gap(gap("Vem sponsrar Zorblax?", "Zorblax"), "c")
    [after] = await state.gaps()
    assert (before.question, after.question) == ("Vem sponsrar […]?", "Vem sponsrar Zorblax?")
    assert before.id == after.id


async def test_feedback_can_be_read_back(opened: Open) -> None:
    """The latest first, with the answer's code and what was said."""
    early, late = await opened(NOW), await opened(NOW + timedelta(hours=1))
    await early.add_feedback("K7Q-2MXA", "like", "")
    await late.add_feedback("", "dislike", "Fel kommun")
    assert await early.feedback() == [
        Reaction("", "dislike", "Fel kommun", NOW + timedelta(hours=1)),
        Reaction("K7Q-2MXA", "like", "", NOW),
    ]


# --- words from outside the dictionary, in both states --------------------------------------------


def gap(question: str, *words: str, minutes: int = 0) -> Gap:
    """Return a gap with words from outside, each marked where it first stands."""
    spans = tuple((question.index(word), question.index(word) + len(word)) for word in words)
    return Gap(question, NOW + timedelta(minutes=minutes), "unknown", outside=spans)


async def questions(keeper: State) -> list[str]:
    return [gap.question for gap in await keeper.gaps()]


async def test_a_word_from_outside_is_hidden_until_three_have_written_it(keeper: State) -> None:
    """ "[…]" stands for it after one and two different people; the third makes it readable, in older gaps too."""
    for number, writer in enumerate(("p1", "p2")):
        await keeper.add_gap(gap(f"Vem sponsrar Zorblax i rum {number}?", "Zorblax", minutes=number), writer)
        assert await questions(keeper) == [f"Vem sponsrar […] i rum {room}?" for room in range(number, -1, -1)]
    await keeper.add_gap(gap("Kostar zorblax något?", "zorblax", minutes=2), "p3")
    assert [text.casefold().count("zorblax") for text in await questions(keeper)] == [1, 1, 1]


async def test_the_same_person_is_counted_once(keeper: State) -> None:
    """However often one person writes a word, it stays hidden; so it does for all who have no identity together."""
    for writer in ("p1", "p1", "p1", None, None, ""):
        await keeper.add_gap(gap("Vem sponsrar Zorblax?", "Zorblax"), writer)
    assert [(kept.question, kept.count) for kept in await keeper.gaps()] == [("Vem sponsrar […]?", 6)]


async def test_each_word_is_counted_by_itself(keeper: State) -> None:
    """A word that three have written is shown beside one that is still hidden; both may be in one question."""
    for writer in ("p1", "p2", "p3"):
        await keeper.add_gap(gap("Vem sponsrar Zorblax?", "Zorblax"), writer)
    await keeper.add_gap(gap("Känner Kvistlund Zorblax?", "Kvistlund", "Zorblax", minutes=1), "p1")
    assert await questions(keeper) == ["Vem sponsrar Zorblax?", "Känner […] Zorblax?"]


async def test_different_hidden_words_are_different_questions(keeper: State) -> None:
    """Two questions that look alike only because a word is hidden are not counted as one."""
    for word in ("Zorblax", "Kvistlund", "Zorblax"):
        await keeper.add_gap(gap(f"Vem sponsrar {word}?", word), "p1")
    assert [(kept.question, kept.count) for kept in await keeper.gaps()] == [
        ("Vem sponsrar […]?", 2),
        ("Vem sponsrar […]?", 1),
    ]


async def test_an_erased_person_is_no_longer_among_those_who_wrote(keeper: State) -> None:
    """Who has had all that is kept erased is not counted among the three."""
    for writer in ("p1", "p2"):
        await keeper.add_gap(gap("Vem sponsrar Zorblax?", "Zorblax"), writer)
    await keeper.erase_person("p1")
    await keeper.add_gap(gap("Vem sponsrar Zorblax?", "Zorblax"), "p3")
    assert await questions(keeper) == ["Vem sponsrar […]?"]


async def test_neither_word_nor_writer_can_be_read_in_the_files(state: SqlState, path: Path) -> None:
    """No file of the store holds a hidden word, or who wrote it, in plain."""
    for writer in ("anna-person-1", "anna-person-2"):
        await state.add_gap(gap("Vem sponsrar Zorblax?", "Zorblax"), writer)
    await state.close()
    stored = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"sponsrar" in stored
    assert b"zorblax" not in stored.lower() and b"anna-person" not in stored


async def test_the_count_goes_on_in_another_program(state: SqlState, opened: Open) -> None:
    """Programs that share a state count the same people, since they share its key."""
    other = await opened()
    for store, writer in ((state, "p1"), (other, "p2"), (other, "p1"), (state, "p3")):
        await store.add_gap(gap("Vem sponsrar Zorblax?", "Zorblax"), writer)
    assert await questions(other) == ["Vem sponsrar Zorblax?"]


async def test_another_state_has_another_key(state: SqlState, path: Path, tmp_path: Path) -> None:
    """The same word is kept as another hash in each state."""
    other = SqlState(sqlite_url(tmp_path / "other.db"))
    await other.open()
    kept = set()
    for store, file in ((state, path), (other, tmp_path / "other.db")):
        await store.add_gap(gap("Vem sponsrar Zorblax?", "Zorblax"), "p1")
        with sqlite3.connect(file) as connection:
            kept |= set(connection.execute("SELECT question FROM gaps").fetchall())
        connection.close()
    assert len(kept) == 2
    await other.close()


async def test_a_receipt_is_never_changed(state: SqlState) -> None:
    """The answer as it first stood under a code stays."""
    first = Receipt("K7Q", {"text": "Så stod det.", "choices": []}, NOW)
    await state.save_receipt(first)
    await state.save_receipt(Receipt("K7Q", {"text": "Annat"}, NOW + timedelta(days=1)))
    assert await state.receipt("K7Q") == first
    assert await state.receipt("XXX") is None


async def test_feedback_and_publications_are_kept(state: SqlState, path: Path) -> None:
    """Each reaction is a row without a person; a revision is noted once."""
    await state.add_feedback("K7Q", "dislike", "Fel kommun")
    await state.add_feedback("K7Q", "dislike", "Fel kommun")
    await state.record_published("r1", NOW)
    await state.record_published("r1", NOW + timedelta(days=1))
    with sqlite3.connect(path) as connection:
        assert (
            connection.execute("SELECT code, reaction, reason FROM feedback").fetchall()
            == [("K7Q", "dislike", "Fel kommun")] * 2
        )
        assert connection.execute("SELECT revision, at FROM published").fetchall() == [
            ("r1", "2026-11-21T09:00:00.000000+00:00")
        ]
    connection.close()


async def test_times_in_another_zone_come_back_as_the_same_moment(state: SqlState) -> None:
    """Times are stored as UTC."""
    local = datetime.fromisoformat("2026-11-21T10:00:00+01:00")
    await state.remember("c1", Memory(local))
    memory = await state.memory("c1")
    assert memory is not None
    assert (memory.at, memory.at.utcoffset()) == (local, timedelta(0))


# --- failures ------------------------------------------------------------------------------------


async def test_a_closed_store_says_so_and_can_be_opened_again(url: str) -> None:
    """Before open and after close every call raises StateError."""
    store = SqlState(url)
    for _ in range(2):
        with pytest.raises(StateError):
            await store.gaps()
        await store.open()
        assert await store.gaps() == []
        await store.close()


async def test_a_file_that_is_no_database_is_our_error(tmp_path: Path) -> None:
    """Garbage in the file gives StateError, not a foreign exception."""
    path = tmp_path / "state.db"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(StateError):
        await SqlState(sqlite_url(path)).open()


async def test_a_folder_that_cannot_be_made_is_our_error(tmp_path: Path) -> None:
    """A file where the folder should be gives StateError."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(StateError):
        await SqlState(sqlite_url(tmp_path / "file" / "state.db")).open()


@pytest.mark.parametrize("url", ["mysql+aiomysql://h/d", "nonsense", "sqlite+nothing:///x"])
async def test_a_url_that_cannot_be_used_is_our_error(url: str) -> None:
    """Other databases and broken URLs give StateError."""
    with pytest.raises(StateError):
        await SqlState(url).open()


async def test_a_locked_store_is_our_error(opened: Open, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that another program blocks for too long gives StateError."""
    monkeypatch.setattr("bot.state.engine.BUSY_TIMEOUT", 50)
    other = await opened()
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StateError):
        await other.save_profile("p1", Profile())
    blocker.close()
