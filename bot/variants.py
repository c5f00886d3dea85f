"""The same question as somebody else would type it: variants made by machine, by kind, the same for the same seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from indexer.lexicon import Lexicon
from indexer.swedish import Token, fold, normalise, tokenize, zipf
from indexer.words import SUBJECTS

KINDS = ("bare", "typo", "split", "joined", "inflected", "order", "greeting")
"""Without diacritics, a letter wrong, a compound split, words joined, inflected, in another order, with greetings."""
MIN_TYPO = 5
"""Letters of a word that gets a letter wrong."""
MIN_PART = 4
"""Letters of each part of a compound that is split."""
REAL_PART = 2.5
"""Zipf value from which a part of a compound is a word that somebody would write by itself."""
SMALL = frozenset({"neutral", "form"})
"""Roles of words that only hold a sentence together."""

_SENTENCE = re.compile(r"^\w|(?<=\? )\w")


@dataclass(frozen=True, slots=True)
class Variant:
    """A message that should be answered as the one it was made from; `swap` is a word and what it became."""

    kind: str
    text: str
    swap: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Turning:
    """One way to turn a question round: what it looks like, and what it becomes."""

    pattern: re.Pattern[str]
    result: str

    def apply(self, text: str) -> str | None:
        """Return the question turned round, null where it does not look so."""
        match = self.pattern.match(_uncapitalised(text))
        turned = self.result.format(**match.groupdict()) if match else ""
        return _SENTENCE.sub(lambda first: first[0].upper(), turned) if turned else None


@dataclass(frozen=True, slots=True)
class Kit:
    """What variants are made with: words of the language, and the vocabulary of the knowledge."""

    lexicon: Lexicon
    neighbours: Mapping[str, str]
    greetings: tuple[str, ...]
    thanks: tuple[str, ...]
    forms: tuple[tuple[str, ...], ...]
    bound: frozenset[str]
    turnings: tuple[Turning, ...]


def make_kit(sentences: Mapping[str, str], lexicon: Lexicon) -> Kit:
    """Return the kit of a revision; its words are the sentences `variants.…`. Raises KeyError where one is missing."""
    orders = (text.split(" => ") for key, text in sorted(sentences.items()) if key.startswith("variants.order."))
    return Kit(
        lexicon,
        _neighbours(sentences["variants.keyboard"].split("|")),
        tuple(sentences["variants.greetings"].split("|")),
        tuple(sentences["variants.thanks"].split("|")),
        tuple(tuple(forms.split()) for forms in sentences["variants.forms"].split("|")),
        frozenset(sentences["variants.bound"].split("|")),
        tuple(Turning(re.compile(pattern, re.IGNORECASE), result) for pattern, result in orders),
    )


def vary(kind: str, text: str, kit: Kit, seed: str) -> Variant | None:
    """Return one variant of a message, null where it has nothing to vary. The same seed gives the same variant."""
    random = Random(f"{seed}/{kind}/{text}")  # noqa: S311  (chooses among variants; nothing is secret)
    made = list(_MAKERS[kind](normalise(text), kit))
    return random.choice(made) if made else None


def _neighbours(rows: list[str]) -> dict[str, str]:
    """Return the keys beside each key; each row stands half a key to the right of the one above."""
    keys = {(row, place): key for row, letters in enumerate(rows) for place, key in enumerate(letters)}
    beside = ((0, -1), (0, 1), (-1, 0), (-1, 1), (1, -1), (1, 0))
    return {
        key: "".join(keys[row + down, place + on] for down, on in beside if (row + down, place + on) in keys)
        for (row, place), key in keys.items()
    }


def _bare(text: str, kit: Kit) -> Iterator[Variant]:
    bare = "".join(fold(letter.lower()).upper() if letter.isupper() else fold(letter) for letter in text)
    if bare != text:
        yield Variant("bare", bare)


def _typos(text: str, kit: Kit) -> Iterator[Variant]:
    for token in tokenize(text):
        word = text[token.start : token.end]
        if len(word) >= MIN_TYPO and word.isalpha():
            for wrong in _misspelt(word, kit.neighbours):
                yield _swapped("typo", text, token, wrong)


def _misspelt(word: str, neighbours: Mapping[str, str]) -> Iterator[str]:
    """Yield each way to get one letter wrong: a neighbour key, doubled, or swapped with the next."""
    for at, letter in enumerate(word):
        before, after = word[:at], word[at + 1 :]
        for key in neighbours.get(letter.lower(), ""):
            yield before + (key.upper() if letter.isupper() else key) + after
        yield before + letter + letter.lower() + after
        if after and after[0].lower() != letter.lower():
            yield before + after[0] + letter + after[1:]


def _splits(text: str, kit: Kit) -> Iterator[Variant]:
    for token in tokenize(text):
        word = text[token.start : token.end]
        cut = _seam(word)
        if cut is not None:
            yield _replaced("split", text, token.start, token.end, f"{word[:cut]} {word[cut:].removeprefix('-')}")


def _seam(word: str) -> int | None:
    """Return where a compound is put together: where both parts are words, as common as can be."""
    if "-" in word:
        return word.index("-") if word.replace("-", "").isalpha() else None
    if not word.isalpha():
        return None
    lower = word.lower()
    cuts = range(MIN_PART, len(word) - MIN_PART + 1)
    best = max(((min(_common_head(lower[:cut]), zipf(lower[cut:])), cut) for cut in cuts), default=(0.0, 0))
    # A word that is more common than its parts is hardly seen as two: "tillsammans", "överens".
    return best[1] if best[0] >= REAL_PART and best[0] >= zipf(lower) - 1.5 else None


def _common_head(head: str) -> float:
    """Return how common the first part of a compound is, with or without its joining s."""
    return max(zipf(head), zipf(head[:-1]) if head.endswith("s") else 0.0)


def _joins(text: str, kit: Kit) -> Iterator[Variant]:
    tokens = tokenize(text)
    for span in kit.lexicon.spans(tokens):
        for first, second in pairwise(span.positions):
            one, two = tokens[first], tokens[second]
            apart = text[one.end : two.start] == " " and second == first + 1
            if apart and _is_subject(span.concepts, kit) and not (_is_small(one, kit) or _is_small(two, kit)):
                joined = text[one.start : one.end] + text[two.start : two.end].lower()
                yield _replaced("joined", text, one.start, two.end, joined)


def _inflections(text: str, kit: Kit) -> Iterator[Variant]:
    tokens = tokenize(text)
    for span in kit.lexicon.spans(tokens):
        # Within a phrase only its last word is inflected, and nothing is after "en" or "den" that was not.
        at = span.positions[-1]
        token, before = tokens[at], tokens[at - 1].word if at else ""
        if before not in kit.bound and _is_subject(kit.lexicon.lookup(token.word)[0], kit):
            for form in _forms(text[token.start : token.end], kit.forms):
                yield _swapped("inflected", text, token, form)


def _forms(word: str, paradigms: Iterable[tuple[str, ...]]) -> list[str]:
    """Return the other forms of a noun: those of the paradigm that has its longest ending."""
    found: tuple[int, tuple[str, ...]] = (0, ())
    for forms in paradigms:
        for ending in forms:
            if word.lower().endswith(ending) and len(ending) > found[0]:
                found = len(ending), tuple(form for form in forms if form != ending)
    if word.isupper():  # an abbreviation keeps its letters: RÖK:en
        return [f"{word}:{form.removeprefix(word.lower())}" for form in found[1] if form.startswith(word.lower())]
    return [word[: len(word) - found[0]] + form for form in found[1]]


def _turned(text: str, kit: Kit) -> Iterator[Variant]:
    for turning in kit.turnings:
        turned = turning.apply(text)
        if turned is not None:
            yield Variant("order", turned)


def _greeted(text: str, kit: Kit) -> Iterator[Variant]:
    pause = "" if text.endswith((".", "?", "!")) else ","
    for greeting in kit.greetings:
        for thanks in kit.thanks:
            yield Variant("greeting", f"{greeting} {text}{pause} {thanks}")


def _is_subject(concepts: Iterable[str], kit: Kit) -> bool:
    return any(kit.lexicon.entries[concept].role in SUBJECTS for concept in concepts)


def _is_small(token: Token, kit: Kit) -> bool:
    """Return whether a word is one that nobody forgets the space beside: of, for, a."""
    concepts = kit.lexicon.lookup(token.word)[0]
    small = bool(concepts) and all(kit.lexicon.entries[concept].role in SMALL for concept in concepts)
    return small or not token.word.isalpha()


def _uncapitalised(text: str) -> str:
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _swapped(kind: str, text: str, token: Token, word: str) -> Variant:
    changed = _replaced(kind, text, token.start, token.end, word)
    return Variant(kind, changed.text, (token.word, word.lower()))


def _replaced(kind: str, text: str, start: int, end: int, by: str) -> Variant:
    return Variant(kind, text[:start] + by + text[end:])


_MAKERS: Mapping[str, Callable[[str, Kit], Iterator[Variant]]] = {
    "bare": _bare,
    "typo": _typos,
    "split": _splits,
    "joined": _joins,
    "inflected": _inflections,
    "order": _turned,
    "greeting": _greeted,
}
