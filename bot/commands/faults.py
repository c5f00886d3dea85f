"""From an exception to what the person at the keyboard reads, and the exit status."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.commands.console import complain
from bot.commands.wording import say
from bot.errors import LotsenError, StateError
from bot.logs import where
from bot.settings import SettingsError

OK, MENDABLE, USAGE, BUG = 0, 1, 2, 3
LOG_NAME = "lotsen-fel.log"


class Mendable(LotsenError):
    """Something that the user or editor can put right; the message is Swedish, and the status 1."""


def guarded(work: Callable[[], int], log_folder: Callable[[], Path]) -> int:
    """Do the work and return its exit status; every fault is told in Swedish, never with a stack trace."""
    try:
        status = work()
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Who reads has had enough; Python must not complain about it on the way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return 130
    except Exception as exc:
        said = mendable(exc)
        complain("\n".join(said) if said else report(exc, log_folder))
        return MENDABLE if said else BUG


def mendable(exc: Exception) -> list[str]:
    """Return what somebody can put right, and how; empty where the fault is ours."""
    from indexer.errors import BusyError, HistoryError, IndexFault, SearchError
    from knowledge.problems import KnowledgeError

    match exc:
        case SettingsError():
            return [say("fault.settings"), *exc.problems]
        case KnowledgeError():
            return [str(problem) for problem in exc.problems]
        case Mendable():
            return [str(exc)]
        case StateError():
            # The first line alone: those below hold what was to be stored.
            return [say("fault.state", why=str(exc).partition("\n")[0])]
        case BusyError():
            return [say("fault.busy", path=str(exc).partition(": ")[2])]
        case IndexFault(code="unsettled"):
            return [say("fault.unsettled")]
        case HistoryError():
            return [say(f"fault.history.{exc.code}", seen=str(exc).partition(": ")[2])]
        case SearchError():
            return [say("fault.damaged", path=str(exc).partition(": ")[2].partition(": ")[0])]
        case OSError(filename=str() | os.PathLike() as path):
            return [say("fault.file", path=path, why=exc.strerror or type(exc).__name__)]
        case _:
            return []


def report(exc: Exception, log_folder: Callable[[], Path]) -> str:
    """Write a bug to the log under a reference, and return what to tell the person."""
    reference = secrets.token_hex(4)
    try:
        log = log_folder() / LOG_NAME
        log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8") as file:
            file.write(_entry(exc, reference))
    except Exception:
        return say("fault.bug_unlogged", reference=reference, kind=type(exc).__name__)
    return say("fault.bug", reference=reference, log=log)


def _entry(exc: Exception, reference: str) -> str:
    when = datetime.now(UTC).isoformat(timespec="seconds")
    return f"time={when} reference={reference}\n{where(exc)}\n\n"
