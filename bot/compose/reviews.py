"""What an answer rests on that should have been looked over by its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.answer import Answer, Paragraph
from bot.compose.common import Composer
from knowledge.model import last_day


def with_review(reply: Answer, composer: Composer) -> Answer:
    """Return the answer with the day by which what it says should have been looked over, where that has passed."""
    past = [day for day in _days(reply, composer) if day < composer.on]
    if not past:
        return reply
    said = composer.say("review.past", day=min(past).isoformat())
    return reply.with_(blocks=(*reply.blocks, Paragraph(said)))


def _days(reply: Answer, composer: Composer) -> Iterator[date]:
    """Yield the days of review of what was cited; of an agreement that has run out that is said instead."""
    knowledge, cited = composer.knowledge, frozenset(reply.facts)
    parts = [
        *((f"{one.agreement}/ansvar/", one.review) for one in knowledge.matrices.values()),
        *((f"{one.agreement}/vag/{one.id}", one.review) for one in knowledge.routes.values()),
        *((one.id, one.review) for one in knowledge.local.values()),
    ]
    for start, review in parts:
        if review and any(id_.startswith(start) for id_ in cited):
            yield last_day(review)
    facts = (composer.facts.get(id_) for id_ in reply.facts)
    yield from (last_day(fact.review) for fact in facts if fact and fact.review)
    agreement = knowledge.agreements.get(reply.agreement or "")
    if agreement and agreement.review and not composer.term(agreement.id).ended:
        yield last_day(agreement.review)
