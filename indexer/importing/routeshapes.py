"""What is said of a route in one place: boxes, a numbered list, arrows or running text → steps in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from itertools import groupby

from indexer.importing.bodynames import Bodies, Named
from indexer.importing.document import Spot
from indexer.importing.drafts import Doubt, StepDraft
from indexer.importing.matching import keys
from indexer.importing.textlines import Line, sentences
from indexer.importing.wording import words
from indexer.swedish import tokenize

_LONGEST_PART = 12
_LONGEST_ACTION = 12
_NEAR = 30


class Shape(IntEnum):
    """How a place gives the order, the clearest last."""

    PROSE = 0
    BOXES = 1
    ARROWS = 2
    NUMBERS = 3
    TABLE = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence about a route, and the bodies that it names."""

    text: str
    spot: Spot
    names: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """The steps that one place gives, in its order."""

    shape: Shape
    steps: tuple[StepDraft, ...]
    spot: Spot
    court: bool = False
    doubts: tuple[Doubt, ...] = ()


def same_step(one: StepDraft, other: StepDraft) -> bool:
    """Return whether two names mean the same step: the same body, or the words of one within the other."""
    if one.body or other.body:
        return one.body == other.body
    first, second = set(_core(one.name)), set(_core(other.name))
    return bool(first) and bool(second) and (first <= second or second <= first)


def step_of(named: Named, spot: Spot, *texts: str) -> StepDraft:
    """Return the step of a body or function."""
    return StepDraft(named.text, spot, named.body, tuple(text for text in texts if text), named.doubts)


def accounts_of(lines: Sequence[Line], bodies: Bodies, *, way: bool) -> tuple[list[Account], list[Said]]:
    """Return what the lines under a title give: each order of steps, and the sentences besides.

    `way` tells that the title speaks of steps, so that numbered lines are steps also where they name nobody.
    """
    reading = _Reading(bodies, way)
    for line in _counted(lines, bodies):
        reading.take(line)
    return reading.accounts(), reading.said


def row_of(text: str, spot: Spot, bodies: Bodies, *, commas: bool = False) -> Account | None:
    """Return the steps of a line that gives them in a row, by arrows (or `commas`); null for another line."""
    parts = [part.strip() for part in _arrows().split(text)]
    arrows = len(parts) > 1
    if not arrows and commas:
        parts = [part.strip() for part in re.split(r"\s*[,;]\s*|\s+[–—-]+\s+", text.rstrip("."))]
    if len(parts) < 2 or any(not part or len(tokenize(part)) > _LONGEST_PART for part in parts):
        return None
    found = [bodies.whole(part) for part in parts]
    known = sum(one is not None for one in found)
    if known * 2 < len(parts) or (not arrows and known < len(parts)):
        return None
    steps = tuple(
        step_of(one[0], spot, one[1]) if one else _nobody(part, spot) for one, part in zip(found, parts, strict=True)
    )
    court = any(one is not None and one[0].court for one in found)
    return Account(Shape.ARROWS, steps, spot, court)


def prose_of(said: Sequence[Said], *, strong: bool) -> Account | None:
    """Return the steps that sentences give in order, or null. `strong`: only sentences that speak of an order."""
    first: list[StepDraft] = []
    middle: list[StepDraft] = []
    last: list[StepDraft] = []
    for one in said:
        for cue, named in _cued(one, strong=strong):
            end = first if cue in words("route-first") else last if cue in words("route-last") else middle
            _add(end, step_of(named, one.spot, one.text))
    steps: list[StepDraft] = []
    for step in (*first, *middle, *last):
        _add(steps, step)
    if not steps:
        return None
    court = any(named.court for one in said for named in one.names)
    return Account(Shape.PROSE, tuple(steps), steps[0].spot, court)


def arrows_only(text: str) -> bool:
    """Return whether a line only points on to the next."""
    return bool(text) and not re.search(r"\w", text)


def _counted(lines: Sequence[Line], bodies: Bodies) -> Iterator[Line]:
    """Yield the lines, those of a list that tells an order in sentences with their numbers."""
    for listed, group in groupby(lines, key=lambda line: line.listed and line.number is None):
        items = list(group)
        if not listed or not _tells_order(items, bodies):
            yield from items
            continue
        yield from (replace(line, number=at) for at, line in enumerate(items, 1))


def _tells_order(items: Sequence[Line], bodies: Bodies) -> bool:
    """Return whether most items of a list name somebody, each in a sentence, and one says what comes when."""
    if all(bodies.whole(line.text) for line in items) or not any(_cues(True).search(line.text) for line in items):
        return False
    named = sum(bool(bodies.within(line.text)) for line in items)
    return named > 1 and named * 2 > len(items)


# --- a section ---------------------------------------------------------------------------------------


