"""The pages where an unanswered question, or an expert's answer, becomes part of the knowledge by one choice."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol

from bot.editor.desk import Desk, plain
from bot.editor.forms import SourceGiven
from bot.editor.item import DROPPED, BenchError
from bot.editor.mending import FactGiven, Spot, example_spots, new_cases, new_example, new_fact, new_word, word_spots
from bot.editor.pages.all import Address
from bot.editor.pages.working import on_the_way, start_trial
from bot.editor.visit import Page, Reply, Visit, is_day
from bot.gap_groups import Near
from bot.upkeep import Overview
from knowledge.editing import Edit
from knowledge.model import Knowledge, Standing

LIST = "/redaktor/fragor"
CHOICES = ("ord", "exempel", "fall", "utkast")
NO_ANSWER = "inget"
FIELDS = {
    "no_concept": "begrepp",
    "no_word": "ord",
    "no_fact": "faktum",
    "no_question": "fragan",
    "hidden_word": "fragan",
    "no_lead": "mening",
    "long_lead": "mening",
    "no_about": "nytt",
    "no_source": "kalltitel",
    "no_locator": "stalle",
}
"""The field beside which a fault is told."""


class Keeps(Protocol):
    """What these pages use of the upkeep; see `bot.upkeep.Upkeep`."""

    async def overview(self, on: Any) -> Overview:
        """Return all that there is to look at on a day."""
        ...

    async def settle(self, gaps: Any, answers: Any, became: str) -> None:
        """Take questions and experts' answers off the list."""
        ...

    async def put_back(self, became: Any) -> None:
        """Put back what was settled by pieces of work that came to nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is about: some questions that ask the same, and perhaps an expert's answer to them.

    `ids` are those of the kept questions, `concepts` what they mean, `strange` the words that mean nothing.
    """

    path: str
    questions: tuple[str, ...]
    concepts: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    nearest: tuple[Near, ...] = ()
    ids: tuple[str, ...] = ()
    answer: str = ""
    answer_ids: tuple[str, ...] = ()
    count: int = 1


def question_pages(desk: Desk, keeps: Keeps) -> tuple[Address, ...]:
    """Return the pages of unanswered questions."""
    pages = Questions(desk, keeps)
    return (
        Address("GET", LIST, pages.listed),
        Address("GET", LIST + "/svar/{svar}", pages.show),
        Address("POST", LIST + "/svar/{svar}", pages.take),
        Address("GET", LIST + "/{fraga}", pages.show),
        Address("POST", LIST + "/{fraga}", pages.take),
    )


