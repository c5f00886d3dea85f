"""Acute danger to somebody now, told from questions about danger in general."""

from __future__ import annotations

from bot.question import Question

GENERAL = "danger-allman"
NOW = "danger-nu"
ASKED_IN_GENERAL = frozenset({GENERAL, "ansvar", "betydelse", "en-ansvar", "malgrupp", "innehall"})


def is_danger(question: Question) -> bool:
    """Return whether a message is about acute danger to somebody now.

    Signs of danger (cues of role 'danger') count unless the sentence that they stand in is about
    groups, routines or meanings in general and nothing says that it is about somebody now:
    "Andas inte! Vem ansvarar för LARO?" tells of danger first and asks afterwards.
    """
    if not (signs := _sentences_with_signs(question)):
        return False
    if question.has(NOW):
        return True
    general = {
        question.tokens[word.span.start].sentence
        for word in question.words
        if ASKED_IN_GENERAL & set(word.span.concepts)
    }
    return bool(signs - general)


def _sentences_with_signs(question: Question) -> set[int]:
    """Return the numbers of the sentences that have a sure sign of danger."""
    found = set()
    for word in question.words:
        # "skjutsar" is no shooting: a single word counts only as it stands.
        sure = word.span.how in ("exact", "fold") or len(word.span.positions) > 1
        roles = {role for part in word.roles for role in part}
        if sure and "danger" in roles and not {GENERAL, NOW} & set(word.span.concepts):
            found.add(question.tokens[word.span.start].sentence)
    return found
