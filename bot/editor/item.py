"""A piece of work on the bench, and the folder that keeps it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from bot.editor.private import private_folder, put_whole
from bot.errors import LotsenError
from indexer.adoption import Taking
from indexer.importing.document import Document
from indexer.importing.drafts import Drafts
from knowledge.editing import Edit
from knowledge.model import DocumentStatus

OPEN, GOING_LIVE, LIVE, DROPPED = "oppen", "laggs-ut", "utlagd", "borttagen"
_ID = re.compile(r"[a-z0-9-]{1,64}")


class BenchError(LotsenError):
    """Something that cannot be done on the bench. `code` names the sentence `editor.error.<code>`."""

    def __init__(self, code: str, **values: str) -> None:
        self.code = code
        self.values = values
        super().__init__(f"{code} {values}")


@dataclass(frozen=True, slots=True)
class Item:
    """An imported document with its drafts, or a change made in a form. Times are UTC.

    `settled` and `chosen` are what an editor has settled of the drafts and wants to take in; `edits` is what
    a form or a workbook asked for, `remarks` what somebody wrote beside it, masked, and `asked` the questions that
    it is to answer. `version` is raised at each
    save. `decided_by` and `reference` are given when it is published, and `revision` is what it became.
    """

    id: str
    title: str
    by: str
    at: datetime
    state: str = OPEN
    version: int = 0
    document: Document | None = None
    status: DocumentStatus | None = None
    dated: str | None = None
    drafts: Drafts | None = None
    taking: Taking | None = None
    settled: dict[str, str] = field(default_factory=dict)
    chosen: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    remarks: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    decided_by: str = ""
    reference: str = ""
    revision: str = ""

    @property
    def emptied(self) -> Item:
        """The same without what others have written: what is put away keeps its title and its place in the log."""
        return replace(self, document=None, drafts=None, settled={}, remarks=(), asked=())


_ITEM: TypeAdapter[Item] = TypeAdapter(Item)


class Items:
    """The folder of all items: one file each, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __iter__(self) -> Iterator[Item]:
        """Yield all items that can be read, the latest first."""
        found = [item for path in self._folder.glob("*.json") if (item := self._read(path)) is not None]
        yield from sorted(found, key=lambda item: (item.at, item.id), reverse=True)

    def __getitem__(self, id_: str) -> Item:
        item = self._read(self._path(id_)) if _ID.fullmatch(id_) else None
        if item is None:
            raise BenchError("no_item")
        return item

    def new_id(self) -> str:
        """Return an id that nobody can guess."""
        return secrets.token_hex(8)

    def save(self, item: Item) -> Item:
        """Keep an item; raises BenchError where somebody else has saved it since it was read."""
        private_folder(self._folder)
        with FileLock(self._folder / "lock"):
            kept = self._read(self._path(item.id))
            if kept is not None and kept.version != item.version:
                raise BenchError("changed_meanwhile")
            item = replace(item, version=item.version + 1)
            path = self._path(item.id)
            put_whole(path, _ITEM.dump_json(item))
            return item

    def _path(self, id_: str) -> Path:
        return self._folder / f"{id_}.json"

    @staticmethod
    def _read(path: Path) -> Item | None:
        try:
            return _ITEM.validate_json(path.read_bytes())
        except (OSError, ValidationError, ValueError):
            return None
