"""The JSON edge: what is asked for, what is refused, and who is let in."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.access import WebConfig, proxied_user
from bot.answer import Answer
from knowledge.model import Kind
from tests.web.samples import LOOPBACK, TODAY, WebFake

CLOSED = WebConfig(dev=False, loopback=False, api_key="hemlig-å", trusted_proxy=None)
QUESTION = {"question": "Vem ansvarar för abstinensvård?"}
Client = TestClient[Any, Any]
Open = Callable[..., Awaitable[Client]]


async def test_a_question_gets_exactly_the_public_keys(client: Client) -> None:
    """One question gives 200 and an answer with all keys of the contract and no others."""
    response = await client.post("/api/ask", json=QUESTION)
    assert response.status == 200
    assert response.content_type == "application/json"
    body = await response.json()
    assert set(body) == set(Answer(Kind.UNKNOWN, "", TODAY, "").as_json())
    assert body["responsible"] == ["primarvard", "psykiatri"]


async def test_the_turn_carries_what_was_sent(client: Client, asks: WebFake) -> None:
    """Municipality, day and conversation reach the bot; API conversations have a space of their own."""
    await client.post("/api/ask", json={**QUESTION, "municipality": "falun", "on": "2025-03-01", "conversation": "x"})
    (turn,) = asks.turns
    assert (turn.municipality, turn.on, turn.conversation, turn.person) == ("falun", date(2025, 3, 1), "api:x", None)


async def test_nulls_mean_today_and_nothing_remembered(client: Client, asks: WebFake) -> None:
    """Null and missing keys mean the same: today, no municipality, no conversation."""
    await client.post("/api/ask", json={**QUESTION, "municipality": None, "on": None, "conversation": None})
    await client.post("/api/ask", json=QUESTION)
    assert asks.turns[0] == asks.turns[1]
    assert (asks.turns[0].on, asks.turns[0].conversation) == (TODAY, None)


REFUSED: dict[str, tuple[Any, str | None]] = {
    "unknown key": ({**QUESTION, "kommun": "falun"}, "kommun"),
    "missing question": ({}, "question"),
    "null question": ({"question": None}, "question"),
    "empty question": ({"question": ""}, "question"),
    "blank question": ({"question": " \n\t "}, "question"),
    "number as question": ({"question": 7}, "question"),
    "list as question": ({"question": ["a"]}, "question"),
    "lone surrogate": ({"question": "a\ud800"}, "question"),
    "null byte": ({"question": "a\0b"}, "question"),
    "unknown municipality": ({**QUESTION, "municipality": "stockholm"}, "municipality"),
    "name for an id": ({**QUESTION, "municipality": "Falun"}, "municipality"),
    "list as municipality": ({**QUESTION, "municipality": ["falun"]}, "municipality"),
    "empty municipality": ({**QUESTION, "municipality": ""}, "municipality"),
    "bad date": ({**QUESTION, "on": "2026-02-30"}, "on"),
    "short date": ({**QUESTION, "on": "2026"}, "on"),
    "compact date": ({**QUESTION, "on": "20261121"}, "on"),
    "week date": ({**QUESTION, "on": "2026-W47-6"}, "on"),
    "number as date": ({**QUESTION, "on": 20261121}, "on"),
    "long conversation": ({**QUESTION, "conversation": "x" * 129}, "conversation"),
    "empty conversation": ({**QUESTION, "conversation": ""}, "conversation"),
    "number as conversation": ({**QUESTION, "conversation": 1}, "conversation"),
    "array": ([QUESTION], None),
    "string": ("hej", None),
    "null": (None, None),
}


@pytest.mark.parametrize(("body", "field"), REFUSED.values(), ids=REFUSED.keys())
async def test_a_wrong_body_is_refused_with_its_field(client: Client, asks: WebFake, body: Any, field: str) -> None:
    """What is wrong gives 400, a Swedish sentence and the field at fault, and asks nothing."""
    response = await client.post("/api/ask", json=body)
    assert response.status == 400
    refusal = await response.json()
    assert set(refusal) == {"error", "field"}
    assert refusal["field"] == field
    assert refusal["error"].endswith(".")
    assert "{" not in refusal["error"]
    assert asks.turns == []


RAW = {
    "no JSON": b"fraga=hej",
    "cut off": b'{"question": "hej"',
    "not UTF-8": '{"question": "h\xe4j"}'.encode("latin-1"),
    "empty": b"",
    "too deep": b"[" * 60000,
    "huge number": b'{"question": ' + b"9" * 5000 + b"}",
    "two values": b'{"question": "a"} {}',
}


@pytest.mark.parametrize("body", RAW.values(), ids=RAW.keys())
async def test_a_body_that_is_no_json_is_refused(client: Client, body: bytes) -> None:
    """Bytes that are no JSON in UTF-8 give 400 without a field, whatever the parser stumbles on."""
    response = await client.post("/api/ask", data=body)
    assert response.status == 400
    assert (await response.json())["field"] in (None, "question")


async def test_a_key_given_twice_is_refused(client: Client) -> None:
    """Two values for one key are not settled by a guess."""
    response = await client.post("/api/ask", data=b'{"question": "a", "question": "b"}')
    assert (response.status, (await response.json())["field"]) == (400, "question")


async def test_the_longest_conversation_is_taken(client: Client, asks: WebFake) -> None:
    """A conversation of 128 characters is within the contract."""
    response = await client.post("/api/ask", json={**QUESTION, "conversation": "å" * 128})
    assert response.status == 200
    assert asks.turns[0].conversation == "api:" + "å" * 128


def _sized(size: int) -> bytes:
    empty = len(json.dumps({"question": ""}))
    return json.dumps({"question": "a" * (size - empty)}).encode()


@pytest.mark.parametrize("chunked", [False, True])
async def test_over_64_kb_is_413_and_the_limit_itself_is_taken(client: Client, chunked: bool) -> None:
    """65536 bytes are answered, one more is 413, with or without a length header."""

    def sent(body: bytes) -> Any:
        async def chunks() -> Any:
            yield body

        return chunks() if chunked else body

    assert (await client.post("/api/ask", data=sent(_sized(65536)))).status == 200
    response = await client.post("/api/ask", data=sent(_sized(65537)))
    assert response.status == 413
    assert set(await response.json()) == {"error", "field"}


async def test_a_compressed_body_is_counted_as_it_unfolds(client: Client) -> None:
    """A small compressed body cannot smuggle in a large one."""
    response = await client.post(
        "/api/ask", data=gzip.compress(_sized(5_000_000)), headers={"Content-Encoding": "gzip"}
    )
    assert response.status == 413


async def test_a_fault_shows_a_reference_and_logs_it(
    client: Client, asks: WebFake, caplog: pytest.LogCaptureFixture
) -> None:
    """An unexpected error gives 500 with a reference that the log has, and no trace of the code."""
    asks.fault = RuntimeError("hemligt")
    with caplog.at_level(logging.ERROR, "bot.web"):
        response = await client.post("/api/ask", json=QUESTION)
    body = await response.text()
    reference = json.loads(body)["reference"]
    assert response.status == 500
    assert "hemligt" not in body and "Traceback" not in body
    assert reference in json.loads(body)["error"]
    assert reference in caplog.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/ask", 405), ("PUT", "/api/ask", 405), ("POST", "/api/other", 404), ("GET", "/fraga", 405)],
)
async def test_a_wrong_address_of_the_api_is_answered_in_json(
    client: Client, method: str, path: str, status: int
) -> None:
    """Programs get JSON also when the address or the method is wrong."""
    response = await client.request(method, path)
    assert response.status == status
    assert set(await response.json()) == {"error", "field"}
    assert ("Allow" in response.headers) == (status == 405)


async def test_health_and_readiness(client: Client, asks: WebFake) -> None:
    """Readiness tells revision and changed files; it is 503 when nothing is served, health is not."""
    assert await (await client.get("/healthz")).json() == {"status": "ok"}
    asks.served["files_differ"] = True
    ready = await client.get("/readyz")
    assert ready.status == 200
    assert await ready.json() == {
        "ready": True,
        "revision": "a3f91c07be42d1",
        "files_differ": True,
        "region": "dalarna",
    }
    asks.served = {"revision": "", "files_differ": False, "region": "dalarna"}
    assert (await client.get("/readyz")).status == 503
    assert (await client.get("/healthz")).status == 200


async def test_readiness_survives_a_broken_status(
    client: Client, asks: WebFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When even the status fails, readiness is 503 and not 500."""

    def away() -> dict[str, Any]:
        raise OSError("no disk")

    monkeypatch.setattr(asks, "status", away)
    response = await client.get("/readyz")
    assert (response.status, (await response.json())["ready"]) == (503, False)


