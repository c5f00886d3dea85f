"""What the knowledge says, as plain texts: the language that documents about the same things are written in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from knowledge.model import Knowledge

LISTS = "importord."


def texts_of(knowledge: Knowledge) -> Iterator[str]:
    """Yield every text and name of the knowledge; not its ids, which have no Swedish letters."""
    said = knowledge.model_dump()
    # Lists of words are no language: nothing in them follows on anything.
    said["sentences"] = {key: text for key, text in said["sentences"].items() if not key.startswith(LISTS)}
    yield from _texts(said)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if not value.islower() or not value.isascii() or " " in value:
            yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _texts(part)
