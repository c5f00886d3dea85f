"""What an imported document says is quoted where nothing reviewed fits, and only there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

import pytest

from bot.answer import Answer, Quote
from bot.evaluate import Case
from bot.render.card import SIZE_LIMIT, render_card, size
from bot.render.html import render_html
from bot.service import Serving, answer_turns, open_serving
from indexer.publish import ensure
from knowledge.model import Kind
from tests.command import copied_knowledge
from tests.fakes import TODAY

DOCUMENTS = """
sources:
  - {id: lokalrutin, title: Rutin för lokaler, label: 'Rutin för lokaler, 2024-03', date: 2024-03, standing: primary}
  - {id: gammal-rutin, title: Gamla rutinen, label: Gamla rutinen, standing: historic}
  - {id: utkastet, title: Utkastet, label: Utkastet, standing: secondary}
  - {id: underlaget, title: Underlaget, label: Underlaget, standing: secondary}
documents:
  - id: lokalrutin
    title: Rutin för lokaler
    status: gallande
    source: lokalrutin
    agreement: rok-missbruk
    imported: 2024-05-02
    file: lokaler.docx
    digest: a1
    passages:
      - id: u-1
        locator: sida 2, Parkering
        heading: Parkering
        text: Parkeringen vid vårdcentralen sköts av fastighetsbolaget. Besökare ska registrera bilen i receptionen.
      - id: u-2
        locator: sida 3, Passerkort
        heading: Passerkort
        text: |-
          Passerkort beställs av enhetschefen hos vaktmästeriet. Blanketten ligger i pärmen.
          Ett borttappat passerkort <b>spärras</b> samma dag.
          Det betalas av [enheten](http://example.org), ur dess egen budget.
      - id: u-3
        locator: sida 4, Boende
        heading: Bemötande
        text: Var lugn och visa respekt. Skyddat boende och snöröjning kan vara en utmaning i ett äldre hus.
  - id: gammal-rutin
    title: Gamla rutinen
    status: historisk
    source: gammal-rutin
    imported: 2025-01-01
    file: gammal.pdf
    digest: b2
    passages:
      - {id: u-1, locator: sida 1, text: Projektorn lånas ut av registratorn på tredje våningen.}
  - id: utkastet
    title: Utkastet
    status: utkast
    source: utkastet
    imported: 2025-01-01
    file: utkast.pdf
    digest: c3
    passages:
      - {id: u-1, locator: sida 1, text: Kaffemaskinen rengörs av vaktmästeriet.}
  - id: underlaget
    title: Underlaget
    status: underlag
    source: underlaget
    imported: 2025-01-01
    file: underlag.pdf
    digest: d4
    passages:
      - {id: u-1, locator: sida 1, text: Kopiatorn lagas av vaktmästeriet.}
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The real knowledge with made-up documents of every status."""
    region = copied_knowledge(tmp_path_factory.mktemp("kunskap"))
    (region / "importerat").mkdir()
    (region / "importerat" / "rutiner.yaml").write_text(DOCUMENTS, "utf-8")
    ensured = ensure(region, tmp_path_factory.mktemp("data"))
    assert not ensured.problems
    opened = open_serving(ensured.path)
    yield opened
    opened.served.close()


def ask(serving: Serving, *turns: str, on: date = TODAY) -> Answer:
    return answer_turns(serving, list(turns), None, on)[-1]


QUOTED = {
    "ett ord som inget annat har": ("passerkort?", "lokalrutin/u-2"),
    "med en fråga": ("Vem beställer passerkort?", "lokalrutin/u-2"),
    "två meningar i rad": ("Beställs passerkort med en blankett?", "lokalrutin/u-2"),
    "det som annars ligger utanför": ("Vad gäller för parkeringen vid vårdcentralen?", "lokalrutin/u-1"),
    "ett historiskt dokument": ("Vem lånar ut projektorn?", "gammal-rutin/u-1"),
    "efter en annan fråga": (
        "Vem ansvarar för abstinensvård?|Hur spärras ett borttappat passerkort?",
        "lokalrutin/u-2",
    ),
}


@pytest.mark.parametrize(("asked", "fact"), QUOTED.values(), ids=QUOTED)
def test_a_passage_that_has_all_the_words_is_quoted(asked: str, fact: str, imported: Serving) -> None:
    """The reply is of kind passage, names the document and that nobody has reviewed it, and cites the place."""
    reply = ask(imported, *asked.split("|"))
    document = imported.served.knowledge.documents[fact.partition("/")[0]]
    assert (reply.kind, reply.facts) == (Kind.PASSAGE, (fact,))
    assert document.title in reply.lead and "inte granskat" in reply.lead and len(reply.lead) <= 140
    (citation,) = reply.citations
    assert citation.source == document.source and citation.locator in reply.text


SILENT = {
    "ett ord saknas": "Vem betalar hyran för passerkort?",
    "en annan kommun": "Vem ansvarar för parkeringen i Falun?",
    "ett verb saknas": "Vem skaffar passerkort?",
    "ordet nämns bara i förbigående": "Vem ansvarar för boende?",
    "ordet nämns bara i förbigående, utanför": "Vad gäller för snöröjningen?",
    "bara ett utkast har det": "Vem rengör kaffemaskinen?",
    "bara ett underlag har det": "Vem lagar kopiatorn?",
    "inget ämne": "Vem ansvarar?",
}


@pytest.mark.parametrize("asked", SILENT.values(), ids=SILENT)
def test_a_passage_that_lacks_a_word_is_not_quoted(asked: str, imported: Serving) -> None:
    """What is left unexplained, only mentioned, or for editors alone is no answer."""
    reply = ask(imported, asked)
    assert reply.kind in (Kind.UNKNOWN, Kind.CLARIFY) and not reply.citations


def test_a_yes_no_question_is_not_answered_yes_by_a_passage(imported: Serving) -> None:
    """Nobody has judged what the text says, so the reply begins with Osäkert."""
    assert ask(imported, "Sköter fastighetsbolaget parkeringen?").lead.startswith("Osäkert.")


def test_a_historic_document_says_so_first(imported: Serving) -> None:
    """Before the quote stands that it may no longer hold; a document in force says how long its agreement does."""
    old, new = ask(imported, "Vem lånar ut projektorn?"), ask(imported, "Vem beställer passerkort?")
    assert "historiskt" in old.text.splitlines()[0] and old.agreement is None
    assert new.agreement == "rok-missbruk" and "2027-06-30" in new.text


@pytest.mark.parametrize(
    ("asked", "day", "kind"),
    [
        ("Vem beställer passerkort?", date(2024, 3, 30), Kind.UNKNOWN),
        ("Vem beställer passerkort?", date(2024, 3, 31), Kind.PASSAGE),
        ("Vem lånar ut projektorn?", date(2024, 12, 31), Kind.UNKNOWN),
        ("Vem lånar ut projektorn?", date(2025, 1, 1), Kind.PASSAGE),
    ],
)
def test_a_document_counts_from_its_day(asked: str, day: date, kind: Kind, imported: Serving) -> None:
    """It is known from the last day of its date, without one from the day of its import."""
    assert ask(imported, asked, on=day).kind is kind


def test_in_danger_nothing_unreviewed_is_told(imported: Serving) -> None:
    """112 comes alone, without what a document happens to say."""
    reply = ask(imported, "Han har tagit en överdos och andas inte! Vem beställer passerkort?")
    assert reply.kind is Kind.URGENT and not reply.citations


def test_the_quote_is_whole_and_escaped_wherever_it_is_shown(imported: Serving) -> None:
    """Text, card and page show all of the passage; nothing in it becomes markup or a link."""
    reply = ask(imported, "Hur spärras ett borttappat passerkort?")
    (quote,) = [block for block in reply.blocks if isinstance(block, Quote)]
    assert all(line in reply.text for line in quote.lines) and quote.heading in reply.text
    card = render_card(reply, imported.served.knowledge.sentences.__getitem__)
    body = json.dumps(card["body"], ensure_ascii=False)
    assert size(card) <= SIZE_LIMIT and "borttappat passerkort" in body and "[enheten](" not in body
    page = render_html(reply, imported.served.knowledge.sentences.__getitem__)
    assert "<blockquote>" in page and "<b>spärras" not in page and "&lt;b&gt;spärras" in page


def test_what_is_reviewed_is_answered_as_before(imported: Serving, serving: Serving, questions: list[Case]) -> None:
    """Documents take nothing from curated answers: only what was unknown may become a passage."""
    for case in questions[::9]:
        before = answer_turns(serving, list(case.turns), case.profile, case.on)
        after = answer_turns(imported, list(case.turns), case.profile, case.on)
        for one, other in zip(before, after, strict=True):
            if other.kind is Kind.PASSAGE:
                assert one.kind is Kind.UNKNOWN, case.id
                break  # what follows leans on another answer
            assert (one.kind, one.lead, one.facts, one.blocks) == (other.kind, other.lead, other.facts, other.blocks), (
                case.id
            )
