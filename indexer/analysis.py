"""Text → what is indexed and searched: words as they stand, stems, parts of compounds, pieces of words.

Knows Swedish but nothing of the knowledge, so that any text can be indexed by it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from whoosh.lang import stopwords_for_language

from indexer.swedish import fold, normalise, stem, tokenize, zipf

PIECE = 4
"""Letters in a piece. Three to five finds little more, and is slow to build (tech.md)."""

# Words that a full stop list drops but chat-like questions turn on, folded.
_KEPT = frozenset(
    {
        *("vem", "vad", "nar", "hur", "var", "vart", "vilka", "vilken", "vilket", "varfor"),
        *("inte", "ej", "utan", "ingen", "alla", "sjalv"),
        *("pa", "av", "till", "om", "mot", "efter", "fran", "mellan", "inom", "under", "over", "ut", "upp"),
    }
)
_TAIL = 4
_HEAD = 3
_ENDINGS = frozenset({"ingen", "anden", "andes", "domar", "domen", "heten", "heter", "ligen"})
"""Endings that happen to be words as well."""
_COMMON = {3: 4.6, 4: 4.0, 5: 3.2}
"""Zipf value from which a word of so many letters is common enough to be a part of a compound."""
_COMMON_LONG = 2.2


@cache
def stop_words() -> frozenset[str]:
    """Return the words that say nothing about a text's subject: Snowball's list less some."""
    full: frozenset[str] = stopwords_for_language("sv")  # type: ignore[no-untyped-call]
    return frozenset(word for word in full if fold(word) not in _KEPT)


@dataclass(frozen=True, slots=True)
class Analysed:
    """A text as it is indexed: its words' stems with the parts of compounds, and their four-letter pieces.

    `forms` are all its words as they stand, small ones too.
    """

    forms: tuple[str, ...]
    terms: tuple[str, ...]
    pieces: tuple[str, ...]


def analyse(text: str) -> Analysed:
    """Return both at once; the text is read only once."""
    forms = forms_of(text)
    words = [word for word in forms if word not in stop_words()]
    terms = tuple(term for word in words for term in word_terms(word))
    return Analysed(tuple(forms), terms, tuple(piece for word in words for piece in word_pieces(word)))


def terms_of(text: str) -> list[str]:
    """Return what a text is found by: the stem of each word, followed by the stems of its parts."""
    return list(analyse(text).terms)


def pieces_of(text: str) -> list[str]:
    """Return the four-letter pieces of a text's folded words; shorter words whole."""
    return list(analyse(text).pieces)


def forms_of(text: str) -> list[str]:
    """Return all words of any text, lower case, as they stand."""
    return [token.word for token in tokenize(normalise(text))]


def words_of(text: str) -> list[str]:
    """Return the words of any text, lower case, stop words left out."""
    stop = stop_words()
    return [word for word in forms_of(text) if word not in stop]


@lru_cache(maxsize=65536)
def word_terms(word: str) -> tuple[str, ...]:
    """Return the stem of a word, then the stems of its parts if it is a compound."""
    return tuple(dict.fromkeys((stem(word), *map(stem, compound_parts(word)))))


@lru_cache(maxsize=65536)
def word_pieces(word: str) -> tuple[str, ...]:
    """Return the four-letter pieces of a word without its dots; a shorter word whole."""
    folded = fold(word)
    return tuple(folded[start : start + PIECE] for start in range(max(1, len(folded) - PIECE + 1)))


@lru_cache(maxsize=65536)
def compound_parts(word: str) -> tuple[str, ...]:
    """Return the parts of a compound, and their parts; nothing where they are not common Swedish words."""
    if "-" in word:
        return tuple(part for part in word.split("-") if len(part) > 1)
    if len(word) < _HEAD + _TAIL or not word.isalpha():
        return ()
    tails = ((word[:cut], word[cut:]) for cut in range(_HEAD, len(word) - _TAIL + 1) if _is_tail(word[cut:]))
    scored = [(zipf(head) + zipf(tail), head, tail) for rest, tail in tails for head in _heads(rest) if _common(head)]
    if not scored:
        return ()
    _, head, tail = max(scored)
    return (head, *compound_parts(head), tail, *compound_parts(tail))


def _is_tail(piece: str) -> bool:
    return piece not in _ENDINGS and _common(piece)


def _common(word: str) -> bool:
    return zipf(word) >= _COMMON.get(len(word), _COMMON_LONG) and word not in stop_words()


def _heads(piece: str) -> Iterator[str]:
    """Yield what a first part may be as a word of its own: as it stands, or less its joining letter."""
    yield piece
    if piece.endswith("s") and len(piece) > _HEAD + 1:
        yield piece[:-1]
    if piece[-1] in "oeu" and len(piece) > _HEAD + 1:
        yield piece[:-1] + "a"
