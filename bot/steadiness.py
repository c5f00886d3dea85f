"""How steady answers are: whether a question that is typed in another way is answered alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.answer import Answer
from bot.evaluate import REFUSING, Verdict
from bot.service import Serving, answer_turns
from bot.variants import KINDS, Kit, Variant, make_kit, vary
from knowledge.model import Kind

COMPARED = ("kind", "facts", "responsible", "route", "municipality")
"""What the answer to a variant must have in common with the answer to the question."""


@dataclass(frozen=True, slots=True)
class Varied:
    """How a variant of a case was answered: the same or not, and what differs as (key, was, became)."""

    verdict: Verdict
    variant: Variant
    same: bool
    differs: tuple[tuple[str, Any, Any], ...]

    @property
    def silent(self) -> bool:
        """Whether it was answered otherwise only in that it was not answered."""
        return not self.same and any(key == "kind" and became in REFUSING for key, _, became in self.differs)


def run_variants(
    verdicts: Iterable[Verdict], serving: Serving, seed: int, at_most: int | None = None
) -> Iterator[Varied]:
    """Yield every variant of the cases that are right, kind by kind; `at_most` of each kind, drawn by the seed."""
    right = [verdict for verdict in verdicts if verdict.outcome == "right"]
    kit = make_kit(serving.served.knowledge.sentences, serving.served.lexicon)
    for kind in KINDS:
        made = [(verdict, variant) for verdict in right if (variant := _of_last_turn(kind, verdict, kit, seed))]
        for verdict, variant in _drawn(made, f"{seed}/{kind}", at_most):
            yield _compared(verdict, variant, serving)


def _of_last_turn(kind: str, verdict: Verdict, kit: Kit, seed: int) -> Variant | None:
    return vary(kind, verdict.case.turns[-1], kit, f"{seed}/{verdict.case.id}")


def _drawn(
    made: Sequence[tuple[Verdict, Variant]], seed: str, at_most: int | None
) -> Sequence[tuple[Verdict, Variant]]:
    if at_most is None or len(made) <= at_most:
        return made
    return Random(seed).sample(made, at_most)  # noqa: S311  (draws cases; nothing is secret)


def _compared(verdict: Verdict, variant: Variant, serving: Serving) -> Varied:
    case = verdict.case
    turns = [*case.turns[:-1], variant.text]
    answer = answer_turns(serving, turns, case.profile, case.on)[-1]
    became = answer.as_json()
    differs = tuple((key, verdict.answer[key], became[key]) for key in COMPARED if verdict.answer[key] != became[key])
    return Varied(verdict, variant, not differs or _may_ask_back(variant, answer, serving), differs)


def _may_ask_back(variant: Variant, answer: Answer, serving: Serving) -> bool:
    """Return whether a word became another word of the knowledge, so that asking back is right."""
    if variant.swap is None or answer.kind is not Kind.CLARIFY:
        return False
    before, after = (serving.served.lexicon.lookup(word)[0] for word in variant.swap)
    return bool(after) and after != before
