"""The answer: one value, produced once, rendered as text, Adaptive Card and HTML."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from knowledge.model import Kind


@dataclass(frozen=True, slots=True)
class Citation:
    """A source and the place in it. `label` is how the text calls it, with its standing."""

    source: str
    title: str
    locator: str
    date: str | None
    url: str | None
    label: str
    standing: str

    def as_json(self) -> dict[str, str | None]:
        """Return the five public keys."""
        return {"source": self.source, "title": self.title, "locator": self.locator, "date": self.date, "url": self.url}


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer a question back; `question` is null for "Inget av dessa"."""

    label: str
    question: str | None


@dataclass(frozen=True, slots=True)
class Notice:
    """What must come before the answer. `level` is danger, privacy, validity or premise."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain text, one or more sentences. `more` marks what a card may fold away."""

    text: str
    more: bool = False


@dataclass(frozen=True, slots=True)
class ActorRow:
    """One actor of a matrix answer. `sign` and `word` say the same, so colour need not."""

    actor: str
    name: str
    detail: str
    marked: bool
    sign: str
    word: str


@dataclass(frozen=True, slots=True)
class ActorRows:
    """Actors of one task, marked ones first."""

    rows: tuple[ActorRow, ...]
    heading: str | None = None


@dataclass(frozen=True, slots=True)
class StepItem:
    """One numbered step of a route; `current` marks the one that was asked about."""

    id: str
    text: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a route, in order. `first` is what the reader does to set it going."""

    items: tuple[StepItem, ...]
    heading: str | None = None
    first: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short lines under an optional heading."""

    items: tuple[str, ...]
    heading: str | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task of the whole matrix: every actor in words, after the sign and word of its mark.

    `own` tells whether the asker's own column is marked; null where the asker has no column.
    """

    task: str
    name: str
    marked: str
    unmarked: str = ""
    own: bool | None = None


@dataclass(frozen=True, slots=True)
class TaskRows:
    """Tasks of the matrix that are marked alike."""

    rows: tuple[TaskRow, ...]
    heading: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to copy and send on, one sentence a line; nothing else stands among its lines."""

    lines: tuple[str, ...]
    heading: str


@dataclass(frozen=True, slots=True)
class Quote:
    """What a document says, word for word, one paragraph a line; `heading` names the document and the place."""

    lines: tuple[str, ...]
    heading: str


@dataclass(frozen=True, slots=True)
class Link:
    """A place to turn, or a page. `url` is https, or null where none is known."""

    label: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """Where to turn or read on, under an optional heading."""

    items: tuple[Link, ...]
    heading: str | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Local:
    """What is known about one municipality, apart from what holds for all."""

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Validity:
    """Until when the agreement is in force, and who extended it."""

    text: str


Block = Paragraph | ActorRows | TaskRows | Steps | Bullets | Draft | Quote | Links | Local | Validity


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole reply. `text` is complete plain Swedish; see design.md section 2 for the keys.

    `actions` are named buttons ("Visa hela matrisen") with the question that each asks; they go before
    `suggestions` and are not in the JSON. `form` names a form that an edge with inputs may show: "profile".
    `profile` is the line that says for whom the answer is, where a profile is saved.
    """

    kind: Kind
    lead: str
    on: date
    revision: str
    title: str = ""
    notices: tuple[Notice, ...] = ()
    blocks: tuple[Block, ...] = ()
    responsible: tuple[str, ...] = ()
    route: str | None = None
    steps: tuple[str, ...] = ()
    agreement: str | None = None
    municipality: str | None = None
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    actions: tuple[Choice, ...] = ()
    form: str = ""
    profile: str = ""
    privacy_warning: bool = False
    facts: tuple[str, ...] = ()
    receipt: str = ""
    text: str = ""
    sources_line: str = field(default="", compare=False)

    def with_(self, **changes: Any) -> Answer:
        """Return a copy with some fields changed."""
        return replace(self, **changes)

    def as_json(self) -> dict[str, Any]:
        """Return exactly the public keys of design.md section 2, always all of them."""
        return {
            "kind": self.kind.value,
            "text": self.text,
            "responsible": list(self.responsible),
            "route": self.route,
            "steps": list(self.steps),
            "agreement": self.agreement,
            "municipality": self.municipality,
            "citations": [citation.as_json() for citation in self.citations],
            "suggestions": list(self.suggestions),
            "choices": [{"label": choice.label, "question": choice.question} for choice in self.choices],
            "privacy_warning": self.privacy_warning,
            "on": self.on.isoformat(),
            "facts": list(self.facts),
            "revision": self.revision,
            "receipt": self.receipt,
        }
