"""Search from the compose box: what Teams and the Playground send, and the cards that any chat can take."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from bot.answer import Notice
from bot.errors import StateError
from bot.ports import Found, Profile
from bot.render.card import sent_size, size
from bot.service import Serving
from bot.subjects import Group
from bot.teams import search
from bot.teams.search import LIST_LIMIT, answer_search, query_of, shared_card
from knowledge.model import Kind
from tests.fakes import CANNED, TODAY, FakeAsks
from tests.render.test_card import _schema
from tests.teams.conftest import Edge

RESULT_CARD_LIMIT = 28 * 1024
"""Microsoft, "Build message extensions using Bot Framework": a larger result card is not sent."""
RESULTS = tuple(
    Found(f"Rubrik {kind.value} <x>", "En rad & mer", f"Fråga {kind.value}?", CANNED[kind])
    for kind in (Kind.RESPONSIBILITY, Kind.ESCALATION, Kind.LOCAL)
)


async def listing(edge: Edge, name: str, **changes: Any) -> dict[str, Any]:
    """Return what the compose box is given for an activity."""
    response = await edge.post(edge.activity(name, **changes))
    assert response.status == 200
    body: dict[str, Any] = (await response.json())["composeExtension"]
    return body


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Yield every object within some JSON."""
    if isinstance(value, list):
        for one in value:
            yield from nodes(one)
    elif isinstance(value, dict):
        yield value
        for one in value.values():
            yield from nodes(one)


# --- the list --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [("invoke_query", "abstinens"), ("invoke_query_playground", "abstinens"), ("invoke_query_initial", "")],
)
async def test_what_is_searched_for(edge: Edge, name: str, text: str) -> None:
    """Teams names the parameter, the Playground does not, and the first query of all is of nothing."""
    edge.asks.found = RESULTS
    await listing(edge, name)
    [turn] = edge.asks.turns
    assert (turn.text, turn.on) == (text, TODAY)
    assert turn.person is not None and turn.person.startswith("teams:")


async def test_a_result_is_a_card_with_a_preview(edge: Edge) -> None:
    """Each result has an Adaptive Card, and a thumbnail in escaped text whose tap asks for the card."""
    edge.asks.found = RESULTS
    body = await listing(edge, "invoke_query")
    assert (body["type"], body["attachmentLayout"], len(body["attachments"])) == ("result", "list", 3)
    first = body["attachments"][0]
    assert first["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert first["preview"]["contentType"] == "application/vnd.microsoft.card.thumbnail"
    assert first["preview"]["content"] == {
        "title": "Rubrik responsibility &lt;x&gt;",
        "text": "En rad &amp; mer",
        "tap": {
            "type": "invoke",
            "title": "Rubrik responsibility <x>",
            "value": {"question": "Fråga responsibility?"},
        },
    }


async def test_the_playground_gets_a_list_without_taps(edge: Edge) -> None:
    """It shows no list with taps in it, and puts the card itself in."""
    edge.asks.found = RESULTS
    body = await listing(edge, "invoke_query_playground")
    assert len(body["attachments"]) == 3
    assert all(set(one["preview"]["content"]) == {"title", "text"} for one in body["attachments"])


async def test_a_card_carries_its_day_and_municipality(edge: Edge) -> None:
    """Whoever reads the card sees for when and where it holds; a list names no receipt, since none is kept."""
    edge.asks.found = RESULTS
    body = await listing(edge, "invoke_query")
    texts = [json.dumps(one["content"]["body"], ensure_ascii=False) for one in body["attachments"]]
    assert "Svar för 2026-11-21." in texts[0] and "Svar för 2026-11-21, Falun." in texts[1]
    assert not any("Kvitto" in text for text in texts)


async def test_nothing_found_is_told_in_a_line(edge: Edge) -> None:
    """A list without results would be empty and silent; a message says where to turn."""
    body = await listing(edge, "invoke_query")
    assert body == {"type": "message", "text": edge.asks.sentence("search.nothing")}


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"skip": 0, "count": 2}, 2),
        ({"skip": 2, "count": 25}, 1),
        ({"skip": 25, "count": 25}, 0),
        ({"skip": -1, "count": 0}, 3),
        ({"skip": "x", "count": None}, 3),
        ("all", 3),
    ],
)
async def test_a_part_of_the_list(edge: Edge, options: object, kept: int) -> None:
    """Teams asks for the next results when the list is scrolled to its end, and there may be none."""
    edge.asks.found = RESULTS
    value = {"commandId": "sok", "parameters": [{"name": "fraga", "value": "a"}], "queryOptions": options}
    assert len((await listing(edge, "invoke_query", value=value))["attachments"]) == kept


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({}, ""),
        ({"parameters": None}, ""),
        ({"parameters": [{"value": 7}]}, ""),
        ({"parameters": [{"name": {"a": 1}, "value": "sip"}]}, "sip"),
        ({"parameters": [{"name": "initialRun", "value": "true"}, {"name": "fraga", "value": "sip"}]}, "sip"),
        ({"parameters": [{"name": "q", "value": "x"}, {"name": "fraga", "value": " \u200bsip&nbsp;\n"}]}, "sip"),
        ({"commandId": "", "parameters": [{"value": "true"}]}, "true"),
    ],
)
def test_what_has_been_typed(value: dict[str, Any], text: str) -> None:
    """The parameter is found by name, else the first that is not Teams' own; without invisible characters."""
    query = query_of(value)
    assert query is not None and query.text == text


