"""What a command opens before it can answer: the index, built first where it must be, and state."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from bot.ports import State
from bot.settings import Settings
from indexer.build import Progress
from indexer.history import Publication
from indexer.publish import NOBODY, Ensured, ensure

SQLITE_FILE = "lotsen.sqlite"
JOURNAL = "pagar.json"
"""In the editors' folder: what is being written, or was when it was broken off."""


def ready_index(
    settings: Settings, progress: Progress, publication: Publication = NOBODY, *, again: bool = False
) -> Ensured:
    """Return the index to serve, built first where it is missing or outdated. Raises what `ensure` raises.

    What an editor's publication left half written is finished or undone before: see `finish_broken_off`.
    """
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    finish_broken_off(settings, progress)
    return ensure(settings.knowledge, settings.data, progress, publication, again=again)


def finish_broken_off(settings: Settings, progress: Progress | None = None) -> None:
    """Finish or undo what a crash broke off on the editors' bench, so that no half of a change is published.

    Costs nothing where nothing was broken off. Raises OSError and IndexFault.
    """
    folder = settings.data / "redaktion" / settings.knowledge.name
    if not (folder / JOURNAL).is_file():
        return
    # The bench brings all importers with it, which take longer to import than a question takes to answer.
    from bot.editor.bench import Workbench

    Workbench(folder, settings.knowledge, settings.data).recover(datetime.now(UTC), progress)


def make_state(settings: Settings) -> State:
    """Return the state that the settings name, not yet open."""
    # SQLAlchemy takes longer to import than a question takes to answer.
    from bot.state import SqlState, sqlite_url

    if settings.database_url is not None:
        return SqlState(settings.database_url.get_secret_value())
    return SqlState(sqlite_url(settings.data / SQLITE_FILE))


@asynccontextmanager
async def open_state(settings: Settings) -> AsyncIterator[State]:
    """Hold the state open. Raises StateError where it cannot be used."""
    state = make_state(settings)
    await state.open()
    try:
        yield state
    finally:
        await state.close()


async def record_published(settings: Settings, revision: str) -> None:
    """Note in the state that a revision was published. Raises StateError."""
    async with open_state(settings) as state:
        await state.record_published(revision, datetime.now(UTC))
