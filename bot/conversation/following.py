"""What leans on the last reply: a choice that is picked, a short follow-up."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Paragraph
from bot.answering import compose
from bot.conversation.run import Outcome, Run, placed, support
from bot.dialogue import inherit, pick
from bot.frames.messages import TEXT
from bot.ports import Memory
from bot.question import Question
from bot.sentences import in_sentence
from bot.understanding import understand
from knowledge.model import Kind

FOLLOW_UP_WORDS = 8
ELLIPSIS = 3
"""Words up to which a question leaves out what the last one said: "HVB då?"."""


def chosen(run: Run) -> Outcome | None:
    """A reply to a question back: by number, by label, or none of them."""
    if run.memory is None or not run.memory.choices:
        return None
    picked = pick(run.heard.asks, run.memory.choices, run.words("val-fyllnad"))
    if picked is None:
        return None
    _, chosen = picked
    if chosen is None:
        reply = run.composer.answer(
            Kind.SMALLTALK,
            run.composer.say("smalltalk.inget", body=support(run.composer)),
            title=run.composer.say("smalltalk.title"),
            suggestions=run.composer.suggest("dispute_local", "agreements", "refused"),
        )
        return Outcome(reply, Memory(run.now))
    question = run.mind.read(chosen)
    inherited = inherit(question, run.memory.frame.get("concepts", ()), run.mind)
    run = replace(run, question=question, composer=placed(run.composer, inherited))
    plain = run.plain(inherited)
    # What no one has reviewed does not go before what the choice by itself is answered with.
    return plain if plain.answer.kind not in (Kind.UNKNOWN, Kind.PASSAGE) else run.plain(question)


def follow_up(run: Run) -> Outcome | None:
    """A short message that leans on the last answer."""
    if run.memory is None or not (run.memory.frame.get("concepts") or run.memory.frame.get("unknown")):
        return None
    # "Cheferna har träffats men kom ingenstans, vad är nästa steg?" is long, but names no subject.
    short = len(run.question.tokens) <= FOLLOW_UP_WORDS or run.question.names_no_subject
    if not short and not run.question.begins_as_follow_up:
        return None
    last = run.memory.frame
    leaning = run.question.begins_as_follow_up or run.question.refers_back
    leaning = leaning or (
        last.get("intent") in ("responsibility", "duties")
        and all(
            role in ("actor", "unit") for word in run.question.content_words for part in word.roles for role in part
        )
    )
    # "Hur länge gäller överenskommelsen?" is about the one that was just cited.
    leaning = leaning or (
        run.question.has("rok") and not run.question.of_role("agreement") and bool(last.get("agreement"))
    )
    escalated = last.get("kind") == Kind.ESCALATION.value
    leaning = leaning or (escalated and run.question.has("nasta", "forsta", "sista"))
    # "Text att skicka" alone is about what was just told; one that names its subject is not.
    leaning = leaning or (run.question.has(TEXT) and not run.question.of_role("task", "refusal"))
    # "Vi är redan hos Länschefsnätverket" tells where in the route that was told one stands.
    at_step = run.question.first_person and run.question.of_role("body", "step")
    leaning = leaning or (last.get("intent") == "route" and bool(at_step) and not run.question.asks_in_words)
    leaning = leaning or (escalated and bool(run.question.after))
    only = {role for word in run.question.content_words for part in word.roles for role in part}
    leaning = leaning or (last.get("intent") == "refusal" and only <= {"actor", "unit", "task", "substance", "aspect"})
    if last.get("unknown") and run.question.begins_as_follow_up and _only_place(run.question):
        return run.unknown(run.question)
    alone = understand(run.question, run.mind, run.frame)
    if alone.outcome == "clarify" and not leaning:
        return None  # it says what it is about, only not which; that is asked back
    if alone.outcome == "answer" and not leaning and not _only_place(run.question):
        return None
    if alone.outcome == "answer" and not run.question.begins_as_follow_up and _new_subject(run):
        return None  # "vad ska det stå i en SIP?" has its own subject; its "det" points nowhere back
    question = inherit(_regrouped(run), run.memory.frame["concepts"], run.mind)
    asks_of_actor = run.memory.frame.get("yes_no") or last.get("intent") == "responsibility"
    if not run.question.yes_no and asks_of_actor and run.question.of_role("actor", "unit"):
        question = replace(question, yes_no=True)
    found = understand(question, run.mind, run.frame, _leans_on(run))
    if found.outcome != "answer" or found.reading is None or found.reading.left > 0.6:
        return None
    told = last.get("intent") == found.reading.intent == "refusal"  # bit by bit, each an answer of its own
    better = alone.reading is not None and alone.reading.score > found.reading.score + 0.5
    if alone.outcome == "answer" and better and not told:
        return None
    composer = placed(run.composer, question)
    if run.question.has("lanet"):
        composer = replace(composer, municipality=None)
    elif composer.municipality is None and run.memory.frame.get("municipality"):
        composer = replace(composer, municipality=run.memory.frame["municipality"])
    reply = compose(found.reading, question, composer)
    read_as = Paragraph(composer.say("follow_up.read_as", what=in_sentence(reply.title)))
    memory = replace(run, composer=composer).remembering(question, reply, found.reading.intent)
    return Outcome(reply.with_(blocks=(read_as, *reply.blocks)), memory)


def _leans_on(run: Run) -> str:
    """Return the last answer's kind for escalation, where facts and routes answer alike, else its intent."""
    last = run.memory.frame if run.memory else {}
    if run.question.has("giltighet") and not run.question.of_role("task", "actor", "unit", "municipality"):
        return "validity"
    return Kind.ESCALATION.value if last.get("kind") == Kind.ESCALATION.value else str(last.get("intent", ""))


def _regrouped(run: Run) -> Question:
    """Return the question with the agreement that a group stands for: "och barn?" after one about agreements."""
    if run.memory is None or run.memory.frame.get("intent") != "validity" or run.question.of_role("agreement"):
        return run.question
    agreements = run.mind.knowledge.agreements.values()
    words = {token.word for token in run.question.tokens} - run.mind.first.follow_up
    named = [a.id for a in agreements if a.groups and run.question.has(*a.groups)]
    named = named or [a.id for a in agreements if words & set(a.short.casefold().split())]
    if len(named) != 1:
        return run.question
    roles = {**run.question.roles, "agreement": tuple(named)}
    said = {word for a in agreements if a.id in named for word in a.short.casefold().split()}
    kept = tuple(w for w in run.question.words if w.span.known or w.span.surface.casefold() not in said)
    return replace(run.question, concepts=(*run.question.concepts, *named), roles=roles, words=kept)


def _new_subject(run: Run) -> bool:
    """Return whether a question asks in words of a term that the last answer was not about."""
    before = set(run.memory.frame.get("concepts", ())) if run.memory else set()
    whole = run.question.asks_in_words and len(run.question.tokens) > ELLIPSIS
    return whole and bool(set(run.question.of_role("term", "task")) - before)


def _only_place(question: Question) -> bool:
    return bool(question.of_role("municipality")) and len(question.content_words) == 1
