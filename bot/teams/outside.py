"""Asking other servers as the Teams edge does, for `lotsen doctor`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import aiohttp

from bot.doctor.findings import PATIENCE, Outside, Reply
from bot.errors import TransportError
from bot.teams.config import LOGIN_URL, OPENID_URL

LIMIT = 1024 * 1024  # bytes


@asynccontextmanager
async def open_outside(
    login_url: str | None, openid_url: str | None, now: Callable[[], datetime]
) -> AsyncIterator[Outside]:
    """Hold the HTTP client open. Null addresses are Microsoft's own; `now` gives the time in UTC."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield Outside(_Asker(session), login_url or LOGIN_URL, openid_url or OPENID_URL, now)


class _Asker:
    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __call__(
        self, method: str, url: str, *, form: dict[str, str] | None = None, json: Any = None, seconds: float = PATIENCE
    ) -> Reply:
        limit = aiohttp.ClientTimeout(total=seconds)
        try:
            async with self._session.request(
                method, url, data=form, json=json, timeout=limit, allow_redirects=False
            ) as response:
                body = bytearray()
                async for chunk in response.content.iter_chunked(65536):
                    body += chunk
                    if len(body) > LIMIT:
                        raise TransportError("long")
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Reply(response.status, headers, bytes(body))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as exc:
            raise TransportError(_why(exc), temporary=True) from exc


def _why(exc: Exception) -> str:
    """Return in a word why nothing came; the doctor says it in Swedish."""
    match exc:
        case TimeoutError():
            return "timeout"
        case aiohttp.ClientConnectorDNSError():
            return "name"
        case aiohttp.ClientSSLError():
            return "certificate"
        case aiohttp.ClientConnectorError():
            return "refused"
        case _:
            return "broken"
