"""A card's JSON as something that a template can draw: what Teams will show, without Teams."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.render.markdown import https_only

Run = tuple[str, str | None]
"""A piece of text, and the address that it leads to."""
_TOKEN = re.compile(r"\\([\\`*_~\[\]#>+.)-])|\[((?:\\.|[^\\\]])*)\]\(([^()\s]*)\)")
_ESCAPED = re.compile(r"\\([\\`*_~\[\]#>+.)-])")


@dataclass(frozen=True, slots=True)
class Node:
    """One thing in a card. `kind` is text, box, more, columns, facts or buttons; `looks` are names of styles."""

    kind: str
    looks: tuple[str, ...] = ()
    runs: tuple[Run, ...] = ()
    items: tuple[Node, ...] = ()
    title: str = ""
    pairs: tuple[tuple[str, str], ...] = ()


def card_nodes(card: Mapping[str, Any]) -> tuple[Node, ...]:
    """Return what a card shows, from the top. Untrusted: nothing in it is markup."""
    buttons = [*_buttons(card.get("actions", ()))]
    return (*_nodes(card.get("body", ())), *buttons)


def _nodes(elements: Sequence[Mapping[str, Any]]) -> Iterator[Node]:
    folded_by = ""
    for element in elements:
        if element.get("type") == "ActionSet":
            toggles = [one for one in element.get("actions", ()) if one.get("type") == "Action.ToggleVisibility"]
            if toggles and element.get("isVisible", True):
                folded_by = str(toggles[0].get("title", ""))
            elif not toggles:
                yield from _buttons(element.get("actions", ()))
        elif not element.get("isVisible", True):
            yield Node("more", title=folded_by, items=tuple(_nodes(element.get("items", ()))))
        else:
            yield from _node(element)


def _node(element: Mapping[str, Any]) -> Iterator[Node]:
    match element.get("type"):
        case "TextBlock":
            yield Node("text", tuple(_looks(element)), tuple(_runs(str(element.get("text", "")))))
        case "Container":
            yield Node("box", tuple(_looks(element)), items=tuple(_nodes(element.get("items", ()))))
        case "ColumnSet":
            columns = tuple(Node("box", items=tuple(_nodes(one.get("items", ())))) for one in element["columns"])
            yield Node("columns", tuple(_looks(element)), items=columns)
        case "FactSet":
            pairs = tuple((_plain(one["title"]), _plain(one["value"])) for one in element["facts"])
            yield Node("facts", tuple(_looks(element)), pairs=pairs)


def _looks(element: Mapping[str, Any]) -> Iterator[str]:
    for name, values in (
        ("weight", ("Bolder",)),
        ("size", ("Small", "Medium", "Large")),
        ("style", ("attention", "warning", "emphasis", "good", "accent", "heading")),
        ("spacing", ("None", "Small")),
    ):
        value = element.get(name)
        if value in values:
            yield f"{name}-{str(value).lower()}"
    if element.get("isSubtle"):
        yield "subtle"
    if element.get("separator"):
        yield "separator"


def _buttons(actions: Sequence[Mapping[str, Any]]) -> Iterator[Node]:
    titles = [Node("text", runs=((str(one.get("title", "")), None),)) for one in actions]
    if titles:
        yield Node("buttons", items=tuple(titles))


def _runs(markdown: str) -> Iterator[Run]:
    at, text = 0, ""
    for match in _TOKEN.finditer(markdown):
        text += markdown[at : match.start()]
        at = match.end()
        if match[1] is not None:
            text += match[1]
            continue
        if text:
            yield text, None
            text = ""
        yield _plain(match[2]), https_only(match[3])
    text += markdown[at:]
    if text:
        yield text, None


def _plain(markdown: str) -> str:
    return _ESCAPED.sub(r"\1", markdown)
