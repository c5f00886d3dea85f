"""The bot behind every edge: served knowledge and state around the pure turn."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from bot.answer import Answer
from bot.answering import finish
from bot.compose.common import Composer
from bot.conversation import Outcome, Remembered, take_turn
from bot.conversation.profiles import chosen_profile
from bot.conversation.services import greeting
from bot.desk import ExpertDesk
from bot.errors import StateError
from bot.experts import veil_names
from bot.finding import Finder
from bot.noticing import Noticing
from bot.ports import Found, Gap, Memory, Profile, Progress, Receipt, State, Turn
from bot.post import Post
from bot.quoting import Quotes
from bot.reading import CERTAINTY
from bot.sentences import Sentences
from bot.understanding import PROPOSALS, Mind, make_mind
from bot.upkeep import Upkeep
from bot.veil import without_words
from bot.weekly import Weekly
from indexer.passages import Passage, reviewed
from indexer.served import Served, open_index

log = logging.getLogger("lotsen")


@dataclass(frozen=True, slots=True)
class Serving:
    """One published revision, ready to answer. Replaced whole when another is published."""

    path: Path
    served: Served
    mind: Mind
    say: Sentences
    finder: Finder


def open_serving(path: Path, certainty: float = CERTAINTY) -> Serving:
    """Open a published index folder. Questions are answered from a certainty of 0–1; see `Reading.certainty`."""
    served = open_index(path)
    known = reviewed(served.passages.values())
    vocabulary = {passage.id: (_said(passage, served), passage.stems) for passage in known}

    def propose(text: str) -> list[str]:
        return [hit.id for hit in served.searcher.search(text, limit=PROPOSALS)]

    quotes = Quotes(served.passages.values(), served.lexicon)
    mind = make_mind(served.knowledge, served.lexicon, vocabulary, propose, certainty, quotes)
    say = Sentences(served.knowledge.sentences)
    return Serving(path, served, mind, say, Finder(mind, say))


def _said(passage: Passage, served: Served) -> frozenset[str]:
    """Return the concepts that a passage explains: what it names, and the sides that its examples ask for.

    A side that its text merely touches ("gäller") is no answer to a question about that side.
    """
    entries = served.lexicon.entries
    named = {concept for concept in passage.concepts if entries[concept].role != "aspect"}
    return frozenset({*named, *passage.asked, *passage.also})


def answer_turns(serving: Serving, turns: list[str], municipality: str | None, on: date) -> list[Answer]:
    """Answer a conversation of its own, without state: exactly one answer for each turn."""
    remembered = Remembered()
    replies: list[Answer] = []
    for text in turns:
        outcome = take_turn(
            Turn(text, on, municipality=municipality),
            remembered,
            serving.mind,
            serving.say,
            datetime(2000, 1, 1, tzinfo=UTC),
        )
        remembered = Remembered(
            outcome.memory, outcome.profile or remembered.profile, outcome.progress or remembered.progress
        )
        if outcome.erase:
            remembered = Remembered()
        replies.append(outcome.answer)
    return replies


class Lotsen:
    """Answers turns from whatever revision is being served. Safe to call from many tasks at once."""

    def __init__(
        self,
        serving: Serving,
        state: State,
        *,
        keeps_gaps: bool = True,
        files_differ: Callable[[], bool] = lambda: False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        channels: Mapping[str, str] | None = None,
    ) -> None:
        self._serving = serving
        self._state = state
        self._keeps_gaps = keeps_gaps
        self._files_differ = files_differ
        self._clock = clock
        # A lock lives as long as a turn holds it or waits for it.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._desk = ExpertDesk(state, lambda: self._serving, channels or {}, clock)
        self._noticing = Noticing(state, lambda: self._serving, clock)
        self._upkeep = Upkeep(state, lambda: self._serving)
        self._weekly = Weekly(state, self._upkeep, lambda: self._serving, self._desk.channel_of, clock)
        self._post = Post(state, self._desk, self._noticing, self._weekly, lambda: self._serving, clock)

    @property
    def experts(self) -> ExpertDesk:
        """Asking a human."""
        return self._desk

    @property
    def post(self) -> Post:
        """Letters on their way."""
        return self._post

    @property
    def upkeep(self) -> Upkeep:
        """What whoever looks after the knowledge should see."""
        return self._upkeep

    @property
    def path(self) -> Path:
        """The folder of the revision that is served."""
        return self._serving.path

    def serve(self, serving: Serving) -> None:
        """Take up another revision, whole. Turns under way finish on the old one."""
        self._serving = serving

    async def ask(self, turn: Turn) -> Answer:
        """Return one complete reply; remembers, counts gaps and keeps the receipt."""
        if turn.conversation is None:
            return await self._ask(turn)
        lock = self._turns.setdefault(turn.conversation, asyncio.Lock())
        async with lock:
            return await self._ask(turn)

    async def _ask(self, turn: Turn) -> Answer:
        serving = self._serving
        memory = await self._state.memory(turn.conversation) if turn.conversation else None
        profile = await self.profile(turn.person)
        watches = await self._state.watches(turn.person) if turn.person and turn.address is not None else []
        watched = tuple(watch.agreement for watch in watches)
        owner = turn.person or turn.conversation
        now = self._clock()

        def take(progress: Progress) -> Outcome:
            known = Remembered(memory, profile, progress, watched, self._desk.offers)
            return take_turn(turn, known, serving.mind, serving.say, now, self._keeps_gaps)

        outcome = take(Progress())
        if outcome.progress is not None and owner:  # only a lesson needs it, so other questions do not wait for it
            before = await self._state.progress(owner) or Progress()
            outcome = take(before)
            if outcome.progress is not None and outcome.progress != before:
                await self._state.save_progress(owner, outcome.progress)
        await self._keep(turn, outcome)
        return outcome.answer

    async def _keep(self, turn: Turn, outcome: Outcome) -> None:
        if turn.conversation:
            memory = self._desk.remembering(outcome.memory, turn.text, outcome.answer)
            await self._state.remember(turn.conversation, memory)
        if outcome.erase and (owner := turn.person or turn.conversation):
            await self._state.erase_person(owner)
        elif outcome.profile is not None and turn.person:
            await self._state.save_profile(turn.person, outcome.profile)
        if outcome.gap is not None and self._keeps_gaps:
            await self._state.add_gap(outcome.gap, turn.person)
        await self._keep_watches(turn, outcome)
        await self._keep_receipt(outcome)

    async def _keep_receipt(self, outcome: Outcome) -> None:
        answer = outcome.answer
        # "Jag hittar inget om ”…”" quotes the very words that the gap hides.
        kept = {**answer.as_json(), "text": without_words(answer.text, outcome.hidden)}
        await self._state.save_receipt(Receipt(answer.receipt, kept, self._clock()))

    async def _keep_watches(self, turn: Turn, outcome: Outcome) -> None:
        if turn.person is None or turn.address is None:
            return
        for agreement in outcome.unwatch:
            await self._state.unwatch(turn.person, agreement)
        for agreement in outcome.watch:
            await self._noticing.watch(turn.person, agreement, turn.address, turn.on)

    async def find(self, turn: Turn) -> tuple[Found, ...]:
        """Return at most ten results for a half-written question, best first; keeps nothing of it."""
        profile = await self._known_profile(turn)
        # In a thread of its own: a first letter may ask for ten answers, and chats must not wait for them.
        return await asyncio.to_thread(self._serving.finder.find, turn.text, turn.on, profile, turn.municipality)

    async def pick(self, turn: Turn) -> Answer | None:
        """Return the answer to the question of a result that was chosen, and keep its receipt."""
        profile = await self._known_profile(turn)
        outcome = self._serving.finder.answer(turn.text, turn.on, profile, turn.municipality)
        if outcome is None:
            return None
        try:
            await self._keep_receipt(outcome)
        except StateError:
            log.warning("the receipt of a search result could not be kept", exc_info=True)
            return outcome.answer.with_(receipt="")  # a code that nobody can look up is none
        return outcome.answer

    async def _known_profile(self, turn: Turn) -> Profile:
        """Return the asker's profile; a search goes on without it where the store is away."""
        try:
            return (await self._state.profile(turn.person) if turn.person else None) or Profile()
        except StateError:
            log.warning("no profile for a search", exc_info=True)
            return Profile()

    async def handle_once(self, activity: str) -> bool:
        """Return true the first time an activity id is seen."""
        return await self._state.handle_once(activity)

    async def handle_again(self, activity: str) -> None:
        """Forget that an activity id was seen: it was not answered after all."""
        await self._state.handle_again(activity)

    async def note_sent(self, message: str, code: str) -> None:
        """Remember which answer (by the code of its receipt) a sent message carries."""
        await self._state.note_sent(message, code)

    async def feedback(self, message: str, reaction: str, reason: str) -> None:
        """Keep a reaction to the answer that a sent message carries, without personal data."""
        code = await self._state.sent(message)
        told = veil_names(reason, (), self._serving.mind, self._serving.say).sent
        await self._state.add_feedback(code or "", reaction, told)

    async def receipt(self, code: str) -> dict[str, Any] | None:
        """Return the public JSON of an answer that was given, by the code of its receipt, or null."""
        kept = await self._state.receipt(code)
        return kept.answer if kept else None

    async def forget(self, conversation: str) -> None:
        """Forget what follow-ups would lean on: the message that was answered has been deleted."""
        await self._state.remember(conversation, Memory(self._clock()))

    async def welcome(self, turn: Turn) -> Answer:
        """Return the greeting for somebody new; asks for the profile where none is saved."""
        profile = await self.profile(turn.person)
        composer = self._composer(turn, profile)
        return finish(greeting(composer, asks_profile=profile == Profile(), shared=turn.shared), composer)

    async def profile(self, person: str | None) -> Profile:
        """Return what a person has chosen; nothing for somebody unknown."""
        return (await self._state.profile(person) if person else None) or Profile()

    async def choose(self, turn: Turn, profile: Profile) -> Answer:
        """Save a person's profile and say so; ids that the knowledge lacks count as not chosen."""
        knowledge = self._serving.served.knowledge
        chosen = Profile(
            profile.municipality if profile.municipality in knowledge.municipalities else None,
            profile.workplace if profile.workplace in knowledge.workplaces else None,
        )
        if turn.person:
            await self._state.save_profile(turn.person, chosen)
        composer = self._composer(turn, chosen)
        return finish(chosen_profile(chosen, composer, is_kept=turn.person is not None), composer)

    def _composer(self, turn: Turn, profile: Profile) -> Composer:
        serving = self._serving
        return Composer(serving.mind.on(turn.on).knowledge, serving.say, turn.on, profile, profile.municipality)

    async def gaps(self) -> list[Gap]:
        """Return the unanswered questions, most asked first."""
        return await self._state.gaps()

    def municipalities(self) -> list[tuple[str, str]]:
        """Return (id, name) of the region's municipalities, by name."""
        places = self._serving.served.knowledge.municipalities.values()
        return [(place.id, place.name) for place in sorted(places, key=lambda place: _swedish_order(place.name))]

    def workplaces(self) -> list[tuple[str, str]]:
        """Return (id, name) of the kinds of workplace that can be chosen."""
        return [(place.id, place.name) for place in self._serving.served.knowledge.workplaces.values()]

    def sentence(self, key: str) -> str:
        """Return one of the bot's own sentences by its key."""
        return self._serving.served.knowledge.sentences[key]

    def status(self) -> dict[str, Any]:
        """Return what is served, for /readyz."""
        knowledge = self._serving.served.knowledge
        return {"revision": knowledge.revision, "files_differ": self._files_differ(), "region": knowledge.region.id}


def _swedish_order(name: str) -> str:
    return name.casefold().translate(str.maketrans("åäö", "{|}"))
