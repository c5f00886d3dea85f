"""The contract of the Teams edge: activity JSON in, HTTP status and activity JSON out.

Nothing here knows the SDK, so that a successor's edge can be run against the same cases.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StateError
from bot.ports import Profile
from knowledge.model import Kind
from tests.fakes import CANNED, TODAY
from tests.teams.conftest import ACTIVITIES, Edge, Edges

CARD = "application/vnd.microsoft.card.adaptive"


def _card(message: dict[str, Any]) -> dict[str, Any]:
    [attachment] = message["attachments"]
    assert attachment["contentType"] == CARD
    return dict(attachment["content"])


# --- messages ------------------------------------------------------------------------------------


async def test_a_personal_question_gets_one_whole_reply(edge: Edge) -> None:
    """One message: card, complete text, citations, feedback buttons, addressed to the asker."""
    asked = edge.activity("message_personal")
    assert (await edge.post(asked)).status == 200
    [reply] = edge.connector.posts
    answer = CANNED[Kind.RESPONSIBILITY]
    assert reply["type"] == "message"
    assert reply["summary"] == answer.text
    assert _card(reply)["fallbackText"] == answer.text
    assert reply["channelData"] == {"feedbackLoop": {"type": "default"}}
    assert reply["from"]["id"] == asked["recipient"]["id"]
    assert reply["recipient"]["id"] == asked["from"]["id"]
    assert reply["conversation"]["id"] == asked["conversation"]["id"]
    assert reply["replyToId"] == asked["id"]
    assert "text" not in reply


async def test_a_reply_goes_to_the_activity_it_answers(edge: Edge) -> None:
    """The address is the service URL, conversation and activity, each escaped, with our token."""
    await edge.post(edge.activity("message_channel_mention"))
    conversation = "19%3A253b1f34%40thread.skype%3Bmessageid%3D1481567603816"
    assert edge.connector.paths == [f"/teams/v3/conversations/{conversation}/activities/1763712930500"]
    assert edge.connector.headers[0]["Authorization"] == "Bearer reply-1"


async def test_citations_are_the_root_entity(edge: Edge) -> None:
    """Sources are claims in order with name, abstract and https address, and bear no AI label."""
    await edge.post(edge.activity("message_personal"))
    [entity] = edge.connector.messages[0]["entities"]
    assert (entity["type"], entity["@type"]) == ("https://schema.org/Message", "Message")
    assert "additionalType" not in entity
    assert entity["citation"] == [
        {
            "@type": "Claim",
            "position": 1,
            "appearance": {
                "@type": "DigitalDocument",
                "name": "Presentation av förslag till RÖK missbruk/beroende",
                "abstract": "presentation av förslaget, 2021-02-19, tabellen Ansvarsfördelning",
                "url": "https://www.regiondalarna.se/rok-missbruk",
            },
        },
        {
            "@type": "Claim",
            "position": 2,
            "appearance": {
                "@type": "DigitalDocument",
                "name": "Uppdragsbeskrivning för nya RÖK:ar",
                "abstract": "uppdragsbeskrivning, början av 2026, fotnot 1",
            },
        },
    ]


async def test_what_the_bot_is_asked(edge: Edge) -> None:
    """A turn has the text, the day, the conversation, and the person as a hash."""
    asked = edge.activity("message_personal")
    await edge.post(asked)
    [turn] = edge.asks.turns
    assert (turn.text, turn.on) == ("Vem ansvarar för abstinensvård?", TODAY)
    assert turn.conversation == "teams:" + asked["conversation"]["id"]
    assert turn.person == "teams:" + hashlib.sha256(asked["from"]["aadObjectId"].encode()).hexdigest()


async def test_a_mention_in_a_channel_is_answered_without_the_names(edge: Edge) -> None:
    """Mentions, invisible characters and entities are gone; each person in a group has their own memory."""
    asked = edge.activity("message_channel_mention")
    assert (await edge.post(asked)).status == 200
    [turn] = edge.asks.turns
    assert turn.text == "Vem ansvarar för abstinensvård?"
    assert turn.conversation == f"teams:{asked['conversation']['id']}:{asked['from']['id']}"
    assert len(edge.connector.messages) == 1


async def test_a_mention_in_a_group_chat_is_answered(edge: Edge) -> None:
    """Group chats work like channels."""
    await edge.post(edge.activity("message_group_mention"))
    assert [turn.text for turn in edge.asks.turns] == ["har Falun en LÖK?"]


@pytest.mark.parametrize("name", ["message_mention_alone", "message_file_alone"])
async def test_no_question_gets_the_welcome(edge: Edge, name: str) -> None:
    """A mention or a file without words is answered with what Lotsen can do."""
    assert (await edge.post(edge.activity(name))).status == 200
    assert edge.asks.turns == []
    assert _card(edge.connector.messages[0])["fallbackText"] == CANNED[Kind.SMALLTALK].text


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("message_submit", "Vem ansvarar för läkemedel vid alkohol?"),
        ("message_submit_channel", "Vad är nästa steg?"),
    ],
)
async def test_a_tapped_button_asks_its_question(edge: Edge, name: str, question: str) -> None:
    """Action.Submit is answered in any chat, unmentioned, and the card tells what was asked."""
    assert (await edge.post(edge.activity(name))).status == 200
    assert [turn.text for turn in edge.asks.turns] == [question]
    assert _card(edge.connector.messages[0])["body"][0]["text"] == f"Du frågade: {question}"


SILENT = [
    "message_card_alone",
    "message_channel_no_mention",
    "message_channel_other_mention",
    "members_added_channel",
    "members_removed",
    "installation_add",
    "installation_remove",
    "message_delete",
    "message_undelete",
    "reaction",
    "typing",
    "event",
    "unrecognised",
]


@pytest.mark.parametrize("name", SILENT)
async def test_what_is_not_for_lotsen_is_taken_in_silence(edge: Edge, name: str) -> None:
    """200, and nothing is asked or sent."""
    assert (await edge.post(edge.activity(name))).status == 200
    assert (edge.asks.turns, edge.connector.posts) == ([], [])


async def test_a_new_user_is_greeted_once(edge: Edge) -> None:
    """The greeting comes in the personal chat, and not again when Teams tells it again."""
    for number in range(3):
        assert (await edge.post(edge.activity("members_added_personal", id=f"f:{number}"))).status == 200
    assert len(edge.connector.messages) == 1


async def test_a_team_is_greeted_once_when_lotsen_comes(edge: Edge) -> None:
    """Added to a channel, Lotsen says what it can do; there it asks nobody for a profile."""
    posted = edge.activity("members_added_channel")
    posted["membersAdded"] = [{"id": posted["recipient"]["id"]}]
    for number in range(2):
        assert (await edge.post({**posted, "id": f"f:{number}"})).status == 200
    [message] = edge.connector.messages
    assert "Input.ChoiceSet" not in json.dumps(_card(message))


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_kind_of_answer_can_be_sent(edge: Edge, kind: Kind) -> None:
    """Whatever the kind, one message with a card; sources only where there are some."""
    edge.asks.answer = CANNED[kind]
    assert (await edge.post(edge.activity("message_personal"))).status == 200
    [message] = edge.connector.messages
    assert _card(message)["version"] == "1.5"
    assert ("entities" in message) == bool(CANNED[kind].citations)


# --- edits, deletions, reactions -----------------------------------------------------------------


async def test_an_edited_question_is_answered_once_for_each_wording(edge: Edge) -> None:
    """Teams gives an edit the id of the message itself; the answer says which wording it is for."""
    await edge.post(edge.activity("message_personal"))
    original = edge.activity("message_personal")["id"]
    for text in ("Vem ansvarar för LARO?", "Vem ansvarar för LARO?", "Vem ansvarar för nedtrappning?"):
        assert (await edge.post(edge.activity("message_update", id=original, text=text))).status == 200
    asked = ["Vem ansvarar för abstinensvård?", "Vem ansvarar för LARO?", "Vem ansvarar för nedtrappning?"]
    assert [turn.text for turn in edge.asks.turns] == asked
    shown = [_card(message)["body"][0]["text"] for message in edge.connector.messages[1:]]
    assert shown == [f"Du frågade: {text}" for text in asked[1:]]


async def test_an_edit_in_a_channel_needs_the_mention_too(edge: Edge) -> None:
    """An edited message that is not for Lotsen is left alone."""
    posted = edge.activity("message_channel_no_mention", type="messageUpdate")
    posted["channelData"] = {**posted["channelData"], "eventType": "editMessage"}
    assert (await edge.post(posted)).status == 200
    assert edge.asks.turns == []


async def test_a_deleted_message_is_forgotten(edge: Edge) -> None:
    """Follow-ups no longer lean on what was taken back; a message that is put back changes nothing."""
    await edge.post(edge.activity("message_undelete"))
    assert edge.asks.forgotten == []
    deleted = edge.activity("message_delete")
    await edge.post(deleted)
    assert edge.asks.forgotten == ["teams:" + deleted["conversation"]["id"]]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["like"], ["like"]),
        (["heart", "like"], ["like"]),
        (["sad"], ["dislike"]),
        (["laugh", "surprised", "1f60a_smile"], []),
    ],
    ids=str,
)
async def test_a_reaction_counts_as_what_it_says(edge: Edge, given: list[str], kept: list[str]) -> None:
    """A thumb or a sad face on an answer is kept with its receipt, without whose it was; a laugh says nothing."""
    await edge.post(edge.activity("message_personal"))
    await edge.post(edge.activity("reaction", reactionsAdded=[{"type": name} for name in given]))
    assert edge.asks.reactions == [("K7Q-2MX", reaction, "") for reaction in kept]


# --- profile -------------------------------------------------------------------------------------


async def test_the_greeting_asks_once_for_municipality_and_workplace(edge: Edge) -> None:
    """Two lists with labels and a button, until something is chosen."""
    posted = edge.activity("members_added_personal")
    await edge.post(posted)
    card = _card(edge.connector.messages[0])
    inputs = {node["id"]: node for node in card["body"][-1]["items"] if node["type"] == "Input.ChoiceSet"}
    assert {node["label"] for node in inputs.values()} == {"Kommun", "Arbetsplats"}
    assert ("Falun", "falun") in {(choice["title"], choice["value"]) for choice in inputs["kommun"]["choices"]}
    chosen = {"verb": "profile", "kommun": "falun", "arbetsplats": "arbetsplats-bup"}
    await edge.post(edge.activity("message_submit", value=chosen, id="chosen"))
    assert list(edge.asks.profiles.values()) == [Profile("falun", "arbetsplats-bup")]
    await edge.post(edge.activity("message_file_alone", id="again"))
    assert "kommun" not in json.dumps(_card(edge.connector.messages[-1]))


@pytest.mark.parametrize("not_chosen", ["", "-"])
async def test_a_profile_is_chosen_by_execute(edge: Edge, not_chosen: str) -> None:
    """Inputs come merged into the data of the action; an empty one, or the dash of the list, is not chosen."""
    data = {"verb": "profile", "kommun": "falun", "arbetsplats": not_chosen}
    value = {"action": {"type": "Action.Execute", "verb": "profile", "data": data}}
    body = await (await edge.post(edge.activity("invoke_execute", value=value))).json()
    assert (body["statusCode"], body["type"]) == (200, CARD)
    assert list(edge.asks.profiles.values()) == [Profile("falun", None)]


async def test_an_unknown_verb_is_told_so(edge: Edge) -> None:
    """A button of another program, or of a later version, is no question."""
    value = {"action": {"type": "Action.Execute", "verb": "explode", "data": {"question": "Vem?"}}}
    body = await (await edge.post(edge.activity("invoke_execute", value=value))).json()
    assert body["statusCode"] == 400
    assert edge.asks.turns == []


# --- once ----------------------------------------------------------------------------------------


async def test_a_resent_activity_is_answered_once(edge: Edge) -> None:
    """The second time gives 200 and no second reply, also while the first is still answered."""
    edge.asks.delay = 0.1
    posts = [edge.post(edge.activity("message_personal")) for _ in range(3)]
    assert [response.status for response in await asyncio.gather(*posts)] == [200, 200, 200]
    assert (len(edge.asks.turns), len(edge.connector.posts)) == (1, 1)


async def test_the_same_id_in_another_conversation_is_another_activity(edge: Edge) -> None:
    """Ids count within their conversation."""
    for conversation in ("a:1", "a:2"):
        await edge.post(edge.activity("message_personal", conversation={"id": conversation}))
    assert len(edge.connector.messages) == 2


async def test_a_store_that_is_away_does_not_silence_lotsen(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where handled ids cannot be looked up, the question is answered all the same."""

    async def away(activity: str) -> bool:
        raise StateError("away")

    monkeypatch.setattr(edge.asks, "handle_once", away)
    assert (await edge.post(edge.activity("message_personal"))).status == 200
    assert len(edge.connector.messages) == 1


