"""The workbench: what editors have taken up, tried against the knowledge, published and taken back."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock

from bot.answer_changes import ChangedAnswer, changed_answers
from bot.editor.audit import Audit, Deed
from bot.editor.comparing import shown
from bot.editor.item import DROPPED, GOING_LIVE, OPEN, BenchError, Item, Items
from bot.editor.journal import Entry, Journal, StepBack
from bot.editor.recovery import Recovery
from bot.editor.region_files import RegionFiles
from bot.editor.trial import Trial
from bot.editor.workbooks import changes_in
from bot.evaluate import load_cases, region_cases
from bot.opening import JOURNAL
from bot.reading import CERTAINTY
from bot.service import Serving, open_serving
from indexer.adoption import Offer, Taking, edits, offers
from indexer.build import Manifest, Progress, build, one_builder, stored_form
from indexer.history import Publication, Published, history, way_back
from indexer.importing.drafting import draft
from indexer.importing.excerpts import excerpts
from indexer.importing.filing import STANDINGS, document_edits, source_id, title_of
from indexer.importing.masking import masked
from indexer.importing.prose import texts_of
from indexer.importing.reading import read_bytes
from indexer.importing.restoring import restored
from indexer.publish import current, publish, take_back
from indexer.revisions import knowledge_of
from indexer.workbook.reading import read_workbook_bytes
from knowledge.comparing import Difference
from knowledge.differences import differences
from knowledge.editing import Edit, EditError, edited, write
from knowledge.loader import load, revision
from knowledge.model import DocumentStatus, Knowledge
from knowledge.problems import KnowledgeError, Problem


class Workbench:
    """Everything that editors do, on one machine's folder. Slow methods build an index; call them in a thread.

    Methods raise BenchError for what an editor can put right, ImportFault for a file that cannot be read.
    """

    def __init__(
        self, folder: Path, region: Path, data: Path, cases: Path | None = None, certainty: float = CERTAINTY
    ) -> None:
        self.items = Items(folder / "arbete")
        self.audit = Audit(folder / "logg.jsonl")
        self._folder, self._region, self._data = folder, region, data
        self._cases, self._certainty = cases, certainty
        self._journal = Journal(folder / JOURNAL)
        self._files = RegionFiles(region, folder)
        self._recovery = Recovery(self.items, self.audit, self._journal, self._files, data)
        self._loaded: tuple[str, Knowledge] | None = None

    def knowledge(self) -> Knowledge:
        """Return the knowledge of the files as they stand. Raises KnowledgeError."""
        now = revision(self._region)
        if self._loaded is None or self._loaded[0] != now:
            self._loaded = (now, load(self._region))
        return self._loaded[1]

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
        """Take up a document: read, mended and masked, with its drafts. The file itself is not kept.

        The same file twice gives the item that is open already. A workbook that Lotsen wrote is taken up as the
        corrections that were made in it.
        """
        knowledge = self.knowledge()
        filled = read_workbook_bytes(name, body)
        if filled is not None:
            title = title.strip() or Path(name).stem
            today = now.date().isoformat()
            wanted, remarks = changes_in(filled, knowledge, self._region, status, title, dated, today)
            return self.begin(title, wanted, by, now, remarks=remarks)
        document = read_bytes(name, body, progress)
        for item in self.items:
            if item.state == OPEN and item.document and item.document.digest == document.digest:
                return item
        document = masked(restored(document, texts_of(knowledge), progress), knowledge)
        if not excerpts(document):
            raise BenchError("no_text", file=document.name)
        item = Item(
            id=self.items.new_id(),
            title=title.strip() or title_of(document),
            by=by,
            at=now,
            document=document,
            status=status,
            dated=dated or None,
            drafts=draft(document, knowledge),
        )
        return self._kept(item, by, now, "received")

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
        """Take up a change that a form or a workbook asked for; `remarks` was written beside it.

        `asked` are questions that it is to answer.
        """
        item = Item(
            self.items.new_id(), title, by, now, edits=tuple(wanted), remarks=tuple(remarks), asked=tuple(asked)
        )
        return self._kept(item, by, now, "begun")

    def is_own(self, section: str, entry: str) -> bool:
        """Return whether an entry stands in the region's own files."""
        try:
            edited(self._region, [Edit("remove", section, entry)])
        except EditError:
            return False
        return True

    def update(self, item: Item, by: str, now: datetime, what: str = "settled") -> Item:
        """Keep what an editor has settled or chosen. Raises BenchError where somebody else was first."""
        if item.state != OPEN:
            raise BenchError("not_open")
        return self._kept(item, by, now, what)

    def drop(self, item: Item, by: str, now: datetime) -> Item:
        """Put a piece of work away; nothing of it was or becomes live, and its document is not kept."""
        return self._kept(replace(self._open(item).emptied, state=DROPPED), by, now, "dropped")

    def offers(self, item: Item) -> list[Offer]:
        """Return what can be taken in of a document; nothing before it is known which agreement it is about."""
        if item.drafts is None or item.taking is None:
            return []
        return offers(item.drafts, self.knowledge(), _taking(item, item.taking), item.settled)

    def edits(self, item: Item) -> list[Edit]:
        """Return all that a piece of work would change: what was chosen, and the document itself."""
        if item.document is None:
            return list(item.edits)
        assert item.status is not None, "a document has a status"
        knowledge = self.knowledge()
        agreement = item.taking.agreement if item.taking else None
        # A text counts from its day: one that is decided next spring is not quoted before.
        dated = item.dated or (item.taking.decided if item.taking else None)
        imported = item.at.date().isoformat()
        found = document_edits(item.document, knowledge, item.status, item.title, dated, agreement, imported)
        if item.taking is not None:
            found += edits(self.offers(item), item.chosen, knowledge, item.taking)
        return found

    def source_of(self, item: Item) -> str:
        """Return the id that a document's source has or will have."""
        assert item.document is not None, "only documents have a source"
        return source_id(item.document, item.title, self.knowledge())

    def file_changes(self, item: Item) -> dict[str, tuple[str, str]]:
        """Return each file that would change, as it is (empty where it is new) and as it would be."""
        return {name: (self._files.says(name) or "", text) for name, text in self._texts(item).items()}

    def try_out(self, item: Item, today: date, progress: Progress | None = None) -> Trial:
        """Build what the knowledge would be, apart from everything that serves, and tell what changes of what serves.

        Where nothing serves yet: of the files as they stand.
        """
        texts = self._texts(item)
        with ExitStack() as stack:
            try:
                after = self._built(texts, stack, progress)
            except KnowledgeError as exc:
                return Trial(problems=self._named(exc.problems))
            files, before = self.knowledge(), self._serving(stack)
            serving = before.served.knowledge if before else stored_form(files)
            found = differences(serving, after.served.knowledge)
            by_hand = differences(serving, stored_form(files))
            return Trial(
                differences=tuple(one for one in found if one not in by_hand),
                shown=shown(item, self.edits(item), files, before, after, today),
                besides=tuple(one for one in found if one in by_hand),
                revision=after.served.revision,
            )

    def changed_answers(self, item: Item, progress: Progress | None = None) -> list[ChangedAnswer]:
        """Ask the question cases of what serves and of what would, and return the answers that differ.

        Raises BenchError where no cases lie beside this Lotsen.
        """
        cases = list(load_cases(self._cases)) if self._cases and self._cases.is_dir() else []
        cases += region_cases(self.knowledge())
        if not cases:
            raise BenchError("no_cases")
        texts = self._texts(item)
        with ExitStack() as stack:
            before = self._serving(stack)
            if before is None:
                raise BenchError("nothing_served")
            after = self._built(texts, stack, progress)
            report = (lambda done, total: progress("cases", done, total)) if progress else None
            return changed_answers(cases, before, after, progress=report)

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
        """Make a piece of work live: the index is built and verified, the files written, then it serves.

        `tried` is the revision that a trial showed; BenchError is raised where another would come of it, and where
        somebody changes the files meanwhile. Broken off at any moment, `recover` finishes it or puts all back.
        Raises KnowledgeError where the changed files are not sound; nothing was changed then.
        """
        self._open(item)
        _decided(decided_by, reference)
        with self._alone():
            self._recovery.run(now)
            item = self.items.save(replace(item, state=GOING_LIVE, decided_by=decided_by, reference=reference))
            try:
                return self._put_live(item, tried, by, now, progress)
            except BaseException:
                if self._journal.read() is None:  # nothing is written: it can be tried again
                    self.items.save(replace(item, state=OPEN))
                raise

    def _put_live(self, item: Item, tried: str, by: str, now: datetime, progress: Progress | None) -> Item:
        seen = revision(self._region)
        texts = self._texts(item)
        before = {name: self._files.says(name) for name in texts}
        with self._overlay(texts) as region:
            if tried and revision(region) != tried:
                raise BenchError("changed_meanwhile")
            staged = build(region, self._data, progress)
        if revision(self._region) != seen:
            shutil.rmtree(staged.path, ignore_errors=True)
            raise BenchError("files_changed")
        entry = Entry(item.id, staged.revision, by, before, texts)
        self._journal.put(entry)
        try:
            write(self._region, texts)
            publish(staged, self._data, Publication(item.decided_by, item.reference))
        except OSError:
            if not self._serves(staged.revision):
                shutil.rmtree(staged.path, ignore_errors=True)  # the disk may be full, and the files need room
                self._recovery.undo(entry)
                raise
        return self._recovery.went_live(item, staged.revision, by, now)

    def recover(self, now: datetime, progress: Progress | None = None) -> None:
        """Finish what was broken off while it went live or was taken back, or put all back. Call when Lotsen starts.

        Raises OSError and IndexFault; then it is tried again the next time.
        """
        with self._alone():
            self._recovery.run(now, progress)

    def undone(self) -> tuple[Difference, ...]:
        """Return what would change if what serves were taken back; empty where there is nothing to go back to."""
        standing = self.standing()
        if len(standing) < 2:
            return ()
        now, then = (knowledge_of(self._data, self._region, one.revision) for one in standing[:2])
        return tuple(differences(now, then))

    def take_back(self, who: str, reference: str, by: str, now: datetime) -> Published:
        """Return to what was published before, files and all; the piece of work that is undone is open again.

        Broken off at any moment, `recover` finishes it, or nothing is taken back. The files as they were are put
        away first. Raises HistoryError where there is nothing before.
        """
        _decided(who, reference)
        with self._alone():
            self._recovery.run(now)
            standing = self.standing()
            step = StepBack(standing[0].revision if standing else "", who, reference, by, self._files.keep(now))
            self._journal.put(step)
            try:
                line = take_back(self._data, self._region, Publication(who, reference))
            except Exception:
                self._recovery.run(now)  # the pointer may have been moved all the same
                raise
            self._recovery.stepped_back(step, line, now)
            return line

    def standing(self) -> list[Published]:
        """Return what was published and can be returned to, the newest first: that one serves."""
        return list(reversed(way_back(history(self._data, self._region))))

    # --- inside -----------------------------------------------------------------------------------

    def _kept(self, item: Item, by: str, now: datetime, what: str) -> Item:
        item = self.items.save(item)
        self.audit.add(Deed(now, by, what, item.id, item.title, item.reference, item.revision))
        return item

    @staticmethod
    def _open(item: Item) -> Item:
        if item.state != OPEN:
            raise BenchError("not_open")
        return item

    def _texts(self, item: Item) -> dict[str, str]:
        try:
            return edited(self._region, self.edits(item))
        except EditError as exc:
            raise BenchError("does_not_fit", why=str(exc)) from exc

    def _built(self, texts: Mapping[str, str], stack: ExitStack, progress: Progress | None) -> Serving:
        """Open an index of the changed files that is published nowhere. Raises KnowledgeError."""
        with self._overlay(texts) as region:
            load(region)  # all problems at once, and before anything slow
            scratch = stack.enter_context(tempfile.TemporaryDirectory(dir=self._files.scratch()))
            opened = open_serving(build(region, Path(scratch), progress).path, self._certainty)
        stack.callback(opened.served.close)
        return opened

    def _serving(self, stack: ExitStack) -> Serving | None:
        """Open what serves now, apart from the bot that answers from it."""
        path = current(self._data, self._region)
        if path is None:
            return None
        opened = open_serving(path, self._certainty)
        stack.callback(opened.served.close)
        return opened

    def _named(self, problems: Sequence[Problem]) -> tuple[Problem, ...]:
        """Return problems with the place of the region's own files, not of the copy that was tried."""
        name = f"{self._region.resolve().name}/"
        copy = re.compile(rf"{re.escape(str(self._folder.resolve()))}/prov/[^/]+/")
        found = (replace(one, path=name + one.path.rpartition(f"/{name}")[2]) for one in problems)
        return tuple(replace(one, what=copy.sub("", one.what), cure=copy.sub("", one.cure)) for one in found)

    def _overlay(self, texts: Mapping[str, str]) -> AbstractContextManager[Path]:
        return self._files.overlay(texts)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep out whoever else would publish, here or at the command line. Raises BusyError."""
        with FileLock(self._files.scratch() / "lock"), one_builder(self._data, self._region):
            yield

    def _serves(self, wanted: str) -> bool:
        path = current(self._data, self._region)
        manifest = Manifest.read(path) if path else None
        return manifest is not None and manifest.revision == wanted


def _taking(item: Item, taking: Taking) -> Taking:
    """Return what an editor said of a document, with what its status and day say."""
    return replace(taking, standing=STANDINGS[item.status] if item.status else None, dated=item.dated)


def _decided(who: str, reference: str) -> None:
    if not who.strip() or not reference.strip():
        raise BenchError("no_reference" if who.strip() else "no_decider")
