"""What trying out a piece of work shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.answer import Answer
from knowledge.comparing import Difference
from knowledge.model import Kind
from knowledge.problems import Problem


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is now (null: it was not there) and as it will be, to one question on one day.

    `asked` marks a question that the piece of work is to answer.
    """

    question: str
    on: date
    before: Answer | None
    after: Answer
    asked: bool = False

    @property
    def answered(self) -> bool:
        """Whether there will be an answer."""
        return self.after.kind not in (Kind.UNKNOWN, Kind.CLARIFY)


@dataclass(frozen=True, slots=True)
class Trial:
    """What a piece of work would change. With `problems` nothing else is known, and it cannot be published."""

    problems: tuple[Problem, ...] = ()
    differences: tuple[Difference, ...] = ()
    shown: tuple[Shown, ...] = ()
