"""The ports between the middle and its edges: what a turn is, and what state must keep."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from bot.answer import Answer

if TYPE_CHECKING:
    from bot.outreach import Experts, Post
    from bot.upkeep import Upkeep


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
    `municipality` overrides the profile; `on` is the day that the answer is for. `address` is where
    the person can be told something later, as the edge wrote it; null where that cannot be done.
    `shared` tells that others than the person see the reply.
    """

    text: str
    on: date
    conversation: str | None = None
    person: str | None = None
    municipality: str | None = None
    address: Mapping[str, Any] | None = None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that got no answer: masked text, and when (UTC).

    `outside` are the words [start, end) of the question that stand outside the dictionary and the
    knowledge: they are kept as a keyed hash until WRITERS different people have written them.
    `id` names a kept one, `settled` what an editor has made of it before it was asked again.
    """

    question: str
    at: datetime
    kind: str
    municipality: str | None = None
    count: int = 1
    outside: tuple[tuple[int, int], ...] = ()
    id: str = field(default="", compare=False)
    settled: str | None = None


WRITERS = 3
"""How many different people must have written a word from outside before it is shown."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody thought of an answer (`like` or `dislike`), masked; `code` is its receipt's, empty if unknown."""

    code: str
    reaction: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """An answer as it stood, found by its code."""

    code: str
    answer: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a person has come in the introduction: the part to go on with, and what the quiz has seen.

    `right` maps the id of a quiz item that was answered rightly to the digest of what was right then,
    so that an item whose facts have changed is asked again. `missed` are ids to ask again.
    """

    part: str = ""
    right: Mapping[str, str] = field(default_factory=dict)
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """Something to be told unasked, put away until it is delivered: survives a restart, is sent once.

    `key` says what it is: a second letter with the same key is not taken. `what` is the sort
    (`expert-question`, `expert-answer`, `expert-late`, `notice`), `content` JSON that the edge can
    render, `address` where it goes, as the edge wrote it. `due` is UTC; `tries` counts failed attempts.
    `person` is whom it is for: the letter goes when all about that person is erased; null where it is for a channel.
    """

    key: str
    what: str
    address: Mapping[str, Any]
    content: Mapping[str, Any]
    due: datetime
    tries: int = 0
    person: str | None = None


@dataclass(frozen=True, slots=True)
class ExpertQuestion:
    """A question that somebody has sent to an expert group, masked. Times are UTC.

    `asker` is where the answer goes; it is erased when the answer has been delivered. `late_at` is
    when the asker is told that nobody has answered. `answer` is null until somebody has.
    """

    id: str
    group: str
    question: str
    told: str
    on: date
    at: datetime
    late_at: datetime
    asker: Mapping[str, Any] | None = None
    person: str | None = None
    receipt: str = ""
    answer: str | None = None
    answered_at: datetime | None = None
    late_told: bool = False
    municipality: str | None = None
    workplace: str | None = None


@dataclass(frozen=True, slots=True)
class Watch:
    """Somebody who wants to be told when an agreement changes or is about to run out.

    `digest` is that of the agreement as last told; see `bot.notices`.
    """

    person: str
    agreement: str
    address: Mapping[str, Any]
    digest: str


@dataclass(frozen=True, slots=True)
class Found:
    """A result of a search: plain text for a list, and the whole answer to its question."""

    title: str
    summary: str
    question: str
    answer: Answer


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
        """Replace a person's profile; kept until erased, or until 13 months have passed without `profile`."""
        ...

    async def erase_person(self, person: str) -> None:
        """Erase all that is kept about a person: profile, progress, watches, where expert answers go, letters."""
        ...

    async def progress(self, person: str) -> Progress | None:
        """Return how far a person has come in the introduction, or null."""
        ...

    async def save_progress(self, person: str, progress: Progress) -> None:
        """Replace how far a person has come; kept as long as the profile, also without one."""
        ...

    async def handle_once(self, activity: str) -> bool:
        """Return true the first time an activity id is seen, false ever after (for a day at least)."""
        ...

    async def handle_again(self, activity: str) -> None:
        """Forget that an activity id was seen: it was not answered after all."""
        ...

    async def add_gap(self, gap: Gap, writer: str | None = None) -> None:
        """Keep an unanswered question for 90 days since it was last asked; the same text again only counts up.

        Neither the words in `gap.outside` nor the writer can be read in what is kept, until the
        word is shown. All writers without a key count as one.
        """
        ...

    async def gaps(self) -> list[Gap]:
        """Return the unanswered questions, most asked first, with […] for each word that few have written."""
        ...

    async def settle_gaps(self, ids: Collection[str], became: str) -> None:
        """Take gaps off the list, as `became` something; one that is asked again comes back."""
        ...

    async def reopen_gaps(self, became: Collection[str]) -> None:
        """Put back what was settled as one of these, where it came to nothing."""
        ...

    async def save_receipt(self, receipt: Receipt) -> None:
        """Keep an answer as served; the same code again changes nothing."""
        ...

    async def receipt(self, code: str) -> Receipt | None:
        """Return the answer with that code, or null."""
        ...

    async def add_feedback(self, code: str, reaction: str, reason: str) -> None:
        """Keep a reaction to an answer for 90 days, without the person's name."""
        ...

    async def feedback(self) -> list[Reaction]:
        """Return the reactions to answers, the latest first."""
        ...

    async def note_sent(self, message: str, code: str) -> None:
        """Remember for 90 days which answer (by the code of its receipt) a sent message carries; the last counts."""
        ...

    async def sent(self, message: str) -> str | None:
        """Return the code of the answer that a sent message carries, or null."""
        ...

    async def note_address(self, place: str, address: Mapping[str, Any]) -> None:
        """Remember how a channel (never a person) is reached; the last counts."""
        ...

    async def address(self, place: str) -> Mapping[str, Any] | None:
        """Return how a channel is reached, or null."""
        ...

    async def note_chat(self, person: str, address: Mapping[str, Any]) -> None:
        """Send what is on its way to a person to the chat at an address, and at once; answers to come go there too.

        Nothing is kept where nothing is on its way and no answer is waited for.
        """
        ...

    async def post(self, letter: Letter) -> bool:
        """Put a letter away for delivery; false where its key was known, until 13 months after it was delivered."""
        ...

    async def claim_letters(self, now: datetime, limit: int) -> list[Letter]:
        """Return letters that are due, oldest first, and keep them from every other caller for two minutes.

        A caller who dies leaves them to the next; one who is slower than that may see them sent twice.
        """
        ...

    async def letter_delivered(self, key: str) -> None:
        """Forget where a letter went and what it said; its key stays known for 13 months."""
        ...

    async def letter_again(self, key: str, due: datetime) -> None:
        """Count a failed attempt; the letter is due again at `due`."""
        ...

    async def letter_lost(self, key: str) -> None:
        """Give a letter up; like `letter_delivered`, nothing but the key is kept."""
        ...

    async def add_expert_question(self, question: ExpertQuestion, letter: Letter | None = None) -> None:
        """Keep a question to an expert group for 13 months, its asker for 90 days; the same id changes nothing.

        `letter`, which brings it to the group, is posted with it: both or none of them are kept.
        """
        ...

    async def expert_question(self, id: str) -> ExpertQuestion | None:
        """Return a question to an expert group, or null."""
        ...

    async def answer_expert_question(self, id: str, answer: str, at: datetime) -> bool:
        """Keep the answer if there is none yet; return whether this one was kept."""
        ...

    async def late_expert_questions(self, now: datetime) -> list[ExpertQuestion]:
        """Return the unanswered questions whose `late_at` has passed and whose askers are known and not yet told."""
        ...

    async def open_expert_questions(self, person: str | None = None) -> list[ExpertQuestion]:
        """Return the questions whose askers are still known, or one person's, answered or not, oldest first."""
        ...

    async def expert_late_told(self, id: str) -> None:
        """Note that the asker has been told that nobody has answered yet."""
        ...

    async def forget_asker(self, id: str) -> None:
        """Forget who asked an expert group, once the answer is on its way or cannot be delivered."""
        ...

    async def expert_answers(self) -> list[ExpertQuestion]:
        """Return the answers that no editor has taken in, the latest first, without their askers: drafts."""
        ...

    async def take_in_answers(self, ids: Collection[str], became: str) -> None:
        """Note that the experts' answers to these questions were taken in, as `became` something."""
        ...

    async def leave_answers(self, became: Collection[str]) -> None:
        """Put back what was taken in as one of these, where it came to nothing."""
        ...

    async def watch(self, watch: Watch) -> None:
        """Keep that a person watches an agreement; replaces what was kept for the two."""
        ...

    async def note_told(self, watch: Watch, digest: str) -> bool:
        """Note how far the owner of a watch has been told: `digest` takes the place of the one that was read.

        False, and nothing is kept, where the watch has ended or been begun anew since it was read. The person
        does not count as having been here.
        """
        ...

    async def unwatch(self, person: str, agreement: str | None = None) -> int:
        """Forget one watch of a person, or all; return how many there were."""
        ...

    async def watches(self, person: str | None = None) -> list[Watch]:
        """Return all watches, or a person's."""
        ...

    async def record_published(self, revision: str, at: datetime) -> None:
        """Note that a revision was published; the same revision again changes nothing."""
        ...


