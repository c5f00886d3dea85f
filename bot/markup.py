"""Markup in what people paste, read as the text that it shows: a pasted card or page is asked like any other."""

from __future__ import annotations

import html
import re

_TAG = re.compile(r"</?[a-zA-Z!][^<>]{0,400}>")
_SCRIPT = re.compile(r"<(script|style)\b[^>]{0,400}>.{0,2000}?</\1>", re.I | re.S)
_LINK = re.compile(r"!?\[([^\[\]]{0,200})\]\([^()\s]{0,500}\)")
_SIGNS = re.compile(r"(?<!\w)[*_~`#>|]{1,3}(?=\w)|(?<=\w)[*_~`|]{1,3}(?!\w)")


def shown(text: str) -> str:
    """Return a text as it would be shown: without tags, entities, link addresses and signs of emphasis."""
    text = _LINK.sub(r"\1", _TAG.sub(" ", _SCRIPT.sub(" ", text)))
    return _SIGNS.sub("", html.unescape(text))
