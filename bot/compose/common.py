"""What all answers share: the day, terms of agreements, citations, and the order within a reply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.answer import Answer, Block, Citation, Link, Links, Local, Notice, Paragraph, Validity
from bot.ports import Profile
from bot.question import Question
from bot.sentences import Sentences, capitalised
from knowledge.model import (
    Agreement,
    Decision,
    Fact,
    Kind,
    Knowledge,
    LocalFact,
    Locator,
    ResponsibilityMatrix,
    Standing,
    Task,
    first_day,
    last_day,
)

CHANGE_AHEAD = timedelta(days=183)
OLD_OBSERVATION = timedelta(days=730)
MAX_LEAD = 140
MAX_SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Term:
    """An agreement's term as known on a day. `through` is null where the end is not documented.

    `decision` gives the term that holds on `on`; `coming` a new version that is decided and has not begun.
    """

    agreement: Agreement
    begins: date
    through: date | None
    decision: Decision
    known: tuple[Decision, ...]
    passed_over: tuple[Decision, ...]
    on: date
    coming: Decision | None = None

    @property
    def renewed(self) -> bool:
        """Whether a new version with a first day of its own has taken the place of the first."""
        return self.decision.valid_from is not None and self.decision is not self.known[0]

    @property
    def begun(self) -> bool:
        """Whether the first day has come."""
        return self.on >= self.begins

    @property
    def ended(self) -> bool:
        """Whether the last known day has passed."""
        return self.through is not None and self.on > self.through

    @property
    def uncertain(self) -> bool:
        """Whether it cannot be said that the agreement is in force."""
        return self.begun and (self.through is None or self.ended)


@dataclass(frozen=True, slots=True)
class Composer:
    """All that the composing functions need: the knowledge, its sentences, the day and the asker."""

    knowledge: Knowledge
    say: Sentences
    on: date
    profile: Profile
    municipality: str | None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    keeps_gaps: bool = False
    urgent: bool = False
    matrix_id: str | None = None

    @property
    def matrix(self) -> ResponsibilityMatrix:
        """The matrix that the answer is about: the main one, unless `matrix_id` names another."""
        matrix = self.knowledge.matrices[self.matrix_id] if self.matrix_id else self.knowledge.main_matrix
        assert matrix is not None, "no question is read as one about a matrix where there is none"
        return matrix

    # --- time ------------------------------------------------------------------------------------

    def term(self, agreement_id: str, on: date | None = None) -> Term:
        """Return an agreement's term as it was known on the composer's day, for that or another day."""
        agreement = self.knowledge.agreements[agreement_id]
        all_decisions = agreement.decisions
        begins = next(first_day(decision.valid_from) for decision in all_decisions if decision.valid_from)
        known = tuple(
            decision
            for decision in all_decisions
            if not decision.excludes and (decision.known_from <= self.on or decision is all_decisions[0])
        )
        passed_over = tuple(
            decision for decision in all_decisions if decision.excludes and decision.known_from <= self.on
        )
        day = on or self.on
        ahead = [one for one in known[1:] if one.valid_from and first_day(one.valid_from) > day]
        latest = next(one for one in reversed(known) if one not in ahead)
        through = last_day(latest.valid_through) if latest.valid_through else None
        return Term(agreement, begins, through, latest, known, passed_over, day, ahead[-1] if ahead else None)

    def validity_line(self, term: Term) -> str:
        """Return until when the agreement is in force and who extended it."""
        values = {
            "short": term.agreement.short,
            "through": term.through.isoformat() if term.through else None,
            "by": term.decision.by.split(" (")[0],
            "decided": term.decision.decided,
            "begins": term.begins.isoformat(),
            "renewed": term.decision.valid_from if term.renewed else None,
        }
        if not term.begun:
            return self.say("validity.not_begun", **values)
        if term.through is None:
            return " ".join(filter(None, (self.say("validity.no_end", **values), self._coming(term))))
        if term.ended:
            return " ".join(filter(None, (self.say("validity.ended", **values), self._coming(term))))
        extended = len(term.known) > (2 if term.coming else 1)
        line = self.say("validity.extended" if extended else "validity.first_term", **values)
        if term.coming is not None:
            line += f" {self._coming(term)}"
        elif term.through - term.on <= CHANGE_AHEAD:
            line += " " + self.say("validity.ends_soon", **values)
        return line

    def _coming(self, term: Term) -> str:
        """Return from when a new version holds, where one is decided and has not begun."""
        if term.coming is None:
            return ""
        by = term.coming.by.split(" (")[0]
        begins, through, decided = term.coming.valid_from, term.coming.valid_through, term.coming.decided
        return self.say("validity.coming", begins=begins, through=through, decided=decided, by=by)

    def agreement_notices(self, term: Term) -> tuple[Notice, ...]:
        """Return the warning that goes first where the agreement may not bind on the day."""
        if not term.begun or term.uncertain:
            return (Notice("validity", self.validity_line(term)),)
        return ()

    def validity_blocks(self, term: Term) -> tuple[Block, ...]:
        """Return the validity line, unless a notice says it already."""
        return () if self.agreement_notices(term) else (Validity(self.validity_line(term)),)

    def decision_id(self, term: Term) -> str:
        """Return the citable id of the decision that gives the term."""
        return f"{term.agreement.id}/beslut/{term.decision.id}"

    def age_note(self, observed: str) -> str:
        """Return how old an observation is, where it is older than two years."""
        years = self.age(observed)
        return self.say("local.age", years=years) if years else ""

    def check_note(self, observed: str) -> str:
        """Return a sentence that asks the reader to check an observation older than two years."""
        years = self.age(observed)
        return self.say("local.check", years=years) if years else ""

    def age(self, observed: str) -> int:
        """Return the age of an observation in years, rounded; 0 where it is two years or less."""
        days = (self.on - last_day(observed)).days
        return round(days / 365.25) if days > OLD_OBSERVATION.days else 0

    def when(self, observed: str, *others: str) -> str:
        """Return when something was said, in words: "hösten 2022"; the years where it was at several times."""
        said = dict.fromkeys(self._season(each) for each in (observed, *others))
        years = sorted({each[:4] for each in (observed, *others)})
        return next(iter(said)) if len(said) == 1 else "–".join(dict.fromkeys((years[0], years[-1])))

    def _season(self, observed: str) -> str:
        month = int(observed[5:7]) if len(observed) > 4 else None
        return self.say("word.when", year=observed[:4], month=month)

    def every(self, marked: Sequence[str]) -> str:
        """Return "alla fyra" where all columns of the matrix are marked, else nothing."""
        columns = self.matrix.actors
        return self.say("word.every", count=len(columns)) if set(columns) <= set(marked) else ""

    # --- sources ---------------------------------------------------------------------------------

    def cite(self, *groups: Iterable[Locator]) -> tuple[Citation, ...]:
        """Return the citations for some places, each once, in order."""
        cited: dict[tuple[str, str], Citation] = {}
        for locator in (locator for group in groups for locator in group):
            source = self.knowledge.sources[locator.source]
            label = source.label
            if source.note and source.note not in label:
                label = f"{label} ({source.note})"
            word = {Standing.SECONDARY: "word.secondary", Standing.HISTORIC: "word.historic"}.get(source.standing)
            if word and not any(kind in label.lower() for kind in self.say("word.standing_words").split(", ")):
                label = f"{label} ({self.say(word)})"
            key = (locator.source, locator.locator)
            cited.setdefault(
                key,
                Citation(
                    source.id, source.title, locator.locator, source.date, source.url, label, source.standing.value
                ),
            )
        return tuple(cited.values())

    def is_primary(self, places: Iterable[Locator]) -> bool:
        """Return whether all that is read in some places is read in the text or decision itself."""
        return all(self.knowledge.sources[place.source].standing is Standing.PRIMARY for place in places)

    def caveat(self, matrix: ResponsibilityMatrix, tasks: Iterable[Task]) -> tuple[Paragraph, ...]:
        """Return how a matrix is known, for the end of an answer; nothing where the rows are read in the text."""
        if matrix.caveat is None or all(self.is_primary(task.sources) for task in tasks):
            return ()
        return (Paragraph(matrix.caveat, more=True),)

    # --- law -------------------------------------------------------------------------------------

    def law_lines(self, laws: Iterable[str]) -> tuple[str, ...]:
        """Return each law reference as in force on the day, with the other section in brackets."""
        lines: list[str] = []
        for law_id in laws:
            law = self.knowledge.laws[law_id]
            in_force = [
                section
                for section in law.sections
                if (section.valid_from is None or first_day(section.valid_from) <= self.on)
                and (section.valid_through is None or last_day(section.valid_through) >= self.on)
            ]
            before = [
                section
                for section in law.sections
                if section.valid_through is not None and last_day(section.valid_through) < self.on
            ]
            if not in_force:
                continue
            now = in_force[-1]
            values = {"now": f"{now.section} {now.act}", "since": now.valid_from, "subject": capitalised(law.subject)}
            if before:
                lines.append(self.say("law.replaced", before=f"{before[-1].section} {before[-1].short}", **values))
            else:
                lines.append(self.say("law.in_force", **values))
        return tuple(lines)

    # --- municipalities --------------------------------------------------------------------------

    def place_name(self, municipality: str) -> str:
        """Return a municipality's name."""
        return self.knowledge.municipalities[municipality].name

    def observation(self, municipality: str) -> LocalFact | None:
        """Return the latest report on a municipality that was known on the day."""
        known = [
            fact
            for fact in self.knowledge.local.values()
            if fact.municipality == municipality and last_day(fact.observed) <= self.on
        ]
        return max(known, key=lambda fact: last_day(fact.observed), default=None)

    def official(self, agreement: Agreement) -> tuple[Block, ...]:
        """Return where the agreement's own text is published, or nothing where that is not known."""
        page = Link(self.say("source.official", agreement=agreement.short), agreement.url)
        return (Links((page,), more=True),) if agreement.url else ()

    def local_block(
        self, municipality: str | None, topics: tuple[str, ...]
    ) -> tuple[tuple[Local, ...], tuple[str, ...], tuple[Locator, ...]]:
        """Return what is known of a municipality on some topics, with fact ids and places in sources."""
        if municipality is None or self.urgent:  # what somebody observed years ago is no help now
            return (), (), ()
        for fact in filter(None, [self.observation(municipality)]):
            lines: list[str] = []
            ids: list[str] = []
            if "lok" in topics:
                lines.append(fact.status_says)
                ids.append(fact.id)
            for topic in topics:
                for note in fact.notes:
                    if note.topic == topic != "lok" and not note.editors_only:
                        lines.append(note.lead or note.says)
                        ids.append(f"{fact.id}/{note.topic}")
            if lines:
                heading = self.say(
                    "local.heading", name=self.place_name(municipality), age=self.age_note(fact.observed)
                )
                # The first source is the municipality's own report; others stand behind single notes.
                sources = fact.sources if "laro" in topics else fact.sources[:1]
                return (Local(heading, tuple(lines[:4])),), tuple(dict.fromkeys(ids)), sources
        return (), (), ()

    # --- the reply -------------------------------------------------------------------------------

    def decided(self, verdict: str | None, lead: str) -> str:
        """Return a first sentence that answers yes or no: by the fact's own verdict, else as unsure."""
        if lead.startswith(tuple(self.say("fact.answered").split(", "))):
            return lead
        return self.say(f"fact.{verdict or 'osakert'}", lead=lead)

    def answer(self, kind: Kind, lead: str, **fields: object) -> Answer:
        """Return an answer for the composer's day and revision."""
        return Answer(kind=kind, lead=lead, on=self.on, revision=self.knowledge.revision, **fields)  # type: ignore[arg-type]

    def suggest(self, *keys: str, **values: object) -> tuple[str, ...]:
        """Return suggested questions by their keys, without those that ask for what the region lacks."""
        found = dict.fromkeys(self.say(f"suggest.{key}", **values) for key in keys)
        return tuple(text for text in found if text)[:MAX_SUGGESTIONS]


