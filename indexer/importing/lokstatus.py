"""What an answer says of whether a municipality has a local agreement: its first sentence counts, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from indexer.importing.dates import dates_in
from indexer.importing.drafts import Doubt
from indexer.importing.marks import Sign, read_mark
from indexer.importing.textlines import sentences
from indexer.importing.wording import words
from indexer.swedish import normalise, tokenize
from knowledge.model import LokStatus

_BEFORE = 5
_AFTER = 3
_FEW = 3
_LETTERS = r"\w*"


@dataclass(frozen=True, slots=True)
class Reported:
    """The status that an answer gives, null where it does not tell, and what is unsure about it."""

    status: LokStatus | None
    doubts: tuple[Doubt, ...] = ()


def reported(text: str) -> Reported:
    """Return what an answer to whether there is a local agreement says."""
    plain = normalise(text)
    if not plain or plain in words("local-empty"):
        return Reported(LokStatus.NO_DATA)
    first = sentences(plain)[0]
    said = _Sentence(first)
    status = said.status
    doubts = tuple(_doubts(status, said, plain, first))
    return Reported(status, doubts)


def _doubts(status: LokStatus | None, said: _Sentence, text: str, first: str) -> Iterator[Doubt]:
    if status is None:
        yield Doubt("local-unsure", {"text": first})
    elif status in (LokStatus.NO, LokStatus.YES) and _Sentence(text).under_way:
        yield Doubt(f"local-{status.value}-under-way", {"text": text})
    elif status is LokStatus.YES and said.is_day and not said.says("local-signed"):
        yield Doubt("local-day", {"text": first})
    elif status is LokStatus.UNDER_WAY and said.says("local-signed") and not said.negated("local-signed"):
        yield Doubt("local-signed-too", {"text": first})


def finds(name: str, text: str) -> bool:
    """Return whether a text has one of the words of a list, where "*" stands for any letters."""
    return bool(_pattern(name).search(normalise(text).casefold()))


class _Sentence:
    """The words of a sentence, and what they say."""

    def __init__(self, text: str) -> None:
        self.text = text.casefold()
        self.tokens = [token.word for token in tokenize(text)]
        self.mark = read_mark(text).sign
        self.is_day = len(dates_in(text)) == 1 and len(self.tokens) <= _FEW

    @property
    def status(self) -> LokStatus | None:
        """The status, by what is said first and plainest."""
        if self.says("local-no-data"):
            return LokStatus.NO_DATA
        begins = self.tokens[0] if self.tokens else ""
        if _pattern("local-unknowing").match(self.text):
            return None
        if begins in words("local-no"):
            return None if self._both() else LokStatus.NO
        if begins in words("local-yes"):
            return self._yes()
        if self.mark is Sign.YES or self.is_day:
            return LokStatus.YES
        if self.mark is Sign.NO:
            return LokStatus.NO
        return self._told()

    @property
    def under_way(self) -> bool:
        """Whether the text says that work has begun."""
        return any(not self._negation(match) for match in _pattern("local-under-way").finditer(self.text))

    def says(self, name: str) -> bool:
        """Return whether one of a list of words is in the sentence."""
        return bool(_pattern(name).search(self.text))

    def negated(self, name: str) -> bool:
        """Return whether a word of a list stands with a negation, just before or just after it."""
        return any(self._negation(match) for match in _pattern(name).finditer(self.text))

    def _negation(self, match: re.Match[str]) -> bool:
        near = [*self._before(match), *_words(_clauses().split(self.text[match.end() :])[0])[:_AFTER]]
        return any(word in words("local-negation") for word in near)

    def _before(self, match: re.Match[str]) -> list[str]:
        return _words(_clauses().split(self.text[: match.start()])[-1])[-_BEFORE:]

    def _both(self) -> bool:
        """Return whether a form was left as it was: "Ja/nej"."""
        return any(word in words("local-yes") for word in self.tokens[:_FEW])

    def _yes(self) -> LokStatus | None:
        if any(word in words("local-no") for word in self.tokens):
            return None
        unfinished = self.says("local-under-way") or self.negated("local-signed") or self.negated("local-unready")
        return None if unfinished and not self._signed() else LokStatus.YES

    def _signed(self) -> bool:
        return any(
            not self._negation(match) and not self._future(match)
            for match in _pattern("local-signed").finditer(self.text)
        )

    def _future(self, match: re.Match[str]) -> bool:
        return any(word in words("local-future") for word in _words(self.text[: match.start()])[-_BEFORE:])

    def _told(self) -> LokStatus | None:
        under_way = _pattern("local-under-way").search(self.text)
        refused = self._refused()
        if refused is not None and self.says("local-ready") and not self.negated("local-ready"):
            return None  # written, and not signed
        if refused is not None and (under_way is None or refused < under_way.start() or self._negation(under_way)):
            return LokStatus.NO
        if self._signed():
            return LokStatus.YES
        if under_way is not None and self.says("local-revision") and self._has():
            return LokStatus.YES
        if under_way is not None:
            return LokStatus.NO if self._negation(under_way) else LokStatus.UNDER_WAY
        return LokStatus.YES if self._has() else None

    def _refused(self) -> int | None:
        """Return where the sentence says that there is no agreement."""
        named = self.says("local-agreement-word") or len(self.tokens) <= _FEW
        found = [
            *(match.start() for match in _pattern("local-signed").finditer(self.text) if self._negation(match)),
            *(
                match.start()
                for match in _pattern("local-there").finditer(self.text)
                if named and self._negation(match)
            ),
            *(
                match.start()
                for match in _pattern("local-agreement-word").finditer(self.text)
                if any(word in words("local-negation") for word in self._before(match))
            ),
        ]
        if len(self.tokens) <= _FEW and any(word in words("local-negation") for word in self.tokens):
            found += [] if self.says("local-unready") else [0]
        return min(found, default=None)

    def _has(self) -> bool:
        """Return whether the sentence says that an agreement is there, now, and not only what is planned."""
        named = self.says("local-agreement-word") or len(self.tokens) <= _FEW
        future = any(word in words("local-future") for word in self.tokens)
        return named and self.says("local-has") and not self.negated("local-has") and not future


def _words(text: str) -> list[str]:
    return [token.word for token in tokenize(normalise(text))]


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Return what finds the words of a list; "*" in them stands for any letters."""
    listed = sorted(words(name), key=len, reverse=True)
    return re.compile(
        rf"(?<!\w)(?:{'|'.join(re.escape(word).replace(re.escape('*'), _LETTERS) for word in listed)})(?!\w)"
    )


@cache
def _clauses() -> re.Pattern[str]:
    return re.compile(rf"[,;]|\b(?:{'|'.join(words('local-but'))})\b")
