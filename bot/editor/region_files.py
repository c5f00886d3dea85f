"""A region's knowledge files, as the bench reads, copies, keeps and puts them back."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.editor.private import closed, private_folder
from knowledge.editing import write
from knowledge.loader import general_folder


class RegionFiles:
    """The files of one region; `folder` is the bench's own, for copies."""

    def __init__(self, region: Path, folder: Path) -> None:
        self.region, self._folder = region, folder

    def says(self, name: str) -> str | None:
        """Return what a file says, to the byte; null where there is none. Raises OSError."""
        try:
            return (self.region / name).read_bytes().decode("utf-8", "surrogateescape")
        except (FileNotFoundError, NotADirectoryError):
            return None

    def scratch(self) -> Path:
        """Return the folder for what is tried and thrown away."""
        scratch = private_folder(self._folder / "prov")
        closed(self._folder)
        return scratch

    @contextmanager
    def overlay(self, texts: Mapping[str, str]) -> Iterator[Path]:
        """Give a copy of the region's folder, beside one of the general knowledge, with changed files in it."""
        with tempfile.TemporaryDirectory(dir=self.scratch()) as scratch:
            region = Path(scratch) / self.region.resolve().name
            shutil.copytree(self.region, region)
            shutil.copytree(general_folder(self.region), region.parent / "svenska", dirs_exist_ok=True)
            write(region, texts)
            yield region

    def put_back(self, texts: Mapping[str, str | None]) -> None:
        """Let files say what is given; those with null are removed. Raises OSError."""
        wanted = {name: text for name, text in texts.items() if text is not None and self.says(name) != text}
        write(self.region, wanted)
        for name in [name for name, text in texts.items() if text is None]:
            path = self.region / name
            path.unlink(missing_ok=True)
            if path.parent != self.region and path.parent.is_dir() and not any(path.parent.iterdir()):
                path.parent.rmdir()

    def restore(self, then: Path) -> None:
        """Let all files be as in another folder of the region: those that are not there are removed. Raises OSError."""
        texts: dict[str, str | None] = dict.fromkeys(_names(self.region))
        for name in _names(then):
            texts[name] = (then / name).read_bytes().decode("utf-8")
        self.put_back(texts)

    def keep(self, now: datetime) -> str:
        """Put a copy of all files away, so that changes made by hand are not lost; return its name."""
        before = private_folder(self._folder / "fore")
        wanted = now.strftime("%Y%m%dT%H%M%S%f")
        taken = sum(1 for path in before.glob(f"{wanted}*"))
        kept = before / (f"{wanted}-{taken + 1}" if taken else wanted)
        shutil.copytree(self.region, kept)
        return kept.name


def _names(region: Path) -> list[str]:
    return sorted(path.relative_to(region).as_posix() for path in region.rglob("*.yaml"))
