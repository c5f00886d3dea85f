"""Who may use the editor's pages, and which requests are the editor's own doing."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.access import is_same_address

FORWARDED = ("forwarded", "via", "x-real-ip", "x-forwarded-")
"""How headers begin that tell of somebody between the browser and Lotsen."""
NAME_LIMIT = 80


@dataclass(frozen=True, slots=True)
class EditorAccess:
    """How the editor's pages are open.

    On loopback they are, to who sits at the machine, unless Lotsen is `public`: reached from elsewhere through a
    proxy, which may tell nothing of itself. Elsewhere a request must come from `trusted_proxy`
    with a user who has `role` among X-Forwarded-Groups; without a role nobody comes in. `public_host` is
    the host by which browsers know Lotsen, where a setting says so.
    """

    loopback: bool
    trusted_proxy: str | None = None
    role: str | None = None
    public_host: str | None = None
    public: bool = False


@dataclass(frozen=True, slots=True)
class Admitted:
    """Somebody who may edit. `name` is whom the log names; empty where the page must ask for it."""

    name: str = ""
    proxied: bool = False


def admitted(access: EditorAccess, remote: str | None, headers: Mapping[str, str]) -> Admitted | None:
    """Return who it is; null where the pages are closed to them. An API key opens nothing here."""
    forwarded = any(name.casefold().startswith(FORWARDED) for name in headers)
    if access.loopback and not access.public and not access.trusted_proxy and not forwarded:
        return Admitted() if is_local_name(headers.get("Host", "")) else None
    user = " ".join(headers.get("X-Forwarded-User", "").split())[:NAME_LIMIT]
    groups = {group.strip() for group in headers.get("X-Forwarded-Groups", "").split(",")}
    if not user or not access.role or access.role not in groups:
        return None
    return Admitted(user, proxied=True) if is_same_address(remote, access.trusted_proxy) else None


def is_own_page(access: EditorAccess, headers: Mapping[str, str], *, proxied: bool) -> bool:
    """Return whether a form was sent from a page of Lotsen's own, by Origin or else Referer."""
    sent = headers.get("Origin") or headers.get("Referer") or ""
    own = {headers.get("Host", "")}
    if proxied:
        own |= {headers.get("X-Forwarded-Host", ""), access.public_host or ""}
    try:
        host = urlsplit(sent).netloc
    except ValueError:
        return False
    return bool(host) and host.casefold() in {name.casefold() for name in own}


def token(secret: bytes, session: str) -> str:
    """Return what a form must carry to be this browser's own."""
    return hmac.new(secret, session.encode(), hashlib.sha256).hexdigest()


def token_fits(secret: bytes, session: str | None, sent: str) -> bool:
    """Return whether a form's token is that of the browser that sends it, in time that does not depend on it."""
    return bool(session) and hmac.compare_digest(token(secret, session or "").encode(), sent.encode("utf-8", "replace"))


def is_local_name(host: str) -> bool:
    """Return whether a Host header names this machine itself: a page elsewhere whose name points here sends its own."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
