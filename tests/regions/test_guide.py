"""docs/ny-region.md, followed step by step: what it tells to write is sound, and is answered as it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from bot.service import answer_turns, open_serving
from indexer.publish import ensure
from knowledge.loader import load
from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "ny-region.md").read_text("utf-8")
EXAMPLE = ROOT / "docs" / "exempel-region"
TODAY = date(2026, 11, 21)
_FILE = re.compile(r"^Fil: `([\w./-]+)`\n\n```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ASKED = re.compile(r"^> (.+)\n\nSvaret innehåller \"(.+)\"\.$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """One heading of the guide: the files that it has one write, and the questions that are answered after it."""

    heading: str
    files: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]


def parts() -> list[Part]:
    """Return the parts of the guide in order."""
    found = re.split(r"^## ", GUIDE, flags=re.MULTILINE)[1:]
    return [Part(text.split("\n")[0], tuple(_FILE.findall(text)), tuple(_ASKED.findall(text))) for text in found]


def test_the_files_in_the_guide_are_the_example() -> None:
    """What the guide shows can be copied whole from the folder beside it, and nothing else lies there."""
    shown = {name: text for part in parts() for name, text in part.files}
    assert shown == {path.name: path.read_text("utf-8") for path in EXAMPLE.iterdir()}


def test_following_the_guide_gives_what_it_says(tmp_path: Path) -> None:
    """From an empty folder: after each part the knowledge is sound, and the questions are answered."""
    region = tmp_path / "sjolandet"
    region.mkdir()
    answered = 0
    for part in parts():
        for name, text in part.files:
            (region / name).write_text(text, "utf-8")
        if part.files:
            load(region)  # `lotsen check` finds nothing
        if part.asked:
            serving = open_serving(ensure(region, tmp_path / "data").path)
            for question, says in part.asked:
                answer = answer_turns(serving, [question], None, TODAY)[0]
                assert says in answer.text, (part.heading, question, answer.text)
                answered += 1
            serving.served.close()
    assert answered >= 8


@pytest.mark.parametrize("name", ["region.yaml", "sources.yaml", "bodies.yaml", "agreements.yaml"])
def test_the_first_four_files_are_needed(name: str) -> None:
    """The guide's first part has exactly what no region can be without."""
    assert name in {file for part in parts()[1:2] for file, _ in part.files}
