"""A question as it was read: its words, what they can mean, and which of them ask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.clauses import FirstWords, Parts, asides, cited, denies, is_claim, is_negated, is_yes_no, parts_of
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
ANCHORS = frozenset({"task", "agreement", "body", "term", "route", "law", "step", "substance"})
"""Roles of what a question can be about; the others only say whose, where or which side."""
CITED = frozenset({"law", "term"})
"""Roles of what a rule is said to stand in: "enligt 19 kap. 6 § SoL"."""
GENERIC = frozenset({"rok"})
"""What is named in passing: "får de göra så enligt RÖK?" is not about what a RÖK is."""
UNKNOWN_WEIGHT = 2.0
STORY_FACTOR = 0.35
ASIDE_FACTOR = 0.4
"""What a side, or an unknown word, weighs in a clause that only tells when or of whom: "…, om de säger nej"."""
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
    told: bool = False
    aside: bool = False

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
    asks_who: bool
    lists: bool
    first_person: bool
    negated: bool
    asked: frozenset[str]
    after: frozenset[str]
    denied: bool
    claims: bool
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
    def asks_subject(self) -> bool:
        """Whether the part that asks names what it is about, so that the story alone is no answer to it."""
        return _subject(self.words)

    @property
    def names_no_subject(self) -> bool:
        """Whether all that a reading has to explain are sides of a subject: "vad är nästa steg?"."""
        return all(role == "aspect" for word in self.content_words for part in word.roles for role in part)

    @property
    def content_words(self) -> list[Word]:
        """The words that a reading has to explain."""
        return [word for word in self.words if word.content]


def read_question(text: str, lexicon: Lexicon, first: FirstWords, weights: Mapping[str, float]) -> Question:
    """Analyse one message. `weights` overrides a role's weight for single concepts."""
    tokens = lexicon.apart(tokenize(normalise(text)))
    spans = lexicon.spans(tokens)
    parts = parts_of(tokens, first)
    words = tuple(_word(span, tokens, lexicon, parts, weights, first) for span in spans)
    words = _lightened(_told(words), asides(tokens, first), parts.leading, cited(tokens, first))
    without = _ruled_out(words, tokens, first)
    heard = (concept for word in _heard(words, parts.story) for concept in word.span.concepts)
    named = [concept for concept in heard if concept not in without]
    concepts = tuple(
        dict.fromkeys((*named, *(group for group in _age_groups(tokens, first) if group in lexicon.entries)))
    )
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
        yes_no=is_yes_no(tokens, first, lexicon),
        begins_as_follow_up=any(word in first.follow_up for word in opening),
        refers_back=any(token.word in first.refers_back for token in tokens),
        asks_in_words=any(token.word in first.asking or token.asks for token in tokens),
        asks_detail=any(token.word in first.asking - first.what for token in tokens),
        asks_who=any(token.word in first.who for token in tokens),
        lists=any(token.word in first.follow_up for token in tokens[1:]),
        negated=is_negated(tokens, first),
        first_person=any(token.word in first.first_person for token in tokens),
        asked=frozenset(concept for word in words if word.asks for concept in word.span.concepts),
        after=frozenset(
            concept
            for word in words
            if word.span.start and tokens[word.span.start - 1].word in first.after
            for concept in word.span.concepts
        ),
        claims=is_claim(tokens, first) or any(token.word in first.causes for token in tokens),
        denied=is_claim(tokens, first) and denies(tokens, first),
        years=tuple(int(token.word[:4]) for token in tokens if _YEAR.match(token.word)),
    )


def _word(
    span: Span,
    tokens: tuple[Token, ...],
    lexicon: Lexicon,
    parts: Parts,
    weights: Mapping[str, float],
    first: FirstWords,
) -> Word:
    roles = tuple(tuple(lexicon.entries[concept].role for concept in part) for part in span.parts)
    asks = span.start in parts.asking
    part_weights = tuple(
        min(weights.get(concept, ROLE_WEIGHT.get(lexicon.entries[concept].role, 1.0)) for concept in part)
        for part in span.parts
    )
    weight = sum(part_weights) if span.known else _unknown_weight(span, tokens, first)
    # Another place, or another group, makes it another question wherever in the message it stands.
    always = bool(first.turning & set(span.concepts)) and span.start not in parts.introducing
    outside = any(role == "outside" for part in roles for role in part)
    # What is chatted about once the question is asked, and who writes, may be about anything.
    aside = span.start > max(parts.asking, default=0) or span.start in parts.introducing
    told = not (asks or always or (outside and not aside))
    if span.start in parts.introducing and not any(role in ("actor", "unit") for part in roles for role in part):
        weight = 0.0  # where one works says who asks, and nothing else
    return Word(span, roles, part_weights, weight * (STORY_FACTOR if told else 1.0), asks, always, told)


