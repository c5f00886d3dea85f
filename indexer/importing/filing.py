"""A document that was read → its file among the knowledge. Nothing is live before an index is built of it."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from indexer.importing.document import Document
from indexer.swedish import fold
from knowledge.editing import Edit, edited
from knowledge.loader import load
from knowledge.model import DocumentStatus, ImportedPassage, Knowledge, Standing, first_day, last_day
from knowledge.personal import Vocabulary, contact_details, persons
from knowledge.problems import KnowledgeError, Problem
from knowledge.reader import read_document

FOLDER = "importerat"
LONG_TITLE, LONG_LABEL, LONG_ID = 120, 70, 48
NAME, DETAIL = "[namn]", "[uppgift]"
STANDINGS = {
    DocumentStatus.IN_FORCE: Standing.PRIMARY,
    DocumentStatus.DRAFT: Standing.SECONDARY,
    DocumentStatus.WORKING_PAPER: Standing.SECONDARY,
    DocumentStatus.HISTORIC: Standing.HISTORIC,
}
_PARTIAL = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody says of a document that is imported. Days are YYYY[-MM[-DD]].

    `source` is the id of a source that the knowledge has, or that the new one is to have; null: the document's own id.
    """

    status: DocumentStatus
    imported: str
    title: str | None = None
    date: str | None = None
    agreement: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """A document as it will lie among the knowledge: `texts` are its files, to be written with `knowledge.editing`.

    `replaced` tells that the same file was imported before; `source` is the id of its source.
    """

    id: str
    title: str
    source: str
    file: str
    replaced: bool
    texts: dict[str, str]


def is_day(text: str) -> bool:
    """Return whether a text is a day, month or year as sources have them."""
    try:
        return bool(_PARTIAL.fullmatch(text)) and first_day(text) <= last_day(text)
    except ValueError:
        return False


def veiled(text: str, vocabulary: Vocabulary) -> str:
    """Return a text without what the rules of the knowledge take for persons' names, numbers and addresses."""
    for detail in contact_details(text):
        text = text.replace(detail, DETAIL)
    for name in persons(text, vocabulary):
        text = text.replace(name, NAME)
    return text


def veiled_passages(
    passages: Iterable[ImportedPassage], vocabulary: Vocabulary
) -> tuple[tuple[ImportedPassage, ...], int]:
    """Return passages that the checks of the knowledge let through, and how many of them were changed."""
    found, changed = [], 0
    for passage in passages:
        texts = {key: getattr(passage, key) for key in ("text", "heading", "locator")}
        kept = {key: text and veiled(text, vocabulary) for key, text in texts.items()}
        changed += kept != texts
        found.append(passage.model_copy(update=kept))
    return tuple(found), changed


def title_of(document: Document) -> str:
    """Return what a document is called: its first heading of the highest level, else its file's name."""
    headings = [block for block in document.paragraphs if block.level is not None and len(block.text) <= LONG_TITLE]
    top = min((block.level or 0 for block in headings), default=0)
    name = re.sub(r"[\W_]+", " ", PurePath(document.name).stem).strip()
    return next((" ".join(block.text.split()) for block in headings if block.level == top), "") or name or document.name


def filing(
    region: Path,
    knowledge: Knowledge,
    document: Document,
    passages: Iterable[ImportedPassage],
    choice: Choice,
    vocabulary: Vocabulary,
) -> Filing:
    """Return how a document is filed in a region's folder. Nothing is written."""
    earlier = next((one for one in knowledge.documents.values() if one.digest == document.digest), None)
    title = veiled(choice.title or (earlier.title if earlier else title_of(document)), vocabulary)
    id_ = earlier.id if earlier else _free_id(title, knowledge)
    file = f"{FOLDER}/{id_}.yaml"
    own = _own_sources(region / file)
    source = choice.source or (earlier.source if earlier else id_)
    if earlier and choice.date is None:
        choice = replace(choice, date=knowledge.sources[earlier.source].date)
    edits = [Edit("remove", "documents", id_)] if earlier else []
    edits += [Edit("remove", "sources", one) for one in own]
    if source not in knowledge.sources or source in own:
        edits.append(Edit("add", "sources", source, value=_source(source, title, choice), file=file))
    entry = {
        "id": id_,
        "title": title,
        "status": choice.status.value,
        "source": source,
        "agreement": choice.agreement or (earlier.agreement if earlier else None),
        "imported": choice.imported,
        "file": veiled(document.name, vocabulary),
        "digest": document.digest,
        "passages": [passage.model_dump(exclude_none=True) for passage in passages],
    }
    edits.append(Edit("add", "documents", id_, value=entry, file=file))
    return Filing(id_, title, source, file, earlier is not None, edited(region, edits))


def problems_with(region: Path, texts: dict[str, str]) -> tuple[Problem, ...]:
    """Return what would be wrong with a region's knowledge if files of it had these texts. Nothing of it is touched."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / region.resolve().name
        shutil.copytree(region, copy)
        if (general := region.parent / "svenska").is_dir():
            shutil.copytree(general, copy.parent / "svenska", dirs_exist_ok=True)
        for name, text in texts.items():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_text(text, "utf-8")
        try:
            load(copy)
        except KnowledgeError as exc:
            real = region.resolve().parent.as_posix()
            return tuple(replace(one, path=one.path.replace(copy.parent.as_posix(), real)) for one in exc.problems)
    return ()


def _source(id_: str, title: str, choice: Choice) -> dict[str, Any]:
    label = title if len(title) <= LONG_LABEL else title[: LONG_LABEL - 1].rsplit(" ", 1)[0] + "…"
    return {
        "id": id_,
        "title": title,
        "label": f"{label}, {choice.date}" if choice.date else label,
        "date": choice.date,
        "standing": STANDINGS[choice.status].value,
    }


def _own_sources(path: Path) -> list[str]:
    """Return the sources that stand in a document's own file, and go with it."""
    if not path.is_file():
        return []
    listed = read_document(path, path.name).data.get("sources") or ()
    return [str(one["id"]) for one in listed if isinstance(one, dict) and "id" in one]


def _free_id(title: str, knowledge: Knowledge) -> str:
    taken = {*knowledge.documents, *knowledge.sources}
    slug = re.sub(r"[^a-z0-9]+", "-", fold(title.lower())).strip("-")
    if len(slug) > LONG_ID:
        slug = slug[: LONG_ID + 1].rpartition("-")[0] or slug[:LONG_ID]
    slug = slug or "dokument"
    return next(id_ for id_ in (slug, *(f"{slug}-{number}" for number in range(2, 10_000))) if id_ not in taken)
