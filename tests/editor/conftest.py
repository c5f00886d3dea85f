"""Workbenches on copies of the knowledge: the real one, and the small one that is quick to build."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.editor.bench import Workbench
from bot.editor.item import Item
from indexer.adoption import Taking
from indexer.publish import ensure
from knowledge.model import DocumentStatus
from tests.command import copied_knowledge
from tests.indexer import small

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ROK = Path(__file__).parents[1] / "importing" / "unseen" / "rok-2027.docx"
"""A made-up agreement in Word, by somebody who has not seen the importers: two cells differ, one task is new."""
WHO = "utvecklingsledare"


@pytest.fixture
def dalarna(tmp_path: Path) -> Path:
    """A copy of the real region's folder."""
    return copied_knowledge(tmp_path / "kunskap")


@pytest.fixture
def bench(tmp_path: Path, dalarna: Path) -> Workbench:
    """A bench on the real knowledge, with nothing published."""
    return Workbench(tmp_path / "redaktion", dalarna, tmp_path / "data")


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """A copy of the small region's folder."""
    return small.region_in(tmp_path / "liten")


@pytest.fixture
def small_bench(tmp_path: Path, region: Path) -> Workbench:
    """A bench on the small knowledge, which is published."""
    assert ensure(region, tmp_path / "data").built
    return Workbench(tmp_path / "redaktion", region, tmp_path / "data")


def received(bench: Workbench) -> Item:
    """Return the agreement as it lies on the bench."""
    return bench.receive(ROK.name, ROK.read_bytes(), DocumentStatus.IN_FORCE, "", None, WHO, NOW)


def about_missbruk(bench: Workbench, item: Item) -> Taking:
    """Return what an editor says of the agreement: a new text, from a day on."""
    return Taking(bench.source_of(item), "rok-missbruk", "2027-04-15", "2027-07-01", "Länschefsnätverket")
