"""Lines that name a route: a dispute on a level, a deviation, a way to take a question further."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from indexer.importing.bodynames import role
from indexer.importing.wording import words
from indexer.swedish import tokenize
from knowledge.model import RouteLevel

_LONGEST_TITLE = 10


@dataclass(frozen=True, slots=True)
class Title:
    """What a line names. `level` is null for a dispute on no level, or several; `inline` is what follows a colon."""

    text: str
    level: RouteLevel | None
    inline: str = ""


def title_of(text: str, *, heading: bool = False) -> Title | None:
    """Return the route that a line names, or null. A heading may be a whole sentence, another line may not."""
    name, colon, rest = text.partition(":")
    if heading and not about_route(name):
        name, colon, rest = text, "", ""
    if not about_route(name) or any(role(token.word) and about_route(token.word) for token in tokenize(name)):
        return None
    if colon and not rest.strip():
        return Title(name.strip(), level_of(name))
    tokens = tokenize(name)
    if len(tokens) > _LONGEST_TITLE or (not heading and not colon and text.rstrip().endswith((".", ",", ";", "?"))):
        return None
    asks = bool(tokens) and tokens[0].word in words("route-asking")
    if not heading and not asks and any(token.word in _verbs() for token in tokens):
        return None
    return Title(name.strip(), level_of(name), rest.strip())


def level_title(text: str) -> RouteLevel | None:
    """Return the level that a line names and nothing else ("På lokal nivå"), else null."""
    tokens = tokenize(text.rstrip(":"))
    rest = [token for token in tokens if token.word not in _levels() and token.word not in words("route-level-rest")]
    return _level(text) if tokens and not rest else None


def about_route(text: str) -> bool:
    """Return whether a text speaks of disputes, deviations or taking a question further."""
    return any(_has(text, name) for name in ("route-dispute", "route-deviation", "route-neutral"))


def about_dispute(text: str) -> bool:
    """Return whether a text speaks of disputes or of taking a question further."""
    return _has(text, "route-dispute") or _has(text, "route-neutral")


def names_way(text: str) -> bool:
    """Return whether a title speaks of a way, an order or steps."""
    return _has(text, "route-path") or _has(text, "route-neutral")


def level_of(text: str) -> RouteLevel | None:
    """Return what the route of a title is for; null where it names no level, or more than one."""
    dispute, deviation = _has(text, "route-dispute"), _has(text, "route-deviation")
    if deviation:
        return None if dispute else RouteLevel.DEVIATION
    return _level(text)


def level_near(text: str) -> RouteLevel | None:
    """Return what the route is for that a sentence speaks of: the level must stand beside the dispute."""
    tokens = [token.word for token in tokenize(text)]
    near: set[str] = set()
    for at, word in enumerate(tokens):
        if about_dispute(word):
            near.update(tokens[max(0, at - 2) : at + 4])
    if near:
        return _level(" ".join(near))
    return RouteLevel.DEVIATION if _has(text, "route-deviation") else None


def _level(text: str) -> RouteLevel | None:
    found = {token.word for token in tokenize(text)}
    local, regional = found & set(words("route-local")), found & set(words("route-regional"))
    if bool(local) == bool(regional):
        return None
    return RouteLevel.LOCAL if local else RouteLevel.REGIONAL


def _has(text: str, name: str) -> bool:
    return bool(_pattern(name).search(text))


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(part) for part in words(name)), re.IGNORECASE)


@cache
def _verbs() -> frozenset[str]:
    return frozenset(words("route-verb"))


@cache
def _levels() -> frozenset[str]:
    return frozenset((*words("route-local"), *words("route-regional")))
