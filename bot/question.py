"""A question as it was read: its words, what they can mean, and which of them ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from indexer.lexicon import Lexicon, Span
from indexer.swedish import MODIFIER_ENDINGS, Token, age_in, normalise, stem, tokenize

# How much of the question stays unexplained if a word of this role is left out of a reading.
ROLE_WEIGHT: Mapping[str, float] = {
    "task": 3.0,
    "agreement": 2.5,
    "body": 3.0,
    "term": 3.0,
    "route": 3.0,
    "law": 3.0,
    "step": 2.0,
    "municipality": 1.5,
    "actor": 2.0,
    "unit": 2.0,
    "aspect": 1.5,
    "substance": 2.0,
    "group": 3.0,
    "outside": 4.0,
    "place": 4.0,
    "refusal": 1.5,
    "danger": 0.0,
    "neutral": 0.0,
    "form": 0.0,
    "time": 0.2,
}
NAMING = frozenset({"agreement", "body", "actor", "unit", "municipality", "term", "task", "route"})
UNKNOWN_WEIGHT = 2.0
STORY_FACTOR = 0.35
CLEFT = 4
"""Words before a "som" within which the "det är" of a cleft stands."""
ASIDE_FACTOR = 0.4
"""What a side weighs, or a word that nobody knows, in a clause that only tells when or of whom: "…, om de säger nej"."""
_NUMBER = re.compile(r"^\d+(?:[-:.]\d+)*$")
_YEAR = re.compile(r"^(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?$")


@dataclass(frozen=True, slots=True)
class Word:
    """One span of the question with what it weighs if left unexplained."""

    span: Span
    roles: tuple[tuple[str, ...], ...]
    part_weights: tuple[float, ...]
    weight: float
    asks: bool
    turns: bool = False

    @property
    def content(self) -> bool:
        """Whether a reading has to explain it."""
        return self.weight > 0


@dataclass(frozen=True, slots=True)
class Question:
    """A question, analysed. `concepts` are all that its words can mean, in order of appearance."""

    text: str
    tokens: tuple[Token, ...]
    words: tuple[Word, ...]
    concepts: tuple[str, ...]
    roles: Mapping[str, tuple[str, ...]]
    yes_no: bool
    begins_as_follow_up: bool
    refers_back: bool
    asks_in_words: bool
    asks_detail: bool
    lists: bool
    first_person: bool
    negated: bool
    asked: frozenset[str]
    years: tuple[int, ...]

    def asks(self, *concepts: str) -> bool:
        """Return whether any of the concepts occurs in a sentence that asks, not only in the story around it."""
        return any(concept in self.asked for concept in concepts)

    def has(self, *concepts: str) -> bool:
        """Return whether any of the concepts occurs."""
        return any(concept in self.concepts for concept in concepts)

    def of_role(self, *roles: str) -> tuple[str, ...]:
        """Return the concepts with one of the roles, in order of appearance."""
        return tuple(concept for role in roles for concept in self.roles.get(role, ()))

    @property
    def names_no_subject(self) -> bool:
        """Whether all that a reading has to explain are sides of a subject: "vad är nästa steg?"."""
        return all(role == "aspect" for word in self.content_words for part in word.roles for role in part)

    @property
    def content_words(self) -> list[Word]:
        """The words that a reading has to explain."""
        return [word for word in self.words if word.content]


@dataclass(frozen=True, slots=True)
class FirstWords:
    """Words that say something by standing first in a question (cues of role 'first').

    `turning` are the concepts that make it another question wherever in the message they stand.
    """

    asking: frozenset[str]
    yes_no: frozenset[str]
    follow_up: frozenset[str]
    refers_back: frozenset[str]
    claims: frozenset[str]
    first_person: frozenset[str]
    negations: frozenset[str]
    turning: frozenset[str]
    what: frozenset[str]
    ambiguous: frozenset[str]
    held_out: frozenset[str]
    subordinators: frozenset[str]
    conditions: frozenset[str]
    expletives: frozenset[str]
    persons: frozenset[str]
    particles: frozenset[str]
    was: frozenset[str]


def read_question(text: str, lexicon: Lexicon, first: FirstWords, weights: Mapping[str, float]) -> Question:
    """Analyse one message. `weights` overrides a role's weight for single concepts."""
    tokens = tuple(tokenize(normalise(text)))
    spans = lexicon.spans(tokens)
    asking = _asking_sentences(tokens, first)
    words = tuple(_word(span, tokens, lexicon, asking, weights, first) for span in spans)
    words = _lightened(_told(words), tokens, first)
    named = [concept for word in words for concept in word.span.concepts]
    concepts = tuple(dict.fromkeys((*named, *(group for group in _age_groups(tokens) if group in lexicon.entries))))
    roles: dict[str, tuple[str, ...]] = {}
    for concept in concepts:
        role = lexicon.entries[concept].role
        roles[role] = (*roles.get(role, ()), concept)
    opening = [token.word for token in tokens[:1]]
    return Question(
        text=text,
        tokens=tokens,
        words=words,
        concepts=concepts,
        roles=roles,
        yes_no=_is_yes_no(tokens, first, lexicon),
        begins_as_follow_up=any(word in first.follow_up for word in opening),
        refers_back=any(token.word in first.refers_back for token in tokens),
        asks_in_words=any(token.word in first.asking or token.asks for token in tokens),
        asks_detail=any(token.word in first.asking - first.what for token in tokens),
        lists=any(token.word in first.follow_up for token in tokens[1:]),
        negated=_is_negated(tokens, first),
        first_person=any(token.word in first.first_person for token in tokens),
        asked=frozenset(concept for word in words if word.asks for concept in word.span.concepts),
        years=tuple(int(token.word[:4]) for token in tokens if _YEAR.match(token.word)),
    )


