"""Rounds over many things, in which a fault in one does not keep the others from their turn."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from bot.errors import StateError
from bot.logs import fields

log = logging.getLogger(__name__)

T = TypeVar("T")

AWAY_AFTER = 3
"""Things in a row for which the store was away: then it is taken to be away for all."""


async def each(items: Iterable[T], work: Callable[[T], Awaitable[object]], what: str) -> None:
    """Do some work on each thing by itself. A fault of ours is logged under a reference, and the round goes on.

    Raises StateError at the end where the store was away for some of them: those are worth another round.
    """
    away: StateError | None = None
    in_row = 0
    for item in items:
        try:
            await work(item)
            in_row = 0
        except StateError as exc:
            away, in_row = exc, in_row + 1
            if in_row == AWAY_AFTER:
                break
        except Exception:
            log_fault(what)
    if away is not None:
        raise away


def log_fault(what: str) -> None:
    """Log the error that is being handled, by where it happened and not by what it says."""
    log.exception("a fault in one of many", extra=fields(event="fault", what=what, reference=secrets.token_hex(4)))
