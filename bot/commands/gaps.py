"""`lotsen gaps`: what was asked in vain, what did not help, and what of the knowledge grows old."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from bot.commands.console import table, tell, warn
from bot.commands.faults import OK
from bot.commands.records import minute
from bot.commands.wording import say
from bot.gap_groups import GapGroup
from bot.opening import open_state
from bot.ports import ExpertQuestion, Gap
from bot.service import Serving, open_serving
from bot.settings import Settings
from bot.upkeep import Disliked, Heard, Overview, hear, overview
from indexer.errors import IndexFault
from indexer.publish import current
from knowledge.freshness import Finding, Places, Sort
from knowledge.loader import load, places
from knowledge.messages import sentence
from knowledge.model import Knowledge
from knowledge.problems import KnowledgeError

COLUMNS = ("count", "at", "municipality", "question", "nearest")
Json = dict[str, Any]
_fresh = partial(sentence, "aktualitet")


def gaps(settings: Settings, on: date, *, as_json: bool, everything: bool) -> int:
    """List what there is to look after; return the exit status.

    As JSON: a list of what people asked and thought, or with `everything` an object with all sections.
    """
    heard = asyncio.run(_heard(settings))
    serving = _serving(settings)
    knowledge, where = _files(settings, serving)
    found = overview(knowledge, serving, heard, on, where)
    if as_json:
        told = _sections_json(heard, found) if everything else _people_json(heard, found)
        tell(json.dumps(told, ensure_ascii=False, indent=2))
        return OK
    _tell_questions(found)
    if found.disliked:
        _tell_disliked(found.disliked)
    if found.answers:
        _tell_drafts(found.answers)
    _tell_findings(found.findings, everything)
    if not settings.gaps:
        warn(say("gaps.off"))
    return OK


async def _heard(settings: Settings) -> Heard:
    async with open_state(settings) as state:
        return await hear(state)


def _serving(settings: Settings) -> Serving | None:
    """Open what is published; without it the questions stand each alone."""
    path = current(settings.data, settings.knowledge)
    try:
        return open_serving(path, settings.certainty) if path else None
    except IndexFault:
        return None


def _files(settings: Settings, serving: Serving | None) -> tuple[Knowledge, Places]:
    """Return the knowledge of the files and where it stands; of broken files what is published."""
    try:
        return load(settings.knowledge), places(settings.knowledge)
    except KnowledgeError:
        if serving is None:
            raise
        warn(say("gaps.broken"))
        return serving.served.knowledge, {}


# --- as text --------------------------------------------------------------------------------------


def _tell_questions(found: Overview) -> None:
    if not found.groups:
        tell(say("gaps.none"))
        return
    rows = []
    for group in found.groups:
        from_ = ", ".join(group.municipalities)
        near = ", ".join(one.id for one in group.nearest[:2])
        rows.append((str(group.count), minute(group.at), from_, _one_line(group.question), near))
        rows += [("", "", "", f"  {_one_line(gap.question)}", "") for gap in group.gaps[1:]]
    table([say(f"gaps.column.{column}") for column in COLUMNS], rows, right=frozenset({0}))
    if found.more:
        tell(say("gaps.more", count=found.more))


def _tell_disliked(disliked: Sequence[Disliked]) -> None:
    tell("")
    tell(say("gaps.disliked", count=len(disliked)), "bold")
    for one in disliked:
        lead = one.lead or _fresh("weekly.unknown_answer")
        tell(say("gaps.disliked_line", at=minute(one.at), code=one.code or "–", count=one.count, lead=_one_line(lead)))
        for reason in one.reasons:
            tell(say("gaps.disliked_reason", text=_one_line(reason)), "dim")


def _tell_drafts(answered: Sequence[ExpertQuestion]) -> None:
    """Print what experts have answered: drafts for whoever looks after the knowledge."""
    tell("")
    tell(say("gaps.drafts", count=len(answered)), "bold")
    for question in answered:
        at = minute(question.answered_at or question.at)
        place = question.municipality or "–"
        tell("")
        tell(say("gaps.draft", at=at, group=question.group, municipality=place), "dim")
        tell(say("gaps.draft.question", text=_one_line(question.question)))
        tell(say("gaps.draft.answer", text=_one_line(question.answer or "")))


def _tell_findings(findings: Sequence[Finding], everything: bool) -> None:
    """Print a section for each sort; what rests on a presentation by its source, unless everything is wanted."""
    for sort in Sort:
        of_sort = [one for one in findings if one.sort is sort]
        if not of_sort:
            continue
        tell("")
        tell(say("gaps.section", heading=_fresh(f"fresh.sort.{sort}"), count=len(of_sort)), "bold")
        if sort is Sort.SECONDARY and not everything:
            _tell_by_source(of_sort)
            continue
        for one in of_sort:
            tell(str(one))


def _tell_by_source(findings: Sequence[Finding]) -> None:
    for what, count in Counter(one.what for one in findings).most_common():
        tell(say("gaps.by_source", count=count, what=what))
    tell(say("gaps.by_source_more"), "dim")


# --- as JSON --------------------------------------------------------------------------------------


def _people_json(heard: Heard, found: Overview) -> list[Json]:
    return [
        *_questions_json(heard, found),
        *(_draft_json(question) for question in heard.answers),
        *(_disliked_json(one) for one in found.disliked),
    ]


def _sections_json(heard: Heard, found: Overview) -> Json:
    of_sort = {sort: [_finding_json(one) for one in found.findings if one.sort is sort] for sort in Sort}
    return {
        "on": found.on.isoformat(),
        "questions": _questions_json(heard, found),
        "groups": [
            {"id": group.id, "question": group.question, "count": group.count, "questions": len(group.gaps)}
            for group in found.groups
        ],
        "answers": [_draft_json(question) for question in heard.answers],
        "disliked": [_disliked_json(one) for one in found.disliked],
        **{sort.value: listed for sort, listed in of_sort.items()},
        "grid": [
            {"task": task.id, "municipality": place.id, "known": found.grid.has(task.id, place.id)}
            for task in found.grid.tasks
            for place in found.grid.places
        ],
    }


def _questions_json(heard: Heard, found: Overview) -> list[Json]:
    groups = {gap.id: group for group in found.groups for gap in group.gaps}
    return [_gap_json(gap) | _group_json(groups.get(gap.id)) for gap in heard.gaps]


def _gap_json(gap: Gap) -> Json:
    return {
        "question": gap.question,
        "count": gap.count,
        "at": gap.at.isoformat(timespec="seconds"),
        "kind": gap.kind,
        "municipality": gap.municipality,
    }


def _group_json(group: GapGroup | None) -> Json:
    """Return a question's group and nearest facts; null where it has an answer by now."""
    if group is None:
        return {"group": None, "nearest": []}
    return {"group": group.id, "nearest": [{"id": one.id, "title": one.title} for one in group.nearest]}


def _draft_json(question: ExpertQuestion) -> Json:
    at = question.answered_at or question.at
    return {
        "question": question.question,
        "count": 1,
        "at": at.isoformat(timespec="seconds"),
        "kind": "expert",
        "municipality": question.municipality,
        "group": question.group,
        "answer": question.answer,
        "reviewed": False,
    }


def _disliked_json(one: Disliked) -> Json:
    return {
        "question": "",
        "count": one.count,
        "at": one.at.isoformat(timespec="seconds"),
        "kind": "dislike",
        "municipality": None,
        "receipt": one.code or None,
        "answer": one.lead or None,
        "facts": list(one.facts),
        "reasons": list(one.reasons),
    }


def _finding_json(one: Finding) -> Json:
    return {
        "id": one.id,
        "subject": one.subject,
        "what": one.what,
        "cure": one.cure,
        "due": one.due.isoformat() if one.due else None,
        "where": one.where or None,
        "owner": one.owner,
        "source": one.source,
        "municipality": one.municipality,
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())
