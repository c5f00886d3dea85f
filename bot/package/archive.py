"""The zip that is uploaded to Teams: the same bytes for the same app, and never half written."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import LotsenError
from bot.package.icons import read_icons
from bot.package.identity import TeamsApp
from bot.package.manifest import Json, make_manifest, make_texts
from bot.package.rules import problems
from bot.sentences import Sentences

_EARLIEST = (1980, 1, 1, 0, 0, 0)


class PackageError(LotsenError):
    """A package that Teams would refuse. `problems` says why, in Swedish."""

    def __init__(self, found: list[str]) -> None:
        self.problems = tuple(found)
        super().__init__("\n".join(found))


@dataclass(frozen=True, slots=True)
class Package:
    """What goes into the zip of one app."""

    app: TeamsApp
    manifest: Json
    texts: Mapping[str, Json]
    icons: Mapping[str, bytes]

    @property
    def problems(self) -> list[str]:
        """All that Teams would refuse, in Swedish; empty when it is sound."""
        return problems(self.manifest, self.texts, self.icons)


def make_package(app: TeamsApp, say: Sentences) -> Package:
    """Return the package of one app, as yet unchecked."""
    manifest = make_manifest(app, say)
    return Package(app, manifest, make_texts(manifest, app, say), read_icons())


def zipped(package: Package) -> bytes:
    """Return the zip. All files lie at its top, as Teams demands. Raises PackageError for what Teams would refuse."""
    if found := package.problems:
        raise PackageError(found)
    files = {name: _json(content) for name, content in {"manifest.json": package.manifest, **package.texts}.items()}
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name, content in {**files, **package.icons}.items():
            entry = zipfile.ZipInfo(name, _EARLIEST)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            archive.writestr(entry, content)
    return whole.getvalue()


def write(folder: Path, name: str, content: bytes) -> Path:
    """Put a file in its place in one step, and return where it lies. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path, fresh = folder / name, folder / f".{name}.new"
    try:
        fresh.write_bytes(content)
        os.replace(fresh, path)
    finally:
        fresh.unlink(missing_ok=True)
    return path


def _json(content: Json) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")