# --- invokes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["invoke_execute", "invoke_execute_playground"])
async def test_a_tapped_execute_gets_its_card_in_the_response(edge: Edge, name: str) -> None:
    """Action.Execute is answered with a body, each time it comes, and no message is sent."""
    for _ in range(2):
        response = await edge.post(edge.activity(name))
        assert response.status == 200
        body = await response.json()
        assert (body["statusCode"], body["type"]) == (200, CARD)
        assert body["value"]["type"] == "AdaptiveCard"
        assert body["value"]["body"][0]["text"] == "Du frågade: Vad är nästa steg?"
    assert edge.connector.posts == []


async def test_a_tapped_card_keeps_the_answer_that_it_replaces(edge: Edge) -> None:
    """The new card takes the old one's place, so the old answer lies folded in under it."""
    await edge.post(edge.activity("message_personal"))
    [sent] = edge.connector.messages
    button = next(action for action in _card(sent)["actions"] if action["type"] == "Action.Execute")
    value = {"action": {"type": "Action.Execute", "verb": button["verb"], "data": button["data"]}}
    body = await (await edge.post(edge.activity("invoke_execute", value=value))).json()
    [earlier] = [node for node in body["value"]["body"] if node.get("id") == "earlier"]
    assert earlier["isVisible"] is False
    assert next(line["text"] for line in earlier["items"]) == CANNED[Kind.RESPONSIBILITY].lead


