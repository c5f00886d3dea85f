"""Sentences that say from when and until when something holds → validity drafts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto
from functools import cache

from indexer.importing.dates import Written, dates_in
from indexer.importing.document import Document, Paragraph, Spot, Table
from indexer.importing.drafts import Doubt, ValidityDraft
from indexer.importing.grids import plain
from indexer.importing.matching import agreements_of, mentions
from indexer.importing.wording import words
from indexer.swedish import fold
from knowledge.model import Knowledge, first_day, last_day

_SENTENCE = re.compile(r"(?<=[.!?])(?<!\w\.\w\.)\s+(?=[^\W\d_a-z\u00e0-\u00ff]|[\"\u201d\u2013])")
_RANGE = re.compile(r"[\s)]*[-\u2010-\u2015\u2212][\s(]*")
_AFTER = 40
_BETWEEN = 4
_BESIDE_DAYS = 40
_LONG_AGO = timedelta(days=2 * 365)
_LONGEST_CELL = 200


class _Role(Enum):
    FROM = auto()
    THROUGH = auto()
    DECIDED = auto()


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    spot: Spot
    around: str


@dataclass(slots=True)
class _Term:
    valid_from: str | None = None
    valid_through: str | None = None
    decided: str | None = None
    start: int = 0
    doubts: tuple[Doubt, ...] = ()


def validity_drafts(document: Document, knowledge: Knowledge) -> tuple[ValidityDraft, ...]:
    """Return a draft for each term that a document gives, with the sentence that gives it, in its order.

    Nothing is computed: "i tre år" and an automatic extension are doubts that quote the sentence.
    """
    drafts: list[ValidityDraft] = []
    decided: tuple[int | None, str] | None = None
    for sentence in _sentences(document):
        if _says("automatic", sentence.text) and _says("extend", sentence.text):
            drafts = _extended(drafts, sentence, knowledge)
            if not dates_in(sentence.text):
                continue
        if _about_validity(sentence.text):
            found = _drafts(sentence, knowledge)
            known = decided[1] if decided and decided[0] == sentence.spot.block else None
            drafts += [replace(draft, decided=draft.decided or known) for draft in found]
        elif _says("decide", sentence.text) and len(days := dates_in(sentence.text)) == 1:
            decided = (sentence.spot.block, days[0].value)
    return _outdated(drafts)


# --- sentences -----------------------------------------------------------------------------------


def _sentences(document: Document) -> Iterator[_Sentence]:
    before = ""
    for block in document.blocks:
        if isinstance(block, Table):
            yield from _of_table(block)
            before = ""
        elif block.level is not None:
            before = block.text if _about_validity(block.text) else ""
            if dates_in(block.text):
                yield _Sentence(plain(block.text), block.spot, "")
        else:
            yield from _of_paragraph(block, before)
            last = _SENTENCE.split(plain(block.text))[-1]
            before = last if _about_validity(last) and not dates_in(last) else ""


def _of_paragraph(block: Paragraph, before: str) -> Iterator[_Sentence]:
    """Yield the sentences; one that only gives days belongs to the heading or line before it."""
    for text in _SENTENCE.split(plain(block.text)):
        around = ""
        if before and not _about_validity(text) and _only_days(text):
            around, text = before, f"{plain(before).rstrip(':')}: {text}"
        if text:
            yield _Sentence(text, block.spot, around or block.spot.heading or "")
        before = ""


def _only_days(text: str) -> bool:
    """Return whether a sentence says hardly more than days, so that what is above it tells what they are."""
    days = dates_in(text)
    return bool(days) and len(text) - sum(day.end - day.start for day in days) <= _BESIDE_DAYS


def _of_table(table: Table) -> Iterator[_Sentence]:
    """Yield what a table of labels and values says as one sentence; other tables cell by cell."""
    pairs = [pair for row in table.rows for pair in _pairs([plain(cell.text) for cell in row if not cell.covered])]
    dated = [(label, value) for label, value in pairs if dates_in(value) and len(label) <= _LONGEST_CELL]
    told = [
        f"{label.rstrip(' :')}: {value}" for label, value in dated if _about_validity(label) or _says("decide", label)
    ]
    if any(_about_validity(text) for text in told):
        spot = next(cell.spot for row in table.rows for cell in row if _about_validity(cell.text) and not cell.covered)
        yield _Sentence("; ".join(told), spot, "")
        return
    for row in table.rows:
        for cell in row:
            if not cell.covered and _about_validity(cell.text) and dates_in(cell.text):
                yield from (_Sentence(text, cell.spot, "") for text in _SENTENCE.split(plain(cell.text)) if text)


def _pairs(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield labels with their values: both in one cell after a colon, or in cells beside each other."""
    for at, text in enumerate(texts):
        label, colon, value = text.partition(":")
        if colon and dates_in(value) and len(label) <= _LONGEST_CELL:
            yield label, value
        elif not dates_in(text) and at + 1 < len(texts) and dates_in(texts[at + 1]):
            yield text, texts[at + 1]


# --- words ---------------------------------------------------------------------------------------


@cache
def _found(name: str) -> re.Pattern[str]:
    """Return the words of a list as a pattern for folded text: whole words, beginnings where one ends with a hyphen."""
    listed = sorted(words(name), key=len, reverse=True)
    listed = [fold(word) for word in listed]
    forms = [re.escape(word[:-1]) + r"\w*" if word.endswith("-") else re.escape(word) + r"(?!\w)" for word in listed]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})", re.IGNORECASE)


def _says(name: str, text: str) -> bool:
    return bool(_found(name).search(fold(text)))


def _about_validity(text: str) -> bool:
    return _says("validity", _found("regarding").sub(" ", fold(text)))


# --- terms ---------------------------------------------------------------------------------------


