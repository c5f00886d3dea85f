"""Question cases as data: which are right, which are missed, and which are wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.service import Serving, answer_turns
from knowledge.model import Knowledge
from knowledge.reader import read_cases

DAY = date(2026, 11, 21)
"""For which a case is asked that names no day."""
REGION_FILE = "kunskapen"
REFUSING = frozenset({"unknown", "clarify"})


@dataclass(frozen=True, slots=True)
class Case:
    """One question or conversation and what its last reply must be. Keys left out do not matter."""

    id: str
    form: str
    turns: tuple[str, ...]
    profile: str | None
    on: date
    expect: dict[str, Any]
    file: str

    @property
    def kind(self) -> str:
        """The kind that the case expects; the first where several will do, empty where any will."""
        return str(next(iter(_alternatives(self.expect.get("kind"))), ""))

    @property
    def answerable(self) -> bool:
        """Whether only an answer is right, not asking back or not knowing."""
        return not REFUSING & set(_alternatives(self.expect.get("kind")))


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a case went. `outcome` is right, missed (asked back or did not know) or wrong."""

    case: Case
    outcome: str
    reasons: tuple[str, ...]
    answer: dict[str, Any]

    @property
    def answered(self) -> bool:
        """Whether the reply is an answer, right or wrong."""
        return self.answer["kind"] not in REFUSING


def load_cases(folder: Path) -> Iterator[Case]:
    """Yield the cases of every file in a folder. Raises KnowledgeError for files that cannot be read."""
    for path in sorted(folder.glob("*.yaml")):
        for raw in read_cases(path):
            yield Case(
                id=str(raw["id"]),
                form=str(raw.get("form", "")),
                turns=tuple(str(turn) for turn in raw["turns"]),
                profile=raw.get("profile"),
                on=date.fromisoformat(str(raw["day"])) if raw.get("day") else DAY,
                expect=raw["expect"],
                file=path.name,
            )


def region_cases(knowledge: Knowledge) -> list[Case]:
    """Return the region's own question cases."""
    return [
        Case(one.id, one.form, one.turns, one.profile, one.day or DAY, one.expect, REGION_FILE)
        for one in knowledge.cases.values()
    ]


def judge(case: Case, answer: dict[str, Any]) -> Verdict:
    """Compare the last reply with what the case expects."""
    reasons = tuple(_differences(case.expect, answer))
    if not reasons:
        return Verdict(case, "right", (), answer)
    missed = answer["kind"] in REFUSING and case.answerable
    return Verdict(case, "missed" if missed else "wrong", reasons, answer)


def run(cases: Iterable[Case], serving: Serving) -> Iterator[Verdict]:
    """Yield the verdict on each case."""
    for case in cases:
        yield ask(case, serving)


def ask(case: Case, serving: Serving) -> Verdict:
    """Have the conversation of a case, and return the verdict on its last reply."""
    replies = answer_turns(serving, list(case.turns), case.profile, case.on)
    return judge(case, replies[-1].as_json())


def _alternatives(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _differences(expect: dict[str, Any], answer: dict[str, Any]) -> Iterator[str]:
    text = answer["text"].casefold()
    for key, wanted in expect.items():
        if key == "kind":
            if answer["kind"] not in _alternatives(wanted):
                yield f"kind: {answer['kind']} ≠ {wanted}"
        elif key == "says":
            for item in _alternatives(wanted):
                if not any(str(option).casefold() in text for option in _alternatives(item)):
                    yield f"says: {item}"
        elif key == "never_says":
            for item in _alternatives(wanted):
                if any(str(option).casefold() in text for option in _alternatives(item)):
                    yield f"never_says: {item}"
        elif key == "starts":
            # Warnings stand before the answer, so any of the first lines may be the one that answers.
            lines = answer["text"].split("\n")[:3]
            if not any(line.startswith(str(word)) for line in lines for word in _alternatives(wanted)):
                yield f"starts: {lines[0][:40]!r} ≠ {wanted}"
        elif key == "facts":
            if not set(_alternatives(wanted)) <= set(answer["facts"]):
                yield f"facts: {wanted}"
        elif answer.get(key) != wanted:
            yield f"{key}: {answer.get(key)} ≠ {wanted}"