async def test_a_broken_execute_is_told_so(edge: Edge) -> None:
    """An Action.Execute without a question gets an error card body, not an HTTP error."""
    response = await edge.post(edge.activity("invoke_execute_broken"))
    body = await response.json()
    assert (response.status, body["statusCode"]) == (200, 400)
    assert body["type"] == "application/vnd.microsoft.error"
    assert body["value"]["code"] == "BadRequest"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("invoke_feedback", ("K7Q-2MX", "dislike", "Fel kommun")),
        ("invoke_feedback_playground", ("K7Q-2MX", "like", "Bra svar")),
    ],
)
async def test_feedback_is_kept_once_with_the_receipt(edge: Edge, name: str, kept: tuple[str, str, str]) -> None:
    """The reaction goes to the answer whose message it was given on, as often as Teams tells it."""
    await edge.post(edge.activity("message_personal"))
    for _ in range(2):
        response = await edge.post(edge.activity(name))
        assert (response.status, await response.json()) == (200, {})
    assert edge.asks.reactions == [kept]


async def test_feedback_after_a_tap_goes_to_the_answer_in_sight(edge: Edge) -> None:
    """Where a tapped card was replaced, the reaction is to the new answer."""
    await edge.post(edge.activity("message_personal"))
    edge.asks.answer = CANNED[Kind.ESCALATION].with_(receipt="NEW-111")
    await edge.post(edge.activity("invoke_execute_playground"))
    await edge.post(edge.activity("invoke_feedback_playground"))
    assert edge.asks.reactions == [("NEW-111", "like", "Bra svar")]


