"""Questions about all of the knowledge, made from the knowledge itself, and their answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from bot.answer import Answer, Choice
from bot.evaluate import load_cases
from bot.service import Serving, answer_turns
from knowledge.facts import Citable
from knowledge.model import Agreement, Fact, Knowledge, RouteLevel, first_day, last_day

CASES = Path(__file__).parent / "questions"
TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
TWO_YEARS = timedelta(days=731)
NEW_LAW = date(2025, 7, 1)


@dataclass(frozen=True, slots=True)
class Turns:
    """A conversation to have on a day. `about` are ids that the question was made from."""

    id: str
    turns: tuple[str, ...]
    on: date = TODAY
    municipality: str | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One message, the reply to it, and what the message was made from; `first` of its conversation or not."""

    id: str
    group: str
    text: str
    on: date
    municipality: str | None
    about: tuple[str, ...]
    answer: Answer
    first: bool
    yes_no: bool


@dataclass(frozen=True)
class World:
    """The real knowledge as it is served, and every answer of the corpus."""

    serving: Serving

    @property
    def knowledge(self) -> Knowledge:
        """What is true."""
        return self.serving.served.knowledge

    @property
    def citables(self) -> dict[str, Citable]:
        """Everything that an answer can cite, by id."""
        return self.serving.served.citables

    def ask(self, text: str, on: date = TODAY, municipality: str | None = None) -> Answer:
        """Return the answer to one message, without memory."""
        return answer_turns(self.serving, [text], municipality, on)[0]

    def talk(self, *texts: str, on: date = TODAY, municipality: str | None = None) -> list[Answer]:
        """Return the answers of one conversation."""
        return answer_turns(self.serving, list(texts), municipality, on)

    @cached_property
    def corpus(self) -> tuple[Asked, ...]:
        """Every question of `questions`, answered once."""
        return tuple(asked for turns in questions(self.knowledge) for asked in self._asked(turns))

    @cached_property
    def led_to(self) -> dict[tuple[str, date, str | None], Answer]:
        """The answer to every suggestion, choice and named button in the corpus, by question, day and municipality."""
        wanted = {
            (text, asked.on, asked.municipality)
            for asked in self.corpus
            for text in (*asked.answer.suggestions, *(c.question for c in _buttons(asked.answer) if c.question))
        }
        return {key: self.ask(*key) for key in sorted(wanted, key=str)}

    def _asked(self, turns: Turns) -> Iterator[Asked]:
        replies = answer_turns(self.serving, list(turns.turns), turns.municipality, turns.on)
        for number, (text, reply) in enumerate(zip(turns.turns, replies, strict=True)):
            name = f"{turns.id}@{turns.on}" + (f"#{number + 1}" if len(turns.turns) > 1 else "")
            yes_no = self.serving.mind.read(text).yes_no
            group = turns.id.split("/")[0]
            yield Asked(name, group, text, turns.on, turns.municipality, turns.about, reply, number == 0, yes_no)


def _buttons(answer: Answer) -> tuple[Choice, ...]:
    return (*answer.choices, *answer.actions)


def questions(knowledge: Knowledge) -> Iterator[Turns]:
    """Yield every question of the corpus."""
    yield from _rows(knowledge)
    yield from _matrix(knowledge)
    yield from _messages(knowledge)
    yield from _actors(knowledge)
    yield from _routes(knowledge)
    yield from _agreements(knowledge)
    yield from _facts(knowledge)
    yield from _places(knowledge)
    yield from _cases()


def days_of(agreement: Agreement) -> list[date]:
    """Return the days on which what is known of an agreement changes, with the days beside them."""
    days: set[date] = {TODAY}
    for decision in agreement.decisions:
        days |= {decision.known_from - DAY, decision.known_from}
        if decision.valid_from:
            days |= {first_day(decision.valid_from) - DAY, first_day(decision.valid_from)}
        if decision.valid_through:
            days |= {last_day(decision.valid_through), last_day(decision.valid_through) + DAY}
    return sorted(days)


def day_known(fact: Fact) -> date | None:
    """Return a day on which a fact is known, today if it can be."""
    ends = (fact.valid_from and first_day(fact.valid_from), fact.valid_through and last_day(fact.valid_through))
    seen = fact.observed and last_day(fact.observed)
    return next((day for day in (TODAY, *ends, seen) if day and fact.known_on(day)), None)


