"""Who watches an agreement is told when it changes or comes near its end: once for each, in whatever process."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from bot.compose.common import Composer
from bot.notices import Notice, notice_of, read, summary
from bot.outreach import NOTICE
from bot.ports import Letter, Profile, State, Watch
from bot.rounds import each

if TYPE_CHECKING:
    from bot.service import Serving


class Noticing:
    """Keeps watches, and writes the letters that they lead to."""

    def __init__(self, state: State, serving: Callable[[], Serving], clock: Callable[[], datetime]) -> None:
        self._state = state
        self._serving = serving
        self._clock = clock
        self._looked: tuple[str, date] | None = None

    async def watch(self, person: str, agreement: str, address: Mapping[str, Any], on: date) -> None:
        """Keep that somebody watches an agreement, which they have just been told about."""
        told = summary(agreement, self._composer(on), self._clock().isoformat())
        await self._state.watch(Watch(person, agreement, address, told))

    async def look(self) -> None:
        """Write the notices that are due. Nothing is done until the revision served or the day is another.

        A fault in one watch is logged and leaves the others alone. Raises StateError where the store was away
        for some: the next look takes those up.
        """
        now = (self._serving().served.revision, self._clock().astimezone().date())
        if now == self._looked:
            return
        composer = self._composer(now[1])
        await each(await self._state.watches(), lambda watch: self._look_at(watch, composer), NOTICE)
        self._looked = now

    async def is_wanted(self, letter: Letter) -> bool:
        """Return whether somebody still watches what a letter tells of."""
        watches = await self._state.watches(letter.person) if letter.person else []
        return any(watch.agreement == letter.content.get("agreement") for watch in watches)

    async def _look_at(self, watch: Watch, composer: Composer) -> None:
        known = watch.agreement in composer.knowledge.agreements
        notice = notice_of(watch.agreement, watch.digest, composer)
        if notice is not None:
            await self._state.post(self._letter(watch, notice, composer, last=not known))
        if not known:
            if notice is None:
                await self._state.unwatch(watch.person, watch.agreement)
            return  # a watch whose last letter is on its way ends with that letter
        # Posted first: interrupted in between, the same letter is written again and not taken.
        if notice is not None or read(watch.digest) is None:
            since = notice.change[:16] if notice is not None else self._clock().isoformat()
            await self._state.note_told(watch, summary(watch.agreement, composer, since))

    def _letter(self, watch: Watch, notice: Notice, composer: Composer, *, last: bool) -> Letter:
        known = composer.knowledge.agreements.get(watch.agreement)
        content = {
            "agreement": watch.agreement,
            "title": notice.title,
            "lines": list(notice.lines),
            "sources": notice.sources,
            "last": last,
            "asks": composer.say("notices.ask", short=known.short) if known else "",
            "stops": composer.say("watching.stop_question", short=known.short) if known else "",
        }
        name = hashlib.sha256(f"{watch.person} {notice.change}".encode()).hexdigest()
        return Letter(f"{NOTICE}:{name}", NOTICE, watch.address, content, self._clock(), person=watch.person)

    def _composer(self, on: date) -> Composer:
        serving = self._serving()
        return Composer(serving.mind.on(on).knowledge, serving.say, on, Profile(), None)
