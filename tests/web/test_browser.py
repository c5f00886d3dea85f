"""The page in a real browser: keyboard, phone, without script, and accessibility."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import TestServer

from bot.web import make_app
from tests.web.samples import LOOPBACK, TODAY, WebFake

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=sv-SE",
]
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 360, "height": 780}
QUESTIONS = (
    "Vem ansvarar för abstinensvård?",
    "Hur eskalerar vi en tvist med vårdcentralen i Falun?",
    "Vem gör en utredning?",
    "Fara nu, personnummer 19121212-1212",
    "Vem ansvarar för parkeringen?",
)
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"

Page = Any
OpenPage = Callable[..., Awaitable[Page]]


def _browser_or_reason() -> str | None:
    if CHROMIUM is None:
        return "no Chromium on this machine; install the package chromium"
    try:
        import axe_playwright_python  # noqa: F401
        import playwright  # noqa: F401
    except ImportError as exc:
        return f"{exc.name} is not installed"
    return None


REASON = _browser_or_reason()


@pytest.fixture
async def open_page(asks: WebFake) -> AsyncIterator[OpenPage]:
    """Open the page in a fresh profile; fails on script errors and on any request that leaves loopback."""
    if REASON and os.environ.get("CI") == "true":
        pytest.fail(f"the page must be tested in a browser here: {REASON}")
    if REASON:
        pytest.skip(REASON)
    from playwright.async_api import async_playwright

    server = TestServer(make_app(asks, LOOPBACK, lambda: TODAY))
    await server.start_server()
    trouble: list[str] = []

    def watched(request: Any) -> None:
        if urlsplit(request.url).hostname != "127.0.0.1":
            trouble.append(request.url)

    def complained(said: Any) -> None:
        # A form with a fault is answered with 400 on purpose.
        if said.type in ("error", "warning") and "status of 400" not in said.text:
            trouble.append(said.text)

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, env={**os.environ, "LANGUAGE": "sv_SE", "LANG": "sv_SE.UTF-8"}
        )

        async def opened(path: str = "/", **context: Any) -> Page:
            given: dict[str, Any] = {"viewport": DESK, "locale": "sv-SE", "reduced_motion": "reduce", **context}
            page = await (await browser.new_context(**given)).new_page()
            page.set_default_timeout(5000)
            page.on("request", watched)
            page.on("pageerror", lambda error: trouble.append(str(error)))
            page.on("console", complained)
            await page.goto(str(server.make_url(path)))
            return page

        yield opened
        await browser.close()
    await server.close()
    assert trouble == []


async def ask(page: Page, question: str) -> Page:
    """Ask by mouse and return the answer to it."""
    before = await page.locator("article").count()
    await page.get_by_label("Fråga").fill(question)
    await page.get_by_role("button", name="Skicka").click()
    reply = page.locator("article").nth(before)
    await reply.wait_for()
    return reply


async def violations(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 A and AA and its best practices, worst first."""
    from axe_playwright_python.async_playwright import Axe

    found = await Axe().run(page)
    return [f"{v['id']}: {node['html']}" for v in found.response["violations"] for node in v["nodes"]]


async def test_the_keyboard_is_enough(open_page: OpenPage) -> None:
    """Skip link, question, Enter, and then a suggestion, all without a mouse; focus is where one looks."""
    page = await open_page()
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    await page.keyboard.type("Vem ansvarar för abstinensvård?")
    await page.keyboard.press("Enter")
    await page.locator("article").wait_for()
    assert await page.evaluate("document.activeElement.id") == "fraga"
    assert await page.get_by_label("Fråga").input_value() == ""
    for _ in range(40):
        await page.keyboard.press("Shift+Tab")
        if await page.evaluate("document.activeElement.classList.contains('ask')"):
            break
    assert await page.evaluate(
        # Nothing lies on top of what has focus: WCAG 2.4.11.
        """(() => { const box = document.activeElement.getBoundingClientRect();
           return document.elementFromPoint(box.x + 5, box.y + box.height / 2) === document.activeElement; })()"""
    )
    await page.keyboard.press("Enter")
    await page.locator("article").nth(1).wait_for()
    assert await page.evaluate("document.activeElement.className") == "asked"


