"""Cards as tests read them: held against the official schema, and walked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema.validators import Draft6Validator

from bot.render.markdown import unescape

Node = dict[str, Any]


@cache
def _schema() -> Draft6Validator:
    schema = json.loads((files("adaptive_cards") / "schemas/schema-1.5.json").read_text("utf-8"))
    # The published schema writes its id the draft-4 way; without one its references are local.
    schema.pop("id", None)
    return Draft6Validator(schema)


def faults(card: Node) -> list[str]:
    """Return what is wrong with a card: by the schema, and by what a phone and a screen reader need."""
    found = [error.message for error in _schema().iter_errors(card)]
    ids = [node["id"] for node in nodes(card["body"]) if "id" in node]
    found += [f"id twice: {ids}"] if len(ids) != len(set(ids)) else []
    for node in nodes([card["body"], card.get("actions", [])]):
        if node["type"] == "TextBlock" and not (node.get("wrap") and node["text"].strip()):
            found.append(f"text that does not wrap, or none: {node}")
        if node["type"].startswith("Input.") and not node.get("label"):
            found.append(f"no label: {node}")
        if node["type"] == "Action.Execute" and node["fallback"]["data"] != node["data"]:
            found.append(f"fallback of its own: {node}")
        if node["type"] == "Action.ToggleVisibility" and not set(node["targetElements"]) <= set(ids):
            found.append(f"shows what is not there: {node}")
    if len(actions(card)) > 6:
        found.append("more than six actions")
    return found


def size(card: Node) -> int:
    """Return how many bytes a card is as Teams counts them: in UTF-16."""
    return len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le", "surrogatepass"))


def nodes(value: Any) -> Iterator[Node]:
    """Yield all elements and actions of a card, without fallbacks."""
    if isinstance(value, list):
        for entry in value:
            yield from nodes(entry)
    elif isinstance(value, dict):
        if "type" in value:
            yield value
        for key, inner in value.items():
            if key not in ("fallback", "refresh"):
                yield from nodes(inner)


def texts(card: Node) -> list[str]:
    """Return the texts of a card as a person sees them."""
    return [unescape(node["text"]) for node in nodes(card["body"]) if node["type"] == "TextBlock"]


def actions(card: Node) -> list[Node]:
    """Return the buttons of a card, those within its body too."""
    return [node for node in nodes([card["body"], card.get("actions", [])]) if node["type"].startswith("Action.")]


def button(card: Node, title: str) -> Node:
    """Return the button whose title begins so."""
    return next(action for action in actions(card) if action["title"].startswith(title))


def inputs(card: Node) -> dict[str, Node]:
    """Return the inputs of a card by their ids."""
    return {node["id"]: node for node in nodes(card["body"]) if node["type"].startswith("Input.")}
