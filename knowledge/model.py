"""What things are: the typed model behind every answer.

Values are frozen. Texts are Swedish, names of fields English. Every model forbids
unknown keys, so a misspelt key in a YAML file is an error with a line of its own.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

HttpsUrl = Annotated[str, Field(pattern=r"^https://\S+$")]
ID_PATTERN = r"^[a-z0-9]+(?:[-/][a-z0-9]+)*$"
_PARTIAL_DATE = re.compile(r"^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$")

_COUNTRY = re.compile(r"^[A-Z]{2}$")


class Kind(StrEnum):
    """What sort of answer a reply is; design.md section 2."""

    RESPONSIBILITY = "responsibility"
    ESCALATION = "escalation"
    VALIDITY = "validity"
    LOCAL = "local"
    DEFINITION = "definition"
    TOPIC = "topic"
    PASSAGE = "passage"
    CLARIFY = "clarify"
    UNKNOWN = "unknown"
    URGENT = "urgent"
    SMALLTALK = "smalltalk"


class Standing(StrEnum):
    """How far a source can be trusted to be the text itself."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    HISTORIC = "historic"


class Level(StrEnum):
    """Regional (RÖK) or local (LÖK) agreement."""

    ROK = "rok"
    LOK = "lok"


class LokStatus(StrEnum):
    """Whether a municipality has a LÖK, as counted."""

    YES = "ja"
    NO = "nej"
    UNDER_WAY = "pagar"
    NO_DATA = "ingen-uppgift"


class DocumentStatus(StrEnum):
    """How far an imported document binds. Passages of drafts and working papers are for editors only."""

    IN_FORCE = "gallande"
    DRAFT = "utkast"
    HISTORIC = "historisk"
    WORKING_PAPER = "underlag"

    @property
    def editors_only(self) -> bool:
        """Whether only editors may see what the document says."""
        return self in (DocumentStatus.DRAFT, DocumentStatus.WORKING_PAPER)


class RouteLevel(StrEnum):
    """What a route is for."""

    DEVIATION = "avvikelse"
    LOCAL = "lokal"
    REGIONAL = "regional"


def _partial_date(value: Any) -> Any:
    """Accept YYYY, YYYY-MM and whole days; YAML reads whole days as dates and years as numbers."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str) and _PARTIAL_DATE.match(value):
        try:
            first_day(value)
        except ValueError:
            raise ValueError("partial_date") from None  # 2021-02-30
        return value
    raise ValueError("partial_date")


PartialDate = Annotated[
    str, BeforeValidator(_partial_date), Field(json_schema_extra={"pattern": _PARTIAL_DATE.pattern})
]
Id = Annotated[str, Field(pattern=ID_PATTERN)]


def _country(value: Any) -> Any:
    if isinstance(value, str) and _COUNTRY.match(value):
        return value
    raise ValueError("country")


Country = Annotated[str, BeforeValidator(_country), Field(json_schema_extra={"pattern": _COUNTRY.pattern})]
"""Two letters, as ISO 3166 has them."""


def first_day(value: str) -> date:
    """Return the first day of a period written YYYY, YYYY-MM or YYYY-MM-DD."""
    parts = [int(part) for part in value.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


def last_day(value: str) -> date:
    """Return the last day of a period written YYYY, YYYY-MM or YYYY-MM-DD."""
    parts = [int(part) for part in value.split("-")]
    month = parts[1] if len(parts) > 1 else 12
    return date(parts[0], month, parts[2] if len(parts) > 2 else calendar.monthrange(parts[0], month)[1])


class Model(BaseModel):
    """Base of all parts of the knowledge: frozen, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


# --- sources -------------------------------------------------------------------------------------


class Source(Model):
    """A document that facts are taken from; `id` is fixed (s0 … f5)."""

    id: Id
    title: str
    label: str = Field(description="Short name shown in answers, e.g. 'presentation av förslaget, 2021-02-19'.")
    date: PartialDate | None = None
    url: HttpsUrl | None = None
    standing: Standing
    note: str | None = Field(default=None, description="Said after the label, e.g. 'inte den antagna texten'.")


