"""The token that our replies carry, fetched with the bot's own credentials."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import aiohttp

from bot.errors import TransportError
from bot.teams.config import TeamsConfig

SCOPE = "https://api.botframework.com/.default"
TOKEN_PATH = "/oauth2/v2.0/token"  # noqa: S105
MARGIN = 300.0  # s before its end at which a token is renewed
TIME_LIMIT = 5.0  # s


class ReplyTokens:
    """Client-credentials tokens for the bot's home tenant: kept, and fetched by one caller at a time."""

    def __init__(
        self, config: TeamsConfig, session: aiohttp.ClientSession, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._url = token_url(config)
        self._form = {
            "grant_type": "client_credentials",
            "client_id": config.app_id or "",
            "client_secret": config.app_secret or "",
            "scope": SCOPE,
        }
        self._session = session
        self._clock = clock
        self._token: str | None = None
        self._until = 0.0
        self._fetch: asyncio.Task[str] | None = None

    async def token(self) -> str:
        """Return a token that is good for a reply now; raise TransportError where none is given."""
        if self._token is not None and self._clock() < self._until:
            return self._token
        if self._fetch is None or self._fetch.done():
            self._fetch = asyncio.create_task(self._load())
            self._fetch.add_done_callback(_look_at)
        return await asyncio.shield(self._fetch)

    def forget(self, token: str) -> None:
        """Drop a token that was refused, unless a newer one has taken its place."""
        if self._token == token:
            self._token = None

    async def close(self) -> None:
        """Stop a fetch under way."""
        if self._fetch is not None and not self._fetch.done():
            self._fetch.cancel()
            await asyncio.wait({self._fetch})

    async def _load(self) -> str:
        limit = aiohttp.ClientTimeout(total=TIME_LIMIT)
        try:
            async with self._session.post(self._url, data=self._form, timeout=limit, allow_redirects=False) as response:
                if response.status != 200:
                    temporary = response.status in (408, 429) or response.status >= 500
                    raise TransportError(f"login answered {response.status}", temporary=temporary)
                granted = await response.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, OSError) as exc:
            raise TransportError("login cannot be reached", temporary=True) from exc
        except ValueError as exc:
            raise TransportError("login answered no JSON") from exc
        return self._keep(granted)

    def _keep(self, granted: object) -> str:
        token = granted.get("access_token") if isinstance(granted, dict) else None
        if not isinstance(token, str) or not token:
            raise TransportError("login gave no token")
        lifetime = granted.get("expires_in") if isinstance(granted, dict) else None
        seconds = float(lifetime) if isinstance(lifetime, int | float | str) and str(lifetime).isdecimal() else 0.0
        self._token = token
        # A short-lived token is used for half its life rather than never.
        self._until = self._clock() + max(seconds - MARGIN, seconds / 2)
        return token


def token_url(config: TeamsConfig) -> str:
    """Return where tokens are asked for: the login address, with tenant and path unless it has them."""
    base = config.login_url.rstrip("/")
    return base if base.endswith(TOKEN_PATH) else f"{base}/{config.app_tenant}{TOKEN_PATH}"


def _look_at(task: asyncio.Task[str]) -> None:
    # A failure that nobody waited for is no leak: the next caller asks again.
    if not task.cancelled():
        task.exception()
