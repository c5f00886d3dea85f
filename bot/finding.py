"""Half a question → results, best first: what it is answered with as it stands, and the subjects that it may become.

Pure: every result's answer is what the middle gives to the result's own question. Nothing of what
is typed is kept, not in memory either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache

from bot.answer import Answer
from bot.conversation import Outcome, Remembered, take_turn
from bot.hearing import hear
from bot.ports import Found, Profile, Turn
from bot.question import Question
from bot.sentences import Sentences
from bot.subjects import Group, Subject, subjects_of
from bot.understanding import Mind
from indexer.swedish import normalise, tokenize
from indexer.typeahead import SLIPPED, Typeahead
from knowledge.model import Kind
from knowledge.privacy import masks_of

MOST = 10
"""Results in a list."""
SUMMARY = 120
"""Characters of a result's summary."""
NO_RESULT = frozenset({Kind.UNKNOWN, Kind.CLARIFY, Kind.SMALLTALK})
FIRST, NAME, ALIAS, OTHER = 1.0, 0.85, 0.8, 0.6
"""What a word counts: the first of a subject's name, another of it, one of its aliases, one of its question."""
MEANT = {"exact": 0.75, "stem": 0.75, "fold": 0.7, "joined": 0.7, "particle": 0.7, "compound": 0.6}
GUESSED = 0.4
"""How much it counts that a word means the subject, by how that was found."""
OWN = 0.08
"""What a subject is ahead by that is of the asker's own municipality or workplace."""
KEPT = 1024
"""Answers to subjects' questions that are kept; the next letter often leads to the same subjects."""
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # nothing was remembered, so nothing has grown old


class Finder:
    """Finds in one revision of the knowledge. Safe for many threads."""

    def __init__(self, mind: Mind, say: Sentences) -> None:
        self._mind = mind
        self._say = say
        self._told = lru_cache(maxsize=KEPT)(self._outcome)

    def find(self, text: str, on: date, profile: Profile, municipality: str | None = None) -> tuple[Found, ...]:
        """Return at most ten results for what has been typed so far, best first, none twice.

        For nothing at all: what is most useful where the asker works. Never raises for what is typed.
        """
        # What is handed on is only the masked text, since a result carries its question with it.
        heard = hear(text, self._mind.lexicon, masks_of(self._say, self._mind.knowledge.cues))
        question = self._mind.read(heard.asks)
        if not question.tokens:
            return self._results(self._initial(on, profile, municipality), on, profile, municipality)
        subjects = self._matching(question, profile, municipality)
        found = self._results(subjects, on, profile, municipality)
        whole = self._whole(heard.asks, on, profile, municipality)
        return found if whole is None else _merged(whole, found, question)

    def answer(self, question: str, on: date, profile: Profile, municipality: str | None = None) -> Outcome | None:
        """Return what a result's question gives, null where that could not be a result."""
        outcome = self._outcome(question, on, profile, municipality)
        return outcome if _is_result(outcome) else None

    def _outcome(self, question: str, on: date, profile: Profile, municipality: str | None) -> Outcome:
        # Others read the card, so that it is for a municipality, never for the workplace of whoever found it.
        turn = Turn(question, on, municipality=municipality or profile.municipality)
        return take_turn(turn, Remembered(), self._mind, self._say, _NO_TIME)

    def _whole(self, text: str, on: date, profile: Profile, municipality: str | None) -> Found | None:
        outcome = self.answer(text, on, profile, municipality)
        return _result(outcome.answer.title, text, outcome.answer) if outcome is not None else None

    def _results(
        self, subjects: Iterable[Subject], on: date, profile: Profile, municipality: str | None
    ) -> tuple[Found, ...]:
        """Return the first subjects that have an answer of their own."""
        return _distinct(self._answered(subjects, on, profile, municipality))

    def _answered(
        self, subjects: Iterable[Subject], on: date, profile: Profile, municipality: str | None
    ) -> Iterator[Found]:
        for subject in subjects:
            outcome = self._told(subject.question, on, profile, municipality)
            if _is_result(outcome) and (subject.fact is None or subject.fact in outcome.answer.facts):
                yield _result(subject.title, subject.question, outcome.answer)

    # --- which subjects --------------------------------------------------------------------------

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """All that can be found, in the order of the knowledge."""
        return tuple(subjects_of(self._mind.knowledge, self._say))

    @cached_property
    def _worth(self) -> Mapping[str, Mapping[int, float]]:
        """How much each word counts for each subject, by its number."""
        worth: dict[str, dict[int, float]] = defaultdict(dict)
        for number, subject in enumerate(self.subjects):
            for word, counts in _words(subject):
                worth[word][number] = max(counts, worth[word].get(number, 0.0))
        return worth

    @cached_property
    def _about(self) -> Mapping[str, Sequence[int]]:
        """The subjects, by number, that each concept leads to."""
        about: dict[str, list[int]] = defaultdict(list)
        for number, subject in enumerate(self.subjects):
            for concept in sorted(subject.concepts):
                about[concept].append(number)
        return about

    @cached_property
    def _typeahead(self) -> Typeahead:
        return Typeahead(self._worth)

    def _matching(self, question: Question, profile: Profile, municipality: str | None) -> list[Subject]:
        """Return the subjects that account for every word that says something, best first."""
        each = [self._scores(at, question) for at in _telling(question)]
        common = set(each[0]).intersection(*each[1:])
        totals = {number: sum(scores[number] for scores in each) / len(each) for number in common}

        def order(number: int) -> tuple[float, int, int, str]:
            subject = self.subjects[number]
            own = OWN if self._own(subject, profile, municipality) else 0.0
            return (-round(totals[number] + own, 4), subject.group, len(subject.title), subject.id)

        return [self.subjects[number] for number in sorted(common, key=order)]

    def _scores(self, at: int, question: Question) -> dict[int, float]:
        """Return how well one word leads to each subject: by its letters, and by what it means."""
        scores: dict[int, float] = defaultdict(float)
        matching = self._typeahead.matching(question.tokens[at].word)
        for word, sure in matching.items():
            for number, counts in self._worth[word].items():
                scores[number] = max(scores[number], sure * counts)
        guess = max(matching.values(), default=0.0) <= SLIPPED
        for span in (word.span for word in question.words if at in word.span.positions):
            counts = MEANT.get(span.how, GUESSED if guess else 0.0)
            for concept in span.concepts if counts else ():
                for number in self._about.get(concept, ()):
                    scores[number] = max(scores[number], counts)
        return scores

    def _own(self, subject: Subject, profile: Profile, municipality: str | None) -> bool:
        home = municipality or profile.municipality
        return bool(subject.place and subject.place == home) or bool(
            subject.actor and subject.actor == self._own_actor(profile)
        )

    def _own_actor(self, profile: Profile) -> str | None:
        workplace = self._mind.knowledge.workplaces.get(profile.workplace or "")
        return workplace.actor if workplace else None

    def _initial(self, on: date, profile: Profile, municipality: str | None) -> list[Subject]:
        """Return what is wanted the soonest: how disputes go on, what is one's own, then the tasks of the matrix."""
        knowledge = self._mind.on(on).knowledge
        main = knowledge.region.main_agreement
        mine = self._own_actor(profile)
        marked = {task.id: task.responsible for matrix in knowledge.matrices.values() for task in matrix.tasks}

        def rank(subject: Subject) -> int | None:
            if self._own(subject, profile, municipality):
                return 1
            if subject.group is Group.ROUTE:
                return 0
            if subject.group is Group.VALIDITY and main in subject.concepts:
                return 2
            if subject.group is Group.TASK:
                return 3 if any(mine in marked.get(id_, ()) for id_ in subject.concepts) else 4
            return None

        ranked = [(rank(subject), number) for number, subject in enumerate(self.subjects)]
        return [self.subjects[number] for _, number in sorted(pair for pair in ranked if pair[0] is not None)]


