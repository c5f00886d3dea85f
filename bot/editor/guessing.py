"""What a document seems to be about, so that an editor has only to look it over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from indexer.adoption import Taking
from indexer.importing.dates import dates_in
from indexer.importing.document import Document
from indexer.importing.drafts import Drafts, ValidityDraft
from indexer.importing.wording import words
from knowledge.model import Body, Knowledge, first_day, last_day

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def guessed(document: Document, drafts: Drafts, knowledge: Knowledge) -> Taking | None:
    """Return the agreement that a document seems to be about and its days; null where nothing tells.

    A document that holds from a day that the agreement has already is a correction: it gets no day. The
    source is left empty.
    """
    agreement = _agreement(drafts, knowledge)
    if agreement is None:
        return None
    term = next((term for term in drafts.validity if term.valid_from and term.agreement in (None, agreement)), None)
    if term is None or not _is_later(term, agreement, knowledge):
        return Taking("", agreement)
    assert term.valid_from is not None, "that is how it was found"
    decided, body = _decision(document, knowledge, term.valid_from)
    decided = term.decided or decided
    return Taking("", agreement, decided, term.valid_from, body.name if body else None, body.id if body else None)


def _decision(document: Document, knowledge: Knowledge, begins: str) -> tuple[str | None, Body | None]:
    """Return the one day before it begins on which a document says that something was decided, and by which body."""
    found: dict[str, str] = {}
    for sentence in _deciding(document):
        days = dates_in(sentence)
        if len(days) == 1 and first_day(days[0].value) <= last_day(begins):
            found.setdefault(days[0].value, sentence)
    if len(found) != 1:
        return None, None
    ((day, sentence),) = found.items()
    named = [body for body in knowledge.bodies.values() if body.name.casefold() in sentence.casefold()]
    return day, named[0] if len(named) == 1 else None


def _deciding(document: Document) -> Iterator[str]:
    for paragraph in document.paragraphs:
        yield from (one for one in _SENTENCE.split(paragraph.text) if _decide().search(one))


@cache
def _decide() -> re.Pattern[str]:
    stems = "|".join(re.escape(word.removesuffix("-")) for word in words("decide"))
    return re.compile(rf"\b(?:{stems})", re.IGNORECASE)


def _agreement(drafts: Drafts, knowledge: Knowledge) -> str | None:
    votes: Counter[str] = Counter()
    of_task = {task.id: matrix.agreement for matrix in knowledge.matrices.values() for task in matrix.tasks}
    for matrix in drafts.matrices:
        votes.update(of_task[row.task] for row in matrix.rows if row.task in of_task)
    votes.update(term.agreement for term in drafts.validity if term.agreement in knowledge.agreements)
    if not votes:
        votes.update(knowledge.routes[one.route].agreement for one in drafts.routes if one.route in knowledge.routes)
    return votes.most_common(1)[0][0] if votes else None


def _is_later(term: ValidityDraft, agreement: str, knowledge: Knowledge) -> bool:
    known = {decision.valid_from for decision in knowledge.agreements[agreement].decisions}
    return term.valid_from not in known
