"""Personal data is masked in all of a document; places, bodies, agreements and products are left."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.importing.document import Cell, Document, Paragraph, Spot, Table
from indexer.importing.masking import masked
from indexer.importing.reading import read_file
from knowledge.loader import load
from knowledge.model import Knowledge
from tests.indexer.importing.office import text

REGION = Path(__file__).parents[3] / "knowledge" / "dalarna"
SEEDS = Path(os.environ.get("LOTSEN_TEST_SEEDS", Path(__file__).parents[4] / "shared" / "seeds"))


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return load(REGION)


def mask(content: str, knowledge: Knowledge) -> str:
    """Return one paragraph masked."""
    (block,) = masked(Document("a", "text", "", (Paragraph(content, Spot()),)), knowledge).blocks
    assert isinstance(block, Paragraph)
    return block.text


HIDDEN = {
    "first and last name": ("Kontakta Anna Berg i kommunen.", "Kontakta [namn] i kommunen."),
    "unlisted names": ("Godkänd av Tjorven Melkersdotter, enhetschef.", "Godkänd av [namn], enhetschef."),
    "title after": ("Gunnel Sköldroth Ordförande", "[namn] Ordförande"),
    "in brackets": ("Regionen (Birgitta Ödelång) svarar.", "Regionen ([namn]) svarar."),
    "genitive": ("Enligt Lars Svenssons förslag.", "Enligt [namn] förslag."),
    "initial": ("Enligt uppgift från Karin N kallar vi.", "Enligt uppgift från [namn] kallar vi."),
    "initials first": ("Författare: B.-G. Hallonqvist.", "Författare: [namn]."),
    "listed as authors": ("Hallonqvist, B. (u.å.). Samverkan.", "[namn] (u.å.). Samverkan."),
    "capitals": ("ORDFÖRANDE: KARIN NILSSON", "ORDFÖRANDE: [namn]"),
    "first name alone": ("Det sa Birgitta i går.", "Det sa [namn] i går."),
    "title before": ("Vår enhetschef Hallonqvist svarar.", "Vår enhetschef [namn] svarar."),
    "surname first, in capitals": ("Närvarande: ÖDELÅNG, BIRGITTA", "Närvarande: [namn]"),
    "surname first": ("Närvarande: Ödelång, Birgitta", "Närvarande: [namn]"),
    "after a title cut short": ("Justerat av sekr. Öst i går.", "Justerat av sekr. [namn] i går."),
    "two words after a title cut short": ("Justerat av ordf. Öst Karlsson.", "Justerat av ordf. [namn]."),
    "year of birth": ("Anna Berg (f. 1985) deltog.", "[namn] deltog."),
    "day of birth": ("Anna Berg, född 1985-03-02, deltog.", "[namn], deltog."),
    "three names": ("Maria Lind Ödelång, strateg", "[namn], strateg"),
    "first name that no list has": ("Fråga Anna Berg och Petter Mölkvarn.", "Fråga [namn] och [namn]."),
    "identity number": ("Pnr 19121212-1212.", "Pnr [personnummer]."),
    "phone": ("Telefon: 023-77 70 00", "Telefon: [telefonnummer]"),
    "mail": ("Skriv till a.b@exempel.se.", "Skriv till [e-postadress]."),
    "street": ("Besök oss på Vasagatan 27, 791 71 Falun.", "Besök oss på [adress]."),
    "street in two words": ("Stora vägen 4 B är adressen.", "[adress] är adressen."),
}


@pytest.mark.parametrize(("before", "after"), HIDDEN.values(), ids=HIDDEN)
def test_what_is_personal_is_masked(before: str, after: str, knowledge: Knowledge) -> None:
    """A name, number or address is replaced by what it was."""
    assert mask(before, knowledge) == after


LEFT = [
    "Region Dalarna och Säters sjukhus följer Agenda 2030 och Bättre beroendevård.",
    "Anmälan enligt lex Maria görs av vårdgivaren.",
    "Statistik lämnas till Addiction Severity Index, ASI.",
    "Malung-Sälen, Mora och Orsa har en gemensam styrgrupp.",
    "Överenskommelsen gäller 2027-07-01–2030-06-30, diarienummer RD 2015/181.",
    "Enligt 14 kap. 1 § socialtjänstlagen (2001:453), SFS 2025:400.",
    "Länschefsnätverket och Välfärdsrådet beslutar.",
    "Nationella Vård- och Insatsprogrammet (VIP)",
    "Kostnaden var 1 250 000 kronor för 350 000 invånare.",
    "Region Östergötland och Umeå Universitet deltog.",
    "Se https://www.exempel.se/rapport-20240115-123456.pdf",
]


@pytest.mark.parametrize("sentence", LEFT)
def test_what_is_not_personal_is_left(sentence: str, knowledge: Knowledge) -> None:
    """Places, bodies, laws, registers, dates and sums are no personal data."""
    assert mask(sentence, knowledge) == sentence


def test_a_name_is_masked_wherever_it_stands(knowledge: Knowledge) -> None:
    """In cells, comments, headings and places, in the file's name, and alone once it is known."""
    spot = Spot(heading="Ansvarig: Tjorven Melkersdotter", block=0)
    document = Document(
        "Brev till Tjorven Melkersdotter.docx",
        "docx",
        "",
        (
            Paragraph("Ansvarig: Tjorven Melkersdotter", spot, 1),
            Table(((Cell("Samtal", spot), Cell("Melkersdotter", spot, comment="Fråga Tjorven")),), spot),
        ),
    )
    hidden = masked(document, knowledge)
    assert "Tjorven" not in repr(hidden) and "Melkersdotter" not in repr(hidden)
    assert hidden.masked == 3
    assert hidden.blocks[1].spot.heading == "Ansvarig: [namn]"


