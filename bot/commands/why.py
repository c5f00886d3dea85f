"""`lotsen ask --varför`: which readings of a question were weighed, and what each leaves unexplained."""

from __future__ import annotations

from typing import TextIO

from bot.commands.console import table, tell
from bot.commands.wording import say
from bot.privacy import Masks, mask
from bot.reading import Reading
from bot.service import Serving
from bot.understanding import holds, understand
from indexer.swedish import normalise

SHOWN = 8
COLUMNS = ("holds", "intent", "about", "explained", "left", "unexplained", "score")
NUMBERS = frozenset({3, 4, 6})


def tell_why(serving: Serving, text: str, municipality: str | None, stream: TextIO) -> None:
    """Print the readings of one question, best first."""
    mind = serving.mind
    masks = Masks("", "", "")
    question = mind.read(mask(normalise(text), masks)[0])
    found = understand(question, mind, mind.frame(None, municipality))
    tell("", stream=stream)
    tell(say("why.heading", outcome=say(f"why.{found.outcome}")), "bold", stream)
    words = ", ".join(word.span.surface for word in question.content_words)
    tell(say("why.words", words=words or say("why.no_words")), stream=stream)
    if found.asked_index:
        tell(say("why.index"), stream=stream)
    rows = [_row(reading, mind.certainty) for reading in found.readings[:SHOWN]]
    if rows:
        table([say(f"why.column.{column}") for column in COLUMNS], rows, NUMBERS, stream)
    else:
        tell(say("why.none"), stream=stream)


def _row(reading: Reading, certainty: float) -> tuple[str, ...]:
    return (
        say("why.yes" if holds(reading, certainty=certainty) else "why.no"),
        reading.intent,
        _about(reading),
        _number(reading.explained),
        _number(reading.left),
        ", ".join(reading.unexplained),
        _number(reading.score),
    )


def _about(reading: Reading) -> str:
    """Return the ids in a reading's slots, in the order of the slots."""
    ids: list[str] = []
    for value in reading.slots.values():
        if isinstance(value, str):
            ids.append(value)
        elif isinstance(value, tuple | list | frozenset | set):
            ids.extend(sorted(part for part in value if isinstance(part, str)))
    return ", ".join(dict.fromkeys(ids))[:60]


def _number(value: float) -> str:
    return f"{value:.2f}".replace(".", ",")
