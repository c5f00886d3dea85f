"""What the region's own names are in sentences: "@{lok.one}" is "en LÖK" in one region, "ett lokalt avtal" in another.

"@{task}" stands for a name and "@{?lokal}" for nothing: it says what the region must have. A sentence that asks for
what the region lacks is empty, and whoever would say it leaves it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.model import EscalationRoute, Fact, Knowledge, RouteLevel

PREFIX = "name."
_MARK = re.compile(r"@\{(\??)([a-z.]+)\}")


def named(knowledge: Knowledge) -> dict[str, str]:
    """Return the knowledge's sentences with the region's names in them."""
    names = {key: text for key, text in _names(knowledge).items() if text}
    has = set(_has(knowledge))

    def filled(text: str) -> str:
        for asked, what in _MARK.findall(text):
            if what not in (has if asked else names):
                return ""
        return _MARK.sub(lambda mark: "" if mark[1] else names[mark[2]], text)

    return {key: filled(text) if "@{" in text else text for key, text in knowledge.sentences.items()}


def _names(knowledge: Knowledge) -> dict[str, str]:
    """Return each name: as the sentences have it, else as the region's own things suggest it."""
    matrix, main = knowledge.main_matrix, knowledge.agreements.get(knowledge.region.main_agreement)
    own: dict[str, str] = {"main": main.short, "word": main.subject} if main else {}
    if matrix is not None:
        own |= {"task": min((task.phrase for task in matrix.tasks), key=len)}
        own |= {"actor": knowledge.actors[matrix.actors[0]].definite}
    route = _route(knowledge, RouteLevel.LOCAL) or _route(knowledge, RouteLevel.REGIONAL)
    before_last = route.steps[:-1] if route else ()
    own |= {"body": next((knowledge.bodies[step.body].name for step in before_last if step.body), "")}
    told = {key.removeprefix(PREFIX): text for key, text in knowledge.sentences.items() if key.startswith(PREFIX)}
    names = own | {key: text for key, text in told.items() if text}
    names["example"] = told.get("example") or _example(names, knowledge)
    names["word"] = told.get("word") or names.get("task") or names.get("word", "")
    return names


def _example(names: Mapping[str, str], knowledge: Knowledge) -> str:
    """Return a question that is answered in the region: the first of the examples that it has all names for."""
    texts = (knowledge.sentences.get(f"smalltalk.help_item.{number}", "") for number in (1, 3))
    for text in texts:
        if all(not asked and what in names for asked, what in _MARK.findall(text)):
            return _MARK.sub(lambda mark: names[mark[2]], text)
    return ""


def _has(knowledge: Knowledge) -> Iterator[str]:
    levels = {route.level for route in knowledge.routes.values()}
    yield from ("matris",) if knowledge.main_matrix else ()
    yield from (str(level) for level in levels)
    yield from ("tvist",) if levels - {RouteLevel.DEVIATION} else ()
    yield from ("innehall",) if any({"lok", "innehall"} <= set(fact.about) for fact in _facts(knowledge)) else ()


def _facts(knowledge: Knowledge) -> Iterator[Fact]:
    yield from knowledge.facts.values()
    holders: list[Mapping[str, Any]] = [knowledge.agreements, knowledge.bodies]
    for holder in holders:
        for thing in holder.values():
            yield from thing.facts


def _route(knowledge: Knowledge, level: RouteLevel) -> EscalationRoute | None:
    return next((route for route in knowledge.routes.values() if route.level is level), None)
