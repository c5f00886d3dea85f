"""A Lotsen with a group of experts, its letters, and a time that passes only when a test says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.errors import TransportError
from bot.ports import State, Turn
from bot.service import Lotsen, Serving
from bot.teams.address import Address
from bot.teams.courier import Courier
from knowledge.model import ExpertGroup, Knowledge
from tests.fake_state import FakeState
from tests.fakes import FakeClock, sentences

START = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)  # a Thursday
CHANNEL = "19:experter@thread.tacv2"
TENANT = "aaaaaaaa-0000-0000-0000-000000000001"
HOME = Address("https://smba.trafficmanager.net/emea/", "a:asa", "app", TENANT, "28:lotsen", "29:asa", True)
GROUP_CHAT = replace(HOME, conversation="19:grupp@thread.v2", personal=False)
PLACE = replace(HOME, conversation=CHANNEL, user=None, personal=False)
QUESTION = "Vem betalar för tillnyktring?"


class FakeCarrier:
    """Teams' end of the connector: what it is sent, by conversation; `faults` are raised first, in their order."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.made: list[Address] = []
        self.faults: list[TransportError] = []
        self.no_chat: TransportError | None = None
        self.before: Callable[[], Any] | None = None

    async def send(self, address: Address, activity: dict[str, Any], reply_to: str | None = None) -> str | None:
        if self.before is not None:
            await self.before()
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append((address.conversation, activity))
        return f"m{len(self.sent)}"

    async def create_conversation(self, address: Address) -> Address:
        if self.no_chat is not None:
            raise self.no_chat
        self.made.append(address)
        return replace(address, conversation=f"a:{address.user}", personal=True)

    def cards(self, conversation: str) -> list[dict[str, Any]]:
        """Return the cards that were sent to a conversation."""
        return [message["attachments"][0]["content"] for place, message in self.sent if place == conversation]

    def texts(self, conversation: str) -> list[str]:
        """Return what was sent to a conversation, as plain text."""
        return [card["fallbackText"] for card in self.cards(conversation)]


@dataclass
class Office:
    """One process of Lotsen on a state that may have others."""

    serving: Serving
    state: State = field(default_factory=FakeState)
    channels: Mapping[str, str] = field(default_factory=lambda: {"rss": CHANNEL})
    carrier: FakeCarrier = field(default_factory=FakeCarrier)
    now: datetime = START
    clock: FakeClock = field(default_factory=FakeClock)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Begin anew with nothing but the state."""
        self.lotsen = Lotsen(self.serving, self.state, clock=lambda: self.now, channels=self.channels)
        self.courier = Courier(
            self.lotsen.post, self.carrier, sentences().__getitem__, clock=self.clock, sleep=self.clock.sleep
        )

    def colleague(self) -> Office:
        """Return another process on the same state and the same Teams."""
        return Office(self.serving, self.state, self.channels, self.carrier, self.now)

    async def deliver(self, passed: timedelta = timedelta(minutes=1)) -> None:
        """Let time pass, and the courier go until it has nothing to do."""
        self.now += passed
        self.clock.now += passed.total_seconds()
        while await self.courier.round() == 0.0:
            pass

    async def ask(self, text: str = QUESTION, person: str = "asa", address: Address = HOME) -> Any:
        """Return the answer to somebody in Teams."""
        turn = Turn(text, self.now.date(), f"c:{person}", person, address=address.as_json())
        return await self.lotsen.ask(turn)

    async def send(self, text: str = QUESTION, mark: str = "m1", address: Address = HOME, person: str = "asa") -> str:
        """Send a question to the group as the taps do, and return its id."""
        enquiry = await self.lotsen.experts.enquire(text, "", person)
        assert enquiry is not None
        known = set((await self.questions()).keys())
        await self.lotsen.experts.send(
            mark, enquiry, "", person, address.as_json(), lambda place: replace(PLACE, conversation=place).as_json()
        )
        return next(iter(set((await self.questions()).keys()) - known), "")

    async def questions(self) -> dict[str, Any]:
        """Return the questions of which the asker is known, by id."""
        return {question.id: question for question in await self.state.open_expert_questions()}


def with_groups(serving: Serving, *groups: ExpertGroup) -> Serving:
    """Return the same knowledge with other groups."""
    return changed(serving, lambda knowledge: {"experts": {group.id: group for group in groups}})


def changed(serving: Serving, change: Callable[[Knowledge], dict[str, Any]], revision: str = "ny") -> Serving:
    """Return a revision in which some sections of the knowledge are others."""
    knowledge = serving.served.knowledge
    other = knowledge.model_copy(update={**change(knowledge), "revision": revision})
    served = replace(serving.served, knowledge=other, revision=revision)
    return replace(serving, served=served, mind=replace(serving.mind, knowledge=other))
