"""The workbench: what editors have taken up, tried against the knowledge, published and taken back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock
from indexer.files import unpack
from indexer.history import Publication, Published, history, way_back
from indexer.importing.masking import masked_for
from indexer.importing.reading import read_bytes
from indexer.importing.restoring import restored
from indexer.revisions import files_of
from knowledge.differences import Difference, differences

from bot.answer import Answer
from bot.editor.audit import Audit, Deed
from bot.editor.item import DROPPED, LIVE, OPEN, BenchError, Item, Items
from bot.service import Serving, answer_turns, open_serving
from bot.subjects import subjects_of
from indexer.adoption import Offer, edits, offers
from indexer.build import Built, Progress, build, one_builder
from indexer.importing.drafting import draft
from indexer.importing.filing import document_edits, source_id
from indexer.publish import publish, take_back
from knowledge.editing import Edit, EditError, edited, write
from knowledge.loader import general_folder, load, revision
from knowledge.model import DocumentStatus, Knowledge
from knowledge.problems import KnowledgeError, Problem

SHOWN = 6
"""Answers that a trial shows at most."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as it is now (null: it was not there) and as it will be, to one question on one day."""

    question: str
    on: date
    before: Answer | None
    after: Answer


@dataclass(frozen=True, slots=True)
class Trial:
    """What a piece of work would change. With `problems` nothing else is known, and it cannot be published."""

    problems: tuple[Problem, ...] = ()
    differences: tuple[Difference, ...] = ()
    shown: tuple[Shown, ...] = ()


