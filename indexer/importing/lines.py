"""Lines of print → paragraphs: what was broken to fit the width is joined again."""

from __future__ import annotations

import re

from indexer.importing.wording import words

BULLET = re.compile(r"(?:[•●○◦▪▫■□‣⁃·*–—-]|[eo¢](?= [A-Z\u00c0-\u00de]))\s+(?=\S)")
"""What begins an item of a list; text recognition reads bullets as letters."""
NUMBERED = re.compile(r"(?:\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)")
_BROKEN = re.compile(r"[^\W\d_]-$")


def joined(first: str, second: str) -> str:
    """Return two lines as one. A word that was divided at the end of the line is mended.

    "vård-" before "och" is no divided word, and neither is what goes on with a capital or a digit.
    """
    if _BROKEN.search(first) and second[:1].islower():
        following = re.match(r"[^\W\d_]+", second)
        if following and following.group() not in words("hyphen-keeps"):
            return first[:-1] + second
        return f"{first} {second}"
    if first.endswith(("-", "–", "/")) and second[:1].isalnum() and len(first) > 1 and not first[-2].isspace():
        return first + second if first[-2].isalpha() and second[:1].isupper() else f"{first} {second}"
    return f"{first} {second}"


def mended(text: str) -> str:
    """Return the text of a cell with the words whole that were divided at the end of its lines."""
    lines = text.split("\n")
    for at in range(len(lines) - 1, 0, -1):
        if _BROKEN.search(lines[at - 1]) and lines[at][:1].islower():
            lines[at - 1 : at + 1] = [joined(lines[at - 1], lines[at])]
    return "\n".join(lines)


def item(line: str) -> tuple[str, bool]:
    """Return a line without its bullet, and whether it begins an item of a list. Numbers are kept."""
    if match := BULLET.match(line):
        return line[match.end() :], True
    return line, bool(NUMBERED.match(line))