def _asking_sentences(tokens: Iterable[Token], first: FirstWords) -> frozenset[int]:
    """Return the sentences that ask; all of them where none seems to.

    Where one has a question mark, a sentence that only begins with a verb tells: "har en farbror på sal 4. Vem …?"
    """
    by_sentence: dict[int, list[Token]] = {}
    for token in tokens:
        by_sentence.setdefault(token.sentence, []).append(token)
    marked = any(token.asks for members in by_sentence.values() for token in members)
    sure = first.asking - first.ambiguous if marked else first.asking
    asking = {
        sentence
        for sentence, members in by_sentence.items()
        if any(token.asks for token in members)
        or members[0].word in sure
        or (not marked and members[0].word in first.yes_no and len(members) > 2)
    }
    if not asking:
        asking = {
            sentence
            for sentence, members in by_sentence.items()
            if any(token.word in first.asking for token in members)
        }
    return frozenset(asking or by_sentence)


def _is_yes_no(tokens: tuple[Token, ...], first: FirstWords, lexicon: Lexicon) -> bool:
    """Return whether the question wants a yes or no.

    Either a verb opens a clause and no question word follows at once, or a statement is held out
    for confirmation: "det är väl soc?", "de beslutar, eller hur?", "regionen betalar, eller?".
    """
    asked = bool(tokens) and tokens[-1].asks
    words = [token.word for token in tokens]
    text = f" {' '.join(words)} "
    held_out = any(f" {claim} " in text for claim in first.claims)
    for claim in first.claims:  # "…, eller hur?" asks of all that stands before it
        if text.endswith(f" {claim} ") and len(claim.split()) < len(words):
            tokens = tokens[: len(tokens) - len(claim.split())]
            asked = True
            break
    clauses: dict[int, list[str]] = {}
    for token in tokens:
        clauses.setdefault(token.clause, []).append(token.word)
    verdict = False
    for clause in clauses.values():
        while len(clause) > 1 and clause[0] in first.follow_up:
            clause = clause[1:]
        if clause[0] in first.asking - first.ambiguous:
            return False
        if clause[0] in first.ambiguous and clause[0] in first.was and _tells_what(clause[1:2], lexicon, first):
            verdict = True  # "var RÖK HVB i kraft?" asks whether, "var finns RÖK HVB?" where
            continue
        opens = lexicon.near(clause[0], first.yes_no) and not any(
            word in first.asking - first.ambiguous for word in clause[1:3]
        )
        # "borlänge lök missbruk finns den": the verb and its "den" come last.
        closes = len(clause) > 2 and clause[-2] in first.yes_no and clause[-1] in first.refers_back
        verdict = verdict or closes or (opens and (len(clause) > 1 or len(clauses) == 1))
    return verdict or (held_out and asked) or (asked and words[-1] in first.held_out)


def _tells_what(words: list[str], lexicon: Lexicon, first: FirstWords) -> bool:
    """Return whether a word names a thing or points back, so that the "var" before it is a verb."""
    roles = {lexicon.entries[concept].role for word in words for concept in lexicon.lookup(word)[0]}
    return bool(roles & NAMING) or bool(first.refers_back.intersection(words))


def _word(
    span: Span,
    tokens: tuple[Token, ...],
    lexicon: Lexicon,
    asking: frozenset[int],
    weights: Mapping[str, float],
    first: FirstWords,
) -> Word:
    roles = tuple(tuple(lexicon.entries[concept].role for concept in part) for part in span.parts)
    asks = tokens[span.start].sentence in asking
    part_weights = tuple(
        min(weights.get(concept, ROLE_WEIGHT.get(lexicon.entries[concept].role, 1.0)) for concept in part)
        for part in span.parts
    )
    weight = sum(part_weights) if span.known else _unknown_weight(span, tokens, first)
    # Another place, or another group, makes it another question wherever in the message it stands.
    always = bool(first.turning & set(span.concepts))
    outside = any(role == "outside" for part in roles for role in part)
    return Word(span, roles, part_weights, weight * (1.0 if asks or always or outside else STORY_FACTOR), asks, always)


