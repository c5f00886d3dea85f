"""Who gets in. Every case of the table in tech.md, and what no token may do."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.teams.gate import Refusal
from bot.teams.tokens import TokenCheck
from tests.fakes import mint, private_key
from tests.teams.conftest import Edge, Edges


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _unsigned(url: str) -> str:
    claims = mint(url).split(".")[1]
    return f"{_part({'alg': 'none', 'kid': 'k1'})}.{claims}."


def _signed_with_the_public_key(url: str) -> str:
    head = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'k1'})}.{mint(url).split('.')[1]}"
    pem = private_key("k1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    mac = hmac.new(pem, head.encode(), hashlib.sha256).digest()
    return f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


REFUSED = {
    "expired 1 h ago": lambda url: mint(url, exp=-3600),
    "expired 6 min ago": lambda url: mint(url, exp=-360),
    "not yet valid": lambda url: mint(url, nbf=3600),
    "no exp claim": lambda url: mint(url, drop=("exp",)),
    "wrong audience": lambda url: mint(url, aud="99999999-2222-3333-4444-555555555555"),
    "no audience": lambda url: mint(url, drop=("aud",)),
    "wrong issuer": lambda url: mint(url, iss="https://sts.windows.net/x/"),
    "no issuer": lambda url: mint(url, drop=("iss",)),
    "wrong signature, same kid": lambda url: mint(url, signed_by="other"),
    "unknown kid": lambda url: mint(url, kid="unknown"),
    "no kid": lambda url: mint(url, kid=None),
    "alg none": _unsigned,
    "HS256 with the public key": _signed_with_the_public_key,
    "RS512": lambda url: mint(url, algorithm="RS512"),
    "serviceurl claim missing": lambda url: mint(None),
    "serviceurl claim of another service": lambda url: mint("https://smba.trafficmanager.net/emea/"),
    "serviceurl claim no text": lambda url: mint(url, serviceurl=7),
    "abc": lambda url: "abc",
    "two dots": lambda url: "a.b.c",
    "deeply nested header": lambda url: base64.urlsafe_b64encode(b"[" * 5000).decode().rstrip("=") + ".e30.x",
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
async def test_a_token_that_is_not_right_is_refused(edge: Edge, make: Any) -> None:
    """Each wrong token gives 401, and nothing is asked, answered or remembered."""
    response = await edge.post(edge.activity("message_personal"), make(edge.service_url))
    assert response.status == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert (edge.asks.turns, edge.connector.posts, edge.asks.handled) == ([], [], set())


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "Bearer", "Bearer abc", "abc"], ids=repr)
async def test_a_header_that_bears_no_token_is_refused(edge: Edge, header: str | None) -> None:
    """No header, an empty one, or another scheme gives 401."""
    headers = {} if header is None else {"Authorization": header}
    response = await edge.post(edge.activity("message_personal"), None, **headers)
    assert response.status == 401


async def test_a_valid_token_gets_an_answer(edge: Edge) -> None:
    """A token signed for us, this service and this channel gives 200 and a reply."""
    response = await edge.post(edge.activity("message_personal"))
    assert response.status == 200
    assert len(edge.connector.messages) == 1


async def test_clocks_may_differ_by_five_minutes(edge: Edge) -> None:
    """A token that expired 2 min ago, or begins in 2 min, is still good."""
    tokens = [mint(edge.service_url, exp=-120), mint(edge.service_url, nbf=120)]
    for number, token in enumerate(tokens):
        activity = edge.activity("message_personal", id=f"a{number}")
        assert (await edge.post(activity, token)).status == 200


@pytest.mark.parametrize("endorsed", [["webchat"], [], None], ids=repr)
async def test_a_key_must_be_endorsed_for_the_channel(edge: Edge, endorsed: list[str] | None) -> None:
    """A key that may speak for other channels only is refused with 401."""
    edge.openid.published = {"k1": endorsed}
    assert (await edge.post(edge.activity("message_personal"))).status == 401


async def test_a_rotated_key_is_taken_up_at_once_after_30_s(edge: Edge) -> None:
    """A new key id leads to a fetch when the last one is 30 s old, and the old key stops to count."""
    assert (await edge.post(edge.activity("message_personal", id="a1"))).status == 200
    edge.openid.published = {"k2": ["msteams"]}
    edge.clock.now += 31
    new = mint(edge.service_url, kid="k2")
    assert (await edge.post(edge.activity("message_personal", id="a2"), new)).status == 200
    assert (await edge.post(edge.activity("message_personal", id="a3"))).status == 401
    assert edge.openid.fetches == 2


async def test_keys_are_never_fetched_twice_in_30_s(edge: Edge) -> None:
    """A key rotated just after a fetch is refused, unfetched, until 30 s have passed."""
    await edge.post(edge.activity("message_personal", id="a1"))
    edge.openid.published = {"k2": ["msteams"]}
    new = mint(edge.service_url, kid="k2")
    for _ in range(20):
        assert (await edge.post(edge.activity("message_personal", id="a2"), new)).status == 401
    edge.clock.now += 29
    assert (await edge.post(edge.activity("message_personal", id="a2"), new)).status == 401
    assert edge.openid.fetches == 1
    edge.clock.now += 1
    assert (await edge.post(edge.activity("message_personal", id="a2"), new)).status == 200
    assert edge.openid.fetches == 2


async def test_many_requests_at_once_share_one_fetch(edge: Edge) -> None:
    """The first twenty requests wait for the same fetch."""
    edge.openid.delay = 0.1
    posts = [edge.post(edge.activity("message_personal", id=f"a{n}")) for n in range(20)]
    assert {response.status for response in await asyncio.gather(*posts)} == {200}
    assert edge.openid.fetches == 1


async def test_a_slow_key_server_stops_nobody_else(edge: Edge) -> None:
    """While a fetch for an unknown key hangs, a known key gets its answer at once."""
    await edge.post(edge.activity("message_personal", id="a1"))
    edge.clock.now += 31
    edge.openid.delay = 1.0
    unknown = asyncio.create_task(
        edge.post(edge.activity("message_personal", id="a2"), mint(edge.service_url, kid="x"))
    )
    await asyncio.sleep(0.1)
    async with asyncio.timeout(0.5):
        assert (await edge.post(edge.activity("message_personal", id="a3"))).status == 200
    assert (await unknown).status == 401


async def test_a_key_server_that_hangs_is_given_up(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fetch has a time limit; what waits for it is then refused with 401."""
    monkeypatch.setattr("bot.teams.keys.TIME_LIMIT", 0.1)
    edge.openid.delay = 1.0
    async with asyncio.timeout(0.8):
        assert (await edge.post(edge.activity("message_personal"))).status == 401