class _Reading:
    """The lines of a section, one after the other."""

    def __init__(self, bodies: Bodies, way: bool) -> None:
        self._bodies, self._way = bodies, way
        self._numbered: list[list[StepDraft]] = []
        self._boxes: list[StepDraft] = []
        self._rows: list[Account] = []
        self._courts = False
        self._last: tuple[list[StepDraft], Line] | None = None
        self.said: list[Said] = []

    def take(self, line: Line) -> None:
        if arrows_only(line.text):
            return
        if row := row_of(line.text, line.spot, self._bodies):
            self._rows.append(row)
        elif whole := self._bodies.whole(line.text):
            self._step(line, step_of(whole[0], line.spot, whole[1]), court=whole[0].court)
        elif line.number is not None:
            self._item(line)
        else:
            self._text(line)

    def _step(self, line: Line, step: StepDraft, *, court: bool) -> None:
        self._courts |= court
        if line.number is None:
            run = self._boxes
        else:
            if line.number == 1 or not self._numbered:
                self._numbered.append([])
            run = self._numbered[-1]
        run.append(step)
        self._last = (run, line)

    def _item(self, line: Line) -> None:
        """Take a numbered sentence: its step is the first that it names, or what is to be done."""
        names = self._bodies.within(line.text)
        if names:
            self._step(line, step_of(names[0], line.spot, line.text), court=names[0].court)
        elif len(tokenize(line.text)) <= _LONGEST_ACTION:
            self._step(line, _nobody(line.text.rstrip("."), line.spot), court=False)
        else:
            self._text(line)

    def _text(self, line: Line) -> None:
        said = [Said(text, line.spot, self._bodies.within(text)) for text in sentences(line.text)]
        if self._last is not None and self._belongs(line, said):
            run, _ = self._last
            run[-1] = replace(run[-1], texts=(*run[-1].texts, *(one.text for one in said)))
            self.said += [one for one in said if one.names]
        else:
            self._last = None
            self.said += said

    def _belongs(self, line: Line, said: Sequence[Said]) -> bool:
        """Return whether a line tells more of the step before it: it shares its paragraph, or is below its number."""
        assert self._last is not None
        _, step = self._last
        if step.spot == line.spot and step.spot.block is not None:
            return True
        return step.number is not None and not any(one.names for one in said)

    def accounts(self) -> list[Account]:
        found = [*self._rows]
        for run in self._numbered:
            if any(not _is_nobody(step) for step in run) or (self._way and len(run) > 1):
                found.append(_account(Shape.NUMBERS, run, self._courts))
        if self._boxes:
            found.append(_account(Shape.BOXES, self._boxes, self._courts))
        if prose := prose_of(self.said, strong=False):
            found.append(prose)
        return found


def _account(shape: Shape, run: Sequence[StepDraft], court: bool) -> Account:
    steps: list[StepDraft] = []
    twice = [step.name for step in run if not _add(steps, step)]
    doubts = tuple(Doubt("route-twice", {"name": name}) for name in dict.fromkeys(twice))
    return Account(shape, tuple(steps), steps[0].spot, court, doubts)


def _add(steps: list[StepDraft], step: StepDraft) -> bool:
    """Add a step, or what is said of it to the one that is there. Return whether it was new."""
    for at, other in enumerate(steps):
        if other.name == step.name or (same_step(other, step) and not _is_nobody(step)):
            steps[at] = replace(other, texts=tuple(dict.fromkeys((*other.texts, *step.texts))))
            return False
    steps.append(step)
    return True


def _nobody(text: str, spot: Spot) -> StepDraft:
    return StepDraft(text, spot, None, (), (Doubt("step-nobody", {"text": text}),))


def _is_nobody(step: StepDraft) -> bool:
    return any(doubt.code == "step-nobody" for doubt in step.doubts)


def _core(name: str) -> tuple[str, ...]:
    """Return the words of a name that tell it from others: not the level, not "berörda"."""
    aside = {key for word in (*words("route-level-rest"), *words("route-modifier")) for key in keys(word)}
    found = tuple(key for key in keys(name) if key not in aside)
    return found or keys(name)


# --- running text ------------------------------------------------------------------------------------


def _cued(said: Said, *, strong: bool) -> Iterator[tuple[str, Named]]:
    """Yield each body that a sentence gives a place in an order, with the words that do it."""
    cues = [(match.start(), match.end(), match[0].casefold()) for match in _cues(strong).finditer(said.text)]
    left = list(said.names)
    for at, (start, end, _) in enumerate(cues):
        until = cues[at + 1][0] if at + 1 < len(cues) else len(said.text)
        following = [name for name in left if end <= name.start < until]
        if at + 1 == len(cues) and not following and len(left) == len(said.names):
            following = [name for name in left if name.end <= start]
        if following:
            left.remove(following[0])
            yield _governing(cues, at), following[0]


def _governing(cues: Sequence[tuple[int, int, str]], at: int) -> str:
    """Return the cue that tells the order: "i sista hand" before "prövas" in "i sista hand prövas"."""
    ends = (*words("route-first"), *words("route-last"))
    if cues[at][2] not in ends and at > 0 and cues[at - 1][2] in ends and cues[at][0] - cues[at - 1][1] < _NEAR:
        return cues[at - 1][2]
    if cues[at][2] not in ends and at + 1 < len(cues) and cues[at + 1][2] in ends:
        return cues[at + 1][2] if cues[at + 1][0] - cues[at][1] < 2 else cues[at][2]
    return cues[at][2]


@cache
def _cues(strong: bool) -> re.Pattern[str]:
    names = ["route-first", "route-last", "route-order", "route-move", *([] if strong else ["route-weak"])]
    every = sorted((cue for name in names for cue in words(name)), key=len, reverse=True)
    between = r"(?:[^\s.,;:]+\s+){0,3}?"
    patterns = [re.escape(cue).replace(rf"{re.escape(' …')}\ ", rf"\ {between}") for cue in every]
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


@cache
def _arrows() -> re.Pattern[str]:
    signs = sorted(words("route-arrow"), key=len, reverse=True)
    return re.compile(rf"\s*(?:{'|'.join(map(re.escape, signs))})\s*")
