"""Rules about aliases: a word leads to one concept, or the concepts say how they belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge import model
from knowledge.problems import Problem
from knowledge.reader import Place
from knowledge.survey import Spot, Survey

# Words that begin a question ("har", "vem") are read by where they stand, and everyday words may mean something
# besides: neither keeps a word from another concept.
_READ_BY_PLACE = frozenset({"first", "neutral"})
# A cue's name is how a reply calls it, not a word to find it by.
_NAMES = ("name", "short", "abbreviation")


@dataclass(frozen=True, slots=True)
class _Use:
    """A word at a concept."""

    word: str
    spot: Spot
    concept: model.Concept
    place: Place

    def line(self) -> int:
        return self.spot.line(*self.place)


def no_alias_twice(survey: Survey) -> Iterator[Problem]:
    """A word stands at one concept only, unless one of the two is a part of the other (`del_av`)."""
    uses: dict[str, list[_Use]] = defaultdict(list)
    for spot, concept in survey.concepts:
        if getattr(concept, "role", None) in _READ_BY_PLACE:
            continue
        for use in _uses(spot, concept):
            key = _folded(use.word)
            rivals = [other for other in uses[key] if not _belong_together(use.concept, other.concept)]
            if rivals:
                other = rivals[0]
                where = {"path": other.spot.path, "line": other.line()}
                yield use.spot.problem("alias_twice", *use.place, alias=use.word, other=other.concept.id, **where)
            elif all(other.concept is not use.concept for other in uses[key]):
                uses[key].append(use)


def no_alias_repeated(survey: Survey) -> Iterator[Problem]:
    """A concept lists each of its words once."""
    for spot, _ in survey.concepts:
        first: dict[str, Place] = {}
        for place, word in spot.strings("aliases"):
            before = first.setdefault(_folded(word), place)
            if before != place:
                yield spot.problem("alias_repeated", *place, alias=word, line=spot.line(*before))


def _uses(spot: Spot, concept: model.Concept) -> Iterator[_Use]:
    for field in ("aliases", *(() if isinstance(concept, model.Cue) else _NAMES)):
        if getattr(concept, field, None):
            for place, word in spot.strings(field):
                yield _Use(word, spot, concept, place)


def _folded(word: str) -> str:
    return " ".join(word.casefold().split())


def _belong_together(one: model.Concept, other: model.Concept) -> bool:
    if one.id == other.id or one.id == other.del_av or other.id == one.del_av:
        return True
    if any(isinstance(thing, model.Task) for thing in (one, other)) and _is_outside(one, other):
        return True  # what no agreement had before is a task now
    # A step is where a body has the question; words for the body lead to both.
    return getattr(one, "body", None) == other.id or getattr(other, "body", None) == one.id


def _is_outside(*concepts: model.Concept) -> bool:
    return any(getattr(concept, "role", None) == "outside" for concept in concepts)