class Locator(Model):
    """A place in a source."""

    source: Id
    locator: str = Field(min_length=1, description="Section, slide, page or heading.")


class Dated(Model):
    """Something true for a time (`valid_*`) or seen at a time (`observed`)."""

    valid_from: PartialDate | None = None
    valid_through: PartialDate | None = None
    observed: PartialDate | None = None

    @model_validator(mode="after")
    def _has_a_date(self) -> Dated:
        if self.valid_from is None and self.observed is None:
            raise ValueError("undated")
        if self.valid_from and self.valid_through and last_day(self.valid_through) < first_day(self.valid_from):
            raise ValueError(f"dates_reversed|{self.valid_through}|{self.valid_from}")
        return self

    def known_on(self, day: date) -> bool:
        """Return whether the fact may be told on a day: begun or observed, and not ended."""
        if self.observed is not None and last_day(self.observed) > day:
            return False
        if self.valid_from is not None and first_day(self.valid_from) > day:
            return False
        return self.valid_through is None or last_day(self.valid_through) >= day


Owner = Annotated[
    str | None,
    Field(description="The function that keeps it true: 'RSS Dalarna'. Null: as its agreement, or no source says."),
]
Review = Annotated[
    PartialDate | None,
    Field(description="When it is to be looked over at the latest; of a period its last day. Null: as its agreement."),
]


class Fact(Dated):
    """One thing that the bot can say, with its source.

    `about` names the concepts (ids of terms, bodies, agreements, aspects …) that a question must
    touch for the fact to answer it; `also` names concepts or words that it explains besides.
    """

    id: Id
    kind: Literal[Kind.DEFINITION, Kind.TOPIC, Kind.VALIDITY, Kind.LOCAL, Kind.ESCALATION]
    about: tuple[str, ...] = Field(min_length=1)
    also: tuple[str, ...] = ()
    lead: str = Field(min_length=1, max_length=140, description="The answer in one sentence.")
    yes_no: Literal["ja", "nej", "delvis", "osakert"] | None = Field(
        default=None,
        description="How the answer begins where the question wants a yes or no; null: it is not asked so.",
    )
    details: tuple[str, ...] = Field(default=(), description="Further sentences, one line each.")
    missing: str | None = Field(default=None, description="What the sources do not say about this.")
    agreement: Id | None = None
    municipality: Id | None = None
    route: Id | None = None
    law: tuple[Id, ...] = ()
    sources: tuple[Locator, ...] = Field(min_length=1)
    examples: tuple[str, ...] = ()
    editors_only: bool = False
    denies: tuple[tuple[str, ...], ...] = Field(
        default=(),
        description="Sets of concepts which, asserted together, are a false premise that the lead puts right.",
    )
    owner: Owner = None
    review: Review = None


# --- language ------------------------------------------------------------------------------------


class Concept(Model):
    """Something that words can mean: its id and the words and phrases for it."""

    id: Id
    aliases: tuple[str, ...] = ()
    del_av: Id | None = Field(
        default=None, description="The concept of which this is a part, where they share an alias."
    )
    when: tuple[tuple[Id, ...], ...] = Field(
        default=(), description="Other concepts which together mean this one, though none of its words is said."
    )


class Cue(Concept):
    """Words that show what is asked (`aspect`), how (`form`), or that a thing lies outside (`outside`)."""

    name: str | None = Field(default=None, description="How a reply calls it: 'tidsgräns'.")
    role: Literal[
        "aspect", "form", "neutral", "danger", "group", "substance", "place", "outside", "refusal", "time", "first"
    ]
    agreement: Id | None = Field(default=None, description="For a group: the agreement which that group belongs to.")
    no_matrix: bool = Field(default=False, description="For a group that no agreement is for: no matrix has it.")
    weight: Annotated[float, Field(ge=0, le=5)] | None = Field(
        default=None, description="How much it counts when a reading leaves it unexplained; null: as its role does."
    )


