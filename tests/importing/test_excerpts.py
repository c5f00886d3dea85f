"""A document becomes passages of a size to quote, each with its place."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from indexer.importing.document import Block, Cell, Document, Paragraph, Spot, Table
from indexer.importing.excerpts import MOST, excerpts
from indexer.importing.filing import is_day, title_of, veiled
from knowledge.personal import Vocabulary, contact_details, persons

VOCABULARY = Vocabulary.of(["Primärvård", "Nordregionen"], ["chefen ringer ja och nej enligt planen"])


def document(*blocks: Block, name: str = "Rutin_2024.docx") -> Document:
    return Document(name, "docx", "a1", blocks)


def paragraph(text: str, page: int = 1, heading: str | None = "Kallelse", listed: bool = False) -> Paragraph:
    return Paragraph(text, Spot(page=page, heading=heading), listed=listed)


def table(*rows: tuple[str, ...]) -> Table:
    spot = Spot(page=4, heading="Vem gör vad")
    return Table(tuple(tuple(Cell(text, spot) for text in row) for row in rows), spot)


def test_short_paragraphs_are_joined_within_their_heading_and_page() -> None:
    """What stands under one heading on one page is read together; another page or heading is another passage."""
    found = excerpts(
        document(
            paragraph("Den som kallar bokar lokalen."),
            paragraph("Papperen skickas två veckor före."),
            paragraph("Anteckningar förs alltid."),
            paragraph("Nästa sida börjar här nu.", page=2),
            paragraph("En annan rubrik har sitt.", page=2, heading="Gallring"),
        )
    )
    assert [len(passage.text.splitlines()) for passage in found] == [3, 1, 1]
    assert [passage.locator for passage in found] == ["sida 1, Kallelse", "sida 2, Kallelse", "sida 2, Gallring"]
    assert [passage.heading for passage in found] == ["Kallelse", "Kallelse", "Gallring"]


def test_a_list_stays_with_what_it_belongs_to() -> None:
    """Items of a list follow the sentence before them, also where that is long enough alone."""
    intro = "Det här behöver den som kallar tänka på i god tid före mötet. " * 4
    (found,) = excerpts(
        document(paragraph(intro), paragraph("boka lokalen", listed=True), paragraph("mat", listed=True))
    )
    assert found.text.splitlines()[1:] == ["• boka lokalen", "• mat"]


def test_a_table_is_read_row_by_row_in_words() -> None:
    """Each row says what its columns are called; a cell with a capital is parted, so that it is no person's name."""
    grid = table(("Uppgift", "Primärvård", "Psykiatri"), ("Provtagning", "x", ""), ("Uppföljning", "", "Ja"))
    (found,) = excerpts(document(grid))
    assert found.text == "Provtagning: Primärvård x\nUppföljning: Psykiatri: Ja"
    assert found.locator == "sida 4, Vem gör vad"
    (pairs,) = excerpts(document(table(("Dokumenttyp", "rutin"), ("Fastställd av", "rådet"))))
    assert pairs.text == "Dokumenttyp: rutin\nFastställd av: rådet"


def test_the_same_text_keeps_its_id_and_stands_once() -> None:
    """An id is the text's own: repeated footers become one passage, and what is added before moves no id."""
    footer, other = "Region Nord, sida för lokaler", "Något helt annat står före den."
    (one,) = excerpts(document(paragraph(footer), paragraph(footer, page=2)))
    assert one.id in {
        passage.id for passage in excerpts(document(paragraph(other, heading="Först"), paragraph(footer)))
    }
    assert not excerpts(document(paragraph("12"), paragraph("Tack!")))


@given(
    texts=st.lists(
        st.lists(
            st.sampled_from(["lokalen", "bokas", "i", "god", "tid.", "Sedan", "ringer", "den"]),
            min_size=1,
            max_size=900,
        ),
        min_size=1,
        max_size=6,
    ),
    listed=st.booleans(),
)
def test_nothing_is_lost_and_nothing_is_too_long(texts: list[list[str]], listed: bool) -> None:
    """Whatever the paragraphs are, their words stand in the passages in order, at most so many characters in each."""
    blocks = [paragraph(" ".join(words), heading=str(n), listed=listed) for n, words in enumerate(texts)]
    found = excerpts(document(*blocks))
    assert all(len(passage.text) <= MOST + 2 for passage in found)
    for number, words in enumerate(texts):
        said = " ".join(passage.text for passage in found if passage.heading == str(number)).replace("• ", "")
        # Parts of two words or fewer say nothing, and a text that repeats itself is kept once.
        if said and len(said.split()) == len(words):
            assert said.split() == words
        assert set(said.split()) <= set(words)
        assert said or len(re.findall(r"[^\W\d_]{2,}", " ".join(words))) < 3


def test_what_the_checks_would_refuse_is_hidden() -> None:
    """Names and numbers that are left are hidden by the very rules that check the knowledge."""
    text = veiled("Chefen Anna Andersson ringer, 070-123 45 67, fornamn@example.org. Primärvård x.", VOCABULARY)
    assert text == "Chefen [namn] ringer, [uppgift], [uppgift]. Primärvård x."
    assert not list(persons(text, VOCABULARY)) and not list(contact_details(text))


def test_a_title_is_a_heading_that_reads_as_one() -> None:
    """A numbered or short heading is no title; then the file's name is."""
    numbered = Paragraph("1. Bakgrund till arbetet här", Spot(), level=1)
    whole = Paragraph("Rutin för våra lokaler", Spot(), level=2)
    assert title_of(document(numbered, whole)) == "Rutin för våra lokaler"
    assert title_of(document(numbered, paragraph("Text."))) == "Rutin 2024"


def test_days_may_be_years_and_months() -> None:
    """As sources have them; a day that no calendar has is none."""
    assert all(map(is_day, ("2024", "2024-02", "2024-02-29")))
    assert not any(map(is_day, ("2023-02-29", "2024-13", "20240229", "i dag", "")))
