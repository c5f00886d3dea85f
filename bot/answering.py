"""Understanding → Answer: compose what a reading says, or say that it is not known."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from bot.answer import Answer, Block, Bullets, Choice, Paragraph
from bot.compose.changes import compose_apart, rows_apart
from bot.compose.common import Composer, shorten
from bot.compose.contacts import places_to_turn
from bot.compose.escalation import compose_refusal, compose_route
from bot.compose.facts import compose_fact
from bot.compose.local import compose_local, compose_places, compose_where
from bot.compose.matrix import compose_matrix
from bot.compose.messages import compose_message, purpose_choice
from bot.compose.other_matrix import compose_other_matrix
from bot.compose.passages import compose_passage
from bot.compose.responsibility import (
    compose_actor_meaning,
    compose_duties,
    compose_responsibility,
    compose_task_meaning,
)
from bot.compose.reviews import with_review, with_version
from bot.compose.validity import compose_agreement, compose_validity
from bot.question import Question, Word
from bot.reading import Reading
from bot.render.text import render_text
from bot.understanding import Understanding
from knowledge.model import Kind

COMPOSERS = {
    "responsibility": compose_responsibility,
    "matrix": compose_matrix,
    "message": compose_message,
    "duties": compose_duties,
    "actor-meaning": compose_actor_meaning,
    "task-meaning": compose_task_meaning,
    "other-matrix": compose_other_matrix,
    "refusal": compose_refusal,
    "route": compose_route,
    "validity": compose_validity,
    "agreement": compose_agreement,
    "local": compose_local,
    "places": compose_places,
    "local-where": compose_where,
    "fact": compose_fact,
    "silent": compose_fact,
    "found": compose_fact,
    "passage": compose_passage,
}
ABOUT_TASKS = frozenset({"responsibility", "message", "task-meaning"})
MAX_WORDS_NAMED = 3
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def answer(understanding: Understanding, composer: Composer) -> Answer:
    """Return the answer to an understood question. Its text and receipt are not yet filled in."""
    if understanding.outcome == "answer" and understanding.reading is not None:
        return compose(understanding.reading, understanding.question, composer)
    if understanding.outcome == "clarify":
        return clarify(understanding, composer)
    return unknown(understanding.question, composer)


def compose(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return what one reading says."""
    if len(composer.knowledge.matrices) > 1 and (matrix := _matrix_of(reading, composer)):
        composer = replace(composer, matrix_id=matrix)
    reply = _apart(reading, question, composer) or COMPOSERS[reading.intent](reading, question, composer)
    reply = with_version(with_review(reply, composer), composer)
    if not question.yes_no:
        return reply
    # Whatever was said, a yes/no question is not left without one of the five words.
    return reply.with_(lead=shorten(composer.decided(None, reply.lead)))


def _matrix_of(reading: Reading, composer: Composer) -> str | None:
    """Return the matrix that a reading is about, by its own word or by its rows; null where the main one will do."""
    if tasks := reading.slots.get("tasks"):
        matrix = composer.knowledge.matrix_with(tasks)
        return matrix.id if matrix else None
    return reading.slots.get("matrix")


def _apart(reading: Reading, question: Question, composer: Composer) -> Answer | None:
    """Return what is said where only rows were asked for that are not in the matrix on the day; else null."""
    tasks = reading.slots.get("tasks", ()) if reading.intent in ABOUT_TASKS else ()
    if reading.slots.get("subject", "task") != "task" or not tasks:
        return None
    if any(task.id in tasks for task in composer.matrix.tasks):
        return None
    apart = rows_apart(tasks, composer)
    return compose_apart(apart, question, composer) if apart else None


def finish(reply: Answer, composer: Composer) -> Answer:
    """Return the answer with its plain text and its receipt: the last thing done to every answer."""
    text = render_text(reply, composer.say)
    return reply.with_(text=text, receipt=receipt_code(reply.with_(text=text)))


