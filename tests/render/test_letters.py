"""Forms and letters as cards: valid, labelled, small enough, and safe whatever people have written."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.experts import MAX_ANSWER, MAX_QUESTION, MAX_SHOWN, MAX_TOLD
from bot.notices import MOST_LINES
from bot.outreach import (
    EXPERT_ANSWER,
    EXPERT_LATE,
    EXPERT_QUESTION,
    EXPERT_UNDELIVERED,
    EXPERT_UNSENT,
    EXPERT_WAITS,
    NOTICE,
    WEEKLY,
    Enquiry,
    Offer,
    Opened,
    Outcome,
)
from bot.ports import ExpertQuestion, Letter
from bot.render.card import SIZE_LIMIT, render_card
from bot.render.experts import enquiry_card, offer_card, question_card, sent_card, with_offer
from bot.render.fitting import PARAGRAPH, fitted
from bot.render.letters import RENDERERS, render_letter
from knowledge.model import Kind
from tests.adaptive import actions, button, faults, inputs, nodes, size, texts
from tests.fakes import CANNED, sentences

SAY = sentences().__getitem__
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
ENQUIRY = Enquiry("rss", "RSS Dalarna", "", "Vem betalar naloxonsprej?", "Vem betalar […]?", "Det vet jag inte.")
ASKED = ExpertQuestion("q1", "rss", "Vem betalar?", "Det vet jag inte.", date(2026, 11, 19), NOW, NOW)
CONTENT: dict[str, dict[str, Any]] = {
    EXPERT_QUESTION: {"told": "Det vet jag inte.", "place": "BUP i Mora"},
    EXPERT_ANSWER: {"answer": "Kommunen.\nKälla: LOB"},
    EXPERT_LATE: {"turn": "Fråga din närmaste chef."},
    EXPERT_UNSENT: {"turn": "Fråga din närmaste chef."},
    EXPERT_UNDELIVERED: {},
    EXPERT_WAITS: {"of": EXPERT_ANSWER},
    NOTICE: {
        "title": "RÖK HVB är ändrad",
        "lines": ["Ny sista dag."],
        "sources": "Källa: x.",
        "asks": "A?",
        "stops": "B",
    },
    WEEKLY: {
        "title": "Veckans genomgång",
        "parts": [{"heading": "Frågor utan svar (1)", "lines": ["Vem klipper gräset?"]}],
        "more": "Allt finns på sidan.",
    },
}
LIMIT = 25 * 1024
HOSTILE = st.text(alphabet=st.sampled_from("*_`~[]()<>{}#+->\\1.\n\r &; @åab"), min_size=1, max_size=120)


@settings(max_examples=25, deadline=None)
@given(hostile=HOSTILE)
def test_the_weeks_letter_shows_questions_as_they_were_written(hostile: str) -> None:
    """Letter by letter, on a sound card."""
    line = " ".join(hostile.split()) or "x"
    card, _ = render_letter(_letter(WEEKLY, parts=[{"heading": "Frågor", "lines": [line]}]), SAY) or ({}, "")
    assert faults(card) == []
    assert line in {shown for text in texts(card) for shown in text.split(PARAGRAPH)}
    assert not any("{{" in node.get("text", "") or "<at" in node.get("text", "") for node in nodes(card["body"]))


def _letter(what: str, **more: Any) -> Letter:
    content = {"id": "q1", "group": "RSS Dalarna", "question": "Vem betalar?", "day": "2026-11-20"}
    return Letter("k", what, {}, {**content, **CONTENT[what], **more}, NOW)


def test_every_sort_of_letter_is_here() -> None:
    """No sort is rendered that is not looked at below."""
    assert set(RENDERERS) == set(CONTENT)


@pytest.mark.parametrize("what", CONTENT)
def test_a_letter_is_a_sound_card(what: str) -> None:
    """Valid by the schema, in UTF-16 below 25 KB, and the same in plain text."""
    rendered = render_letter(_letter(what), SAY)
    assert rendered is not None
    card, text = rendered
    assert faults(card) == []
    assert size(card) <= LIMIT
    assert card["fallbackText"] == text != ""


def test_an_unknown_letter_is_not_rendered() -> None:
    """What a later program has posted is not guessed at."""
    assert render_letter(Letter("k", "telegram", {}, {}, NOW), SAY) is None


def test_an_answer_says_that_it_is_a_persons_and_not_from_the_sources() -> None:
    """With the group and the day, and nobody's name."""
    _, text = render_letter(_letter(EXPERT_ANSWER), SAY) or ({}, "")
    assert "Skrivet 2026-11-20 av en människa i RSS Dalarna." in text
    assert "inte hämtat ur mina källor" in text


