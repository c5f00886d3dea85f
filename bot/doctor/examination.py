"""All checks in their order, each told as soon as it is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bot.doctor.credentials import check_form, check_token
from bot.doctor.findings import Finding, Outside, State, fine, untried
from bot.doctor.machine import check_database, check_index, check_knowledge, check_manifest
from bot.doctor.network import check_endpoint, check_keys_and_clock
from bot.registered import registered
from bot.settings import Settings


async def examine(settings: Settings, outside: Outside, version: str) -> AsyncIterator[Finding]:
    """Yield a finding for every check. No check stops those after it, and each service is given a few seconds."""
    yield _settings(settings)
    finding, knowledge = await asyncio.to_thread(check_knowledge, settings)
    yield finding
    yield await asyncio.to_thread(check_index, settings)
    yield await check_database(settings)
    registrations = registered(settings)
    if not registrations:
        yield untried("app_id", "no_teams")
    for each in registrations:
        sound = True
        for finding in check_form(each):
            sound = sound and finding.state is not State.FAULTY
            yield finding
        if sound:
            async for finding in check_token(each, outside):
                yield finding
        else:
            yield untried("token", "form")
    if registrations:
        async for finding in check_keys_and_clock(outside):
            yield finding
    if registrations or settings.public_url:
        async for finding in check_endpoint(settings.public_url, outside):
            yield finding
    for finding in check_manifest(settings, knowledge, version):
        yield finding


def _settings(settings: Settings) -> Finding:
    if settings.dev:
        return untried("settings", "dev")
    return fine("settings", "good", folder=settings.data)
