"""The only room that knows Whoosh: writes an index folder, and searches it.

A document has four fields: all its words as they stand, the terms of its text with the concepts
that it names, the same of its example questions, and the four-letter pieces of both. Each is ranked
by BM25F.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock

from whoosh import fields, index, scoring
from whoosh.codec.whoosh3 import W3Codec

from indexer.analysis import analyse, forms_of, stop_words, word_pieces, word_terms
from indexer.errors import SearchError
from indexer.lexicon import Lexicon
from indexer.passages import Passage
from indexer.swedish import normalise, tokenize
from knowledge.model import Kind

WEIGHTS = {"forms": 1.0, "terms": 0.4, "examples": 0.5, "pieces": 0.55}
"""How much a hit in a field counts. Measured by `benchmarks.retrieval`; the best lie on a broad height."""
CONCEPT = 2.0
"""How much a concept counts: about as much as one word in all the fields together."""
PART = 0.3
"""How much the part of a compound counts beside the whole word."""
B, K1 = 0.75, 1.2
"""BM25: how much a long text is held back (0–1), and how soon repeating a word stops counting."""
POSTINGS = 8192
"""Terms whose documents are kept in memory, the last asked for."""
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
    forms: Sequence[str]
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
    entries = (Entry(id_, "", found.forms, found.terms, (), found.pieces) for id_, found in analysed)
    return _write(entries, folder, lambda done: None)


def _entry_of(passage: Passage) -> Entry:
    said = [analyse(text) for text in (passage.title, passage.text, *passage.also)]
    asked = [analyse(text) for text in passage.examples]
    about = [_concept(concept) for concept in passage.about if concept in passage.concepts]
    mentioned = sorted(map(_concept, passage.concepts))
    return Entry(
        id=passage.id,
        kind=passage.kind.value,
        forms=[form for one in (*said, *asked) for form in one.forms],
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
                    forms=list(entry.forms),
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
        # To go through Whoosh's postings costs most of a search, and the same words are asked for over and over.
        self._postings = lru_cache(maxsize=POSTINGS)(self._read_postings)
        try:
            self._searcher = index.open_dir(str(folder), readonly=True).searcher(weighting=scoring.BM25F(B, K1))
            self._held_back = {field: self._read_lengths(field) for field in WEIGHTS}
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
        asked, small = _parted(forms_of(words))
        groups = self._groups(words, asked)
        with self._lock:
            try:
                scores = self._scores_of(_wanted(asked, groups), small)
                if kinds is not None:
                    let_through = {doc for kind in kinds for doc, _ in self._postings("kind", str(kind))}
                    scores = {doc: score for doc, score in scores.items() if doc in let_through}
                best = heapq.nsmallest(max(limit, 0), scores, key=lambda doc: (-scores[doc], doc))
                stored = {doc: self._searcher.reader().stored_fields(doc) for doc in best}
                weights = [self._weight(group) for group in groups]
            except Exception as exc:  # a damaged file, or an index closed meanwhile, makes Whoosh raise anything
                raise SearchError("unreadable", repr(exc)) from exc
        hits = [
            Hit(row["id"], scores[doc], _share(groups, weights, frozenset(row["words"].split())))
            for doc, row in stored.items()
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))

    def _scores_of(self, wanted: dict[tuple[str, str], float], small: Iterable[str]) -> dict[int, float]:
        """Return the score of every document that has something of what is wanted; small words only add to it."""
        scores: dict[int, float] = defaultdict(float)
        for (field, term), boost in wanted.items():
            for doc, score in self._postings(field, term):
                scores[doc] += boost * score
        for form in small:
            for doc, score in self._postings("forms", form):
                if doc in scores:
                    scores[doc] += WEIGHTS["forms"] * score
        return scores

    def _read_postings(self, field: str, term: str) -> tuple[tuple[int, float], ...]:
        """Return the documents that have a term in a field, with their scores by BM25F."""
        reader = self._searcher.reader()
        if not reader.doc_frequency(field, term):
            return ()
        idf: float = self._searcher.idf(field, term)  # type: ignore[no-untyped-call]
        held_back = self._held_back.get(field)
        matcher = reader.postings(field, term)
        found = []
        while matcher.is_active():
            doc, times = matcher.id(), matcher.weight()
            found.append((doc, idf * ((times * (K1 + 1)) / (times + held_back[doc])) if held_back else 1.0))
            matcher.next()
        return tuple(found)

    def _read_lengths(self, field: str) -> list[float]:
        """Return how much each document's length in a field holds its score back, as BM25 has it.

        Whoosh's own scorer looks the length up once for every posting, which costs more than all the rest.
        """
        reader = self._searcher.reader()
        mean: float = self._searcher.avg_field_length(field) or 1.0  # type: ignore[no-untyped-call]
        lengths = (reader.doc_field_length(doc, field, 1) or 1 for doc in range(reader.doc_count_all()))
        return [K1 * ((1 - B) + B * length / mean) for length in lengths]

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

    def _weight(self, group: tuple[str, ...]) -> float:
        """Return how rare a word is: 1 for a word in every document, more for a rarer one."""
        with_it = max(self._searcher.reader().doc_frequency("terms", term) for term in group)
        return 1.0 + math.log((len(self) + 1) / (with_it + 1))


def _parted(forms: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the words that say something about a subject, and the small ones, each once."""
    once = dict.fromkeys(forms)
    return [form for form in once if form not in stop_words()], [form for form in once if form in stop_words()]


def _wanted(asked: Iterable[str], groups: Iterable[tuple[str, ...]]) -> dict[tuple[str, str], float]:
    """Return (field, term) → how much it counts."""
    boosts = {("forms", form): WEIGHTS["forms"] for form in asked}
    for group in groups:
        for place, term in enumerate(group):
            for field in ("terms", "examples"):
                boost = CONCEPT if term.startswith("#") else WEIGHTS[field] * (1.0 if place == 0 else PART)
                boosts[field, term] = max(boosts.get((field, term), 0.0), boost)
    boosts.update({("pieces", piece): WEIGHTS["pieces"] for word in asked for piece in word_pieces(word)})
    return boosts


def _share(groups: Sequence[tuple[str, ...]], weights: Sequence[float], has: frozenset[str]) -> float:
    whole = sum(weights)
    matched = sum(weight for group, weight in zip(groups, weights, strict=True) if has.intersection(group))
    return matched / whole if whole else 0.0
