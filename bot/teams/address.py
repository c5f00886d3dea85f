"""Where somebody can be told something: made from an activity, kept as JSON, used long after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from botbuilder.schema import Activity

from bot.errors import LotsenError
from bot.registrations import Registration


class BadAddress(LotsenError):
    """What was kept is no address."""


@dataclass(frozen=True, slots=True)
class Address:
    """A conversation, by which registration it is reached, and whom it was with.

    `app_id` is null in dev mode only. `bot` and `user` are accounts as Teams names them ("28:…",
    "29:…"); a user's account is worth something to this one registration alone. `conversation` of a
    channel names the thread.
    """

    service_url: str
    conversation: str
    app_id: str | None = None
    tenant: str | None = None
    bot: str | None = None
    user: str | None = None
    personal: bool = False

    @property
    def channel(self) -> Address:
        """The channel or chat itself: not the thread in it, and nobody in particular."""
        return replace(self, conversation=self.conversation.partition(";messageid=")[0], user=None)

    def as_json(self) -> dict[str, Any]:
        """Return the address as it can be kept; `from_json` reads it again."""
        return asdict(self)

    @staticmethod
    def from_json(kept: Mapping[str, Any]) -> Address:
        """Return the address that was kept. Raises BadAddress where it is none."""
        names = {field.name for field in fields(Address)}
        if not set(kept) <= names or not isinstance(kept.get("personal", False), bool):
            raise BadAddress("keys")
        for name in names - {"personal"}:
            value = kept.get(name)
            if not isinstance(value, str | None) or (name in ("service_url", "conversation") and not value):
                raise BadAddress(name)
        return Address(**kept)

    def head(self) -> dict[str, Any]:
        """Return the fields that every activity to this address carries."""
        conversation = {"id": self.conversation, **({"tenantId": self.tenant} if self.tenant else {})}
        head: dict[str, Any] = {"channelId": "msteams", "serviceUrl": self.service_url, "conversation": conversation}
        if self.bot:
            head["from"] = {"id": self.bot}
        if self.user and self.personal:
            head["recipient"] = {"id": self.user}
        return head


def attach(activity: Activity, registration: Registration | None) -> None:
    """Note with an activity which registration it came to; null in dev mode."""
    activity.registration = registration


def address_of(activity: Activity) -> Address:
    """Return where an activity came from. It must have come through the adapter, which knows the registration."""
    registration: Registration | None = activity.registration
    sender, bot, place = activity.from_property, activity.recipient, activity.conversation
    return Address(
        service_url=activity.service_url,
        conversation=place.id,
        app_id=registration.app_id if registration else None,
        tenant=tenant_of(activity.channel_data) or place.tenant_id,
        bot=bot.id if bot else None,
        user=sender.id if sender else None,
        personal=is_personal(activity),
    )


def scope_of(activity: Activity) -> str:
    """Return what keys begin with, so that those of different registrations and tenants never meet.

    It is empty for the registration of the single settings, whose keys are as they were when there was but one.
    """
    registration: Registration | None = activity.registration
    if registration is None or not registration.id:
        return ""
    return f"{registration.app_id}:{tenant_of(activity.channel_data) or ''}:"


def place_of(activity: Activity) -> str:
    """Return the conversation of an activity as keys name it: no other registration or tenant has one like it."""
    return f"{scope_of(activity)}{activity.conversation.id}"


def is_personal(activity: Activity) -> bool:
    """Return whether an activity is from a chat with one person."""
    kind = activity.conversation.conversation_type
    return bool(kind == "personal" if kind else not activity.conversation.is_group)


def tenant_of(channel_data: object) -> str | None:
    """Return the tenant that Teams names in an activity's channel data, in lower case, or null."""
    tenant = channel_data.get("tenant") if isinstance(channel_data, Mapping) else None
    named = tenant.get("id") if isinstance(tenant, Mapping) else None
    return named.lower() if isinstance(named, str) and named else None
