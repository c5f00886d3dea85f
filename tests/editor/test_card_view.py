"""A card drawn as a page shows all that the card says, and runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import Answer
from bot.render.card import render_card
from bot.render.card_view import Node, card_nodes
from bot.render.elements import plain
from bot.render.markdown import escape, link
from tests.fakes import CANNED, sentences


def texts(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if node.runs:
            yield "".join(text for text, _ in node.runs)
        yield from texts(node.items)


@pytest.mark.parametrize("answer", CANNED.values(), ids=lambda answer: answer.kind)
def test_every_text_and_button_of_a_card_is_drawn(answer: Answer) -> None:
    """What Teams would show stands in the view, folded or not, in the same order; so do the buttons."""
    card = render_card(answer, sentences().__getitem__)
    drawn = list(texts(card_nodes(card)))
    buttons = [action["title"] for action in card.get("actions", ())]
    assert drawn[len(drawn) - len(buttons) :] == buttons
    body = "\n".join(drawn[: len(drawn) - len(buttons)])
    at = 0
    for text in plain(card["body"]):
        if "](" in text:  # a link is drawn as its label alone
            continue
        at = body.index(text, at)


def test_columns_and_facts_are_drawn_too() -> None:
    """Elements that our own cards do not have today are not lost."""
    card = {
        "body": [
            {"type": "ColumnSet", "columns": [{"items": [{"type": "TextBlock", "text": "a"}]}]},
            {"type": "FactSet", "facts": [{"title": "b", "value": "c"}]},
        ]
    }
    columns, facts = card_nodes(card)
    assert list(texts([columns])) == ["a"]
    assert facts.pairs == (("b", "c"),)


@given(st.text(max_size=60))
def test_what_a_card_escapes_is_drawn_as_it_stood(text: str) -> None:
    """Markdown that was escaped for Teams is no markup here, and no backslash stays behind."""
    (node,) = card_nodes({"body": [{"type": "TextBlock", "text": escape(text)}]})
    drawn = "".join(piece for piece, _ in node.runs)
    assert drawn.replace("\u200b", "") == text.replace("\u200b", "")
    assert not any(url for _, url in node.runs)


@pytest.mark.parametrize(
    ("url", "kept"),
    [("https://exempel.se/a", "https://exempel.se/a"), ("javascript:alert", None), ("http://exempel.se", None)],
)
def test_only_https_is_a_link(url: str, kept: str | None) -> None:
    """Another scheme leaves the label alone."""
    (node,) = card_nodes({"body": [{"type": "TextBlock", "text": f"se [här]({url})"}]})
    assert node.runs[-1] == ("här", kept)
    (ours,) = card_nodes({"body": [{"type": "TextBlock", "text": link("a]b", "https://exempel.se")}]})
    assert ours.runs == (("a]b", "https://exempel.se"),)
