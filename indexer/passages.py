"""Everything citable → passages: what the index holds and what a question is explained by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.lexicon import Lexicon
from indexer.swedish import Token, normalise, stem, tokenize
from knowledge.facts import Citable, citable
from knowledge.model import Kind, Knowledge


@dataclass(frozen=True, slots=True)
class Passage:
    """One citable thing as it is searched.

    `about` are the concepts that it is about, `concepts` every concept that its words name, `stems`
    the stems of all its words. `also` are further words and phrases that lead to it, `asked` the
    concepts of its examples.
    """

    id: str
    kind: Kind
    title: str
    text: str
    examples: tuple[str, ...]
    concepts: frozenset[str]
    stems: frozenset[str]
    about: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()

    def as_json(self) -> dict[str, Any]:
        """Return the passage as plain data, the same bytes for the same passage."""
        return {
            "id": self.id,
            "kind": self.kind.value,
            "title": self.title,
            "text": self.text,
            "examples": list(self.examples),
            "concepts": sorted(self.concepts),
            "stems": sorted(self.stems),
            "about": list(self.about),
            "also": list(self.also),
            "asked": sorted(self.asked),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Passage:
        """Return the passage that `as_json` gave the data of."""
        return cls(
            id=data["id"],
            kind=Kind(data["kind"]),
            title=data["title"],
            text=data["text"],
            examples=tuple(data["examples"]),
            concepts=frozenset(data["concepts"]),
            stems=frozenset(data["stems"]),
            about=tuple(data["about"]),
            also=tuple(data["also"]),
            asked=frozenset(data["asked"]),
        )


def passages(knowledge: Knowledge, lexicon: Lexicon) -> list[Passage]:
    """Return a passage for everything citable, in the order of the knowledge. What is the editors' own is left out."""
    return [_passage(thing, lexicon) for thing in citable(knowledge).values() if not thing.editors_only]


def reviewed(found: Iterable[Passage]) -> list[Passage]:
    """Return what somebody has written or checked: all but what imported documents say.

    Only this is searched by likeness, so that a long document never changes how the rest is ranked.
    """
    return [passage for passage in found if passage.kind is not Kind.PASSAGE]


def _passage(thing: Citable, lexicon: Lexicon) -> Passage:
    said = [_whole_words(_read(text)) for text in (thing.title, thing.text, *thing.also)]
    asked = [_read(text) for text in thing.examples]
    named = {concept for concept in (*thing.about, *thing.also) if concept in lexicon.entries}
    concepts_asked = concepts_in(asked, lexicon)
    return Passage(
        id=thing.id,
        kind=thing.kind,
        title=thing.title,
        text=thing.text,
        examples=thing.examples,
        concepts=frozenset(named | concepts_in(said, lexicon) | concepts_asked),
        stems=frozenset(stem(token.word) for tokens in (*said, *asked) for token in tokens),
        about=thing.about,
        also=thing.also,
        asked=frozenset(concepts_asked),
    )


def _read(text: str) -> list[Token]:
    return tokenize(normalise(text))


def _whole_words(tokens: Iterable[Token]) -> list[Token]:
    """Return the words, each a clause of its own: an editor's text has no compounds written apart to be tried."""
    return [Token(t.word, t.surface, t.start, t.end, t.sentence, clause) for clause, t in enumerate(tokens)]


def concepts_in(texts: Iterable[Sequence[Token]], lexicon: Lexicon) -> set[str]:
    """Return the concepts that texts of ours name. What only a typing mistake could mean is not taken."""
    return {
        concept for tokens in texts for span in lexicon.spans(tokens) if span.how != "typo" for concept in span.concepts
    }
