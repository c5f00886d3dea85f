"""A tapped button puts its answer in the card's place; what stood there is folded in below it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.render.card import ASK, SIZE_LIMIT, Say, size
from bot.render.markdown import escape
from bot.render.pieces import Element
from knowledge.model import Kind

ORIGIN = "of"
"""The datum of a button that names the answer it stands under, by the code of its receipt."""
PASSING = frozenset({Kind.CLARIFY.value, Kind.SMALLTALK.value})
"""Answers that nobody wants back once a button of theirs has been tapped."""


def with_origin(card: Element, receipt: str) -> Element:
    """Return a card whose buttons tell which answer they stand under."""
    return {**card, "actions": [_told(action, receipt) for action in card["actions"]]} if "actions" in card else card


def with_earlier(card: Element, earlier: Mapping[str, Any], say: Say) -> Element:
    """Return a card with an earlier answer (its public JSON) folded in, as much as there is room for."""
    text = str(earlier.get("text") or "")
    if not text or earlier.get("kind") in PASSING:
        return card
    lines = [_line(line) for line in text.splitlines() if line.strip()]
    while lines:
        whole = _folded_in(card, lines, say)
        if size(whole) <= SIZE_LIMIT:
            return whole
        lines = lines[: len(lines) * 2 // 3]  # its first sentence is the answer; the receipt has the rest
    return card


def _folded_in(card: Element, lines: list[Element], say: Say) -> Element:
    targets = ["earlier", "show-earlier", "hide-earlier"]
    folded = [
        _toggle("show-earlier", say("card.earlier"), targets, visible=True),
        {"type": "Container", "id": "earlier", "isVisible": False, "separator": True, "items": lines},
        _toggle("hide-earlier", say("card.earlier_hide"), targets, visible=False),
    ]
    return {**card, "body": [*card["body"], *folded]}


def _told(action: Element, receipt: str) -> Element:
    if action.get("verb") != ASK:
        return action
    data = {**action["data"], ORIGIN: receipt}
    return {**action, "data": data, "fallback": {**action["fallback"], "data": data}}


def _line(text: str) -> Element:
    return {"type": "TextBlock", "text": escape(text), "wrap": True, "spacing": "Small"}


def _toggle(name: str, title: str, targets: list[str], *, visible: bool) -> Element:
    action = {"type": "Action.ToggleVisibility", "title": title, "targetElements": targets}
    return {"type": "ActionSet", "id": name, "isVisible": visible, "actions": [action]}
