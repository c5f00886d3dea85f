"""The documents against the code: whatever can be set or run is documented, and no link leads nowhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import pytest

from bot.cli import Wiring, make_command
from bot.settings import Settings, variable

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "knowledge" / "GLOSSARY.md"])
MARKDOWN_LINK = re.compile(r"\]\(([^)\s]+)\)")
IMAGE = re.compile(r'<img\s+src="([^"]+)"')
ELSEWHERE = ("http://", "https://", "mailto:")


def words_of(*paths: Path) -> str:
    return "\n".join(path.read_text("utf-8") for path in paths)


def commands() -> click.Group:
    # Nothing is loaded or listened to before a command runs.
    return make_command(
        Wiring(ROOT, lambda root: pytest.fail(), lambda settings, asks: pytest.fail(), lambda settings: pytest.fail())
    )


def flags() -> list[tuple[str, str]]:
    """Return (command, flag) of all flags but those of help."""
    return [
        (name, flag)
        for name, command in commands().commands.items()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for flag in parameter.opts
        if flag.startswith("--") and flag != "--help"
    ]


def links(path: Path) -> list[str]:
    text = path.read_text("utf-8")
    return [link for link in (*MARKDOWN_LINK.findall(text), *IMAGE.findall(text)) if not link.startswith(ELSEWHERE)]


def anchors(path: Path) -> set[str]:
    """Return what the headings of a document can be reached by."""
    headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", [variable(field) for field in Settings.model_fields])
def test_every_setting_is_documented(name: str) -> None:
    """docs/installningar.md names each setting."""
    assert re.search(rf"\b{name}\b", words_of(ROOT / "docs" / "installningar.md"))


def test_no_document_names_a_setting_that_there_is_not() -> None:
    """A setting that was renamed is renamed in the documents too."""
    known = {variable(field) for field in Settings.model_fields} | {"LOTSEN_TEST_SEEDS"}
    assert set(re.findall(r"\bLOTSEN_[A-Z_]+[A-Z]\b", words_of(*DOCUMENTS))) <= known


@pytest.mark.parametrize("name", commands().commands)
def test_every_command_is_documented(name: str) -> None:
    """README.md and docs/kommandon.md name each command."""
    for path in (README, ROOT / "docs" / "kommandon.md"):
        assert f"lotsen {name}" in words_of(path), path.name


@pytest.mark.parametrize(("command", "flag"), flags(), ids=" ".join)
def test_every_flag_is_documented(command: str, flag: str) -> None:
    """docs/kommandon.md names each flag of each command."""
    assert flag in words_of(ROOT / "docs" / "kommandon.md"), command


def test_no_document_names_a_command_that_there_is_not() -> None:
    """A command stands in the documents when it works, not before."""
    named = set(re.findall(r"`(?:\.venv/bin/)?lotsen ([a-z]+)", words_of(*DOCUMENTS)))
    assert named <= set(commands().commands)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(path: Path) -> None:
    """A link within the project points at a file that is there, and at a heading in it."""
    for link in links(path):
        target, _, heading = link.partition("#")
        found = (path.parent / target).resolve() if target else path
        assert found.exists(), link
        assert not heading or heading in anchors(found), link


def test_the_readme_is_short_and_has_pictures() -> None:
    """Under 150 lines, with the page and a card."""
    text = README.read_text("utf-8")
    assert len(text.splitlines()) < 150
    assert {"docs/bilder/sida.png", "docs/bilder/kort.png"} <= set(links(README))


def test_every_picture_is_shown() -> None:
    """No picture is left behind when nobody shows it."""
    shown = {(path.parent / link).resolve() for path in DOCUMENTS for link in links(path)}
    assert {picture.resolve() for picture in (ROOT / "docs" / "bilder").iterdir()} <= shown


def test_every_dependency_has_its_reason() -> None:
    """CONTRIBUTING.md names each direct dependency."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    listed = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {match[0] for one in listed if (match := re.match(r"[A-Za-z0-9-]+", one))}
    contributing = words_of(ROOT / "CONTRIBUTING.md")
    # Type stubs are named together.
    assert not {name for name in names if not name.startswith("types-") and name not in contributing}


def test_the_rooms_that_are_described_are_there() -> None:
    """A file or folder that CONTRIBUTING.md names exists."""
    named = re.findall(
        r"`((?:bot|indexer|knowledge|tests|docs|cues|sentences)/[\w./-]*)", words_of(ROOT / "CONTRIBUTING.md")
    )
    general = ROOT / "knowledge" / "svenska"
    assert not [name for name in named if not (ROOT / name).exists() and not (general / name).exists()]


def test_the_version_is_in_the_changelog() -> None:
    """The version of the program has its own heading, with a day."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert re.search(
        rf"^## \[{re.escape(version)}\] – \d{{4}}-\d\d-\d\d$", words_of(ROOT / "CHANGELOG.md"), re.MULTILINE
    )
