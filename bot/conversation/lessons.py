"""The introduction and the quiz within a conversation: what was asked for, and what to remember of it."""

from __future__ import annotations

from bot.conversation.run import Outcome, Run
from bot.onboarding.commands import read_command
from bot.onboarding.course import take
from bot.ports import Memory

LESSON = "lesson"


def lesson(run: Run) -> Outcome | None:
    """A part of the introduction or a turn of the quiz. `Outcome.progress` is then never null, changed or not."""
    left = (run.memory.frame.get(LESSON) if run.memory else None) or {}
    spelt = run.mind.knowledge.cues["talord"].aliases if "talord" in run.mind.knowledge.cues else ()
    numbers = {word: number for number, word in enumerate(spelt, 1)}
    command = read_command(run.question, run.words, numbers, left)
    if command is None:
        return None
    given = take(command, run.composer, run.progress, left)
    frame = {LESSON: given.frame, **({"pending": "profile"} if given.answer.form else {})}
    return Outcome(given.answer, Memory(run.now, frame), progress=given.progress)
