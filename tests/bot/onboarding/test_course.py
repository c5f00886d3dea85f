"""The introduction: for every workplace, municipality and day, short, sourced, left and resumed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.answer import Answer, Local, Paragraph
from bot.answering import finish
from bot.compose.common import MAX_LEAD, Composer
from bot.conversation import Outcome, Remembered, take_turn
from bot.onboarding.commands import Command
from bot.onboarding.course import take
from bot.onboarding.items import bank
from bot.onboarding.parts import PEOPLE, PLACE, QUIZ, ROUND, parts
from bot.onboarding.quiz import DONE
from bot.ports import Profile, Progress, Turn
from bot.render.card import VISIBLE_LIMIT, render_card
from bot.service import Lotsen, Serving, answer_turns
from knowledge.model import Kind, last_day
from tests.bot.onboarding.test_items import composer, matrix_of, with_cell, workplaces
from tests.corpus import TODAY, World, days_of
from tests.fakes import FakeState, sentences

CLINIC = "arbetsplats-vardcentral"


@dataclass
class Talk:
    """One person's conversation, remembered as the service remembers it."""

    serving: Serving
    profile: Profile = field(default_factory=Profile)
    progress: Progress = field(default_factory=Progress)
    on: date = TODAY
    outcome: Outcome | None = None
    now: datetime = datetime(2026, 11, 21, 9, tzinfo=UTC)

    def say(self, text: str, after: timedelta = timedelta(minutes=1)) -> Answer:
        self.now += after
        known = Remembered(self.outcome.memory if self.outcome else None, self.profile, self.progress)
        self.outcome = take_turn(Turn(text, self.on), known, self.serving.mind, self.serving.say, self.now)
        self.profile = self.outcome.profile or self.profile
        self.progress = self.outcome.progress or self.progress
        return self.outcome.answer

    def tap(self, label: str) -> Answer:
        """Press the button of the last reply whose label begins so, as an edge would: its question is sent."""
        assert self.outcome is not None
        found = [action for action in self.outcome.answer.actions if action.label.startswith(label)]
        assert found and found[0].question, (label, self.outcome.answer.actions)
        return self.say(found[0].question)


def replies(world: World) -> Iterator[tuple[Composer, Answer]]:
    """Yield the first question and every part, for all workplaces, municipalities and days that matter."""
    knowledge = world.knowledge
    days = days_of(knowledge.agreements[knowledge.region.main_agreement])
    seen = {last_day(fact.observed) for fact in knowledge.local.values()}
    askers = [(workplace, None, day) for workplace in workplaces(knowledge) for day in days]
    askers += [(CLINIC, place, day) for place in knowledge.municipalities for day in {*seen, TODAY, days[0], days[-1]}]
    askers += [(workplace, "falun", TODAY) for workplace in knowledge.workplaces]
    for workplace, place, day in askers:
        asks = composer(world.serving, workplace, day, place)
        yield asks, take(Command("start"), asks, Progress(), {}).answer
        for number, _ in enumerate(parts(asks), 1):
            yield asks, take(Command("part", number), asks, Progress(), {}).answer


def visible(card: Any) -> Iterator[str]:
    """Yield the texts of a card that show before anything is tapped."""
    if isinstance(card, list):
        for each in card:
            yield from visible(each)
    elif isinstance(card, dict) and card.get("isVisible") is not False:
        if card.get("type") == "TextBlock":
            yield card["text"].replace("\\", "")
        yield from visible([card.get("body", []), card.get("items", [])])


def test_every_part_is_small_talk_that_fits_a_phone(world: World) -> None:
    """Each reply cites nothing, begins within 140 characters, and shows at most 900 on the card, sources whole."""
    count = 0
    for asks, answer in replies(world):
        count += 1
        assert answer.kind is Kind.SMALLTALK and not answer.citations and not answer.facts and not answer.steps
        assert 0 < len(answer.lead) <= MAX_LEAD, answer.lead
        assert answer.municipality == asks.municipality
        card = render_card(answer, sentences().__getitem__)
        shown = [*visible(card)]
        assert sum(map(len, shown)) <= VISIBLE_LIMIT + 10, (sum(map(len, shown)), answer.lead)
        assert not any(text.endswith("…") for text in shown), shown
        assert answer.sources_line in shown or not answer.sources_line
        assert "del/" not in answer.lead and "{" not in "".join(shown)
    assert count > 800


