"""Rules across files, beyond the one mistake of each that tests/broken shows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knowledge import model
from knowledge.check_ids import REFERENCES
from knowledge.loader import SECTIONS, load, read
from knowledge.personal import Vocabulary, contact_details, persons
from knowledge.problems import KnowledgeError
from knowledge.survey import Survey

SOUND = Path(__file__).parent / "sound"
REGION = Path("provlandet")

VOCABULARY = Vocabulary.of(
    names=["Länschefsnätverket", "Region Dalarna", "Malung-Sälen", "Falun", "Lex Sarah", "Bättre beroendevård"],
    texts=["när de är överens går frågan vidare enligt planen, och chefen för psykiatrin ringer", "socialtjänsten i"],
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sound knowledge, to work in."""
    shutil.copytree(SOUND, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def add(folder: Path, data: dict[str, Any]) -> list[str]:
    """Add a file to the knowledge and return what is wrong with the whole."""
    (folder / "provlandet/vidare.yaml").write_text(yaml.safe_dump(data, allow_unicode=True))
    try:
        load(REGION)
    except KnowledgeError as exc:
        return [str(problem) for problem in exc.problems]
    return []


def models() -> set[type[model.Model]]:
    """Return every model that a file can hold, at any depth."""
    found: set[type[model.Model]] = set()

    def visit(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, model.Model) and annotation not in found:
            found.add(annotation)
            for field in annotation.model_fields.values():
                visit(field.annotation)
        for argument in get_args(annotation):
            visit(argument)

    for kind in [*SECTIONS.values(), model.Region]:
        visit(kind)
    return found


# --- references ----------------------------------------------------------------------------------


def test_every_field_that_holds_an_id_is_looked_up() -> None:
    """A new field of type Id cannot be forgotten by the checker."""
    for kind in models():
        for name, field in kind.model_fields.items():
            if name != "id" and re.search(r"ID_PATTERN|pattern='\^\[a-z0-9\]", repr(field)):
                assert any(issubclass(kind, owner) and name == of for owner, of in REFERENCES), (
                    f"{kind.__name__}.{name}"
                )


@pytest.mark.parametrize(("owner", "field"), REFERENCES, ids=lambda part: getattr(part, "__name__", part))
def test_a_reference_that_leads_nowhere_is_told_with_its_line(
    owner: type[model.Model], field: str, folder: Path
) -> None:
    """Each kind of reference, spoilt wherever the sound knowledge has it, is reported at its own line."""
    spoilt = 0
    for spot, value in Survey(read(REGION)).of(owner):
        for place, id_ in spot.strings(field) if getattr(value, field) else ():
            path, line = folder / spot.path, spot.line(*place)
            before = path.read_text()
            lines = before.splitlines(keepends=True)
            name = str(next(part for part in reversed(place) if isinstance(part, str)))
            head, key, tail = lines[line - 1].rpartition(name) if name in lines[line - 1] else ("", "", lines[line - 1])
            lines[line - 1] = head + key + re.sub(rf"(?<![\w-]){id_}(?![\w-])", "finns-inte", tail, count=1)
            path.write_text("".join(lines))
            with pytest.raises(KnowledgeError) as caught:
                load(REGION)
            told = [str(problem) for problem in caught.value.problems]
            assert any(one.startswith(f"{spot.path}:{line}: ") and '"finns-inte"' in one for one in told), told
            path.write_text(before)
            spoilt += 1
    assert spoilt, "the sound knowledge has no such reference"


def test_a_misspelt_id_is_answered_with_the_nearest(folder: Path) -> None:
    """The cure names the id that was probably meant."""
    told = add(folder, {"terms": [{"id": "ny", "name": "ny", "del_av": "dellplan"}]})
    assert told == ['provlandet/vidare.yaml:2: begreppet "dellplan" finns inte; menade du "delplan"?']


# --- aliases -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "sound"),
    [
        ({"id": "ny", "name": "ny", "aliases": ["chefsrådet"]}, False),
        ({"id": "ny", "name": "ny", "aliases": ["  CHEFSRÅDET "]}, False),
        ({"id": "ny", "name": "ny", "aliases": ["chefsrådet"], "del_av": "radet"}, True),
        ({"id": "ny", "name": "ny", "aliases": ["chefsrådet"], "del_av": "plan"}, False),
        ({"id": "ny", "name": "Samarbetet"}, False),
        ({"id": "ny", "name": "ny", "abbreviation": "sp"}, False),
        ({"id": "ny", "name": "ny", "aliases": ["vem"]}, True),
        ({"id": "ny", "name": "ny", "aliases": ["Ny"]}, True),
    ],
)
def test_a_word_leads_to_one_concept(term: dict[str, Any], sound: bool, folder: Path) -> None:
    """Capitals and blanks make no other word; `del_av` allows it; words that begin a question are apart."""
    assert (add(folder, {"terms": [term]}) == []) is sound


