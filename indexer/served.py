"""An index folder, opened: all that a question is answered from."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from indexer.errors import SearchError
from indexer.lexicon import Lexicon
from indexer.passages import Passage
from indexer.search import Search
from indexer.vocabulary import lexicon_of
from knowledge.facts import Citable, citable
from knowledge.model import Knowledge

KNOWLEDGE = "knowledge.json"
PASSAGES = "passages.json"
INFLECTIONS = "inflections.json"
WORDS = "words"


@dataclass(frozen=True, slots=True)
class Served:
    """One revision of the knowledge, ready for questions. Reading is thread-safe.

    `citables` holds all that can be cited, also what only editors see; `passages` the rest. `searcher` finds those
    of them that are reviewed.
    """

    knowledge: Knowledge
    lexicon: Lexicon
    passages: dict[str, Passage]
    searcher: Search
    revision: str
    citables: dict[str, Citable] = field(repr=False)

    def close(self) -> None:
        """Let go of the index's files, once no question is being answered from it."""
        self.searcher.close()


def open_index(path: Path, lexicon: Lexicon | None = None) -> Served:
    """Open a folder that was built; with a lexicon, that of the same knowledge is not made once more.

    Raises SearchError where a file is missing, damaged or of another make.
    """
    try:
        knowledge = Knowledge.model_validate_json((path / KNOWLEDGE).read_bytes())
        passages = [Passage.from_json(data) for data in json.loads((path / PASSAGES).read_bytes())]
        lexicon = lexicon or lexicon_of(knowledge, json.loads((path / INFLECTIONS).read_bytes()))
    except (OSError, ValidationError, ValueError, KeyError, TypeError) as exc:
        raise SearchError("unreadable", f"{path}: {exc!r}") from exc
    return Served(
        knowledge=knowledge,
        lexicon=lexicon,
        passages={passage.id: passage for passage in passages},
        searcher=Search(path / WORDS, lexicon),
        revision=knowledge.revision,
        citables=citable(knowledge),
    )
