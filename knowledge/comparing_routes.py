"""What differs between two agreements, two routes or two facts: terms and decisions, steps, what is said."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge import model
from knowledge.comparing import At, Found, NewChange, compare, fields, is_moved, label, listed, paired, say, when


def last_term(agreement: model.Agreement) -> tuple[str | None, model.Decision]:
    """Return the last day that the latest decision gives an agreement, and that decision."""
    decisions = [decision for decision in agreement.decisions if not decision.excludes]
    latest = (decisions or list(agreement.decisions))[-1]
    return latest.valid_through, latest


def agreements(at: At, old: model.Agreement, new: model.Agreement) -> Found:
    """Yield what differs: first until when it is in force, then its decisions, then the rest."""
    (before, _), (through, decision) = last_term(old), last_term(new)
    if before != through:
        here = at.on(fact=f"{new.id}/beslut/{decision.id}", day=decision.valid_from)
        terms = {"through": through or say("diff.open"), "before": before or say("diff.open")}
        yield here.says("agreement.term", **terms, decided=decision.decided, by=decision.by)
    for one, other in paired(old.decisions, new.decisions):
        if isinstance(other, model.Decision):
            here = at.on(fact=f"{new.id}/beslut/{other.id}", day=other.valid_from)
            if isinstance(one, model.Decision):
                yield from compare(here.within(say("diff.decision.of", decided=other.decided)), one, other)
            else:
                yield here.says("decision.new", decided=other.decided, by=other.by, says=other.says)
        elif isinstance(one, model.Decision):
            yield at.says("decision.gone", decided=one.decided, says=one.says)
    if is_moved(old.decisions, new.decisions):
        yield at.says("decision.order", order=listed([one.decided for one in new.decisions]))
    yield from fields(at, old, new, {"decisions"})


def routes(at: At, old: model.EscalationRoute, new: model.EscalationRoute) -> Found:
    """Yield what differs: its steps, its changes from later days on, and the rest."""
    yield from _steps(at, new, old.steps, new.steps)
    yield from _route_changes(at, old, new)
    yield from fields(at, old, new, {"steps", "changes"})


def _route_changes(at: At, old: model.EscalationRoute, new: model.EscalationRoute) -> Found:
    known = {change.valid_from: change for change in old.changes}
    before = new.steps
    for change in new.changes:
        here = at.on(day=change.valid_from)
        one = known.pop(change.valid_from, None)
        yield from _steps(here, new, one.steps if one else before, change.steps)
        if one:
            yield from fields(here, one, change, {"steps"})
        else:
            yield from _coming(here, change)
        before = change.steps
    for gone in known.values():
        here = at.on(day=gone.valid_from)
        yield here.says("route.change_gone", when=when(gone.valid_from), steps=arrows(gone.steps))


def _coming(at: At, change: model.RouteChange) -> Found:
    """Yield what a change that is new says, beside the steps that differ."""
    yield at.says("route.change", when=when(at.day), steps=arrows(change.steps))
    for name in ("lead", "missing", "after_last", "notes"):
        if (value := getattr(change, name)) is not None:
            yield at.says("route.says", when=when(at.day), field=label(name), new=at.shown(value))
    yield NewChange(at, change)


def _steps(
    at: At,
    route: model.EscalationRoute,
    old: tuple[model.EscalationStep, ...],
    new: tuple[model.EscalationStep, ...],
) -> Found:
    from_ = when(at.day)
    for one, other in paired(old, new):
        if isinstance(other, model.EscalationStep):
            here = at.on(fact=f"{route.agreement}/{route.id}/{other.id}")
            if isinstance(one, model.EscalationStep):
                yield from compare(here.within(other.name), one, other)
            else:
                number = new.index(other) + 1
                yield here.says("step.new", number=number, name=other.name, where=_where(at, other), when=from_)
        elif isinstance(one, model.EscalationStep):
            here = at.on(fact=f"{route.agreement}/{route.id}/{one.id}")
            yield here.says("step.gone", name=one.name, when=from_)
    if is_moved(old, new):
        yield at.says("step.order", new=arrows(new), old=arrows(old), when=from_)


def steps(at: At, old: model.EscalationStep, new: model.EscalationStep) -> Found:
    """Yield what differs in a step: first who has the question there."""
    said: set[str] = set()
    if _where(at, old) != _where(at, new):
        yield at.says("step.where", new=_where(at, new), old=_where(at, old), when=when(at.day))
        # The name of a body hides the function beside it.
        said = {"body"} if old.body and new.body else {"body", "function"}
    yield from fields(at, old, new, said)


def _where(at: At, step: model.EscalationStep) -> str:
    return at.names.get(step.body, step.body) if step.body else step.function or say("diff.nothing")


def arrows(steps: Iterable[model.EscalationStep]) -> str:
    """Return the names of steps in their order: 'Cheferna → Rådet'."""
    return " → ".join(step.name for step in steps)


def facts(at: At, old: model.Fact, new: model.Fact) -> Found:
    """Yield what differs in a fact: first what it answers."""
    at = at.on(fact=new.id, day=new.valid_from)
    if old.lead != new.lead:
        yield at.says("fact.lead", new=new.lead, old=old.lead)
    yield from fields(at, old, new, {"lead"})
