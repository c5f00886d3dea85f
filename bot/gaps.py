"""Which words of an unanswered question stand outside the dictionary and the knowledge.

Such a word may be a person's name, so that editors see it only when several people have written it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from indexer.lexicon import Lexicon
from indexer.swedish import Token, age_in, tokenize, zipf

MAX_QUESTION = 300
"""Characters of a question that are kept."""
IN_DICTIONARY = 3.0
"""Zipf value from which a word counts as one of the dictionary: about once in a million words."""
NAMES = frozenset({"neutral-a-namn", "neutral-b-namn", "neutral-c-namn", "neutral-personnamn"})
"""Cues that list persons' names, which are as common in Swedish as other words."""
PERSON = "neutral-personer"
SMALL_ROLES = frozenset({"neutral", "form", "first"})
LONG = 8
"""Letters from which an inflected word with a capital is the knowledge's, not a name that looks like it."""
_NUMBER = re.compile(r"\d{1,4}(?::\d{1,4})?")


def bounded(question: str) -> str:
    """Return a question of at most MAX_QUESTION characters, cut between two words."""
    if len(question) <= MAX_QUESTION:
        return question
    whole = question[: MAX_QUESTION - 1]
    words, _, _ = whole.replace("\n", " ").rpartition(" ")
    return f"{whole[: len(words)].rstrip() or whole}…"


def outside_words(text: str, lexicon: Lexicon, masks: Iterable[str]) -> list[Token]:
    """Return the words of a text that are to be hidden; `masks` are those that hide something already."""
    hidden = [match.span() for mask in masks if mask for match in re.finditer(re.escape(mask), text)]
    tokens = [
        token for token in tokenize(text) if not any(start <= token.start and token.end <= end for start, end in hidden)
    ]
    named = _in_phrases(tokens, lexicon)
    shouted = text.upper() == text
    return [
        token
        for at, token in enumerate(tokens)
        if _is_outside(token, lexicon, at in named, not shouted and _is_named(tokens, at, lexicon))
    ]


def _in_phrases(tokens: Sequence[Token], lexicon: Lexicon) -> set[int]:
    """Return the places of the words that are part of a known phrase: "Region Dalarna"."""
    spans = (span for span in lexicon.spans(tokens) if span.known and len(span.positions) > 1)
    return {position for span in spans for position in span.positions}


def _is_named(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    """Return whether a capital letter shows a name: within a sentence, or before another name."""
    if not _has_capital(tokens[at]):
        return False
    if at > 0 and tokens[at - 1].sentence == tokens[at].sentence:
        return True
    following = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].sentence == tokens[at].sentence else None
    return following is not None and _has_capital(following) and not _is_ours(following, lexicon)


def _has_capital(token: Token) -> bool:
    return token.surface[0].isupper() and not (len(token.surface) > 1 and token.surface.isupper())


def _is_outside(token: Token, lexicon: Lexicon, in_phrase: bool, named: bool) -> bool:
    word = token.word
    if any(character.isdecimal() for character in word):
        return not (_NUMBER.fullmatch(word) or age_in(word) is not None or lexicon.knows(word))
    if is_personal(word, lexicon):
        return True
    if in_phrase:
        return False
    if named:
        return not _is_ours(token, lexicon)
    return zipf(word) < IN_DICTIONARY and not (lexicon.knows(word) or lexicon.parts(word))


def is_personal(word: str, lexicon: Lexicon) -> bool:
    """Return whether a word is a person's name and nothing that the knowledge is about."""
    concepts = lexicon.lookup(word)[0]
    if not concepts and (parts := lexicon.parts(word)):
        # "Danielsson" is the son of a name; "vidareutbildning" only begins like one.
        concepts = parts[0] if PERSON in parts[-1] else ()
    return bool(NAMES & set(concepts)) and not _subjects(concepts, lexicon)


def _is_ours(token: Token, lexicon: Lexicon) -> bool:
    """Return whether a word with a capital is a thing of the knowledge: a place, a body, an agreement."""
    concepts, how = lexicon.lookup(token.word)
    genitive = lexicon.lookup(token.word.removesuffix("s"))[1] == "exact"
    sure = how in ("exact", "fold") or genitive or len(token.word) >= LONG
    return sure and bool(_subjects(concepts, lexicon))


def _subjects(concepts: Iterable[str], lexicon: Lexicon) -> list[str]:
    return [concept for concept in concepts if lexicon.entries[concept].role not in SMALL_ROLES]
