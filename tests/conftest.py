"""What every test may lean on: no settings from outside, and one index of the real knowledge for the whole session."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.evaluate import Case, load_cases
from bot.service import Serving, open_serving
from indexer.publish import ensure
from tests.command import Command
from tests.corpus import World
from tests.known_failures import pytest_collection_modifyitems

__all__ = ["pytest_collection_modifyitems"]

ROOT = Path(__file__).parents[1]
REGION = ROOT / "knowledge" / "dalarna"
KEPT = frozenset({"LOTSEN_TEST_SEEDS"})


@pytest.fixture(scope="session", autouse=True)
def no_settings_from_outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Take away the LOTSEN_ settings of whoever runs the tests, and keep their data folder out of reach."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.upper().startswith("LOTSEN_") and name not in KEPT]:
            patch.delenv(name)
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("xdg")))
        yield


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the real knowledge is published. Tests may add state, and leave the index alone."""
    data = tmp_path_factory.mktemp("data")
    assert not ensure(REGION, data).problems
    return data


@pytest.fixture(scope="session")
def serving(data_folder: Path) -> Iterator[Serving]:
    """The real knowledge, ready to answer. Read only."""
    opened = open_serving(ensure(REGION, data_folder).path)
    yield opened
    opened.served.close()


@pytest.fixture(scope="session")
def world(serving: Serving) -> World:
    """The same, with the corpus of questions about all of it."""
    return World(serving)


@pytest.fixture
def lotsen(tmp_path: Path, data_folder: Path) -> Command:
    """The command, run from an empty folder, with the index of the session and its state."""
    return Command(tmp_path, data_folder)


@pytest.fixture(scope="session")
def questions() -> list[Case]:
    """Every question case of tests/questions."""
    return list(load_cases(ROOT / "tests" / "questions"))