GUARDED = [("GET", "/"), ("HEAD", "/"), ("GET", "/?fraga=abstinens"), ("POST", "/api/ask"), ("POST", "/fraga")]


@pytest.mark.parametrize(("method", "path"), GUARDED)
async def test_off_loopback_a_stranger_is_turned_away(open_edge: Open, asks: WebFake, method: str, path: str) -> None:
    """Without a key or a proxy's user the page and the API answer 401 and ask nothing."""
    client = await open_edge(CLOSED)
    for headers in ({}, {"X-Lotsen-Key": "fel"}, {"X-Lotsen-Key": ""}, {"X-Forwarded-User": "anna"}):
        response = await client.request(method, path, headers=headers, json=QUESTION if method == "POST" else None)
        assert response.status == 401
        assert "WWW-Authenticate" in response.headers
    assert asks.turns == []


async def test_off_loopback_the_key_opens(open_edge: Open) -> None:
    """The right key opens page and API, also when it is not ASCII."""
    client = await open_edge(CLOSED)
    assert (await client.post("/api/ask", json=QUESTION, headers={"X-Lotsen-Key": "hemlig-å"})).status == 200
    assert (await client.get("/", headers={"X-Lotsen-Key": "hemlig-å"})).status == 200


async def test_off_loopback_without_any_key_nobody_gets_in(open_edge: Open) -> None:
    """An unset key is not an empty key."""
    client = await open_edge(WebConfig(dev=False, loopback=False, api_key=None, trusted_proxy=None))
    for key in ("", "None", "null"):
        assert (await client.post("/api/ask", json=QUESTION, headers={"X-Lotsen-Key": key})).status == 401