class Term(Concept):
    """A term, abbreviation or system, with what it means where the sources say so."""

    name: str
    abbreviation: str | None = None
    definition: Fact | None = None


# --- actors, places, bodies ----------------------------------------------------------------------


class Unit(Concept):
    """A kind of workplace within an actor."""

    name: str


class Actor(Concept):
    """A column of the responsibility matrix."""

    name: str
    definite: str = Field(description="Definite form in a sentence: 'primärvården'.")
    includes: str = Field(description="What the column covers, as a phrase.")
    side: Literal["region", "kommun"]
    units: tuple[Unit, ...] = ()


class Workplace(Model):
    """A kind of workplace that a user can choose; `actor` is null where the matrix has no column for it."""

    id: Id
    name: str
    actor: Id | None = None
    note: str | None = None


class Place(Concept):
    """A municipality of the region."""

    name: str


class Body(Concept):
    """A forum or unit that leads, decides or supports."""

    name: str
    plain: str = Field(description="Plain words beside the name, e.g. 'socialchefer och regionens chefer'.")
    definition: Fact
    facts: tuple[Fact, ...] = ()
    settles_disputes: bool = False


class Contact(Model):
    """Where to turn: a function, and a public page if there is one."""

    id: Id
    name: str
    for_id: Id | None = Field(default=None, description="The municipality, actor or body it serves; null: everybody.")
    url: HttpsUrl | None = None
    sources: tuple[Locator, ...] = ()


class ExpertGroup(Model):
    """People who answer what Lotsen cannot: a function, never a person. Asked only where a channel is set up for it."""

    id: Id
    name: str = Field(description="The function, in a sentence: 'RSS Dalarna'.")
    subjects: tuple[Id, ...] = Field(
        default=(), description="Agreements and other concepts whose questions go to this group."
    )
    general: bool = Field(default=False, description="Takes the questions of no other group. One at most.")
    answer_time: str | None = Field(
        default=None,
        description="How soon it usually answers, in a sentence: 'oftast nästa arbetsdag'; null: not said.",
    )


# --- agreements ----------------------------------------------------------------------------------


class Decision(Model):
    """A decision that gives an agreement its term; known from the last day of `decided`."""

    id: Id
    decided: PartialDate
    by: str = Field(description="Who decided, in plain words with the body's name.")
    body: Id | None = None
    valid_from: PartialDate | None = None
    valid_through: PartialDate | None = Field(default=None, description="Last day, included; null: not documented.")
    why: str | None = None
    says: str = Field(description="One line about the decision, for the answer.")
    conflict: str | None = Field(default=None, description="Where sources disagree: what each says.")
    sources: tuple[Locator, ...] = Field(min_length=1)
    excludes: bool = Field(
        default=False, description="The decision is about other agreements and does not mention this one."
    )

    @property
    def known_from(self) -> date:
        """First day on which an answer may build on the decision."""
        return last_day(self.decided)


class Adoption(Model):
    """What is known of a party's own decision to adopt."""

    party: str
    decided: PartialDate | None = None
    says: str
    sources: tuple[Locator, ...] = Field(min_length=1)


class OlderVersion(Model):
    """A historic version of an agreement."""

    id: Id
    name: str
    valid_from: PartialDate | None = None
    valid_through: PartialDate | None = None
    says: str
    sources: tuple[Locator, ...] = Field(min_length=1)


