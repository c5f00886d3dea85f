"""What an editor says once about a workbook that is taken in: its source, and from when the changes hold."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.adoption.base import slug
from indexer.importing.document import Spot
from indexer.workbook.wording import say
from knowledge.editing import Edit
from knowledge.model import Knowledge, Standing

OWN_SOURCES = "sources-arbetsbok.yaml"


@dataclass(frozen=True, slots=True)
class Basis:
    """`source` is the id of a source that the knowledge has, or that the new one (`title`) is to have.

    `locator` is the place in it; null in a new source: the cell of the workbook. Days are YYYY[-MM[-DD]].
    With `valid_from` and `decided` marks and routes change from that day; without, what stands is corrected.
    `today` is the day on which what is told without a day was observed.
    """

    today: str
    source: str | None = None
    locator: str | None = None
    title: str | None = None
    date: str | None = None
    standing: Standing = Standing.SECONDARY
    valid_from: str | None = None
    decided: str | None = None

    @property
    def is_dated(self) -> bool:
        """Whether changes hold from a day on."""
        return bool(self.valid_from and self.decided)

    def lacks(self, knowledge: Knowledge, *, needs_source: bool) -> list[str]:
        """Return what must be given before anything can be taken in, in Swedish."""
        said = []
        if bool(self.valid_from) != bool(self.decided):
            said.append(say("krav.days"))
        if needs_source and not self.title and self.source not in knowledge.sources:
            said.append(say("krav.source"))
        elif needs_source and self.source in knowledge.sources and not self.locator:
            said.append(say("krav.locator"))
        return said

    def source_id(self, knowledge: Knowledge) -> str:
        """Return the id of the source."""
        return self.source or slug(self.title or "", knowledge.sources, longest=40)

    def edits(self, knowledge: Knowledge) -> list[Edit]:
        """Return the edit that adds the source, where it is new."""
        id_ = self.source_id(knowledge)
        if id_ in knowledge.sources:
            return []
        label = f"{self.title}, {self.date}" if self.date and self.date not in (self.title or "") else self.title
        value = {
            "id": id_,
            "title": self.title,
            "label": label,
            "date": self.date,
            "standing": self.standing.value,
        }
        return [Edit("add", "sources", id_, value=value, file=OWN_SOURCES)]

    def locator_at(self, place: str, knowledge: Knowledge) -> dict[str, str]:
        """Return where a fact stands: in the source that was given, or at a cell of the workbook."""
        title, _, cell = place.rpartition("!")
        spot = Spot(sheet=title.strip("'") or place, cell=cell if title else None)
        return {"source": self.source_id(knowledge), "locator": self.locator or spot.label}
