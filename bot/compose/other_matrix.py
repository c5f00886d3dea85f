"""Whose tasks another agreement divides, or nobody's: that division is not known, and is not guessed."""

from __future__ import annotations

from bot.answer import Answer, Block, Paragraph
from bot.compose.common import Composer, shorten, shortest
from bot.question import Question
from bot.reading import Reading
from bot.sentences import capitalised
from knowledge.model import Kind


def compose_other_matrix(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return that the division of tasks for another group or agreement is not known."""
    group = reading.slots["group"]
    name = composer.knowledge.cues[group].name if group else None
    if reading.slots["agreement"] is None:
        return _in_no_agreement(str(name), question, composer)
    agreement = composer.knowledge.agreements[reading.slots["agreement"]]
    term = composer.term(agreement.id)
    if name is not None and name in agreement.short:
        name = None  # said once is enough
    key = "other_matrix.lead_yes_no" if question.yes_no else "other_matrix.lead"
    lead = composer.say(key, agreement=agreement.short, group=name)
    details = composer.say(
        "other_matrix.details",
        agreement=agreement.short,
        main=composer.knowledge.agreements[composer.knowledge.region.main_agreement].short,
    )
    blocks: list[Block] = [Paragraph(details)]
    if agreement.matrix_missing:
        blocks.append(Paragraph(agreement.matrix_missing))
    blocks.append(Paragraph(composer.say("turn_to.support", body=_support(composer))))
    blocks += composer.validity_blocks(term)
    return composer.answer(
        Kind.RESPONSIBILITY,
        shorten(lead),
        title=agreement.short,
        notices=composer.agreement_notices(term),
        blocks=tuple(blocks),
        agreement=agreement.id,
        municipality=composer.municipality,
        citations=composer.cite(term.decision.sources),
        facts=(composer.decision_id(term),),
        suggestions=composer.suggest("validity", "agreements", "dispute", agreement=agreement.short),
    )


def _in_no_agreement(group: str, question: Question, composer: Composer) -> Answer:
    """Return that no agreement divides the tasks for a group, and what the matrix that there is covers."""
    matrix = composer.matrix
    term = composer.term(matrix.agreement)
    key = "no_agreement.lead_yes_no" if question.yes_no else "no_agreement.lead"
    details = composer.say("no_agreement.details", main=term.agreement.short)
    return composer.answer(
        Kind.RESPONSIBILITY,
        shorten(composer.say(key, group=group)),
        title=capitalised(group),
        blocks=(Paragraph(details), Paragraph(composer.say("turn_to.support", body=_support(composer)))),
        municipality=composer.municipality,
        citations=composer.cite(matrix.sources, term.decision.sources),
        facts=(composer.decision_id(term),),
        suggestions=composer.suggest("agreements", "task", task=shortest(matrix)),
    )


def _support(composer: Composer) -> str:
    return composer.knowledge.bodies[composer.knowledge.region.support_body].name