class Agreement(Concept):
    """A cooperation agreement with its decisions over time."""

    name: str
    short: str = Field(description="'RÖK missbruk/beroende'.")
    level: Level
    statutory: bool
    parties: str
    url: HttpsUrl | None = None
    decisions: tuple[Decision, ...] = Field(min_length=1)
    adoptions: tuple[Adoption, ...] = ()
    older: tuple[OlderVersion, ...] = ()
    supersedes: Id | None = None
    law_applies: str | None = Field(default=None, description="What holds by law even where the agreement may not.")
    law_sources: tuple[Locator, ...] = ()
    matrix_missing: str | None = Field(
        default=None, description="Said where the agreement's division of tasks is not known."
    )
    groups: tuple[str, ...] = Field(default=(), description="Group concepts that point to this agreement.")
    covers: tuple[Id, ...] = Field(
        default=(),
        description="Groups and subjects whose tasks it divides: of the main agreement they need no answer beside a "
        "task, of another they are never answered from the main agreement's matrix.",
    )
    area: str | None = Field(default=None, description="What it is about, in a sentence: 'äldre'; null: as in `short`.")
    owner: Owner = None
    review: Review = None
    facts: tuple[Fact, ...] = ()

    @property
    def subject(self) -> str:
        """What the agreement is about: its `area`, else its short name without the abbreviation in front."""
        kind, _, rest = self.short.partition(" ")
        return self.area or (rest if rest and kind.isupper() else self.short)


# --- responsibility ------------------------------------------------------------------------------


class Change(Model):
    """What a part of an agreement reads from a later day on; known from the last day of `decided`."""

    valid_from: PartialDate
    decided: PartialDate
    sources: tuple[Locator, ...] = Field(min_length=1)

    @property
    def known_from(self) -> date:
        """First day on which an answer may tell of the change."""
        return last_day(self.decided)


class TaskChange(Change):
    """Whom a row marks from a later day on; nobody: the row is gone from that day."""

    responsible: tuple[Id, ...]
    notes: tuple[str, ...] | None = Field(
        default=None,
        description="Null: none where other actors are marked, since notes tell of the marks; else as before.",
    )


class Task(Concept):
    """A row of the matrix: as it reads from `valid_from`, then each change in the order of its first day."""

    name: str
    phrase: str = Field(description="In a sentence: 'orosanmälan till barnsocialtjänsten'.")
    responsible: tuple[Id, ...] = Field(min_length=1)
    valid_from: PartialDate | None = Field(default=None, description="Null: as long as the matrix.")
    decided: PartialDate | None = Field(default=None, description="When a row that came later was decided.")
    changes: tuple[TaskChange, ...] = ()
    medical: bool = Field(
        default=False, description="Medicines or treatment: say that the answer is about who, not how."
    )
    notes: tuple[str, ...] = ()
    law: tuple[Id, ...] = ()
    examples: tuple[str, ...] = ()
    sources: tuple[Locator, ...] = Field(min_length=1)


class ResponsibilityMatrix(Dated):
    """Who does what in one agreement; columns in `actors`, rows in `tasks`."""

    id: Id
    agreement: Id
    actors: tuple[Id, ...] = Field(min_length=1)
    tasks: tuple[Task, ...] = Field(min_length=1)
    caveat: str | None = Field(
        default=None, description="How the matrix is known, said in each answer; null once the text itself was read."
    )
    shared_note: str = Field(description="Said where several actors are marked.")
    unmarked_note: str = Field(description="Said about actors that are not marked.")
    sources: tuple[Locator, ...] = Field(min_length=1)
    owner: Owner = None
    review: Review = None


# --- escalation ----------------------------------------------------------------------------------


class EscalationStep(Concept):
    """One step of a route. Either `body` or `function` says who has the question there."""

    name: str
    body: Id | None = None
    function: str | None = None
    who_moves: str = Field(description="Who takes the question there.")
    who_sits: str = Field(description="Who sits there, and how often they meet where known.")
    form: str | None = None
    documentation: str | None = None
    lead: str = Field(max_length=140, description="First sentence when the step is asked about.")
    short: str = Field(description="The step as one line in the list of steps.")
    missing: tuple[str, ...] = ()
    sources: tuple[Locator, ...] = Field(min_length=1)


class RouteChange(Change):
    """A route as it reads from a later day on. Null: as before."""

    steps: tuple[EscalationStep, ...] = Field(min_length=1)
    lead: str | None = Field(default=None, max_length=140)
    missing: tuple[str, ...] | None = None
    after_last: str | None = None
    notes: tuple[str, ...] | None = None