def test_a_name_is_masked_in_any_case(knowledge: Knowledge) -> None:
    """In capitals and without any, once it is found; an ordinary word that is a name too keeps its small letter."""
    texts = ("Anna Sten svarar.", "fråga anna sten", "ANNA STEN", "En sten föll.")
    hidden = masked(Document("a", "text", "", tuple(Paragraph(text, Spot()) for text in texts)), knowledge)
    assert [b.text for b in hidden.blocks if isinstance(b, Paragraph)] == [
        "[namn] svarar.",
        "fråga [namn]",
        "[namn]",
        "En sten föll.",
    ]
    others = ("Tjorven Melkersdotter svarar.", "fråga tjorven melkersdotter", "melkersdotter svarar")
    hidden = masked(Document("a", "text", "", tuple(Paragraph(text, Spot()) for text in others)), knowledge)
    assert "elkersdotter" not in repr(hidden) and "jorven" not in repr(hidden)


def test_nobody_is_masked_in_the_knowledge(knowledge: Knowledge) -> None:
    """The knowledge names no person: whatever is masked in its facts would be a mistake."""
    facts = knowledge.facts.values()
    texts = [line for fact in facts for line in (fact.lead, *fact.details)]
    document = Document("a", "text", "", tuple(Paragraph(line, Spot()) for line in texts))
    hidden = masked(document, knowledge)
    assert [b.text for b in hidden.blocks if isinstance(b, Paragraph)] == texts
    assert hidden.masked == 0


def test_a_masked_document_is_the_same_otherwise(knowledge: Knowledge) -> None:
    """Masking changes words, never the places and shape."""
    document = text("# Väg\n\nSteg\tVem\nett\tAnna Berg\n")
    hidden = masked(document, knowledge)
    assert replace(hidden, blocks=(), masked=0) == replace(document, blocks=())
    assert [block.spot for block in hidden.blocks] == [block.spot for block in document.blocks]


def seed(number: str) -> Path:
    """Return one of the documents that were given to try with. They are no part of the project."""
    found = sorted(SEEDS.glob(f"{number}_*"))
    if not found and os.environ.get("CI"):
        pytest.fail(f"{SEEDS} is missing")
    if not found:
        pytest.skip(f"{SEEDS} is missing")
    return found[0]


IN_SEEDS = {"000": 1, "001": 12, "002": 4, "003": 0, "004": 3}
"""How much there is to mask: names, authors of what is quoted, numbers, addresses. Nothing else is masked."""


@pytest.mark.parametrize(("number", "count"), IN_SEEDS.items())
def test_every_person_in_a_real_document_is_masked(number: str, count: int, knowledge: Knowledge) -> None:
    """What is masked was looked at by a person: all are personal, and none is left."""
    hidden = masked(read_file(seed(number)), knowledge)
    assert hidden.masked == count
    assert "@" not in repr(hidden.blocks)


def test_a_survey_in_plain_text_is_one_table(knowledge: Knowledge) -> None:
    """Cells on lines of their own: sixteen rows of seven, the last one cut off."""
    (table,) = read_file(seed("002")).blocks
    assert isinstance(table, Table)
    assert [len(row) for row in table.rows] == [7] * 16
    places = {place.name for place in knowledge.municipalities.values()}
    assert {texts[0] for texts in table.texts[1:]} == places
    assert table.texts[15][2:] == ("",) * 5


def test_a_matrix_by_tabs_is_one_table() -> None:
    """Four actors as columns, fourteen tasks, a line between that is only bold."""
    matrix = max(read_file(seed("001")).tables, key=lambda table: len(table.rows))
    assert [len(row) for row in matrix.rows] == [5] * 16
    assert {text for texts in matrix.texts[2:] for text in texts[1:]} == {"x", ""}
    assert "<b>" not in repr(matrix)
