"""A staged index → the one that serves, in one step; and which one that is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.build import FORMAT, Built, Manifest, Progress, build, home, one_builder
from indexer.errors import SearchError
from indexer.served import open_index
from knowledge.loader import revision
from knowledge.problems import KnowledgeError, Problem

POINTER = "current"


@dataclass(frozen=True, slots=True)
class Ensured:
    """The index to serve. `problems` say why it is not of the files as they stand; empty when it is."""

    path: Path
    built: bool
    problems: tuple[Problem, ...] = ()


def current(data: Path, region: Path) -> Path | None:
    """Return the folder of the published index, or null where there is none that is whole."""
    folder = home(data, region)
    try:
        name = (folder / POINTER).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    if not name or Path(name).name != name:
        return None
    return folder / name if Manifest.read(folder / name) else None


def ensure(region: Path, data: Path, progress: Progress | None = None) -> Ensured:
    """Return the published index, built first where it is missing or older than the files or the code.

    Broken files leave the index before serving, and come back as `problems`; KnowledgeError is raised
    only where there is none. Also raises VerifyError and BusyError, which leave what was published as it was.
    """
    if (path := _up_to_date(region, data)) is not None:
        return Ensured(path, False)
    with one_builder(data, region):
        if (path := _up_to_date(region, data)) is not None:  # another builder was first
            return Ensured(path, False)
        try:
            staged = build(region, data, progress)
        except KnowledgeError as exc:
            before = _usable(region, data)
            if before is None:
                raise
            return Ensured(before, False, exc.problems)
        if progress:
            progress("publish", 0, 1)
        path = publish(staged, data)
        if progress:
            progress("publish", 1, 1)
        return Ensured(path, True)


def publish(staged: Built, data: Path) -> Path:
    """Put a staged index in its place and let it serve; return its folder. Earlier revisions are kept.

    A crash at any moment leaves either the index before or this one serving, never none. Raises OSError.
    """
    folder = staged.path.parent
    with one_builder(data, folder):
        target = _free_place(folder, staged)
        if target.exists():  # the same revision by the same code: a step back to it
            shutil.rmtree(staged.path, ignore_errors=True)
        else:
            for path in _inside_first(staged.path):
                _sync(path)
            os.rename(staged.path, target)
            _sync(folder)
        _point_at(folder, target.name)
        return target


def _up_to_date(region: Path, data: Path) -> Path | None:
    path = current(data, region)
    manifest = Manifest.read(path) if path else None
    return path if manifest and manifest.fits(revision(region)) else None


def _usable(region: Path, data: Path) -> Path | None:
    """Return the published index if this code can serve it, though it may be of other files or other code."""
    path = current(data, region)
    manifest = Manifest.read(path) if path else None
    if path is None or manifest is None or manifest.format != FORMAT:
        return None
    try:
        open_index(path).close()
    except SearchError:
        return None
    return path


def _free_place(folder: Path, staged: Built) -> Path:
    """Return where a revision lies or will lie. A damaged folder, or one of other code, is left and passed by."""
    name = f"{staged.revision}-{FORMAT}"
    for number in range(1, 10_000):
        place = folder / (name if number == 1 else f"{name}.{number}")
        manifest = Manifest.read(place)
        if not place.exists() or (manifest and manifest.fits(staged.revision)):
            return place
    raise OSError(f"no free place for {name} in {folder}")


def _point_at(folder: Path, name: str) -> None:
    fresh = folder / f"{POINTER}.new"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(f"{name}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, folder / POINTER)
    _sync(folder)


def _inside_first(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob("*"), reverse=True)
    yield folder


def _sync(path: Path) -> None:
    """See to it that a file or folder is on the disk, so that a power cut does not empty what was renamed."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
