"""Which pages of a document a scan has robbed of their Swedish letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log

from indexer.importing.document import Block, Table
from indexer.importing.scanned import Token, tokens_of
from indexer.importing.spelling import Reading, Spelling, frequencies

DOTTED = 0.055
"""The share of å, ä and ö among the letters of Swedish text."""
SOUND = 0.025
"""The share from which no text is taken for damaged."""
BROKEN = 0.06
"""The share of words that are none, but would be with other letters, in a damaged text."""
BROKEN_WORDS = 3
"""How many such words there must be at least."""
STRANGE = 0.35
"""The share of words that are none in any reading, above which a text is not Swedish."""
ENOUGH = 400
"""Letters from which a page is judged by itself: a sound document may hold a bad scan."""
FOREIGN = 1.0
"""How much likelier each word of a sentence must be in English, as a logarithm, for the sentence to be English."""
FOREIGN_WORDS = 3
NEVER = log(1e-9)


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph or a cell, and the words in it. `row` and `column` are null for a paragraph."""

    text: str
    page: int | None
    block: int
    tokens: tuple[Token, ...]
    row: int | None = None
    column: int | None = None

    @property
    def sentences(self) -> Iterator[list[Token]]:
        """The words and numbers of each sentence, without the points of lists."""
        sentence: list[Token] = []
        for token in self.tokens:
            if token.first and sentence:
                yield sentence
                sentence = []
            if token.instead is None:
                sentence.append(token)
        if sentence:
            yield sentence


def pieces_of(blocks: Sequence[Block]) -> Iterator[Piece]:
    """Yield the paragraphs and cells of a document;"""
    for at, block in enumerate(blocks):
        if not isinstance(block, Table):
            yield Piece(block.text, block.spot.page, at, tuple(tokens_of(block.text)))
            continue
        for row, cells in enumerate(block.rows):
            for column, cell in enumerate(cells):
                tokens = tuple(tokens_of(cell.text))
                yield Piece(cell.text, block.spot.page, at, tokens, row, column)


def suspects(pieces: Iterable[Piece]) -> list[list[Piece]]:
    """Return the pages with far too few Swedish letters; pages with little text are judged together."""
    pages: dict[int | None, list[Piece]] = defaultdict(list)
    for piece in pieces:
        pages[piece.page].append(piece)
    groups: dict[int | None, list[Piece]] = defaultdict(list)
    for page, found in pages.items():
        groups[page if _letters(found) >= ENOUGH else None].extend(found)
    return [found for found in groups.values() if _letters(found) and dotted(found) < SOUND]


def dotted(pieces: Iterable[Piece]) -> float:
    """Return the share of å, ä and ö among the letters."""
    text = "".join(token.signs for piece in pieces for token in piece.tokens).lower()
    return sum(map(text.count, "åäö")) / max(sum(char.isalpha() for char in text), 1)


def _letters(pieces: Iterable[Piece]) -> int:
    return sum(len(token.signs) for piece in pieces for token in piece.tokens)


def is_broken(pieces: Iterable[Piece], spelling: Spelling) -> bool:
    """Return whether a text is Swedish, and has many words that are none before their letters are restored."""
    total = broken = strange = 0
    for piece in pieces:
        for sentence in piece.sentences:
            readings = [spelling.readings(token.signs.lower()) for token in sentence]
            if in_english(sentence, readings):
                continue
            total += len(sentence)
            for token, (best, *_) in zip(sentence, readings, strict=True):
                if not token.number and not token.abbreviation and not spelling.known(token.signs.lower()):
                    broken += best.text != token.signs.lower()
                    strange += best.text == token.signs.lower()
    return broken >= max(BROKEN_WORDS, BROKEN * total) and strange <= STRANGE * total


def in_english(sentence: Sequence[Token], readings: Sequence[Sequence[Reading]]) -> bool:
    """Return whether a sentence is far likelier in English than in Swedish with any letters restored."""
    worded = [
        (token.signs.lower(), best.score)
        for token, (best, *_) in zip(sentence, readings, strict=True)
        if not token.number and not token.abbreviation
    ]
    likelier = sum(_english(signs) - swedish for signs, swedish in worded)
    return len(worded) >= FOREIGN_WORDS and likelier > FOREIGN * len(worded)


def _english(word: str) -> float:
    share = frequencies("en").get(word, 0.0)
    return log(share) if share else NEVER
