"""What was published is noted, can be taken back, and stays taken back until somebody says otherwise."""

from __future__ import annotations

import shutil
import signal
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import build as building
from indexer.build import Manifest, home
from indexer.errors import HistoryError
from indexer.files import FILES, knowledge_files_of, pack, packed_files, unpack
from indexer.history import HISTORY, Publication, Published, What, history, taken_back, way_back
from indexer.publish import current, ensure, files_taken_back, take_back
from indexer.revisions import files_of, find_revision, knowledge_of
from indexer.served import open_index
from knowledge.loader import revision
from knowledge.problems import KnowledgeError
from tests.indexer import small
from tests.indexer.test_publish import run_crash

WORDS = ("ett", "två", "tre")


def publish_words(region: Path, data: Path, *words: str) -> list[str]:
    """Publish the files as they stand and then with each word; return the revisions."""
    ensure(region, data)
    revisions = [revision(region)]
    kept = (region / "mer.yaml").read_text("utf-8")
    for word in words:
        (region / "mer.yaml").write_text(kept, "utf-8")
        small.change(region, word)
        ensure(region, data)
        revisions.append(revision(region))
    return revisions


def served(data: Path, region: Path) -> str:
    """Return the revision that serves, opened."""
    path = current(data, region)
    assert path
    opened = open_index(path)
    opened.close()
    return opened.revision


# --- the list ------------------------------------------------------------------------------------


def test_each_publication_is_noted(region: Path, data: Path) -> None:
    """The history has what was published, when, by whom and with which reference, the oldest first."""
    assert history(data, region) == []
    ensure(region, data, publication=Publication("RSS Dalarna", "dnr 1"))
    small.change(region, "nu")
    ensure(region, data)
    ensure(region, data)
    first, second = history(data, region)
    assert (first.what, first.who, first.reference, first.before) == (What.PUBLISHED, "RSS Dalarna", "dnr 1", None)
    assert (second.revision, second.who, second.before) == (revision(region), None, first.revision)
    assert first.at.endswith("+00:00") and first.at <= second.at
    assert (home(data, region) / second.folder) == current(data, region)


@pytest.mark.parametrize("torn", [b'{"what": "publ', b"\xff\xfe", b"[]\n", b'{"what": "annat"}\n'])
def test_a_torn_line_is_passed_by(region: Path, data: Path, torn: bytes) -> None:
    """A line that was cut short costs nothing but itself, also when more lines come after it."""
    ensure(region, data)
    lines = history(data, region)
    with (home(data, region) / HISTORY).open("ab") as file:
        file.write(torn)
    assert history(data, region) == lines
    small.change(region, "nu")
    ensure(region, data)
    assert [line.revision for line in history(data, region)] == [lines[0].revision, revision(region)]


def test_a_publication_that_was_broken_off_is_not_in_the_list(region: Path, data: Path) -> None:
    """Killed between the line and the swap, the line does not count, now or once others follow it."""
    before = ensure(region, data).path
    small.change(region, "nu")
    assert run_crash(region, data, "replace:1").returncode == -signal.SIGKILL
    assert (home(data, region) / HISTORY).read_bytes().count(b"\n") == 2
    assert current(data, region) == before and len(history(data, region)) == 1
    small.change(region, "strax nu")
    ensure(region, data)
    assert [line.what for line in history(data, region)] == [What.PUBLISHED, What.PUBLISHED]
    assert take_back(data, region).folder == before.name


def test_what_was_published_before_there_was_a_list_can_be_gone_back_to(region: Path, data: Path) -> None:
    """An index that lies there without a line gets one when the next is published."""
    before = ensure(region, data).path
    (home(data, region) / HISTORY).unlink()
    small.change(region, "nu")
    ensure(region, data)
    manifest = Manifest.read(before)
    assert manifest and history(data, region)[0].at == manifest.built_at
    assert take_back(data, region).folder == before.name


