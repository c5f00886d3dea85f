"""/kunskap/aktualitet: what grows old and what was asked in vain, for everybody who may use the page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.access import WebConfig
from bot.gap_groups import GapGroup, Near
from bot.ports import ExpertQuestion, Gap
from bot.render.upkeep import upkeep_page
from bot.service import Serving
from bot.upkeep import Disliked, Heard, Overview, overview
from bot.web import asset_paths
from knowledge.freshness import Sort
from tests.fakes import sentences
from tests.web.conftest import Open
from tests.web.samples import TODAY, WebFake
from tests.web.test_browser import DESK, OpenPage, open_page, violations

__all__ = ["open_page"]

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\"'&<b>"
PATH = "/kunskap/aktualitet"
PROXIED = WebConfig(False, False, "nyckel", "127.0.0.1", editor_role="redaktor")


def whole(serving: Serving, on: date = TODAY) -> Overview:
    """Return an overview of the real knowledge with something of every sort that people add."""
    gaps = (Gap("Vem klipper gräset?", AT, "unknown", id="g1", count=3), Gap(HOSTILE, AT, "unknown", id="g2"))
    near = (Near("rok-missbruk/ansvar/laro", "LARO", "Psykiatrin."),)
    answer = ExpertQuestion("q1", "rss", "Vem betalar?", "", on, AT, AT, answer=f"Kommunen.\n{HOSTILE}", answered_at=AT)
    return replace(
        overview(serving.served.knowledge, None, Heard(), on),
        groups=(GapGroup("g1", gaps, nearest=near), GapGroup("g3", (Gap("[…]", AT, "unknown", id="g3"),))),
        disliked=(Disliked("K7Q-2MXA", "Psykiatrin.", (), (HOSTILE,), 2, AT), Disliked("", "", (), (), 1, AT)),
        answers=(answer,),
        more=2,
    )


@pytest.fixture
def asks(serving: Serving) -> WebFake:
    """The bot behind the page, with much to look after."""
    asks = WebFake()
    asks.upkeep.found = whole(serving)
    return asks


async def html_of(client: TestClient[Any, Any], **headers: str) -> tuple[int, str]:
    async with client.get(PATH, headers=headers) as response:
        return response.status, await response.text()


async def test_everything_to_look_after_is_there(client: TestClient[Any, Any], serving: Serving) -> None:
    """Every sort of finding, the grid, questions with their nearest facts, what did not help, experts' answers."""
    status, html = await html_of(client)
    text = unescape(html)
    assert status == 200
    found = whole(serving)
    for sort in {one.sort for one in found.findings}:
        assert f'<section id="{sort}"' in html
    for one in found.findings:
        if one.sort not in (Sort.SECONDARY, Sort.NOTHING_LOCAL):
            assert one.subject in text and one.what in text and one.cure in text
    assert html.count("<tr>") == 1 + len(found.grid.tasks)
    for part in ("Vem klipper gräset?", "rok-missbruk/ansvar/laro", "K7Q-2MXA", "Vem betalar?", "inte granskade"):
        assert part in text
    assert HOSTILE not in html and text.count(HOSTILE) == 3


async def test_it_is_as_closed_as_the_page(open_edge: Open) -> None:
    """Off loopback a key or the proxy's user is asked for; only editors are led to the forms."""
    client = await open_edge(PROXIED)
    assert (await html_of(client))[0] == 401
    assert (await html_of(client, **{"X-Lotsen-Key": "fel"}))[0] == 401
    reader = {"X-Forwarded-User": "anna@exempel.se"}
    for headers in (reader, {"X-Lotsen-Key": "nyckel"}):
        status, html = await html_of(client, **headers)
        assert status == 200 and "/redaktor" not in html
    status, html = await html_of(client, **reader, **{"X-Forwarded-Groups": "redaktor"})
    assert status == 200 and "/redaktor/fragor/g1" in html and "/redaktor/andra/lokalt" in html


async def test_the_page_of_a_knowledge_that_lacks_nothing(client: TestClient[Any, Any], asks: WebFake) -> None:
    """It says so under each heading that is always there."""
    found = asks.upkeep.found
    asks.upkeep.found = replace(found, findings=(), groups=(), disliked=(), answers=(), more=0)
    text = unescape((await html_of(client))[1])
    for said in ("Inga frågor utan svar.", "Ingen har tryckt tumme ned.", "Inga svar väntar."):
        assert said in text


def test_every_sort_has_its_place(serving: Serving) -> None:
    """Also the sorts that Dalarna does not have today."""
    found = whole(serving)
    one = found.findings[0]
    every = replace(found, findings=tuple(replace(one, sort=sort) for sort in Sort))
    html = upkeep_page(every, lambda key: sentences()[key], asset_paths(), edits=True)
    for sort in Sort:
        assert f'<section id="{sort}"' in html
    assert "fresh." not in html and "page." not in html


async def test_everybody_can_read_it(open_page: OpenPage) -> None:
    """axe finds nothing, on a desk and on a phone, and nothing is wider than a phone but the table that says so."""
    page = await open_page(PATH)
    assert await violations(page) == []
    await page.set_viewport_size({"width": 390, "height": 800})
    wide, given = await page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= given
    await page.locator("summary").first.click()
    assert await violations(page) == []
    await page.set_viewport_size(DESK)
