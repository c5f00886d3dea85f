"""`lotsen ask --varför`: how a question was read, for the editor who is to mend what went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import TextIO

from bot.commands.console import table, tell
from bot.commands.wording import say
from bot.hearing import hear
from bot.question import Question
from bot.reading import MAX_LEFT, Reading
from bot.sentences import listed
from bot.service import Serving
from bot.understanding import Mind, Understanding, holds, understand
from indexer.swedish import fold, stem
from indexer.vocabulary import concepts_of
from indexer.words import alias_words
from knowledge.privacy import masks_of

SHOWN = 8
COLUMNS = ("number", "reading", "score", "verdict", "id")
NUMBERS = frozenset({0, 2})
LONG = 60
"""Characters of what a reading is about."""
NAMED = 3
"""Words that are named in a verdict."""
MENDED = frozenset({"typo", "stem", "fold"})
"""Ways in which a span is found where one of its words may have been misspelt."""


def tell_why(serving: Serving, text: str, municipality: str | None, stream: TextIO) -> None:
    """Print how one question was read: its words, the readings, best first, and why all but one lost."""
    mind = serving.mind
    question = mind.read(hear(text, mind.lexicon, masks_of(serving.say, mind.knowledge.cues)).asks)
    found = understand(question, mind, mind.frame(None, municipality))
    tell("", stream=stream)
    tell(say("why.heading", outcome=say(f"why.{found.outcome}")), "bold", stream)
    for line in _words(question, mind):
        tell(line, stream=stream)
    if found.asked_index:
        tell(say("why.index"), stream=stream)
    readings = _shown(found)
    if not readings:
        tell(say("why.none"), stream=stream)
        return
    rows = [_row(number, reading, found, mind) for number, reading in enumerate(readings, 1)]
    table([say(f"why.column.{column}") for column in COLUMNS], rows, NUMBERS, stream)
    for number, reading in enumerate(readings, 1):
        tell(_accounts(number, reading, question), stream=stream)


def _shown(found: Understanding) -> list[Reading]:
    """Return the readings to show, the answer among them also where it was made of what no reading explained."""
    readings = list(found.readings[:SHOWN])
    if found.reading is not None and found.reading not in readings:
        return [found.reading, *readings][:SHOWN]
    return readings


def _words(question: Question, mind: Mind) -> Iterator[str]:
    """Yield what was done with the words: those that count, those that were mended, those that say nothing."""
    counted = [f"{word.span.surface} ({_number(word.weight)})" for word in question.content_words]
    yield say("why.words", words=", ".join(counted) or say("why.no_words"))
    for written, read in _mended(question, mind):
        yield say("why.mended", written=written, read=read)
    neutral = [word.span.surface for word in question.words if not word.content]
    if neutral:
        yield say("why.neutral", words=", ".join(dict.fromkeys(neutral)))


def _mended(question: Question, mind: Mind) -> Iterator[tuple[str, str]]:
    """Yield (word as written, word as read) for each typing mistake that was mended, or word that was written apart."""
    for word in question.words:
        if word.span.how == "joined":
            yield word.span.surface, _nearest(word.span.surface.replace(" ", ""), _spellings(word.span.concepts, mind))
        if word.span.how not in MENDED:
            continue
        for position in word.span.positions:
            token = question.tokens[position]
            read = None if mind.lexicon.knows(token.word) else mind.lexicon.mend(token.word)[1]
            if read is not None and read != fold(token.word):
                # What mending compares has no å, ä and ö, and may be a stem.
                spellings = _spellings(word.span.concepts, mind)
                alike = {word for word in spellings if read in (fold(word), fold(stem(word)))}
                yield token.surface, _nearest(token.word, alike or {read})


def _spellings(concepts: Iterable[str], mind: Mind) -> set[str]:
    """Return all words that the knowledge has for some concepts."""
    named = set(concepts)
    aliases = (alias for entry, aliases in concepts_of(mind.knowledge) if entry.id in named for alias in aliases)
    return {word for alias in aliases for word in alias_words(alias)}


def _nearest(written: str, words: Iterable[str]) -> str:
    ordered = sorted(words)
    return max(ordered, key=lambda word: SequenceMatcher(None, written.lower(), word).ratio(), default=written)


def _row(number: int, reading: Reading, found: Understanding, mind: Mind) -> tuple[str, ...]:
    about = ", ".join(_about(reading, mind))
    name = say(f"why.intent.{reading.intent}")
    return (
        str(number),
        f"{name}: {_short(about)}" if about else name,
        _number(reading.score),
        _verdict(reading, found, mind),
        f"{reading.intent}: {_short(', '.join(dict.fromkeys(_ids(reading))))}",
    )


def _accounts(number: int, reading: Reading, question: Question) -> str:
    """Return which words a reading accounts for, and which it leaves."""
    explained = [word.span.surface for word in question.content_words if word.span.surface not in reading.unexplained]
    nothing = say("why.no_words")
    left = ", ".join(reading.unexplained) or (say("why.parts") if reading.left else nothing)
    return say(
        "why.accounts",
        number=number,
        explained=", ".join(explained) or nothing,
        explained_weight=_number(reading.explained),
        left=left,
        left_weight=_number(reading.left),
    )


def _verdict(reading: Reading, found: Understanding, mind: Mind) -> str:
    """Return in a sentence what became of a reading."""
    winner = found.reading or (
        next((r for r in found.readings if holds(r, certainty=mind.certainty)), None) if found.options else None
    )
    if reading == winner:
        return say("why.became.answer" if found.reading else "why.became.question")
    if winner is not None and _other_route(reading, winner, mind):
        return say("why.lost.route")
    if not holds(reading, certainty=mind.certainty):
        return _falls(reading)
    if winner is None or reading.score == winner.score:
        return say("why.lost.equal")
    return say("why.lost.lighter", score=_number(reading.score), other=_number(winner.score))


def _falls(reading: Reading) -> str:
    """Return why a reading does not hold: the words that it leaves, or how little it explains."""
    if reading.unexplained:
        words = [f"”{word}”" for word in dict.fromkeys(reading.unexplained)]
        more = len(words) - NAMED
        named = listed(words[:NAMED], say("word.and") if more <= 0 else ",")
        return say("why.lost.unexplained", words=named) if more <= 0 else say("why.lost.many", words=named, count=more)
    key = "why.lost.left" if reading.left > MAX_LEFT else "why.lost.share"
    return say(key, share=round(100 * reading.coverage), left=_number(reading.left))


def _other_route(reading: Reading, winner: Reading, mind: Mind) -> bool:
    """Return whether two readings are about different routes."""
    one, other = _routes(reading, mind), _routes(winner, mind)
    return bool(one and other) and not one & other


def _routes(reading: Reading, mind: Mind) -> frozenset[str]:
    fact = mind.facts.get(str(reading.slots.get("fact")))
    route = {fact.route} if fact is not None and fact.route else set()
    return frozenset({*reading.slots.get("routes", ()), *route})


def _about(reading: Reading, mind: Mind) -> list[str]:
    """Return what a reading is about, by the names that the knowledge has for it."""
    tasks = {task.id: task.name for matrix in mind.knowledge.matrices.values() for task in matrix.tasks}
    names: list[str] = []
    for id_ in _ids(reading):
        if id_ in mind.facts:
            names.append(f"”{mind.facts[id_].lead}”")
        elif id_ in tasks:
            names.append(tasks[id_])
        elif (entry := mind.lexicon.entries.get(id_)) is not None:
            names.append(entry.name)
    return list(dict.fromkeys(names))


def _ids(reading: Reading) -> Iterator[str]:
    """Yield the ids in a reading's slots, in the order of the slots."""
    for value in reading.slots.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, tuple | list | frozenset | set):
            yield from (part for part in value if isinstance(part, str))


def _short(text: str) -> str:
    return text if len(text) <= LONG else f"{text[: LONG - 1].rstrip()}…"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",") or "0"
