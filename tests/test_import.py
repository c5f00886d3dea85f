"""`lotsen import`: documents are filed masked, with their status, and nothing is live before an index is built."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from knowledge.loader import load
from knowledge.model import DocumentStatus, Standing
from tests.command import Command, copied_knowledge

PAGE = """<!doctype html><html><body><h1>Rutin för provtagning i länet</h1>
<p>Kylväskan med proven lämnas i luckan före klockan tio. Den som kallar är Anna Andersson, 070-123 45 67.</p>
<h2>Vem gör vad</h2>
<table><tr><th>Uppgift</th><th>Primärvård</th><th>Psykiatri</th></tr>
<tr><td>Diagnos</td><td>x</td><td></td></tr><tr><td>Utredning</td><td>x</td><td>x</td></tr></table>
<h2>Giltighet</h2><p>Överenskommelsen gäller från 2027-07-01 till 2030-06-30.</p></body></html>"""


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """The region's folder in a copy of the knowledge."""
    return copied_knowledge(tmp_path / "kunskap")


@pytest.fixture
def command(tmp_path: Path, region: Path) -> Command:
    """The command on that copy, with a document beside it."""
    (tmp_path / "rutin.html").write_text(PAGE, "utf-8")
    return Command(tmp_path, tmp_path / "data", {"LOTSEN_KNOWLEDGE": str(region)})


def test_a_document_is_filed_masked_with_a_source_of_its_own(command: Command, region: Path) -> None:
    """One file of it is written, which the checks let through; the summary names its drafts and what comes next."""
    ran = command(
        "import", "rutin.html", "--status", "gällande", "--datum", "2024-03", "--överenskommelse", "rok-missbruk"
    )
    assert (ran.status, "lotsen index" in ran.out) == (0, True), ran.err
    knowledge = load(region)
    (document,) = knowledge.documents.values()
    source = knowledge.sources[document.source]
    assert (document.status, document.agreement) == (DocumentStatus.IN_FORCE, "rok-missbruk")
    assert (source.standing, source.date, source.label) == (
        Standing.PRIMARY,
        "2024-03",
        "Rutin för provtagning i länet, 2024-03",
    )
    text = (region / "importerat" / f"{document.id}.yaml").read_text("utf-8")
    assert "luckan" in text and not {"Andersson", "070-123"} & set(text.split())
    assert all(word in ran.out for word in ("Utredning", "2027-07-01", "✔ ansvar", "Skrivet"))


def test_the_same_file_again_takes_its_own_place(command: Command, region: Path) -> None:
    """By what it holds, whatever it is called; what was said of it before is kept where nothing else is said."""
    command("import", "rutin.html", "--status", "utkast", "--datum", "2024-03", "--titel", "Provrutinen")
    (command.cwd / "annat namn.html").write_text(PAGE, "utf-8")
    before = load(region).documents
    ran = command("import", "annat namn.html", "--status", "historisk")
    assert ran.status == 0 and "tidigare inläsning" in ran.out
    (document,) = load(region).documents.values()
    assert (document.id, document.title) == (next(iter(before)), "Provrutinen")
    assert document.status is DocumentStatus.HISTORIC and load(region).sources[document.source].date == "2024-03"
    assert [p.id for p in document.passages] == [p.id for p in before[document.id].passages]


def test_json_is_all_of_it_and_looking_writes_nothing(command: Command, region: Path) -> None:
    """A line for each file, complete; with --visa no status is needed and nothing is written."""
    ran = command("import", "rutin.html", "--visa", "--json")
    assert ran.status == 0 and not (region / "importerat").exists()
    found = ran.json
    assert (found["format"], found["status"], found["written"], found["tables"]) == ("html", None, None, 1)
    assert found["masked"] >= 2 and found["restored"]["count"] == 0 and found["passages"] >= 2
    (matrix,) = found["drafts"]["matrices"]
    assert [column["actor"] for column in matrix["columns"]] == ["primarvard", "psykiatri"]
    assert [(row["task"], row["marks"]) for row in matrix["rows"]] == [
        ("diagnos", [True, False]),
        ("utredning", [True, True]),
    ]
    assert matrix["rows"][1]["responsible"] == ["primarvard", "psykiatri"] and matrix["place"]
    assert [(one["valid_from"], one["valid_through"]) for one in found["drafts"]["validity"]] == [
        ("2027-07-01", "2030-06-30")
    ]
    assert set(found["drafts"]) == {"matrices", "validity", "routes", "local", "terms"}


