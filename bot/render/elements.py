"""The pieces that forms and letters are built of, with the same care as the cards of answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.render.card import ASK
from bot.render.fitting import PARAGRAPH
from bot.render.forms import send_button
from bot.render.markdown import escape, unescape
from bot.render.pieces import VISIBLE_LINES, Element


def lines(text: str, **looks: Any) -> list[Element]:
    """Return untrusted text as it stands: one element for each line of it, or one for all where these are many."""
    found = [escape(line) for line in text.splitlines() if line.strip()]
    shown = found if len(found) <= VISIBLE_LINES else [PARAGRAPH.join(found)]
    return [{"type": "TextBlock", "text": line, "wrap": True, **looks} for line in shown]


def labelled(label: str, text: str) -> list[Element]:
    """Return a text under its label; nothing where there is no text."""
    found = lines(text, spacing="None")
    return [*lines(label, weight="Bolder", size="Small"), *found] if found else []


def framed(items: Sequence[Element], **looks: Any) -> Element:
    """Return elements in a frame of their own."""
    return {"type": "Container", "style": "emphasis", "items": list(items), **looks}


def ask_button(title: str, question: str) -> Element:
    """Return the button that asks a question."""
    return send_button(ASK, title, {"question": question})


def toggle(title: str, targets: Sequence[str]) -> Element:
    """Return the button that shows or hides elements."""
    return {"type": "Action.ToggleVisibility", "title": title, "targetElements": list(targets)}


def card(body: Sequence[Element], text: str, actions: Sequence[Element] = ()) -> Element:
    """Return a whole card; `text` is the same in plain."""
    whole: Element = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": "sv",
        "fallbackText": text,
        "body": list(body),
    }
    return {**whole, "actions": list(actions)} if actions else whole


def plain(elements: list[Element]) -> list[str]:
    """Return the texts of elements, in their order, without escapes."""
    found: list[str] = []
    for element in elements:
        if element["type"] == "TextBlock":
            found.append(unescape(element["text"]).replace(PARAGRAPH, "\n"))
        found.extend(plain(element.get("items", [])))
    return found