def test_every_statement_of_a_part_has_a_source_with_its_standing(world: World) -> None:
    """A part about anything but the quiz names its sources, the presentation as a presentation, and until when."""
    for workplace in workplaces(world.knowledge):
        asks = composer(world.serving, workplace, place="falun")
        for number, part in enumerate(parts(asks), 1):
            answer = take(Command("part", number), asks, Progress(), {}).answer
            if part.id == QUIZ:
                continue
            assert answer.sources_line.startswith("Käll") and part.sources, part.id
            for source in (world.knowledge.sources[locator.source] for locator in part.sources):
                assert source.label in answer.sources_line, (part.id, source.id)
                words = ("presentation", "nyhet", "äldre version", "avskrift")
                shown = answer.sources_line.split(source.label)[1].split(";")[0]
                assert source.standing == "primary" or any(word in source.label + shown for word in words), shown
            assert part.id in (PEOPLE, PLACE) or "inte den antagna texten" in f"{answer.sources_line} {answer.blocks}"
            assert part.id == PEOPLE or "2027-06-30" in str(answer.blocks), part.id


def test_all_that_a_workplace_is_marked_for_is_told(world: World) -> None:
    """The first part tells each task of the column; one without a column is told so, and its note."""
    matrix = matrix_of(world.knowledge)
    for workplace in world.knowledge.workplaces.values():
        text = answer_of(world, Command("part", 1), workplace.id).text_
        assert "Det här har din arbetsplats ansvar för" in text
        for task in matrix.tasks:
            if workplace.actor in task.responsible:
                assert f"• {task.phrase}" in text, (workplace.id, task.id)
        if workplace.actor is None:
            assert "ingen egen kolumn" in text and (workplace.note or "") in text


@dataclass(frozen=True)
class Said:
    """An answer and its whole text."""

    answer: Answer
    text_: str


def answer_of(
    world: World, command: Command, workplace: str | None, on: date = TODAY, place: str | None = None
) -> Said:

    asks = composer(world.serving, workplace, on, place)
    answer = finish(take(command, asks, Progress(), {}).answer, asks)
    return Said(answer, answer.text)


def test_abbreviations_are_explained_where_they_first_turn_up(world: World) -> None:
    """In each part, the first RÖK, LÖK, SIP and VIP outside the names of sources has a bracket, and only the first."""
    for asks, answer in replies(world):
        blocks = [b for b in answer.blocks if not (isinstance(b, Paragraph) and b.text.startswith("Ställen"))]
        text = "\n".join([*(notice.text for notice in answer.notices), answer.lead, *map(str, blocks)])
        for short in ("RÖK", "LÖK", "SIP", "VIP"):
            found = re.search(rf"(?<!\w){short}(?![\w-])(.{{0,60}})", text)
            if found:
                assert re.match(r"[^()]{0,40}\(", found.group(1)), (short, found.group(), asks.profile)
        assert text.count("regional samverkansöverenskommelse") <= 1


def test_old_observations_are_background(world: World) -> None:
    """What was reported more than two years ago says its age and to check it; it is no step, and not in the quiz."""
    knowledge = world.knowledge
    for place in knowledge.municipalities:
        said = answer_of(world, Command("part", 3), CLINIC, place=place)
        assert "år gammalt – kontrollera" in said.answer.lead and "bakgrund" in said.text_
        assert any(isinstance(block, Local) for block in said.answer.blocks)
    reported = {note.says for fact in knowledge.local.values() for note in fact.notes}
    for item in bank(composer(world.serving, CLINIC, place="falun")):
        assert not reported & {*item.because, *(option.text for option in item.options)}
        assert not any(locator.source == "s2" for locator in item.sources)


def test_what_was_not_known_then_is_not_told(world: World) -> None:
    """On a day before a municipality's report the part says so, and tells nothing of it."""
    fact = next(fact for fact in world.knowledge.local.values() if fact.municipality == "falun")
    said = answer_of(world, Command("part", 3), CLINIC, date(2022, 1, 1), "falun")
    assert fact.status_says not in said.text_ and "inga uppgifter" in said.answer.lead


