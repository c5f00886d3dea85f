"""A region with nothing but the files that the guide tells one to write, and one made up: plain questions of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.commands.evaluation import Wanted, evaluate
from bot.commands.faults import Mendable
from bot.service import Serving, answer_turns, open_serving
from bot.settings import load_settings
from indexer.publish import ensure
from tests.conftest import ROOT

REGIONS = {"sjolandet": ROOT / "docs" / "exempel-region", "norrskog": Path(__file__).parent / "norrskog"}
TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Serving]]:
    """Both regions, ready to answer."""
    folder = tmp_path_factory.mktemp("plain")
    opened = {name: open_serving(ensure(path, folder / name).path) for name, path in REGIONS.items()}
    yield opened
    for serving in opened.values():
        serving.served.close()


def one(serving: Serving, *turns: str, on: date = TODAY) -> Answer:
    return answer_turns(serving, list(turns), None, on)[-1]


SAID = [
    # An agreement that has no definition is told from its own fields.
    ("sjolandet", "Vad är äldreavtalet?", "definition", "är en överenskommelse mellan Region Sjölandet"),
    ("norrskog", "Vilka parter ingår i länsöverenskommelse hjälpmedel?", "definition", "länets sex kommuner"),
    # A year or a month is the time that is asked about.
    ("sjolandet", "Gäller äldreavtalet 2027?", "validity", "Ja, Länsavtalet äldre gäller 2027"),
    ("sjolandet", "Gäller äldreavtalet under 2028?", "validity", "Delvis. "),
    ("sjolandet", "Gäller äldreavtalet i mars 2028?", "validity", "Osäkert. "),
    ("norrskog", "Gäller länsöverenskommelsen för äldre 2027?", "validity", "t.o.m. 2028-03-31"),
    # A single decision is told by who and when.
    ("sjolandet", "Vem beslutade om äldreavtalet?", "validity", "Parterna var för sig beslutade"),
    ("sjolandet", "När beslutades äldreavtalet?", "validity", "2025-02-11"),
    # Without an inventory it is counted who has answered.
    ("sjolandet", "Hur många kommuner har ett lokalt avtal?", "local", "1 av 2 kommuner"),
    ("sjolandet", "Hur många kommuner har ett lokalt avtal?", "local", "Inget svar: Södersjö"),
    ("sjolandet", "Hur många kommuner finns det?", "local", "2 kommuner i Sjölandet"),
    ("sjolandet", "Vilka kommuner ingår?", "local", "Södersjö"),
    ("sjolandet", "Hur många anställda har kommunen?", "unknown", "Det vet jag inte"),
    # A detail of a body stands in its definition, or at its step.
    ("sjolandet", "Hur ofta möts Ledningsforum?", "definition", "Ledningsforum: Det möts varje kvartal."),
    ("sjolandet", "Hur ofta möts Samverkansenheten?", "definition", "står inte i mina källor"),
    ("norrskog", "Vem sitter i chefsforum?", "definition", "Cheferna för äldreomsorgen"),
    ("norrskog", "Vem avgör en tvist?", "escalation", "Sist avgör Samverkansrådet"),
    # Either or is answered with who.
]


@pytest.mark.parametrize(("region", "text", "kind", "says"), SAID, ids=[f"{text} {says}" for _, text, _, says in SAID])
def test_plain_questions_are_answered(served: dict[str, Serving], region: str, text: str, kind: str, says: str) -> None:
    """What the region's files say is told, and only that."""
    answer = one(served[region], text)
    assert (answer.kind, says in answer.text) == (kind, True), answer.text


def test_each_next_step_is_one_further(served: dict[str, Serving]) -> None:
    """From the whole route one goes on to the second step, and then to the third."""
    turns = ["Hur tar vi en tvist vidare?", "vad är nästa steg?", "och sen?"]
    told = [one(served["norrskog"], *turns[:number]).lead for number in (2, 3)]
    assert told == ["Nästa steg är Chefsforum äldre.", "Nästa steg är Samverkansrådet."]


def test_what_was_never_extended_is_not_asked_why(served: dict[str, Serving]) -> None:
    """The suggestion is left out where there is one decision, and kept where there are more."""
    assert not any("förlängdes" in text for text in one(served["sjolandet"], "Gäller äldreavtalet?").suggestions)
    extended = one(served["norrskog"], "Gäller länsöverenskommelsen för äldre?")
    assert any("förlängdes" in text for text in extended.suggestions)


def test_the_day_before_the_decision_nobody_has_decided(served: dict[str, Serving]) -> None:
    """Who decided is not known before it was."""
    text = "Vem beslutade om äldreavtalet?"
    assert one(served["sjolandet"], text, on=date(2025, 2, 10)).lead.startswith("Det vet jag inte.")


def test_danger_alone_suggests_no_dispute(served: dict[str, Serving]) -> None:
    """Nothing draws the eye from 112."""
    answer = one(served["sjolandet"], "Han andas inte")
    assert (answer.kind, answer.suggestions) == ("urgent", ())


def test_a_municipality_without_a_contact_is_asked_itself(served: dict[str, Serving]) -> None:
    """No office is named that the region has not."""
    text = one(served["sjolandet"], "Har Norrsjö ett lokalt avtal?").text
    assert "Fråga kommunen i Norrsjö eller Samverkansenheten" in text


def test_cases_of_another_region_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases asked from a municipality that the region lacks are no fault of Lotsen's."""
    monkeypatch.setenv("LOTSEN_KNOWLEDGE", str(REGIONS["sjolandet"]))
    monkeypatch.setenv("LOTSEN_DATA", str(tmp_path))
    with pytest.raises(Mendable, match="annan region än Sjölandet"):
        evaluate(load_settings(ROOT), ROOT / "tests" / "questions", Wanted())
