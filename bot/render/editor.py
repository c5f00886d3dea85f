"""The editor's pages as HTML. Everything that is not ours is escaped by the templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.render.html import fill_template, phrase
from knowledge.messages import sentence, sentences_of

FILE = "editor"
"""The file of the editor's sentences. Read from what ships: a revision that was taken back to may lack them."""


@dataclass(frozen=True, slots=True)
class EditorShell:
    """The words of the editor's pages and the addresses of the page's own files.

    `bot` gives the bot's other sentences by their key.
    """

    bot: Callable[[str], str]
    assets: Mapping[str, str]

    def say(self, key: str, **values: Any) -> str:
        """Return a sentence with its values put in."""
        if key.startswith("editor."):
            return sentence(FILE, key, **values)
        return phrase(self.bot, key, **values)

    def knows(self, key: str) -> bool:
        """Return whether there is such a sentence for editors."""
        return key in sentences_of(FILE)

    def page(self, name: str, *, who: str, token: str, **values: Any) -> str:
        """Return a whole page by the name of its template."""
        return fill_template(
            f"editor/{name}.html",
            say=self.say,
            knows=self.knows,
            local_time=local_time,
            assets=self.assets,
            who=who,
            token=token,
            **values,
        )


def local_time(at: datetime | str) -> str:
    """Return a time (UTC, or with its zone) as a clock on the wall here shows it."""
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    return when.astimezone().strftime("%Y-%m-%d %H:%M")
