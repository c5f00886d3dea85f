"""The knowledge's own vocabulary over whole questions: the best cover by known words and phrases.

Phrases go before words. They survive typing mistakes, words that were written apart or together,
and small words in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from indexer.swedish import Token, fold, stem
from indexer.words import NEVER_GUESSED, SUBJECTS, Entry, Words, alias_words

# How much a span is worth for each token that it covers, by how it was found. Only the order matters.
WORTH = {
    "exact": 1.0,
    "stem": 0.98,
    "fold": 0.95,
    "compound": 0.9,
    "joined": 0.93,
    "cut": 0.85,
    "typo": 0.8,
    "unknown": 0.0,
}
PHRASE_BONUS = 0.12
SUBJECT_BONUS = 0.2
"""A phrase that names a thing goes before one that only shows what is asked of it."""
MAX_GAP = 2
"""Small words that may stand inside a phrase."""
PARTICLE_GAP = 8
"""How far from its verb a particle may stand: "löper överenskommelsen om missbruk ut"."""
MIN_WHOLE = 6
"""Letters from which the beginning of a word stands for it inside a phrase."""
ASKING = frozenset({"aspect", "form", "refusal", "neutral"})


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens [start, end) and what they can mean; no parts: a word that the knowledge lacks.

    A part lists the concepts that it may stand for. Only a compound has more than one part, and a
    phrase that only shows what is asked but names its subject too ("föreslå en sip").
    `inner` are the concepts of the single words within a phrase.
    """

    start: int
    end: int
    parts: tuple[tuple[str, ...], ...]
    how: str
    surface: str
    positions: tuple[int, ...]
    inner: tuple[str, ...] = ()

    @property
    def concepts(self) -> tuple[str, ...]:
        """Everything that the span can mean or has in it."""
        return tuple(dict.fromkeys(concept for part in self.parts for concept in part))

    @property
    def known(self) -> bool:
        """Whether the knowledge has the word."""
        return bool(self.parts)


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    concepts: tuple[str, ...] = ()


