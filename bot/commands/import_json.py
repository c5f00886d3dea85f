"""What an import gave as plain data, for other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.commands.wording import say
from indexer.importing.document import Document, Spot
from indexer.importing.drafts import (
    Doubt,
    Drafts,
    LocalDraft,
    MatrixDraft,
    RouteDraft,
    RowDraft,
    StepDraft,
    TermDraft,
    ValidityDraft,
)

if TYPE_CHECKING:
    from bot.commands.importing import Imported


def as_json(imported: Imported) -> dict[str, Any]:
    """Return everything that one file gave; places and doubts are Swedish sentences."""
    document = imported.document
    return {
        "file": document.name,
        "format": document.format,
        "id": imported.id,
        "title": imported.title,
        "status": imported.status.value if imported.status else None,
        "written": imported.file,
        "replaced": imported.replaced,
        "pages": pages(document),
        "tables": sum(1 for _ in document.tables),
        "masked": document.masked,
        "restored": _restored(document),
        "drafts": drafts_json(imported.drafts),
        "passages": imported.passages,
    }


def pages(document: Document) -> int:
    """Return how many pages, slides or sheets a document has as far as its blocks tell; 0 where it has none."""
    spots = [block.spot for block in document.blocks]
    numbered = max((spot.page or spot.slide or 0 for spot in spots), default=0)
    return numbered or len({spot.sheet for spot in spots if spot.sheet is not None})


def drafts_json(drafts: Drafts) -> dict[str, Any]:
    """Return all drafts, in the document's order."""
    return {
        "matrices": [_matrix(one) for one in drafts.matrices],
        "validity": [_validity(one) for one in drafts.validity],
        "routes": [_route(one) for one in drafts.routes],
        "local": [_local(one) for one in drafts.local],
        "terms": [_term(one) for one in drafts.terms],
    }


def _restored(document: Document) -> dict[str, Any]:
    words = document.restored.words if document.restored else ()
    unsure = document.restored.unsure if document.restored else ()
    listed = [{"was": word.was, "now": word.now, "sure": round(word.sure, 3)} for word in words]
    return {"count": len(words), "unsure": len(unsure), "words": listed}


def _matrix(draft: MatrixDraft) -> dict[str, Any]:
    columns = [
        {
            "text": column.text,
            "name": column.name,
            "covers": column.covers,
            "actor": column.actor,
            **_common(column.spot, column.doubts),
        }
        for column in draft.columns
    ]
    rows = [_row(row, draft) for row in draft.rows]
    return {"title": draft.title, **_common(draft.spot, draft.doubts), "columns": columns, "rows": rows}


def _row(row: RowDraft, matrix: MatrixDraft) -> dict[str, Any]:
    marked = [column for column, mark in zip(matrix.columns, row.marks, strict=True) if mark.marked]
    return {
        "text": row.text,
        "task": row.task,
        "marks": [mark.marked for mark in row.marks],
        "responsible": [column.actor or column.name for column in marked],
        "cells": [{"text": mark.text, **_common(mark.spot, mark.doubts)} for mark in row.marks],
        **_common(row.spot, row.doubts),
    }


def _validity(draft: ValidityDraft) -> dict[str, Any]:
    return {
        "valid_from": draft.valid_from,
        "valid_through": draft.valid_through,
        "agreement": draft.agreement,
        "decided": draft.decided,
        "text": draft.text,
        **_common(draft.spot, draft.doubts),
    }


def _route(draft: RouteDraft) -> dict[str, Any]:
    return {
        "title": draft.title,
        "level": draft.level.value if draft.level else None,
        "route": draft.route,
        "texts": list(draft.texts),
        "steps": [_step(step) for step in draft.steps],
        **_common(draft.spot, draft.doubts),
    }


def _step(step: StepDraft) -> dict[str, Any]:
    return {"name": step.name, "body": step.body, "texts": list(step.texts), **_common(step.spot, step.doubts)}


def _local(draft: LocalDraft) -> dict[str, Any]:
    replies = [{"question": reply.question, "text": reply.text, "place": reply.spot.label} for reply in draft.replies]
    return {
        "name": draft.name,
        "municipality": draft.municipality,
        "status": draft.status.value if draft.status else say("import.unsure"),
        "agreement": draft.agreement,
        "observed": draft.observed,
        "replies": replies,
        **_common(draft.spot, draft.doubts),
    }


def _term(draft: TermDraft) -> dict[str, Any]:
    return {
        "name": draft.name,
        "abbreviation": draft.abbreviation,
        "meaning": draft.meaning,
        "term": draft.term,
        **_common(draft.spot, draft.doubts),
    }


def _common(spot: Spot, doubts: tuple[Doubt, ...]) -> dict[str, Any]:
    return {"place": spot.label, "doubts": [str(doubt) for doubt in doubts]}
