"""The workbench: documents and changes taken up, settled, tried, published and taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import bot.editor.bench
from bot.editor.audit import Audit, Deed
from bot.editor.bench import Workbench
from bot.editor.item import DROPPED, GOING_LIVE, LIVE, OPEN, BenchError, Item
from bot.editor.journal import Entry, Journal
from bot.editor.proposals import quick_choice
from bot.opening import ready_index
from bot.settings import Settings
from indexer.build import Built
from indexer.errors import HistoryError, ImportFault
from indexer.publish import ensure
from knowledge.editing import Edit, edited
from knowledge.model import DocumentStatus
from knowledge.problems import KnowledgeError
from tests.editor.conftest import NOW, WHO, about_missbruk, received
from tests.indexer import small

CHANGED = {"matris-1/abstinensvard/socialtjanst", "matris-1/nedtrappning/primarvard"}
"""The two cells in which the made-up agreement differs from what is known."""


def files_of(region: Path) -> dict[str, bytes]:
    return {path.relative_to(region).as_posix(): path.read_bytes() for path in region.rglob("*.yaml")}


def words_changed(bench: Workbench) -> Item:
    """Return a piece of work that changes one file and adds another."""
    source = {"id": "ny-kalla", "title": "Protokoll", "label": "protokoll", "standing": "primary"}
    added = Edit("add", "sources", "ny-kalla", value=source, file="egna/sources.yaml")
    renamed = Edit("set", "sources", "texten", ("label",), "texten, läst igen")
    return bench.begin("En ändring", [renamed, added], WHO, NOW)


# --- documents -----------------------------------------------------------------------------------


def test_a_document_is_read_masked_and_drafted(bench: Workbench) -> None:
    """The item has the document without telephone numbers and addresses, its title, and its drafts; nothing is live."""
    item = received(bench)
    assert item.document and item.drafts
    text = " ".join(paragraph.text for paragraph in item.document.paragraphs)
    assert "exempel-dalarna.se" not in text and "555 01 42" not in text and item.document.masked >= 3
    assert item.title.startswith("Regional överenskommelse om samverkan")
    assert [len(matrix.rows) for matrix in item.drafts.matrices] == [15]
    assert item == bench.items[item.id] and item.state == OPEN
    assert not bench.offers(item)


def test_the_same_file_twice_is_one_piece_of_work(bench: Workbench) -> None:
    """A file that lies open on the bench is not taken up once more."""
    assert received(bench).id == received(bench).id


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600])
def test_a_file_that_cannot_be_read_is_a_fault_with_a_cure(bench: Workbench, body: bytes) -> None:
    """Empty, broken and old files leave nothing on the bench."""
    with pytest.raises(ImportFault) as caught:
        bench.receive("fel.docx", body, DocumentStatus.DRAFT, "", None, WHO, NOW)
    assert "fel.docx" in str(caught.value)
    assert not list(bench.items)


def test_what_differs_and_what_is_new_is_found(bench: Workbench) -> None:
    """Against the real knowledge exactly two cells differ and one row is new; all other cells are equal."""
    item = received(bench)
    item = replace(item, taking=about_missbruk(bench, item))
    found = [offer.proposal for offer in bench.offers(item) if offer.proposal.group == "matris-1"]
    assert {one.id for one in found if one.verdict == "olika"} == CHANGED
    assert [one.subject for one in found if one.verdict == "ny"] == ["Tillnyktring"]
    assert sum(one.verdict == "lika" for one in found) == 14 * 4 - 2


def test_what_is_settled_is_kept_and_counts(bench: Workbench) -> None:
    """A row that is left out is offered no more, also when the item is read again."""
    item = received(bench)
    item = bench.update(
        replace(item, taking=about_missbruk(bench, item), settled={"matris-1/rad-15": "utelamnas"}), WHO, NOW
    )
    assert "Tillnyktring" not in [offer.proposal.subject for offer in bench.offers(bench.items[item.id])]


def test_a_choice_becomes_edits_that_the_knowledge_can_bear(bench: Workbench) -> None:
    """All that is without doubt can be taken in at once: the changed files are sound."""
    item = received(bench)
    item = replace(item, taking=about_missbruk(bench, item))
    item = replace(item, chosen=quick_choice(bench.offers(item), "utan-tvivel"))
    assert set(item.chosen) >= CHANGED
    with bench._overlay(bench._texts(item)) as region:
        knowledge = bot.editor.bench.load(region)
    (matrix,) = knowledge.matrices.values()
    rows = {task.id: task for task in matrix.tasks}
    assert rows["abstinensvard"].changes[-1].responsible == ("primarvard", "psykiatri", "socialtjanst")
    assert rows["nedtrappning"].changes[-1].responsible == ("primarvard", "psykiatri")
    assert rows["tillnyktring"].responsible == ("psykiatri", "socialtjanst")
    assert rows["tillnyktring"].valid_from == "2027-07-01"


def test_a_document_without_taking_files_its_text_alone(bench: Workbench) -> None:
    """Where nobody has said which agreement it is about, only the document and its source are added."""
    item = received(bench)
    assert {edit.section for edit in bench.edits(item)} == {"sources", "documents"}


# --- two editors ---------------------------------------------------------------------------------


def test_the_second_of_two_editors_is_told(bench: Workbench) -> None:
    """Who saves what somebody else has saved meanwhile is told so, and nothing is lost."""
    item = received(bench)
    bench.update(replace(item, chosen=("a",)), "den ena", NOW)
    with pytest.raises(BenchError, match="changed_meanwhile"):
        bench.update(replace(item, chosen=("b",)), "den andra", NOW)
    assert bench.items[item.id].chosen == ("a",)


def test_what_is_put_away_cannot_be_changed(small_bench: Workbench) -> None:
    """A dropped piece of work stays dropped."""
    item = small_bench.drop(words_changed(small_bench), WHO, NOW)
    with pytest.raises(BenchError, match="not_open"):
        small_bench.update(item, WHO, NOW)
    with pytest.raises(BenchError, match="not_open"):
        small_bench.publish(item, "Rådet", "§ 1", WHO, NOW)


# --- trying out ----------------------------------------------------------------------------------


def test_broken_knowledge_is_told_with_the_files_own_names(small_bench: Workbench, region: Path) -> None:
    """A choice that does not hold together gives problems with place and cure, and changes nothing."""
    before = files_of(region)
    wrong = Edit("set", "matrices", "samarbetet-ansvar", ("tasks", 0, "responsible"), ["ingen"])
    trial = small_bench.try_out(small_bench.begin("Fel", [wrong], WHO, NOW), NOW.date())
    assert [problem.path for problem in trial.problems] == ["provlandet/matrix.yaml"]
    assert "ingen" in trial.problems[0].what and trial.problems[0].cure
    assert "/prov/" not in str(trial.problems)
    assert files_of(region) == before


def test_edits_that_no_longer_fit_are_told(small_bench: Workbench) -> None:
    """An entry that is gone from the files is a fault of the piece of work, not a crash."""
    gone = small_bench.begin("Borta", [Edit("set", "terms", "finns-inte", ("name",), "x")], WHO, NOW)
    with pytest.raises(BenchError, match="does_not_fit"):
        small_bench.try_out(gone, NOW.date())


@pytest.fixture
def no_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trials without answers, which need more sentences than the small knowledge has."""
    monkeypatch.setattr(bot.editor.bench, "shown", lambda *_: ())


