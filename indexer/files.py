"""The knowledge files of a revision, packed beside the index that was built of them, so that they can be had back."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from indexer.errors import HistoryError
from knowledge.loader import general_folder

FILES = "files.zip"
GENERAL = "svenska"
_WHEN = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip can tell: the same files give the same bytes."""


def knowledge_files_of(region: Path) -> dict[str, bytes]:
    """Return every file that counts in a region's revision, general ones too, as `<folder>/<path>` and contents."""
    files: dict[str, bytes] = {}
    for folder, name in ((general_folder(region), GENERAL), (region, region.name)):
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".md"):
            files[f"{name}/{path.relative_to(folder).as_posix()}"] = path.read_bytes()
    return files


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return the files as a zip; the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return packed.getvalue()


def packed_files(folder: Path) -> dict[str, bytes]:
    """Return the files that an index folder was built of. Raises HistoryError where they are missing or damaged."""
    try:
        with zipfile.ZipFile(folder / FILES) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile, EOFError, ValueError, RuntimeError) as exc:
        raise HistoryError("no_files", folder.name) from exc


def unpack(files: Mapping[str, bytes], into: Path) -> Path:
    """Write the files below a folder, and return that of the region among them. Nothing is written outside it.

    Raises HistoryError where a name leads elsewhere or no region is among them, and OSError.
    """
    for name in files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name:
            raise HistoryError("no_files", name)
    regions = {PurePosixPath(name).parts[0] for name in files} - {GENERAL}
    if len(regions) != 1:
        raise HistoryError("no_files", ", ".join(sorted(regions)))
    for name, body in files.items():
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return into / regions.pop()
