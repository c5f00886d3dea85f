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
TALK = 300.0
STEPS = ("Du: berätta", "Ansvariga chefer", "Länschefsnätverket (", "Välfärdsrådet (", "Allmän domstol,")
SHOWN = (
    "valkommen",
    "kort",
    "kort-telefon",
    "tvist-telefon",
    "text-telefon",
    "matris-telefon",
    "introduktion-telefon",
    "quiz-telefon",
    "quiz-svar-telefon",
    "sok",
    "okant-telefon",
    "fraga-manniska-telefon",
    "expertfraga",
    "svar-manniska-telefon",
    "kanal",
    "grupp",
)
"""The pictures in docs/bilder; those for a phone are 360 points wide with the chat's margins."""


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
    """What each card showed in one day of talks, and under "pictures" the folder of its screenshots."""
    if reason := _missing():
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    folder = tmp_path_factory.mktemp("playground")
    with (
        Command(folder, data_folder).serve(LOTSEN_DEV="1", LOTSEN_TEAMS_EXPERTS="rss=channel-id") as server,
        _playground(folder, f"{server.url}/api/messages") as url,
    ):
        talked = _drive(folder, url)
    return {**talked, "pictures": folder}


def test_somebody_new_is_welcomed_and_chooses_once(seen: dict[str, Any]) -> None:
    """Opening the chat gives one greeting with questions to tap and a form; what is chosen stands on the answers."""
    assert seen["welcome"]["cards"] == 1
    assert seen["welcome"]["text"].startswith("Hej!")
    assert seen["welcome"]["text"].count("Vem ansvarar för abstinensvård?") == 1
    assert "jag svarar för privat vårdcentral i Falun" in seen["profile"]["text"]
    assert "För privat vårdcentral i Falun." in seen["question"]["text"]


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


def test_named_buttons_lead_on_and_the_way_back_is_there(seen: dict[str, Any]) -> None:
    """A text to send is in sight at once, and the answer that it replaced unfolds below it."""
    assert "Enligt RÖK missbruk/beroende är primärvården och psykiatrin utpekade" in seen["text"]["text"]
    assert "Jag läste det som en följdfråga" not in seen["text"]["text"]
    assert "✔ Primärvård: ansvar" in seen["earlier"]["text"]
    assert "14 uppgifter" in seen["matrix"]["text"]
    assert "Primärvård, din kolumn: ansvar (11)" in seen["matrix"]["text"]
    assert "Hur tar vi en lokal tvist i Falun vidare?" in seen["disagree"]["text"]


def test_a_question_back_is_answered_by_a_tap(seen: dict[str, Any]) -> None:
    """ "Vem tar tvisten?" is asked back, and the choice gives the four steps of a local dispute, all in sight."""
    for choice in ("Tvist på lokal nivå", "Tvist på regional nivå", "Inget av dessa"):
        assert choice in seen["clarify"]["text"]
    places = [seen["chosen"]["text"].find(step) for step in STEPS]
    assert places[0] > 0
    assert places == sorted(places)


def test_an_agreement_can_be_watched(seen: dict[str, Any]) -> None:
    """The button under an answer about an agreement is answered with what will be told, and how to stop."""
    assert "Jag säger till när RÖK HVB ändras" in seen["watched"]["text"]
    assert "sluta bevaka" in seen["watched"]["text"]


def test_questions_in_a_hurry_are_answered_in_order(seen: dict[str, Any]) -> None:
    """Three questions before the first reply get three replies, each its own."""
    first = [text.split("\n")[0] for text in seen["hurry"]["texts"]]
    assert [word in lead for word, lead in zip(("SIP", "Synergi", "Mora"), first, strict=True)] == [True] * 3


def test_the_introduction_and_the_quiz(seen: dict[str, Any]) -> None:
    """It opens with the own workplace; "not our responsibility" is never right, and what is right has its source."""
    assert seen["introduction"]["text"].startswith("Det här har din arbetsplats ansvar för")
    assert "Del 2 av 5" in seen["trouble"]["text"]
    assert "D. Det är inte vårt ansvar" in seen["quiz"]["text"]
    assert seen["explained"]["text"].startswith("Inte rätt.")
    assert "Källor: presentation av förslaget" in seen["explained"]["text"]


def test_an_answer_is_found_from_the_compose_box(seen: dict[str, Any]) -> None:
    """The card that was found stands in the chat, with its day and place, without buttons and without a reply to it."""
    text = seen["searched"]["text"]
    assert text.startswith("Abstinensvård: primärvården och psykiatrin")
    assert re.search(r"Svar för \d{4}-\d\d-\d\d, Falun", text)
    assert "Text att skicka" not in text
    assert seen["searched"]["after"] == seen["searched"]["cards"]


def test_a_thumb_down_leads_to_a_human(seen: dict[str, Any]) -> None:
    """Whoever was not helped is offered somebody to ask, and told what that is not for."""
    assert seen["offered"]["text"].startswith("Hjälpte svaret inte?")
    assert "Inte för akuta ärenden" in seen["offered"]["text"]


def test_a_human_is_asked_and_answers(seen: dict[str, Any]) -> None:
    """What is sent is shown first; the channel sees no name; the answer comes back masked, as a human's."""
    assert "Inte för akuta ärenden" in seen["unknown"]["text"]
    assert "Det här skickas, och inget annat" in seen["enquiry"]["text"]
    assert "vem betalar tillnyktring" in seen["enquiry"]["text"]
    assert seen["sent"]["text"].startswith("Skickat till RSS Dalarna")
    assert "Besvarad" in seen["answered"]["text"]
    assert "Provare" not in seen["answered"]["text"]
    assert "Ring [telefonnummer]" in seen["heard"]["text"]
    assert "av en människa i RSS Dalarna" in seen["heard"]["text"]


def test_in_a_group_lotsen_answers_who_mentions_it(seen: dict[str, Any]) -> None:
    """Greeted once when it was added; silent until mentioned; a follow-up leans on the last answer."""
    assert seen["group"]["cards"] == 2
    assert "Falun" in seen["group"]["text"]
    assert "Mora" in seen["followed"]["text"].split("\n")[0]
    assert "✔ Psykiatri: ansvar" in seen["channel"]["text"]


def test_there_are_pictures_of_it(seen: dict[str, Any]) -> None:
    """The cards are photographed; with UPDATE_PICTURES=1 the pictures in docs/bilder are renewed."""
    taken = {name: seen["pictures"] / f"{name}.png" for name in SHOWN}
    assert all(picture.stat().st_size > 5000 for picture in taken.values())
    if os.environ.get("UPDATE_PICTURES") == "1":
        for name, picture in taken.items():
            shutil.copy(picture, PICTURES / f"{name}.png")


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
