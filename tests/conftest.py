"""What many tests share: the real knowledge, indexed once, and what it answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.service import Serving, open_serving
from indexer.publish import ensure
from tests.corpus import World

DALARNA = Path(__file__).parents[1] / "knowledge" / "dalarna"


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The real knowledge of Dalarna, built into a folder of the test run's own and opened."""
    built = ensure(DALARNA, tmp_path_factory.mktemp("index"))
    opened = open_serving(built.path)
    yield opened
    opened.served.close()


@pytest.fixture(scope="session")
def world(serving: Serving) -> World:
    """The same, with the corpus of questions about all of it."""
    return World(serving)
