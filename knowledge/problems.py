"""Problems in the knowledge files, told to the editor who can put them right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where it stands, what is wrong and how to put it right (Swedish)."""

    path: str
    line: int
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}; {self.cure}"


class KnowledgeError(Exception):
    """The knowledge cannot be used. `problems` holds all of them, sorted by place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
