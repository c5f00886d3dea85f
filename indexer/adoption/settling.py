"""What an editor has settled about a draft: which actor a column is, which task a row is, what a cell says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from indexer.importing.drafts import Drafts, LocalDraft, MatrixDraft, RouteDraft, RowDraft, ValidityDraft
from knowledge.model import LokStatus, RouteLevel

Settled = Mapping[str, str]
"""Choices by what they are about, numbers from 1.

"matris-1/kolumn-3" → an actor's id, NEW or LEFT_OUT; "matris-1/rad-5" → a task's id, NEW or LEFT_OUT;
"matris-1/rad-5/kolumn-3" → "x" or "-"; "vag-1" → a route's id or NEW; "vag-1/niva" → a level;
"vag-1/steg-2" → a body's id, NEW or LEFT_OUT; "lokalt-1" → a municipality's id; "lokalt-1/status" → a status;
"lokalt/observerat" (all) or "lokalt-1/observerat" and "giltighet-1/fran", "/till", "/beslutat" → a day."""
NEW = "ny"
LEFT_OUT = "utelamnas"
UNDATED = ("local-no-observed", "local-many-observed")


def settled(drafts: Drafts, choices: Settled) -> Drafts:
    """Return the drafts as an editor has settled them. A doubt that was settled is no doubt any more."""
    if not choices:
        return drafts
    return Drafts(
        tuple(_matrix(one, f"matris-{n}", choices) for n, one in enumerate(drafts.matrices, 1)),
        tuple(_validity(one, f"giltighet-{n}", choices) for n, one in enumerate(drafts.validity, 1)),
        tuple(_route(one, f"vag-{n}", choices) for n, one in enumerate(drafts.routes, 1)),
        tuple(_local(one, f"lokalt-{n}", choices) for n, one in enumerate(drafts.local, 1)),
        drafts.terms,
    )


def _matrix(draft: MatrixDraft, group: str, choices: Settled) -> MatrixDraft:
    columns = tuple(
        replace(column, actor=chosen, doubts=()) if (chosen := choices.get(f"{group}/kolumn-{n}")) else column
        for n, column in enumerate(draft.columns, 1)
    )
    rows = tuple(_row(row, f"{group}/rad-{n}", choices) for n, row in enumerate(draft.rows, 1))
    return replace(draft, columns=columns, rows=rows)


def _row(row: RowDraft, key: str, choices: Settled) -> RowDraft:
    marks = tuple(
        replace(mark, marked=chosen == "x", doubts=()) if (chosen := choices.get(f"{key}/kolumn-{n}")) else mark
        for n, mark in enumerate(row.marks, 1)
    )
    task = choices.get(key)
    return replace(row, marks=marks, task=task, doubts=()) if task else replace(row, marks=marks)


def _validity(draft: ValidityDraft, group: str, choices: Settled) -> ValidityDraft:
    fields = {"fran": "valid_from", "till": "valid_through", "beslutat": "decided"}
    changed: dict[str, Any] = {
        field: choices[f"{group}/{name}"] for name, field in fields.items() if choices.get(f"{group}/{name}")
    }
    return replace(draft, **changed, doubts=()) if changed else draft


def _route(draft: RouteDraft, group: str, choices: Settled) -> RouteDraft:
    steps = tuple(
        replace(step, body=None if chosen == NEW else chosen, doubts=())
        if (chosen := choices.get(f"{group}/steg-{n}"))
        else step
        for n, step in enumerate(draft.steps, 1)
        if choices.get(f"{group}/steg-{n}") != LEFT_OUT
    )
    level, route = choices.get(f"{group}/niva"), choices.get(group)
    draft = replace(draft, steps=steps)
    if level:
        draft = replace(draft, level=RouteLevel(level), doubts=())
    return replace(draft, route=None if route == NEW else route, doubts=()) if route else draft


def _local(draft: LocalDraft, group: str, choices: Settled) -> LocalDraft:
    if place := choices.get(group):
        draft = _without(replace(draft, municipality=place), "local-municipality")
    if status := choices.get(f"{group}/status"):
        draft = replace(draft, status=LokStatus(status), doubts=())
    if day := choices.get(f"{group}/observerat") or choices.get("lokalt/observerat"):
        draft = _without(replace(draft, observed=day), *UNDATED)
    return draft


def observed_by(draft: LocalDraft, day: str | None) -> LocalDraft:
    """Return what a municipality reported, of a day where the document has none."""
    return draft if draft.observed or not day else _without(replace(draft, observed=day), *UNDATED)


def _without(draft: LocalDraft, *codes: str) -> LocalDraft:
    return replace(draft, doubts=tuple(doubt for doubt in draft.doubts if doubt.code not in codes))
