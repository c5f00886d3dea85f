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
    signs = [concept for concept in question.of_role("danger") if concept not in (GENERAL, NOW)]
    if not signs:
        return False
    now = question.has(NOW)
    general = question.has(GENERAL, "ansvar", "betydelse", "en-ansvar", "malgrupp", "innehall")
    return now if general else True
