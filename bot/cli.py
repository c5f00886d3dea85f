"""The command `lotsen`: its commands and flags. What each does lies in `bot/commands/`, imported when it is run."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.console import complain, tell, use_utf8
from bot.commands.faults import OK, USAGE, guarded, report
from bot.commands.wording import SwedishCommand, SwedishGroup, Wrong, say, wrong_usage

if TYPE_CHECKING:
    from bot.doctor.findings import Outside
    from bot.ports import Asks
    from bot.settings import Settings

CONTEXT = {
    "help_option_names": ["-h", "--help"],
    # Some systems type a letter with its ring or dots as two characters.
    "token_normalize_func": lambda text: unicodedata.normalize("NFC", text),
}


@dataclass(frozen=True)
class Wiring:
    """What app.py hands in. Nothing is read or opened before a command asks for it.

    `root` is the folder of app.py, `listen` holds the edges open around a bot and gives the port, `reach`
    gives what other servers are asked with.
    """

    root: Path
    load: Callable[[Path], Settings]
    listen: Callable[[Settings, Asks], AbstractAsyncContextManager[int]]
    reach: Callable[[Settings], AbstractAsyncContextManager[Outside]]

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
            status = make_command(wiring).main(list(arguments), prog_name="lotsen", standalone_mode=False)
        except click.UsageError as exc:
            complain(wrong_usage(exc))
            return USAGE
        except click.Abort as exc:
            raise KeyboardInterrupt from exc
        return status if isinstance(status, int) else OK

    return guarded(work, wiring.log_folder)


def make_command(wiring: Wiring) -> click.Group:
    """Return the command with all that it can do."""
    group = SwedishGroup(
        "lotsen",
        invoke_without_command=True,
        callback=_show_help,
        help=say("help"),
        epilog=say("epilog"),
        context_settings=CONTEXT,
        params=[_flag("--version", "version", "option.version", is_eager=True, callback=_show_version)],
    )
    as_json = _flag("--json", "as_json", "option.json")
    commands = _Commands(wiring)
    group.add_command(_command("ask", commands.ask, _question(), *_ask_options()))
    group.add_command(_command("serve", commands.serve))
    group.add_command(_command("check", commands.check))
    group.add_command(_command("index", commands.index, *_index_options()))
    group.add_command(_command("diff", commands.diff, *_diff_params()))
    files = click.Argument(["files"], nargs=-1, required=True, metavar=say("import.files"))
    group.add_command(_command("import", commands.import_, files, *_import_options()))
    file = click.Argument(["file"], required=False, metavar=say("export.file"))
    group.add_command(_command("export", commands.export, file))
    folder = click.Argument(["folder"], required=False, metavar=say("evaluate.folder"))
    group.add_command(_command("evaluate", commands.evaluate, folder, *_evaluate_options()))
    group.add_command(_command("gaps", commands.gaps, as_json, _flag(say("gaps.flag.all"), "everything", "option.all")))
    code = click.Argument(["code"], nargs=-1, required=True, metavar=say("kvitto.code"))
    group.add_command(_command("kvitto", commands.kvitto, code, as_json))
    out = _option(say("package.flag.out"), "out", "package.option.out", "metavar.folder")
    group.add_command(_command("package", commands.package, out))
    group.add_command(_command("doctor", commands.doctor, as_json))
    return group


def _command(name: str, callback: Callable[..., int], *params: click.Parameter) -> click.Command:
    described = {"help": say(f"{name}.help"), "short_help": say(f"{name}.short")}
    return SwedishCommand(name, callback=callback, params=list(params), context_settings=CONTEXT, **described)


def _flag(name: str, variable: str, key: str, **more: Any) -> click.Option:
    return click.Option([name, variable], is_flag=True, help=say(key), **more)


def _option(name: str, variable: str, key: str, metavar: str, **more: Any) -> click.Option:
    return click.Option([name, variable], help=say(key), metavar=say(metavar), **more)


def _question() -> click.Argument:
    return click.Argument(["question"], nargs=-1, metavar=say("ask.question"))


def _ask_options() -> list[click.Option]:
    return [
        _option(say("ask.flag.municipality"), "place", "ask.option.municipality", "metavar.municipality"),
        _option(say("ask.flag.day"), "day", "ask.option.day", "metavar.day"),
        _flag("--json", "as_json", "ask.option.json"),
        _flag("--jsonl", "lines", "ask.option.jsonl"),
        _flag(say("ask.flag.why"), "why", "ask.option.why"),
    ]


def _index_options() -> list[click.Option]:
    return [
        _flag(say("index.flag.back"), "back", "index.option.back"),
        _flag(say("index.flag.again"), "again", "index.option.again"),
        _flag(say("index.flag.history"), "shows_history", "index.option.history"),
        _option(say("index.flag.who"), "who", "index.option.who", "metavar.who"),
        _option(say("index.flag.reference"), "reference", "index.option.reference", "metavar.text"),
    ]


def _diff_params() -> list[click.Parameter]:
    # Click gives a missing value only to an option that is a flag otherwise.
    questions = _option(
        say("diff.flag.questions"),
        "cases",
        "diff.option.questions",
        "metavar.folder_or_none",
        is_flag=False,
        flag_value="",
    )
    return [
        click.Argument(["sides"], nargs=-1, metavar=say("diff.sides")),
        questions,
        _option(say("ask.flag.day"), "day", "diff.option.day", "metavar.day"),
        _option(say("diff.flag.html"), "html", "diff.option.html", "metavar.file"),
        _option(say("diff.flag.markdown"), "markdown", "diff.option.markdown", "metavar.file"),
        _flag("--json", "as_json", "option.json"),
    ]


def _import_options() -> list[click.Option]:
    return [
        _option("--status", "status", "import.option.status", "import.metavar.status"),
        _option(say("import.flag.title"), "title", "import.option.title", "import.metavar.text"),
        _option(say("import.flag.day"), "day", "import.option.day", "metavar.day"),
        _option(say("import.flag.agreement"), "agreement", "import.option.agreement", "import.metavar.id"),
        _option(say("import.flag.source"), "source", "import.option.source", "import.metavar.id"),
        _option(say("import.flag.locator"), "locator", "import.option.locator", "import.metavar.text"),
        _option(say("import.flag.valid_from"), "valid_from", "import.option.valid_from", "metavar.day"),
        _option(say("import.flag.decided"), "decided", "import.option.decided", "metavar.day"),
        _option(say("import.flag.removed"), "removed", "import.option.removed", "import.metavar.id", multiple=True),
        _flag(say("import.flag.takes_in"), "takes_in", "import.option.takes_in"),
        _flag(say("import.flag.what_fits"), "what_fits", "import.option.what_fits"),
        _flag("--json", "as_json", "option.json"),
        _flag(say("import.flag.look"), "looks", "import.option.look"),
    ]


def _evaluate_options() -> list[click.Option]:
    share = click.FloatRange(0, 1)
    return [
        _option("--json", "report", "evaluate.option.json", "metavar.file"),
        _option(say("evaluate.flag.earlier"), "earlier", "evaluate.option.earlier", "metavar.file"),
        _flag(say("evaluate.flag.curve"), "curve", "evaluate.option.curve"),
        _option(say("evaluate.flag.picture"), "picture", "evaluate.option.picture", "metavar.file"),
        _option(
            say("evaluate.flag.most_wrong"), "most_wrong", "evaluate.option.most_wrong", "metavar.share", type=share
        ),
        _flag(say("evaluate.flag.unreached"), "unreached", "evaluate.option.unreached"),
        _flag(say("evaluate.flag.variants"), "variants", "evaluate.option.variants"),
        _option(say("evaluate.flag.seed"), "seed", "evaluate.option.seed", "metavar.number", type=int),
    ]


@click.pass_context
def _show_help(ctx: click.Context, /, **_flags: Any) -> None:
    if ctx.invoked_subcommand is None:
        tell(ctx.get_help())


def _show_version(ctx: click.Context, _param: click.Parameter, asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        tell(say("version", version=version("lotsen")))
        ctx.exit()


@dataclass(frozen=True)
class _Commands:
    """What runs behind each command; rooms are imported when they are needed, so that the others start quickly."""

    wiring: Wiring

    def ask(
        self, question: tuple[str, ...], place: str | None, day: str | None, as_json: bool, lines: bool, why: bool
    ) -> int:
        # Bytes that are no UTF-8 reach us as lone surrogates, which cannot be stored.
        text = " ".join(question).strip().encode("utf-8", "replace").decode("utf-8")
        if lines:
            given = {say("ask.flag.municipality"): place, say("ask.flag.day"): day, say("ask.flag.why"): why}
            return self._ask_lines(text, [name for name, value in given.items() if value])
        if not text:
            raise Wrong(say("wrong.no_question"))
        from bot.commands.ask import ask

        return ask(self.wiring.settings, text, place, day, as_json=as_json, why=why)

    def _ask_lines(self, text: str, not_for_lines: list[str]) -> int:
        if text:
            raise Wrong(say("wrong.jsonl_question"))
        if not_for_lines:
            raise Wrong(say("wrong.jsonl_option", name=not_for_lines[0]))
        from bot.commands.index import ready
        from bot.commands.jsonl import answer_lines
        from bot.service import open_serving

        settings = self.wiring.settings
        serving = open_serving(ready(settings).path, settings.certainty)
        lines, out = sys.stdin.buffer, sys.stdout.buffer
        return answer_lines(lines, out, serving, date.today(), lambda exc: report(exc, self.wiring.log_folder))

    def serve(self) -> int:
        from bot.commands.serve import serve

        return serve(self.wiring.settings, self.wiring.listen)

    def check(self) -> int:
        from bot.commands.index import check, tell_stale

        status = check(self.wiring.settings)
        if status == OK:
            tell_stale(self.wiring.settings, date.today())
        return status

    def index(self, back: bool, again: bool, shows_history: bool, who: str | None, reference: str | None) -> int:
        if back + again + shows_history > 1:
            raise Wrong(say("wrong.index_one"))
        from bot.commands.index import index, index_back, index_history
        from indexer.history import Publication

        if shows_history:
            return index_history(self.wiring.settings)
        publication = Publication(who, reference)
        if publication.personal:
            raise Wrong(say("wrong.personal", detail=publication.personal[0]))
        if back:
            return index_back(self.wiring.settings, publication)
        return index(self.wiring.settings, publication, again=again)

    def diff(
        self, sides: tuple[str, ...], cases: str | None, day: str | None, as_json: bool, **files: str | None
    ) -> int:
        if len(sides) > 2:
            raise Wrong(say("wrong.diff_sides"))
        if day and cases is None:
            raise Wrong(say("wrong.diff_day"))
        from bot.commands.ask import read_day
        from bot.commands.diff import Wanted, diff

        folder = None if cases is None else Path(cases) if cases else self.wiring.root / "tests" / "questions"
        written = {name: Path(file) if file else None for name, file in files.items()}
        wanted = Wanted(folder, read_day(day) if day else None, as_json=as_json, **written)
        return diff(self.wiring.settings, sides, wanted)

    def import_(self, files: tuple[str, ...], **given: Any) -> int:
        from bot.commands.importing import Given, import_files

        paths = [Path(file) for file in files]
        return import_files(self.wiring.settings, paths, Given(**given), datetime.now(UTC))

    def export(self, file: str | None) -> int:
        from bot.commands.workbook import export

        return export(self.wiring.settings, Path(file) if file else None, date.today())

    def evaluate(self, folder: str | None, **given: Any) -> int:
        from bot.commands.evaluation import Wanted, evaluate

        cases = Path(folder) if folder else self.wiring.root / "tests" / "questions"
        for name in ("report", "earlier", "picture"):
            given[name] = Path(given[name]) if given[name] else None
        # What was not given has its default there.
        wanted = Wanted(**{name: value for name, value in given.items() if value is not None})
        return evaluate(self.wiring.settings, cases, wanted)

    def gaps(self, as_json: bool, everything: bool) -> int:
        from bot.commands.gaps import gaps

        return gaps(self.wiring.settings, date.today(), as_json=as_json, everything=everything)

    def kvitto(self, code: tuple[str, ...], as_json: bool) -> int:
        from bot.commands.records import kvitto

        return kvitto(self.wiring.settings, " ".join(code), as_json=as_json)

    def package(self, out: str | None) -> int:
        from bot.commands.package import package

        return package(self.wiring.settings, Path(out or "."))

    def doctor(self, as_json: bool) -> int:
        from bot.commands.doctor import doctor

        return doctor(lambda: self.wiring.settings, self.wiring.reach, as_json=as_json)
