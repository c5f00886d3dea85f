"""Cards: valid, short, readable on a phone, and safe whatever the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema.validators import Draft6Validator

from bot.answer import (
    ActorRow,
    ActorRows,
    Answer,
    Bullets,
    Choice,
    Citation,
    Draft,
    Link,
    Links,
    Local,
    Notice,
    Paragraph,
    StepItem,
    Steps,
    TaskRow,
    TaskRows,
    Validity,
)
from bot.render.card import SIZE_LIMIT, VISIBLE_LIMIT, render_card, size
from bot.render.markdown import escape, https_only, link
from knowledge.model import Kind
from tests.fakes import ASSIGNMENT, CANNED, PRESENTATION, TODAY, sentences

Node = dict[str, Any]


@cache
def _schema() -> Draft6Validator:
    schema = json.loads((files("adaptive_cards") / "schemas/schema-1.5.json").read_text("utf-8"))
    # The published schema writes its id the draft-4 way; without one its references are local.
    schema.pop("id", None)
    return Draft6Validator(schema)


def _card(answer: Answer, **more: Any) -> Node:
    card = render_card(answer, sentences().__getitem__, **more)
    assert list(_schema().iter_errors(card)) == []
    return card


def _nodes(value: Any, *, hidden: bool = True) -> Iterator[Node]:
    """Walk all elements and actions; without `hidden`, only what shows before a tap."""
    if isinstance(value, list):
        for entry in value:
            yield from _nodes(entry, hidden=hidden)
    elif isinstance(value, dict):
        if not hidden and value.get("isVisible") is False:
            return
        if "type" in value:
            yield value
        for key, inner in value.items():
            if key != "fallback":
                yield from _nodes(inner, hidden=hidden)


def _texts(card: Node, *, hidden: bool = True) -> list[str]:
    return [node["text"] for node in _nodes(card["body"], hidden=hidden) if node["type"] == "TextBlock"]


def _actions(card: Node) -> list[Node]:
    return [node for node in _nodes([card["body"], card.get("actions", [])]) if node["type"].startswith("Action.")]


def _shown(markdown: str) -> str:
    """Return text as a person sees it: links without their address, escapes without backslash."""
    without_links = re.sub(r"(?<!\\)\[((?:\\.|[^\]\\])*)\]\([^)]*\)", r"\1", markdown)
    return re.sub(r"\\([\\`*_~\[\]#>+.)-])", r"\1", without_links)


def _long(**more: Any) -> Answer:
    rows = tuple(ActorRow(f"a{n}", f"Aktör {n}", "vad kolumnen rymmer " * 3, n < 2, "✔", "ansvar") for n in range(4))
    blocks = (
        ActorRows(rows, "Ansvar"),
        Bullets(tuple(f"Punkt {n} " + "ord " * 20 for n in range(12)), "Mer att veta"),
        Local("Lokalt i Falun", ("En rad. " * 10,)),
        Validity("Gäller: RÖK missbruk/beroende, t.o.m. 2027-06-30."),
    )
    return CANNED[Kind.RESPONSIBILITY].with_(blocks=blocks, **more)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_makes_a_valid_card(kind: Kind) -> None:
    """Each kind of answer fits the official schema of version 1.5, with the whole text as fallback."""
    card = _card(CANNED[kind])
    assert card["version"] == "1.5"
    assert card["fallbackText"] == CANNED[kind].text
    assert len(_actions(card)) <= 6


def test_the_schema_is_not_blind() -> None:
    """A card with a misspelt key is not valid, so the schema is really asked."""
    assert list(_schema().iter_errors({**render_card(CANNED[Kind.TOPIC], sentences().__getitem__), "boddy": []}))


def test_a_short_answer_folds_nothing() -> None:
    """R1 as a card: actors as rows with sign and word, all in sight, three buttons."""
    card = _card(CANNED[Kind.RESPONSIBILITY])
    assert _texts(card) == [
        "Abstinensvård: primärvården och psykiatrin har ansvaret tillsammans.",
        "✔ Primärvård: ansvar",
        "vårdcentral (även privat)",
        "✔ Psykiatri: ansvar",
        "även beroendevård och BUP",
        "– Somatiska kliniker: inte utpekad",
        "– Socialtjänst: inte utpekad",
        "Källan säger inte vem av de två som ska börja.",
        "Gäller: RÖK missbruk/beroende, t.o.m. 2027-06-30.",
        (
            "Källa: [presentation av förslaget, 2021-02-19](https://www.regiondalarna.se/rok-missbruk), tabellen "
            "Ansvarsfördelning (inte den antagna texten). Giltighet: uppdragsbeskrivning, början av 2026."
        ),
        "Svar för 2026-11-21. Kvitto: K7Q-2MX.",
    ]
    assert [action["type"] for action in _actions(card)] == ["Action.Execute"] * 3


def test_steps_are_numbered_and_the_one_asked_about_is_named() -> None:
    """A route is a list of numbers; the step asked about is told in words, not by weight alone."""
    texts = _texts(_card(CANNED[Kind.ESCALATION], place="Falun"))
    assert texts[1:5] == [
        "1.\u00a0Ansvariga chefer i kommunen och regionen",
        "2.\u00a0Länschefsnätverket (det steg du frågade om)",
        "3.\u00a0Välfärdsrådet (förtroendevalda)",
        "4.\u00a0Allmän domstol",
    ]
    assert "Lokalt i Falun" in texts
    assert texts[-1] == "Svar för 2026-11-21, Falun. Kvitto: K7Q-2MX."


def test_notices_come_before_the_answer() -> None:
    """Danger, privacy and validity stand above the first sentence, in their order."""
    notices = (Notice("danger", "Ring 112."), Notice("privacy", "Ta bort det."), Notice("validity", "Har gått ut."))
    texts = _texts(_card(CANNED[Kind.TOPIC].with_(notices=notices)))
    assert texts[:4] == ["Ring 112.", "Ta bort det.", "Har gått ut.", CANNED[Kind.TOPIC].lead]


def test_what_goes_beyond_900_characters_is_folded() -> None:
    """The fold hides the end of the answer, never the notices, validity or sources."""
    card = _card(_long(notices=(Notice("privacy", "Ta bort meddelandet."),)))
    visible = " ".join(_shown(text) for text in _texts(card, hidden=False))
    assert sum(len(_shown(text)) for text in _texts(card, hidden=False)) <= VISIBLE_LIMIT
    for part in ("Ta bort meddelandet.", "Gäller: RÖK missbruk/beroende", "Källa: presentation", "Kvitto"):
        assert part in visible
    everything = " ".join(_texts(card))
    assert "Punkt 11" in everything
    assert "Punkt 11" not in visible
    more, less = [action for action in _actions(card) if action["type"] == "Action.ToggleVisibility"]
    assert (more["title"], less["title"]) == ("Visa mer", "Visa mindre")
    ids = {node["id"] for node in _nodes(card["body"]) if "id" in node}
    assert set(more["targetElements"]) == set(less["targetElements"]) == ids
    assert len(_actions(card)) <= 6


def test_what_is_marked_as_more_is_folded_though_there_is_room() -> None:
    """A part that may wait is behind the button, the part after it is not."""
    answer = CANNED[Kind.TOPIC].with_(blocks=(Paragraph("Kan vänta.", more=True), Paragraph("Kan inte vänta.")))
    card = _card(answer)
    assert "Kan vänta." not in _texts(card, hidden=False)
    assert "Kan vänta." in _texts(card)
    assert "Kan inte vänta." in _texts(card, hidden=False)


def _sources(count: int) -> tuple[Citation, ...]:
    return tuple(
        Citation(
            f"s{n}", f"Titel {n}", f"avsnitt {n}", "2024", f"https://example.org/{n}", f"källa nummer {n}", "primary"
        )
        for n in range(count)
    )


def _line_of_sources(card: dict[str, Any]) -> str:
    [line] = [_shown(text) for text in _texts(card, hidden=False) if text.startswith("Källor: ")]
    return line


def test_a_source_is_named_once_with_all_its_places() -> None:
    """What was read in several places of one source is one item of the line."""
    twice = CANNED[Kind.TOPIC].with_(
        citations=(PRESENTATION, replace(PRESENTATION, locator="bild 9"), ASSIGNMENT), sources_line=""
    )
    line = _line_of_sources(_card(twice))
    assert line.count(PRESENTATION.label) == 1
    assert f"{PRESENTATION.label}: {PRESENTATION.locator}, bild 9; {ASSIGNMENT.label}" in line


def test_many_sources_are_named_without_their_places_and_listed_whole_behind_the_button() -> None:
    """Where places do not fit, the line names the sources alone; each is in the fold with its place and link."""
    card = _card(CANNED[Kind.TOPIC].with_(citations=_sources(20), sources_line=""))
    assert _line_of_sources(card).endswith("källa nummer 19")
    assert "[Titel 19](https://example.org/19), avsnitt 19, 2024" in _texts(card)


def test_a_line_of_sources_that_is_still_too_long_is_cut() -> None:
    """A long line of sources ends with an ellipsis."""
    card = _card(CANNED[Kind.TOPIC].with_(citations=_sources(40), sources_line=""))
    assert _line_of_sources(card).endswith("…")


def test_the_steps_of_a_route_are_in_sight_before_prose() -> None:
    """Where room is short, the steps that were asked for keep theirs, and what is told around them is folded."""
    steps = Steps(tuple(StepItem(f"s{n}", f"Steg {n} " + "ord " * 20) for n in range(4)), "Så går det till")
    blocks = (Paragraph("Prosa. " * 40), steps, Validity("Gäller till 2027-06-30."))
    card = _card(CANNED[Kind.ESCALATION].with_(blocks=blocks))
    visible = " ".join(_texts(card, hidden=False))
    assert "Så går det till 1.\u00a0Steg 0" in visible
    assert "4.\u00a0Steg 3" in visible
    assert "Prosa." not in visible
    assert any(text.startswith("Prosa.") for text in _texts(card))


def test_a_list_that_the_buttons_repeat_is_not_shown() -> None:
    """A greeting's examples are buttons, and need not stand above them too."""
    questions = ("Vem ansvarar för LARO?", "Vad är SIP?")
    greeting = CANNED[Kind.SMALLTALK].with_(blocks=(Bullets(questions), Paragraph("Hej.")), suggestions=questions)
    card = _card(greeting)
    assert _texts(card) == [greeting.lead, "Hej."]
    assert [action["title"] for action in card["actions"]] == list(questions)


