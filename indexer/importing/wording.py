"""The words by which importers know what they look at, in Swedish, from the knowledge that ships."""

from __future__ import annotations

from functools import cache

from knowledge.messages import sentences_of

SEPARATOR = " | "


@cache
def words(name: str) -> tuple[str, ...]:
    """Return the words of a list in `sentences/importord.yaml`, as they stand there. Raises KeyError."""
    return tuple(sentences_of("importord")[f"importord.{name}"].split(SEPARATOR))
