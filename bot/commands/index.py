"""`lotsen check` and `lotsen index`, and the index that the other commands answer from."""

from __future__ import annotations

import asyncio
import time

from bot.commands.console import complain, progress, table, tell, warn
from bot.commands.faults import MENDABLE, OK
from bot.commands.wording import say
from bot.errors import StateError
from bot.opening import ready_index, record_published
from bot.settings import Settings
from indexer.build import Manifest
from indexer.publish import Ensured, current
from knowledge.loader import SECTIONS, load, revision
from knowledge.model import Knowledge
from knowledge.problems import KnowledgeError


def ready(settings: Settings) -> Ensured:
    """Return the index to answer from, built first where it must be; say so where the files are broken."""
    with progress() as shown:
        ensured = ready_index(settings, shown)
    if ensured.problems:
        manifest = Manifest.read(ensured.path)
        warn(say("ask.old_index", count=len(ensured.problems), revision=manifest.revision if manifest else ""))
    return ensured


def index(settings: Settings) -> int:
    """Build and publish what has changed; return the exit status."""
    began = time.monotonic()
    with progress() as shown:
        ensured = ready_index(settings, shown)
    if ensured.problems:
        _tell_problems([str(problem) for problem in ensured.problems])
        complain(say("index.broken"))
        return MENDABLE
    manifest = Manifest.read(ensured.path)
    assert manifest is not None, "what was ensured is whole"
    if not ensured.built:
        tell(say("index.same", revision=manifest.revision))
        return OK
    seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
    count = sum(manifest.counts.values())
    tell(say("index.built", revision=manifest.revision, count=count, seconds=seconds), "green")
    try:
        asyncio.run(record_published(settings, manifest.revision))
    except StateError:
        warn(say("index.not_recorded"))
    return OK


def check(settings: Settings) -> int:
    """Read and check all files; return the exit status."""
    try:
        knowledge = load(settings.knowledge)
    except KnowledgeError as exc:
        _tell_problems([str(problem) for problem in exc.problems])
        return MENDABLE
    rows = [(say(f"kind.{kind}"), str(count)) for kind, count in _counts(knowledge).items()]
    table([say("check.column.kind"), say("check.column.count")], rows, right=frozenset({1}))
    tell(say("check.good", revision=knowledge.revision), "green")
    tell(_published(settings))
    return OK


def _tell_problems(problems: list[str]) -> None:
    for problem in problems:
        tell(problem)
    complain(say("check.one") if len(problems) == 1 else say("check.many", count=len(problems)))


def _counts(knowledge: Knowledge) -> dict[str, int]:
    counts = {section: len(getattr(knowledge, section)) for section in SECTIONS}
    counts["tasks"] = sum(len(matrix.tasks) for matrix in knowledge.matrices.values())
    counts["steps"] = sum(len(route.steps) for route in knowledge.routes.values())
    counts["sentences"] = len(knowledge.sentences)
    return counts


def _published(settings: Settings) -> str:
    path = current(settings.data, settings.knowledge)
    manifest = Manifest.read(path) if path else None
    files = revision(settings.knowledge)
    if manifest is None:
        return say("check.not_published")
    if manifest.revision == files:
        return say("check.published")
    return say("check.differs", served=manifest.revision, files=files)
