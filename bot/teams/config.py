"""What the Teams edge must be told before it can start."""

from __future__ import annotations

from dataclasses import dataclass, field

OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN_URL = "https://login.microsoftonline.com"


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """The bot's registration and whom it listens to; see design.md section 5.

    Without `app_id` every request is refused, except where `dev` is set: then no token is
    asked for, and replies go to loopback only. With `app_id`, `dev` changes nothing.
    `service_hosts` are `host` or `host[:port]`, added to Teams' own.
    """

    app_id: str | None = None
    app_secret: str | None = field(default=None, repr=False)
    app_tenant: str | None = None
    tenants: tuple[str, ...] = ()
    openid_url: str = OPENID_URL
    login_url: str = LOGIN_URL
    service_hosts: tuple[str, ...] = ()
    dev: bool = False

    @property
    def open_to_loopback(self) -> bool:
        """Whether activities are taken without a token."""
        return self.dev and not self.app_id
