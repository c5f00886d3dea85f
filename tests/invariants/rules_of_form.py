"""Rules that every answer keeps by its form: keys, sources, length, order, choices."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from bot.answer import Local
from bot.compose.common import MAX_LEAD
from knowledge.model import Kind
from tests.corpus import Asked, World

UNSOURCED = {Kind.UNKNOWN, Kind.CLARIFY, Kind.SMALLTALK}
BEGINNINGS = ("Ja", "Nej", "Delvis", "Osäkert", "Det vet jag inte")
KEYS = {
    "kind": str,
    "text": str,
    "responsible": list,
    "route": str | None,
    "steps": list,
    "agreement": str | None,
    "municipality": str | None,
    "citations": list,
    "suggestions": list,
    "choices": list,
    "privacy_warning": bool,
    "on": str,
    "facts": list,
    "revision": str,
    "receipt": str,
}
_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_RECEIPT = re.compile(r"[A-Z0-9]{3}-[A-Z0-9]{4}")


def several(asked: Asked) -> bool:
    """Return whether a message may hold several questions, whose facts and sources come in one reply."""
    return (
        asked.text.count("?") > 1
        or "2)" in asked.text
        or any(f" {word} " in asked.text.lower() for word in ("och", "o", "samt"))
    )


def keys(asked: Asked, world: World) -> Iterator[str]:
    """As JSON an answer has exactly the keys of the design, always all, each of its type."""
    found = json.loads(json.dumps(asked.answer.as_json()))
    if list(found) != list(KEYS):
        yield f"keys {list(found)}"
    yield from (f"{key} is {found[key]!r}" for key, kind in KEYS.items() if not isinstance(found[key], kind))


def ids(asked: Asked, world: World) -> Iterator[str]:
    """Every id in an answer is one that the knowledge has, and none of an answer's ids is for editors alone."""
    reply, knowledge = asked.answer, world.knowledge
    for fact in reply.facts:
        if fact not in world.citables:
            yield f"no such fact {fact}"
        elif world.citables[fact].editors_only:
            yield f"for editors only: {fact}"
    if len(set(reply.facts)) != len(reply.facts):
        yield "the same fact twice"
    if not set(reply.responsible) <= set(knowledge.actors):
        yield f"actors {reply.responsible}"
    if reply.agreement is not None and reply.agreement not in knowledge.agreements:
        yield f"agreement {reply.agreement}"
    if reply.municipality is not None and reply.municipality not in knowledge.municipalities:
        yield f"municipality {reply.municipality}"
    steps = tuple(step.id for step in knowledge.routes[reply.route].steps) if reply.route else ()
    if reply.steps != steps:
        yield f"steps {reply.steps} of {reply.route}"


def sourced(asked: Asked, world: World) -> Iterator[str]:
    """An answer cites a place in a source; one that asks back, does not know or only chats cites nothing."""
    reply = asked.answer
    if reply.kind in UNSOURCED and (reply.citations or reply.facts):
        yield f"{reply.kind} cites {reply.citations or reply.facts}"
    if reply.kind not in UNSOURCED | {Kind.URGENT} and not reply.citations:
        yield f"{reply.kind} cites nothing"
    for citation in reply.citations:
        source = world.knowledge.sources[citation.source]
        if (citation.title, citation.date, citation.url) != (source.title, source.date, source.url):
            yield f"{citation} is not {source}"
        if not citation.locator or (citation.date and not _DATE.fullmatch(citation.date)):
            yield f"{citation}"
        if citation.url and not citation.url.startswith("https://"):
            yield f"url {citation.url}"


def facts_sourced(asked: Asked, world: World) -> Iterator[str]:
    """Each fact that an answer used has a source among those that it cites."""
    cited = {citation.source for citation in asked.answer.citations}
    for fact in asked.answer.facts:
        if fact in world.citables and not cited & {locator.source for locator in world.citables[fact].sources}:
            yield f"{fact} is not sourced by {sorted(cited)}"


def sources_in_text(asked: Asked, world: World) -> Iterator[str]:
    """The plain text names each source and the place in it, with its standing where it is not primary."""
    words = [*world.serving.say("word.standing_words").split(", "), world.serving.say("word.secondary")]
    for citation in asked.answer.citations:
        if citation.label not in asked.answer.text or citation.locator not in asked.answer.text:
            yield f"{citation.source} {citation.locator} is not in the text"
        if citation.standing != "primary" and not any(word in citation.label.lower() for word in words):
            yield f"{citation.source} hides that it is {citation.standing}"


def first_sentence(asked: Asked, world: World) -> Iterator[str]:
    """The answer comes in at most 140 characters, whole, with only warnings before it."""
    reply = asked.answer
    if not reply.lead.strip() or len(reply.lead) > MAX_LEAD:
        yield f"{len(reply.lead)} characters: {reply.lead}"
    if reply.lead.endswith("…"):
        yield f"cut off: {reply.lead}"
    before = "\n".join([*(notice.text for notice in reply.notices), reply.lead])
    if not reply.text.startswith(before):
        yield f"something stands before it: {reply.text[:80]}"


