"""The command line's words: what `sentences/cli.yaml` says, and the library's own words in Swedish."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from knowledge.messages import sentence

EXIT_CODES = (0, 1, 2, 3)


def say(key: str, /, **values: Any) -> str:
    """Return one of the command line's sentences, filled in."""
    return sentence("cli", f"cli.{key}", **values)


def hint(guesses: Sequence[str] | None) -> str:
    """Return 'menade du …?', or where to look."""
    return say("hint", guess=guesses[0]) if guesses else say("hint_none")


class _Swedish(click.Command):
    """A command whose help has Swedish headings."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option for help, explained in Swedish."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say("option.help")
        return option

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the line that shows how the command is used."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=say("usage"))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options under their heading; for a group, its commands too."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [option.get_help_record(ctx) for option in options]
        with formatter.section(say("heading.options")):
            formatter.write_dl([record for record in records if record])

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each exit status means, and where more stands."""
        with formatter.section(say("heading.codes")):
            formatter.write_dl([(str(code), say(f"code.{code}")) for code in EXIT_CODES])
        super().format_epilog(ctx, formatter)


class SwedishCommand(_Swedish):
    """One command of `lotsen`."""

    def __init__(self, name: str | None, **settings: Any) -> None:
        super().__init__(name, **{"options_metavar": say("metavar.options"), **settings})


class SwedishGroup(_Swedish, click.Group):
    """`lotsen` itself."""

    command_class = SwedishCommand

    def __init__(self, name: str | None, **settings: Any) -> None:
        words: dict[str, Any] = {
            "options_metavar": say("metavar.options"),
            "subcommand_metavar": say("metavar.command"),
        }
        super().__init__(name, **{**words, **settings})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they were written."""
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        with formatter.section(say("heading.commands")):
            formatter.write_dl([(name, command.short_help or "") for name, command in self.commands.items()])


def wrong_usage(error: click.UsageError) -> str:
    """Return in Swedish what is wrong with a command line, and where help is."""
    path = error.ctx.command_path if error.ctx else "lotsen"
    return say("wrong", what=_what(error)) + "\n" + say("see_help", command=path)


def _what(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            return say("wrong.no_option", name=error.option_name, hint=hint(error.possibilities))
        case click.exceptions.NoSuchCommand():
            return say("wrong.no_command", name=error.command_name, hint=hint(error.possibilities))
        case click.BadOptionUsage():
            return say("wrong.option_value", name=error.option_name)
        case click.MissingParameter():
            return say("wrong.missing", name=_name(error))
        case click.BadParameter():
            return say("wrong.value", name=_name(error))
        case Wrong():
            return error.message
        case _:
            return say("wrong.extra")


def _name(error: click.BadParameter) -> str:
    if error.param is None:
        return ""
    return (isinstance(error.param, click.Argument) and error.param.metavar) or error.param.opts[0]


class Wrong(click.UsageError):
    """A command line that is wrong for a reason of our own; the message is Swedish."""
