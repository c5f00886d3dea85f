"""What a decision of 2026-11-20 that holds from 2027-07-01 makes of the answers, the day before and the day of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import pytest

from bot.compose.common import Composer
from bot.notices import notice_of, summary
from bot.ports import Profile
from bot.service import Serving
from knowledge.model import Kind, Standing
from knowledge.over_time import knowledge_on
from tests.corpus import TODAY, Asked, World, questions
from tests.invariants.rules_of_form import FORM
from tests.invariants.rules_of_substance import SUBSTANCE
from tests.later import DECIDED, FIRST, MARKS, NEW_ROW, ROK, rewritten, serving_of

DAY = timedelta(days=1)
NEAR = FIRST - timedelta(days=183)
BEFORE, AFTER = FIRST - DAY, FIRST
ROW = f"{ROK}/ansvar/"
GROUPS = ("rad", "namn", "matris", "text", "vag", "steg")
CHANGED = "Från 2027-07-01"


@pytest.fixture(scope="module")
def later(serving: Serving) -> World:
    """The real knowledge once it has been rewritten."""
    return World(serving_of(rewritten(serving.served.knowledge), serving))


# --- one question, day by day ---------------------------------------------------------------------------

ABSTINENS, LARO, NED = "Vem ansvarar för abstinensvård?", "Vem ansvarar för LARO?", "Vem ansvarar för nedtrappning?"
SKULD, TVIST = "Vem ansvarar för skuldrådgivning?", "Hur tar vi en lokal tvist vidare?"
SENTENCES = [
    (
        "The day before the decision nothing is told of it",
        *(DECIDED - DAY, ABSTINENS, ["primärvården och psykiatrin"], [CHANGED, "2026-11-20"]),
    ),
    (
        "More than six months before, the change is not yet told",
        *(NEAR - DAY, ABSTINENS, ["primärvården och psykiatrin"], [CHANGED]),
    ),
    (
        "From six months before, one line says who joins, with its source",
        *(NEAR, ABSTINENS, [f"{CHANGED} är även socialtjänsten utpekad.", "antagen text, 2026-11-20: avsnitt 4"], []),
    ),
    (
        "The day before, the old marks stand",
        *(BEFORE, "Ansvarar socialtjänsten för abstinensvård?", ["Nej", f"{CHANGED} är även socialtjänsten"], ["Ja,"]),
    ),
    (
        "On the first day the new marks stand, and nothing is said to be read in a presentation",
        *(AFTER, "Ansvarar socialtjänsten för abstinensvård?", ["Ja, socialtjänsten"], [CHANGED, "presentation"]),
    ),
    (
        "Somebody else instead is told as such",
        *(BEFORE, LARO, [f"{CHANGED} är primärvården utpekad i stället för psykiatrin."], []),
    ),
    ("Notes about the old marks go with them", AFTER, LARO, ["bara primärvården"], ["Bara psykiatrin"]),
    (
        "Somebody fewer is told as such",
        *(BEFORE, "Vem ansvarar för diagnos?", [f"{CHANGED} är primärvården inte längre utpekad."], []),
    ),
    ("A row that goes is announced", BEFORE, NED, [f"{CHANGED} finns uppgiften inte längre i tabellen."], []),
    (
        "A row that is gone says until when it was there, and whom it marked last",
        *(AFTER, NED, ["fanns i RÖK missbruk/beroende t.o.m. 2027-06-30", "Sist utpekad: psykiatrin"], [CHANGED]),
    ),
    ("A row that is not yet decided is not known", DECIDED - DAY, SKULD, ["Det vet jag inte"], [CHANGED, "2027-07-01"]),
    (
        "A row that is decided says from when it is there, and whom it will mark",
        *(DECIDED, SKULD, ["först från 2027-07-01", "Då är socialtjänsten utpekad"], ["Det vet jag inte"]),
    ),
    (
        "It is called by its other words too",
        *(BEFORE, "vem ansvarar för hjälp med skulder", ["först från 2027-07-01"], []),
    ),
    (
        "Before its first day a yes/no question about a row is open",
        *(BEFORE, "Ansvarar socialtjänsten för skuldrådgivning?", ["Osäkert. Skuldrådgivning finns"], ["Ja,", "Nej,"]),
    ),
    ("On its first day the row is as any other", AFTER, SKULD, ["bara socialtjänsten"], ["först från"]),
    (
        "A row in force and one that comes are told together",
        *(BEFORE, "Vem ansvarar för LARO och skuldrådgivning?", ["psykiatrin", "först från 2027-07-01"], []),
    ),
    (
        "What an actor does tells what it gets and loses",
        *(
            BEFORE,
            "Vad ska socialtjänsten göra?",
            ["7 av 14", f"{CHANGED} är även socialtjänsten utpekad för abst"],
            ["diag"],
        ),
    ),
    (
        "What an actor does counts the rows of the day",
        *(AFTER, "Vad ska socialtjänsten göra?", ["9 av 14", "Skuldrådgivning (ensam"], [CHANGED]),
    ),
    (
        "The whole matrix tells all that changes",
        *(BEFORE, "Visa hela matrisen", [f"{CHANGED} finns också skuldrådgivning i tabellen: socialtjänsten."], []),
    ),
    (
        "The whole matrix of the day has the rows in force",
        *(AFTER, "Visa hela matrisen", ["Skuldrådgivning: ✔", "14 uppgifter"], ["Nedtrappning", CHANGED]),
    ),
    ("What a task means tells who is marked on the day", AFTER, "Vad är LARO?", ["primärvården"], ["psykiatrin"]),
    (
        "A text to send is about the marks of the day, and says what changes",
        *(BEFORE, "Text till mejl om abstinensvård", ["primärvården och psykiatrin utpekade", CHANGED], []),
    ),
    (
        "There is no text about a row that has not begun",
        *(BEFORE, "Text till mejl om skuldrådgivning", ["först från 2027-07-01"], ["att kopiera"]),
    ),
    (
        "Somebody who was told no hears that the row is gone",
        *(AFTER, "Psykiatrin säger nej till nedtrappning", ["t.o.m. 2027-06-30", "Sist utpekad: psykiatrin"], []),
    ),
    (
        "A route that changes is announced with its steps",
        *(BEFORE, TVIST, [f"{CHANGED} ändras vägen: Tjänsteledningen", "→ Välfärdsrådet → Allmän domstol"], []),
    ),
    ("More than six months before, the route is told alone", NEAR - DAY, TVIST, ["Länschefsnätverket"], ["ändras"]),
    ("On the first day the new steps stand", AFTER, TVIST, ["Börja hos cheferna.", "2. Välfärdsrådet"], ["2. Läns"]),
    (
        "A body that was a step is no step any more",
        *(
            AFTER,
            "Vad är nästa steg efter Länschefsnätverket i en lokal tvist?",
            ["Länschefsnätverket är inget steg"],
            [],
        ),
    ),
]


@pytest.mark.parametrize(
    ("day", "question", "says", "never"),
    [pytest.param(*case, id=f"{sentence} ({case[0]})") for sentence, *case in SENTENCES],
)
def test_a_day_has_its_answer(later: World, day: date, question: str, says: list[str], never: list[str]) -> None:
    """What is said, and what is not, on one day."""
    text = later.ask(question, day).text
    assert [part for part in says if part not in text] == [], text
    assert [part for part in never if part in text] == [], text


@pytest.mark.parametrize("question", [SKULD, NED])
def test_a_row_that_is_not_in_force_is_cited_and_has_nobody(later: World, question: str) -> None:
    """The kind stays responsibility, nobody is responsible, and the fact is the row's own."""
    day, task = (BEFORE, "skuldradgivning") if question == SKULD else (AFTER, "nedtrappning")
    reply = later.ask(question, day)
    assert (reply.kind, reply.responsible) == (Kind.RESPONSIBILITY, ())
    assert reply.facts[0] == ROW + task and {citation.source for citation in reply.citations} >= {"s-ny"}


