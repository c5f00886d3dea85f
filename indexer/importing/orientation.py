"""Which side of a table are the actors, and whether it is about who is responsible at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from indexer.importing.columns import is_actor, like_actor, name_of
from indexer.importing.grids import folded, plain
from indexer.importing.layout import Layout
from indexer.importing.matching import bodies_of, match, places_of, tasks_of
from indexer.importing.wording import words
from knowledge.model import Knowledge

_HALF = 0.5
_CLOSE = 0.4
"""Points: one side fits no better than the other."""
_USUAL = 0.3
"""Points for actors over the columns, as most draw it."""
_FEW = 0.3
"""Points for the side that has fewer names: there are more tasks than actors."""
_SHORT = 0.2


@dataclass(frozen=True, slots=True)
class Actors:
    """Where the actors are: over the columns, or before the lines (`transposed`); `unsure` where both could be."""

    transposed: bool
    unsure: bool
    knowledge: Knowledge

    def is_actor(self, text: str) -> bool:
        """Return whether a text names an actor, as far as can be told."""
        return is_actor(text, self.knowledge) or like_actor(text)


def actors_along(layout: Layout, heading: str, knowledge: Knowledge) -> Actors | None:
    """Return where the actors are; null for a table that marks something else than who is responsible."""
    heads = [plain(cell.text) for cell in layout.heads]
    labels = [plain(cell.text) for cell, bare in zip(layout.labels, layout.bare, strict=True) if not bare]
    said = " ".join((heading, layout.title, layout.corner)).casefold()
    if any(_is_other(texts, knowledge) for texts in (heads, labels)) or len(labels) < 1:
        return None
    over, before = _score(heads, labels, knowledge), _score(labels, heads, knowledge)
    corner = folded(layout.corner)
    over += (corner in words("task")) + _USUAL + _FEW * (len(heads) <= len(labels))
    before += (corner in words("actorhead")) + _FEW * (len(labels) < len(heads))
    transposed = before > over
    if not _about_actors(labels if transposed else heads, said, knowledge):
        return None
    if transposed and not (corner in words("actorhead") or _about_responsibility(said) or _any_task(heads, knowledge)):
        return None
    return Actors(transposed, abs(over - before) < _CLOSE, knowledge)


def _score(actors: Sequence[str], tasks: Sequence[str], knowledge: Knowledge) -> float:
    """Return how well one side fits as the actors and the other as their tasks."""
    known = _share(actors, lambda text: is_actor(text, knowledge))
    rows = tasks_of(knowledge)
    called = _share(tasks, lambda text: match(text, rows).id is not None)
    return 3 * known + 2 * called + _share(actors, like_actor) + _SHORT * _share(actors, _is_short)


def _is_short(text: str) -> bool:
    return len(name_of(text).split()) <= 2


def _share(texts: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(map(holds, texts)) / len(texts) if texts else 0.0


# --- tables about other things -------------------------------------------------------------------


def _about_responsibility(said: str) -> bool:
    return any(part in said for part in words("responsibility"))


def _any_task(texts: Sequence[str], knowledge: Knowledge) -> bool:
    tasks = tasks_of(knowledge)
    return any(match(text, tasks).id is not None for text in texts)


def _about_actors(actors: Sequence[str], said: str, knowledge: Knowledge) -> bool:
    responsible = _about_responsibility(said)
    known = _share(actors, lambda text: is_actor(text, knowledge))
    if _says(said, words("otherwise")) and not responsible:
        return False
    likely = _share(actors, like_actor)
    short = _share(actors, str.isupper)
    return max(known, likely) >= _HALF or (responsible and (known > 0 or likely > 0 or short >= _HALF))


def _says(text: str, sought: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text) for word in sought)


def _is_other(texts: Sequence[str], knowledge: Knowledge) -> bool:
    """Return whether a side of a table is of places, times, answers to choose among, questions, forums or persons."""
    kinds = (
        lambda text: folded(text) in _options(),
        _is_time,
        lambda text: text.endswith("?"),
        lambda text: match(text, places_of(knowledge)).certain or _is_place(text),
        lambda text: _is_forum(text, knowledge),
        lambda text: bool(re.fullmatch(r"[\d\s.,:%/–-]+", text)),
    )
    return any(_share(texts, kind) >= _HALF for kind in kinds)


@cache
def _options() -> frozenset[str]:
    return frozenset(words("option"))


@cache
def _times() -> frozenset[str]:
    return frozenset((*words("time"), *words("months"), *words("shortmonths")))


def _is_time(text: str) -> bool:
    """Return whether a text is a day, month, week, quarter, term or year."""
    if re.fullmatch(r"(?:[qQvV]\.?\s?)?\d[\d\s./–-]*", text):
        return True
    bare = re.findall(r"[^\W\d_]+\.?", text.casefold())
    return bool(bare) and all(word in _times() or word.rstrip(".") in _times() for word in bare)


def _is_place(text: str) -> bool:
    """Return whether a text is called a municipality: 'Storstads kommun'."""
    found = re.fullmatch(rf"(\w+(?:[\s-]\w+)?)\s(?:{'|'.join(words('municipality'))})", text)
    return bool(found) and _is_name(text.rpartition(" ")[0])


def _is_name(text: str) -> bool:
    return all(word[:1].isupper() for word in re.split(r"[\s-]", text)) and not like_actor(text)


def _is_forum(text: str, knowledge: Knowledge) -> bool:
    bare = folded(text)
    return match(text, bodies_of(knowledge)).certain or any(bare.endswith(word) for word in words("forum"))