class EscalationRoute(Concept, Dated):
    """A deviation or dispute route of one agreement."""

    name: str
    agreement: Id
    level: RouteLevel
    lead: str = Field(max_length=140)
    about_what: str = Field(description="What the route is for.")
    steps: tuple[EscalationStep, ...] = Field(min_length=1)
    missing: tuple[str, ...] = Field(description="What the sources do not say, each a phrase.")
    after_last: str = Field(description="What is said when asked what comes after the last step.")
    notes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    sources: tuple[Locator, ...] = Field(min_length=1)
    changes: tuple[RouteChange, ...] = ()
    owner: Owner = None
    review: Review = None

    @property
    def every_step(self) -> tuple[EscalationStep, ...]:
        """The steps, then those of each change."""
        return (*self.steps, *(step for change in self.changes for step in change.steps))


# --- local ---------------------------------------------------------------------------------------


class LocalNote(Model):
    """One observation about a municipality; `topic` says what it is about."""

    topic: Literal["lok", "struktur", "avvikelse", "sip", "utmaning", "laro", "vald", "ovrigt"]
    says: str
    lead: str | None = Field(default=None, max_length=140, description="First sentence when this is what is asked.")
    yes_no: Literal["ja", "nej", "delvis", "osakert"] | None = Field(
        default=None, description="What a yes or no question about it got on the day that it was observed."
    )
    words: tuple[str, ...] = Field(default=(), description="Words by which it can be asked for.")
    editors_only: bool = False


class LocalFact(Model):
    """What one municipality reported on one occasion."""

    id: Id
    municipality: Id
    agreement: Id
    observed: PartialDate
    status: LokStatus
    status_says: str = Field(description="The status in a sentence that bears its year.", max_length=140)
    under_way: str | None = None
    notes: tuple[LocalNote, ...] = ()
    sources: tuple[Locator, ...] = Field(min_length=1)
    owner: Owner = None
    review: Review = None


Tended = Agreement | ResponsibilityMatrix | EscalationRoute | LocalFact | Fact
"""What has an owner and a day of review."""


class LokCount(Model):
    """Counts across the county for one agreement's LÖKs."""

    id: Id
    agreement: Id
    observed: PartialDate
    yes: int = Field(ge=0)
    no: int = Field(ge=0)
    unanswered: int = Field(ge=0)
    mean_time: str | None = None
    note: str | None = None
    sources: tuple[Locator, ...] = Field(min_length=1)


# --- question cases ------------------------------------------------------------------------------


class QuestionCase(Model):
    """A question that the region wants answered so, or not at all; also read by `lotsen evaluate`."""

    id: Id
    form: str = "redaktion"
    turns: tuple[str, ...] = Field(min_length=1, description="The question, or the messages of a conversation.")
    profile: Id | None = Field(default=None, description="The municipality that the asker has chosen.")
    day: date | None = None
    expect: dict[str, Any] = Field(description="What the last reply must be, as in tests/questions.")


# --- imported documents --------------------------------------------------------------------------


class ImportedPassage(Model):
    """A piece of a document as it stands there, masked for persons; nobody has reviewed it."""

    id: Id = Field(description="Unique within the document.")
    locator: str = Field(min_length=1, description="Page, slide, sheet or heading.")
    heading: str | None = None
    text: str = Field(min_length=1, max_length=2000)


class ImportedDocument(Model):
    """A document that was imported whole. Its `source` is an entry of its own among the sources."""

    id: Id
    title: str
    status: DocumentStatus
    source: Id
    agreement: Id | None = None
    imported: PartialDate
    file: str = Field(description="The file's name as it was imported.")
    digest: str = Field(description="SHA-256 of the file.")
    passages: tuple[ImportedPassage, ...] = Field(min_length=1)


# --- law -----------------------------------------------------------------------------------------


