"""What the benchmarks say, and how they are run: a command with Swedish help and Swedish faults."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from bot.commands.console import complain, use_utf8
from bot.commands.faults import OK, USAGE, guarded
from bot.commands.wording import SwedishCommand, wrong_usage
from bot.settings import load_settings
from knowledge.messages import sentence

ROOT = Path(__file__).resolve().parents[1]


def say(key: str, /, **values: Any) -> str:
    """Return one of the benchmarks' sentences, filled in."""
    return sentence("benchmarks", f"bench.{key}", **values)


def number(value: float, decimals: int) -> str:
    """Return a number as it is written in Swedish."""
    return f"{value:.{decimals}f}".replace(".", ",").replace("-", "\N{MINUS SIGN}")


def run_command(name: str, work: Callable[..., int], arguments: Sequence[str], *params: click.Parameter) -> int:
    """Run one benchmark with its arguments and return the exit status, as `lotsen` would."""
    use_utf8()
    as_json = click.Option(["--json", "as_json"], is_flag=True, help=say("option.json"))
    settings = {"help_option_names": ["-h", "--help"]}
    command = SwedishCommand(
        name, callback=work, params=[*params, as_json], help=say(f"{name}.help"), context_settings=settings
    )

    def invoke() -> int:
        try:
            status = command.main(list(arguments), prog_name=f"python -m benchmarks.{name}", standalone_mode=False)
        except click.UsageError as exc:
            complain(wrong_usage(exc))
            return USAGE
        return status if isinstance(status, int) else OK

    return guarded(invoke, lambda: load_settings(ROOT).data)


def arguments() -> list[str]:
    """Return the arguments that the process was started with."""
    return sys.argv[1:]
