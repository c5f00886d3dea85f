"""The bot registrations that the settings name, each with what it logs in with."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.settings import MANY_TENANTS, Settings


@dataclass(frozen=True, slots=True)
class Registered:
    """One registration. `tenant` is where it logs in, `tenants` are those let in."""

    app_id: str
    secret: str = field(repr=False)
    tenant: str
    tenants: tuple[str, ...]


def registered(settings: Settings) -> tuple[Registered, ...]:
    """Return every registration, in the order in which they are set; none where Teams is off."""
    if settings.teams_app_id is None:
        return ()
    secret = settings.teams_app_secret.get_secret_value() if settings.teams_app_secret else ""
    tenant = settings.teams_app_tenant or MANY_TENANTS
    return (Registered(settings.teams_app_id, secret, tenant, settings.teams_tenants),)
