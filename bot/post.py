"""Letters on their way: what is due is written, what is claimed is filled in, what has happened is followed up.

A letter is sent at least once or at most once, by its sort. What an expert asks or answers is worth a
repetition: if it may or may not have arrived, it is sent again. A notice or a reminder is not: before
one is sent it is noted that it was begun, and what was begun and not heard of again is not repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.desk import ExpertDesk
from bot.errors import StateError
from bot.noticing import Noticing
from bot.outreach import (
    EXPERT_ANSWER,
    EXPERT_LATE,
    EXPERT_QUESTION,
    EXPERT_UNDELIVERED,
    EXPERT_UNSENT,
    EXPERT_WAITS,
    NOTICE,
    PAUSES,
    TO_ASKER,
    WAIT_FOR_CHAT,
    WEEKLY,
)
from bot.ports import ExpertQuestion, Letter, State
from bot.rounds import each, log_fault

if TYPE_CHECKING:
    from bot.service import Serving
    from bot.weekly import Weekly

REPEATED = frozenset({EXPERT_QUESTION, EXPERT_ANSWER})
"""Sorts of letters that are sent again where it is not known whether they arrived."""
MEND_EVERY = timedelta(hours=1)


class Post:
    """The letters of one Lotsen. Several processes on one store share the work; each letter is claimed by one."""

    def __init__(
        self,
        state: State,
        desk: ExpertDesk,
        noticing: Noticing,
        weekly: Weekly,
        serving: Callable[[], Serving],
        clock: Callable[[], datetime],
    ) -> None:
        self._state = state
        self._desk = desk
        self._noticing = noticing
        self._weekly = weekly
        self._serving = serving
        self._clock = clock
        self._mended: datetime | None = None

    async def prepare(self) -> None:
        """Write the letters that are due for no other reason than that time has passed. Cheap; call it often.

        A fault in one question or watch is logged, and stops no other.
        """
        steps = (self._tell_late, self._mend, self._noticing.look, self._weekly.look)
        await each(steps, lambda step: step(), "prepare")

    async def _tell_late(self) -> None:
        await each(await self._state.late_expert_questions(self._clock()), self._tell_late_of, EXPERT_LATE)

    async def _tell_late_of(self, question: ExpertQuestion) -> None:
        await self._post_to_asker(EXPERT_LATE, question)
        await self._state.expert_late_told(question.id)

    async def _mend(self) -> None:
        now = self._clock()
        if self._mended is None or now - self._mended >= MEND_EVERY:
            await self._desk.mend()
            self._mended = now

    async def claim(self, limit: int) -> list[Letter]:
        """Return letters to deliver now, oldest first; those that nobody wants any more are left out."""
        wanted: list[Letter] = []
        while claimed := await self._state.claim_letters(self._clock(), limit - len(wanted)):
            for letter in claimed:
                filled = await self._claimed(letter)
                wanted += [filled] if filled is not None else []
            if len(wanted) == limit:
                break
        return wanted

    async def _claimed(self, letter: Letter) -> Letter | None:
        """Return a letter as it is to be sent; null, and it is dealt with, where it is not."""
        try:
            filled = await self._filled(letter)
        except StateError:
            raise  # its claim ends, and it comes back
        except Exception:
            log_fault(letter.what)
            await self.stumbled(letter)
            return None
        if filled is None:
            await self._state.letter_delivered(letter.key)
        return filled

    async def begin(self, letter: Letter) -> bool:
        """Return whether to send now: false for what must not come twice and may have been sent already."""
        if letter.what in REPEATED:
            return True
        # A try that failed for sure is counted, so that the next has a mark of its own.
        mark = f"begun:{letter.key}:{letter.tries}"
        begun = await self._state.post(Letter(mark, letter.what, {}, {}, self._clock() + timedelta(days=3650)))
        await self._state.letter_delivered(mark)
        return begun

    async def delivered(self, letter: Letter) -> None:
        """Note that a letter has arrived, or may have."""
        await self._end_watch(letter, all_of_them=False)
        await self._state.letter_delivered(letter.key)
        if letter.what in (EXPERT_ANSWER, EXPERT_UNSENT):
            await self._state.forget_asker(str(letter.content["id"]))

    async def again(self, letter: Letter, seconds: float) -> None:
        """Try a letter again after so many seconds."""
        await self._state.letter_again(letter.key, self._clock() + timedelta(seconds=seconds))

    async def waits(self, letter: Letter, place: Mapping[str, Any]) -> None:
        """Keep a letter until its reader has a chat of their own, and say at a place, once, that there is one."""
        if letter.tries >= len(PAUSES):
            await self.lost(letter, gone=True)
            return
        content = {"id": letter.content["id"], "of": letter.what}
        key = f"{EXPERT_WAITS}:{letter.key}"
        await self._state.post(Letter(key, EXPERT_WAITS, place, content, self._clock()))
        await self.again(letter, WAIT_FOR_CHAT)

    async def stumbled(self, letter: Letter) -> None:
        """Count a try that came to nothing through a fault of ours; the letter comes back later, at last it is lost."""
        if not await self.begin(letter):
            # It was begun before the fault, and is of a sort that must not come twice.
            await self._state.letter_delivered(letter.key)
        elif letter.tries < len(PAUSES):
            await self.again(letter, PAUSES[letter.tries])
        else:
            await self._give_up(letter)

    async def _give_up(self, letter: Letter) -> None:
        try:
            await self.lost(letter, gone=False)
        except StateError:
            raise
        except Exception:
            log_fault(letter.what)
            await self._state.letter_lost(letter.key)

    async def lost(self, letter: Letter, *, gone: bool) -> None:
        """Give a letter up. `gone` says that nobody is there any more, and nothing should be sent there again."""
        # What follows is posted first: interrupted in between, it is posted again under the same key.
        question = await self._question_of(letter)
        if question is not None and letter.what == EXPERT_QUESTION:
            await self._post_to_asker(EXPERT_UNSENT, question)
        if question is not None and letter.what == EXPERT_ANSWER:
            await self._post_to_channel(question)
            await self._state.forget_asker(question.id)
        await self._end_watch(letter, all_of_them=gone)
        if letter.what == EXPERT_UNSENT:
            await self._state.forget_asker(str(letter.content["id"]))
        await self._state.letter_lost(letter.key)

    async def _end_watch(self, letter: Letter, *, all_of_them: bool) -> None:
        """End the watch whose last notice this is, or all watches of somebody who is not there any more."""
        if letter.what != NOTICE or not letter.person:
            return
        if all_of_them:
            await self._state.unwatch(letter.person)
        elif letter.content.get("last"):
            await self._state.unwatch(letter.person, str(letter.content.get("agreement")))

    async def _filled(self, letter: Letter) -> Letter | None:
        """Return a letter with what it is about; null where that has ceased to matter."""
        if letter.what == NOTICE:
            return letter if await self._noticing.is_wanted(letter) else None
        if letter.what == WEEKLY:
            return letter
        question = await self._question_of(letter)
        if question is None or (letter.what in (EXPERT_LATE, EXPERT_QUESTION) and question.answer is not None):
            return None
        if letter.what in (*TO_ASKER, EXPERT_WAITS) and question.asker is None:
            return None  # whoever asked has been answered, or has had all about them erased
        if letter.what == EXPERT_QUESTION:
            return replace(letter, content={**letter.content, **self._desk.shown(question)})
        return letter

    async def _question_of(self, letter: Letter) -> ExpertQuestion | None:
        id_ = letter.content.get("id")
        return await self._state.expert_question(id_) if isinstance(id_, str) and letter.what != NOTICE else None

    async def _post_to_asker(self, what: str, question: ExpertQuestion) -> None:
        if question.asker is None:
            return
        content = {**self._about(question), "turn": self._turn()}
        letter = Letter(f"{what}:{question.id}", what, question.asker, content, self._clock(), person=question.person)
        await self._state.post(letter)

    async def _post_to_channel(self, question: ExpertQuestion) -> None:
        channel = self._desk.channel_of(question.group)
        address = await self._state.address(channel) if channel else None
        if address is not None:
            key = f"{EXPERT_UNDELIVERED}:{question.id}"
            letter = Letter(key, EXPERT_UNDELIVERED, address, self._about(question), self._clock())
            await self._state.post(letter)

    def _about(self, question: ExpertQuestion) -> Mapping[str, Any]:
        return {"id": question.id, "group": self._desk.group_name(question.group), "question": question.question}

    def _turn(self) -> str:
        """Return where to turn instead, in a sentence."""
        serving = self._serving()
        knowledge = serving.served.knowledge
        return serving.say("unknown.turn", body=knowledge.bodies[knowledge.region.support_body].name)