def test_every_text_is_primary_once_all_of_it_was_read(serving: Serving) -> None:
    """Without a caveat, and with every row and route read in the text itself, no answer tells of a presentation."""
    knowledge = serving.served.knowledge
    sources = {
        id_: source.model_copy(update={"standing": Standing.PRIMARY, "label": f"text {id_}", "note": None})
        for id_, source in knowledge.sources.items()
    }
    matrices = {id_: matrix.model_copy(update={"caveat": None}) for id_, matrix in knowledge.matrices.items()}
    lifted = World(serving_of(knowledge.model_copy(update={"sources": sources, "matrices": matrices}), serving))
    for text in (ABSTINENS, "Visa hela matrisen", "Vad ska psykiatrin göra?", TVIST, "Text till mejl om LARO"):
        assert "presentation" not in lifted.ask(text).text, text
    for text in ("Psykiatrin säger nej till LARO", "Text till mejl om en lokal tvist", "introduktion"):
        assert "presentation" not in lifted.ask(text).text, text


# --- every rule, on every day ---------------------------------------------------------------------------


@dataclass(frozen=True)
class OfDay(World):
    """The knowledge as it reads on a day, and questions about what changes, asked on that day."""

    day: date

    @cached_property
    def corpus(self) -> tuple[Asked, ...]:
        """The corpus' questions about the rows and the route that change, and about all of the matrix."""
        about = {*MARKS, NEW_ROW.id, "tvist-lokal"}
        chosen = (turns for turns in questions(self.knowledge) if turns.on == TODAY and turns.id.startswith(GROUPS))
        return tuple(
            asked
            for turns in chosen
            if turns.id == "matris" or about & set(turns.about)
            for asked in self._asked(replace(turns, on=self.day))
        )


