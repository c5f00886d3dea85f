"""What can be seen on this machine: knowledge, index, database, and the app's package."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bot.doctor.findings import PATIENCE, Finding, faulty, fine, untried
from bot.errors import StateError
from bot.opening import SQLITE_FILE, open_state
from bot.package.archive import make_package
from bot.package.identity import missing, teams_apps
from bot.sentences import Sentences
from bot.settings import Settings
from indexer.build import Manifest
from indexer.errors import SearchError
from indexer.publish import current, files_taken_back
from indexer.served import open_index
from knowledge.loader import load, revision
from knowledge.model import Knowledge
from knowledge.problems import KnowledgeError

WRITE_AHEAD = 2
_VERSION_AT = 18  # where a SQLite file says whether it is in WAL mode


def check_knowledge(settings: Settings) -> tuple[Finding, Knowledge | None]:
    """Return what `lotsen check` would say, and the knowledge where it is sound."""
    try:
        knowledge = load(settings.knowledge)
    except KnowledgeError as exc:
        return faulty("knowledge", "bad", count=len(exc.problems), first=exc.problems[0]), None
    return fine("knowledge", "good", revision=knowledge.revision), knowledge


def check_index(settings: Settings) -> Finding:
    """Return whether a whole index is published, of the files as they stand and of this program."""
    path = current(settings.data, settings.knowledge)
    manifest = Manifest.read(path) if path else None
    if path is None or manifest is None:
        return faulty("index", "none", folder=settings.data)
    files = revision(settings.knowledge)
    if manifest.revision != files and files_taken_back(settings.data, settings.knowledge):
        return faulty("index", "taken_back", served=manifest.revision, files=files)
    if manifest.revision != files:
        return faulty("index", "differs", served=manifest.revision, files=files)
    if not manifest.fits(files):
        return faulty("index", "other_program")
    try:
        open_index(path).close()
    except SearchError:
        return faulty("index", "damaged", path=path)
    return fine("index", "good", revision=manifest.revision)


async def check_database(settings: Settings) -> Finding:
    """Return whether state opens and takes a write; a database that is not there yet is not made."""
    file = None if settings.database_url else settings.data / SQLITE_FILE
    if file is not None and not file.exists():
        return _not_yet(file)
    try:
        wrote = await asyncio.wait_for(_write(settings), PATIENCE)
    except StateError as exc:
        # The first line alone: those below hold what was to be stored.
        return faulty("database", "closed", why=str(exc).partition("\n")[0])
    except TimeoutError:
        return faulty("database", "slow", seconds=round(PATIENCE))
    if not wrote:
        return faulty("database", "forgets")
    if file is not None and not in_write_ahead_mode(file):
        return faulty("database", "no_wal", file=file)
    return fine("database", "good") if file is None else fine("database", "sqlite", file=file)


async def _write(settings: Settings) -> bool:
    """Return whether a mark can be written and is then known. It is swept away like the ids of activities."""
    mark = f"doctor:{secrets.token_hex(16)}"
    async with open_state(settings) as state:
        return await state.handle_once(mark) and not await state.handle_once(mark)


def _not_yet(file: Path) -> Finding:
    nearest = next(folder for folder in file.parents if folder.exists())
    if os.access(nearest, os.W_OK | os.X_OK):
        return untried("database", "not_yet", file=file)
    return faulty("database", "folder", folder=nearest)


def in_write_ahead_mode(file: Path) -> bool:
    """Return whether a SQLite file is in WAL mode, as its header says. Raises OSError."""
    with file.open("rb") as opened:
        return opened.read(_VERSION_AT + 1)[_VERSION_AT:] == bytes([WRITE_AHEAD])


def check_manifest(settings: Settings, knowledge: Knowledge | None, version: str) -> Iterator[Finding]:
    """Yield for each registration whether its package is one that Teams takes."""
    if not settings.registrations:
        yield untried("manifest", "no_teams")
        return
    lacking = missing(settings)
    if lacking:
        yield faulty("manifest", "missing", first=lacking[0])
        return
    if knowledge is None:
        yield untried("manifest", "no_knowledge")
        return
    say = Sentences(knowledge.sentences)
    for app in teams_apps(settings, knowledge, version):
        found = make_package(app, say).problems
        if found:
            finding = faulty("manifest", "bad", name=app.file_name, count=len(found), first=found[0])
        else:
            finding = fine("manifest", "good", name=app.file_name, version=app.version)
        yield replace(finding, registration=app.registration)
