"""Changes to the knowledge files, made so that comments, order and everything else stay as the editor wrote them."""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.resolver import VersionedResolver

from knowledge.reader import knowledge_files

Place = tuple[str | int, ...]
_TAG = "tag:yaml.org,2002:"
_NO_TEXT = {"": "null", "~": "null", "null": "null", "true": "bool", "false": "bool"}


@dataclass(frozen=True, slots=True)
class Edit:
    """One change to a region's files.

    `set` puts `value` (plain data) at `place` in the entry `id` of `section`; `append` adds it last in
    the list there, which is begun where it is missing; `remove` takes away what stands there, the
    whole entry for an empty place. `add` makes `value` a new entry of the section, in `file` (a path
    within the region's folder, begun where it is missing), `first` in its list or last.
    """

    action: Literal["set", "append", "remove", "add"]
    section: str
    id: str
    place: Place = ()
    value: Any = None
    file: str | None = None
    first: bool = False


class EditError(Exception):
    """An edit that does not fit the files: nothing was changed. `edit` is that edit."""

    def __init__(self, edit: Edit, why: str) -> None:
        self.edit = edit
        super().__init__(f"{edit.action} {edit.section}/{edit.id} {edit.place}: {why}")


def edited(region: Path, edits: Iterable[Edit]) -> dict[str, str]:
    """Return the new text of each file that the edits touch, by its path within the region's folder.

    Nothing is written. Raises EditError where an entry or a place is not there.
    """
    files = _Files(region)
    for edit in edits:
        files.apply(edit)
    return files.texts()


def write(region: Path, texts: Mapping[str, str]) -> None:
    """Write files of a region, each whole or not at all, on the disk before this returns. Raises OSError."""
    staged: list[tuple[str, Path]] = []
    try:
        for name, text in texts.items():
            target = region / name
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
            staged.append((temporary, target))
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        for temporary, target in staged:
            os.replace(temporary, target)
        for folder in {target.parent for _, target in staged}:
            _sync(folder)
    finally:
        for temporary, _ in staged:
            Path(temporary).unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Files:
    """The files of a region as they will be. Read when they are needed."""

    def __init__(self, region: Path) -> None:
        self._region = region
        self._roots: dict[str, CommentedMap] = {}
        self._touched: set[str] = set()

    def apply(self, edit: Edit) -> None:
        if edit.action == "add":
            self._add(edit)
            return
        name, entries, index = self._find(edit)
        self._touched.add(name)
        if not edit.place:
            if edit.action != "remove":
                raise EditError(edit, "no place")
            del entries[index]
            return
        holder = self._holder(edit, entries[index])
        last = edit.place[-1]
        try:
            if edit.action == "set":
                _put(holder, last, _yaml_value(edit.value))
            elif edit.action == "remove":
                del holder[last]
            else:
                self._append(holder, last, edit)
        except (KeyError, IndexError, TypeError) as exc:
            raise EditError(edit, "no such place") from exc

    @staticmethod
    def _append(holder: Any, last: str | int, edit: Edit) -> None:
        if isinstance(holder, CommentedMap) and last not in holder:
            _put(holder, last, CommentedSeq())
        if not isinstance(holder[last], CommentedSeq):
            raise EditError(edit, "no list")
        holder[last].append(_yaml_value(edit.value))

    @staticmethod
    def _holder(edit: Edit, entry: Any) -> Any:
        try:
            for part in edit.place[:-1]:
                entry = entry[part]
        except (KeyError, IndexError, TypeError) as exc:
            raise EditError(edit, "no such place") from exc
        return entry

    def _add(self, edit: Edit) -> None:
        assert edit.file is not None, "a new entry needs a file"
        root = self._root(edit.file)
        entries = root.setdefault(edit.section, CommentedSeq())
        if any(isinstance(one, dict) and one.get("id") == edit.id for one in entries):
            raise EditError(edit, "already there")
        value = _yaml_value(edit.value)
        entries.insert(0, value) if edit.first else entries.append(value)
        self._touched.add(edit.file)

    def _find(self, edit: Edit) -> tuple[str, CommentedSeq, int]:
        for path in knowledge_files(self._region):
            name = path.relative_to(self._region).as_posix()
            # Most files do not name the entry, and parsing all of them would take seconds.
            if name not in self._roots and edit.id not in path.read_text("utf-8-sig"):
                continue
            entries = self._root(name).get(edit.section)
            for index, entry in enumerate(entries if isinstance(entries, CommentedSeq) else ()):
                if isinstance(entry, dict) and entry.get("id") == edit.id:
                    return name, entries, index
        for name, root in self._roots.items():  # files that do not lie there yet
            for index, entry in enumerate(root.get(edit.section) or ()):
                if isinstance(entry, dict) and entry.get("id") == edit.id:
                    return name, root[edit.section], index
        raise EditError(edit, "no such entry")

    def _root(self, name: str) -> CommentedMap:
        if name not in self._roots:
            path = self._region / name
            loaded = _yaml().load(path.read_text("utf-8-sig")) if path.is_file() else None
            self._roots[name] = loaded if isinstance(loaded, CommentedMap) else CommentedMap()
        return self._roots[name]

    def texts(self) -> dict[str, str]:
        return {name: _dump(self._roots[name]) for name in sorted(self._touched)}


def _put(holder: Any, key: str | int, value: Any) -> None:
    if isinstance(holder, CommentedMap) and key not in holder:
        # Blank lines and comments before the next entry hang on the last key, which must stay the last.
        holder.insert(max(len(holder) - 1, 0), key, value)
    else:
        holder[key] = value


class _Resolver(VersionedResolver):
    """Takes plain words as the knowledge's own reader does: days, numbers and "nej" are text."""

    @property
    def versioned_resolver(self) -> dict[str | None, list[tuple[str, re.Pattern[str]]]]:
        """The plain words that are no text, by their first letter."""
        return {word[:1]: [(f"{_TAG}{tag}", re.compile(f"^{word}$"))] for word, tag in _NO_TEXT.items()}


class _Representer(RoundTripRepresenter):
    """Writes what is left empty as the word."""


_Representer.add_representer(type(None), lambda own, _: own.represent_scalar(f"{_TAG}null", "null"))


def _yaml() -> YAML:
    yaml = YAML()  # round trip
    yaml.Resolver = _Resolver
    yaml.Representer = _Representer
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _dump(root: CommentedMap) -> str:
    out = io.StringIO()
    _yaml().dump(root, out)
    return out.getvalue()


def _yaml_value(value: Any) -> Any:
    """Return plain data as it is written: fields without a value left out, short lists on one line."""
    if isinstance(value, dict):
        return CommentedMap((key, _yaml_value(part)) for key, part in value.items() if part is not None)
    if isinstance(value, list | tuple):
        result = CommentedSeq(_yaml_value(part) for part in value)
        if all(isinstance(part, str) and len(part) < 40 for part in value):
            result.fa.set_flow_style()
        return result
    return value
