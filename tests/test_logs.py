"""The log: one line for each event, and nothing of what people wrote."""

from __future__ import annotations

import logging
import re

from bot.logs import KeyValues, fields


def record(message: str, *arguments: object, error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    """Return a record as a logger makes it."""
    told = (type(error), error, error.__traceback__) if error else None
    logger = logging.getLogger("lotsen.prov")
    return logger.makeRecord(logger.name, logging.INFO, __file__, 1, message, arguments, told, extra=fields(**extra))


def test_one_line_of_key_and_value() -> None:
    """An event is one line; values with spaces, quotes or line breaks are quoted."""
    line = KeyValues().format(record("två %s", "ord", event="prov", at="a\nb", said='"x"'))
    assert re.fullmatch(
        r"time=\S+ level=info room=lotsen\.prov msg=\"två ord\" event=prov at=\"a\\nb\" said=\"'x'\"", line
    )


def test_an_error_is_placed_and_not_quoted() -> None:
    """A stack trace says where and what kind, with its causes; the messages may quote a question and are left out."""
    question = "Vem ansvarar för " + "klockstapeln?"
    try:
        try:
            raise KeyError(question)
        except KeyError as exc:
            raise ValueError(question) from exc
    except ValueError as exc:
        text = KeyValues().format(record("brak", error=exc))
    assert "builtins.KeyError" in text
    assert text.endswith("builtins.ValueError")
    assert "klockstapel" not in text
    assert "test_logs.py" in text