class Questions:
    """The list of questions, and the forms of one."""

    def __init__(self, desk: Desk, keeps: Keeps) -> None:
        self._desk = desk
        self._keeps = keeps

    async def listed(self, visit: Visit) -> Reply:
        """Show what was asked in vain, and what experts have answered."""
        found = await self._overview(visit)
        return self._desk.page(visit, "questions", found=found, done=visit.asked("klart") == "ja")

    async def show(self, visit: Visit) -> Reply:
        """Show one question: what can be made of it, or the form of what was chosen."""
        subject = await self._subject(visit)
        choice = visit.asked("val")
        return await asyncio.to_thread(self._page, visit, subject, choice if choice in CHOICES else "", {}, {})

    async def take(self, visit: Visit) -> Reply:
        """Put what was chosen on the bench, try it out, and take the question off the list."""
        subject = await self._subject(visit)
        choice = visit.said("val")
        if choice not in CHOICES:
            raise BenchError("no_choice")
        errors = self._errors(visit, choice)
        if errors:
            return await asyncio.to_thread(self._page, visit, subject, choice, plain(visit.fields), errors)
        try:
            edits = await asyncio.to_thread(self._edits, visit, subject, choice)
        except BenchError as exc:
            if exc.code not in FIELDS:
                raise
            told = {FIELDS[exc.code]: self._desk.shell.say(f"editor.error.{exc.code}", **exc.values)}
            return await asyncio.to_thread(self._page, visit, subject, choice, plain(visit.fields), told)
        asked = _written(visit, subject)
        title = self._desk.shell.say(f"editor.question.item.{choice}", question=asked[0])[:120]
        # What is to have no answer is not tried for one.
        wanted = () if choice == "fall" and visit.said("faktum") == NO_ANSWER else asked
        item = await asyncio.to_thread(self._desk.bench.begin, title, edits, visit.who, visit.now, asked=wanted)
        await self._keeps.settle(subject.ids, subject.answer_ids, item.id)
        return await asyncio.to_thread(lambda: on_the_way(start_trial(self._desk, item, visit)))

    def _edits(self, visit: Visit, subject: Subject, choice: str) -> list[Edit]:
        bench = self._desk.bench
        knowledge = bench.knowledge()
        asked = _written(visit, subject)
        match choice:
            case "ord":
                return new_word(knowledge, bench.is_own, visit.said("ord"), visit.said("begrepp"))
            case "exempel":
                return new_example(knowledge, bench.is_own, asked, visit.said("faktum"))
            case "fall":
                fact = visit.said("faktum")
                return new_cases(knowledge, asked, None if fact == NO_ANSWER else fact)
        return new_fact(knowledge, asked, _fact(visit))

    def _errors(self, visit: Visit, choice: str) -> dict[str, str]:
        say = self._desk.shell.say
        needed = ("galler",) if choice == "utkast" else ()
        errors = {}
        for name in (*needed, *(("kalladag",) if choice == "utkast" and visit.said("kalladag") else ())):
            if not visit.said(name):
                errors[name] = say("editor.error.no_day")
            elif not is_day(visit.said(name)):
                errors[name] = say("editor.error.bad_day")
        return errors

    async def _overview(self, visit: Visit) -> Overview:
        items = await asyncio.to_thread(lambda: list(self._desk.bench.items))
        await self._keeps.put_back([item.id for item in items if item.state == DROPPED])
        return await self._keeps.overview(visit.today)

    async def _subject(self, visit: Visit) -> Subject:
        found = await self._overview(visit)
        if "svar" in visit.place:
            answers = (one for one in found.answers if one.id == visit.place["svar"])
            if (answer := next(answers, None)) is None:
                raise BenchError("question_gone")
            path = f"{LIST}/svar/{answer.id}"
            return Subject(path, (answer.question,), answer=answer.answer or "", answer_ids=(answer.id,))
        groups = (one for one in found.groups if visit.place["fraga"] in {one.id, *(gap.id for gap in one.gaps)})
        if (group := next(groups, None)) is None:
            raise BenchError("question_gone")
        return Subject(
            f"{LIST}/{group.id}",
            tuple(gap.question for gap in group.gaps),
            group.concepts,
            group.strange,
            group.nearest,
            tuple(gap.id for gap in group.gaps),
            count=group.count,
        )

    def _page(
        self, visit: Visit, subject: Subject, choice: str, values: dict[str, str], errors: dict[str, str]
    ) -> Page:
        knowledge = self._desk.bench.knowledge()
        concepts, examples = word_spots(knowledge), example_spots(knowledge)
        return self._desk.page(
            visit,
            "question",
            400 if errors else 200,
            subject=subject,
            choice=choice,
            choices=CHOICES,
            concepts=_named(concepts),
            meant=[(id_, concepts[id_].name) for id_ in dict.fromkeys(subject.concepts) if id_ in concepts],
            near=[(one.id, examples[one.id].name) for one in subject.nearest if one.id in examples],
            facts=_named(examples) if choice in ("exempel", "fall") else [],
            sources=_sources(knowledge),
            standings=[str(standing) for standing in Standing],
            values={**_first(subject), **values},
            ticked=visit.all("om") if errors else subject.concepts,
            errors=errors,
        )


def _named(spots: dict[str, Spot]) -> list[tuple[str, str]]:
    return sorted(((id_, spot.name) for id_, spot in spots.items()), key=lambda one: one[1].casefold())


def _sources(knowledge: Knowledge) -> list[Any]:
    return sorted(knowledge.sources.values(), key=lambda source: source.label.casefold())


def _first(subject: Subject) -> dict[str, str]:
    """Return what the forms hold before anybody has written in them."""
    word = subject.strange[0] if subject.strange else ""
    lead = subject.answer.partition("\n")[0]
    return {"fragan": "\n".join(subject.questions), "ord": word, "mening": lead, "mer": subject.answer, "nytt": ""}


def _written(visit: Visit, subject: Subject) -> tuple[str, ...]:
    """Return the questions as an editor has left them in the form, one a line."""
    lines = tuple(line.strip() for line in visit.said("fragan").splitlines() if line.strip())
    return lines or subject.questions


def _fact(visit: Visit) -> FactGiven:
    standing = visit.said("rang")
    return FactGiven(
        lead=visit.said("mening"),
        details=tuple(line.strip() for line in visit.said("mer").splitlines()),
        about=visit.all("om"),
        word=visit.said("nytt"),
        valid_from=visit.said("galler"),
        source=SourceGiven(
            locator=visit.said("stalle"),
            id=visit.said("kalla"),
            title=visit.said("kalltitel"),
            date=visit.said("kalladag") or None,
            standing=Standing(standing) if standing in set(Standing) else Standing.PRIMARY,
        ),
    )