def _drafts(sentence: _Sentence, knowledge: Knowledge) -> list[ValidityDraft]:
    terms = _terms(sentence.text)
    if not terms and _says("open", sentence.text):
        terms = [_Term()]
    return [draft for term in terms for draft in _draft(term, terms, sentence, knowledge)]


def _draft(term: _Term, terms: Sequence[_Term], sentence: _Sentence, knowledge: Knowledge) -> Iterator[ValidityDraft]:
    doubts = [*term.doubts, *_doubts(term, sentence)]
    named = _agreements(sentence, term, terms, knowledge)
    for agreement in named or [None]:
        yield ValidityDraft(
            term.valid_from, term.valid_through, sentence.text, sentence.spot, agreement, term.decided, tuple(doubts)
        )


def _agreements(sentence: _Sentence, term: _Term, terms: Sequence[_Term], knowledge: Knowledge) -> list[str | None]:
    """Return the agreements that a term is about: named in the sentence, or above it where only one is."""
    found = mentions(sentence.text, agreements_of(knowledge))
    if len(terms) > 1 and len(found) == len(terms):
        return [found[terms.index(term)].id]
    if found:
        return list(dict.fromkeys(one.id for one in found))
    above = {one.id for one in mentions(sentence.around, agreements_of(knowledge))}
    return [above.pop()] if len(above) == 1 else []


def _terms(text: str) -> list[_Term]:
    dates = dates_in(text)
    roles = _roles(text, dates)
    terms: list[_Term] = []
    decided: str | None = None
    for written, role in zip(dates, roles, strict=True):
        if role is _Role.DECIDED:
            decided = decided or written.value
        elif role is _Role.FROM:
            terms.append(_Term(valid_from=written.value, start=written.start))
        elif role is _Role.THROUGH:
            if not terms or terms[-1].valid_through is not None:
                terms.append(_Term(start=written.start))
            terms[-1].valid_through = written.value
    if not terms and len(dates) == 1 and roles == [None] and _says("period", text):
        terms = [_Term(valid_through=dates[0].value, doubts=(Doubt("validity-which-end", {"day": dates[0].value}),))]
    for term in terms:
        term.decided = decided
    return terms


def _roles(text: str, dates: Sequence[Written]) -> list[_Role | None]:
    roles: list[_Role | None] = []
    end = 0
    for at, written in enumerate(dates):
        gap = text[end : written.start]
        follows = text[written.end : dates[at + 1].start if at + 1 < len(dates) else len(text)]
        if at and roles[-1] in (None, _Role.FROM) and _RANGE.fullmatch(gap):
            roles[-1] = _Role.FROM
            roles.append(_Role.THROUGH)
        else:
            roles.append(_role(gap, follows))
        if at and roles[-1] is _Role.THROUGH and roles[-2] is None and len(gap.split()) <= _BETWEEN:
            roles[-2] = _Role.FROM
        end = written.end
    return roles


def _role(gap: str, follows: str) -> _Role | None:
    """Return what a date is, by the last word before it that tells; else by what follows."""
    ends = {
        role: max((match.end() for match in _found(name).finditer(fold(gap))), default=0)
        for role, name in ((_Role.FROM, "from"), (_Role.THROUGH, "through"), (_Role.DECIDED, "decide"))
    }
    role, end = max(ends.items(), key=lambda item: item[1])
    if end:
        return role
    return _Role.DECIDED if _says("decide", follows[:_AFTER]) else None


# --- doubts --------------------------------------------------------------------------------------


def _doubts(term: _Term, sentence: _Sentence) -> Iterator[Doubt]:
    text = sentence.text
    if _says("proposal", f"{sentence.around} {text}"):
        yield Doubt("validity-proposal")
    if term.valid_through is None and _says("open", text):
        yield Doubt("validity-open")
    elif term.valid_through is None:
        yield Doubt("validity-no-end")
    if _says("duration", text) and (term.valid_from is None or term.valid_through is None):
        yield Doubt("validity-duration", {"text": text})
    if _says("other", text):
        yield Doubt("validity-other")
    if _says("extend", text) and term.valid_from:
        yield Doubt("validity-extended-from", {"day": term.valid_from})
    if term.valid_from and term.valid_through and first_day(term.valid_from) > last_day(term.valid_through):
        yield Doubt("validity-reversed", {"first": term.valid_from, "last": term.valid_through})


def _extended(drafts: list[ValidityDraft], sentence: _Sentence, knowledge: Knowledge) -> list[ValidityDraft]:
    """Return the drafts with the doubt that an extension comes by itself, on the one before or one of its own."""
    doubt = Doubt("validity-automatic", {"text": sentence.text})
    if drafts and drafts[-1].spot.heading == sentence.spot.heading:
        return [*drafts[:-1], replace(drafts[-1], doubts=(*drafts[-1].doubts, doubt))]
    if dates_in(sentence.text):
        return drafts
    return [*drafts, ValidityDraft(None, None, sentence.text, sentence.spot, doubts=(doubt,))]


def _outdated(drafts: Sequence[ValidityDraft]) -> tuple[ValidityDraft, ...]:
    """Return the drafts, with a doubt on those that ended long before others: old versions quoted in a new text."""
    ends = [last_day(draft.valid_through) for draft in drafts if draft.valid_through]
    starts = [(draft, first_day(draft.valid_from)) for draft in drafts if draft.valid_from]
    told = []
    for draft in drafts:
        end = last_day(draft.valid_through) if draft.valid_through else None
        if end and (any(end < start for other, start in starts if other is not draft) or end + _LONG_AGO < max(ends)):
            doubt = Doubt("validity-old", {"day": draft.valid_through or ""})
            draft = replace(draft, doubts=(*draft.doubts, doubt))
        told.append(draft)
    return tuple(told)
