"""What the index finds, and that it can be asked by many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexer.errors import SearchError
from indexer.passages import Passage, passages
from indexer.search import Search, index_documents, index_passages
from indexer.swedish import stem
from indexer.vocabulary import lexicon_of
from knowledge.model import Kind, Knowledge

DOCS = [
    ("katt", "Katter äter helst fisk och sover större delen av dygnet."),
    ("hund", "Hundar behöver promenader; hundmat finns i butiken."),
    ("båt", "En segelbåt drivs av vinden."),
]


@pytest.fixture(scope="module")
def searcher(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Search:
    """The small knowledge, indexed."""
    folder = tmp_path_factory.mktemp("ord")
    lexicon = lexicon_of(knowledge)
    index_passages(passages(knowledge, lexicon), folder)
    return Search(folder, lexicon)


def first(searcher: Search, words: str, **options: object) -> str:
    """Return the id of the best hit."""
    return searcher.search(words, **options)[0].id  # type: ignore[arg-type]


def test_every_passage_is_found_by_its_own_words(knowledge: Knowledge, searcher: Search) -> None:
    """Whoever repeats a passage's title and text gets it, among the first three."""
    for passage in passages(knowledge, lexicon_of(knowledge)):
        assert passage.id in [hit.id for hit in searcher.search(f"{passage.title} {passage.text}", limit=3)]


def test_an_example_question_finds_its_fact(searcher: Search) -> None:
    """Words that stand only in an example lead to its fact."""
    assert "plan/ansvar" in [hit.id for hit in searcher.search("Vem skriver planen i Söderby?", limit=2)]
    assert first(searcher, "Vem skriver planen?") == "plan/ansvar"


def test_a_synonym_finds_what_is_called_otherwise(searcher: Search) -> None:
    """An alias in the knowledge leads to texts that never use that word."""
    assert "organ/radet" in {hit.id for hit in searcher.search("chefsrådet", limit=4)}


@pytest.mark.parametrize("words", ["natverksgruppen norr", "nätvärksgruppen i norr", "nätverks gruppen norr"])
def test_careless_spelling_still_finds(searcher: Search, words: str) -> None:
    """Lost dots, typing mistakes and compounds written apart do not hide a text."""
    assert first(searcher, words) == "norrby-2022/struktur"


def test_kinds_let_through_only_those(searcher: Search) -> None:
    """A search for some kinds finds nothing of the others."""
    hits = searcher.search("samarbetet överenskommelse", limit=50, kinds=[Kind.VALIDITY])
    assert hits and all("/beslut/" in hit.id or "/version/" in hit.id or "/antagen/" in hit.id for hit in hits)


def test_no_kinds_let_nothing_through(searcher: Search) -> None:
    """An empty choice of kinds is not the same as no choice."""
    assert searcher.search("planen", kinds=[]) == []
    assert searcher.search("planen", limit=0) == []


def test_hits_are_ordered_and_limited(searcher: Search) -> None:
    """The best come first, and no more than were asked for; the same words give the same hits."""
    hits = searcher.search("vården och omsorgen i Norrby", limit=5)
    assert len(hits) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits == searcher.search("vården och omsorgen i Norrby", limit=5)


def test_share_tells_how_much_of_the_question_was_there(searcher: Search) -> None:
    """A word that a passage lacks takes its share away; nothing can be more than whole."""
    whole = searcher.search("arbetsgrupp varje månad")[0]
    part = searcher.search("arbetsgrupp varje månad zebra")[0]
    assert whole.id == part.id == "lok/soderby/2022/struktur-2"
    assert whole.share == pytest.approx(1.0)
    assert 0 < part.share < 0.9


@pytest.mark.parametrize("words", ["", "   ", "och i det", "?!", "zzzzqqq"])
def test_nothing_is_found_for_nothing(searcher: Search, words: str) -> None:
    """Empty words, stop words and words that nobody wrote find nothing, without an error."""
    assert searcher.search(words) == []


def test_small_words_find_nothing_by_themselves(searcher: Search) -> None:
    """A word that nobody wrote is not found for the small words beside it; they only order what is found."""
    assert searcher.search("zzzzqqq och i det") == []
    assert {hit.id for hit in searcher.search("det är planen", 99)} == {hit.id for hit in searcher.search("planen", 99)}


def test_words_as_they_stand_go_first(tmp_path: Path) -> None:
    """Of two texts with the same stems, the one that inflects them as the question does comes first."""
    docs = [("en", "Läkaren skriver remissen."), ("flera", "Läkarna skriver remisserna."), ("annat", "Solen lyser.")]
    index_documents(docs, tmp_path / "fritt")
    searcher = Search(tmp_path / "fritt")
    assert first(searcher, "läkarna skriver remisserna") == "flera"
    assert first(searcher, "läkaren skriver remissen") == "en"


@pytest.mark.parametrize("words", ["plan*", "kind:local OR *", "id:[a TO z]", "(((", '"', "AND NOT"])
def test_nothing_typed_is_a_command(searcher: Search, words: str) -> None:
    """Signs that search engines obey are only signs."""
    assert isinstance(searcher.search(words), list)


def test_many_threads_get_what_one_gets(searcher: Search) -> None:
    """Sixteen askers at once get the same answers as one after the other."""
    asked = ["chefsrådet", "planen i Söderby", "styrgrupp varje termin", "överens rådet", "utredning"] * 20
    alone = [searcher.search(words) for words in asked]
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(searcher.search, asked)) == alone


def test_any_documents_can_be_indexed(tmp_path: Path) -> None:
    """The same analysis serves documents that have nothing to do with the knowledge."""
    assert index_documents(DOCS, tmp_path / "fritt") == 3
    searcher = Search(tmp_path / "fritt")
    assert len(searcher) == 3
    assert [first(searcher, words) for words in ("vad äter katten", "mat till hund", "en segelbat")] == [
        "katt",
        "hund",
        "båt",
    ]


# Whoosh leaves a file open when it finds it damaged.
@pytest.mark.filterwarnings("ignore:.*unclosed file", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_damaged_index_is_our_error(tmp_path: Path) -> None:
    """Whatever Whoosh raises for a broken or missing folder comes out as SearchError."""
    with pytest.raises(SearchError):
        Search(tmp_path / "saknas")
    index_documents(DOCS, tmp_path / "trasigt")
    for path in (tmp_path / "trasigt").iterdir():
        path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(SearchError):
        Search(tmp_path / "trasigt").search("katt")


def test_a_closed_index_is_our_error(tmp_path: Path) -> None:
    """A search after closing is refused as SearchError, also for words that were asked for before."""
    index_documents(DOCS, tmp_path / "fritt")
    searcher = Search(tmp_path / "fritt")
    searcher.search("katt")
    searcher.close()
    with pytest.raises(SearchError):
        searcher.search("katt")


def test_a_passage_survives_being_stored(knowledge: Knowledge) -> None:
    """A passage read back from its data is the same passage."""
    for passage in passages(knowledge, lexicon_of(knowledge)):
        assert Passage.from_json(passage.as_json()) == passage


def test_a_passage_knows_its_concepts_and_stems(knowledge: Knowledge) -> None:
    """What a passage is about, what it names and the words of its examples all explain a question."""
    found = {passage.id: passage for passage in passages(knowledge, lexicon_of(knowledge))}["plan/ansvar"]
    assert {"plan", "vem-ansvarar", "soderby", "unga"} <= found.concepts
    assert {stem("skriver"), stem("behovet")} <= found.stems
