"""The icons: what Teams demands of each pixel, and that they are drawn from the SVG files beside them."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import pytest

from bot.package.icons import FOLDER, SIZES, icon_problems, read_icons
from tests.web.test_browser import CHROMIUM, FLAGS, REASON

PAGE = "<style>*{{margin:0}}svg{{display:block}}</style>{svg}"
NEAR = 8
"""How far (of 255) a channel may lie from the stored one: versions of Chromium smooth edges differently."""

Pixel = tuple[int, int, int, int]


def pixels(png: bytes) -> list[Pixel]:
    """Return the pixels of a PNG of eight bits, row by row, as red, green, blue and alpha."""
    width, height, depth, colours = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    size = {2: 3, 6: 4}[colours]
    rows, before = unpacked(png), bytes(width * size)
    found: list[Pixel] = []
    for row in range(height):
        start = row * (width * size + 1)
        before = unfiltered(rows[start], rows[start + 1 : start + 1 + width * size], before, size)
        found += [pixel(before[at : at + size]) for at in range(0, len(before), size)]
    return found


def pixel(part: bytes) -> Pixel:
    return (part[0], part[1], part[2], part[3] if len(part) == 4 else 255)


def unpacked(png: bytes) -> bytes:
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    return zlib.decompress(data)


def unfiltered(kind: int, row: bytes, above: bytes, size: int) -> bytes:
    done = bytearray()
    for at, value in enumerate(row):
        left, up = done[at - size] if at >= size else 0, above[at]
        corner = above[at - size] if at >= size else 0
        near = min((left, up, corner), key=lambda each: abs(left + up - corner - each))
        done.append((value + (0, left, up, (left + up) // 2, near)[kind]) % 256)
    return bytes(done)


def test_teams_takes_the_icons() -> None:
    """Their sizes are right."""
    assert [problem for name, png in read_icons().items() for problem in icon_problems(name, png)] == []


def test_the_outline_is_white_on_nothing() -> None:
    """Teams refuses an outline icon with any other colour (InvalidOutlineIconTransparency)."""
    found = pixels(read_icons()["outline.png"])
    assert {each[:3] for each in found if each[3]} == {(255, 255, 255)}
    see_through = sum(each[3] == 0 for each in found)
    assert len(found) / 2 < see_through < len(found)


def test_the_colour_icon_fills_its_square() -> None:
    """Teams rounds the corners itself: no pixel is see-through, and the drawing keeps to the middle 120 × 120."""
    found, size = pixels(read_icons()["color.png"]), SIZES["color.png"]
    ground, margin = found[0], (size - 120) // 2
    assert all(each[3] == 255 for each in found)
    drawn = [(at % size, at // size) for at, each in enumerate(found) if each != ground]
    assert all(margin - 1 <= place <= size - margin for at in drawn for place in at)


@pytest.mark.parametrize("name", SIZES)
async def test_the_icons_are_drawn_from_their_svg(name: str, tmp_path: Path) -> None:
    """Chromium draws the same picture from the SVG. With UPDATE_ICONS=1 the stored icons are renewed."""
    if REASON:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(REASON)
    from playwright.async_api import async_playwright

    size, svg = SIZES[name], (FOLDER / name).with_suffix(".svg").read_text("utf-8")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": size, "height": size})
        await page.set_content(PAGE.format(svg=svg))
        drawn = await page.screenshot(omit_background=True)
        await browser.close()
    if os.environ.get("UPDATE_ICONS") == "1":
        (FOLDER / name).write_bytes(drawn)
    pairs = zip(pixels(drawn), pixels((FOLDER / name).read_bytes()), strict=True)
    assert max(abs(one - other) for new, old in pairs for one, other in zip(new, old, strict=True)) <= NEAR
