"""Our own BotAdapter: activities in from aiohttp, our own JSON out through the pooled connector.

The SDK's CloudAdapter answers invokes with 500, drops citations and opens a connection for
each reply; only its ActivityHandler, TurnContext and Activity are used.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from botbuilder.core import BotAdapter, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ConversationReference, ResourceResponse

from bot.registrations import Registration
from bot.teams.activities import BadActivity
from bot.teams.address import address_of, attach
from bot.teams.connector import Connector

OnError = Callable[[TurnContext, Exception], Awaitable[None]]


class Reply(Activity):
    """An activity whose JSON is ours: the SDK's serialiser drops what it does not know."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        super().__init__(type=body["type"])
        self.body = dict(body)


class TeamsAdapter(BotAdapter):
    """Runs one turn for each activity and sends what the turn replies."""

    def __init__(self, connector: Connector, on_turn_error: OnError) -> None:
        super().__init__(on_turn_error)
        self._connector = connector

    async def process(
        self,
        activity: Mapping[str, Any],
        registration: Registration | None,
        turn: Callable[[TurnContext], Awaitable[None]],
    ) -> InvokeResponse | None:
        """Run the turn and return what answers an invoke, null for every other activity.

        `registration` is the one that the activity came to, by which the replies go out; null in dev mode.
        Raises BadActivity where the SDK cannot read it, TransportError where no reply gets through.
        """
        received = _activity(activity)
        attach(received, registration)
        context = TurnContext(self, received)
        await self.run_pipeline(context, turn)
        return context.turn_state.get(self._INVOKE_RESPONSE_KEY)

    async def send_activities(self, context: TurnContext, activities: list[Activity]) -> list[ResourceResponse]:
        """Send activities in order and return the ids they were given."""
        return [await self._send(context, activity) for activity in activities]

    async def update_activity(self, context: TurnContext, activity: Activity) -> None:
        """Refuse: Lotsen never edits a message that somebody may have read."""
        raise NotImplementedError

    async def delete_activity(self, context: TurnContext, reference: ConversationReference) -> None:
        """Refuse: Lotsen never takes back a message that somebody may have read."""
        raise NotImplementedError

    async def _send(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        if activity.type == ActivityTypes.invoke_response:
            context.turn_state[self._INVOKE_RESPONSE_KEY] = activity.value
            return ResourceResponse()
        if not isinstance(activity, Reply):
            raise TypeError(f"an activity of type {activity.type} is not ours to send")
        given = await self._connector.send(
            address_of(context.activity), {**activity.body, **_address(activity)}, activity.reply_to_id
        )
        return ResourceResponse(id=given)


def _activity(raw: Mapping[str, Any]) -> Activity:
    try:
        activity = Activity().deserialize(dict(raw))
    # The SDK's reader raises whatever its parts raise (AttributeError, KeyError, its own …).
    except Exception as exc:
        raise BadActivity("unreadable") from exc
    # Replies are always sent on their own; Teams never asks for them in the answer.
    activity.delivery_mode = None
    return activity


def _address(activity: Activity) -> dict[str, Any]:
    address = {
        "channelId": activity.channel_id,
        "serviceUrl": activity.service_url,
        "replyToId": activity.reply_to_id,
        "conversation": activity.conversation.serialize(),
        "from": activity.from_property.serialize() if activity.from_property else None,
        "recipient": activity.recipient.serialize() if activity.recipient else None,
    }
    return {key: value for key, value in address.items() if value is not None}
