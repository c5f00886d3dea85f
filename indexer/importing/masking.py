"""Documents without personal data: masked before anything is kept, shown or indexed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from indexer.importing.document import Block, Cell, Document, Mended, Paragraph, Restored, Spot, Table
from indexer.importing.names import Vocabulary, name_spans, name_words
from indexer.importing.wording import words
from knowledge.messages import sentence
from knowledge.model import Knowledge
from knowledge.privacy import Masks, mask, masks_of

_STREET = r"[A-Z\u00c0-\u00de][\w-]{0,40}"
_POSTAL = r"(?:SE?-)?[1-9]\d{2} ?\d{2} {1,2}[A-Z\u00c0-\u00de][^\W\d_]+"

_SHORT_NAME = 3
"""Letters of names that in capitals may be an abbreviation."""


def masked(document: Document, knowledge: Knowledge) -> Document:
    """Return the document without persons' names, identity and telephone numbers, e-mail and street addresses.

    Masked is all text: paragraphs, cells, comments, headings in places, the file's name. A name that is
    found once is masked wherever it stands. `masked` counts what was hidden. In what a scan was before it was
    mended the same is hidden, and mended words that are names are not told of.
    """
    masker = _Masker(knowledge)
    first = [_each(block, masker.numbers) for block in document.blocks]
    masker.learn(text for block in first for text in _texts(block))
    blocks = [_each(block, masker.names) for block in first]
    count = masker.count  # a heading stands in the places of all that follows it: hidden once
    return replace(
        document,
        name=masker.whole(document.name),
        blocks=tuple(_placed(block, masker.whole) for block in blocks),
        masked=document.masked + count,
        left_out=tuple(map(masker.whole, document.left_out)),
        restored=document.restored and _restored(document.restored, masker),
    )


def _restored(restored: Restored, masker: _Masker) -> Restored:
    blocks = (_each(_each(block, masker.numbers), masker.names) for block in restored.original)
    return Restored(
        tuple(word for word in restored.words if _is_shown(word, masker)),
        tuple(_placed(block, masker.whole) for block in blocks),
        tuple(word for word in restored.left if _is_shown(word, masker)),
    )


def _is_shown(word: Mended, masker: _Masker) -> bool:
    return masker.whole(word.was) == word.was and masker.whole(word.now) == word.now


class _Masker:
    """Masks texts of one document, and counts."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.count = 0
        self._masks = masks_of(lambda key: knowledge.sentences[key].strip(), knowledge.cues)
        self._vocabulary = Vocabulary.of(knowledge)
        self._persons: set[str] = set()
        self._full: set[str] = set()
        self._whole: dict[str, str] = {}
        self._name = sentence("importing", "import.mask.name")
        self._address = sentence("importing", "import.mask.address")

    def numbers(self, text: str) -> str:
        """Return a text without numbers and addresses."""
        text, addresses = self._streets.subn(self._address, text)
        hidden, found = mask(text, self._masks)
        if found:
            self.count += _masks_in(hidden, self._masks) - _masks_in(text, self._masks)
        self.count += addresses
        return hidden

    def learn(self, texts: Iterable[str]) -> None:
        """Learn the document's words and the names in it, before names are masked."""
        texts = list(texts)
        self._vocabulary = self._vocabulary.beside(texts)
        for text in texts:
            spans = name_spans(text, self._vocabulary)
            self._persons.update(name_words(text, spans, self._vocabulary))
            self._full.update(text[start:end] for start, end in spans if " " in text[start:end])

    def names(self, text: str) -> str:
        """Return a text without names."""
        pieces, end = [], 0
        for start, stop in name_spans(text, self._vocabulary):
            pieces += [text[end:start], self._name]
            end = stop
        self.count += len(pieces) // 2
        hidden, again = self._known.subn(self._name, "".join([*pieces, text[end:]]))
        self.count += again
        return self._born.sub(self._name, hidden)

    def whole(self, text: str) -> str:
        """Return a short text without numbers, addresses and names."""
        if text not in self._whole:
            self._whole[text] = self.names(self.numbers(text))
        return self._whole[text]

    @cached_property
    def _known(self) -> re.Pattern[str]:
        """Return the pattern of names that were found anywhere: alone, and in any case where two stand together."""
        alone = _any_of({form for word in self._persons for form in self._written(word)})
        part = rf"{_any_of(self._persons)}s?"
        return re.compile(rf"(?<![\w-])(?:(?i:{part},? {part}|{_any_of(self._full)}s?)|{alone}s?)(?![\w-])")

    def _written(self, word: str) -> Iterator[str]:
        """Yield how a found name may be written where it stands alone: what is an ordinary word keeps its capital."""
        yield word
        if len(word) > _SHORT_NAME and word.casefold() not in self._vocabulary.known:
            yield from (word.upper(), word.title())
        if word.casefold().endswith(words("surname-endings")) and not self._vocabulary.is_known(word):
            yield word.lower()

    @cached_property
    def _born(self) -> re.Pattern[str]:
        """Return the pattern of a masked name with the year or day of birth that stands beside it."""
        born = _any_of(words("born"))
        return re.compile(rf"{re.escape(self._name)},? ?[(\[]?(?i:{born}) ?\d{{2,4}}(?:[ -]?\d\d){{0,2}}(?!\d)[)\]]?")

    @cached_property
    def _streets(self) -> re.Pattern[str]:
        endings = "|".join(map(re.escape, words("street-endings")))
        street = rf"(?:{_STREET}(?:{endings})|{_STREET} (?:{endings})) \d{{1,4}}(?: ?[A-Za-z]\b)?(?!\w)"
        return re.compile(rf"(?<!\w)(?:{street}(?:,? {{1,2}}{_POSTAL})?|{_POSTAL}(?=\s*(?:$|[,.;)\n])))", re.MULTILINE)


def _any_of(parts: Iterable[str]) -> str:
    """Return the pattern of one of some texts, the longest first; of none where there are none."""
    found = "|".join(map(re.escape, sorted(parts, key=len, reverse=True)))
    return f"(?:{found})" if found else "(?!)"


def _masks_in(text: str, masks: Masks) -> int:
    return sum(text.count(word) for word in masks.words)


def _each(block: Block, change: Callable[[str], str]) -> Block:
    """Return a block with all its texts changed."""
    if isinstance(block, Paragraph):
        return replace(block, text=change(block.text))
    return replace(block, rows=tuple(tuple(_cell(cell, change) for cell in row) for row in block.rows))


def _cell(cell: Cell, change: Callable[[str], str]) -> Cell:
    return replace(cell, text=change(cell.text), comment=cell.comment and change(cell.comment))


def _placed(block: Block, change: Callable[[str], str]) -> Block:
    """Return a block with the words in its places changed."""
    if isinstance(block, Paragraph):
        return replace(block, spot=_spot(block.spot, change))
    rows = tuple(tuple(replace(cell, spot=_spot(cell.spot, change)) for cell in row) for row in block.rows)
    return Table(rows, _spot(block.spot, change))


def _spot(spot: Spot, change: Callable[[str], str]) -> Spot:
    return replace(spot, heading=spot.heading and change(spot.heading), sheet=spot.sheet and change(spot.sheet))


def _texts(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield block.text
        return
    for row in block.rows:
        for cell in row:
            yield cell.text
            yield cell.comment or ""
