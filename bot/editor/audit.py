"""Who did what on the bench, and when: lines that are only ever added."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path


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
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        line = json.dumps({**asdict(deed), "at": deed.at.isoformat(timespec="seconds")}, ensure_ascii=False)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())

    def all(self) -> list[Deed]:
        """Return all lines that can be read, the latest first."""
        try:
            lines = self._path.read_text("utf-8", errors="replace").splitlines()
        except OSError:
            return []
        return [deed for line in reversed(lines) if (deed := _deed(line)) is not None]


def _deed(line: str) -> Deed | None:
    try:
        data = json.loads(line)
        return Deed(**{**data, "at": datetime.fromisoformat(data["at"])})
    except (ValueError, TypeError, KeyError):
        return None