class LawSection(Model):
    """A section as it is cited, with the time it was or is in force."""

    act: str = Field(description="'socialtjänstlagen (2001:453)'.")
    short: str = Field(description="'SoL 2001:453'.")
    section: str = Field(description="'14 kap. 1 §'.")
    valid_from: PartialDate | None = None
    valid_through: PartialDate | None = None


class LawReference(Concept):
    """A subject in law, with the sections that have governed it, oldest first."""

    subject: str
    sections: tuple[LawSection, ...] = ()
    hsl: str | None = Field(default=None, description="Section in hälso- och sjukvårdslagen, beside it.")
    says: tuple[str, ...] = ()
    unsure: bool = Field(default=False, description="True where the pairing was not checked against the law itself.")
    sources: tuple[Locator, ...] = Field(min_length=1)


# --- the region, and all of it together ----------------------------------------------------------


class Publisher(Model):
    """Who stands behind the app in Teams. Without an address of its own, Lotsen's own page is named."""

    name: str = Field(description="At most 32 characters.", max_length=32)
    website: HttpsUrl | None = Field(default=None, description="About the app and where to get help.")
    privacy: HttpsUrl | None = Field(default=None, description="How personal data is treated.")
    terms: HttpsUrl | None = Field(default=None, description="The terms of use.")


class Region(Model):
    """Names and choices of one region."""

    id: Id
    name: str = Field(description="'Dalarna'.")
    genitive: str
    county: str
    called: str | None = Field(default=None, description="What the region calls itself; null: 'Region Dalarna'.")
    main_agreement: Id = Field(description="The agreement whose matrix and routes are known.")
    support_body: Id
    country: Country | None = Field(
        default=None, description="Whose public holidays are no working days: 'SE'; null: only weekends are not."
    )
    publisher: Publisher | None = Field(default=None, description="Null: the support body, with Lotsen's own pages.")
    known_names: tuple[str, ...] = Field(
        default=(), description="Capitalised names that are no persons (products, places)."
    )

    @property
    def organisation(self) -> str:
        """What the region is called as an organisation."""
        return self.called or f"Region {self.name}"


class Knowledge(Model):
    """All that Lotsen knows about one region, checked and frozen."""

    revision: str
    region: Region
    sources: dict[str, Source]
    cues: dict[str, Cue]
    terms: dict[str, Term]
    actors: dict[str, Actor]
    workplaces: dict[str, Workplace]
    municipalities: dict[str, Place]
    bodies: dict[str, Body]
    agreements: dict[str, Agreement]
    matrices: dict[str, ResponsibilityMatrix]
    routes: dict[str, EscalationRoute]
    local: dict[str, LocalFact]
    counts: dict[str, LokCount]
    laws: dict[str, LawReference]
    facts: dict[str, Fact]
    contacts: dict[str, Contact]
    experts: dict[str, ExpertGroup]
    documents: dict[str, ImportedDocument]
    cases: dict[str, QuestionCase] = Field(default={})
    sentences: dict[str, str]
    apart: dict[str, tuple[Task, ...]] = Field(
        default={},
        description="By matrix: rows decided and not begun, and rows gone. Empty but in what `knowledge_on` returns.",
    )

    @property
    def main(self) -> Agreement:
        """The region's main agreement."""
        return self.agreements[self.region.main_agreement]

    @property
    def main_matrix(self) -> ResponsibilityMatrix | None:
        """The matrix that is meant where none is named: the main agreement's, else the first that there is."""
        main = self.region.main_agreement
        every = self.matrices.values()
        return next((matrix for matrix in every if matrix.agreement == main), next(iter(every), None))

    def matrix_with(self, tasks: Iterable[str]) -> ResponsibilityMatrix | None:
        """Return the matrix that has some rows, in force or apart; the main one where none has them."""
        wanted = set(tasks)
        for matrix in self.matrices.values() if len(self.matrices) > 1 else ():
            if any(task.id in wanted for task in (*matrix.tasks, *self.apart.get(matrix.id, ()))):
                return matrix
        return self.main_matrix
