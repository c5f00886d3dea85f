"""The page as people see it: the real Lotsen, its real knowledge, a browser, and pictures of it for the README."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.command import Command
from tests.web.test_browser import CHROMIUM, FLAGS, REASON, WIDTHS

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "bilder"
QUESTION = "Vem ansvarar för abstinensvård?"
# Chromium takes the form of a date field from the environment, not from the page.
SWEDISH = {**os.environ, "LANGUAGE": "sv_SE", "LANG": "sv_SE.UTF-8"}
SIZES = {
    "sida": {"viewport": {"width": 1200, "height": 1440}},
    "sida-mobil": {"viewport": {"width": 360, "height": 780}, "device_scale_factor": 2, "has_touch": True},
}


@pytest.mark.parametrize("name", SIZES)
async def test_the_real_page_answers_and_is_photographed(lotsen: Command, tmp_path: Path, name: str) -> None:
    """A question in the page gives a table of actors with both who are responsible marked, and no wider than the page.

    With UPDATE_PICTURES=1 the pictures in docs/bilder are renewed.
    """
    if REASON:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(REASON)
    from playwright.async_api import async_playwright

    picture = tmp_path / f"{name}.png"
    with lotsen.serve(LOTSEN_DEV="1") as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, env=SWEDISH)
            context = await browser.new_context(
                locale="sv-SE", color_scheme="light", reduced_motion="reduce", **SIZES[name]
            )
            page = await context.new_page()
            await page.goto(server.url)
            await page.get_by_label("Fråga").fill(QUESTION)
            await page.get_by_role("button", name="Skicka").click()
            await page.locator("article").wait_for()
            marked = await page.locator("tr.marked th").all_inner_texts()
            wide, given = await page.evaluate(WIDTHS)
            await page.screenshot(path=picture)
            await browser.close()
    assert [text.split("\n")[0] for text in marked] == ["Primärvård", "Psykiatri"]
    assert wide == given
    if os.environ.get("UPDATE_PICTURES") == "1":
        shutil.copy(picture, PICTURES / picture.name)
