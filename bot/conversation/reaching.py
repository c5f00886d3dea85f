"""What reaches beyond the conversation: watching an agreement, and asking a human."""

from __future__ import annotations

from bot.answer import Answer, Bullets, Choice, Paragraph
from bot.conversation.run import Outcome, Run, support
from bot.ports import Memory
from knowledge.model import Kind

START, STOP, LIST, ALL = "bevaka", "sluta-bevaka", "bevakar-vad", "bevaka-alla"
WANTED = ((STOP, (STOP,)), (LIST, (LIST,)), (START, (START, ALL)))
PERSON = "manniska"
FORM = "expert"
SUBJECT = frozenset({"agreement", "group", "form", "neutral", "aspect", "first"})
MOST_NAMED = 2
"""Agreements that fit into a first sentence."""
MOST_BUTTONS = 3
SHORT = 3
"""Words of a message that says what to watch and no more."""
WATCHABLE = frozenset({Kind.VALIDITY, Kind.RESPONSIBILITY, Kind.ESCALATION})


def watching(run: Run) -> Outcome | None:
    """ "Bevaka RÖK missbruk", "sluta bevaka", "vad bevakar jag", and nothing more in the message."""
    question = run.question
    wanted = next((form for form, cues in WANTED if question.has(*cues)), None)
    if wanted is None:
        return None
    subjects = all(_is_subject(word.roles, word.span.concepts) for word in question.content_words)
    if not subjects and (wanted == LIST or question.asks_in_words or question.yes_no or len(question.tokens) > SHORT):
        return None
    memory = run.memory or Memory(run.now)
    if run.turn.address is None or run.turn.person is None:
        return Outcome(run.talk(run.composer.say("watching.not_here")), memory)
    named = tuple(a for a in question.of_role("agreement") if a in run.mind.knowledge.agreements)
    if wanted != START and run.turn.shared and not (wanted == STOP and subjects):
        return Outcome(run.talk(run.composer.say("watching.own_chat")), memory)
    if wanted == LIST or (wanted == STOP and not (subjects or named)):
        return Outcome(_listed(run), memory)
    if wanted == STOP:
        gone = tuple(agreement for agreement in run.watched if not named or agreement in named)
        return Outcome(_stopped(run, gone), memory, unwatch=gone)
    # "Bevaka abstinensvård": what can be watched is an agreement as a whole.
    chosen = named or (_implied(run) if subjects else ())
    if not chosen:
        return Outcome(_asked_which(run), memory)
    return Outcome(_started(run, chosen), memory, watch=chosen)


def asks_person(run: Run) -> Outcome | None:
    """ "Fråga en människa" and nothing more: the form where a group can be asked, else where to turn."""
    if not run.question.has(PERSON):
        return None
    others = [word for word in run.question.content_words if PERSON not in word.span.concepts]
    if others:
        return None
    reply = run.talk(run.composer.say("smalltalk.person", body=support(run.composer)))
    return Outcome(reply.with_(form=FORM if run.reaches_people else ""), run.memory or Memory(run.now))


def with_watch_button(reply: Answer, run: Run) -> Answer:
    """Return an answer about an agreement with the button that watches it, where that can be done and is not yet.

    An answer that has three named buttons keeps to those.
    """
    reachable = run.turn.address is not None and run.turn.person is not None
    room = len(reply.actions) < MOST_BUTTONS
    if not (reachable and room) or reply.kind not in WATCHABLE or reply.agreement in (None, *run.watched):
        return reply
    say, short = run.composer.say, run.mind.knowledge.agreements[reply.agreement or ""].short
    button = Choice(say("watching.button"), say("watching.question", short=short))
    return reply.with_(actions=(*reply.actions, button))


def _is_subject(roles: tuple[tuple[str, ...], ...], concepts: tuple[str, ...]) -> bool:
    return "rok" in concepts or any(role in SUBJECT for part in roles for role in part)


def _implied(run: Run) -> tuple[str, ...]:
    """Return what "bevaka den" means: all where all are said, else the agreement of the last answer."""
    if run.question.has(ALL):
        return tuple(run.mind.knowledge.agreements)
    last = run.memory.frame.get("agreement") if run.memory else None
    return (last,) if last in run.mind.knowledge.agreements else ()


def _started(run: Run, agreements: tuple[str, ...]) -> Answer:
    how = Paragraph(run.composer.say("watching.how_to_stop", shared=run.turn.shared))
    reply = _named(run, "watching.started", agreements)
    return reply.with_(blocks=(*reply.blocks, how))


def _stopped(run: Run, agreements: tuple[str, ...]) -> Answer:
    return _named(run, "watching.stopped", agreements) if agreements else _listed(run)


def _listed(run: Run) -> Answer:
    say = run.composer.say
    if not run.watched:
        short = run.mind.knowledge.agreements[run.mind.knowledge.region.main_agreement].short
        how = Paragraph(say("watching.how_to_start", short=short))
        return run.talk(say("watching.none")).with_(blocks=(how,))
    stop = Choice(say("notices.stop_button"), say("notices.stop_button"))
    listed = _named(run, "watching.listed", run.watched)
    return listed.with_(blocks=(*listed.blocks, Paragraph(say("watching.how_to_stop", shared=False))), actions=(stop,))


def _named(run: Run, key: str, agreements: tuple[str, ...]) -> Answer:
    """Return a reply that names agreements: a few in its first sentence, more in a list."""
    names = [run.mind.knowledge.agreements[agreement].short for agreement in agreements]
    if len(names) <= MOST_NAMED:
        return run.talk(run.composer.say(key, names=names))
    return run.talk(run.composer.say(f"{key}_many", count=len(names))).with_(blocks=(Bullets(tuple(names)),))


def _asked_which(run: Run) -> Answer:
    say = run.composer.say
    agreements = run.mind.knowledge.agreements.values()
    ways = [Choice(a.short, say("watching.question", short=a.short)) for a in agreements]
    reply = run.talk(say("watching.which"))
    return reply.with_(blocks=(Bullets(tuple(way.question or "" for way in ways)),), actions=tuple(ways))
