"""Everything in the knowledge is reached by a question for it, and nothing is reached too early."""

from __future__ import annotations

import itertools
import json
from datetime import date

from knowledge.model import Kind, first_day
from tests.corpus import CASES, DAY, TODAY, Asked, World
from tests.known_failures import compare

MAIN = "rok-missbruk"


def test_every_name_of_a_task_leads_to_its_row(world: World) -> None:
    """ "Vem ansvarar för X?" names those that the matrix marks, whatever the task is called."""
    astray = [
        f"{asked.text} → {asked.answer.kind} {asked.answer.facts[:2]}"
        for asked in world.corpus
        if asked.group == "namn" and f"{MAIN}/ansvar/{asked.about[0]}" not in asked.answer.facts
    ]
    assert not astray, astray


def test_every_row_is_read_as_it_is_marked(world: World) -> None:
    """Asked by its phrase, each row answers with exactly its own actors, in matrix order, from the first day on."""
    matrix = next(iter(world.knowledge.matrices.values()))
    begins = first_day(str(world.knowledge.agreements[MAIN].decisions[0].valid_from))
    marked = {task.id: task.responsible for task in matrix.tasks}
    for asked in world.corpus:
        if asked.group == "rad" and "exempel" not in asked.id:
            expected = marked[asked.about[0]] if asked.on >= begins else ()
            assert (asked.answer.kind, asked.answer.responsible) == (Kind.RESPONSIBILITY, expected), asked.id


def test_each_actor_hears_yes_or_no(world: World) -> None:
    """ "Ansvarar X för Y?" is Ja where the matrix marks X, and Nej where it does not."""
    matrix = next(iter(world.knowledge.matrices.values()))
    marked = {task.id: task.responsible for task in matrix.tasks}
    for asked in world.corpus:
        if asked.group == "rad" and len(asked.about) == 2 and asked.answer.responsible:
            task, actor = asked.about
            assert asked.answer.lead.startswith("Ja" if actor in marked[task] else "Nej"), asked.answer.lead


def test_what_an_actor_does_is_its_whole_column(world: World) -> None:
    """ "Vad har X ansvar för?" lists each task that the matrix marks for X, and marks nobody as responsible."""
    matrix = next(iter(world.knowledge.matrices.values()))
    for asked in world.corpus:
        if asked.group == "aktor" and asked.id.count("/") == 1 and asked.on == TODAY:
            column = {task.id for task in matrix.tasks if asked.about[0] in task.responsible}
            listed = {fact.split("/")[-1] for fact in asked.answer.facts if "/ansvar/" in fact}
            assert (asked.answer.kind, asked.answer.responsible, listed) == (Kind.RESPONSIBILITY, (), column), (
                asked.text
            )


def in_force(asked: Asked, world: World) -> bool:
    """Return whether the main agreement has begun on the day: before it there is no route."""
    main = world.knowledge.agreements[world.knowledge.region.main_agreement]
    return asked.on >= first_day(next(decision.valid_from for decision in main.decisions if decision.valid_from))


def test_every_route_answers_with_all_its_steps(world: World) -> None:
    """Asked how it is taken further, each route answers with all its steps once its agreement has begun."""
    for asked in world.corpus:
        if asked.group == "vag" and "exempel" not in asked.id and in_force(asked, world):
            assert (asked.answer.kind, asked.answer.route) == (Kind.ESCALATION, asked.about[0]), asked.id


def test_every_step_answers_with_its_whole_route(world: World) -> None:
    """When one step was asked about, the answer still has all the steps of a route that has it."""
    steps = [asked for asked in world.corpus if asked.group == "steg" and in_force(asked, world)]
    astray = [
        asked for asked in steps if asked.answer.kind is not Kind.ESCALATION or asked.about[1] not in asked.answer.steps
    ]
    compare("steps", {"/".join(asked.about) for asked in astray})


def test_every_agreement_answers_for_itself(world: World) -> None:
    """ "Gäller X?" is a validity answer about X, on every day on which something about it changes."""
    for asked in world.corpus:
        if asked.group == "avtal" and asked.about and asked.text.startswith(("Gäller", "Hur länge", "Varför", "Vilka")):
            assert (asked.answer.kind, asked.answer.agreement) == (Kind.VALIDITY, asked.about[0]), (
                asked.text,
                asked.on,
            )


def test_every_municipality_answers_about_its_lok(world: World) -> None:
    """ "Har X en LÖK?" is a local answer about X from the day of the report on, and says that it is unknown before."""
    for asked in world.corpus:
        if asked.group == "kommun" and asked.text.endswith("en LÖK?"):
            assert (asked.answer.kind, asked.answer.municipality) == (Kind.LOCAL, asked.about[0]), asked.id


def test_facts_are_reached_by_their_own_examples(world: World) -> None:
    """The share of examples that reach their own fact, and the facts that no question reaches, keep the floors."""
    floor = json.loads((CASES / "floor.json").read_text("utf-8"))
    own = [asked for asked in world.corpus if asked.group == "faktum"]
    astray = [asked for asked in own if asked.about[0] not in asked.answer.facts]
    never = {asked.about[0] for asked in own} - {fact for asked in world.corpus for fact in asked.answer.facts}
    report = "\n".join(
        f"{asked.about[0]}: {asked.text} → {asked.answer.kind} {asked.answer.facts[:1]}" for asked in astray
    )
    assert 1 - len(astray) / len(own) >= floor["reached"], report
    assert len(never) <= floor["never_reached"], sorted(never)


def test_a_fact_is_not_told_before_its_day(world: World) -> None:
    """On the day before it begins or was observed, a fact's own question does not get it."""
    early = [asked.id for asked in world.corpus if asked.group == "före" and asked.about[0] in asked.answer.facts]
    assert not early


def test_a_decision_is_told_from_its_day_and_not_before(world: World) -> None:
    """The day before a decision was known the answer bears the earlier last day, and from the day on the later."""
    for agreement in world.knowledge.agreements.values():
        known = [decision for decision in agreement.decisions if not decision.excludes]
        for before, after in itertools.pairwise(known):
            question = f"Gäller {agreement.short}?"
            assert after.says not in world.ask(question, after.known_from - DAY).text, agreement.id
            told = world.ask(question, after.known_from)
            assert after.says in told.text and str(after.valid_through or "") in told.text, agreement.id
            assert f"{agreement.id}/beslut/{before.id}" in told.facts


def test_nothing_is_known_long_before(world: World) -> None:
    """In 1999 no row is marked, no municipality has reported and no agreement is in force."""
    day = date(1999, 1, 1)
    for task in next(iter(world.knowledge.matrices.values())).tasks:
        assert world.ask(f"Vem ansvarar för {task.phrase}?", day).responsible == ()
    for place in world.knowledge.municipalities.values():
        assert world.ask(f"Har {place.name} en LÖK?", day).facts == ()
    for agreement in world.knowledge.agreements.values():
        assert world.ask(f"Gäller {agreement.short}?", day).lead.startswith(("Nej", "Osäkert", "Det vet jag inte"))
