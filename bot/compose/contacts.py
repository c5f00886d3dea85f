"""Where to turn: functions and public pages, never persons."""

from __future__ import annotations

from bot.answer import Link, Links, Paragraph
from bot.compose.common import Composer
from bot.question import Question
from bot.sentences import capitalised

MOST = 3


def ask_about(municipality: str, composer: Composer) -> Paragraph:
    """Return whom to ask how things are in a municipality today: its own contact, where the region names one."""
    knowledge = composer.knowledge
    office = next((contact.name for contact in knowledge.contacts.values() if contact.for_id == municipality), None)
    body = knowledge.bodies[knowledge.region.support_body].name
    return Paragraph(composer.say("local.ask", name=composer.place_name(municipality), office=office, body=body))


def places_to_turn(question: Question, composer: Composer) -> Links:
    """Return where somebody may turn whose question has no answer: what they named first, the supporting body last.

    No unit is picked out where an actor has several places to turn.
    """
    contacts = list(composer.knowledge.contacts.values())
    own = composer.knowledge.workplaces.get(composer.profile.workplace or "")
    at_home = own is not None and own.actor in composer.knowledge.actors
    municipal = at_home and composer.knowledge.actors[own.actor or ""].side == "kommun" if own else False
    # Whoever works for the municipality is not sent to it.
    home = [composer.municipality] if composer.municipality and not municipal else []
    named = [*question.of_role("actor"), *home]
    of = {id_: [contact for contact in contacts if contact.for_id == id_] for id_ in named}
    chosen = [found[0] for found in of.values() if len(found) == 1]
    support = [contact for contact in contacts if contact.for_id == composer.knowledge.region.support_body]
    links = tuple(Link(capitalised(contact.name), contact.url) for contact in (*chosen[: MOST - 1], *support[:1]))
    return Links(links, heading=composer.say("unknown.places"))