def test_a_notice_says_how_to_stop() -> None:
    """One button shows what holds, the other ends the watch."""
    card, _ = render_letter(_letter(NOTICE), SAY) or ({}, "")
    assert [(one["title"], one["data"]["question"]) for one in actions(card)] == [
        ("Visa vad som gäller", "A?"),
        ("Sluta bevaka", "B"),
    ]


@pytest.mark.parametrize("what", CONTENT)
@settings(max_examples=25, deadline=None)
@given(hostile=HOSTILE)
def test_nothing_that_people_write_is_a_command(what: str, hostile: str) -> None:
    """Markdown, mentions and templates are shown letter by letter, and the card stays valid."""
    written = {key: hostile for key in ("question", "answer", "told", "place") if key in _letter(what).content}
    card, _ = render_letter(_letter(what, **written), SAY) or ({}, "")
    assert faults(card) == []
    for node in nodes(card["body"]):
        if node["type"] == "TextBlock":
            assert "{{" not in node["text"]
            assert "<at" not in node["text"]
    silent = what in (NOTICE, EXPERT_WAITS, WEEKLY)
    lines = set() if silent else {line for line in hostile.splitlines() if line.strip()}
    assert lines <= {line for text in texts(card) for line in text.split(PARAGRAPH)}


CUT = "(Texten är längre än vad ett kort rymmer, och slutar här.)"
COSTLY = st.sampled_from(["\\", '"', "*", "å", "😀", "x\n", "-\n", "1.\n", "[\n", "{{", "<at"])
"""Characters that are more on a card than where they were written, and lines of one."""


def _full(pieces: list[str], limit: int) -> str:
    """Return as much as may be written of what is made of some pieces over and over."""
    return ("".join(pieces) * limit)[:limit]


PIECES = st.lists(COSTLY, min_size=1, max_size=4)


@pytest.mark.parametrize("what", [what for what in CONTENT if what not in (NOTICE, EXPERT_WAITS)])
@settings(max_examples=25, deadline=None)
@given(question=PIECES, told=PIECES, answer=PIECES)
def test_no_letter_is_too_large(what: str, question: list[str], told: list[str], answer: list[str]) -> None:
    """Whatever is written, at full length: the card is below 25 KB, and says where a text had to be cut."""
    written = {
        "question": _full(question, MAX_QUESTION),
        "told": _full(told, MAX_TOLD),
        "answer": _full(answer, MAX_ANSWER),
        "place": "å" * 80,
    }
    rendered = render_letter(_letter(what, **written), SAY)
    assert rendered is not None
    card, text = rendered
    assert faults(card) == []
    assert size(card) <= SIZE_LIMIT
    shown = "\n".join(texts(card)).replace(PARAGRAPH, "\n")
    assert CUT in shown or all(line in shown for line in text.splitlines())
    assert set(inputs(card)) == ({"svar", "kalla"} if what == EXPERT_QUESTION else set())


@pytest.mark.parametrize("lines", [5, 60, 61, 700, 1399])
def test_an_answer_with_many_short_lines_is_shown_whole(lines: int) -> None:
    """One text for each line, or one for all: an element costs more than a line."""
    written = "\n".join(str(number % 10) for number in range(lines))
    card, _ = render_letter(_letter(EXPERT_ANSWER, answer=written), SAY) or ({}, "")
    assert faults(card) == []
    assert size(card) <= SIZE_LIMIT
    assert len(texts(card)) < 80
    assert written in "\n".join(texts(card)).replace(PARAGRAPH, "\n")


