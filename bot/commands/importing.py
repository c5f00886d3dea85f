"""`lotsen import`: documents of others, filed among the knowledge and read for drafts."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.commands.console import choose, complain, progress, tell
from bot.commands.faults import MENDABLE, OK, Mendable
from bot.commands.import_json import as_json
from bot.commands.import_summary import tell_summary
from bot.commands.wording import Wrong, hint, say
from bot.commands.workbook import import_workbook
from bot.settings import Settings
from indexer.adoption import Offer, Taking, offers
from indexer.adoption import edits as adoption_edits
from indexer.adoption.beginning import all_new, plain
from indexer.adoption.settling import observed_by
from indexer.adoption.standing import RANK
from indexer.errors import ImportFault
from indexer.importing.document import Document
from indexer.importing.drafting import draft
from indexer.importing.drafts import Drafts
from indexer.importing.filing import (
    STANDINGS,
    document_edits,
    earlier_import,
    file_of,
    is_day,
    is_id,
    problems_with,
    title_of,
)
from indexer.importing.masking import masked
from indexer.importing.prose import texts_of
from indexer.importing.reading import read_file
from indexer.importing.restoring import restored
from indexer.swedish import fold
from indexer.workbook.reading import read_workbook
from knowledge.editing import Edit, EditError, edited, write
from knowledge.loader import load
from knowledge.model import DocumentStatus, Knowledge

NEW_REGION = "docs/ny-region.md"


@dataclass(frozen=True, slots=True)
class Given:
    """What stood on the command line. `looks` (--visa) writes nothing, `takes_in` (--ta-in) takes in what was found.

    `locator`, `removed` and `what_fits` are for workbooks alone.
    """

    status: str | None = None
    title: str | None = None
    day: str | None = None
    agreement: str | None = None
    source: str | None = None
    as_json: bool = False
    looks: bool = False
    locator: str | None = None
    valid_from: str | None = None
    decided: str | None = None
    removed: tuple[str, ...] = ()
    takes_in: bool = False
    what_fits: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of one file. `file` is where it was written within the region's folder, null where nothing was."""

    document: Document
    drafts: Drafts
    title: str
    status: DocumentStatus | None
    passages: int
    id: str
    file: str | None = None
    replaced: bool = False
    taken: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def import_files(settings: Settings, paths: Sequence[Path], given: Given, now: datetime) -> int:
    """Import files one by one; one that cannot be read stops no other. Returns the exit status."""
    region = settings.knowledge
    if not (region / "region.yaml").is_file():
        raise Mendable(say("import.no_region", folder=region, guide=NEW_REGION))
    wanted = _status(given.status) if given.status is not None else None
    if len(paths) > 1 and (given.title is not None or given.source is not None):
        raise Wrong(say("wrong.one_file"))
    knowledge = load(region)
    given = _checked(given, knowledge)
    status, today = OK, now.astimezone().date().isoformat()
    for path in paths:
        try:
            filled = read_workbook(path)
            if filled is not None:
                status = max(status, import_workbook(settings, filled, given, wanted, now))
            else:
                _hold_for_workbooks(path, given)
                tell_imported(_one(region, path, given, wanted, knowledge, today), given, region)
        except (ImportFault, Mendable, EditError) as exc:
            exc = Mendable(say("import.does_not_fit", file=path.name)) if isinstance(exc, EditError) else exc
            complain(str(exc))
            if given.as_json:
                tell(json.dumps({"file": path.name, "error": str(exc)}, ensure_ascii=False))
            status = MENDABLE
            continue
        if not given.looks and path is not paths[-1]:
            knowledge = load(region)
    return status


def _hold_for_workbooks(path: Path, given: Given) -> None:
    """Raise Mendable where something was asked for that only a workbook can do, Wrong where something is missing."""
    if given.locator or given.removed or given.what_fits:
        raise Mendable(say("import.only_workbook", file=path.name))
    if given.takes_in and given.agreement is None:
        raise Wrong(say("wrong.take_in"))


def tell_imported(imported: Imported, given: Given, region: Path) -> None:
    """Print what came of a file: as a line of JSON, or as a summary and what to do next."""
    if given.as_json:
        tell(json.dumps(as_json(imported), ensure_ascii=False))
        return
    tell_summary(imported)
    if imported.file is None:
        tell(say("import.looked"))
    else:
        tell(say("import.replaced" if imported.replaced else "import.written", path=region / imported.file), "green")
        tell_taken(imported, adopts=given.takes_in)
        tell(say("import.next_taken" if given.takes_in else "import.next"))
        if imported.status is not None and imported.status.editors_only:
            tell(say("import.editors_only"))


def tell_taken(imported: Imported, *, adopts: bool) -> None:
    """Print what was taken in and what was left, where it was asked for."""
    if not adopts:
        return
    for key, lines in (("import.taken", imported.taken), ("import.left", imported.left)):
        if lines:
            tell(say(key, count=len(lines)))
            tell("\n".join(f"  {line}" for line in lines))


