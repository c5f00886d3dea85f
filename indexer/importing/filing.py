"""A document that was read → its file among the knowledge. Nothing is live before an index is built of it."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any

from indexer.importing.document import Document, Paragraph
from indexer.importing.excerpts import excerpts
from indexer.swedish import fold
from knowledge.check_names import vocabulary_of
from knowledge.editing import Edit
from knowledge.loader import load
from knowledge.model import (
    ID_PATTERN,
    DocumentStatus,
    ImportedDocument,
    ImportedPassage,
    Knowledge,
    Standing,
    first_day,
    last_day,
)
from knowledge.personal import Vocabulary, contact_details, persons
from knowledge.problems import KnowledgeError, Problem

FOLDER = "importerat"
LONG_TITLE, LONG_LABEL, LONG_ID = 120, 70, 48
TITLE_WITHIN, TITLE_WORDS = 6, 3
"""Blocks within which a title stands, and words that it has at least."""
NAME, DETAIL = "[namn]", "[uppgift]"
STANDINGS = {
    DocumentStatus.IN_FORCE: Standing.PRIMARY,
    DocumentStatus.DRAFT: Standing.SECONDARY,
    DocumentStatus.WORKING_PAPER: Standing.SECONDARY,
    DocumentStatus.HISTORIC: Standing.HISTORIC,
}
_WORD = re.compile(r"[^\W\d_]{2,}")
_PARTIAL = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


def is_day(text: str) -> bool:
    """Return whether a text is a day, month or year as sources have them."""
    try:
        return bool(_PARTIAL.fullmatch(text)) and first_day(text) <= last_day(text)
    except ValueError:
        return False


def is_id(text: str) -> bool:
    """Return whether a text can be an id."""
    return re.fullmatch(ID_PATTERN, text) is not None


def veiled(text: str, vocabulary: Vocabulary) -> str:
    """Return a text without what the rules of the knowledge take for persons' names, numbers and addresses."""
    for detail in contact_details(text):
        text = text.replace(detail, DETAIL)
    for name in persons(text, vocabulary):
        text = text.replace(name, NAME)
    return text


def veiled_passages(passages: Iterable[ImportedPassage], vocabulary: Vocabulary) -> tuple[ImportedPassage, ...]:
    """Return passages that the checks of the knowledge let through."""
    return tuple(
        passage.model_copy(
            update={
                "text": veiled(passage.text, vocabulary),
                "heading": passage.heading and veiled(passage.heading, vocabulary),
                "locator": veiled(passage.locator, vocabulary),
            }
        )
        for passage in passages
    )


def title_of(document: Document) -> str:
    """Return what a document is called: a heading at its beginning that reads as a title, else its file's name."""
    for block in document.blocks[:TITLE_WITHIN]:
        if isinstance(block, Paragraph) and block.level is not None:
            text = " ".join(block.text.split())
            if len(text) <= LONG_TITLE and len(_WORD.findall(text)) >= TITLE_WORDS and not text[0].isdigit():
                return text
    return re.sub(r"[\W_]+", " ", PurePath(document.name).stem).strip() or document.name


def earlier_import(document: Document, knowledge: Knowledge) -> ImportedDocument | None:
    """Return what an earlier import of the very same file gave, null where there was none."""
    return next((one for one in knowledge.documents.values() if one.digest == document.digest), None)


def document_id(document: Document, title: str, knowledge: Knowledge) -> str:
    """Return the id that a document has or will have."""
    earlier = earlier_import(document, knowledge)
    return earlier.id if earlier else _free_id(title, knowledge)


def source_id(document: Document, title: str, knowledge: Knowledge) -> str:
    """Return the id that a document's source has or will have, where no other is chosen."""
    earlier = earlier_import(document, knowledge)
    return earlier.source if earlier else _free_id(title, knowledge)


def file_of(id_: str) -> str:
    """Return where a document lies in a region's folder."""
    return f"{FOLDER}/{id_}.yaml"


def document_edits(
    document: Document,
    knowledge: Knowledge,
    status: DocumentStatus,
    title: str,
    dated: str | None,
    agreement: str | None,
    imported: str,
    source: str | None = None,
) -> list[Edit]:
    """Return the edits that file a document with its source; the same file again takes its own place.

    The document is masked already; what the checks of the knowledge would still refuse is hidden here. Days are
    YYYY[-MM[-DD]]. `source` is the id of a source that the knowledge has, or that the new one is to have.
    """
    found = excerpts(document)
    vocabulary = vocabulary_of(knowledge, (passage.text for passage in found))
    title = veiled(title, vocabulary)
    earlier, id_ = earlier_import(document, knowledge), document_id(document, title, knowledge)
    source = source or source_id(document, title, knowledge)
    entry = {
        "id": id_,
        "title": title,
        "status": status.value,
        "source": source,
        "agreement": agreement or (earlier.agreement if earlier else None),
        "imported": imported,
        "file": veiled(document.name, vocabulary),
        "digest": document.digest,
        "passages": [passage.model_dump(exclude_none=True) for passage in veiled_passages(found, vocabulary)],
    }
    return [
        *_source_edits(source, id_, _source(source, title, dated, status), knowledge),
        *([Edit("remove", "documents", id_)] if earlier else []),
        Edit("add", "documents", id_, value=entry, file=file_of(id_)),
    ]


def _source_edits(source: str, document: str, value: dict[str, Any], knowledge: Knowledge) -> list[Edit]:
    """Return how a document's source is written; one that others may use too is left as it is."""
    if source not in knowledge.sources:
        return [Edit("add", "sources", source, value=value, file=file_of(document))]
    if source != document:
        return []
    return [Edit("set", "sources", source, (key,), one) for key, one in value.items() if key != "id" and one]


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
            return tuple(_told_of(one, copy.parent.as_posix(), real) for one in exc.problems)
    return ()


def _told_of(problem: Problem, copied: str, real: str) -> Problem:
    """Return a problem of copied files as one of the real files."""
    names = ("path", "what", "cure")
    return replace(problem, **{name: getattr(problem, name).replace(copied, real) for name in names})


def _source(id_: str, title: str, dated: str | None, status: DocumentStatus) -> dict[str, Any]:
    label = title if len(title) <= LONG_LABEL else title[: LONG_LABEL - 1].rsplit(" ", 1)[0] + "…"
    return {
        "id": id_,
        "title": title,
        "label": f"{label}, {dated}" if dated and dated not in label else label,
        "date": dated,
        "standing": STANDINGS[status].value,
    }


def _free_id(title: str, knowledge: Knowledge) -> str:
    taken = {*knowledge.documents, *knowledge.sources}
    slug = re.sub(r"[^a-z0-9]+", "-", fold(title.lower())).strip("-")
    if len(slug) > LONG_ID:
        slug = slug[: LONG_ID + 1].rpartition("-")[0] or slug[:LONG_ID]
    slug = slug or "dokument"
    return next(id_ for id_ in (slug, *(f"{slug}-{number}" for number in range(2, 10_000))) if id_ not in taken)
