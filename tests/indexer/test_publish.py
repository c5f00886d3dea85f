"""An index is built beside the one that serves, and takes its place in one step or not at all."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from indexer import build as building
from indexer import publish as publishing
from indexer.build import MANIFEST, STAGING, Manifest, build, home, one_builder
from indexer.errors import BusyError, SearchError, VerifyError
from indexer.passages import reviewed
from indexer.publish import Ensured, current, ensure, publish
from indexer.search import Search, index_passages
from indexer.served import open_index
from knowledge.loader import load, revision
from knowledge.problems import KnowledgeError
from tests.indexer import small

ROOT = Path(__file__).parents[2]
POINTS = [
    *("read:1", "read:2", "passages:2", "index:1", "index:20", "verify:1", "verify:2", "publish:1"),
    *("fsync:1", "fsync:5", "fsync:10", "rename:1", "fsync:11", "fsync:12", "fsync:13", "replace:1", "fsync:14"),
    "publish:2",
]
SWAPPED = ("fsync:14", "publish:2")
"""Points after the swap, where the new index serves already."""
LEAKS = pytest.mark.filterwarnings("ignore:.*unclosed file", "ignore::pytest.PytestUnraisableExceptionWarning")
"""Whoosh leaves a file open when it finds it damaged."""


def staging(data: Path, region: Path) -> list[Path]:
    """Return the staging folders that lie about."""
    return list(home(data, region).glob(f"{STAGING}*"))


# --- building ------------------------------------------------------------------------------------


def test_the_knowledge_read_back_is_the_knowledge_built(region: Path, data: Path) -> None:
    """What is served is, value for value, what stood in the files, whatever an editor left of space at the ends."""
    served = open_index(ensure(region, data).path)
    loaded = load(region)
    read_back = type(loaded).model_validate_json(loaded.model_dump_json())
    assert served.knowledge == read_back
    assert served.knowledge.model_copy(update={"sentences": {}}) == loaded.model_copy(update={"sentences": {}})
    assert served.revision == loaded.revision == revision(region)


def test_an_opened_index_has_all_that_an_answer_needs(region: Path, data: Path) -> None:
    """Passages, words and search are of the same revision and know the same ids."""
    served = open_index(ensure(region, data).path)
    assert len(served.searcher) == len(reviewed(served.passages.values())) < len(served.passages)
    assert set(served.passages) == {id_ for id_, thing in served.citables.items() if not thing.editors_only}
    assert served.searcher.search("chefsrådet")[0].id in served.passages
    assert served.lexicon.lookup("rådet")[0] == ("radet",)


def test_the_manifest_says_what_was_built(region: Path, data: Path) -> None:
    """Format, revision, region, counts by kind and the time stand beside the index."""
    path = ensure(region, data).path
    manifest = json.loads((path / MANIFEST).read_bytes())
    assert (manifest["format"], manifest["revision"]) == (building.FORMAT, revision(region))
    assert manifest["region"] == "provlandet"
    assert sum(manifest["counts"].values()) == len(open_index(path).passages)
    assert manifest["built_at"].endswith("+00:00")


def test_progress_is_told_in_codes_that_reach_their_total(region: Path, data: Path) -> None:
    """Every stage is told from its beginning to its end, in order."""
    told: list[tuple[str, int, int]] = []
    ensure(region, data, lambda *what: told.append(what))
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == ["read", "passages", "index", "verify", "publish"]
    last = {stage: (done, total) for stage, done, total in told}
    assert all(done == total > 0 for done, total in last.values())


def test_the_same_files_give_the_same_passages(region: Path, data: Path, tmp_path: Path) -> None:
    """Two builds of one revision hold the same bytes of knowledge and passages."""
    one, other = ensure(region, data).path, ensure(region, tmp_path / "annan").path
    for name in ("knowledge.json", "passages.json"):
        assert (one / name).read_bytes() == (other / name).read_bytes()


def test_a_failed_probe_is_not_published(region: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that does not find a passage by its own words is thrown away, and the one before serves on."""
    before = ensure(region, data).path
    small.change(region, "nu")
    monkeypatch.setattr(Search, "search", lambda *args, **options: [])
    with pytest.raises(VerifyError, match="probe_missed"):
        ensure(region, data)
    assert current(data, region) == before
    assert staging(data, region) == []


