"""`lotsen doctor`: what is wrong with this installation, line by line, with the cure."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict
from importlib.metadata import version

from bot.commands.console import complain, tell
from bot.commands.faults import MENDABLE, OK
from bot.commands.wording import say
from bot.doctor.examination import examine
from bot.doctor.findings import Finding, Outside, State
from bot.settings import Settings, SettingsError

Reach = Callable[[Settings], AbstractAsyncContextManager[Outside]]
STYLES = {State.FINE: "green", State.FAULTY: "bold red", State.UNTRIED: "yellow"}


def doctor(load: Callable[[], Settings], reach: Reach, *, as_json: bool) -> int:
    """Tell what every check finds; return the exit status, 0 only where nothing is at fault."""
    return asyncio.run(_doctor(load, reach, as_json))


async def _doctor(load: Callable[[], Settings], reach: Reach, as_json: bool) -> int:
    found: list[Finding] = []
    async for finding in _findings(load, reach):
        found.append(finding)
        if not as_json:
            _tell(finding)
    faults = sum(finding.state is State.FAULTY for finding in found)
    if as_json:
        tell(json.dumps([_as_json(finding) for finding in found], ensure_ascii=False, indent=2))
    elif faults:
        complain(say("doctor.fault") if faults == 1 else say("doctor.faults", count=faults))
    else:
        tell(say("doctor.sound"), "green")
    return MENDABLE if faults else OK


async def _findings(load: Callable[[], Settings], reach: Reach) -> AsyncIterator[Finding]:
    try:
        settings = load()
    except SettingsError as exc:
        for problem in exc.problems:
            what, _, cure = problem.rpartition("; ")
            yield Finding("settings", State.FAULTY, what, cure)
        return
    async with reach(settings) as outside:
        async for finding in examine(settings, outside, version("lotsen")):
            yield finding


def _tell(finding: Finding) -> None:
    mark, name = say(f"doctor.mark.{finding.state}"), say(f"doctor.check.{finding.check}")
    if finding.registration:
        name = say("doctor.of", name=name, registration=finding.registration)
    tell(say("doctor.line", mark=mark, name=name, found=_ended(finding.found)), STYLES[finding.state])
    if finding.cure:
        tell(say("doctor.cure", cure=_ended(finding.cure)))
    sys.stdout.flush()


def _ended(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


def _as_json(finding: Finding) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(finding).items()}
