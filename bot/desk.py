"""Asking a human: what is asked is kept, goes to a channel, and is answered there by whoever sits in it.

Each step stands in the store before the next begins, and can be taken again without harm: whoever is
interrupted starts over, and letters have keys that are taken once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.answer import Answer
from bot.experts import MAX_OPEN, compose_enquiry, group_for, late_at, masked_answer, place_of, veil_names
from bot.outreach import EXPERT_ANSWER, EXPERT_QUESTION, Enquiry, Offer, Opened, Outcome, Reach
from bot.ports import ExpertQuestion, Letter, Memory, Profile, State
from bot.rounds import each
from knowledge.model import ExpertGroup, Kind

if TYPE_CHECKING:
    from bot.service import Serving

REMEMBERED_FOR = timedelta(minutes=30)


class ExpertDesk:
    """Takes questions to expert groups and answers back. `channels` are conversation ids by group.

    A group without a channel is not offered, nor a channel whose group the knowledge does not have.
    """

    def __init__(
        self,
        state: State,
        serving: Callable[[], Serving],
        channels: Mapping[str, str],
        clock: Callable[[], datetime],
    ) -> None:
        self._state = state
        self._serving = serving
        self._channels = dict(channels)
        self._clock = clock

    def offer(self, question: str, answer: Answer) -> Offer | None:
        """Return the button for an answer that leaves its question open; null where nobody could be asked."""
        if answer.kind is not Kind.UNKNOWN or not question.strip() or not self._offered:
            return None
        serving = self._serving()
        text = veil_names(question, (), serving.mind, serving.say).text
        group = group_for(serving.mind.read(text).concepts, None, self._groups, self._offered)
        return self._button(group, text, answer.receipt)

    async def offer_after(self, conversation: str | None, message: str) -> Offer | None:
        """Return the button for whoever was not helped by the answer that a message carries; null as in `offer`."""
        if not self._offered:
            return None
        code = await self._state.sent(message) or ""
        asked, of = await self._asked(conversation)
        return await self._offer_of(asked if of == code else "", code)

    async def offer_last(self, conversation: str | None) -> Offer | None:
        """Return the button for what was last asked in a conversation, or for a question yet to be written."""
        return await self._offer_of(*await self._asked(conversation)) if self._offered else None

    async def _offer_of(self, asked: str, code: str) -> Offer | None:
        kept = await self._state.receipt(code) if code else None
        concepts = self._serving().mind.read(asked).concepts if asked else ()
        agreement = kept.answer.get("agreement") if kept is not None else None
        return self._button(group_for(concepts, agreement, self._groups, self._offered), asked, code)

    async def _asked(self, conversation: str | None) -> tuple[str, str]:
        """Return what was last asked in a conversation, as it may be kept, and the code of the answer; else empty."""
        memory = await self._state.memory(conversation) if conversation else None
        if memory is None or self._clock() - memory.at > REMEMBERED_FOR:
            return "", ""
        return str(memory.frame.get("asked", "")), str(memory.frame.get("receipt", ""))

    def remembering(self, memory: Memory, question: str, answer: Answer) -> Memory:
        """Return a memory that tells what was asked, for whoever wants to ask a human about it afterwards."""
        if not self._offered or answer.kind is Kind.SMALLTALK:
            return memory
        serving = self._serving()
        asked = veil_names(question, (), serving.mind, serving.say).sent
        return replace(memory, frame={**memory.frame, "asked": asked, "receipt": answer.receipt})

    async def enquire(
        self, question: str, receipt: str, person: str | None, shown: Sequence[str] = ()
    ) -> Enquiry | None:
        """Return what would be sent, and send nothing; null where nobody can be asked any more."""
        serving = self._serving()
        kept = await self._state.receipt(receipt) if receipt else None
        profile = (await self._state.profile(person) if person else None) or Profile()
        told = kept.answer if kept is not None else None
        return compose_enquiry(question, told, profile, shown, self._offered, serving.mind, serving.say)

    async def send(
        self, mark: str, enquiry: Enquiry, receipt: str, person: str | None, asker: Mapping[str, Any], reach: Reach
    ) -> bool:
        """Put an enquiry on its way to its group; false where its person has so many open that it must wait.

        The same mark from the same person is sent once.
        """
        if await self._is_too_many(_id(mark, person), person):
            return False
        now = self._clock()
        question = ExpertQuestion(
            id=_id(mark, person),
            group=enquiry.group,
            question=enquiry.question,
            told=enquiry.told,
            on=now.astimezone().date(),
            at=now,
            late_at=late_at(now.astimezone(), self._serving().mind.knowledge),
            asker=asker,
            person=person,
            receipt=receipt,
            municipality=enquiry.municipality,
            workplace=enquiry.workplace,
        )
        channel = self._channels[enquiry.group]
        address = await self._state.address(channel) or reach(channel)
        await self._state.add_expert_question(question, self._question_letter(question, address))
        return True

    async def _is_too_many(self, id: str, person: str | None) -> bool:
        if person is None or await self._state.expert_question(id) is not None:
            return False
        asked = await self._state.open_expert_questions(person)
        return sum(question.answer is None for question in asked) >= MAX_OPEN

    def is_channel(self, place: str) -> bool:
        """Return whether a conversation is the channel of an expert group."""
        return place in self._channels.values()

    async def channel_address(self, place: str) -> Mapping[str, Any] | None:
        """Return how a channel was last reached, or null."""
        return await self._state.address(place)

    async def note_channel(self, place: str, address: Mapping[str, Any]) -> None:
        """Remember how a channel is reached."""
        await self._state.note_address(place, address)

    async def note_chat(self, person: str, address: Mapping[str, Any]) -> None:
        """Take what is on its way to a person to the chat in which they have just been."""
        await self._state.note_chat(person, address)

    async def open(self, id: str, place: str) -> Opened | None:
        """Return a question as the channel that it was sent to may see it; null for everybody else."""
        question = await self._state.expert_question(id)
        # A card can be copied into any chat: what counts is where the question was sent.
        if question is None or self._channels.get(question.group) != place:
            return None
        return self._opened(question)

    async def answer(self, id: str, place: str, text: str, source: str = "") -> Opened | None:
        """Keep the answer of whoever sits in the channel, and put it on its way to the asker; null as in `open`."""
        before = await self.open(id, place)
        if before is None:
            return None
        serving = self._serving()
        answer, masked = masked_answer(text, source, serving.mind, serving.say)
        first = await self._state.answer_expert_question(id, answer, self._clock())
        after = await self.open(id, place) or before
        # Also where another was first: whoever was interrupted here leaves it to the next.
        await self._post_answer(after)
        if not first:
            return replace(after, outcome=Outcome.SECOND)
        reachable = after.question.asker is not None
        return replace(after, outcome=Outcome.ON_ITS_WAY if reachable else Outcome.UNREACHABLE, masked=masked)

    async def mend(self) -> None:
        """Put on its way each answer that was kept and not yet posted when Lotsen was interrupted."""
        await each(await self._state.open_expert_questions(), self._mend, EXPERT_ANSWER)

    async def _mend(self, question: ExpertQuestion) -> None:
        await self._post_answer(self._opened(question))

    def shown(self, question: ExpertQuestion) -> dict[str, Any]:
        """Return what the channel is shown of a question, as JSON."""
        opened = self._opened(question)
        return {
            "group": opened.group_name,
            "question": question.question,
            "told": question.told,
            "place": opened.place,
            "day": question.on.isoformat(),
        }

    def group_name(self, group: str) -> str:
        """Return what a group is called; its id where the knowledge has it no more."""
        known = self._serving().mind.knowledge.experts.get(group)
        return known.name if known is not None else group

    def channel_of(self, group: str) -> str | None:
        """Return the channel of a group, or null."""
        return self._channels.get(group)

    @property
    def offers(self) -> bool:
        """Whether anybody can be asked."""
        return bool(self._offered)

    @property
    def _groups(self) -> Mapping[str, ExpertGroup]:
        return self._serving().mind.knowledge.experts

    @property
    def _offered(self) -> frozenset[str]:
        return frozenset(self._channels) & frozenset(self._groups)

    def _button(self, group: ExpertGroup | None, question: str, receipt: str) -> Offer | None:
        if group is None:
            return None
        say = self._serving().say
        note = say("experts.button.note", group=group.name, time=group.answer_time)
        return Offer(say("experts.button"), note, question, receipt)

    def _opened(self, question: ExpertQuestion) -> Opened:
        serving = self._serving()
        place = place_of(question.municipality, question.workplace, serving.mind.knowledge, serving.say)
        return Opened(question, self.group_name(question.group), place)

    async def _post_answer(self, opened: Opened) -> None:
        """Post an answer to whoever asked, where that is still known. It is posted once."""
        question = opened.question
        if question.asker is None or question.answer is None:
            return
        content = {
            "id": question.id,
            "group": opened.group_name,
            "question": question.question,
            "answer": question.answer,
            "day": local_day(question.answered_at or question.at),
        }
        key = f"{EXPERT_ANSWER}:{question.id}"
        letter = Letter(key, EXPERT_ANSWER, question.asker, content, self._clock(), person=question.person)
        await self._state.post(letter)

    def _question_letter(self, question: ExpertQuestion, address: Mapping[str, Any]) -> Letter:
        content = {"id": question.id}
        return Letter(f"{EXPERT_QUESTION}:{question.id}", EXPERT_QUESTION, address, content, question.at)


def local_day(at: datetime) -> str:
    """Return the day of a moment as people here have it."""
    return at.astimezone().date().isoformat()


def _id(mark: str, person: str | None) -> str:
    # Bound to the person, so that nobody can lay a question over somebody else's.
    return hashlib.sha256(f"{person}|{mark}".encode("utf-8", "surrogatepass")).hexdigest()[:24]
