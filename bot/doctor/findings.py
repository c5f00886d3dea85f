"""What a check found: fine, faulty, or not tried, with what was seen and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from bot.errors import TransportError
from knowledge.messages import sentence, sentences_of

PATIENCE = 10.0
"""Seconds that another service is given to answer."""


class State(StrEnum):
    """How a check ended."""

    FINE = "fine"
    FAULTY = "faulty"
    UNTRIED = "untried"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `check` is its id, `found` and `cure` are Swedish; a fault always has a cure.

    `registration` is the name of the one that it is about, where there are names.
    """

    check: str
    state: State
    found: str
    cure: str = ""
    registration: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered. Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes


class Fetch(Protocol):
    """Asks a server something, without following redirects."""

    async def __call__(
        self, method: str, url: str, *, form: dict[str, str] | None = None, json: Any = None, seconds: float = PATIENCE
    ) -> Reply:
        """Return what it answered. Raises TransportError where nothing came in time.

        Its text is timeout, name, refused, certificate, long or broken.
        """
        ...


@dataclass(frozen=True, slots=True)
class Outside:
    """The world outside: how it is asked, where Teams' services are, and what time it is here (UTC)."""

    fetch: Fetch
    login_url: str
    openid_url: str
    now: Callable[[], datetime]


def why(exc: TransportError) -> str:
    """Return in Swedish why a server gave no answer."""
    return sentence("doctor", f"doctor.why.{exc}")


def fine(check: str, key: str, /, **values: Any) -> Finding:
    """Return that all is well, in the words of `doctor.<check>.<key>`."""
    return Finding(check, State.FINE, sentence("doctor", f"doctor.{check}.{key}", **values))


def faulty(check: str, key: str, /, **values: Any) -> Finding:
    """Return a fault, with its cure: the words are 'what; cure'."""
    return _with_cure(check, State.FAULTY, key, values)


def untried(check: str, key: str, /, **values: Any) -> Finding:
    """Return that something was not tried, with what would let it be; 'what; cure' or 'what' alone."""
    return _with_cure(check, State.UNTRIED, key, values)


def _with_cure(check: str, state: State, key: str, values: dict[str, Any]) -> Finding:
    # Parted before the values are put in, which may hold anything.
    what, _, cure = sentences_of("doctor")[f"doctor.{check}.{key}"].partition("; ")
    return Finding(check, state, what.format(**values), cure.format(**values))
