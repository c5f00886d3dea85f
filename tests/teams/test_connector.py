"""How replies get out: retries, time limits and reply tokens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import aiohttp
import pytest

from bot.errors import TransportError
from bot.teams.address import Address
from bot.teams.config import TeamsConfig
from bot.teams.connector import BUDGET, Connector
from bot.teams.gate import Gate
from bot.teams.login import ReplyTokens, token_url
from bot.teams.refusals import unreachable
from tests.fakes import APP_ID, FakeClock, FakeConnector, FakeLogin

MESSAGE = {"type": "message", "text": "Hej"}
TENANT = "aaaaaaaa-0000-0000-0000-000000000001"


@dataclass
class Line:
    """A connector client between two fake services."""

    service: FakeConnector
    login: FakeLogin
    clock: FakeClock
    client: Connector
    tokens: ReplyTokens

    async def send(self, conversation: str = "a:1", reply_to: str | None = "7") -> str | None:
        return await self.client.send(self.address(conversation), MESSAGE, reply_to)

    def address(self, conversation: str = "a:1") -> Address:
        return Address(f"{self.service.url}/emea/", conversation, APP_ID, TENANT, "28:bot", "29:user", True)


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(FakeConnector())
        login = await stack.enter_async_context(FakeLogin())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        clock = FakeClock()
        config = TeamsConfig(
            app_id=APP_ID,
            app_secret="hemligt",
            app_tenant="hem",
            tenants=(TENANT,),
            login_url=login.url,
            service_hosts=(service.host,),
        )
        tokens = ReplyTokens(config, session, clock)
        client = Connector(session, Gate(config), {APP_ID: tokens}, clock=clock, sleep=clock.sleep)
        yield Line(service, login, clock, client, tokens)


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
        client = Connector(session, Gate(TeamsConfig(dev=True)), {}, clock=clock, sleep=clock.sleep)
        with pytest.raises(TransportError):
            await client.send(Address("http://127.0.0.1:9/", "a:1"), MESSAGE)
    assert len(clock.slept) == 3


async def test_without_an_activity_to_answer_the_conversation_is_written_to(line: Line) -> None:
    """A message that answers nothing goes to the conversation itself."""
    await line.send("19:x@thread;messageid=1", None)
    assert line.service.paths == ["/emea/v3/conversations/19%3Ax%40thread%3Bmessageid%3D1/activities"]


# --- unasked messages ----------------------------------------------------------------------------


async def test_an_unasked_message_carries_its_address(line: Line) -> None:
    """Service, conversation with tenant, the bot and the person; what the message says itself comes before."""
    await line.client.send(line.address(), {**MESSAGE, "from": {"id": "28:bot", "name": "Lotsen"}})
    assert line.service.paths == ["/emea/v3/conversations/a%3A1/activities"]
    assert line.service.posts == [
        {
            **MESSAGE,
            "channelId": "msteams",
            "serviceUrl": f"{line.service.url}/emea/",
            "conversation": {"id": "a:1", "tenantId": TENANT},
            "from": {"id": "28:bot", "name": "Lotsen"},
            "recipient": {"id": "29:user"},
        }
    ]


async def test_a_chat_with_one_person_can_be_made(line: Line) -> None:
    """The chat is asked for with bot, person and tenant, tried again like a message, and is an address of its own."""
    line.service.script = [(503, {})]
    address = replace(line.address("19:x@thread"), personal=False)
    assert await line.client.create_conversation(address) == replace(address, conversation="m2", personal=True)
    assert line.service.paths == ["/emea/v3/conversations"] * 2
    assert line.service.posts[1] == {
        "bot": {"id": "28:bot"},
        "members": [{"id": "29:user"}],
        "isGroup": False,
        "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }
    assert line.service.headers[1]["Authorization"] == "Bearer reply-1"


@pytest.mark.parametrize("missing", ["user", "bot", "tenant"])
async def test_a_chat_with_nobody_cannot_be_made(line: Line, missing: str) -> None:
    """An address that names no person, bot or tenant is told of, and nothing is sent."""
    with pytest.raises(TransportError):
        await line.client.create_conversation(replace(line.address(), **{missing: None}))
    assert line.service.posts == []


async def test_a_chat_that_is_given_no_name_is_none(line: Line) -> None:
    """An answer without id is no conversation."""
    line.service.script = [(201, {}, "{}")]
    with pytest.raises(TransportError):
        await line.client.create_conversation(line.address())


@pytest.mark.parametrize(
    "change",
    [{"service_url": "https://example.org/"}, {"app_id": "gone"}, {"app_id": None}, {"tenant": "gone"}],
    ids=str,
)
async def test_an_address_that_is_not_ours_any_more_is_not_used(line: Line, change: dict[str, str]) -> None:
    """No message and no token goes to a kept address that the settings of today do not allow."""
    address = replace(line.address(), **change)
    with pytest.raises(TransportError) as caught:
        await line.client.send(address, MESSAGE)
    assert (caught.value.code, caught.value.temporary) == ("NotAllowed", False)
    with pytest.raises(TransportError):
        await line.client.create_conversation(address)
    assert (line.service.posts, line.login.forms) == ([], [])


# Forms of answers as Microsoft's documentation and its users' reports have them.
BLOCKED = (
    r"""{"errorCode":209,"message":"{\r\n  \"subCode\": \"MessageWritesBlocked\",\r\n  \"errorCode\": null\r\n}"}"""
)
REFUSALS = [
    pytest.param(403, BLOCKED, "MessageWritesBlocked", True, id="blocked or removed, a code within a text"),
    pytest.param(
        403, '{"error":{"code":"ForbiddenOperationException"}}', "ForbiddenOperationException", True, id="removed"
    ),
    pytest.param(
        403, '{"error":{"code":"BotNotInConversationRoster"}}', "BotNotInConversationRoster", True, id="not there"
    ),
    pytest.param(403, '{"error":"BotDisabledByAdmin"}', "BotDisabledByAdmin", True, id="forbidden, a bare word"),
    pytest.param(
        403, '{"error":{"code":"ConversationBlockedByUser"}}', "ConversationBlockedByUser", True, id="blocked"
    ),
    pytest.param(403, "", None, True, id="forbidden without a word"),
    pytest.param(403, '{"error":{"code":"InvalidBotApiHost"}}', "InvalidBotApiHost", False, id="the wrong host"),
    pytest.param(403, '{"error":{"code":"NotEnoughPermissions"}}', "NotEnoughPermissions", False, id="a right missing"),
    pytest.param(
        404, '{"error":{"code":"ConversationNotFound"}}', "ConversationNotFound", True, id="conversation gone"
    ),
    pytest.param(
        404,
        '{"error":{"code":"ActivityNotFoundInConversation"}}',
        "ActivityNotFoundInConversation",
        False,
        id="message gone",
    ),
    pytest.param(413, '{"code":"MessageSizeTooBig"}', "MessageSizeTooBig", False, id="too large"),
    pytest.param(400, '{"error":{"code":"Bad Argument"}}', "Bad Argument", False, id="bad argument"),
    pytest.param(400, '{"error":{"code":"<b>\\n"}}', None, False, id="no word"),
    pytest.param(400, "[" * 9000, None, False, id="deep"),
    pytest.param(400, '{"error":{"code":"X"}}' + " " * 20000, None, False, id="long"),
    pytest.param(500, "<html>", None, False, id="no JSON"),
]


@pytest.mark.parametrize(("status", "body", "code", "gone"), REFUSALS)
async def test_refusals_are_told_apart(line: Line, status: int, body: str, code: str | None, gone: bool) -> None:
    """The caller learns status and code, and whether it is worth while ever to write there again."""
    line.service.script = [(status, {}, body)]
    with pytest.raises(TransportError) as caught:
        await line.send()
    assert (caught.value.status, caught.value.code, unreachable(caught.value)) == (status, code, gone)
    assert not caught.value.uncertain


async def test_a_refusal_for_a_while_says_how_long(line: Line) -> None:
    """429 keeps the seconds that Teams asks for, so that the caller can come back later."""
    line.service.script = [(429, {"Retry-After": "90"}, '{"error":{"code":"Throttled"}}')]
    with pytest.raises(TransportError) as caught:
        await line.send()
    error = caught.value
    assert (error.status, error.code, error.retry_after, error.temporary) == (429, "Throttled", 90.0, True)
    assert not unreachable(error)


async def test_a_service_that_goes_silent_leaves_it_uncertain(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no answer comes the message may have arrived: it is not sent again, and the caller is told."""
    monkeypatch.setattr("bot.teams.connector.TRY_LIMIT", 0.1)
    line.service.delay = 1.0
    with pytest.raises(TransportError) as caught:
        await line.send()
    assert (caught.value.uncertain, caught.value.temporary, len(line.service.posts)) == (True, False, 1)


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
