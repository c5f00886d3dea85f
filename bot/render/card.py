"""An answer as an Adaptive Card 1.5, made for a phone 360 points wide."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from bot.answer import (
    ActorRow,
    ActorRows,
    Answer,
    Block,
    Bullets,
    Citation,
    Draft,
    Links,
    Local,
    Notice,
    Paragraph,
    Quote,
    Steps,
    TaskRow,
    TaskRows,
    Validity,
)
from bot.render.markdown import escape, link
from bot.render.pieces import Element, Piece, cut, elements, fold, markdown_block, text_block, text_piece
from bot.sentences import capitalised
from knowledge.model import Kind

Say = Callable[[str], str]

ASK = "ask"
"""The verb of a button that asks a question."""
VISIBLE_LIMIT = 900  # characters shown before "more" is tapped
SIZE_LIMIT = 25_000  # bytes as Teams counts them: in UTF-16
ACTION_LIMIT = 6
SOURCES_LIMITS = (350, 200, 100)  # characters of sources shown before "more" is tapped, by how much room is needed
SOURCES_LEAST = 200  # below it only for the core of an answer
USUAL_ACTIONS = 3  # named buttons and suggestions of a usual answer
FALLBACK_LEAST = 200  # characters of fallbackText that are kept before a button is
ASKED_LIMIT = 200  # characters of the question that is shown again
TITLE_LIMIT = 80  # characters on a button
NOTICE_STYLES = {"danger": "attention", "privacy": "warning", "validity": "warning", "premise": "emphasis"}


def render_card(answer: Answer, say: Say, *, asked: str | None = None, place: str | None = None) -> dict[str, Any]:
    """Return the card of an answer, at most 25,000 bytes as Teams counts.

    Shown at first: notices, the answer and what fits of the rest, validity, sources, day and
    receipt, 900 characters in all; the rest is behind a button. `asked` is shown on top where
    a tapped button asked the question, `place` is the name of the answer's municipality.
    """
    top = [*_asked(asked, say), *(_notice(notice) for notice in answer.notices), _lead(answer)]
    last = [*_meta(answer, place, say)]
    flow = [*_flow(_not_on_buttons(answer), say)]
    shown, folded, bottom = _laid_out(answer, flow, top, last, SOURCES_LIMITS[0], say)
    for limit in SOURCES_LIMITS[1:]:
        tighter = _laid_out(answer, flow, top, last, limit, say)
        if _core(tighter[0]) > _core(shown) or (limit >= SOURCES_LEAST and len(tighter[0]) > len(shown)):
            shown, folded, bottom = tighter
    while True:
        card = _card(answer, (*top, *shown), folded, bottom, say)
        if size(card) <= SIZE_LIMIT:
            return card
        if folded:
            folded = _shortened(folded, say)
        else:
            return _within(card)


def _laid_out(
    answer: Answer, flow: Sequence[Piece], top: Sequence[Piece], last: Sequence[Piece], limit: int, say: Say
) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Return what is shown, what is folded, and what stands below, with so many characters of sources."""
    validity = [*_validity(answer.blocks)]
    # A text to send says itself what its source is and until when it holds, and it is what was asked for.
    said = any(isinstance(block, Draft) for block in answer.blocks)
    bottom = [*last] if said else [*validity, *_sources(answer, limit, say), *last]
    room = VISIBLE_LIMIT - sum(piece.length for piece in (*top, *bottom))
    shown, folded = fold(flow, room)
    below = [*validity, *_sources(answer, limit, say)] if said else []
    return shown, [*folded, *below, *_all_sources(answer, limit, say)], bottom


def _core(pieces: Iterable[Piece]) -> int:
    return sum(piece.core for piece in pieces)


def size(card: dict[str, Any]) -> int:
    """Return how many bytes a card is as Teams counts a bot's message: in UTF-16, though it is sent in UTF-8."""
    return len(_json(card).encode("utf-16-le"))


def sent_size(card: dict[str, Any]) -> int:
    """Return how many bytes a card is when it is sent, as in the body of a response."""
    return len(_json(card).encode())


def _json(card: dict[str, Any]) -> str:
    return json.dumps(card, ensure_ascii=False, separators=(",", ":"))


def _card(
    answer: Answer, shown: Sequence[Piece], folded: Sequence[Piece], bottom: Sequence[Piece], say: Say
) -> dict[str, Any]:
    body = [*elements(shown), *_more(folded, say), *elements(bottom)]
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "lang": "sv",
        "fallbackText": answer.text or answer.lead,
        "body": body,
    }
    actions = _questions(answer, ACTION_LIMIT - (2 if folded else 0))
    return {**card, "actions": actions} if actions else card


# --- the parts, from top to bottom ---------------------------------------------------------------


def _asked(asked: str | None, say: Say) -> Iterator[Piece]:
    if asked:
        yield text_piece(say("card.asked").replace("{question}", cut(asked, ASKED_LIMIT)), size="Small")


