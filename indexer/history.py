"""What was published when, by whom and why: lines that are only ever added to, beside a region's indexes.

A line is written before the pointer is moved. One whose folder the pointer does not name never took effect:
who reads passes it by while it is last, and the next writer marks it as broken off.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from indexer.build import Manifest, clock_reading, home
from knowledge.personal import contact_details

HISTORY = "history.jsonl"
POINTER = "current"


class What(StrEnum):
    """What was done. `REBUILT`: the same revision again, for another version of the program."""

    PUBLISHED = "published"
    TAKEN_BACK = "taken-back"
    REBUILT = "rebuilt"
    BROKEN_OFF = "broken-off"


@dataclass(frozen=True, slots=True)
class Publication:
    """What somebody says when publishing or taking back: who decided (a function), and where that can be read."""

    who: str | None = None
    reference: str | None = None

    @property
    def personal(self) -> list[str]:
        """Addresses and telephone numbers in it, which are not to be noted: an edge refuses them."""
        return [detail for text in (self.who, self.reference) if text for detail in contact_details(text)]


@dataclass(frozen=True, slots=True)
class Published:
    """One line of the history. `revision` and `folder` are what serves after it, `before` the revision that did.

    `at` is UTC in ISO form. For what was taken back, `before` is what was taken back.
    """

    what: What
    revision: str
    folder: str
    at: str
    before: str | None = None
    who: str | None = None
    reference: str | None = None


def history(data: Path, region: Path) -> list[Published]:
    """Return what was published and taken back, the oldest first; empty where nothing was."""
    folder = home(data, region)
    lines = _effective(_read(folder / HISTORY))
    return lines[:-1] if lines and lines[-1].folder != pointed_at(folder) else lines


def way_back(lines: Iterable[Published]) -> list[Published]:
    """Return what can be returned to, the newest last: that one serves, and the one before it is the next step back."""
    standing: list[Published] = []
    for line in lines:
        if line.what is What.TAKEN_BACK:
            while standing and standing[-1].revision != line.revision:
                standing.pop()
            standing[-1:] = [line]
        elif standing and standing[-1].revision == line.revision:
            standing[-1] = line
        else:
            standing.append(line)
    return standing


def taken_back(lines: Iterable[Published]) -> frozenset[str]:
    """Return the revisions that were taken back and not published since."""
    found: set[str] = set()
    for line in lines:
        if line.what is What.TAKEN_BACK and line.before:
            found.add(line.before)
        found.discard(line.revision)
    return frozenset(found)


def note(folder: Path, what: What, revision: str, name: str, publication: Publication) -> Published:
    """Add a line to the history of a region's folder, before the pointer is moved. Only for the holder of the lock."""
    before = _settle(folder)
    line = Published(
        what, revision, name, clock_reading(), before, publication.who or None, publication.reference or None
    )
    _append(folder / HISTORY, [line])
    return line


def pointed_at(folder: Path) -> str | None:
    """Return the name of the index folder that the pointer of a region's folder names, whole or not."""
    try:
        name = (folder / POINTER).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if name and Path(name).name == name else None


def _settle(folder: Path) -> str | None:
    """Mark a last line that never took effect, and add what serves though no line tells of it; return its revision."""
    lines = _effective(_read(folder / HISTORY))
    name = pointed_at(folder)
    missing: list[Published] = []
    if lines and lines[-1].folder != name:
        last = lines.pop()
        missing.append(Published(What.BROKEN_OFF, last.revision, last.folder, clock_reading()))
    manifest = Manifest.read(folder / name) if name else None
    serving = lines[-1].revision if lines else None
    if name and manifest and (not lines or lines[-1].folder != name):
        # Published before there was a history, or by hand.
        missing.append(Published(What.PUBLISHED, manifest.revision, name, manifest.built_at, serving))
        serving = manifest.revision
    if missing:
        _append(folder / HISTORY, missing)
    return serving


def _effective(lines: Iterable[Published]) -> list[Published]:
    found: list[Published] = []
    for line in lines:
        if line.what is not What.BROKEN_OFF:
            found.append(line)
        elif found:
            found.pop()
    return found


def _read(path: Path) -> list[Published]:
    try:
        raw = path.read_bytes()
    except OSError:
        return []
    return [line for line in map(_line, raw.split(b"\n")) if line]


def _line(raw: bytes) -> Published | None:
    """Return a line, or null where it was torn."""
    try:
        values = json.loads(raw)
        return Published(**{**values, "what": What(values["what"])})
    except (ValueError, KeyError, TypeError):
        return None


def _append(path: Path, lines: Iterable[Published]) -> None:
    said = "".join(json.dumps(asdict(line), ensure_ascii=False) + "\n" for line in lines).encode()
    with path.open("ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            # A torn line keeps to itself.
            said = said if file.read(1) == b"\n" else b"\n" + said
        file.write(said)
        file.flush()
        os.fsync(file.fileno())
