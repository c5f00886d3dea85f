"""The endpoint that Teams calls, and what it needs while the application runs."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any

import aiohttp
from aiohttp import web

from bot.errors import TransportError
from bot.ports import Asks
from bot.registrations import Registration
from bot.teams.activities import BadActivity, read_activity
from bot.teams.adapter import TeamsAdapter
from bot.teams.config import TeamsConfig
from bot.teams.connector import Connector
from bot.teams.courier import Courier
from bot.teams.gate import Gate, Refusal
from bot.teams.handler import LotsenBot
from bot.teams.keys import SigningKeys
from bot.teams.login import ReplyTokens
from bot.teams.tokens import TokenCheck, Voucher

log = logging.getLogger(__name__)

PATH = "/api/messages"
BODY_LIMIT = 256 * 1024  # bytes
POOL = 50  # connections to Teams at once


def add_teams_routes(
    app: web.Application,
    asks: Asks,
    config: TeamsConfig,
    today: Callable[[], date],
    *,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Add POST /api/messages. Its HTTP client opens and closes with the application.

    `clock` gives seconds and decides when keys and tokens are fetched again; tests move it.
    """
    endpoint = _Endpoint(asks, config, today, clock)
    app.router.add_post(PATH, endpoint.receive)
    app.cleanup_ctx.append(endpoint.live)


@dataclass(frozen=True, slots=True)
class _Open:
    """What exists while the application runs."""

    check: TokenCheck | None
    adapter: TeamsAdapter


class _Endpoint:
    def __init__(self, asks: Asks, config: TeamsConfig, today: Callable[[], date], clock: Callable[[], float]) -> None:
        self._asks = asks
        self._config = config
        self._clock = clock
        self._registered = config.registered
        self._gate = Gate(config)
        self._bot = LotsenBot(asks, today)
        self._open: _Open | None = None

    async def live(self, app: web.Application) -> AsyncIterator[None]:
        """Hold the HTTP client, keys and tokens from start to stop."""
        if self._config.open_to_loopback:
            log.warning("dev mode: activities are taken without a token, replies go to loopback only")
        pool = aiohttp.TCPConnector(limit=POOL)
        # Cookies of one conversation's service must not follow into another's.
        async with aiohttp.ClientSession(connector=pool, cookie_jar=aiohttp.DummyCookieJar()) as session:
            tokens = {
                app_id: ReplyTokens(self._config.alone(one), session, self._clock)
                for app_id, one in self._registered.items()
            }
            keys = SigningKeys(self._config.openid_url, session, self._clock)
            check = TokenCheck(self._registered, keys) if self._registered else None
            connector = Connector(session, self._gate, tokens)
            self._open = _Open(check, TeamsAdapter(connector, self._bot.apologise))
            async with AsyncExitStack() as stack:
                if self._registered or self._config.open_to_loopback:
                    courier = Courier(self._asks.post, connector, self._asks.sentence)
                    stack.push_async_callback(courier.stop, asyncio.create_task(courier.run()))
                yield
            self._open = None
            await keys.close()
            for one in tokens.values():
                await one.close()

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one activity: 200, 401, 403, 400, 413, 501 for an unknown invoke, 502 if no reply gets out."""
        try:
            activity, registration = await self._admitted(request)
            assert self._open is not None, "requests are served between start and stop"
            answered = await self._open.adapter.process(activity, registration, self._bot.on_turn)
        except Refusal as refusal:
            log.warning("refused with %d: %s", refusal.status, refusal.reason)
            headers = {"WWW-Authenticate": "Bearer"} if refusal.status == 401 else None
            return web.json_response({"error": refusal.reason}, status=refusal.status, headers=headers)
        except BadActivity as exc:
            return web.json_response({"error": str(exc)}, status=400)
        except TransportError as exc:
            log.error("no reply could be delivered: %s", exc)
            return web.json_response({"error": "delivery"}, status=502)
        if answered is None:
            return web.Response(status=200)
        return web.json_response(answered.body, status=int(answered.status))

    async def _admitted(self, request: web.Request) -> tuple[dict[str, Any], Registration | None]:
        voucher = await self._voucher(request)
        activity = read_activity(await _body(request))
        if voucher is None:
            self._gate.admit(activity, None)
            return activity, None
        voucher.cover(activity)
        self._gate.admit(activity, voucher.app_id)
        return activity, self._registered[voucher.app_id]

    async def _voucher(self, request: web.Request) -> Voucher | None:
        if self._config.open_to_loopback:
            return None
        check = self._open.check if self._open is not None else None
        if check is None:
            raise Refusal(401, "no_app_id")
        return await check.verify(request.headers.getall("Authorization", []))


async def _body(request: web.Request) -> bytes:
    """Return the body, or refuse it before more than the limit is in memory."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise Refusal(413, "too_large")
    body = bytearray()
    async for chunk in request.content.iter_chunked(65536):
        body += chunk
        if len(body) > BODY_LIMIT:
            raise Refusal(413, "too_large")
    return bytes(body)
