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
    """What publishing a piece of work would change of what serves. With `problems` nothing else is known.

    `besides` is changed in the files already, by hand, and would be published with it: what `differences` has not.
    `revision` is what the knowledge would be; `publish` takes it. With problems it cannot be published.
    """

    problems: tuple[Problem, ...] = ()
    differences: tuple[Difference, ...] = ()
    shown: tuple[Shown, ...] = ()
    besides: tuple[Difference, ...] = ()
    revision: str = ""
