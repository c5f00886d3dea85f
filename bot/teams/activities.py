"""Reading what Teams sends: the shape of an activity, the question in it, the keys to remember by."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.errors import LotsenError
from bot.markup import shown

# Zero-width and direction marks, byte order mark and soft hyphen: invisible, but they split words.
_INVISIBLE = dict.fromkeys([0x00AD, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)])
_MENTION = re.compile(r"<at\b[^>]*>.*?</at>", re.IGNORECASE | re.DOTALL)
_CARD = "application/vnd.microsoft.card."
_OBJECTS = ("from", "recipient", "channelData")
REACTIONS = {"like": "like", "heart": "like", "sad": "dislike", "angry": "dislike"}
"""What Teams' reactions say of an answer; a laugh or surprise says nothing that we can use."""
_TEXTS = ("id", "text", "name", "replyToId", "locale", "action")


class BadActivity(LotsenError):
    """The body of a request is no activity."""


def read_activity(body: bytes) -> dict[str, Any]:
    """Return the activity in a request body; raise BadActivity where it cannot be answered."""
    try:
        activity = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise BadActivity("no JSON") from exc
    if not isinstance(activity, dict):
        raise BadActivity("no object")
    for key in ("type", "channelId", "serviceUrl"):
        if not isinstance(activity.get(key), str) or not activity[key]:
            raise BadActivity(key)
    conversation = activity.get("conversation")
    if not isinstance(conversation, dict) or not isinstance(conversation.get("id"), str) or not conversation["id"]:
        raise BadActivity("conversation")
    _check_optional(activity)
    return activity


def _check_optional(activity: Mapping[str, Any]) -> None:
    for key in _OBJECTS:
        if not isinstance(activity.get(key) or {}, dict):
            raise BadActivity(key)
    for key in _TEXTS:
        if not isinstance(activity.get(key) or "", str):
            raise BadActivity(key)
    for key in ("from", "recipient"):
        if not isinstance((activity.get(key) or {}).get("id") or "", str):
            raise BadActivity(key)
    for key in ("entities", "membersAdded"):
        listed = activity.get(key) or []
        if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
            raise BadActivity(key)


def plain_question(text: str | None) -> str:
    """Return what a person wrote, without mentions, invisible characters and HTML entities.

    Names of other people who are mentioned go too: Lotsen has no use for them.
    """
    bare = _MENTION.sub(" ", text or "")
    if not shown(bare).translate(_INVISIBLE).strip():
        return ""  # a card or a file that was put in leaves a tag for its place
    unescaped = html.unescape(bare).translate(_INVISIBLE).replace("\u00a0", " ")
    lines = (" ".join(line.split()) for line in unescaped.splitlines())
    return "\n".join(line for line in lines if line)


def carries_card(attachments: Iterable[object]) -> bool:
    """Return whether a message has a card in it, such as one that was found from the compose box."""
    kinds = (getattr(attachment, "content_type", None) or "" for attachment in attachments)
    return any(kind.startswith(_CARD) for kind in kinds)


def tapped_question(value: object) -> str | None:
    """Return the question that a tapped button carries, or null."""
    question = value.get("question") if isinstance(value, Mapping) else None
    if not isinstance(question, str):
        return None
    return plain_question(question) or None


def feedback_given(value: object) -> tuple[str, str] | None:
    """Return (reaction, reason) of a feedback invoke, or null.

    Teams sends the reason as JSON in a string, the Playground as a plain string.
    """
    if not isinstance(value, Mapping) or value.get("actionName") != "feedback":
        return None
    given = value.get("actionValue")
    reaction = given.get("reaction") if isinstance(given, Mapping) else None
    if not isinstance(given, Mapping) or reaction not in ("like", "dislike"):
        return None
    return str(reaction), _reason(given.get("feedback"))


def _reason(feedback: object) -> str:
    if not isinstance(feedback, str):
        return ""
    try:
        packed = json.loads(feedback)
    except (ValueError, RecursionError):
        return feedback
    if not isinstance(packed, Mapping):
        return feedback
    text = packed.get("feedbackText")
    return text if isinstance(text, str) else ""


def mentions_bot(mentioned: Iterable[object], bot: str | None) -> bool:
    """Return whether one of the `mentioned` accounts of an activity is the bot."""
    return bot is not None and any(isinstance(who, Mapping) and who.get("id") == bot for who in mentioned)


def conversation_key(conversation: str, sender: str | None, personal: bool) -> str:
    """Return by what a conversation is remembered: in a group, each person has their own.

    Here and below, `conversation` is what `bot.teams.address.place_of` gives.
    """
    return f"teams:{conversation}" if personal or not sender else f"teams:{conversation}:{sender}"


def person_key(aad_object_id: str | None, sender: str | None, scope: str = "") -> str | None:
    """Return by what a person is remembered: a hash, so that no account is stored.

    `scope` is what `bot.teams.address.scope_of` gives.
    """
    known = aad_object_id or sender
    return "teams:" + hashlib.sha256(f"{scope}{known}".encode()).hexdigest() if known else None


def message_key(conversation: str, message: str) -> str:
    """Return by what a sent message is remembered: a hash, the same from each place in its thread."""
    thread = conversation.partition(";")[0]
    return "teams:" + hashlib.sha256(f"{thread}:{message}".encode()).hexdigest()


def event_type(channel_data: object) -> str:
    """Return what happened to a message as Teams calls it: editMessage, undeleteMessage, softDeleteMessage."""
    named = channel_data.get("eventType") if isinstance(channel_data, Mapping) else None
    return named if isinstance(named, str) else ""


def version_of(kind: str, text: str | None) -> str:
    """Return what tells an edit or a deletion from the message whose id it bears; empty for all else."""
    if kind not in ("messageUpdate", "messageDelete"):
        return ""
    return f":{kind}:{hashlib.sha256((text or '').encode()).hexdigest()[:16]}"
