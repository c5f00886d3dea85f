"""`lotsen diff` and what `lotsen index` says of history: as commands, in every form of output."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.answer_changes import KINDS, ChangedAnswer, changed_answers
from bot.evaluate import load_cases
from bot.render.differences import Comparison, as_fragment, as_html, as_json, as_markdown, as_text
from bot.sides import Side, side_of_files, side_of_revision
from indexer.publish import ensure, take_back
from knowledge.comparing import Difference, Group
from knowledge.differences import differences
from knowledge.loader import revision
from knowledge.messages import sentences_of
from tests.command import Command
from tests.indexer import small

EVIL = "<script>alert(1)</script> & <b>fet</b> [länk](https://x) *kursiv* `kod`\n# rubrik"
CASES = """
- id: vem
  turns: [utredning]
  day: 2026-11-21
  expect: {kind: responsibility}
- id: vad
  turns: [plan]
  day: 2026-11-21
  expect: {kind: definition}
"""


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """The small knowledge, with the sentences that the bot needs to answer."""
    region = small.region_in(tmp_path / "kunskap")
    (region.parent / "svenska" / "sentences.yaml").unlink()
    said = Path(__file__).parents[1] / "knowledge/svenska/sentences"
    # What goes out to Teams has names that the small region does not know.
    apart = shutil.ignore_patterns("package.yaml", "variants.yaml")
    shutil.copytree(said, region.parent / "svenska/sentences", ignore=apart)
    return region


@pytest.fixture
def own(tmp_path: Path, region: Path) -> Command:
    """The command with the small knowledge, and a folder of its own."""
    return Command(tmp_path, tmp_path / "data", {"LOTSEN_KNOWLEDGE": str(region)})


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """A folder with two question cases."""
    folder = tmp_path / "fragor"
    folder.mkdir()
    (folder / "fragor.yaml").write_text(CASES, "utf-8")
    return folder


def fewer(region: Path) -> None:
    """Take one of the two actors away from the only row."""
    path = region / "matrix.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("responsible: [varden, omsorgen]", "responsible: [varden]"), "utf-8")


def said(key: str, **values: str) -> str:
    return sentences_of("cli")[f"cli.{key}"].format(**values)


# --- the command ---------------------------------------------------------------------------------


def test_what_is_served_against_the_files(own: Command, region: Path) -> None:
    """Without sides, the published revision is compared with the files as they stand, with file and line."""
    assert own("diff").status == 1
    assert own("index").status == 0
    assert sentences_of("diff")["diff.none"] in own("diff").out
    with (region / "matrix.yaml").open("a", encoding="utf-8") as file:
        file.write("# bara en kommentar\n")
    assert sentences_of("diff")["diff.form_only"] in own("diff").out
    fewer(region)
    out = own("diff").out
    assert "- Utredning: omsorgen är inte utpekad från 2021-07-01 (rättelse)\n" in out
    assert f"id samarbetet/ansvar/utredning, {region}/matrix.yaml:2" in out


def test_revisions_folders_and_now(own: Command, region: Path, tmp_path: Path) -> None:
    """A side is the beginning of a revision, a folder, or the files; the order of the sides is that of the change."""
    own("index")
    first = revision(region)
    copy = shutil.copytree(region.parent, tmp_path / "kopia") / region.name
    fewer(region)
    own("index")
    second = revision(region)
    gone, back = "omsorgen är inte utpekad", "omsorgen är ny ansvarig"
    for sides in ([first[:8]], [first[:8], second[:8]], [str(copy), "nu"], [str(copy), str(region)]):
        assert gone in own("diff", *sides).out, sides
    for sides in ([second[:8], first[:8]], ["nu", first[:8]], ["nu", str(copy)]):
        assert back in own("diff", *sides).out, sides


def test_an_unknown_side(own: Command) -> None:
    """What names no revision is told with how to find those that there are; three sides are too many."""
    own("index")
    ran = own("diff", "finns-inte")
    assert (ran.status, ran.out) == (1, "")
    assert said("fault.history.no_revision", seen="finns-inte") in ran.err
    assert own("diff", "a", "b", "c").status == 2
    assert own("diff", "--datum", "2027-07-01").status == 2


def test_two_agreements(own: Command) -> None:
    """Two ids of agreements are compared with each other; that they have questions to ask makes no sense."""
    out = own("diff", "samarbetet", "boendet").out
    assert "Samarbetet → Boendet" in out and "gäller nu till" in out
    assert own("diff", "samarbetet", "boendet", "--frågor").status == 2


def test_every_form_of_output(own: Command, region: Path, tmp_path: Path) -> None:
    """The same differences as text, JSON, HTML and Markdown; what is written to a file is told by its path."""
    own("index")
    fewer(region)
    html, markdown = tmp_path / "diff.html", tmp_path / "diff.md"
    ran = own("diff", "--html", str(html), "--markdown", str(markdown))
    assert str(html) in ran.out and str(markdown) in ran.out
    found = own("diff", "--json").json["differences"]
    assert [one["fact"] for one in found] == ["samarbetet/ansvar/utredning"]
    assert found[0]["says"] in html.read_text("utf-8")
    assert "- Utredning: omsorgen" in markdown.read_text("utf-8")
    for sign in ("<script", "src=", 'href="/'):
        assert sign not in html.read_text("utf-8")


def test_answers_that_change(own: Command, region: Path, cases: Path) -> None:
    """With --frågor each case is asked in both, and those with another answer stand with both first sentences."""
    own("index")
    fewer(region)
    ran = own("diff", "--json", "--frågor", str(cases))
    assert ran.json["asked"] == 2
    (changed,) = ran.json["answers"]
    assert (changed["id"], changed["what"]) == ("vem", "responsible")
    assert changed["old"]["responsible"] == ["varden", "omsorgen"] and changed["new"]["responsible"] == ["varden"]
    out = own("diff", "--datum", "2027-01-01", "--frågor", str(cases)).out
    assert "1 av 2 svar ändras (frågat för dagen 2027-01-01)." in out
    assert f"förut: {changed['old']['lead']}" in out and f"nu: {changed['new']['lead']}" in out


def test_missing_cases_are_told(own: Command, tmp_path: Path) -> None:
    """Where a deployment has no question cases, that is said, and nothing else fails."""
    own("index")
    ran = own("diff", "--frågor", str(tmp_path / "saknas"))
    assert ran.status == 1
    assert said("evaluate.no_folder", folder=str(tmp_path / "saknas")) in ran.err


# --- history as a command ------------------------------------------------------------------------


def test_taking_back_and_publishing_again(own: Command, region: Path) -> None:
    """`--tillbaka` is not undone by `ask`, `check` or `index`; `--igen` undoes it; `--historik` tells it all."""
    assert said("index.no_history") in own("index", "--historik").out
    own("index", "--vem", "RSS", "--referens", "dnr 12")
    first = revision(region)
    refused = own("index", "--tillbaka")
    assert (refused.status, said("fault.history.nothing_before") in refused.err) == (1, True)
    fewer(region)
    own("index")
    second = revision(region)
    back = own("index", "--tillbaka", "--vem", "RSS", "--referens", "fel rad")
    assert back.status == 0 and first in back.out and second in back.out
    assert said("check.taken_back", files=second, served=first) in own("check").out
    asked = own("ask", "--json", "utredning")
    assert asked.json["revision"] == first and said("ask.taken_back", revision=first) in asked.err
    again = own("index")
    assert again.status == 1 and said("index.taken_back", revision=first) in again.err
    assert own("ask", "--json", "utredning").json["revision"] == first
    assert own("index", "--igen").status == 0
    assert own("ask", "--json", "utredning").json["revision"] == second
    told = own("index", "--historik").out.splitlines()
    assert [second in told[1], "fel rad" in told[2], second in told[3], "dnr 12" in told[4]] == [True] * 4
    assert said("index.serves", what=said("index.what.published")) in told[1]


def test_one_thing_at_a_time(own: Command) -> None:
    """Flags that contradict each other are refused."""
    for flags in (["--tillbaka", "--igen"], ["--historik", "--tillbaka"]):
        ran = own("index", *flags)
        assert (ran.status, said("wrong.index_one") in ran.err) == (2, True)


def test_no_persons_details_are_noted(own: Command) -> None:
    """An address or telephone number is refused; a case number is not taken for one."""
    for detail in ("anna@example.org", "070-123 45 67"):
        ran = own("index", "--vem", detail)
        assert (ran.status, said("wrong.personal", detail=detail) in ran.err) == (2, True)
    assert own("index", "--referens", "dnr RD26/01234567").status == 0


# --- pieces --------------------------------------------------------------------------------------


def compared(**more: object) -> Comparison:
    one = Difference(Group.FACTS, EVIL, EVIL, "facts", "x", "x/<i>", None, "<fil>:1")
    return Comparison(EVIL, "nu", [one], **more)  # type: ignore[arg-type]


class Tags(HTMLParser):
    """Notes the tags of a page, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_everything_is_escaped(region: Path, cases: Path) -> None:
    """What stands in files and questions is text in every output, never markup."""
    served = side_of_files(region)
    with ExitStack() as stack:
        serving = served.serve(stack, None)
        case = next(iter(load_cases(cases)))
        answer = changed_answers([case], serving, serving)
        assert answer == []
    page = Tags()
    page.feed(as_html(compared()))
    assert not {"script", "b", "i", "fil"} & page.tags
    assert "<script>alert(1)</script>" in page.text
    marked = as_markdown(compared())
    assert (
        "<" not in marked and "\\[länk\\](https" in marked and "\\*kursiv\\*" in marked and "\n# rubrik" not in marked
    )
    assert as_text(compared()).count("\n") == as_text(compared()).replace("\n#", "").count("\n")
    assert as_json(compared())["differences"][0]["says"] == EVIL
    assert "<html" not in as_fragment(compared())


