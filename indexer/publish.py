"""A staged index → the one that serves, in one step; which one that is, and the way back to the one before."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from indexer.build import FORMAT, Built, Manifest, Progress, build, home, one_builder
from indexer.errors import HistoryError, SearchError, VerifyError
from indexer.files import packed_files, unpack
from indexer.history import POINTER, Publication, Published, What, history, note, pointed_at, taken_back, way_back
from indexer.served import open_index
from knowledge.loader import revision
from knowledge.problems import KnowledgeError, Problem

NOBODY = Publication()


@dataclass(frozen=True, slots=True)
class Ensured:
    """The index to serve. `problems` say why it is not of the files as they stand; empty when it is.

    `taken_back` tells that the files as they stand were taken back, so that the one before them serves.
    """

    path: Path
    built: bool
    problems: tuple[Problem, ...] = ()
    taken_back: bool = False


def current(data: Path, region: Path) -> Path | None:
    """Return the folder of the published index, or null where there is none that is whole."""
    folder = home(data, region)
    name = pointed_at(folder)
    return folder / name if name and Manifest.read(folder / name) else None


def ensure(
    region: Path,
    data: Path,
    progress: Progress | None = None,
    publication: Publication = NOBODY,
    *,
    again: bool = False,
) -> Ensured:
    """Return the published index, built first where it is missing or older than the files or the code.

    Broken files leave the index before serving, and come back as `problems`; KnowledgeError is raised
    only where there is none. Files that were taken back are published only if `again`. Also raises VerifyError,
    BusyError and HistoryError, which leave what was published as it was.
    """
    if (ready := _ready(region, data, again)) is not None:
        return ready
    with one_builder(data, region):
        if (ready := _ready(region, data, again)) is not None:  # another builder was first
            return ready
        if not again and files_taken_back(data, region):
            return Ensured(_made_anew(region, data, progress), True, taken_back=True)
        try:
            staged = build(region, data, progress)
        except KnowledgeError as exc:
            before = _usable(region, data)
            if before is None:
                raise
            return Ensured(before, False, exc.problems)
        if progress:
            progress("publish", 0, 1)
        path = publish(staged, data, publication)
        if progress:
            progress("publish", 1, 1)
        return Ensured(path, True)


def publish(staged: Built, data: Path, publication: Publication = NOBODY, what: What | None = None) -> Path:
    """Put a staged index in its place and let it serve; return its folder. Earlier revisions are kept.

    A crash at any moment leaves either the index before or this one serving, never none. The history tells of
    it: as `what`, else as published, or as rebuilt where the same revision serves already. Raises OSError.
    """
    folder = staged.path.parent
    with one_builder(data, folder):
        target = _put(staged)
        if target.name != pointed_at(folder):
            what = what or _what(history(data, folder), staged.revision)
            note(folder, what, staged.revision, target.name, publication)
            _point_at(folder, target.name)
        return target


def take_back(
    data: Path, region: Path, publication: Publication = NOBODY, progress: Progress | None = None
) -> Published:
    """Let the publication before the one that serves serve again, and return the line that the history has of it.

    Again: one further back. What this code cannot serve is built anew of its own files; where that cannot be
    done either, it is passed by. `ensure` does not undo it: see there. Raises HistoryError where there is nothing
    to go back to, BusyError and OSError; then all is as it was.
    """
    folder = home(data, region)
    with one_builder(data, region):
        earlier = way_back(history(data, region))[:-1]
        if not earlier:
            raise HistoryError("nothing_before", folder.name)
        for step in reversed(earlier):
            try:
                path = _servable(folder, step, data, progress)
            except HistoryError:
                continue
            line = note(folder, What.TAKEN_BACK, step.revision, path.name, publication)
            _point_at(folder, path.name)
            return line
    raise HistoryError("not_servable", earlier[-1].revision)


def files_taken_back(data: Path, region: Path) -> bool:
    """Return whether the files as they stand were published and taken back, and not published since."""
    withdrawn = taken_back(history(data, region))
    return bool(withdrawn) and revision(region) in withdrawn


def _ready(region: Path, data: Path, again: bool) -> Ensured | None:
    """Return what needs no building: the index of the files, or the one before files that were taken back."""
    path = current(data, region)
    manifest = Manifest.read(path) if path else None
    if path is None or manifest is None:
        return None
    if manifest.fits(revision(region)):
        return Ensured(path, False)
    if not again and manifest.fits(manifest.revision) and files_taken_back(data, region):
        return Ensured(path, False, taken_back=True)
    return None


def _made_anew(region: Path, data: Path, progress: Progress | None) -> Path:
    """Return the index that was gone back to, made anew by this code where it must be; raises HistoryError."""
    folder = home(data, region)
    standing = way_back(history(data, region))
    try:
        path = _servable(folder, standing[-1], data, progress)
    except HistoryError:
        if (usable := _usable(region, data)) is not None:
            return usable
        raise HistoryError("withdrawn", standing[-1].revision) from None
    if path.name != pointed_at(folder):
        note(folder, What.REBUILT, standing[-1].revision, path.name, NOBODY)
        _point_at(folder, path.name)
    return path


def _servable(folder: Path, step: Published, data: Path, progress: Progress | None) -> Path:
    """Return a folder in which this code can serve a publication, made of its own files where there is none.

    Raises HistoryError.
    """
    for place in (folder / step.folder, *_places(folder, step.revision)):
        manifest = Manifest.read(place)
        if manifest and manifest.fits(step.revision) and _opens(place):
            return place
    try:
        return _rebuilt(folder / step.folder, step.revision, data, progress)
    except HistoryError:
        manifest = Manifest.read(folder / step.folder)
        # Built before files were kept; it opens, so it can be served.
        if manifest and manifest.format == FORMAT and _opens(folder / step.folder):
            return folder / step.folder
        raise


def _rebuilt(kept: Path, wanted: str, data: Path, progress: Progress | None) -> Path:
    with tempfile.TemporaryDirectory() as temporary:
        region = unpack(packed_files(kept), Path(temporary))
        if revision(region) != wanted or home(data, region) != kept.parent:
            raise HistoryError("no_files", kept.name)
        try:
            return _put(build(region, data, progress))
        except (KnowledgeError, VerifyError) as exc:
            raise HistoryError("not_servable", wanted) from exc


def _opens(path: Path) -> bool:
    try:
        open_index(path).close()
    except SearchError:
        return False
    return True


def _what(lines: list[Published], wanted: str) -> What:
    return What.REBUILT if lines and lines[-1].revision == wanted else What.PUBLISHED


def _put(staged: Built) -> Path:
    """Put a staged index beside the others, not yet serving; return its folder."""
    folder = staged.path.parent
    target = _free_place(folder, staged)
    if target.exists():  # the same revision by the same code: a step back to it
        shutil.rmtree(staged.path, ignore_errors=True)
    else:
        for path in _inside_first(staged.path):
            _sync(path)
        os.rename(staged.path, target)
        _sync(folder)
    return target


def _usable(region: Path, data: Path) -> Path | None:
    """Return the published index if this code can serve it, though it may be of other files or other code."""
    path = current(data, region)
    manifest = Manifest.read(path) if path else None
    if path is None or manifest is None or manifest.format != FORMAT:
        return None
    return path if _opens(path) else None


def _free_place(folder: Path, staged: Built) -> Path:
    """Return where a revision lies or will lie. A damaged folder, or one of other code, is left and passed by."""
    for place in _places(folder, staged.revision):
        manifest = Manifest.read(place)
        if manifest and manifest.fits(staged.revision):
            return place
    name = f"{staged.revision}-{FORMAT}"
    places = (folder / (name if number == 1 else f"{name}.{number}") for number in range(1, 10_000))
    free = next((place for place in places if not place.exists()), None)
    if free is None:
        raise OSError(f"no free place for {name} in {folder}")
    return free


def _places(folder: Path, wanted: str) -> list[Path]:
    """Return the folders of a revision, whatever code they are of."""
    return sorted(path for path in folder.glob(f"{wanted}-*") if path.is_dir())


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
