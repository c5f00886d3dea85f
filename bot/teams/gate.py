"""Who is let in: tenants, and the addresses that replies may go to."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from yarl import URL

from bot.errors import LotsenError
from bot.teams.address import Address, tenant_of
from bot.teams.config import TeamsConfig

TEAMS_HOSTS = ("smba.trafficmanager.net",)


class Refusal(LotsenError):
    """A request that is not answered; `status` is its HTTP status, `reason` a word for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Gate:
    """Lets in activities of tenants that their registration allows, and whose replies go to allowed hosts."""

    def __init__(self, config: TeamsConfig) -> None:
        self._loopback_only = config.open_to_loopback
        self._tenants = {
            app_id: frozenset(tenant.strip().lower() for tenant in one.tenants)
            for app_id, one in config.registered.items()
        }
        self._hosts = tuple(_host_and_port(entry) for entry in (*TEAMS_HOSTS, *config.service_hosts))

    def admit(self, activity: Mapping[str, Any], app_id: str | None) -> None:
        """Return if an activity to that registration may be answered; raise Refusal(403) otherwise.

        `app_id` is null in dev mode only.
        """
        if not self._lets_in(app_id, tenant_of(activity.get("channelData"))):
            raise Refusal(403, "tenant")
        if not self._may_reply_to(str(activity["serviceUrl"])):
            raise Refusal(403, "service_url")

    def reaches(self, address: Address) -> bool:
        """Return whether an address, kept since before, may still be written to."""
        return self._lets_in(address.app_id, address.tenant) and self._may_reply_to(address.service_url)

    def _lets_in(self, app_id: str | None, tenant: str | None) -> bool:
        if self._loopback_only:
            return app_id is None
        return app_id is not None and tenant is not None and tenant.lower() in self._tenants.get(app_id, ())

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
