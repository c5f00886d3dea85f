"""The profile: municipality and workplace, chosen once by form or in words, and changed at will."""

from __future__ import annotations

from dataclasses import replace

from bot.answer import Answer, Paragraph
from bot.compose.common import Composer
from bot.conversation.run import Outcome, Run
from bot.ports import Memory, Profile
from bot.question import Question, Word
from bot.sentences import in_sentence
from bot.understanding import Mind
from indexer.swedish import normalise, stem, tokenize
from knowledge.model import Kind

CHANGE = "byt-profil"
STATEMENT = "min-arbetsplats"
FORM = "profile"
WHERE = frozenset({"municipality", "unit", "actor", "term"})


def pending_profile(run: Run) -> Outcome | None:
    """A municipality or a workplace by itself, after it was asked for."""
    if run.memory is None or run.memory.frame.get("pending") != FORM:
        return None
    return _saved(run) if _names_nothing_else(run) else None


def told_profile(run: Run) -> Outcome | None:
    """ "Jag jobbar på BUP i Mora" and nothing more, which is no question."""
    if not run.question.has(STATEMENT) or run.question.asks_in_words or "?" in run.heard.asks:
        return None
    return _saved(run) if _names_nothing_else(run) else None


def changed_profile(run: Run) -> Outcome:
    """ "Byt kommun till Falun", or "byt kommun" alone, which is asked back with a form."""
    saved = _saved(run)
    if saved is not None:
        return saved
    if run.turn.shared:
        return Outcome(run.talk(run.composer.say("profile.own_chat", example=_example(run.composer))), Memory(run.now))
    reply = run.talk(run.composer.say("profile.ask"))
    blocks = (
        Paragraph(
            run.composer.say("profile.how", example=_example(run.composer), workplace=_kind_of_place(run.composer))
        ),
    )
    return Outcome(reply.with_(blocks=blocks, form=FORM), Memory(run.now, {"pending": FORM}))


def chosen_profile(profile: Profile, composer: Composer, *, is_kept: bool) -> Answer:
    """Return the reply to a profile that was chosen, which is kept or only holds for now."""
    knowledge = composer.knowledge
    workplace = knowledge.workplaces.get(profile.workplace or "")
    line = profile_line(profile, composer)
    kept = composer.say("profile.kept" if is_kept else "profile.not_kept")
    actor = knowledge.actors.get(workplace.actor or "") if workplace else None
    suggested = (*(("actor",) if actor else ()), "introduction", "dispute_local")
    return composer.answer(
        Kind.SMALLTALK,
        composer.say("profile.saved", line=line) if line else composer.say("profile.none"),
        title=composer.say("smalltalk.title"),
        blocks=tuple(Paragraph(note) for note in (workplace.note if workplace else None, kept) if note),
        municipality=profile.municipality,
        suggestions=composer.suggest(*suggested, actor=actor.definite if actor else ""),
    )


def profile_line(profile: Profile, composer: Composer) -> str:
    """Return what is chosen in a profile, for people: "privat vårdcentral i Falun"; empty where nothing is."""
    place = composer.knowledge.municipalities.get(profile.municipality or "")
    workplace = composer.knowledge.workplaces.get(profile.workplace or "")
    name = in_sentence(workplace.name) if workplace else ""
    return composer.say("profile.who", workplace=name, place=place.name if place else "")


def _saved(run: Run) -> Outcome | None:
    places = run.question.of_role("municipality")
    workplace = _workplace(run.question, run.mind)
    if len(places) > 1 or not (places or workplace):
        return None
    old = run.composer.profile
    profile = Profile(places[0] if places else old.municipality, workplace or old.workplace)
    composer = replace(run.composer, profile=profile, municipality=profile.municipality)
    reply = chosen_profile(profile, composer, is_kept=run.turn.person is not None)
    return Outcome(reply, Memory(run.now), profile=profile)


def _workplace(question: Question, mind: Mind) -> str | None:
    """Return the kind of workplace that a question names: by its own name, else by the actor that it belongs to."""
    named = {concept for role in ("unit", "actor", "term") for concept in question.of_role(role)}
    concepts = {place.id: set(mind.read(place.name).concepts) for place in mind.knowledge.workplaces.values()}
    fitting = [place for place, own in concepts.items() if own & named]
    if not fitting:
        actors = {actor.id for actor in mind.knowledge.actors.values() for unit in actor.units if unit.id in named}
        fitting = [place for place, own in concepts.items() if own & actors]
    if not fitting:  # a workplace that the knowledge says nothing else of is known by its name alone
        said = {stem(token.word) for token in question.tokens}
        fitting = [place.id for place in mind.knowledge.workplaces.values() if _stems(place.name) <= said]
    return fitting[0] if len(fitting) == 1 else None


def _stems(name: str) -> set[str]:
    return {stem(token.word) for token in tokenize(normalise(name))}


def _names_nothing_else(run: Run) -> bool:
    names = {part for place in run.mind.knowledge.workplaces.values() for part in _stems(place.name)}

    def fits(word: Word) -> bool:
        opens = {STATEMENT, CHANGE} & set(word.span.concepts)
        named = _stems(word.span.surface) <= names
        return bool(opens) or named or any(role in WHERE for part in word.roles for role in part)

    words = run.question.content_words
    return bool(words) and all(map(fits, words))


def _kind_of_place(composer: Composer) -> str:
    place = next(iter(composer.knowledge.workplaces.values()), None)
    return in_sentence(place.name) if place else ""


def _example(composer: Composer) -> str:
    place = next(iter(composer.knowledge.municipalities.values()), None)
    return place.name if place else ""
