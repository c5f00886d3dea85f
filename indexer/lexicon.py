"""The knowledge's own vocabulary over whole questions: the best cover by known words and phrases.

Phrases go before words. They survive typing mistakes, words that were written apart or together,
and small words in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from indexer.swedish import Token, fold, stem, zipf
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
LONG_NAME = 0.04
"""What each word of a thing's name adds to that, so that a whole name goes before the names within it."""
MAX_GAP = 2
"""Small words that may stand inside a phrase."""
PARTICLE_GAP = 8
"""How far from its verb a particle may stand: "löper överenskommelsen om missbruk ut"."""
WHOLE_PIECE = 5
"""Letters that such a word has unless it is a small one."""
GLUED, MOST_PIECES = 9, 4
"""Letters from which a word may be several without spaces, and how many."""
WHOLE_WORD = 0.1
"""How much a word that was written apart is worth more than its parts where it stands in the knowledge as it is."""
SURELY_ONE = 12
"""Letters from which two known words that make a third are that one: "social tjänstens"."""
JOINED = 7
"""Letters from which two words that were written together, or one that was written apart, are tried."""
MIN_WHOLE = 6
"""Letters from which the beginning of a word stands for it inside a phrase."""
ASKING = frozenset({"aspect", "form", "refusal", "neutral"})


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens [start, end) and what they can mean; no parts: a word that the knowledge lacks.

    A part lists the concepts that it may stand for. Only a compound has more than one part, and a
    phrase that only shows what is asked but names its subject too ("föreslå en sip").
    `inner` are the concepts of the single words within a phrase, `sides` those of them that show what is asked.
    """

    start: int
    end: int
    parts: tuple[tuple[str, ...], ...]
    how: str
    surface: str
    positions: tuple[int, ...]
    inner: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()

    @property
    def concepts(self) -> tuple[str, ...]:
        """Everything that the span can mean or has in it."""
        return tuple(dict.fromkeys((*(concept for part in self.parts for concept in part), *self.sides)))

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
        prepositions: frozenset[str] = frozenset(),
        inflections: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """Take the concepts, (alias, concept id) pairs, and the concepts whose words may stand inside a phrase.

        `particles` are words that may stand far from their verb, `short_forms` words written for
        others (o: och), `negations` words that change places in a subordinate clause, `prepositions` particles that may
        also begin what follows.
        """
        super().__init__(entries, function_words, inflections)
        self._skippable = skippable
        self._particles = particles
        self._short_forms = short_forms
        self._negations = negations
        self._prepositions = prepositions
        verbs: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._phrase_words: set[str] = set()
        self._phrases = _Node()
        self._folded_phrases = _Node()
        phrases: list[tuple[list[str], str]] = []
        for alias, concept in aliases:
            words = alias_words(alias)
            phrases.append((words, concept))
            if len(words) == 1:
                self._add_word(words[0], concept)
            elif words:
                self._add_phrase(words, concept)
                if len(words) == 2 and words[1] in particles and words[0] not in particles:
                    verbs[stem(words[0])][words[1]].add(concept)
        self._written_together = {fold("".join(words)): concept for words, concept in phrases if len(words) > 2}
        self._verbs = {verb: dict(by_particle) for verb, by_particle in verbs.items()}
        self._folded_verbs = {fold(verb): by_particle for verb, by_particle in self._verbs.items()}
        self._settle(self._phrase_words)
        self._pieces_cached = lru_cache(maxsize=4096)(self._pieces)

    def _add_phrase(self, words: list[str], concept: str) -> None:
        self._phrase_words.update(word for word in words if len(word) >= 5)
        self._add_path(words, concept)
        for at, word in enumerate(words[1:], 1):
            if word in self._negations:  # "att hon inte går att väcka" for "går inte att väcka"
                self._add_path([*words[: at - 1], word, words[at - 1], *words[at + 1 :]], concept)
                break
        if len(words) == 2 and all(len(word) > 2 for word in words) and len("".join(words)) >= JOINED:
            self._stems[stem("".join(words))].add(concept)

    def _add_path(self, words: list[str], concept: str) -> None:
        for root, key in ((self._phrases, _phrase_key), (self._folded_phrases, _folded_key)):
            node = root
            for word in words:
                node = node.children.setdefault(key(word), _Node())
            node.concepts = tuple(sorted({*node.concepts, concept}))

    def apart(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """Return the tokens with those taken apart that are several words written as one: "vemansvararför"."""
        found: list[Token] = []
        for token in tokens:
            pieces = self._pieces_cached(token.word) if len(token.word) >= GLUED else ()
            start = token.start
            for piece in pieces:
                found.append(replace(token, word=piece, surface=piece, start=start, end=start + len(piece)))
                start += len(piece)
            if not pieces:
                found.append(token)
        return tuple(found)

    def _pieces(self, word: str) -> tuple[str, ...]:
        """Return the words that a word is made of, one of them a small word or one of a phrase; nothing for others."""
        if not word.isalpha() or zipf(word) or self.lookup(word)[0] or self.parts(word) or self.cut_short(word):
            return ()
        if self.mend(word)[0] or fold(word) in self._written_together:
            return ()
        pieces = self._fewest(word)
        small = {piece for piece in pieces if self._functional(self.lookup(piece)[0])}
        whole = all(piece in small or len(piece) >= WHOLE_PIECE for piece in pieces)
        several = bool(small) or any(piece in self._phrase_words for piece in pieces)
        return pieces if len(pieces) > 1 and whole and several else ()

    def _fewest(self, word: str, most: int = MOST_PIECES) -> tuple[str, ...]:
        if word in self._phrase_words or self.lookup(word)[1] in ("exact", "stem") or self.parts(word):
            return (word,)
        best: tuple[str, ...] = ()
        for cut in range(3, len(word) - 2) if most > 1 else ():
            head = word[:cut]
            if head in self._phrase_words or self.lookup(head)[1] == "exact":
                rest = self._fewest(word[cut:], most - 1)
                if rest and (not best or len(rest) + 1 < len(best)):
                    best = (head, *rest)
        return best

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
        if (not concepts or (how == "stem" and self._only_neutral(concepts))) and (slip := self.slip(token.word)):
            return WORTH["typo"], Span(index, index + 1, (slip,), "typo", token.surface, (index,))
        parts: tuple[tuple[str, ...], ...] = (concepts,) if concepts else ()
        if not parts and (parts := self.parts(token.word)):
            how = "compound"
            if any(map(self._only_neutral, parts)) and (short := self.cut_short(token.word)):
                parts, how = (short,), "cut"  # "ungdomsmott" is a workplace cut short, not young people and a verb
        if not parts and (whole := self._written_together.get(fold(token.word))):
            parts, how = ((whole,),), "joined"
        if not parts and (concepts := self.cut_short(token.word)):
            parts, how = (concepts,), "cut"
        if not parts:
            concepts, meant = self.mend(token.word)
            concepts = concepts or (self.lookup(meant)[0] if meant else ())
            parts, how = ((concepts,), "typo") if concepts else ((), "unknown")
        return WORTH[how], Span(index, index + 1, parts, how, token.surface, (index,))

    def _meant(self, word: str) -> str:
        """Return the word as phrases are looked up by: mended where it is a typing mistake."""
        if word in self._phrase_words or len(word) < 4:
            return word
        if bases := self._inflections.get(word):
            return next((base for base in bases if base in self._phrase_words), word)
        if len(word) < 5:
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
        word = tokens[start].word
        particles = self._verbs.get(stem(word)) or (self._folded_verbs.get(stem(word)) if word == fold(word) else None)
        if not particles:
            return []
        sentence = tokens[start].sentence
        for at, token in enumerate(tokens[start + 1 : start + 1 + PARTICLE_GAP], start + 1):
            if token.sentence != sentence:
                break
            if (concepts := particles.get(token.word)) and (at == start + 1 or self._closes(tokens, at)):
                surface = f"{tokens[start].surface} {token.surface}"
                span = Span(start, start + 1, (tuple(sorted(concepts)),), "particle", surface, (start,))
                return [(1.0 + PHRASE_BONUS, span)]
        return []

    def _closes(self, tokens: Sequence[Token], at: int) -> bool:
        """Return whether a particle stands alone: "vad står RSS för?"; in "utpekade för LARO" it belongs to others."""
        if self._pair(tokens[at - 1], tokens[at]):
            return False
        following = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].clause == tokens[at].clause else None
        return following is None or tokens[at].word not in self._prepositions

    def _pair(self, first: Token, second: Token) -> tuple[str, ...]:
        """Return what two words mean that are a phrase of their own: "utpekade för"."""
        node = self._phrases.children.get(_phrase_key(first.word))
        node = node.children.get(_phrase_key(second.word)) if node else None
        return node.concepts if node else ()

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
            whole = used and len(used) == used[-1] + 1 - used[0]
            if node.concepts and used and (whole or not self._names_place(node.concepts)):
                arcs.append(self._phrase(node, tokens, used, singles, how))
            if index >= len(tokens) or tokens[index].sentence != sentence:
                continue
            if gap and tokens[index].clause != tokens[start].clause:
                continue  # "för kvartal tre, vem …" is not "för vem"
            if (child := node.children.get(key(words[index]))) is not None:
                stack.append((child, index + 1, (*used, index), gap))
            if used and index + 1 < len(tokens) and not self._two_words(tokens, index, singles):
                split = node.children.get(key(tokens[index].word + tokens[index + 1].word))
                if split is not None:
                    stack.append((split, index + 2, (*used, index, index + 1), gap))
            if used and gap < MAX_GAP and any(concept in self._skippable for concept in singles[index][0]):
                stack.append((node, index + 1, used, gap + 1))
        return arcs

    @staticmethod
    def _two_words(tokens: Sequence[Token], index: int, singles: Sequence[tuple[tuple[str, ...], str]]) -> bool:
        """Return whether two short known words are no word written apart: "hur man går" is not "hur många"."""
        known = bool(singles[index][0]) and bool(singles[index + 1][0])
        return known and len(tokens[index].word) + len(tokens[index + 1].word) < JOINED

    def _names_place(self, concepts: Iterable[str]) -> bool:
        """Return whether a phrase is a name, within which nothing else stands: "Vara kommun"."""
        return any(self.entries[concept].role in ("place", "municipality") for concept in concepts)

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
        bonus = 0.02 if all(self.entries[concept].role == "neutral" for concept in node.concepts) else PHRASE_BONUS
        worth = WORTH[how] * length + bonus * len(used) - 0.05 * (length - len(used))
        surface = " ".join(tokens[position].surface for position in used)
        within = [concept for position in used for concept in singles[position][0]]
        within += [concept for first, second in pairwise(used) for concept in self._pair(tokens[first], tokens[second])]
        inner = tuple(
            concept
            for concept in within
            if self.entries[concept].role in SUBJECTS | {"aspect"} and concept not in node.concepts
        )
        parts: tuple[tuple[str, ...], ...] = (node.concepts,)
        sides: tuple[str, ...] = ()
        if all(self.entries[concept].role in ASKING for concept in node.concepts):
            sides = tuple(concept for concept in inner if self.entries[concept].role == "aspect")
            subjects = tuple(dict.fromkeys(concept for concept in inner if self.entries[concept].role in SUBJECTS))
            parts = (node.concepts, *((concept,) for concept in subjects))
        else:
            worth += SUBJECT_BONUS + LONG_NAME * len(used)
        return worth, Span(used[0], end, parts, how, surface, used, inner, sides)

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
            if len(joined) < JOINED:
                continue
            concepts, how = self.lookup(joined)
            if how != "exact" and len(joined) < SURELY_ONE and all(found for found, _ in singles[start:end]):
                continue  # "i länet sa": each is a word of its own
            # "ned trapning" is one word misspelt; "hur anmäler" is two.
            whole = all(len(word) >= 4 or word in self._particles for word in words)
            if not concepts and whole and not self.lookup(words[-1])[0]:
                concepts = self.mend(joined)[0]
                if any(self.entries[concept].role in NEVER_GUESSED for concept in concepts):
                    concepts = ()
            if concepts and not self._only_neutral(concepts):
                surface = " ".join(token.surface for token in tokens[start:end])
                worth = WORTH["joined"] * (end - start) + PHRASE_BONUS + (WHOLE_WORD if how == "exact" else 0.0)
                arcs.append((worth, Span(start, end, (concepts,), "joined", surface, tuple(range(start, end)))))
        return arcs


def _phrase_key(word: str) -> str:
    """Return how a word stands in a phrase: by its stem, unless that is too short to tell ("jagar", "jag")."""
    stemmed = stem(word)
    return stemmed if len(stemmed) >= 4 else word


def _folded_key(word: str) -> str:
    # Folded first: whoever leaves out the dots writes "ingar", whose stem is not that of "ingår" without dots.
    return _phrase_key(fold(word))