def test_a_rebuild_for_other_code_is_no_step(region: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same revision built by another version of the program is noted as that, and taking back goes past it."""
    revisions = publish_words(region, data, "nu")
    monkeypatch.setattr(building, "made_by", lambda: "annan kod")
    assert ensure(region, data).built
    assert [line.what for line in history(data, region)] == [What.PUBLISHED, What.PUBLISHED, What.REBUILT]
    assert take_back(data, region).revision == revisions[0]


# --- taking back ---------------------------------------------------------------------------------


def test_taking_back_goes_one_step_at_a_time(region: Path, data: Path) -> None:
    """Each time the publication before the one that serves takes over; at the first there is nothing left."""
    revisions = publish_words(region, data, *WORDS)
    for wanted, gone in zip(revisions[-2::-1], revisions[:0:-1], strict=True):
        line = take_back(data, region, Publication("RSS Dalarna", "fel rad"))
        assert (line.what, line.revision, line.before) == (What.TAKEN_BACK, wanted, gone)
        assert served(data, region) == wanted
    with pytest.raises(HistoryError, match="nothing_before"):
        take_back(data, region)
    assert served(data, region) == revisions[0]
    assert history(data, region)[-1].reference == "fel rad"


def test_nothing_published_cannot_be_taken_back(region: Path, data: Path) -> None:
    """Before the first publication there is nothing to go back to."""
    with pytest.raises(HistoryError, match="nothing_before"):
        take_back(data, region)


def test_what_was_taken_back_is_not_published_by_itself(region: Path, data: Path) -> None:
    """The same files are left alone until they change; what serves says that they were taken back."""
    revisions = publish_words(region, data, "nu")
    take_back(data, region)
    for _ in range(2):
        ensured = ensure(region, data)
        assert (ensured.taken_back, ensured.built) == (True, False)
        assert served(data, region) == revisions[0]
    assert files_taken_back(data, region)
    with (region / "mer.yaml").open("a", encoding="utf-8") as file:
        file.write("# rättad")
    assert not files_taken_back(data, region)
    assert not ensure(region, data).taken_back
    assert served(data, region) == revision(region)


def test_what_was_taken_back_is_published_when_somebody_says_so(region: Path, data: Path) -> None:
    """With `again` the files take over once more, and are then as any others."""
    revisions = publish_words(region, data, "nu")
    take_back(data, region)
    assert ensure(region, data, again=True).path.name == history(data, region)[1].folder
    assert served(data, region) == revisions[1]
    assert not files_taken_back(data, region) and not ensure(region, data).taken_back
    assert take_back(data, region).revision == revisions[0]


def test_files_put_back_too_are_up_to_date(region: Path, data: Path) -> None:
    """Once the files are those of the revision that serves again, nothing is amiss."""
    kept = (region / "mer.yaml").read_text("utf-8")
    publish_words(region, data, "nu")
    line = take_back(data, region)
    (region / "mer.yaml").write_text(kept, "utf-8")
    ensured = ensure(region, data)
    assert (ensured.taken_back, ensured.built, ensured.path.name) == (False, False, line.folder)


def test_taking_back_survives_an_upgrade(region: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other code makes the revision that was gone back to anew, of its own files; the files stay taken back."""
    revisions = publish_words(region, data, "nu")
    take_back(data, region)
    monkeypatch.setattr(building, "made_by", lambda: "annan kod")
    ensured = ensure(region, data)
    assert (ensured.taken_back, ensured.built) == (True, True)
    manifest = Manifest.read(ensured.path)
    assert manifest and manifest.made_by == "annan kod"
    assert served(data, region) == revisions[0]
    assert history(data, region)[-1].what is What.REBUILT
    assert ensure(region, data).taken_back and not ensure(region, data).built


def test_an_upgrade_does_not_lose_the_way_back(region: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What other code built is made anew when it is gone back to."""
    revisions = publish_words(region, data, "nu")
    monkeypatch.setattr(building, "made_by", lambda: "annan kod")
    line = take_back(data, region)
    manifest = Manifest.read(home(data, region) / line.folder)
    assert manifest and manifest.fits(revisions[0])
    assert served(data, region) == revisions[0]


def test_what_cannot_be_served_is_passed_by(region: Path, data: Path) -> None:
    """A publication whose index and files are damaged is left out of the way back."""
    revisions = publish_words(region, data, "nu", "strax")
    damaged = home(data, region) / history(data, region)[1].folder
    (damaged / "knowledge.json").write_bytes(b"{")
    (damaged / FILES).write_bytes(b"PK")
    assert take_back(data, region).revision == revisions[0]


def test_a_damaged_index_is_made_anew_of_its_files(region: Path, data: Path) -> None:
    """The index that was gone back to is lost, and comes back without the files that were taken back."""
    revisions = publish_words(region, data, "nu")
    line = take_back(data, region)
    (home(data, region) / line.folder / "passages.json").write_bytes(b"[")
    ensured = ensure(region, data)
    assert ensured.taken_back and ensured.path.name != line.folder
    assert served(data, region) == revisions[0]


def test_a_lost_index_does_not_bring_back_what_was_taken_back(region: Path, data: Path) -> None:
    """Where the index that was gone back to cannot be had at all, nothing is published unasked."""
    publish_words(region, data, "nu")
    shutil.rmtree(home(data, region) / take_back(data, region).folder)
    with pytest.raises(HistoryError, match="withdrawn"):
        ensure(region, data)
    assert not ensure(region, data, again=True).taken_back


def test_broken_files_after_taking_back(region: Path, data: Path) -> None:
    """Files that were changed and are wrong leave what was gone back to in service."""
    revisions = publish_words(region, data, "nu")
    take_back(data, region)
    small.break_(region)
    assert ensure(region, data).problems
    assert served(data, region) == revisions[0]


@given(st.lists(st.sampled_from(["a", "b", "c", "back"]), max_size=12))
def test_the_way_back_is_a_stack(steps: list[str]) -> None:
    """Whatever was published and taken back in turn, the way back is what a plain stack of them is."""
    lines: list[Published] = []
    stack: list[str] = []
    gone: set[str] = set()
    for step in steps:
        before = stack[-1] if stack else None
        if step == "back":
            if len(stack) < 2:
                continue
            gone.add(stack.pop())
            gone.discard(stack[-1])
            lines.append(Published(What.TAKEN_BACK, stack[-1], stack[-1], "", before))
        else:
            gone.discard(step)
            what = What.REBUILT if step == before else What.PUBLISHED
            lines.append(Published(what, step, step, "", before))
            if step != before:
                stack.append(step)
        assert [line.revision for line in way_back(lines)] == stack
        assert taken_back(lines) == gone


# --- the files -----------------------------------------------------------------------------------


def test_the_files_of_a_revision_can_be_had_back(region: Path, data: Path, tmp_path: Path) -> None:
    """Unpacked, the files of an earlier revision are of that revision, comments and all."""
    bodies = (region / "bodies.yaml").read_bytes()
    revisions = publish_words(region, data, "nu")
    files = files_of(data, region, revisions[0])
    assert files["provlandet/bodies.yaml"] == bodies
    restored = unpack(files, tmp_path / "åter")
    assert (restored.name, revision(restored)) == ("provlandet", revisions[0])
    assert knowledge_of(data, region, revisions[0]) == open_index(home(data, region) / f"{revisions[0]}-2").knowledge


def test_the_knowledge_of_a_revision_is_read_of_its_files_where_it_must_be(region: Path, data: Path) -> None:
    """Without a readable knowledge.json the files tell the same."""
    path = ensure(region, data).path
    known = knowledge_of(data, region, revision(region))
    (path / "knowledge.json").unlink()
    assert knowledge_of(data, region, revision(region)) == known


def test_the_same_files_are_packed_alike(region: Path, data: Path, tmp_path: Path) -> None:
    """The zip has the same bytes whenever and wherever it is made, and is checked by the manifest."""
    path = ensure(region, data).path
    assert (path / FILES).read_bytes() == pack(knowledge_files_of(region))
    manifest = Manifest.read(path)
    assert manifest and FILES in manifest.files


@pytest.mark.parametrize("name", ["../ute.yaml", "/etc/ute.yaml", "a/../../ute.yaml", "a\\ute.yaml"])
def test_nothing_is_unpacked_elsewhere(name: str, tmp_path: Path) -> None:
    """A name that leads out of the folder is refused before anything is written."""
    with zipfile.ZipFile(tmp_path / FILES, "w") as archive:
        archive.writestr("region/a.yaml", "a: 1")
        archive.writestr(zipfile.ZipInfo(name), "b: 1")
    with pytest.raises(HistoryError):
        unpack(packed_files(tmp_path), tmp_path / "in")
    assert not (tmp_path / "in").exists()


def test_a_revision_is_found_by_its_beginning(region: Path, data: Path) -> None:
    """Enough characters name one revision; too few, or others, are told as such."""
    one, other = publish_words(region, data, "nu")
    assert find_revision(data, region, one[:8]) == one
    for beginning in ("", "xyz", ".", "cur"):
        with pytest.raises(HistoryError, match="no_revision"):
            find_revision(data, region, beginning)
    shutil.copytree(home(data, region) / f"{one}-2", home(data, region) / f"{one[:8]}00000000-2")
    with pytest.raises(HistoryError, match="several_revisions"):
        find_revision(data, region, one[:8])
    assert find_revision(data, region, other) == other


def test_files_that_no_longer_pass_are_not_served(region: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the rules have become stricter than what was published, the step is refused, and what serves stays."""
    revisions = publish_words(region, data, "nu")

    def refuse(folder: Path) -> None:
        raise KnowledgeError([])

    monkeypatch.setattr(building, "made_by", lambda: "annan kod")
    monkeypatch.setattr(building, "load", refuse)
    monkeypatch.setattr("indexer.publish.FORMAT", 99)
    with pytest.raises(HistoryError, match="not_servable"):
        take_back(data, region)
    assert history(data, region)[-1].revision == revisions[1]
