"""`lotsen diff`: what differs between two revisions, folders or agreements, and which answers change with it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from bot.answer_changes import ChangedAnswer, changed_answers
from bot.commands.console import progress, tell
from bot.commands.evaluation import cases_in
from bot.commands.faults import OK, Mendable
from bot.commands.wording import Wrong, say
from bot.render.differences import Comparison, as_html, as_json, as_markdown, as_text
from bot.settings import Settings
from bot.sides import Side, side_of_files, side_of_revision
from indexer.build import Manifest
from indexer.history import history
from indexer.publish import current
from indexer.revisions import find_revision
from knowledge.counterparts import counterparts
from knowledge.differences import differences, placed


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to do beside comparing. `cases` is the folder of question cases to ask, null: none; `on` the day."""

    cases: Path | None = None
    on: date | None = None
    html: Path | None = None
    markdown: Path | None = None
    as_json: bool = False


def diff(settings: Settings, sides: Sequence[str], wanted: Wanted) -> int:
    """Compare two sides and tell what differs; return the exit status, 0 however much does."""
    compared = _agreements(settings, sides, wanted) or _compared(settings, sides, wanted)
    if wanted.html:
        wanted.html.write_text(as_html(compared), "utf-8")
    if wanted.markdown:
        wanted.markdown.write_text(as_markdown(compared), "utf-8")
    if wanted.as_json:
        tell(json.dumps(as_json(compared), ensure_ascii=False, indent=2))
    elif wanted.html or wanted.markdown:
        tell(compared.count)
        for path in filter(None, (wanted.html, wanted.markdown)):
            tell(say("diff.written", path=path))
    else:
        tell(as_text(compared).rstrip("\n"))
    return OK


def _compared(settings: Settings, names: Sequence[str], wanted: Wanted) -> Comparison:
    first, second = (
        (*names, *([say("diff.now")] * (2 - len(names))))[:2] if names else (_served(settings), say("diff.now"))
    )
    (old_label, old), (new_label, new) = _side(settings, first), _side(settings, second)
    found = placed(differences(old.knowledge, new.knowledge), old.places, new.places)
    form = old.knowledge.revision != new.knowledge.revision
    compared = Comparison(old_label, new_label, found, form_differs=form)
    if wanted.cases is None:
        return compared
    return _with_answers(compared, old, new, wanted.cases, wanted.on)


def _with_answers(compared: Comparison, old: Side, new: Side, folder: Path, on: date | None) -> Comparison:
    cases = cases_in(folder)
    with ExitStack() as stack:
        with progress() as shown:
            one, other = old.serve(stack, shown), new.serve(stack, shown)
        with progress() as shown:
            found: list[ChangedAnswer] = changed_answers(
                cases, one, other, on, lambda done, total: shown("ask", done, total)
            )
    return replace(compared, answers=found, asked=len(cases), on=on.isoformat() if on else None)


def _agreements(settings: Settings, names: Sequence[str], wanted: Wanted) -> Comparison | None:
    """Return what differs between two agreements, where both names are such."""
    if len(names) != 2 or any(Path(name).exists() for name in names):
        return None
    side = side_of_files(settings.knowledge, settings.certainty)
    agreements = side.knowledge.agreements
    if not all(name in agreements for name in names):
        return None
    if wanted.cases is not None:
        raise Wrong(say("wrong.diff_agreements"))
    found = differences(*counterparts(side.knowledge, *names))
    return Comparison(agreements[names[0]].short, agreements[names[1]].short, found)


def _served(settings: Settings) -> str:
    path = current(settings.data, settings.knowledge)
    manifest = Manifest.read(path) if path else None
    if manifest is None:
        raise Mendable(say("check.not_published"))
    return manifest.revision


def _side(settings: Settings, name: str) -> tuple[str, Side]:
    """Return a side and what it is called."""
    if name == say("diff.now"):
        return say("diff.side.now"), side_of_files(settings.knowledge, settings.certainty)
    if Path(name).is_dir():
        return say("diff.side.folder", folder=name), side_of_files(Path(name).resolve(), settings.certainty)
    found = find_revision(settings.data, settings.knowledge, name)
    return _label(settings, found), side_of_revision(settings.data, settings.knowledge, found, settings.certainty)


def _label(settings: Settings, revision: str) -> str:
    lines = [line for line in history(settings.data, settings.knowledge) if line.revision == revision]
    if not lines:
        return say("diff.side.revision", revision=revision)
    at = datetime.fromisoformat(lines[-1].at).astimezone().date()
    return say("diff.side.published", revision=revision, at=at)
