"""What is known to be wrong, in one list. Each line must fail, so that a mended fault forces its line out."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

import pytest


@dataclass(frozen=True, slots=True)
class Known:
    """A fault that is known, and its cause.

    `rule` is a rule of tests/invariants, with a pattern of the ids of the questions that break it; or
    a test function, with a pattern of its parameters' id ("" where it has none); or a name that a test
    gives to `compare`, with what it found.
    """

    rule: str
    questions: str
    reason: str


KNOWN: tuple[Known, ...] = (
    # --- understanding and lexicon ---
    Known("aliases", "avd. 65", "the full stop of avd. parts the phrase"),
    Known("aliases", "avd. 90", "the full stop of avd. parts the phrase"),
    Known(
        "aliases", "regional överenskommelse missbruk och beroende", "regional överenskommelse is found first, as rok"
    ),
    Known(
        "aliases",
        "regional överenskommelse psykisk funktionsnedsättning",
        "regional överenskommelse is found first, as rok",
    ),
    Known("aliases", "länsövergripande överenskommelse psykisk funktionsnedsättning", "found first as rok"),
)


def compare(name: str, found: set[str]) -> None:
    """Fail where something is wrong that is not listed under a name, or where what is listed is right by now."""
    known = {each.questions for each in KNOWN if each.rule == name}
    assert not found - known, sorted(found - known)
    assert not known - found, f"mended; take out of tests/known_failures.py: {sorted(known - found)}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Expect each listed test to fail, strictly."""
    for item in items:
        name, _, parameters = item.name.rstrip("]").partition("[")
        for known in KNOWN:
            if known.rule == name and fnmatchcase(parameters, known.questions):
                item.add_marker(pytest.mark.xfail(strict=True, reason=known.reason))
