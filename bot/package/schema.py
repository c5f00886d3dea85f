"""Microsoft's own schemas of the manifest and its language files. The only door to jsonschema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

FOLDER = Path(__file__).resolve().parent / "schema"
MANIFEST = "MicrosoftTeams.schema.json"
TEXTS = "MicrosoftTeams.Localization.schema.json"


@dataclass(frozen=True, slots=True)
class Breach:
    """A value that the schema refuses: where it stands, by which rule, and the rule's own value."""

    at: str
    rule: str
    limit: Any
    value: Any


def breaches(document: dict[str, Any], schema: str) -> list[Breach]:
    """Return all that a schema (MANIFEST or TEXTS) has against a document, sorted by place."""
    return sorted(_breaches(document, schema), key=lambda breach: (breach.at, breach.rule))


def _breaches(document: dict[str, Any], schema: str) -> Iterator[Breach]:
    for error in _validator(schema).iter_errors(document):
        yield Breach(_place(error.absolute_path), str(error.validator), error.validator_value, error.instance)


def _place(path: Any) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


@cache
def _validator(schema: str) -> Draft4Validator:
    return Draft4Validator(json.loads((FOLDER / schema).read_text("utf-8")))
