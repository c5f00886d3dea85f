"""What a model of meaning would propose where words found no answer, and whether that helps."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.meaning import Scores, Text
from bot.evaluate import Case, Verdict, judge
from bot.question import Question
from bot.service import Serving, answer_turns
from indexer.passages import Passage

MOST = 3
"""As many choices as `clarify` offers."""
OF_FORM = frozenset({"starts", "privacy_warning"})
"""What a case expects of the wording, or of the message: the question behind a choice has its own."""
OUTSIDE = frozenset({"place", "outside"})
"""Roles of words that are known to lie outside the knowledge: there words leave nothing open."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One fact or task that can be proposed: the question behind the choice, and the texts it is known by."""

    id: str
    question: str
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """A proposal as it would be offered: how near it lies (cosine), and whether its question gets the right answer."""

    question: str
    score: float
    right: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """One question that words left open, with its nearest proposals, best first.

    `wants` is 'answer' where an answer was missed, 'unknown' where choices would be needless, and
    'either' where the case lets the reply ask back. `ms` is how long the comparison took.
    """

    case: Case
    wants: str
    choices: tuple[Choice, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class Counts:
    """What happens at one threshold, in cases.

    `helped` get the right choice, `astray` only wrong ones; both miss their answer today. `loose` are
    those among `helped` of which the case names the kind alone, so that any answer of that kind passes.
    `needless` are rightly unknown today and would be asked back, `allowed` may be asked back.
    """

    threshold: float
    helped: int
    loose: int
    astray: int
    needless: int
    allowed: int


def proposals(serving: Serving) -> list[Proposal]:
    """Return all that can be proposed: what has an example question to ask."""
    matrices = serving.served.knowledge.matrices.values()
    tasks = {f"{matrix.agreement}/ansvar/{task.id}": task.phrase for matrix in matrices for task in matrix.tasks}
    found = []
    for passage in serving.served.passages.values():
        if passage.examples:
            phrase = tasks.get(passage.id)
            question = serving.say("suggest.task", task=phrase) if phrase else passage.examples[0]
            found.append(Proposal(passage.id, question, _texts(passage)))
    return found


def _texts(passage: Passage) -> tuple[Text, ...]:
    lead = passage.text.partition("\n")[0]
    return (*(Text(example, True) for example in passage.examples), Text(f"{passage.title}: {lead}", False))


def is_open(verdict: Verdict, serving: Serving) -> bool:
    """Return whether words left a case's last question open: unknown, with content, and nothing known as foreign."""
    if verdict.answer["kind"] != "unknown":
        return False
    words = _last(verdict.case, serving).content_words
    return bool(words) and not any(OUTSIDE & set(part) for word in words for part in word.roles)


def _last(case: Case, serving: Serving) -> Question:
    return serving.mind.read(case.turns[-1])


def wants(case: Case) -> str:
    """Return what a case wants where it is not answered today: see Trial."""
    given = case.expect.get("kind")
    kinds = set(given if isinstance(given, list) else [given])
    return "either" if "clarify" in kinds else "unknown" if "unknown" in kinds else "answer"


def trials(verdicts: Iterable[Verdict], serving: Serving, known: Sequence[Proposal], scores: Scores) -> Iterator[Trial]:
    """Yield what would be proposed for each case that words leave open. `scores` compares with the proposals' texts."""
    for verdict in verdicts:
        if is_open(verdict, serving):
            case, wanted = verdict.case, wants(verdict.case)
            began = time.perf_counter()
            nearest = _nearest(scores(case.turns[-1]), known)
            ms = (time.perf_counter() - began) * 1000
            choices = (
                Choice(proposal.question, score, wanted == "answer" and leads_right(case, proposal, serving))
                for score, proposal in nearest
            )
            yield Trial(case, wanted, tuple(choices), ms)


def _nearest(scores: Sequence[float], known: Sequence[Proposal]) -> list[tuple[float, Proposal]]:
    """Return the nearest proposals, each as near as the nearest of its texts."""
    rest = iter(scores)
    found = [(max(next(rest) for _ in proposal.texts), proposal) for proposal in known]
    return sorted(found, key=lambda each: (-each[0], each[1].id))[:MOST]


def leads_right(case: Case, proposal: Proposal, serving: Serving) -> bool:
    """Return whether the question behind a choice gets the answer that a case expects, apart from its form."""
    places = _last(case, serving).of_role("municipality")
    place = places[0] if len(places) == 1 else case.profile
    reply = answer_turns(serving, [proposal.question], place, case.on)[-1]
    expect = {key: value for key, value in case.expect.items() if key not in OF_FORM}
    return judge(replace(case, expect=expect), reply.as_json()).outcome == "right"


def count(tried: Iterable[Trial], threshold: float) -> Counts:
    """Return what happens where choices that lie at least so near (cosine) are offered."""
    outcomes = [(outcome(trial, threshold), trial) for trial in tried]
    number = Counter(name for name, _ in outcomes)
    loose = sum(name == "helped" and _names_kind_alone(trial.case) for name, trial in outcomes)
    return Counts(threshold, number["helped"], loose, number["astray"], number["needless"], number["allowed"])


def outcome(trial: Trial, threshold: float) -> str:
    """Return which of Counts a trial adds to at a threshold; empty where nothing would be offered."""
    offered = [choice for choice in trial.choices if choice.score >= threshold]
    if not offered:
        return ""
    if trial.wants == "answer":
        return "helped" if any(choice.right for choice in offered) else "astray"
    return "needless" if trial.wants == "unknown" else "allowed"


def _names_kind_alone(case: Case) -> bool:
    return not any(value for key, value in case.expect.items() if key not in OF_FORM | {"kind", "never_says"})