async def test_a_broken_key_server_leaves_known_keys_in_use(edge: Edge) -> None:
    """When renewing fails, keys are believed for 48 h from their fetch and not longer."""
    await edge.post(edge.activity("message_personal", id="a1"))
    edge.openid.status = 500
    edge.clock.now += 40 * 3600
    assert (await edge.post(edge.activity("message_personal", id="a2"))).status == 200
    edge.clock.now += 9 * 3600
    assert (await edge.post(edge.activity("message_personal", id="a3"))).status == 401


async def test_without_app_id_everything_is_refused(edges: Edges) -> None:
    """No app id and no dev mode: 401, with a good token, a bad one or none, and for any body."""
    edge = await edges.start(app_id=None)
    for token in ("", "abc", None):
        assert (await edge.post(edge.activity("message_personal"), token)).status == 401
    assert (await edge.post(b"{", None)).status == 401
    assert edge.asks.turns == []


async def test_dev_mode_needs_no_token_but_loopback(edges: Edges) -> None:
    """In dev mode a loopback service gets its reply; any other address is refused with 403."""
    edge = await edges.start(app_id=None, dev=True, tenants=(), service_hosts=())
    assert (await edge.post(edge.activity("message_personal", id="a1"), None)).status == 200
    assert "Authorization" not in edge.connector.headers[0]
    for url in ("https://smba.trafficmanager.net/emea/", "http://192.0.2.7/", "http://127.0.0.1@example.org/"):
        refused = await edge.post(edge.activity("message_personal", id="a2", serviceUrl=url), None)
        assert refused.status == 403
    assert len(edge.connector.posts) == 1


