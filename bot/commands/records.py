"""`lotsen gaps` and `lotsen kvitto`: what state has kept."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

from bot.commands.console import table, tell, warn
from bot.commands.faults import OK, Mendable
from bot.commands.wording import say
from bot.opening import open_state
from bot.ports import ExpertQuestion, Gap, Receipt
from bot.settings import Settings

COLUMNS = ("count", "at", "municipality", "question")


def gaps(settings: Settings, *, as_json: bool) -> int:
    """List the unanswered questions, most asked first, then what experts have answered; return the exit status."""
    found, answered = asyncio.run(_gaps(settings))
    if as_json:
        listed = [*(_gap_json(gap) for gap in found), *(_draft_json(question) for question in answered)]
        tell(json.dumps(listed, ensure_ascii=False, indent=2))
        return OK
    if found:
        rows = [(str(gap.count), _minute(gap.at), gap.municipality or "", _one_line(gap.question)) for gap in found]
        table([say(f"gaps.column.{column}") for column in COLUMNS], rows, right=frozenset({0}))
    else:
        tell(say("gaps.none"))
    if answered:
        _tell_drafts(answered)
    if not settings.gaps:
        warn(say("gaps.off"))
    return OK


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
    given = {"code": kept.code, "at": _minute(kept.at), "on": answer.get("on"), "revision": answer.get("revision")}
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


async def _gaps(settings: Settings) -> tuple[list[Gap], list[ExpertQuestion]]:
    async with open_state(settings) as state:
        return await state.gaps(), await state.expert_answers()


async def _receipt(settings: Settings, code: str) -> Receipt | None:
    async with open_state(settings) as state:
        return await state.receipt(code)


def _gap_json(gap: Gap) -> dict[str, str | int | None]:
    return {
        "question": gap.question,
        "count": gap.count,
        "at": gap.at.isoformat(timespec="seconds"),
        "kind": gap.kind,
        "municipality": gap.municipality,
    }


def _tell_drafts(answered: list[ExpertQuestion]) -> None:
    """Print what experts have answered: drafts for whoever looks after the knowledge."""
    tell("")
    tell(say("gaps.drafts", count=len(answered)), "bold")
    for question in answered:
        at = _minute(question.answered_at or question.at)
        place = question.municipality or "–"
        tell("")
        tell(say("gaps.draft", at=at, group=question.group, municipality=place), "dim")
        tell(say("gaps.draft.question", text=_one_line(question.question)))
        tell(say("gaps.draft.answer", text=_one_line(question.answer or "")))


def _draft_json(question: ExpertQuestion) -> dict[str, str | int | None]:
    at = question.answered_at or question.at
    return {
        "question": question.question,
        "count": 1,
        "at": at.isoformat(timespec="seconds"),
        "kind": "expert",
        "municipality": question.municipality,
        "group": question.group,
        "answer": question.answer,
        "reviewed": False,
    }


def _minute(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def _one_line(text: str) -> str:
    return " ".join(text.split())
