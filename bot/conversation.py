"""One turn: privacy, danger, choices, follow-ups and profile around the pure middle.

`take_turn` is pure: what was remembered goes in, what to remember comes out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.answer import Answer, Bullets, Choice, Notice, Paragraph, Steps
from bot.answering import answer, ask_back, compose, finish, unknown
from bot.compose.common import Composer
from bot.danger import is_danger
from bot.dialogue import combine, inherit, pick, split_questions, terms_asked, without_courtesies
from bot.frames.base import Frame
from bot.hearing import Heard, hear, hidden_in
from bot.ports import Gap, Memory, Profile, Turn
from bot.privacy import masks_of
from bot.question import Question
from bot.reading import Reading
from bot.sentences import Sentences
from bot.understanding import Mind, understand
from indexer.swedish import normalise, tokenize
from knowledge.model import Kind

REMEMBERED_FOR = timedelta(minutes=30)
FOLLOW_UP_WORDS = 8
MISSES_BEFORE_PERSON = 2
LONG_GREETING = 4
SMALLTALK = ("byt-profil", "introduktion", "mina-uppgifter", "hjalp", "halsning", "tack", "hejda")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn gave: the reply, and what to keep. `profile` is null where it did not change.

    `hidden` are words of the message that may not be stored as they stand, in the reply either.
    """

    answer: Answer
    memory: Memory
    profile: Profile | None = None
    erase: bool = False
    gap: Gap | None = None
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remembered:
    """What is known of the asker before a turn."""

    memory: Memory | None = None
    profile: Profile = field(default_factory=Profile)


def take_turn(
    turn: Turn, remembered: Remembered, mind: Mind, say: Sentences, now: datetime, keeps_gaps: bool = False
) -> Outcome:
    """Return the reply to one message. Never raises for what people write."""
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
    place = places[0] if len(places) == 1 else None if places else home
    composer = Composer(mind.knowledge, say, turn.on, profile, place, mind.facts, keeps_gaps, danger)
    frame = mind.frame(_own_actor(mind, profile), home)
    run = _Run(turn, heard, question, memory, composer, frame, mind, now)
    outcome = run.outcome()
    reply = outcome.answer
    if heard.private:
        reply = reply.with_(notices=(Notice("privacy", say("privacy.warning")), *reply.notices), privacy_warning=True)
    if danger:
        reply = _urgent(reply, composer)
    reply = finish(reply, composer)
    if outcome.gap is None:
        return replace(outcome, answer=reply)
    gap, hidden = hidden_in(outcome.gap, heard, mind.lexicon, masks)
    return replace(outcome, answer=reply, gap=gap, hidden=hidden)


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
            suggestions=composer.suggest("dispute_local", "refused"),
        )
    return reply.with_(kind=Kind.URGENT, notices=(notice, *reply.notices))


def _own_actor(mind: Mind, profile: Profile) -> str | None:
    workplace = mind.knowledge.workplaces.get(profile.workplace or "")
    return workplace.actor if workplace else None