class Asks(Protocol):
    """What the edges call: the bot behind them."""

    async def ask(self, turn: Turn) -> Answer:
        """Return one complete reply; remembers, counts gaps and keeps the receipt."""
        ...

    @property
    def experts(self) -> Experts:
        """Asking a human."""
        ...

    @property
    def post(self) -> Post:
        """Letters on their way."""
        ...

    @property
    def upkeep(self) -> Upkeep:
        """What whoever looks after the knowledge should see."""
        ...

    async def find(self, turn: Turn) -> tuple[Found, ...]:
        """Return at most ten results for a half-written question, best first; keeps nothing of it.

        For an empty text: what is most useful where the person works.
        """
        ...

    async def pick(self, turn: Turn) -> Answer | None:
        """Return the answer to the question of a result that was chosen, and keep its receipt.

        Null where the question could not be a result. An answer without a code has no receipt.
        """
        ...

    async def handle_once(self, activity: str) -> bool:
        """Return true the first time an activity id is seen."""
        ...

    async def handle_again(self, activity: str) -> None:
        """Forget that an activity id was seen: it was not answered after all."""
        ...

    async def note_sent(self, message: str, code: str) -> None:
        """Remember which answer (by the code of its receipt) a sent message carries."""
        ...

    async def feedback(self, message: str, reaction: str, reason: str) -> None:
        """Keep a reaction (`like` or `dislike`) to the answer that a sent message carries."""
        ...

    async def receipt(self, code: str) -> dict[str, Any] | None:
        """Return the public JSON of an answer that was given, by the code of its receipt, or null."""
        ...

    async def forget(self, conversation: str) -> None:
        """Forget what follow-ups would lean on: the message that was answered has been deleted."""
        ...

    async def welcome(self, turn: Turn) -> Answer:
        """Return the greeting for somebody new; asks for the profile where none is saved."""
        ...

    async def profile(self, person: str | None) -> Profile:
        """Return what a person has chosen; nothing for somebody unknown."""
        ...

    async def choose(self, turn: Turn, profile: Profile) -> Answer:
        """Save a person's profile and say so; ids that the knowledge lacks count as not chosen."""
        ...

    def workplaces(self) -> list[tuple[str, str]]:
        """Return (id, name) of the kinds of workplace that can be chosen."""
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
