"""The JSON Schema helps an editor in VS Code, and says what the model says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from knowledge.messages import PACKAGED
from knowledge.schema import schema

SOUND = Path(__file__).parent / "sound"
FILES = sorted([*SOUND.rglob("*.yaml"), *PACKAGED.rglob("*.yaml")])


class _AsTyped(yaml.CSafeLoader):
    """Reads as VS Code does (YAML 1.2): days are texts, `ja` and `on` are words."""


_AsTyped.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] in ("int", "float", "null")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_AsTyped.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def errors(data: Any) -> list[str]:
    """Return what the schema has against the contents of a file."""
    return [error.message for error in jsonschema.Draft202012Validator(schema()).iter_errors(data)]


def test_the_stored_schema_is_current() -> None:
    """After a change of the model: python -m knowledge.schema > knowledge/schema.json"""
    assert json.loads((PACKAGED / "schema.json").read_text("utf-8")) == schema()


def test_the_schema_is_a_schema() -> None:
    """It is valid JSON Schema, 2020-12."""
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(path.parents[2]).as_posix())
def test_the_schema_accepts_what_the_checker_accepts(path: Path) -> None:
    """No file of the knowledge is underlined in the editor."""
    assert errors(yaml.load(path.read_text("utf-8"), Loader=_AsTyped) or {}) == []


@pytest.mark.parametrize(
    "text",
    [
        "fakta: []",
        "terms: {}",
        "terms: [{id: x, nam: x}]",
        "terms: [{id: X y, name: x}]",
        "terms: [{id: x}]",
        "sources: [{id: x, title: x, label: x, standing: säker}]",
        "sources: [{id: x, title: x, label: x, standing: primary, date: i går}]",
        "sources: [{id: x, title: x, label: x, standing: primary, url: example.org}]",
        "sentences: {a: [b]}",
    ],
)
def test_the_schema_underlines_mistakes(text: str) -> None:
    """Unknown keys, forms and choices are seen while typing."""
    assert errors(yaml.load(text, Loader=_AsTyped))


def test_years_months_and_days_are_dates() -> None:
    """An editor may type a year, a month or a day, without quotation marks."""
    source = "{{id: x, title: x, label: x, standing: primary, date: {day}}}"
    for day in ["2021", "2021-02", "2021-02-19"]:
        assert errors(yaml.load(f"sources: [{source.format(day=day)}]", Loader=_AsTyped)) == []
