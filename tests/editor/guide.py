"""The editor's guide as something that can be done: its numbered steps, and hands that follow them in a browser.

A step is read as people read it: **bold** is a button, a link or a field as it is written on the page, `code` is
what to type or choose, *italics* is what is seen. A sentence that cannot be done is a fault of the guide.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "redaktor.md"
FILES = {
    path.name: path
    for path in (
        *(ROOT / "docs" / "ovning").iterdir(),
        ROOT / "tests" / "importing" / "unseen" / "rok-2027.docx",
    )
}
"""The files to practise with, by the name that the guide gives them."""
PATIENCE = 90.0
"""Seconds to wait for what a step promises, on a machine that is busy with other things."""
INTO_SIGHT = """one => {
    const heads = [document.body, ...document.querySelectorAll('main h2, main h3, main h4')];
    const fits = head => one.getBoundingClientRect().bottom - head.getBoundingClientRect().top < innerHeight - 90;
    const before = heads.filter(head => head === one || head.compareDocumentPosition(one) & 4 || head.contains(one));
    const first = before.reverse().find(fits) || one;
    scrollBy({top: first.getBoundingClientRect().top - (first === document.body ? 0 : 24), behavior: 'instant'});
}"""
"""Shows what a picture is about, from the heading that stands before it on, where there is room for both."""

Page = Any
Place = Any

CHAPTER = re.compile(r"^## (.+)$")
STEP = re.compile(r"^(\d+)\. (.+)$")
PICTURE = re.compile(r"^\s*!\[(.+)\]\(bilder/([\w-]+)\.png\)$")
NAME, VALUE, SEEN = r"\*\*([^*]+)\*\*", r"`([^`]+)`", r"\*([^*]+)\*"
END = r"(?:\.|(?<=[.?]\*)|(?<=[.?]\*\*))(?: |$)"
"""A full stop, or one within the words of the page that stand last."""

GRAMMAR = (
    (r"Öppna `http://127\.0\.0\.1:3978(/\w*)` i webbläsaren", "open"),
    (rf"Klicka på {NAME} under {SEEN} i raden {NAME}", "press_in_row"),
    (rf"Klicka på {NAME} och spara filen", "save_file"),
    (rf"Klicka på {NAME}", "press"),
    (rf"Skriv {VALUE} i {NAME}", "write"),
    (rf"Låt {NAME} vara tomt", "clear"),
    (rf"Välj den sparade filen i {NAME}", "pick_saved"),
    (rf"Öppna filen, och skriv {VALUE} på bladet {NAME} i raden {NAME} under {NAME}", "fill_cell"),
    (rf"Välj filen \[{VALUE}\]\([^)]+\) i {NAME}", "pick_file"),
    (rf"Välj {VALUE} i {NAME}", "choose"),
    (rf"(?:Välj|Kryssa för) {NAME}", "tick"),
    (rf"I {NAME} står {VALUE}", "holds"),
    (rf"Du ser {SEEN}", "see"),
    (r"Stället är markerat i dokumentet", "see_marked"),
    (r"Vänta tio sekunder", "wait"),
    (r"(?:Läs|Titta på|Se efter) [^*`.]+", "look"),
)
"""Each sentence that a step may hold, and the method of `Follower` that does it."""


@dataclass(slots=True)
class Step:
    """A numbered step of a chapter; `pictures` are taken once it is done."""

    chapter: str
    number: int
    text: str
    pictures: list[str] = field(default_factory=list)


def steps() -> list[Step]:
    """Return all steps of the guide in their order. A paragraph further in explains, and is not done."""
    found: list[Step] = []
    chapter, open_ = "", False
    for line in GUIDE.read_text("utf-8").splitlines():
        if match := CHAPTER.match(line):
            chapter, open_ = match[1], False
        elif match := STEP.match(line):
            found.append(Step(chapter, int(match[1]), match[2]))
            open_ = True
        elif match := PICTURE.match(line):
            found[-1].pictures.append(match[2])
        elif open_ and line.startswith("   ") and line.strip():
            found[-1].text += f" {line.strip()}"
        else:
            open_ = False
    return found


@dataclass(frozen=True, slots=True)
class Order:
    """A sentence of a step: the method of `Follower` that does it, and the words that it is done with."""

    sentence: str
    do: str
    values: tuple[str, ...]


def orders(step: Step) -> list[Order]:
    """Return what a step says to do. Fails where a sentence is none that can be followed."""
    found: list[Order] = []
    rest = step.text
    while rest:
        order = next(filter(None, (_order(rest, pattern, do) for pattern, do in GRAMMAR)), None)
        assert order is not None, f"{step.chapter}, steg {step.number} går inte att följa: {rest}"
        found.append(order)
        rest = rest[len(order.sentence) :]
    return found


def _order(text: str, pattern: str, do: str) -> Order | None:
    match = re.match(pattern + END, text)
    return Order(match[0], do, match.groups()) if match else None


class Follower:
    """Somebody who does what the guide says, and nothing else.

    Files are saved in `folder`; `taken_up` returns once what was made live is answered from.
    """

    def __init__(self, page: Page, url: str, folder: Path, taken_up: Callable[[], None]) -> None:
        self._page, self._url, self._folder, self._taken_up = page, url, folder, taken_up
        self._saved = folder
        self._shown: Place = None

    async def do(self, step: Step) -> None:
        """Do a step, sentence by sentence. Fails where one cannot be done."""
        for order in orders(step):
            try:
                await getattr(self, order.do)(*order.values)
            except Exception as exc:
                where = f"{step.chapter}, steg {step.number}: {order.sentence}"
                seen = (await self._text())[:3000]
                raise AssertionError(f"{where}\n{exc}\n{self._page.url}\n{seen}") from exc

    async def photograph(self, path: Path) -> None:
        """Take a picture of what was used or seen last, with a little above it."""
        if self._shown is not None and await self._shown.count():
            await self._shown.first.evaluate(INTO_SIGHT)
        await self._page.screenshot(path=path, animations="disabled")

    # --- what a step may ask for ---

    async def open(self, path: str) -> None:
        """Go to a page by its address."""
        await self._page.goto(self._url + path)
        self._shown = None

    async def press(self, name: str) -> None:
        """Press a button, a link or a heading that opens."""
        await (await self._only(self._pressable(name), name)).click()

    async def press_in_row(self, name: str, sign: str, row: str) -> None:
        """Press something in the cell of a row that has a sign."""
        lines = self._page.locator("tr").filter(has=self._page.get_by_role("rowheader", name=row, exact=True))
        cell = lines.locator("td").filter(has_text=sign)
        await (await self._only([cell.get_by_text(name, exact=True)], name)).click()

    async def write(self, value: str, name: str) -> None:
        """Write in a field."""
        await (await self._field(name)).fill(value)

    async def clear(self, name: str) -> None:
        """Leave a field empty."""
        await (await self._field(name)).fill("")

    async def pick_file(self, file: str, name: str) -> None:
        """Choose a file to send."""
        await (await self._field(name)).set_input_files(FILES[file])

    async def save_file(self, name: str) -> None:
        """Press a link that gives a file."""
        async with self._page.expect_download() as coming:
            await self.press(name)
        download = await coming.value
        self._saved = self._folder / download.suggested_filename
        await download.save_as(self._saved)

    async def fill_cell(self, value: str, sheet: str, row: str, column: str) -> None:
        """Write in a cell of the workbook that was saved, as somebody does who has opened it."""
        book = openpyxl.load_workbook(self._saved)
        cells = [cell for line in book[sheet].iter_rows() for cell in line]
        (line,), (head,) = ([cell for cell in cells if cell.value == text] for text in (row, column))
        book[sheet].cell(line.row, head.column, value)
        book.save(self._saved)

    async def pick_saved(self, name: str) -> None:
        """Choose the file that was saved."""
        await (await self._field(name)).set_input_files(self._saved)

    async def choose(self, value: str, name: str) -> None:
        """Choose from a list."""
        await (await self._field(name)).select_option(label=value)

    async def tick(self, name: str) -> None:
        """Tick a box, or choose one of several."""
        await (await self._field(name)).check()

    async def holds(self, name: str, value: str) -> None:
        """See to it that a field is filled in already."""
        one = await self._field(name)
        held = await one.evaluate("one => one.selectedOptions ? one.selectedOptions[0].text : one.value")
        assert held == value, held

    async def see(self, text: str) -> None:
        """Wait until a text is to be seen."""
        await self._until(lambda: self._seen(text), f"syns inte: {text}")
        place = self._page.get_by_text(text).filter(visible=True)
        self._shown = place if await place.count() else self._shown

    async def see_marked(self) -> None:
        """See that a place in the document is marked."""
        self._shown = await self._only([self._page.locator(".paper :target")], "markerat")

    async def wait(self) -> None:
        """Wait until what was made live is answered from."""
        await asyncio.to_thread(self._taken_up)

    async def look(self) -> None:
        """Something for the eyes alone: what is to be seen is said after it."""

    # --- how it is found ---

    def _pressable(self, name: str) -> list[Place]:
        """Return what may be meant, the likeliest first: some links hold a line of explanation after their name."""
        page = self._page
        return [
            page.get_by_role("button", name=name, exact=True),
            page.get_by_role("link", name=name, exact=True),
            page.locator("summary").get_by_text(name, exact=True),
            page.get_by_role("link").filter(has=page.get_by_text(name, exact=True)),
        ]

    async def _field(self, name: str) -> Place:
        one = await self._only([self._page.get_by_label(name, exact=True)], name)
        self._shown = one
        return one

    async def _only(self, places: list[Place], name: str) -> Place:
        """Return the one that is meant, once it is there. Fails where there are several: a reader could not know."""
        found: list[Place] = []

        async def there() -> bool:
            for place in places:
                visible = place.filter(visible=True)
                if await visible.count():
                    found.append(visible)
                    return True
            return False

        await self._until(there, f"finns inte: {name}")
        assert await found[0].count() == 1, f"finns på flera ställen: {name}"
        return found[0]

    async def _until(self, so: Callable[[], Awaitable[bool]], otherwise: str) -> None:
        began = time.monotonic()
        while not await so():
            assert time.monotonic() - began < PATIENCE, otherwise
            await asyncio.sleep(0.2)

    async def _seen(self, text: str) -> bool:
        return text in await self._text()

    async def _text(self) -> str:
        try:
            return " ".join((await self._page.locator("body").inner_text()).split())
        except Exception:  # the page is on its way to the next one
            return ""