# --- personal data -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Fråga Anna Andersson.", ["Fråga Anna Andersson"]),
        ("Enligt Anna Andersson går det.", ["Anna Andersson"]),
        ("Anna Andersson är chef.", ["Anna Andersson"]),
        ("Chefen är Anna-Karin Berg-Lund, t.ex. Bo Ek.", ["Anna-Karin Berg-Lund", "Bo Ek"]),
        ("Chefen heter Carl A. von Essen", ["Carl A. von Essen"]),
        ("Chefen (Anna Andersson) ringer", ["Anna Andersson"]),
        ("När Andersson ringer", ["När Andersson"]),
        ("Åsa Öberg och Émile Zola", ["Åsa Öberg", "Émile Zola"]),
        ("chefen Sarah Andersson", ["Sarah Andersson"]),
        ("Region Dalarna Anna Andersson", ["Anna Andersson"]),
        ("Anna Anderssons plan", ["Anna Anderssons"]),
        ("Region Dalarnas plan", []),
        ("Länschefsnätverket Falun", []),
        ("När Falun är överens", []),
        ("Dit går Falun", []),
        ("Psykiatrin i Falun", []),
        ("RÖK HVB, LÖK Falun och SiS Dalarna", []),
        ("LÖK-nätverket Falun, LVM-hem Malung-Sälen", []),
        ("Lex Sarah och Bättre beroendevård", []),
        ("Falun, Leksand och Mora", []),
        ("Socialtjänsten. Psykiatrin. Chefen", []),
        ("Andersson ringer", []),
    ],
)
def test_two_capitals_in_a_row_are_a_name(text: str, names: list[str]) -> None:
    """What the knowledge does not know is taken for a person; what it knows, and abbreviations, are not."""
    assert list(persons(text, VOCABULARY)) == names


def test_the_first_word_of_a_question_is_not_looked_at() -> None:
    """An example begins with a capital, whatever the word is."""
    assert list(persons("Sköter Andersson det?", VOCABULARY, is_question=True)) == []
    assert list(persons("Sköter Anna Andersson det?", VOCABULARY, is_question=True)) == ["Anna Andersson"]


@given(
    first=st.from_regex(r"[A-Z][b-df-z]{3,8}", fullmatch=True),
    last=st.from_regex(r"[A-Z][b-df-z]{3,8}", fullmatch=True),
    before=st.sampled_from(["", "chefen ", "Chefen är ", "när de är överens: ", "enligt planen (", "t.o.m. ", "– "]),
    after=st.sampled_from(["", ".", " ringer", ", chefen", ") ringer", "s plan", "\noch"]),
)
def test_an_unknown_name_is_found_wherever_it_stands(first: str, last: str, before: str, after: str) -> None:
    """A name that no list has is found at the start, in the middle and at the end of a sentence."""
    (found,) = persons(f"{before}{first} {last}{after}", VOCABULARY)
    assert f"{first} {last}" in found


@given(
    words=st.lists(
        st.sampled_from(["Falun", "och", "RÖK", "Länschefsnätverket", "i", "Malung-Sälen", "2021", "§", "SoL"])
    )
)
def test_known_names_and_abbreviations_make_no_person(words: list[str]) -> None:
    """However known names, abbreviations and ordinary words are put together, no person comes of it."""
    assert list(persons(" ".join(words), VOCABULARY)) == []


@pytest.mark.parametrize(
    "text",
    [
        "023-49 00 00",
        "0243-733 00",
        "+46 23 49 00 00",
        "(023) 49 00 00",
        "070-123 45 67",
        "0701234567",
        "023–49 00 00",
        "490 12 34",
        "070.123.45.67",
        "070-2010 300",
        "850101-1234",
        "19850101-1234",
        "fornamn.efternamn@example.org",
    ],
)
def test_contact_details_are_found(text: str) -> None:
    """Telephone and identity numbers in any usual form, and addresses, are found whole."""
    assert list(contact_details(f"Ring växeln, {text}.")) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "2021-07-01–2024-06-30",
        "2021-07-01 och 2024-06-30",
        "2027–2031",
        "2018-2025",
        "SoL 2001:453, lag 2017:612",
        "förordning 1994:1108",
        "dnr RD21/00517",
        "RD 2015/181",
        "S2025/01284",
        "diarienummer 20 1234567",
        "1 200 000 kronor",
        "50 000 000 kr",
        "14 kap. 2–7 §§",
        "112, 1177, 11313",
        "2024-10-24, 2025-01-21",
        "https://example.org/1073074",
        "avd 65/90",
    ],
)
def test_days_and_numbers_of_other_sorts_are_no_telephones(text: str) -> None:
    """Days, spans of years, acts, register numbers, sums and web addresses are left alone."""
    assert list(contact_details(f"Se {text}.")) == []


def test_a_persons_name_may_stand_in_the_title_of_a_source_alone(folder: Path) -> None:
    """Authors stand in titles; the same name in the label is refused."""
    source = {"id": "ny", "title": "Plan, av Anna Andersson", "label": "planen", "standing": "primary"}
    assert add(folder, {"sources": [source]}) == []
    assert len(add(folder, {"sources": [{**source, "label": "plan av Anna Andersson"}]})) == 1


# --- order and time ------------------------------------------------------------------------------


def test_periods_that_overlap_are_in_order(folder: Path) -> None:
    """A decision of some day in 2024 may stand before one of March 2024: nobody knows which came first."""
    path = folder / "provlandet/agreements.yaml"
    path.write_text(
        path.read_text()
        .replace("decided: 2021-02", "decided: 2024")
        .replace("decided: 2024\n", "decided: 2024-03\n", 2)
    )
    assert add(folder, {}) == []