def test_buttons_ask_by_execute_and_by_submit() -> None:
    """Choices come first, each as Action.Execute with the same data as Action.Submit behind it."""
    card = _card(CANNED[Kind.CLARIFY].with_(suggestions=("En fråga?", "Två?", "Tre?")))
    titles = [action["title"] for action in card["actions"]]
    assert titles == ["Alkohol", "Narkotika", "Inget av dessa", "En fråga?", "Två?", "Tre?"]
    for action in card["actions"]:
        assert (action["type"], action["fallback"]["type"]) == ("Action.Execute", "Action.Submit")
        assert action["data"] == action["fallback"]["data"]
    assert card["actions"][0]["data"] == {"question": "Vem ansvarar för läkemedel vid alkohol?"}
    assert card["actions"][2]["data"] == {"question": "Inget av dessa"}


def test_named_buttons_go_before_suggestions_three_in_all() -> None:
    """A usual answer has three buttons; named ones come first, and no suggestion asks what one of them asks."""
    actions = (Choice("Visa hela matrisen", "Visa hela matrisen"), Choice("Om ni inte är överens", "Två?"))
    card = _card(CANNED[Kind.TOPIC].with_(actions=actions, suggestions=("Två?", "Tre?", "Fyra?")))
    assert [action["title"] for action in card["actions"]] == ["Visa hela matrisen", "Om ni inte är överens", "Tre?"]
    assert card["actions"][1]["data"] == {"question": "Två?"}