@pytest.mark.usefixtures("no_cards")
def test_a_trial_shows_all_that_would_be_published(small_bench: Workbench, region: Path) -> None:
    """What somebody changed in the files by hand is told apart from the work, and both are all that goes live."""
    item = words_changed(small_bench)
    alone = small_bench.try_out(item, NOW.date())
    assert {one.id for one in alone.differences} == {"texten", "ny-kalla"} and alone.besides == ()
    small.change(region, "omskriven")
    trial = small_bench.try_out(item, NOW.date())
    assert trial.differences == alone.differences
    assert trial.besides and {one.id for one in trial.besides}.isdisjoint({"texten", "ny-kalla"})
    done = small_bench.publish(item, "Rådet", "§ 12", WHO, NOW, tried=trial.revision)
    assert done.revision == trial.revision
    assert len(small_bench.undone()) == len(trial.differences) + len(trial.besides)


@pytest.mark.usefixtures("no_cards")
def test_what_was_not_tried_is_not_published(small_bench: Workbench, region: Path) -> None:
    """Where something else would go live than the trial showed, nothing does, and the work is open."""
    item, serving = words_changed(small_bench), small_bench.standing()[0]
    trial = small_bench.try_out(item, NOW.date())
    small.change(region, "omskriven")
    before = files_of(region)
    with pytest.raises(BenchError, match="changed_meanwhile"):
        small_bench.publish(item, "Rådet", "§ 12", WHO, NOW, tried=trial.revision)
    assert files_of(region) == before and small_bench.standing()[0] == serving
    assert small_bench.items[item.id].state == OPEN


