"""The knowledge's own vocabulary: which concepts the words of a question can mean.

Words are tried as they stand, then by stem, without å ä ö, as parts of a compound, written
apart or together, and last as typing mistakes, so that a sure reading always beats a guess.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

from rapidfuzz import process
from rapidfuzz.distance import OSA

from indexer.swedish import Token, fold, stem, zipf

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
PARTICLE_GAP = 8
"""How far from its verb a particle may stand: "löper överenskommelsen om missbruk ut"."""
MIN_CUT = 4
MIN_WHOLE = 6
NEVER_GUESSED = frozenset({"group", "place", "outside"})
"""Kinds of concept that a short word is never mended into: they would turn the question round."""
SUBJECTS = frozenset(
    {"task", "term", "agreement", "body", "municipality", "actor", "unit", "substance", "route", "law", "group"}
)
ASKING = frozenset({"aspect", "form", "refusal", "neutral"})
REAL_WORD = 3.0
"""Zipf value from which a word is taken to be what its writer meant, and is not mended."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept as the lexicon knows it. `role` is the kind of thing, `parent` an actor for a unit."""

    id: str
    role: str
    name: str
    parent: str | None = None


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


class Lexicon:
    """Looks words up. Built once for a revision of the knowledge; reading is thread-safe."""

    def __init__(
        self,
        entries: Iterable[Entry],
        aliases: Iterable[tuple[str, str]],
        skippable: frozenset[str],
        particles: frozenset[str] = frozenset(),
        function_words: frozenset[str] = frozenset(),
        short_forms: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Take the concepts, (alias, concept id) pairs, and the concepts whose words may stand inside a phrase.

        `particles` are words that may stand far from their verb.
        """
        self.entries = {entry.id: entry for entry in entries}
        self._skippable = skippable
        self._particles = particles
        self._function_words = function_words
        self._short_forms = short_forms
        self._verbs: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._stems: dict[str, set[str]] = defaultdict(set)
        self._folded: dict[str, set[str]] = defaultdict(set)
        self._folded_exact: set[str] = set()
        self._phrase_words: set[str] = set()
        self._phrases = _Node()
        self._folded_phrases = _Node()
        for alias, concept in aliases:
            self._add(alias, concept)
        words = (*self._exact, *self._stems, *self._phrase_words)
        self._forms = sorted({fold(word) for word in words if len(word) >= 4 and word.isalpha()})
        self._by_form: dict[str, set[str]] = defaultdict(set)
        for table in (self._stems, self._exact):
            for word, concepts in table.items():
                self._by_form[fold(word)].update(concepts)
        self._verbs = {verb: dict(particles) for verb, particles in self._verbs.items()}
        self._mend_cached = lru_cache(maxsize=4096)(self._mend)
        self._split_cached = lru_cache(maxsize=4096)(self._split)

    def _add(self, alias: str, concept: str) -> None:
        words = alias_words(alias)
        if not words:
            return
        if len(words) == 1:
            word = words[0]
            self._exact[word].add(concept)
            self._stems[stem(word)].add(concept)
            self._folded[fold(word)].add(concept)
            self._folded_exact.add(fold(word))
            if len(stem(word)) >= 4:
                self._folded[fold(stem(word))].add(concept)
            if "-" in word:
                self._add(word.replace("-", ""), concept)
            return
        self._phrase_words.update(word for word in words if len(word) >= 5)
        if "inte" in words[1:]:  # in a subordinate clause the little word comes first: "att hon inte går att väcka"
            at = words.index("inte", 1)
            self._add_phrase([*words[: at - 1], words[at], words[at - 1], *words[at + 1 :]], concept)
        self._add_phrase(words, concept)
        if len(words) == 2 and words[1] in self._particles and words[0] not in self._particles:
            self._verbs[stem(words[0])][words[1]].add(concept)
        if len(words) == 2 and all(len(word) > 2 for word in words):
            joined = "".join(words)
            self._stems[stem(joined)].add(concept)

    def _add_phrase(self, words: list[str], concept: str) -> None:
        for root, keys in (
            (self._phrases, [_phrase_key(word) for word in words]),
            (self._folded_phrases, [_folded_key(word) for word in words]),
        ):
            node = root
            for key in keys:
                node = node.children.setdefault(key, _Node())
            node.concepts = tuple(sorted({*node.concepts, concept}))

    # --- single words ----------------------------------------------------------------------------

    def lookup(self, word: str) -> tuple[tuple[str, ...], str]:
        """Return the concepts of one word and how they were found; empty and 'unknown' if none."""
        if found := self._exact.get(word):
            return tuple(sorted(found)), "exact"
        if found := self._stems.get(stem(word)):
            return tuple(sorted(found)), "stem"
        plain = word == fold(word)
        if plain and (found := self._folded.get(word) or self._folded.get(fold(stem(word)))):
            return tuple(sorted(found)), "fold"
        return (), "unknown"

    def knows(self, word: str) -> bool:
        """Return whether the word stands in the knowledge, as it is, inflected or without diacritics."""
        return bool(self.lookup(word)[0])

    def parts(self, word: str) -> tuple[tuple[str, ...], ...]:
        """Return the concepts of each part of a compound, or nothing where a part is unknown."""
        return self._split_cached(word)

    def _split(self, word: str) -> tuple[tuple[str, ...], ...]:
        if "-" in word:
            pieces = [piece for piece in word.split("-") if piece]
            found = [self._part(piece, hyphened=True) for piece in pieces]
            return tuple(found) if len(pieces) > 1 and all(found) else ()
        if len(word) < 6 or not word.isalpha():
            return ()
        return self._best_split(word, 0)

    def _part(self, piece: str, hyphened: bool = False) -> tuple[str, ...]:
        if len(piece) < (2 if hyphened else 3):
            return ()
        concepts, how = self.lookup(piece)
        if not hyphened and concepts and (self._functional(concepts) or (len(piece) < 4 and how != "exact")):
            return ()
        if concepts or not hyphened:
            return concepts
        if piece.endswith("s") and (concepts := self.lookup(piece[:-1])[0]):
            return concepts
        deeper = tuple(concept for part in self.parts(piece) for concept in part)
        return deeper or self.cut_short(piece) or self.mend(piece)[0]

    def _best_split(self, word: str, depth: int) -> tuple[tuple[str, ...], ...]:
        if depth > 2:
            return ()
        best: tuple[tuple[str, ...], ...] = ()
        for cut in range(len(word) - 3, 2, -1):
            head = self._head(word[:cut])
            if not head:
                continue
            rest = word[cut:]
            tail = self._part(rest)
            candidate: tuple[tuple[str, ...], ...] = (head, tail) if tail else ()
            if not candidate and len(rest) >= 6:
                deeper = self._best_split(rest, depth + 1)
                candidate = (head, *deeper) if deeper else ()
            if candidate and (not best or len(candidate) < len(best)):
                best = candidate
        return best

    def _head(self, piece: str) -> tuple[str, ...]:
        """Return what a first part of a compound means: as it stands, or less its joining s or vowel."""
        forms = [piece]
        if piece[-1] in "s" and len(piece) > 3:
            forms.append(piece[:-1])
        if piece[-1] in "oeu" and len(piece) > 4:
            forms += [piece[:-1] + "a", piece[:-1]]
        for form in forms:
            found = self._exact.get(form) or (self._stems.get(form) if len(form) >= 6 else None)
            if not found and form == fold(form):
                found = self._folded.get(form) if form in self._folded_exact or len(form) >= 6 else None
            if found and not (self._only_neutral(found) and (len(form) < 5 or self._functional(found))):
                return tuple(sorted(found))
        return ()

    def _functional(self, concepts: Iterable[str]) -> bool:
        """Return whether a word is a function word or only shapes a question: never a part of a compound."""
        return any(self.entries[concept].role == "form" or concept in self._function_words for concept in concepts)

    def _only_neutral(self, concepts: Iterable[str]) -> bool:
        return all(self.entries[concept].role in ("neutral", "form") for concept in concepts)

    def mend(self, word: str) -> tuple[tuple[str, ...], str | None]:
        """Return the concepts of the word that was probably meant, and that word; nothing if unsure.

        A word that is common in Swedish at large is taken to be meant as it stands.
        """
        return self._mend_cached(word)

    def _mend(self, word: str) -> tuple[tuple[str, ...], str | None]:
        if len(word) < 4 or not word.isalpha():
            return (), None
        common = zipf(word)
        if common >= REAL_WORD:
            return (), None
        limit = 1 if len(word) < 7 or common > 1.5 else 2
        folded = fold(word)
        best: tuple[float, float, str] | None = None
        for query in dict.fromkeys((folded, fold(stem(word)))):
            if len(query) < 4:
                continue
            for form, distance, _ in process.extract(
                query, self._forms, scorer=OSA.distance, score_cutoff=limit, limit=8
            ):
                if len(form) < 5 and distance > 0 and form[0] != query[0]:
                    continue
                penalty = distance + (0.5 if form[:1] != query[:1] else 0.0) + 0.05 * abs(len(form) - len(query))
                if not any(self.entries[concept].role in SUBJECTS for concept in self._by_form.get(form, ())):
                    penalty += 0.2
                candidate = (penalty, -zipf(form), form)
                if best is None or candidate < best:
                    best = candidate
        if best is None or best[0] > limit + 0.45:
            return (), None
        concepts = self._by_form.get(best[2], set())
        if not concepts:
            return (), best[2]
        roles = {self.entries[concept].role for concept in concepts}
        if "danger" in roles or (len(word) < 7 and roles & NEVER_GUESSED):
            return (), None
        if roles <= {"neutral", "form"} and (best[0] > 1.5 or (common and zipf(best[2]) < common + 2)):
            # A rare word that happens to be near an everyday one is still a word of its own.
            return (), None
        return tuple(sorted(concepts)), best[2]

    def cut_short(self, word: str) -> tuple[str, ...]:
        """Return the concepts of a word that was written as its beginning only: "psykosoc", "nedtrappn"."""
        piece = fold(word)
        if len(piece) < MIN_CUT or not piece.isalpha() or zipf(word) >= REAL_WORD:
            return ()
        start = bisect_left(self._forms, piece)
        found: set[str] | None = None
        for form in self._forms[start : start + 40]:
            if not form.startswith(piece):
                break
            concepts = {concept for concept in self._by_form[form] if not self._only_neutral((concept,))}
            if concepts:
                found = concepts if found is None else found & concepts
        return tuple(sorted(found)) if found else ()

    # --- whole questions -------------------------------------------------------------------------

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

    def _whole(self, word: str) -> str | None:
        """Return the shortest word that begins as one that was cut short: "psykosoc"."""
        if zipf(word) >= REAL_WORD:
            return None
        piece = fold(word)
        start = bisect_left(self._forms, piece)
        longer = [form for form in self._forms[start : start + 20] if form.startswith(piece)]
        return min(longer, key=len) if longer else None

    def near(self, word: str, forms: frozenset[str]) -> bool:
        """Return whether a word is one of the forms, or one of the longer ones with a letter wrong."""
        if word in forms:
            return True
        if len(word) < 4:
            return False
        found = process.extractOne(
            word, [form for form in forms if len(form) >= 4], scorer=OSA.distance, score_cutoff=1
        )
        return found is not None

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
            if not concepts and len(joined) >= 8 and len(words[-1]) >= 4 and not self.lookup(words[-1])[0]:
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
    return fold(_phrase_key(word))


def alias_words(alias: str) -> list[str]:
    """Return the words of an alias as they are looked up."""
    from indexer.swedish import normalise, tokenize

    return [token.word for token in tokenize(normalise(alias))]
