"""Asking a human through the Teams edge: taps and forms in, cards out, and who may answer.

Activity forms follow Microsoft's "Universal Actions for Adaptive Cards" (adaptiveCard/action, refresh).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.ports import Profile
from bot.service import Lotsen, Serving
from tests.adaptive import Node, actions, button, faults, inputs, texts
from tests.fake_state import FakeState
from tests.fakes import NoPost
from tests.office import START
from tests.teams.conftest import TENANT, Edge, Edges

CHANNEL = "19:experter@thread.tacv2"
PERSONAL = "a:1pL6i0oY3C0K8oAj8"
QUESTION = "Vem betalar för naloxonsprej?"


class Silent(Lotsen):
    """A Lotsen whose letters wait until a test asks for them."""

    post = NoPost()  # type: ignore[assignment]


class Chat:
    """Somebody at Teams, who writes and taps."""

    def __init__(self, edge: Edge, state: FakeState) -> None:
        self.edge, self.state = edge, state
        self.count = 0

    async def write(self, text: str, name: str = "message_personal", **changes: Any) -> Node:
        """Return the card that answers a message."""
        self.count += 1
        before = len(self.edge.connector.messages)
        response = await self.edge.post(self.edge.activity(name, id=f"w{self.count}", text=text, **changes))
        assert response.status == 200
        [sent] = self.edge.connector.messages[before:]
        card = sent["attachments"][0]["content"]
        assert faults(card) == []
        return dict(card)

    async def tap(self, action: Node, given: dict[str, str] | None = None, **changes: Any) -> Node:
        """Return the card that a tapped button leads to; `given` are the inputs of the form."""
        card = await self.tapped(action, given, **changes)
        assert card["type"] == "application/vnd.microsoft.card.adaptive"
        assert faults(card["value"]) == []
        return dict(card["value"])

    async def tapped(self, action: Node, given: dict[str, str] | None = None, **changes: Any) -> Node:
        """Return the body that answers a tap."""
        execute = {**action, "data": {**action.get("data", {}), **(given or {})}}
        execute.pop("fallback", None)
        value = {"action": execute, "trigger": "manual"}
        response = await self.edge.post(self.edge.activity("invoke_execute", value=value, **changes))
        assert response.status == 200
        return dict(await response.json())


def channel(place: str = CHANNEL, tenant: str = TENANT) -> dict[str, Any]:
    """Return what an activity from a channel has instead of a personal chat."""
    return {
        "conversation": {"id": f"{place};messageid=17", "conversationType": "channel", "tenantId": tenant},
        "channelData": {"tenant": {"id": tenant}},
    }


Start = Callable[..., Any]


@pytest.fixture
async def start(edges: Edges, serving: Serving) -> Start:
    async def begin(channels: dict[str, str] | None = None, **config: Any) -> Chat:
        state = FakeState()
        chosen = {"rss": CHANNEL} if channels is None else channels
        asks = Silent(serving, state, clock=lambda: START, channels=chosen)
        return Chat(await edges.start(asks, **config), state)

    return begin


@pytest.fixture
async def chat(start: Start) -> AsyncIterator[Chat]:
    yield await start()


async def test_a_question_goes_from_the_button_to_the_channel_and_back(chat: Chat) -> None:
    """Button, preview, send, form in the channel, answer: each a card of its own; one letter each way."""
    answer = await chat.write(QUESTION)
    preview = await chat.tap(button(answer, "Fråga en människa"))
    assert chat.state.asked == {}
    receipt = await chat.tap(button(preview, "Skicka"))
    assert "Skickat till RSS Dalarna." in texts(receipt)
    [question] = chat.state.asked.values()
    assert question.asker is not None and question.asker["conversation"] == PERSONAL
    [letter] = chat.state.on_their_way
    assert (letter.what, letter.address["conversation"]) == ("expert-question", CHANNEL)
    form = await chat.tap({"type": "Action.Execute", "verb": "expert-open", "data": {"id": question.id}}, **channel())
    answered = await chat.tap(button(form, "Skicka svar"), {"svar": "Kommunen.", "kalla": ""}, **channel())
    assert "Svaret är på väg till den som frågade." in texts(answered)
    assert [one.what for one in chat.state.on_their_way] == ["expert-question", "expert-answer"]


async def test_the_unknown_answer_stays_in_reach(chat: Chat) -> None:
    """After sending or leaving it, what Lotsen answered is folded in below."""
    answer = await chat.write(QUESTION)
    preview = await chat.tap(button(answer, "Fråga en människa"))
    left = await chat.tap(button(preview, "Avbryt"))
    assert texts(left)[0] == "Inget är skickat."
    assert any(text.startswith("Det vet jag inte.") for text in texts(left))
    assert chat.state.asked == {}


async def test_what_was_changed_is_shown_before_it_is_sent(chat: Chat) -> None:
    """Tapping "Skicka" on a text that was not shown shows it, masked; only the next tap sends it."""
    preview = await chat.tap(button(await chat.write(QUESTION), "Fråga en människa"))
    changed = await chat.tap(button(preview, "Skicka"), {"text": "Vem betalar för Kalle, 19850101-1236?", "ord": ""})
    assert chat.state.asked == {}
    assert "Vem betalar för […], [personnummer]?" in texts(changed)
    assert any("Texten är ändrad" in text for text in texts(changed))
    assert "Kalle" not in str(changed)
    same = {"text": inputs(changed)["text"]["value"]}
    await chat.tap(button(changed, "Skicka"), same)
    assert [one.question for one in chat.state.asked.values()] == ["Vem betalar för […], [personnummer]?"]


async def test_a_word_that_is_no_name_is_shown_when_it_is_vouched_for(chat: Chat) -> None:
    """Ticked and looked at, then sent; a listed name cannot be forged into what is sent."""
    preview = await chat.tap(button(await chat.write("Vem betalar naloxonsprej åt Kalle?"), "Fråga en människa"))
    assert "Vem betalar […] åt […]?" in texts(preview)
    shown = await chat.tap(button(preview, "Visa som den skickas"), {"ord": "naloxonsprej,Kalle"})
    assert "Vem betalar naloxonsprej åt […]?" in texts(shown)
    await chat.tap(button(shown, "Skicka"), {"text": inputs(shown)["text"]["value"], "ord": "naloxonsprej"})
    assert [one.question for one in chat.state.asked.values()] == ["Vem betalar naloxonsprej åt […]?"]


async def test_a_double_tap_sends_once(chat: Chat) -> None:
    """Both taps get the receipt."""
    preview = await chat.tap(button(await chat.write(QUESTION), "Fråga en människa"))
    cards = await asyncio.gather(*(chat.tap(button(preview, "Skicka")) for _ in range(3)))
    assert all("Skickat till RSS Dalarna." in texts(card) for card in cards)
    assert len(chat.state.asked) == len(chat.state.on_their_way) == 1


async def test_what_is_told_is_the_profile_in_words(chat: Chat) -> None:
    """Municipality and workplace stand in the preview and with the question; no name and no account does."""
    await chat.write("Jag jobbar på BUP i Mora")
    preview = await chat.tap(button(await chat.write(QUESTION), "Fråga en människa"))
    assert "BUP i Mora" in texts(preview)
    await chat.tap(button(preview, "Skicka"))
    [question] = chat.state.asked.values()
    assert Profile(question.municipality, question.workplace) == Profile("mora", "arbetsplats-bup")
    [letter] = chat.state.on_their_way
    assert "29:" not in str(letter.content) and letter.address["user"] is None


@pytest.mark.parametrize(
    "where",
    [channel("19:annan@thread.tacv2"), {}, channel(tenant="aaaaaaaa-0000-0000-0000-000000000002")],
    ids=["another channel", "a personal chat", "another tenant"],
)
async def test_only_those_in_the_channel_can_answer(start: Start, where: dict[str, Any]) -> None:
    """A form that was copied or forged is refused, though its id is right; nothing is kept."""
    chat = await start(tenants=(TENANT, "aaaaaaaa-0000-0000-0000-000000000002"))
    await chat.write("<at>Lotsen</at> hej", "message_channel_mention", **channel())
    preview = await chat.tap(button(await chat.write(QUESTION), "Fråga en människa"))
    await chat.tap(button(preview, "Skicka"))
    [question] = chat.state.asked.values()
    forged = {"type": "Action.Execute", "verb": "expert-answer", "data": {"id": question.id}}
    refused = await chat.tap(forged, {"svar": "Falskt."}, **where)
    assert texts(refused) == ["Frågan kan bara besvaras i den kanal som den skickades till."]
    assert chat.state.asked[question.id].answer is None


async def test_an_empty_answer_is_no_answer(chat: Chat) -> None:
    """The form comes back."""
    preview = await chat.tap(button(await chat.write(QUESTION), "Fråga en människa"))
    await chat.tap(button(preview, "Skicka"))
    [id_] = chat.state.asked
    form = {"type": "Action.Execute", "verb": "expert-answer", "data": {"id": id_}}
    assert "svar" in inputs(await chat.tap(form, {"svar": "  \n"}, **channel()))
    assert chat.state.asked[id_].answer is None


async def test_a_channel_shows_how_it_is_reached(chat: Chat) -> None:
    """Any activity from it tells; one from elsewhere does not, nor one from another tenant later."""
    await chat.write("<at>Lotsen</at> hej", "message_channel_mention")
    assert chat.state.places == {}
    await chat.write("<at>Lotsen</at> hej", "message_channel_mention", **channel())
    assert chat.state.places[CHANNEL]["conversation"] == CHANNEL
    assert chat.state.places[CHANNEL]["user"] is None


async def test_the_eleventh_open_question_is_refused_with_a_word(chat: Chat) -> None:
    """Politely, with what to do instead; what Lotsen answered stays in reach, and nothing is kept."""
    for _ in range(10):
        preview = await chat.tap(button(await chat.write(QUESTION), "Fråga en människa"))
        await chat.tap(button(preview, "Skicka"))
    preview = await chat.tap(button(await chat.write(QUESTION), "Fråga en människa"))
    refused = await chat.tap(button(preview, "Skicka"))
    assert texts(refused)[0].startswith("Du har redan 10 frågor som väntar på svar.")
    assert any(text.startswith("Det vet jag inte.") for text in texts(refused))
    assert len(chat.state.asked) == 10


async def test_who_asked_in_a_group_is_met_in_their_own_chat(chat: Chat) -> None:
    """What waits for them goes there as soon as they write to Lotsen alone, and not for writing in a group."""
    group = {"conversation": {"id": "19:grupp@thread.v2", "conversationType": "groupChat", "isGroup": True}}
    offer = await chat.write(f"<at>Lotsen</at> {QUESTION}", "message_group_mention", **group)
    preview = await chat.tap(button(offer, "Fråga en människa"), **group)
    await chat.tap(button(preview, "Skicka"), **group)
    [question] = chat.state.asked.values()
    await chat.tap(
        {"type": "Action.Execute", "verb": "expert-answer", "data": {"id": question.id}},
        {"svar": "Kommunen."},
        **channel(),
    )
    assert where(chat, "expert-answer") == "19:grupp@thread.v2"
    await chat.write("<at>Lotsen</at> hej", "message_group_mention", **group)
    assert where(chat, "expert-answer") == "19:grupp@thread.v2"
    await chat.write("hej")
    assert where(chat, "expert-answer") == PERSONAL


def where(chat: Chat, what: str) -> object:
    """Return to which conversation the one letter of a sort is on its way."""
    [letter] = [one for one in chat.state.on_their_way if one.what == what]
    return letter.address["conversation"]


async def test_in_a_group_the_enquiry_is_for_the_one_who_tapped(chat: Chat) -> None:
    """A typed wish gets the button, since everybody sees a message; an old client is sent to its own chat."""
    group = {"conversation": {"id": "19:grupp@thread.v2", "conversationType": "groupChat", "isGroup": True}}
    await chat.write(f"<at>Lotsen</at> {QUESTION}", "message_group_mention", **group)
    offer = await chat.write("<at>Lotsen</at> fråga en människa", "message_group_mention", **group)
    assert [action["verb"] for action in actions(offer)] == ["expert"]
    preview = await chat.tap(button(offer, "Fråga en människa"), **group)
    await chat.tap(button(preview, "Skicka"), **group)
    assert [one.question for one in chat.state.asked.values()] == ["Vem betalar för […]?"]
    data = button(offer, "Fråga en människa")["fallback"]["data"]
    old = await chat.write("", "message_submit_channel", value=data, **group)
    assert texts(old) == ["Skriv till mig i en egen chatt, så kan du fråga en människa där."]


async def test_a_thumb_down_offers_a_human_once(chat: Chat) -> None:
    """In a personal chat, under the answer; the question is the one that was asked."""
    await chat.write("Gäller RÖK HVB?")
    message = f"m{len(chat.edge.connector.posts)}"
    for number in range(2):
        response = await chat.edge.post(chat.edge.activity("invoke_feedback", id=f"f{number}", replyToId=message))
        assert response.status == 200
    offer = chat.edge.connector.messages[-1]["attachments"][0]["content"]
    assert [action["verb"] for action in actions(offer)] == ["expert"]
    assert len(chat.edge.connector.messages) == 2
    assert "Gäller RÖK HVB?" in texts(await chat.tap(button(offer, "Fråga en människa")))


async def test_where_no_group_is_set_up_nothing_is_offered(start: Start) -> None:
    """Neither under an answer nor after a thumb down; an old button says so."""
    chat = await start(channels={})
    card = await chat.write(QUESTION)
    assert not [action for action in actions(card) if action.get("verb") == "expert"]
    await chat.edge.post(chat.edge.activity("invoke_feedback", replyToId="m1"))
    assert len(chat.edge.connector.messages) == 1
    old = {"type": "Action.Execute", "verb": "expert", "data": {"question": QUESTION, "receipt": ""}}
    assert "Fråga din närmaste chef." in texts(await chat.tap(old))[0]


@pytest.mark.parametrize(
    "data",
    [
        {"question": 7, "receipt": [], "shown": "x", "text": None, "ord": 3, "mark": {}},
        {"question": "x" * 50_000, "text": "y" * 50_000, "shown": [1, "a"]},
        {},
    ],
)
@pytest.mark.parametrize("verb", ["expert", "expert-send", "expert-cancel", "expert-open", "expert-answer"])
async def test_broken_data_breaks_nothing(chat: Chat, verb: str, data: dict[str, Any]) -> None:
    """Whatever a tap carries, there is a card or a plain refusal, and nothing is kept."""
    body = await chat.tapped({"type": "Action.Execute", "verb": verb, "data": data})
    assert body["statusCode"] in (200, 400)
    assert chat.state.asked == {}


async def test_letters_are_delivered_while_lotsen_runs(edges: Edges, serving: Serving) -> None:
    """The courier starts and stops with the application; the channel gets the question from a real connector."""
    state = FakeState()
    asks = Lotsen(serving, state, clock=lambda: START, channels={"rss": CHANNEL})
    chat = Chat(await edges.start(asks), state)
    preview = await chat.tap(button(await chat.write(QUESTION), "Fråga en människa"))
    await chat.tap(button(preview, "Skicka"))
    for _ in range(100):
        if chat.state.on_their_way == []:
            break
        await asyncio.sleep(0.05)
    message = chat.edge.connector.messages[-1]
    assert message["conversation"]["id"] == CHANNEL
    assert "Fråga till RSS Dalarna" in texts(message["attachments"][0]["content"])