def test_answers_stand_under_what_is_other_in_them(region: Path, cases: Path, tmp_path: Path) -> None:
    """Answers are grouped by the weightiest thing that differs, and progress reaches its end."""
    data = tmp_path / "data"
    ensure(region, data)
    before = revision(region)
    fewer(region)
    ensure(region, data)
    told: list[tuple[int, int]] = []
    with ExitStack() as stack:
        old, new = (side.serve(stack, None) for side in (side_of_revision(data, region, before), side_of_files(region)))
        found = changed_answers(list(load_cases(cases)), old, new, None, lambda *done: told.append(done))
    assert told == [(1, 2), (2, 2)]
    assert [change.what for change in found] == sorted((change.what for change in found), key=KINDS.index)
    assert all(isinstance(change, ChangedAnswer) for change in found)
    page = as_html(compared(answers=found, asked=2))
    assert found[0].new.lead in page and sentences_of("diff")["diff.answers.group.responsible"] in page


def test_a_revision_of_other_code_can_be_compared(
    region: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A revision that other code built is read as it was, and built of its own files to be asked."""
    data = tmp_path / "data"
    ensure(region, data)
    before = revision(region)
    monkeypatch.setattr("indexer.build.made_by", lambda: "annan kod")
    side: Side = side_of_revision(data, region, before)
    assert differences(side.knowledge, side_of_files(region).knowledge) == []
    with ExitStack() as stack:
        assert side.serve(stack, None).served.revision == before
    fewer(region)
    ensure(region, data)
    assert take_back(data, region).revision == before