def _one(
    region: Path, path: Path, given: Given, status: DocumentStatus | None, knowledge: Knowledge, today: str
) -> Imported:
    document = _read(path, knowledge)
    drafts = draft(document, knowledge)
    earlier = earlier_import(document, knowledge)
    title = given.title or (earlier.title if earlier else title_of(document))
    day = given.day or (knowledge.sources[earlier.source].date if earlier else None)
    if status is None and not given.looks:
        status = _asked(path.name)
    _hold_standing(given.source, status, knowledge)
    edits = document_edits(
        *(document, knowledge, status or DocumentStatus.WORKING_PAPER, title, day, given.agreement, today),
        given.source,
    )
    entry = edits[-1].value
    if not entry["passages"]:
        raise Mendable(say("import.nothing", file=path.name))
    imported = Imported(document, drafts, entry["title"], status, len(entry["passages"]), entry["id"])
    if given.looks:
        return imported
    adopted = Adopted()
    if given.takes_in:
        assert given.agreement is not None, "the command line asks for it"
        standing = STANDINGS[status] if status is not None else None
        about = Taking(entry["source"], given.agreement, given.decided, given.valid_from)
        adopted = _adopted(drafts, knowledge, replace(about, standing=standing, dated=day))
    texts = edited(region, [*edits, *adopted.edits])
    try:
        if problems := problems_with(region, texts):
            raise Mendable("\n".join([say("import.refused", file=path.name), *map(str, problems)]))
        write(region, texts)
    except OSError as exc:
        raise Mendable(say("import.folder", folder=region / file_of(entry["id"]), why=exc.strerror or "")) from exc
    written = replace(imported, file=file_of(entry["id"]), replaced=earlier is not None)
    return replace(written, taken=adopted.taken, left=adopted.left)


@dataclass(frozen=True, slots=True)
class Adopted:
    """What of a document's drafts is taken in and what is left, as Swedish lines, and the edits that do it."""

    edits: tuple[Edit, ...] = ()
    taken: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def _hold_standing(source: str | None, status: DocumentStatus | None, knowledge: Knowledge) -> None:
    """Raise Mendable where a document would borrow the trust of a known source that is better than itself."""
    known = knowledge.sources.get(source or "")
    if known is not None and status is not None and RANK[known.standing] > RANK[STANDINGS[status]]:
        raise Mendable(
            say("import.better_source", source=known.id, status=_names()[list(DocumentStatus).index(status)])
        )


def _adopted(drafts: Drafts, knowledge: Knowledge, taking: Taking) -> Adopted:
    """Return what `--ta-in` takes in: all that can be taken as it stands, and what a new region lacks as new."""
    dated = replace(drafts, local=tuple(observed_by(one, taking.dated) for one in drafts.local))
    found = offers(dated, knowledge, taking, all_new(dated, knowledge, taking.agreement))
    chosen = plain(found, knowledge, taking)
    lines = {offer.proposal.id: _line(offer) for offer in found}
    return Adopted(
        tuple(adoption_edits(found, chosen, knowledge, taking)),
        tuple(line for id_, line in lines.items() if id_ in chosen),
        tuple(line for id_, line in lines.items() if id_ not in chosen),
    )


def _line(offer: Offer) -> str:
    one = offer.proposal
    doubts = f" ({' '.join(map(str, one.doubts))})" if one.doubts else ""
    return f"{one.subject}: {one.theirs}{doubts}"


def _read(path: Path, knowledge: Knowledge) -> Document:
    """Return a file as it is kept: read, mended where a scan has lost letters, and masked."""
    with progress() as shown:
        document = read_file(path, partial(shown, "document"))
        document = restored(document, texts_of(knowledge), partial(shown, "restore"))
        return masked(document, knowledge)


def _asked(name: str) -> DocumentStatus:
    """Return the status that somebody at a terminal chooses. Raises Wrong where there is nobody to ask."""
    choices = [(status, say(f"import.status.{status.value}")) for status in DocumentStatus]
    number = choose(say("import.ask_status", file=name), [text for _, text in choices])
    if number is None:
        raise Wrong(say("wrong.no_status", choices=", ".join(_names())))
    return choices[number][0]


def _names() -> list[str]:
    return [say(f"import.status.{status.value}").partition(":")[0] for status in DocumentStatus]


def _status(text: str) -> DocumentStatus:
    wanted = fold(text.strip().casefold())
    for status in DocumentStatus:
        if status.value == wanted:
            return status
    close = difflib.get_close_matches(text.casefold(), _names(), n=1)
    raise Wrong(say("wrong.status", value=text, hint=hint(close) if close else ", ".join(_names())))


def _checked(given: Given, knowledge: Knowledge) -> Given:
    """Return what was given, once its day and ids are known to be right. Raises Wrong."""
    for day in (given.day, given.valid_from, given.decided):
        if day is not None and not is_day(day):
            raise Wrong(say("wrong.partial_day", value=day))
    if given.agreement is not None and given.agreement not in knowledge.agreements:
        close = difflib.get_close_matches(given.agreement, knowledge.agreements, n=1)
        guess = hint(close) if close else say("wrong.choose", ids=", ".join(sorted(knowledge.agreements)))
        raise Wrong(say("wrong.agreement", value=given.agreement, hint=guess))
    if given.source is not None and not is_id(given.source):
        raise Wrong(say("wrong.source", value=given.source))
    return given
