"""Each check of `lotsen doctor`, with the world outside as it may be."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from bot.doctor.credentials import KNOWN_CODES, check_form, check_token
from bot.doctor.findings import Finding, Outside, Reply, State
from bot.doctor.machine import check_database, check_index, check_knowledge, check_manifest, in_write_ahead_mode
from bot.doctor.network import check_endpoint, check_keys_and_clock
from bot.errors import TransportError
from bot.registrations import Registration
from bot.settings import Settings
from knowledge.messages import sentences_of
from tests.command import ROOT, append, copied_knowledge
from tests.fakes import APP_ID

TENANT = "aaaaaaaa-0000-0000-0000-000000000001"
SECRET = "abc~123.hemligt"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
URL = "https://lotsen.example.se"
BOT = Registration(APP_ID, TENANT, SECRET, (TENANT,))
ALIVE = {"/healthz": (200, {"status": "ok"}), "/api/messages": (401, {"error": "no_token"}), "/om": (200, None)}


class FakeOutside:
    """Answers by the end of the address: (status, JSON) or why nothing comes."""

    def __init__(self, answers: dict[str, Any], date: str = "") -> None:
        self.answers = answers
        self.date = date
        self.forms: list[dict[str, str] | None] = []

    async def __call__(
        self, method: str, url: str, *, form: dict[str, str] | None = None, json: Any = None, seconds: float = 1
    ) -> Reply:
        self.forms.append(form)
        answer = next(answer for end, answer in self.answers.items() if url.endswith(end))
        if isinstance(answer, str):
            raise TransportError(answer)
        status, body = answer
        return Reply(status, {"date": self.date} if self.date else {}, dumped(body))


def dumped(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def outside(answers: dict[str, Any], date: str = "") -> Outside:
    return Outside(FakeOutside(answers, date), "https://login.example", "https://keys.example/openid", lambda: NOW)


def settings(tmp_path: Path, **given: Any) -> Settings:
    return Settings(_env_file=None, **{"data": tmp_path, "knowledge": ROOT / "knowledge" / "dalarna", **given})


async def gathered(findings: AsyncIterator[Finding]) -> dict[str, Finding]:
    return {finding.check: finding async for finding in findings}


def by_check(findings: Iterable[Finding]) -> dict[str, Finding]:
    return {finding.check: finding for finding in findings}


def states(findings: dict[str, Finding]) -> dict[str, State]:
    return {check: finding.state for check, finding in findings.items()}


# --- credentials ---------------------------------------------------------------------------------


def test_good_credentials_have_good_form() -> None:
    """Ids that are ids and a secret that is none pass; the secret is not shown."""
    found = by_check(check_form(BOT))
    assert set(states(found).values()) == {State.FINE}
    assert set(found) == {"app_id", "tenant", "tenants", "secret"}
    assert not any(SECRET in finding.found for finding in found.values())


@pytest.mark.parametrize(
    ("given", "check", "state", "said"),
    [
        (("boten", TENANT, "hemligt", (TENANT,)), "app_id", State.FAULTY, "inget id"),
        ((APP_ID, TENANT, TENANT, (TENANT,)), "secret", State.FAULTY, "hemlighetens id"),
        ((APP_ID, "falun", "hemligt", (TENANT,)), "tenant", State.FAULTY, '"falun"'),
        ((APP_ID, "botframework.com", "hemligt", (TENANT,)), "tenant", State.UNTRIED, "flera klientorganisationer"),
        ((APP_ID, "falun.se", "hemligt", (TENANT,)), "tenant", State.FINE, "falun.se"),
        ((APP_ID, TENANT, "hemligt", (TENANT, "falun.se")), "tenants", State.FAULTY, '"falun.se"'),
    ],
    ids=["app id", "id of the secret", "tenant", "many tenants", "domain", "domain let in"],
)
def test_the_usual_mistakes_are_seen(given: Any, check: str, state: State, said: str) -> None:
    """What is easily copied wrong is told without asking anybody, and every fault has a cure."""
    finding = by_check(check_form(Registration(*given)))[check]
    assert (finding.state, said in finding.found) == (state, True)
    assert finding.cure or state is State.FINE


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        ((200, {"access_token": "x"}), State.FINE, "får logga in"),
        ((400, {"error_codes": [700016]}), State.FAULTY, "app-id finns inte i klientorganisationen"),
        ((400, {"error_codes": [90002]}), State.FAULTY, "klientorganisationen"),
        ((401, {"error_codes": [7000215]}), State.FAULTY, "hemligheten är fel"),
        ((401, {"error_codes": [7000222]}), State.FAULTY, "har gått ut"),
        ((401, {"error_codes": [7000112]}), State.FAULTY, "avstängd"),
        ((400, {"error_codes": [1], "error": "invalid_grant"}), State.FAULTY, "400 invalid_grant"),
        ((400, {"error_codes": "x"}), State.FAULTY, "nekades (400"),
        ((200, {}), State.FAULTY, "nekades (200"),
        ((403, b"<html>"), State.FAULTY, "nekades (403"),
        ((503, b""), State.UNTRIED, "kan inte svara nu (503)"),
        ((429, {}), State.UNTRIED, "kan inte svara nu (429)"),
        ("name", State.UNTRIED, "namnet finns inte"),
        ("timeout", State.UNTRIED, "inget svar i tid"),
    ],
    ids=str,
)
async def test_the_login_is_told_by_its_own_words(answer: Any, state: State, said: str) -> None:
    """A refusal is a fault with its cure; a login that cannot answer or be reached is not tried."""
    finding = (await gathered(check_token(BOT, outside({"token": answer}))))["token"]
    assert (finding.state, said in finding.found) == (state, True), finding
    assert SECRET not in finding.found + finding.cure
    assert finding.cure or state is State.FINE


async def test_the_token_is_asked_for_as_replies_will_be() -> None:
    """The form is that of the client credentials, to the tenant's own address."""
    world = outside({f"https://login.example/{TENANT}/oauth2/v2.0/token": (200, {"access_token": "x"})})
    assert (await gathered(check_token(BOT, world)))["token"].state is State.FINE
    assert isinstance(world.fetch, FakeOutside)
    (form,) = world.fetch.forms
    assert form and (form["client_id"], form["client_secret"]) == (BOT.app_id, SECRET)


