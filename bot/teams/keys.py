"""The public keys that sign Teams' tokens, fetched without stopping anything else."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bot.errors import TransportError
from bot.teams.gate import is_loopback, plain_url

log = logging.getLogger(__name__)

PAUSE = 30.0  # s from one fetch to the next
FRESH = 6 * 3600.0  # s after which keys are renewed beside the work
KEEP = 48 * 3600.0  # s after which keys that could not be renewed are no longer believed
TIME_LIMIT = 5.0  # s for one fetch, both documents
SIZE_LIMIT = 1024 * 1024  # bytes of one document


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key and the channels for which its owner may speak."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """The keys published at an OpenID address.

    An unknown key id leads to a fetch, so that a rotated key is taken up at once; but
    never twice within 30 s, or anybody could make us call the address as often as they like.
    """

    def __init__(self, url: str, session: aiohttp.ClientSession, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._session = session
        self._clock = clock
        self._keys: dict[str, SigningKey] = {}
        self._tried: float | None = None
        self._loaded: float | None = None
        self._fetch: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> SigningKey | None:
        """Return the key with that id, or null where none is published; never raises."""
        if kid in self._keys and self._age() < KEEP:
            if self._age() > FRESH:
                self._begin()
            return self._keys.get(kid)
        fetch = self._begin()
        if fetch is not None:
            # Shielded: a caller that goes away must not take the fetch from the others.
            await asyncio.shield(fetch)
        return self._keys.get(kid) if self._age() < KEEP else None

    async def close(self) -> None:
        """Stop a fetch under way."""
        if self._fetch is not None and not self._fetch.done():
            self._fetch.cancel()
            await asyncio.wait({self._fetch})

    def _age(self) -> float:
        return float("inf") if self._loaded is None else self._clock() - self._loaded

    def _begin(self) -> asyncio.Task[None] | None:
        if self._fetch is not None and not self._fetch.done():
            return self._fetch
        now = self._clock()
        if self._tried is not None and now - self._tried < PAUSE:
            return None
        self._tried = now
        self._fetch = asyncio.create_task(self._load())
        return self._fetch

    async def _load(self) -> None:
        try:
            async with asyncio.timeout(TIME_LIMIT):
                metadata = await self._document(self._url)
                keys = _read_keys(await self._document(self._keys_url(metadata)))
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError, RecursionError, TransportError) as exc:
            log.warning("signing keys could not be fetched from %s: %r", self._url, exc)
            return
        self._keys = keys
        self._loaded = self._clock()

    def _keys_url(self, metadata: dict[str, Any]) -> str:
        address = metadata.get("jwks_uri")
        url = plain_url(address) if isinstance(address, str) else None
        own = plain_url(self._url)
        loopback = own is not None and own.scheme == "http" and is_loopback(own.host or "")
        if url is None or (url.scheme != "https" and not (loopback and is_loopback(url.host or ""))):
            raise TransportError("jwks_uri is no https address")
        return str(url)

    async def _document(self, url: str) -> dict[str, Any]:
        async with self._session.get(url, allow_redirects=False) as response:
            if response.status != 200:
                raise TransportError(f"{url} answered {response.status}")
            body = bytearray()
            async for chunk in response.content.iter_chunked(65536):
                body += chunk
                if len(body) > SIZE_LIMIT:
                    raise TransportError(f"{url} is too large")
        document = json.loads(bytes(body))
        if not isinstance(document, dict):
            raise TransportError(f"{url} is no JSON object")
        return document


def _read_keys(document: dict[str, Any]) -> dict[str, SigningKey]:
    """Return the usable RSA keys by their id; a broken one does not spoil the others."""
    found: dict[str, SigningKey] = {}
    listed = document.get("keys")
    for entry in listed if isinstance(listed, list) else []:
        if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str):
            continue
        try:
            public = jwt.PyJWK(entry, algorithm="RS256").key
        except (jwt.PyJWTError, ValueError, TypeError):
            log.warning("an unreadable signing key was passed over")
            continue
        endorsed = entry.get("endorsements")
        if isinstance(public, RSAPublicKey):
            names = frozenset(name for name in endorsed if isinstance(name, str)) if isinstance(endorsed, list) else ()
            found[entry["kid"]] = SigningKey(public, frozenset(names))
    return found
