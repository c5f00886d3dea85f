"""Signs that documents write in fonts of symbols: ticks and boxes become signs that any font has."""

from __future__ import annotations

import re
import unicodedata

# Fonts of symbols draw a tick where other fonts have a letter. By the code of the letter.
_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x70: "☐", 0x71: "☐", 0x72: "☐", 0x78: "☒", 0x9F: "•", 0xA7: "▪", 0xA8: "☐",
    0xB7: "•", 0xD8: "•", 0xE0: "→", 0xE8: "→", 0xF0: "→", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x55: "✗", 0x56: "✗", 0x97: "●", 0x98: "●",
    0xA3: "☐", 0xA6: "☐",
}  # fmt: skip
_WEBDINGS = {0x61: "✓", 0x63: "☐", 0x67: "■", 0x6E: "●", 0x72: "✗"}
_SYMBOL = {0xA8: "♦", 0xAE: "→", 0xB7: "•", 0xD6: "√"}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "webdings": _WEBDINGS, "symbol": _SYMBOL}
_PRIVATE = range(0xF000, 0xF100)
"""Where fonts of symbols put their signs in Unicode."""
_ANY_FONT = _SYMBOL | _WEBDINGS | _WINGDINGS_2 | _WINGDINGS

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe0e\ufe0f]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_BREAK = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def drawn(text: str, font: str | None) -> str:
    """Return a text as its font draws it: "ü" in Wingdings is a tick."""
    signs = _FONTS.get((font or "").strip().casefold())
    if signs is None:
        return text
    return "".join(signs.get(_code(character), character) for character in text)


def clean(text: str) -> str:
    """Return a text composed, without unseen characters, with plain blanks; line breaks are \\n.

    Private characters of symbol fonts become the signs that they draw.
    """
    text = _BREAK.sub("\n", unicodedata.normalize("NFC", text))
    text = _CONTROL.sub("", _UNSEEN.sub("", text))
    text = "".join(_ANY_FONT.get(_code(char), "") if ord(char) in _PRIVATE else char for char in text)
    lines = [re.sub(r"[^\S\n]+", " ", line).strip() for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _code(character: str) -> int:
    code = ord(character)
    return code - _PRIVATE.start if code in _PRIVATE else code
