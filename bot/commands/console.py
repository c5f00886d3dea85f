"""What a command prints: colours and tables on a terminal, plain text when piped. The only door to Rich."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, TextIO

from bot.commands.wording import say

if TYPE_CHECKING:
    from rich.console import Console

    from indexer.build import Progress

GAP = "  "


def use_utf8() -> None:
    """Let both streams take any Swedish text, whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def tell(text: str, style: str = "", stream: TextIO | None = None) -> None:
    """Print a line or more; the style shows on a terminal only."""
    out = stream or sys.stdout
    if style and _is_rich(out):
        _console(out).print(_text(text, style))
    else:
        out.write(f"{text}\n")


def warn(text: str) -> None:
    """Print to standard error what the reader should see but did not ask for."""
    tell(text, "yellow", sys.stderr)


def complain(text: str) -> None:
    """Print an error to standard error."""
    tell(text, "red", sys.stderr)


def tell_marked(text: str, marks: Sequence[tuple[str, str]]) -> None:
    """Print a text in which some parts have a style of their own, each marked where it first stands."""
    if not _is_rich(sys.stdout):
        sys.stdout.write(f"{text}\n")
        return
    rich_text = _text(text, "")
    for part, style in marks:
        start = text.find(part)
        if part and start >= 0:
            rich_text.stylize(style, start, start + len(part))
    _console(sys.stdout).print(rich_text)


def table(
    headers: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset(), stream: Any = None
) -> None:
    """Print a table; `right` are the columns with numbers. Piped, its columns are parted by two spaces or more."""
    out: TextIO = stream or sys.stdout
    if _is_rich(out):
        _rich_table(headers, rows, right, out)
        return
    widths = [max(len(row[column]) for row in [headers, *rows]) for column in range(len(headers))]
    for row in (headers, *rows):
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        out.write(GAP.join(cells).rstrip() + "\n")


def choose(question: str, choices: Sequence[str]) -> int | None:
    """Ask at a terminal for one of some choices, by number, until one is given; return its place from 0.

    Null where nobody sits at a terminal. What is asked goes to standard error, so that it never mixes with data.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    while True:
        tell("\n".join([question, *(f"{number}. {text}" for number, text in enumerate(choices, 1))]), stream=sys.stderr)
        sys.stderr.write("> ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:
            raise KeyboardInterrupt
        if answer.strip().isdecimal() and 1 <= int(answer) <= len(choices):
            return int(answer) - 1


@contextmanager
def progress() -> Iterator[Progress]:
    """Show how far a build has come, on standard error; nothing is shown before it begins."""
    shown = _Bars() if _is_rich(sys.stderr) else _Lines()
    try:
        yield shown
    finally:
        shown.end()


class _Lines:
    """One line for each stage."""

    def __init__(self) -> None:
        self._stage = ""

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self._stage = stage
            sys.stderr.write(f"{say(f'stage.{stage}')} …\n")
            sys.stderr.flush()

    def end(self) -> None:
        """Nothing is left on the screen."""


class _Bars:
    """A bar for each stage."""

    def __init__(self) -> None:
        self._progress: Any = None
        self._tasks: dict[str, Any] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._progress is None:
            from rich.progress import Progress as RichProgress

            self._progress = RichProgress(console=_console(sys.stderr), transient=True)
            self._progress.start()
        if stage not in self._tasks:
            self._tasks[stage] = self._progress.add_task(say(f"stage.{stage}"), total=total)
        self._progress.update(self._tasks[stage], completed=done, total=total)

    def end(self) -> None:
        """Take the bars away again."""
        if self._progress is not None:
            self._progress.stop()


def _rich_table(headers: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int], out: TextIO) -> None:
    from rich import box
    from rich.table import Table

    shown = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for column, header in enumerate(headers):
        shown.add_column(_text(header, ""), justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(_text(cell, "") for cell in row))
    _console(out).print(shown)


def _is_rich(out: TextIO) -> bool:
    return out.isatty() and os.environ.get("TERM") != "dumb"


@cache
def _console(out: TextIO) -> Console:
    from rich.console import Console

    return Console(file=out, highlight=False)


def _text(text: str, style: str) -> Any:
    # Never markup: what people wrote may hold brackets.
    from rich.text import Text

    return Text(text, style)
