"""Wiring: settings → knowledge → index → bot → edges. The command `lotsen` is `main`; `python app.py` serves."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli import Wiring, run
from bot.settings import load_settings

if TYPE_CHECKING:
    from aiohttp import web

    from bot.doctor.findings import Outside
    from bot.ports import Asks
    from bot.settings import Settings

ROOT = Path(__file__).resolve().parent
LET_FINISH = 10.0
"""Seconds that answers under way are given when Lotsen is told to stop."""


def main() -> int:
    """Run the command line that was given; return its exit status."""
    return run(sys.argv[1:], Wiring(ROOT, load_settings, listen, reach))


@asynccontextmanager
async def listen(settings: Settings, asks: Asks) -> AsyncIterator[int]:
    """Hold the edges open, and give the port that they listen on. Raises OSError where it cannot be had."""
    # aiohttp and the bot SDK take longer to import than other commands take to run.
    from aiohttp import web

    from bot.web import PathAccessLogger

    runner = web.AppRunner(
        make_edges(settings, asks), access_log_class=PathAccessLogger, shutdown_timeout=LET_FINISH, handle_signals=False
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


@asynccontextmanager
async def reach(settings: Settings) -> AsyncIterator[Outside]:
    """Give what `lotsen doctor` asks other servers with, and where Teams' services are."""
    from datetime import UTC, datetime

    from bot.teams import open_outside

    clock = partial(datetime.now, UTC)
    async with open_outside(settings.teams_login_url, settings.teams_openid_url, clock) as outside:
        yield outside


def make_edges(settings: Settings, asks: Asks) -> web.Application:
    """Return the application with the page, the API and Teams."""
    from datetime import UTC, date, datetime

    from bot.editor.routes import EditorConfig, add_editor_routes
    from bot.teams import TeamsConfig, add_teams_routes
    from bot.web import WebConfig, make_app

    app = make_app(asks, WebConfig(**settings.for_web()), date.today)
    add_teams_routes(app, asks, TeamsConfig(**settings.for_teams()), date.today)
    add_editor_routes(app, asks, EditorConfig(**settings.for_editor()), partial(datetime.now, UTC))
    return app


if __name__ == "__main__":
    sys.argv[1:] = sys.argv[1:] or ["serve"]
    sys.exit(main())
