"""The pages of unanswered questions over HTTP, without a browser: what is chosen lies on the bench."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.editor.desk import Desk
from bot.editor.item import DROPPED
from bot.editor.jobs import Jobs
from bot.editor.questions import question_pages
from bot.editor.routes import add_desk
from bot.gap_groups import GapGroup, Near
from bot.ports import ExpertQuestion, Gap
from bot.render.editor import EditorShell
from bot.service import Serving
from bot.web import asset_paths, make_app
from tests.conftest import REGION
from tests.editor.conftest import NOW
from tests.editor.quick import QuickBench
from tests.editor.test_pages import HERE, HOSTILE, Editor
from tests.fakes import FakeUpkeep, sentences
from tests.web.samples import LOOPBACK, TODAY, WebFake
from tests.web.test_browser import CHROMIUM, FLAGS, REASON, WIDTHS, violations

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
LARO = "rok-missbruk/ansvar/laro"
QUESTION = "Vem klipper gräset?"
FORMS: dict[str, list[tuple[str, str]]] = {
    "ord": [("ord", "snuttifiering"), ("begrepp", "laro")],
    "exempel": [("faktum", LARO)],
    "fall": [("faktum", "inget")],
    "utkast": [
        ("mening", "Parken klipper gräset."),
        ("mer", "Varje vecka."),
        ("nytt", "gräsklippning"),
        ("galler", "2026-01-01"),
        ("kalltitel", "Skötselplan"),
        ("rang", "primary"),
        ("stalle", "§ 4"),
    ],
}


@pytest.fixture
def keeps() -> FakeUpkeep:
    """A question that was asked in two ways, one by somebody hostile, and an expert's answer."""
    keeps = FakeUpkeep()
    gaps = (Gap(QUESTION, AT, "unknown", id="g1", count=3), Gap("gräset?", AT, "unknown", id="g2"))
    group = GapGroup("g1", gaps, ("laro",), ("gräset",), (Near(LARO, "LARO", "Psykiatrin."),))
    hostile = GapGroup("g3", (Gap(HOSTILE, AT, "unknown", id="g3"),))
    answer = ExpertQuestion("q1", "rss", "Vem betalar?", "", TODAY, AT, AT, answer="Kommunen.\nKälla: LOB")
    keeps.found = replace(keeps.found, groups=(group, hostile), answers=(answer,))
    return keeps


@pytest.fixture
def bench(tmp_path: Path, serving: Serving) -> QuickBench:
    """A bench on the real knowledge that builds nothing."""
    return QuickBench(tmp_path / "redaktion", REGION, serving.served.knowledge)


@pytest.fixture
async def editor(bench: QuickBench, keeps: FakeUpkeep) -> AsyncIterator[Editor]:
    """An editor who has said who they are."""
    app = make_app(WebFake(), LOOPBACK, lambda: TODAY)
    desk = Desk(bench, EditorShell(lambda key: sentences()[key], asset_paths()), Jobs())
    edge = add_desk(app, desk, HERE, lambda: NOW)
    for page in question_pages(desk, keeps):
        edge.add(page.method, page.path, page.view)
    client: TestClient[Any, Any] = TestClient(TestServer(app))
    await client.start_server()
    there = await Editor(client).go("/redaktor/fragor")
    yield await there.send("/redaktor/vem", ("vem", "utvecklingsledare"), ("till", "/redaktor/fragor"))
    await client.close()


async def test_the_list_leads_to_each_question(editor: Editor) -> None:
    """With how often it was asked; what somebody wrote is shown as it was written."""
    assert editor.path == "/redaktor/fragor"
    assert "4 gånger" in editor.html and "skriven på 2 sätt" in editor.html
    assert HOSTILE not in editor.html and HOSTILE in unescape(editor.html)
    listed = editor.html
    for link in ("/redaktor/fragor/g1", "/redaktor/fragor/g3", "/redaktor/fragor/svar/q1?val=utkast"):
        assert f'href="{link}"' in listed
        assert (await editor.go(link)).status == 200


@pytest.mark.parametrize("choice", FORMS)
async def test_a_choice_lies_on_the_bench_and_the_question_is_off_the_list(
    editor: Editor, bench: QuickBench, keeps: FakeUpkeep, choice: str
) -> None:
    """By one form: begun, tried out, and settled as that piece of work."""
    await editor.go("/redaktor/fragor/g1")
    assert f"?val={choice}" in editor.html
    await editor.go(f"/redaktor/fragor/g1?val={choice}")
    await editor.send("/redaktor/fragor/g1", ("fragan", QUESTION), *FORMS[choice])
    [item] = list(bench.items)
    assert editor.path == f"/redaktor/arbete/{item.id}/prov"
    assert QUESTION in item.title and item.by == "utvecklingsledare"
    assert item.edits and item.asked == (() if choice == "fall" else (QUESTION,))
    assert keeps.settled == [(("g1", "g2"), (), item.id)]
    assert ("Frågan får fortfarande inget svar" in editor.html) is (choice != "fall")


async def test_an_experts_answer_becomes_a_draft(editor: Editor, bench: QuickBench, keeps: FakeUpkeep) -> None:
    """The form holds the answer; what is made of it is the editor's own, with a source."""
    await editor.go("/redaktor/fragor/svar/q1?val=utkast")
    assert 'value="Kommunen."' in editor.html and "inte granskat" in editor.html
    await editor.send("/redaktor/fragor/svar/q1", ("fragan", "Vem betalar?"), *FORMS["utkast"])
    [item] = list(bench.items)
    assert keeps.settled == [((), ("q1",), item.id)]