@pytest.mark.parametrize("lines", [MOST_LINES, 200])
def test_a_notice_with_long_lines_is_not_too_large(lines: int) -> None:
    """Its buttons stay: what has to be cut stands behind them."""
    card, _ = render_letter(_letter(NOTICE, lines=["ä*" * 1000] * lines, sources="Källor: " + "x" * 5000), SAY) or (
        {},
        "",
    )
    assert faults(card) == []
    assert size(card) <= SIZE_LIMIT
    assert CUT in "".join(texts(card))
    assert len(actions(card)) == 2


@settings(max_examples=60, deadline=None)
@given(question=PIECES, told=PIECES, answer=PIECES, outcome=st.sampled_from(Outcome))
def test_no_form_is_too_large(question: list[str], told: list[str], answer: list[str], outcome: Outcome) -> None:
    """Before it is sent, when it has been sent, open and answered; the field always has all that would be sent."""
    text = _full(question, MAX_QUESTION)
    words = tuple(f"Å{number}" * 12 for number in range(MAX_SHOWN))
    enquiry = Enquiry("rss", "å" * 60, "å" * 60, text, text, _full(told, MAX_TOLD), place="å" * 80, may_show=words)
    asked = {**_fields(ASKED), "question": text, "told": enquiry.told}
    opened = Opened(ExpertQuestion(**asked), "RSS Dalarna", "å" * 80)
    answered = ExpertQuestion(**{**asked, "answer": _full(answer, MAX_ANSWER), "answered_at": NOW})
    shown = enquiry_card(enquiry, "K7Q-2MX", "m" * 16, SAY, changed=True)[0]
    cards = [
        shown,
        sent_card(enquiry, SAY)[0],
        question_card(opened, SAY)[0],
        question_card(Opened(answered, "RSS Dalarna", "å" * 80, outcome, masked=True), SAY)[0],
        offer_card(Offer("Fråga en människa", "å" * 200, text, "K7Q-2MX"), SAY)[0],
    ]
    assert [faults(card) for card in cards] == [[]] * len(cards)
    assert max(size(card) for card in cards) <= SIZE_LIMIT
    whole = "\n".join(texts(shown)).replace(PARAGRAPH, "\n")
    assert CUT in whole or all(line in whole for line in text.splitlines() if line.strip())
    assert inputs(shown)["text"]["value"] == text


@pytest.mark.parametrize("text", ["å" * 600, "x\n" * 300, "😀" * 600, "*" * 600], ids=lambda text: text[:2])
def test_what_would_be_sent_is_shown_whole(text: str) -> None:
    """Where room is short, what Lotsen answered is cut and not the question."""
    enquiry = Enquiry("rss", "RSS Dalarna", "", text, text, "ö*" * 500, place="å" * 80)
    card, _ = enquiry_card(enquiry, "K7Q-2MX", "m" * 16, SAY, changed=True)
    assert size(card) <= SIZE_LIMIT
    assert text.strip() in "\n".join(texts(card)).replace(PARAGRAPH, "\n")


def test_a_card_that_fits_is_left_as_it_is() -> None:
    """Nothing is joined or cut without need."""
    card, _ = question_card(Opened(ASKED, "RSS Dalarna", ""), SAY)
    assert fitted(card, SAY) is card


# --- before anything is sent -------------------------------------------------------------------------


def test_the_enquiry_shows_what_is_sent_and_what_it_is_not_for() -> None:
    """112, the usual time, exactly what is sent, and three buttons."""
    card, _ = enquiry_card(ENQUIRY, "K7Q-2MX", "m1", SAY)
    assert faults(card) == []
    shown = texts(card)
    assert "Inte för akuta ärenden. Är någon i fara nu: ring 112." in shown
    assert any("inte angivet" in text for text in shown)
    assert {"Vem betalar […]?", "Det vet jag inte."} <= set(shown)
    assert [action["title"] for action in card["actions"]] == ["Skicka", "Ändra texten", "Avbryt"]
    assert "Vem betalar naloxonsprej?" not in shown


def test_the_usual_time_is_said_where_it_is_known() -> None:
    """In the group's own words."""
    timed = Enquiry("rss", "RSS Dalarna", "oftast nästa arbetsdag", "Vem?", "Vem?")
    assert any("brukar svara oftast nästa arbetsdag" in text for text in texts(enquiry_card(timed, "", "m", SAY)[0]))


