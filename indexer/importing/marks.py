"""What a cell says: marked, not marked, perhaps, or something else altogether."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache

from indexer.importing.wording import words
from indexer.swedish import normalise

FOOTNOTE = r"(?:\*+|†|‡|[\u00b9\u00b2\u00b3\u2070-\u2079]+|\d{1,2}\)|\(\d{1,2}\)|\[\d{1,2}\]|(?<=[xX])\s?\d{1,2})"


class Sign(Enum):
    """The sort of a cell's text."""

    EMPTY = auto()
    YES = auto()
    NO = auto()
    UNSURE = auto()
    CROSS = auto()
    """A cross that means no where others are ticks, and else yes."""
    NUMBER = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Marking:
    """The text of a cell as a mark. `note` is what stands beside the mark, `footnote` the sign of a footnote."""

    sign: Sign
    note: str = ""
    footnote: str = ""

    @property
    def is_mark(self) -> bool:
        """Whether the cell says anything about a mark, no as well as yes."""
        return self.sign in (Sign.YES, Sign.NO, Sign.UNSURE, Sign.CROSS)


@lru_cache(maxsize=4096)
def read_mark(text: str) -> Marking:
    """Return what a cell says."""
    bare = " ".join(normalise(text).split())
    if not bare:
        return Marking(Sign.EMPTY)
    for pattern, sign in _patterns():
        if match := pattern.fullmatch(bare):
            note = (match.groupdict().get("note") or "").strip(" ()[],;:–—-")
            return Marking(sign, note, (match.groupdict().get("footnote") or "").strip())
    if re.fullmatch(r"[\d\s.,]+%?", bare):
        return Marking(Sign.NUMBER)
    return Marking(Sign.TEXT)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], Sign], ...]:
    yes, no, cross = _any("mark", "marksign"), _any("unmarked"), _any("cross")
    aside = r"(?P<note>[(\[].+[)\]]|[,;:]\s*\S.*|(?<=\s)[–—-]\s+\S.*)"
    return (
        (re.compile(rf"(?:{no})"), Sign.NO),
        (re.compile(rf"(?:{cross})"), Sign.CROSS),
        (re.compile(rf"(?:{yes})\s?(?P<footnote>{FOOTNOTE})?"), Sign.YES),
        # A sign with the word for it, as pages have for those who listen.
        (re.compile(rf"(?:{yes})\s?[(]?(?:{yes})[)]?"), Sign.YES),
        (re.compile(rf"[(\[]\s*(?:{yes})\s*[)\]]\s?(?P<footnote>{FOOTNOTE})?|(?:{yes})\s?\?"), Sign.UNSURE),
        (re.compile(rf"(?:{yes})\s?(?P<footnote>{FOOTNOTE})?\s?{aside}"), Sign.YES),
        (re.compile(rf"(?:{yes})\s(?P<note>(?:{_any('condition')})\b.*)", re.IGNORECASE), Sign.YES),
        (re.compile(rf"(?:{_any('refused')})\s?{aside}"), Sign.NO),
    )


def _any(*names: str) -> str:
    return "|".join(re.escape(word) for name in names for word in sorted(words(name), key=len, reverse=True))
