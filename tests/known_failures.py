"""What is known to be wrong, in one list. Each line must fail, so that a mended fault forces its line out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Known:
    """A fault that is known: the rule or test, the questions (as a pattern of their ids), and its cause."""

    rule: str
    questions: str
    reason: str


KNOWN: tuple[Known, ...] = ()
