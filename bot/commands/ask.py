"""`lotsen ask`: one question from the command line."""

from __future__ import annotations

import asyncio
import difflib
import json
import re
import sys
from collections.abc import Mapping
from datetime import date

from bot.answer import Answer
from bot.commands.console import tell, tell_marked, warn
from bot.commands.faults import OK
from bot.commands.index import ready
from bot.commands.why import tell_why
from bot.commands.wording import Wrong, say
from bot.errors import StateError
from bot.opening import open_state
from bot.ports import Turn
from bot.service import Lotsen, Serving, answer_turns, open_serving
from bot.settings import Settings
from indexer.swedish import fold

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_STYLES = {"danger": "bold red", "privacy": "bold yellow", "validity": "yellow", "premise": "yellow"}


def ask(
    settings: Settings, question: str, municipality: str | None, day: str | None, *, as_json: bool, why: bool
) -> int:
    """Answer one question; as JSON nothing is stored, else its receipt and gap are. Returns the exit status."""
    on = read_day(day) if day is not None else date.today()
    serving = open_serving(ready(settings).path, settings.certainty)
    place = municipality_id(municipality, places(serving)) if municipality is not None else None
    if as_json:
        answer = answer_turns(serving, [question], place, on)[0]
        tell(json.dumps(answer.as_json(), ensure_ascii=False, indent=2))
    else:
        answer, kept = asyncio.run(_answer(settings, serving, Turn(question, on, municipality=place)))
        _show(answer, kept)
    if why:
        tell_why(serving, question, place, stream=sys.stderr if as_json else sys.stdout)
    return OK


def read_day(text: str) -> date:
    """Return the day in an option. Raises Wrong where it is none."""
    try:
        # fromisoformat also takes 20261121 and week dates.
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Wrong(say("wrong.day", value=text, example=date.today().isoformat()))


def places(serving: Serving) -> dict[str, str]:
    """Return the municipalities of the region: id → name."""
    return {place.id: place.name for place in serving.served.knowledge.municipalities.values()}


def municipality_id(text: str, known: Mapping[str, str]) -> str:
    """Return the id of a municipality given by id or name. Raises Wrong where there is none."""
    wanted = fold(text.strip().casefold())
    for id_, name in known.items():
        if wanted in (id_, fold(name.casefold())):
            return id_
    raise Wrong(say("wrong.municipality", value=text, hint=place_hint(wanted, known)))


def place_hint(wanted: str, known: Mapping[str, str]) -> str:
    """Return 'menade du …?' for a misspelt municipality, or all that there are."""
    close = difflib.get_close_matches(wanted, known, n=1, cutoff=0.7)
    return say("hint", guess=close[0]) if close else say("wrong.municipalities", ids=", ".join(sorted(known)))


async def _answer(settings: Settings, serving: Serving, turn: Turn) -> tuple[Answer, bool]:
    """Return the answer, and whether it was kept: a store that is away must not silence it."""
    try:
        async with open_state(settings) as state:
            return await Lotsen(serving, state, keeps_gaps=settings.gaps).ask(turn), True
    except StateError:
        return answer_turns(serving, [turn.text], turn.municipality, turn.on)[0], False


def _show(answer: Answer, kept: bool) -> None:
    marks = [(notice.text, _STYLES.get(notice.level, "yellow")) for notice in answer.notices]
    tell_marked(answer.text, [*marks, (answer.lead, "bold")])
    asked = dict.fromkeys((*(action.question for action in answer.actions if action.question), *answer.suggestions))
    if asked:
        tell("")
        tell("\n".join([say("ask.suggestions"), *(f"• {question}" for question in asked)]), "dim")
    if kept:
        tell("")
        tell(say("ask.receipt", code=answer.receipt), "dim")
    else:
        warn(say("ask.not_kept"))
