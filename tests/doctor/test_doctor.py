"""`lotsen doctor` as a whole: against real servers on loopback, and as the command that is run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from bot.access import WebConfig
from bot.doctor.examination import examine
from bot.doctor.findings import State
from bot.errors import TransportError
from bot.settings import Settings
from bot.teams import TeamsConfig, add_teams_routes, open_outside
from bot.web import make_app
from tests.command import ROOT, Command
from tests.fakes import APP_ID, TODAY, FakeAsks, FakeLogin, FakeOpenId

TENANT = "aaaaaaaa-0000-0000-0000-000000000001"
CLOCK = partial(datetime.now, UTC)
TEAMS = {
    "LOTSEN_TEAMS_APP_ID": APP_ID,
    "LOTSEN_TEAMS_APP_SECRET": "abc~hemligt",
    "LOTSEN_TEAMS_APP_TENANT": TENANT,
    "LOTSEN_TEAMS_TENANTS": TENANT,
    "LOTSEN_TEAMS_LOGIN_URL": "http://127.0.0.1:1",
    "LOTSEN_TEAMS_OPENID_URL": "http://127.0.0.1:1/openid",
    "LOTSEN_PUBLIC_URL": "http://127.0.0.1:1",
}


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    """Whatever is entered is left after the test."""
    async with AsyncExitStack() as entered:
        yield entered


async def served(stack: AsyncExitStack, app: web.Application) -> str:
    """Serve an application on loopback until the test ends, and return its address."""
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    stack.push_async_callback(server.close)
    return str(server.make_url("")).rstrip("/")


async def test_a_whole_installation(stack: AsyncExitStack, data_folder: Path) -> None:
    """Login, keys, clock, Lotsen's own pages and messages are found well through real HTTP; http itself is not."""
    login, openid = [await stack.enter_async_context(each) for each in (FakeLogin(), FakeOpenId())]
    app = make_app(
        FakeAsks(), WebConfig(dev=False, loopback=False, api_key="k" * 16, trusted_proxy=None), lambda: TODAY
    )
    config = TeamsConfig(app_id=APP_ID, app_secret="x", app_tenant=TENANT, tenants=(TENANT,))
    add_teams_routes(app, FakeAsks(), config, lambda: TODAY)
    settings = Settings(
        _env_file=None,
        data=data_folder,
        knowledge=ROOT / "knowledge" / "dalarna",
        public_url=await served(stack, app),
        teams_app_id=APP_ID,
        teams_app_secret="abc~hemligt",
        teams_app_tenant=TENANT,
        teams_tenants=(TENANT,),
    )
    outside = await stack.enter_async_context(open_outside(login.url, f"{openid.url}/openidconfiguration", CLOCK))
    found = {finding.check: finding async for finding in examine(settings, outside, "0.1.0")}
    wrong = {check for check, finding in found.items() if finding.state is State.FAULTY}
    assert wrong == {"address", "manifest"}, [found[check] for check in wrong]
    assert {check for check, finding in found.items() if finding.state is State.FINE} >= {
        *("settings", "knowledge", "index", "app_id", "tenant", "tenants", "secret"),
        *("token", "keys", "clock", "health", "messages", "page"),
    }
    assert login.forms[0]["client_secret"] == "abc~hemligt"


