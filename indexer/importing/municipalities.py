"""Documents → what municipalities reported of their local agreements: one draft for each municipality."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from indexer.importing.dates import dates_in
from indexer.importing.document import Document
from indexer.importing.drafts import Doubt, LocalDraft, ReplyDraft
from indexer.importing.lokstatus import Reported, finds, reported
from indexer.importing.marks import Sign, read_mark
from indexer.importing.matching import Candidate, Candidates, agreements_of, match, mentions, places_of
from indexer.importing.surveys import Entry, Survey, surveys_of
from indexer.importing.textlines import first_lines
from indexer.importing.wording import words
from indexer.swedish import normalise, tokenize
from knowledge.model import Knowledge, LokStatus

_HEAD_LINES = 12
_SHORT = 6
_MOSTLY = 0.6
_TOLD = 4


@dataclass(frozen=True, slots=True)
class _About:
    """What a group of columns is about: an agreement, or what their heads call it; the column of the status."""

    agreement: str | None
    head: str
    status: int | None
    columns: tuple[int, ...]


def local_drafts(document: Document, knowledge: Knowledge) -> tuple[LocalDraft, ...]:
    """Return what each municipality of a table answered: a reply to each question, empty where there is none.

    `status` is what the first sentence says in the answer to whether there is a local agreement. Where a
    table asks for several agreements there is a draft for each municipality and agreement.
    """
    observed = _observed(document)
    agreements = _agreements(knowledge)
    drafts: dict[tuple[str, str | None, str], LocalDraft] = {}
    for survey in surveys_of(document, places_of(knowledge)):
        if not _asks(survey, agreements):
            continue
        for about in _abouts(survey, agreements):
            for entry in survey.entries:
                draft = _draft(survey, entry, about, observed, knowledge)
                key = (draft.municipality or draft.name, about.agreement, "" if about.agreement else about.head)
                drafts[key] = _both(drafts[key], draft) if key in drafts else draft
    return tuple(drafts.values())


def _draft(survey: Survey, entry: Entry, about: _About, observed: _Observed, knowledge: Knowledge) -> LocalDraft:
    status = _status(survey, entry, about)
    day, day_doubts = _own_day(survey, entry) or observed
    doubts = (*_name_doubts(entry, knowledge), *_about_doubts(about), *status.doubts, *day_doubts)
    replies = tuple(
        ReplyDraft(survey.heads[at], entry.answers[at].text, entry.answers[at].spot) for at in about.columns
    )
    municipality = entry.found.id
    return LocalDraft(entry.name, entry.spot, replies, municipality, status.status, day, doubts, about.agreement)


def _both(first: LocalDraft, second: LocalDraft) -> LocalDraft:
    """Return what two tables say of one municipality, as one."""
    asked = {reply.question for reply in first.replies}
    more = tuple(reply for reply in second.replies if reply.question not in asked)
    told = first if first.status is not None else second
    doubts = {str(doubt): doubt for doubt in (*told.doubts, *first.doubts)}
    if told.status is not None:
        doubts = {text: doubt for text, doubt in doubts.items() if doubt.code != "local-no-question"}
    return replace(told, replies=(*first.replies, *more), doubts=tuple(doubts.values()))


# --- what a table asks ---------------------------------------------------------------------------


def _asks(survey: Survey, agreements: Candidates) -> bool:
    """Return whether a table is a survey: it speaks of agreements, or puts questions."""
    spoken = (survey.title, *survey.heads)
    if any(finds("local-agreement", text) for text in spoken) or any("?" in head for head in survey.heads):
        return True
    return any(_agreement_of(head, agreements) for head in survey.heads)


def _abouts(survey: Survey, agreements: Candidates) -> list[_About]:
    heads = survey.heads
    used = [at for at, head in enumerate(heads) if head or any(entry.answers[at].text for entry in survey.entries)]
    own = {at: _agreement_of(heads[at], agreements) for at in used}
    several = {agreement for agreement in own.values() if agreement}
    if len(several) > 1:
        shared = [at for at in used if own[at] is None]
        return [
            _about(survey, one, [at for at in used if own[at] == one], shared)
            for one in dict.fromkeys(filter(None, own.values()))
        ]
    columns = _answer_columns(survey, used)
    if len(columns) > 1:
        shared = [at for at in used if at not in columns]
        return [_About(own[at], heads[at], at, tuple(sorted((at, *shared)))) for at in columns]
    agreement = next(iter(several), None) or _agreement_of(survey.title, agreements)
    return [_About(agreement, "", _status_column(survey, used), tuple(used))]


def _about(survey: Survey, agreement: str, columns: Sequence[int], shared: Sequence[int]) -> _About:
    status = _status_column(survey, columns, alone=True)
    return _About(agreement, "", status, tuple(sorted((*columns, *shared))))


def _answer_columns(survey: Survey, used: Sequence[int]) -> list[int]:
    """Return the columns that each are one agreement's, where no agreement is known by its head."""
    short = [at for at in used if _answers_shortly(survey, at) and not finds("local-validity-head", survey.heads[at])]
    named = [at for at in short if finds("local-agreement", survey.heads[at])]
    if len(named) > 1:
        return named
    plain = [at for at in short if not finds("local-signed-head", survey.heads[at]) and "?" not in survey.heads[at]]
    return plain if finds("local-agreement", survey.title) and len(plain) == len(short) and not named else []


