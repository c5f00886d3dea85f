"""The command line: what it prints, what it keeps, and how it ends."""

from __future__ import annotations

import asyncio
import io
import json
import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import pytest

from app import listen, reach
from bot.cli import Wiring, make_command, run
from bot.commands.jsonl import answer_lines
from bot.evaluate import Case
from bot.ports import ExpertQuestion
from bot.service import Serving
from bot.settings import load_settings
from bot.state import SqlState, sqlite_url
from knowledge.messages import sentences_of
from tests.command import ROOT, Command, append, copied_knowledge

QUESTION = "Vem ansvarar för abstinensvård?"
PARKING = "Vem ansvarar för parkeringen vid vårdcentralen?"
KEYS = {
    *("kind", "text", "responsible", "route", "steps", "agreement", "municipality", "citations", "suggestions"),
    *("choices", "privacy_warning", "on", "facts", "revision", "receipt"),
}


def wiring() -> Wiring:
    """Return what app.py hands to the command line."""
    return Wiring(ROOT, load_settings, listen, reach)


def line(**values: Any) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"


def answered(serving: Serving, *lines: bytes) -> tuple[int, list[Any]]:
    """Return the status and the rows that come of some lines."""
    out = io.BytesIO()
    status = answer_lines(lines, out, serving, date(2026, 11, 21), lambda exc: f"fel {type(exc).__name__}")
    return status, [json.loads(row) for row in out.getvalue().splitlines()]


@pytest.fixture
def own_data(tmp_path: Path, data_folder: Path) -> Path:
    """A data folder with a published index and no state, for one test."""
    shutil.copytree(data_folder / "index", tmp_path / "data" / "index")
    return tmp_path / "data"


# --- ask -----------------------------------------------------------------------------------------


def test_ask_as_json(lotsen: Command) -> None:
    """`--json` writes one answer with exactly the keys of the contract, and nothing else, on standard output."""
    ran = lotsen("ask", "--json", QUESTION, "--datum", "2026-11-21")
    assert (ran.status, ran.err) == (0, "")
    assert set(ran.json) == KEYS
    assert (ran.json["kind"], ran.json["responsible"]) == ("responsibility", ["primarvard", "psykiatri"])
    assert ran.json["on"] == "2026-11-21"


def test_ask_stores_nothing_as_json(lotsen: Command, own_data: Path) -> None:
    """`--json` and `--jsonl` write nothing to state: the data folder holds an index and no database."""
    fresh = Command(lotsen.cwd, own_data)
    assert fresh("ask", "--json", PARKING).status == 0
    assert fresh("ask", "--jsonl", stdin=line(id="1", turns=[PARKING])).status == 0
    assert [path.name for path in fresh.data.iterdir()] == ["index"]


def test_a_missing_index_is_built(lotsen: Command, tmp_path: Path) -> None:
    """`ask` builds the index itself, tells of it on standard error, and keeps standard output for the answer."""
    fresh = Command(lotsen.cwd, tmp_path / "data")
    first, second = fresh("ask", "--json", QUESTION), fresh("ask", "--json", QUESTION)
    assert sentences_of("cli")["cli.stage.index"] in first.err
    assert first.json["kind"] == "responsibility"
    assert second.err == ""
    assert second.out == first.out


def test_a_receipt_shows_the_answer_as_it_stood(lotsen: Command) -> None:
    """What plain `ask` answered is found by its receipt, however the code is typed."""
    asked = lotsen("ask", QUESTION, "--kommun", "falun")
    match = re.search(r"[A-Z0-9]{3}-[A-Z0-9]{4}", asked.out)
    assert match
    code = match[0]
    shown = lotsen("kvitto", code.lower().replace("-", " "))
    answer = lotsen("kvitto", code, "--json").json
    assert answer["text"] in asked.out
    assert answer["text"] in shown.out
    assert (answer["receipt"], answer["municipality"]) == (code, "falun")


