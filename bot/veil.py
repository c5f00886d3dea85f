"""Words that must not be readable until several people have written them, and by whom they were written.

A word stands in a kept text as `[#hash]`; the hash is keyed, so that nobody without the key can
tell which word it is, and the same word always has the same one.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping

HIDDEN = "[…]"
_MARK = re.compile(r"\[#([0-9a-f]{32})\]")


def veiled(text: str, spans: Iterable[tuple[int, int]], key: bytes) -> tuple[str, dict[str, str]]:
    """Return the text with a mark for each span [start, end), and each mark's word.

    Upper and lower case are the same word.
    """
    pieces: list[str] = []
    words: dict[str, str] = {}
    last = 0
    for start, end in sorted(spans):
        word = text[start:end]
        mark = _hash(key, "word", word.casefold())
        words.setdefault(mark, word)
        pieces += [text[last:start], f"[#{mark}]"]
        last = end
    return "".join([*pieces, text[last:]]), words


def unveiled(text: str, words: Mapping[str, str]) -> str:
    """Return a kept text with the words that may be shown, by mark, and […] for the others."""
    return _MARK.sub(lambda match: words.get(match[1], HIDDEN), text)


def marks_in(text: str) -> set[str]:
    """Return the marks of the words that are hidden in a kept text."""
    return set(_MARK.findall(text))


def writer_mark(mark: str, writer: str | None, key: bytes) -> str:
    """Return what stands for the writer of one word; it is another for each word, so that none leads to the next."""
    return _hash(key, "writer", mark, writer or "")


def without_words(text: str, words: Iterable[str]) -> str:
    """Return the text with […] for each of the words."""
    found = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(rf"(?<!\w)(?:{found})(?!\w)", HIDDEN, text) if found else text


def _hash(key: bytes, *parts: str) -> str:
    return hmac.digest(key, "\0".join(parts).encode("utf-8", "surrogatepass"), "sha256").hex()[:32]
