"""Files that their owner alone may read: what editors work on may be an agreement that is not yet decided."""

from __future__ import annotations

import os
from pathlib import Path

_OTHERS = 0o077


def private_folder(folder: Path) -> Path:
    """Return a folder that its owner alone may enter, made with those above it where it is missing. Raises OSError."""
    if not folder.is_dir():
        private_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def closed(path: Path) -> Path:
    """Return a file or folder after taking away what others may do with it. Raises OSError."""
    mode = path.stat().st_mode & 0o777
    if mode & _OTHERS:
        path.chmod(mode & ~_OTHERS)
    return path


def private_opener(path: str, flags: int) -> int:
    """Open a file that is made for its owner alone: for `open`."""
    return os.open(path, flags, 0o600)


def put_whole(path: Path, body: bytes) -> None:
    """Write a file whole or not at all, on the disk before this returns. Raises OSError."""
    fresh = path.with_suffix(".new")
    with open(fresh, "wb", opener=private_opener) as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """See to it that what was renamed in a folder is on the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
