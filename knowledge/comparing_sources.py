"""Things that are taken from another source than before: said once for all that moved together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from knowledge import model
from knowledge.comparing import Difference, Found, NewChange, SourceChange, listed, say, when

TEXTS = frozenset({"agreements", "matrices", "routes"})
"""Sections whose primary source is the agreement itself."""


def gathered(found: Found, new: model.Knowledge, old: model.Knowledge) -> list[Difference]:
    """Return the differences of an entry, with a move from one source to another said once for all that it concerns."""
    said: list[Difference] = []
    moves: dict[tuple[tuple[str, ...], tuple[str, ...]], list[SourceChange]] = {}
    decided: dict[tuple[object, ...], list[NewChange]] = {}
    for one in found:
        if isinstance(one, Difference):
            said.append(one)
        elif isinstance(one, NewChange):
            change = one.change
            of = tuple(place.source for place in change.sources)
            decided.setdefault((one.same, change.valid_from, change.decided, of), []).append(one)
        else:
            ids = (tuple(place.source for place in one.old), tuple(place.source for place in one.new))
            moves.setdefault(ids, []).append(one)
    for (before, after), changes in moves.items():
        if len(changes) > 1 and before != after:
            said.append(_moved(before, after, changes, old, new))
        else:
            said += [_resourced(change, old, new) for change in changes]
    return [*said, *map(_decided, decided.values())]


def _decided(changes: list[NewChange]) -> Difference:
    """Return when changes were decided and where that stands; for several, the documents alone."""
    first, at = changes[0].change, changes[0].at
    code = "change.same" if changes[0].same else "change.decided"
    if len(changes) == 1:
        return at.says(code, when=when(first.valid_from), decided=first.decided, source=at.shown(first.sources))
    whole = at.on(subject=at.names.get(at.id) or at.names.get(f"{at.id}|whole", at.subject), fact=None)
    source = listed(_labels((place.source for place in first.sources), at.names))
    of = listed(list(dict.fromkeys(change.at.subject for change in changes)))
    said = {"when": when(first.valid_from), "decided": first.decided, "source": source, "of": of}
    return whole.says(f"{code}_many", count=str(len(changes)), **said)


def _moved(
    before: tuple[str, ...],
    after: tuple[str, ...],
    changes: list[SourceChange],
    old: model.Knowledge,
    new: model.Knowledge,
) -> Difference:
    names = changes[0].at.names
    whole = names.get(changes[0].at.id) or names.get(f"{changes[0].at.id}|whole", changes[0].at.subject)
    labels = {"new": listed(_labels(after, names)), "old": listed(_labels(before, names))}
    of = listed(list(dict.fromkeys(change.at.subject for change in changes)))
    at = changes[0].at.on(subject=whole, fact=None, day=None)
    unit = say("diff.unit.rows" if at.section == "matrices" else "diff.unit.places", count=len(changes))
    if not _is_lifted(before, after, old, new):
        return at.says("source.moved", count=unit, of=of, **labels)
    return at.says("source.lifted", text=_text(at.section), count=unit, of=of, **labels)


def _resourced(change: SourceChange, old: model.Knowledge, new: model.Knowledge) -> Difference:
    before, after = (tuple(place.source for place in places) for places in (change.old, change.new))
    at = change.at
    labels = {"new": at.shown(change.new), "old": at.shown(change.old)}
    if before != after and _is_lifted(before, after, old, new):
        return at.says("source.one_lifted", text=_text(at.section), **labels)
    return at.says("source.changed", **labels)


def _text(section: str) -> str:
    return say("diff.text.agreement" if section in TEXTS else "diff.text.other")


def _labels(ids: Iterable[str], names: Mapping[str, str]) -> list[str]:
    return [names.get(id_, id_) for id_ in dict.fromkeys(ids)]


def _is_lifted(before: tuple[str, ...], after: tuple[str, ...], old: model.Knowledge, new: model.Knowledge) -> bool:
    """Return whether what was only told of is now taken from the text itself."""
    return _is_primary(after, new) and not _is_primary(before, old)


def _is_primary(ids: tuple[str, ...], knowledge: model.Knowledge) -> bool:
    found = [knowledge.sources[id_].standing for id_ in ids if id_ in knowledge.sources]
    return bool(found) and all(standing is model.Standing.PRIMARY for standing in found)
