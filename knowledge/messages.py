"""Sentences needed before any knowledge is read, or when it cannot be: the checker's and the command line's."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.problems import Problem

PACKAGED = Path(__file__).resolve().parent
_SENTENCES = PACKAGED / "svenska" / "sentences"


_ONE_LINE = re.compile(r"^ +([a-z0-9_.-]+): '(.*)'$")


@cache
def sentences_of(name: str) -> dict[str, str]:
    """Return the sentences of one file that ships, by key; {braces} are filled with `str.format`.

    A file that is no longer YAML gives the sentences of its sound lines: whoever broke it must still be told so.
    """
    path = _SENTENCES / f"{name}.yaml"
    try:
        loaded = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        return {str(key): str(value) for key, value in loaded["sentences"].items()}
    except (yaml.YAMLError, OSError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        lines = path.read_bytes().decode("utf-8", "replace").splitlines() if path.is_file() else []
        sound = filter(None, map(_ONE_LINE.match, lines))
        return {match[1]: match[2].replace("''", "'") for match in sound}


def sentence(name: str, key: str, /, **values: Any) -> str:
    """Return a sentence with its values put in; the key and the values themselves where it cannot be said."""
    try:
        return sentences_of(name)[key].format(**values)
    except (KeyError, IndexError, ValueError):
        return " ".join([key, *(f"{name}={value}" for name, value in values.items())])


def message(code: str, /, **values: Any) -> str:
    """Return a checker sentence with its values put in."""
    return sentence("checks", f"check.{code}", **values)


def problem(path: str, line: int, code: str, /, **values: Any) -> Problem:
    """Return the problem with that code; its sentence is 'what; cure'."""
    what, _, cure = message(code, **values).partition("; ")
    return Problem(path, line, what, cure)