def _answers_shortly(survey: Survey, at: int) -> bool:
    answers = [text for entry in survey.entries if (text := entry.answers[at].text)]
    short = [text for text in answers if len(tokenize(text)) <= _SHORT and reported(text).status is not None]
    return bool(answers) and len(short) >= _MOSTLY * len(answers)


def _status_column(survey: Survey, columns: Sequence[int], *, alone: bool = False) -> int | None:
    """Return the column that asks whether there is an agreement. `alone`: the heads name the agreement itself."""
    scores = [(_status_score(survey, at, alone), -at) for at in columns]
    best, column = max(scores, default=(0, 0))
    return -column if best > 0 else None


def _status_score(survey: Survey, at: int, alone: bool) -> int:
    head = survey.heads[at]
    signed, local = finds("local-signed-head", head), alone or finds("local-agreement", head)
    if finds("local-validity-head", head) and not signed:
        return 0
    if not local and not (finds("local-agreement", survey.title) and signed):
        return 0
    return 1 + 4 * local + 2 * signed + _answers_shortly(survey, at)


def _agreement_of(text: str, agreements: Candidates) -> str | None:
    """Return the agreement that a head is about, without the words that all agreements share."""
    if not text:
        return None
    bare = " ".join(token.surface for token in tokenize(normalise(text)) if token.word not in words("local-level"))
    found = match(bare, agreements).id if bare else None
    named = {one.id for one in mentions(text, agreements)}
    return found or (next(iter(named)) if len(named) == 1 else None)


@cache
def _bare_names(names: tuple[str, ...]) -> tuple[str, ...]:
    found = []
    for name in names:
        kept = [token.surface for token in tokenize(normalise(name)) if token.word not in words("local-level")]
        bare = " ".join(kept)
        found += [bare] if len(bare) > _TOLD else []
    return tuple(dict.fromkeys(found))


def _agreements(knowledge: Knowledge) -> Candidates:
    every = ((one.id, _bare_names(one.names)) for one in agreements_of(knowledge))
    return tuple(Candidate(id_, names) for id_, names in every if names)


# --- one answer ----------------------------------------------------------------------------------


def _status(survey: Survey, entry: Entry, about: _About) -> Reported:
    if about.status is None:
        return Reported(None, (Doubt("local-no-question"),))
    found = reported(entry.answers[about.status].text)
    if found.status is LokStatus.NO_DATA and not entry.answers[about.status].text and _only_marks(survey, about.status):
        return Reported(None, (Doubt("local-blank"),))
    return found


def _only_marks(survey: Survey, at: int) -> bool:
    """Return whether a column says yes with a mark and nothing else."""
    texts = [entry.answers[at].text for entry in survey.entries if entry.answers[at].text]
    marks = [text for text in texts if read_mark(text).sign in (Sign.YES, Sign.CROSS)]
    return bool(texts) and len(marks) == len(texts) and not any(finds("local-yes", text) for text in texts)


def _name_doubts(entry: Entry, knowledge: Knowledge) -> Iterator[Doubt]:
    if entry.found.id is None:
        yield Doubt("local-municipality", {"name": entry.name})
    elif not entry.found.certain:
        name = knowledge.municipalities[entry.found.id].name
        yield Doubt("local-spelling", {"text": entry.name, "name": name})


def _about_doubts(about: _About) -> Iterator[Doubt]:
    if about.agreement is None and about.head:
        yield Doubt("local-agreement", {"head": about.head})


# --- when ----------------------------------------------------------------------------------------

_Observed = tuple[str | None, tuple[Doubt, ...]]


def _observed(document: Document) -> _Observed:
    """Return the day that the document's head says, and what is unsure about it."""
    lines = [line.text for line in first_lines(document.blocks)][:_HEAD_LINES]
    answered = [line for line in lines if finds("local-answered", line)]
    others = [line for line in lines if not finds("local-validity-head", line) and _has_day(line)]
    for chosen in (answered, others):
        days = tuple(dict.fromkeys(day for line in chosen for day in _days(line)))
        if len(days) == 1:
            return days[0], ()
        if days:
            return None, (Doubt("local-many-observed", {"days": ", ".join(days)}),)
    named = _days(re.sub(r"[_.]", " ", document.name))
    if len(named) == 1:
        return named[0], (Doubt("local-observed-name", {"day": named[0]}),)
    return None, (Doubt("local-no-observed"),)


def _has_day(line: str) -> bool:
    """Return whether a line gives more than a year: years stand in names of agreements too."""
    return any("-" in day for day in _days(line)) or finds("seasons", line)


def _own_day(survey: Survey, entry: Entry) -> _Observed | None:
    """Return the day on which a municipality answered, where the table has a column for it."""
    for at, head in enumerate(survey.heads):
        if normalise(head).casefold() in words("local-day-head") and len(days := _days(entry.answers[at].text)) == 1:
            return days[0], ()
    return None


def _days(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(written.value for written in dates_in(normalise(text))))
