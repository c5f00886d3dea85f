"""`lotsen serve` as a process: it answers, takes up what is published, and stays up when files are broken."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Command, Server, append, copied_knowledge

QUESTION = "Vem ansvarar för abstinensvård?"
SOON = 15.0


@pytest.fixture
def own(tmp_path: Path, data_folder: Path) -> Command:
    """The command with knowledge that the test may break, published in a data folder of its own."""
    region = copied_knowledge(tmp_path / "kunskap")
    shutil.copytree(data_folder / "index", tmp_path / "data" / "index")
    return Command(tmp_path, tmp_path / "data", {"LOTSEN_KNOWLEDGE": str(region)})


@pytest.fixture
def server(own: Command) -> Iterator[Server]:
    """A server of that knowledge."""
    with own.serve() as server:
        yield server


def bodies(own: Command) -> Path:
    return Path(own.settings["LOTSEN_KNOWLEDGE"]) / "bodies.yaml"


def test_the_page_and_the_api_answer(server: Server) -> None:
    """The page, the API and the health addresses answer on loopback, without any settings."""
    assert 'lang="sv"' in server.read("/")
    assert "Psykiatri" in server.read("/?fraga=Vem%20ansvarar%20f%C3%B6r%20abstinensv%C3%A5rd%3F")
    assert server.ask(QUESTION)["responsible"] == ["primarvard", "psykiatri"]
    ready = server.ready()
    assert (ready["ready"], ready["files_differ"], ready["region"]) == (True, False, "dalarna")
    assert server.read("/healthz")


def test_teams_without_credentials_is_refused(server: Server) -> None:
    """Without an app id `/api/messages` answers 401."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        server.read("/api/messages", {"type": "message"})
    with caught.value as refused:
        assert refused.code == 401


def test_what_is_asked_is_never_logged(server: Server) -> None:
    """The log has a line for each request, and no question."""
    server.ask("Vem ansvarar för klockstapeln?")
    server.read("/?fraga=klockstapeln")
    server.wait(lambda: server.log.count("room=aiohttp.access") >= 2)
    assert "klockstapel" not in server.log


def test_the_receipt_of_a_page_is_found(own: Command, server: Server) -> None:
    """What the API answered is shown by `lotsen kvitto`, while the server runs."""
    answer = server.ask(QUESTION)
    assert own("kvitto", answer["receipt"], "--json").json == answer


def test_a_broken_file_leaves_it_serving(own: Command, server: Server) -> None:
    """A file that is broken while Lotsen serves is told by file and line; the knowledge before goes on answering."""
    before = server.ask(QUESTION)
    append(bodies(own), "trasig: [\n")
    server.wait(lambda: f"{bodies(own)}:" in server.log, SOON)
    server.wait(lambda: server.ready()["files_differ"], SOON)
    assert server.ask(QUESTION) == before
    assert own("check").status == 1


def test_sound_changes_wait_for_the_index(own: Command, server: Server) -> None:
    """Outside dev mode changed files are not published by themselves; `lotsen index` is, and taken up within 2 s."""
    before = server.ready()["revision"]
    append(bodies(own), "# ändrad\n")
    server.wait(lambda: "event=differs" in server.log, SOON)
    assert server.ready() | {"revision": before, "files_differ": True} == server.ready()
    assert own("index").status == 0
    server.wait(lambda: server.ready()["revision"] != before, seconds=2.0)
    assert server.ready()["files_differ"] is False
    assert server.ask(QUESTION)["revision"] == server.ready()["revision"]


def test_what_is_taken_back_is_taken_up(own: Command, server: Server) -> None:
    """Two publications in a row and two steps back are each taken up within 5 s; the files stay taken back."""
    matrix = Path(own.settings["LOTSEN_KNOWLEDGE"]) / "responsibilities" / "rok-missbruk.yaml"
    first = server.ready()["revision"]
    whole = matrix.read_text("utf-8")
    found = re.search(r"- id: abstinensvard\n(?:.*\n)*?\s+responsible: \[(.*)\]", whole)
    assert found
    served = [first]
    for marked in ("primarvard, psykiatri, socialtjanst", "psykiatri"):
        matrix.write_text(whole[: found.start(1)] + marked + whole[found.end(1) :], "utf-8")
        assert own("index", "--vem", "RSS", "--referens", marked).status == 0
        server.wait(lambda: server.ready()["revision"] not in served, seconds=5.0)
        assert server.ask(QUESTION)["responsible"] == marked.split(", ")
        served.append(server.ready()["revision"])
    for before, marked in ((served[1], "primarvard, psykiatri, socialtjanst"), (first, "primarvard, psykiatri")):
        assert own("index", "--tillbaka").status == 0
        server.wait(lambda before=before: server.ready()["revision"] == before, seconds=5.0)  # type: ignore[misc]
        assert server.ask(QUESTION)["responsible"] == marked.split(", ")
        assert own("index").status == 1
        assert server.ready() | {"revision": before, "files_differ": True} == server.ready()
    assert own("ask", "--json", QUESTION).json["revision"] == first


