"""What a document seems to say, as drafts: each fact with its place, and what is unsure about it.

A draft knows nothing of what the knowledge says already; see `proposals`. Ids are null where the
words could not be matched with something that the knowledge has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.importing.document import Spot
from knowledge.messages import sentence
from knowledge.model import LokStatus, RouteLevel


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that an editor should look at; `code` names the sentence `import.doubt.<code>`."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return sentence("importing", f"import.doubt.{self.code}", **self.values)


@dataclass(frozen=True, slots=True)
class ColumnDraft:
    """An actor of a matrix as the document heads it: `name` and what it `covers` are parts of `text`."""

    text: str
    name: str
    covers: str
    spot: Spot
    actor: str | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkDraft:
    """A cell of a matrix: true where it marks the actor, null where that cannot be told."""

    text: str
    spot: Spot
    marked: bool | None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class RowDraft:
    """A task of a matrix; `marks` are as many as the columns, in their order."""

    text: str
    spot: Spot
    marks: tuple[MarkDraft, ...]
    task: str | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class MatrixDraft:
    """A table of actors and tasks. `agreement` is the one that its title or heading names, null where none does."""

    title: str
    spot: Spot
    columns: tuple[ColumnDraft, ...]
    rows: tuple[RowDraft, ...]
    doubts: tuple[Doubt, ...] = ()
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class ValidityDraft:
    """A term of validity (YYYY[-MM[-DD]]) and the sentence that gives it."""

    valid_from: str | None
    valid_through: str | None
    text: str
    spot: Spot
    agreement: str | None = None
    decided: str | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class StepDraft:
    """A step of a route: `name` as the document calls it, `texts` what is said of it."""

    name: str
    spot: Spot
    body: str | None = None
    texts: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class RouteDraft:
    """The bodies of a route in their order. `texts` are said of the route as a whole, not of one step."""

    title: str
    spot: Spot
    steps: tuple[StepDraft, ...]
    level: RouteLevel | None = None
    route: str | None = None
    doubts: tuple[Doubt, ...] = ()
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyDraft:
    """What a municipality answered to one question; empty text where it answered nothing."""

    question: str
    text: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class LocalDraft:
    """What one municipality reported. `status` is null where the first sentence does not tell (osäker).

    `agreement` is the one that it is about, where the document asks about several or names it.
    """

    name: str
    spot: Spot
    replies: tuple[ReplyDraft, ...]
    municipality: str | None = None
    status: LokStatus | None = None
    observed: str | None = None
    doubts: tuple[Doubt, ...] = ()
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class TermDraft:
    """A term and what the document says that it means."""

    name: str
    meaning: str
    spot: Spot
    abbreviation: str | None = None
    term: str | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Drafts:
    """All that a document seems to say, in the document's order."""

    matrices: tuple[MatrixDraft, ...] = ()
    validity: tuple[ValidityDraft, ...] = ()
    routes: tuple[RouteDraft, ...] = ()
    local: tuple[LocalDraft, ...] = ()
    terms: tuple[TermDraft, ...] = ()
