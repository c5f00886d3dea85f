"""`lotsen serve`: the edges open, and the watch over the knowledge beside them, until told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress

from bot.commands.console import tell
from bot.commands.faults import OK, Mendable
from bot.commands.index import ready
from bot.commands.wording import say
from bot.logs import fields, start_logging
from bot.opening import open_state
from bot.ports import Asks
from bot.service import Serving, open_serving
from bot.settings import Settings
from bot.watch import Watch
from bot.weekly import EDITORS
from knowledge.messages import sentence

Listen = Callable[[Settings, Asks], AbstractAsyncContextManager[int]]
SHORT_KEY = 16

log = logging.getLogger("lotsen")


def serve(settings: Settings, listen: Listen) -> int:
    """Serve until SIGINT or SIGTERM; return the exit status.

    `listen` holds the edges open around a bot, and gives the port.
    """
    start_logging()
    _warn(settings)
    serving = open_serving(ready(settings).path, settings.certainty)
    _warn_of_groups(settings, serving)
    asyncio.run(_serve(settings, serving, listen))
    return OK


async def _serve(settings: Settings, serving: Serving, listen: Listen) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with open_state(settings) as state:
        watch = Watch(settings, state, serving)
        async with AsyncExitStack() as stack:
            try:
                port = await stack.enter_async_context(listen(settings, watch.lotsen))
            except OSError as exc:
                why = exc.strerror or type(exc).__name__
                raise Mendable(say("serve.busy", host=settings.host, port=settings.port, why=why)) from exc
            watching = asyncio.create_task(watch.run())
            stack.push_async_callback(_end, watching)
            _tell_ready(settings, port, serving)
            await stopped.wait()
    log.info("stopped", extra=fields(event="stopped"))


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _tell_ready(settings: Settings, port: int, serving: Serving) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{port}/"
    log.info("ready", extra=fields(event="ready", url=url, revision=serving.served.revision))
    tell(say("serve.ready", url=url), "bold green")
    sys.stdout.flush()


def _warn(settings: Settings) -> None:
    """Say at every start what an operator should not forget."""
    if settings.dev:
        log.warning(say("serve.dev"), extra=fields(event="dev"))
    for caution in settings.cautions:
        log.warning(caution, extra=fields(event="open_file"))
    if not settings.loopback and not settings.api_key and not settings.trusted_proxy:
        log.warning(sentence("cli", "log.page_closed"), extra=fields(event="page_closed"))
    if settings.api_key and len(settings.api_key.get_secret_value()) < SHORT_KEY:
        log.warning(sentence("cli", "log.short_key"), extra=fields(event="short_key"))


def _warn_of_groups(settings: Settings, serving: Serving) -> None:
    """Say which channels nobody can be asked in, since the knowledge has no such group."""
    groups = serving.served.knowledge.experts
    for group in sorted(set(settings.teams_experts) - set(groups) - {EDITORS}):
        said = sentence("cli", "log.no_group", group=group, groups=", ".join(groups) or "–")
        log.warning(said, extra=fields(event="no_group", group=group))