def test_a_text_to_copy_stands_alone_in_its_frame() -> None:
    """The frame of a draft holds its lines and nothing else, one element a line."""
    card = _card(CANNED[Kind.TOPIC].with_(blocks=(Draft(("En mening.", "Två [dag]."), "Text till mejl"),)))
    [frame] = [node for node in card["body"] if node["type"] == "Container" and node.get("id") != "more"]
    assert [item["text"] for item in frame["items"]] == ["En mening.", r"Två \[dag\]."]


def test_the_whole_matrix_tells_each_mark_with_sign_and_word() -> None:
    """Each task is its name, then who is marked and who is not."""
    row = TaskRow("laro", "LARO", "✔ ansvar: Psykiatri", "– inte utpekad: Primärvård")
    card = _card(CANNED[Kind.RESPONSIBILITY].with_(blocks=(TaskRows((row,), "En ensam (1)"),)))
    assert _texts(card)[1:5] == ["En ensam (1)", "LARO", "✔ ansvar: Psykiatri", "– inte utpekad: Primärvård"]


def test_an_answer_without_sources_shows_none() -> None:
    """Unknown and smalltalk have no line of sources."""
    for kind in (Kind.UNKNOWN, Kind.CLARIFY, Kind.SMALLTALK):
        assert not [text for text in _texts(_card(CANNED[kind])) if text.startswith("Käll")]


