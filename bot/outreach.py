"""What is said between people through Lotsen, outside a turn: the ports that an edge calls, and their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from bot.answer import Answer
from bot.ports import ExpertQuestion, Letter

EXPERT_QUESTION = "expert-question"
EXPERT_ANSWER = "expert-answer"
EXPERT_LATE = "expert-late"
EXPERT_UNSENT = "expert-unsent"
EXPERT_UNDELIVERED = "expert-undelivered"
EXPERT_WAITS = "expert-waits"
NOTICE = "notice"
WEEKLY = "weekly"
"""Sorts of letters; what each says is worded by `bot.render.letters`."""
TO_ASKER = frozenset({EXPERT_ANSWER, EXPERT_LATE, EXPERT_UNSENT})
"""Sorts for whoever asked an expert group, and for nobody else to read."""
PAUSES = (60.0, 300.0, 1800.0, 7200.0, 21600.0, 43200.0)
"""Seconds before each further try of a letter: 20 hours in all."""
WAIT_FOR_CHAT = 86400.0
"""Seconds between the tries of a letter that waits for its reader's own chat, of which there are as many."""

Reach = Callable[[str], Mapping[str, Any]]
"""Gives the address of a place by the way that the asker came, for as long as the place has not shown its own."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What leads to a person: a button and the note above it, the question as its asker may go on with it, a code.

    `note` says that it is not for what is urgent, and how fast the group usually answers where that is known.
    """

    title: str
    note: str
    question: str
    receipt: str


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What would be sent to an expert group, exactly; nothing else about the asker is.

    `question` is masked, and words that may be names are hidden in it; `text` is the same with those of
    `may_show` in plain, which the asker can vouch for being none, and is for the asker alone. `shown` are those
    that the asker has vouched for. `told` is what Lotsen answered.
    """

    group: str
    group_name: str
    answer_time: str
    text: str
    question: str
    told: str = ""
    municipality: str | None = None
    workplace: str | None = None
    place: str = ""
    may_show: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    masked: bool = False


class Outcome(StrEnum):
    """What became of an answer that an expert has just given."""

    ON_ITS_WAY = "on_its_way"
    UNREACHABLE = "unreachable"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Opened:
    """An expert question as its channel sees it; `outcome` where somebody has just answered it."""

    question: ExpertQuestion
    group_name: str
    place: str
    outcome: Outcome | None = None
    masked: bool = False


class Experts(Protocol):
    """Asking a human. Every method may raise StateError when the store is away."""

    def offer(self, question: str, answer: Answer) -> Offer | None:
        """Return the button for an answer that leaves its question open; null where nobody could be asked."""
        ...

    async def offer_after(self, conversation: str | None, message: str) -> Offer | None:
        """Return the button for whoever was not helped by the answer that a message carries; null as in `offer`."""
        ...

    async def offer_last(self, conversation: str | None) -> Offer | None:
        """Return the button for what was last asked in a conversation, or for a question yet to be written."""
        ...

    async def enquire(
        self, question: str, receipt: str, person: str | None, shown: Sequence[str] = ()
    ) -> Enquiry | None:
        """Return what would be sent, and send nothing; null where nobody can be asked any more.

        `shown` are words that the asker says are no names.
        """
        ...

    async def send(
        self, mark: str, enquiry: Enquiry, receipt: str, person: str | None, asker: Mapping[str, Any], reach: Reach
    ) -> bool:
        """Put an enquiry on its way to its group; false where its person has so many open that it must wait.

        The same mark from the same person is sent once.
        """
        ...

    def is_channel(self, place: str) -> bool:
        """Return whether a conversation is the channel of an expert group."""
        ...

    async def channel_address(self, place: str) -> Mapping[str, Any] | None:
        """Return how a channel was last reached, or null."""
        ...

    async def note_channel(self, place: str, address: Mapping[str, Any]) -> None:
        """Remember how a channel is reached."""
        ...

    async def note_chat(self, person: str, address: Mapping[str, Any]) -> None:
        """Take what is on its way to a person to the chat in which they have just been."""
        ...

    async def open(self, id: str, place: str) -> Opened | None:
        """Return a question as the channel that it was sent to may see it; null for everybody else."""
        ...

    async def answer(self, id: str, place: str, text: str, source: str = "") -> Opened | None:
        """Keep the answer of whoever sits in the channel, and put it on its way to the asker; null as in `open`.

        The first answer counts. It is masked before it is kept.
        """
        ...


class Post(Protocol):
    """Letters on their way. Every method may raise StateError when the store is away."""

    async def prepare(self) -> None:
        """Write the letters that are due for no other reason than that time has passed. Cheap; call it often."""
        ...

    async def claim(self, limit: int) -> list[Letter]:
        """Return letters to deliver now, oldest first; those that nobody wants any more are left out."""
        ...

    async def begin(self, letter: Letter) -> bool:
        """Return whether to send now: false for what must not come twice and may have been sent already."""
        ...

    async def delivered(self, letter: Letter) -> None:
        """Note that a letter has arrived, or may have."""
        ...

    async def again(self, letter: Letter, seconds: float) -> None:
        """Try a letter again after so many seconds."""
        ...

    async def waits(self, letter: Letter, place: Mapping[str, Any]) -> None:
        """Keep a letter until its reader has a chat of their own, and say at a place, once, that there is one.

        After some days it is lost.
        """
        ...

    async def stumbled(self, letter: Letter) -> None:
        """Count a try that came to nothing through a fault of ours; the letter comes back later, at last it is lost."""
        ...

    async def lost(self, letter: Letter, *, gone: bool) -> None:
        """Give a letter up. `gone` says that nobody is there any more, and nothing should be sent there again."""
        ...
