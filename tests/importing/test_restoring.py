"""Swedish letters that a scan has lost: restored where they are lost, and nothing else is touched."""

from __future__ import annotations

import random
import re
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.importing.document import Cell, Document, Paragraph, Spot, Table
from indexer.importing.prose import texts_of
from indexer.importing.restoring import restored
from indexer.importing.wording import words
from knowledge.loader import load
from knowledge.messages import PACKAGED, sentences_of
from tests.importing.scans import FACIT, Tally, damaged, document, seed, tally, text_of

TUNED = "# sida 3"
"""Before this line the restorer was tuned on the typed text; what follows was not looked at."""
BAD_SCAN = (
    "Kommunen och regionen ansvarar tillsammans for att varden och omsorgen hanger ihop for den enskilde.\n"
    "Overenskommelsen galler fran 2027-01-01 och f6ljs upp arligen av férvaltningarna, som ocksa sakerstaller\n"
    "att medarbetarna kanner till den. Fragor som ror bade halso- och sjukvarden och socialtjansten hanteras gemensamt."
)
ENGLISH = (
    "The quality of care for people with such needs depends on how far the services are able to work together.",
    "Man made harm and value for money are matters for the board, and over time all take part in the planning.",
)
UNTOUCHED = (
    "anders.malm@falun.se",
    "https://www.regiondalarna.se/plus/vard/rok/barn-och-unga/",
    "www.vardforbundet.se/foraldrar",
    "vardplan/mall.docx",
    "RSS LCHNV VIP HVB LARO LVM BUP SOU 2021:93 SFS 2025:400",
    "2027-06-30 30e 30:e 4b A4 B12 kl. 10.00 16 kap. 4 § bl.a. t.ex. s.k.",
    "Dalarna Falun Mora Malung Vansbro Orsa Gagnef Leksand Hedemora",
    "samverkan kommunen regionen styrgruppen uppdraget verksamheter struktur begrepp implementering",
)
MENDED = {
    "f6r": "för",
    "fér": "för",
    "stdd": "stöd",
    "processtdd": "processtöd",
    "I6per": "löper",
    "|6pande": "löpande",
    "Overgripande": "Övergripande",
    "OVERENSKOMMELSE": "ÖVERENSKOMMELSE",
    "samverkansdverenskommelser": "samverkansöverenskommelser",
    "omséatter": "omsätter",
    "utgdéra": "utgöra",
    "Detregionala": "Det regionala",
    "ROK": "RÖK",
    "ROK:arnas": "RÖK:arnas",
    "LOK:ar": "LÖK:ar",
    "Smedjebacken": "Smedjebacken",
    "Alvdalen": "Älvdalen",
    "Rattvik": "Rättvik",
}


@cache
def texts() -> tuple[str, ...]:
    return tuple(texts_of(load(PACKAGED / "dalarna")))


def prose() -> list[str]:
    """Return sentences of the bot that stand as they are said."""
    said = sentences_of("messages") | sentences_of("replies") | sentences_of("onboarding")
    return [text for text in said.values() if not set("{|<") & set(text) and len(text.split()) > 3]


def read(scan: str) -> Document:
    return document(part for part in re.split(r"\n\s*\n", scan) if part.strip())


def mend(*lines: str) -> list[str]:
    """Return lines as they read after a bad scan has been restored in which they stand."""
    return [paragraph.text for paragraph in restored(document([BAD_SCAN, *lines]), texts()).paragraphs][1:]


def typed() -> tuple[list[str], list[str]]:
    """Return the lines that were typed out by hand, of the pages that were tuned on and of the others."""
    before, after = FACIT.read_text("utf-8").split(TUNED)
    tuned, other = ([line for line in part.splitlines() if line and line[0] != "#"] for part in (before, after))
    return tuned, other


@cache
def held_against_the_typed_pages() -> tuple[Tally, Tally]:
    scan = read(seed("003"))
    (tuned, other), was, now = typed(), text_of(scan), text_of(restored(scan, texts()))
    middle = len(tuned)
    return tally(was[:middle], now[:middle], tuned), tally(was[middle:], now[middle:], other)


