"""Another region, made up for the tests: all kinds of answers work there, and nothing of Dalarna shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.evaluate import load_cases
from bot.package.archive import make_package
from bot.package.identity import TeamsApp
from bot.ports import Profile
from bot.render.card import render_card
from bot.render.html import render_html
from bot.service import Serving, answer_turns, open_serving
from bot.subjects import subjects_of
from indexer.publish import ensure
from knowledge.loader import load
from knowledge.model import Kind, Knowledge
from tests.conftest import REGION, ROOT
from tests.corpus import CASES, Turns, questions
from tests.fakes import APP_ID

NORRSKOG = Path(__file__).parent / "norrskog"
TODAY = date(2026, 11, 21)
QUOTED = re.compile("”[^”]*”")
EVERY = 7
"""Of the cases that were written for Dalarna, one in so many is asked here too: they must lead nowhere."""


@pytest.fixture(scope="module")
def norrskog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """The made-up region, ready to answer."""
    published = ensure(NORRSKOG, tmp_path_factory.mktemp("norrskog"))
    assert not published.problems
    opened = open_serving(published.path)
    yield opened
    opened.served.close()


@pytest.fixture(scope="module")
def telltale(norrskog: Serving) -> re.Pattern[str]:
    """Whatever would show that a text was written for Dalarna: its names, ids, and words with a capital of its own."""
    general = " ".join(path.read_text("utf-8") for path in (ROOT / "knowledge" / "svenska").rglob("*.yaml"))
    own = names_of(load(REGION)) | (capitals(REGION) - set(re.findall(r"\w+", general)))
    there = {
        word.casefold() for path in NORRSKOG.rglob("*.yaml") for word in re.findall(r"\w+", path.read_text("utf-8"))
    }
    words = {name for name in own if name.casefold() not in there}
    return re.compile(r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + r")(?!\w)")


def names_of(knowledge: Knowledge) -> set[str]:
    """Return the names and ids that a region has given its own things."""
    region = knowledge.region
    names = {region.name, region.genitive, region.county, region.organisation, *region.known_names}
    names |= {name for place in knowledge.municipalities.values() for name in (place.name, f"{place.name}s")}
    names |= {body.name for body in knowledge.bodies.values()} | {"RÖK", "LÖK", "RÖK:ar", "RÖK:arna", "LÖK:ar"}
    for agreement in knowledge.agreements.values():
        names |= {agreement.short, agreement.name, agreement.id}
    names |= {*knowledge.actors, *(task.id for matrix in knowledge.matrices.values() for task in matrix.tasks)}
    # What is general too is no sign of the region: a task may be a word of the law.
    general = {
        "psykiatri",
        "socialtjanst",
        "somatik",
        "orosanmalan",
        "anhorigstod",
        "barns-ratt",
        "utredning",
        "diagnos",
    }
    return (
        {name for name in names if len(name) > 2}
        - general
        - {"Socialstyrelsen", "Metadon", "Antabus", "Subutex", "Lex Sarah", "Lex Maria"}
    )


def capitals(folder: Path) -> set[str]:
    """Return the words that stand with a capital within a sentence in a folder's files."""
    return {
        word
        for path in folder.rglob("*.yaml")
        for word in re.findall(r"(?<=[a-zåäö,] )[A-ZÅÄÖ][a-zåäö]{3,}", path.read_text("utf-8"))
    }


def asked(serving: Serving) -> Iterator[tuple[Turns, Answer]]:
    """Yield every question of the corpus that can be asked here, with each of its answers."""
    knowledge = serving.served.knowledge
    foreign = [
        Turns(case.id, case.turns, case.on) for number, case in enumerate(load_cases(CASES)) if number % EVERY == 0
    ]
    own = (turns for turns in questions(knowledge) if not turns.id.startswith("fall/"))
    for turns in (*own, *foreign):
        place = turns.municipality if turns.municipality in knowledge.municipalities else None
        for answer in answer_turns(serving, list(turns.turns), place, turns.on):
            yield turns, answer


@pytest.fixture(scope="module")
def answers(norrskog: Serving) -> list[tuple[Turns, Answer]]:
    """All answers of the corpus."""
    return list(asked(norrskog))


def test_the_telltales_are_told(answers: list[tuple[Turns, Answer]], telltale: re.Pattern[str]) -> None:
    """The search for what is Dalarna's finds it where it stands, and much is searched."""
    assert len(answers) > 1500
    for said in ("i Borlänge", "Länschefsnätverket", "RÖK missbruk/beroende", "rok-hvb", "Synergi", "en LÖK", "LOVIS"):
        assert telltale.search(said), said