@pytest.mark.parametrize("name", ["sources.yaml", "topics.yaml"])
def test_what_is_changed_by_hand_meanwhile_is_not_overwritten(
    small_bench: Workbench, region: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Who saves a file while the index is built keeps what they wrote; nothing is published."""
    item, serving, build = words_changed(small_bench), small_bench.standing()[0], bot.editor.bench.build

    def slow(*given: Any) -> Built:
        built = build(*given)
        (region / name).write_text((region / name).read_text("utf-8") + "# för hand\n", "utf-8")
        return built

    monkeypatch.setattr("bot.editor.bench.build", slow)
    with pytest.raises(BenchError, match="files_changed"):
        small_bench.publish(item, "Rådet", "§ 12", WHO, NOW)
    assert "# för hand" in (region / name).read_text("utf-8")
    assert not (region / "egna").exists()
    assert small_bench.standing()[0] == serving
    assert small_bench.items[item.id].state == OPEN


# --- live, and back ------------------------------------------------------------------------------


def test_what_is_published_serves_and_says_who_decided(small_bench: Workbench, region: Path) -> None:
    """The files are written, the revision serves, and item, history and log say who decided and where that stands."""
    before = files_of(region)
    item = small_bench.publish(words_changed(small_bench), "Rådet", "§ 12", WHO, NOW)
    after = files_of(region)
    assert set(after) - set(before) == {"egna/sources.yaml"}
    assert small_bench.knowledge().revision == item.revision == small_bench.standing()[0].revision
    assert (small_bench.standing()[0].who, small_bench.standing()[0].reference) == ("Rådet", "§ 12")
    assert item.state == LIVE
    deed = small_bench.audit.all()[0]
    assert (deed.what, deed.by, deed.reference, deed.revision) == ("published", WHO, "§ 12", item.revision)


@pytest.mark.parametrize(("who", "reference", "code"), [(" ", "§ 1", "no_decider"), ("Rådet", "", "no_reference")])
def test_nothing_is_published_or_taken_back_without_a_decision(
    small_bench: Workbench, who: str, reference: str, code: str
) -> None:
    """Who decided and where that stands must be said."""
    with pytest.raises(BenchError, match=code):
        small_bench.publish(words_changed(small_bench), who, reference, WHO, NOW)
    with pytest.raises(BenchError, match=code):
        small_bench.take_back(who, reference, WHO, NOW)


def test_broken_knowledge_is_never_published(small_bench: Workbench, region: Path) -> None:
    """The files stay as they were, what served serves, and the work is open for another try."""
    before, serving = files_of(region), small_bench.standing()[0]
    wrong = Edit("set", "matrices", "samarbetet-ansvar", ("tasks", 0, "responsible"), ["ingen"])
    item = small_bench.begin("Fel", [wrong], WHO, NOW)
    with pytest.raises(KnowledgeError):
        small_bench.publish(item, "Rådet", "§ 1", WHO, NOW)
    assert files_of(region) == before
    assert small_bench.standing()[0] == serving
    assert small_bench.items[item.id].state == OPEN


def test_what_is_taken_back_leaves_no_trace_in_the_files(small_bench: Workbench, region: Path) -> None:
    """Byte for byte the files are those of before, new ones are gone, and the work can be mended and put live again."""
    before = files_of(region)
    item = small_bench.publish(words_changed(small_bench), "Rådet", "§ 12", WHO, NOW)
    (region / "topics.yaml").write_text((region / "topics.yaml").read_text("utf-8") + "# för hand\n", "utf-8")
    small_bench.take_back("Rådet", "§ 13", WHO, NOW)
    assert files_of(region) == before
    assert not (region / "egna").exists()
    assert small_bench.items[item.id].state == OPEN
    kept = next((region.parents[1] / "redaktion" / "fore").iterdir())
    assert "# för hand" in (kept / "topics.yaml").read_text("utf-8")
    again = small_bench.publish(small_bench.items[item.id], "Rådet", "§ 14", WHO, NOW)
    assert again.revision == item.revision == small_bench.standing()[0].revision


def test_what_would_change_back_is_told_first(small_bench: Workbench) -> None:
    """Before it is taken back one sees what differs; with nothing before there is nothing to tell."""
    assert small_bench.undone() == ()
    with pytest.raises(HistoryError):
        small_bench.take_back("Rådet", "§ 13", WHO, NOW)
    small_bench.publish(words_changed(small_bench), "Rådet", "§ 12", WHO, NOW)
    assert {one.id for one in small_bench.undone()} == {"texten", "ny-kalla"}


# --- crashes -------------------------------------------------------------------------------------


class PowerCut(BaseException):
    """The machine stops: nothing catches it."""


def cut(*_: object) -> None:
    raise PowerCut


def reopened(bench: Workbench, region: Path) -> Workbench:
    """Return the bench as Lotsen finds it when it starts again."""
    again = Workbench(region.parents[1] / "redaktion", region, region.parents[1] / "data")
    again.recover(NOW)
    return again


def test_a_crash_between_writing_and_publishing_is_finished(
    small_bench: Workbench, region: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files were written and nothing served them: the next start publishes them as was decided."""
    item, serving = words_changed(small_bench), small_bench.standing()[0]
    with monkeypatch.context() as patch:
        patch.setattr(bot.editor.bench, "publish", cut)
        with pytest.raises(PowerCut):
            small_bench.publish(item, "Rådet", "§ 12", WHO, NOW)
    assert small_bench.standing()[0] == serving
    again = reopened(small_bench, region)
    done = again.items[item.id]
    assert done.state == LIVE
    assert done.revision == again.knowledge().revision == again.standing()[0].revision
    assert again.standing()[0].reference == "§ 12"
    assert reopened(again, region).items[item.id].version == done.version


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_crash_in_the_middle_of_writing(
    small_bench: Workbench, region: Path, monkeypatch: pytest.MonkeyPatch, by_hand: bool
) -> None:
    """Files that were half written are finished; unless somebody has changed them since: then theirs stay."""
    item, write = words_changed(small_bench), bot.editor.bench.write

    def cut_short(folder: Path, texts: dict[str, str]) -> None:
        if folder == region:
            write(folder, dict(list(texts.items())[:1]))
            raise PowerCut
        write(folder, texts)

    with monkeypatch.context() as patch:
        patch.setattr(bot.editor.bench, "write", cut_short)
        with pytest.raises(PowerCut):
            small_bench.publish(item, "Rådet", "§ 12", WHO, NOW)
    if by_hand:
        (region / "sources.yaml").write_text((region / "sources.yaml").read_text("utf-8") + "# för hand\n", "utf-8")
    again = reopened(small_bench, region)
    assert again.items[item.id].state == (OPEN if by_hand else LIVE)
    assert ("# för hand" in (region / "sources.yaml").read_text("utf-8")) is by_hand
    assert (region / "egna" / "sources.yaml").exists() is not by_hand


def test_what_was_decided_is_noted_though_something_else_published_it(
    small_bench: Workbench, region: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The revision serves already, published by nobody: who decided and where that stands is noted all the same."""
    item = words_changed(small_bench)
    with monkeypatch.context() as patch:
        patch.setattr(bot.editor.bench, "publish", cut)
        with pytest.raises(PowerCut):
            small_bench.publish(item, "Rådet", "§ 12", WHO, NOW)
    ensure(region, region.parents[1] / "data")
    again = reopened(small_bench, region)
    assert (again.standing()[0].who, again.standing()[0].reference) == ("Rådet", "§ 12")
    assert len(again.standing()) == 2
    assert again.items[item.id].state == LIVE
    assert [deed.what for deed in again.audit.all()].count("published") == 1


def test_a_crash_before_the_log_is_written_is_made_good(
    small_bench: Workbench, region: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is live is in the log, once, though the log could not be written then."""
    item = words_changed(small_bench)
    with monkeypatch.context() as patch:
        patch.setattr(small_bench.audit, "add", cut)
        with pytest.raises(PowerCut):
            small_bench.publish(item, "Rådet", "§ 12", WHO, NOW)
    again = reopened(reopened(small_bench, region), region)
    assert [deed.what for deed in again.audit.all()] == ["published", "begun"]


def test_work_that_is_no_longer_what_was_tried_is_put_back(
    small_bench: Workbench, region: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another file was changed by hand after the crash: what was decided cannot be finished alone, and is undone."""
    before, item, serving = files_of(region), words_changed(small_bench), small_bench.standing()[0]
    with monkeypatch.context() as patch:
        patch.setattr(bot.editor.bench, "publish", cut)
        with pytest.raises(PowerCut):
            small_bench.publish(item, "Rådet", "§ 12", WHO, NOW)
    small.change(region, "omskriven")
    again = reopened(small_bench, region)
    assert again.items[item.id].state == OPEN and again.standing()[0] == serving
    assert {name for name, body in files_of(region).items() if before.get(name) != body} == {"mer.yaml"}


def half_written(bench: Workbench, region: Path, monkeypatch: pytest.MonkeyPatch) -> Item:
    """Return a piece of work that was broken off after the first of its two files was written."""
    item, write = words_changed(bench), bot.editor.bench.write

    def cut_short(folder: Path, texts: dict[str, str]) -> None:
        write(folder, dict(list(texts.items())[:1]))
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(bot.editor.bench, "write", cut_short)
        with pytest.raises(PowerCut):
            bench.publish(item, "Rådet", "§ 12", WHO, NOW)
    return item


def test_no_half_of_a_change_is_published_when_lotsen_starts(
    tmp_path: Path, region: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before an index is made ready, what was half written is finished as it was decided."""
    settings = Settings(knowledge=region, data=tmp_path / "data")
    ready_index(settings, lambda *_: None)
    bench = Workbench(settings.data / "redaktion" / region.name, region, settings.data)
    item = half_written(bench, region, monkeypatch)
    ensured = ready_index(settings, lambda *_: None)
    (then, now) = reversed(bench.standing())
    assert bench.items[item.id].revision == now.revision == bench.knowledge().revision
    assert (then.who, now.who, now.folder) == (None, "Rådet", ensured.path.name)


def test_work_that_is_gone_is_put_back(small_bench: Workbench, region: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the piece of work cannot be read any more, its files are put back and Lotsen starts."""
    before = files_of(region)
    item = half_written(small_bench, region, monkeypatch)
    (region.parents[1] / "redaktion" / "arbete" / f"{item.id}.json").unlink()
    reopened(small_bench, region)
    assert files_of(region) == before


@pytest.mark.parametrize("moved", [False, True])
@pytest.mark.parametrize("by_hand", [False, True])
def test_a_crash_while_taking_back(
    small_bench: Workbench, region: Path, monkeypatch: pytest.MonkeyPatch, moved: bool, by_hand: bool
) -> None:
    """Before the pointer is moved nothing was taken back; after it, log, files and work follow at the next start."""
    before = files_of(region)
    item = small_bench.publish(words_changed(small_bench), "Rådet", "§ 12", WHO, NOW)
    with monkeypatch.context() as patch:
        if moved:
            patch.setattr(small_bench.audit, "add", cut)
        else:
            patch.setattr(bot.editor.bench, "take_back", cut)
        with pytest.raises(PowerCut):
            small_bench.take_back("Rådet", "§ 13", WHO, NOW)
    if by_hand:
        small.change(region, "omskriven")
    now = files_of(region)
    again = reopened(reopened(small_bench, region), region)
    assert files_of(region) == (before if moved else now)
    assert again.items[item.id].state == (OPEN if moved else LIVE)
    assert [deed.what for deed in again.audit.all()].count("taken_back") == moved
    assert again.standing()[0].revision != item.revision if moved else again.standing()[0].revision == item.revision
    kept = [path.read_text("utf-8") for path in (region.parents[1] / "redaktion" / "fore").glob("*/mer.yaml")]
    assert any("omskriven" in text for text in kept) is (moved and by_hand)


def test_a_crash_before_anything_is_written_opens_the_work_again(small_bench: Workbench, region: Path) -> None:
    """A piece of work that was on its way and has written nothing is open."""
    item = small_bench.items.save(replace(words_changed(small_bench), state=GOING_LIVE))
    assert reopened(small_bench, region).items[item.id].state == OPEN


def test_a_full_disk_puts_the_files_back(small_bench: Workbench, region: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file cannot be written those before it are put back, and the work is open."""
    before, item = files_of(region), words_changed(small_bench)
    write, calls = bot.editor.bench.write, []

    def once(folder: Path, texts: dict[str, str]) -> None:
        calls.append(folder)
        if folder == region and len([one for one in calls if one == region]) == 1:
            write(folder, dict([next(iter(texts.items()))]))
            raise OSError(28, "No space left on device")
        write(folder, texts)

    monkeypatch.setattr(bot.editor.bench, "write", once)
    with pytest.raises(OSError, match="space"):
        small_bench.publish(item, "Rådet", "§ 12", WHO, NOW)
    assert files_of(region) == before
    assert small_bench.items[item.id].state == OPEN


def test_a_disk_that_is_full_when_it_is_to_serve_puts_the_files_back(
    small_bench: Workbench, region: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files were written and could not be published: they are put back, and the work can be published later."""
    before, item, serving = files_of(region), words_changed(small_bench), small_bench.standing()[0]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(bot.editor.bench, "publish", full)
        with pytest.raises(OSError, match="space"):
            small_bench.publish(item, "Rådet", "§ 12", WHO, NOW)
    assert files_of(region) == before and not (region / "egna").exists()
    assert small_bench.standing()[0] == serving
    assert not list((region.parents[1] / "data" / "index").rglob(".staging-*"))
    assert small_bench.publish(small_bench.items[item.id], "Rådet", "§ 12", WHO, NOW).state == LIVE


# --- what is kept, and who may read it -----------------------------------------------------------


@pytest.mark.parametrize("between", ["\u2028", "\u0085", "\x1c", "\r\n", "\u2029"])
def test_a_title_with_any_letter_is_one_line_of_the_log(tmp_path: Path, between: str) -> None:
    """Letters that end a line for some readers do not tear the log."""
    audit, deed = Audit(tmp_path / "logg.jsonl"), Deed(NOW, WHO, "begun", "x", f"En{between}titel")
    audit.add(deed)
    assert audit.all() == [deed]
    assert len((tmp_path / "logg.jsonl").read_text("utf-8").splitlines()) == 1


def test_a_torn_line_of_the_log_keeps_to_itself(tmp_path: Path) -> None:
    """The line after one that a crash cut short can be read."""
    audit, deed = Audit(tmp_path / "logg.jsonl"), Deed(NOW, WHO, "begun", "x", "Åtgärd")
    audit.add(deed)
    with (tmp_path / "logg.jsonl").open("a") as file:
        file.write('{"at": "2026')
    audit.add(deed)
    assert audit.all() == [deed, deed]


def test_what_editors_work_on_is_for_its_owner_alone(small_bench: Workbench, region: Path) -> None:
    """No file in the bench's folder can be reached by others, also where an earlier Lotsen made it."""
    folder = region.parents[1] / "redaktion"
    words_changed(small_bench)
    folder.chmod(0o755)
    (folder / "logg.jsonl").chmod(0o644)
    small_bench.publish(words_changed(small_bench), "Rådet", "§ 12", WHO, NOW)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "logg.jsonl").stat().st_mode & 0o777 == 0o600
    assert {path.stat().st_mode & 0o777 for path in (folder / "arbete").glob("*.json")} == {0o600}


def test_what_is_put_away_keeps_no_document(bench: Workbench) -> None:
    """Title and log stay, the text of the document does not; what was put away before this was so is emptied."""
    item = bench.drop(received(bench), WHO, NOW)
    assert item.title and (item.document, item.drafts, item.asked) == (None, None, ())
    other = received(bench)
    bench.items.save(replace(other, state=DROPPED))
    bench.recover(NOW)
    assert bench.items[other.id].document is None
    assert [deed.what for deed in bench.audit.all()] == ["received", "dropped", "received"]


def test_a_torn_journal_counts_as_none(small_bench: Workbench, region: Path) -> None:
    """What was not wholly noted was never begun."""
    folder = region.parents[1] / "redaktion"
    texts = edited(region, [Edit("set", "sources", "texten", ("label",), "x")])
    journal = Journal(folder / "pagar.json")
    folder.mkdir(exist_ok=True)
    journal.put(Entry("x", "r", WHO, {}, texts))
    assert journal.read() == Entry("x", "r", WHO, {}, texts)
    (folder / "pagar.json").write_text("{", "utf-8")
    assert journal.read() is None


def test_a_word_that_means_something_already_is_not_explained_anew(bench: Workbench) -> None:
    """What a document says of a word that another concept bears cannot be taken in: it would hide that concept."""
    item = received(bench)
    item = replace(item, taking=about_missbruk(bench, item))
    terms = {offer.proposal.theirs: offer.proposal for offer in bench.offers(item) if offer.part == "terms"}
    taken = next(one for said, one in terms.items() if said.startswith("Vård vid besvär"))
    assert taken.locked and taken.id not in quick_choice(bench.offers(item), "utan-tvivel")
    assert not {edit.section for edit in bench.edits(replace(item, chosen=(taken.id,)))} - {"sources", "documents"}
