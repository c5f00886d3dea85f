"""What an imported document says, quoted: nobody has reviewed it, and the reply says so."""

from __future__ import annotations

import re

from bot.answer import Answer, Block, Bullets, Notice, Paragraph, Quote
from bot.compose.common import MAX_LEAD, Composer, shorten
from bot.question import Question, stems_of
from bot.reading import Reading
from indexer.swedish import normalise, stem, tokenize
from knowledge.facts import imported
from knowledge.model import DocumentStatus, ImportedDocument, Kind, Locator

LONG = 300
"""Characters from which a paragraph of a quote is parted between sentences, so that a card can fold its end."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+")


def compose_passage(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return a passage with its document, status and place. Only for documents that users may see."""
    document, passage = imported(composer.knowledge, reading.slots["passage"])
    source = composer.knowledge.sources[document.source]
    status = composer.say(f"passage.status.{document.status.value}")
    heading = composer.say(
        "passage.heading", title=document.title, place=passage.locator, status=status, day=source.date
    )
    notices, blocks = _in_force(document, composer)
    body = composer.knowledge.bodies[composer.knowledge.region.support_body].name
    return composer.answer(
        Kind.PASSAGE,
        _lead(document, passage.text, question, composer),
        title=composer.say("passage.title"),
        notices=notices,
        blocks=(
            Quote(_quoted(passage.text), heading),
            Paragraph(composer.say("passage.not_reviewed")),
            Bullets((composer.say("unknown.turn", body=body),), heading=composer.say("unknown.heading")),
            *blocks,
        ),
        agreement=document.agreement,
        municipality=composer.municipality,
        citations=composer.cite((Locator(source=document.source, locator=passage.locator),)),
        facts=(f"{document.id}/{passage.id}",),
        suggestions=composer.suggest("dispute_local", "agreements", "refused"),
    )


def _in_force(document: ImportedDocument, composer: Composer) -> tuple[tuple[Notice, ...], tuple[Block, ...]]:
    """Return what goes first of whether the document still holds, and until when its agreement does."""
    if document.status is not DocumentStatus.IN_FORCE:
        return (Notice("validity", composer.say("passage.historic")),), ()
    if document.agreement is None:
        return (), ()
    term = composer.term(document.agreement)
    return composer.agreement_notices(term), composer.validity_blocks(term)


def _lead(document: ImportedDocument, text: str, question: Question, composer: Composer) -> str:
    """Return the first sentence: the sentence of the passage nearest to the question, else where it stands."""
    room = MAX_LEAD - (len(composer.say("fact.osakert", lead="x")) - 1 if question.yes_no else 0)
    key = f"passage.lead.{document.status.value}"
    asked = stems_of(question)
    sentences = [part.strip("• ") for line in text.splitlines() for part in _SENTENCE.split(line) if part.strip("• ")]
    nearest = max(sentences, key=lambda one: len(asked & {stem(token.word) for token in tokenize(normalise(one))}))
    said = composer.say(key, title=document.title, quote=nearest)
    if len(said) <= room:
        return said
    over = max(len(composer.say(key, title=document.title, quote=None)) - room, 0)
    title = document.title if not over else document.title[: -over - 1].rstrip(" (,;:–") + "…"
    return shorten(composer.say(key, title=title, quote=None))


def _quoted(text: str) -> tuple[str, ...]:
    lines = [part for line in text.splitlines() if line.strip() for part in _parted(line.strip())]
    lines[0] = f"”{lines[0]}"
    lines[-1] += "”"
    return tuple(lines)


def _parted(line: str) -> list[str]:
    parts = [""]
    for sentence in _SENTENCE.split(line):
        if parts[-1] and len(parts[-1]) + len(sentence) > LONG:
            parts.append("")
        parts[-1] = f"{parts[-1]} {sentence}".strip()
    return parts