def test_hidden_words_can_be_vouched_for() -> None:
    """Each is a box; those that are ticked already stay so."""
    some = Enquiry(
        "rss", "RSS", "", "Buvidal och Lyrica?", "Buvidal och […]?", may_show=("Buvidal", "Lyrica"), shown=("Buvidal",)
    )
    ticks = inputs(enquiry_card(some, "", "m", SAY)[0])["ord"]
    assert ([choice["value"] for choice in ticks["choices"]], ticks["value"]) == (["Buvidal", "Lyrica"], "Buvidal")


def test_without_a_question_there_is_nothing_to_send() -> None:
    """The form stands open, and the only other button ends it."""
    card, _ = enquiry_card(Enquiry("rss", "RSS", "", "", ""), "", "m", SAY)
    assert faults(card) == []
    assert [action["title"] for action in card["actions"]] == ["Avbryt"]
    assert next(node for node in card["body"] if node.get("id") == "edit")["isVisible"] is True


def test_the_largest_enquiry_fits() -> None:
    """600 characters of question, 1,000 of answer and twelve words to tick, in UTF-16 below 25 KB."""
    words = tuple(f"Å{n}" * 20 for n in range(12))
    big = Enquiry("g" * 40, "å" * 200, "å" * 60, "å" * 600, "ä" * 600, "ö" * 1000, place="å" * 80, may_show=words)
    assert size(enquiry_card(big, "K7Q-2MX", "m" * 16, SAY, changed=True)[0]) <= LIMIT


# --- buttons and receipts -----------------------------------------------------------------------------


def test_the_way_to_a_human_is_one_of_three_buttons() -> None:
    """It takes the place of a suggestion, under the note that it is not for what is urgent."""
    offer = Offer("Fråga en människa", "Inte för akuta ärenden.", "Vem betalar?", "K7Q-2MX")
    usual = with_offer(render_card(CANNED[Kind.UNKNOWN], SAY), offer)
    assert faults(usual) == []
    assert len(usual["actions"]) == 2
    note, buttons = usual["body"][-1]["items"]
    assert (note["text"], [one["verb"] for one in buttons["actions"]]) == ("Inte för akuta ärenden.", ["expert"])
    bare = render_card(CANNED[Kind.UNKNOWN].with_(suggestions=()), SAY)
    alone = with_offer(bare, offer)
    assert faults(alone) == [] and "actions" not in alone
    assert faults(offer_card(offer, SAY)[0]) == []


@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_an_answered_question_has_no_form(outcome: Outcome | None) -> None:
    """Whoever sees it later reads the answer; whoever was second is told so."""
    answered = ExpertQuestion(**{**_fields(ASKED), "answer": "Kommunen.", "answered_at": NOW})
    card, text = question_card(Opened(answered, "RSS Dalarna", "", outcome), SAY)
    assert faults(card) == []
    assert (inputs(card), "refresh" in card) == ({}, False)
    assert "Kommunen." in text and "Besvarad 2026-11-20" in text
    assert ("Någon hann före" in text) == (outcome is Outcome.SECOND)


def test_an_open_question_has_a_form_and_asks_again_by_itself() -> None:
    """The answer is required, the source is not; the card is refreshed by its own verb."""
    card, _ = question_card(Opened(ASKED, "RSS Dalarna", "BUP i Mora"), SAY)
    assert faults(card) == []
    assert {name: field.get("isRequired", False) for name, field in inputs(card).items()} == {
        "svar": True,
        "kalla": False,
    }
    assert button(card, "Skicka svar")["data"]["id"] == card["refresh"]["action"]["data"]["id"] == "q1"


def test_the_receipt_repeats_what_was_sent() -> None:
    """With where the answer comes."""
    card, text = sent_card(ENQUIRY, SAY)
    assert faults(card) == []
    assert "Vem betalar […]?" in text and "i din egen chatt" in text


def _fields(question: ExpertQuestion) -> dict[str, Any]:
    return {name: getattr(question, name) for name in ExpertQuestion.__slots__}
