"""The command `lotsen`: its commands and flags. What each does lies in `bot/commands/`, imported when it is run."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.commands.console import complain, tell, use_utf8
from bot.commands.faults import OK, USAGE, guarded, report
from bot.commands.wording import SwedishCommand, SwedishGroup, Wrong, say, wrong_usage

if TYPE_CHECKING:
    from bot.ports import Asks
    from bot.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
CONTEXT = {
    "help_option_names": ["-h", "--help"],
    # Some systems type a letter with its ring or dots as two characters.
    "token_normalize_func": lambda text: unicodedata.normalize("NFC", text),
}


@dataclass(frozen=True)
class Wiring:
    """What app.py hands in. Nothing is read or opened before a command asks for it.

    `root` is the folder of app.py, `listen` holds the edges open around a bot and gives the port.
    """

    root: Path
    load: Callable[[Path], Settings]
    listen: Callable[[Settings, Asks], AbstractAsyncContextManager[int]]

    @cached_property
    def settings(self) -> Settings:
        """The settings, read once. Raises SettingsError."""
        return self.load(self.root)

    def log_folder(self) -> Path:
        """Return where faults are logged. Raises SettingsError."""
        return self.settings.data


def run(arguments: Sequence[str], wiring: Wiring) -> int:
    """Run one command line and return its exit status; see `lotsen --help`."""
    use_utf8()

    def work() -> int:
        try:
            status = lotsen.main(list(arguments), prog_name="lotsen", standalone_mode=False, obj=wiring)
        except click.UsageError as exc:
            complain(wrong_usage(exc))
            return USAGE
        except click.Abort as exc:
            raise KeyboardInterrupt from exc
        return status if isinstance(status, int) else OK

    return guarded(work, wiring.log_folder)


def _command(name: str) -> Callable[[Callable[..., Any]], click.Command]:
    described = {"help": say(f"{name}.help"), "short_help": say(f"{name}.short")}
    return lotsen.command(name, cls=SwedishCommand, context_settings=CONTEXT, **described)


def _flag(name: str, variable: str, key: str, **more: Any) -> Callable[[F], F]:
    return click.option(name, variable, help=say(key), **more)


def _version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        tell(say("version", version=version("lotsen")))
        ctx.exit()


@click.group(
    cls=SwedishGroup, invoke_without_command=True, help=say("help"), epilog=say("epilog"), context_settings=CONTEXT
)
@_flag("--version", "version", "option.version", is_flag=True, is_eager=True, expose_value=False, callback=_version)
@click.pass_context
def lotsen(ctx: click.Context) -> None:
    """Show the help where no command is given."""
    if ctx.invoked_subcommand is None:
        tell(ctx.get_help())


@_command("ask")
@click.argument("question", nargs=-1, metavar=say("ask.question"))
@_flag(say("ask.flag.municipality"), "place", "ask.option.municipality", metavar=say("metavar.municipality"))
@_flag(say("ask.flag.day"), "day", "ask.option.day", metavar=say("metavar.day"))
@_flag("--json", "as_json", "ask.option.json", is_flag=True)
@_flag("--jsonl", "lines", "ask.option.jsonl", is_flag=True)
@_flag(say("ask.flag.why"), "why", "ask.option.why", is_flag=True)
@click.pass_obj
def ask(
    wiring: Wiring, question: tuple[str, ...], place: str | None, day: str | None, as_json: bool, lines: bool, why: bool
) -> int:
    """Answer one question, or with --jsonl many conversations."""
    # Bytes that are no UTF-8 reach us as lone surrogates, which cannot be stored.
    text = " ".join(question).strip().encode("utf-8", "replace").decode("utf-8")
    if lines:
        given = {say("ask.flag.municipality"): place, say("ask.flag.day"): day, say("ask.flag.why"): why}
        return _ask_lines(wiring, text, [name for name, value in given.items() if value])
    if not text:
        raise Wrong(say("wrong.no_question"))
    from bot.commands import ask as asking

    return asking.ask(wiring.settings, text, place, day, as_json=as_json, why=why)


def _ask_lines(wiring: Wiring, text: str, not_for_lines: list[str]) -> int:
    if text:
        raise Wrong(say("wrong.jsonl_question"))
    for name in not_for_lines:
        raise Wrong(say("wrong.jsonl_option", name=name))
    import sys
    from datetime import date

    from bot.commands.index import ready
    from bot.commands.jsonl import answer_lines
    from bot.service import open_serving

    serving = open_serving(ready(wiring.settings).path)
    return answer_lines(
        sys.stdin.buffer, sys.stdout.buffer, serving, date.today(), lambda exc: report(exc, wiring.log_folder)
    )


@_command("serve")
@click.pass_obj
def serve(wiring: Wiring) -> int:
    """Serve the page, the API and Teams."""
    from bot.commands import serve as serving

    return serving.serve(wiring.settings, wiring.listen)


@_command("check")
@click.pass_obj
def check(wiring: Wiring) -> int:
    """Check the knowledge files."""
    from bot.commands import index as indexing

    return indexing.check(wiring.settings)


@_command("index")
@click.pass_obj
def index(wiring: Wiring) -> int:
    """Build and publish the index."""
    from bot.commands import index as indexing

    return indexing.index(wiring.settings)


@_command("evaluate")
@click.argument("folder", required=False, metavar=say("evaluate.folder"))
@_flag("--json", "report_to", "evaluate.option.json", metavar=say("metavar.file"))
@click.pass_obj
def evaluate(wiring: Wiring, folder: str | None, report_to: str | None) -> int:
    """Try the answers against the question cases."""
    from bot.commands import evaluation

    cases = Path(folder) if folder else wiring.root / "tests" / "questions"
    return evaluation.evaluate(wiring.settings, cases, Path(report_to) if report_to else None)


@_command("gaps")
@_flag("--json", "as_json", "gaps.option.json", is_flag=True)
@click.pass_obj
def gaps(wiring: Wiring, as_json: bool) -> int:
    """List the unanswered questions."""
    from bot.commands import records

    return records.gaps(wiring.settings, as_json=as_json)


@_command("kvitto")
@click.argument("code", nargs=-1, required=True, metavar=say("kvitto.code"))
@_flag("--json", "as_json", "kvitto.option.json", is_flag=True)
@click.pass_obj
def kvitto(wiring: Wiring, code: tuple[str, ...], as_json: bool) -> int:
    """Show an answer by its receipt."""
    from bot.commands import records

    return records.kvitto(wiring.settings, " ".join(code), as_json=as_json)
