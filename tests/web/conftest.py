"""The web edge, served on loopback with a small bot behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.access import WebConfig
from bot.web import make_app
from tests.web.samples import LOOPBACK, TODAY, WebFake

Open = Callable[..., Awaitable[TestClient[Any, Any]]]


@pytest.fixture
def asks() -> WebFake:
    """The bot behind the page."""
    return WebFake()


@pytest.fixture
async def open_edge(asks: WebFake) -> AsyncIterator[Open]:
    """Serve the web edge on loopback with a given configuration."""
    clients: list[TestClient[Any, Any]] = []

    async def opened(config: WebConfig = LOOPBACK) -> TestClient[Any, Any]:
        client: TestClient[Any, Any] = TestClient(TestServer(make_app(asks, config, lambda: TODAY)))
        await client.start_server()
        clients.append(client)
        return client

    yield opened
    for client in clients:
        await client.close()


@pytest.fixture
async def client(open_edge: Open) -> TestClient[Any, Any]:
    """A client of the web edge, open on loopback."""
    return await open_edge()
