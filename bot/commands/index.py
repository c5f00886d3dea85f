"""`lotsen check` and `lotsen index`, and the index that the other commands answer from."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from datetime import date, datetime

from bot.commands.console import complain, progress, table, tell, warn
from bot.commands.faults import MENDABLE, OK
from bot.commands.wording import say
from bot.errors import StateError
from bot.opening import finish_broken_off, ready_index, record_published
from bot.settings import Settings
from indexer.build import Manifest
from indexer.history import Publication, Published, What, history, way_back
from indexer.publish import Ensured, current, files_taken_back, take_back
from knowledge.freshness import DATED, stale
from knowledge.loader import SECTIONS, load, places, revision
from knowledge.messages import sentence
from knowledge.model import Knowledge
from knowledge.problems import KnowledgeError


def ready(settings: Settings) -> Ensured:
    """Return the index to answer from, built first where it must be; say so where the files are broken."""
    with progress() as shown:
        ensured = ready_index(settings, shown)
    if ensured.problems:
        warn(say("ask.old_index", count=len(ensured.problems), revision=_revision_at(ensured)))
    if ensured.taken_back:
        warn(say("ask.taken_back", revision=_revision_at(ensured)))
    return ensured


def index(settings: Settings, publication: Publication, *, again: bool = False) -> int:
    """Build and publish what has changed; return the exit status. What was taken back is published only if `again`."""
    began = time.monotonic()
    with progress() as shown:
        ensured = ready_index(settings, shown, publication, again=again)
    if ensured.problems:
        _tell_problems([str(problem) for problem in ensured.problems])
        complain(say("index.broken"))
        return MENDABLE
    if ensured.taken_back:
        complain(say("index.taken_back", revision=_revision_at(ensured)))
        return MENDABLE
    manifest = Manifest.read(ensured.path)
    assert manifest is not None, "what was ensured is whole"
    if not ensured.built:
        tell(say("index.same", revision=manifest.revision))
        return OK
    seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
    count = sum(manifest.counts.values())
    tell(say("index.built", revision=manifest.revision, count=count, seconds=seconds), "green")
    _record(settings, manifest.revision)
    return OK


def index_back(settings: Settings, publication: Publication) -> int:
    """Let the publication before the one that serves serve again; return the exit status."""
    with progress() as shown:
        finish_broken_off(settings, shown)
    lines = history(settings.data, settings.knowledge)
    wanted = way_back(lines)[-2:-1]
    with progress() as shown:
        line = take_back(settings.data, settings.knowledge, publication, shown)
    if wanted and wanted[0].revision != line.revision:
        warn(say("index.passed_by", revision=wanted[0].revision))
    published = [one for one in lines if one.revision == line.revision and one.what is What.PUBLISHED]
    at = _local_time(published[-1].at) if published else ""
    tell(say("index.back", revision=line.revision, at=at, before=line.before or ""), "green")
    tell(say("index.back_files"))
    _record(settings, line.revision)
    return OK


def index_history(settings: Settings) -> int:
    """Show what was published and taken back, the newest first; return the exit status."""
    lines = history(settings.data, settings.knowledge)
    if not lines:
        tell(say("index.no_history"))
        return OK
    headers = [say(f"index.column.{name}") for name in ("at", "what", "revision", "who", "reference")]
    table(headers, [_history_row(line, line is lines[-1]) for line in reversed(lines)])
    return OK


def _history_row(line: Published, serves: bool) -> tuple[str, ...]:
    what = say(f"index.what.{line.what.value}", before=line.before or "")
    shown = say("index.serves", what=what) if serves else what
    return (_local_time(line.at), shown, line.revision, line.who or "", line.reference or "")


def _local_time(at: str) -> str:
    return datetime.fromisoformat(at).astimezone().strftime("%Y-%m-%d %H:%M")


def _revision_at(ensured: Ensured) -> str:
    manifest = Manifest.read(ensured.path)
    return manifest.revision if manifest else ""


def _record(settings: Settings, revision: str) -> None:
    try:
        asyncio.run(record_published(settings, revision))
    except StateError:
        warn(say("index.not_recorded"))


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


def tell_stale(settings: Settings, today: date) -> None:
    """Print what has a day and is near or past it, one line each, and how much there is of the rest.

    Only for files that are sound. Nothing of it is a mistake.
    """
    found = stale(load(settings.knowledge), today, places(settings.knowledge))
    dated = [one for one in found if one.sort in DATED]
    counts = Counter(one.sort for one in found if one.sort not in DATED)
    if not found:
        return
    tell("")
    tell(say("check.stale"), "bold")
    for one in dated:
        tell(str(one), "yellow")
    for sort, count in counts.items():
        tell(say("check.stale_count", count=count, what=sentence("aktualitet", f"fresh.sort.{sort}").lower()))
    tell(say("check.stale_more"))


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
    if files_taken_back(settings.data, settings.knowledge):
        return say("check.taken_back", served=manifest.revision, files=files)
    return say("check.differs", served=manifest.revision, files=files)
