"""What has changed in an agreement since somebody was last told, and whether it is about to run out. Pure.

A watch carries a summary of what the agreement's answers build on, not a hash of it: what changed
can be told after a restart too, when nobody remembers the knowledge of before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.compose.changes import Coming, matrix_changes, route_changes
from bot.compose.common import CHANGE_AHEAD, Composer, Term
from knowledge.model import Decision, EscalationRoute, EscalationStep, Locator, ResponsibilityMatrix, Task

VERSION = 1
"""Of the form of summaries. One of another form is taken as told."""
MONTH = timedelta(days=30)
STAGES = ("", "half", "month", "over")
"""How near the last day is, in the order in which it is told."""
MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody is told: a heading, what has changed, and where that stands. `change` is its name, for ever."""

    change: str
    title: str
    lines: tuple[str, ...]
    sources: str


@dataclass(frozen=True, slots=True)
class _Told:
    """Some lines, and the places that they come from."""

    lines: tuple[str, ...] = ()
    sources: tuple[Locator, ...] = ()


def summary(agreement: str, composer: Composer, since: str = "") -> str:
    """Return what the answers about an agreement build on, as it was known on the composer's day; short JSON.

    `since` tells this telling from every other of the same state: a change that comes back is another change.
    """
    term = composer.term(agreement)
    return _json(
        {
            "v": VERSION,
            "short": term.agreement.short,
            "through": term.through.isoformat() if term.through else None,
            "decisions": {decision.id: _decision_hash(decision) for decision in term.known},
            "tasks": {task.id: list(task.responsible) for task in _tasks(agreement, composer)},
            "routes": {
                route.id: {step.id: _step_hash(step) for step in route.steps} for route in _routes(agreement, composer)
            },
            "stage": stage(term),
            "since": since,
            **({"ahead": ahead} if (ahead := _ahead(agreement, composer)) else {}),
        }
    )


def stage(term: Term) -> str:
    """Return how near the last day of a term is: `half` a year, a `month`, `over`; nothing where more is decided."""
    if term.through is None or not term.begun or term.coming is not None:
        return ""
    left = term.through - term.on
    return "over" if left < timedelta() else "month" if left <= MONTH else "half" if left <= CHANGE_AHEAD else ""


def notice_of(agreement: str, told: str, composer: Composer) -> Notice | None:
    """Return what somebody who was told `told` is to be told now; null where nothing has changed.

    `told` is a summary. A change of the agreement goes before the end that comes near: one notice tells both.
    """
    before = read(told)
    if before is None:
        return None
    if agreement not in composer.knowledge.agreements:
        title = composer.say("notices.gone", short=before["short"])
        return Notice(_name(agreement, told, "gone"), title, (), "")
    now = json.loads(summary(agreement, composer))
    term = composer.term(agreement)
    changes = _changes(before, now, term, composer)
    nearer = STAGES.index(now["stage"]) > STAGES.index(before["stage"]) or now["through"] != before["through"]
    near = _near(term, now["stage"], composer) if nearer else _Told()
    if not changes.lines and not near.lines:
        return None
    if changes.lines:
        title = composer.say("notices.changed", short=term.agreement.short)
        change = _name(agreement, told, _json({**now, "stage": ""}))
    else:
        title = composer.say(f"notices.title.{now['stage']}", short=term.agreement.short)
        change = _name(agreement, told, f"{now['through']} {now['stage']}")
    lines = (*_bounded(changes.lines, composer), *near.lines)
    return Notice(change, title, lines, _sources((*changes.sources, *near.sources), composer))


def read(told: str) -> dict[str, Any] | None:
    """Return a kept summary; null where it is none that this program can compare with."""
    try:
        kept = json.loads(told)
    except ValueError:
        return None
    return kept if isinstance(kept, dict) and kept.get("v") == VERSION and _is_whole(kept) else None


def _is_whole(kept: Mapping[str, Any]) -> bool:
    """Return whether a summary has all that is compared, each in its form."""
    return (
        isinstance(kept.get("short"), str)
        and isinstance(kept.get("through", 0), str | None)
        and kept.get("stage") in STAGES
        and _maps_to(str, kept.get("decisions"))
        and _maps_to(list, kept.get("tasks"))
        and all(isinstance(actor, str) for actors in kept["tasks"].values() for actor in actors)
        and _maps_to(str, kept.get("ahead", {}))
        and _maps_to(dict, kept.get("routes"))
        and all(_maps_to(str, steps) for steps in kept["routes"].values())
    )


def _maps_to(form: type, value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(inner, form) for inner in value.values())


def _changes(before: Mapping[str, Any], now: Mapping[str, Any], term: Term, composer: Composer) -> _Told:
    return _joined(
        _term_change(before, now, term, composer),
        _task_changes(before["tasks"], _tasks(term.agreement.id, composer), composer),
        _route_changes(before["routes"], now["routes"], _routes(term.agreement.id, composer), composer),
        _changes_ahead(before.get("ahead", {}), now.get("ahead", {}), _coming(term.agreement.id, composer), composer),
    )


def _term_change(before: Mapping[str, Any], now: Mapping[str, Any], term: Term, composer: Composer) -> _Told:
    """Return who decided what: a new last day, or decisions that are new or put right."""
    new = [one for one in term.known if before["decisions"].get(one.id) != now["decisions"][one.id]]
    gone = set(before["decisions"]) - set(now["decisions"])
    if now["through"] == before["through"]:
        lines = [composer.say("notices.decision", says=decision.says) for decision in new]
        lines += [composer.say("notices.decision_gone")] if gone and not new else []
        return _Told(tuple(lines), _places(new))
    line = composer.say(
        "notices.through",
        short=term.agreement.short,
        through=now["through"],
        before=before["through"],
        by=term.decision.by,
        decided=term.decision.decided,
    )
    return _Told((line,), _places([term.decision]))


