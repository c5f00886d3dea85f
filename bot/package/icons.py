"""The app's icons. They are drawn in `icons/*.svg`; the PNG files beside them are made from these by a test."""

from __future__ import annotations

import struct
from functools import partial
from pathlib import Path

from knowledge.messages import sentence

FOLDER = Path(__file__).resolve().parent / "icons"
SIZES = {"color.png": 192, "outline.png": 32}
"""What Teams demands: width and height in pixels."""
SEE_THROUGH = frozenset({"outline.png"})
_HEADER = struct.Struct(">8s4x4sIIBB")
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_WITH_ALPHA = frozenset({4, 6})

_say = partial(sentence, "doctor")


def read_icons() -> dict[str, bytes]:
    """Return the icons by file name. Raises OSError."""
    return {name: (FOLDER / name).read_bytes() for name in SIZES}


def icon_problems(name: str, png: bytes | None) -> list[str]:
    """Return what Teams would refuse in an icon; InvalidColorIconHeightAndWidth and its like."""
    size = SIZES[name]
    if png is None or len(png) < _HEADER.size:
        return [_say("package.icon", name=name, size=size)]
    signature, kind, width, height, _depth, colours = _HEADER.unpack_from(png)
    sound = (signature, kind, width, height) == (_SIGNATURE, b"IHDR", size, size)
    if not sound or (name in SEE_THROUGH and colours not in _WITH_ALPHA):
        return [_say("package.icon", name=name, size=size)]
    return []
