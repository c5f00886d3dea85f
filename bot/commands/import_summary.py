"""What an import gave, for the one at the keyboard: what was read, and each draft with its place and its doubts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from bot.commands.console import table, tell, warn
from bot.commands.import_json import pages
from bot.commands.wording import say
from indexer.importing.document import Document, Spot
from indexer.importing.drafts import Doubt, Drafts, LocalDraft, MatrixDraft, RouteDraft, TermDraft, ValidityDraft

if TYPE_CHECKING:
    from bot.commands.importing import Imported

LONG = 60
"""Characters of a text in a table."""
_PAGES = {"pdf": "pages", "pptx": "slides", "xlsx": "sheets"}


class _Doubtful(Protocol):
    @property
    def spot(self) -> Spot: ...
    @property
    def doubts(self) -> tuple[Doubt, ...]: ...


def tell_summary(imported: Imported) -> None:
    """Print what was read of one document and what it seems to say."""
    document = imported.document
    status = say(f"import.status.{imported.status.value}").partition(":")[0] if imported.status else ""
    tell("")
    tell(say("import.heading", title=imported.title, file=document.name), "bold")
    counts = [(say(f"import.count.{key}"), str(count)) for key, count in _counts(imported).items()]
    table([say("import.column.read"), say("import.column.count")], counts, right=frozenset({1}))
    if status:
        tell(say("import.has_status", status=status))
    for name in document.left_out:
        warn(say("import.left_out", what=name))
    _tell_drafts(imported.drafts)
    tell("")


def _counts(imported: Imported) -> dict[str, int]:
    document = imported.document
    counts = {_PAGES[document.format]: pages(document)} if document.format in _PAGES else {}
    counts |= {"tables": sum(1 for _ in document.tables), "passages": imported.passages, "masked": document.masked}
    return counts | _mended(document)


def _mended(document: Document) -> dict[str, int]:
    if document.restored is None:
        return {}
    return {"mended": len(document.restored.words), "unsure": len(document.restored.unsure)}


def _tell_drafts(drafts: Drafts) -> None:
    found = [*drafts.matrices, *drafts.validity, *drafts.routes, *drafts.local, *drafts.terms]
    tell("")
    tell(say("import.drafts") if found else say("import.no_drafts"), "bold")
    for matrix in drafts.matrices:
        _tell_matrix(matrix)
    if drafts.validity:
        _tell_validity(drafts.validity)
    for route in drafts.routes:
        _tell_route(route)
    if drafts.local:
        _tell_local(drafts.local)
    if drafts.terms:
        _tell_terms(drafts.terms)


def _tell_matrix(draft: MatrixDraft) -> None:
    _heading("import.matrix", draft.spot, title=draft.title)
    words = {True: say("import.mark.yes"), False: say("import.mark.no"), None: say("import.mark.unread")}
    rows = [(_cut(row.text), *(words[mark.marked] for mark in row.marks)) for row in draft.rows]
    table([say("import.column.task"), *(_cut(column.name, LONG // 2) for column in draft.columns)], rows)
    _tell_doubts(_matrix_doubts(draft))


def _matrix_doubts(draft: MatrixDraft) -> Iterator[tuple[Spot, Doubt]]:
    yield from _doubts_of([draft, *draft.columns, *draft.rows])
    yield from _doubts_of([mark for row in draft.rows for mark in row.marks])


def _doubts_of(parts: Iterable[_Doubtful]) -> Iterator[tuple[Spot, Doubt]]:
    yield from ((part.spot, doubt) for part in parts for doubt in part.doubts)


def _tell_validity(drafts: Sequence[ValidityDraft]) -> None:
    _heading("import.validity")
    rows = [(one.valid_from or "", one.valid_through or "", one.spot.label, _cut(one.text)) for one in drafts]
    table([say(f"import.column.{name}") for name in ("from", "through", "place", "text")], rows)
    _tell_doubts(_doubts_of(drafts))


def _tell_route(draft: RouteDraft) -> None:
    _heading("import.route", draft.spot, title=draft.title)
    for number, step in enumerate(draft.steps, 1):
        tell(say("import.step", number=number, name=step.name, place=step.spot.label))
    _tell_doubts(_doubts_of([draft, *draft.steps]))


def _tell_local(drafts: Sequence[LocalDraft]) -> None:
    _heading("import.local")
    rows = [
        (
            one.name,
            one.status.value if one.status else say("import.unsure"),
            str(sum(1 for reply in one.replies if reply.text)),
            one.spot.label,
        )
        for one in drafts
    ]
    table([say(f"import.column.{name}") for name in ("municipality", "status", "replies", "place")], rows)
    _tell_doubts(_doubts_of(drafts))


def _tell_terms(drafts: Sequence[TermDraft]) -> None:
    _heading("import.terms")
    rows = [
        (f"{one.name} ({one.abbreviation})" if one.abbreviation else one.name, _cut(one.meaning), one.spot.label)
        for one in drafts
    ]
    table([say(f"import.column.{name}") for name in ("term", "meaning", "place")], rows)
    _tell_doubts(_doubts_of(drafts))


def _heading(key: str, spot: Spot | None = None, **values: str) -> None:
    tell("")
    tell(say(key, **values) + (f" ({spot.label})" if spot else ""), "bold")


def _tell_doubts(doubts: Iterable[tuple[Spot, Doubt]]) -> None:
    for spot, doubt in doubts:
        tell(say("import.doubt", place=spot.label, doubt=doubt), "yellow")


def _cut(text: str, most: int = LONG) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= most else one_line[: most - 1].rstrip() + "…"
