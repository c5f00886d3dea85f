"""What a Word document holds and does not say: text that is struck out, and text and rows that are hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from knowledge.messages import sentence

_ON = (None, "1", "true", "on")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAX_BASED = 20
"""Styles that a style is based on."""

Element = Any
"""lxml has no types."""


class Unseen:
    """Takes out what is not to be read, and counts it. `styles` are the document's, by id."""

    def __init__(self, styles: Mapping[str, Any]) -> None:
        self.styles = styles
        self._struck = self._hidden = self._rows = 0

    def take_out(self, container: Element) -> None:
        """Take struck and hidden runs and hidden rows out of a container. A mark that is struck out is none."""
        for row in list(container.iter(f"{_W}tr")):
            if _is_on(row.find(f"{_W}trPr/{_W}hidden")):
                self._rows += 1
                row.getparent().remove(row)
        for run in list(container.iter(f"{_W}r")):
            is_struck = self._has(run, "strike") or self._has(run, "dstrike")
            if is_struck or self._has(run, "vanish"):
                said = any((text.text or "").strip() for text in run.iter(f"{_W}t"))
                self._struck += said and is_struck
                self._hidden += said and not is_struck
                run.getparent().remove(run)

    def told(self) -> list[str]:
        """Return in Swedish what was taken out."""
        counts = {"struck_runs": self._struck, "hidden_runs": self._hidden, "hidden_rows": self._rows}
        return [
            sentence("importing", f"import.left_out.{name}", count=count) for name, count in counts.items() if count
        ]

    def _has(self, run: Element, name: str) -> bool:
        """Return whether a run has a property: its own word goes before that of its styles."""
        for properties in self._properties(run):
            if (found := properties.find(f"{_W}{name}")) is not None:
                return _is_on(found)
        return False

    def _properties(self, run: Element) -> Iterator[Element]:
        own = run.find(f"{_W}rPr")
        if own is not None:
            yield own
            yield from self._based(own.find(f"{_W}rStyle"))
        paragraph = run.getparent()
        while paragraph is not None and paragraph.tag != f"{_W}p":
            paragraph = paragraph.getparent()
        if paragraph is not None:
            yield from self._based(paragraph.find(f"{_W}pPr/{_W}pStyle"))

    def _based(self, named: Element | None) -> Iterator[Element]:
        style = None if named is None else self.styles.get(named.get(f"{_W}val"))
        for _ in range(_MAX_BASED):
            if style is None:
                return
            if (properties := style.element.find(f"{_W}rPr")) is not None:
                yield properties
            style = getattr(style, "base_style", None)


def _is_on(element: Element | None) -> bool:
    return element is not None and element.get(f"{_W}val") in _ON
