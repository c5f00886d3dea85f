"""What the parts of adoption share: sentences, ids, and texts cut to what a field holds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from indexer.importing.document import Spot
from indexer.swedish import fold, normalise
from knowledge.messages import sentence
from knowledge.model import Locator

LEAD = 140
"""Characters of a first sentence."""
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+")


def say(key: str, /, **values: object) -> str:
    """Return a sentence of `sentences/importing.yaml` under `import.take.`."""
    return sentence("importing", f"import.take.{key}", **values)


def slug(text: str, taken: Collection[str] = (), longest: int = 60) -> str:
    """Return a name as an id: small letters, digits and hyphens, cut, and then numbered where it is taken."""
    plain = fold(normalise(text).casefold()).replace("é", "e").replace("ü", "u")
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:longest].strip("-") or "namnlos"
    return next(name for name in (made, *(f"{made}-{n}" for n in range(2, 10_000))) if name not in taken)


def lead_and_rest(text: str, name: str) -> tuple[str, list[str]]:
    """Return a text as a first sentence that a field holds, and the sentences that are left."""
    first, *rest = _SENTENCE_ENDS.split(" ".join(text.split()))
    if len(first) <= LEAD:
        return first, rest
    return say("long", name=name)[:LEAD], [first, *rest]


def locator(source: str, spot: Spot | None, row: str = "") -> dict[str, str]:
    """Return where a fact stands, as it is written in a file. A row is named where no reader sees names of cells."""
    spot = spot or Spot()
    if row and spot.sheet is None:
        return {"source": source, "locator": f"{replace(spot, cell=None).label}, {say('row', row=row)}"}
    return {"source": source, "locator": spot.label}


def beside(known: Iterable[Locator], place: dict[str, str]) -> list[dict[str, str]]:
    """Return the sources that a text rests on already, and a new one after them."""
    before = [{"source": one.source, "locator": one.locator} for one in known]
    return before if place in before else [*before, place]


def listed(names: Iterable[str]) -> str:
    """Return names as a list in a sentence; a dash for none."""
    found = list(names)
    if len(found) < 2:
        return "".join(found) or "–"
    return f"{', '.join(found[:-1])} {say('and')} {found[-1]}"
