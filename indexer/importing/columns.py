"""Heads of columns → actors: the name, what it covers, and which actor of the knowledge it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from indexer.importing.document import Spot
from indexer.importing.drafts import ColumnDraft, Doubt
from indexer.importing.grids import folded, plain
from indexer.importing.matching import SAME, Match, actors_of, match, mentions, units_of
from indexer.importing.wording import words
from knowledge.model import Knowledge

_QUOTES = " ,.:;–—-/\n"


def column(text: str, spot: Spot, above: Sequence[str], knowledge: Knowledge) -> ColumnDraft:
    """Return the draft of an actor. `above` are the heads above its own, the nearest last."""
    name, covers, actor, doubts = _read(text, knowledge)
    if actor is None and above and knowledge.actors:
        wider = match(f"{above[-1]} {text}", actors_of(knowledge))
        actor, doubts = (wider.id, ()) if wider.certain else (actor, doubts)
    return ColumnDraft(plain(text), plain(name), plain(covers), spot, actor, doubts)


def told_apart(columns: Sequence[ColumnDraft], knowledge: Knowledge) -> tuple[ColumnDraft, ...]:
    """Return the columns, each actor left to one alone: where several are the same, to the one that bears its name."""
    taken = Counter(one.actor for one in columns if one.actor)
    return tuple(_told(one, taken, columns, knowledge) if one.actor else one for one in columns)


def is_actor(text: str, knowledge: Knowledge) -> bool:
    """Return whether a head is surely an actor that the knowledge has."""
    _, _, actor, _ = _read(text, knowledge)
    return actor is not None


def name_of(text: str) -> str:
    """Return what a head calls somebody, without what it says that the name covers."""
    return plain(_parted(text)[0])


def like_actor(text: str) -> bool:
    """Return whether a head has a word in it that names of workplaces and authorities often have."""
    bare = folded(text)
    return any(part in bare for part in words("actor"))


def _told(one: ColumnDraft, taken: Counter[str], columns: Sequence[ColumnDraft], knowledge: Knowledge) -> ColumnDraft:
    same = [other for other in columns if other.actor == one.actor]
    if taken[one.actor or ""] < 2:
        return one
    exact = [other for other in same if match(other.text, actors_of(knowledge)).certain and not other.doubts]
    if exact == [one]:
        return one
    doubt = Doubt("column-shared", {"column": one.text, "actor": knowledge.actors[one.actor or ""].name})
    return replace(one, actor=None, doubts=(doubt,))


def _read(text: str, knowledge: Knowledge) -> tuple[str, str, str | None, tuple[Doubt, ...]]:
    """Return name, what it covers, actor and doubts of a head."""
    if knowledge.actors and (known := _known_beginning(plain(text), knowledge)):
        return known
    name, covers = _parted(text)
    if not knowledge.actors:
        return name, covers, None, ()
    return name, covers, *_matched(plain(name), plain(text), knowledge)


def _matched(name: str, text: str, knowledge: Knowledge) -> tuple[str | None, tuple[Doubt, ...]]:
    found = max(
        (match(one, actors_of(knowledge)) for one in (name, text)), key=lambda one: (one.id is not None, one.sure)
    )
    if found.certain:
        return found.id, ()
    if unit := match(name, units_of(knowledge)).id:
        return unit, (_doubt("column-unit", name, unit, knowledge),)
    if found.id:
        return found.id, (_doubt("column-near", name, found.id, knowledge),)
    said = {mention.id for mention in mentions(text, actors_of(knowledge))}
    if len(said) == 1:
        return (only := said.pop()), (_doubt("column-near", name, only, knowledge),)
    return None, (Doubt("column-unknown", {"column": plain(text)}),)


def _doubt(code: str, name: str, actor: str, knowledge: Knowledge) -> Doubt:
    return Doubt(code, {"column": plain(name), "actor": knowledge.actors[actor].name})


def _known_beginning(text: str, knowledge: Knowledge) -> tuple[str, str, str, tuple[Doubt, ...]] | None:
    """Return the head taken apart where it begins with what the knowledge calls an actor."""
    pieces = [piece.end() for piece in re.finditer(r"\S+", text)]
    for end in reversed(pieces[:6]):
        if "(" in text[:end] or folded(text[:end].split()[-1]) in (*words("small"), *words("aside")):
            continue
        found: Match = match(text[:end].strip(_QUOTES), actors_of(knowledge))
        if found.id and found.sure >= SAME and (end == pieces[-1] or not _goes_on(text[end:])):
            return text[:end].strip(_QUOTES), _unbracketed(text[end:]), found.id, ()
    return None


@cache
def _joining() -> re.Pattern[str]:
    return re.compile(rf"(?i)\s*(?:/|\+|&|{'|'.join(map(re.escape, words('joining')))})(?:\s|$|(?<=/))")


def _goes_on(rest: str) -> bool:
    """Return whether what follows a name joins another to it: 'och …', '/…'."""
    return bool(_joining().match(rest))


@cache
def _aside() -> re.Pattern[str]:
    starts = "|".join(re.escape(word) for word in sorted(words("aside"), key=len, reverse=True))
    return re.compile(rf"(?i)\s*[(\[:;,]|\s+[–—-]\s+|\s+(?=(?:{starts})(?:\s|$))")


def _parted(text: str) -> tuple[str, str]:
    """Return what comes before a bracket, a comma, a colon, a dash or a word such as 'inkl.', and the rest."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 1 and len(plain(text).split()) > 4 and not lines[0].rstrip().endswith("-"):
        return lines[0], _unbracketed(" ".join(lines[1:]))
    whole = plain(text)
    if (at := _aside().search(whole)) and at.start():
        return whole[: at.start()], _unbracketed(whole[at.start() :])
    return whole, ""


def _unbracketed(text: str) -> str:
    bare = plain(text).strip(" ,:;–—-")
    whole = bare[1:-1]
    closed = bare[:1] in "([" and bare[-1:] in ")]" and not re.search(r"[()\[\]]", whole)
    return whole.strip() if bare and closed else bare