def test_dev_does_not_undo_what_was_taken_back(own: Command) -> None:
    """Nor does LOTSEN_DEV publish files that were taken back, also not when it starts anew; once changed it does."""
    first = own("ask", "--json", QUESTION).json["revision"]
    append(bodies(own), "# ändrad\n")
    assert own("index").status == 0
    assert own("index", "--tillbaka").status == 0
    with own.serve(LOTSEN_DEV="1") as server:
        server.wait(lambda: "event=taken_back" in server.log, SOON)
        assert server.ready() | {"revision": first, "files_differ": True} == server.ready()
        append(bodies(own), "# rättad\n")
        server.wait(lambda: server.ready()["revision"] != first)
        assert server.ready()["files_differ"] is False


def test_half_a_publication_is_never_taken_up(own: Command, server: Server) -> None:
    """What was built and noted but never pointed at is not served, nor counted as a step when it is taken back."""
    before = server.ask(QUESTION)
    home = own.data / "index" / "dalarna"
    append(bodies(own), "# ändrad\n")
    region = own.settings["LOTSEN_KNOWLEDGE"]
    crash = Path(__file__).parent / "indexer" / "crash.py"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, str(crash), region, str(own.data), "replace:1"], env=environment)
    assert done.returncode == -signal.SIGKILL
    assert len([path for path in home.iterdir() if path.is_dir()]) == 2
    time.sleep(1.5)
    assert server.ask(QUESTION) == before
    assert own("index", "--tillbaka").status == 1
    assert own("index").status == 0
    server.wait(lambda: server.ready()["files_differ"] is False, seconds=5.0)


def test_dev_publishes_by_itself(own: Command) -> None:
    """With LOTSEN_DEV a changed file is published after two quiet seconds; a broken one is not, and says why."""
    with own.serve(LOTSEN_DEV="1") as server:
        assert "event=dev" in server.log
        before = server.ready()["revision"]
        append(bodies(own), "trasig: [\n")
        server.wait(lambda: f"{bodies(own)}:" in server.log, SOON)
        assert server.ready()["revision"] == before
        bodies(own).write_text(bodies(own).read_text("utf-8").replace("trasig: [\n", "# ändrad\n"), "utf-8")
        server.wait(lambda: server.ready()["revision"] != before, SOON)
        assert server.ready()["files_differ"] is False


def test_a_damaged_index_is_not_taken_up(own: Command, server: Server) -> None:
    """A pointer to a folder that cannot be opened is told of once, and what served before goes on."""
    home = own.data / "index" / "dalarna"
    name = (home / "current").read_text("utf-8").strip()
    shutil.copytree(home / name, home / "trasig")
    broken = home / "trasig" / "knowledge.json"
    broken.write_bytes(b" " * broken.stat().st_size)
    (home / "current").write_text("trasig\n", "utf-8")
    server.wait(lambda: "event=unusable" in server.log, SOON)
    assert server.ask(QUESTION)["responsible"] == ["primarvard", "psykiatri"]
    assert server.log.count("event=unusable") == 1


def test_it_stops_when_told(own: Command) -> None:
    """SIGTERM ends it in good order: status 0, and the last line says so."""
    with own.serve() as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(SOON) == 0
        assert "event=stopped" in server.log.splitlines()[-1]
        assert "Traceback" not in server.log


def test_a_busy_port(own: Command) -> None:
    """A port that another program has is told in Swedish, with status 1."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = own("serve", LOTSEN_PORT=str(taken.getsockname()[1]))
    assert ran.status == 1
    assert "LOTSEN_PORT" in ran.err
    assert "Traceback" not in ran.err


def test_it_does_not_start_open(own: Command) -> None:
    """Off loopback and without credentials for Teams it does not start."""
    ran = own("serve", LOTSEN_HOST="0.0.0.0")
    assert (ran.status, ran.out) == (1, "")
    assert "LOTSEN_TEAMS_APP_ID" in ran.err


def test_python_app_serves(own: Command) -> None:
    """`python app.py` without a command serves."""
    line, env = own._line([]), own._env({"LOTSEN_PROT": "1"})
    ran = subprocess.run(line, env=env, cwd=own.cwd, capture_output=True, timeout=SOON)
    assert ran.returncode == 1
    assert json.dumps("menade du LOTSEN_PORT?", ensure_ascii=False)[1:-1] in ran.stderr.decode("utf-8")
