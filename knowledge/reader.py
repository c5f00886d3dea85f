"""YAML text → plain data in which every value knows its line.

Stricter than YAML itself: a key stands once, anchors are refused, and only `true` and `false`
are booleans, so that `on`, `ja` and `nej` stay the words that an editor typed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from knowledge.messages import problem
from knowledge.problems import KnowledgeError, Problem

MAX_BYTES = 2_000_000
MAX_DEPTH = 12

Place = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """One file: its data, and the line (from 1) of each value by its place in the data."""

    path: str
    data: dict[str, Any]
    lines: dict[Place, int]
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """Return the line of a value, or of the nearest value around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class _TooDeepError(Exception):
    """Nesting beyond `MAX_DEPTH`, at a line."""

    def __init__(self, line: int) -> None:
        self.line = line


def read_document(path: Path, shown: str) -> Document:
    """Read one YAML file. Never raises for its contents: what is wrong stands in `problems`."""
    document = Document(shown, {}, {})
    root = _construct(document, path)
    if isinstance(root, dict):
        document.data = root
    elif root is not None:
        document.problems.append(problem(shown, document.line(()), "not_mapping"))
    return document


def _construct(document: Document, path: Path) -> Any:
    """Return the data of a file, of whatever form; None where it is empty or cannot be read."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        document.problems.append(problem(document.path, 1, "too_large", size=size, limit=MAX_BYTES))
        return None
    raw = path.read_bytes()
    try:
        return _Construction(document, raw.decode("utf-8-sig")).root()
    except UnicodeDecodeError as exc:
        line = raw.count(b"\n", 0, exc.start) + 1
        document.problems.append(problem(document.path, line, "not_utf8"))
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        document.problems.append(problem(document.path, line, "not_yaml", why=getattr(exc, "problem", None) or "?"))
    except _TooDeepError as exc:
        document.problems.append(problem(document.path, exc.line, "too_deep", limit=MAX_DEPTH))
    return None


class _Construction:
    """Turns the events of one document into data, noting lines and duplicate keys on the way.

    PyYAML's own construction recurses in C, where a few kilobytes of brackets end the process;
    here the depth is known before each step down.
    """

    def __init__(self, document: Document, text: str) -> None:
        self.document = document
        self.events: Iterator[Any] = yaml.parse(text, Loader=yaml.CSafeLoader)
        self.anchors: dict[str, Any] = {}

    def root(self) -> Any:
        """Return the data of the first document; None where there is none."""
        next(self.events)  # the stream begins
        if isinstance(next(self.events), yaml.StreamEndEvent):
            return None
        value = self._value(next(self.events), ())
        next(self.events)  # the document ends
        if isinstance(event := next(self.events), yaml.DocumentStartEvent):
            self._report(event, "two_documents")
        return value

    def _value(self, event: Any, place: Place) -> Any:
        if len(place) > MAX_DEPTH:
            raise _TooDeepError(event.start_mark.line + 1)
        self.document.lines.setdefault(place, event.start_mark.line + 1)
        if isinstance(event, yaml.AliasEvent):
            self._report(event, "anchor")
            return self.anchors.get(str(event.anchor))
        if isinstance(event, yaml.ScalarEvent):
            value = _scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = self._sequence(place)
        else:
            value = self._mapping(place)
        if event.anchor:
            self.anchors[event.anchor] = value
        return value

    def _sequence(self, place: Place) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            result.append(self._value(event, (*place, len(result))))
        return result

    def _mapping(self, place: Place) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = str(self._value(event, (*place, ""))) if not isinstance(event, yaml.ScalarEvent) else event.value
            if key in result:
                self._report(event, "duplicate_key", key=key, first=self.document.lines[(*place, key)])
                self._value(next(self.events), (*place, key, "again"))
                continue
            self.document.lines[(*place, key)] = event.start_mark.line + 1
            result[key] = self._value(next(self.events), (*place, key))
        return result

    def _report(self, event: Any, code: str, **values: Any) -> None:
        line = event.start_mark.line + 1
        self.document.problems.append(problem(self.document.path, line, code, **values))


def _scalar(event: yaml.ScalarEvent) -> Any:
    text: str = event.value
    # The C loader says "" where the Python loader says None: written without quotes.
    if event.style:
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    # Numbers stay text, so that "112" can be a word; the model reads them where it wants numbers.
    return text


def knowledge_files(*folders: Path) -> Iterator[Path]:
    """Yield the YAML files of the given folders, general first, in a fixed order."""
    for folder in folders:
        yield from sorted(folder.rglob("*.yaml"))


def revision_of(*folders: Path) -> str:
    """Return the hash (16 hex digits) of every file in the folders, names and contents."""
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix != ".md"):
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Read a file of question cases: a list of mappings. Raises KnowledgeError where it is not one."""
    document = Document(path.name, {}, {})
    cases = _construct(document, path)
    if document.problems or not isinstance(cases, list | None):
        raise KnowledgeError(document.problems or [problem(path.name, 1, "not_list", key=path.name)])
    return cases or []
