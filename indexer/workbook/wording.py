"""What stands in a workbook and what is said of it: `sentences/arbetsbok.yaml`."""

from __future__ import annotations

from knowledge.messages import sentence


def say(key: str, /, **values: object) -> str:
    """Return a sentence under `arbetsbok.`."""
    return sentence("arbetsbok", f"arbetsbok.{key}", **values)
