"""The ports between the middle and its edges: what a turn is, and what state must keep."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from bot.answer import Answer


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person has chosen once: municipality and kind of workplace (ids)."""

    municipality: str | None = None
    workplace: str | None = None


@dataclass(frozen=True, slots=True)
class Memory:
    """What a conversation remembers of its last answer, for 30 minutes after `at` (UTC)."""

    at: datetime
    frame: dict[str, Any] = field(default_factory=dict)
    choices: tuple[tuple[str, str | None], ...] = ()
    misses: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One message from a person, as an edge hands it in.

    `conversation` and `person` are opaque keys; null means that nothing is remembered.
    `municipality` overrides the profile; `on` is the day that the answer is for.
    """

    text: str
    on: date
    conversation: str | None = None
    person: str | None = None
    municipality: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that got no answer: masked text, and when (UTC).

    `outside` are the words [start, end) of the question that stand outside the dictionary and the
    knowledge: they are kept as a keyed hash until WRITERS different people have written them.
    """

    question: str
    at: datetime
    kind: str
    municipality: str | None = None
    count: int = 1
    outside: tuple[tuple[int, int], ...] = ()


WRITERS = 3
"""How many different people must have written a word from outside before it is shown."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """An answer as it stood, found by its code."""

    code: str
    answer: dict[str, Any]
    at: datetime


class State(Protocol):
    """All that outlives a turn. Every method may raise StateError when the store is away."""

    async def open(self) -> None:
        """Create or upgrade what is needed; call once before use."""
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...

    async def memory(self, conversation: str) -> Memory | None:
        """Return what a conversation remembers, or null."""
        ...

    async def remember(self, conversation: str, memory: Memory) -> None:
        """Replace what a conversation remembers."""
        ...

    async def profile(self, person: str) -> Profile | None:
        """Return a person's profile, or null."""
        ...

    async def save_profile(self, person: str, profile: Profile) -> None:
        """Replace a person's profile."""
        ...

    async def erase_person(self, person: str) -> None:
        """Erase all that is kept about a person."""
        ...

    async def handle_once(self, activity: str) -> bool:
        """Return true the first time an activity id is seen, false ever after (for a day at least)."""
        ...

    async def add_gap(self, gap: Gap, writer: str | None = None) -> None:
        """Keep an unanswered question; the same text again only counts up.

        Neither the words in `gap.outside` nor the writer can be read in what is kept, until the
        word is shown. All writers without a key count as one.
        """
        ...

    async def gaps(self) -> list[Gap]:
        """Return the unanswered questions, most asked first, with […] for each word that few have written."""
        ...

    async def save_receipt(self, receipt: Receipt) -> None:
        """Keep an answer as served; the same code again changes nothing."""
        ...

    async def receipt(self, code: str) -> Receipt | None:
        """Return the answer with that code, or null."""
        ...

    async def add_feedback(self, code: str, reaction: str, reason: str) -> None:
        """Keep a reaction to an answer, without the person's name."""
        ...

    async def record_published(self, revision: str, at: datetime) -> None:
        """Note that a revision was published; the same revision again changes nothing."""
        ...


class Asks(Protocol):
    """What the edges call: the bot behind them."""

    async def ask(self, turn: Turn) -> Answer:
        """Return one complete reply; remembers, counts gaps and keeps the receipt."""
        ...

    async def handle_once(self, activity: str) -> bool:
        """Return true the first time an activity id is seen."""
        ...

    async def feedback(self, code: str, reaction: str, reason: str) -> None:
        """Keep a reaction to an answer."""
        ...

    async def welcome(self, on: date) -> Answer:
        """Return the greeting for somebody new."""
        ...

    def municipalities(self) -> list[tuple[str, str]]:
        """Return (id, name) of the region's municipalities, by name."""
        ...

    def sentence(self, key: str) -> str:
        """Return one of the bot's own sentences (knowledge/svenska/sentences) by its key."""
        ...

    def status(self) -> dict[str, Any]:
        """Return {"revision": str, "files_differ": bool, "region": str} for /readyz."""
        ...
