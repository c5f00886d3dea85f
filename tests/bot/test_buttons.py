"""Named buttons, the whole matrix and texts to send: what they hold, and for whom."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.answer import Answer, Bullets, Draft, Links, Steps, TaskRows
from bot.conversation import Remembered, take_turn
from bot.ports import Profile, Turn
from knowledge.model import Kind
from tests.corpus import TODAY, World

NOW = datetime(2000, 1, 1, tzinfo=UTC)


def ask(world: World, text: str, workplace: str | None = None, municipality: str | None = None) -> Answer:
    """Return the answer to somebody with a profile."""
    remembered = Remembered(None, Profile(municipality, workplace))
    return take_turn(Turn(text, TODAY), remembered, world.serving.mind, world.serving.say, NOW, True).answer


def labels(answer: Answer) -> list[str]:
    """Return what stands on the named buttons."""
    return [button.label for button in answer.actions]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Vem ansvarar för abstinensvård?", ["Visa hela matrisen", "Om ni inte är överens", "Text att skicka"]),
        ("Vad ska psykiatrin göra?", ["Visa hela matrisen", "Om ni inte är överens"]),
        ("Vi har fått nej från psykiatrin, vad gör vi?", ["Om ni inte är överens", "Text att skicka"]),
        ("Hur tar vi en lokal tvist vidare?", ["Text att skicka"]),
        ("Hur skriver jag en avvikelse?", ["Text att skicka"]),
        ("Gäller RÖK missbruk?", []),
    ],
)
def test_each_kind_of_answer_has_its_buttons(text: str, named: list[str], world: World) -> None:
    """Responsibility, refusal and route each have the named buttons that help there."""
    assert labels(world.ask(text)) == named


def test_the_dispute_route_is_that_of_the_askers_municipality(world: World) -> None:
    """The button asks a question that stands by itself: it names the municipality."""
    answer = ask(world, "Vem ansvarar för LARO?", municipality="falun")
    question = {button.label: button.question for button in answer.actions}["Om ni inte är överens"]
    assert question == "Hur tar vi en lokal tvist i Falun vidare?"


def test_the_whole_matrix_has_every_task_and_every_actor(world: World) -> None:
    """Each task is told once, and each actor once in its row, as marked or not."""
    matrix = next(iter(world.knowledge.matrices.values()))
    rows = [
        row for block in world.ask("Visa hela matrisen").blocks if isinstance(block, TaskRows) for row in block.rows
    ]
    assert sorted(row.task for row in rows) == sorted(task.id for task in matrix.tasks)
    marked = {task.id: task.responsible for task in matrix.tasks}
    for row in rows:
        for actor in matrix.actors:
            name = world.knowledge.actors[actor].name
            assert (name in row.marked, name in row.unmarked) == (
                actor in marked[row.task],
                actor not in marked[row.task],
            )


def test_the_matrix_begins_with_the_askers_own_column(world: World) -> None:
    """What my column is marked for comes first, and my actor first in each of those rows."""
    answer = ask(world, "Visa hela matrisen", workplace="arbetsplats-socialtjanst")
    mine, others = (block for block in answer.blocks if isinstance(block, TaskRows))
    assert mine.heading.startswith("Socialtjänst, din kolumn: ansvar")
    assert all(row.own and row.marked.startswith("✔ ansvar: Socialtjänst") for row in mine.rows)
    assert not any(row.own for row in others.rows)


@pytest.mark.parametrize("purpose", ["mejl", "SIP-kallelse", "en avvikelse"])
def test_a_text_says_what_is_asked_for_and_from_where(purpose: str, world: World) -> None:
    """The three sentences differ by purpose in what they ask for, not in what the agreement says."""
    [draft] = [b for b in world.ask(f"Text till {purpose} om abstinensvård").blocks if isinstance(b, Draft)]
    says, asks, source = draft.lines
    assert says == "Enligt RÖK missbruk/beroende är primärvården och psykiatrin utpekade för abstinensvård."
    assert "[" in asks
    assert "2021-02-19" in source and "2026-11-21" in source and "2027-06-30" in source


def test_a_text_carries_nothing_of_what_was_written(world: World) -> None:
    """Numbers of the question never stand in the text to send."""
    answer = world.ask("Skriv ett mejl om abstinensvård för patienten 19900101-2385")
    [draft] = [block for block in answer.blocks if isinstance(block, Draft)]
    assert answer.privacy_warning
    assert "1990" not in answer.text and "personnummer]" not in " ".join(draft.lines)


def test_after_its_last_day_a_text_says_that_the_agreement_may_not_hold(world: World) -> None:
    """A text never claims that an agreement is in force which has run out."""
    answer = world.ask("Text att skicka om abstinensvård", on=date(2027, 7, 1))
    [draft] = [block for block in answer.blocks if isinstance(block, Draft)]
    assert "kan ha slutat gälla" in draft.lines[-1]
    assert answer.notices


def test_a_bare_wish_for_a_text_is_asked_back_and_each_choice_leads_to_one(world: World) -> None:
    """Without a subject the purpose is asked for; each choice gives a text of its own."""
    asked = world.ask("Text att skicka")
    assert asked.kind is Kind.CLARIFY
    drafts = [
        [block for block in world.ask(choice.question).blocks if isinstance(block, Draft)]
        for choice in asked.choices
        if choice.question
    ]
    assert len({draft[0].heading for draft in drafts}) == len(drafts) == 3


def test_a_route_tells_what_to_do_now_and_who_sits_next(world: World) -> None:
    """You, then who takes it on, then the next table and how often it meets; what the sources lack is said."""
    blocks = world.ask("Hur tar vi en lokal tvist vidare?").blocks
    [steps] = [b for b in blocks if isinstance(b, Steps)]
    assert steps.first.startswith("Du: ")
    [now, *_] = [b for b in blocks if isinstance(b, Bullets)]
    moves, then, *rest = now.items
    assert moves.startswith("Vem gör det: Närmaste chef")
    assert "Länschefsnätverket" in then and "sex gånger per år" in then
    assert any(line.startswith("Dokumentation: ") for line in rest)
    assert rest[-1].startswith("Står inte i källorna: ")


def test_who_gets_no_answer_is_told_where_to_turn(world: World) -> None:
    """An unknown answer names the asker's municipality and the supporting body, with its public page."""
    answer = ask(world, "Vem betalar tillnyktring?", municipality="falun")
    [links] = [block for block in answer.blocks if isinstance(block, Links)]
    assert [one.label.split(" (")[0] for one in links.items] == ["Socialförvaltningen i Falun", "RSS Dalarna"]
    assert links.items[-1].url and links.items[-1].url in answer.text
    assert answer.citations == ()