def known(fact: Fact, on: date) -> bool:
    """Return whether a fact may be told on a day.

    A fact without `valid_through` that has begun holds; observations are told from their last day on.
    """
    return fact.known_on(on)


def shortest(matrix: ResponsibilityMatrix) -> str:
    """Return the task of a matrix that takes least room, as a phrase: an example that fits on a button."""
    return min((task.phrase for task in matrix.tasks), key=len)


def shorten(lead: str) -> str:
    """Cut a first sentence at a word so that it is at most 140 characters."""
    if len(lead) <= MAX_LEAD:
        return lead
    return lead[: MAX_LEAD - 1].rsplit(" ", 1)[0].rstrip(",;:–") + "…"


def before(kind: Kind, term: Term, question: Question, composer: Composer) -> Answer:
    """Return what is said of an agreement's contents before its first day: only when that is."""
    lead = composer.validity_line(term)
    return composer.answer(
        kind,
        shorten(composer.decided("nej" if kind is Kind.VALIDITY else None, lead) if question.yes_no else lead),
        title=term.agreement.short,
        blocks=(Paragraph(composer.say("responsibility.before", agreement=term.agreement.short)),),
        agreement=term.agreement.id,
        municipality=composer.municipality,
        citations=composer.cite(term.decision.sources),
        facts=(composer.decision_id(term),),
    )