def test_a_broken_file_stops_no_other(command: Command, region: Path) -> None:
    """What cannot be read is told with file and cure, the rest is written, and the status is 1."""
    (command.cwd / "trasig.pdf").write_bytes(b"%PDF-1.7\nnothing")
    ran = command("import", "trasig.pdf", "saknas.docx", "rutin.html", "--status", "underlag", "--json")
    broken, missing, sound = ran.rows
    assert ran.status == 1 and sound["written"] and load(region).documents
    assert broken["file"] == "trasig.pdf" and broken["error"] in ran.err and "saknas.docx" in missing["error"]


WRONG = {
    "ingen status": ([], "statusen saknas"),
    "okänd status": (["--status", "gällnde"], "menade du gällande?"),
    "inget datum": (["--status", "utkast", "--datum", "2024-13"], "inget datum"),
    "okänd överenskommelse": (["--status", "utkast", "--överenskommelse", "rok-misbruk"], "menade du rok-missbruk?"),
    "inget id": (["--status", "utkast", "--källa", "Min Källa"], "går inte att ha som id"),
    "en titel för två": (["rutin.html", "--status", "utkast", "--titel", "Rutin"], "en fil i taget"),
}


@pytest.mark.parametrize(("arguments", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_command_line_is_told(arguments: list[str], said: str, command: Command, region: Path) -> None:
    """Status 2, what is wrong, and nothing written."""
    ran = command("import", "rutin.html", *arguments)
    assert ran.status == 2 and said in ran.err and not (region / "importerat").exists()


def test_a_source_that_is_known_is_used_as_it_is(command: Command, region: Path) -> None:
    """With --källa the document belongs to that source, and no other is made; never to one that weighs more."""
    before = load(region).sources
    refused = command("import", "rutin.html", "--status", "historisk", "--källa", "s1")
    assert refused.status == 1 and "s1 väger tyngre" in refused.err and load(region).sources == before
    assert command("import", "rutin.html", "--status", "underlag", "--källa", "s1").status == 0
    after = load(region)
    assert after.sources == before and next(iter(after.documents.values())).source == "s1"


def test_a_folder_that_cannot_be_written_is_told(command: Command, region: Path) -> None:
    """A clear error with the place, and the knowledge as it was."""
    (region / "importerat").write_text("i vägen")
    ran = command("import", "rutin.html", "--status", "utkast")
    assert ran.status == 1 and "importerat" in ran.err and "Det går inte att skriva" in ran.err


def test_a_region_that_is_not_begun_leads_to_its_guide(command: Command, tmp_path: Path) -> None:
    """An empty folder has no words to read documents by."""
    (tmp_path / "ny").mkdir()
    ran = command("import", "rutin.html", "--status", "utkast", LOTSEN_KNOWLEDGE=str(tmp_path / "ny"))
    assert ran.status == 1 and "docs/ny-region.md" in ran.err


def test_at_a_terminal_the_status_is_asked_for(command: Command, region: Path) -> None:
    """The choices are explained; what is no choice is asked again."""
    mine, theirs = pty.openpty()
    os.write(mine, b"x\n3\n")
    line = command._line(["import", "rutin.html"])
    environment = {**command._env({}), "TERM": "dumb"}
    done = subprocess.run(line, cwd=command.cwd, env=environment, stdin=theirs, stderr=theirs, stdout=subprocess.PIPE)
    asked = os.read(mine, 100_000).decode("utf-8", "replace")
    os.close(mine), os.close(theirs)
    assert done.returncode == 0 and asked.count("1. gällande") == 2
    assert next(iter(load(region).documents.values())).status is DocumentStatus.HISTORIC


def test_what_was_imported_answers_once_it_is_indexed(command: Command) -> None:
    """The quoted passage cites the document; a draft of it changed no curated answer."""
    command("import", "rutin.html", "--status", "gällande")
    answer = command("ask", "--json", "kylväskan?").json
    assert answer["kind"] == "passage" and "Rutin för provtagning i länet" in answer["text"]
    (citation,) = answer["citations"]
    assert citation["locator"] == "Rutin för provtagning i länet" and "[namn]" in answer["text"]
    assert json.loads(command("ask", "--json", "Vem ansvarar för diagnos?").out)["kind"] == "responsibility"