async def test_without_a_script_the_form_is_enough(open_page: OpenPage, asks: WebFake) -> None:
    """With JavaScript off the form, the suggestions and the folded text still work."""
    page = await open_page(java_script_enabled=False)
    await page.get_by_label("Kommun").select_option("falun")
    reply = await ask(page, "Hur eskalerar vi en tvist?")
    assert await reply.locator("ol > li").count() == 4
    assert asks.turns[0].municipality == "falun"
    await page.get_by_role("link", name="Vad är nästa steg?").click()
    assert "fraga=Vad" in page.url
    assert asks.turns[1].conversation == asks.turns[0].conversation


async def test_a_conversation_stays_on_one_page(open_page: OpenPage, asks: WebFake) -> None:
    """With JavaScript each answer is added to a live log, in one conversation, and the address stays clean."""
    page = await open_page()
    for question in QUESTIONS:
        await ask(page, question)
    assert await page.locator("[role=log][aria-live=polite] article").count() == len(QUESTIONS)
    assert len({turn.conversation for turn in asks.turns}) == 1
    assert urlsplit(page.url).query == ""
    assert await page.locator("#intro").count() == 0


async def test_a_choice_is_asked_on(open_page: OpenPage, asks: WebFake) -> None:
    """A choice sends its own question; "Inget av dessa" sends its label."""
    page = await open_page()
    await ask(page, "Vem gör en utredning?")
    await page.get_by_role("link", name="Inget av dessa").click()
    await page.locator("article").nth(1).wait_for()
    assert asks.turns[-1].text == "Inget av dessa"


async def test_a_shared_address_does_not_share_the_conversation(open_page: OpenPage, asks: WebFake) -> None:
    """Who opens an address with somebody's conversation in it goes on in a conversation of their own."""
    page = await open_page("/?fraga=tvist&samtal=abcdefgh")
    await ask(page, "Vad är nästa steg?")
    assert asks.turns[0].conversation != asks.turns[1].conversation


async def test_hostile_text_is_shown_and_not_run(open_page: OpenPage) -> None:
    """Markup in a question is text in the log."""
    page = await open_page()
    await ask(page, "<img src=x onerror=document.title='fel'><b>tvist</b>")
    assert await page.locator("#log img, #log b").count() == 0
    assert await page.title() == "Lotsen"


async def test_a_fault_is_said_and_the_question_kept(open_page: OpenPage, asks: WebFake) -> None:
    """When the answer fails the page says so aloud, and the question can be sent again."""
    page = await open_page("/?kommun=falun")
    asks.fault = RuntimeError("x")
    await page.route("**/fraga", lambda route: route.fulfill(status=200, content_type="text/html", body="<p>Login"))
    await page.get_by_label("Fråga").fill("tvist")
    await page.keyboard.press("Enter")
    alert = page.locator("#log [role=alert]")
    await alert.wait_for()
    assert "Något gick fel" in await alert.inner_text()
    assert await page.get_by_label("Fråga").input_value() == "tvist"


@pytest.mark.parametrize("width", [320, 360])
async def test_nothing_sticks_out_on_a_phone(open_page: OpenPage, width: int) -> None:
    """At phone width, and at 320 as 400 % zoom gives, no answer makes the page scroll sideways."""
    page = await open_page(viewport={"width": width, "height": 700}, has_touch=True)
    for question in (*QUESTIONS, "Donaudampfschifffahrtsgesellschaft" * 5):
        await ask(page, question)
        wide, shown = await page.evaluate(WIDTHS)
        assert wide <= shown, question


async def test_targets_are_large_enough_for_a_thumb(open_page: OpenPage) -> None:
    """Everything that is pressed is at least 24 by 24 points, as WCAG 2.5.8 asks."""
    page = await open_page(viewport=PHONE, has_touch=True)
    for question in QUESTIONS:
        await ask(page, question)
    for target in await page.locator("a:not(.sources a):not(.skip), button, select, input:visible, summary").all():
        box = await target.bounding_box()
        assert box and box["height"] >= 24 and box["width"] >= 24, await target.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESK, PHONE], ids=["desk", "phone"])
async def test_axe_finds_nothing(open_page: OpenPage, scheme: str, viewport: dict[str, int]) -> None:
    """Empty page, every kind of answer, errors and /om pass axe-core, light and dark, desk and phone."""
    page = await open_page(color_scheme=scheme, viewport=viewport)
    assert await violations(page) == []
    for question in QUESTIONS:
        await ask(page, question)
    await page.locator("summary").first.click()
    assert await violations(page) == []
    for path in ("/?fraga=+", "/?fraga=tvist&datum=fel&kommun=fel", "/om"):
        await page.goto(str(urlsplit(page.url)._replace(path="/", query="").geturl()) + path[1:])
        assert await violations(page) == []
