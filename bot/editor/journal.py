"""What is being written while knowledge goes live or is taken back, kept so that it can be finished after a crash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.editor.private import private_folder, put_whole
from bot.editor.region_files import RegionFiles


@dataclass(frozen=True, slots=True)
class Entry:
    """Files of the region as they were and as they become (null: the file was not there), and for which item."""

    item: str
    revision: str
    by: str
    before: Mapping[str, str | None]
    after: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StepBack:
    """A step back from a revision: who decided, where that stands, and where the files as they were are kept."""

    undone: str
    who: str
    reference: str
    by: str
    kept: str


_ENTRY: TypeAdapter[Entry | StepBack] = TypeAdapter(Entry | StepBack)


class Journal:
    """One entry at most, on the disk before `put` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, entry: Entry | StepBack) -> None:
        """Keep an entry. Raises OSError."""
        private_folder(self._path.parent)
        put_whole(self._path, _ENTRY.dump_json(entry))

    def read(self) -> Entry | StepBack | None:
        """Return the entry that was not cleared, or null."""
        try:
            return _ENTRY.validate_json(self._path.read_bytes())
        except (OSError, ValidationError, ValueError):
            return None

    def clear(self) -> None:
        """Forget the entry: its work is done, or undone."""
        self._path.unlink(missing_ok=True)


def is_half_written(entry: Entry, files: RegionFiles) -> bool:
    """Return whether each file is still as it was or already as it becomes: nobody else has changed any since."""
    return all(files.says(name) in (after, entry.before.get(name)) for name, after in entry.after.items())
