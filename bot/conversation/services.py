"""What a conversation does besides answering: greetings, thanks, help, the profile, own data."""

from __future__ import annotations

from bot.answer import Answer, Bullets, Choice, Paragraph
from bot.compose.common import Composer
from bot.conversation.profiles import FORM, changed_profile, profile_line
from bot.conversation.run import Outcome, Run, support
from bot.ports import Memory
from knowledge.model import Kind

LONG_GREETING = 4
SMALLTALK = ("byt-profil", "mina-uppgifter", "hjalp", "halsning", "tack", "hejda")


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
        return changed_profile(run)
    content = [] if forms == ["hjalp"] and len(run.question.tokens) == 1 else content
    opens_with_thanks = form in ("tack", "hejda") and run.question.tokens[0].word in run.words(form)
    chats_on = run.question.asks_in_words and len(run.question.tokens) > LONG_GREETING and not opens_with_thanks
    if content or (form in ("halsning", "tack", "hejda") and chats_on):
        return None
    if form == "mina-uppgifter":
        return own_data(run)
    if form in ("hjalp", "halsning"):
        reply = greeting(run.composer, form, shared=run.turn.shared)
        return Outcome(reply, run.memory or Memory(run.now))
    reply = run.talk(run.composer.say(f"smalltalk.{form}", region=run.composer.knowledge.region.name))
    return Outcome(reply, run.memory or Memory(run.now))


def own_data(run: Run) -> Outcome:
    """What is kept about the person, or that it has been erased. Where others see the reply nothing is shown."""
    say = run.composer.say
    if any(token.word in run.words("radera-ord") for token in run.question.tokens):
        return Outcome(run.talk(say("smalltalk.raderad")), Memory(run.now), erase=True)
    reply = run.talk(say("smalltalk.mina-uppgifter"))
    if run.turn.person is not None and not run.turn.shared:
        watched = [run.mind.knowledge.agreements[agreement].short for agreement in run.watched]
        kept = say("own_data.items", profile=profile_line(run.composer.profile, run.composer), watched=watched)
        reply = reply.with_(blocks=(Bullets(tuple(kept.split("|"))),), suggestions=(say("own_data.erase"),))
    return Outcome(reply, Memory(run.now))


def greeting(composer: Composer, form: str = "halsning", *, asks_profile: bool = False, shared: bool = False) -> Answer:
    """Return what Lotsen can do, three questions to tap, what not to write, and how to reach a person.

    The introduction is offered where nobody else sees it.
    """
    say = composer.say
    items = tuple(filter(None, (say(f"smalltalk.help_item.{number}") for number in (1, 2, 3))))
    return composer.answer(
        Kind.SMALLTALK,
        say(f"smalltalk.{form}", region=composer.knowledge.region.name),
        title=say("smalltalk.title"),
        blocks=(
            Bullets(items),
            Paragraph(say("smalltalk.personal")),
            Paragraph(say("smalltalk.person", body=support(composer))),
        ),
        municipality=composer.municipality,
        actions=() if shared else (Choice(say("suggest.introduction"), say("suggest.introduction")),),
        suggestions=items,
        form=FORM if asks_profile else "",
    )