class Lexicon(Words):
    """Words and phrases. Built once for a revision of the knowledge; reading is thread-safe."""

    def __init__(
        self,
        entries: Iterable[Entry],
        aliases: Iterable[tuple[str, str]],
        skippable: frozenset[str],
        particles: frozenset[str] = frozenset(),
        function_words: frozenset[str] = frozenset(),
        short_forms: Mapping[str, str] = MappingProxyType({}),
        negations: frozenset[str] = frozenset(),
    ) -> None:
        """Take the concepts, (alias, concept id) pairs, and the concepts whose words may stand inside a phrase.

        `particles` are words that may stand far from their verb, `short_forms` words written for
        others (o: och), `negations` words that change places in a subordinate clause.
        """
        super().__init__(entries, function_words)
        self._skippable = skippable
        self._particles = particles
        self._short_forms = short_forms
        self._negations = negations
        verbs: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._phrase_words: set[str] = set()
        self._phrases = _Node()
        self._folded_phrases = _Node()
        for alias, concept in aliases:
            words = alias_words(alias)
            if len(words) == 1:
                self._add_word(words[0], concept)
            elif words:
                self._add_phrase(words, concept)
                if len(words) == 2 and words[1] in particles and words[0] not in particles:
                    verbs[stem(words[0])][words[1]].add(concept)
        self._verbs = {verb: dict(by_particle) for verb, by_particle in verbs.items()}
        self._settle(self._phrase_words)

    def _add_phrase(self, words: list[str], concept: str) -> None:
        self._phrase_words.update(word for word in words if len(word) >= 5)
        self._add_path(words, concept)
        for at, word in enumerate(words[1:], 1):
            if word in self._negations:  # "att hon inte går att väcka" for "går inte att väcka"
                self._add_path([*words[: at - 1], word, words[at - 1], *words[at + 1 :]], concept)
                break
        if len(words) == 2 and all(len(word) > 2 for word in words):
            self._stems[stem("".join(words))].add(concept)

    def _add_path(self, words: list[str], concept: str) -> None:
        for root, key in ((self._phrases, _phrase_key), (self._folded_phrases, _folded_key)):
            node = root
            for word in words:
                node = node.children.setdefault(key(word), _Node())
            node.concepts = tuple(sorted({*node.concepts, concept}))

    def spans(self, tokens: Sequence[Token]) -> list[Span]:
        """Return the best cover of the tokens by known words and phrases, in order, none overlapping."""
        singles = [self.lookup(token.word) for token in tokens]
        words = [
            self._short_forms.get(token.word) or (token.word if found[0] else self._meant(token.word))
            for token, found in zip(tokens, singles, strict=True)
        ]
        arcs: list[list[tuple[float, Span]]] = [[] for _ in tokens]
        for index in range(len(tokens)):
            arcs[index] += self._phrase_arcs(tokens, words, index, singles)
            arcs[index] += self._joined_arcs(tokens, index, singles)
            arcs[index].append(self._single_arc(tokens, index, singles))
        best: list[tuple[float, Span | None]] = [(0.0, None)] * (len(tokens) + 1)
        for index in range(len(tokens) - 1, -1, -1):
            best[index] = max(
                ((worth + best[span.end][0], span) for worth, span in arcs[index]), key=lambda pair: pair[0]
            )
        cover: list[Span] = []
        index = 0
        while index < len(tokens):
            span = best[index][1]
            assert span is not None
            cover.append(span)
            index = span.end
        return cover

    def _single_arc(
        self, tokens: Sequence[Token], index: int, singles: Sequence[tuple[tuple[str, ...], str]]
    ) -> tuple[float, Span]:
        concepts, how = singles[index]
        token = tokens[index]
        parts: tuple[tuple[str, ...], ...] = (concepts,) if concepts else ()
        if not parts and (parts := self.parts(token.word)):
            how = "compound"
        if not parts and (concepts := self.cut_short(token.word)):
            parts, how = (concepts,), "cut"
        if not parts:
            concepts, _ = self.mend(token.word)
            parts, how = ((concepts,), "typo") if concepts else ((), "unknown")
        return WORTH[how], Span(index, index + 1, parts, how, token.surface, (index,))

    def _meant(self, word: str) -> str:
        """Return the word as phrases are looked up by: mended where it is a typing mistake."""
        if word in self._phrase_words or len(word) < 5:
            return word
        whole = self._whole(word) if len(word) >= MIN_WHOLE else None
        return whole or self.mend(word)[1] or word

    def _phrase_arcs(
        self, tokens: Sequence[Token], words: Sequence[str], start: int, singles: Sequence[tuple[tuple[str, ...], str]]
    ) -> list[tuple[float, Span]]:
        arcs = self._walk(self._phrases, tokens, words, start, singles, "stem", _phrase_key)
        arcs += self._particle_arcs(tokens, start)
        return arcs or self._walk(self._folded_phrases, tokens, words, start, singles, "fold", _folded_key)

    def _particle_arcs(self, tokens: Sequence[Token], start: int) -> list[tuple[float, Span]]:
        """Return the verb's meaning with a particle that follows later: "går … ut", "trappar … ner"."""
        particles = self._verbs.get(stem(tokens[start].word))
        if not particles:
            return []
        sentence = tokens[start].sentence
        for token in tokens[start + 1 : start + 1 + PARTICLE_GAP]:
            if token.sentence != sentence:
                break
            if concepts := particles.get(token.word):
                surface = f"{tokens[start].surface} {token.surface}"
                span = Span(start, start + 1, (tuple(sorted(concepts)),), "particle", surface, (start,))
                return [(1.0 + PHRASE_BONUS, span)]
        return []

    def _walk(
        self,
        root: _Node,
        tokens: Sequence[Token],
        words: Sequence[str],
        start: int,
        singles: Sequence[tuple[tuple[str, ...], str]],
        how: str,
        key: Callable[[str], str],
    ) -> list[tuple[float, Span]]:
        """Return the phrases that begin at a token. Small words may stand inside, and a word may be split."""
        arcs: list[tuple[float, Span]] = []
        sentence = tokens[start].sentence
        stack: list[tuple[_Node, int, tuple[int, ...], int]] = [(root, start, (), 0)]
        while stack:
            node, index, used, gap = stack.pop()
            if node.concepts and used:
                arcs.append(self._phrase(node, tokens, used, singles, how))
            if index >= len(tokens) or tokens[index].sentence != sentence:
                continue
            if (child := node.children.get(key(words[index]))) is not None:
                stack.append((child, index + 1, (*used, index), gap))
            if used and index + 1 < len(tokens):
                split = node.children.get(key(tokens[index].word + tokens[index + 1].word))
                if split is not None:
                    stack.append((split, index + 2, (*used, index, index + 1), gap))
            if used and gap < MAX_GAP and any(concept in self._skippable for concept in singles[index][0]):
                stack.append((node, index + 1, used, gap + 1))
        return arcs

    def _phrase(
        self,
        node: _Node,
        tokens: Sequence[Token],
        used: tuple[int, ...],
        singles: Sequence[tuple[tuple[str, ...], str]],
        how: str,
    ) -> tuple[float, Span]:
        end = used[-1] + 1
        length = end - used[0]
        bonus = 0.02 if self._only_neutral(node.concepts) else PHRASE_BONUS
        worth = WORTH[how] * length + bonus * len(used) - 0.05 * (length - len(used))
        surface = " ".join(tokens[position].surface for position in used)
        inner = tuple(
            concept
            for position in used
            for concept in singles[position][0]
            if self.entries[concept].role in SUBJECTS | {"aspect"} and concept not in node.concepts
        )
        parts: tuple[tuple[str, ...], ...] = (node.concepts,)
        if all(self.entries[concept].role in ASKING for concept in node.concepts):
            sides = tuple(concept for concept in inner if self.entries[concept].role == "aspect")
            subjects = tuple(dict.fromkeys(concept for concept in inner if self.entries[concept].role in SUBJECTS))
            parts = ((*node.concepts, *sides), *((concept,) for concept in subjects))
        else:
            worth += SUBJECT_BONUS
        return worth, Span(used[0], end, parts, how, surface, used, inner)

    def _joined_arcs(
        self, tokens: Sequence[Token], start: int, singles: Sequence[tuple[tuple[str, ...], str]]
    ) -> list[tuple[float, Span]]:
        """Return readings of words that were written apart: "oros anmälan", "läke medels behandling"."""
        arcs: list[tuple[float, Span]] = []
        for end in (start + 2, start + 3):
            if end > len(tokens) or tokens[end - 1].clause != tokens[start].clause:
                break
            words = [token.word for token in tokens[start:end]]
            if any(len(word) < 3 and not word.isalpha() for word in words):
                break
            joined = "".join(words)
            if len(joined) < 7:
                continue
            concepts, _ = self.lookup(joined)
            # "ned trapning" is one word misspelt; "hur anmäler" is two.
            whole = all(len(word) >= 4 or word in self._particles for word in words)
            if not concepts and whole and not self.lookup(words[-1])[0]:
                concepts = self.mend(joined)[0]
                if any(self.entries[concept].role in NEVER_GUESSED for concept in concepts):
                    concepts = ()
            if concepts and not self._only_neutral(concepts):
                surface = " ".join(token.surface for token in tokens[start:end])
                worth = WORTH["joined"] * (end - start) + PHRASE_BONUS
                arcs.append((worth, Span(start, end, (concepts,), "joined", surface, tuple(range(start, end)))))
        return arcs


def _phrase_key(word: str) -> str:
    """Return how a word stands in a phrase: by its stem, unless that is too short to tell ("jagar", "jag")."""
    stemmed = stem(word)
    return stemmed if len(stemmed) >= 4 else word


def _folded_key(word: str) -> str:
    # Folded first: whoever leaves out the dots writes "ingar", whose stem is not that of "ingår" without dots.
    return _phrase_key(fold(word))
