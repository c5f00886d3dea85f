"""The OpenAPI document says what the server does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import jsonschema
import pytest
from aiohttp.test_utils import TestClient

from bot.access import WebConfig
from bot.answer import Answer
from knowledge.model import Kind
from tests.web.samples import CLARIFY, DISPUTE, RESPONSIBILITY, TODAY, UNKNOWN, URGENT, WebFake

Client = TestClient[Any, Any]
Open = Callable[..., Awaitable[Client]]


async def _document(client: Client) -> dict[str, Any]:
    response = await client.get("/openapi.json")
    assert response.status == 200
    document: dict[str, Any] = await response.json()
    return document


def _check(document: dict[str, Any], name: str, value: Any) -> None:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    jsonschema.Draft202012Validator(schema).validate(value)


async def test_every_schema_is_a_schema(client: Client) -> None:
    """OpenAPI 3.1 schemas are JSON Schema 2020-12, and each reference leads somewhere."""
    document = await _document(client)
    assert document["openapi"] == "3.1.0"
    for schema in document["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


async def test_the_answer_has_every_key_required_and_every_kind(client: Client) -> None:
    """A caller may rely on all keys, on no others, and on the list of kinds."""
    schema = (await _document(client))["components"]["schemas"]["Answer"]
    keys = set(Answer(Kind.UNKNOWN, "", TODAY, "").as_json())
    assert set(schema["required"]) == set(schema["properties"]) == keys
    assert schema["additionalProperties"] is False
    assert schema["properties"]["kind"]["enum"] == [kind.value for kind in Kind]


@pytest.mark.parametrize("answer", [RESPONSIBILITY, DISPUTE, CLARIFY, URGENT, UNKNOWN], ids=lambda a: a.kind.value)
async def test_answers_fit_the_schema(client: Client, answer: Answer) -> None:
    """Answers of different kinds are valid, and one with a key too few is not."""
    document = await _document(client)
    value = answer.as_json()
    _check(document, "Answer", value)
    value.pop("receipt")
    with pytest.raises(jsonschema.ValidationError):
        _check(document, "Answer", value)


async def test_served_replies_fit_what_is_promised(client: Client, asks: WebFake) -> None:
    """Each status that the document promises for a question is served, with a body of that schema."""
    document = await _document(client)
    replies = [
        await client.post("/api/ask", json={"question": "tvist"}),
        await client.post("/api/ask", json={"question": ""}),
        await client.post("/api/ask", data=b"x" * 70_000),
    ]
    asks.fault = RuntimeError("x")
    replies.append(await client.post("/api/ask", json={"question": "tvist"}))
    promised = document["paths"]["/api/ask"]["post"]["responses"]
    assert [str(reply.status) for reply in replies] == list(promised)
    for reply in replies:
        schema = promised[str(reply.status)]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
        _check(document, schema, await reply.json())


async def test_health_fits_what_is_promised(client: Client, asks: WebFake) -> None:
    """Health and readiness fit their schemas, also when nothing is served."""
    document = await _document(client)
    _check(document, "Health", await (await client.get("/healthz")).json())
    _check(document, "Readiness", await (await client.get("/readyz")).json())
    asks.served = {}
    _check(document, "Readiness", await (await client.get("/readyz")).json())


async def test_the_key_is_described_where_it_is_needed(open_edge: Open) -> None:
    """Off loopback the document asks for the key and promises 401; on loopback it does neither."""
    closed = await _document(await open_edge(WebConfig(dev=False, loopback=False, api_key="k", trusted_proxy=None)))
    opened = await _document(await open_edge())
    assert closed["paths"]["/api/ask"]["post"]["security"] == [{"key": []}]
    assert "401" in closed["paths"]["/api/ask"]["post"]["responses"]
    assert opened["paths"]["/api/ask"]["post"]["security"] == []
    assert "401" not in opened["paths"]["/api/ask"]["post"]["responses"]


async def test_the_municipalities_are_the_region_s(client: Client) -> None:
    """The ids that a caller may send come from the knowledge."""
    schema = (await _document(client))["components"]["schemas"]["Ask"]
    assert schema["properties"]["municipality"]["enum"] == ["borlange", "falun", "malung-salen", None]
    assert schema["required"] == ["question"]
