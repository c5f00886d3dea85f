"""One file for each kind of mistake: it is refused with the message that its own first line foretells."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from knowledge import checks
from knowledge.loader import load, read
from knowledge.messages import PACKAGED
from knowledge.problems import KnowledgeError
from knowledge.survey import Survey

SOUND = Path(__file__).parent / "sound"
BROKEN = sorted((Path(__file__).parents[1] / "broken").glob("*.yaml"))
REGION = Path("provlandet")
Lay = Callable[[Path], None]

# Codes that no single file can break, and the test that reaches them instead.
ELSEWHERE = {
    "too_large": "test_reader.py::test_a_file_that_is_too_large_is_refused_unread",
    "no_files": "test_loader.py::test_a_folder_without_files_is_named",
}


def foretold(path: Path) -> tuple[str, str]:
    """Return what a broken file says about itself: its place in the knowledge, and 'line: message'."""
    first, second, *_ = path.read_bytes().decode("utf-8", "replace").splitlines()
    return second.removeprefix("# replaces: "), first.removeprefix("# ")


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lay:
    """Put a broken file into a copy of the sound knowledge, and work from there."""

    def lay(path: Path) -> None:
        shutil.copytree(SOUND, tmp_path, dirs_exist_ok=True)
        shutil.copyfile(path, tmp_path / foretold(path)[0])
        monkeypatch.chdir(tmp_path)

    return lay


def test_the_sound_knowledge_is_sound(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is wrong with the knowledge that the broken files are laid over."""
    monkeypatch.chdir(SOUND)
    assert load(REGION).region.name == "Provlandet"


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_each_broken_file_names_its_line_and_its_cure(path: Path, overlay: Lay) -> None:
    """A broken file is rejected with the message that its own first line foretells, and no other."""
    overlay(path)
    place, message = foretold(path)
    with pytest.raises(KnowledgeError) as caught:
        load(REGION)
    assert [str(problem) for problem in caught.value.problems] == [f"{place}:{message}"]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_passes_when_its_rule_is_switched_off(
    path: Path,
    overlay: Lay,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each mistake across files is found by one rule alone; without the rule nobody would notice."""
    overlay(path)
    draft = read(REGION)
    if draft.problems:
        return  # Found while reading, by no rule.
    guilty = [rule for rule in checks.RULES if list(rule(Survey(draft)))]
    assert len(guilty) == 1
    monkeypatch.setattr(checks, "RULES", tuple(rule for rule in checks.RULES if rule not in guilty))
    load(REGION)


@pytest.mark.parametrize("rule", checks.RULES, ids=lambda rule: rule.__name__)
def test_each_rule_has_a_broken_file(rule: checks.Rule, overlay: Lay) -> None:
    """No rule stands in the registry without a file that breaks it."""
    for path in BROKEN:
        overlay(path)
        draft = read(REGION)
        if not draft.problems and list(rule(Survey(draft))):
            return
        (Path.cwd() / foretold(path)[0]).unlink()
    pytest.fail(f"no file in tests/broken breaks {rule.__name__}")


def test_each_message_is_reached() -> None:
    """Every message of the checker is foretold by some broken file, or reached by a test that is named here."""
    sentences = yaml.safe_load((PACKAGED / "svenska/sentences/checks.yaml").read_text("utf-8"))["sentences"]
    codes = {key.removeprefix("check."): text for key, text in sentences.items()}
    messages = [foretold(path)[1].partition(": ")[2] for path in BROKEN]
    unreached = set()
    for code, text in codes.items():
        pattern = ".+".join(re.escape(part) for part in re.split(r"\{\w+\}", text))
        whole = not code.startswith(("thing.", "hint"))
        found = any(re.fullmatch(pattern, one) if whole else re.search(pattern, one) for one in messages)
        if not found:
            unreached.add(code)
    assert unreached == set(ELSEWHERE)
