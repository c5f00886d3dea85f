"""How good a ranking is, how sure a difference is, and how long things take."""

from __future__ import annotations

import math
import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

TOP = 10
RESAMPLES = 10_000
SEED = 20261121


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of paired differences with the ends of its 95 % interval, in the unit of what was compared."""

    mean: float
    low: float
    high: float


def first_is_right(ranked: Sequence[str], rel: Collection[str]) -> float:
    """Return 1 where the first document answers the question, else 0."""
    return float(bool(ranked) and ranked[0] in rel)


def reciprocal_rank(ranked: Sequence[str], rel: Collection[str], top: int = TOP) -> float:
    """Return 1 by the place of the first right document; 0 where there is none among the first `top`."""
    return next((1 / place for place, id_ in enumerate(ranked[:top], 1) if id_ in rel), 0.0)


def gain(ranked: Sequence[str], rel: Collection[str], top: int = TOP) -> float:
    """Return nDCG at `top`, every right document worth the same: 1 where all right ones come first."""
    found = sum(1 / math.log2(place + 1) for place, id_ in enumerate(ranked[:top], 1) if id_ in rel)
    best = sum(1 / math.log2(place + 1) for place in range(1, min(len(rel), top) + 1))
    return found / best if best else 0.0


def mean(values: Collection[float]) -> float:
    """Return the mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share (0–1) of the values lies, the nearest that occurs; 0 of nothing."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))] if ordered else 0.0


def paired_bootstrap(
    one: Sequence[float], other: Sequence[float], resamples: int = RESAMPLES, seed: int = SEED
) -> Difference:
    """Return the mean of one − other over the same questions, and where 95 % of the resampled means lie.

    The same numbers and seed give the same interval.
    """
    differences = [mine - theirs for mine, theirs in zip(one, other, strict=True)]
    chance = random.Random(seed)  # noqa: S311 - resampling, no secret
    means = sorted(mean(chance.choices(differences, k=len(differences))) for _ in range(resamples))
    return Difference(mean(differences), percentile(means, 0.025), percentile(means, 0.975))