def test_nothing_of_dalarna_shows_in_an_answer(
    norrskog: Serving, answers: list[tuple[Turns, Answer]], telltale: re.Pattern[str]
) -> None:
    """Neither text, card nor page has a name of Dalarna, unless the asker's own words are quoted."""
    seen: dict[str, str] = {}
    for turns, answer in answers:
        said = " ".join(turns.turns)
        shown = json.dumps(answer.as_json(), ensure_ascii=False)
        if shown not in seen:
            card = json.dumps(render_card(answer, norrskog.say), ensure_ascii=False)
            seen[shown] = QUOTED.sub("", " ".join((shown, card, str(render_html(answer, norrskog.say)))))
        found = {word for word in telltale.findall(seen[shown]) if word.casefold() not in said.casefold()}
        assert not found, (said, found, answer.text)


def test_every_suggestion_leads_somewhere(norrskog: Serving, answers: list[tuple[Turns, Answer]]) -> None:
    """What is suggested, offered as a choice or put on a button is never unknown."""
    texts = {text for _, answer in answers for text in answer.suggestions}
    texts |= {
        choice.question for _, answer in answers for choice in (*answer.choices, *answer.actions) if choice.question
    }
    assert len(texts) > 30
    for text in sorted(texts):
        assert answer_turns(norrskog, [text], None, TODAY)[0].kind is not Kind.UNKNOWN, text


def test_nothing_of_dalarna_shows_elsewhere(norrskog: Serving, telltale: re.Pattern[str]) -> None:
    """The search, the app's package and what is said around answers are of the region too."""
    knowledge, say = norrskog.served.knowledge, norrskog.say
    app = TeamsApp(APP_ID, "", "1.1.0", "Norrskog", "norrskog", "Samverkanskansliet", *["https://norrskog.example"] * 3)
    package = make_package(app, say)
    texts = {
        "paketet": json.dumps([package.manifest, package.texts], ensure_ascii=False),
        **{f"sökning: {one.id}": f"{one.title} {one.question}" for one in subjects_of(knowledge, say)},
    }
    for key, text in knowledge.sentences.items():
        if not key.startswith(WORDS_READ):
            texts[key] = text
    assert {place: found for place, text in texts.items() if (found := telltale.findall(text))} == {}


WORDS_READ = ("importord.", "variants.", "name.", "bench.", "cli.", "diff.", "editor.", "import.", "settings.")
"""Words that are read, never said, and what the tools say that are the same for all regions."""


def one(serving: Serving, *turns: str, on: date = TODAY, place: str | None = None) -> Answer:
    return answer_turns(serving, list(turns), place, on)[-1]


KINDS = [
    ("Vem ansvarar för hemsjukvård?", "responsibility", "bara den kommunala hälso- och sjukvården är utpekad"),
    ("Är det hälsocentralens ansvar med trygghetslarm?", "responsibility", "Nej, för trygghetslarm är äldreomsorgen"),
    ("Är trygghetslarm vår sak? Jag jobbar på hemtjänsten", "responsibility", "äldreomsorgen"),
    ("Vad ska äldreomsorgen göra?", "responsibility", "4 av 11 uppgifter"),
    ("Vem ansvarar för fallförebyggande arbete?", "responsibility", "alla fem"),
    ("Vem utreder demens?", "responsibility", "Basal minnesutredning"),
    ("Vem gör vad vid utskrivning enligt utskrivningsöverenskommelsen?", "responsibility", "Den matrisen har jag inte"),
    ("Visa hela matrisen", "responsibility", "Alla fem tillsammans (1)"),
    ("Hur tar vi en tvist vidare?", "escalation", "Börja hos enhetscheferna"),
    ("vi har varit hos chefsforum, vad är nästa steg?", "escalation", "Nästa steg är Samverkansrådet"),
    ("Vem beslutar när enhetscheferna inte är överens?", "escalation", "Chefsforum äldre"),
    ("Hur tar vi en regional tvist vidare?", "escalation", "regional nivå står inte i källorna"),
    ("Får vi gå till domstol?", "escalation", "Nej, källorna har inget steg i domstol"),
    ("Hur skriver jag en avvikelse?", "escalation", "inom ett dygn"),
    ("Vi har fått nej från hälsocentralen om läkemedelsgenomgång", "escalation", "Ett nej behöver inte vara slutet"),
    ("Gäller länsöverenskommelsen för äldre?", "validity", "gäller t.o.m. 2028-03-31"),
    ("Gäller länsöverenskommelse utskrivning?", "validity", "Osäkert"),
    ("Vilka länsöverenskommelser finns det?", "validity", "Det finns 3 länsöverenskommelser"),
    ("Har Granvik ett närsjukvårdsavtal?", "local", "Våren 2025 hade Granvik ett närsjukvårdsavtal"),
    ("Jämför närsjukvårdsavtal i Granvik och Tallberga", "local", "om närsjukvårdsavtal äldre våren 2025"),
    (
        "Hur många kommuner har ett närsjukvårdsavtal?",
        "local",
        "2 av 6 kommuner hade närsjukvårdsavtal äldre våren 2025",
    ),
    ("Vad är Senior Alert?", "definition", "registret där riskbedömningar"),
    ("Vad är RÖK?", "definition", "En länsöverenskommelse säger"),
    ("Hur sker tillsynen på natten?", "topic", "med kamera"),
    ("Vem kan kalla till SIP?", "topic", "Både regionen och kommunen"),
    ("Vem ansvarar för parkeringen?", "unknown", "parkeringen"),
    ("Vem ansvarar för abstinensvård?", "unknown", "abstinensvård"),
    ("Vem ansvarar för hemsjukvård i Falun?", "unknown", "Jag har bara uppgifter om Norrskog"),
    ("Vem ansvarar för hemsjukvård vid alkoholmissbruk?", "unknown", "alkoholmissbruk"),
    ("Text att skicka om hemsjukvård", "responsibility", "Enligt Länsöverenskommelse äldre"),
    ("Text till SIP-kallelse om att vi inte är överens", "escalation", "Skicka kallelsen först"),
    ("Text att skicka", "clarify", "mejl"),
    ("Han hotar ta livet av sig nu, vem ansvarar för hemsjukvård?", "urgent", "Ring 112"),
    ("hej", "smalltalk", "i Norrskog"),
    ("introduktion", "smalltalk", "var arbetar du"),
    ("quiz", "smalltalk", "enligt Länsöverenskommelse äldre"),
    ("byt kommun", "smalltalk", "i Granvik"),
]