def receipt_code(reply: Answer) -> str:
    """Return a code of seven letters and digits, easy to read out, that is the answer's own."""
    content = json.dumps({**reply.as_json(), "receipt": ""}, sort_keys=True, ensure_ascii=False)
    number = int.from_bytes(hashlib.sha256(content.encode()).digest()[:8], "big")
    letters = []
    for _ in range(7):
        number, index = divmod(number, len(_CODE_LETTERS))
        letters.append(_CODE_LETTERS[index])
    return "".join(letters[:3]) + "-" + "".join(letters[3:])


def unknown(question: Question, composer: Composer) -> Answer:
    """Return that the knowledge has no answer: what was looked for, and where to turn."""
    words = [word.span.surface for word in question.content_words if not word.span.known or _elsewhere(word)]
    if not words:
        named = (word for word in question.content_words if word.weight >= 1 and not question_word(word))
        words = [word.span.surface for word in named]
    words = list(dict.fromkeys(f"”{word}”" for word in words if len(word) <= 40))[:MAX_WORDS_NAMED]
    body = _support(composer)
    blocks: list[Block] = []
    items = [composer.say("unknown.turn", body=body)]
    if not words:
        lead = composer.say("unknown.lead_empty")
    else:
        lead = composer.say("unknown.lead", words=words)
        blocks.append(Paragraph(composer.say("unknown.searched", words=words, on=composer.on.isoformat())))
        if question.of_role("place"):
            blocks.append(Paragraph(composer.say("unknown.place", region=composer.knowledge.region.name)))
        if composer.keeps_gaps:
            items.append(composer.say("unknown.saved"))
    blocks.append(Bullets(tuple(items), heading=composer.say("unknown.heading")))
    blocks.append(places_to_turn(question, composer))
    if words:
        blocks.append(Paragraph(composer.say("unknown.no_source")))
    return composer.answer(
        Kind.UNKNOWN,
        shorten(lead),
        title=composer.say("smalltalk.title"),
        blocks=tuple(blocks),
        municipality=composer.municipality,
        suggestions=composer.suggest("dispute_local", "agreements", "refused"),
    )


def _elsewhere(word: Word) -> bool:
    """Return whether a word names what lies outside the knowledge: another place, another subject."""
    return any(role in ("place", "outside") for part in word.roles for role in part)


def question_word(word: Word) -> bool:
    """Return whether a word only says what side of a subject is asked for."""
    return bool({"ansvar", "en-ansvar", "gor", "vilka", "betydelse", "giltighet"} & set(word.span.concepts))


def clarify(understanding: Understanding, composer: Composer) -> Answer:
    """Return a question back, with at most three choices and none of them."""
    choices = []
    for option in understanding.options[:3]:
        choices.append(_choice(option, composer))
    return ask_back(composer.say("clarify.lead", labels=[choice.label for choice in choices]), tuple(choices), composer)


def ask_back(lead: str, choices: tuple[Choice, ...], composer: Composer) -> Answer:
    """Return a `clarify` answer with the given choices."""
    if len(lead) > 140:
        lead = composer.say("clarify.lead_many")
    return composer.answer(
        Kind.CLARIFY,
        lead,
        title=composer.say("smalltalk.title"),
        blocks=(Paragraph(composer.say("clarify.how")),),
        municipality=composer.municipality,
        choices=(*choices, Choice(composer.say("clarify.none"), None)),
    )


def _choice(option: Reading, composer: Composer) -> Choice:
    if option.intent == "message":
        return purpose_choice(option.slots["purpose"], composer)
    place = f" i {composer.place_name(composer.municipality)}" if composer.municipality else ""
    if option.intent == "route":
        route = composer.knowledge.routes[option.slots["routes"][0]]
        return Choice(route.name.lower(), composer.say("clarify.route", name=route.name.lower()))
    task = next(task for task in composer.matrix.tasks if task.id == option.slots["tasks"][0])
    return Choice(task.phrase, composer.say("suggest.task", task=task.phrase + place))


def _support(composer: Composer) -> str:
    return composer.knowledge.bodies[composer.knowledge.region.support_body].name
