"""How many columns a table has whose cells stand one after the other."""

from __future__ import annotations

from collections.abc import Sequence

_ROW_ENDS = 0.9
"""Share of the rows that must end as rows do."""
_CLEARER = 0.3
"""How much oftener rows end so than other cells do."""
MAX_COLUMNS = 60


def column_count(ends: Sequence[bool]) -> int | None:
    """Return the number of columns; null where nothing recurs.

    `ends` tells for each cell whether an empty line ends it, as it does each row and some cells within rows.
    The number is right when rows end so and the cells within them do so seldom.
    """
    best: tuple[float, int] | None = None
    for columns in range(2, min(len(ends) - 1, MAX_COLUMNS) + 1):
        at_end = [end for at, end in enumerate(ends[:-1], start=1) if at % columns == 0]
        within = [end for at, end in enumerate(ends[:-1], start=1) if at % columns]
        sure = sum(at_end) / len(at_end)
        clear = sure - sum(within) / len(within)
        if sure >= _ROW_ENDS and clear >= _CLEARER and (best is None or clear > best[0] + 1e-9):
            best = clear, columns
    return best[1] if best else None