async def test_off_loopback_health_stays_open(open_edge: Open) -> None:
    """A load balancer needs no key."""
    client = await open_edge(CLOSED)
    for path in ("/healthz", "/readyz", "/openapi.json"):
        assert (await client.get(path)).status == 200


async def test_the_trusted_proxy_s_user_is_let_in(open_edge: Open, asks: WebFake) -> None:
    """A request from the proxy's address with a user is let in, and the user's name is not passed on."""
    client = await open_edge(WebConfig(dev=False, loopback=False, api_key=None, trusted_proxy="127.0.0.1"))
    assert (await client.post("/api/ask", json=QUESTION)).status == 401
    named = {"X-Forwarded-User": "anna.andersson@example.se"}
    assert (await client.post("/api/ask", json=QUESTION, headers=named)).status == 200
    person = asks.turns[0].person
    assert person is not None and person.startswith("web:") and "anna" not in person


def test_only_the_proxy_s_own_address_is_believed() -> None:
    """Another address may say what it likes; the same address is known in both its spellings."""
    config = WebConfig(dev=False, loopback=False, api_key=None, trusted_proxy="10.0.0.1")
    assert proxied_user(config, "::ffff:10.0.0.1", "anna") == proxied_user(config, "10.0.0.1", "anna") is not None
    for remote, name in [("10.0.0.2", "anna"), (None, "anna"), ("10.0.0.1", " "), ("10.0.0.1", None), ("x", "anna")]:
        assert proxied_user(config, remote, name) is None
    assert proxied_user(LOOPBACK, "127.0.0.1", "anna") is None
