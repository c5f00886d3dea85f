"""Two agreements of one knowledge, made alike in what only names them, so that they can be held against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from knowledge import model

M = TypeVar("M", bound=model.Model)


def counterparts(knowledge: model.Knowledge, old: str, new: str) -> tuple[model.Knowledge, model.Knowledge]:
    """Return what each of two agreements (ids) says, with counterparts under the same id; for `differences` alone.

    Rows belong together by name, routes by level, steps by body or name, local facts by municipality, facts by the
    end of their id. Raises KeyError for an unknown id.
    """
    named = knowledge.agreements[new]
    return _alone(knowledge, old, named), _alone(knowledge, new, named)


def _alone(knowledge: model.Knowledge, id_: str, named: model.Agreement) -> model.Knowledge:
    agreement = knowledge.agreements[id_]
    same = {name: getattr(named, name) for name in ("id", "name", "short", "aliases", "groups", "url")}
    agreement = agreement.model_copy(
        update={**same, "facts": tuple(_fact(one, id_, named.id) for one in agreement.facts)}
    )
    decisions = tuple(_copy(one, id=one.id.replace(id_, named.id)) for one in agreement.decisions)
    return knowledge.model_copy(
        update={
            "agreements": {named.id: agreement.model_copy(update={"decisions": decisions})},
            "matrices": _by_id(_matrix(one, named.id) for one in _of(knowledge.matrices.values(), id_)),
            "routes": _by_id(_route(one, named.id) for one in _of(knowledge.routes.values(), id_)),
            "local": _by_id(
                _copy(one, id=f"{named.id}/{one.municipality}", agreement=named.id)
                for one in _of(knowledge.local.values(), id_)
            ),
            "counts": _by_id(
                _copy(one, id=f"{named.id}/{one.observed}", agreement=named.id)
                for one in _of(knowledge.counts.values(), id_)
            ),
            "facts": _by_id(_fact(one, id_, named.id) for one in _of(knowledge.facts.values(), id_)),
            "documents": _by_id(_copy(one, agreement=named.id) for one in _of(knowledge.documents.values(), id_)),
        }
    )


def _of(entries: Iterable[M], agreement: str) -> Iterable[M]:
    return (entry for entry in entries if getattr(entry, "agreement", None) == agreement)


def _by_id(entries: Iterable[Any]) -> dict[str, Any]:
    return {entry.id: entry for entry in entries}


def _copy(entry: M, **changed: Any) -> M:
    return entry.model_copy(update=changed)


def _matrix(matrix: model.ResponsibilityMatrix, agreement: str) -> model.ResponsibilityMatrix:
    tasks = tuple(_copy(task, id=_key(task.name)) for task in matrix.tasks)
    return _copy(matrix, id=f"{agreement}/ansvar", agreement=agreement, tasks=tasks)


def _route(route: model.EscalationRoute, agreement: str) -> model.EscalationRoute:
    steps = tuple(_copy(step, id=step.body or _key(step.name)) for step in route.steps)
    return _copy(route, id=route.level.value, agreement=agreement, steps=steps, aliases=(), del_av=None)


def _fact(fact: model.Fact, old: str, new: str) -> model.Fact:
    about = tuple(new if concept == old else concept for concept in fact.about)
    return _copy(
        fact, id=fact.id.replace(old, new), agreement=new if fact.agreement == old else fact.agreement, about=about
    )


def _key(name: str) -> str:
    return re.sub(r"\W+", "-", name.casefold()).strip("-")
