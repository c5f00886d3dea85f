"""What the Teams edge must be told before it can start."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from bot.registrations import Registration

OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
LOGIN_URL = "https://login.microsoftonline.com"


@dataclass(frozen=True, slots=True)
class TeamsConfig:
    """The bot's registrations and whom they listen to; see design.md section 5.

    `app_id`, `app_secret`, `app_tenant` and `tenants` are one registration, `registrations` further
    ones. Without any every request is refused, except where `dev` is set: then no token is asked for,
    and replies go to loopback only. With one, `dev` changes nothing.
    `service_hosts` are `host` or `host[:port]`, added to Teams' own.
    """

    app_id: str | None = None
    app_secret: str | None = field(default=None, repr=False)
    app_tenant: str | None = None
    tenants: tuple[str, ...] = ()
    registrations: tuple[Registration, ...] = ()
    openid_url: str = OPENID_URL
    login_url: str = LOGIN_URL
    service_hosts: tuple[str, ...] = ()
    dev: bool = False

    @property
    def open_to_loopback(self) -> bool:
        """Whether activities are taken without a token."""
        return self.dev and not self.registered

    @property
    def registered(self) -> dict[str, Registration]:
        """All registrations by their app ids."""
        own = [Registration(self.app_id, self.app_tenant, self.app_secret, self.tenants)] if self.app_id else []
        return {one.app_id: one for one in (*own, *self.registrations)}

    def alone(self, registration: Registration) -> TeamsConfig:
        """Return the configuration with this registration and no other."""
        return replace(
            self,
            app_id=registration.app_id,
            app_secret=registration.app_secret,
            app_tenant=registration.app_tenant,
            tenants=registration.tenants,
            registrations=(),
        )