def test_an_unknown_receipt(lotsen: Command) -> None:
    """A code that no answer has is said to be unknown, with what to check."""
    ran = lotsen("kvitto", "AAA-AAAA")
    assert (ran.status, ran.out) == (1, "")
    assert "AAA-AAAA" in ran.err


def test_a_gap_is_listed(lotsen: Command) -> None:
    """A question without an answer is listed, once, with how often it was asked, and without personal data."""
    question = "Vem klipper gräset åt 19850101-1236?"
    for _ in range(2):
        assert lotsen("ask", question).status == 0
    listed = [gap for gap in lotsen("gaps", "--json").json if "klipper" in gap["question"]]
    assert [(gap["count"], gap["kind"]) for gap in listed] == [(2, "unknown")]
    assert "19850101" not in lotsen("gaps").out
    assert "klipper" in lotsen("gaps").out


def test_what_experts_answered_is_listed_as_drafts(lotsen: Command, own_data: Path) -> None:
    """Question, answer, group and day, marked as not reviewed; who asked is nowhere in it."""

    async def answered() -> None:
        state = SqlState(sqlite_url(own_data / "lotsen.sqlite"))
        await state.open()
        at = datetime(2026, 11, 20, 9, tzinfo=UTC)
        home = {"user": "29:asa"}
        question = ExpertQuestion("q1", "rss", "Vem betalar?", "", at.date(), at, at, home, "asa", municipality="mora")
        await state.add_expert_question(question)
        await state.answer_expert_question("q1", "Kommunen.\nKälla: LOB", at)
        await state.close()

    asyncio.run(answered())
    fresh = Command(lotsen.cwd, own_data)
    [draft] = fresh("gaps", "--json").json
    assert (draft["kind"], draft["group"], draft["answer"]) == ("expert", "rss", "Kommunen.\nKälla: LOB")
    shown = fresh("gaps").out
    for part in ("Vem betalar?", "Kommunen. Källa: LOB", "rss", "mora", "utkast – inte granskat"):
        assert part in shown
    assert "asa" not in shown


def test_gaps_may_be_off(lotsen: Command, own_data: Path) -> None:
    """With LOTSEN_GAPS off no question is kept."""
    fresh = Command(lotsen.cwd, own_data, {"LOTSEN_GAPS": "off"})
    assert fresh("ask", PARKING).status == 0
    assert fresh("gaps", "--json").json == []


def test_ask_by_name_of_the_municipality(lotsen: Command) -> None:
    """A municipality may be given by id or by name."""
    for name in ("malung-salen", "Malung-Sälen", "MALUNG-SÄLEN"):
        assert lotsen("ask", "--json", QUESTION, "--kommun", name).json["municipality"] == "malung-salen"


def test_why_shows_the_readings(lotsen: Command) -> None:
    """`--varför` adds the readings; as JSON they go to standard error."""
    plain = lotsen("ask", "--varför", QUESTION)
    assert "responsibility" in plain.out
    assert "abstinensvard" in plain.out
    piped = lotsen("ask", "--varför", "--json", QUESTION)
    assert piped.json["kind"] == "responsibility"
    assert "abstinensvard" in piped.err


def test_state_that_is_away_does_not_silence_an_answer(lotsen: Command, tmp_path: Path) -> None:
    """Where nothing can be stored the answer is given all the same, and says that it has no receipt."""
    ran = lotsen("ask", QUESTION, LOTSEN_DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}")
    assert ran.status == 0
    assert ran.out.startswith("Abstinensvård")
    assert sentences_of("cli")["cli.ask.not_kept"] in ran.err


# --- --jsonl -------------------------------------------------------------------------------------


def test_jsonl_answers_each_turn(lotsen: Command) -> None:
    """One line is one conversation; each of its turns has one answer, and the next line does not remember it."""
    first = line(id="a", turns=[QUESTION, "och i Falun?"], municipality=None, on="2026-11-21")
    ran = lotsen("ask", "--jsonl", stdin=first + line(id="b", turns=["och i Falun?"]))
    assert (ran.status, ran.err) == (0, "")
    a, b = ran.rows
    assert set(a) == {"id", "replies"}
    assert [set(reply) for reply in a["replies"]] == [KEYS, KEYS]
    assert a["replies"][1]["municipality"] == "falun"
    assert b["replies"][0]["kind"] != "responsibility"
    assert b["replies"][0]["on"] == date.today().isoformat()


