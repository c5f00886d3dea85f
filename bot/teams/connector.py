"""The client that puts our messages into Teams: pooled, with time limits and bounded retries."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.errors import TransportError
from bot.teams.address import Address
from bot.teams.gate import Gate
from bot.teams.login import ReplyTokens
from bot.teams.refusals import refusal

log = logging.getLogger(__name__)

ATTEMPTS = 4
BUDGET = 12.0  # s for all attempts: Teams sends the question again after 15
TRY_LIMIT = 6.0  # s for one attempt
PAUSES = (0.5, 1.0, 2.0)  # s before the second, third and fourth attempt, with up to a quarter added


class Connector:
    """Posts activities to the service address of a conversation, with the token of the registration it is for.

    `tokens` are by app id; none at all is dev mode. Every address is held against `gate` before it is used.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        gate: Gate,
        tokens: Mapping[str, ReplyTokens],
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._gate = gate
        self._tokens = tokens
        self._clock = clock
        self._sleep = sleep

    async def send(self, address: Address, activity: Mapping[str, Any], reply_to: str | None = None) -> str | None:
        """Deliver one activity and return the id it was given; without `reply_to` it is a message of its own.

        Raises TransportError when it was refused, or when four attempts or 12 s did not suffice;
        `bot.teams.refusals.unreachable` tells whether nobody is there any more.
        """
        path = f"/{quote(address.conversation, safe='')}/activities"
        if reply_to:
            path += f"/{quote(reply_to, safe='')}"
        return await self._post(address, path, {**address.head(), **activity})

    async def create_conversation(self, address: Address) -> Address:
        """Return the address of the chat with the user alone whom an address names, made if there was none.

        Raises TransportError as `send` does, and where the address names no user, bot or tenant.
        """
        if not (address.user and address.bot and address.tenant):
            raise TransportError("the address names no user, bot or tenant", code="NoUser")
        wanted = {
            "bot": {"id": address.bot},
            "members": [{"id": address.user}],
            "isGroup": False,
            "tenantId": address.tenant,
            "channelData": {"tenant": {"id": address.tenant}},
        }
        conversation = await self._post(address, "", wanted)
        if not conversation:
            raise TransportError("the service named no conversation")
        return replace(address, conversation=conversation, personal=True)

    async def _post(self, address: Address, path: str, content: Mapping[str, Any]) -> str | None:
        """Post below /v3/conversations, again while it helps, and return the id in the answer."""
        if not self._gate.reaches(address):
            raise TransportError("the address may not be written to", code="NotAllowed")
        url = URL(f"{address.service_url.rstrip('/')}/v3/conversations{path}", encoded=True)
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        tokens = self._tokens.get(address.app_id or "")
        deadline = self._clock() + BUDGET
        for attempt in range(ATTEMPTS):
            try:
                return await self._try(url, body, deadline - self._clock(), tokens)
            except TransportError as exc:
                pause = _pause(attempt, exc.retry_after)
                last = attempt + 1 == ATTEMPTS or self._clock() + pause >= deadline
                if not exc.temporary or last:
                    raise
                log.info("a message is sent again in %.1f s: %s", pause, exc)
            await self._sleep(pause)
        raise TransportError("no attempt was made")

    async def _try(self, url: URL, body: bytes, left: float, tokens: ReplyTokens | None) -> str | None:
        token = await tokens.token() if tokens is not None else None
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        limit = aiohttp.ClientTimeout(total=max(0.1, min(TRY_LIMIT, left)), sock_connect=2.0)
        try:
            async with self._session.post(
                url, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                if response.status < 300:
                    return await _id(response)
                if response.status == 401 and token is not None and tokens is not None:
                    tokens.forget(token)
                raise await refusal(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ServerDisconnectedError) as exc:
            # Nothing was taken in: the connection failed, or a kept one had been closed meanwhile.
            raise TransportError("the service cannot be reached", temporary=True) from exc
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            # The message may have arrived; a second one would be worse than none.
            raise TransportError("the service did not answer", uncertain=True) from exc


async def _id(response: aiohttp.ClientResponse) -> str | None:
    try:
        answered = await response.json(content_type=None)
    except ValueError:
        return None
    given = answered.get("id") if isinstance(answered, dict) else None
    return given if isinstance(given, str) else None


def _pause(attempt: int, asked: float | None) -> float:
    base = PAUSES[min(attempt, len(PAUSES) - 1)]
    # Spread out, so that replies that failed together do not come back together.
    return asked if asked is not None else base * (1 + random.random() / 4)  # noqa: S311