@pytest.mark.parametrize(("on", "says"), [(date(2020, 1, 1), "börjar gälla först"), (date(2028, 1, 1), "Osäkert")])
def test_an_agreement_out_of_force_comes_first(world: World, on: date, says: str) -> None:
    """Before the first day and after the last, everything in the introduction and the quiz begins with that."""
    for command in (Command("start"), Command("part", 1), Command("part", 3), Command("quiz")):
        for workplace in (None, CLINIC):
            text = answer_of(world, command, workplace, on).text_
            assert text.startswith("Osäkert") or says in text.splitlines()[0], text
    before = answer_of(world, Command("part", 1), CLINIC, date(2020, 1, 1))
    assert "•" not in before.text_ and not bank(composer(world.serving, CLINIC, date(2020, 1, 1)))


@pytest.mark.parametrize("missing", ["matrices", "routes", "contacts", "municipalities", "all"])
def test_another_region_may_lack_anything(world: World, missing: str) -> None:
    """Without a matrix, routes, contacts or municipalities the parts about them are left out, and nothing fails."""
    names = ["matrices", "routes", "contacts", "municipalities"]
    lacks = {name: {} for name in (names if missing == "all" else [missing])}
    asks = composer(world.serving, CLINIC)
    asks = replace(asks, knowledge=world.knowledge.model_copy(update=lacks))
    every = parts(asks)
    assert len(every) == {"all": 0}.get(missing, 4)
    for what in ("start", "resume", "on", "quiz", "next", "answer"):
        assert take(Command(what, code="BCDFG"), asks, Progress(), {}).answer.lead
    for number in range(7):
        assert take(Command("part", number), asks, Progress(), {}).answer.lead


# --- a person's way through it -----------------------------------------------------------------------


def test_the_workplace_is_asked_for_first_and_may_be_left_out(serving: Serving) -> None:
    """Without a profile "Introduktion" asks for it and offers the form; one tap goes on without."""
    talk = Talk(serving)
    first = talk.say("Introduktion")
    assert first.form == "profile" and "ingen chef" in first.text
    assert "del 1 av 5" in talk.tap("Börja utan").text.lower()
    assert "Välj arbetsplats" in talk.outcome.answer.text if talk.outcome else False


def test_a_municipality_may_be_typed_instead(serving: Serving) -> None:
    """Where the introduction has asked, "Falun" alone is saved as the municipality."""
    talk = Talk(serving)
    talk.say("Introduktion")
    talk.say("Falun")
    assert talk.profile.municipality == "falun"


@pytest.mark.parametrize("on_words", ["nästa", "Nästa del", "fortsätt", None])
def test_it_goes_from_part_to_part_to_the_quiz_and_the_end(serving: Serving, on_words: str | None) -> None:
    """Tapping or typing "nästa" goes through all five parts, then a round of the quiz, and ends."""
    talk = Talk(serving, Profile("falun", CLINIC))
    talk.say("Introduktion")
    for number in range(2, 6):
        answer = talk.say(on_words) if on_words else talk.tap("Nästa")
        assert f"Del {number} av 5" in answer.text
    answer = talk.say(on_words) if on_words else talk.tap("Starta")
    for number in range(1, ROUND + 1):
        assert f"Fråga {number} av {ROUND}" in answer.text
        answer = talk.say("A")
        assert answer.lead.startswith(("Rätt", "Inte rätt"))
        if number < ROUND:
            answer = talk.say(on_words) if on_words else talk.tap("Nästa")
    assert "Omgången är klar" in answer.text and talk.progress.part == DONE
    assert "Du har gått introduktionen" in talk.say("Introduktion").lead