def _words(subject: Subject) -> Iterator[tuple[str, float]]:
    """Yield the words that lead to a subject, with how much each counts."""
    for place, word in enumerate(_tokens(subject.name)):
        yield word, NAME if place else FIRST
    titled = () if subject.group in (Group.FACT, Group.COMMON) else (subject.title,)  # theirs are whole questions
    for word in (word for text in (*subject.aliases, *titled) for word in _tokens(text)):
        yield word, ALIAS
    for word in _tokens(subject.question):
        yield word, OTHER


def _tokens(text: str) -> list[str]:
    return [token.word for token in tokenize(normalise(text))]


def _telling(question: Question) -> list[int]:
    """Return the places of the words that say something; all of them where none seems to, as of "in"."""
    content = [at for word in question.content_words for at in word.span.positions]
    return sorted(set(content)) or list(range(len(question.tokens)))


def _is_result(outcome: Outcome) -> bool:
    """Return whether it answers a question and does nothing: a watch or a profile is no result of a search."""
    does = outcome.erase or outcome.unwatch or outcome.watch or outcome.profile or outcome.progress
    return not does and outcome.answer.kind not in NO_RESULT


def _merged(whole: Found, found: tuple[Found, ...], question: Question) -> tuple[Found, ...]:
    """Return the results with the answer to the text as it is: first to a question, second to a word, last to half."""
    same = next((one for one in found if one.answer.text == whole.answer.text), None)
    others = tuple(one for one in found if one is not same)
    sure = all(word.span.how in MEANT for word in question.content_words)
    place = len(others) if not sure else 0 if question.asks_in_words or question.yes_no else 1
    if same is not None:
        place = min(place, found.index(same))
    place = min(place, MOST - 1)
    return _distinct((*others[:place], same or whole, *others[place:]))


def _result(title: str, question: str, answer: Answer) -> Found:
    danger = next((notice.text for notice in answer.notices if notice.level == "danger"), None)
    return Found(" ".join(title.split()), _shortened(danger or answer.lead), question, answer)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SUMMARY else line[: SUMMARY - 1].rsplit(" ", 1)[0].rstrip(",;:–") + "…"


def _distinct(results: Iterable[Found]) -> tuple[Found, ...]:
    """Return the first ten results that neither say what an earlier one says nor are called what it is called."""
    kept: list[Found] = []
    for one in results:
        if not any(one.title == other.title or one.answer.text == other.answer.text for other in kept):
            kept.append(one)
        if len(kept) == MOST:
            break
    return tuple(kept)