def _told(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words with what the story knows at its full weight where the question itself only points back to it."""
    if any(word.asks and word.weight >= 1.0 for word in words):
        return words
    return tuple(
        replace(word, weight=word.weight / STORY_FACTOR) if word.span.known and not word.asks else word
        for word in words
    )


def _lightened(words: tuple[Word, ...], tokens: tuple[Token, ...], first: FirstWords) -> tuple[Word, ...]:
    """Return the words, lighter where they stand aside; as they were where nothing is left to ask about."""
    aside = _asides(tokens, first)
    main = [word for word in words if word.asks and word.span.start not in aside and word.weight >= 1.0]
    if not aside or not main:
        return words
    return tuple(
        replace(word, weight=word.weight * ASIDE_FACTOR) if word.span.start in aside and _light(word) else word
        for word in words
    )


def _light(word: Word) -> bool:
    """Return whether a word only shades what is asked: a side of a subject, or unknown; not another group or place."""
    if not word.span.known:
        return True
    return word.asks and not word.turns and all(role in ("aspect", "refusal") for part in word.roles for role in part)


def _asides(tokens: tuple[Token, ...], first: FirstWords) -> frozenset[int]:
    """Return which tokens stand in a subordinate clause, or name what something is said to follow from.

    "Hur gör man med planen *när patienten skrivs ut*?" A clause ends at punctuation or where a question word begins.
    """
    found: set[int] = set()
    begun: int | None = None
    for index, token in enumerate(tokens):
        ended = begun is not None and (
            token.clause != tokens[begun].clause or (token.word in first.asking - first.ambiguous and index > begun)
        )
        if ended:
            begun = None
        if begun is None and _subordinates(tokens, index, first):
            begun = index
        if begun is not None:
            found.add(index)
    return frozenset(found)


def _subordinates(tokens: tuple[Token, ...], index: int, first: FirstWords) -> bool:
    """Return whether a word begins a subordinate clause; "vilka som …", "frågor om …" and "när är …?" do not."""
    word = tokens[index].word
    before = [token.word for token in tokens[max(0, index - 2) : index] if token.clause == tokens[index].clause]
    following = tokens[index + 1].word if index + 1 < len(tokens) else ""
    if word in first.conditions:
        return not before or following in first.persons
    if word not in first.subordinators or first.asking.intersection(before) or _cleft(tokens, index, first):
        return False
    return word not in first.asking or (bool(before) and following not in first.yes_no)


def _cleft(tokens: tuple[Token, ...], index: int, first: FirstWords) -> bool:
    """Return whether a "som" only lifts somebody forward: "är det somatiken som ska …?"."""
    words = [token.word for token in tokens[max(0, index - CLEFT) : index] if token.clause == tokens[index].clause]
    return any(word in first.expletives for word in words)


def _unknown_weight(span: Span, tokens: tuple[Token, ...], first: FirstWords) -> float:
    token = tokens[span.start]
    if _NUMBER.match(token.word) or age_in(token.word) is not None:
        return 0.0
    if len(token.word) <= 2:
        return 0.3
    if span.start and tokens[span.start - 1].word in first.asking:
        return UNKNOWN_WEIGHT  # "vem sponsrar …?": the verb is what is asked
    if span.end < len(tokens) and tokens[span.end].word in first.particles and token.surface[0].islower():
        return UNKNOWN_WEIGHT / 2  # "lira över": a verb
    # Other verbs and adjectives seldom change what is asked about; an unknown noun does.
    if token.word.endswith(MODIFIER_ENDINGS) and token.surface[0].islower():
        return UNKNOWN_WEIGHT / 2
    return UNKNOWN_WEIGHT


def _is_negated(tokens: tuple[Token, ...], first: FirstWords) -> bool:
    """Return whether what is asked is negated: "vilka är inte utpekade?", not "hon andas inte, vem …?"."""
    asking = {token.clause for token in tokens if token.word in first.asking}
    return any(token.word in first.negations and token.clause in asking for token in tokens)


ADULT, OLD = 18, 65


def _age_groups(tokens: tuple[Token, ...]) -> Iterable[str]:
    """Yield the age group (a cue id) of each age that is named."""
    for index, token in enumerate(tokens):
        following = tokens[index + 1].word if index + 1 < len(tokens) else ""
        if (age := age_in(token.word, following)) is not None:
            yield "barn" if age < ADULT else "aldre" if age >= OLD else "vuxna"


def stems_of(question: Question) -> set[str]:
    """Return the stems of all words, for comparison with a passage's."""
    return {stem(token.word) for token in question.tokens}