# --- keys and clock ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("skew", "state"),
    [(0, State.FINE), (290, State.FINE), (-290, State.FINE), (302, State.FAULTY), (-302, State.FAULTY)],
)
async def test_the_clock_is_held_against_theirs(skew: int, state: State) -> None:
    """More than five minutes either way breaks tokens."""
    date = format_datetime(NOW + timedelta(seconds=skew), usegmt=True)
    found = await gathered(check_keys_and_clock(outside({"openid": (200, {"jwks_uri": "x"})}, date)))
    assert states(found) == {"keys": State.FINE, "clock": state}


@pytest.mark.parametrize(
    ("answer", "date", "expected"),
    [
        ("refused", "", (State.UNTRIED, State.UNTRIED)),
        ((200, b"<html>log in to the wireless net"), "", (State.FAULTY, State.UNTRIED)),
        ((404, {}), "i går", (State.FAULTY, State.UNTRIED)),
    ],
    ids=["unreachable", "another page", "no date"],
)
async def test_keys_that_cannot_be_had(answer: Any, date: str, expected: tuple[State, State]) -> None:
    """No network is not tried; a page that is not the keys' is a fault; without a date the clock is not judged."""
    found = await gathered(check_keys_and_clock(outside({"openid": answer}, date)))
    assert (found["keys"].state, found["clock"].state) == expected


# --- endpoint ------------------------------------------------------------------------------------


async def test_a_sound_address() -> None:
    """Healthy, closed to messages without a token, and with the page that the app names."""
    found = await gathered(check_endpoint(URL, outside(ALIVE)))
    assert states(found) == dict.fromkeys(["address", "health", "messages", "page"], State.FINE)