def _ruled_out(words: tuple[Word, ...], tokens: tuple[Token, ...], first: FirstWords) -> set[str]:
    """Return the substances that are said not to be there: "inga droger eller alkohol"."""
    found: set[str] = set()
    kept: set[str] = set()
    end = -1
    for word in words:
        if any("substance" in roles for roles in word.roles):
            before = tokens[word.span.start - 1].word if word.span.start else ""
            listed = 0 <= word.span.start - 1 <= end
            out = before in first.none or (listed and before in first.follow_up)
            (found if out else kept).update(word.span.concepts)
            end = word.span.end if out else -1
    return found - kept


def _subject(words: tuple[Word, ...]) -> bool:
    """Return whether the words that ask name what they are about."""
    asking = (word for word in words if word.asks and not GENERIC.issuperset(word.span.concepts))
    return any(ANCHORS.intersection(roles) for word in asking for roles in word.roles)


def _heard(words: tuple[Word, ...], story: frozenset[int]) -> list[Word]:
    """Return the words whose meaning counts: of a story, not the sides it touches, where the question has a subject."""
    if not _subject(words):
        return list(words)
    return [word for word in words if not (word.span.start in story and _light(replace(word, asks=True)))]


def _told(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """Return the words with what the story knows at its full weight where the question only points back to it."""
    if any(word.asks and word.weight >= 1.0 for word in words):
        return words
    return tuple(
        replace(word, weight=word.weight / STORY_FACTOR) if word.told and word.span.known else word for word in words
    )


def _lightened(
    words: tuple[Word, ...], aside: frozenset[int], leading: frozenset[int], rules: frozenset[int]
) -> tuple[Word, ...]:
    """Return the words, lighter where they stand aside; as they were where nothing is left to ask about."""
    main = [word for word in words if word.asks and word.span.start not in aside | rules and word.weight >= 1.0]
    if not main:
        return words
    if not any(ANCHORS.intersection(roles) for word in words for roles in word.roles):
        leading = frozenset()  # "kopieringspappret hos soc tog slut, vems ansvar är det?": no subject but the unknown
    return tuple(
        replace(word, weight=word.weight * ASIDE_FACTOR, aside=True)
        if (word.span.start in aside and _light(word))
        or (word.span.start in leading and not word.span.known)
        or (word.span.start in rules and CITED.issuperset(role for part in word.roles for role in part))
        else word
        for word in words
    )


def _light(word: Word) -> bool:
    """Return whether a word only shades what is asked: a side of a subject, or unknown; not another group or place."""
    if not word.span.known:
        return True
    return word.asks and not word.turns and all(role in ("aspect", "refusal") for part in word.roles for role in part)


def _unknown_weight(span: Span, tokens: tuple[Token, ...], first: FirstWords) -> float:
    token = tokens[span.start]
    if _NUMBER.match(token.word) or age_in(token.word) is not None:
        return 0.0
    if len(token.word) <= 2:
        return 0.3
    if len(token.word) == 3 and token.surface.islower():
        return 0.5  # "hra", "oxå": a slip more often than a subject
    if span.start and tokens[span.start - 1].word in first.asking:
        return UNKNOWN_WEIGHT  # "vem sponsrar …?": the verb is what is asked
    if span.end < len(tokens) and tokens[span.end].word in first.particles and token.surface[0].islower():
        return UNKNOWN_WEIGHT / 2  # "lira över": a verb
    # Other verbs and adjectives seldom change what is asked about; an unknown noun does.
    if token.word.endswith(MODIFIER_ENDINGS) and token.surface[0].islower():
        return UNKNOWN_WEIGHT / 2
    return UNKNOWN_WEIGHT


ADULT, OLD = 18, 65


def _age_groups(tokens: tuple[Token, ...], first: FirstWords) -> Iterable[str]:
    """Yield the age group (a cue id) of each age that is named."""
    for index, token in enumerate(tokens):
        if index and tokens[index - 1].word in first.under and token.word.isdecimal() and int(token.word) <= ADULT:
            yield "barn"  # "under 18"
            continue
        following = tokens[index + 1].word if index + 1 < len(tokens) else ""
        if (age := age_in(token.word, following)) is not None:
            yield "barn" if age < ADULT else "aldre" if age >= OLD else "vuxna"


def stems_of(question: Question) -> set[str]:
    """Return the stems of all words, for comparison with a passage's."""
    return {stem(token.word) for token in question.tokens}


def says_all(words: str, stems: set[str]) -> bool:
    """Return whether the stems of a question have all of some words, apart or written together."""
    parts = words.lower().split()
    return set(map(stem, parts)) <= stems or stem("".join(parts)) in stems


def said_of(phrases: Iterable[str], stems: set[str]) -> int:
    """Return how many of a question's stems some phrases have that it says whole."""
    return len({stem(part) for phrase in phrases if says_all(phrase, stems) for part in phrase.lower().split()})
