"""The bot's registration: whether its ids and secret look right, and whether a token can be had with them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

from bot.doctor.findings import Finding, Outside, Reply, faulty, fine, untried, why
from bot.errors import TransportError
from bot.package.identity import is_guid
from bot.registrations import Registration
from bot.settings import MANY_TENANTS

SCOPE = "https://api.botframework.com/.default"
TOKEN_PATH = "/oauth2/v2.0/token"  # noqa: S105
# Entra's own codes (AADSTS…) for what is usually wrong.
KNOWN_CODES = {
    700016: "no_app",
    90002: "no_tenant",
    900023: "no_tenant",
    7000215: "bad_secret",
    7000222: "old_secret",
    7000112: "disabled",
}
OVERLOADED = frozenset({408, 429})


def check_form(each: Registration) -> Iterator[Finding]:
    """Yield whether the ids are ids, and the secret not the id of the secret, as is so easily copied."""
    yield fine("app_id", "good", value=each.app_id) if is_guid(each.app_id) else faulty("app_id", "bad")
    yield _home(each.app_tenant or MANY_TENANTS)
    wrong = [tenant for tenant in each.tenants if not is_guid(tenant)]
    if wrong:
        yield faulty("tenants", "bad", value=wrong[0][:80])
    else:
        yield fine("tenants", "good", count=len(each.tenants))
    yield faulty("secret", "id") if is_guid(each.app_secret or "") else fine("secret", "good")


def _home(tenant: str) -> Finding:
    if tenant == MANY_TENANTS:
        return untried("tenant", "many")
    if is_guid(tenant) or "." in tenant:
        return fine("tenant", "good", value=tenant)
    return faulty("tenant", "bad", value=tenant[:80])


async def check_token(each: Registration, outside: Outside) -> AsyncIterator[Finding]:
    """Yield whether the login gives a token for replies. The token is thrown away."""
    base = outside.login_url.rstrip("/")
    url = base if base.endswith(TOKEN_PATH) else f"{base}/{each.app_tenant}{TOKEN_PATH}"
    form = {
        "grant_type": "client_credentials",
        "client_id": each.app_id,
        "client_secret": each.app_secret or "",
        "scope": SCOPE,
    }
    try:
        reply = await outside.fetch("POST", url, form=form)
    except TransportError as exc:
        yield untried("token", "unreachable", why=why(exc), url=outside.login_url)
        return
    yield _judged(reply, each)


def _judged(reply: Reply, each: Registration) -> Finding:
    said = _object(reply.body)
    if reply.status == 200 and said.get("access_token"):
        return fine("token", "good")
    if reply.status in OVERLOADED or reply.status >= 500:
        return untried("token", "busy", status=reply.status)
    codes = said.get("error_codes")
    listed = codes if isinstance(codes, list) else []
    if known := next((KNOWN_CODES[code] for code in listed if code in KNOWN_CODES), None):
        return faulty("token", known, tenant=each.app_tenant)
    return faulty("token", "refused", status=reply.status, error=str(said.get("error", ""))[:80])


def _object(body: bytes) -> dict[str, Any]:
    try:
        read = json.loads(body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
