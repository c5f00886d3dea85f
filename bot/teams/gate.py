"""Who is let in: tenants, and the addresses that replies may go to."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from yarl import URL

from bot.errors import LotsenError
from bot.teams.config import TeamsConfig

TEAMS_HOSTS = ("smba.trafficmanager.net",)


class Refusal(LotsenError):
    """A request that is not answered; `status` is its HTTP status, `reason` a word for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Gate:
    """Lets in activities of allowed tenants whose replies go to allowed hosts."""

    def __init__(self, config: TeamsConfig) -> None:
        self._loopback_only = config.open_to_loopback
        self._tenants = frozenset(tenant.strip().lower() for tenant in config.tenants)
        self._hosts = tuple(_host_and_port(entry) for entry in (*TEAMS_HOSTS, *config.service_hosts))

    def admit(self, activity: Mapping[str, Any]) -> None:
        """Return if the activity may be answered; raise Refusal(403) otherwise."""
        if not self._loopback_only and _tenant(activity) not in self._tenants:
            raise Refusal(403, "tenant")
        if not self._may_reply_to(str(activity["serviceUrl"])):
            raise Refusal(403, "service_url")

    def _may_reply_to(self, service_url: str) -> bool:
        url = plain_url(service_url)
        if url is None or url.host is None:
            return False
        loopback = is_loopback(url.host)
        if self._loopback_only:
            return loopback
        if url.scheme != "https" and not loopback:
            return False
        return any(_matches(url, host, port, loopback) for host, port in self._hosts)


def plain_url(text: str) -> URL | None:
    """Return an http(s) URL without user, query or fragment, read as the HTTP client will read it."""
    if not text.isascii() or not text.isprintable() or " " in text or "\\" in text:
        return None
    try:
        url = URL(text)
        port = url.port
    except ValueError:
        return None
    if url.scheme not in ("http", "https") or not url.host or port is None:
        return None
    return None if url.user or url.password or url.query_string or url.fragment else url


def is_loopback(host: str) -> bool:
    """Return whether a host name or address is this machine itself."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _matches(url: URL, host: str, port: int | None, loopback: bool) -> bool:
    if (url.host or "").lower() != host:
        return False
    if port is None:
        # On loopback a tool picks its port; elsewhere no port means the usual one.
        return loopback or url.is_default_port()
    return url.port == port


def _host_and_port(entry: str) -> tuple[str, int | None]:
    url = URL("//" + entry.strip().lower().removeprefix("https://").removeprefix("http://").rstrip("/"))
    return url.host or "", url.explicit_port


def _tenant(activity: Mapping[str, Any]) -> str | None:
    channel_data = activity.get("channelData")
    tenant = channel_data.get("tenant") if isinstance(channel_data, Mapping) else None
    named = tenant.get("id") if isinstance(tenant, Mapping) else None
    return named.lower() if isinstance(named, str) and named else None
