"""Question cases asked in process: how long each turn takes, which stage takes it, and how much memory."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise

from bot.answering import answer, finish
from bot.compose.common import Composer
from bot.conversation import Remembered, take_turn
from bot.evaluate import Case
from bot.frames.base import Frame
from bot.ports import Profile, Turn
from bot.service import Serving
from bot.understanding import Mind, understand

NOW = datetime(2000, 1, 1, tzinfo=UTC)
STRANGE = "Vrmbl knqstuv zzyxw?"
STAGES = ("read", "understand", "compose", "render")


@dataclass(frozen=True, slots=True)
class Asked:
    """One turn: milliseconds from its text to its whole reply, and whether the index was asked on the way."""

    ms: float
    asked_index: bool


@dataclass(slots=True)
class _Proposals:
    """Asks the index, and notes that it was asked."""

    inner: Callable[[str], Iterable[str]]
    count: int = field(default=0)

    def __call__(self, text: str) -> Iterable[str]:
        self.count += 1
        return self.inner(text)


@dataclass(slots=True)
class _Conversation:
    """Turns with one person, remembered as a channel would."""

    serving: Serving
    remembered: Remembered = field(default_factory=Remembered)

    def take(self, turn: Turn) -> None:
        outcome = take_turn(turn, self.remembered, self.serving.mind, self.serving.say, NOW)
        profile = outcome.profile or self.remembered.profile
        self.remembered = Remembered() if outcome.erase else Remembered(outcome.memory, profile)


def warm_up(serving: Serving, case: Case) -> None:
    """Load what is loaded at the first question of a process, by one of words that nobody wrote."""
    for _ in ask(serving, [replace(case, turns=(STRANGE,))]):
        pass


def timed(work: Callable[[], object]) -> float:
    """Do the work, and return how many milliseconds it took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def ask(serving: Serving, cases: Iterable[Case]) -> Iterator[Asked]:
    """Yield how each turn of each conversation went."""
    proposals = _Proposals(serving.mind.propose)
    watched = replace(serving, mind=replace(serving.mind, propose=proposals))
    for conversation, turn in _turns(watched, cases):
        proposals.count = 0
        ms = timed(partial(conversation.take, turn))
        yield Asked(ms, proposals.count > 0)


def peaks(serving: Serving, cases: Iterable[Case]) -> Iterator[int]:
    """Yield the most bytes that each turn held at once, beyond what was held before it."""
    tracemalloc.start()
    try:
        for conversation, turn in _turns(serving, cases):
            before, _ = tracemalloc.get_traced_memory()
            tracemalloc.reset_peak()
            conversation.take(turn)
            yield max(0, tracemalloc.get_traced_memory()[1] - before)
    finally:
        tracemalloc.stop()


def _turns(serving: Serving, cases: Iterable[Case]) -> Iterator[tuple[_Conversation, Turn]]:
    for case in cases:
        conversation = _Conversation(serving)
        for text in case.turns:
            yield conversation, Turn(text, case.on, municipality=case.profile)


def stages(serving: Serving, cases: Iterable[Case]) -> Iterator[dict[str, float]]:
    """Yield the milliseconds of each stage of STAGES, for each turn as a question of its own."""
    for case in cases:
        mind = serving.mind.on(case.on)
        frame = mind.frame(municipality=case.profile)
        composer = Composer(mind.knowledge, serving.say, case.on, Profile(), case.profile, serving.mind.facts)
        for text in case.turns:
            marks = _marks(text, mind, frame, composer)
            yield {stage: 1000 * (end - begin) for stage, (begin, end) in zip(STAGES, pairwise(marks), strict=True)}


def _marks(text: str, mind: Mind, frame: Frame, composer: Composer) -> list[float]:
    """Return the seconds at which each stage began, and at which the last one ended."""
    marks = [time.perf_counter()]
    question = mind.read(text)
    marks.append(time.perf_counter())
    found = understand(question, mind, frame)
    marks.append(time.perf_counter())
    reply = answer(found, composer)
    marks.append(time.perf_counter())
    finish(reply, composer)
    marks.append(time.perf_counter())
    return marks
