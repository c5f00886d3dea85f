"""What a document seems to be about, so that an editor has only to look it over."""

from __future__ import annotations

from collections import Counter

from indexer.adoption import Taking
from indexer.importing.drafts import Drafts, ValidityDraft
from knowledge.model import Knowledge


def guessed(drafts: Drafts, knowledge: Knowledge) -> Taking | None:
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
    return Taking("", agreement, decided=term.decided, valid_from=term.valid_from)


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
