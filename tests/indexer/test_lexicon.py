"""Words as people write them, looked up in the vocabulary of the real knowledge."""

from __future__ import annotations

import pytest

from bot.service import Serving
from indexer.lexicon import Lexicon, Span
from indexer.swedish import fold, normalise, stem, tokenize
from tests.known_failures import compare


@pytest.fixture(scope="module")
def lexicon(serving: Serving) -> Lexicon:
    """The vocabulary of the real knowledge."""
    return serving.served.lexicon


def spans(lexicon: Lexicon, text: str) -> list[Span]:
    """Return what the words of a text can mean."""
    return lexicon.spans(tokenize(normalise(text)))


def concepts(lexicon: Lexicon, text: str) -> set[str]:
    """Return all that a text can mean."""
    return {concept for span in spans(lexicon, text) for concept in span.concepts}


def test_every_alias_of_the_knowledge_means_its_concept(lexicon: Lexicon, serving: Serving) -> None:
    """Whatever the editors wrote as a word for a thing leads to it."""
    knowledge = serving.served.knowledge
    things = [
        *knowledge.terms.values(),
        *knowledge.bodies.values(),
        *knowledge.agreements.values(),
        *knowledge.municipalities.values(),
    ]
    things += [task for matrix in knowledge.matrices.values() for task in matrix.tasks]  # type: ignore[list-item]
    compare(
        "aliases", {alias for thing in things for alias in thing.aliases if thing.id not in concepts(lexicon, alias)}
    )


@pytest.mark.parametrize(
    ("wrong", "concept"),
    [
        ("abstinnensvård", "abstinensvard"),
        ("abstinesvård", "abstinensvard"),
        ("orosanmälning", "orosanmalan"),
        ("orosnamälan", "orosanmalan"),
        ("avvikelsse", "avvikelse"),
        ("borlnäge", "borlange"),
        ("smedjebaken", "smedjebacken"),
        ("länschefnätverket", "organ-lanschefsnatverket"),
        ("välfärdsrådt", "organ-valfardsradet"),
        ("nedtrapning", "nedtrappning"),
        ("primärvårdn", "primarvard"),
        ("socialtjänten", "socialtjanst"),
    ],
)
def test_a_typing_mistake_is_mended(lexicon: Lexicon, wrong: str, concept: str) -> None:
    """A letter too many, too few, wrong or swapped in a long word still means what was meant."""
    assert concept in concepts(lexicon, wrong)


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("yäller", "gäller"),  # the first letter, in a word that nobody has written
        ("tvkst", "tvist"),
        ("vipken", "vilken"),  # not the VIP, which is as near
        ("säher", "säger"),  # not Säter
        ("kostnadwn", "kostnaden"),
    ],
)
def test_the_commonest_of_the_nearest_words_is_meant(lexicon: Lexicon, wrong: str, meant: str) -> None:
    """Of words that are equally near, the whole and the common one goes first, and is given as it is spelt."""
    found, spelt = lexicon.mend(wrong)
    assert set(found) == set(lexicon.lookup(meant)[0])
    assert spelt == meant


@pytest.mark.parametrize("word", ["elstödet", "xenon"])
def test_a_word_of_its_own_is_not_mended(lexicon: Lexicon, word: str) -> None:
    """A word that begins with other letters, or has too much wrong, is left as it is."""
    assert lexicon.mend(word)[0] == ()


@pytest.mark.parametrize(
    "word", ["bilen", "parkeringen", "semester", "lönen", "huset", "katten", "bordet", "stolen", "fakturan"]
)
def test_an_ordinary_word_is_not_mended(lexicon: Lexicon, word: str) -> None:
    """A word that is common in Swedish is taken to be meant as it stands."""
    assert not any(span.how == "typo" for span in spans(lexicon, word))


def test_danger_is_never_guessed(lexicon: Lexicon, serving: Serving) -> None:
    """No typing mistake is mended into a word of danger."""
    for word in ("överdosa", "skjutsar", "knivar", "hotel", "kramppa", "andaas"):
        for span in spans(lexicon, word):
            assert span.how != "typo" or all(lexicon.entries[concept].role != "danger" for concept in span.concepts), (
                word
            )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("orosanmälan", "oros anmälan"),
        ("abstinensvård", "abstinens vård"),
        ("läkemedelsbehandling", "läkemedels behandling"),
        ("länschefsnätverket", "länschefs nätverket"),
        ("malung-sälen", "malung sälen"),
        ("malung-sälen", "malungsälen"),
    ],
)
def test_words_written_apart_or_together_mean_the_same(lexicon: Lexicon, one: str, other: str) -> None:
    """Split and joined compounds lead to the same concepts."""
    assert concepts(lexicon, one) & concepts(lexicon, other)


