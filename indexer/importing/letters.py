"""How a scanner misreads Swedish letters: which letters a sign may stand for, and how often it does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from math import log

READ_AS: dict[str, dict[str, float]] = {
    "å": {"a": 0.93, "é": 0.005, "ä": 0.01, "4": 0.001} | dict.fromkeys("áàâã", 0.01),
    "ä": {"a": 0.91, "é": 0.02, "d": 0.01, "å": 0.01, "e": 0.003, "4": 0.001} | dict.fromkeys("áàâ", 0.01),
    "ö": {"o": 0.55, "é": 0.22, "d": 0.12, "6": 0.05, "0": 0.01, "a": 0.002} | dict.fromkeys("óôòõ", 0.01),
    "l": {"i": 0.002, "1": 0.003, "|": 0.003},
    "i": {"l": 0.002, "1": 0.003, "|": 0.003},
}
"""Shares of the signs that a letter is read as. What is left is the share that is read rightly."""
DOUBLED = {"éa": "é", "aé": "é", "oé": "é", "éo": "é", "dé": "é", "éd": "é", "ae": "é", "oe": "é"}
"""Two signs for one letter with dots, and the one sign that they are taken for."""
TWO_FOR_ONE = log(0.02)
"""What it costs that one letter became two signs."""
STRANGE = re.compile(r"(?<=[^\W\d_])[0146|]|[0146|](?=[^\W\d_])|[éáàâãóòôõ]")
"""Signs that Swedish words seldom have: they tell of damage by themselves."""

_CLASS = str.maketrans({**dict.fromkeys("åäö" + "aoedéáàâãóòôõ604", "o"), **dict.fromkeys("li1|", "l")})


def skeleton(word: str) -> str:
    """Return a word with all signs that may be mistaken for each other made the same."""
    return word.translate(_CLASS)


@cache
def cost(sign: str, letter: str, damage: float) -> float | None:
    """Return the logarithm of the chance that a letter was read as a sign; null where it never is.

    `damage` is the share of å, ä and ö that the scan has lost.
    """
    shares = READ_AS.get(letter, {})
    if sign == letter:
        lost = damage if letter in "åäö" else sum(shares.values())
        return log(max(1 - lost, 0.005))
    share = shares.get(sign, 0.0)
    return log(share * (damage if letter in "åäö" else 1.0)) if share else None


def misread(signs: str, word: str, damage: float) -> float | None:
    """Return the logarithm of the chance that a word was read as these signs, as many as its letters."""
    total = 0.0
    for sign, letter in zip(signs, word, strict=True):
        if sign == letter and letter not in READ_AS:
            continue
        step = cost(sign, letter, damage)
        if step is None:
            return None
        total += step
    return total


def spellings(signs: str) -> Iterator[tuple[str, float]]:
    """Yield the signs as they stand, and with two signs taken for one letter, each with what that costs."""
    yield signs, 0.0
    for two, one in DOUBLED.items():
        at = signs.find(two)
        while at >= 0:
            yield signs[:at] + one + signs[at + 2 :], TWO_FOR_ONE
            at = signs.find(two, at + 1)