async def test_an_app_id_switches_dev_mode_off(edges: Edges) -> None:
    """With an app id a token is asked for, dev mode or not."""
    edge = await edges.start(dev=True)
    assert (await edge.post(edge.activity("message_personal"), None)).status == 401


@pytest.mark.parametrize(
    "channel_data",
    [{"tenant": {"id": "bbbbbbbb-0000-0000-0000-000000000002"}}, {"tenant": {}}, {"tenant": "x"}, {}, None],
    ids=repr,
)
async def test_only_listed_tenants_are_let_in(edge: Edge, channel_data: Any) -> None:
    """Another tenant, or none, gives 403."""
    assert (await edge.post(edge.activity("message_personal", channelData=channel_data))).status == 403
    assert edge.asks.turns == []


ADDRESSES = [
    "https://example.org/",
    "http://smba.trafficmanager.net/emea/",
    "https://smba.trafficmanager.net:8443/emea/",
    "https://smba.trafficmanager.net@example.org/",
    "https://smba.trafficmanager.net.example.org/",
    "https://example.org/smba.trafficmanager.net",
    "https://smba.trafficmanager.net\\@example.org/",
    "https://example.org#smba.trafficmanager.net",
    "http://127.0.0.1:1/",
    "http://[::1]/",
    "ftp://smba.trafficmanager.net/",
    "https:///emea",
    "https://smba.trafficmanager.net:x/",
    "//smba.trafficmanager.net/emea",
    "smba.trafficmanager.net",
]


@pytest.mark.parametrize("url", ADDRESSES)
async def test_replies_go_to_listed_hosts_only(edge: Edge, url: str) -> None:
    """A service URL that is not https on a listed host gives 403, even with a token for it."""
    response = await edge.post(edge.activity("message_personal", serviceUrl=url), mint(url))
    assert response.status == 403
    assert edge.asks.turns == []


async def test_teams_own_host_is_let_in() -> None:
    """The service of Teams is known without any setting, with every path."""
    from bot.teams import TeamsConfig
    from bot.teams.gate import Gate

    gate = Gate(TeamsConfig(app_id="x", tenants=("T1",), service_hosts=("smba.infra.gcc.teams.microsoft.com",)))
    for url in ("https://smba.trafficmanager.net/emea/t1/", "https://smba.infra.gcc.teams.microsoft.com/gcc"):
        gate.admit({"serviceUrl": url, "channelData": {"tenant": {"id": "t1"}}}, "x")
    with pytest.raises(Refusal):
        gate.admit(
            {"serviceUrl": "https://smba.infra.gcc.teams.microsoft.com:444/", "channelData": {"tenant": {"id": "t1"}}},
            "x",
        )


class _NoKeys:
    async def find(self, kid: str) -> None:
        return None


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.one_of(st.text(), st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode())), st.text())
def test_no_header_does_more_than_be_refused(first: str, rest: str) -> None:
    """Whatever stands in the header, the check raises its own refusal and nothing else."""
    check = TokenCheck(["app"], _NoKeys())  # type: ignore[arg-type]
    for header in (first, f"Bearer {first}", f"Bearer {first}.{rest}.x"):
        with pytest.raises(Refusal) as caught:
            asyncio.run(check.verify([header]))
        assert caught.value.status == 401