def yes_or_no(asked: Asked, world: World) -> Iterator[str]:
    """A yes/no question is answered with Ja, Nej, Delvis, Osäkert or Det vet jag inte."""
    reply = asked.answer
    answers = reply.kind not in (Kind.CLARIFY, Kind.SMALLTALK, Kind.URGENT)
    if asked.yes_no and asked.first and answers and not reply.lead.startswith(BEGINNINGS):
        yield reply.lead


def order(asked: Asked, world: World) -> Iterator[str]:
    """Warnings come in the order danger, privacy, validity, premise."""
    levels = [notice.level for notice in asked.answer.notices]
    if levels != sorted(levels, key=["danger", "privacy", "validity", "premise"].index):
        yield str(levels)


def local_after_general(asked: Asked, world: World) -> Iterator[str]:
    """What is local stands apart, after what holds for all and before validity and sources."""
    reply = asked.answer
    at = [number for number, block in enumerate(reply.blocks) if isinstance(block, Local)]
    if len(at) > 1:
        yield "two local parts"
    if at and not any(f"{fact}".startswith("lok/") for fact in reply.facts):
        yield "local, with no local fact"
    heads = [block.heading for block in reply.blocks if isinstance(block, Local)]
    name = world.knowledge.municipalities[reply.municipality].name if reply.municipality else ""
    yield from (
        f"{head} in an answer for {name}" for head in heads if not head.startswith(f"Lokalt i {name}") or not name
    )
    if reply.kind in (Kind.LOCAL, Kind.URGENT) or several(asked):
        return
    whole = reply.text
    general = whole.split("Lokalt i ")[0] if heads else whole
    for local in world.knowledge.local.values():
        for said in (local.status_says, *(note.lead or note.says for note in local.notes)):
            if said in general and local.id not in asked.about:
                yield f"mixed with what is general: {said}"


def choices(asked: Asked, world: World) -> Iterator[str]:
    """One that asks back gives one to three choices and "Inget av dessa"; each leads to an answer."""
    reply = asked.answer
    if bool(reply.choices) != (reply.kind is Kind.CLARIFY):
        yield f"{reply.kind} with {len(reply.choices)} choices"
    if not reply.choices:
        return
    *real, none = reply.choices
    if not 1 <= len(real) <= 3 or (none.label, none.question) != ("Inget av dessa", None):
        yield f"{reply.choices}"
    if len({choice.label for choice in real}) != len(real):
        yield "two choices look alike"
    for choice in real:
        led = world.led_to[str(choice.question), asked.on, asked.municipality]
        if led.kind in (Kind.UNKNOWN, Kind.CLARIFY, Kind.SMALLTALK):
            yield f"{choice.question} → {led.kind}"


def suggestions(asked: Asked, world: World) -> Iterator[str]:
    """At most three different questions are suggested, and none of them is unknown."""
    reply = asked.answer
    if len(reply.suggestions) > 3 or len(set(reply.suggestions)) != len(reply.suggestions):
        yield f"{reply.suggestions}"
    for text in reply.suggestions:
        if world.led_to[text, asked.on, asked.municipality].kind is Kind.UNKNOWN:
            yield f"{text} → unknown"


def buttons(asked: Asked, world: World) -> Iterator[str]:
    """The named buttons differ, and the question of each is answered by itself; only a greeting leads to services."""
    reply = asked.answer
    no_answer = {Kind.UNKNOWN, Kind.CLARIFY, *([] if reply.kind is Kind.SMALLTALK else [Kind.SMALLTALK])}
    labels = [button.label for button in reply.actions]
    if len(set(labels)) != len(labels):
        yield f"{labels}"
    for button in reply.actions:
        led = world.led_to[str(button.question), asked.on, asked.municipality]
        if led.kind in no_answer:
            yield f"{button.label}: {button.question} → {led.kind}"


def stamped(asked: Asked, world: World) -> Iterator[str]:
    """Every answer bears the day it is for, the revision of the knowledge and a code to read out."""
    reply = asked.answer
    if reply.on != asked.on or reply.revision != world.knowledge.revision or not _RECEIPT.fullmatch(reply.receipt):
        yield f"{reply.on} {reply.revision} {reply.receipt}"


def placed(asked: Asked, world: World) -> Iterator[str]:
    """An answer is for the municipality that the question names, else for the asker's own."""
    if not asked.first or several(asked):
        return
    text = asked.text.casefold()
    read = world.serving.mind.read(asked.text).of_role("municipality")
    places = world.knowledge.municipalities.values()
    named = read or [place.id for place in places if re.search(rf"\b{place.name.casefold()}s?\b", text)]
    wanted = named[0] if len(named) == 1 else None if named else asked.municipality
    if asked.answer.municipality not in (wanted, *([None] if asked.answer.kind is Kind.LOCAL and not named else [])):
        yield f"{asked.answer.municipality}, not {wanted}"


FORM = (
    keys, ids, sourced, facts_sourced, sources_in_text, first_sentence, yes_or_no, order, local_after_general, choices,
    suggestions, buttons, stamped, placed,
)  # fmt: skip
