"""One turn: privacy, danger, choices, follow-ups and profile around the pure middle.

`take_turn` is pure: what was remembered goes in, what to remember comes out.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.answer import Answer, Notice
from bot.answering import finish
from bot.compose.common import Composer
from bot.conversation.following import chosen, follow_up
from bot.conversation.lessons import lesson, with_lesson
from bot.conversation.profiles import pending_profile, profile_line, told_profile
from bot.conversation.reaching import asks_person, watching, with_watch_button
from bot.conversation.run import Outcome, Remembered, Run
from bot.conversation.services import smalltalk
from bot.conversation.several import several
from bot.danger import is_danger
from bot.dialogue import without_courtesies
from bot.hearing import hear, hidden_in
from bot.ports import Profile, Turn
from bot.sentences import Sentences
from bot.understanding import Mind
from knowledge.model import Kind
from knowledge.privacy import masks_of

__all__ = ["Outcome", "Remembered", "take_turn"]

REMEMBERED_FOR = timedelta(minutes=30)
RULES = (lesson, chosen, pending_profile, told_profile, watching, asks_person, smalltalk, several, follow_up)


def take_turn(
    turn: Turn, remembered: Remembered, mind: Mind, say: Sentences, now: datetime, keeps_gaps: bool = False
) -> Outcome:
    """Return the reply to one message. Never raises for what people write."""
    mind = mind.on(turn.on)
    masks = masks_of(say, mind.knowledge.cues)
    heard = hear(turn.text, mind.lexicon, masks)
    memory = remembered.memory
    if memory is not None and now - memory.at > REMEMBERED_FOR:
        memory = None
    question = mind.read(heard.asks)
    if (asks := without_courtesies(question)) != heard.asks:
        heard, question = replace(heard, asks=asks), mind.read(asks)
    places = question.of_role("municipality")
    profile = remembered.profile
    home = turn.municipality or profile.municipality
    danger = is_danger(question, mind.knowledge.cues, mind.lexicon)
    memory = None if danger else memory  # who is in danger is no follow-up to what was asked before
    place = places[0] if len(places) == 1 else None if places else home
    composer = Composer(mind.knowledge, say, turn.on, profile, place, mind.facts, keeps_gaps, danger)
    frame = mind.frame(_own_actor(mind, profile), home)
    watched = tuple(agreement for agreement in remembered.watched if agreement in mind.knowledge.agreements)
    reaches = remembered.reaches_people and turn.address is not None
    run = Run(turn, heard, question, memory, composer, frame, mind, now, remembered.progress, watched, reaches)
    outcome = _outcome(run)
    outcome = replace(outcome, memory=with_lesson(outcome.memory, memory))
    reply = with_watch_button(outcome.answer, run)
    if heard.private:
        reply = reply.with_(notices=(Notice("privacy", say("privacy.warning")), *reply.notices), privacy_warning=True)
    if danger:
        reply = _urgent(reply, composer)
    if (line := profile_line(profile, composer)) and reply.kind not in (Kind.SMALLTALK, Kind.CLARIFY):
        reply = reply.with_(profile=say("profile.line", line=line))
    reply = finish(reply, composer)
    if outcome.gap is None:
        return replace(outcome, answer=reply)
    gap, hidden = hidden_in(outcome.gap, heard, mind.lexicon, masks)
    return replace(outcome, answer=reply, gap=gap, hidden=hidden)


def _outcome(run: Run) -> Outcome:
    """Return the reply by the first rule that fits."""
    for rule in RULES:
        if (outcome := rule(run)) is not None:
            return outcome
    return run.plain(run.question)


def _urgent(reply: Answer, composer: Composer) -> Answer:
    """Put 112 first; keep the rest where it answers something."""
    notice = Notice("danger", composer.say("urgent.lead"))
    if reply.kind in (Kind.UNKNOWN, Kind.CLARIFY, Kind.SMALLTALK):
        return composer.answer(
            Kind.URGENT,
            composer.say("urgent.more"),
            title=composer.say("smalltalk.title"),
            notices=(notice, *reply.notices),
            municipality=composer.municipality,
            privacy_warning=reply.privacy_warning,
        )
    return reply.with_(kind=Kind.URGENT, notices=(notice, *reply.notices))


def _own_actor(mind: Mind, profile: Profile) -> str | None:
    workplace = mind.knowledge.workplaces.get(profile.workplace or "")
    return workplace.actor if workplace else None