@pytest.mark.parametrize("part", [0, 1], ids=["pages tuned on", "other pages"])
def test_a_page_typed_out_by_hand(part: int) -> None:
    """At least 95 of 100 damaged words become right, and not one sound word is spoilt."""
    counted = held_against_the_typed_pages()[part]
    assert counted.right + len(counted.wrong) > 140 and counted.sound > 300
    assert counted.share >= 0.95, counted.wrong
    assert not counted.spoilt


@pytest.mark.parametrize("number", ["001", "002"])
@pytest.mark.parametrize("chance", range(3))
def test_other_texts_damaged_at_random(number: str, chance: int) -> None:
    """The same holds for other documents that lose all their Swedish letters; 2 sound words of 1,000 may be spoilt."""
    lines = [line for line in seed(number).splitlines() if line.strip()]
    scan = [damaged(line, random.Random(f"{chance}{line}")) for line in lines]
    now = [paragraph.text for paragraph in restored(document(scan), texts()).paragraphs]
    counted = tally(scan, now, lines)
    assert counted.share >= 0.95, counted.wrong
    assert len(counted.spoilt) <= counted.sound / 500, counted.spoilt


@pytest.mark.parametrize("chance", range(3))
def test_short_sentences_damaged_at_random(chance: int) -> None:
    """Without any texts to lean on, 9 of 10 words of what Lotsen says itself become right."""
    lines = [line for text in prose() for line in text.splitlines() if line]
    scan = [damaged(line, random.Random(f"{chance}{line}")) for line in lines]
    now = [paragraph.text for paragraph in restored(document(scan)).paragraphs]
    counted = tally(scan, now, lines)
    assert counted.right > 200
    assert counted.share >= 0.9, counted.wrong
    assert len(counted.spoilt) <= counted.sound / 300, counted.spoilt


@pytest.mark.parametrize("was", MENDED)
def test_a_word_in_a_bad_scan(was: str) -> None:
    """Signs that stand for Swedish letters, glued words, abbreviations and capitals become what they were."""
    assert mend(f"Det handlar om {was} i arbetet.") == [f"Det handlar om {MENDED[was]} i arbetet."]


@pytest.mark.parametrize("text", [*UNTOUCHED, *ENGLISH])
def test_what_a_bad_scan_has_read_rightly(text: str) -> None:
    """Addresses, dates, abbreviations, names, sound words and English stay as they are in a damaged document."""
    assert mend(text) == [text]


def test_points_of_lists() -> None:
    """Points that were read as letters are points again, and a bar that was an I is an I."""
    items = (
        "e Att arbeta tillsammans.\no Samverkan i vardagen.\n¢ Nationella krav.\nDet slutar. | december var det klart."
    )
    right = items.replace("e Att", "• Att").replace("o Sam", "• Sam").replace("¢", "•").replace("|", "I")
    assert mend(items) == [right]


def test_a_bar_between_columns_is_no_letter() -> None:
    """A line with several bars is a table."""
    assert mend("Namn | datum | ort") == ["Namn | datum | ort"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([text for text in texts() if " " in text and len(text) > 30]), min_size=1, max_size=30))
def test_sound_text_is_unchanged(paragraphs: list[str]) -> None:
    """Whatever of the knowledge a document is made of, it comes back as the same object."""
    sound = document(paragraphs)
    assert restored(sound) is sound


@pytest.mark.parametrize(
    "paragraphs",
    [ENGLISH * 8, (*prose()[:40], *ENGLISH * 20), ("RSS LCHNV VIP HVB " * 30,), ("",), ()],
    ids=["English", "mostly English", "abbreviations", "empty", "nothing"],
)
def test_documents_that_no_scan_has_damaged(paragraphs: tuple[str, ...]) -> None:
    """Few Swedish letters do not make a damaged document: there must be words that are none."""
    sound = document(paragraphs)
    assert restored(sound, texts()) is sound