def test_a_short_index_is_not_published(region: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that lacks a passage is found out."""
    whole = index_passages
    monkeypatch.setattr(building, "index_passages", lambda found, *rest: whole(found[:-1], *rest))
    with pytest.raises(VerifyError, match="counts_differ"):
        ensure(region, data)


def test_files_saved_during_the_reading_are_read_again(
    region: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The revision of an index is that of the files that were read, also when an editor saves meanwhile."""
    saved: list[str] = []

    def load_and_save(folder: Path):  # type: ignore[no-untyped-def]
        loaded = load(folder)
        if not saved:
            saved.append("en gång")
            small.change(folder, "nu")
            return loaded.model_copy(update={"revision": revision(folder)})
        return loaded

    monkeypatch.setattr(building, "load", load_and_save)
    served = open_index(ensure(region, data).path)
    assert "Planen nu skrivs" in served.passages["lok/soderby/2022/sip"].text


# --- bringing up to date -------------------------------------------------------------------------


def test_nothing_is_built_twice(region: Path, data: Path) -> None:
    """With nothing changed the index is given back at once."""
    first = ensure(region, data)
    started = time.perf_counter()
    again = ensure(region, data)
    assert (first.built, again.built, again.path) == (True, False, first.path)
    assert time.perf_counter() - started < 0.2


def test_changed_files_are_built_and_the_older_index_is_kept(region: Path, data: Path) -> None:
    """A new revision takes over; the one before can still be opened."""
    before = ensure(region, data).path
    small.change(region, "nu")
    after = ensure(region, data)
    assert after.built and after.path != before and current(data, region) == after.path
    assert open_index(before).revision != open_index(after.path).revision


def test_a_step_back_serves_the_older_index_again(region: Path, data: Path) -> None:
    """Undoing a change points back at the index that lies there."""
    before = ensure(region, data).path
    kept = (region / "mer.yaml").read_text("utf-8")
    small.change(region, "nu")
    ensure(region, data)
    (region / "mer.yaml").write_text(kept, "utf-8")
    assert ensure(region, data).path == before == current(data, region)
    assert staging(data, region) == []


@pytest.mark.parametrize("what", ["FORMAT", "made_by"])
def test_an_index_of_other_code_is_built_anew(
    region: Path, data: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """A new format, or any change in the code that made it, makes an index outdated though the files are the same."""
    before = ensure(region, data).path
    if what == "FORMAT":
        monkeypatch.setattr(building, "FORMAT", 99)
        monkeypatch.setattr(publishing, "FORMAT", 99)
    else:
        monkeypatch.setattr(building, "made_by", lambda: "annan kod")
    after = ensure(region, data)
    assert after.built and after.path != before and before.is_dir()


def test_broken_files_leave_the_older_index_serving(region: Path, data: Path) -> None:
    """A mistake in the files comes back as problems, beside the index that goes on serving."""
    before = ensure(region, data).path
    small.break_(region)
    after = ensure(region, data)
    assert (after.path, after.built) == (before, False)
    assert "fakta" in str(after.problems[0])
    assert current(data, region) == before


def test_broken_files_without_an_index_are_an_error(region: Path, data: Path) -> None:
    """With nothing to serve instead, the problems are raised."""
    small.break_(region)
    with pytest.raises(KnowledgeError):
        ensure(region, data)
    assert current(data, region) is None


def test_broken_files_and_an_index_that_cannot_be_opened_are_an_error(region: Path, data: Path) -> None:
    """An older index is offered only if it can be served."""
    path = ensure(region, data).path
    (path / "passages.json").write_bytes(b"[")
    small.break_(region)
    with pytest.raises(KnowledgeError):
        ensure(region, data)


@LEAKS
@pytest.mark.parametrize("name", ["knowledge.json", "passages.json", MANIFEST, "words"])
def test_a_damaged_index_is_built_anew(region: Path, data: Path, name: str) -> None:
    """A file that was lost or cut short is noticed, and the damaged folder is passed by."""
    path = ensure(region, data).path
    victim = next(file for file in (path / name).iterdir() if file.suffix == ".seg") if name == "words" else path / name
    victim.write_bytes(victim.read_bytes()[:50])
    if name != MANIFEST:
        with pytest.raises(SearchError):
            open_index(path).searcher.search("chefsrådet")
    assert current(data, region) is None
    after = ensure(region, data)
    assert after.built and after.path != path
    assert len(open_index(after.path).passages) > 10


@pytest.mark.parametrize("text", ["", "..", "/etc", "finns-inte", "a/b"])
def test_a_pointer_that_leads_nowhere_points_at_nothing(region: Path, data: Path, text: str) -> None:
    """A damaged pointer is as no pointer; it never leads out of the region's folder."""
    ensure(region, data)
    (home(data, region) / "current").write_text(text, "utf-8")
    assert current(data, region) is None


def test_regions_do_not_meet(region: Path, data: Path, tmp_path: Path) -> None:
    """Each region has an index of its own in the same data folder."""
    other = small.region_in(tmp_path / "annat")
    other = other.rename(other.with_name("grannlandet"))
    one, two = ensure(region, data).path, ensure(other, data).path
    assert one.parent != two.parent
    assert (current(data, region), current(data, other)) == (one, two)


# --- crashes and company -------------------------------------------------------------------------


@pytest.mark.parametrize("point", POINTS)
def test_a_builder_killed_at_any_moment_leaves_an_index_serving(region: Path, data: Path, point: str) -> None:
    """After SIGKILL the index before or the new one serves, whole; the next build clears up and brings the new one."""
    before = ensure(region, data).path
    small.change(region, "nu")
    dead = run_crash(region, data, point)
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    serving = current(data, region)
    assert serving is not None and (serving == before) is (point not in SWAPPED)
    assert open_index(serving).searcher.search("chefsrådet")
    after = ensure(region, data)
    assert open_index(after.path).revision == revision(region)
    assert staging(data, region) == [] or not after.built


def test_a_builder_that_is_not_killed_publishes(region: Path, data: Path) -> None:
    """The process of the crash test works when nothing kills it, and comes to every point there is."""
    ensure(region, data)
    small.change(region, "nu")
    done = run_crash(region, data, "never:1")
    assert done.returncode == 0, done.stderr
    calls = json.loads(done.stdout)
    for name, _, number in (point.partition(":") for point in POINTS):
        assert int(number) <= calls[name]
    assert calls["fsync"] == 14


def run_crash(region: Path, data: Path, point: str) -> subprocess.CompletedProcess[str]:
    """Bring the index up to date in a process that dies at a point."""
    command = [sys.executable, str(Path(__file__).with_name("crash.py")), str(region), str(data), point]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("step", ["rename", "replace", "fsync"])
def test_a_full_disk_leaves_the_older_index_serving(
    region: Path, data: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """An OSError at any step of publishing changes nothing for those who ask."""
    before = ensure(region, data).path
    small.change(region, "nu")
    staged = build(region, data)

    def refuse(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, step, refuse)
        with pytest.raises(OSError, match="No space"):
            publish(staged, data)
    assert current(data, region) == before
    assert ensure(region, data).built
    assert open_index(current(data, region) or before).revision == revision(region)


def test_builders_take_turns(region: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many that find the index outdated at once, one builds, and the others take what it built."""
    results: list[Ensured] = []
    threads = [threading.Thread(target=lambda: results.append(ensure(region, data))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.built for result in results) == [False, False, False, True]
    assert len({result.path for result in results}) == 1


def test_a_builder_does_not_wait_for_ever(region: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another builder does not finish, the one that waits says so."""
    holding, done = threading.Event(), threading.Event()

    def hold() -> None:
        with one_builder(data, region):
            holding.set()
            done.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(10)
    monkeypatch.setattr(building, "WAIT", 0.1)
    try:
        with pytest.raises(BusyError):
            ensure(region, data)
    finally:
        done.set()
        thread.join()


def test_an_open_index_outlives_its_successor(region: Path, data: Path) -> None:
    """Who has an index open goes on answering from it while another is published."""
    served = open_index(ensure(region, data).path)
    hits = served.searcher.search("chefsrådet")
    small.change(region, "nu")
    ensure(region, data)
    assert served.searcher.search("chefsrådet") == hits


def test_a_manifest_is_read_only_with_its_files(region: Path, data: Path) -> None:
    """A folder without a manifest, or whose files are gone, is no index."""
    path = ensure(region, data).path
    assert Manifest.read(path) is not None
    (path / "knowledge.json").unlink()
    assert Manifest.read(path) is None
    assert Manifest.read(path / "finns-inte") is None
