"""The bot's own sentences, from the knowledge, filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from jinja2 import Environment, StrictUndefined, Template


def listed(items: Sequence[str], word: str) -> str:
    """Join items as a Swedish sentence does: 'a, b och c'."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def capitalised(text: str) -> str:
    """Return the text with a capital first letter and the rest untouched."""
    return text[:1].upper() + text[1:]


def in_sentence(text: str) -> str:
    """Return a heading as it stands within a sentence: small first letter, unless it is an abbreviation."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


class Sentences:
    """Says a sentence by its key. Templates are compiled at first use and kept."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._templates: dict[str, Template] = {}

    @cached_property
    def _environment(self) -> Environment:
        # Plain text, not HTML: every renderer escapes what it is given.
        environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701
        environment.filters["och"] = lambda items: listed(list(items), self._texts["word.and"])
        environment.filters["eller"] = lambda items: listed(list(items), self._texts["word.or"])
        environment.filters["stor"] = capitalised
        return environment

    def __call__(self, key: str, /, **values: Any) -> str:
        """Return the sentence. Raises KeyError for an unknown key."""
        if "{" not in self._texts[key]:
            return self._texts[key].strip()  # nothing to fill in: most sentences, and a template costs more
        template = self._templates.get(key)
        if template is None:
            template = self._templates[key] = self._environment.from_string(self._texts[key])
        return template.render(**values).strip()

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def get(self, key: str, default: str = "", /, **values: Any) -> str:
        """Return the sentence, or the default where the key does not exist."""
        return self(key, **values) if key in self._texts else default
