"""The log: one line for each event, as key=value, on standard error. It never holds what people wrote."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from datetime import datetime
from typing import Any

_PLAIN = re.compile(r"[^\s\"=]+")


class KeyValues(logging.Formatter):
    """Formats a record as time, level, room, message and the record's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line; a stack trace, where there is one, follows on lines of its own."""
        at = datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")
        fields = {"time": at, "level": record.levelname.lower(), "room": record.name, "msg": record.getMessage()}
        fields.update(getattr(record, "fields", {}))
        line = " ".join(f"{key}={_quoted(str(value))}" for key, value in fields.items())
        error = record.exc_info[1] if record.exc_info else None
        return f"{line}\n{where(error)}" if error else line


def where(error: BaseException) -> str:
    """Return where an error happened and of what kind it and its causes are, never what it says."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    before = f"{where(cause)}\n" if cause else ""
    places = "".join(traceback.format_tb(error.__traceback__))
    return f"{before}{places}{type(error).__module__}.{type(error).__qualname__}"


def fields(**values: Any) -> dict[str, Any]:
    """Return the `extra` of a log call that carries fields."""
    return {"fields": values}


def start_logging() -> None:
    """Send everything from level info up to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(KeyValues())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # The SDK tells of every request at this level, Alembic of how it looks at a database.
    for talkative in ("msrest", "alembic"):
        logging.getLogger(talkative).setLevel(logging.WARNING)


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', "'").replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
