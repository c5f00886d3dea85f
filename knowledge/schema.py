"""JSON Schema of a knowledge file, made from the model, so that an editor gets help while typing.

python -m knowledge.schema > knowledge/schema.json
"""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from knowledge import model
from knowledge.loader import SECTIONS

_REF = "#/$defs/{model}"
_DATE: str = TypeAdapter(model.PartialDate).json_schema()["pattern"]


def schema() -> dict[str, Any]:
    """Return the schema of one file: every section, none required, nothing else allowed."""
    kinds: list[type[model.Model]] = [*SECTIONS.values(), model.Region]
    _, made = models_json_schema([(kind, "validation") for kind in kinds], ref_template=_REF)
    sections: dict[str, Any] = {
        section: {"type": "array", "items": {"$ref": _REF.format(model=kind.__name__)}}
        for section, kind in SECTIONS.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Lotsen: kunskapsfil",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "region": {"$ref": _REF.format(model=model.Region.__name__)},
            **sections,
            "sentences": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "$defs": _as_typed(made["$defs"]),
    }


def _as_typed(node: Any) -> Any:
    """Return the schema as YAML is typed: without the titles that pydantic makes, and years as numbers."""
    if isinstance(node, list):
        return [_as_typed(part) for part in node]
    if not isinstance(node, dict):
        return node
    if node.get("pattern") == _DATE:
        day = {"type": "string", "pattern": node["pattern"]}
        rest = {key: value for key, value in node.items() if key not in ("type", "pattern", "title")}
        return {**rest, "anyOf": [day, {"type": "integer", "minimum": 1000, "maximum": 9999}]}
    # "title" is also the name of a field, whose schema is a mapping.
    return {key: _as_typed(value) for key, value in node.items() if key != "title" or isinstance(value, dict)}


if __name__ == "__main__":
    json.dump(schema(), sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")
