"""What a conversation does besides answering: greetings, thanks, help, the profile, own data."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Bullets, Paragraph
from bot.conversation.run import Outcome, Run
from bot.ports import Memory

LONG_GREETING = 4
SMALLTALK = ("byt-profil", "mina-uppgifter", "hjalp", "halsning", "tack", "hejda")


def pending_profile(run: Run) -> Outcome | None:
    """A municipality by itself, after it was asked for."""
    if run.memory is None or run.memory.frame.get("pending") != "profile":
        return None
    places = run.question.of_role("municipality")
    return save_place(run, places[0]) if len(places) == 1 and len(run.question.content_words) == 1 else None


def save_place(run: Run, place: str) -> Outcome:
    """Return the receipt of a municipality that was chosen, with the profile to keep."""
    name = run.composer.place_name(place)
    reply = run.talk(run.composer.say("smalltalk.profil_sparad", name=name)).with_(municipality=place)
    return Outcome(reply, Memory(run.now), profile=replace(run.composer.profile, municipality=place))


def smalltalk(run: Run) -> Outcome | None:
    """A greeting, thanks, a cry for help or a service, and nothing else in the message."""
    forms = [form for form in SMALLTALK if run.question.has(form)]
    if len(run.question.tokens) == 1 and run.question.has("stod"):
        forms = ["hjalp"]  # a cry for help is not a question about support
    content = [word for word in run.question.content_words if not set(word.span.concepts) & set(SMALLTALK)]
    if not forms:
        return None
    form = forms[0]
    if form == "byt-profil":
        places = run.question.of_role("municipality")
        if len(places) == 1:
            return save_place(run, places[0])
        names = [place.name for place in run.mind.knowledge.municipalities.values()]
        reply = run.talk(run.composer.say("smalltalk.byt-profil", example=names[0]))
        return Outcome(reply, Memory(run.now, {"pending": "profile"}))
    content = [] if forms == ["hjalp"] and len(run.question.tokens) == 1 else content
    opens_with_thanks = form in ("tack", "hejda") and run.question.tokens[0].word in run.words(form)
    chats_on = run.question.asks_in_words and len(run.question.tokens) > LONG_GREETING and not opens_with_thanks
    if content or (form in ("halsning", "tack", "hejda") and chats_on):
        return None
    if form == "mina-uppgifter":
        erase = any(token.word in run.words("radera-ord") for token in run.question.tokens)
        return Outcome(
            run.talk(run.composer.say("smalltalk.raderad" if erase else "smalltalk.mina-uppgifter")),
            Memory(run.now),
            erase=erase,
        )
    reply = run.talk(run.composer.say(f"smalltalk.{form}", region=run.composer.knowledge.region.name))
    if form in ("hjalp", "halsning"):
        items = tuple(run.composer.say("smalltalk.help_items").split("|"))
        reply = reply.with_(
            blocks=(Bullets(items), Paragraph(run.composer.say("smalltalk.personal"))), suggestions=items
        )
    return Outcome(reply, run.memory or Memory(run.now))
