"""`lotsen package`: the zip that is uploaded to Teams, one for each registration."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from bot.commands.console import tell
from bot.commands.faults import OK, Mendable
from bot.commands.wording import say
from bot.package.archive import PackageError, make_package, write, zipped
from bot.package.identity import missing, teams_apps
from bot.sentences import Sentences
from bot.settings import Settings
from knowledge.loader import load


def package(settings: Settings, folder: Path) -> int:
    """Write the zip of every app, or none of them; return the exit status."""
    if lacking := missing(settings):
        raise Mendable("\n".join([say("package.missing"), *lacking]))
    knowledge = load(settings.knowledge)
    sentences = Sentences(knowledge.sentences)
    apps = teams_apps(settings, knowledge, version("lotsen"))
    try:
        made = [(app, zipped(make_package(app, sentences))) for app in apps]
    except PackageError as exc:
        raise Mendable("\n".join([say("package.refused"), *exc.problems])) from exc
    for app, content in made:
        path = _written(folder, app.file_name, content)
        name = say("package.of", registration=app.registration) if app.registration else ""
        tell(say("package.written", path=path, of=name), "green")
    tell(say("package.next", version=apps[0].version))
    return OK


def _written(folder: Path, name: str, content: bytes) -> Path:
    try:
        return write(folder, name, content)
    except OSError as exc:
        raise Mendable(say("package.folder", folder=folder, why=exc.strerror or type(exc).__name__)) from exc
