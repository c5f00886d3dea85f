"""The whole way in a real browser, by the real Lotsen: a made-up agreement from the file to the answer, and back."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.command import Command, Server, copied_knowledge
from tests.editor.conftest import ROK
from tests.web.test_browser import CHROMIUM, DESK, FLAGS, REASON, WIDTHS, violations

NARROW = {"width": 390, "height": 800}
SLOW = 120_000
"""Milliseconds for building an index on a machine that is busy with other things."""
ASKED = "Vem ansvarar för abstinensvård?"
AFTER = "2027-07-01"

Page = Any


async def looked_over(page: Page, shown: list[str]) -> None:
    """See to it that a page can be read by everybody, on a desk and on a phone."""
    assert await violations(page) == [], page.url
    await page.set_viewport_size(NARROW)
    wide, given = await page.evaluate(WIDTHS)
    assert wide <= given, page.url
    assert await violations(page) == [], page.url
    await page.set_viewport_size(DESK)
    shown.append(await page.locator("h2").first.inner_text())


async def decide(page: Page, who: str, reference: str) -> None:
    await page.get_by_label("Vem har beslutat? (funktion)").fill(who)
    await page.get_by_label("Var står det? (diarienummer eller protokoll)").fill(reference)
    await page.get_by_label("Jag har läst").check()


def responsible(server: Server, day: str) -> list[str]:
    found: list[str] = server.ask(ASKED, on=day)["responsible"]
    return found


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
async def test_an_agreement_goes_live_and_back(tmp_path: Path, data_folder: Path, script: bool) -> None:
    """Upload, look over, tick, try, publish, ask, take back: without a terminal, with a script and without one."""
    if REASON:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(REASON)
    from playwright.async_api import async_playwright

    region = copied_knowledge(tmp_path / "kunskap")
    before = {path: path.read_bytes() for path in region.rglob("*.yaml")}
    shutil.copytree(data_folder / "index", tmp_path / "data" / "index")  # of the same files: built already
    lotsen = Command(tmp_path, tmp_path / "data", {"LOTSEN_KNOWLEDGE": str(region)})
    shown: list[str] = []
    trouble: list[str] = []
    with lotsen.serve() as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            page = await browser.new_page(
                viewport=DESK, locale="sv-SE", reduced_motion="reduce", java_script_enabled=script
            )
            page.set_default_timeout(SLOW)
            page.on("pageerror", lambda error: trouble.append(str(error)))
            page.on("console", lambda said: trouble.append(said.text) if said.type in ("error", "warning") else None)

            async def look() -> None:
                if script:
                    await looked_over(page, shown)

            await page.goto(f"{server.url}/redaktor")
            await look()
            await page.get_by_label("Vem är du? (funktion)").fill("Utvecklingsledare")
            await page.get_by_role("button", name="Fortsätt").click()
            await look()
            await page.get_by_role("link", name="Ladda upp ett dokument").click()
            await look()
            await page.get_by_label("Fil", exact=True).set_input_files(ROK)
            await page.get_by_label("Gällande").check()
            await page.get_by_role("button", name="Läs dokumentet").click()
            await page.get_by_role("button", name="Visa förslagen").wait_for()
            await look()
            assert await page.get_by_label("Överenskommelse", exact=True).input_value() == "rok-missbruk"
            assert await page.get_by_label("Beslutat den dag").input_value() == "2027-04-15"
            assert await page.get_by_label("Gäller från", exact=True).first.input_value() == AFTER
            await page.get_by_role("button", name="Visa förslagen").click()
            await page.get_by_role("button", name="Ta in allt utan tvivel").click()
            await look()
            differs = page.locator("td.olika")
            assert await differs.count() == 2
            assert await differs.locator("input").first.is_checked()
            await differs.locator("a").first.click()
            assert await page.locator(".paper td:target").inner_text() in ("X", "x")
            await page.get_by_role("button", name="Prova", exact=True).click()
            await page.get_by_role("heading", name="Det här ändras").wait_for()
            await look()
            told = await page.locator("main").inner_text()
            assert re.search(rf"Abstinensvård: socialtjänsten är ny ansvarig från {AFTER}", told)
            assert re.search(rf"Tillnyktring: ny uppgift från {AFTER}", told)
            assert await page.locator(".teams-card").count() >= 4
            assert responsible(server, AFTER) == ["primarvard", "psykiatri"]  # nothing is live before it is published
            await decide(page, "Länschefsnätverket", "Protokoll 2027-04-15 § 12")
            await page.get_by_role("button", name="Lägg ut").click()
            await page.get_by_text("Det är utlagt.").wait_for()
            await look()
            server.wait(lambda: responsible(server, AFTER) == ["primarvard", "psykiatri", "socialtjanst"], 15)
            assert responsible(server, "2027-06-30") == ["primarvard", "psykiatri"]
            await page.get_by_role("link", name="Ta tillbaka").click()
            await look()
            assert "Abstinensvård: ändringen från" in await page.locator("main").inner_text()
            await decide(page, "Utvecklingsledaren", "Prov")
            await page.get_by_role("button", name="Ta tillbaka").click()
            await page.get_by_text("Det senaste är taget tillbaka.").wait_for()
            await look()
            server.wait(lambda: responsible(server, AFTER) == ["primarvard", "psykiatri"], 15)
            await page.get_by_role("link", name="Logg", exact=True).click()
            await look()
            log = await page.locator("main").inner_text()
            assert "Utlagt" in log and "Taget tillbaka" in log and "Protokoll 2027-04-15 § 12" in log
            await browser.close()
    assert {path: path.read_bytes() for path in region.rglob("*.yaml")} == before
    assert trouble == []
    assert not script or len(shown) == 10


async def test_every_form_can_be_used_by_everybody(lotsen: Command) -> None:
    """The forms for one change each, with and without faults, on a desk and on a phone."""
    if REASON:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(REASON)
    from playwright.async_api import async_playwright

    shown: list[str] = []
    with lotsen.serve() as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            for scheme in ("light", "dark"):
                page = await browser.new_page(viewport=DESK, locale="sv-SE", color_scheme=scheme)
                await page.goto(f"{server.url}/redaktor/vem")
                await page.get_by_label("Vem är du? (funktion)").fill("Utvecklingsledare")
                await page.get_by_role("button", name="Fortsätt").click()
                for path in ("ruta", "ruta?uppgift=abstinensvard", "giltighet", "lokalt?kommun=falun"):
                    await page.goto(f"{server.url}/redaktor/andra/{path}")
                    await looked_over(page, shown)
                    send = page.get_by_role("button", name="Prova")
                    if await send.count():
                        await page.locator("form").evaluate("form => form.noValidate = true")
                        await send.click()
                        await page.locator(".field-error").first.wait_for()
                        await looked_over(page, shown)
            await browser.close()
    assert len(shown) == 14
