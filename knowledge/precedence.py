"""What a region says goes before what is general: its words, and what its agreements cover."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

from knowledge import model

if TYPE_CHECKING:
    from knowledge.loader import Draft

COUNTY, ORGANISATION = "lanet", "regionen"
_NAMES = ("name", "short", "abbreviation", "definite")
_READ_BY_PLACE = frozenset({"first", "neutral"})
"""Roles whose words are no rival of anything: see `check_aliases`."""


def give_way(draft: Draft, general: Collection[int]) -> None:
    """Take from the general entries each alias that an entry of the region has, unless one is part of the other.

    One whose very name the region has for something is part of that. A general concept whose id the region gives to
    something else, a task or a route, is gone. `general` are the Python ids of the general entries that the region
    has not replaced.
    """
    own: dict[str, list[model.Concept]] = defaultdict(list)
    ids: set[str] = set()
    for item in draft.all():
        for concept in _concepts(item.value) if id(item) not in general else ():
            ids.add(concept.id)
            for word in _words(concept):
                own[folded(word)].append(concept)
    for cue, names in _called(draft):
        for name in names:
            own[folded(name)].append(model.Concept(id=cue))
    for section, items in draft.items.items():
        draft.items[section] = {
            id_: item for id_, item in items.items() if id(item) not in general or not _replaced(item.value, ids)
        }
    every = {concept.id for item in draft.all() for concept in _concepts(item.value)}
    for item in draft.all():
        if id(item) in general and isinstance(item.value, model.Concept):
            item.value = _yielding(item.value, own, every)


def with_words(own: Any, general: Any) -> Any:
    """Return a term of the region with the words, too, by which the general one that it replaces is found."""
    if not isinstance(own, model.Term):
        return own
    known = {folded(word) for word in own.aliases}
    return own.model_copy(update={"aliases": (*own.aliases, *(a for a in general.aliases if folded(a) not in known))})


def covered(cues: dict[str, model.Cue], draft: Draft) -> dict[str, model.Cue]:
    """Return the cues with the agreement that each group belongs to; the main agreement's groups are its matter."""
    agreements = [item.value for item in draft.items["agreements"].values()]
    main = draft.region.value.main_agreement if draft.region else ""
    owners = {concept: agreement.id for agreement in reversed(agreements) for concept in agreement.covers}
    owners |= {concept: main for agreement in agreements if agreement.id == main for concept in agreement.covers}
    found = dict(cues)
    for id_ in owners.keys() & cues.keys():
        if cues[id_].role == "group":
            update: dict[str, Any] = {"agreement": owners[id_] if owners[id_] != main else None}
            update |= {"no_matrix": False} if owners[id_] == main else {}
            found[id_] = cues[id_].model_copy(update=update)
    return found


def folded(word: str) -> str:
    """Return a word as two of them are compared."""
    return " ".join(word.casefold().split())


def _called(draft: Draft) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the cue for the county and that for the region as an organisation, each with what it is called here."""
    if draft.region is not None:
        region: model.Region = draft.region.value
        yield COUNTY, (region.name, region.genitive, region.county)
        yield ORGANISATION, (region.organisation,)


def _replaced(value: model.Model, ids: set[str]) -> bool:
    return isinstance(value, model.Concept) and value.id in ids


def _yielding(concept: model.Concept, own: dict[str, list[model.Concept]], every: set[str]) -> model.Concept:
    update: dict[str, Any] = {}
    if concept.del_av and concept.del_av not in every:
        update["del_av"] = None
    names = () if isinstance(concept, model.Cue) else (getattr(concept, field, None) for field in _NAMES)
    claimed = [other.id for name in names if name for other in own.get(folded(name), ()) if other.id != concept.id]
    if claimed and not concept.del_av:
        update["del_av"] = claimed[0]  # its own name stays with it, and leads to the region's too
    if getattr(concept, "role", None) not in _READ_BY_PLACE:
        kept = tuple(word for word in concept.aliases if not _taken(concept, own.get(folded(word), ())))
        if len(kept) < len(concept.aliases):
            update["aliases"] = kept
    return concept.model_copy(update=update) if update else concept


def _taken(concept: model.Concept, others: Collection[model.Concept]) -> bool:
    return any(concept.id not in (other.id, other.del_av) and concept.del_av != other.id for other in others)


def _words(concept: model.Concept) -> Iterator[str]:
    if getattr(concept, "role", None) not in _READ_BY_PLACE:
        yield from concept.aliases
        if not isinstance(concept, model.Cue):
            yield from (word for field in _NAMES if isinstance(word := getattr(concept, field, None), str))


def _concepts(value: Any) -> Iterator[model.Concept]:
    if isinstance(value, model.Model):
        if isinstance(value, model.Concept):
            yield value
        for field in type(value).model_fields:
            yield from _concepts(getattr(value, field))
    elif isinstance(value, tuple):
        for part in value:
            yield from _concepts(part)
