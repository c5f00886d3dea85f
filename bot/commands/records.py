"""`lotsen kvitto`: an answer as it stood."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

from bot.commands.console import tell
from bot.commands.faults import OK, Mendable
from bot.commands.wording import say
from bot.opening import open_state
from bot.ports import Receipt
from bot.settings import Settings


def kvitto(settings: Settings, code: str, *, as_json: bool) -> int:
    """Show the answer with a code as it stood; return the exit status."""
    asked = tidy_code(code)
    kept = asyncio.run(_receipt(settings, asked))
    if kept is None:
        raise Mendable(say("kvitto.none", code=asked))
    answer = kept.answer
    if as_json:
        tell(json.dumps(answer, ensure_ascii=False, indent=2))
        return OK
    given = {"code": kept.code, "at": minute(kept.at), "on": answer.get("on"), "revision": answer.get("revision")}
    tell(say("kvitto.given", **given), "dim")
    tell("")
    tell(str(answer.get("text", "")))
    if answer.get("facts"):
        tell("")
        tell(say("kvitto.facts", facts=", ".join(answer["facts"])), "dim")
    return OK


def tidy_code(code: str) -> str:
    """Return a code as it is stored, however it was read out: capitals, with the dash after three."""
    letters = "".join(character for character in code.upper() if character.isalnum())
    return f"{letters[:3]}-{letters[3:]}"


async def _receipt(settings: Settings, code: str) -> Receipt | None:
    async with open_state(settings) as state:
        return await state.receipt(code)


def minute(at: datetime) -> str:
    """Return a time (UTC) as a clock on the wall here shows it."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")
