"""From an empty folder and the source documents, by the steps of docs/ny-region.md, to a Lotsen that answers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.service import Serving, answer_turns, open_serving
from indexer.publish import ensure
from indexer.swedish import fold
from knowledge.model import Kind, RouteLevel
from tests.command import Command
from tests.conftest import ROOT

SEEDS = Path(os.environ.get("LOTSEN_TEST_SEEDS") or ROOT.parent / "shared" / "seeds")
BEGUN = Path(__file__).parent / "fran-borjan"
"""The four files that somebody writes by hand: the region, its sources, bodies and agreement."""
TODAY = date(2026, 11, 21)
ALL, NOT_SOM = "PV SOM PSY SOC", "PV PSY SOC"
MATRIX = {
    "Tidiga tecken, tidig upptäckt och förebyggande arbete": ALL,
    "Utredning missbruk och beroende": NOT_SOM,
    "Diagnos missbruk och beroende": "PV PSY",
    "Abstinensvård": "PV PSY",
    "Nedtrappning beroendeframkallande läkemedel": "PSY",
    "Läkemedelsbehandling, alkoholberoende": "PV PSY",
    "Läkemedelsbehandling, narkotika": "PSY",
    "Läkemedelsassisterad behandling vid opiatberoende": "PSY",
    "Psykosocial behandling": NOT_SOM,
    "Psykologisk behandling": "PV PSY",
    "Sociala stödinsatser": NOT_SOM,
    "Stöd till anhöriga/närstående, information och råd": NOT_SOM,
    "Barns rätt till information, råd, stöd": ALL,
    "Orosanmälan barnsocialtjänsten": ALL,
}
COLUMNS = ("PV", "SOM", "PSY", "SOC")
ROUTES = {
    RouteLevel.LOCAL: ("Tjänsteledning på lokal nivå", "Länschefsnätverket", "Välfärdsrådet", "Allmän domstol"),
    RouteLevel.REGIONAL: ("Länschefsnätverket", "Välfärdsrådet"),
}
STATUS = {
    **dict.fromkeys(("Avesta", "Borlänge", "Falun", "Smedjebacken", "Vansbro"), "nej"),
    **dict.fromkeys(("Gagnef", "Mora", "Älvdalen"), "ja"),
    **dict.fromkeys(("Leksand", "Ludvika", "Rättvik"), "pagar"),
    **dict.fromkeys(("Hedemora", "Malung-Sälen", "Orsa"), "ingen-uppgift"),
}
UNSURE = ("Säter",)


def seed(number: str) -> Path:
    """Return a source document. Without the folder of them the test is skipped; in CI it fails."""
    found = sorted(SEEDS.glob(f"{number}_*.txt"))
    if not found and not os.environ.get("CI"):
        pytest.skip(f"no source documents in {SEEDS}")
    assert found, f"no source documents in {SEEDS}"
    return found[0]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """What the documented commands give."""
    folder = tmp_path_factory.mktemp("ny")
    region = folder / "region"
    region.mkdir()
    for path in BEGUN.iterdir():
        (region / path.name).write_text(path.read_text("utf-8"), "utf-8")
    lotsen = Command(folder, folder / "data")
    take = ("import", "--ta-in", "--överenskommelse", "rok-missbruk", "--status")
    setting = {"LOTSEN_KNOWLEDGE": str(region)}
    for given in (
        (*take, "historisk", "--datum", "2021-02-19", str(seed("001"))),
        (*take, "underlag", "--datum", "2022-11", str(seed("002"))),
        ("check",),
    ):
        ran = lotsen(*given, **setting)
        assert ran.status == 0, ran.err
    opened = open_serving(ensure(region, folder / "served").path)
    yield opened
    opened.served.close()


@pytest.mark.parametrize(("task", "marked"), MATRIX.items(), ids=list(MATRIX))
def test_each_task_is_answered(begun: Serving, task: str, marked: str) -> None:
    """All 56 cells: who is marked, and who is not."""
    answer = answer_turns(begun, [f"Vem ansvarar för {task[0].lower()}{task[1:]}?"], None, TODAY)[0]
    columns = begun.served.knowledge.matrices["rok-missbruk/ansvar"].actors
    expected = tuple(columns[COLUMNS.index(column)] for column in marked.split())
    assert (answer.kind, answer.responsible) == (Kind.RESPONSIBILITY, expected), answer.text


@pytest.mark.parametrize("level", ROUTES, ids=str)
def test_each_route_is_answered_in_order(begun: Serving, level: RouteLevel) -> None:
    """Both dispute routes, their bodies in order, and the step after one that has been taken."""
    answer = answer_turns(begun, [f"Hur tar vi en {level.value} tvist vidare?"], None, TODAY)[0]
    knowledge = begun.served.knowledge
    route = knowledge.routes[answer.route or ""]
    names = tuple(knowledge.bodies[step.body].name if step.body else step.name for step in route.steps)
    assert (answer.kind, route.level, names) == (Kind.ESCALATION, level, ROUTES[level])
    after = answer_turns(begun, ["Vi har varit hos Länschefsnätverket, vad är nästa steg?"], None, TODAY)[0]
    assert "Välfärdsrådet" in after.lead


@pytest.mark.parametrize(("name", "status"), STATUS.items(), ids=list(STATUS))
def test_each_municipality_is_answered(begun: Serving, name: str, status: str) -> None:
    """What it reported, with the time."""
    knowledge = begun.served.knowledge
    place = fold(name.lower()).replace(" ", "-")
    (fact,) = [fact for fact in knowledge.local.values() if fact.municipality == place]
    answer = answer_turns(begun, [f"Har {name} en LÖK?"], None, TODAY)[0]
    assert (fact.status.value, answer.kind, answer.municipality) == (status, Kind.LOCAL, place)
    assert status == "ingen-uppgift" or fact.status_says in answer.text


@pytest.mark.parametrize("name", UNSURE)
def test_what_is_unsure_is_not_taken_in(begun: Serving, name: str) -> None:
    """The municipality is known, and it is said that nothing is known of its agreement."""
    answer = answer_turns(begun, [f"Har {name} en LÖK?"], None, TODAY)[0]
    assert answer.lead.startswith("Det vet jag inte")
    assert name in answer.lead
