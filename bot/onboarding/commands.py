"""What a message wants of the introduction or the quiz. Every button's text is understood when it is sent alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue import pick
from bot.onboarding.items import CODE_LENGTH, CODE_LETTERS, LETTERS
from bot.question import Question

LIGHT = 0.5
"""Words that weigh less than this ("göra") may stand beside "introduktion" without changing what is asked."""
_CODE = re.compile(rf"(?<!\w)[{CODE_LETTERS}]{{{CODE_LENGTH}}}(?!\w)", re.IGNORECASE)
_LETTER = re.compile(rf"(?<!\w)[{LETTERS}](?!\w)", re.IGNORECASE)

Words = Callable[[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Command:
    """What is asked for.

    `what` is start, part (with `number` from 1), resume, on (to what comes next), quiz, next (after the
    item with `code`) or answer (`number` from 0 is the option that was chosen).
    """

    what: str
    number: int = 0
    code: str = ""


def read_command(question: Question, words: Words, spelt: Mapping[str, int], left: Mapping[str, Any]) -> Command | None:
    """Return what a message asks for, or null where it is about something else.

    `words` gives the words of a cue, `spelt` numbers that are written as words; `left` is where the
    conversation stands in the introduction (the `frame` of its last lesson), empty where it does not.
    """
    beside = words("introduktion-ord")
    if question.has("quiz", "introduktion") and _nothing_else(question, beside, spelt):
        return _named(question, beside, words("fortsatt-ord"), spelt)
    return _leaning(question, words, left) if left else None


def _named(question: Question, beside: frozenset[str], on: frozenset[str], spelt: Mapping[str, int]) -> Command:
    tokens = [token.word for token in question.tokens]
    code = _CODE.search(question.text)
    if question.has("quiz"):
        letter = _LETTER.search(question.text)
        if code is None:
            return Command("next" if on.intersection(tokens) else "quiz")
        return Command("answer" if letter else "next", _number(letter), code.group().upper())
    numbers = [int(token) if token.isdecimal() else spelt[token] for token in tokens if _counts(token, spelt)]
    if numbers:
        return Command("part", numbers[0])
    return Command("resume" if on.intersection(tokens) else "start")


def _counts(token: str, spelt: Mapping[str, int]) -> bool:
    return token in spelt or (token.isdecimal() and len(token) < 3)


def _number(letter: re.Match[str] | None) -> int:
    return LETTERS.index(letter.group().upper()) if letter else 0


def _nothing_else(question: Question, beside: frozenset[str], spelt: Mapping[str, int]) -> bool:
    """Return whether the message names nothing but the introduction, and perhaps a municipality."""
    for word in question.content_words:
        said = word.span.surface.casefold()
        own = {"quiz", "introduktion"} & {*word.span.concepts}
        place = any(role == "municipality" for part in word.roles for role in part)
        known = own or place or said in beside or said in spelt or word.weight < LIGHT
        if not known and not _CODE.fullmatch(said) and not _LETTER.fullmatch(said) and not said.isdecimal():
            return False
    return True


def _leaning(question: Question, words: Words, left: Mapping[str, Any]) -> Command | None:
    """Return what a short message means in the middle of the introduction or the quiz."""
    tokens = [token.word for token in question.tokens]
    code, options = str(left.get("item") or ""), [str(option) for option in left.get("options", ())]
    if " ".join(tokens) in words("fortsatt-ord") | words("borja-ord"):
        return Command("next", code=str(left.get("after") or "")) if "after" in left else Command("on")
    if not options:
        return None
    if " ".join(tokens) in words("vet-inte-ord"):
        return Command("next", code=code)
    bare = [token for token in tokens if token not in words("introduktion-ord") | words("val-fyllnad")]
    lettered = [LETTERS.index(token.upper()) for token in bare if _LETTER.fullmatch(token)]
    counted = [int(token) - 1 for token in bare if token.isdecimal()]
    if len(bare) == 1 and (lettered or counted):
        number = (lettered or counted)[0]
        return Command("answer", number, code) if 0 <= number < len(options) else None
    if len(bare) == 1 and len(bare[0]) == 1:
        return Command("answer", len(options), code)  # no such letter: the question is asked again
    same = [number for number, text in enumerate(options) if text.casefold() == question.text.strip(" .!").casefold()]
    picked = pick(question.text, [(text, str(n)) for n, text in enumerate(options)], words("val-fyllnad"))
    if picked is not None and not same:
        same = [int(str(picked[1]))]
    return Command("answer", same[0], code) if same else None
