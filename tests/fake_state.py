"""A stand-in for the state, in memory, that keeps what the port promises."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.ports import WRITERS, ExpertQuestion, Gap, Letter, Memory, Profile, Progress, Reaction, Receipt, Watch


class FakeState:
    """All that outlives a turn, in memory. Nothing is hidden in `written`: only what it gives away follows the port."""

    def __init__(self) -> None:
        self.memories: dict[str, Memory] = {}
        self.profiles: dict[str, Profile] = {}
        self.handled: set[str] = set()
        self.kept: list[Gap] = []
        self.written: dict[str, set[str | None]] = {}
        self.shown: set[str] = set()
        self.receipts: dict[str, Receipt] = {}
        self.reactions: list[tuple[str, str, str]] = []
        self.settled: dict[str, tuple[str, int]] = {}
        self.taken_in: dict[str, str] = {}
        self.published: dict[str, datetime] = {}
        self.steps: dict[str, Progress] = {}
        self.watched: dict[tuple[str, str], Watch] = {}
        self.messages: dict[str, str] = {}
        self.places: dict[str, Mapping[str, Any]] = {}
        self.letters: dict[str, Letter | None] = {}
        self.claimed: dict[str, datetime] = {}
        self.asked: dict[str, ExpertQuestion] = {}

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def memory(self, conversation: str) -> Memory | None:
        return self.memories.get(conversation)

    async def remember(self, conversation: str, memory: Memory) -> None:
        self.memories[conversation] = memory

    async def profile(self, person: str) -> Profile | None:
        return self.profiles.get(person)

    async def save_profile(self, person: str, profile: Profile) -> None:
        self.profiles[person] = profile

    async def erase_person(self, person: str) -> None:
        self.profiles.pop(person, None)
        self.memories.pop(person, None)
        self.steps.pop(person, None)
        await self.unwatch(person)
        for writers in self.written.values():
            writers.discard(person)
        for question in self.asked.values():
            if question.person == person:
                await self.forget_asker(question.id)
        for letter in self.on_their_way:
            if letter.person == person:
                await self.letter_lost(letter.key)

    async def progress(self, person: str) -> Progress | None:
        return self.steps.get(person)

    async def save_progress(self, person: str, progress: Progress) -> None:
        self.steps[person] = progress

    async def handle_once(self, activity: str) -> bool:
        first = activity not in self.handled
        self.handled.add(activity)
        return first

    async def handle_again(self, activity: str) -> None:
        self.handled.discard(activity)

    async def add_gap(self, gap: Gap, writer: str | None = None) -> None:
        self.kept.append(gap)
        for start, end in gap.outside:
            word = gap.question[start:end].casefold()
            self.written.setdefault(word, set()).add(writer or None)
            if len(self.written[word]) >= WRITERS:
                self.shown.add(word)

    async def gaps(self) -> list[Gap]:
        found: dict[str, Gap] = {}
        for gap in self.kept:
            words = tuple(gap.question[start:end].casefold() for start, end in gap.outside)
            before = found.get(key := f"{self._without(gap, frozenset())}{words}")
            question = before.question if before else self._without(gap, self.shown)
            count = gap.count + (before.count if before else 0)
            found[key] = replace(gap, question=question, count=count, outside=(), id=key)
        still = [gap for gap in found.values() if self.settled.get(gap.id, ("", -1))[1] < gap.count]
        return sorted(still, key=lambda gap: (-gap.count, -gap.at.timestamp(), gap.question))

    async def settle_gaps(self, ids: Collection[str], became: str) -> None:
        for gap in await self.gaps():
            if gap.id in ids:
                self.settled[gap.id] = (became, gap.count)

    async def reopen_gaps(self, became: Collection[str]) -> None:
        self.settled = {id_: (what, count) for id_, (what, count) in self.settled.items() if what not in became}

    def _without(self, gap: Gap, shown: frozenset[str] | set[str]) -> str:
        text = gap.question
        for start, end in sorted(gap.outside, reverse=True):
            if text[start:end].casefold() not in shown:
                text = f"{text[:start]}[…]{text[end:]}"
        return text

    async def save_receipt(self, receipt: Receipt) -> None:
        self.receipts.setdefault(receipt.code, receipt)

    async def receipt(self, code: str) -> Receipt | None:
        return self.receipts.get(code)

    async def add_feedback(self, code: str, reaction: str, reason: str) -> None:
        self.reactions.append((code, reaction, reason))

    async def feedback(self) -> list[Reaction]:
        at = datetime(2026, 11, 21, 9, tzinfo=UTC)
        return [Reaction(*kept, at + timedelta(minutes=n)) for n, kept in enumerate(self.reactions)][::-1]

    async def record_published(self, revision: str, at: datetime) -> None:
        self.published.setdefault(revision, at)

    async def note_sent(self, message: str, code: str) -> None:
        self.messages[message] = code

    async def sent(self, message: str) -> str | None:
        return self.messages.get(message)

    async def note_address(self, place: str, address: Mapping[str, Any]) -> None:
        self.places[place] = address

    async def address(self, place: str) -> Mapping[str, Any] | None:
        return self.places.get(place)

    @property
    def on_their_way(self) -> list[Letter]:
        """The letters that are neither delivered nor lost, in the order in which they are due."""
        waiting = [letter for letter in self.letters.values() if letter is not None]
        return sorted(waiting, key=lambda letter: letter.due)

    async def note_chat(self, person: str, address: Mapping[str, Any]) -> None:
        for letter in self.on_their_way:
            if letter.person == person and letter.address != address:
                # Due at once, whatever time it is for the caller.
                self.letters[letter.key] = replace(letter, address=address, due=datetime.min.replace(tzinfo=UTC))
        for question in self.asked.values():
            if question.person == person and question.asker is not None:
                self.asked[question.id] = replace(question, asker=address)

    async def post(self, letter: Letter) -> bool:
        new = letter.key not in self.letters
        self.letters.setdefault(letter.key, letter)
        return new

    async def claim_letters(self, now: datetime, limit: int) -> list[Letter]:
        free = [letter for letter in self.on_their_way if self.claimed.get(letter.key, now) <= now]
        mine = [letter for letter in free if letter.due <= now][:limit]
        self.claimed |= {letter.key: now + timedelta(minutes=2) for letter in mine}
        return mine

    async def letter_delivered(self, key: str) -> None:
        if key in self.letters:
            self.letters[key] = None

    async def letter_again(self, key: str, due: datetime) -> None:
        letter = self.letters.get(key)
        if letter is not None:
            self.letters[key] = replace(letter, due=due, tries=letter.tries + 1)
            self.claimed.pop(key, None)

    async def letter_lost(self, key: str) -> None:
        await self.letter_delivered(key)

    async def add_expert_question(self, question: ExpertQuestion, letter: Letter | None = None) -> None:
        if letter is not None:
            await self.post(letter)
        self.asked.setdefault(question.id, question)

    async def expert_question(self, id: str) -> ExpertQuestion | None:
        return self.asked.get(id)

    async def answer_expert_question(self, id: str, answer: str, at: datetime) -> bool:
        question = self.asked.get(id)
        if question is None or question.answer is not None:
            return False
        self.asked[id] = replace(question, answer=answer, answered_at=at)
        return True

    async def late_expert_questions(self, now: datetime) -> list[ExpertQuestion]:
        waiting = [question for question in self.asked.values() if question.answer is None and not question.late_told]
        late = [question for question in waiting if question.asker is not None and question.late_at <= now]
        return sorted(late, key=lambda question: (question.at, question.id))

    async def open_expert_questions(self, person: str | None = None) -> list[ExpertQuestion]:
        asked = [question for question in self.asked.values() if person in (None, question.person)]
        waiting = [question for question in asked if question.asker is not None]
        return sorted(waiting, key=lambda question: (question.at, question.id))

    async def expert_late_told(self, id: str) -> None:
        if id in self.asked:
            self.asked[id] = replace(self.asked[id], late_told=True)

    async def forget_asker(self, id: str) -> None:
        if id in self.asked:
            self.asked[id] = replace(self.asked[id], asker=None, person=None)

    async def expert_answers(self) -> list[ExpertQuestion]:
        waiting = [question for question in self.asked.values() if question.id not in self.taken_in]
        dated = [(question.answered_at, question) for question in waiting]
        answered = [(at, replace(question, asker=None, person=None)) for at, question in dated if at is not None]
        return [question for _, question in sorted(answered, key=lambda each: (-each[0].timestamp(), each[1].id))]

    async def take_in_answers(self, ids: Collection[str], became: str) -> None:
        self.taken_in |= dict.fromkeys(ids, became)

    async def leave_answers(self, became: Collection[str]) -> None:
        self.taken_in = {id_: what for id_, what in self.taken_in.items() if what not in became}

    async def watch(self, watch: Watch) -> None:
        self.watched[watch.person, watch.agreement] = watch

    async def note_told(self, watch: Watch, digest: str) -> bool:
        kept = self.watched.get((watch.person, watch.agreement))
        if kept is None or kept.digest != watch.digest:
            return False
        self.watched[watch.person, watch.agreement] = replace(kept, digest=digest)
        return True

    async def unwatch(self, person: str, agreement: str | None = None) -> int:
        gone = [key for key in self.watched if key[0] == person and agreement in (None, key[1])]
        for key in gone:
            del self.watched[key]
        return len(gone)

    async def watches(self, person: str | None = None) -> list[Watch]:
        return [watch for _, watch in sorted(self.watched.items()) if person in (None, watch.person)]
