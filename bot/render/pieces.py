"""The pieces of a card: what is shown or folded together, and the elements that texts become."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.render.markdown import escape

Element = dict[str, Any]

VISIBLE_LINES = 60  # elements shown before "more" is tapped, however short their texts


@dataclass(frozen=True, slots=True)
class Piece:
    """Elements that are shown or folded together, and how many characters they show.

    A `core` piece is what was asked for, who or how: it goes before prose where room is short.
    """

    elements: tuple[Element, ...]
    length: int
    more: bool = False
    core: bool = False


def fold(pieces: Sequence[Piece], room: int) -> tuple[list[Piece], list[Piece]]:
    """Return what is shown and what is folded; after the first that does not fit, all is folded.

    The core keeps its room, if there is room for all of it.
    """
    core = [piece for piece in pieces if piece.core]
    kept = _fits(core, room)
    room -= sum(piece.length for piece in core) if kept else 0
    shown: list[Piece] = []
    folded: list[Piece] = []
    full = False
    for piece in pieces:
        if piece.core and kept:
            shown.append(piece)
            continue
        full = full or (not piece.more and not _fits([piece], room, shown))
        if full or piece.more:
            folded.append(piece)
        else:
            shown.append(piece)
            room -= piece.length
    return shown, folded


def _fits(pieces: Sequence[Piece], room: int, beside: Sequence[Piece] = ()) -> bool:
    """Return whether pieces have room: by their characters, and by how many lines there are."""
    lines = sum(_lines(element) for piece in (*pieces, *beside) for element in piece.elements)
    return sum(piece.length for piece in pieces) <= room and lines <= VISIBLE_LINES


def _lines(element: Element) -> int:
    return 1 + sum(_lines(inner) for inner in element.get("items", ()))


def elements(pieces: Iterable[Piece]) -> list[Element]:
    """Return the elements of some pieces, in order."""
    return [element for piece in pieces for element in piece.elements]


def text_piece(text: str, *, more: bool = False, **looks: Any) -> Piece:
    """Return untrusted text, one element for each line of it."""
    lines = [line for line in text.splitlines() if line.strip()]
    blocks = [
        text_block(line, **looks if not number else {**looks, "separator": False}) for number, line in enumerate(lines)
    ]
    return Piece(tuple(blocks), len(text), more)


def text_block(text: str, **looks: Any) -> Element:
    """Return untrusted text as one element."""
    return markdown_block(escape(text), **looks)


def markdown_block(markdown: str, **looks: Any) -> Element:
    """Return Markdown of our own making as one element; looks that change nothing are left out."""
    kept = {key: value for key, value in looks.items() if value not in ("Default", False)}
    return {"type": "TextBlock", "text": markdown, "wrap": True, **kept}


def cut(text: str, limit: int) -> str:
    """Return text of at most so many characters, cut between words, with an ellipsis where it was longer."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words = head if text[limit - 1].isspace() else head.rpartition(" ")[0]
    return (words or head).rstrip(" (,;:–") + "…"
