"""A question about something that the knowledge lacks is not answered with what resembles it."""

from __future__ import annotations

import pytest

from knowledge.model import Kind
from tests.corpus import World

OUTSIDE = ("parkeringen", "snöröjningen", "hissen", "brandskyddet", "löneförhandlingen", "diskmaskinen", "julgranen")
ABSENT = ("tillnyktring", "sprutbyte", "boende", "färdtjänst", "tandvård")


@pytest.mark.parametrize("thing", OUTSIDE)
def test_a_foreign_thing_at_a_known_place_is_unknown(thing: str, world: World) -> None:
    """ "Vem ansvarar för parkeringen …?" is unknown at every actor, unit, municipality and agreement."""
    knowledge = world.knowledge
    places = [
        *(f"hos {actor.definite}" for actor in knowledge.actors.values()),
        *(f"hos {unit.name}" for actor in knowledge.actors.values() for unit in actor.units),
        *(f"i {place.name}" for place in knowledge.municipalities.values()),
        *(f"enligt {agreement.short}" for agreement in knowledge.agreements.values()),
    ]
    guessed = [
        f"{thing} {place} → {reply.kind} {reply.responsible}"
        for place in places
        if (reply := world.ask(f"Vem ansvarar för {thing} {place}?")).kind is not Kind.UNKNOWN
    ]
    assert not guessed, guessed


@pytest.mark.parametrize("thing", OUTSIDE)
def test_a_foreign_thing_beside_a_task_is_unknown(thing: str, world: World) -> None:
    """A task's name does not answer for another thing that is done in connection with it."""
    for task in next(iter(world.knowledge.matrices.values())).tasks:
        reply = world.ask(f"Vem betalar {thing} vid {task.phrase}?")
        assert not reply.responsible, (task.id, reply.text)


@pytest.mark.parametrize("task", ABSENT)
def test_a_task_that_no_matrix_has_is_unknown(task: str, world: World) -> None:
    """Tillnyktring, sprutbyte and boende are in no matrix, and no other task answers for them."""
    reply = world.ask(f"Vem ansvarar för {task}?")
    assert (reply.kind, reply.responsible, reply.citations) == (Kind.UNKNOWN, (), ())
    assert task in reply.text


def test_an_unknown_answer_says_what_was_looked_for_and_where_to_turn(world: World) -> None:
    """A question without an answer names its own words, the day, somebody to ask, and that no source is cited."""
    reply = world.ask("Vem ansvarar för parkeringen vid vårdcentralen?")
    support = world.knowledge.bodies[world.knowledge.region.support_body].name
    assert "parkeringen" in reply.lead
    assert all(said in reply.text for said in (support, "närmaste chef", "2026-11-21", "Källa: ingen"))


def test_words_for_another_group_never_lead_to_the_matrix(world: World) -> None:
    """Depression, psykos, adhd, demens and a placed child: the matrix for missbruk says nothing about them."""
    tasks = next(iter(world.knowledge.matrices.values())).tasks
    groups = [cue for cue in world.knowledge.cues.values() if cue.role == "group"]
    assert len(groups) > 15
    guessed = []
    for cue in groups:
        for task in tasks:
            reply = world.ask(f"Vem ansvarar för {task.phrase} vid {cue.aliases[0]}?")
            if reply.responsible or (cue.agreement and reply.agreement not in (cue.agreement, None)):
                guessed.append(
                    f"{task.phrase} vid {cue.aliases[0]} → {reply.kind} {reply.responsible} {reply.agreement}"
                )
    assert not guessed, guessed


def test_the_matrices_that_are_not_known_are_said_to_be_missing(world: World) -> None:
    """Who does what in another agreement: the answer is for that one, and says that its matrix is missing."""
    for agreement in world.knowledge.agreements.values():
        if agreement.id == world.knowledge.region.main_agreement:
            continue
        reply = world.ask(f"Vem ansvarar för utredning enligt {agreement.short}?")
        assert (reply.kind, reply.agreement, reply.responsible) == (Kind.RESPONSIBILITY, agreement.id, ()), agreement.id
        assert "har jag inte" in reply.lead and reply.citations


def test_who_chairs_a_body_is_said_to_be_missing(world: World) -> None:
    """For each body that leads or decides, asking who chairs it is about the body, and cites what is known of it."""
    for body in world.knowledge.bodies.values():
        reply = world.ask(f"Vem är ordförande i {body.name}?")
        assert reply.kind is not Kind.UNKNOWN, body.name
        assert reply.citations or reply.kind is Kind.CLARIFY, body.name


@pytest.mark.parametrize("detail", ["Vilken tidsgräns finns för", "Vilken blankett har", "Vem är kontaktperson för"])
def test_what_a_route_lacks_is_said_first(detail: str, world: World) -> None:
    """Time limits, forms and contacts are not in the sources; the first sentence says so, the route follows."""
    for route in world.knowledge.routes.values():
        reply = world.ask(f"{detail} {route.name.lower()}?")
        assert (reply.kind, bool(reply.citations)) == (Kind.ESCALATION, True), (route.id, reply.text)
        assert "inte" in reply.lead or "saknas" in reply.lead or "inga" in reply.lead.lower(), reply.lead


def test_dispute_routes_that_differ_are_asked_back(world: World) -> None:
    """Where the local and the regional route would be answered differently, both are offered, and none is guessed."""
    reply = world.ask("Hur tar vi en tvist vidare?")
    assert reply.kind is Kind.CLARIFY and len(reply.choices) == 3
    routes = [world.ask(str(choice.question)).route for choice in reply.choices[:-1]]
    assert routes == ["tvist-lokal", "tvist-regional"]


def test_dispute_routes_that_agree_are_answered_once(world: World) -> None:
    """After Länschefsnätverket comes Välfärdsrådet on both routes: one answer, which says what differs."""
    reply = world.ask("vi har varit hos länschefsnätverket, vad är nästa steg?")
    assert (reply.kind, reply.route) == (Kind.ESCALATION, "tvist-lokal")
    assert "Välfärdsrådet" in reply.lead and "regional" in reply.text.lower() and "domstol" in reply.text
