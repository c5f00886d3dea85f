"""The OpenAPI 3.1 description of the HTTP edge, made from the same lists that the code uses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.api import CONVERSATION_LIMIT
from knowledge.model import Kind

_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}
_TEXTS = {"type": "array", "items": _TEXT}


def openapi(municipalities: Sequence[str], *, closed: bool) -> dict[str, Any]:
    """Return the document as JSON values. `closed` says whether callers must bring a key."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lotsen",
            "version": "1.0.0",
            "description": "Answers, looked up and sourced, about cooperation agreements. Questions and answers "
            "are in Swedish. Send no personal data.",
        },
        "paths": {
            "/api/ask": {"post": _ask_operation(closed)},
            "/healthz": {"get": _plain_operation("healthz", "Whether the process answers.", {"200": "Health"})},
            "/readyz": {
                "get": _plain_operation(
                    "readyz", "Which knowledge is served.", {"200": "Readiness", "503": "Readiness"}
                )
            },
        },
        "components": {
            "schemas": _schemas(municipalities),
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Lotsen-Key"}},
        },
    }


def _ask_operation(closed: bool) -> dict[str, Any]:
    responses = {
        "200": _response("One complete answer.", "Answer"),
        "400": _response("The request is wrong; `field` says where.", "Error"),
        "413": _response("The body is over 64 kB.", "Error"),
        "500": _response("A fault of ours, logged under `reference`.", "Fault"),
    }
    if closed:
        responses["401"] = _response("No valid key, and no signed-in user.", "Error")
    return {
        "operationId": "ask",
        "summary": "Ask one question; the same `conversation` continues.",
        "security": [{"key": []}] if closed else [],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _reference("Ask")}}},
        "responses": dict(sorted(responses.items())),
    }


def _plain_operation(name: str, summary: str, answers: dict[str, str]) -> dict[str, Any]:
    responses = {status: _response(summary, schema) for status, schema in answers.items()}
    return {"operationId": name, "summary": summary, "security": [], "responses": responses}


def _response(description: str, schema: str) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": _reference(schema)}}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _closed_object(properties: dict[str, Any], *, optional: Sequence[str] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _schemas(municipalities: Sequence[str]) -> dict[str, Any]:
    municipality = {"enum": [*municipalities, None]}
    return {
        "Ask": _closed_object(
            {
                "question": {"type": "string", "minLength": 1, "pattern": r"\S"},
                "municipality": municipality,
                "on": {"type": ["string", "null"], "format": "date"},
                "conversation": {"type": ["string", "null"], "minLength": 1, "maxLength": CONVERSATION_LIMIT},
            },
            optional=("municipality", "on", "conversation"),
        ),
        "Answer": _answer(municipality),
        "Citation": _closed_object(
            {
                "source": _TEXT,
                "title": _TEXT,
                "locator": _TEXT,
                "date": {"type": ["string", "null"], "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
                "url": {"type": ["string", "null"], "pattern": "^https://"},
            }
        ),
        "Choice": _closed_object({"label": _TEXT, "question": _TEXT_OR_NULL}),
        "Error": _closed_object({"error": _TEXT, "field": _TEXT_OR_NULL}),
        "Fault": _closed_object({"error": _TEXT, "field": {"type": "null"}, "reference": _TEXT}),
        "Health": _closed_object({"status": {"const": "ok"}}),
        "Readiness": _closed_object(
            {
                "ready": {"type": "boolean"},
                "revision": _TEXT_OR_NULL,
                "files_differ": {"type": ["boolean", "null"]},
                "region": _TEXT_OR_NULL,
            }
        ),
    }


def _answer(municipality: dict[str, Any]) -> dict[str, Any]:
    return _closed_object(
        {
            "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
            "text": {"type": "string", "description": "The whole reply as plain Swedish text, sources included."},
            "responsible": _TEXTS,
            "route": {**_TEXT_OR_NULL, "description": "The id of a deviation or dispute route of the region."},
            "steps": _TEXTS,
            "agreement": _TEXT_OR_NULL,
            "municipality": municipality,
            "citations": {"type": "array", "items": _reference("Citation")},
            "suggestions": {**_TEXTS, "maxItems": 3},
            "choices": {"type": "array", "items": _reference("Choice"), "maxItems": 4},
            "privacy_warning": {"type": "boolean"},
            "on": {"type": "string", "format": "date"},
            "facts": _TEXTS,
            "revision": _TEXT,
            "receipt": _TEXT,
        }
    )