@dataclass(frozen=True, slots=True)
class _Run:
    """One turn under way: everything that its steps need."""

    turn: Turn
    heard: Heard
    question: Question
    memory: Memory | None
    composer: Composer
    frame: Frame
    mind: Mind
    now: datetime

    def outcome(self) -> Outcome:
        """Return the reply by the first rule that fits."""
        for rule in (self._chosen, self._pending_profile, self._smalltalk, self._several, self._follow_up):
            if (outcome := rule()) is not None:
                return outcome
        return self._plain(self.question)

    # --- choices ---------------------------------------------------------------------------------

    def _chosen(self) -> Outcome | None:
        """A reply to a question back: by number, by label, or none of them."""
        if self.memory is None or not self.memory.choices:
            return None
        picked = pick(self.heard.asks, self.memory.choices, self._words("val-fyllnad"))
        if picked is None:
            return None
        _, chosen = picked
        if chosen is None:
            reply = self.composer.answer(
                Kind.SMALLTALK,
                self.composer.say("smalltalk.inget", body=_support(self.composer)),
                title=self.composer.say("smalltalk.title"),
                suggestions=self.composer.suggest("dispute_local", "agreements", "refused"),
            )
            return Outcome(reply, Memory(self.now))
        question = self.mind.read(chosen)
        inherited = inherit(question, self.memory.frame.get("concepts", ()), self.mind)
        run = replace(self, question=question, composer=_placed(self.composer, inherited))
        plain = run._plain(inherited)
        return plain if plain.answer.kind is not Kind.UNKNOWN else run._plain(question)

    def _pending_profile(self) -> Outcome | None:
        if self.memory is None or self.memory.frame.get("pending") != "profile":
            return None
        places = self.question.of_role("municipality")
        return self._save_place(places[0]) if len(places) == 1 and len(self.question.content_words) == 1 else None

    def _save_place(self, place: str) -> Outcome:
        name = self.composer.place_name(place)
        reply = self._talk(self.composer.say("smalltalk.profil_sparad", name=name)).with_(municipality=place)
        return Outcome(reply, Memory(self.now), profile=replace(self.composer.profile, municipality=place))

    # --- small talk and services -----------------------------------------------------------------

    def _smalltalk(self) -> Outcome | None:
        forms = [form for form in SMALLTALK if self.question.has(form)]
        if len(self.question.tokens) == 1 and self.question.has("stod"):
            forms = ["hjalp"]  # a cry for help is not a question about support
        content = [word for word in self.question.content_words if not set(word.span.concepts) & set(SMALLTALK)]
        if not forms:
            return None
        form = forms[0]
        if form == "byt-profil":
            places = self.question.of_role("municipality")
            if len(places) == 1:
                return self._save_place(places[0])
            names = [place.name for place in self.mind.knowledge.municipalities.values()]
            reply = self._talk(self.composer.say("smalltalk.byt-profil", example=names[0]))
            return Outcome(reply, Memory(self.now, {"pending": "profile"}))
        content = [] if forms == ["hjalp"] and len(self.question.tokens) == 1 else content
        opens_with_thanks = form in ("tack", "hejda") and self.question.tokens[0].word in self._words(form)
        chats_on = self.question.asks_in_words and len(self.question.tokens) > LONG_GREETING and not opens_with_thanks
        if content or (form in ("halsning", "tack", "hejda") and chats_on):
            return None
        if form == "mina-uppgifter":
            erase = any(token.word in self._words("radera-ord") for token in self.question.tokens)
            return Outcome(
                self._talk(self.composer.say("smalltalk.raderad" if erase else "smalltalk.mina-uppgifter")),
                Memory(self.now),
                erase=erase,
            )
        reply = self._talk(self.composer.say(f"smalltalk.{form}", region=self.composer.knowledge.region.name))
        if form in ("hjalp", "halsning"):
            items = tuple(self.composer.say("smalltalk.help_items").split("|"))
            reply = reply.with_(
                blocks=(Bullets(items), Paragraph(self.composer.say("smalltalk.personal"))), suggestions=items
            )
        return Outcome(reply, self.memory or Memory(self.now))

    def _words(self, cue: str) -> frozenset[str]:
        return frozenset(self.mind.knowledge.cues[cue].aliases) if cue in self.mind.knowledge.cues else frozenset()

    def _talk(self, lead: str) -> Answer:
        return self.composer.answer(
            Kind.SMALLTALK, lead, title=self.composer.say("smalltalk.title"), municipality=self.composer.municipality
        )

    # --- several questions -----------------------------------------------------------------------

    def _several(self) -> Outcome | None:
        """One reply for a message with several questions that each have an answer of their own."""
        pieces = split_questions(self.heard.asks, self.mind.first.asking, self.mind.first.separate)
        if len(pieces) < 2 or not all(self._asks(piece) for piece in pieces):
            pieces = terms_asked(self.question)
        if len(pieces) < 2:
            return None
        whole = understand(self.question, self.mind, self.frame)
        one = self.heard.asks.count("?") < 2 and whole.reading is not None and whole.reading.left < 0.3
        answered: list[tuple[Question, Reading]] = []
        unanswered: list[str] = []
        gap: Gap | None = None
        concepts: tuple[str, ...] = ()
        for piece in pieces:
            question = self.mind.read(piece)
            found = understand(question, self.mind, self.frame)
            if found.outcome != "answer" and concepts:
                question = inherit(question, concepts, self.mind)
                found = understand(question, self.mind, self.frame)
            if found.outcome == "clarify" and answered:  # of two ways the first is told; the reply says what differs
                found = replace(found, outcome="answer", reading=found.options[0])
            if found.outcome != "answer" or found.reading is None or found.reading.left > 1.0:
                if not answered:
                    return None
                if found.outcome == "unknown" and gap is None:
                    gap = Gap(piece, self.now, Kind.UNKNOWN.value, self.composer.municipality)
                unanswered.append(piece)  # the first question is answered; what is left is told, not guessed at
                continue
            if all(
                (found.reading.intent, found.reading.slots) != (reading.intent, reading.slots)
                for _, reading in answered
            ):
                answered.append((question, found.reading))
            concepts = question.concepts
        # "gäller röken än och vem har LARO" are two, though one reading accounts for the words of both.
        facts = {reading.slots.get("fact") for _, reading in answered if reading.intent in ("fact", "silent")}
        if one and len({reading.kind for _, reading in answered}) < 2 and len(facts) < 2:
            return None
        if len(answered) < 2 and whole.outcome == "answer" and self.heard.asks.count("?") < 2:
            return None
        replies = [compose(reading, question, self._composer_for(question)) for question, reading in answered]
        reply = combine(replies)
        if unanswered:
            told = Paragraph(self.composer.say("several.unanswered", questions=unanswered))
            reply = reply.with_(blocks=(told, *reply.blocks))
        return Outcome(reply, self._memory(answered[0][0], replies[0], answered[0][1].intent), gap=gap)

    def _asks(self, piece: str) -> bool:
        """Return whether a piece of a message is a question of its own, not the story before one."""
        first = self.mind.first
        words = [token.word for token in tokenize(normalise(piece)) if token.word not in first.follow_up]
        return any(word in first.asking for word in words[:4]) or (
            words[:1] != [] and words[0] in (first.yes_no if len(words) > 2 else first.separate - first.auxiliaries)
        )

    def _composer_for(self, question: Question) -> Composer:
        return _placed(self.composer, question)

    # --- follow-ups ------------------------------------------------------------------------------

    def _follow_up(self) -> Outcome | None:
        """A short message that leans on the last answer."""
        if self.memory is None or not (self.memory.frame.get("concepts") or self.memory.frame.get("unknown")):
            return None
        # "Cheferna har träffats men kom ingenstans, vad är nästa steg?" is long, but names no subject.
        short = len(self.question.tokens) <= FOLLOW_UP_WORDS or self.question.names_no_subject
        if not short and not self.question.begins_as_follow_up:
            return None
        last = self.memory.frame
        leaning = self.question.begins_as_follow_up or self.question.refers_back
        leaning = leaning or (
            last.get("intent") in ("responsibility", "duties")
            and all(
                role in ("actor", "unit")
                for word in self.question.content_words
                for part in word.roles
                for role in part
            )
        )
        # "Hur länge gäller överenskommelsen?" is about the one that was just cited.
        leaning = leaning or (
            self.question.has("rok") and not self.question.of_role("agreement") and bool(last.get("agreement"))
        )
        escalated = last.get("kind") == Kind.ESCALATION.value
        leaning = leaning or (escalated and self.question.has("nasta", "forsta", "sista"))
        # "Vi är redan hos Länschefsnätverket" tells where in the route that was told one stands.
        at_step = self.question.first_person and self.question.of_role("body", "step")
        leaning = leaning or (last.get("intent") == "route" and bool(at_step) and not self.question.asks_in_words)
        leaning = leaning or (escalated and bool(self.question.after))
        only = {role for word in self.question.content_words for part in word.roles for role in part}
        leaning = leaning or (
            last.get("intent") == "refusal" and only <= {"actor", "unit", "task", "substance", "aspect"}
        )
        if last.get("unknown") and self.question.begins_as_follow_up and _only_place(self.question):
            return self._unknown(self.question)
        alone = understand(self.question, self.mind, self.frame)
        if alone.outcome == "clarify" and not leaning:
            return None  # it says what it is about, only not which; that is asked back
        if alone.outcome == "answer" and not leaning and not _only_place(self.question):
            return None
        question = inherit(self._regrouped(), self.memory.frame["concepts"], self.mind)
        asks_of_actor = self.memory.frame.get("yes_no") or last.get("intent") == "responsibility"
        if not self.question.yes_no and asks_of_actor and self.question.of_role("actor", "unit"):
            question = replace(question, yes_no=True)
        found = understand(question, self.mind, self.frame, self._leans_on())
        if found.outcome != "answer" or found.reading is None or found.reading.left > 0.6:
            return None
        told = last.get("intent") == found.reading.intent == "refusal"  # bit by bit, each an answer of its own
        better = alone.reading is not None and alone.reading.score > found.reading.score + 0.5
        if alone.outcome == "answer" and better and not told:
            return None
        composer = _placed(self.composer, question)
        if self.question.has("lanet"):
            composer = replace(composer, municipality=None)
        elif composer.municipality is None and self.memory.frame.get("municipality"):
            composer = replace(composer, municipality=self.memory.frame["municipality"])
        reply = compose(found.reading, question, composer)
        read_as = Paragraph(composer.say("follow_up.read_as", what=_in_sentence(reply.title)))
        memory = replace(self, composer=composer)._memory(question, reply, found.reading.intent)
        return Outcome(reply.with_(blocks=(read_as, *reply.blocks)), memory)

    def _leans_on(self) -> str:
        """Return the last answer's kind for escalation, where facts and routes answer alike, else its intent."""
        last = self.memory.frame if self.memory else {}
        if self.question.has("giltighet") and not self.question.of_role("task", "actor", "unit", "municipality"):
            return "validity"
        return Kind.ESCALATION.value if last.get("kind") == Kind.ESCALATION.value else str(last.get("intent", ""))

    def _regrouped(self) -> Question:
        """Return the question with the agreement that a group stands for: "och barn?" after one about agreements."""
        if self.memory is None or self.memory.frame.get("intent") != "validity" or self.question.of_role("agreement"):
            return self.question
        agreements = self.mind.knowledge.agreements.values()
        words = {token.word for token in self.question.tokens} - self.mind.first.follow_up
        named = [a.id for a in agreements if a.groups and self.question.has(*a.groups)]
        named = named or [a.id for a in agreements if words & set(a.short.casefold().split())]
        if len(named) != 1:
            return self.question
        roles = {**self.question.roles, "agreement": tuple(named)}
        said = {word for a in agreements if a.id in named for word in a.short.casefold().split()}
        kept = tuple(w for w in self.question.words if w.span.known or w.span.surface.casefold() not in said)
        return replace(self.question, concepts=(*self.question.concepts, *named), roles=roles, words=kept)

    # --- one question ----------------------------------------------------------------------------

    def _plain(self, question: Question) -> Outcome:
        found = understand(question, self.mind, self.frame)
        if found.outcome == "unknown":
            return self._unknown(question)
        if found.reading is not None and self._needs_place(found.reading):
            return self._which_place(question)
        reply = answer(found, self.composer)
        memory = self._memory(question, reply, found.reading.intent if found.reading else "")
        if reply.kind is Kind.CLARIFY:
            return self._clarify(question, reply, memory)
        return Outcome(reply, memory)

    def _needs_place(self, reading: Reading) -> bool:
        """Return whether "do we have …" cannot be answered before we know which municipality."""
        asks_own = self.question.yes_no and self.question.has("vi") and self.composer.municipality is None
        return reading.intent == "local" and not reading.slots["municipalities"] and asks_own

    def _which_place(self, question: Question) -> Outcome:
        facts = sorted(self.mind.knowledge.local.values(), key=lambda fact: fact.municipality)
        names = [self.composer.place_name(fact.municipality) for fact in facts[:3]]
        choices = tuple(Choice(name, self.composer.say("clarify.lok_in", name=name)) for name in names)
        reply = ask_back(self.composer.say("clarify.place"), choices, self.composer)
        return self._clarify(question, reply, self._memory(question, reply, "local"))

    def _clarify(self, question: Question, reply: Answer, memory: Memory) -> Outcome:
        misses = (self.memory.misses if self.memory else 0) + 1
        if misses > MISSES_BEFORE_PERSON:
            reply = reply.with_(
                blocks=(*reply.blocks, Paragraph(self.composer.say("clarify.person", body=_support(self.composer))))
            )
        choices = tuple((choice.label, choice.question) for choice in reply.choices)
        return Outcome(reply, replace(memory, choices=choices, misses=misses))

    def _unknown(self, question: Question) -> Outcome:
        reply = unknown(question, self.composer)
        misses = (self.memory.misses if self.memory else 0) + 1
        gap = (
            Gap(self.heard.text, self.now, Kind.UNKNOWN.value, self.composer.municipality) if question.tokens else None
        )
        kept = self.memory.frame if self.memory else {}
        return Outcome(reply, Memory(self.now, {"concepts": (), **kept, "unknown": True}, misses=misses), gap=gap)

    def _memory(self, question: Question, reply: Answer, intent: str) -> Memory:
        concepts = [
            c for c in question.concepts if self.mind.lexicon.entries[c].role not in ("neutral", "form", "danger")
        ]
        if reply.agreement and reply.agreement not in concepts:
            concepts.append(reply.agreement)
        if reply.route and reply.route not in concepts and self.mind.lexicon.entries[reply.route].role == "route":
            concepts.append(reply.route)
        if (step := _current_step(reply)) is not None:  # "och sen?" goes on from the step that was told
            of_place = ("step", "body")
            concepts = [c for c in concepts if self.mind.lexicon.entries[c].role not in of_place]
            concepts.append(step)
        inner = [concept for word in question.words for concept in word.span.inner if concept not in concepts]
        frame: dict[str, Any] = {
            "concepts": (*concepts, *inner),
            "intent": intent,
            "kind": reply.kind.value,
            "agreement": reply.agreement,
            "municipality": reply.municipality,
            "yes_no": question.yes_no,
        }
        return Memory(self.now, frame)


def _current_step(reply: Answer) -> str | None:
    """Return the step that a reply is about, where it is about one."""
    lists = [block for block in reply.blocks if isinstance(block, Steps)]
    return next((item.id for steps in lists for item in steps.items if item.current), None)


def _in_sentence(title: str) -> str:
    """Return a heading as it stands within a sentence: small first letter, unless it is an abbreviation."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def _only_place(question: Question) -> bool:
    return bool(question.of_role("municipality")) and len(question.content_words) == 1


def _placed(composer: Composer, question: Question) -> Composer:
    places = question.of_role("municipality")
    if len(places) == 1:
        return replace(composer, municipality=places[0])
    return replace(composer, municipality=None) if places else composer


def _support(composer: Composer) -> str:
    return composer.knowledge.bodies[composer.knowledge.region.support_body].name
