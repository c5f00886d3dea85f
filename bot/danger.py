"""Acute danger to somebody now, told from danger that is past, supposed, or spoken of in general.

Signs are the cues of role 'danger'. The cues named here are words around a sign that tell which
of these it is; they are looked for in the message as it stands, whether or not å ä ö were typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.question import Question, Word
from indexer.lexicon import Lexicon
from indexer.swedish import Token, fold, normalise, stem, tokenize, zipf
from knowledge.model import Cue

GENERAL = "danger-allman"
NOW = "danger-nu"
ASKED_IN_GENERAL = frozenset({GENERAL, "ansvar", "betydelse", "en-ansvar", "malgrupp", "innehall"})
AT_ONCE = "danger-genast"
PERSON = "danger-person"
BEFORE = "danger-forr"
SUPPOSED = "danger-om"
SPOKEN_OF = "danger-omtalad"
JUST_BEFORE = "danger-preposition"
ARTICLES = "danger-artikel"
WEAK = "danger-svag"
QUESTION_WORDS, YES_NO_VERBS = "fragord", "ja-nej-verb"
INFLECTED = frozenset({SPOKEN_OF})
"""Cues whose words count in every form; elsewhere "patienten" is somebody and "patienter" is not."""
MIN_MENDED = 6
"""Letters from which an unknown word one letter from a sign is taken to be it."""
RARE = 2.0
"""Zipf value below which a word may be a misspelt sign."""
_YEAR = re.compile(r"(?:19|20)\d\d")


def is_danger(question: Question, cues: Mapping[str, Cue], lexicon: Lexicon) -> bool:
    """Return whether a message is about acute danger to somebody now.

    "Hon andas inte, vem ansvarar för LARO?" is. "Hon hade en överdos i våras", "vem ansvarar om någon
    får kramper?" and "rutin vid överdos" are not: the sign is past, supposed or spoken of. Where it
    is asked who is responsible, somebody must be named besides.
    """
    return any(_is_now(sign, question, cues) for sign in _signs(question, cues, lexicon))


@dataclass(frozen=True, slots=True)
class _Sign:
    """Tokens [start, end) that are a sign of danger."""

    start: int
    end: int
    weak: bool


def _signs(question: Question, cues: Mapping[str, Cue], lexicon: Lexicon) -> Iterator[_Sign]:
    weak = _phrases(_aliases(WEAK, cues), False)
    single = _single_signs(tuple(cue.aliases for cue in cues.values() if cue.role == "danger"))
    for word in question.words:
        at = word.span.positions
        if _is_sign(word, question.tokens, single) or _is_misspelt(word, question.tokens, single, lexicon):
            words = _keys((question.tokens[index] for index in at), False)
            yield _Sign(at[0], at[-1] + 1, tuple(words) in weak)


def _is_sign(word: Word, tokens: tuple[Token, ...], single: frozenset[str]) -> bool:
    # "skjutsar" is no shooting: a single word counts only as it stands.
    sure = len(word.span.positions) > 1 or word.span.how in ("exact", "fold")
    sure = sure or fold(tokens[word.span.start].word) in single
    roles = {role for part in word.roles for role in part}
    return sure and "danger" in roles and not {GENERAL, NOW} & set(word.span.concepts)


def _is_misspelt(word: Word, tokens: tuple[Token, ...], single: frozenset[str], lexicon: Lexicon) -> bool:
    written = tokens[word.span.start].word
    if len(word.span.positions) > 1 or len(written) < MIN_MENDED or word.span.how not in ("unknown", "typo", "cut"):
        return False
    return zipf(written) < RARE and lexicon.near(fold(written), single)


def _is_now(sign: _Sign, question: Question, cues: Mapping[str, Cue]) -> bool:
    tokens = question.tokens
    sentence = [i for i, token in enumerate(tokens) if token.sentence == tokens[sign.start].sentence]
    clause = [i for i in sentence if tokens[i].clause == tokens[sign.start].clause]

    def near(name: str, within: Iterable[int]) -> list[int]:
        return _places(name, within, tokens, cues)

    if sign.weak and not near(PERSON, sentence):
        return False
    if _stands_after_preposition(sign, tokens, cues):
        return False
    at_once = near(AT_ONCE, sentence)
    past = [*near(BEFORE, clause), *(i for i in clause if _YEAR.fullmatch(tokens[i].word))]
    if past and _distance(sign, past) <= _distance(sign, at_once):
        return False
    if near(AT_ONCE, range(len(tokens))):
        return True
    if any(place < sign.start or sign.weak for place in near(SUPPOSED, clause)) or near(SPOKEN_OF, sentence):
        return False
    named = near(PERSON, range(len(tokens))) or question.has(NOW)
    return bool(named) or not _asks_in_general(sign, sentence, question, cues)


def _stands_after_preposition(sign: _Sign, tokens: tuple[Token, ...], cues: Mapping[str, Cue]) -> bool:
    """Return whether a sign is only what something else is about: "rutin vid överdos", "efter en överdos"."""
    before = sign.start - 1
    if before >= 0 and tokens[before].word in _aliases(ARTICLES, cues):
        before -= 1
    return before >= 0 and tokens[before].word in _aliases(JUST_BEFORE, cues)


def _asks_in_general(sign: _Sign, sentence: list[int], question: Question, cues: Mapping[str, Cue]) -> bool:
    """Return whether a sentence asks about what the sign stands for: "är överdos en avvikelse?"."""
    first = question.tokens[sentence[0]]
    if sentence[0] < sign.start and first.word in _aliases(QUESTION_WORDS, cues):
        return True
    if first.asks and first.word in _aliases(YES_NO_VERBS, cues):
        return True
    return any(word.span.start in sentence and ASKED_IN_GENERAL & set(word.span.concepts) for word in question.words)


def _distance(sign: _Sign, places: Iterable[int]) -> float:
    """Return how many words lie between a sign and the nearest of some places."""
    return min(
        (min(abs(place - sign.start), abs(place - sign.end + 1)) for place in places),
        default=float("inf"),
    )


def _aliases(name: str, cues: Mapping[str, Cue]) -> tuple[str, ...]:
    return cues[name].aliases if name in cues else ()


def _places(name: str, within: Iterable[int], tokens: tuple[Token, ...], cues: Mapping[str, Cue]) -> list[int]:
    """Return where the words and phrases of a cue begin among some tokens."""
    indices = list(within)
    found: set[int] = set()
    for inflected in {False, name in INFLECTED}:
        phrases = _phrases(_aliases(name, cues), inflected)
        words = _keys((tokens[index] for index in indices), inflected)
        longest = max((len(phrase) for phrase in phrases), default=0)
        for at, index in enumerate(indices):
            if any(tuple(words[at : at + size]) in phrases for size in range(1, longest + 1)):
                found.add(index)
    return sorted(found)


@lru_cache(maxsize=32)
def _phrases(aliases: tuple[str, ...], inflected: bool) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(_keys(tokenize(normalise(alias)), inflected)) for alias in aliases)


@lru_cache(maxsize=8)
def _single_signs(aliases: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    words = (alias for group in aliases for alias in group)
    return frozenset(fold(word) for word in words if len(word) >= MIN_MENDED and word.isalpha())


def _keys(tokens: Iterable[Token], inflected: bool) -> list[str]:
    return [fold(stem(token.word) if inflected else token.word) for token in tokens]
