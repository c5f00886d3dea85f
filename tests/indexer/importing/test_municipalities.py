"""Tables of municipalities of many shapes: the answers, and the status where the first sentence says it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from indexer.importing.document import Document, Paragraph, Spot
from indexer.importing.drafts import LocalDraft
from indexer.importing.lokstatus import reported
from indexer.importing.municipalities import local_drafts
from knowledge.loader import load
from knowledge.messages import sentences_of
from knowledge.model import Knowledge
from tests.indexer.importing.written import document, table

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
CASES = yaml.safe_load((HERE / "municipalities.yaml").read_text("utf-8"))["cases"]
SEEDS = Path(os.environ.get("LOTSEN_TEST_SEEDS", ROOT.parent / "shared" / "seeds"))

ANSWERS = {
    "Nej": "nej",
    "Nej. Den är under framtagande.": "nej",
    "Nej, ett utkast har tagits fram men delar saknas.": "nej",
    "Vi har inte tecknat någon överenskommelse men har påbörjat arbetet.": "nej",
    "Det har ännu inte tecknats någon lokal överenskommelse hos oss.": "nej",
    "Kommunen saknar LÖK.": "nej",
    "Det finns ingen LÖK.": "nej",
    "Inget arbete har påbörjats.": "nej",
    "Finns ej": "nej",
    "Ja": "ja",
    "JA.": "ja",
    "x": "ja",
    "Ja, en överenskommelse finns framtagen": "ja",
    "Vi har tecknat en lokal överenskommelse. Nej, inte om barn.": "ja",
    "Överenskommelsen är undertecknad av båda parter.": "ja",
    "Lokal överenskommelse finns och revideras just nu.": "ja",
    "Tecknad våren 2023": "ja",
    "2024-05-01": "ja",
    "Arbetet med en lokal överenskommelse pågår.": "pagar",
    "Styrgruppen jobbar med att ta fram en lokal överenskommelse.": "pagar",
    "Under framtagande": "pagar",
    "Utkast finns": "pagar",
    "Arbetet är påbörjat men LÖK:en är inte undertecknad.": "pagar",
    "Saknar rapport från kommunen": "ingen-uppgift",
    "Svar saknas": "ingen-uppgift",
    "Har ej svarat": "ingen-uppgift",
    "–": "ingen-uppgift",
    "": "ingen-uppgift",
    "Ja/Nej": None,
    "Ja, arbetet pågår.": None,
    "Delvis": None,
    "Vet inte.": None,
    "Osäkert, ingen överenskommelse har hittats.": None,
    "?": None,
    "Målet är att LÖK:en ska vara tecknad i höst.": None,
    "Området kommer att tas in i en annan överenskommelse nästa år.": None,
    "En lokal överenskommelse är framtagen men inte beslutad.": None,
    "Det finns en styrgrupp. Ja, vi har en LÖK.": None,
    "Vi gjorde ett försök 2020.": None,
}


@pytest.fixture(scope="session")
def known(knowledge: Knowledge) -> dict[str, Knowledge]:
    """The knowledge of Dalarna, of a small region, and of a region that has nothing yet."""
    empty = knowledge.model_copy(update={"bodies": {}, "routes": {}, "municipalities": {}, "agreements": {}})
    return {"dalarna": load(ROOT / "knowledge" / "dalarna"), "liten": knowledge, "tom": empty}


def status_of(draft: LocalDraft) -> str:
    return draft.status.value if draft.status else "osaker"


def codes(draft: LocalDraft) -> set[str]:
    return {doubt.code for doubt in draft.doubts}


@pytest.mark.parametrize(("text", "status"), ANSWERS.items(), ids=[text or "tomt" for text in ANSWERS])
def test_the_first_sentence_of_an_answer_gives_the_status(text: str, status: str | None) -> None:
    """No goes before yes, and what the first sentence does not say is unsure, with a doubt that says so."""
    found = reported(text)
    assert (found.status.value if found.status else None) == status
    assert ("local-unsure" in {doubt.code for doubt in found.doubts}) == (status is None)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_each_municipality_of_a_table_becomes_a_draft(case: dict[str, Any], known: dict[str, Knowledge]) -> None:
    """Municipalities as rows or columns, known or new, give their answers in the table's order; other tables none."""
    drafts = local_drafts(document(case["text"]), known[case.get("knowledge", "dalarna")])
    assert [(draft.name, draft.municipality) for draft in drafts] == [
        (one["name"], one["id"]) for one in case["drafts"]
    ]
    for draft, expected in zip(drafts, case["drafts"], strict=True):
        assert (draft.name, status_of(draft)) == (expected["name"], expected["status"])
        assert [reply.text for reply in draft.replies] == [str(text) for text in expected["replies"]]
        assert draft.agreement == expected.get("agreement", draft.agreement)
        if "observed" in expected:
            assert draft.observed == str(expected["observed"])
        assert codes(draft) >= set(expected.get("doubts", ()))
        assert not codes(draft) & set(expected.get("no_doubts", ()))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_answer_has_a_place_and_every_doubt_a_sentence(case: dict[str, Any], known: dict[str, Knowledge]) -> None:
    """An editor sees from which cell each answer comes, and reads in Swedish what is unsure."""
    for draft in local_drafts(document(case["text"]), known[case.get("knowledge", "dalarna")]):
        assert all(reply.spot.cell for reply in draft.replies)
        for doubt in draft.doubts:
            assert f"import.doubt.{doubt.code}" in sentences_of("importing")
            assert not str(doubt).startswith("import.doubt")