def test_it_can_be_left_and_resumed(serving: Serving) -> None:
    """Days later "Introduktion" offers to go on, and both the button and the words do so where one was."""
    talk = Talk(serving, Profile("falun", CLINIC))
    talk.say("Introduktion")
    talk.say("nästa")
    assert talk.say("Vem ansvarar för LARO?").responsible == ("psykiatri",)
    later = talk.say("Introduktion", timedelta(days=3))
    assert "del 3 av 5" in later.lead
    assert "Del 3 av 5" in talk.tap("Fortsätt").text
    assert "Del 4 av 5" in talk.say("fortsätt introduktionen", timedelta(days=3)).text
    assert "Del 1 av 5" in talk.say("Introduktion del 1").text


def test_a_finished_one_says_what_has_changed_since(world: World) -> None:
    """After the end, a changed cell is told as a part to read again and as quiz questions; nothing else is."""
    asks = composer(world.serving, CLINIC, place="falun")
    progress = Progress(right={item.id: item.digest for item in bank(asks)})
    for number in range(1, 6):
        progress = take(Command("part", number), asks, progress, {}).progress
    progress = replace(progress, part=DONE)
    same = take(Command("start"), asks, progress, {}).answer
    assert "Inget har ändrats" in same.lead and [action.label for action in same.actions] == ["Börja om från början"]
    other = replace(asks, knowledge=with_cell(world.knowledge, "laro", "primarvard"))
    news = take(Command("start"), other, progress, {}).answer
    assert "något har ändrats" in news.lead
    assert [action.question for action in news.actions] == ["Introduktion del 1", "Quiz", "Introduktion del 1"]
    asked = take(Command("quiz"), other, progress, {})
    assert "(LARO)" in asked.answer.lead and len(asked.frame["plan"]) == 1


def test_only_what_was_missed_is_asked_again(serving: Serving) -> None:
    """Rounds of six never repeat what was right; what was missed comes first in the next; all right ends the quiz."""
    talk = Talk(serving, Profile("falun", CLINIC))
    items = {item.code: item for item in bank(composer(serving, CLINIC, place="falun"))}
    asked: list[str] = []
    missed = ""
    talk.say("Quiz")
    for _ in range(3 * len(items)):
        assert talk.outcome is not None
        code = talk.outcome.memory.frame["lesson"].get("item")
        if code is None:
            break
        item = items[code]
        wrong = not missed
        missed = missed or item.id
        assert item.id not in asked or (item.id == missed and asked.count(item.id) == 1)
        if len(asked) == ROUND:
            assert item.id == missed
        asked.append(item.id)
        number = (item.right + 1) % len(item.options) if wrong else item.right
        talk.say("ABCD"[number])
        actions = talk.outcome.answer.actions
        talk.tap("Nästa" if actions[0].label == "Nästa fråga" else actions[0].label)
    assert {*asked} == {item.id for item in items.values()} and len(asked) == len(items) + 1
    assert "alla" in talk.say("Quiz").lead and not talk.progress.missed


def test_a_round_asks_six_about_different_things_and_own_first(world: World) -> None:
    """A first round has five to eight questions, each about its own row or step, most of them about the workplace."""
    for workplace in world.knowledge.workplaces.values():
        asks = composer(world.serving, workplace.id)
        plan = take(Command("quiz"), asks, Progress(), {}).frame["plan"]
        items = [next(item for item in bank(asks) if item.id == id_) for id_ in plan]
        assert 5 <= len(items) <= 8 and len({item.subject for item in items}) == len(items)
        if workplace.actor:
            assert sum(item.own for item in items) >= 3, workplace.id


def test_one_answer_counts_once_in_a_round(serving: Serving) -> None:
    """Tapping another option of the same question afterwards explains it again and changes nothing."""
    talk = Talk(serving, Profile("falun", CLINIC))
    first = talk.say("Quiz")
    item = next(i for i in bank(composer(serving, CLINIC, place="falun")) if i.code in str(first.actions))
    wrong, right = (first.actions[n].question or "" for n in ((item.right + 1) % len(item.options), item.right))
    talk.say(wrong)
    again = talk.say(right)
    assert talk.progress.missed == (item.id,) and again.lead.startswith("Rätt")


def test_the_quiz_alone_does_not_finish_the_introduction(serving: Serving) -> None:
    """Who only takes a round has not gone through the introduction."""
    talk = Talk(serving, Profile("falun", CLINIC))
    talk.say("Quiz")
    for _ in range(ROUND):
        talk.say("A")
        talk.say("nästa")
    assert talk.progress.part == ""


