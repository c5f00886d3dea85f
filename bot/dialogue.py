"""The parts of a dialogue: choices that are picked, several questions in one message, follow-ups."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.answer import Answer, Block, Local, Paragraph
from bot.frames.base import ACTIONS, PEOPLE
from bot.question import Question
from bot.understanding import Mind
from indexer.swedish import fold, normalise, tokenize

MAX_PICKING_WORDS = 5
MAX_QUESTIONS = 3
# Which concepts of the last question give way when the new one names its own.
REPLACED_BY = {
    "task": {"task", "substance", "aspect", "term"},
    "substance": {"substance", "task"},
    "municipality": {"municipality"},
    "actor": {"actor", "unit"},
    "unit": {"actor", "unit"},
    "agreement": {"agreement"},
    "body": {"body", "step"},
    "term": {"term", "task", "aspect", "substance", "body"},
    "route": {"route", "aspect"},
}
COURTESIES = frozenset({"halsning", "tack", "hejda"})
MEANING = frozenset({"betydelse", "star-for", "en-vad", "vilka"})
KEPT_ASPECTS = frozenset(
    {
        "lakemedel",
        "behandling",
        "skriva-ut",
        "varfor",
        "forlangning",
        "tvist",
        "lokal",
        "regional",
        "ansvar",
        "avvikelse-ord",
        "patala-brist",
        "folja-rok",
        "giltighet",
    }
)


def pick(
    text: str, choices: Iterable[tuple[str, str | None]], filler: frozenset[str] = frozenset()
) -> tuple[str, str | None] | None:
    """Return the choice that a message picks: by number, or by words that only one label has."""
    options = list(choices)
    words = [token.word for token in tokenize(normalise(text))]
    if not words or len(words) > MAX_PICKING_WORDS:
        return None
    if len(words) == 1 and words[0].isdecimal():
        number = int(words[0])
        return options[number - 1] if 1 <= number <= len(options) else None
    labels = [{fold(token.word) for token in tokenize(normalise(label))} for label, _ in options]
    wanted = {fold(word) for word in words if word not in filler}
    if not wanted:
        return None
    matching = [
        index
        for index, label in enumerate(labels)
        if all(any(_same(word, other) for other in label) for word in wanted)
    ]
    return options[matching[0]] if len(matching) == 1 else None


def _same(word: str, other: str) -> bool:
    return word == other or (len(word) >= 4 and (other.startswith(word) or word.startswith(other)) and len(other) >= 4)


def split_questions(text: str, asking: frozenset[str], verbs: frozenset[str] = frozenset()) -> list[str]:
    """Return the questions of a message, at most three.

    They part at question marks and numbers, and at "och" before a question word or one of the verbs.
    """
    words, after_and = (
        "|".join(map(re.escape, sorted(each, key=len, reverse=True))) for each in (asking, asking | verbs)
    )
    pieces = re.split(
        rf"\?|(?:^|\s)\d\s?[).]\s|;|,?\s(?:och|å|samt|and)\s(?=(?:{after_and})\b)|,\s(?=(?:{words})\b)",
        text,
        flags=re.I,
    )
    found = [piece.strip(" ,") for piece in pieces if piece and sum(char.isalpha() for char in piece) > 3]
    return [f"{piece}?" for piece in found][:MAX_QUESTIONS] if len(found) > 1 else []


def without_courtesies(question: Question) -> str:
    """Return the text without the greeting before and the thanks after; as it stands where there is nothing else."""
    words = question.words
    start, end = 0, len(words)
    while start < end and COURTESIES.intersection(words[start].span.concepts):
        start += 1
    while end > start and COURTESIES.intersection(words[end - 1].span.concepts):
        end -= 1
    if not any(word.content for word in words[start:end]):
        return question.text
    first = question.tokens[words[start].span.start].start
    after = question.tokens[words[end].span.start].start if end < len(words) else len(question.text)
    return question.text[first:after].strip()


def terms_asked(question: Question) -> list[str]:
    """Return the terms of a question that asks only what several of them mean: "vad betyder SAS och MAS?"."""
    named = [
        word for word in question.content_words if {"term", "unit"} & {role for part in word.roles for role in part}
    ]
    rest = [concept for word in question.content_words if word not in named for concept in word.span.concepts]
    only = question.has(*MEANING) and set(rest) <= MEANING and all(word.span.known for word in question.content_words)
    return [word.span.surface for word in named][:MAX_QUESTIONS] if only else []


def combine(replies: list[Answer]) -> Answer:
    """Return one reply for several: the first one's kind and keys, everybody's facts and sources."""
    first = replies[0]
    blocks = [*first.blocks]
    for other in replies[1:]:
        blocks.append(Paragraph(other.lead))
        blocks += [block for block in other.blocks if block not in blocks]
    blocks = _one_local_part(blocks)
    citations = tuple(dict.fromkeys(citation for reply in replies for citation in reply.citations))
    notices = tuple(dict.fromkeys(notice for reply in replies for notice in reply.notices))
    facts = tuple(dict.fromkeys(fact for reply in replies for fact in reply.facts))
    places = {reply.municipality for reply in replies}
    return first.with_(
        municipality=first.municipality if len(places) == 1 else None,
        blocks=tuple(blocks),
        citations=citations,
        notices=notices,
        facts=facts,
    )


def _one_local_part(blocks: list[Block]) -> list[Block]:
    """Return the blocks with what is local in one part, where the first of it stood."""
    lines: dict[str, dict[str, None]] = {}
    for block in blocks:
        if isinstance(block, Local):
            lines.setdefault(block.heading, {}).update(dict.fromkeys(block.lines))
    merged = {heading: Local(heading, tuple(said)) for heading, said in lines.items()}
    kept = [merged.pop(block.heading, None) if isinstance(block, Local) else block for block in blocks]
    return [block for block in kept if block is not None]


def inherit(question: Question, concepts: Iterable[str], mind: Mind) -> Question:
    """Return the question with what it leaves out taken from the last one."""
    own_roles = set(question.roles)
    if question.has("lanet"):
        own_roles.add("municipality")  # the whole county is no municipality
    dropped = {role for own in own_roles for role in REPLACED_BY.get(own, ())}
    if question.has(*ACTIONS):  # "och utredningen?" is a task, though named by what is done
        dropped |= {"task", *({"aspect"} if not question.has("ansvar") else ())}
    has_aspect = any(
        mind.lexicon.entries[c].role == "aspect" and c not in PEOPLE | {"vilka", "betydelse"} for c in question.concepts
    )
    taken: list[str] = []
    for concept in concepts:
        entry = mind.lexicon.entries.get(concept)
        if entry is None or entry.role in dropped or concept in question.concepts:
            continue
        if has_aspect and entry.role == "aspect" and concept not in KEPT_ASPECTS:
            continue
        taken.append(concept)
    roles = dict(question.roles)
    for concept in taken:
        role = mind.lexicon.entries[concept].role
        roles[role] = (*roles.get(role, ()), concept)
    return replace(question, concepts=(*question.concepts, *taken), roles=roles)
