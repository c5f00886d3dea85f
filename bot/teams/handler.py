"""What Lotsen does with each kind of activity. The answers themselves come from behind the port."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ChannelAccount

from bot.answer import Answer
from bot.errors import StateError, TransportError
from bot.ports import Asks, Turn
from bot.render.card import render_card
from bot.teams import activities, replies, search
from bot.teams.adapter import Reply

log = logging.getLogger(__name__)

PATIENCE = 1.0  # s until somebody who waits is shown that an answer is under way
REMEMBERED_REPLIES = 5000


class LotsenBot(ActivityHandler):
    """Answers messages, tapped buttons and feedback; greets in personal chats; is silent otherwise."""

    def __init__(self, asks: Asks, today: Callable[[], date], patience: float = PATIENCE) -> None:
        super().__init__()
        self._asks = asks
        self._today = today
        self._patience = patience
        self._places = dict(asks.municipalities())
        self._receipts: OrderedDict[str, str] = OrderedDict()

    async def on_turn(self, turn_context: TurnContext) -> None:
        """Answer one activity; one that was seen before is left alone, invokes apart.

        An invoke must be given its body each time it comes.
        """
        activity = turn_context.activity
        if activity.type == ActivityTypes.invoke or await self._first_time(activity):
            await super().on_turn(turn_context)

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Answer a question that is put to Lotsen."""
        activity = turn_context.activity
        tapped = activities.tapped_question(activity.value)
        if not (tapped or _personal(activity) or _mentioned(activity)):
            return
        question = tapped or activities.plain_question(activity.text)
        if not question:
            await self._reply(turn_context, await self._asks.welcome(self._today()))
            return
        answer = await self._answer_shown_waiting(turn_context, question)
        await self._reply(turn_context, answer, asked=tapped)

    async def on_members_added_activity(self, members_added: list[ChannelAccount], turn_context: TurnContext) -> None:
        """Greet once in a personal chat. In a group or channel nobody is greeted."""
        activity = turn_context.activity
        if _personal(activity) and await self._once(f"teams-welcome:{activity.conversation.id}"):
            await self._reply(turn_context, await self._asks.welcome(self._today()))

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        """Return the body that Teams waits for; 501 for what Lotsen does not do."""
        activity = turn_context.activity
        if activity.name == "adaptiveCard/action":
            return InvokeResponse(status=200, body=await self._executed(activity))
        if activity.name == "message/submitAction":
            return await self._feedback(activity)
        if activity.name in (search.QUERY, search.SELECT):
            ask_for = partial(self._turn, activity)
            return await search.answer_search(self._asks, activity.name, activity.value, ask_for)
        return InvokeResponse(status=501, body={"error": "not_implemented"})

    async def apologise(self, turn_context: TurnContext, error: Exception) -> None:
        """Tell that something failed, with a reference that the log has too."""
        if isinstance(error, TransportError):
            raise error
        reference = secrets.token_hex(4)
        log.error("turn failed, reference %s", reference, exc_info=error)
        sorry = self._asks.sentence("teams.failed").replace("{reference}", reference)
        if turn_context.activity.type == ActivityTypes.invoke:
            searching = turn_context.activity.name in (search.QUERY, search.SELECT)
            body = search.message(sorry) if searching else replies.error_response(500, "InternalError", sorry)
            response = InvokeResponse(status=200, body=body)
            await turn_context.send_activity(Activity(type=ActivityTypes.invoke_response, value=response))
        else:
            await turn_context.send_activity(Reply(replies.text_message(sorry)))

    async def _executed(self, activity: Activity) -> dict[str, Any]:
        question = activities.executed_question(activity.value)
        if question is None:
            return replies.error_response(400, "BadRequest", self._asks.sentence("teams.bad_action"))
        answer = await self._asks.ask(self._turn(activity, question))
        if _personal(activity):
            # The new card takes the old one's place in the message; in a group only for the one who tapped.
            self._note_receipt(activity.reply_to_id, answer)
        return replies.card_response(self._card(answer, asked=question))

    async def _feedback(self, activity: Activity) -> InvokeResponse:
        given = activities.feedback_given(activity.value)
        if given is None:
            return InvokeResponse(status=400, body={"error": "feedback"})
        if await self._first_time(activity):
            reaction, reason = given
            await self._asks.feedback(self._receipts.get(activity.reply_to_id or "", ""), reaction, reason)
        return InvokeResponse(status=200, body={})

    async def _answer_shown_waiting(self, context: TurnContext, question: str) -> Answer:
        """Return the answer, and show meanwhile that it is being written if it takes its time."""
        answering = asyncio.ensure_future(self._asks.ask(self._turn(context.activity, question)))
        typing: asyncio.Task[None] | None = None
        try:
            await asyncio.wait({answering}, timeout=self._patience)
            if not answering.done():
                typing = asyncio.create_task(_show_typing(context))
            return await answering
        finally:
            for task in (answering, typing):
                if task is not None and not task.done():
                    task.cancel()

    async def _reply(self, context: TurnContext, answer: Answer, asked: str | None = None) -> None:
        sent = await context.send_activity(Reply(replies.answer_message(answer, self._card(answer, asked))))
        self._note_receipt(sent.id if sent is not None else None, answer)

    def _note_receipt(self, message: str | None, answer: Answer) -> None:
        if message and answer.receipt:
            self._receipts[message] = answer.receipt
            while len(self._receipts) > REMEMBERED_REPLIES:
                self._receipts.popitem(last=False)

    def _card(self, answer: Answer, asked: str | None = None) -> dict[str, Any]:
        return render_card(answer, self._asks.sentence, asked=asked, place=self._places.get(answer.municipality or ""))

    def _turn(self, activity: Activity, question: str) -> Turn:
        sender = activity.from_property
        return Turn(
            text=question,
            on=self._today(),
            conversation=activities.conversation_key(
                activity.conversation.id, sender.id if sender else None, _personal(activity)
            ),
            person=activities.person_key(sender.aad_object_id, sender.id) if sender else None,
        )

    async def _first_time(self, activity: Activity) -> bool:
        if not activity.id:
            return True
        return await self._once(f"teams:{activity.conversation.id}:{activity.id}")

    async def _once(self, key: str) -> bool:
        try:
            return await self._asks.handle_once(key)
        except StateError:
            # A reply that may come twice is better than none.
            log.warning("handled activities cannot be looked up", exc_info=True)
            return True


async def _show_typing(context: TurnContext) -> None:
    try:
        await context.send_activity(Reply({"type": "typing"}))
    except TransportError as exc:
        log.info("typing could not be shown: %s", exc)


def _personal(activity: Activity) -> bool:
    kind = activity.conversation.conversation_type
    return kind == "personal" if kind else not activity.conversation.is_group


def _mentioned(activity: Activity) -> bool:
    named = (entity.additional_properties.get("mentioned") for entity in activity.entities or [])
    return activities.mentions_bot(named, activity.recipient.id if activity.recipient else None)
