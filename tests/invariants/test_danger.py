"""Acute danger to somebody now: 112 comes first, and the rest is answered all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.danger import GENERAL, NOW
from knowledge.model import Kind
from tests.corpus import World

GENERALLY = [
    "Vad är en överdos?",
    "Vilka rutiner finns vid överdoser?",
    "Vem ansvarar för att förebygga överdoser?",
    "Vad står i RÖK:en om suicid?",
    "Har Falun en rutin för hot och våld?",
    "Vem skjutsar patienten till mötet?",
    "Vem ansvarar för abstinensvård?",
]

MESSAGES = yaml.safe_load((Path(__file__).parent / "danger.yaml").read_text("utf-8"))


def without_marks(text: str) -> str:
    return text.translate(str.maketrans("åäöÅÄÖ", "aaoAAO"))


@pytest.mark.parametrize("text", MESSAGES["now"])
def test_somebody_in_danger_now_gets_112_first(text: str, world: World) -> None:
    """Staff words about somebody in danger now give "Ring 112" first, also without å ä ö and in capitals."""
    for written in (text, without_marks(text), text.upper()):
        reply = world.ask(written)
        assert (reply.kind, reply.text[:8]) == (Kind.URGENT, "Ring 112"), written


@pytest.mark.parametrize("text", MESSAGES["calm"])
def test_danger_past_supposed_or_spoken_of_is_no_alarm(text: str, world: World) -> None:
    """History, routines, training, "om någon …" and definitions are answered without 112 first, å ä ö or not."""
    for written in (text, without_marks(text)):
        assert world.ask(written).kind is not Kind.URGENT, written


def test_every_sign_of_danger_gets_112_first(world: World) -> None:
    """Whatever word for danger is used of somebody, the reply is urgent and begins with 112."""
    cues = [cue for cue in world.knowledge.cues.values() if cue.role == "danger" and cue.id not in (GENERAL, NOW)]
    assert len(cues) > 5
    missed = []
    for cue in cues:
        for alias in cue.aliases:
            reply = world.ask(f"Patienten här: {alias}. Vad gör jag nu?")
            if reply.kind is not Kind.URGENT or not reply.text.startswith("Ring 112"):
                missed.append(f"{cue.id}: {alias} → {reply.kind}")
    assert not missed, missed


def test_the_question_beside_the_danger_is_answered(world: World) -> None:
    """A row of the matrix asked about in the same message is answered after 112, with actors and sources."""
    for task in next(iter(world.knowledge.matrices.values())).tasks:
        reply = world.ask(f"Han andas inte! Vem ansvarar för {task.phrase}?")
        assert (reply.kind, reply.responsible) == (Kind.URGENT, task.responsible), task.id
        assert reply.text.startswith("Ring 112") and reply.citations


@pytest.mark.parametrize("text", GENERALLY)
def test_danger_in_general_is_no_alarm(text: str, world: World) -> None:
    """Questions about routines, meanings and responsibility are not about somebody in danger now."""
    assert world.ask(text).kind is not Kind.URGENT


def test_danger_goes_before_privacy_and_validity(world: World) -> None:
    """112 stands first also where personal data was masked and the agreement has run out."""
    from datetime import date

    reply = world.ask("19121212-1212 andas inte! Vem ansvarar för abstinensvård?", date(2028, 1, 1))
    assert [notice.level for notice in reply.notices] == ["danger", "privacy", "validity"]
    assert reply.text.startswith("Ring 112") and reply.privacy_warning


def test_no_old_observation_is_in_an_urgent_answer(world: World) -> None:
    """An observation older than two years is background, and is kept out of an urgent answer."""
    for place in world.knowledge.municipalities.values():
        reply = world.ask(f"Hon andas inte! Vem ansvarar för LARO i {place.name}?")
        assert reply.kind is Kind.URGENT
        assert not [fact for fact in reply.facts if fact.startswith("lok/")], place.id
