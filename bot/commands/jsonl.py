"""`lotsen ask --jsonl`: conversations in and answers out, one a line, in order."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from bot.commands.ask import place_hint, places, read_day
from bot.commands.faults import BUG, MENDABLE, OK
from bot.commands.wording import Wrong, hint, say
from bot.service import Serving, answer_turns
from indexer.swedish import fold

KEYS = ("id", "turns", "municipality", "on")
MARK = b"\xef\xbb\xbf"


class BadLine(Exception):
    """A line that cannot be answered: what is wrong (Swedish), and its id as far as known."""

    def __init__(self, what: str, id_: Any = None) -> None:
        super().__init__(what)
        self.id = id_


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation, checked."""

    id: str | int | float
    turns: tuple[str, ...]
    municipality: str | None
    on: date


def answer_lines(
    lines: Iterable[bytes], out: BinaryIO, serving: Serving, today: date, report: Callable[[Exception], str]
) -> int:
    """Answer each line as it comes and write its reply at once; blank lines are passed by. Returns the exit status.

    `report` is told of a fault of ours and returns what to say of it; the lines after it are answered all the same.
    """
    known = places(serving)
    status = OK
    for raw in lines:
        if not raw.strip():
            continue
        try:
            line = read_line(raw, known, today)
            replies = answer_turns(serving, list(line.turns), line.municipality, line.on)
            shown = {"id": line.id, "replies": [reply.as_json() for reply in replies]}
        except BadLine as bad:
            status = max(status, MENDABLE)
            shown = {"id": bad.id, "error": str(bad)}
        except Exception as exc:
            status = BUG
            shown = {"id": line.id, "error": report(exc)}
        out.write(json.dumps(shown, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        out.flush()
    return status


def read_line(raw: bytes, municipalities: Mapping[str, str], today: date) -> Line:
    """Return the conversation on a line. Raises BadLine for whatever is not as it should be."""
    try:
        sent = json.loads(raw.removeprefix(MARK).decode("utf-8"), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError) as exc:
        raise BadLine(say("jsonl.json")) from exc
    if not isinstance(sent, dict):
        raise BadLine(say("jsonl.object"))
    id_ = sent.get("id")
    if not isinstance(id_, str | int | float) or isinstance(id_, bool):
        raise BadLine(say("jsonl.id"))
    for key in sent:
        if key not in KEYS:
            raise BadLine(say("jsonl.key", key=key, hint=_key_hint(key)), id_)
    turns = _turns(sent.get("turns"), id_)
    return Line(
        id_, turns, _municipality(sent.get("municipality"), municipalities, id_), _day(sent.get("on"), today, id_)
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in pairs:
        if key in kept:
            raise BadLine(say("jsonl.duplicate", key=key), kept.get("id"))
        kept[key] = value
    return kept


def _refuse(constant: str) -> Any:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _key_hint(key: str) -> str:
    close = difflib.get_close_matches(key, KEYS, n=1)
    return hint(close) if close else say("jsonl.keys", keys=", ".join(KEYS))


def _turns(value: Any, id_: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(turn, str) for turn in value):
        raise BadLine(say("jsonl.turns"), id_)
    # A lone surrogate is legal in JSON, but is no character.
    return tuple(turn.encode("utf-8", "replace").decode("utf-8") for turn in value)


def _municipality(value: Any, known: Mapping[str, str], id_: Any) -> str | None:
    if value is None or (isinstance(value, str) and value in known):
        return value
    guess = fold(value.casefold()) if isinstance(value, str) else ""
    raise BadLine(say("jsonl.municipality", hint=place_hint(guess, known)), id_)


def _day(value: Any, today: date, id_: Any) -> date:
    if value is None:
        return today
    try:
        return read_day(value if isinstance(value, str) else "")
    except Wrong as exc:
        raise BadLine(say("jsonl.day"), id_) from exc
