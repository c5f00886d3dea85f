"""A message as it is heard: what may be kept of it, and what it asks."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.gaps import bounded, outside_words
from bot.markup import shown
from bot.ports import Gap
from indexer.lexicon import Lexicon
from indexer.swedish import normalise
from knowledge.privacy import Masks, mask, without_masks

MAX_TEXT = 4000
"""Characters of a message that are read; the question of a longer one is looked for in its beginning."""
MAX_PASTED = 4 * MAX_TEXT
"""Characters that are looked through for markup, which shows fewer."""
MAX_MASKED = 200
"""Characters past those that are masked too, so that no personal data is cut in two."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it may be kept (`text`, masked), and as it is understood (`asks`, without the masks)."""

    text: str
    asks: str
    private: bool


def hear(text: str, lexicon: Lexicon, masks: Masks) -> Heard:
    """Return a message with its personal data masked, and what it asks apart from that."""
    masked, private = mask(normalise(shown(text[:MAX_PASTED]))[: MAX_TEXT + MAX_MASKED], masks)
    masked = masked[:MAX_TEXT]

    def misspelt(word: str, words: frozenset[str]) -> bool:
        return word in words or (not lexicon.knows(word) and lexicon.near(word, words))

    return Heard(masked, without_masks(masked, masks, misspelt) if private else masked, private)


def hidden_in(gap: Gap, heard: Heard, lexicon: Lexicon, masks: Masks) -> tuple[Gap, tuple[str, ...]]:
    """Return a gap as it is kept, and the words of the whole message that must not be stored as they stand."""
    question = bounded(gap.question)
    outside = outside_words(question, lexicon, masks.words)
    everywhere = outside if question == heard.text else outside_words(heard.text, lexicon, masks.words)
    spans = tuple((word.start, word.end) for word in outside)
    return replace(gap, question=question, outside=spans), tuple(dict.fromkeys(word.surface for word in everywhere))