async def test_a_server_that_is_slow_or_away(stack: AsyncExitStack) -> None:
    """Nobody is waited for longer than the given time, and why nothing came is told in a word."""

    async def slow(_request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    async def endless(_request: web.Request) -> web.Response:
        return web.Response(body=b"x" * (2 * 1024 * 1024))

    async def moved(_request: web.Request) -> web.Response:
        raise web.HTTPFound("https://login.example/")

    app = web.Application()
    for path, handler in (("/slow", slow), ("/endless", endless), ("/moved", moved)):
        app.router.add_get(path, handler)
    url = await served(stack, app)
    outside = await stack.enter_async_context(open_outside(None, None, CLOCK))
    tried = {f"{url}/slow": "timeout", f"{url}/endless": "long", f"http://127.0.0.1:{unused_port()}/": "refused"}
    for address, expected in tried.items():
        with pytest.raises(TransportError) as caught:
            await outside.fetch("GET", address, seconds=0.5)
        assert str(caught.value) == expected
    assert (await outside.fetch("GET", f"{url}/moved")).status == 302


def test_an_installation_without_teams_is_sound(lotsen: Command) -> None:
    """On one's own computer nothing is at fault: what Teams needs is not tried, and the status is 0."""
    ran = lotsen("doctor")
    assert (ran.status, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith("✔ bra  Inställningar: ")
    assert any(line.startswith("– ej provat  App-id: Teams är inte inställt") for line in lines)
    assert lines[-1] == "Inga fel."


def test_every_fault_is_told_and_none_hides_another(lotsen: Command) -> None:
    """The secret's id, a domain among tenants and no network at all: each on its line, and the secret on none."""
    ran = lotsen("doctor", **{**TEAMS, "LOTSEN_TEAMS_APP_SECRET": TENANT[::-1], "LOTSEN_TEAMS_TENANTS": "falun.se"})
    assert ran.status == 1
    told = [line for line in ran.out.splitlines() if line.startswith("✘ fel")]
    named = [line.removeprefix("✘ fel  ").partition(":")[0] for line in told]
    assert named == ["Insläppta klientorganisationer", "Adress utåt", "Lotsen svarar", "Paket"]
    assert "4 fel." in ran.err


def test_the_id_of_a_secret_is_seen_and_never_shown(lotsen: Command) -> None:
    """The classic mistake is told by the command, without the value."""
    secret = "12345678-1234-4234-8234-123456789abc"
    ran = lotsen("doctor", **{**TEAMS, "LOTSEN_TEAMS_APP_SECRET": secret})
    assert "✘ fel  Hemlighet: det ser ut som hemlighetens id, inte som hemligheten." in ran.out
    assert "– ej provat  Inloggning: provas när uppgifterna ovan har rätt form." in ran.out
    assert secret not in ran.out + ran.err


@pytest.mark.parametrize("flags", [(), ("--json",)], ids=["text", "json"])
def test_broken_settings_are_a_finding_too(lotsen: Command, flags: tuple[str, ...]) -> None:
    """The command that is run when nothing starts says what is wrong, as for everything else."""
    ran = lotsen("doctor", *flags, LOTSEN_PROT="1", LOTSEN_DEV="kanske")
    assert ran.status == 1
    if flags:
        assert [(row["check"], row["state"]) for row in ran.json] == [("settings", "faulty")] * 2
        assert {row["cure"] for row in ran.json} == {"menade du LOTSEN_PORT?", "ange on eller off"}
    else:
        assert ran.out.count("✘ fel  Inställningar: ") == 2
        assert "   Gör så här: menade du LOTSEN_PORT?" in ran.out.splitlines()


def test_json_holds_everything(lotsen: Command) -> None:
    """With --json standard output is JSON alone, one object for each finding."""
    ran = lotsen("doctor", "--json", **TEAMS)
    rows: list[dict[str, Any]] = ran.json
    assert ran.status == 1
    assert all(set(row) == {"check", "state", "found", "cure", "registration"} for row in rows)
    assert {row["state"] for row in rows} == {"fine", "faulty", "untried"}
    assert all(row["cure"] for row in rows if row["state"] == "faulty")


REGISTRATIONS = """
[region]
name = "Region Dalarna"
app_id = "0000000a-0000-4000-8000-000000000000"
tenant = "000000a0-0000-4000-8000-000000000000"
secret = "a~hemligt"

[falun]
name = "Falu kommun"
app_id = "0000000b-0000-4000-8000-000000000000"
tenant = "000000b0-0000-4000-8000-000000000000"
secret = "b~hemligt"
"""


def test_every_registration_has_its_own_lines(lotsen: Command, tmp_path: Path) -> None:
    """Several registrations are tried one by one, by name; a file that others can read is a fault."""
    listed = tmp_path / "registreringar.toml"
    listed.write_text(REGISTRATIONS, "utf-8")
    listed.chmod(0o644)
    services = {name: value for name, value in TEAMS.items() if name.endswith("_URL")}
    ran = lotsen("doctor", **services, LOTSEN_TEAMS_REGISTRATIONS=str(listed))
    for name in ("Region Dalarna", "Falu kommun"):
        assert f"✔ bra  Hemlighet ({name}): " in ran.out
        assert f"– ej provat  Inloggning ({name}): http://127.0.0.1:1 svarar inte (ingen anslutning)." in ran.out
    assert f"✘ fel  Inställningar: {listed}" in ran.out and "chmod 600" in ran.out
    assert "~hemligt" not in ran.out + ran.err
