"""A request to the editor's pages, and what a page answers with. No web library is known here."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from knowledge.model import first_day

_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent. `whole` is false where it was larger than what is taken."""

    name: str
    body: bytes
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of an editor. `query` and `fields` hold values by name, in order; `place` the parts of the path."""

    who: str
    now: datetime
    token: str = ""
    place: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    upload: Upload | None = None

    @property
    def today(self) -> date:
        """The day where Lotsen runs."""
        return self.now.astimezone().date()

    def asked(self, name: str) -> str:
        """Return a value of the address, without spaces around it; empty where it is missing."""
        return next(iter(self.query.get(name, ())), "").strip()

    def said(self, name: str) -> str:
        """Return a field of the form, without spaces around it; empty where it is missing."""
        return next(iter(self.fields.get(name, ())), "").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field, as of boxes that were ticked."""
        return tuple(self.fields.get(name, ()))


@dataclass(frozen=True, slots=True)
class Page:
    """A whole page."""

    html: str
    status: int = 200


@dataclass(frozen=True, slots=True)
class Go:
    """On to another address within the editor's pages. `name` is kept as who the editor is, where it is given."""

    to: str
    name: str | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file to save; `type` is its media type."""

    name: str
    body: bytes
    type: str


Reply = Page | Go | File
View = Callable[[Visit], Reply | Awaitable[Reply]]


def is_day(text: str) -> bool:
    """Return whether a text is a day, month or year as the files have it: YYYY[-MM[-DD]]."""
    if not _DAY.fullmatch(text):
        return False
    try:
        first_day(text)
    except ValueError:
        return False
    return True
