"""The Teams endpoint with everything around it on loopback."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.teams import TeamsConfig, add_teams_routes
from tests.fakes import APP_ID, TODAY, FakeAsks, FakeClock, FakeConnector, FakeLogin, FakeOpenId, mint

ACTIVITIES = Path(__file__).parent / "activities"
TENANT = "aaaaaaaa-0000-0000-0000-000000000001"


@dataclass
class Edge:
    """A running endpoint and the services around it."""

    client: TestClient[Any, Any]
    asks: FakeAsks
    connector: FakeConnector
    login: FakeLogin
    openid: FakeOpenId
    clock: FakeClock = field(default_factory=FakeClock)

    @property
    def service_url(self) -> str:
        return f"{self.connector.url}/teams/"

    def activity(self, name: str, **changes: Any) -> dict[str, Any]:
        """Return an activity as Teams sends it, addressed to the fake connector, with some keys changed."""
        text = (ACTIVITIES / f"{name}.json").read_text("utf-8").replace("{service_url}", self.service_url)
        return {**json.loads(text), **changes}

    async def post(self, activity: object, token: str | None = "", **headers: str) -> aiohttp.ClientResponse:
        """Post an activity; the token is a good one unless another, or null for none, is given."""
        if token is not None:
            headers["Authorization"] = f"Bearer {token or mint(self.service_url)}"
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        return await self.client.post("/api/messages", data=body, headers=headers)


class Edges:
    """Starts endpoints, each with a config that differs in some values."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack

    async def start(self, asks: Any = None, **config: Any) -> Edge:
        connector = await self._stack.enter_async_context(FakeConnector())
        login = await self._stack.enter_async_context(FakeLogin())
        openid = await self._stack.enter_async_context(FakeOpenId())
        given = {
            "app_id": APP_ID,
            "app_secret": "hemligt",
            "app_tenant": TENANT,
            "tenants": (TENANT,),
            "openid_url": f"{openid.url}/openidconfiguration",
            "login_url": login.url,
            "service_hosts": (connector.host,),
        }
        asks, clock = asks or FakeAsks(), FakeClock()
        app = web.Application()
        add_teams_routes(app, asks, TeamsConfig(**{**given, **config}), lambda: TODAY, clock=clock)
        client = await self._stack.enter_async_context(TestClient(TestServer(app, host="127.0.0.1")))
        return Edge(client, asks, connector, login, openid, clock)


@pytest.fixture
async def edges() -> AsyncIterator[Edges]:
    """Whatever is started is stopped after the test."""
    async with AsyncExitStack() as stack:
        yield Edges(stack)


@pytest.fixture
async def edge(edges: Edges) -> Edge:
    """The endpoint with app id, tenant and service host configured."""
    return await edges.start()
