"""Who did what on the bench, and when: lines that are only ever added."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bot.editor.private import closed, private_folder, private_opener


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that an editor did. `what` is a code (received, settled, published …), `about` a title or reference."""

    at: datetime
    by: str
    what: str
    item: str = ""
    about: str = ""
    reference: str = ""
    revision: str = ""


class Audit:
    """The log file of the bench."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, deed: Deed) -> None:
        """Add a line, on the disk before this returns. Raises OSError."""
        private_folder(self._path.parent)
        # Nothing but ASCII: some letters end a line for one reader and not for another.
        line = json.dumps({**asdict(deed), "at": deed.at.isoformat(timespec="seconds")}).encode() + b"\n"
        with open(self._path, "ab+", opener=private_opener) as file:
            closed(self._path)
            if file.tell():
                file.seek(-1, os.SEEK_END)
                # A torn line keeps to itself.
                line = line if file.read(1) == b"\n" else b"\n" + line
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def all(self) -> list[Deed]:
        """Return all lines that can be read, the latest first."""
        try:
            lines = self._path.read_text("utf-8", errors="replace").split("\n")
        except OSError:
            return []
        return [deed for line in reversed(lines) if (deed := _deed(line)) is not None]


def _deed(line: str) -> Deed | None:
    try:
        data = json.loads(line)
        return Deed(**{**data, "at": datetime.fromisoformat(data["at"])})
    except (ValueError, TypeError, KeyError):
        return None