async def test_feedback_on_a_forgotten_message_is_kept(edge: Edge) -> None:
    """A message of long ago has no receipt any more; the reaction still counts."""
    await edge.post(edge.activity("invoke_feedback", replyToId="long-ago"))
    assert edge.asks.reactions == [("", "dislike", "Fel kommun")]


async def test_broken_feedback_is_refused(edge: Edge) -> None:
    """What is no reaction gives 400 and is not kept."""
    assert (await edge.post(edge.activity("invoke_feedback_broken"))).status == 400
    assert edge.asks.reactions == []


async def test_an_unknown_invoke_is_not_implemented(edge: Edge) -> None:
    """501, so that Teams knows that nobody will answer."""
    assert (await edge.post(edge.activity("invoke_unknown"))).status == 501


# --- bad bodies ----------------------------------------------------------------------------------

BAD = {
    "no JSON": b"{",
    "no UTF-8": b'{"type": "\xff"}',
    "empty": b"",
    "list": b"[]",
    "null": b"null",
    "deep": b"[" * 100_000,
    "no type": b'{"id": "1"}',
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
async def test_a_body_that_is_no_activity_is_refused(edge: Edge, body: bytes) -> None:
    """400, never 500."""
    assert (await edge.post(body)).status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"type": ""},
        {"type": 7},
        {"channelId": None},
        {"serviceUrl": []},
        {"conversation": "x"},
        {"conversation": {"id": ""}},
        {"conversation": {}},
        {"from": "x"},
        {"from": {"id": 7}},
        {"text": {"a": 1}},
        {"id": 7},
        {"entities": "x"},
        {"entities": [1]},
        {"channelData": [1]},
        {"recipient": [1]},
        {"timestamp": "yesterday"},
        {"attachments": "x"},
    ],
    ids=json.dumps,
)
async def test_an_activity_of_the_wrong_shape_is_refused(edge: Edge, change: dict[str, Any]) -> None:
    """400, never 500, and nothing is asked."""
    assert (await edge.post(edge.activity("message_personal", **change))).status == 400
    assert edge.asks.turns == []


