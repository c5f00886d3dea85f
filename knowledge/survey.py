"""The entries of a draft, walked once: every model inside them, every text, every concept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from knowledge import model
from knowledge.loader import Draft, Item
from knowledge.messages import problem
from knowledge.problems import Problem
from knowledge.reader import Document, Place

M = TypeVar("M", bound=model.Model)


@dataclass(frozen=True, slots=True)
class Spot:
    """A model somewhere inside an entry: the entry itself, or a part at any depth."""

    item: Item
    within: Place
    value: model.Model

    @property
    def path(self) -> str:
        """The file, as problems name it."""
        return self.item.document.path

    def line(self, *within: str | int) -> int:
        """Return the line of a value inside the model."""
        return self.item.line(*self.within, *within)

    def problem(self, code: str, /, *within: str | int, **values: Any) -> Problem:
        """Return a problem at a value inside the model."""
        return problem(self.path, self.line(*within), code, **values)

    def strings(self, field: str) -> Iterator[tuple[Place, str]]:
        """Yield every string of a field with its place in the model, lists of lists included."""
        yield from _strings(getattr(self.value, field), (field,))


class Survey:
    """What the rules look at. Built for one check of one draft; the draft is not changed."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        entries = [*draft.all(), *([draft.region] if draft.region else [])]
        self.spots: list[Spot] = [spot for item in entries for spot in _spots(item, (), item.value)]

    @cached_property
    def concepts(self) -> list[tuple[Spot, model.Concept]]:
        """Everything that words can mean, in the order of the sections."""
        return list(self.of(model.Concept))

    @cached_property
    def unread_ids(self) -> set[str]:
        """Ids that stand in files where some entry was refused: they exist, though they were not read."""
        if not self.draft.problems:
            return set()
        return {id_ for document in self._documents() for id_ in _ids(document.data)}

    @cached_property
    def is_partial(self) -> bool:
        """Whether whole files are missing from the draft, so that nothing can be said about what is not there."""
        read = {document.path for document in self._documents()}
        return any(problem.path not in read for problem in self.draft.problems)

    def of(self, kind: type[M]) -> Iterator[tuple[Spot, M]]:
        """Yield every model of a kind, at any depth, and where it stands."""
        return ((spot, spot.value) for spot in self.spots if isinstance(spot.value, kind))

    def _documents(self) -> Iterator[Document]:
        yield from {id(spot.item.document): spot.item.document for spot in self.spots}.values()
        yield from {id(document): document for _, document, _ in self.draft.sentences.values()}.values()


def _spots(item: Item, within: Place, value: Any) -> Iterator[Spot]:
    if isinstance(value, model.Model):
        yield Spot(item, within, value)
        for field in type(value).model_fields:
            yield from _spots(item, (*within, field), getattr(value, field))
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _spots(item, (*within, index), part)


def _strings(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _strings(part, (*place, index))


def _ids(data: Any) -> Iterator[str]:
    if isinstance(data, dict):
        if isinstance(data.get("id"), str):
            yield data["id"]
        for part in data.values():
            yield from _ids(part)
    elif isinstance(data, list):
        for part in data:
            yield from _ids(part)
