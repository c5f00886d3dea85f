"""How replies get out: retries, time limits and reply tokens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
import pytest

from bot.errors import TransportError
from bot.teams.config import TeamsConfig
from bot.teams.connector import BUDGET, Connector
from bot.teams.login import ReplyTokens, token_url
from tests.fakes import APP_ID, FakeClock, FakeConnector, FakeLogin

MESSAGE = {"type": "message", "text": "Hej"}


@dataclass
class Line:
    """A connector client between two fake services."""

    service: FakeConnector
    login: FakeLogin
    clock: FakeClock
    client: Connector
    tokens: ReplyTokens

    async def send(self, conversation: str = "a:1", reply_to: str | None = "7") -> str | None:
        return await self.client.send(f"{self.service.url}/emea/", conversation, reply_to, MESSAGE)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(FakeConnector())
        login = await stack.enter_async_context(FakeLogin())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        clock = FakeClock()
        config = TeamsConfig(app_id=APP_ID, app_secret="hemligt", app_tenant="hem", login_url=login.url)
        tokens = ReplyTokens(config, session, clock)
        yield Line(service, login, clock, Connector(session, tokens, clock=clock, sleep=clock.sleep), tokens)


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
async def test_a_passing_refusal_is_tried_again(line: Line, status: int) -> None:
    """412, 429, 502, 503 and 504 are tried again after a growing pause, and the reply gets through."""
    line.service.script = [(status, {}), (status, {})]
    assert await line.send() == "m3"
    first, second = line.clock.slept
    assert 0.5 <= first <= 0.625
    assert 1.0 <= second <= 1.25


async def test_tries_are_bounded(line: Line) -> None:
    """After four attempts the reply is given up."""
    line.service.script = [(503, {})] * 10
    with pytest.raises(TransportError):
        await line.send()
    assert len(line.service.posts) == 4


async def test_the_wait_that_is_asked_for_is_kept(line: Line) -> None:
    """Retry-After in seconds decides the pause."""
    line.service.script = [(429, {"Retry-After": "3"})]
    assert await line.send() == "m2"
    assert line.clock.slept == [3.0]


async def test_a_wait_that_is_too_long_is_not_begun(line: Line) -> None:
    """Where the service asks for more than the budget, the reply is given up at once."""
    line.service.script = [(429, {"Retry-After": "60"})]
    with pytest.raises(TransportError):
        await line.send()
    assert line.clock.slept == []


async def test_all_tries_end_before_teams_asks_again(line: Line) -> None:
    """The sum of all pauses stays within 12 s, whatever the service asks for."""
    line.service.script = [(429, {"Retry-After": "5"})] * 10
    with pytest.raises(TransportError):
        await line.send()
    assert sum(line.clock.slept) < BUDGET < 15


@pytest.mark.parametrize("status", [302, 400, 403, 404, 413, 500])
async def test_a_lasting_refusal_is_not_tried_again(line: Line, status: int) -> None:
    """Other answers are final; a redirect is not followed, or our token would be carried elsewhere."""
    line.service.script = [(status, {"Location": f"{line.service.url}/elsewhere"})]
    with pytest.raises(TransportError):
        await line.send()
    assert len(line.service.posts) == 1


async def test_a_service_that_is_not_there_is_tried_again() -> None:
    """A refused connection is tried again and then told as our own error."""
    clock = FakeClock()
    async with aiohttp.ClientSession() as session:
        client = Connector(session, None, clock=clock, sleep=clock.sleep)
        with pytest.raises(TransportError):
            await client.send("http://127.0.0.1:9/", "a:1", None, MESSAGE)
    assert len(clock.slept) == 3


async def test_without_an_activity_to_answer_the_conversation_is_written_to(line: Line) -> None:
    """A message that answers nothing goes to the conversation itself."""
    await line.send("19:x@thread;messageid=1", None)
    assert line.service.paths == ["/emea/v3/conversations/19%3Ax%40thread%3Bmessageid%3D1/activities"]


# --- reply tokens --------------------------------------------------------------------------------


async def test_a_token_is_asked_for_with_the_bots_credentials(line: Line) -> None:
    """Client credentials of the app, in its home tenant, for the Bot Framework."""
    await line.send()
    assert line.login.paths == ["/hem/oauth2/v2.0/token"]
    assert line.login.forms == [
        {
            "grant_type": "client_credentials",
            "client_id": APP_ID,
            "client_secret": "hemligt",
            "scope": "https://api.botframework.com/.default",
        }
    ]
    assert line.service.headers[0]["Authorization"] == "Bearer reply-1"


async def test_a_token_is_kept_until_five_minutes_before_its_end(line: Line) -> None:
    """One fetch serves all replies of 55 minutes; then a new one is made."""
    await line.send()
    line.clock.now += 3299
    await line.send()
    assert len(line.login.forms) == 1
    line.clock.now += 2
    await line.send()
    assert [headers["Authorization"] for headers in line.service.headers][-1] == "Bearer reply-2"


async def test_many_replies_at_once_share_one_fetch(line: Line) -> None:
    """Single flight: ten replies wait for the same token."""
    line.login.delay = 0.05
    await asyncio.gather(*(line.send() for _ in range(10)))
    assert len(line.login.forms) == 1


async def test_a_refused_token_is_replaced(line: Line) -> None:
    """A 401 from the service drops the token; the reply goes out with a new one."""
    await line.send()
    line.service.script = [(401, {})]
    assert await line.send() == "m3"
    assert line.service.headers[-1]["Authorization"] == "Bearer reply-2"


async def test_wrong_credentials_are_told_at_once(line: Line) -> None:
    """A login that says no is not asked four times."""
    line.login.status = 401
    with pytest.raises(TransportError):
        await line.send()
    assert (len(line.login.forms), line.service.posts) == (1, [])


async def test_a_login_that_fails_now_is_asked_again(line: Line) -> None:
    """A 503 from the login counts as an attempt, and later ones may succeed."""
    line.login.status = 503
    with pytest.raises(TransportError):
        await line.send()
    assert len(line.login.forms) == 4
    line.login.status = 200
    assert await line.send() == "m1"


def test_the_login_address_may_be_whole_or_a_base() -> None:
    """Tenant and path are added unless they stand there."""
    whole = "http://127.0.0.1:1/t/oauth2/v2.0/token"
    assert token_url(TeamsConfig(login_url=whole, app_tenant="hem")) == whole
    assert token_url(TeamsConfig(app_tenant="hem")) == "https://login.microsoftonline.com/hem/oauth2/v2.0/token"
    assert "hemligt" not in repr(TeamsConfig(app_secret="hemligt"))
