"""What came back in a workbook, without persons: what is told is masked, cells that name somebody are sent back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.importing.document import Document, Paragraph, Spot
from indexer.importing.filing import veiled
from indexer.importing.masking import masked
from indexer.workbook.comparing import Fault, NewRow, Review
from indexer.workbook.filled import Remark
from indexer.workbook.sheets import Kind
from indexer.workbook.wording import say
from knowledge.check_names import vocabulary_of
from knowledge.model import Knowledge
from knowledge.personal import Vocabulary

_FREE = (Kind.TEXT, Kind.LINES, Kind.WORDS)


def without_persons(found: Review, knowledge: Knowledge) -> Review:
    """Return a review that may be kept: no names, numbers or addresses in remarks, and none among what is taken in."""
    cells = [(one.after, one.before, one.place) for one in found.changes if one.column.kind in _FREE]
    cells += [(text, "", row.place_of(key)) for row in found.added for key, text in _free(row)]
    told = [*(one.text for one in found.remarks), *(one.says for one in (*found.faults, *found.conflicts))]
    told += found.notices
    hidden = _masked([*told, *(text for cell in cells for text in cell[:2])], knowledge)
    veil = _Veil(dict(zip(told, hidden, strict=False)), vocabulary_of(knowledge, ()))
    pairs = zip(cells, hidden[len(told) :: 2], hidden[len(told) + 1 :: 2], strict=True)
    # What stood there before may look like a name too, and has been through the checks.
    bad = {place for (after, before, place), new, old in pairs if new != after and old == before}
    return replace(
        found,
        remarks=tuple(Remark(one.place, veil.of(one.text)) for one in found.remarks),
        changes=tuple(one for one in found.changes if one.place not in bad),
        added=tuple(row for row in found.added if not bad & {row.place_of(key) for key, _ in _free(row)}),
        faults=(*veil.faults(found.faults), *(Fault(place, say("fel.personal")) for place in sorted(bad))),
        conflicts=veil.faults(found.conflicts),
        notices=tuple(map(veil.of, found.notices)),
    )


@dataclass(frozen=True, slots=True)
class _Veil:
    """What is told of a workbook, without persons: `hidden` are the texts masked, by what they were."""

    hidden: Mapping[str, str]
    vocabulary: Vocabulary

    def of(self, text: str) -> str:
        return veiled(self.hidden[text], self.vocabulary)

    def faults(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        return tuple(Fault(one.place, self.of(one.says)) for one in faults)


def _free(row: NewRow) -> list[tuple[str, str]]:
    kinds = {column.key: column.kind for column in row.sheet.columns}
    return [(key, text) for key, text in row.cells.items() if text and kinds[key] in _FREE]


def _masked(texts: Sequence[str], knowledge: Knowledge) -> list[str]:
    blocks = tuple(Paragraph(text, Spot()) for text in texts)
    document = masked(Document("", "xlsx", "", blocks), knowledge)
    return [block.text for block in document.paragraphs]
