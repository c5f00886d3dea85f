"""The checker's own sentences, read once from `svenska/sentences/checks.yaml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.problems import Problem

PACKAGED = Path(__file__).resolve().parent
_CHECKS = PACKAGED / "svenska" / "sentences" / "checks.yaml"


@cache
def _sentences() -> dict[str, str]:
    loaded = yaml.load(_CHECKS.read_text("utf-8"), Loader=yaml.CSafeLoader)
    return {str(key): str(value) for key, value in loaded["sentences"].items()}


def message(code: str, /, **values: Any) -> str:
    """Return a checker sentence with its values put in. Raises KeyError for an unknown code."""
    return _sentences()[f"check.{code}"].format(**values)


def problem(path: str, line: int, code: str, /, **values: Any) -> Problem:
    """Return the problem with that code; its sentence is 'what; cure'."""
    what, _, cure = message(code, **values).partition("; ")
    return Problem(path, line, what, cure)