class Workbench:
    """Everything that editors do, on one machine's folder. Slow methods build an index; call them in a thread.

    Methods raise BenchError for what an editor can put right, ImportFault for a file that cannot be read.
    """

    def __init__(self, folder: Path, region: Path, data: Path) -> None:
        self.items = Items(folder / "arbete")
        self.audit = Audit(folder / "logg.jsonl")
        self._folder, self._region, self._data = folder, region, data
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

        The same file twice gives the item that is open already.
        """
        knowledge = self.knowledge()
        document = read_bytes(name, body, progress)
        for item in self.items:
            if item.state == OPEN and item.document and item.document.digest == document.digest:
                return item
        document = masked_for(restored(document), knowledge)
        item = Item(
            id=self.items.new_id(),
            title=title.strip() or Path(name).stem,
            by=by,
            at=now,
            document=document,
            status=status,
            dated=dated or None,
            drafts=draft(document, knowledge),
        )
        return self._kept(item, by, now, "received")

    def begin(self, title: str, wanted: Sequence[Edit], by: str, now: datetime) -> Item:
        """Take up a change that was asked for in a form."""
        return self._kept(Item(self.items.new_id(), title, by, now, edits=tuple(wanted)), by, now, "begun")

    def update(self, item: Item, by: str, now: datetime, what: str = "settled") -> Item:
        """Keep what an editor has settled or chosen. Raises BenchError where somebody else was first."""
        if item.state != OPEN:
            raise BenchError("not_open")
        return self._kept(item, by, now, what)

    def drop(self, item: Item, by: str, now: datetime) -> Item:
        """Put a piece of work away; nothing of it was or becomes live."""
        return self._kept(replace(self._open(item), state=DROPPED), by, now, "dropped")

    def offers(self, item: Item) -> list[Offer]:
        """Return what can be taken in of a document; nothing before it is known which agreement it is about."""
        if item.drafts is None or item.taking is None:
            return []
        return offers(item.drafts, self.knowledge(), item.taking, item.settled)

    def edits(self, item: Item) -> list[Edit]:
        """Return all that a piece of work would change: what was chosen, and the document itself."""
        if item.document is None:
            return list(item.edits)
        assert item.status is not None, "a document has a status"
        knowledge = self.knowledge()
        agreement = item.taking.agreement if item.taking else None
        found = document_edits(
            item.document, knowledge, item.status, item.title, item.dated, agreement, item.at.date().isoformat()
        )
        if item.taking is not None:
            found += edits(self.offers(item), item.chosen, knowledge, item.taking)
        return found

    def source_of(self, item: Item) -> str:
        """Return the id that a document's source has or will have."""
        assert item.document is not None, "only documents have a source"
        return source_id(item.document, item.title, self.knowledge())

    def try_out(self, item: Item, today: date, before: Serving | None, progress: Progress | None = None) -> Trial:
        """Build what the knowledge would be, apart from everything that serves, and tell what changes.

        `before` is what serves now, for comparing answers.
        """
        with self._changed(item) as region:
            try:
                new = load(region)
            except KnowledgeError as exc:
                return Trial(problems=exc.problems)
            found = tuple(differences(self.knowledge(), new))
            with tempfile.TemporaryDirectory(dir=self._scratch()) as scratch:
                built = build(region, Path(scratch), progress)
                after = open_serving(built.path)
                try:
                    shown = tuple(self._shown(item, before, after, today))
                finally:
                    after.served.close()
        return Trial((), found, shown)

    def publish(
        self, item: Item, decided_by: str, reference: str, by: str, now: datetime, progress: Progress | None = None
    ) -> Item:
        """Make a piece of work live: the index is built and verified, the files written, then it serves.

        Raises KnowledgeError where the changed files are not sound; nothing was changed then.
        """
        self._open(item)
        if not decided_by.strip() or not reference.strip():
            raise BenchError("no_decider" if not decided_by.strip() else "no_reference")
        with FileLock(self._scratch() / "lock"), one_builder(self._data, self._region):
            texts = self._texts(item)
            with self._overlay(texts) as region:
                staged = build(region, self._data, progress)
                self._put_live(staged, texts, Publication(decided_by, reference))
            done = replace(item, state=LIVE, decided_by=decided_by, reference=reference, revision=staged.revision)
            return self._kept(done, by, now, "published")

    def _put_live(self, staged: Built, texts: dict[str, str], publication: Publication) -> None:
        # The files first: broken off here, the next build makes of them what was decided.
        write(self._region, texts)
        publish(staged, self._data, publication)

    def take_back(self, who: str, reference: str, by: str, now: datetime) -> Published:
        """Return to what was published before, files and all. Raises HistoryError where there is nothing before."""
        if not who.strip() or not reference.strip():
            raise BenchError("no_decider" if not who.strip() else "no_reference")
        with FileLock(self._scratch() / "lock"), one_builder(self._data, self._region):
            kept = self._keep_files(now)
            line = take_back(self._data, self._region, Publication(who, reference))
            self._restore(line.revision)
            self.audit.add(Deed(now, by, "taken_back", about=kept.name, reference=reference, revision=line.revision))
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

    @contextmanager
    def _changed(self, item: Item) -> Iterator[Path]:
        with self._overlay(self._texts(item)) as region:
            yield region

    @contextmanager
    def _overlay(self, texts: dict[str, str]) -> Iterator[Path]:
        """Give a copy of the region's folder, beside one of the general knowledge, with changed files in it."""
        with tempfile.TemporaryDirectory(dir=self._scratch()) as scratch:
            region = Path(scratch) / self._region.resolve().name
            shutil.copytree(self._region, region)
            shutil.copytree(general_folder(self._region), region.parent / "svenska", dirs_exist_ok=True)
            write(region, texts)
            yield region

    def _scratch(self) -> Path:
        folder = self._folder / "prov"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    def _shown(self, item: Item, before: Serving | None, after: Serving, today: date) -> Iterator[Shown]:
        """Yield answers that the change is about, as they are and as they will be."""
        days = [today]
        if item.taking and item.taking.valid_from and len(item.taking.valid_from) == 10:
            days.append(date.fromisoformat(item.taking.valid_from))
        days += [day for edit in self.edits(item) if (day := _day_of(edit)) and day not in days]
        wanted = {edit.id for edit in self.edits(item)} | self._rows(item)
        count = 0
        for subject in subjects_of(after.served.knowledge, after.say):
            if not (subject.concepts | {subject.fact, subject.id}) & wanted:
                continue
            for day in days:
                new = answer_turns(after, [subject.question], None, day)[0]
                old = answer_turns(before, [subject.question], None, day)[0] if before else None
                if old is None or old.text != new.text:
                    yield Shown(subject.question, day, old, new)
                    count += 1
                    if count == SHOWN:
                        return

    def _rows(self, item: Item) -> set[str]:
        """Return the ids of the rows that the edits touch: an edit names its matrix alone."""
        matrices = self.knowledge().matrices
        found = set()
        for edit in self.edits(item):
            if edit.section == "matrices" and edit.place[:1] == ("tasks",):
                if len(edit.place) > 1 and isinstance(edit.place[1], int):
                    found.add(matrices[edit.id].tasks[edit.place[1]].id)
                elif isinstance(edit.value, dict):
                    found.add(edit.value["id"])
        return found

    def _keep_files(self, now: datetime) -> Path:
        """Put a copy of the region's files away, so that changes made by hand are not lost; return its folder."""
        kept = self._folder / "fore" / now.strftime("%Y%m%dT%H%M%S%f")
        shutil.copytree(self._region, kept)
        return kept

    def _restore(self, wanted: str) -> None:
        """Put the region's files back as they were in a revision."""
        with tempfile.TemporaryDirectory(dir=self._scratch()) as scratch:
            region = unpack(files_of(self._data, self._region, wanted), Path(scratch))
            texts = {
                path.relative_to(region).as_posix(): path.read_text("utf-8") for path in sorted(region.rglob("*.yaml"))
            }
            gone = [
                path for path in self._region.rglob("*.yaml") if path.relative_to(self._region).as_posix() not in texts
            ]
            same = {name for name, text in texts.items() if self._says(name) == text}
            write(self._region, {name: text for name, text in texts.items() if name not in same})
            for path in gone:
                path.unlink()

    def _says(self, name: str) -> str | None:
        try:
            return (self._region / name).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return None


def _day_of(edit: Edit) -> date | None:
    value = edit.value.get("valid_from") if isinstance(edit.value, dict) else None
    return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
