"""What an editor asks for in a form → edits. Each raises BenchError for what cannot be meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.editor.item import BenchError
from indexer.adoption.base import lead_and_rest, say, slug
from indexer.adoption.local import says_of, slug_of
from indexer.importing.document import Spot
from indexer.importing.drafts import LocalDraft
from knowledge.editing import Edit
from knowledge.model import Knowledge, LokStatus, Standing, first_day, last_day

OWN_SOURCE = "sources-redaktion.yaml"


@dataclass(frozen=True, slots=True)
class SourceGiven:
    """The source that an editor names: one that the knowledge has (`id`), or a new one; `locator` is the place."""

    locator: str
    id: str = ""
    title: str = ""
    date: str | None = None
    standing: Standing = Standing.PRIMARY

    def edits(self, knowledge: Knowledge) -> tuple[str, list[Edit]]:
        """Return the source's id, and the edit that adds it where it is new."""
        if not self.locator.strip():
            raise BenchError("no_locator")
        if self.id:
            if self.id not in knowledge.sources:
                raise BenchError("no_source", value=self.id)
            return self.id, []
        if not self.title.strip():
            raise BenchError("no_source", value="")
        id_ = slug(self.title, knowledge.sources)[:40].strip("-")
        label = f"{self.title}, {self.date}" if self.date and self.date not in self.title else self.title
        value = {"id": id_, "title": self.title, "label": label, "date": self.date, "standing": str(self.standing)}
        return id_, [Edit("add", "sources", id_, value=value, file=OWN_SOURCE)]


def change_cell(
    knowledge: Knowledge,
    task: str,
    marked: tuple[str, ...],
    source: SourceGiven,
    valid_from: str | None,
    decided: str | None,
) -> list[Edit]:
    """Return the edits that give a row other marks: from a day on, or, without one, as a correction."""
    matrix = next((one for one in knowledge.matrices.values() if any(row.id == task for row in one.tasks)), None)
    if matrix is None:
        raise BenchError("no_task", value=task)
    order = [actor for actor in matrix.actors if actor in marked]
    if not order or set(order) != set(marked):
        raise BenchError("no_marks")
    if valid_from and not decided:
        raise BenchError("no_decision")
    if decided and not valid_from:
        raise BenchError("no_first_day")
    number = next(n for n, row in enumerate(matrix.tasks) if row.id == task)
    id_, found = source.edits(knowledge)
    place = {"source": id_, "locator": source.locator}
    if valid_from:
        change = {"valid_from": valid_from, "decided": decided, "responsible": order, "sources": [place]}
        return [*found, Edit("append", "matrices", matrix.id, ("tasks", number, "changes"), change)]
    return [
        *found,
        Edit("set", "matrices", matrix.id, ("tasks", number, "responsible"), order),
        Edit("set", "matrices", matrix.id, ("tasks", number, "sources"), [place]),
    ]


def extend_agreement(
    knowledge: Knowledge, agreement: str, through: str, decided: str, by: str, why: str, source: SourceGiven
) -> list[Edit]:
    """Return the edits that give an agreement a later last day by a decision."""
    one = knowledge.agreements.get(agreement)
    if one is None:
        raise BenchError("no_agreement", value=agreement)
    if not by.strip():
        raise BenchError("no_decider")
    latest = one.decisions[-1]
    if latest.valid_through and last_day(through) <= last_day(latest.valid_through):
        raise BenchError("not_later", value=latest.valid_through)
    if first_day(decided) > last_day(through):
        raise BenchError("decided_after_end", value=through)
    if first_day(decided) < first_day(latest.decided):
        raise BenchError("decided_earlier", value=latest.decided)
    id_, found = source.edits(knowledge)
    value: dict[str, Any] = {
        "id": slug(f"beslut-{agreement}-{decided[:4]}", {decision.id for decision in one.decisions}),
        "decided": decided,
        "by": by,
        "valid_through": through,
        "why": why or None,
        "says": say("extended", decided=decided, by=by, through=through),
        "sources": [{"source": id_, "locator": source.locator}],
    }
    return [*found, Edit("append", "agreements", agreement, ("decisions",), value)]


def report_local(
    knowledge: Knowledge,
    municipality: str,
    agreement: str,
    observed: str,
    status: LokStatus,
    note: str,
    source: SourceGiven,
) -> list[Edit]:
    """Return the edits that add what a municipality has reported about its LÖK."""
    place = knowledge.municipalities.get(municipality)
    if place is None:
        raise BenchError("no_municipality", value=municipality)
    if agreement not in knowledge.agreements:
        raise BenchError("no_agreement", value=agreement)
    id_, found = source.edits(knowledge)
    draft = LocalDraft(place.name, Spot(), (), municipality, status, observed)
    short = knowledge.agreements[agreement].short
    lead, rest = lead_and_rest(note, place.name) if note.strip() else ("", [])
    notes = [{"topic": "lok", "lead": lead, "says": " ".join(rest) or lead}] if lead else None
    entry = slug_of(draft, knowledge)
    value: dict[str, Any] = {
        "id": entry,
        "municipality": municipality,
        "agreement": agreement,
        "observed": observed,
        "status": str(status),
        "status_says": says_of(status, observed, place.name, short, knowledge),
        "notes": notes,
        "sources": [{"source": id_, "locator": source.locator}],
    }
    return [*found, Edit("add", "local", entry, value=value, file=f"local/{municipality}.yaml", first=True)]
