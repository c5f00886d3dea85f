"""Once a week, to the editors' channel: what has grown old since last week, and what was asked in vain.

A week in which nothing of that happened has no letter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from bot.gap_groups import GapGroup
from bot.outreach import WEEKLY
from bot.ports import Letter, State
from bot.upkeep import Overview, Upkeep
from knowledge.freshness import DATED, Finding, stale
from knowledge.messages import sentence
from knowledge.model import Knowledge

if TYPE_CHECKING:
    from bot.service import Serving

EDITORS = "redaktion"
"""The editors' channel, among those of LOTSEN_TEAMS_EXPERTS."""
HOUR = 8
"""On Mondays, by the clock here, from which the letter of the week is written."""
WEEK = timedelta(days=7)
SHOWN = 5
_say = partial(sentence, "aktualitet")


class Weekly:
    """Writes the week's letter, once for all replicas: its key is the week's."""

    def __init__(
        self,
        state: State,
        upkeep: Upkeep,
        serving: Callable[[], Serving],
        channel_of: Callable[[str], str | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._state = state
        self._upkeep = upkeep
        self._serving = serving
        self._channel_of = channel_of
        self._clock = clock
        self._looked = ""

    async def look(self) -> None:
        """Write the letter where it is due; cheap where it is not. Raises StateError.

        Nothing is written before Lotsen has once been reached from the channel, by being mentioned there.
        """
        now = self._clock()
        key = self._key(now)
        channel = self._channel_of(EDITORS)
        if key is None or key == self._looked or channel is None:
            return
        address = await self._state.address(channel)
        if address is None:
            return
        on = now.astimezone().date()
        content = told(await self._upkeep.overview(on), self._serving().served.knowledge, now)
        if content is not None:
            await self._state.post(Letter(key, WEEKLY, address, content, now))
        self._looked = key

    def _key(self, now: datetime) -> str | None:
        """Return the name of the week's letter; null before its hour."""
        local = now.astimezone()
        year, week, day = local.isocalendar()
        if day == 1 and local.hour < HOUR:
            return None
        return f"{WEEKLY}:{self._serving().served.knowledge.region.id}:{year}-{week:02}"


def told(found: Overview, knowledge: Knowledge, now: datetime) -> Mapping[str, Any] | None:
    """Return what the letter says of the week before; null where there is nothing new."""
    since = now - WEEK
    new = _new(found.findings, knowledge, found.on)
    asked = [group for group in found.groups if group.at > since]
    down = [one for one in found.disliked if one.at > since]
    answers = [one for one in found.answers if (one.answered_at or one.at) > since]
    parts = [
        _part("stale", [f"{one.subject}: {one.what}" for one in new]),
        _part("asked", [_asked(group) for group in asked]),
        _part("disliked", [_disliked(one.lead, one.reasons) for one in down]),
        _part("answers", [one.question for one in answers]),
    ]
    said = [part for part in parts if part["lines"]]
    if not said:
        return None
    more = _say(
        "weekly.more",
        dated=sum(one.sort in DATED for one in found.findings),
        open=len(found.groups) + found.more,
        answers=len(found.answers),
    )
    return {"title": _say("weekly.title", region=found.region), "parts": said, "more": more}


def _new(findings: tuple[Finding, ...], knowledge: Knowledge, on: date) -> list[Finding]:
    """Return what has come within the week: the same was not the matter seven days ago."""
    before = {(one.sort, one.id) for one in stale(knowledge, on - WEEK)}
    return [one for one in findings if (one.sort, one.id) not in before]


def _part(name: str, lines: list[str]) -> dict[str, Any]:
    shown = [" ".join(line.split()) for line in lines[:SHOWN]]
    rest = len(lines) - len(shown)
    shown += [_say("weekly.rest", count=rest)] if rest else []
    return {"heading": _say(f"weekly.{name}", count=len(lines)), "lines": shown}


def _asked(group: GapGroup) -> str:
    key = "weekly.asked_once" if group.count == 1 else "weekly.asked_line"
    return _say(key, question=group.question, count=group.count)


def _disliked(lead: str, reasons: tuple[str, ...]) -> str:
    said = lead or _say("weekly.unknown_answer")
    return _say("weekly.disliked_line", lead=said, reason=reasons[0]) if reasons else said
