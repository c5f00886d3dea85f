"""What is compared: the files as they stand, another folder, or a revision that was published."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bot.reading import CERTAINTY
from bot.service import Serving, open_serving
from indexer.build import Manifest, Progress, build, stored_form
from indexer.files import unpack
from indexer.revisions import files_of, folders_of, knowledge_of
from knowledge.loader import load, places
from knowledge.model import Knowledge


@dataclass(frozen=True, slots=True)
class Side:
    """One of two that are compared. `places` are its entries' path:line; `serve` opens it, ready to answer.

    What `serve` opens is closed, and what it built is removed, with the stack that it is given.
    """

    knowledge: Knowledge = field(repr=False)
    places: Mapping[tuple[str, str], str] = field(repr=False)
    serve: Callable[[ExitStack, Progress | None], Serving]


def side_of_files(region: Path, certainty: float = CERTAINTY) -> Side:
    """Return the side that a region's files are. Raises KnowledgeError where they are wrong."""
    knowledge = stored_form(load(region))
    return Side(knowledge, places(region), lambda stack, progress: _built(region, stack, certainty, progress))


def side_of_revision(data: Path, region: Path, wanted: str, certainty: float = CERTAINTY) -> Side:
    """Return the side that a published revision is (its whole hash). Raises HistoryError."""

    def serve(stack: ExitStack, progress: Progress | None) -> Serving:
        for folder in reversed(folders_of(data, region, wanted)):
            manifest = Manifest.read(folder)
            if manifest and manifest.fits(wanted):
                return _opened(folder, stack, certainty)
        unpacked = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        return _built(unpack(files_of(data, region, wanted), unpacked), stack, certainty, progress)

    return Side(knowledge_of(data, region, wanted), {}, serve)


def _built(region: Path, stack: ExitStack, certainty: float, progress: Progress | None) -> Serving:
    """Open an index of the files that is published nowhere."""
    data = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return _opened(build(region, data, progress).path, stack, certainty)


def _opened(folder: Path, stack: ExitStack, certainty: float) -> Serving:
    serving = open_serving(folder, certainty)
    stack.callback(serving.served.close)
    return serving