def _notice(notice: Notice) -> Piece:
    weight = "Bolder" if notice.level == "danger" else "Default"
    block = text_block(notice.text, weight=weight)
    style = NOTICE_STYLES.get(notice.level, "emphasis")
    return Piece(({"type": "Container", "style": style, "items": [block]},), len(notice.text))


def _lead(answer: Answer) -> Piece:
    return text_piece(answer.lead, size="Medium", weight="Bolder", style="heading")


def _validity(blocks: Iterable[Block]) -> Iterator[Piece]:
    return (text_piece(block.text, separator=True) for block in blocks if isinstance(block, Validity))


def _sources(answer: Answer, limit: int, say: Say) -> Iterator[Piece]:
    line = _sources_line(answer, say)
    if not line:
        return
    if len(line) > limit:
        line = cut(_sources_line(answer, say, places=False), limit)
    yield Piece((markdown_block(_linked(line, answer.citations), size="Small", separator=True),), len(line))


def _all_sources(answer: Answer, limit: int, say: Say) -> list[Piece]:
    """Return every source by itself, where the line of sources had to be cut."""
    if len(_sources_line(answer, say)) <= limit:
        return []
    pieces = [text_piece(say("card.all_sources"), weight="Bolder", separator=True)]
    places: dict[tuple[str, str | None, str | None], list[str]] = {}
    for one in answer.citations:
        places.setdefault((one.title, one.url, one.date), []).append(one.locator)
    for (title, url, day), in_it in places.items():
        rest = ", ".join(dict.fromkeys(part for part in (*in_it, day) if part))
        line = link(title, url) + (escape(f", {rest}") if rest else "")
        pieces.append(Piece((markdown_block(line, size="Small"),), len(line), more=True))
    return pieces


def _meta(answer: Answer, place: str | None, say: Say) -> Iterator[Piece]:
    if answer.kind is not Kind.SMALLTALK:
        key = ("card.meta" if answer.receipt else "card.meta_bare") + ("_place" if place else "")
        line = say(key).replace("{day}", answer.on.isoformat())
        yield text_piece(line.replace("{place}", place or "").replace("{receipt}", answer.receipt), size="Small")
    if answer.profile:
        yield text_piece(answer.profile, size="Small")


def _more(folded: Sequence[Piece], say: Say) -> list[Element]:
    if not folded:
        return []
    targets = ["more", "show-more", "show-less"]
    return [
        _toggle("show-more", say("card.more"), targets, visible=True),
        {"type": "Container", "id": "more", "isVisible": False, "items": elements(folded)},
        _toggle("show-less", say("card.less"), targets, visible=False),
    ]


def _toggle(name: str, title: str, targets: list[str], *, visible: bool) -> Element:
    action = {"type": "Action.ToggleVisibility", "title": title, "targetElements": targets}
    return {"type": "ActionSet", "id": name, "isVisible": visible, "actions": [action]}


def _questions(answer: Answer, room: int) -> list[Element]:
    """Return a button for each choice and each named action, then suggestions up to the number of a usual answer.

    A suggestion that asks what a named button asks is left out.
    """
    choices = [(capitalised(choice.label), choice.question or choice.label) for choice in answer.choices]
    named = [(action.label, action.question or action.label) for action in answer.actions]
    asked = {question for _, question in named}
    suggested = [(question, question) for question in answer.suggestions if question not in asked]
    usual = not choices and answer.kind is not Kind.SMALLTALK
    left = USUAL_ACTIONS - len(named) if usual else room
    return [_question(title, question) for title, question in [*choices, *named, *suggested[: max(left, 0)]][:room]]


def _question(title: str, question: str) -> Element:
    data = {"question": question}
    shown = {"title": cut(title, TITLE_LIMIT)}
    # Clients that do not know Execute send the same data as a message.
    submit = {"type": "Action.Submit", **shown, "data": data}
    return {"type": "Action.Execute", **shown, "verb": ASK, "data": data, "fallback": submit}


# --- the blocks of the answer --------------------------------------------------------------------


def _not_on_buttons(answer: Answer) -> list[Block]:
    """Return the blocks without a list that only says what the buttons below say."""
    buttons = set() if answer.choices else set(answer.suggestions)
    return [block for block in answer.blocks if not (isinstance(block, Bullets) and {*block.items} <= buttons)]


