"""Delivers letters unasked, gently: one at a time, and only as often as Teams allows.

Limits and statuses as in Microsoft's "Optimize your bot with rate limiting in Teams" (read 2026-11-22):
429 is answered by waiting as long as Teams says, with jitter; 412 and 5xx may succeed later. What 403 and
404 mean is settled in `bot.teams.refusals`.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

from bot.errors import StateError, TransportError
from bot.logs import fields
from bot.outreach import EXPERT_QUESTION, EXPERT_UNDELIVERED, EXPERT_WAITS, NOTICE, PAUSES, WEEKLY, Post
from bot.ports import Letter
from bot.render.letters import render_letter
from bot.rounds import log_fault
from bot.teams import replies
from bot.teams.address import Address, BadAddress
from bot.teams.refusals import unreachable
from bot.teams.taps import Shown

log = logging.getLogger(__name__)

POLL = 2.0  # s between looks where there was nothing to do
ROUND = 60.0  # s between looks for what time alone makes due
AWAY = 30.0  # s until a store that was away is tried again
PACE = 1 / 30  # s between two messages: a third below what Teams takes from one app in a tenant
PACE_IN_ONE = 1.0  # s between two messages to one conversation
MOST_WAITED = 300.0  # s that everything waits where Teams asks for patience
MENDABLE = frozenset({401, 403, 404, 408, 412, 429})
NO_USER = "NoUser"
TO_PLACES = frozenset({EXPERT_QUESTION, EXPERT_UNDELIVERED, EXPERT_WAITS, WEEKLY})  # read by all in a channel or group
LET_FINISH = 8.0  # s that a letter under way is given when Lotsen is told to stop


class Carrier(Protocol):
    """What the courier needs of the connector."""

    async def send(self, address: Address, activity: dict[str, Any], reply_to: str | None = None) -> str | None:
        """Deliver one activity; raises TransportError."""
        ...

    async def create_conversation(self, address: Address) -> Address:
        """Return the address of the chat with one person; raises TransportError."""
        ...


class Courier:
    """Takes letters from the post to the connector while it runs. Several may run on one store."""

    def __init__(
        self,
        post: Post,
        carrier: Carrier,
        sentence: Callable[[str], str],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._post = post
        self._carrier = carrier
        self._sentence = sentence
        self._clock = clock
        self._sleep = sleep
        self._sent: dict[str, float] = {}
        self._prepared: float | None = None
        self._stopped = asyncio.Event()
        self._under_way = asyncio.Lock()

    async def run(self) -> None:
        """Deliver until cancelled. No fault of a letter, of Teams or of the store ends it."""
        while not self._stopped.is_set():
            try:
                pause = await self.round()
            except StateError:
                log.warning("letters wait for the store", extra=fields(event="letters_wait"))
                pause = AWAY
            except Exception:
                log.exception("the courier stumbled and goes on")
                pause = AWAY
            await self._sleep(pause)

    async def stop(self, task: asyncio.Task[None]) -> None:
        """End `run`, which is that task. A letter under way is finished, so that it is known whether it arrived."""
        self._stopped.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(LET_FINISH), self._under_way:
                pass
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def round(self) -> float:
        """Look once, deliver what there is, and return how many seconds to rest."""
        if self._prepared is None or self._clock() - self._prepared >= ROUND:
            self._prepared = self._clock()
            await self._prepare()
        # One at a time, so that each has all of its claim: two minutes, where sending may take 36 seconds.
        letters = await self._post.claim(1)
        waits = 0.0 if letters else POLL
        for letter in letters if not self._stopped.is_set() else []:
            async with self._under_way:
                waits = await self._deliver_by_itself(letter)
        return waits

    async def _prepare(self) -> None:
        try:
            await self._post.prepare()
        except StateError:
            # Perhaps for some of it only; what has been posted goes its way.
            log.warning("some letters are not written yet", extra=fields(event="letters_unwritten"))
        except Exception:
            log_fault("prepare")

    async def _deliver_by_itself(self, letter: Letter) -> float:
        try:
            return await self._deliver(letter)
        except StateError:
            raise  # the letter comes back when its claim has ended
        except Exception:
            log_fault(letter.what)
            await self._post.stumbled(letter)
            return 0.0

    async def _deliver(self, letter: Letter) -> float:
        """Deliver one letter; return how many seconds Teams wants everything to wait."""
        rendered = render_letter(letter, self._sentence)
        try:
            address = Address.from_json(letter.address)
        except BadAddress:
            address = None
        if rendered is None or address is None:
            log.error("a letter cannot be delivered", extra=fields(event="letter_unreadable", what=letter.what))
            await self._post.lost(letter, gone=False)
            return 0.0
        message = replies.shown_message(Shown(*rendered))
        await self._sleep(self._wait_for(address.conversation))
        if not await self._post.begin(letter):
            await self._post.delivered(letter)
            return 0.0
        try:
            arrived = await self._send(letter, address, message)
        except TransportError as exc:
            return await self._failed(letter, exc)
        if not arrived:
            log.info(
                "letter waits for its reader's chat", extra=fields(event="letter_waits_for_chat", what=letter.what)
            )
            await self._post.waits(letter, replace(address, user=None).as_json())
            return 0.0
        await self._post.delivered(letter)
        log.info("letter delivered", extra=fields(event="letter", what=letter.what, tries=letter.tries))
        return 0.0

    async def _send(self, letter: Letter, address: Address, message: dict[str, Any]) -> bool:
        """Send to one person's own chat, or what is for all there to the channel or group that the address is.

        False where the person has no chat of their own and may yet begin one.
        """
        if address.personal or letter.what in TO_PLACES:
            await self._carrier.send(address, message)
            return True
        try:
            await self._carrier.send(await self._own_chat(address), message)
        except TransportError as exc:
            # A question and its answer were shown to one person: where they were asked, others would read them.
            if letter.what == NOTICE or not (unreachable(exc) or exc.code == NO_USER):
                raise
            return False
        return True

    async def _own_chat(self, address: Address) -> Address:
        try:
            return await self._carrier.create_conversation(address)
        except TransportError as exc:
            if not exc.uncertain:
                raise
            # What is uncertain is only whether there is a chat now: nothing was said in it.
            raise TransportError(str(exc), temporary=True) from exc

    async def _failed(self, letter: Letter, error: TransportError) -> float:
        told = {"what": letter.what, "status": error.status, "code": error.code, "tries": letter.tries}
        if error.uncertain and not await self._post.begin(letter):
            # It may have arrived, and is of a sort that must not arrive twice.
            await self._post.delivered(letter)
        elif unreachable(error) or letter.tries >= len(PAUSES) or _is_hopeless(error):
            log.warning("letter given up", extra=fields(event="letter_lost", **told))
            await self._post.lost(letter, gone=unreachable(error))
        else:
            pause = max(PAUSES[letter.tries], error.retry_after or 0.0)
            # Spread out, so that letters that failed together do not come back together.
            await self._post.again(letter, pause * (1 + random.random() / 4))  # noqa: S311
            log.info("letter waits", extra=fields(event="letter_waits", **told))
        return min(error.retry_after or PAUSES[0], MOST_WAITED) if error.status == 429 else 0.0

    def _wait_for(self, conversation: str) -> float:
        """Return how many seconds to wait before a message to a conversation, and count on its being sent then."""
        now = self._clock()
        last = max(self._sent.values(), default=now - PACE)  # all of them are less than a second old
        due = max(now, last + PACE, self._sent.get(conversation, now - PACE_IN_ONE) + PACE_IN_ONE)
        self._sent = {place: at for place, at in self._sent.items() if at > now - PACE_IN_ONE}
        self._sent[conversation] = due
        return due - now


def _is_hopeless(error: TransportError) -> bool:
    """Return whether Teams will say the same of this message for ever.

    What is ours to put right, such as a secret that has run out, is worth another try.
    """
    return error.status is not None and 400 <= error.status < 500 and error.status not in MENDABLE
