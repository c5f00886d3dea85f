"""Acute danger to somebody now, told from questions about danger in general."""

from __future__ import annotations

from bot.question import Question

GENERAL = "danger-allman"
NOW = "danger-nu"


def is_danger(question: Question) -> bool:
    """Return whether a message is about acute danger to somebody now.

    Signs of danger (cues of role 'danger') count unless the question is about groups, routines or
    meanings in general and nothing says that it is about somebody now.
    """
    # "skjutsar" is no shooting: a single word counts only as it stands.
    sure = {
        concept
        for word in question.words
        if word.span.how == "exact" or len(word.span.positions) > 1 or word.span.how == "fold"
        for concept in word.span.concepts
    }
    if not any(concept in sure and concept not in (GENERAL, NOW) for concept in question.of_role("danger")):
        return False
    now = question.has(NOW)
    general = question.has(GENERAL, "ansvar", "betydelse", "en-ansvar", "malgrupp", "innehall")
    return now if general else True