@pytest.mark.parametrize(
    ("choice", "changed", "said"),
    [
        ("ord", ("ord", "[…]"), "Skriv ordet"),
        ("ord", ("begrepp", ""), "Välj vad ordet betyder"),
        ("exempel", ("faktum", "finns/inte"), "Välj vad som ska svara"),
        ("exempel", ("fragan", "Vem klipper […]?"), "Byt […] mot ett ord"),
        ("utkast", ("mening", "x" * 141), "Meningen är för lång"),
        ("utkast", ("nytt", ""), "Kryssa för vad det handlar om"),
        ("utkast", ("galler", "i går"), "Dagen går inte att läsa"),
        ("utkast", ("galler", ""), "Fyll i dagen"),
        ("utkast", ("stalle", ""), "Skriv var i källan"),
    ],
)
async def test_a_fault_is_told_beside_its_field_and_nothing_is_lost(
    editor: Editor, bench: QuickBench, keeps: FakeUpkeep, choice: str, changed: tuple[str, str], said: str
) -> None:
    """What was written is still there, and the question is still on the list."""
    await editor.go(f"/redaktor/fragor/g1?val={choice}")
    fields = {"fragan": QUESTION, **dict(FORMS[choice]), changed[0]: changed[1]}
    await editor.send("/redaktor/fragor/g1", *fields.items())
    assert editor.status == 400
    assert said in unescape(editor.html)
    assert f'id="{changed[0]}-fel"' in editor.html
    assert fields["fragan"] in unescape(editor.html)
    assert not list(bench.items) and not keeps.settled


async def test_what_is_gone_and_what_is_no_choice_is_said(editor: Editor) -> None:
    """A question that has been answered meanwhile, and a form that nobody sent."""
    assert "står inte längre på listan" in (await editor.go("/redaktor/fragor/finns-inte")).html
    assert "står inte längre på listan" in (await editor.go("/redaktor/fragor/svar/q9")).html
    await editor.go("/redaktor/fragor/g1?val=ord")
    form = [("nyckel", dict(editor.hidden())["nyckel"]), ("val", "annat")]
    editor.html = ""
    assert (await editor.send("/redaktor/fragor/g1", *form)).status == 400


async def test_what_was_dropped_comes_back(editor: Editor, bench: QuickBench, keeps: FakeUpkeep) -> None:
    """The list asks for it each time it is shown."""
    item = bench.begin("x", (), "x", NOW)
    bench.items.save(replace(item, state=DROPPED))
    await editor.go("/redaktor/fragor")
    assert keeps.returned[-1] == item.id


async def test_only_editors_see_them(keeps: FakeUpkeep, bench: QuickBench) -> None:
    """The same check as of every other page of the editor's: a forwarded request is a stranger's."""
    app = make_app(WebFake(), LOOPBACK, lambda: TODAY)
    desk = Desk(bench, EditorShell(lambda key: sentences()[key], asset_paths()), Jobs())
    edge = add_desk(app, desk, HERE, lambda: NOW)
    for page in question_pages(desk, keeps):
        edge.add(page.method, page.path, page.view)
    async with TestClient(TestServer(app)) as client:
        for path in ("/redaktor/fragor", "/redaktor/fragor/g1", "/redaktor/fragor/svar/q1"):
            assert (await client.get(path, headers={"X-Forwarded-For": "10.0.0.1"})).status == 403
        assert (await client.post("/redaktor/fragor/g1", data={"val": "fall"})).status == 403


async def test_everybody_can_use_them(keeps: FakeUpkeep, bench: QuickBench) -> None:
    """axe finds nothing in the list and in any form, also with a fault in it, and nothing is wider than a phone."""
    if REASON:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(REASON)
    from playwright.async_api import async_playwright

    app = make_app(WebFake(), LOOPBACK, lambda: TODAY)
    desk = Desk(bench, EditorShell(lambda key: sentences()[key], asset_paths()), Jobs())
    edge = add_desk(app, desk, HERE, lambda: NOW)
    for page in question_pages(desk, keeps):
        edge.add(page.method, page.path, page.view)
    async with TestServer(app) as server, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        shown = await (await browser.new_context(viewport={"width": 390, "height": 800})).new_page()
        await shown.goto(str(server.make_url("/redaktor/fragor")))
        await shown.get_by_label("Vem är du? (funktion)").fill("utvecklingsledare")
        await shown.keyboard.press("Enter")
        await shown.get_by_role("heading", name="Obesvarade frågor").wait_for()
        for path in ("", "/g1", *(f"/g1?val={choice}" for choice in FORMS), "/svar/q1?val=utkast"):
            await shown.goto(str(server.make_url(f"/redaktor/fragor{path}")))
            assert await violations(shown) == [], path
            wide, given = await shown.evaluate(WIDTHS)
            assert wide <= given, path
        await shown.goto(str(server.make_url("/redaktor/fragor/g1?val=exempel")))
        await shown.get_by_label("Frågan, en på varje rad").fill("Vem klipper […]?")
        await shown.get_by_label("Uppgiften som svarar").select_option(index=1)
        await shown.get_by_role("button", name="Prova").click()
        await shown.get_by_role("alert").wait_for()
        assert await violations(shown) == []
        await browser.close()
