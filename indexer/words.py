"""Single words: which concepts a word can mean.

A word is tried as it stands, then by stem, without å ä ö, as parts of a compound, as the beginning
of a longer word, and last as a typing mistake, so that a sure reading always beats a guess.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from rapidfuzz import process
from rapidfuzz.distance import OSA

from indexer.analysis import compound_parts
from indexer.swedish import fold, normalise, stem, tokenize, zipf

MIN_CUT = 4
"""Letters from which the beginning of a word stands for it: "utsättn"."""
NEVER_GUESSED = frozenset({"group", "place", "outside"})
"""Kinds of concept that a short word is never mended into: they would turn the question round."""
NEVER_INFLECTED = frozenset({"danger", "form"})
"""Kinds of concept whose words stand as they are written: "dog" tells of no danger now, "tack" is no verb."""
SUBJECTS = frozenset(
    {"task", "term", "agreement", "body", "municipality", "actor", "unit", "substance", "route", "law", "group"}
)
ENDINGS = ("n", "en", "na", "s", "ns", "t", "et", "r", "er", "ar")
LONGEST_ENDING = 5
"""Letters that an inflection has at most."""
SLIPPED = 8
"""Letters from which a slip is told from another word."""
SHORTEST_STEM = 5
"""Letters of a stem that mistakes are looked for in; a shorter one is near too much."""
LONG = 12
"""Letters from which a word may have two mistakes in it, though its parts are words."""
RARE = 1.5
"""Zipf value from which a word is too well known to be a slip for a small word: "fräsa"."""
SURE = 1.45
"""Penalty up to which a word is one mistake away."""
MEANT = SUBJECTS | {"aspect"}
"""Kinds of concept that a misspelt word is more likely to mean than others."""
STEM_UNLIKE = 0.3
"""How much less a word is like another where only their stems are alike, in letters."""
REAL_WORD = 3.0
"""Zipf value from which a word is taken to be what its writer meant, and is not mended."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept as the lexicon knows it. `role` is the kind of thing, `parent` an actor for a unit."""

    id: str
    role: str
    name: str
    parent: str | None = None


