"""docs/redaktor.md is followed from the first step to the last, as by a new editor, in a real browser."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from knowledge.messages import sentences_of
from tests.command import Command, Server, copied_knowledge
from tests.editor.guide import GUIDE, PICTURE, Follower, orders, steps
from tests.web.test_browser import CHROMIUM, FLAGS, REASON
from tests.web.test_pictures import PICTURES, SWEDISH

WINDOW = {"width": 900, "height": 840}
SLOW = 90_000
"""Milliseconds for what a click leads to."""
TAKEN_UP = 10
"""Seconds until a running Lotsen must answer by what was made live; the guide promises no less."""
MESSAGES = re.compile(r"^\| \*(.+?)\* \|", re.MULTILINE)
GAP = re.compile(r"\\\{\w+\\\}")


async def test_the_guide_can_be_followed(tmp_path: Path, data_folder: Path) -> None:
    """Every step can be done as it stands, and leads to what it promises; with UPDATE_PICTURES=1 it is photographed.

    What is tried only is put away again, what is made live is answered from, and what was taken back is gone.
    """
    if REASON:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(REASON)
    from playwright.async_api import async_playwright

    region = copied_knowledge(tmp_path / "kunskap")
    shutil.copytree(data_folder / "index", tmp_path / "data" / "index")  # of the same files: built already
    lotsen = Command(tmp_path, tmp_path / "data", {"LOTSEN_KNOWLEDGE": str(region)})
    trouble: list[str] = []
    with lotsen.serve() as server:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, env=SWEDISH)
            page = await browser.new_page(
                viewport=WINDOW, locale="sv-SE", color_scheme="light", reduced_motion="reduce"
            )
            page.set_default_timeout(SLOW)
            page.on("pageerror", lambda error: trouble.append(str(error)))
            follower = Follower(page, server.url, tmp_path, lambda: _taken_up(server))
            for step in steps():
                await follower.do(step)
                for picture in step.pictures:
                    await follower.photograph(tmp_path / f"{picture}.png")
            await browser.close()
    assert trouble == []
    if os.environ.get("UPDATE_PICTURES") == "1":
        for path in tmp_path.glob("redaktor-*.png"):
            shutil.copy(path, PICTURES / path.name)


def _taken_up(server: Server) -> None:
    server.wait(lambda: not server.ready()["files_differ"], TAKEN_UP)


def test_every_step_can_be_understood() -> None:
    """A step holds nothing but what can be done or seen; where it says to look, it says what is to be seen."""
    for step in steps():
        done = [order.do for order in orders(step)]
        assert "look" not in done or "see" in done, step
        assert {*done} - {"look"}, step


def test_no_step_is_left_out() -> None:
    """The steps of a list are numbered from one without a gap, and every picture of the guide stands after a step."""
    found = steps()
    for before, step in zip([None, *found], found, strict=False):
        assert step.number == 1 or (before and before.chapter == step.chapter and before.number == step.number - 1)
    pictures = [picture for step in found for picture in step.pictures]
    assert sorted(pictures) == sorted(match[2] for line in _lines() if (match := PICTURE.match(line)))
    assert len(found) >= 70 and len(set(pictures)) == len(pictures) <= 10


def test_what_is_said_of_the_pages_is_what_they_say() -> None:
    """Bold words outside the steps are a heading, button or field of the pages, too."""
    said = {text for file in ("editor", "web", "aktualitet") for text in sentences_of(file).values()}
    done = {step.text for step in steps()}
    bold = {name for name in re.findall(r"\*\*(.+?)\*\*", " ".join(" ".join(_lines()).split())) if not any(name in text for text in done)}
    assert bold <= said


def test_every_message_that_is_explained_is_one_that_is_shown() -> None:
    """The messages of the last chapter are the pages' own, with a value where theirs have a gap."""
    told = MESSAGES.findall(GUIDE.read_text("utf-8"))
    shown = [re.compile(GAP.sub(".+", re.escape(text))) for text in sentences_of("editor").values()]
    assert len(told) > 8
    assert not [text for text in told if not any(pattern.fullmatch(text) for pattern in shown)]


def _lines() -> list[str]:
    return GUIDE.read_text("utf-8").splitlines()