def day_before(fact: Fact) -> date | None:
    """Return the last day on which a fact was not yet known."""
    days = [fact.valid_from and first_day(fact.valid_from), fact.observed and last_day(fact.observed)]
    return max((day for day in days if day), default=None) and max(day for day in days if day) - DAY


def _rows(knowledge: Knowledge) -> Iterator[Turns]:
    for matrix in knowledge.matrices.values():
        days = days_of(knowledge.agreements[matrix.agreement])
        for task in matrix.tasks:
            for day in days:
                yield Turns(f"rad/{task.id}", (f"Vem ansvarar för {task.phrase}?",), day, None, (task.id,))
                for actor in matrix.actors:
                    text = f"Ansvarar {knowledge.actors[actor].definite} för {task.phrase}?"
                    yield Turns(f"rad/{task.id}/{actor}", (text,), day, None, (task.id, actor))
            yield Turns(f"inte/{task.id}", (f"Vem ansvarar inte för {task.phrase}?",), TODAY, None, (task.id,))
            for actor in matrix.actors:
                text = f"Är det bara {knowledge.actors[actor].definite} som ansvarar för {task.phrase}?"
                yield Turns(f"bara/{task.id}/{actor}", (text,), TODAY, None, (task.id, actor))
            for number, text in enumerate(task.examples, 1):
                yield Turns(f"rad/{task.id}/exempel-{number}", (text,), TODAY, None, (task.id,))
            for alias in task.aliases:
                yield Turns(f"namn/{task.id}/{alias}", (f"Vem ansvarar för {alias}?",), TODAY, None, (task.id,))


def _matrix(knowledge: Knowledge) -> Iterator[Turns]:
    for matrix in knowledge.matrices.values():
        for day in days_of(knowledge.agreements[matrix.agreement]):
            for text in ("Visa hela matrisen", "vem ansvarar för allt", "Kan jag se hela ansvarstabellen?"):
                yield Turns("matris", (text,), day)


PURPOSES = ("mejl", "SIP-kallelse", "en avvikelse")


def _messages(knowledge: Knowledge) -> Iterator[Turns]:
    for matrix in knowledge.matrices.values():
        for day in days_of(knowledge.agreements[matrix.agreement]):
            for task in matrix.tasks:
                yield Turns(f"text/{task.id}", (f"Text att skicka om {task.phrase}",), day, None, (task.id,))
        for task in matrix.tasks:
            for purpose in PURPOSES:
                for about in (
                    task.phrase,
                    f"att vi inte är överens om {task.phrase}",
                    f"att vi har fått nej till {task.phrase}",
                ):
                    yield Turns(f"text/{task.id}", (f"Text till {purpose} om {about}",), TODAY, None, (task.id,))
            yield Turns(f"text/{task.id}/följd", (f"Vem ansvarar för {task.phrase}?", "text att skicka"), TODAY)
    for purpose in PURPOSES:
        for route in knowledge.routes.values():
            yield Turns(
                f"text/{route.id}", (f"Text till {purpose} om en {route.name.lower()}",), TODAY, None, (route.id,)
            )
        for text in (
            f"Text till {purpose}",
            f"Kan du skriva ett mejl om {purpose}?",
            f"Text till {purpose} om att vi har fått nej",
        ):
            yield Turns("text", (text,), TODAY)


def _actors(knowledge: Knowledge) -> Iterator[Turns]:
    days = days_of(knowledge.agreements[knowledge.region.main_agreement])
    for actor in knowledge.actors.values():
        for text in (f"Vad har {actor.definite} ansvar för?", f"Vad ska {actor.definite} göra?"):
            for day in days:
                yield Turns(f"aktor/{actor.id}", (text,), day, None, (actor.id,))
        for text in ("Vad är {} inte utpekad för?", "Vad är {} ensam om?", "{} säger nej, vad gör vi?"):
            yield Turns(f"aktor/{actor.id}/mer", (text.format(actor.definite),), TODAY, None, (actor.id,))
        for unit in actor.units:
            yield Turns(f"enhet/{unit.id}", (f"Vad är {unit.name}?",), TODAY, None, (unit.id, actor.id))