@pytest.mark.parametrize(
    "change",
    [
        {"from": None},
        {"recipient": None},
        {"entities": [{"type": "mention"}]},
        {"entities": [{"type": "mention", "mentioned": "x"}]},
        {"entities": [{}]},
        {"value": ["x"]},
        {"value": {"question": 7}},
        {"id": None},
        {"deliveryMode": "expectReplies"},
        {"conversation": {"id": "a:1"}},
    ],
    ids=json.dumps,
)
async def test_an_odd_but_readable_activity_is_answered(edge: Edge, change: dict[str, Any]) -> None:
    """What is missing or strange beside the question does not matter."""
    assert (await edge.post(edge.activity("message_personal", **change))).status == 200
    assert len(edge.connector.messages) == 1


async def test_a_body_over_256_kb_is_refused(edge: Edge) -> None:
    """256 kB pass, one byte more gives 413, whether or not the length was told."""
    activity = edge.activity("message_personal")
    raw = json.dumps(activity).encode()
    assert (await edge.post(raw + b" " * (256 * 1024 - len(raw)))).status == 200
    assert (await edge.post(raw + b" " * (256 * 1024 - len(raw) + 1))).status == 413
    from tests.fakes import mint

    async def chunks() -> Any:
        for _ in range(5):
            yield b" " * 64 * 1024

    headers = {"Authorization": f"Bearer {mint(edge.service_url)}"}
    response = await edge.client.post("/api/messages", data=chunks(), headers=headers)
    assert response.status == 413


