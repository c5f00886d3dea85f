"""What can be seen from outside: Teams' keys and the time that their server says, and Lotsen's own address."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from bot.doctor.findings import Finding, Outside, Reply, faulty, fine, untried, why
from bot.errors import TransportError
from bot.package.identity import HELP_PAGE

SKEW = timedelta(minutes=5)
"""How far the clock may be wrong before tokens are refused."""


async def check_keys_and_clock(outside: Outside) -> AsyncIterator[Finding]:
    """Yield whether the keys of incoming messages can be fetched, and whether the clock is right."""
    before = outside.now()
    try:
        reply = await outside.fetch("GET", outside.openid_url)
    except TransportError as exc:
        yield untried("keys", "unreachable", why=why(exc), url=outside.openid_url)
        yield untried("clock", "unreachable")
        return
    if _value(reply, "jwks_uri"):
        yield fine("keys", "good")
    else:
        yield faulty("keys", "bad", url=outside.openid_url, status=reply.status)
    yield _clock(reply.headers.get("date", ""), before, outside.now())


def _clock(header: str, before: datetime, after: datetime) -> Finding:
    try:
        theirs = parsedate_to_datetime(header)
    except ValueError:
        return untried("clock", "no_date")
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    # The header was written at some time in between, in whole seconds.
    early, late = theirs - after, theirs - before
    skew = max(early, -late, timedelta())
    if skew > SKEW:
        return faulty("clock", "wrong", minutes=round(skew.total_seconds() / 60))
    return fine("clock", "good", seconds=round(skew.total_seconds()))


async def check_endpoint(public_url: str | None, outside: Outside) -> AsyncIterator[Finding]:
    """Yield whether Lotsen answers at its public address as Teams needs it to."""
    if public_url is None:
        yield untried("address", "none")
        return
    if urlsplit(public_url).scheme == "https":
        yield fine("address", "good", url=public_url)
    else:
        yield faulty("address", "http", url=public_url)
    try:
        health = await outside.fetch("GET", f"{public_url}/healthz")
    except TransportError as exc:
        yield faulty("health", "unreachable", url=public_url, why=why(exc))
        return
    alive = health.status == 200 and _value(health, "status") == "ok"
    yield fine("health", "good") if alive else faulty("health", "bad", url=public_url, status=health.status)
    yield await _messages(public_url, outside)
    yield await _page(public_url, outside)


async def _messages(public_url: str, outside: Outside) -> Finding:
    """An unsigned message must be refused, and by Lotsen itself: a login in front of it would stop Teams too."""
    try:
        reply = await outside.fetch("POST", f"{public_url}/api/messages", json={})
    except TransportError as exc:
        return untried("messages", "unreachable", why=why(exc))
    reason = _value(reply, "error")
    if reply.status == 401 and reason == "no_app_id":
        return faulty("messages", "no_app_id")
    if reply.status == 401 and isinstance(reason, str):
        return fine("messages", "good")
    if reply.status in (301, 302, 303, 307, 308, 401, 403):
        return faulty("messages", "login", status=reply.status)
    if reply.status in (200, 202) or isinstance(reason, str):
        return faulty("messages", "open", status=reply.status)
    return faulty("messages", "bad", status=reply.status)


async def _page(public_url: str, outside: Outside) -> Finding:
    try:
        reply = await outside.fetch("GET", public_url + HELP_PAGE)
    except TransportError as exc:
        return untried("page", "unreachable", why=why(exc))
    if reply.status == 200:
        return fine("page", "good", url=public_url + HELP_PAGE)
    return faulty("page", "bad", url=public_url + HELP_PAGE, status=reply.status)


def _value(reply: Reply, key: str) -> object:
    try:
        read = json.loads(reply.body)
    except ValueError:
        return None
    return read.get(key) if isinstance(read, dict) else None
