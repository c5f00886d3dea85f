"""The only room that knows Whoosh: writes an index folder, and searches it.

A document has three fields: the terms of its text with the concepts that it names, the same
of its example questions, and the four-letter pieces of both. Each is ranked by BM25F.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from whoosh import fields, index, scoring
from whoosh.codec.whoosh3 import W3Codec
from whoosh.query.compound import Or
from whoosh.query.terms import Term

from indexer.analysis import analyse, word_pieces, word_terms, words_of
from indexer.errors import SearchError
from indexer.lexicon import Lexicon
from indexer.passages import Passage
from indexer.swedish import normalise, tokenize
from knowledge.model import Kind

WEIGHTS = {"terms": 1.0, "examples": 1.2, "pieces": 0.5}
"""How much a hit in a field counts."""
PART = 0.3
"""How much the part of a compound counts beside the whole word."""
ABOUT = 3
"""How often a concept is put in for a passage that is about it; a concept only mentioned is put in once."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found. `share` is how much of the question's words it has, weighed by rarity, 0 to 1."""

    id: str
    score: float
    share: float


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as it is indexed. Terms that begin with # are concepts."""

    id: str
    kind: str
    terms: Sequence[str]
    examples: Sequence[str]
    pieces: Sequence[str]


# --- writing -------------------------------------------------------------------------------------


def index_passages(found: Sequence[Passage], folder: Path, step: Callable[[int], None] = lambda done: None) -> None:
    """Write an index of passages into an empty folder; `step` is told how many are done. Raises SearchError."""
    _write((_entry_of(passage) for passage in found), folder, step)


