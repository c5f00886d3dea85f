"""Who may use the page and the API when Lotsen listens to more than loopback."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True)
class WebConfig:
    """How the web edge is open. `limit_bytes` bounds the body of a question.

    Off loopback the page and the API need `api_key` in X-Lotsen-Key, or a request from the address
    `trusted_proxy` that carries X-Forwarded-User. `editor_role` is what the proxy's
    X-Forwarded-Groups must have for somebody to be an editor.
    """

    dev: bool
    loopback: bool
    api_key: str | None
    trusted_proxy: str | None
    limit_bytes: int = 64 * 1024
    editor_role: str | None = None
    public: bool = False


def key_fits(config: WebConfig, sent: str | None) -> bool:
    """Return whether a caller's key is the configured one, in time that does not depend on the key."""
    if not config.api_key or not sent:
        return False
    return hmac.compare_digest(_bytes(sent), _bytes(config.api_key))


def proxied_user(config: WebConfig, remote: str | None, name: str | None) -> str | None:
    """Return an opaque key for the user that the trusted proxy names; null from any other address.

    The name itself is not kept: it is often an e-mail address.
    """
    user = (name or "").strip()
    if not user or not is_same_address(remote, config.trusted_proxy):
        return None
    return "web:" + hashlib.sha256(_bytes(user)).hexdigest()[:32]


def is_same_address(remote: str | None, trusted: str | None) -> bool:
    """Return whether a request comes from the trusted address."""
    if not remote or not trusted:
        return False
    try:
        return _address(remote) == _address(trusted)
    except ValueError:
        return False


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    address = ipaddress.ip_address(text)
    # A socket for both families shows 10.0.0.1 as ::ffff:10.0.0.1.
    return getattr(address, "ipv4_mapped", None) or address


def _bytes(text: str) -> bytes:
    # Header bytes outside UTF-8 reach us as surrogates.
    return text.encode("utf-8", "surrogateescape")