@pytest.mark.parametrize(
    ("line", "name", "observed", "doubt"),
    [
        ("Sammanställning av enkätsvar, 2022-11-15", "svar", "2022-11-15", None),
        ("Svar från kommunerna hösten 2022", "svar", "2022", None),
        ("Utskick 2022-09-01 och påminnelse 2022-10-01", "svar", None, "local-many-observed"),
        ("Överenskommelsen gäller från 2021-07-01", "svar", None, "local-no-observed"),
        ("Lokala överenskommelser", "lok_2023-04.docx", "2023-04", "local-observed-name"),
    ],
    ids=["dag", "årstid", "flera-dagar", "giltighet-är-ingen-svarsdag", "filens-namn"],
)
def test_the_day_of_the_answers_is_what_the_head_of_the_document_says(
    line: str, name: str, observed: str | None, doubt: str | None, known: dict[str, Knowledge]
) -> None:
    """One day above the table is when the municipalities answered; where it is not said, that is doubted."""
    text = f"{line}\n\n| Kommun | Har ni LÖK? |\n| Falun | Ja |\n| Mora | Nej |"
    for draft in local_drafts(document(text, name), known["dalarna"]):
        assert draft.observed == observed
        assert codes(draft) == ({doubt} if doubt else set())


SURVEY = {
    "avesta": "nej",
    "borlange": "nej",
    "falun": "nej",
    "gagnef": "ja",
    "hedemora": "ingen-uppgift",
    "leksand": "pagar",
    "ludvika": "pagar",
    "malung-salen": "ingen-uppgift",
    "mora": "ja",
    "orsa": "ingen-uppgift",
    "rattvik": "pagar",
    "smedjebacken": "nej",
    "sater": "osaker",
    "vansbro": "nej",
    "alvdalen": "ja",
}


def survey() -> Document:
    """The survey of the source documents: each cell begins with a tab on a line of its own, seven in a row."""
    found = sorted(SEEDS.glob("002_*.txt"))
    if not found:
        if os.environ.get("CI"):
            pytest.fail(f"the source documents are missing: {SEEDS}")
        pytest.skip(f"the source documents are not in {SEEDS}")
    cells = [" ".join(cell.split()).replace("|", "/") for cell in f"\n{found[0].read_text('utf-8')}".split("\n\t")[1:]]
    cells += [""] * (-len(cells) % 7)
    rows = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    spot = Spot(block=1)
    text = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    head = Paragraph("Enkätsvar", Spot(block=0))
    return Document("enkät", "text", "0" * 64, (head, table(text, spot)))


def test_the_survey_gives_fifteen_municipalities_with_six_answers_each(known: dict[str, Knowledge]) -> None:
    """All answers are there, also the empty ones, and the status is what the first sentence says."""
    drafts = local_drafts(survey(), known["dalarna"])
    assert {draft.municipality: status_of(draft) for draft in drafts} == SURVEY
    assert {len(draft.replies) for draft in drafts} == {6}
    empty = {draft.municipality: [not reply.text for reply in draft.replies] for draft in drafts}
    assert empty["orsa"] == [False, True, True, True, True, True]
    assert empty["gagnef"] == [False, False, False, False, True, True]
    assert empty["falun"] == [False] * 6


def test_the_survey_needs_no_knowledge_of_the_municipalities(known: dict[str, Knowledge]) -> None:
    """A new region gets the same answers, by the head of the column alone."""
    drafts = local_drafts(survey(), known["tom"])
    assert [status_of(draft) for draft in drafts] == list(SURVEY.values())
    assert {draft.municipality for draft in drafts} == {None}