def _routes(knowledge: Knowledge) -> Iterator[Turns]:
    for route in knowledge.routes.values():
        days = days_of(knowledge.agreements[route.agreement])
        name = route.name.lower()
        how = f"Hur tar vi en {name} vidare?" if route.level is not RouteLevel.DEVIATION else f"Hur gör vi en {name}?"
        for day in days:
            yield Turns(f"vag/{route.id}", (how,), day, None, (route.id,))
            for place in ("falun", "orsa"):
                yield Turns(f"vag/{route.id}/{place}", (how,), day, place, (route.id,))
        for number, text in enumerate(route.examples, 1):
            yield Turns(f"vag/{route.id}/exempel-{number}", (text,), TODAY, None, (route.id,))
        for step in route.steps:
            called = knowledge.bodies[step.body].name if step.body else (step.aliases or (step.name,))[0]
            for text in (f"Vad är nästa steg efter {called}?", f"{name}: {called}?"):
                for day in days:
                    yield Turns(f"steg/{route.id}/{step.id}", (text,), day, None, (route.id, step.id))


def _agreements(knowledge: Knowledge) -> Iterator[Turns]:
    every = sorted({day for agreement in knowledge.agreements.values() for day in days_of(agreement)})
    for text in ("Vilka RÖK:ar finns det?", "Gäller RÖK:arna fortfarande?", "Varför förlängdes RÖK:arna?"):
        for day in every:
            yield Turns("avtal/alla", (text,), day)
    for agreement in knowledge.agreements.values():
        asked = ("Gäller {}?", "Hur länge gäller {}?", "Varför förlängdes {}?", "Vilka har antagit {}?", "Vad är {}?")
        for text in asked:
            for day in days_of(agreement):
                yield Turns(f"avtal/{agreement.id}", (text.format(agreement.short),), day, None, (agreement.id,))
        yield Turns(f"avtal/{agreement.id}/följd", (f"Gäller {agreement.short}?", "varför?", "och RÖK HVB?"), TODAY)


def _facts(knowledge: Knowledge) -> Iterator[Turns]:
    from knowledge.facts import every_fact

    for fact in every_fact(knowledge).values():
        day, before = day_known(fact), day_before(fact)
        for number, text in enumerate(fact.examples, 1):
            if day is not None:
                yield Turns(f"faktum/{fact.id}/{number}", (text,), day, None, (fact.id,))
            if before is not None and number == 1:
                yield Turns(f"före/{fact.id}", (text,), before, None, (fact.id,))
            if number == 1 and fact.law and day == TODAY:
                yield Turns(f"lag/{fact.id}", (text,), NEW_LAW - DAY, None, (fact.id,))
                yield Turns(f"lag/{fact.id}", (text,), NEW_LAW, None, (fact.id,))


PLACE_QUESTIONS = (
    "Har {} en LÖK?",
    "Vad vet du om {}?",
    "Hur samverkar {} med regionen?",
    "Hur lämnar {} avvikelser?",
    "Hur tar vi en lokal tvist i {} vidare?",
    "Vem ansvarar för LARO i {}?",
    "Vilka problem har {} haft med LÖK?",
)


def _places(knowledge: Knowledge) -> Iterator[Turns]:
    observed = {fact.municipality: last_day(fact.observed) for fact in knowledge.local.values()}
    for place in knowledge.municipalities.values():
        seen = observed.get(place.id, TODAY)
        for day in sorted({seen - DAY, seen, seen + TWO_YEARS - DAY - DAY, seen + TWO_YEARS, TODAY}):
            for text in PLACE_QUESTIONS:
                yield Turns(f"kommun/{place.id}", (text.format(place.name),), day, None, (place.id,))
        for text in ("Har vi någon LÖK?", "Vem ansvarar för abstinensvård?", "Hur tar vi en lokal tvist vidare?"):
            yield Turns(f"profil/{place.id}", (text,), TODAY, place.id, (place.id,))
        talk = (f"Har {place.name} en LÖK?", "och i Falun?", "Vem ansvarar för abstinensvård?", "och LARO?")
        yield Turns(f"samtal/{place.id}", talk, TODAY)
    for text in ("Hur många kommuner har en LÖK?", "Vilka kommuner har LÖK?", "Jämför LÖK i Falun och Mora"):
        for day in (date(2022, 1, 1), date(2023, 1, 1), date(2025, 1, 1), TODAY, date(2027, 3, 1)):
            yield Turns("länet", (text,), day)


def _cases() -> Iterable[Turns]:
    for case in load_cases(CASES):
        yield Turns(f"fall/{case.id}", case.turns, case.on, case.profile)