class Words:
    """The words of the knowledge. Built once for a revision; looking up is thread-safe."""

    def __init__(
        self, entries: Iterable[Entry], function_words: frozenset[str], inflections: Mapping[str, Sequence[str]]
    ) -> None:
        """Take the concepts; `function_words` are those whose words are never a part of a compound.

        `inflections` are forms that no rule of endings reaches, with the words that they are forms of.
        """
        self.entries = {entry.id: entry for entry in entries}
        self._function_words = function_words
        self._inflections = inflections
        self._exact: dict[str, set[str]] = defaultdict(set)
        self._stems: dict[str, set[str]] = defaultdict(set)
        self._folded: dict[str, set[str]] = defaultdict(set)
        self._folded_exact: set[str] = set()
        self._by_form: dict[str, set[str]] = {}
        self._forms: list[str] = []
        self._by_length: dict[int, list[str]] = defaultdict(list)
        self._of_length = lru_cache(maxsize=128)(self._forms_of_length)
        self._spelt: dict[str, set[str]] = defaultdict(set)
        self._mend_cached = lru_cache(maxsize=4096)(self._mend)
        self._split_cached = lru_cache(maxsize=4096)(self._split)

    def _add_word(self, word: str, concept: str) -> None:
        self._exact[word].add(concept)
        if self.entries[concept].role != "municipality":  # "i morse" has the stem of "Moras"
            self._stems[stem(word)].add(concept)
        self._folded[fold(word)].add(concept)
        self._folded_exact.add(fold(word))
        if len(stem(word)) >= 4:
            self._folded[fold(stem(word))].add(concept)
        elif word != fold(word):  # too short a stem to be looked up by: "läkare", "läkaren"
            for ending in ENDINGS:
                if stem(word + ending) == stem(word):
                    self._folded[fold(word + ending)].add(concept)
        if "-" in word:
            self._add_word(word.replace("-", ""), concept)

    def _settle(self, more: Iterable[str]) -> None:
        """Fix the forms that typing mistakes are mended to: all words, and those of phrases."""
        words = (*self._exact, *self._stems, *more)
        for word in words:
            if len(word) >= 4 and word.isalpha():
                self._spelt[fold(word)].add(word)
        self._forms = sorted(self._spelt)
        for form in self._forms:
            self._by_length[len(form)].append(form)
        by_form: dict[str, set[str]] = defaultdict(set)
        for table in (self._stems, self._exact):
            for word, concepts in table.items():
                by_form[fold(word)].update(concepts)
        self._by_form = dict(by_form)

    def lookup(self, word: str) -> tuple[tuple[str, ...], str]:
        """Return the concepts of one word and how they were found; empty and 'unknown' if none."""
        if found := self._exact.get(word):
            return tuple(sorted(found)), "exact"
        found = self._stems.get(stem(word), set())
        plain = word == fold(word)
        # "LOK" is LÖK without its dots, though it is also how another word begins.
        if plain and word in self._folded_exact and self._only_neutral(found):
            return tuple(sorted(self._folded[word])), "fold"
        if found and not self._cut_too_far(word, found):
            return tuple(sorted(found)), "stem"
        if bases := self._inflections.get(word):
            inflected = {concept for base in bases for concept in self._exact.get(base, ())}
            if inflected := {concept for concept in inflected if self.entries[concept].role not in NEVER_INFLECTED}:
                return tuple(sorted(inflected)), "stem"
        if plain and (found := self._folded.get(word) or self._folded.get(fold(stem(word)))):
            return tuple(sorted(found)), "fold"
        return (), "unknown"

    def _cut_too_far(self, word: str, found: Iterable[str]) -> bool:
        """Return whether so much was cut off that it is another word: "rullatorer" is no form of the verb "rulla"."""
        return len(word) - len(stem(word)) > LONGEST_ENDING and self._only_neutral(found)

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

    def slip(self, word: str) -> tuple[str, ...]:
        """Return the subject that a word nobody has ever written is one slip away from, before it is read otherwise."""
        if len(word) < SLIPPED or zipf(word) or not word.isalpha():
            return ()
        concepts, meant = self.mend(word)
        near = meant is not None and OSA.distance(fold(word), fold(meant), score_cutoff=1) <= 1
        return concepts if near and any(self.entries[concept].role in MEANT for concept in concepts) else ()

    def _mend(self, word: str) -> tuple[tuple[str, ...], str | None]:
        if len(word) < 4 or not word.isalpha():
            return (), None
        common = zipf(word)
        if common >= REAL_WORD:
            return (), None
        limit = 1 if len(word) < 7 or common > 1.5 or (len(word) < LONG and compound_parts(word)) else 2
        best = min(self._nearest(word, limit), default=None)
        if best is None or best[1] > limit + 0.45:
            return (), None
        meant = self._spelling(best[2])
        concepts = self._by_form.get(best[2]) or set(self.lookup(meant)[0])
        if not concepts:
            return (), meant
        roles = {self.entries[concept].role for concept in concepts}
        if "danger" in roles or ((len(word) < 7 or best[1] > SURE) and roles & NEVER_GUESSED):
            return (), None
        if roles <= {"neutral", "form"} and (best[1] > 1.5 or common > RARE or (common and zipf(meant) < common + 2)):
            # A rare word that happens to be near an everyday one is still a word of its own.
            return (), None
        return tuple(sorted(concepts)), meant

    def _nearest(self, word: str, limit: int) -> Iterator[tuple[float, float, str]]:
        """Yield the forms within so many mistakes as (rank, how unlike in letters, form), the likeliest lowest."""
        unseen = zipf(word) == 0.0  # a word that nobody has written is the likelier to begin with a mistake
        folded = fold(word)
        for query in dict.fromkeys((folded, fold(stem(word)))):
            if len(query) < (4 if query == folded else SHORTEST_STEM):
                continue
            for form, distance, _ in process.extract(
                query, self._of_length(len(query), limit), scorer=OSA.distance, score_cutoff=limit, limit=8
            ):
                if len(form) < 5 and distance > 0 and form[0] != query[0]:
                    continue
                unlike = distance + _uneven(form, query)
                if form[:1] != query[:1]:
                    unlike += 0.2 if unseen and distance == 1 and len(form) == len(query) else 0.5
                if query != folded:
                    unlike += STEM_UNLIKE  # the mistake may stand in the ending, which has then been taken for one
                if not any(self.entries[concept].role in MEANT for concept in self._by_form.get(form, ())):
                    unlike += 0.2
                yield unlike - 0.1 * zipf(self._spelling(form)), unlike, form

    def _spelling(self, form: str) -> str:
        """Return a form with its diacritics, as it is most often written."""
        return max(self._spelt.get(form, (form,)), key=lambda word: (zipf(word), word))

    def _forms_of_length(self, length: int, limit: int) -> list[str]:
        """Return the forms that so many mistakes can reach: each adds or takes away one letter at most."""
        near = (self._by_length.get(other, ()) for other in range(length - limit, length + limit + 1))
        return sorted(chain.from_iterable(near))

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
            concepts = {concept for concept in self._by_form.get(form, ()) if not self._only_neutral((concept,))}
            if concepts:
                found = concepts if found is None else found & concepts
        return tuple(sorted(found)) if found else ()

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


def alias_words(alias: str) -> list[str]:
    """Return the words of an alias as they are looked up."""
    return [token.word for token in tokenize(normalise(alias))]


def _uneven(form: str, query: str) -> float:
    """Return what a difference in length costs: letters are left out more often than added."""
    return 0.05 * (len(form) - len(query)) if len(form) >= len(query) else 0.1 * (len(query) - len(form))
