"""Several questions in one message: each that can be answered is, in one reply."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Paragraph
from bot.answering import compose
from bot.conversation.run import Outcome, Run, placed
from bot.dialogue import combine, inherit, split_questions, terms_asked
from bot.ports import Gap
from bot.question import Question
from bot.reading import Reading
from bot.understanding import understand
from indexer.swedish import normalise, tokenize
from knowledge.model import Kind


def several(run: Run) -> Outcome | None:
    """One reply for a message with several questions that each have an answer of their own."""
    pieces = split_questions(run.heard.asks, run.mind.first.asking, run.mind.first.separate)
    if len(pieces) < 2 or not all(_asks(run, piece) for piece in pieces):
        pieces = terms_asked(run.question)
    if len(pieces) < 2:
        return None
    whole = understand(run.question, run.mind, run.frame)
    one = run.heard.asks.count("?") < 2 and whole.reading is not None and whole.reading.left < 0.3
    answered: list[tuple[Question, Reading]] = []
    unanswered: list[str] = []
    gap: Gap | None = None
    concepts: tuple[str, ...] = ()
    for piece in pieces:
        question = run.mind.read(piece)
        found = understand(question, run.mind, run.frame)
        if found.outcome != "answer" and concepts:
            question = inherit(question, concepts, run.mind)
            found = understand(question, run.mind, run.frame)
        if found.outcome == "clarify" and answered:  # of two ways the first is told; the reply says what differs
            found = replace(found, outcome="answer", reading=found.options[0])
        if found.outcome != "answer" or found.reading is None or found.reading.left > 1.0:
            if not answered:
                return None
            if found.outcome == "unknown" and gap is None:
                gap = Gap(piece, run.now, Kind.UNKNOWN.value, run.composer.municipality)
            unanswered.append(piece)  # the first question is answered; what is left is told, not guessed at
            continue
        if all(
            (found.reading.intent, found.reading.slots) != (reading.intent, reading.slots) for _, reading in answered
        ):
            answered.append((question, found.reading))
        concepts = question.concepts
    # "gäller röken än och vem har LARO" are two, though one reading accounts for the words of both.
    facts = {reading.slots.get("fact") for _, reading in answered if reading.intent in ("fact", "silent")}
    if one and len({reading.kind for _, reading in answered}) < 2 and len(facts) < 2:
        return None
    if len(answered) < 2 and whole.outcome == "answer" and run.heard.asks.count("?") < 2:
        return None
    replies = [compose(reading, question, placed(run.composer, question)) for question, reading in answered]
    reply = combine(replies)
    if unanswered:
        told = Paragraph(run.composer.say("several.unanswered", questions=unanswered))
        reply = reply.with_(blocks=(told, *reply.blocks))
    return Outcome(reply, run.remembering(answered[0][0], replies[0], answered[0][1].intent), gap=gap)


def _asks(run: Run, piece: str) -> bool:
    """Return whether a piece of a message is a question of its own, not the story before one."""
    first = run.mind.first
    words = [token.word for token in tokenize(normalise(piece)) if token.word not in first.follow_up]
    return any(word in first.asking for word in words[:4]) or (
        words[:1] != [] and words[0] in (first.yes_no if len(words) > 2 else first.separate - first.auxiliaries)
    )
