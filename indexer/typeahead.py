"""Words that begin as what somebody is typing: half words, inflected ones, without å ä ö, with a slip in them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from indexer.swedish import fold, stem

EXACT, INFLECTED, BEGUN, WITHIN, SLIPPED = 1.0, 0.95, 0.9, 0.5, 0.45
"""How surely a word is meant by what is typed: as it stands, another form, its beginning, inside it, misspelt."""
DOTTED = 0.6
"""What is left of that where the dots were typed and the word has others: "lök" for "lokal"."""
INSIDE = 4
"""Letters from which a piece is looked for inside words: "anmälan" in "orosanmälan"."""
SLIP = 4
"""Letters from which a piece may have a slip in it."""
TWO_SLIPS = 9
"""And from which it may have two."""


class Typeahead:
    """A vocabulary that is looked up by pieces of words. Built once; looking up is thread-safe."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words, in lower case."""
        self._words = sorted({(fold(word), word) for word in words})
        self._stems: dict[str, list[str]] = defaultdict(list)
        for folded, word in self._words:
            self._stems[stem(folded)].append(word)

    def matching(self, piece: str) -> dict[str, float]:
        """Return the words that a piece may be of, and how surely, 0–1; slips are a last resort."""
        typed = piece.lower()
        bare = fold(typed)
        if not bare:
            return {}
        found = {word: WITHIN for folded, word in self._words if bare in folded} if len(bare) >= INSIDE else {}
        for folded, word in self._words[bisect_left(self._words, (bare,)) :]:
            if not folded.startswith(bare):
                break
            found[word] = EXACT if folded == bare else BEGUN
        # The stem of a word depends on its letters, so what is typed without dots is stemmed without them.
        for word in self._stems.get(stem(bare), ()):
            found[word] = max(found.get(word, 0.0), INFLECTED)
        if typed != bare:
            found = {word: sure if _dots(typed, word) else sure * DOTTED for word, sure in found.items()}
        return found or self._misspelt(bare)

    def _misspelt(self, typed: str) -> dict[str, float]:
        """Return the words whose beginnings are a slip or two away, if the first letter is right."""
        if len(typed) < SLIP:
            return {}
        most = 1 if len(typed) < TWO_SLIPS else 2
        near: dict[str, list[str]] = defaultdict(list)
        for folded, word in self._words[bisect_left(self._words, (typed[0],)) :]:
            if folded[0] != typed[0]:
                break
            for length in range(len(typed) - most, min(len(typed) + most, len(folded)) + 1):
                near[folded[:length]].append(word)
        close = process.extract(typed, list(near), scorer=OSA.distance, score_cutoff=most, limit=None)
        return {word: SLIPPED for beginning, _, _ in close for word in near[beginning]}


def _dots(typed: str, word: str) -> bool:
    """Return whether the word has what was typed as it was typed, or is so unlike that dots do not tell."""
    shared = min(len(typed), len(word))
    return typed in word or fold(typed)[:shared] != fold(word)[:shared] or typed[:shared] == word[:shared]
