"""The knowledge as an Excel file: `lotsen export`, and what `lotsen import` does with such a file that comes back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.commands.console import complain, tell, warn
from bot.commands.faults import MENDABLE, OK, Mendable
from bot.commands.wording import say
from bot.settings import Settings
from indexer.importing.filing import STANDINGS, problems_with
from indexer.workbook.basis import Basis
from indexer.workbook.changes import Taking, take_in
from indexer.workbook.comparing import NewRow, Review, review
from indexer.workbook.export import workbook_of
from indexer.workbook.filled import Filled
from indexer.workbook.privacy import without_persons
from indexer.workbook.sheets import Part
from indexer.workbook.wording import say as say_book
from knowledge.editing import edited, write
from knowledge.loader import load, own_ids
from knowledge.model import DocumentStatus, Knowledge, Standing

if TYPE_CHECKING:
    from bot.commands.importing import Given
    from knowledge.editing import Edit

SUFFIX = ".xlsx"


@dataclass(frozen=True, slots=True)
class Came:
    """A workbook that came back, held against the files, and what became of it: the files or the piece of work."""

    found: Review
    taking: Taking
    written: tuple[str, ...] = ()
    item: str | None = None


def export(settings: Settings, path: Path | None, today: date) -> int:
    """Write the knowledge of the files as a workbook. Never over a file that is there."""
    knowledge = load(settings.knowledge)
    named = path or Path(say_book("filnamn", region=knowledge.region.id, day=today))
    target = named if named.suffix.lower() == SUFFIX else named.with_name(named.name + SUFFIX)
    body = workbook_of(knowledge, today)
    try:
        with target.open("xb") as file:
            file.write(body)
    except FileExistsError as exc:
        raise Mendable(say("export.exists", path=target)) from exc
    tell(say("export.written", path=target), "green")
    tell(say("export.next", path=target.name))
    return OK


def import_workbook(
    settings: Settings, filled: Filled, given: Given, status_given: DocumentStatus | None, now: datetime
) -> int:
    """Tell what was changed in a workbook, and put it on the editor's bench or, where asked, into the files."""
    region = settings.knowledge
    knowledge = load(region)
    own = knowledge.region
    if filled.stamp.region != own.id:
        names = {"file": filled.name, "region": filled.stamp.region, "own": own.name}
        raise Mendable(say_book("bok.other_region", **names))
    found = without_persons(review(filled, knowledge), knowledge)
    taking = take_in(found, knowledge, _basis(given, status_given, now), own_ids(region, "terms"), given.removed)
    came = Came(found, taking)
    is_whole = not (found.faults or found.conflicts or taking.faults)
    if not given.as_json:
        _tell(came)
    if not given.looks and not taking.lacks and (is_whole or given.what_fits):
        came = _take(settings, came, given, knowledge, now)
    status = OK if (is_whole or given.what_fits) and (not taking.lacks or given.looks) else MENDABLE
    if given.as_json:
        tell(json.dumps(as_json(came), ensure_ascii=False))
        return status
    _tell_end(came, given, is_whole=is_whole)
    return status


def _basis(given: Given, status: DocumentStatus | None, now: datetime) -> Basis:
    standing = STANDINGS[status] if status else Standing.SECONDARY
    return Basis(
        today=now.astimezone().date().isoformat(),
        source=given.source,
        locator=given.locator,
        title=given.title,
        date=given.day,
        standing=standing,
        valid_from=given.valid_from,
        decided=given.decided,
    )


def _take(settings: Settings, came: Came, given: Given, knowledge: Knowledge, now: datetime) -> Came:
    """Keep a change that fits: nothing of it is live before an index is built, or it is published at the bench."""
    edits: Sequence[Edit] = came.taking.edits
    remarks = remarks_of(came.found)
    if edits:
        texts = edited(settings.knowledge, edits)
        if problems := problems_with(settings.knowledge, texts):
            raise Mendable("\n".join([say("import.refused", file=came.found.name), *map(str, problems)]))
        if given.takes_in:
            write(settings.knowledge, texts)
            came = Came(came.found, came.taking, tuple(sorted(texts)), came.item)
            edits = ()
    if edits or remarks:
        item = _put_on_bench(settings, came.found.name, edits, remarks, now)
        came = Came(came.found, came.taking, came.written, item)
    return came


