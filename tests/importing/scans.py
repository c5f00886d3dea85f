"""Scans for tests: sound text damaged as a bad scan damages it, and text held against text, word by word."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from indexer.importing.document import Document, Paragraph, Spot

SEEDS = Path(os.environ.get("LOTSEN_TEST_SEEDS") or Path(__file__).parents[3] / "shared" / "seeds")
FACIT = Path(__file__).parent / "scan" / "facit.txt"
SIGNS = {"å": (("a", 0.97), ("é", 0.03)), "ä": (("a", 0.94), ("é", 0.03), ("éa", 0.02), ("d", 0.01))} | {
    "ö": (("o", 0.58), ("é", 0.23), ("d", 0.13), ("6", 0.06))
}


def seed(number: str) -> str:
    """Return the text of a document in the folder of seeds; skips the test where it is missing, but fails in CI."""
    found = sorted(SEEDS.glob(f"{number}_*.txt"))
    if not found:
        assert not os.environ.get("CI"), f"{SEEDS} lacks {number}_*.txt"
        pytest.skip(f"{SEEDS} lacks {number}_*.txt")
    return found[0].read_text("utf-8")


def document(paragraphs: Iterable[str], page: int | None = None) -> Document:
    blocks = tuple(Paragraph(text, Spot(page=page, block=at)) for at, text in enumerate(paragraphs))
    return Document("inlast.txt", "text", "0" * 64, blocks)


def text_of(read: Document) -> list[str]:
    """Return the lines of all paragraphs, without empty ones."""
    lines = (line.strip() for paragraph in read.paragraphs for line in paragraph.text.splitlines())
    return [line for line in lines if line]


def damaged(text: str, chance: random.Random) -> str:
    """Return a text whose Swedish letters have all been misread."""

    def misread(match: re.Match[str]) -> str:
        letter = match.group()
        if letter.isupper():
            return "O" if letter == "Ö" else "A"
        signs, weights = zip(*SIGNS[letter], strict=True)
        return str(chance.choices(signs, weights)[0])

    return re.sub("[åäöÅÄÖ]", misread, text)


@dataclass(slots=True)
class Tally:
    """How a restored text compares with the right one: of the damaged words, and of the sound ones."""

    right: int = 0
    wrong: list[tuple[str, str, str]] = field(default_factory=list)
    sound: int = 0
    spoilt: list[tuple[str, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """The share of damaged words that became right."""
        return self.right / (self.right + len(self.wrong))

    def line(self, scan: str, now: str, right: str) -> None:
        """Count the words of a line."""
        for was, mended, true in zip(scan.split(), along(scan, now), along(scan, right), strict=True):
            if was == true:
                self.sound += 1
                self.spoilt += [(was, mended)] if mended != was else []
            elif mended == true:
                self.right += 1
            else:
                self.wrong.append((was, mended, true))


def tally(scan: Sequence[str], now: Sequence[str], right: Sequence[str]) -> Tally:
    """Return the count over lines."""
    counted = Tally()
    for lines in zip(scan, now, right, strict=True):
        counted.line(*lines)
    return counted


def along(scan: str, text: str) -> Iterator[str]:
    """Yield what stands in a text for each word of a scan; two words where the scan has glued them together."""
    rest = text.split()
    for word in scan.split():
        taken = rest.pop(0)
        while rest and len(taken.replace(" ", "")) + 1 < len(word):
            taken += f" {rest.pop(0)}"
        yield taken
    assert not rest, (scan, text)
