"""Search from the compose box: Teams' query and choice in, a list of cards for any chat out.

Follows Microsoft's "Respond to search command": `composeExtension/query` is sent at every letter and
has 5 s; a result list has Adaptive Cards with a thumbnail preview; a preview whose `tap` is an invoke
makes Teams ask `composeExtension/selectItem` for the card to put in.
"""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botbuilder.core import InvokeResponse

from bot.answer import Answer
from bot.ports import Asks, Found, Turn
from bot.render.card import render_card, sent_size
from bot.teams.activities import plain_question
from bot.teams.replies import CARD

QUERY, SELECT = "composeExtension/query", "composeExtension/selectItem"
COMMAND, PARAMETER = "sok", "fraga"
"""What the manifest calls the command and its parameter."""
INITIAL = "initialRun"
THUMBNAIL = "application/vnd.microsoft.card.thumbnail"
PATIENCE = 3.5  # s; Teams waits 5
LIST_LIMIT = 100_000  # bytes; one card may be 28 KB, nothing is documented of the whole, and most lists are 20 kB
MAX_COUNT = 25

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Query:
    """What is being searched for: the text so far, and which part of the list.

    `chooses`: whether the client tells when a result is chosen, as Teams does. The Playground shows
    nothing at all of a list whose previews can be tapped, and is known by naming no command.
    """

    text: str
    skip: int = 0
    count: int = MAX_COUNT
    chooses: bool = True


async def answer_search(
    asks: Asks, name: str, value: object, turn: Callable[[str], Turn], patience: float = PATIENCE
) -> InvokeResponse:
    """Answer a query or a choice; 400 for what is neither. `turn` makes the turn of a text."""
    work = _listed(asks, value, turn) if name == QUERY else _picked(asks, value, turn)
    try:
        body = await asyncio.wait_for(work, patience)
    except TimeoutError:
        body = message(asks.sentence("search.slow"))
    if body is None:
        return InvokeResponse(status=400, body={"error": "search"})
    return InvokeResponse(status=200, body=body)


async def _listed(asks: Asks, value: object, turn: Callable[[str], Turn]) -> Body | None:
    query = query_of(value)
    if query is None:
        return None
    found = await asks.find(turn(query.text))
    if not found:
        return message(asks.sentence("search.nothing"))
    places = dict(asks.municipalities())
    # A receipt is kept when a result is chosen, not at every letter, so the cards of the list name none.
    shown = [(one, one.answer.with_(receipt="")) for one in found[query.skip : query.skip + query.count]]
    return result(_within(_attachment(shared_card(answer, asks, places), one, query.chooses) for one, answer in shown))


async def _picked(asks: Asks, value: object, turn: Callable[[str], Turn]) -> Body | None:
    question = chosen_question(value)
    if question is None:
        return None
    answer = await asks.pick(turn(question))
    if answer is None:
        return message(asks.sentence("search.nothing"))
    # Without a preview of its own, Teams does not put an Adaptive Card in.
    preview = {"contentType": THUMBNAIL, "content": {"title": _plain(answer.lead)}}
    card = shared_card(answer, asks, dict(asks.municipalities()))
    return result([{"contentType": CARD, "content": card, "preview": preview}])


def query_of(value: object) -> Query | None:
    """Return the query of an invoke, null where it is none of ours.

    Teams names command and parameter; the Playground names neither.
    """
    if not isinstance(value, Mapping) or value.get("commandId") not in (None, "", COMMAND):
        return None
    parameters = value.get("parameters")
    if parameters is None:
        parameters = []
    if not isinstance(parameters, list) or not all(isinstance(one, Mapping) for one in parameters):
        return None
    options = value.get("queryOptions")
    options = options if isinstance(options, Mapping) else {}
    skip, count = _number(options.get("skip"), 0), _number(options.get("count"), MAX_COUNT)
    chooses = value.get("commandId") == COMMAND
    return Query(_typed(parameters), skip, min(count, MAX_COUNT) or MAX_COUNT, chooses)


def _typed(parameters: Iterable[Mapping[str, Any]]) -> str:
    """Return what has been typed; nothing for the query that Teams sends before anything has."""
    texts = [(one.get("name"), one["value"]) for one in parameters if isinstance(one.get("value"), str)]
    ours = [text for name, text in texts if name == PARAMETER]
    others = [text for name, text in texts if name != INITIAL]
    return plain_question(next(iter(ours or others), ""))


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default


def chosen_question(value: object) -> str | None:
    """Return the question of the result that was chosen, or null."""
    question = value.get("question") if isinstance(value, Mapping) else None
    return (plain_question(question) or None) if isinstance(question, str) else None


def shared_card(answer: Answer, asks: Asks, places: Mapping[str, str]) -> Body:
    """Return a card for a chat in which Lotsen may not be: it bears no button that must be answered.

    Action.Submit reaches nobody there, and Action.Execute would make Teams ask to install Lotsen for
    everybody in the chat. What only folds the card works anywhere.
    """
    bare = answer.with_(suggestions=(), choices=(), actions=(), form="")
    return render_card(bare, asks.sentence, place=places.get(answer.municipality or ""))


def _attachment(card: Body, one: Found, chooses: bool) -> Body:
    preview: Body = {"title": _plain(one.title), "text": _plain(one.summary)}
    if chooses:
        preview["tap"] = {"type": "invoke", "title": one.title, "value": {"question": one.question}}
    return {"contentType": CARD, "content": card, "preview": {"contentType": THUMBNAIL, "content": preview}}


def _plain(text: str) -> str:
    """Return text as it stands in a thumbnail, where Teams reads HTML."""
    return html.escape(text, quote=False)


def _within(attachments: Iterable[Body]) -> list[Body]:
    """Return the first attachments that the list has room for."""
    kept: list[Body] = []
    room = LIST_LIMIT
    for attachment in attachments:
        room -= sent_size(attachment)
        if room < 0:
            break
        kept.append(attachment)
    return kept


def result(attachments: list[Body]) -> Body:
    """Return the body with a list of results."""
    return {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": attachments}}


def message(text: str) -> Body:
    """Return the body with a line of plain text instead of results."""
    return {"composeExtension": {"type": "message", "text": text}}
