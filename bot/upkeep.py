"""What whoever looks after the knowledge should see: what grows old, what was asked in vain, what did not help."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bot.gap_groups import GapGroup, grouped, ungrouped
from bot.ports import ExpertQuestion, Gap, Reaction, State
from knowledge.freshness import Finding, Places, stale
from knowledge.local_grid import LocalGrid, local_grid
from knowledge.model import Knowledge

if TYPE_CHECKING:
    from bot.service import Serving

MOST_GAPS = 500
"""Questions that are read and grouped; of more, the most asked."""
DISLIKE = "dislike"


@dataclass(frozen=True, slots=True)
class Disliked:
    """An answer that did not help: its receipt's code, its first line, and what was said about it. Times are UTC."""

    code: str
    lead: str
    facts: tuple[str, ...]
    reasons: tuple[str, ...]
    count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """What state has kept of what people asked and thought. `receipts` are the disliked answers' JSON by code."""

    gaps: tuple[Gap, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    answers: tuple[ExpertQuestion, ...] = ()
    receipts: Mapping[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """All that there is to look at on a day. `more` counts the questions past those that were grouped."""

    on: date
    region: str
    findings: tuple[Finding, ...]
    grid: LocalGrid
    groups: tuple[GapGroup, ...]
    disliked: tuple[Disliked, ...]
    answers: tuple[ExpertQuestion, ...]
    more: int = 0


def overview(
    knowledge: Knowledge, serving: Serving | None, heard: Heard, on: date, places: Places | None = None
) -> Overview:
    """Return all that there is to look at. Without an index, questions stand each alone."""
    gaps = heard.gaps[:MOST_GAPS]
    return Overview(
        on=on,
        region=knowledge.region.name,
        findings=tuple(stale(knowledge, on, places)),
        grid=local_grid(knowledge, on),
        groups=tuple(grouped(gaps, serving, on) if serving else ungrouped(gaps)),
        disliked=tuple(disliked(heard.reactions, heard.receipts or {})),
        answers=heard.answers,
        more=len(heard.gaps) - len(gaps),
    )


def disliked(reactions: Iterable[Reaction], receipts: Mapping[str, Mapping[str, Any]]) -> list[Disliked]:
    """Return the answers that did not help, the latest first; those whose receipt is not known come one by one."""
    by_answer: dict[str, list[Reaction]] = {}
    for number, one in enumerate(reactions):
        if one.reaction == DISLIKE:
            by_answer.setdefault(one.code or f"#{number}", []).append(one)
    found = []
    for of_one in by_answer.values():
        answer = receipts.get(of_one[0].code, {})
        lead = str(answer.get("text", "")).partition("\n")[0]
        reasons = tuple(dict.fromkeys(one.reason for one in of_one if one.reason))
        facts = tuple(answer.get("facts", ()))
        found.append(Disliked(of_one[0].code, lead, facts, reasons, len(of_one), of_one[0].at))
    return found


async def hear(state: State) -> Heard:
    """Return what state has kept. Raises StateError."""
    reactions = await state.feedback()
    codes = dict.fromkeys(one.code for one in reactions if one.reaction == DISLIKE and one.code)
    kept = [(code, await state.receipt(code)) for code in codes]
    receipts = {code: receipt.answer for code, receipt in kept if receipt is not None}
    return Heard(tuple(await state.gaps()), tuple(reactions), tuple(await state.expert_answers()), receipts)


class Upkeep:
    """The overview of a Lotsen that serves, and what editors make of it."""

    def __init__(self, state: State, serving: Callable[[], Serving]) -> None:
        self._state = state
        self._serving = serving

    async def overview(self, on: date) -> Overview:
        """Return all that there is to look at on a day. Raises StateError."""
        heard, serving = await hear(self._state), self._serving()
        # In a thread of its own: hundreds of questions may be read, and chats must not wait for them.
        return await asyncio.to_thread(overview, serving.served.knowledge, serving, heard, on)

    async def settle(self, gaps: Collection[str], answers: Collection[str], became: str) -> None:
        """Take questions and experts' answers off the list, as a piece of work on the bench or what `became` says."""
        if gaps:
            await self._state.settle_gaps(gaps, became)
        if answers:
            await self._state.take_in_answers(answers, became)

    async def put_back(self, became: Collection[str]) -> None:
        """Put back what was settled by pieces of work that came to nothing."""
        if became:
            await self._state.reopen_gaps(became)
            await self._state.leave_answers(became)
