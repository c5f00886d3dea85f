"""What an answer rests on that should have been looked over by its day, or that a newer version may have changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.answer import Answer, Notice, Paragraph
from bot.compose.common import Composer, Term
from knowledge.model import Locator, first_day, last_day


def with_review(reply: Answer, composer: Composer) -> Answer:
    """Return the answer with the day by which what it says should have been looked over, where that has passed."""
    term = _renewed(reply, composer)
    since = first_day(term.decision.valid_from) if term and term.decision.valid_from else date.min
    # A new version is what the review before it led to.
    past = [day for day in _days(reply, composer) if since <= day < composer.on]
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


def with_version(reply: Answer, composer: Composer) -> Answer:
    """Return the answer with a warning first, where a newer version holds and what it says of this was never read."""
    term = _renewed(reply, composer)
    if term is None:
        return reply
    new = {place.source for place in term.decision.sources}
    new |= {
        id_
        for id_, source in composer.knowledge.sources.items()
        if source.date and last_day(source.date) >= first_day(term.decision.decided)
    }
    if all({place.source for place in places} & new for places in _read_in(reply, composer)):
        return reply
    said = composer.say("validity.not_read", short=term.agreement.short, renewed=term.decision.valid_from)
    return reply.with_(notices=(*reply.notices, Notice("validity", said)))


def _renewed(reply: Answer, composer: Composer) -> Term | None:
    """Return the term of the answer's agreement, where a later version of it holds on the day."""
    if reply.agreement not in composer.knowledge.agreements:
        return None
    term = composer.term(reply.agreement)
    return term if term.renewed else None


def _read_in(reply: Answer, composer: Composer) -> Iterator[tuple[Locator, ...]]:
    """Yield where each row, and each route, that was cited was read."""
    cited = frozenset(reply.facts)
    for matrix in composer.knowledge.matrices.values():
        for task in matrix.tasks:
            if f"{matrix.agreement}/ansvar/{task.id}" in cited:
                yield task.sources
    for route in composer.knowledge.routes.values():
        if any(id_.startswith(f"{route.agreement}/vag/{route.id}") for id_ in cited):
            yield (*route.sources, *(place for step in route.steps for place in step.sources))