def _flow(blocks: Iterable[Block], say: Say) -> Iterator[Piece]:
    for block in blocks:
        match block:
            case Paragraph(text, more):
                yield text_piece(text, more=more)
            case ActorRows(rows, heading):
                yield from _headed(heading, [_actor(row) for row in rows], core=True)
            case Steps(items, heading, first):
                current = say("card.current_step")
                lines = [(f"{item.text} ({current})" if item.current else item.text, item.current) for item in items]
                steps = [_step(n, *line) for n, line in enumerate(lines, start=1)]
                yield from _headed(heading, [*([text_piece(first)] if first else []), *steps], core=True)
            case Bullets(items, heading, more):
                yield from _headed(
                    heading, [text_piece(f"• {item}", more=more, spacing="Small") for item in items], more=more
                )
            case TaskRows(task_rows, heading):
                yield from _headed(heading, [_task(row) for row in task_rows], separator=True)
            case Draft(drafted, heading):
                yield from _headed(heading, [_draft(drafted)], core=True)
            case Quote(quoted, heading):
                yield from _headed(heading, [text_piece(line) for line in quoted], separator=True)
            case Links(links, heading, more):
                yield from _headed(heading, [_link(one.label, one.url, more) for one in links], more=more)
            case Local(heading, lines):
                yield from _headed(heading, [text_piece(line) for line in lines], separator=True)
            case Validity():
                pass


def _headed(
    heading: str | None, pieces: list[Piece], *, more: bool = False, separator: bool = False, core: bool = False
) -> list[Piece]:
    """Return the pieces with the heading tied to the first, so that it never stands alone."""
    if heading and pieces:
        head = text_piece(heading, more=more, weight="Bolder", **({"separator": True} if separator else {}))
        first = Piece((*head.elements, *pieces[0].elements), head.length + pieces[0].length, more)
        pieces = [first, *pieces[1:]]
    return [replace(piece, core=core) for piece in pieces]


def _actor(row: ActorRow) -> Piece:
    line = f"{row.sign} {row.name}: {row.word}"
    items = [text_block(line, weight="Bolder" if row.marked else "Default")]
    if row.detail:
        items.append(text_block(row.detail, size="Small", spacing="None"))
    container = {"type": "Container", "spacing": "Small", "items": items}
    return Piece((container,), len(line) + len(row.detail))


def _task(row: TaskRow) -> Piece:
    lines = [line for line in (row.marked, row.unmarked) if line]
    marks = [text_block(line, size="Small", spacing="None") for line in lines]
    container = {"type": "Container", "spacing": "Small", "items": [text_block(row.name, weight="Bolder"), *marks]}
    return Piece((container,), len(row.name) + sum(map(len, lines)))


def _draft(lines: Sequence[str]) -> Piece:
    """Return the text to copy in a frame of its own, with nothing else in it to mark by mistake."""
    container = {"type": "Container", "style": "emphasis", "items": [text_block(line) for line in lines]}
    return Piece((container,), sum(map(len, lines)))


def _link(label: str, url: str | None, more: bool) -> Piece:
    return Piece((markdown_block(f"• {link(label, url)}", spacing="Small"),), len(label) + 2, more)


def _step(number: int, text: str, current: bool) -> Piece:
    # A plain space would make it a Markdown list, which is set in and cut off on a narrow screen.
    element = markdown_block(
        f"{number}.\u00a0{escape(text)}", weight="Bolder" if current else "Default", spacing="Small"
    )
    return Piece((element,), len(text) + len(f"{number}. "))


# --- folding and measuring -----------------------------------------------------------------------


def _shortened(folded: list[Piece], say: Say) -> list[Piece]:
    """Return fewer pieces, the last of which says that there is more than fits."""
    notice = text_piece(say("card.clipped"), weight="Bolder")
    kept = folded[:-2] if folded[-1] == notice else folded[:-1]
    return [*kept, notice] if kept else []


def _within(card: dict[str, Any]) -> dict[str, Any]:
    """Return a card that is too large with less text to fall back on, and at last with fewer buttons."""
    text = str(card["fallbackText"])
    while size(card) > SIZE_LIMIT and (len(text) > FALLBACK_LEAST or card.get("actions")):
        if len(text) > FALLBACK_LEAST:
            text = text[: len(text) * 3 // 4]
            card = {**card, "fallbackText": text.rstrip() + "…"}
        else:
            card = {**card, "actions": card["actions"][:-1]}
    return card


def _sources_line(answer: Answer, say: Say, *, places: bool = True) -> str:
    """Return the line of sources: each once, with all its places or none."""
    if answer.sources_line or not answer.citations:
        return answer.sources_line
    found: dict[str, list[str]] = {}
    for one in answer.citations:
        found.setdefault(one.label, []).extend([one.locator] if one.locator else [])
    named = [
        ": ".join(filter(None, (label, ", ".join(dict.fromkeys(in_it) if places else ()))))
        for label, in_it in found.items()
    ]
    return say("card.sources" if len(named) > 1 else "card.source").replace("{sources}", "; ".join(named))


def _linked(line: str, citations: Iterable[Citation]) -> str:
    """Return the line with each source's label as a link, the first time that it stands there."""
    urls = {citation.label: citation.url for citation in citations if citation.label}
    if not urls:
        return escape(line)
    longest_first = "|".join(re.escape(label) for label in sorted(urls, key=len, reverse=True))
    out: list[str] = []
    for number, part in enumerate(re.split(f"({longest_first})", line)):
        out.append(link(part, urls.pop(part, None)) if number % 2 else escape(part))
    return "".join(out)
