"""What Lotsen does with each kind of activity. The answers themselves come from behind the port."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext
from botbuilder.schema import Activity, ActivityTypes, ChannelAccount, MessageReaction

from bot.answer import Answer
from bot.errors import StateError, TransportError
from bot.ports import Asks, Profile, Turn
from bot.render.card import ASK, render_card
from bot.render.earlier import ORIGIN, with_earlier, with_origin
from bot.render.experts import EXPERT
from bot.render.forms import NONE, PLACE, PROFILE, WORKPLACE, with_profile_form
from bot.teams import activities, replies, search
from bot.teams.adapter import Reply
from bot.teams.address import address_of, is_personal, place_of, scope_of
from bot.teams.experts import ExpertTaps
from bot.teams.taps import BadTap, Shown, Tap, Verb, tap_of
from knowledge.model import Kind

log = logging.getLogger(__name__)

UPDATE = "messageUpdate"
PATIENCE = 1.0  # s until somebody who waits is shown that an answer is under way


class LotsenBot(ActivityHandler):
    """Answers messages, tapped buttons and feedback; greets in personal chats; is silent otherwise."""

    def __init__(self, asks: Asks, today: Callable[[], date], patience: float = PATIENCE) -> None:
        super().__init__()
        self._asks = asks
        self._today = today
        self._patience = patience
        self._places = dict(asks.municipalities())
        self._experts = ExpertTaps(asks)
        self._verbs: dict[str, Verb] = {
            ASK: self._ask_tapped,
            PROFILE: self._profile_chosen,
            **self._experts.verbs,
        }

    async def on_turn(self, turn_context: TurnContext) -> None:
        """Answer one activity; one that was seen before is left alone, invokes apart.

        An invoke must be given its body each time it comes.
        """
        activity = turn_context.activity
        await self._experts.note(activity)
        if activity.type == ActivityTypes.invoke:
            await super().on_turn(turn_context)
        elif await self._first_time(activity):
            await self._answered_or_free(turn_context)

    async def _answered_or_free(self, turn_context: TurnContext) -> None:
        try:
            await super().on_turn(turn_context)
        except TransportError as exc:
            if not exc.uncertain:  # nobody has seen an answer, so the question may come again
                await self._not_handled(turn_context.activity)
            raise

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        """Answer a question that is put to Lotsen."""
        activity = turn_context.activity
        tap = tap_of(activity)
        if tap is not None and tap.verb in self._verbs:
            try:
                await self._send(turn_context, await self._shown_waiting(turn_context, self._verbs[tap.verb](tap)))
                return
            except BadTap:
                log.info("a tap without data is read as a message")
        if not (is_personal(activity) or _mentioned(activity)):
            return
        question = activities.plain_question(activity.text)
        if question:
            await self._send(turn_context, await self._shown_waiting(turn_context, self._asked(activity, question)))
        elif not activities.carries_card(activity.attachments or ()):  # a card that is put in a chat asks nothing
            await self._send(turn_context, await self._welcome(activity))

    async def on_members_added_activity(self, members_added: list[ChannelAccount], turn_context: TurnContext) -> None:
        """Greet once: in a personal chat, and in a group or channel when Lotsen itself is added.

        Nobody is greeted for coming into a group.
        """
        activity = turn_context.activity
        itself = activity.recipient.id if activity.recipient else None
        if not (is_personal(activity) or any(member.id == itself for member in members_added)):
            return
        if await self._once(f"teams-welcome:{place_of(activity)}"):
            await self._send(turn_context, await self._welcome(activity))

    async def on_message_update_activity(self, turn_context: TurnContext) -> None:
        """Answer a question that was put right after it was sent; an unchanged one was answered already."""
        activity = turn_context.activity
        if activities.event_type(activity.channel_data) != "editMessage" or activity.value is not None:
            return
        question = activities.plain_question(activity.text)
        if not question or not (is_personal(activity) or _mentioned(activity)):
            return
        asked = self._asked(activity, question, changed=True)
        await self._send(turn_context, await self._shown_waiting(turn_context, asked))

    async def on_message_delete_activity(self, turn_context: TurnContext) -> None:
        """Forget what the conversation was about: who takes back a message does not want it used."""
        activity = turn_context.activity
        if activities.event_type(activity.channel_data) == "softDeleteMessage":
            await self._asks.forget(self._turn(activity, "").conversation or "")

    async def on_reactions_added(self, message_reactions: list[MessageReaction], turn_context: TurnContext) -> None:
        """Keep a thumb or a face on an answer as what it says of it, without whose it was."""
        told = {activities.REACTIONS.get(reaction.type) for reaction in message_reactions} - {None}
        for reaction in sorted(filter(None, told)):
            await self._react(turn_context, reaction, "")

    async def on_invoke_activity(self, turn_context: TurnContext) -> InvokeResponse:
        """Return the body that Teams waits for; 501 for what Lotsen does not do."""
        activity = turn_context.activity
        if activity.name == "adaptiveCard/action":
            return InvokeResponse(status=200, body=await self._executed(activity))
        if activity.name == "message/submitAction":
            return await self._feedback(turn_context)
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
        tap = tap_of(activity)
        try:
            if tap is None or tap.verb not in self._verbs:
                raise BadTap
            shown = await self._verbs[tap.verb](tap)
        except BadTap:
            return replies.error_response(400, "BadRequest", self._asks.sentence("teams.bad_action"))
        if shown.answer is not None and is_personal(activity):
            # The new card takes the old one's place in the message; in a group only for the one who tapped.
            await self._note_receipt(activity, activity.reply_to_id, shown.answer)
        return replies.card_response(shown.card)

    async def _welcome(self, activity: Activity) -> Shown:
        return await self._shown(activity, await self._asks.welcome(self._turn(activity, "")))

    async def _profile_chosen(self, tap: Tap) -> Shown:
        profile = Profile(_chosen(tap.text(PLACE)), _chosen(tap.text(WORKPLACE)))
        return await self._shown(tap.activity, await self._asks.choose(self._turn(tap.activity, ""), profile))

    async def _ask_tapped(self, tap: Tap) -> Shown:
        question = activities.tapped_question(tap.data)
        if question is None:
            raise BadTap
        shown = await self._asked(tap.activity, question, tapped=True)
        earlier = await self._asks.receipt(tap.text(ORIGIN)) if tap.executed and tap.text(ORIGIN) else None
        return replace(shown, card=with_earlier(shown.card, earlier, self._asks.sentence)) if earlier else shown

    async def _asked(self, activity: Activity, question: str, *, tapped: bool = False, changed: bool = False) -> Shown:
        answer = await self._asks.ask(self._turn(activity, question))
        if answer.form == EXPERT:
            return await self._experts.begun(activity, self._turn(activity, "").conversation)
        # What was typed stands just above; what was tapped or changed does not. A lesson speaks for itself,
        # and personal data that the asker is told to delete must not stand in a message of ours.
        told = (tapped or changed) and answer.kind is not Kind.SMALLTALK and not answer.privacy_warning
        shown = await self._shown(activity, answer, asked=question if told else None)
        return self._experts.offered(shown, question)

    async def _feedback(self, turn_context: TurnContext) -> InvokeResponse:
        activity = turn_context.activity
        given = activities.feedback_given(activity.value)
        if given is None:
            return InvokeResponse(status=400, body={"error": "feedback"})
        if await self._first_time(activity):
            reaction, reason = given
            await self._react(turn_context, reaction, reason)
        return InvokeResponse(status=200, body={})

    async def _react(self, context: TurnContext, reaction: str, reason: str) -> None:
        activity = context.activity
        message = activities.message_key(place_of(activity), activity.reply_to_id or "")
        await self._asks.feedback(message, reaction, reason)
        if reaction == "dislike" and is_personal(activity):
            offered = await self._experts.offer_after(self._turn(activity, "").conversation, message)
            if offered is not None and await self._once(f"teams-offer:{message}"):
                await self._send(context, offered)

    async def _shown_waiting(self, context: TurnContext, work: Coroutine[Any, Any, Shown]) -> Shown:
        """Return what is to be shown, and tell meanwhile that it is being written if it takes its time."""
        answering = asyncio.ensure_future(work)
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

    async def _send(self, context: TurnContext, shown: Shown) -> None:
        sent = await context.send_activity(Reply(replies.shown_message(shown)))
        if shown.answer is not None:
            await self._note_receipt(context.activity, sent.id if sent is not None else None, shown.answer)

    async def _note_receipt(self, activity: Activity, message: str | None, answer: Answer) -> None:
        if not (message and answer.receipt):
            return
        try:
            await self._asks.note_sent(activities.message_key(place_of(activity), message), answer.receipt)
        except StateError:
            log.warning("a reaction to this answer will not find it", exc_info=True)

    async def _shown(self, activity: Activity, answer: Answer, asked: str | None = None) -> Shown:
        place = self._places.get(answer.municipality or "")
        card = with_origin(render_card(answer, self._asks.sentence, asked=asked, place=place), answer.receipt)
        if answer.form == PROFILE and is_personal(activity):
            profile = await self._asks.profile(self._turn(activity, "").person)
            places, workplaces = self._asks.municipalities(), self._asks.workplaces()
            card = with_profile_form(card, self._asks.sentence, profile, places, workplaces)
        return Shown(card, answer.text or answer.lead, answer)

    def _turn(self, activity: Activity, question: str) -> Turn:
        sender = activity.from_property
        return Turn(
            text=question,
            on=self._today(),
            conversation=activities.conversation_key(
                place_of(activity), sender.id if sender else None, is_personal(activity)
            ),
            person=activities.person_key(sender.aad_object_id, sender.id, scope_of(activity)) if sender else None,
            address=address_of(activity).as_json(),
            shared=not is_personal(activity),
        )

    async def _first_time(self, activity: Activity) -> bool:
        first = [await self._once(key) for key in self._keys(activity)]
        return all(first[:1])

    def _keys(self, activity: Activity) -> list[str]:
        """Return the keys that an activity takes: its own, and for a message that of an edit which changes nothing."""
        if not activity.id:
            return []
        key = f"teams:{place_of(activity)}:{activity.id}"
        # An edit and a deletion bear the id of the message itself.
        own = f"{key}{activities.version_of(activity.type, activity.text)}"
        same = f"{key}{activities.version_of(UPDATE, activity.text)}"
        return [own, same] if activity.type == ActivityTypes.message else [own]

    async def _not_handled(self, activity: Activity) -> None:
        for key in self._keys(activity):
            with suppress(StateError):
                await self._asks.handle_again(key)

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


def _chosen(value: str) -> str | None:
    return value if value not in ("", NONE) else None


def _mentioned(activity: Activity) -> bool:
    named = (entity.additional_properties.get("mentioned") for entity in activity.entities or [])
    return activities.mentions_bot(named, activity.recipient.id if activity.recipient else None)
