"""Finishes, or puts back, what a crash broke off while knowledge went live or was taken back."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.editor.audit import Audit, Deed
from bot.editor.item import DROPPED, GOING_LIVE, LIVE, OPEN, BenchError, Item, Items
from bot.editor.journal import Entry, Journal, StepBack, is_half_written
from bot.editor.region_files import RegionFiles
from indexer.build import Progress, build, home
from indexer.errors import HistoryError, VerifyError
from indexer.files import unpack
from indexer.history import Publication, Published, What, history, note, way_back
from indexer.publish import publish
from indexer.revisions import files_of
from knowledge.editing import write
from knowledge.loader import revision
from knowledge.problems import KnowledgeError


class Recovery:
    """What the journal tells of, brought to an end. Only for the holder of the bench's lock and `one_builder`."""

    def __init__(self, items: Items, audit: Audit, journal: Journal, files: RegionFiles, data: Path) -> None:
        self._items, self._audit, self._journal = items, audit, journal
        self._files, self._data = files, data

    def run(self, now: datetime, progress: Progress | None = None) -> None:
        """Finish what the journal tells of or undo it, and open what was on its way and wrote nothing."""
        entry = self._journal.read()
        going = entry.item if isinstance(entry, Entry) else None
        for item in self._items:
            if item.state == GOING_LIVE and item.id != going:
                self._items.save(replace(item, state=OPEN))
            elif item.state == DROPPED and item.emptied != item:  # put away before that emptied it
                self._items.save(item.emptied)
        if isinstance(entry, Entry):
            self._finish(entry, now, progress)
        elif entry is not None:
            self._finish_back(entry, now)

    def undo(self, entry: Entry) -> None:
        """Put the files back that say what the entry wrote; what somebody else has written since stays."""
        ours = [name for name, text in entry.after.items() if self._files.says(name) == text]
        self._files.put_back({name: entry.before.get(name) for name in ours})
        self._journal.clear()

    def went_live(self, item: Item, revision: str, by: str, now: datetime) -> Item:
        """Note that a piece of work is live: in itself, and in the log, where that is not noted last of it already."""
        if item.state != LIVE:
            item = self._items.save(replace(item, state=LIVE, revision=revision))
        deed = Deed(now, by, "published", item.id, item.title, item.reference, item.revision)
        last = next((one for one in self._audit.all() if one.item == item.id), None)
        if last is None or (last.what, last.revision) != (deed.what, deed.revision):
            self._audit.add(deed)
        self._journal.clear()
        return item

    def stepped_back(self, step: StepBack, line: Published, now: datetime) -> None:
        """Finish a step back whose pointer is moved: the log, the files, and what was undone is open again."""
        if not any(one.what == "taken_back" and one.about == step.kept for one in self._audit.all()):
            deed = Deed(now, step.by, "taken_back", about=step.kept, reference=step.reference, revision=line.revision)
            self._audit.add(deed)
        # Files that were not kept cannot be had back: then they stand as they are, and count as taken back.
        with suppress(HistoryError), tempfile.TemporaryDirectory(dir=self._files.scratch()) as scratch:
            found = files_of(self._data, self._files.region, line.revision)
            self._files.restore(unpack(found, Path(scratch)))
        for item in self._items:
            if item.state == LIVE and item.revision == line.before:
                self._audit.add(Deed(now, step.by, "reopened", item.id, item.title))
                self._items.save(replace(item, state=OPEN, decided_by="", reference="", revision=""))
        self._journal.clear()

    def _finish(self, entry: Entry, now: datetime, progress: Progress | None) -> None:
        item = self._item(entry.item)
        serving = self._serving()
        serves = serving is not None and serving.revision == entry.revision
        if item is None or not (is_half_written(entry, self._files) or serves):
            self._give_up(entry, item)
            return
        if is_half_written(entry, self._files):
            write(self._files.region, entry.after)
        decision = Publication(item.decided_by, item.reference)
        if serving is None or not serves:
            if not self._publishes(entry, decision, progress):
                self._give_up(entry, item)
                return
        elif (serving.who, serving.reference) != (decision.who, decision.reference):
            # Something else has published it meanwhile, and did not know who decided.
            region = home(self._data, self._files.region)
            note(region, What.PUBLISHED, serving.revision, serving.folder, decision)
        self.went_live(item, entry.revision, entry.by, now)

    def _publishes(self, entry: Entry, decision: Publication, progress: Progress | None) -> bool:
        """Publish what was decided; return false where the files are no longer what was tried, or not sound."""
        region = self._files.region
        if revision(region) != entry.revision:
            return False
        try:
            publish(build(region, self._data, progress), self._data, decision)
        except (KnowledgeError, VerifyError):
            return False
        return True

    def _give_up(self, entry: Entry, item: Item | None) -> None:
        """Put our files back; the work is open again."""
        self.undo(entry)
        if item is not None:
            self._items.save(replace(item, state=OPEN))

    def _finish_back(self, step: StepBack, now: datetime) -> None:
        line = self._serving()
        if line is None or (line.what, line.before) != (What.TAKEN_BACK, step.undone):
            self._journal.clear()  # the pointer was not moved: nothing was done
            return
        self._files.keep(now)  # somebody may have changed some since
        self.stepped_back(step, line, now)

    def _serving(self) -> Published | None:
        standing = way_back(history(self._data, self._files.region))
        return standing[-1] if standing else None

    def _item(self, id_: str) -> Item | None:
        try:
            return self._items[id_]
        except BenchError:
            return None
