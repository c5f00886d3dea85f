"""All checks in their order, each told as soon as it is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

from bot.doctor.credentials import check_form, check_token
from bot.doctor.findings import Finding, Outside, State, fine, untried
from bot.doctor.machine import check_database, check_index, check_knowledge, check_manifest
from bot.doctor.network import check_endpoint, check_keys_and_clock
from bot.registrations import Registration
from bot.settings import Settings


async def examine(settings: Settings, outside: Outside, version: str) -> AsyncIterator[Finding]:
    """Yield a finding for every check. No check stops those after it, and each service is given a few seconds."""
    for finding in _settings(settings):
        yield finding
    finding, knowledge = await asyncio.to_thread(check_knowledge, settings)
    yield finding
    yield await asyncio.to_thread(check_index, settings)
    yield await check_database(settings)
    if not settings.registrations:
        yield untried("app_id", "no_teams")
    for each in settings.registrations:
        async for finding in _registration(each, outside):
            yield replace(finding, registration=each.name)
    if settings.registrations:
        async for finding in check_keys_and_clock(outside):
            yield finding
    if settings.registrations or settings.public_url:
        async for finding in check_endpoint(settings.public_url, outside):
            yield finding
    for finding in check_manifest(settings, knowledge, version):
        yield finding


async def _registration(each: Registration, outside: Outside) -> AsyncIterator[Finding]:
    sound = True
    for finding in check_form(each):
        sound = sound and finding.state is not State.FAULTY
        yield finding
    if not sound:
        yield untried("token", "form")
        return
    async for finding in check_token(each, outside):
        yield finding


def _settings(settings: Settings) -> Iterator[Finding]:
    yield untried("settings", "dev") if settings.dev else fine("settings", "good", folder=settings.data)
    for caution in settings.cautions:
        what, _, cure = caution.partition("; ")
        yield Finding("settings", State.FAULTY, what, cure)