@pytest.mark.parametrize(
    ("word", "parts"),
    [("falunlöken", {"falun", "lok"}), ("missbruks-lök", {"missbruk", "lok"}), ("LÖK-tvist", {"lok", "tvist"})],
)
def test_a_compound_means_its_parts(lexicon: Lexicon, word: str, parts: set[str]) -> None:
    """A compound that nobody listed means its parts, where the knowledge has both."""
    assert parts <= concepts(lexicon, word)


def test_diacritics_may_be_left_out(lexicon: Lexicon, serving: Serving) -> None:
    """Every municipality, task and body is found by its name without å, ä and ö."""
    knowledge = serving.served.knowledge
    named = {place.id: place.name for place in knowledge.municipalities.values()}
    named |= {task.id: task.aliases[0] for matrix in knowledge.matrices.values() for task in matrix.tasks}
    named |= {body.id: body.name for body in knowledge.bodies.values()}
    lost = [name for id_, name in named.items() if id_ not in concepts(lexicon, fold(name.lower()))]
    assert not lost


def test_a_municipality_is_found_in_the_genitive(lexicon: Lexicon, serving: Serving) -> None:
    """ "Faluns", "Moras kommun": the ending does not hide the place."""
    for place in serving.served.knowledge.municipalities.values():
        for text in (f"{place.name}s LÖK", f"i {place.name} kommun"):
            assert place.id in concepts(lexicon, text), text


@pytest.mark.parametrize(
    ("bare", "whole"),
    [
        ("LOK", "LÖK"),
        ("stod till anhoriga", "stöd till anhöriga"),
        ("saga upp", "säga upp"),
        ("vad ingar i", "vad ingår i"),
    ],
)
def test_words_without_diacritics_mean_the_same(lexicon: Lexicon, bare: str, whole: str) -> None:
    """A word or phrase without å, ä and ö goes before another word that merely begins so."""
    assert concepts(lexicon, whole) <= concepts(lexicon, bare)


@pytest.mark.parametrize(
    ("phrase", "concept"),
    [
        ("trappa ner hans tabletter", "trappa-ner"),
        ("trappar vi ner dem", "trappa-ner"),
        ("oense med dem om kostnaden", "tvist"),
    ],
)
def test_small_words_may_stand_inside_a_phrase(lexicon: Lexicon, phrase: str, concept: str) -> None:
    """A phrase is found also where pronouns or small words stand between its words."""
    found = concepts(lexicon, phrase)
    assert concept in found or any(one.startswith(concept) for one in found), found


def test_a_phrase_does_not_cross_a_sentence(lexicon: Lexicon) -> None:
    """Words of a phrase in different sentences are no phrase."""
    assert "tvist-lokal" in concepts(lexicon, "lokal tvist")
    assert not any("tvist-lokal" in span.concepts for span in spans(lexicon, "frågan är lokal! Tvist är ett ord"))


def test_the_cover_is_whole_and_in_order(lexicon: Lexicon) -> None:
    """Spans follow each other without gap or overlap, whatever the words."""
    tokens = tokenize(
        normalise("vem betalar läke medels behandlingen av en 17-åring i säter och var lämnas avvikelsen in?")
    )
    cover = lexicon.spans(tokens)
    assert [span.start for span in cover[1:]] == [span.end for span in cover[:-1]]
    assert (cover[0].start, cover[-1].end) == (0, len(tokens))


@pytest.mark.parametrize(
    "forms",
    [
        ("ansvar", "ansvaret", "ansvarar"),
        ("överenskommelse", "överenskommelsen", "överenskommelser", "överenskommelserna"),
        ("avvikelse", "avvikelser", "avvikelserna", "avvikelsens"),
        ("kommun", "kommunen", "kommuner", "kommunernas"),
        ("psykiatri", "psykiatrin", "psykiatrins"),
        ("tvist", "tvisten", "tvister"),
    ],
)
def test_the_forms_of_a_word_share_a_stem(forms: tuple[str, ...]) -> None:
    """Every inflection ends at the same stem."""
    assert len({stem(form) for form in forms}) == 1, {form: stem(form) for form in forms}
