"""Plain text into the Markdown that card texts are read as."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

# Only what Teams' Markdown knows: an escape too many was shown as a backslash by older phones.
_MARKS = re.compile(r"([\\`*_~\[\]])")
_ESCAPED = re.compile(r"\\([\\`*_~\[\]#>+.)-])")
_LINE_START = re.compile(r"^(\s*)([#>+-]|\d+[.)])(?=\s|$)", re.MULTILINE)


def escape(text: str) -> str:
    """Return text that a card shows letter by letter: no emphasis, links, lists, dates or mentions."""
    marked = _MARKS.sub(r"\\\1", text)
    marked = _LINE_START.sub(_escaped_start, marked)
    # A zero-width space keeps {{DATE(…)}} and <at>…</at> from being read as commands.
    return marked.replace("{{", "{\u200b{").replace("<at", "<\u200bat").replace("</at", "<\u200b/at")


def unescape(markdown: str) -> str:
    """Return the text that `escape` was given."""
    return _ESCAPED.sub(r"\1", markdown).replace("\u200b", "")


def link(label: str, url: str | None) -> str:
    """Return a link where the address is https, else the label alone."""
    target = https_only(url)
    return f"[{escape(label)}]({target})" if target else escape(label)


def https_only(url: str | None) -> str | None:
    """Return an https address in which nothing ends a Markdown link, or null."""
    if not url or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        return None
    return quote(url, safe=":/?#@!$&'*+,;=%~-._")


def _escaped_start(match: re.Match[str]) -> str:
    indent, mark = match.groups()
    return f"{indent}{mark[:-1]}\\{mark[-1]}"