# --- buttons alone, and what people type -------------------------------------------------------------


def test_every_button_works_alone(world: World) -> None:
    """Each text on a button is understood without memory and without progress, and none is unknown."""
    texts: set[tuple[str, str]] = set()
    for asks, answer in replies(world):
        if asks.on == TODAY and asks.municipality in (None, "falun"):
            texts |= {(action.question or "", "action") for action in answer.actions}
            texts |= {(question, "") for question in answer.suggestions}
    said = take(Command("quiz"), composer(world.serving), Progress(), {})
    texts |= {(action.question or "", "action") for action in said.answer.actions}
    for item in bank(composer(world.serving)):
        texts |= {(f"Svar {letter} på quizfråga {item.code}", "mark") for letter in "AB"}
        texts.add((f"Nästa quizfråga efter {item.code}", "action"))
    for text, sort in sorted(texts):
        kind = world.ask(text).kind
        assert kind is Kind.SMALLTALK if sort else kind is not Kind.UNKNOWN, (text, kind)
        if sort == "mark":
            assert world.ask(text).lead.startswith(("Rätt", "Inte rätt")), text


def test_without_memory_the_quiz_walks_through_all(world: World) -> None:
    """From "Quiz", the button under each answer leads on to every question once, and then to the end."""
    text, codes = "Quiz", []
    for _ in range(100):
        answer = world.ask(text)
        found = re.findall(r"quizfråga ([A-Z]{5})", str(answer.actions))
        if not found:
            break
        codes.append(found[0])
        text = world.ask(f"Svar A på quizfråga {found[0]}").actions[0].question or ""
        if "efter" not in text:
            break
    assert len(codes) == len({*codes}) == len(bank(composer(world.serving)))


@pytest.mark.parametrize(
    "text",
    ["introduktion", "Introduktionen", "starta introduktion", "introduktion del 3", "introduktion del tre",
     "Fortsätt introduktionen", "jag vill göra introduktionen", "visa introduktionen från början", "intro",
     "introduktion i Falun", "quiz", "Quizet", "kör quiz", "testa mig", "nästa quizfråga", "Quiz: nästa", "hej quiz"],
)  # fmt: skip
def test_it_is_asked_for_in_many_ways(world: World, text: str) -> None:
    """What people write to begin, go on or be quizzed is understood."""
    assert world.ask(text).lead in {
        world.ask(plain).lead for plain in ("Introduktion", "Introduktion del 1", "Introduktion del 3", "Quiz")
    }


@pytest.mark.parametrize(
    "text",
    ["Vem ansvarar för LARO?", "Vem ansvarar för introduktionen på LSS?", "nästa steg", "vad är nästa steg?", "b",
     "nästa", "Vad säger introduktionsutbildningen om parkering?", "del 2", "Vem är chef?"],
)  # fmt: skip
def test_other_questions_are_left_alone(serving: Serving, text: str) -> None:
    """What only resembles a command, or means one in the middle of it, is an ordinary message elsewhere."""
    talk = Talk(serving, Profile("falun", CLINIC))
    talk.say(text)
    assert talk.outcome is not None and talk.outcome.progress is None


@pytest.mark.parametrize("typed", ["{}", "{})", "svar {}", "jag tror {}", "{} tack", "alternativ {}"])
@pytest.mark.parametrize("as_number", [False, True])
def test_an_option_is_picked_by_letter_or_number(serving: Serving, typed: str, as_number: bool) -> None:
    """In the quiz, "b", "svar b" or "2" answers; so does the option's own text."""
    for number in range(2):
        talk = Talk(serving, Profile("falun", CLINIC))
        talk.say("Quiz")
        talk.say(typed.format(number + 1 if as_number else "ab"[number]))
        assert talk.outcome is not None and talk.outcome.answer.lead.startswith(("Rätt", "Inte rätt"))
        assert len(talk.progress.missed) + len(talk.progress.right) == 1
    talk = Talk(serving, Profile("falun", CLINIC))
    first = talk.say("Quiz")
    item = next(i for i in bank(composer(serving, CLINIC, place="falun")) if i.code in str(first.actions))
    assert talk.say(item.options[item.right].text).lead.startswith("Rätt")


