"""The client that puts our replies into Teams: pooled, with time limits and bounded retries."""

from __future__ import annotations

import asyncio
import json
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.errors import TransportError
from bot.teams.login import ReplyTokens

log = logging.getLogger(__name__)

RETRIED = frozenset({412, 429, 502, 503, 504})
ATTEMPTS = 4
BUDGET = 12.0  # s for all attempts: Teams sends the question again after 15
TRY_LIMIT = 6.0  # s for one attempt
PAUSES = (0.5, 1.0, 2.0)  # s before the second, third and fourth attempt, with up to a quarter added


class Connector:
    """Posts activities to the service address of a conversation."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: ReplyTokens | None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._clock = clock
        self._sleep = sleep

    async def send(
        self, service_url: str, conversation: str, reply_to: str | None, activity: Mapping[str, Any]
    ) -> str | None:
        """Deliver one activity and return the id it was given.

        Raises TransportError when it was refused, or when four attempts or 12 s did not suffice.
        """
        url = _address(service_url, conversation, reply_to)
        body = json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode()
        deadline = self._clock() + BUDGET
        for attempt in range(ATTEMPTS):
            try:
                return await self._try(url, body, deadline - self._clock())
            except TransportError as exc:
                pause = _pause(attempt, exc.retry_after)
                last = attempt + 1 == ATTEMPTS or self._clock() + pause >= deadline
                if not exc.temporary or last:
                    raise
                log.info("reply is sent again in %.1f s: %s", pause, exc)
            await self._sleep(pause)
        raise TransportError("no attempt was made")

    async def _try(self, url: URL, body: bytes, left: float) -> str | None:
        token = await self._tokens.token() if self._tokens is not None else None
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        limit = aiohttp.ClientTimeout(total=max(0.1, min(TRY_LIMIT, left)), sock_connect=2.0)
        try:
            async with self._session.post(
                url, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as response:
                if response.status < 300:
                    return await _activity_id(response)
                if response.status == 401 and token is not None and self._tokens is not None:
                    self._tokens.forget(token)
                raise _refused(response)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ServerDisconnectedError) as exc:
            # Nothing was taken in: the connection failed, or a kept one had been closed meanwhile.
            raise TransportError("the service cannot be reached", temporary=True) from exc
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            # The message may have arrived; a second one would be worse than none.
            raise TransportError("the service did not answer") from exc


def _address(service_url: str, conversation: str, reply_to: str | None) -> URL:
    path = f"{service_url.rstrip('/')}/v3/conversations/{quote(conversation, safe='')}/activities"
    return URL(f"{path}/{quote(reply_to, safe='')}" if reply_to else path, encoded=True)


async def _activity_id(response: aiohttp.ClientResponse) -> str | None:
    try:
        answered = await response.json(content_type=None)
    except ValueError:
        return None
    given = answered.get("id") if isinstance(answered, dict) else None
    return given if isinstance(given, str) else None


def _refused(response: aiohttp.ClientResponse) -> TransportError:
    # A 401 is worth another try only because the token was dropped just before.
    temporary = response.status in RETRIED or response.status == 401
    after = response.headers.get("Retry-After", "")
    return TransportError(
        f"the service answered {response.status}",
        temporary=temporary,
        retry_after=float(after) if after.isascii() and after.isdecimal() else None,
    )


def _pause(attempt: int, asked: float | None) -> float:
    base = PAUSES[min(attempt, len(PAUSES) - 1)]
    # Spread out, so that replies that failed together do not come back together.
    return asked if asked is not None else base * (1 + random.random() / 4)  # noqa: S311
