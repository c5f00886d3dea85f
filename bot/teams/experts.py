"""Taps that ask a human and that answer: who may, what they see, and where they are reached."""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace

from botbuilder.schema import Activity

from bot.errors import StateError
from bot.experts import MAX_OPEN
from bot.outreach import Enquiry, Experts
from bot.ports import Asks
from bot.render.earlier import with_earlier
from bot.render.experts import (
    ANSWER,
    CANCEL,
    ENQUIRE,
    OPEN,
    REPLY,
    SEND,
    SOURCE,
    TEXT,
    WORDS,
    enquiry_card,
    offer_card,
    question_card,
    sent_card,
    told_card,
    with_offer,
)
from bot.teams import activities
from bot.teams.address import Address, BadAddress, address_of, is_personal, scope_of
from bot.teams.taps import BadTap, Shown, Tap, Verb

log = logging.getLogger(__name__)

MEETINGS = frozenset({"message", "invoke"})
"""Activities by which a person shows that they have a chat with Lotsen."""


class ExpertTaps:
    """Leads from a button to an enquiry, and from a channel's form to an answer."""

    def __init__(self, asks: Asks) -> None:
        self._asks = asks
        self._noted: dict[str, Address] = {}

    @property
    def verbs(self) -> dict[str, Verb]:
        """What answers the taps, by the verbs of the buttons."""
        return {
            ENQUIRE: self._enquire,
            SEND: self._send,
            CANCEL: self._cancel,
            OPEN: self._open,
            ANSWER: self._answer,
        }

    async def note(self, activity: Activity) -> None:
        """Learn from an activity how an expert group's channel is reached, or somebody for whom a letter waits."""
        if activity.type in MEETINGS and is_personal(activity):
            await self._note_chat(activity)
        place = _place(activity)
        if not self._experts.is_channel(place):
            return
        address = address_of(activity).channel
        if self._noted.get(place) == address:
            return
        try:
            if await self._is_ours(place, activity):
                await self._experts.note_channel(place, address.as_json())
                self._noted[place] = address
        except StateError:
            log.warning("the address of a channel could not be noted", exc_info=True)

    async def _note_chat(self, activity: Activity) -> None:
        person = _person(activity)
        if person is None:
            return
        try:
            await self._experts.note_chat(person, address_of(activity).as_json())
        except StateError:
            log.warning("letters could not be taken to a person's own chat", exc_info=True)

    def offered(self, shown: Shown, question: str) -> Shown:
        """Return an answer with the button that leads to a human, where it leaves its question open."""
        offer = self._experts.offer(question, shown.answer) if shown.answer is not None else None
        return shown if offer is None else replace(shown, card=with_offer(shown.card, offer))

    async def offer_after(self, conversation: str | None, message: str) -> Shown | None:
        """Return the offer of a human to whoever was not helped; null where nobody could be asked."""
        offer = await self._experts.offer_after(conversation, message)
        return Shown(*offer_card(offer, self._asks.sentence)) if offer is not None else None

    async def begun(self, activity: Activity, conversation: str | None) -> Shown:
        """Return the enquiry about what was last asked; in a group only the button, since all would see the enquiry."""
        offer = await self._experts.offer_last(conversation)
        if offer is None:
            return self._shown(None, "")
        if not is_personal(activity):
            return Shown(*offer_card(offer, self._asks.sentence))
        return self._shown(await self._experts.enquire(offer.question, offer.receipt, _person(activity)), offer.receipt)

    async def _enquire(self, tap: Tap) -> Shown:
        if not (tap.executed or is_personal(tap.activity)):
            # What answers this tap is a message that all in the group would see.
            return Shown(*told_card(self._asks.sentence("experts.own_chat")))
        enquiry, changed = await self._asked(tap)
        return self._shown(enquiry, tap.text("receipt"), changed=changed)

    async def _send(self, tap: Tap) -> Shown:
        enquiry, changed = await self._asked(tap)
        receipt, mark = tap.text("receipt"), tap.text("mark")
        if not mark:
            raise BadTap
        if enquiry is None or changed or not enquiry.question:
            # What is sent is what was shown, and nothing else.
            return self._shown(enquiry, receipt, changed=changed)
        asker = address_of(tap.activity)

        def reach(place: str) -> dict[str, object]:
            return replace(asker.channel, conversation=place, personal=False).as_json()

        person = _person(tap.activity)
        if not await self._experts.send(mark, enquiry, receipt, person, asker.as_json(), reach):
            full = self._asks.sentence("experts.full").replace("{count}", str(MAX_OPEN))
            return await self._with_earlier(Shown(*told_card(full)), receipt)
        return await self._with_earlier(Shown(*sent_card(enquiry, self._asks.sentence)), receipt)

    async def _cancel(self, tap: Tap) -> Shown:
        said = Shown(*told_card(self._asks.sentence("experts.cancelled")))
        return await self._with_earlier(said, tap.text("receipt"))

    async def _open(self, tap: Tap) -> Shown:
        opened = await self._experts.open(tap.text("id"), await self._channel(tap))
        return Shown(*(question_card(opened, self._asks.sentence) if opened else self._refused()))

    async def _answer(self, tap: Tap) -> Shown:
        if not tap.text(REPLY):
            return await self._open(tap)
        opened = await self._experts.answer(tap.text("id"), await self._channel(tap), tap.text(REPLY), tap.text(SOURCE))
        return Shown(*(question_card(opened, self._asks.sentence) if opened else self._refused()))

    async def _asked(self, tap: Tap) -> tuple[Enquiry | None, bool]:
        """Return the enquiry that a tap stands for, and whether it is another than the one that was shown."""
        person, receipt = _person(tap.activity), tap.text("receipt")
        before = await self._experts.enquire(tap.text("question"), receipt, person, _listed(tap.data.get("shown")))
        if before is None:
            return None, False
        written, ticked = tap.data.get(TEXT), tap.data.get(WORDS)
        words = ticked.split(",") if isinstance(ticked, str) else list(before.shown)
        text = before.text
        if isinstance(written, str) and written.split() != before.question.split():
            text = written
        now = await self._experts.enquire(text, receipt, person, [word.strip() for word in words])
        same = now is not None and (now.question, before.text) == (before.question, tap.text("question"))
        return now, not same

    async def _channel(self, tap: Tap) -> str:
        """Return the channel that a tap comes from; empty where it is not to be believed."""
        place = _place(tap.activity)
        return place if self._experts.is_channel(place) and await self._is_ours(place, tap.activity) else ""

    async def _is_ours(self, place: str, activity: Activity) -> bool:
        """Return whether a channel is in the tenant in which it was when it was first seen."""
        known = await self._experts.channel_address(place)
        if known is None:
            return True
        try:
            tenant = Address.from_json(known).tenant
        except BadAddress:
            return True
        return tenant == address_of(activity).tenant

    async def _with_earlier(self, shown: Shown, receipt: str) -> Shown:
        earlier = await self._asks.receipt(receipt) if receipt else None
        return replace(shown, card=with_earlier(shown.card, earlier, self._asks.sentence)) if earlier else shown

    def _shown(self, enquiry: Enquiry | None, receipt: str, *, changed: bool = False) -> Shown:
        if enquiry is None:
            return Shown(*told_card(self._asks.sentence("experts.closed")))
        mark = secrets.token_hex(8)
        return Shown(*enquiry_card(enquiry, receipt, mark, self._asks.sentence, changed=changed))

    def _refused(self) -> tuple[dict[str, object], str]:
        return told_card(self._asks.sentence("experts.refused"))

    @property
    def _experts(self) -> Experts:
        return self._asks.experts


def _place(activity: Activity) -> str:
    return str(activity.conversation.id).partition(";messageid=")[0]


def _person(activity: Activity) -> str | None:
    sender = activity.from_property
    return activities.person_key(sender.aad_object_id, sender.id, scope_of(activity)) if sender else None


def _listed(value: object) -> list[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