def test_a_question_in_the_middle_is_answered(serving: Serving) -> None:
    """The quiz does not swallow real questions, nor danger."""
    talk = Talk(serving, Profile("falun", CLINIC))
    talk.say("Quiz")
    assert talk.say("Vem ansvarar för abstinensvård?").kind is Kind.RESPONSIBILITY
    talk.say("Quiz")
    assert talk.say("Patienten andas inte!").kind is Kind.URGENT


def test_a_stale_button_asks_anew(world: World) -> None:
    """A code that no item has any more says so, and asks a question of today."""
    answer = world.ask("Svar B på quizfråga BBBBB")
    assert "har ändrats" in answer.text and answer.actions


# --- what is kept --------------------------------------------------------------------------------------


class CountingState(FakeState):
    """Counts how often progress is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.reads: list[str] = []

    async def progress(self, person: str) -> Progress | None:
        self.reads.append(person)
        return await super().progress(person)


@pytest.mark.asyncio
@pytest.mark.parametrize(("conversation", "person", "owner"), [("c", "p", "p"), ("c", None, "c"), (None, None, None)])
async def test_progress_is_kept_for_the_person_else_the_conversation(
    serving: Serving, conversation: str | None, person: str | None, owner: str | None
) -> None:
    """Only lessons read and save it; it goes when the person's data are erased."""
    state = CountingState()
    lotsen = Lotsen(serving, state)

    async def ask(text: str) -> Answer:
        return await lotsen.ask(Turn(text, TODAY, conversation, person))

    await ask("Vem ansvarar för LARO?")
    assert not state.reads
    await ask("Introduktion del 2")
    assert state.reads == ([owner] if owner else [])
    assert {key: progress.part for key, progress in state.steps.items()} == ({owner: PLACE} if owner else {})
    assert (await ask("Fortsätt introduktionen")).text.count("Del 3 av 5") == (1 if owner else 0)
    await ask("radera mina uppgifter")
    assert not state.steps


def test_a_line_of_jsonl_is_a_conversation_with_progress(serving: Serving) -> None:
    """`--jsonl` keeps how far one has come within the line, and nothing from one line to the next."""
    told = answer_turns(serving, ["Introduktion del 2", "Vem ansvarar för LARO?", "Introduktion"], None, TODAY)
    assert "del 3 av 5" in told[2].lead
    assert "var arbetar du" in answer_turns(serving, ["Introduktion"], None, TODAY)[0].lead


def test_there_is_no_lesson_where_others_listen(world: World) -> None:
    """In a group the introduction and the quiz only say where they are to be had, and progress is left alone."""
    for text in ("Introduktion", "Quiz", "Introduktion del 2"):
        known = Remembered(progress=Progress("kontakt"))
        turn = Turn(text, TODAY, shared=True)
        outcome = take_turn(turn, known, world.serving.mind, world.serving.say, datetime(2026, 11, 21, tzinfo=UTC))
        assert outcome.progress is None
        assert "egen chatt" in outcome.answer.lead
        assert outcome.answer.actions == ()


def test_a_round_goes_on_after_a_question_in_between(world: World) -> None:
    """Left for an ordinary question, "quiz" comes back to the next question of the round, not to a new round."""
    talk = Talk(world.serving)
    first = talk.say("Quiz").lead
    talk.say("b")
    assert talk.say("Vad är SIP?").kind is Kind.DEFINITION
    second = talk.say("quiz")
    assert second.lead != first and "Fråga 2 av" in second.text
    assert talk.say("E").lead == second.lead  # there is no such letter
    third = talk.say("vet inte")
    assert "Fråga 3 av" in third.text


def test_after_a_round_comes_another(world: World) -> None:
    """ "Nästa" after the last question of a round is the first of the next."""
    talk = Talk(world.serving)
    talk.say("Quiz")
    for _ in range(ROUND - 1):
        talk.say("a")
        talk.say("nästa")
    talk.say("a")
    assert f"Fråga 1 av {ROUND}" in talk.say("nästa").text
