"""The ways in which a question can be understood, one module for each kind of answer.

Each function yields readings that are possible at all; which one holds is settled by how much of
the question it explains (bot/understanding.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bot.frames.agreements import agreement_readings, validity_readings
from bot.frames.base import Frame
from bot.frames.escalation import refusal_readings, route_readings
from bot.frames.facts import fact_readings
from bot.frames.local import local_readings, place_readings
from bot.frames.messages import matrix_readings, message_readings
from bot.frames.responsibility import (
    GENERAL_SUBSTANCES,
    actor_meaning_readings,
    duty_readings,
    other_matrix_readings,
    task_readings,
)
from bot.question import Question
from bot.reading import Reading

READINGS = (
    task_readings,
    matrix_readings,
    message_readings,
    duty_readings,
    actor_meaning_readings,
    other_matrix_readings,
    refusal_readings,
    route_readings,
    validity_readings,
    agreement_readings,
    local_readings,
    place_readings,
    fact_readings,
)


def all_readings(question: Question, frame: Frame) -> Iterator[Reading]:
    """Yield every reading that is possible, unweighed."""
    for readings in READINGS:
        for reading in readings(question, frame):
            yield reading if frame.about_substances else _of_no_substance(reading)


def _of_no_substance(reading: Reading) -> Reading:
    """Return a reading that leaves substances unexplained: where no agreement is about them they ask for more."""
    return replace(
        reading,
        explains=reading.explains - GENERAL_SUBSTANCES,
        explains_roles=reading.explains_roles - {"substance"},
    )
