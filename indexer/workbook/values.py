"""What a filled-in cell means, as its column holds it; or why that cannot be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.importing.filing import is_day
from indexer.importing.marks import Sign, read_mark
from indexer.workbook.sheets import Column, Kind, joined, lines, status_text
from indexer.workbook.wording import say
from knowledge.model import LokStatus


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a cell cannot be read: `code` names the sentence `arbetsbok.fel.<code>`."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)


def value_of(text: str, column: Column) -> str | Unread:
    """Return a text as the column's cells are written."""
    match column.kind:
        case Kind.MARK:
            return _mark(text)
        case Kind.STATUS:
            return _status(text)
        case Kind.DAY:
            plain = " ".join(text.split())
            value: str = plain
            if plain and not is_day(plain):
                return Unread("day")
        case Kind.LINES:
            value = lines(line for line in text.split("\n") if line.strip())
        case Kind.WORDS:
            value = joined(words_of(text))
        case _:
            value = " ".join(text.split())
    if column.needed and not value:
        return Unread("empty")
    if column.most is not None and len(value) > column.most:
        return Unread("long", {"length": len(value), "most": column.most})
    return value


def words_of(text: str) -> list[str]:
    """Return the words and phrases of a cell, each once."""
    parts = (" ".join(part.split()) for part in text.replace("\n", ";").split(";"))
    return list(dict.fromkeys(part for part in parts if part))


def status_of(text: str) -> LokStatus | None:
    """Return the status that a text names; null for none."""
    plain = " ".join(text.split()).casefold()
    return next((one for one in LokStatus if plain in (status_text(one).casefold(), one.value)), None)


def _mark(text: str) -> str | Unread:
    mark = read_mark(text)
    if mark.sign is Sign.EMPTY or (mark.sign is Sign.NO and not mark.note):
        return ""
    if mark.sign is Sign.YES and not mark.note and not mark.footnote:
        return "x"
    return Unread("mark")


def _status(text: str) -> str | Unread:
    status = status_of(text)
    if status is not None:
        return status_text(status)
    return Unread("status", {"choices": ", ".join(map(status_text, LokStatus))}) if text.strip() else Unread("empty")


def is_topic_of_status(text: str) -> bool:
    """Return whether a new row is about a municipality's status, as an empty cell is."""
    return not text.strip() or text.strip().casefold() == say("amne.status").casefold()
