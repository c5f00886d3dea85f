"""While Lotsen serves: takes up what is published, and looks after changed knowledge files."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bot.errors import StateError
from bot.logs import fields
from bot.ports import State
from bot.service import Lotsen, Serving, open_serving
from bot.settings import Settings
from indexer.errors import IndexFault
from indexer.publish import current, ensure, files_taken_back
from knowledge.loader import general_folder, load, revision
from knowledge.messages import sentence
from knowledge.problems import KnowledgeError, Problem

POLL = 0.5
"""Seconds between looks at the pointer and the files."""
QUIET = 2.0
"""Seconds without a change before changed files are read: an editor may save several."""

log = logging.getLogger("lotsen.watch")
_say = partial(sentence, "cli")


class Files:
    """The knowledge files as they stand. Their hash is kept until a file's time or size changes."""

    def __init__(self, region: Path) -> None:
        self._region = region
        self._stamp: object = None
        self._revision = ""

    def stamp(self) -> object:
        """Return what changes when a file does; nothing is read."""
        return _stamp((general_folder(self._region), self._region))

    def revision(self) -> str:
        """Return the hash of the files."""
        stamp = self.stamp()
        if stamp != self._stamp:
            self._revision, self._stamp = revision(self._region), stamp
        return self._revision


class Watch:
    """Holds the Lotsen that serves, and looks twice a second, until cancelled. No fault of a file ends it."""

    def __init__(
        self, settings: Settings, state: State, serving: Serving, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._state = state
        self._serving = serving
        self._files = Files(settings.knowledge)
        self._clock = clock
        self.lotsen = Lotsen(
            serving,
            state,
            keeps_gaps=settings.gaps,
            files_differ=self.files_differ,
            channels=settings.teams_experts,
        )
        self._seen: object = None
        self._seen_at = 0.0
        self._looked_at: str | None = None
        self._unusable: Path | None = None
        self._before: Serving | None = None
        self._complained = False

    def files_differ(self) -> bool:
        """Return whether the files are others than those that are served."""
        return self._files.revision() != self._serving.served.revision

    async def run(self) -> None:
        """Watch until cancelled; what is served is noted in the state."""
        await self._note()
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("the watch stumbled and goes on")
            await asyncio.sleep(POLL)

    async def look(self) -> None:
        """Look once: at the pointer, then at the files once they are quiet."""
        await self._take_up()
        if self._is_quiet():
            found = await asyncio.to_thread(self._files.revision)
            if found != self._looked_at:
                self._looked_at = found
                await self._look_at_files(found)
                await self._take_up()

    async def _take_up(self) -> None:
        path = await asyncio.to_thread(current, self._settings.data, self._settings.knowledge)
        if path is None or path in (self._serving.path, self._unusable):
            return
        try:
            serving = await asyncio.to_thread(open_serving, path, self._settings.certainty)
        except IndexFault as exc:
            self._unusable = path
            log.error(_say("log.unusable", path=path), extra=fields(event="unusable", why=exc))
            return
        self._swap(serving)
        served = serving.served.revision
        log.info(_say("log.taken_up", revision=served), extra=fields(event="taken_up", revision=served))
        await self._note()

    def _swap(self, serving: Serving) -> None:
        # Turns under way finish on the revision before; the one before that has no turns left.
        if self._before is not None:
            self._before.served.close()
        self._before, self._serving = self._serving, serving
        self.lotsen.serve(serving)

    async def _note(self) -> None:
        """Note the revision in the state; answering goes on where the state is away."""
        try:
            await self._state.record_published(self._serving.served.revision, datetime.now(UTC))
        except StateError as exc:
            log.warning("a publication was not noted", extra=fields(event="not_noted", why=type(exc).__name__))

    def _is_quiet(self) -> bool:
        stamp = self._files.stamp()
        if stamp != self._seen:
            self._seen, self._seen_at = stamp, self._clock()
        return self._clock() - self._seen_at >= QUIET

    async def _look_at_files(self, found: str) -> None:
        served = self._serving.served.revision
        if found == served:
            if self._complained:
                log.info(_say("log.same"), extra=fields(event="same", revision=served))
            self._complained = False
            return
        if await asyncio.to_thread(files_taken_back, self._settings.data, self._settings.knowledge):
            said = _say("log.taken_back", revision=served)
            log.warning(said, extra=fields(event="taken_back", files=found, revision=served))
            self._complained = True
            return
        problems = await asyncio.to_thread(self._publish if self._settings.dev else self._check)
        if problems:
            for problem in problems:
                log.error(_say("log.problem", problem=problem), extra=fields(event="problem"))
            said = _say("log.problems", count=len(problems), revision=served)
            log.error(said, extra=fields(event="problems", count=len(problems), revision=served))
            self._complained = True
        elif not self._settings.dev:
            log.warning(_say("log.differs"), extra=fields(event="differs", files=found, revision=served))
            self._complained = True

    def _check(self) -> tuple[Problem, ...]:
        try:
            load(self._settings.knowledge)
        except KnowledgeError as exc:
            return exc.problems
        return ()

    def _publish(self) -> tuple[Problem, ...]:
        try:
            return ensure(self._settings.knowledge, self._settings.data).problems
        except KnowledgeError as exc:
            return exc.problems


def _stamp(folders: Iterable[Path]) -> tuple[tuple[str, int, int], ...]:
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            try:
                status = path.stat()
            except OSError:  # removed meanwhile
                continue
            found.append((path.as_posix(), status.st_mtime_ns, status.st_size))
    return tuple(sorted(found))
