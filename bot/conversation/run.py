"""One turn under way: what every rule of a conversation needs, and what one question gives."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot.answer import Answer, Choice, Paragraph, Steps
from bot.answering import answer, ask_back, compose, unknown
from bot.compose.common import Composer
from bot.frames.base import Frame
from bot.hearing import Heard
from bot.ports import Gap, Memory, Profile, Progress, Turn
from bot.question import Question
from bot.reading import Reading
from bot.understanding import Mind, understand
from knowledge.facts import imported, told_from
from knowledge.model import Kind

MISSES_BEFORE_PERSON = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn gave: the reply, and what to keep. `profile` is null where it did not change.

    `hidden` are words of the message that may not be stored as they stand, in the reply either.
    `watch` are agreements that the person wants to be told about, `unwatch` those no more.
    """

    answer: Answer
    memory: Memory
    profile: Profile | None = None
    erase: bool = False
    gap: Gap | None = None
    hidden: tuple[str, ...] = ()
    progress: Progress | None = None
    watch: tuple[str, ...] = ()
    unwatch: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of the asker before a turn.

    `watched` are the agreements that they watch; `reaches_people` tells whether a group of experts can be asked.
    """

    memory: Memory | None = None
    profile: Profile = field(default_factory=Profile)
    progress: Progress = field(default_factory=Progress)
    watched: tuple[str, ...] = ()
    reaches_people: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """One turn under way: everything that its steps need."""

    turn: Turn
    heard: Heard
    question: Question
    memory: Memory | None
    composer: Composer
    frame: Frame
    mind: Mind
    now: datetime
    progress: Progress = field(default_factory=Progress)
    watched: tuple[str, ...] = ()
    reaches_people: bool = False

    def words(self, cue: str) -> frozenset[str]:
        """Return the words of a cue, none where the knowledge lacks it."""
        return frozenset(self.mind.knowledge.cues[cue].aliases) if cue in self.mind.knowledge.cues else frozenset()

    def talk(self, lead: str) -> Answer:
        """Return a reply of small talk, which cites nothing."""
        return self.composer.answer(
            Kind.SMALLTALK, lead, title=self.composer.say("smalltalk.title"), municipality=self.composer.municipality
        )

    def plain(self, question: Question) -> Outcome:
        """Return what one question gives by itself."""
        found = understand(question, self.mind, self.frame)
        if found.outcome == "unknown":
            return self._quoted(question) or self.unknown(question)
        if found.reading is not None and self._needs_place(found.reading):
            return self._which_place(question)
        reply = answer(found, self.composer)
        memory = self.remembering(question, reply, found.reading.intent if found.reading else "")
        if reply.kind is Kind.CLARIFY:
            return self._clarify(question, reply, memory)
        return Outcome(reply, memory)

    def _quoted(self, question: Question) -> Outcome | None:
        """Return what an imported document says, where one says it; in danger nothing that nobody has reviewed."""
        ids = () if self.composer.urgent else self.mind.quotes.find(question)
        knowledge = self.composer.knowledge
        for id_ in ids:
            if told_from(knowledge, imported(knowledge, id_)[0]) <= self.composer.on:
                reading = Reading("passage", Kind.PASSAGE, {"passage": id_})
                reply = compose(reading, question, self.composer)
                return Outcome(reply, self.remembering(question, reply, reading.intent))
        return None

    def _needs_place(self, reading: Reading) -> bool:
        """Return whether "do we have …" cannot be answered before we know which municipality."""
        asks_own = self.question.yes_no and self.question.has("vi") and self.composer.municipality is None
        return reading.intent == "local" and not reading.slots["municipalities"] and asks_own

    def _which_place(self, question: Question) -> Outcome:
        facts = sorted(self.mind.knowledge.local.values(), key=lambda fact: fact.municipality)
        names = [self.composer.place_name(fact.municipality) for fact in facts[:3]]
        choices = tuple(Choice(name, self.composer.say("clarify.lok_in", name=name)) for name in names)
        reply = ask_back(self.composer.say("clarify.place"), choices, self.composer)
        return self._clarify(question, reply, self.remembering(question, reply, "local"))

    def _clarify(self, question: Question, reply: Answer, memory: Memory) -> Outcome:
        misses = (self.memory.misses if self.memory else 0) + 1
        if misses > MISSES_BEFORE_PERSON:
            reply = reply.with_(
                blocks=(*reply.blocks, Paragraph(self.composer.say("clarify.person", body=support(self.composer))))
            )
        choices = tuple((choice.label, choice.question) for choice in reply.choices)
        return Outcome(reply, replace(memory, choices=choices, misses=misses))

    def unknown(self, question: Question) -> Outcome:
        """Return that the sources are silent, with the gap that this leaves."""
        reply = unknown(question, self.composer)
        misses = (self.memory.misses if self.memory else 0) + 1
        gap = (
            Gap(self.heard.text, self.now, Kind.UNKNOWN.value, self.composer.municipality) if question.tokens else None
        )
        kept = self.memory.frame if self.memory else {}
        return Outcome(reply, Memory(self.now, {"concepts": (), **kept, "unknown": True}, misses=misses), gap=gap)

    def remembering(self, question: Question, reply: Answer, intent: str) -> Memory:
        """Return what follow-ups need of a reply."""
        concepts = [
            c for c in question.concepts if self.mind.lexicon.entries[c].role not in ("neutral", "form", "danger")
        ]
        if reply.agreement and reply.agreement not in concepts:
            concepts.append(reply.agreement)
        if reply.route and reply.route not in concepts and self.mind.lexicon.entries[reply.route].role == "route":
            concepts.append(reply.route)
        if (step := self._current_step(reply)) is not None:  # "och sen?" goes on from the step that was told
            of_place = ("step", "body")
            concepts = [c for c in concepts if self.mind.lexicon.entries[c].role not in of_place]
            concepts.append(step)
        inner = [concept for word in question.words for concept in word.span.inner if concept not in concepts]
        frame: dict[str, Any] = {
            "concepts": (*concepts, *inner),
            "intent": intent,
            "kind": reply.kind.value,
            "agreement": reply.agreement,
            "municipality": reply.municipality,
            "yes_no": question.yes_no,
        }
        return Memory(self.now, frame)

    def _current_step(self, reply: Answer) -> str | None:
        """Return the step that a reply is about, or the first where it tells what to do now; else null.

        A step that the lexicon has no word for goes by its body.
        """
        lists = [block for block in reply.blocks if isinstance(block, Steps)]
        told = [item.id for steps in lists for item in steps.items if item.current]
        told += [steps.items[0].id for steps in lists if steps.first and not told]
        route = self.mind.knowledge.routes.get(reply.route or "")
        if not told or route is None:
            return None
        step = next(step for step in route.steps if step.id == told[0])
        return step.id if step.id in self.mind.lexicon.entries else step.body


def placed(composer: Composer, question: Question) -> Composer:
    """Return the composer with the municipality that a question names; with none where it names several."""
    places = question.of_role("municipality")
    if len(places) == 1:
        return replace(composer, municipality=places[0])
    return replace(composer, municipality=None) if places else composer


def support(composer: Composer) -> str:
    """Return the name of the body that supports cooperation in the region."""
    return composer.knowledge.bodies[composer.knowledge.region.support_body].name