# --- failures and waiting ------------------------------------------------------------------------


async def test_a_failure_of_ours_is_told_with_a_reference(edge: Edge, caplog: pytest.LogCaptureFixture) -> None:
    """The user gets a sentence and a reference that the log has too, never a trace."""
    edge.asks.error = RuntimeError("secret detail")
    assert (await edge.post(edge.activity("message_personal"))).status == 200
    [message] = edge.connector.messages
    assert message["text"].startswith("Något gick fel hos mig")
    assert "secret" not in json.dumps(message)
    [record] = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.getMessage().rsplit(" ", 1)[1] in message["text"]


async def test_a_failed_execute_is_told_in_the_response(edge: Edge) -> None:
    """An invoke whose answer fails gets an error body."""
    edge.asks.error = RuntimeError("secret detail")
    response = await edge.post(edge.activity("invoke_execute"))
    body = await response.json()
    assert (response.status, body["statusCode"]) == (200, 500)
    assert body["value"]["message"].startswith("Något gick fel hos mig")


async def test_a_reply_that_cannot_be_delivered_gives_502(edge: Edge) -> None:
    """The caller hears that nothing got out."""
    edge.connector.script = [(403, {})]
    assert (await edge.post(edge.activity("message_personal"))).status == 502


async def test_typing_is_shown_when_the_answer_takes_time(edge: Edge) -> None:
    """A slow answer is preceded by the typing sign, and is still one whole message."""
    edge.asks.delay = 1.3
    await edge.post(edge.activity("message_personal"))
    assert [post["type"] for post in edge.connector.posts] == ["typing", "message"]


async def test_replies_share_their_connections(edge: Edge) -> None:
    """Ten replies one after the other use one TCP connection."""
    for number in range(10):
        await edge.post(edge.activity("message_personal", id=f"a{number}"))
    assert len(edge.connector.peers) == 1


async def test_no_endpoint_before_the_application_runs(edges: Edges) -> None:
    """Only POST is served."""
    edge = await edges.start()
    assert (await edge.client.get("/api/messages")).status == 405


async def test_an_edit_that_changes_nothing_is_not_answered_again(edge: Edge) -> None:
    """Teams tells of an edit also when the text is the same, for instance when a link got its preview."""
    asked = edge.activity("message_personal")
    await edge.post(asked)
    await edge.post(edge.activity("message_update", id=asked["id"], text=asked["text"]))
    assert len(edge.connector.messages) == 1


async def test_personal_data_are_not_repeated(edge: Edge) -> None:
    """Where the asker is told to take the message away, no message of ours says it again."""
    edge.asks.answer = CANNED[Kind.RESPONSIBILITY].with_(privacy_warning=True)
    await edge.post(edge.activity("message_update", text="Vem ansvarar för LARO för 19900101-1234?"))
    [message] = edge.connector.messages
    assert "19900101" not in json.dumps(message)


async def test_a_long_question_is_shown_by_its_beginning(edge: Edge) -> None:
    """What is shown again of an edited question leaves room for the answer."""
    await edge.post(edge.activity("message_update", text="Vem ansvarar? " * 1000))
    [message] = edge.connector.messages
    assert len(_card(message)["body"][0]["text"]) < 250


async def test_a_question_whose_answer_was_refused_may_come_again(edge: Edge) -> None:
    """Nobody saw an answer, so that the same activity is answered when it is sent once more."""
    edge.connector.script = [(400, {})]
    assert (await edge.post(edge.activity("message_personal"))).status == 502
    assert (await edge.post(edge.activity("message_personal"))).status == 200
    assert len(edge.asks.turns) == 2


def test_every_activity_file_is_used() -> None:
    """A file in activities/ that no test reads is a mistake."""
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert {path.stem for path in ACTIVITIES.glob("*.json") if f'"{path.stem}"' not in tests} == set()
