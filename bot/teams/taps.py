"""Buttons and forms on cards: what a tap says, and what is shown for it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from botbuilder.schema import Activity

from bot.answer import Answer
from bot.render.card import ASK


@dataclass(frozen=True, slots=True)
class Tap:
    """A tapped button: its verb, its data with the inputs of its form, and the activity that brought it.

    `executed` is false where the client knew only Action.Submit and sent the data as a message.
    """

    verb: str
    data: Mapping[str, Any]
    activity: Activity
    executed: bool

    def text(self, name: str) -> str:
        """Return an input or a datum as text; what is no text counts as empty."""
        value = self.data.get(name)
        return value.strip() if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a tap leads to: a card and the same as plain text; `answer` where it is one, for receipt and sources."""

    card: dict[str, Any]
    text: str
    answer: Answer | None = None


class BadTap(Exception):
    """A tap that carries no data that its verb understands."""


Verb = Callable[[Tap], Coroutine[Any, Any, Shown]]


def tap_of(activity: Activity) -> Tap | None:
    """Return the tap that an Action.Execute invoke or an Action.Submit message brings, or null.

    Data without a verb are a question, as the suggestions of earlier versions sent them.
    """
    value = activity.value
    if not isinstance(value, Mapping):
        return None
    executed = activity.type == "invoke"
    action = value.get("action") if executed else None
    data = action.get("data") if isinstance(action, Mapping) and action.get("type") == "Action.Execute" else None
    data = data if executed else value
    if not isinstance(data, Mapping):
        return None
    named = action.get("verb") if isinstance(action, Mapping) else data.get("verb")
    return Tap(named if isinstance(named, str) and named else ASK, data, activity, executed)