def test_a_greeting_has_no_receipt_in_sight() -> None:
    """Small talk shows neither day nor receipt."""
    assert _texts(_card(CANNED[Kind.SMALLTALK])) == [CANNED[Kind.SMALLTALK].lead]


def test_a_tapped_question_is_shown_on_top() -> None:
    """The card that takes a tapped card's place says what it answers."""
    assert _texts(_card(CANNED[Kind.TOPIC], asked="Vad är SIP?"))[0] == "Du frågade: Vad är SIP?"


# --- safe whatever the text ----------------------------------------------------------------------

TRICKY = "**fet** [klicka](http://ont.example) <at>Anna</at> {{DATE(2026-01-01T00:00:00Z)}} `kod` ~~struket~~ _kursiv_"


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("**a** _b_", r"\*\*a\*\* \_b\_"),
        ("[a](http://b)", r"\[a\](http://b)"),
        ("# rubrik", r"\# rubrik"),
        ("- punkt\n1. ett\n2) två", "\\- punkt\n1\\. ett\n2\\) två"),
        ("a - b 1. c #1", "a - b 1. c #1"),
        ("2026-11-21", "2026-11-21"),
        ("19 kap. 1 § SoL", "19 kap. 1 § SoL"),
        ("<at>Anna</at>", "<\u200bat>Anna<\u200b/at>"),
        ("{{TIME(x)}}", "{\u200b{TIME(x)}}"),
    ],
)
def test_marks_are_escaped_where_they_would_be_read(text: str, escaped: str) -> None:
    """Only what Teams' Markdown reads is escaped."""
    assert escape(text) == escaped


@pytest.mark.parametrize(
    "url",
    ["http://a.se", "javascript:alert(1)", "https://", "https://u:p@a.se/", "https://a.se/\n", "ftp://a.se", "", None],
    ids=repr,
)
def test_only_https_becomes_a_link(url: str | None) -> None:
    """Every other address leaves the label alone."""
    assert https_only(url) is None
    assert link("A", url) == "A"


def test_an_address_cannot_end_its_link() -> None:
    """Brackets and spaces in an address are encoded."""
    assert link("A]", "https://a.se/x) [b](http://c å") == r"[A\]](https://a.se/x%29%20%5Bb%5D%28http://c%20%C3%A5)"


