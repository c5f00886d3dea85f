"""Which reading of each word fits the words around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, log

from indexer.importing.spelling import Reading, Spelling

TRUST = 40.0
"""How many times a word must have been seen for what followed it to count as much as how common words are."""

MOST = 0.7
"""The most that it counts, however often: the texts at hand are few."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The reading that was chosen; `sure` is 0–1."""

    reading: Reading
    sure: float


def choose(spelling: Spelling, sentence: Sequence[Sequence[Reading]]) -> list[Choice]:
    """Return the readings that are the likeliest together. Each word must have one reading at least."""
    if not sentence:
        return []
    totals = [[reading.score for reading in sentence[0]]]
    back: list[list[int]] = []
    for before, here in pairwise(sentence):
        best = [_likeliest(spelling, totals[-1], before, reading) for reading in here]
        back.append([at for _, at in best])
        totals.append([total + reading.score for (total, _), reading in zip(best, here, strict=True)])
    chosen = [max(range(len(totals[-1])), key=totals[-1].__getitem__)]
    for step in reversed(back):
        chosen.append(step[chosen[-1]])
    chosen.reverse()
    return [_weighed(spelling, sentence, chosen, at) for at in range(len(sentence))]


def _likeliest(
    spelling: Spelling, totals: Sequence[float], before: Sequence[Reading], reading: Reading
) -> tuple[float, int]:
    """Return how likely the best way to a reading is, and which of the readings before it lies on it."""
    ways = [total + follows(spelling, one, reading) for total, one in zip(totals, before, strict=True)]
    best = max(range(len(ways)), key=ways.__getitem__)
    return ways[best], best


def follows(spelling: Spelling, one: Reading, other: Reading) -> float:
    """Return how much likelier a reading is after another than by itself, as a logarithm."""
    before, after = one.words[-1], other.words[0]
    share = spelling.share(after)
    if not share or not spelling.counts[before]:
        return 0.0
    count = spelling.counts[before]
    weight = min(count / (count + TRUST), MOST)
    return log(weight * spelling.pairs[before, after] / count / share + 1 - weight)


def _weighed(spelling: Spelling, sentence: Sequence[Sequence[Reading]], chosen: Sequence[int], at: int) -> Choice:
    """Return the chosen reading of a word, weighed against its other readings between the same neighbours."""

    def score(reading: Reading) -> float:
        before = follows(spelling, sentence[at - 1][chosen[at - 1]], reading) if at else 0.0
        last = at + 1 == len(sentence)
        return reading.score + before + (0.0 if last else follows(spelling, reading, sentence[at + 1][chosen[at + 1]]))

    scores = [score(reading) for reading in sentence[at]]
    own = scores[chosen[at]]
    return Choice(sentence[at][chosen[at]], 1 / sum(exp(min(other - own, 50.0)) for other in scores))
