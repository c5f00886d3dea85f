"""Revisions that were published, by the beginning of their hash: their knowledge, and the files that they are of."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pydantic import ValidationError

from indexer.build import home, stored_form
from indexer.errors import HistoryError
from indexer.files import packed_files, unpack
from indexer.served import KNOWLEDGE
from knowledge.loader import load, revision
from knowledge.model import Knowledge
from knowledge.problems import KnowledgeError


def find_revision(data: Path, region: Path, beginning: str) -> str:
    """Return the one revision whose hash begins so, of all that lie there. Raises HistoryError."""
    folder = home(data, region)
    names = sorted({path.parent.name.partition("-")[0] for path in folder.glob(f"*/{KNOWLEDGE}")})
    found = [name for name in names if beginning and not name.startswith(".") and name.startswith(beginning)]
    if not found:
        raise HistoryError("no_revision", beginning)
    if len(found) > 1 and beginning not in found:
        raise HistoryError("several_revisions", ", ".join(found))
    return beginning if beginning in found else found[0]


def folders_of(data: Path, region: Path, wanted: str) -> list[Path]:
    """Return the index folders of a revision, the newest last."""
    folders = home(data, region).glob(f"{wanted}-*")
    return sorted((path for path in folders if path.is_dir()), key=lambda path: path.stat().st_mtime_ns)


def files_of(data: Path, region: Path, wanted: str) -> dict[str, bytes]:
    """Return the knowledge files of a published revision, as `<folder>/<path>` and contents; `unpack` writes them.

    Raises HistoryError where they were not kept or are damaged.
    """
    for folder in reversed(folders_of(data, region, wanted)):
        try:
            files = packed_files(folder)
            with tempfile.TemporaryDirectory() as temporary:
                if revision(unpack(files, Path(temporary))) == wanted:
                    return files
        except HistoryError:
            continue
    raise HistoryError("no_files", wanted)


def knowledge_of(data: Path, region: Path, wanted: str) -> Knowledge:
    """Return the knowledge of a published revision, as it was checked then. Raises HistoryError."""
    for folder in reversed(folders_of(data, region, wanted)):
        try:
            return Knowledge.model_validate_json((folder / KNOWLEDGE).read_bytes())
        except (OSError, ValidationError):  # of other code, or damaged
            continue
    try:
        with tempfile.TemporaryDirectory() as temporary:
            return stored_form(load(unpack(files_of(data, region, wanted), Path(temporary))))
    except KnowledgeError as exc:
        raise HistoryError("not_servable", wanted) from exc
