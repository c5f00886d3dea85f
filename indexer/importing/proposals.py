"""Drafts held against the knowledge: what is the same, what differs, what is missing, what is new."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from indexer.importing.document import Spot
from indexer.importing.drafts import Doubt


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
    and `valid_from` (YYYY[-MM[-DD]]) when it was decided and from when it holds. `valid_from` is null for a text
    that holds from the first day of what the knowledge has: then differences are corrections, not changes over time.
    """

    source: str
    agreement: str
    decided: str | None = None
    valid_from: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that an editor can take in or leave. `id` is the same each time for the same document.

    `group` is the draft that it belongs to ("matris-1", "giltighet-1", "vag-2", "lokalt-1", "begrepp-1"),
    `subject` what it is about in Swedish ("Abstinensvård: socialtjänst"), `ours` and `theirs` what the
    knowledge and the document say, in Swedish; `fact` the id of what the knowledge has, where it has it.
    `locked` proposals cannot be taken in before an editor has settled a doubt (an unknown column …).
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