@pytest.mark.parametrize(
    ("changed", "check", "said"),
    [
        ({"/healthz": "certificate"}, "health", "certifikatet godkänns inte"),
        ({"/healthz": (502, b"")}, "health", "svarar 502"),
        ({"/healthz": (200, b"<html>")}, "health", "inte som Lotsen"),
        ({"/api/messages": (401, {"error": "no_app_id"})}, "messages", "inget app-id"),
        ({"/api/messages": (401, b"<html>")}, "messages", "innan Lotsen nås"),
        ({"/api/messages": (302, b"")}, "messages", "innan Lotsen nås"),
        ({"/api/messages": (200, b"")}, "messages", "utan signatur"),
        ({"/api/messages": (400, {"error": "no_type"})}, "messages", "utan signatur"),
        ({"/api/messages": (405, b"")}, "messages", "svarar 405"),
        ({"/om": (302, b"")}, "page", "svarar 302"),
    ],
    ids=str,
)
async def test_what_stands_in_the_way(changed: dict[str, Any], check: str, said: str) -> None:
    """A proxy, a login or a Lotsen without its app id is told apart, each with its cure."""
    finding = (await gathered(check_endpoint(URL, outside({**ALIVE, **changed}))))[check]
    assert (finding.state, said in finding.found) == (State.FAULTY, True), finding
    assert finding.cure


async def test_an_address_of_this_machine_alone() -> None:
    """Teams needs https; without an address nothing is tried."""
    assert (await gathered(check_endpoint("http://localhost:3978", outside(ALIVE))))["address"].state is State.FAULTY
    assert states(await gathered(check_endpoint(None, outside({})))) == {"address": State.UNTRIED}


# --- this machine --------------------------------------------------------------------------------


def test_broken_knowledge_is_told(tmp_path: Path) -> None:
    """The first mistake is shown, and where all of them can be seen."""
    region = copied_knowledge(tmp_path)
    append(region / "region.yaml", "  okänd: nyckel\n")
    finding, knowledge = check_knowledge(settings(tmp_path, knowledge=region))
    assert (finding.state, knowledge) == (State.FAULTY, None)
    assert "region.yaml" in finding.found and "lotsen check" in finding.cure


def test_the_published_index_is_held_against_the_files(data_folder: Path, tmp_path: Path) -> None:
    """Published and of these files; of other files; none at all."""
    assert check_index(settings(data_folder)).state is State.FINE
    finding = check_index(settings(tmp_path))
    assert (finding.state, "inget index" in finding.found) == (State.FAULTY, True)


def test_an_index_of_other_files_is_told(own_index: Path, tmp_path: Path) -> None:
    """After a change that was not published both revisions are shown."""
    region = tmp_path / "dalarna"
    append(region / "region.yaml", "# ändrad\n")
    finding = check_index(settings(own_index, knowledge=region))
    assert (finding.state, "av andra filer" in finding.found) == (State.FAULTY, True)


def test_files_that_were_taken_back_are_told(own_index: Path, tmp_path: Path) -> None:
    """Files that were taken back are told as that, with how to publish them all the same."""
    from indexer.publish import ensure, take_back

    region = tmp_path / "dalarna"
    append(region / "bodies.yaml", "# ny\n")
    ensure(region, own_index)
    take_back(own_index, region)
    finding = check_index(settings(own_index, knowledge=region))
    assert (finding.state, "--igen" in finding.found + finding.cure) == (State.FAULTY, True)


@pytest.fixture
def own_index(tmp_path: Path) -> Path:
    """A data folder with an index of a copy of the knowledge."""
    from indexer.publish import ensure

    ensure(copied_knowledge(tmp_path), tmp_path / "data")
    return tmp_path / "data"


async def test_a_database_opens_and_takes_a_write(tmp_path: Path) -> None:
    """SQLite in its folder is written to, and is in WAL mode. One that is not there yet is not made."""
    here = settings(tmp_path)
    assert (await check_database(here)).state is State.UNTRIED
    assert not (tmp_path / "lotsen.sqlite").exists()
    (tmp_path / "lotsen.sqlite").touch()
    assert (await check_database(here)).state is State.FINE
    assert in_write_ahead_mode(tmp_path / "lotsen.sqlite")


