"""The introduction and the quiz within a conversation: what was asked for, and what to remember of it."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation.run import Outcome, Run
from bot.onboarding.commands import read_command
from bot.onboarding.course import take
from bot.ports import Memory

LESSON = "lesson"
LEFT = "left"
"""Where a lesson stands that other questions came in between."""


def lesson(run: Run) -> Outcome | None:
    """A part of the introduction or a turn of the quiz. `Outcome.progress` is then never null, changed or not.

    Where others see the reply there is no lesson, only the way to one.
    """
    frame = run.memory.frame if run.memory else {}
    left = frame.get(LESSON) or {}
    spelt = run.mind.knowledge.cues["talord"].aliases if "talord" in run.mind.knowledge.cues else ()
    numbers = {word: number for number, word in enumerate(spelt, 1)}
    command = read_command(run.question, run.words, numbers, left)
    if command is None:
        return None
    if run.turn.shared:  # how far somebody has come is nobody else's business
        return Outcome(run.talk(run.composer.say("onboarding.own_chat")), run.memory or Memory(run.now))
    given = take(command, run.composer, run.progress, left or frame.get(LEFT) or {})
    frame = {LESSON: given.frame, **({"pending": "profile"} if given.answer.form else {})}
    return Outcome(given.answer, Memory(run.now, frame), progress=given.progress)


def with_lesson(memory: Memory, before: Memory | None) -> Memory:
    """Return a memory that keeps where a lesson was left, so that the quiz goes on after a question in between."""
    left = (before.frame.get(LESSON) or before.frame.get(LEFT)) if before else None
    return replace(memory, frame={**memory.frame, LEFT: left}) if left and LESSON not in memory.frame else memory
