"""Swedish letters that a scan has lost, restored by dictionary and context; the original is kept beside."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from indexer.importing.context import Choice, choose
from indexer.importing.damage import DOTTED, Piece, dotted, in_english, is_broken, pieces_of, suspects
from indexer.importing.document import UNSURE, Block, Document, Mended, Restored, Spot, Table
from indexer.importing.letters import misread
from indexer.importing.scanned import Token
from indexer.importing.spelling import NUMBER, Reading, Spelling

Progress = Callable[[int, int], None]
"""Told how many paragraphs and cells have been restored, and how many there are."""

LEARNT = 0.97
"""How sure a word must be to tell of the rest of its document."""
TIMES = 3
"""How many words of other texts such a word is worth."""
MOST = 0.99
POINT = 0.95
"""How sure a point of a list is, and a capital I that was read as a bar."""


def restored(document: Document, texts: Iterable[str] = (), progress: Progress | None = None) -> Document:
    """Return the document with its Swedish letters restored; the same object where nothing is damaged.

    `texts` are sound texts about the same things (`prose.texts_of(knowledge)`): their words, abbreviations and
    what follows what are held for likelier. `Document.restored` tells each word that was mended, how sure that
    is, words that were left in doubt, and the blocks as they stood. Addresses, numbers, dates, names and other
    languages are left as they are.
    """
    groups = suspects(pieces_of(document.blocks))
    if not groups:
        return document
    lost = 1 - min(dotted(piece for group in groups for piece in group) / DOTTED, 0.7)
    spelling = Spelling(texts, damage=min(lost, 0.98))
    damaged = [piece for group in groups if is_broken(group, spelling) for piece in group]
    for piece in damaged:
        for sentence in piece.sentences:
            _learn(sentence, spelling)
    mended: dict[int, dict[Piece, list[Mended]]] = defaultdict(dict)
    for count, piece in enumerate(damaged, 1):
        if words := list(_mended(piece, spelling)):
            mended[piece.block][piece] = words
        if progress:
            progress(count, len(damaged))
    return _rebuilt(document, mended) if mended else document


def _choices(sentence: Sequence[Token], spelling: Spelling) -> list[Choice]:
    """Return what each word of a sentence is; nothing for a sentence in English."""
    readings = [_readings(token, spelling) for token in sentence]
    return [] if in_english(sentence, readings) else choose(spelling, readings)


def _readings(token: Token, spelling: Spelling) -> list[Reading]:
    if token.number:
        return [Reading((NUMBER,), 0.0)]
    if not token.abbreviation:
        return spelling.readings(token.signs.lower())
    # In four capitals nearly every reading is some abbreviation: only those that are known count.
    names = [name for name in spelling.names if len(name) == len(token.signs) and not name.isascii()]
    likely = [name for name in names if misread(token.signs.lower(), name.lower(), spelling.damage) is not None]
    name = token.signs if token.signs in spelling.names or not likely else min(likely)
    return [Reading((name.lower(),), 0.0)]


def _learn(sentence: Sequence[Token], spelling: Spelling) -> None:
    """Let the words that are certain tell of those that are not."""
    run: list[str] = []
    for choice in _choices(sentence, spelling):
        if choice.sure >= LEARNT and all(map(spelling.known, choice.reading.words)):
            run.extend(choice.reading.words)
        else:
            spelling.learn(run, TIMES)
            run = []
    spelling.learn(run, TIMES)


def _mended(piece: Piece, spelling: Spelling) -> Iterator[Mended]:
    """Yield what is mended in a piece, or may need it; `start` is still the place in the text as it stood."""
    found = [
        Mended(token.signs, token.instead, POINT, piece.block, token.start) for token in piece.tokens if token.instead
    ]
    for sentence in piece.sentences:
        for token, choice in zip(sentence, _choices(sentence, spelling), strict=False):
            now = token.signs if token.number else cased(token, choice.reading.text)
            if now != token.signs or choice.sure < UNSURE:
                found.append(Mended(token.signs, now, round(min(choice.sure, MOST), 2), piece.block, token.start))
    yield from sorted(found, key=lambda word: word.start)


def cased(token: Token, text: str) -> str:
    """Return a text in the capitals of the word that it stands for."""
    signs = token.signs
    if signs.isupper() and len(signs) > 1 and not any(char.isdecimal() for char in signs):
        return text.upper()
    if text == signs.lower():
        return signs
    if len(text) == len(signs):
        # A sign that is no letter, or an I for an l, does not tell whether its letter was a capital.
        signed = list(zip(signs, text, strict=True))
        told = [sign.isupper() and (sign.lower() == letter or sign != "I") for sign, letter in signed]
        now = "".join(letter.upper() if capital else letter for letter, capital in zip(text, told, strict=True))
    else:
        now = text[0].upper() + text[1:] if signs[0].isupper() else text
    return now[0].upper() + now[1:] if token.first and not signs[0].islower() else now


def _rebuilt(document: Document, mended: Mapping[int, Mapping[Piece, Sequence[Mended]]]) -> Document:
    words: list[Mended] = []
    blocks: list[Block] = []
    headings: dict[str, str] = {}
    for at, block in enumerate(document.blocks):
        now = [(piece, found) for piece, found in mended.get(at, {}).items()]
        if isinstance(block, Table):
            blocks.append(_table(block, now, words, headings))
            continue
        text = "".join(_written(piece, found, words) for piece, found in now) or block.text
        if block.level:
            headings[block.text] = text
        blocks.append(replace(block, text=text, spot=_under(block.spot, headings)))
    return replace(document, blocks=tuple(blocks), restored=_told(words, document.blocks))


def _told(words: Sequence[Mended], original: tuple[Block, ...]) -> Restored:
    mended = tuple(word for word in words if word.was != word.now)
    return Restored(mended, original, tuple(word for word in words if word.was == word.now))


def _table(
    table: Table, now: Sequence[tuple[Piece, Sequence[Mended]]], words: list[Mended], headings: Mapping[str, str]
) -> Table:
    rows = [[replace(cell, spot=_under(cell.spot, headings)) for cell in row] for row in table.rows]
    for piece, found in now:
        assert piece.row is not None and piece.column is not None
        cell = rows[piece.row][piece.column]
        # A word of a merged cell counts once, where it is shown.
        rows[piece.row][piece.column] = replace(cell, text=_written(piece, found, [] if cell.covered else words))
    return Table(tuple(map(tuple, rows)), _under(table.spot, headings))


def _under(spot: Spot, headings: Mapping[str, str]) -> Spot:
    """Return a place that names its heading as it is written now."""
    return replace(spot, heading=headings.get(spot.heading, spot.heading)) if spot.heading else spot


def _written(piece: Piece, found: Sequence[Mended], words: list[Mended]) -> str:
    """Return a text with its words mended, and add them to `words` with their places in it."""
    text, at = "", 0
    for word in found:
        text += piece.text[at : word.start]
        words.append(replace(word, start=len(text)))
        text += word.now
        at = word.start + len(word.was)
    return text + piece.text[at:]