def _task_changes(before: Mapping[str, Any], tasks: Iterable[Task], composer: Composer) -> _Told:
    """Return whose marks have changed, task by task."""
    tasks = list(tasks)
    changed = [task for task in tasks if before.get(task.id) != list(task.responsible)]
    lines = [
        composer.say(
            "notices.task",
            task=task.name,
            now=_actors(task.responsible, composer),
            before=_actors(before.get(task.id, ()), composer),
        )
        for task in changed
    ]
    gone = len(set(before) - {task.id for task in tasks})
    lines += [composer.say("notices.tasks_gone", count=gone)] if gone else []
    return _Told(tuple(lines), _places(changed))


def _route_changes(
    before: Mapping[str, Any], now: Mapping[str, Any], routes: Iterable[EscalationRoute], composer: Composer
) -> _Told:
    """Return which steps have changed, route by route."""
    found = []
    for route in routes:
        old, new = before.get(route.id), now[route.id]
        steps = [step for step in route.steps if old is None or old.get(step.id) != new[step.id]]
        if old is not None and list(old) != list(new):
            names = [step.name for step in route.steps]
            found.append(_Told((composer.say("notices.steps", route=route.name, steps=names),), route.sources))
        elif steps:
            key = "notices.route" if old is None else "notices.step"
            line = composer.say(key, route=route.name, steps=[step.name for step in steps])
            found.append(_Told((line,), _places(steps)))
    gone = len(set(before) - set(now))
    lines = (composer.say("notices.routes_gone", count=gone),) if gone else ()
    return _joined(*found, _Told(lines))


def _ahead(agreement: str, composer: Composer) -> dict[str, str]:
    """Return each change that is decided and still ahead, by its name, with a hash of what it brings."""
    return {one.name: _hash(*one.brings) for one in _coming(agreement, composer)}


def _coming(agreement: str, composer: Composer) -> list[Coming]:
    """Return the changes that are decided and still ahead, however far."""
    rows = [one for matrix in _matrices(agreement, composer) for one in matrix_changes(matrix, composer)]
    return [*rows, *route_changes(_routes(agreement, composer), composer)]


def _changes_ahead(
    before: Mapping[str, str], now: Mapping[str, str], coming: Iterable[Coming], composer: Composer
) -> _Told:
    """Return what has been decided since for a later day, and how much of what was decided is called off."""
    new = [one for one in coming if before.get(one.name) != now[one.name]]
    # A name ends with the first day: a change whose day has come is told by what it has changed.
    gone = sum(name not in now and name.rpartition(" ")[2] > composer.on.isoformat() for name in before)
    lines = [one.line for one in new] + ([composer.say("notices.ahead_gone", count=gone)] if gone else [])
    return _Told(tuple(lines), tuple(place for one in new for place in one.sources))


def _near(term: Term, at: str, composer: Composer) -> _Told:
    """Return that the last day is near or past."""
    if not at or term.through is None:
        return _Told()
    knowledge = composer.knowledge
    values = {"short": term.agreement.short, "through": term.through.isoformat()}
    body = knowledge.bodies[knowledge.region.support_body].name
    return _Told((composer.say(f"notices.{at}", body=body, **values),), _places([term.decision]))


def _tasks(agreement: str, composer: Composer) -> list[Task]:
    return [task for matrix in _matrices(agreement, composer) for task in matrix.tasks]


def _matrices(agreement: str, composer: Composer) -> list[ResponsibilityMatrix]:
    matrices = (one for one in composer.knowledge.matrices.values() if one.agreement == agreement)
    return [matrix for matrix in matrices if matrix.known_on(composer.on)]


def _routes(agreement: str, composer: Composer) -> list[EscalationRoute]:
    routes = (one for one in composer.knowledge.routes.values() if one.agreement == agreement)
    return [route for route in routes if route.known_on(composer.on)]


def _actors(actors: Iterable[str], composer: Composer) -> list[str]:
    known = composer.knowledge.actors
    return [known[actor].name.lower() if actor in known else actor for actor in actors]


def _bounded(lines: tuple[str, ...], composer: Composer) -> tuple[str, ...]:
    if len(lines) <= MOST_LINES:
        return lines
    kept = lines[: MOST_LINES - 1]
    return (*kept, composer.say("notices.more", count=len(lines) - len(kept)))


def _sources(places: Iterable[Locator], composer: Composer) -> str:
    labels = list(dict.fromkeys(citation.label for citation in composer.cite(places)))
    return composer.say("notices.sources", labels=labels) if labels else ""


def _places(things: Iterable[Decision | Task | EscalationStep]) -> tuple[Locator, ...]:
    return tuple(place for thing in things for place in thing.sources)


def _joined(*told: _Told) -> _Told:
    return _Told(
        tuple(line for one in told for line in one.lines), tuple(place for one in told for place in one.sources)
    )


def _decision_hash(decision: Decision) -> str:
    return _hash(decision.decided, decision.by, decision.valid_from, decision.valid_through)


def _step_hash(step: EscalationStep) -> str:
    said = (step.name, step.body, step.function, step.who_moves, step.who_sits, step.form, step.documentation)
    return _hash(*said)


def _hash(*values: str | None) -> str:
    return hashlib.sha256(_json(values).encode()).hexdigest()[:10]


def _name(agreement: str, told: str, state: str) -> str:
    # By what was told before, too: the same state may be news a second time.
    return hashlib.sha256(f"{agreement} {told} {state}".encode()).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
