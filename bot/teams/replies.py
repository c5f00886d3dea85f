"""Our replies as Teams' JSON: card, citations and feedback buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.answer import Citation
from bot.teams.taps import Shown
from knowledge.model import Kind

CARD = "application/vnd.microsoft.card.adaptive"
ERROR = "application/vnd.microsoft.error"
LOCALE = "sv-SE"
SUMMARY_LIMIT = 2000  # characters: what a notification or a screen reader needs
CITATION_LIMIT, NAME_LIMIT, ABSTRACT_LIMIT = 20, 80, 160


def shown_message(shown: Shown) -> dict[str, Any]:
    """Return the message that carries a card; where it goes is added when it is sent.

    An answer has its sources as citations, and buttons to tell whether it was any good.
    """
    message: dict[str, Any] = {
        "type": "message",
        "locale": LOCALE,
        "summary": clipped(shown.text, SUMMARY_LIMIT),
        "attachments": [{"contentType": CARD, "content": shown.card}],
    }
    if shown.answer is not None and shown.answer.kind is not Kind.SMALLTALK:
        message["channelData"] = {"feedbackLoop": {"type": "default"}}
    if shown.answer is not None and shown.answer.citations:
        message["entities"] = [citations_entity(shown.answer.citations)]
    return message


def text_message(text: str) -> dict[str, Any]:
    """Return a message of plain text."""
    return {"type": "message", "locale": LOCALE, "textFormat": "plain", "text": text}


def citations_entity(citations: Sequence[Citation]) -> dict[str, Any]:
    """Return the sources as the root message entity of schema.org.

    It bears no AI label (`additionalType`), since nothing is generated.
    """
    return {
        "type": "https://schema.org/Message",
        "@type": "Message",
        "@context": "https://schema.org",
        "@id": "",
        "citation": [_claim(position, one) for position, one in enumerate(citations[:CITATION_LIMIT], start=1)],
    }


def card_response(card: dict[str, Any]) -> dict[str, Any]:
    """Return the body that answers a tapped Action.Execute with a new card."""
    return {"statusCode": 200, "type": CARD, "value": card}


def error_response(status: int, code: str, message: str) -> dict[str, Any]:
    """Return the body that answers a tapped Action.Execute which cannot be done."""
    return {"statusCode": status, "type": ERROR, "value": {"code": code, "message": message}}


def clipped(text: str, limit: int) -> str:
    """Return text of at most `limit` characters, cut between words."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head.rsplit(None, 1)[0] if " " in head.strip() else head) + "…"


def _claim(position: int, citation: Citation) -> dict[str, Any]:
    appearance: dict[str, Any] = {
        "@type": "DigitalDocument",
        "name": clipped(citation.title, NAME_LIMIT),
        "abstract": clipped(", ".join(part for part in (citation.label, citation.locator) if part), ABSTRACT_LIMIT),
    }
    if citation.url and citation.url.startswith("https://"):
        appearance["url"] = citation.url
    return {"@type": "Claim", "position": position, "appearance": appearance}
