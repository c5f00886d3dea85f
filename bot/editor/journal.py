"""What is being written while a piece of work goes live, kept so that it can be finished after a crash."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True, slots=True)
class Entry:
    """Files of the region as they were and as they become (null: the file was not there), and for which item."""

    item: str
    revision: str
    by: str
    before: Mapping[str, str | None]
    after: Mapping[str, str]


_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


class Journal:
    """One entry at most, on the disk before `put` returns."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def put(self, entry: Entry) -> None:
        """Keep an entry. Raises OSError."""
        fresh = self._path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(_ENTRY.dump_json(entry))
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self._path)

    def read(self) -> Entry | None:
        """Return the entry that was not cleared, or null."""
        try:
            return _ENTRY.validate_json(self._path.read_bytes())
        except (OSError, ValidationError, ValueError):
            return None

    def clear(self) -> None:
        """Forget the entry: its work is done, or undone."""
        self._path.unlink(missing_ok=True)


def is_half_written(entry: Entry, region: Path) -> bool:
    """Return whether each file is still as it was or already as it becomes: nobody else has changed any since."""
    for name, after in entry.after.items():
        path = region / name
        now = path.read_text("utf-8") if path.is_file() else None
        if now not in (after, entry.before.get(name)):
            return False
    return True