BAD = {
    "no JSON": (b"hej\n", None),
    "no object": (b"[1]\n", None),
    "no UTF-8": (b'{"id": "x", "turns": ["\xe5"]}\n', None),
    "no id": (line(turns=["hej"]), None),
    "id of another kind": (line(id=[1], turns=["hej"]), None),
    "id that is true": (line(id=True, turns=["hej"]), None),
    "unknown key": (line(id="x", turns=["hej"], municipalty="falun"), "x"),
    "key twice": (b'{"id": "x", "turns": ["a"], "turns": ["b"]}\n', "x"),
    "no turns": (line(id="x"), "x"),
    "empty turns": (line(id="x", turns=[]), "x"),
    "turns that are one text": (line(id="x", turns="hej"), "x"),
    "a turn that is no text": (line(id="x", turns=["hej", 1]), "x"),
    "municipality by name": (line(id="x", turns=["hej"], municipality="Falun"), "x"),
    "unknown municipality": (line(id=7, turns=["hej"], municipality="oslo"), 7),
    "municipality of another kind": (line(id="x", turns=["hej"], municipality=["falun"]), "x"),
    "no such day": (line(id="x", turns=["hej"], on="2026-02-30"), "x"),
    "day of another form": (line(id="x", turns=["hej"], on="20261121"), "x"),
    "day of another kind": (line(id="x", turns=["hej"], on=20261121), "x"),
    "NaN": (b'{"id": NaN, "turns": ["hej"]}\n', None),
    "too deep": (b'{"id": ' + b"[" * 100_000 + b"\n", None),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_line_gives_an_error_in_its_place(serving: Serving, name: str) -> None:
    """A bad line gives its id, if it has one, and an error; the lines around it are answered."""
    raw, id_ = BAD[name]
    good = line(id="före", turns=["hej"])
    status, rows = answered(serving, good, raw, line(id="efter", turns=["hej"]))
    assert status == 1
    assert [row["id"] for row in rows] == ["före", id_, "efter"]
    assert set(rows[1]) == {"id", "error"}
    assert rows[1]["error"] and not rows[1]["error"].startswith("jsonl")


def test_a_bad_line_ends_with_status_one(lotsen: Command) -> None:
    """The process ends with 1 when any line was bad."""
    ran = lotsen("ask", "--jsonl", stdin=b"hej\n" + line(id="x", turns=["hej"]))
    assert ran.status == 1
    assert [set(row) for row in ran.rows] == [{"id", "error"}, {"id", "replies"}]


def test_blank_lines_and_no_last_newline(serving: Serving) -> None:
    """A blank line is passed by, a byte order mark too, and the last line needs no newline."""
    status, rows = answered(
        serving, b"\xef\xbb\xbf" + line(id=1, turns=["hej"]), b"\r\n", line(id=2, turns=["hej"])[:-1]
    )
    assert (status, [row["id"] for row in rows]) == (0, [1, 2])


def test_a_lone_surrogate_is_no_end(serving: Serving) -> None:
    """JSON may hold half a character; the answer is still UTF-8."""
    status, rows = answered(serving, b'{"id": "\\ud800", "turns": ["hej \\ud800"]}\n')
    assert (status, len(rows[0]["replies"])) == (0, 1)


def test_a_fault_of_ours_is_told_and_passed(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in one line gives a reference in its place and status 3; the next line is answered."""
    from bot.commands import jsonl
    from bot.service import answer_turns

    def broken(serving: Serving, turns: list[str], *rest: Any) -> Any:
        if turns == ["brak"]:
            raise ZeroDivisionError
        return answer_turns(serving, turns, *rest)

    monkeypatch.setattr(jsonl, "answer_turns", broken)
    status, rows = answered(serving, line(id=1, turns=["brak"]), line(id=2, turns=["hej"]))
    assert status == 3
    assert rows[0] == {"id": 1, "error": "fel ZeroDivisionError"}
    assert "replies" in rows[1]


def test_each_answer_is_out_before_the_next_line_is_read(serving: Serving) -> None:
    """Another program may wait for an answer before it sends its next question."""
    out = io.BytesIO()
    seen: list[int] = []

    def lines() -> Iterator[bytes]:
        for id_ in range(3):
            yield line(id=id_, turns=["hej"])
            seen.append(out.getvalue().count(b"\n"))

    answer_lines(lines(), out, serving, date(2026, 11, 21), str)
    assert seen == [1, 2, 3]


def test_three_hundred_questions_in_six_seconds(lotsen: Command, questions: list[Case]) -> None:
    """`--jsonl` answers 300 questions in one process, start-up included, in at most 6 s on 2 cores."""
    every = max(1, len(questions) // 300)
    cases = questions[::every][:300]
    sent = b"".join(line(id=case.id, turns=[case.turns[-1]], on=case.on.isoformat()) for case in cases)
    took = []
    for _ in range(2):  # the better of two: the machine may have had something else to do
        began = time.monotonic()
        ran = lotsen("ask", "--jsonl", stdin=sent)
        took.append(time.monotonic() - began)
        assert len(ran.rows) == len(cases) == 300
    assert min(took) <= 6, took


# --- the other commands --------------------------------------------------------------------------


def test_check_counts(lotsen: Command) -> None:
    """Sound knowledge gives a count of each kind, and says that its index is published."""
    ran = lotsen("check")
    assert (ran.status, ran.err) == (0, "")
    counts = dict(re.findall(r"^(\S.*?)\s{2,}(\d+)$", ran.out, re.MULTILINE))
    assert (counts["kommuner"], counts["uppgifter i matriserna"], counts["aktörer"]) == ("15", "14", "4")
    assert sentences_of("cli")["cli.check.published"] in ran.out


def test_check_tells_every_problem(lotsen: Command, tmp_path: Path) -> None:
    """Each problem stands on a line of its own as file:line: what; cure, and the status is 1."""
    region = copied_knowledge(tmp_path / "kunskap")
    for name in ("actors.yaml", "bodies.yaml"):
        append(region / name, "trasig: [\n")
    ran = lotsen("check", LOTSEN_KNOWLEDGE=str(region))
    problems = ran.out.splitlines()
    assert ran.status == 1
    assert {re.sub(r":\d+: .+; .+", "", problem) for problem in problems} == {
        str(region / "actors.yaml"),
        str(region / "bodies.yaml"),
    }


@pytest.mark.parametrize("name", ["cli", "settings", "checks"])
def test_who_breaks_our_own_words_is_still_told(lotsen: Command, tmp_path: Path, name: str) -> None:
    """Every file may be broken, also those with what the command line and the checker say."""
    region = copied_knowledge(tmp_path / "kunskap")
    path = tmp_path / "kunskap" / "svenska" / "sentences" / f"{name}.yaml"
    append(path, "  trasig: [\n")
    ran = lotsen("check", LOTSEN_KNOWLEDGE=str(region))
    assert ran.status == 1
    assert re.match(rf"{re.escape(str(path))}:\d+: .+; .+", ran.out)


def test_an_index_of_other_files_is_told(lotsen: Command, tmp_path: Path, own_data: Path) -> None:
    """`check` says when what is published is not of these files; `index` publishes, then has nothing to do."""
    region = copied_knowledge(tmp_path / "kunskap")
    own = Command(lotsen.cwd, own_data, {"LOTSEN_KNOWLEDGE": str(region)})
    assert sentences_of("cli")["cli.check.not_published"] in own("check", LOTSEN_DATA=str(tmp_path)).out
    assert sentences_of("cli")["cli.check.published"] in own("check").out
    append(region / "bodies.yaml", "# ändrad\n")
    assert "lotsen index" in own("check").out
    assert "Publicerat" in own("index").out
    assert own("index").out.startswith("Inget är ändrat.")


def test_a_broken_file_publishes_nothing(lotsen: Command, tmp_path: Path, own_data: Path) -> None:
    """`index` tells the problem and leaves the index before; `ask` answers from it and says so."""
    region = copied_knowledge(tmp_path / "kunskap")
    own = Command(lotsen.cwd, own_data, {"LOTSEN_KNOWLEDGE": str(region)})
    before = own("ask", "--json", QUESTION).json["revision"]
    append(region / "bodies.yaml", "trasig: [\n")
    ran = own("index")
    assert ran.status == 1
    assert f"{region / 'bodies.yaml'}:" in ran.out
    asked = own("ask", "--json", QUESTION)
    assert (asked.status, asked.json["revision"]) == (0, before)
    assert before in asked.err


EVALUATED = [
    {"id": "a", "form": "enkel", "turns": [QUESTION], "expect": {"kind": "responsibility"}},
    {"id": "b", "form": "enkel", "turns": [PARKING], "expect": {"kind": "topic"}},
    {"id": "c", "form": "slang", "turns": [QUESTION], "expect": {"kind": "validity"}},
]


@pytest.fixture
def cases(tmp_path: Path) -> str:
    """A folder with three cases: one right, one missed, one wrong."""
    folder = tmp_path / "fall"
    folder.mkdir()
    (folder / "fall.yaml").write_text(json.dumps(EVALUATED), "utf-8")  # JSON is YAML
    return str(folder)


def test_evaluate(lotsen: Command, cases: str) -> None:
    """Cases are counted by outcome, by kind and by form; what failed is listed; the status is 0."""
    ran = lotsen("evaluate", cases, "--json", "resultat.json")
    result = json.loads((lotsen.cwd / "resultat.json").read_text("utf-8"))
    assert ran.status == 0
    assert {key: result[key] for key in ("total", "right", "missed", "wrong")} == {
        "total": 3,
        "right": 1,
        "missed": 1,
        "wrong": 1,
    }
    assert result["by_form"]["enkel"] == {"total": 2, "right": 1, "missed": 1, "wrong": 0}
    assert [(case["id"], case["outcome"]) for case in result["failed"]] == [("b", "missed"), ("c", "wrong")]
    assert [(case["id"], case["outcome"]) for case in result["cases"]] == [
        ("a", "right"),
        ("b", "missed"),
        ("c", "wrong"),
    ]
    assert result["intervals"]["right"] == [0.0615, 0.7923]
    assert "33,3 % (6,1–79,2)" in ran.out
    assert "fall.yaml b" in ran.out


def test_evaluate_against_an_earlier_run(lotsen: Command, cases: str) -> None:
    """What became right, missed or wrong since a report is listed, and which cases came and went."""
    earlier = [{"id": "a", "outcome": "wrong"}, {"id": "b", "outcome": "right"}, {"id": "x", "outcome": "right"}]
    (lotsen.cwd / "förut.json").write_text(json.dumps({"cases": earlier}), "utf-8")
    ran = lotsen("evaluate", cases, "--mot", "förut.json", "--json", "nu.json")
    for said in ("Nu rätt (1): a", "Nu missade (1): b", "Nya frågor (1): c", "Borttagna frågor (1): x"):
        assert said in ran.out
    again = lotsen("evaluate", cases, "--mot", "nu.json", "--json", "-")
    assert json.loads(again.out)["changes"] == {"right": [], "missed": [], "wrong": [], "new": [], "gone": []}


def test_evaluate_against_what_is_no_report(lotsen: Command, cases: str) -> None:
    """A file that is not there, or is something else, is said so before anything is asked."""
    (lotsen.cwd / "annat.json").write_text("[]", "utf-8")
    for name in ("ingenting.json", "annat.json", "."):
        ran = lotsen("evaluate", cases, "--mot", name)
        assert (ran.status, ran.out) == (1, "")
        assert f"lotsen evaluate --json {name}" in ran.err


def test_evaluate_draws_its_curve(lotsen: Command, cases: str) -> None:
    """The curve is told and drawn with the present threshold and the chosen one, in the same bytes each time."""
    runs = [lotsen("evaluate", cases, "--kurva", "--högst-fel", "0.5", "--bild", f"{n}.svg") for n in (1, 2)]
    assert runs[0].out == runs[1].out
    assert "Högst 50 % fel ger tröskeln 0,50: 66,7 % besvarade" in runs[0].out
    assert (lotsen.cwd / "1.svg").read_bytes() == (lotsen.cwd / "2.svg").read_bytes()
    assert "0,66: 66,7 % besvarade, 50,0 % fel" in (lotsen.cwd / "1.svg").read_text("utf-8")
    assert "Ingen tröskel ger högst 1 % fel" in lotsen("evaluate", cases, "--kurva").out
    assert lotsen("evaluate", cases, "--högst-fel", "2").status == 2


def test_evaluate_lists_what_is_not_reached(lotsen: Command, cases: str) -> None:
    """Facts that are in no right answer are listed by id and title; those that are in one are not."""
    ran = lotsen("evaluate", cases, "--onådda")
    listed = {row.split()[0] for row in ran.out.splitlines() if row}
    assert "rok-missbruk/ansvar/laro" in listed
    assert "rok-missbruk/ansvar/abstinensvard" not in listed


def test_evaluate_asks_variants(lotsen: Command, cases: str) -> None:
    """The right case is asked in each way in which it can be, and the same seed gives the same table."""
    ran = lotsen("evaluate", cases, "--varianter", "--frö", "3", "--json", "v.json")
    variants = json.loads((lotsen.cwd / "v.json").read_text("utf-8"))["variants"]
    assert (variants["seed"], variants["by_kind"]["typo"]["total"]) == (3, 1)
    assert "utan-prickar" in ran.out
    assert ran.out == lotsen("evaluate", cases, "--varianter", "--frö", "3").out


def test_evaluate_without_cases(lotsen: Command) -> None:
    """A folder that is not there, or has no cases, is said so."""
    assert lotsen("evaluate", "ingenstans").status == 1
    assert lotsen("evaluate", ".").status == 1


# --- usage ---------------------------------------------------------------------------------------

WRONG = [
    (["ask"], "lotsen ask"),
    (["aks", "hej"], "menade du ask?"),
    (["ask", "hej", "--komun", "falun"], "menade du --kommun?"),
    (["ask", "hej", "--kommun"], "--kommun"),
    (["ask", "hej", "--kommun", "faln"], "menade du falun?"),
    (["ask", "hej", "--kommun", "oslo"], "avesta"),
    (["ask", "hej", "--datum", "2026-02-30"], "2026-02-30"),
    (["ask", "hej", "--datum", "20261121"], "20261121"),
    (["ask", "hej", "--jsonl"], "--jsonl"),
    (["ask", "--jsonl", "--kommun", "falun"], "--kommun"),
    (["kvitto"], "KOD"),
    (["check", "allt"], "citattecken"),
    (["--ja"], "--ja"),
]


@pytest.mark.parametrize("arguments,named", WRONG, ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_wrong_usage(
    arguments: list[str],
    named: str,
    data_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A command line that is wrong ends with 2, and says in Swedish what to do."""
    monkeypatch.setenv("LOTSEN_DATA", str(data_folder))
    assert run(arguments, wiring()) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Fel: ")
    assert named in said.err
    assert "--help" in said.err


def commands() -> list[list[str]]:
    return [[], *([name] for name in make_command(wiring()).commands)]


@pytest.mark.parametrize("command", commands(), ids=lambda command: " ".join(command) or "lotsen")
def test_help_is_swedish(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Each command has help in Swedish, with what each exit status means."""
    assert run([*command, "--help"], wiring()) == 0
    said = capsys.readouterr().out
    assert said.startswith("Användning: lotsen")
    assert not re.search(r"\b(Usage|Options|Commands|Show|Error|TEXT|default)\b", said)
    assert all(re.search(rf"^  {code}  \S", said, re.MULTILINE) for code in range(4))


def test_no_command_gives_help(capsys: pytest.CaptureFixture[str]) -> None:
    """`lotsen` alone shows what it can do."""
    assert run([], wiring()) == 0
    assert "kvitto" in capsys.readouterr().out


def test_every_command_of_the_contract_exists() -> None:
    """A command exists when it works; these do."""
    named = {"ask", "serve", "check", "index", "evaluate", "gaps", "kvitto", "package", "doctor"}
    assert named <= set(make_command(wiring()).commands)


def test_settings_are_told_by_every_command(lotsen: Command) -> None:
    """A misspelt setting ends any command with 1; help needs no settings."""
    for command in (["ask", "hej"], ["check"], ["index"], ["gaps"], ["serve"]):
        ran = lotsen(*command, LOTSEN_PROT="1")
        assert (ran.status, ran.out) == (1, "")
        assert "menade du LOTSEN_PORT?" in ran.err
    assert lotsen("ask", "--help", LOTSEN_PROT="1").status == 0


def test_a_bug_is_told_with_a_reference(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault of ours ends with 3 and a reference that the log has; neither shows a trace or what was asked."""
    from bot.commands import index

    somebody = " ".join(["Anna", "Andersson"])

    def broken(settings: object) -> int:
        raise KeyError(somebody)

    monkeypatch.setattr(index, "check", broken)
    monkeypatch.setenv("LOTSEN_DATA", str(tmp_path))
    assert run(["check"], wiring()) == 3
    said = capsys.readouterr().err
    match = re.search(r"referens ([0-9a-f]{8})", said)
    assert match
    log = (tmp_path / "lotsen-fel.log").read_text("utf-8")
    assert f"reference={match[1]}" in log
    assert "KeyError" in log
    assert somebody not in log + said
    assert "Traceback" not in said


def test_a_data_folder_that_cannot_be_made(lotsen: Command, tmp_path: Path) -> None:
    """A folder in the way of the data is told by its path."""
    (tmp_path / "fil").write_text("")
    for command in (["ask", "hej"], ["index"], ["gaps"]):
        ran = lotsen(*command, LOTSEN_DATA=str(tmp_path / "fil" / "data"))
        assert ran.status == 1
        assert str(tmp_path / "fil") in ran.err
        assert "Traceback" not in ran.err


def test_every_sentence_is_used_and_every_used_one_exists() -> None:
    """The code of the command line names exactly the sentences of cli.yaml."""
    sources = [ROOT / "bot" / "cli.py", ROOT / "bot" / "watch.py", *(ROOT / "bot" / "commands").glob("*.py")]
    text = " ".join(path.read_text("utf-8") for path in sources)
    known = set(sentences_of("cli"))
    named = {f"cli.{key}" for key in re.findall(r"""(?<!_)say\(\s*["']([a-z0-9_.]+)["']""", text)}
    named |= set(re.findall(r"""["'](log\.[a-z_]+)["']""", text))
    named |= {
        f"cli.{key}"
        for key in re.findall(
            r"""["']((?:ask|diff|evaluate|import|index|package|option|metavar)\.[a-z_.]+)["']""", text
        )
    }
    prefixes = {f"cli.{key}" for key in re.findall(r"""say\(f["']([a-z0-9_.]+)\{""", text)}
    named |= {f"cli.{name}.{part}" for name in make_command(wiring()).commands for part in ("help", "short")}
    assert named <= known
    assert not {key for key in known - named if not any(key.startswith(prefix) for prefix in prefixes)}


def test_the_group_is_click() -> None:
    """Other tools may walk the commands."""
    assert isinstance(make_command(wiring()), click.Group)