def _put_on_bench(settings: Settings, name: str, edits: Sequence[Edit], remarks: tuple[str, ...], now: datetime) -> str:
    from bot.editor.bench import Workbench

    region = settings.knowledge
    bench = Workbench(settings.data / "redaktion" / region.name, region, settings.data)
    title = say("workbook.title", file=name) if edits else say("workbook.remarks_title", file=name)
    return bench.begin(title, edits, say("workbook.by"), now, remarks=remarks).id


def remarks_of(found: Review) -> tuple[str, ...]:
    """Return the remarks with their places, as lines."""
    return tuple(f"{remark.place}: {remark.text}" for remark in found.remarks)


# --- telling --------------------------------------------------------------------------------------


def new_row(row: NewRow) -> str:
    """Return a new row in a sentence."""
    name, more = row.cells.get("name", ""), ""
    if row.sheet.part is Part.MATRIX:
        actors = [column.title for column in row.sheet.columns if row.cells.get(column.key) == "x"]
        more = ", ".join(actors)
    elif row.sheet.part is Part.LOCAL:
        name = row.cells.get("municipality", "")
        more = f"{row.cells.get('status', '')}, {row.cells.get('observed', '')}"
    return say_book(f"ny.{row.sheet.part.value}", place=row.place, name=name, more=more)


def _tell(came: Came) -> None:
    found, taking = came.found, came.taking
    tell(say("workbook.heading", file=found.name, day=found.stamp.day), "bold")
    for notice in (*found.notices, *taking.notices):
        warn(notice)
    _tell_group(
        lambda count: say("workbook.changes", count=count), [*map(str, found.changes), *map(new_row, found.added)]
    )
    _tell_group(lambda count: say("workbook.remarks", count=count), list(remarks_of(found)))
    _tell_group(lambda count: say("workbook.gone", count=count), [str(one) for one in found.gone])
    unread = (*found.faults, *taking.faults)
    for heading, faults in ((say("workbook.conflicts"), found.conflicts), (say("workbook.faults"), unread)):
        if faults:
            complain("\n".join([heading, *(f"  {fault}" for fault in faults)]))


def _tell_group(heading: Callable[[int], str], lines: Sequence[str]) -> None:
    if lines:
        tell("\n".join([heading(len(lines)), *(f"  {line}" for line in lines)]))


def _tell_end(came: Came, given: Given, *, is_whole: bool) -> None:
    found, taking = came.found, came.taking
    if not (found.changes or found.added or found.gone or found.faults or found.conflicts or found.remarks):
        tell(say("workbook.nothing"))
        return
    if found.gone and not given.removed:
        tell(say("workbook.ask_gone", ids=", ".join(one.row.id for one in found.gone)))
    for lack in taking.lacks:
        complain(lack)
    if given.looks or taking.lacks:
        tell(say("import.looked"))
    elif not is_whole and not given.what_fits:
        complain(say("workbook.not_whole"))
    for name in came.written:
        tell(say("import.written", path=name), "green")
    if came.written:
        tell(say("import.next"))
    if came.item:
        tell(say("workbook.on_bench", item=came.item), "green")


def as_json(came: Came) -> dict[str, Any]:
    """Return all of it as plain data; sentences are Swedish."""
    found, taking = came.found, came.taking
    return {
        "file": found.name,
        "region": found.stamp.region,
        "revision": found.stamp.revision,
        "day": found.stamp.day,
        "changes": [
            {
                "place": one.place,
                "row": one.row.id,
                "column": one.column.key,
                "before": one.before,
                "after": one.after,
                "says": str(one),
            }
            for one in found.changes
        ],
        "added": [{"place": row.place, "cells": row.cells, "says": new_row(row)} for row in found.added],
        "gone": [{"row": one.row.id, "says": str(one)} for one in found.gone],
        "conflicts": [{"place": one.place, "says": one.says} for one in found.conflicts],
        "faults": [{"place": one.place, "says": one.says} for one in (*found.faults, *taking.faults)],
        "remarks": [{"place": one.place, "text": one.text} for one in found.remarks],
        "notices": [*found.notices, *taking.notices],
        "lacks": list(taking.lacks),
        "written": list(came.written),
        "item": came.item,
    }