@pytest.mark.parametrize("day", [DECIDED - DAY, NEAR, BEFORE, AFTER], ids=str)
def test_every_rule_holds_on_every_day(later: World, day: date) -> None:
    """Whatever changes, comes or goes: an answer about it keeps the rules that all answers keep."""
    served = replace(later.serving.served, knowledge=knowledge_on(later.knowledge, day))
    of_day = OfDay(replace(later.serving, served=served), day)
    rules = (*FORM, *SUBSTANCE)
    faults = [
        f"{rule.__name__}: {one.text} → {fault}"
        for one in of_day.corpus
        for rule in rules
        for fault in rule(one, of_day)
    ]
    assert len(of_day.corpus) > 100 and not faults, "\n".join(faults[:12])


# --- who watches the agreement --------------------------------------------------------------------------


def told(then: tuple[World, date], now: tuple[World, date]) -> list[str]:
    """Return what somebody is told on a day who was last told on another."""
    notice = notice_of(ROK, summary(ROK, composer(*then)), composer(*now))
    return list(notice.lines) if notice else []


def composer(world: World, day: date) -> Composer:
    """Return what notices are composed with on a day."""
    return Composer(world.serving.mind.on(day).knowledge, world.serving.say, day, Profile(), None)


def test_a_watcher_hears_of_a_change_when_it_is_decided(world: World, later: World) -> None:
    """At once, however far ahead it is; and nothing again until its day."""
    lines = told((world, TODAY), (later, TODAY))
    assert f"{CHANGED} är även socialtjänsten utpekad för abstinensvård." in lines
    assert f"{CHANGED} finns också skuldrådgivning i tabellen: socialtjänsten." in lines
    assert any(line.startswith(f"{CHANGED} ändras vägen för tvist på lokal nivå") for line in lines)
    assert told((later, TODAY), (later, BEFORE)) == []


def test_a_watcher_hears_when_the_day_has_come(later: World) -> None:
    """What has changed, as any other change; what was told ahead is not said to be called off."""
    lines = told((later, BEFORE), (later, AFTER))
    assert any("förut primärvård och psykiatri)" in line for line in lines)
    assert any("ny i ansvarstabellen" in line for line in lines) and not any("skulle komma" in line for line in lines)


def test_a_watcher_hears_that_a_change_is_called_off(world: World, later: World) -> None:
    """A decision that is taken out again before its day is told with how many changes go with it."""
    assert any("6 beslutade ändringar som skulle komma" in line for line in told((later, TODAY), (world, TODAY)))