@pytest.mark.parametrize("name", ["composeExtension/query", "composeExtension/selectItem"])
@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "sip",
        [],
        {"commandId": "annat", "question": ""},
        {"commandId": ["sok"], "question": 3},
        {"parameters": "sip", "question": None},
        {"parameters": ["sip"], "question": ["a"]},
        {"parameters": {"name": "fraga"}, "question": "\u200b"},
    ],
    ids=str,
)
async def test_garbage_is_refused(edge: Edge, name: str, value: object) -> None:
    """What is no query and no choice gives 400, and nobody is asked."""
    response = await edge.post({**edge.activity("invoke_query"), "name": name, "value": value})
    assert response.status == 400
    assert edge.asks.turns == []


# --- a choice --------------------------------------------------------------------------------------


async def test_a_chosen_result_gives_its_card_with_the_receipt(edge: Edge) -> None:
    """The card is asked for when its result is chosen; with it comes a preview, without which Teams drops it."""
    edge.asks.answers["Vem ansvarar för abstinensvård?"] = CANNED[Kind.RESPONSIBILITY]
    body = await listing(edge, "invoke_select_item")
    [attachment] = body["attachments"]
    assert "Kvitto: K7Q-2MX." in json.dumps(attachment["content"], ensure_ascii=False)
    assert attachment["preview"]["content"]["title"] == CANNED[Kind.RESPONSIBILITY].lead
    assert [turn.text for turn in edge.asks.turns] == ["Vem ansvarar för abstinensvård?"]


async def test_a_choice_that_is_no_result_any_more(edge: Edge) -> None:
    """Where the knowledge has changed meanwhile, a line says that nothing is found."""
    assert (await listing(edge, "invoke_select_item"))["type"] == "message"


# --- when it takes long, or fails ------------------------------------------------------------------


@pytest.mark.parametrize("name", [search.QUERY, search.SELECT])
async def test_a_slow_search_is_given_up_in_time(name: str) -> None:
    """Teams waits 5 s; before that a line says that it took too long."""
    asks = FakeAsks()
    asks.delay = 60
    turns: list[str] = []

    def turn(text: str) -> Any:
        turns.append(text)
        return text

    response = await asyncio.wait_for(answer_search(asks, name, {"question": "x"}, turn, patience=0.01), 5)
    assert response.body == search.message(asks.sentence("search.slow"))
    assert search.PATIENCE < 5


@pytest.mark.parametrize("name", ["invoke_query", "invoke_select_item"])
async def test_a_failed_search_says_so_in_its_own_form(edge: Edge, name: str, caplog: pytest.LogCaptureFixture) -> None:
    """An error of ours gives a line with a reference, which the log has too; Teams shows no other form here."""
    edge.asks.error = StateError("away")
    body = await listing(edge, name)
    assert body["type"] == "message"
    reference = body["text"].rstrip(".").rsplit(" ", 1)[1]
    assert reference in caplog.text


# --- every card ------------------------------------------------------------------------------------


def test_a_shared_card_has_no_button_for_lotsen() -> None:
    """Lotsen may not be in the chat: only what folds the card is left of the actions, for every kind of answer."""
    for answer in CANNED.values():
        long = answer.with_(notices=(Notice("premise", "ord " * 300),), text="ord " * 500)
        card = shared_card(long, FakeAsks(), {})
        kinds = {node["type"] for node in nodes(card) if str(node.get("type", "")).startswith("Action.")}
        assert kinds <= {"Action.ToggleVisibility"}
        assert "actions" not in card


@pytest.mark.parametrize("municipality", [None, "falun"])
def test_every_card_of_the_knowledge_can_be_shared(serving: Serving, municipality: str | None) -> None:
    """Each subject's card fits the schema of version 1.5 and Teams' limit, and has no button that asks Lotsen."""
    asks, places = FakeAsks(), {"falun": "Falun"}
    profile = Profile(municipality)
    seen = 0
    for subject in serving.finder.subjects:
        outcome = serving.finder.answer(subject.question, TODAY, profile)
        if outcome is None or (subject.group is Group.FACT and seen % 3):
            continue
        seen += 1
        card = shared_card(outcome.answer, asks, places)
        assert list(_schema().iter_errors(card)) == [], subject.id
        assert size(card) <= RESULT_CARD_LIMIT
        actions = {node["type"] for node in nodes(card) if str(node.get("type", "")).startswith("Action.")}
        assert actions <= {"Action.ToggleVisibility"}, subject.id
    assert seen > 150


async def test_a_list_never_outgrows_its_room(edge: Edge) -> None:
    """Of many large cards, the last are left off."""
    large = CANNED[Kind.RESPONSIBILITY].with_(text="ordet " * 2000)
    edge.asks.found = tuple(Found(f"Nr {n}", "rad", f"Fråga {n}?", large) for n in range(10))
    body = await listing(edge, "invoke_query")
    assert 0 < len(body["attachments"]) < 10
    assert len(json.dumps(body, ensure_ascii=False).encode()) <= LIST_LIMIT * 1.1


def test_no_list_of_the_knowledge_is_cut(serving: Serving) -> None:
    """The limit is for what may come: ten cards of today's knowledge have room."""
    asks, places = FakeAsks(), {"falun": "Falun"}
    for typed in ("", "tvi", "sip", "rök", "l", "barn", "vem ansvarar"):
        found = serving.finder.find(typed, TODAY, Profile("falun"))
        assert sum(sent_size(shared_card(one.answer, asks, places)) for one in found) < LIST_LIMIT
