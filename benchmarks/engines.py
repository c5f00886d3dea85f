"""The engines that are compared: each indexes documents once, and ranks them for a question."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from whoosh import fields, index, scoring
from whoosh.analysis.analyzers import LanguageAnalyzer
from whoosh.query.compound import Or
from whoosh.query.terms import Term

from indexer.search import Search, index_documents

Docs = Sequence[tuple[str, str]]
Rank = Callable[[str, int], list[str]]
"""(question, limit) → ids of documents, best first."""
Engine = Callable[[Docs, Path], AbstractContextManager[Rank]]
"""Indexes documents, (id, text), into a folder that exists, and gives what ranks them as long as it is held open."""


@contextmanager
def lotsen(docs: Docs, folder: Path) -> Iterator[Rank]:
    """The analysis and the index that serve the knowledge."""
    index_documents(docs, folder / "lotsen")
    search = Search(folder / "lotsen")
    yield lambda question, limit: [hit.id for hit in search.search(question, limit)]
    search.close()


@contextmanager
def fts5(docs: Docs, folder: Path) -> Iterator[Rank]:
    """SQLite FTS5: words as they stand, bm25, any of the words."""
    database = sqlite3.connect(folder / "fts5.sqlite")
    with database:
        database.execute("CREATE VIRTUAL TABLE docs USING fts5(id UNINDEXED, text, tokenize='unicode61')")
        database.executemany("INSERT INTO docs VALUES (?, ?)", docs)

    def rank(question: str, limit: int) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", question))
        if not words:
            return []
        rows = database.execute("SELECT id FROM docs WHERE docs MATCH ? ORDER BY bm25(docs) LIMIT ?", (words, limit))
        return [str(id_) for (id_,) in rows]

    yield rank
    database.close()


@contextmanager
def whoosh_sv(docs: Docs, folder: Path) -> Iterator[Rank]:
    """Whoosh with its own Swedish analyser: stop list, Snowball stems, BM25F, any of the words."""
    analyser = LanguageAnalyzer("sv")
    schema = fields.Schema(id=fields.ID(stored=True), text=fields.TEXT(analyzer=analyser))
    (folder / "whoosh_sv").mkdir()
    opened = index.create_in(str(folder / "whoosh_sv"), schema)
    writer = opened.writer(limitmb=256)
    for id_, text in docs:
        writer.add_document(id=id_, text=text)
    writer.commit()
    searcher = opened.searcher(weighting=scoring.BM25F())

    def rank(question: str, limit: int) -> list[str]:
        terms = dict.fromkeys(token.text for token in analyser(question, mode="query"))
        found = searcher.search(Or([Term("text", term) for term in terms]), limit=limit)
        return [str(hit["id"]) for hit in found]

    yield rank
    searcher.close()  # type: ignore[no-untyped-call]


ENGINES: dict[str, Engine] = {"lotsen": lotsen, "fts5": fts5, "whoosh_sv": whoosh_sv}
"""In the order in which they are shown."""


@contextmanager
def tantivy_sv(docs: Docs, folder: Path) -> Iterator[Rank]:
    """Tantivy with Swedish stems, any of the words. Raises ImportError where it is not installed."""
    import tantivy

    stems = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("text", tokenizer_name="sv")
    (folder / "tantivy").mkdir()
    opened = tantivy.Index(schema.build(), path=str(folder / "tantivy"))
    opened.register_tokenizer("sv", stems.filter(tantivy.Filter.stemmer("swedish")).build())
    writer = opened.writer()
    for id_, text in docs:
        writer.add_document(tantivy.Document(id=id_, text=text))
    writer.commit()
    writer.wait_merging_threads()
    opened.reload()
    searcher = opened.searcher()

    def rank(question: str, limit: int) -> list[str]:
        # Its query language has words of its own in capitals.
        words = " ".join(re.findall(r"\w+", question)).lower()
        found = searcher.search(opened.parse_query(words, ["text"]), limit).hits if words else []
        return [str(searcher.doc(address)["id"][0]) for _, address in found]

    yield rank


YARDSTICKS: dict[str, Engine] = {"fts5": fts5, "tantivy": tantivy_sv}
"""What the time of a question is held against."""