@pytest.mark.parametrize("number", ["000", "001", "002", "004"])
def test_real_documents_that_are_sound(number: str) -> None:
    """A document that was not scanned comes back as the same object."""
    sound = read(seed(number))
    assert restored(sound, texts()) is sound


def test_a_sound_page_beside_a_bad_scan() -> None:
    """Pages are judged one by one: what looks lost on a sound page was never there."""
    sound = "Här har vi valt ord som finns både med och utan prickar: man har mål och malar mal. " * 8
    pages = (Paragraph(sound, Spot(page=1)), Paragraph(BAD_SCAN * 2, Spot(page=2)))
    now = restored(Document("a.pdf", "pdf", "0" * 64, pages), texts())
    assert now.blocks[0] == pages[0]
    assert now.restored is not None and {word.block for word in now.restored.words} == {1}


def test_what_is_told_of_each_word() -> None:
    """Each mended word stands where it is said to stand, before and after, and the original is kept."""
    scan = document([BAD_SCAN, "o Mal fér varden", "Inget att laga"])
    now = restored(scan, texts())
    assert now.restored is not None and now.restored.original == scan.blocks
    for at, (was, mended) in enumerate(zip(scan.paragraphs, now.paragraphs, strict=True)):
        text, shift = mended.text, 0
        for word in [word for word in now.restored.words if word.block == at]:
            start = word.start + shift
            assert text[start : start + len(word.now)] == word.now and 0 < word.sure < 1
            text, shift = text[:start] + word.was + text[start + len(word.now) :], shift + len(word.was) - len(word.now)
        assert text == was.text


def test_words_that_could_be_either_are_unsure() -> None:
    """Where two words fit, the editor is told to look, also at one that was left; where only one does, not."""
    now = restored(document([BAD_SCAN, "Manga lan betalas. Alla har bor kvar."]), texts())
    assert now.restored is not None
    assert {"lan", "bor"} <= {word.was for word in now.restored.unsure}
    assert [word.now for word in now.restored.left] == ["bor"]
    assert now.blocks[1] == Paragraph("Många län betalas. Alla har bor kvar.", Spot(block=1))
    clear = {word.was: word.sure for word in now.restored.words}
    assert clear["sakerstaller"] > 0.95 < clear["varden"]


def test_tables_are_restored_too() -> None:
    """Cells are mended in their places; a merged cell counts once; places name the mended heading."""
    spot = Spot(heading="Malgrupper", cell="A1")
    cells = (Cell("Overgripande mal", spot), Cell("Overgripande mal", spot, covered=True), Cell("x", spot))
    blocks = (
        Paragraph(BAD_SCAN, Spot()),
        Paragraph("Malgrupper", Spot(heading="Malgrupper"), level=1),
        Table((cells,), spot),
    )
    now = restored(Document("a.pdf", "pdf", "0" * 64, blocks), texts())
    assert [table.texts for table in now.tables] == [(("Övergripande mål", "Övergripande mål", "x"),)]
    places = [now.blocks[1].spot, now.blocks[2].spot, *(cell.spot for cell in next(now.tables).rows[0])]
    assert {place.heading for place in places} == {"Målgrupper"}
    assert now.restored is not None and [word.now for word in now.restored.words if word.block == 2] == [
        "Övergripande",
        "mål",
    ]


def test_progress_is_told() -> None:
    """Whoever waits for a long document sees how far it has come."""
    seen: list[tuple[int, int]] = []
    restored(document([BAD_SCAN, "fér varden"]), texts(), lambda done, of: seen.append((done, of)))
    assert seen == [(1, 2), (2, 2)]


def test_no_phrase_of_the_typed_page_helps() -> None:
    """The phrases that tell words apart are Swedish in general: none longer than two words stands in the test page."""
    page = " ".join(FACIT.read_text("utf-8").lower().split())
    assert not [phrase for phrase in words("phrases") if len(phrase.split()) > 2 and phrase in page]
