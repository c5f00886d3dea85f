"""What every page of the editor's has at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from bot.answer_changes import ChangedAnswer
from bot.editor.audit import Audit
from bot.editor.item import OPEN, BenchError, Item, Items
from bot.editor.jobs import Jobs
from bot.editor.trial import Trial
from bot.editor.visit import Page, Visit
from bot.render.editor import EditorShell
from indexer.adoption import Offer
from indexer.build import Progress
from indexer.history import Published
from knowledge.comparing import Difference
from knowledge.editing import Edit
from knowledge.model import DocumentStatus, Knowledge


class Bench(Protocol):
    """The workbench, as the pages use it; see `bot.editor.bench.Workbench`."""

    items: Items
    audit: Audit

    def knowledge(self) -> Knowledge:
        """Return the knowledge of the files as they stand."""
        ...

    def receive(
        self,
        name: str,
        body: bytes,
        status: DocumentStatus,
        title: str,
        dated: str | None,
        by: str,
        now: datetime,
        progress: Callable[[int, int], None] | None = None,
    ) -> Item:
        """Take up a document."""
        ...

    def begin(
        self,
        title: str,
        wanted: Sequence[Edit],
        by: str,
        now: datetime,
        *,
        remarks: Sequence[str] = (),
        asked: Sequence[str] = (),
    ) -> Item:
        """Take up a change that was asked for in a form; `asked` are questions that it is to answer."""
        ...

    def is_own(self, section: str, entry: str) -> bool:
        """Return whether an entry stands in the region's own files."""
        ...

    def update(self, item: Item, by: str, now: datetime, what: str = "settled") -> Item:
        """Keep what an editor has settled or chosen."""
        ...

    def drop(self, item: Item, by: str, now: datetime) -> Item:
        """Put a piece of work away."""
        ...

    def offers(self, item: Item) -> list[Offer]:
        """Return what can be taken in of a document."""
        ...

    def edits(self, item: Item) -> list[Edit]:
        """Return all that a piece of work would change."""
        ...

    def source_of(self, item: Item) -> str:
        """Return the id that a document's source has or will have."""
        ...

    def file_changes(self, item: Item) -> dict[str, tuple[str, str]]:
        """Return each file that would change, as it is and as it would be."""
        ...

    def try_out(self, item: Item, today: date, progress: Progress | None = None) -> Trial:
        """Build what the knowledge would be, and tell what changes."""
        ...

    def changed_answers(self, item: Item, progress: Progress | None = None) -> list[ChangedAnswer]:
        """Ask the question cases now and as it would be, and return the answers that differ."""
        ...

    def publish(
        self,
        item: Item,
        decided_by: str,
        reference: str,
        by: str,
        now: datetime,
        progress: Progress | None = None,
        tried: str = "",
    ) -> Item:
        """Make a piece of work live; `tried` is the revision that a trial showed."""
        ...

    def recover(self, now: datetime, progress: Progress | None = None) -> None:
        """Finish what was broken off while it went live."""
        ...

    def undone(self) -> tuple[Difference, ...]:
        """Return what would change if what serves were taken back."""
        ...

    def take_back(self, who: str, reference: str, by: str, now: datetime) -> Published:
        """Return to what was published before, files and all."""
        ...

    def standing(self) -> list[Published]:
        """Return what was published and can be returned to, the newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial that was made: of this version of a piece of work, against this revision of the files."""

    version: int
    revision: str
    trial: Trial


@dataclass(frozen=True, slots=True)
class Desk:
    """The workbench, the pages' looks and the slow work under way. `trials` are the last by the item's id."""

    bench: Bench
    shell: EditorShell
    jobs: Jobs
    trials: dict[str, Tried] = field(default_factory=dict)
    links: list[tuple[str, str]] = field(default_factory=list)
    """Other pages to look at: address, and the key of the name."""
    changed: dict[str, tuple[int, Sequence[ChangedAnswer]]] = field(default_factory=dict)

    def page(self, visit: Visit, name: str, status: int = 200, **values: object) -> Page:
        """Return a page of the editor's templates."""
        return Page(self.shell.page(name, who=visit.who, token=visit.token, **values), status)

    def tried(self, item: Item) -> Trial | None:
        """Return the trial of a piece of work as it stands now; null where it must be tried again."""
        kept = self.trials.get(item.id)
        now = self.bench.knowledge().revision
        return kept.trial if kept and (kept.version, kept.revision) == (item.version, now) else None


def open_items(items: Iterable[Item]) -> list[Item]:
    """Return the pieces of work that are open, the latest first."""
    return [item for item in items if item.state == OPEN]


def wanted(desk: Desk, visit: Visit) -> Item:
    """Return the piece of work that a page is about, in the version that its form was made of. Raises BenchError."""
    item = desk.bench.items[visit.place["item"]]
    sent = visit.said("version")
    if sent and sent != str(item.version):
        raise BenchError("changed_meanwhile")
    return item


def plain(fields: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Return the first value of each field."""
    return {name: values[0] for name, values in fields.items() if values}
