"""What an editor is shown, and what lies behind it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from indexer.importing.document import Spot
from indexer.importing.drafts import Doubt
from knowledge.model import Standing


class Verdict(StrEnum):
    """How a fact of the knowledge and what a document says of it compare."""

    SAME = "lika"
    DIFFERENT = "olika"
    MISSING = "hittas-inte"
    """The knowledge has it; the document does not."""
    NEW = "ny"


@dataclass(frozen=True, slots=True)
class Taking:
    """What an editor says once about a document whose drafts are taken in.

    `source` is the id of the document's source, `agreement` the agreement that it is about, `decided`
    and `valid_from` (YYYY[-MM[-DD]]) when it was decided and from when it holds; `valid_from` is null for a
    text that holds from the first day of what the knowledge has: then differences are corrections, not
    changes over time. `by` and `body` are who decided, in a sentence and as an id; null where nobody has said it.
    `standing` is how far the document can be trusted, null where its source is known already, and `dated` its own day.
    """

    source: str
    agreement: str
    decided: str | None = None
    valid_from: str | None = None
    by: str | None = None
    body: str | None = None
    standing: Standing | None = None
    dated: str | None = None

    @property
    def is_dated(self) -> bool:
        """Whether what differs is a change from a day on."""
        return bool(self.valid_from and self.decided)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that an editor can take in or leave. `id` is the same each time for the same document.

    `group` is the draft that it belongs to ("matris-1", "giltighet-1", "vag-2", "lokalt-1", "begrepp-1"),
    `subject` what it is about in Swedish ("Abstinensvård: socialtjänst"), `ours` and `theirs` what the
    knowledge and the document say, in Swedish; `fact` the id of what the knowledge has, where it has it.
    A `locked` proposal cannot be taken in before what its doubts ask for has been settled.
    """

    id: str
    group: str
    verdict: Verdict
    subject: str
    ours: str
    theirs: str
    spot: Spot | None
    fact: str | None = None
    doubts: tuple[Doubt, ...] = ()
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal, with the part that made it and what that part needs to take it in."""

    proposal: Proposal
    part: str
    what: Any = None
