"""Lotsen as it is served, talked with in Microsoft's Agents Playground: a real client of Teams' protocol and cards."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.command import Command

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = Path(__file__).parent / "playground"
MODULES = ROOT / ".ci" / "node" / "node_modules"
PLAYGROUND = MODULES / "@microsoft" / "m365agentsplayground" / "cli.js"
PICTURES = ROOT / "docs" / "bilder"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NODE = shutil.which("node")
START_UP = 60.0  # seconds
TALK = 120.0
STEPS = ("Ansvariga chefer", "Länschefsnätverket (", "Välfärdsrådet (", "Allmän domstol,")


def _person(number: int) -> dict[str, str]:
    mail = f"provare{number}@example.com"
    return {
        "id": f"user-id-{number}",
        "name": f"Provare {number}",
        "userPrincipleName": mail,
        "aadObjectId": f"00000000-0000-0000-0000-00000000002{number}",
        "givenName": "Provare",
        "surname": str(number),
        "email": mail,
    }


# Who talks, and where: invented, and read by the Playground from its working directory. It wants five more people.
SCENE = {
    "version": "0.1.0",
    "tenantId": "00000000-0000-0000-0000-000000000001",
    "bot": {"id": "00000000-0000-0000-0000-000000000011", "name": "Lotsen"},
    "currentUser": _person(0),
    "users": [_person(number) for number in range(1, 6)],
    "personalChat": {"id": "personal-chat-id"},
    "groupChat": {"id": "group-chat-id", "name": "Grupp"},
    "team": {
        "id": "team-id",
        "name": "Team",
        "aadGroupId": "00000000-0000-0000-0000-000000000031",
        "channels": [{"id": "channel-id", "name": "Kanal"}],
    },
}


def _missing() -> str | None:
    if NODE is None:
        return "node is not installed"
    if CHROMIUM is None:
        return "no Chromium on this machine; install the package chromium"
    if not PLAYGROUND.exists() or not (MODULES / "playwright-core").exists():
        return "the Playground is not installed; .ci/run does it"
    return None


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, data_folder: Path) -> dict[str, Any]:
    """What each card showed in one talk, and under "pictures" the folder of its screenshots."""
    if reason := _missing():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    folder = tmp_path_factory.mktemp("playground")
    with (
        Command(folder, data_folder).serve(LOTSEN_DEV="1") as server,
        _playground(folder, f"{server.url}/api/messages") as url,
    ):
        talked = _drive(folder, url)
    return {**talked, "pictures": folder}


def test_somebody_new_is_welcomed(seen: dict[str, Any]) -> None:
    """Opening the chat gives one greeting with questions to tap, each of which stands there once."""
    assert seen["welcome"]["cards"] == 1
    assert seen["welcome"]["text"].startswith("Hej!")
    assert seen["welcome"]["text"].count("Vem ansvarar för abstinensvård?") == 1


def test_a_question_gives_a_card_with_those_responsible(seen: dict[str, Any]) -> None:
    """Primary care and psychiatry are marked, the two others not; agreement, last day and standing are in sight."""
    text = seen["question"]["text"]
    assert "✔ Primärvård: ansvar" in text
    assert "✔ Psykiatri: ansvar" in text
    assert "– Somatiska kliniker: inte utpekad" in text
    assert "– Socialtjänst: inte utpekad" in text
    assert "enligt RÖK missbruk/beroende" in text
    assert "t.o.m. 2027-06-30" in text
    assert "presentation av förslaget" in text
    assert re.search(r"Kvitto: [A-Z0-9]{3}-[A-Z0-9]{4}\.", text)


def test_the_rest_of_a_long_answer_unfolds(seen: dict[str, Any]) -> None:
    """A tap on "Visa mer" shows what did not fit, and the way back."""
    assert "inte hur vården ska ges" in seen["more"]["text"]
    assert "Visa mindre" in seen["more"]["text"]


def test_a_tapped_suggestion_is_answered(seen: dict[str, Any]) -> None:
    """A suggestion under an answer asks its question, and the card says which."""
    text = seen["suggestion"]["text"]
    assert "Vad har primärvården ansvar för?" in text
    assert "Abstinensvård (med psykiatrin)" in text


def test_a_question_back_is_answered_by_a_tap(seen: dict[str, Any]) -> None:
    """ "Vem tar tvisten?" is asked back, and the choice gives the four steps of a local dispute, all in sight."""
    for choice in ("tvist på lokal nivå", "tvist på regional nivå", "Inget av dessa"):
        assert choice in seen["clarify"]["text"]
    places = [seen["chosen"]["text"].find(step) for step in STEPS]
    assert places[0] > 0
    assert places == sorted(places)


def test_there_are_pictures_of_it(seen: dict[str, Any]) -> None:
    """The cards are photographed; with UPDATE_PICTURES=1 the picture in docs/bilder is renewed."""
    pictures = [seen["pictures"] / f"{name}.png" for name in ("kort", "kort-tvist", "playground")]
    assert all(picture.stat().st_size > 5000 for picture in pictures)
    if os.environ.get("UPDATE_PICTURES") == "1":
        shutil.copy(pictures[0], PICTURES / "kort.png")


# --- what it takes -------------------------------------------------------------------------------


@contextmanager
def _playground(folder: Path, endpoint: str) -> Iterator[str]:
    """Run the Playground against an endpoint, on loopback alone and without telemetry; yield its address."""
    (folder / ".m365agentsplayground.yml").write_text(json.dumps(SCENE), "utf-8")  # JSON is YAML
    port = _free_port()
    env = {
        **os.environ,
        "TEAMSAPPTESTER_BROWSER": "none",
        "NODE_OPTIONS": f'--require "{SCRIPTS / "loopback-only.cjs"}"',
    }
    given = ["start", "-e", endpoint, "-c", "msteams", "-p", str(port), "--disable-telemetry"]
    with (folder / "playground.log").open("wb") as log:
        process = subprocess.Popen(
            [str(NODE), str(PLAYGROUND), *given], cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_for_port(port, process, folder)
            yield f"http://127.0.0.1:{port}/"
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            process.wait(10)


def _drive(folder: Path, url: str) -> dict[str, Any]:
    env = {
        **os.environ,
        "PLAYGROUND_URL": url,
        "CHROMIUM": str(CHROMIUM),
        "PICTURES": str(folder),
        "NODE_PATH": str(MODULES),
    }
    done = subprocess.run(
        [str(NODE), str(SCRIPTS / "drive.cjs")], cwd=folder, env=env, capture_output=True, text=True, timeout=TALK
    )
    if done.returncode:
        pytest.fail(f"the talk broke off:\n{done.stderr}\n{_logs(folder)}")
    talked: dict[str, Any] = json.loads(done.stdout)
    return talked


def _wait_for_port(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + START_UP
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    pytest.fail(f"the Playground did not start:\n{_logs(folder)}")


def _logs(folder: Path) -> str:
    logs = [*sorted(folder.rglob("*.log")), *sorted(folder.glob("serve.*"))]
    return "\n".join(f"{log.name}:\n{log.read_text('utf-8')[-3000:]}" for log in logs)


def _free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
