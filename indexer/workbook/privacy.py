"""What came back in a workbook, without persons: remarks are masked, cells that name somebody are sent back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.importing.document import Document, Paragraph, Spot
from indexer.importing.filing import veiled
from indexer.importing.masking import masked
from indexer.workbook.comparing import Fault, NewRow, Review
from indexer.workbook.filled import Remark
from indexer.workbook.sheets import Kind
from indexer.workbook.wording import say
from knowledge.check_names import vocabulary_of
from knowledge.model import Knowledge

_FREE = (Kind.TEXT, Kind.LINES, Kind.WORDS)


def without_persons(found: Review, knowledge: Knowledge) -> Review:
    """Return a review that may be kept: no names, numbers or addresses in remarks, and none among what is taken in."""
    cells = [(one.after, one.before, one.place) for one in found.changes if one.column.kind in _FREE]
    cells += [(text, "", row.place_of(key)) for row in found.added for key, text in _free(row)]
    texts = [remark.text for remark in found.remarks] + [text for cell in cells for text in cell[:2]]
    hidden = _masked(texts, knowledge)
    vocabulary = vocabulary_of(knowledge, ())
    remarks = tuple(
        Remark(one.place, veiled(text, vocabulary)) for one, text in zip(found.remarks, hidden, strict=False)
    )
    pairs = zip(cells, hidden[len(remarks) :: 2], hidden[len(remarks) + 1 :: 2], strict=True)
    # What stood there before may look like a name too, and has been through the checks.
    bad = {place for (after, before, place), new, old in pairs if new != after and old == before}
    return replace(
        found,
        remarks=remarks,
        changes=tuple(one for one in found.changes if one.place not in bad),
        added=tuple(row for row in found.added if not bad & {row.place_of(key) for key, _ in _free(row)}),
        faults=(*found.faults, *(Fault(place, say("fel.personal")) for place in sorted(bad))),
    )


def _free(row: NewRow) -> list[tuple[str, str]]:
    kinds = {column.key: column.kind for column in row.sheet.columns}
    return [(key, text) for key, text in row.cells.items() if text and kinds[key] in _FREE]


def _masked(texts: Sequence[str], knowledge: Knowledge) -> list[str]:
    blocks = tuple(Paragraph(text, Spot()) for text in texts)
    document = masked(Document("", "xlsx", "", blocks), knowledge)
    return [block.text for block in document.paragraphs]