@pytest.mark.parametrize(("text", "kind", "says"), KINDS, ids=[text for text, _, _ in KINDS])
def test_every_kind_of_answer_works(norrskog: Serving, text: str, kind: str, says: str) -> None:
    """The region's own words are understood, and its own names are said."""
    answer = one(norrskog, text)
    assert (answer.kind, says in answer.text) == (kind, True), answer.text


def test_the_matrix_is_answered_whole(norrskog: Serving) -> None:
    """Every task names all its actors, also those in the fifth column."""
    (matrix,) = norrskog.served.knowledge.matrices.values()
    for task in matrix.tasks:
        assert one(norrskog, f"Vem ansvarar för {task.phrase}?").responsible == task.responsible, task.id


def test_a_change_is_told_and_holds_from_its_day(norrskog: Serving) -> None:
    """Before its first day it is announced, then it is the answer."""
    text = "Vem ansvarar för trygghetslarm?"
    assert one(norrskog, text).responsible == ("aldreomsorg",)
    assert "Från 2027-01-01" in one(norrskog, text).text
    assert one(norrskog, text, on=date(2027, 1, 1)).responsible == ("kommunsjukvard", "aldreomsorg")


def test_the_profile_is_of_the_region(norrskog: Serving) -> None:
    """Municipality and workplace are its own, and are heeded."""
    answer = one(norrskog, "jag jobbar på hemtjänsten i Granvik", "Har vi ett närsjukvårdsavtal?")
    assert (answer.kind, answer.municipality) == (Kind.LOCAL, "granvik")


def test_the_introduction_has_all_parts(norrskog: Serving) -> None:
    """Each part is made from the region's own files."""
    said = [one(norrskog, f"Introduktion del {number}", place="granvik").text for number in range(1, 6)]
    assert ["11 uppgifter" in said[0], "Oenighet om ansvar" in said[1], "Granvik" in said[2]] == [True] * 3
    assert "Samverkanskansliet" in said[3]


def test_the_search_finds_the_regions_own(norrskog: Serving) -> None:
    """Half a word is enough, and the result's question is answered."""
    found = norrskog.finder.find("hemsj", TODAY, Profile(), None)
    assert "Hemsjukvård i ordinärt boende: vem ansvarar?" in [one.title for one in found]


def test_general_knowledge_leans_on_nothing_of_dalarna() -> None:
    """Where Dalarna is served, no general concept has lost what it was part of."""
    knowledge = load(REGION)
    assert knowledge.cues["avvikelse-ord"].del_av == "avvikelse"
    assert knowledge.cues["domstol-ord"].del_av == "domstol"
    assert knowledge.cues["depression"].agreement == "rok-psykisk"
