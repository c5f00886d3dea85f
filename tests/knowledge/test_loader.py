"""Files become one whole, or all that is wrong with them is said at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from knowledge.loader import general_folder, load, revision
from knowledge.messages import PACKAGED
from knowledge.problems import KnowledgeError

SOUND = Path(__file__).parent / "sound"
REGION = Path("provlandet")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sound knowledge, to work in."""
    shutil.copytree(SOUND, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def problems() -> list[str]:
    """Load and return what is wrong."""
    with pytest.raises(KnowledgeError) as caught:
        load(REGION)
    return [str(problem) for problem in caught.value.problems]


def test_sections_are_keyed_by_id(folder: Path) -> None:
    """What the files list is found by id, with the order of the files kept."""
    knowledge = load(REGION)
    assert list(knowledge.municipalities) == ["norrby", "soderby"]
    assert knowledge.actors["varden"].units[0].name == "mottagning"
    assert knowledge.workplaces["annat"].actor is None
    assert knowledge.counts["samarbetet/antal"].yes == 1
    assert knowledge.sentences["answer.unknown"].startswith("Jag hittar")


def test_a_region_overrides_what_is_general(folder: Path) -> None:
    """The same id in the region's folder takes the place of the general entry, and of a sentence."""
    (folder / "provlandet/own.yaml").write_text(
        "cues:\n  - {id: unga, role: group, aliases: [ungdom], agreement: samarbetet}\n"
        "sentences:\n  answer.unknown: Det vet jag inte.\n"
    )
    knowledge = load(REGION)
    assert knowledge.cues["unga"].aliases == ("ungdom",)
    assert knowledge.sentences["answer.unknown"] == "Det vet jag inte."


def test_a_region_without_general_knowledge_beside_it_takes_what_ships(folder: Path) -> None:
    """A region's folder may lie anywhere; the general knowledge then comes from the program."""
    shutil.rmtree(folder / "svenska")
    assert general_folder(REGION) == PACKAGED / "svenska"


def test_all_problems_are_told_at_once_and_in_order(folder: Path) -> None:
    """Mistakes of every sort, in several files, come in one list sorted by file and line."""
    (folder / "provlandet/b.yaml").write_text("facts: 1\n")
    (folder / "provlandet/a.yaml").write_text("terms:\n  - id: x y\n  - {id: z, nam: z}\n")
    told = problems()
    assert [one.partition(": ")[0] for one in told] == [
        "provlandet/a.yaml:2",
        "provlandet/a.yaml:2",
        "provlandet/a.yaml:3",
        "provlandet/a.yaml:3",
        "provlandet/b.yaml:1",
    ]


def test_a_file_that_cannot_be_read_is_not_also_a_hundred_missing_ids(folder: Path) -> None:
    """Where a whole file fails, only the line that broke it is reported."""
    (folder / "provlandet/sources.yaml").write_text("sources: [\n")
    assert len(problems()) == 1


def test_an_entry_that_is_refused_still_has_its_id(folder: Path) -> None:
    """References to an entry with a mistake in it are not mistakes of their own; others still are."""
    path = folder / "provlandet/sources.yaml"
    path.write_text(path.read_text().replace("standing: secondary", "standing: secundary"))
    topics = folder / "provlandet/topics.yaml"
    topics.write_text(topics.read_text().replace("route: tvist", "route: twist"))
    assert [one.partition(": ")[0] for one in problems()] == ["provlandet/sources.yaml:11", "provlandet/topics.yaml:29"]


def test_a_folder_without_files_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong setting is told with the folder that it leads to."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "svenska").mkdir()
    told = problems()
    assert [one.partition(":")[0] for one in told] == ["provlandet", "svenska"]
    assert "LOTSEN_KNOWLEDGE" in told[0]


def test_the_revision_is_the_same_for_the_same_files(folder: Path) -> None:
    """The hash can be had without parsing, is the loaded one, and follows the general files too."""
    before = revision(REGION)
    assert load(REGION).revision == before
    with (folder / "svenska/cues.yaml").open("a") as file:
        file.write("# Mer.\n")
    assert revision(REGION) != before