def test_untrusted_text_is_escaped_everywhere() -> None:
    """Wherever a text from outside stands, no mark of it is read as Markdown."""
    source = Citation("s9", TRICKY, TRICKY, "2024", "http://ont.example", TRICKY, "secondary")
    answer = Answer(
        kind=Kind.PASSAGE,
        lead=TRICKY,
        on=TODAY,
        revision="r1",
        notices=(Notice("premise", TRICKY),),
        blocks=(
            Paragraph(TRICKY),
            ActorRows((ActorRow("a", TRICKY, TRICKY, True, "✔", TRICKY),), TRICKY),
            Bullets((TRICKY,), TRICKY),
            TaskRows((TaskRow("a", TRICKY, TRICKY, TRICKY),), TRICKY),
            Draft((TRICKY, TRICKY), TRICKY),
            Links((Link(TRICKY, "http://ont.example"), Link(TRICKY)), TRICKY),
            Local(TRICKY, (TRICKY,)),
            Validity(TRICKY),
        ),
        citations=(source,),
        choices=(Choice(TRICKY, TRICKY),),
        receipt="K",
        text=TRICKY,
    )
    texts = _texts(_card(answer, asked=TRICKY, place=TRICKY))
    assert len(texts) >= 22
    for text in texts:
        assert not re.search(r"(?<!\\)[*_`~\[\]]", text), text
        assert "{{" not in text
        assert "<at" not in text


def test_every_text_wraps_and_no_colour_carries_meaning() -> None:
    """All texts wrap, and none has a colour."""
    for node in _nodes(_card(_long())):
        if node["type"] == "TextBlock":
            assert node["wrap"] is True
            assert "color" not in node


_WORDS = st.text(alphabet="abc åäö*_[]()#-.{}<>\n\\😀", max_size=400)


@st.composite
def _answers(draw: st.DrawFn) -> Answer:
    paragraphs = st.builds(Paragraph, _WORDS, st.booleans())
    bullets = st.builds(Bullets, st.lists(_WORDS, max_size=30).map(tuple), st.none() | _WORDS, st.booleans())
    local = st.builds(Local, _WORDS, st.lists(_WORDS, max_size=20).map(tuple))
    tasks = st.builds(TaskRow, st.just("t"), _WORDS, _WORDS, _WORDS)
    matrix = st.builds(TaskRows, st.lists(tasks, max_size=14).map(tuple), _WORDS)
    draft = st.builds(Draft, st.lists(_WORDS, min_size=1, max_size=3).map(tuple), _WORDS)
    links = st.builds(Links, st.lists(st.builds(Link, _WORDS, st.none() | _WORDS), max_size=5).map(tuple))
    return CANNED[Kind.TOPIC].with_(
        lead=draw(st.text(min_size=1, max_size=140)),
        text=draw(st.text(max_size=300)) * draw(st.integers(0, 100)),
        blocks=tuple(draw(st.lists(paragraphs | bullets | local | matrix | draft | links, max_size=12))),
        citations=(PRESENTATION, ASSIGNMENT) * draw(st.integers(0, 12)),
        suggestions=tuple(draw(st.lists(_WORDS, max_size=3))),
        actions=tuple(draw(st.lists(st.builds(Choice, _WORDS, _WORDS), max_size=8))),
    )


@settings(deadline=None, max_examples=150)
@given(_answers())
def test_no_answer_is_too_much_for_a_card(answer: Answer) -> None:
    """Whatever the answer: valid, at most 25,000 bytes in UTF-16, 900 characters in sight, six actions."""
    card = _card(answer)
    assert size(card) <= SIZE_LIMIT == 25_000
    assert len(_actions(card)) <= 6
    assert sum(len(_shown(text)) for text in _texts(card, hidden=False)) <= VISIBLE_LIMIT
