"""`--varför`: what an editor is told of how a question was read."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.commands.why import tell_why
from bot.service import Serving
from knowledge.messages import sentences_of

ROOT = Path(__file__).parents[1]
Why = Callable[[str], str]


@pytest.fixture
def why(serving: Serving) -> Why:
    """Return what is told of a question."""

    def told(text: str) -> str:
        stream = io.StringIO()
        tell_why(serving, text, None, stream)
        return stream.getvalue()

    return told


def intents() -> set[str]:
    """Return the intents of all readings that the code makes."""
    calls = (
        node
        for path in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reading"
    )
    return {call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)}  # type: ignore[misc]


def test_every_sort_of_reading_has_a_swedish_name() -> None:
    """No reading is shown by the code's word for it alone."""
    named = {key.removeprefix("cli.why.intent.") for key in sentences_of("cli") if key.startswith("cli.why.intent.")}
    assert intents() == named


def test_an_answer_is_told_by_names_words_and_points(why: Why) -> None:
    """The reading that became the answer comes first, with what it is about, what it explains and what is left."""
    told = why("Vem ansvarar för abstinensvård på vårdcentralen i Falun?")
    assert "vem ansvarar för: Abstinensvård, Primärvård, vårdcentral" in told
    accounts = r"1 förklarar: Vem ansvarar, abstinensvård, vårdcentralen, Falun \([\d,]+\); kvar: inget \(0\)"
    assert re.search(accounts, told)
    assert told.index("blev svaret") < told.index("förklarar inte ”Vem ansvarar”, ”abstinensvård” och ”vårdcentralen”")
    assert "Ord som inte räknas: för, på, i" in told
    assert re.search(r"vårdcentralen \([\d,]+\)", told)


def test_a_reading_with_less_weight_says_so(why: Why) -> None:
    """A reading that holds and is not the answer is told with its points and the answer's."""
    assert re.search(r"vägde mindre: [\d,]+ mot [\d,]+", why("Gäller RÖK missbruk?"))


def test_a_reading_of_another_route_says_so(why: Why) -> None:
    """Where the answer is about one route, readings of another say that."""
    assert "handlar om en annan tvistväg" in why("Hur skiljer sig en avvikelse från en tvist?")


def test_what_no_reading_explains_is_named(why: Why) -> None:
    """For a question that is not known, each reading tells which word it fell on."""
    told = why("Vem ansvarar för parkeringen vid vårdcentralen?")
    assert "ingen läsning håller" in told and "indexet tillfrågades" in told
    assert "förklarar inte ”parkeringen”" in told and "kvar: parkeringen (" in told


def test_a_question_back_is_told_apart_from_an_answer(why: Why) -> None:
    """The reading that can mean several things is the one that was asked back about."""
    told = why("Hur tar vi en tvist vidare?")
    assert "frågar tillbaka" in told and "blev motfrågan" in told and "Tvist på regional nivå" in told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Vem ansvarar för abstinesvård?", "”abstinesvård” lästes som ”abstinensvård”"),
        ("vem har ansvr för laro i komunen", "”komunen” lästes som ”kommunen”"),
        ("vem ansvarar för opioid ersätning", "”opioid ersätning” lästes som ”opioidersättning”"),
    ],
)
def test_mended_words_are_shown_as_they_were_read(why: Why, text: str, line: str) -> None:
    """A typing mistake and a word written apart are shown beside the word that they were taken for."""
    assert f"Stavfel: {line}" in why(text)


def test_a_well_spelt_question_has_no_mistakes(why: Why) -> None:
    """Inflection is no mistake, nor is a word without å, ä and ö."""
    assert "Stavfel" not in why("Vem ansvarar för lakemedelsbehandlingen pa vardcentralerna?")


def test_masked_data_is_not_shown(why: Why) -> None:
    """What was masked, and the word for it, is no part of how the question was read."""
    told = why("Pat 850712-1234 tel 070-123 45 67, vem ansvarar för abstinensvård?")
    assert not {"850712", "070", "tel", "personnummer"} & set(told.replace(",", " ").split())


def test_a_question_without_readings_says_so(why: Why) -> None:
    """Where no word leads anywhere, that is what is said."""
    assert sentences_of("cli")["cli.why.none"] in why("blorg")
