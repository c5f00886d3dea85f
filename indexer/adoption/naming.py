"""What a row of a table is called besides its whole text: shorter names by which people ask for it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.importing.wording import words
from knowledge.model import Knowledge, Term

_SLASHED = re.compile(r"(\w+)/(\w+)")


def names_of(text: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return the text and its shorter names, without those that another row has too."""
    taken = {name.casefold() for other in others if other != text for name in _names(other)}
    return tuple(dict.fromkeys(name for name in _names(text) if name == text or name.casefold() not in taken))


def standing_in(text: str, knowledge: Knowledge) -> Term | None:
    """Return the general term that stands in for a task where a region has none, if the text is about that."""
    said = {name.casefold() for name in (*_names(text), _head(text))}
    plain = (term for term in knowledge.terms.values() if term.definition is None)
    return next((term for term in plain if said & {alias.casefold() for alias in term.aliases}), None)


def _head(text: str) -> str:
    ends = "|".join(map(re.escape, words("row_end")))
    return re.split(rf",|\(| (?:{ends})(?:\s|$|\.)", text, maxsplit=1)[0].strip()


def _names(text: str) -> list[str]:
    """Return the text, the text before what is added to it, and each side of a slash in that."""
    head = _head(text)
    found = [text, *([head] if " " in head else [])]
    if match := _SLASHED.search(head):
        found += [head[: match.start()] + side + head[match.end() :] for side in match.groups()]
        found.append(_SLASHED.sub(r"\1 \2", text))
    return found
