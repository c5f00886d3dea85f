"""What a caller may ask over HTTP: strict reading of the JSON body and of the page's form."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

CONVERSATION_LIMIT = 128
# A letter outside ASCII takes six bytes or more in an address, and aiohttp reads lines of 8190.
FORM_QUESTION_LIMIT = 1000
_KEYS = ("question", "municipality", "on", "conversation")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_PAGE_CONVERSATION = re.compile(r"[A-Za-z0-9_-]{8,64}", re.ASCII)


class Refused(Exception):
    """A request that the caller can put right: the key of a sentence, its values, and the field at fault."""

    def __init__(self, sentence: str, at: str | None = None, **values: int) -> None:
        """Keep what an edge needs to say it; `at` is null where no single field is at fault."""
        super().__init__(sentence)
        self.sentence = sentence
        self.at = at
        self.values = values


@dataclass(frozen=True, slots=True)
class Ask:
    """One question as the API takes it, checked; `on` is always a day."""

    question: str
    municipality: str | None
    on: date
    conversation: str | None


@dataclass(frozen=True, slots=True)
class Form:
    """The page's form as it was sent, to be shown again; `errors` has a sentence's key for each field at fault."""

    question: str = ""
    municipality: str = ""
    day: str = ""
    conversation: str | None = None
    on: date = date.min
    asked: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


def read_ask(body: bytes, municipalities: Collection[str], today: date) -> Ask:
    """Return the question in a JSON body. Raises Refused at the first thing that is wrong."""
    sent = _json_object(body)
    unknown = next((key for key in sent if key not in _KEYS), None)
    if unknown is not None:
        raise Refused("web.error.unknown_key", _printable(unknown))
    return Ask(
        question=_question(sent.get("question")),
        municipality=_municipality(sent.get("municipality"), municipalities),
        on=_day(sent.get("on"), today),
        conversation=_conversation(sent.get("conversation")),
    )


def read_form(query: Mapping[str, str], municipalities: Collection[str], today: date) -> Form:
    """Return the page's form with every error in it; empty fields mean "not chosen"."""
    question = query.get("fraga", "").strip()
    municipality, day, conversation = (query.get(name, "").strip() for name in ("kommun", "datum", "samtal"))
    asked = "fraga" in query
    errors: dict[str, str] = {}
    on = today
    try:
        on = _day(day or None, today)
    except Refused as refused:
        errors["datum"] = refused.sentence
    if municipality and municipality not in municipalities:
        errors["kommun"] = "web.error.municipality"
    if asked and not question:
        errors["fraga"] = "web.error.question_missing"
    elif not _readable(question):
        errors["fraga"] = "web.error.unreadable"
    elif len(question) > FORM_QUESTION_LIMIT:
        errors["fraga"] = "web.error.question_long"
    known = conversation if _PAGE_CONVERSATION.fullmatch(conversation) else None
    return Form(question, municipality, day, known, on, asked, errors)


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(body.decode("utf-8"), object_pairs_hook=_no_duplicates)
    except (ValueError, RecursionError) as exc:
        raise Refused("web.error.json") from exc
    if not isinstance(sent, dict):
        raise Refused("web.error.object")
    return sent


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in pairs:
        if key in kept:
            raise Refused("web.error.duplicate_key", _printable(key))
        kept[key] = value
    return kept


def _question(value: Any) -> str:
    if value is None:
        raise Refused("web.error.question_missing", "question")
    if not isinstance(value, str):
        raise Refused("web.error.question_type", "question")
    if not value.strip():
        raise Refused("web.error.question_missing", "question")
    if not _readable(value):
        raise Refused("web.error.unreadable", "question")
    return value.strip()


def _municipality(value: Any, municipalities: Collection[str]) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or value not in municipalities:
        raise Refused("web.error.municipality", "municipality")
    return value


def _day(value: Any, today: date) -> date:
    if value is None:
        return today
    # date.fromisoformat also takes 20261121 and 2026-W47-6, which the contract does not.
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise Refused("web.error.day", "on")
    try:
        return date.fromisoformat(value)
    except ValueError as exc:
        raise Refused("web.error.day", "on") from exc


def _conversation(value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= CONVERSATION_LIMIT or not _readable(value):
        raise Refused("web.error.conversation", "conversation", limit=CONVERSATION_LIMIT)
    return value


def _readable(text: str) -> bool:
    # A lone surrogate is legal in JSON, but cannot be stored or sent on; PostgreSQL refuses NUL in text.
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def _printable(key: str) -> str:
    return key.encode("utf-8", "replace").decode("utf-8")[:64]
