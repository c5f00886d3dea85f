"""The one check of how large forms and letters are. Whatever people have written, a card is taken in by Teams."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from itertools import groupby

from bot.render.card import SIZE_LIMIT, Say, size
from bot.render.markdown import escape, unescape
from bot.render.pieces import Element, cut

TEXT_LEAST = 200
"""Characters of a text that are always shown, and of the text to fall back on."""
PARAGRAPH = "\n\n"
"""What Teams' Markdown takes for a new line."""


def fitted(card: Element, say: Say) -> Element:
    """Return a card of at most 25,000 bytes as Teams counts; one that is no larger as it is.

    First lines become one text and there is less to fall back on: nothing of that is seen. Then the longest texts
    are cut, what is folded in before what is shown, and each says that it is.
    """
    if size(card) <= SIZE_LIMIT:
        return card
    whole = _with_less_fallback({**card, "body": _joined(deepcopy(card["body"]))})
    texts = [_Text(element, folded) for element, folded in _blocks(whole["body"]) if _is_plain(element)]
    while size(whole) > SIZE_LIMIT and (longer := [text for text in texts if text.limit > TEXT_LEAST]):
        max(longer, key=lambda text: (text.folded, text.limit)).shorten(say("card.cut"))
    return whole


class _Text:
    """A text on a card, which can be made shorter in its place."""

    def __init__(self, element: Element, folded: bool) -> None:
        self._element = element
        self._whole = unescape(element["text"])
        self.folded = folded
        self.limit = len(self._whole)

    def shorten(self, word: str) -> None:
        self.limit = max(TEXT_LEAST, self.limit * 3 // 4)
        self._element["text"] = f"{escape(cut(self._whole, self.limit))}{PARAGRAPH}{escape(word)}"


def _is_plain(element: Element) -> bool:
    """Return whether a text has no links, which a cut could break."""
    text: str = element["text"]
    return escape(unescape(text)) == text


def _blocks(elements: list[Element], folded: bool = False) -> Iterator[tuple[Element, bool]]:
    """Yield the texts of elements, and whether each is folded in."""
    for element in elements:
        hidden = folded or element.get("isVisible") is False
        if element["type"] == "TextBlock":
            yield element, hidden
        yield from _blocks(element.get("items", []), hidden)


def _joined(elements: list[Element]) -> list[Element]:
    """Return elements with neighbouring texts of the same looks as one: each element costs more than a line."""
    found: list[Element] = []
    for looks, group in groupby(elements, _looks):
        alike = list(group)
        if looks is not None:
            alike = [{**alike[0], "text": PARAGRAPH.join(element["text"] for element in alike)}]
        found += [{**one, "items": _joined(one["items"])} if "items" in one else one for one in alike]
    return found


def _looks(element: Element) -> str | None:
    return str({**element, "text": ""}) if element["type"] == "TextBlock" else None


def _with_less_fallback(card: Element) -> Element:
    text = str(card["fallbackText"])
    while size(card) > SIZE_LIMIT and len(text) > TEXT_LEAST:
        text = text[: max(TEXT_LEAST, len(text) * 3 // 4)]
        card = {**card, "fallbackText": f"{text.rstrip()}…"}
    return card
