"""The small knowledge, as files and read."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.loader import load
from knowledge.model import Knowledge
from tests.indexer import small


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """A region's folder that a test may change."""
    return small.region_in(tmp_path / "kunskap")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """An empty folder for indexes, not yet made."""
    return tmp_path / "data"


@pytest.fixture(scope="session")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The small knowledge, loaded once."""
    return load(small.region_in(tmp_path_factory.mktemp("liten")))