async def test_a_database_that_cannot_be_used(tmp_path: Path) -> None:
    """Rubbish, a folder that cannot be, and a server that is away are faults with a cure."""
    (tmp_path / "lotsen.sqlite").write_bytes(b"inte en databas" * 100)
    rubbish = await check_database(settings(tmp_path))
    in_the_way = await check_database(settings(tmp_path / "lotsen.sqlite" / "data"))
    gone = await check_database(settings(tmp_path, database_url="postgresql+asyncpg://u:hemligt@127.0.0.1:1/x"))
    assert [each.state for each in (rubbish, in_the_way, gone)] == [State.FAULTY] * 3
    assert all(each.cure and "hemligt" not in each.found for each in (rubbish, in_the_way, gone))


def test_wal_is_read_from_the_file(tmp_path: Path) -> None:
    """A database that keeps a rollback journal is told from one in WAL mode."""
    path = tmp_path / "x.sqlite"
    for mode, expected in (("DELETE", False), ("WAL", True)):
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute("CREATE TABLE IF NOT EXISTS t (x)")
        connection.close()
        assert in_write_ahead_mode(path) is expected


def test_the_package_is_tried_for_every_registration(tmp_path: Path) -> None:
    """Without Teams it is not tried, without an address it is a fault, else it is sound."""
    knowledge = check_knowledge(settings(tmp_path))[1]
    assert by_check(check_manifest(settings(tmp_path), knowledge, "0.1.0"))["manifest"].state is State.UNTRIED
    teams = {"teams_app_id": APP_ID, "teams_app_secret": "hemligt", "teams_tenants": (TENANT,)}
    lacking = by_check(check_manifest(settings(tmp_path, **teams), knowledge, "0.1.0"))["manifest"]
    assert (lacking.state, "LOTSEN_PUBLIC_URL" in lacking.found) == (State.FAULTY, True)
    whole = settings(tmp_path, **teams, public_url=URL)
    assert by_check(check_manifest(whole, knowledge, "0.1.0"))["manifest"].state is State.FINE
    assert by_check(check_manifest(whole, knowledge, "0.1"))["manifest"].state is State.FAULTY
    assert by_check(check_manifest(whole, None, "0.1.0"))["manifest"].state is State.UNTRIED


def test_every_sentence_is_said_and_every_fault_has_its_cure() -> None:
    """The code names exactly the sentences of doctor.yaml; what is a fault says what to do."""
    code = " ".join(path.read_text("utf-8") for path in sorted((ROOT / "bot" / "doctor").glob("*.py")))
    code += (ROOT / "bot" / "teams" / "outside.py").read_text("utf-8")
    said = re.findall(r'(fine|faulty|untried)\("(\w+)", "(\w+)"', code)
    said += [("faulty", "token", name) for name in KNOWN_CODES.values()]
    named = {f"doctor.{check}.{key}" for _, check, key in said}
    named |= {f"doctor.why.{why}" for why in ("timeout", "name", "refused", "certificate", "long", "broken")}
    known = sentences_of("doctor")
    assert {key for key in known if key.startswith("doctor.")} == named
    assert all("; " in known[f"doctor.{check}.{key}"] for state, check, key in said if state == "faulty")
    checks = {key.split(".")[3] for key in sentences_of("cli") if key.startswith("cli.doctor.check.")}
    assert {check for _, check, _ in said} == checks


def test_a_value_with_a_semicolon_stays_whole() -> None:
    """What is found is parted from its cure before the values are put in."""
    finding = by_check(check_form(Registration(APP_ID, TENANT, "x", ("a; b",))))["tenants"]
    assert '"a; b"' in finding.found


async def test_a_database_that_never_answers_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A check has its time; then the next one is made."""
    from bot.doctor import machine

    async def never(_settings: Settings) -> bool:
        await asyncio.sleep(60)
        return True

    monkeypatch.setattr(machine, "PATIENCE", 0.01)
    monkeypatch.setattr(machine, "_write", never)
    finding = await check_database(settings(tmp_path, database_url="postgresql+asyncpg://u@127.0.0.1:1/x"))
    assert (finding.state, "svarar inte på" in finding.found) == (State.FAULTY, True)
