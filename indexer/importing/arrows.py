"""The order that arrows give to boxes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def along(ids: Sequence[int], arrows: Iterable[tuple[int, int]]) -> list[int]:
    """Return ids in reading order, those that arrows join together and in the arrows' order.

    Boxes that hang together come where the first of them stands. A circle is read as it stands.
    """
    links = [(a, b) for a, b in arrows if a in ids and b in ids and a != b]
    groups = {id_: {id_} for id_ in ids}
    for a, b in links:
        if groups[a] is not groups[b]:
            groups[a] |= groups[b]
            for member in groups[b]:
                groups[member] = groups[a]
    found: list[int] = []
    for id_ in ids:
        if id_ not in found:
            found += _in_order([member for member in ids if member in groups[id_]], links)
    return found


def _in_order(ids: list[int], links: Sequence[tuple[int, int]]) -> list[int]:
    waiting = list(ids)
    found: list[int] = []
    while waiting:
        free = [id_ for id_ in waiting if not any(b == id_ and a in waiting for a, b in links)]
        following = [id_ for id_ in free if found and (found[-1], id_) in links]
        found.append((following or free or waiting)[0])
        waiting.remove(found[-1])
    return found