def index_documents(docs: Iterable[tuple[str, str]], folder: Path) -> int:
    """Write an index of any documents, (id, text), into a folder that is made; return how many.

    Search it with `Search(folder)`. Raises SearchError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    analysed = ((id_, analyse(text)) for id_, text in docs)
    entries = (Entry(id_, "", found.terms, (), found.pieces) for id_, found in analysed)
    return _write(entries, folder, lambda done: None)


def _entry_of(passage: Passage) -> Entry:
    said = [analyse(text) for text in (passage.title, passage.text, *passage.also)]
    asked = [analyse(text) for text in passage.examples]
    about = [_concept(concept) for concept in passage.about if concept in passage.concepts]
    mentioned = sorted(map(_concept, passage.concepts))
    return Entry(
        id=passage.id,
        kind=passage.kind.value,
        terms=[*(term for one in said for term in one.terms), *mentioned, *about * (ABOUT - 1)],
        examples=[*(term for one in asked for term in one.terms), *sorted(map(_concept, passage.asked))],
        pieces=[piece for one in (*said, *asked) for piece in one.pieces],
    )


def _concept(id_: str) -> str:
    return f"#{id_}"


def _schema() -> fields.Schema:
    # Terms are made here and given as lists, so no analyser of Whoosh's runs; places in the text are not kept.
    listed = {name: fields.TEXT(phrase=False) for name in WEIGHTS}
    return fields.Schema(id=fields.ID(stored=True), kind=fields.ID(), words=fields.STORED(), **listed)


def _write(entries: Iterable[Entry], folder: Path, step: Callable[[int], None]) -> int:
    done = 0
    try:
        codec = W3Codec(compression=0)  # type: ignore[no-untyped-call]  # small enough; quicker to write and read
        writer = index.create_in(str(folder), _schema()).writer(limitmb=256, codec=codec)
        try:
            for entry in entries:
                writer.add_document(
                    id=entry.id,
                    kind=entry.kind,
                    words=" ".join(sorted({*entry.terms, *entry.examples})),
                    terms=list(entry.terms),
                    examples=list(entry.examples),
                    pieces=list(entry.pieces),
                )
                done += 1
                step(done)
            writer.commit()
        except BaseException:
            writer.cancel()
            raise
    except (OSError, index.LockError, index.IndexError) as exc:
        raise SearchError("unwritable", str(exc)) from exc
    return done


# --- searching -----------------------------------------------------------------------------------


class Search:
    """An open index. Safe for many threads; one search runs at a time."""

    def __init__(self, folder: Path, lexicon: Lexicon | None = None) -> None:
        """Open an index folder; with a lexicon, words also find what they mean. Raises SearchError."""
        self._lexicon = lexicon
        # Whoosh's matchers share one file position, so that two searches at once would read each other's postings.
        self._lock = Lock()
        try:
            self._searcher = index.open_dir(str(folder), readonly=True).searcher(weighting=scoring.BM25F())
        except Exception as exc:  # a damaged file makes Whoosh raise anything
            raise SearchError("unreadable", f"{folder}: {exc!r}") from exc

    def __len__(self) -> int:
        return int(self._searcher.doc_count())

    def close(self) -> None:
        """Let go of the files. The index cannot be searched afterwards."""
        with self._lock:
            self._searcher.close()  # type: ignore[no-untyped-call]

    def search(self, words: str, limit: int = 8, kinds: Iterable[Kind | str] | None = None) -> list[Hit]:
        """Return the best documents for some words, best first; `kinds` lets through only those.

        The same words find the same hits in the same order. Raises SearchError if the index cannot be read.
        """
        asked = words_of(words)
        groups = self._groups(words, asked)
        wanted = Or(self._wanted(asked, groups))
        only = None if kinds is None else Or([Term("kind", str(kind)) for kind in kinds])
        # An empty filter would let everything through.
        if not wanted.subqueries or limit < 1 or (only is not None and not only.subqueries):
            return []
        with self._lock:
            try:
                found = self._searcher.search(wanted, limit=limit, filter=only)
                rows = [(hit["id"], float(hit.score), frozenset(hit["words"].split())) for hit in found]
                weights = [self._weight(group) for group in groups]
            except Exception as exc:  # a damaged file, or an index closed meanwhile, makes Whoosh raise anything
                raise SearchError("unreadable", repr(exc)) from exc
        hits = [Hit(id_, score, _share(groups, weights, has)) for id_, score, has in rows]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))

    def _groups(self, words: str, asked: Iterable[str]) -> list[tuple[str, ...]]:
        """Return for each word the terms by which it can be found: its stem, its parts and what it means."""
        groups = {word: word_terms(word) for word in asked}
        if self._lexicon is not None:
            tokens = tokenize(normalise(words))
            for span in self._lexicon.spans(tokens):
                for token in tokens[span.start : span.end]:
                    if token.word in groups:
                        meant = (_concept(concept) for concept in span.concepts)
                        groups[token.word] = tuple(dict.fromkeys((*groups[token.word], *meant)))
        return list(groups.values())

    def _wanted(self, asked: Iterable[str], groups: Iterable[tuple[str, ...]]) -> list[Term]:
        boosts: dict[tuple[str, str], float] = {}
        for group in groups:
            for place, term in enumerate(group):
                boost = 1.0 if place == 0 or term.startswith("#") else PART
                for field in ("terms", "examples"):
                    boosts[field, term] = max(boosts.get((field, term), 0.0), boost * WEIGHTS[field])
        boosts.update({("pieces", piece): WEIGHTS["pieces"] for word in asked for piece in word_pieces(word)})
        return [Term(field, term, boost=boost) for (field, term), boost in boosts.items()]

    def _weight(self, group: tuple[str, ...]) -> float:
        """Return how rare a word is: 1 for a word in every document, more for a rarer one."""
        with_it = max(self._searcher.reader().doc_frequency("terms", term) for term in group)
        return 1.0 + math.log((len(self) + 1) / (with_it + 1))


def _share(groups: Sequence[tuple[str, ...]], weights: Sequence[float], has: frozenset[str]) -> float:
    whole = sum(weights)
    matched = sum(weight for group, weight in zip(groups, weights, strict=True) if has.intersection(group))
    return matched / whole if whole else 0.0
