"""What is told unasked, as cards: each says why it comes, and from whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.outreach import (
    EXPERT_ANSWER,
    EXPERT_LATE,
    EXPERT_QUESTION,
    EXPERT_UNDELIVERED,
    EXPERT_UNSENT,
    EXPERT_WAITS,
    NOTICE,
    WEEKLY,
)
from bot.ports import Letter
from bot.render.card import Say
from bot.render.elements import ask_button, framed, labelled, lines, plain
from bot.render.elements import card as card_of
from bot.render.experts import open_card
from bot.render.fitting import fitted
from bot.render.pieces import Element

Content = Mapping[str, Any]
Rendered = tuple[Element, str]


def render_letter(letter: Letter, say: Say) -> Rendered | None:
    """Return a letter's card, no larger than Teams takes, and its text; null for a sort that is not known here."""
    render = RENDERERS.get(letter.what)
    if render is None:
        return None
    card, text = render(letter.content, say)
    return fitted(card, say), text


def _question(content: Content, say: Say) -> Rendered:
    return open_card(
        content["id"], content["group"], content["question"], content["told"], content["place"], content["day"], say
    )


def _answer(content: Content, say: Say) -> Rendered:
    by = say("experts.letter.by").replace("{day}", content["day"]).replace("{group}", content["group"])
    return _whole(
        [
            *_heading(say("experts.letter.answer").replace("{group}", content["group"])),
            *labelled(say("experts.letter.question"), content["question"]),
            framed(labelled(say("experts.card.said"), content["answer"])),
            *lines(by, size="Small"),
        ]
    )


def _late(content: Content, say: Say) -> Rendered:
    then = lines(say("experts.letter.late_then"))
    return _unanswered("experts.letter.late", content, say, then)


def _unsent(content: Content, say: Say) -> Rendered:
    return _unanswered("experts.letter.unsent", content, say, [])


def _unanswered(key: str, content: Content, say: Say, then: list[Element]) -> Rendered:
    return _whole(
        [
            *_heading(say(key).replace("{group}", content["group"])),
            *labelled(say("experts.letter.question"), content["question"]),
            *lines(content["turn"]),
            *then,
        ]
    )


def _undelivered(content: Content, say: Say) -> Rendered:
    return _whole(
        [
            *_heading(say("experts.letter.undelivered")),
            *labelled(say("experts.card.question"), content["question"]),
            *lines(say("experts.letter.undelivered_then")),
        ]
    )


def _waits(content: Content, say: Say) -> Rendered:
    # What waits, and for whom, is not for the others who read this.
    return _whole(lines(say("experts.letter.waits" if content["of"] == EXPERT_ANSWER else "experts.letter.word_waits")))


def _notice(content: Content, say: Say) -> Rendered:
    body = [
        *_heading(content["title"]),
        *(element for line in content["lines"] for element in lines(line)),
        *lines(content["sources"], size="Small", separator=True),
        *(lines(say("notices.why"), size="Small") if content["stops"] else []),
    ]
    asked = [("notices.ask_button", content["asks"]), ("notices.stop_button", content["stops"])]
    return _whole(body, [ask_button(say(title), question) for title, question in asked if question])


def _weekly(content: Content, say: Say) -> Rendered:
    body = [*_heading(content["title"])]
    for part in content["parts"]:
        body += [
            *lines(part["heading"], weight="Bolder"),
            *(element for line in part["lines"] for element in lines(line)),
        ]
    body += lines(content["more"], size="Small", separator=True)
    return _whole(body)


def _heading(text: str) -> list[Element]:
    return lines(text, size="Medium", weight="Bolder", style="heading")


def _whole(body: list[Element], actions: list[Element] | None = None) -> Rendered:
    text = "\n".join(plain(body))
    return card_of(body, text, actions or []), text


RENDERERS: Mapping[str, Callable[[Content, Say], Rendered]] = {
    EXPERT_QUESTION: _question,
    EXPERT_ANSWER: _answer,
    EXPERT_LATE: _late,
    EXPERT_UNSENT: _unsent,
    EXPERT_UNDELIVERED: _undelivered,
    EXPERT_WAITS: _waits,
    NOTICE: _notice,
    WEEKLY: _weekly,
}
