"""Lists of terms and their meanings → glossary drafts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from indexer.importing.document import Cell, Document, Paragraph, Spot, Table
from indexer.importing.drafts import Doubt, TermDraft
from indexer.importing.grids import folded, plain
from indexer.importing.marks import read_mark
from indexer.importing.matching import actors_of, bodies_of, match, places_of, terms_of
from indexer.importing.wording import words
from knowledge.model import Knowledge

_LONGEST_NAME = 60
_MOST_WORDS = 6
_FEWEST = 3
_ABBREVIATION = re.compile(
    r"[A-Z\u00c5\u00c4\u00d6][\w-]{0,9}[A-Z\u00c5\u00c4\u00d6]\w{0,3}|[A-Z\u00c5\u00c4\u00d6]{2,8}"
)
_LISTED = re.compile(
    r"^\s*(?:[•▪\-–*]\s+)?(?P<name>[^:=\u2013\u2014]{2,60}?)\s*(?::|=|\s[-\u2013\u2014]|\t)\s+(?P<meaning>\S.*)$",
    re.DOTALL,
)
_IN_BRACKETS = re.compile(r"^(.*\S)\s*\(([^()]+)\)$")


def term_drafts(document: Document, knowledge: Knowledge) -> tuple[TermDraft, ...]:
    """Return the terms that a document explains: in tables of two columns and in lists under a heading for them."""
    found: list[TermDraft] = []
    for named, block in _sections(document):
        if isinstance(block, Table):
            found += _of_table(block, named, knowledge)
        elif named:
            found += _of_pairs(block, knowledge) or [draft for one in block for draft in _of_lines(one, knowledge)]
        else:
            found += [draft for one in block for draft in _of_legend(one, knowledge)]
    return _once(found)


def _sections(document: Document) -> Iterator[tuple[bool, Table | list[Paragraph]]]:
    """Yield tables, and the paragraphs between headings and tables, with whether their heading is of terms."""
    named = False
    paragraphs: list[Paragraph] = []
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.level is None:
            named = named or _is_heading(block.spot.heading or "")
            paragraphs.append(block)
            continue
        yield named, paragraphs
        paragraphs = []
        if isinstance(block, Table):
            yield named or _is_heading(block.spot.heading or ""), block
        else:
            named = _is_heading(block.text)
    yield named, paragraphs


def _once(found: list[TermDraft]) -> tuple[TermDraft, ...]:
    """Return the drafts; the same term with the same meaning once, with another meaning with a doubt."""
    first: dict[str, TermDraft] = {}
    kept: list[TermDraft] = []
    for draft in found:
        before = first.setdefault(folded(draft.name), draft)
        if before is draft:
            kept.append(draft)
        elif folded(before.meaning) != folded(draft.meaning):
            doubt = Doubt("term-twice", {"term": draft.name})
            kept.append(_with_doubt(draft, doubt))
    return tuple(kept)


def _with_doubt(draft: TermDraft, doubt: Doubt) -> TermDraft:
    return TermDraft(draft.name, draft.meaning, draft.spot, draft.abbreviation, draft.term, (*draft.doubts, doubt))


# --- where terms stand ---------------------------------------------------------------------------


@cache
def _headings() -> tuple[str, ...]:
    return words("glossary")


def _is_heading(text: str) -> bool:
    """Return whether a heading is that of a list of terms: 'Begrepp och definitioner', '1.2 Förkortningar'."""
    bare = re.findall(r"[^\W\d_]+", folded(text))
    known = set(_headings()) | set(words("small")) | set(words("glossaryaside"))
    return bool(bare) and any(word in _headings() for word in bare) and all(word in known for word in bare)


def _of_pairs(block: list[Paragraph], knowledge: Knowledge) -> list[TermDraft]:
    """Return the terms of a list that has each meaning in a paragraph below its term; none where there is only one."""
    found: list[TermDraft] = []
    at = 0
    while at + 1 < len(block):
        name, meaning = plain(block[at].text), plain(block[at + 1].text)
        if _names_something(name) and len(meaning.split()) > max(len(name.split()), 2) and not _LISTED.match(meaning):
            found.append(_draft(name, meaning, block[at].spot, knowledge))
            at += 1
        at += 1
    return found if len(found) > 1 else []


def _names_something(text: str) -> bool:
    return len(text.split()) <= _MOST_WORDS and not re.search(r"[:=.!?]", text)


def _of_legend(block: Paragraph, knowledge: Knowledge) -> Iterator[TermDraft]:
    """Yield the abbreviations that a text spells out with a sign of equality: 'HVB = a home.'."""
    for text in re.split(r"(?<=[.;,])\s+(?=\S+\s*=)", plain(block.text)):
        name, equals, meaning = (part.strip(" .,;") for part in text.partition("="))
        if equals and meaning and _ABBREVIATION.fullmatch(name):
            yield _draft(name, meaning, block.spot, knowledge)


def _of_lines(block: Paragraph, knowledge: Knowledge) -> Iterator[TermDraft]:
    for line in block.text.splitlines():
        listed = _LISTED.match(line)
        if listed and len(listed["name"].split()) <= _MOST_WORDS:
            yield _draft(listed["name"], listed["meaning"], block.spot, knowledge)


def _of_table(table: Table, named: bool, knowledge: Knowledge) -> Iterator[TermDraft]:
    rows = [row for row in table.rows if any(plain(cell.text) for cell in row)]
    columns = [at for at in range(len(rows[0]) if rows else 0) if any(plain(row[at].text) for row in rows)]
    if len(columns) < 2:
        return
    head = [folded(rows[0][at].text) for at in columns]
    headed = head[0] in words("termhead") and any(one in words("meaninghead") for one in head[1:])
    pairs = [[row[at] for at in columns] for row in (rows[1:] if headed else rows)]
    if headed:
        meaning = next(at for at, one in enumerate(head) if at and one in words("meaninghead"))
        other = next((at for at, one in enumerate(head) if at not in (0, meaning) and one in words("termhead")), None)
    elif len(columns) == 2 and (named or _looks_like_terms(pairs, knowledge)):
        meaning, other = 1, None
    else:
        return
    for row in pairs:
        if _is_pair(row[0], row[meaning]):
            also = plain(row[other].text) if other is not None else ""
            yield _draft(row[0].text, row[meaning].text, row[0].spot, knowledge, also)


def _is_pair(name: Cell, meaning: Cell) -> bool:
    return bool(plain(name.text)) and bool(plain(meaning.text)) and not meaning.covered


def _looks_like_terms(rows: list[list[Cell]], knowledge: Knowledge) -> bool:
    """Return whether a table without a head is of terms: short names, of which most are abbreviations or known terms.

    Tables of days, numbers, marks, municipalities, actors or questions are not.
    """
    names = [plain(row[0].text) for row in rows]
    meanings = [plain(row[1].text) for row in rows]
    if len(rows) < _FEWEST or not all(names) or len(set(names)) < len(names) or not all(meanings):
        return False
    if any(len(name) > _LONGEST_NAME or name.endswith((":", "?")) for name in names):
        return False
    if any(read_mark(text).sign.name != "TEXT" for text in (*names, *meanings)):
        return False
    if any(match(name, who).certain for name in names for who in (places_of(knowledge), actors_of(knowledge))):
        return False
    known = [bool(_ABBREVIATION.fullmatch(name)) or match(name, terms_of(knowledge)).certain for name in names]
    longer = sum(len(meaning) > len(name) for name, meaning in zip(names, meanings, strict=True))
    return sum(known) >= 0.6 * len(rows) and longer >= 0.8 * len(rows)


# --- a term --------------------------------------------------------------------------------------


def _draft(name: str, meaning: str, spot: Spot, knowledge: Knowledge, also: str = "") -> TermDraft:
    called, abbreviation = _abbreviated(plain(name).strip(" *:"), plain(also))
    found = max(
        (match(text, terms_of(knowledge)) for text in (called, abbreviation or "") if text),
        key=lambda one: (one.id is not None, one.sure),
    )
    doubts = []
    if found.id and not found.certain:
        doubts.append(Doubt("term-near", {"term": called, "known": knowledge.terms[found.id].name}))
    elif found.rivals:
        names = ", ".join(knowledge.terms[one].name for one in found.rivals if one in knowledge.terms)
        doubts.append(Doubt("term-rivals", {"term": called, "known": names}))
    elif found.id is None and match(called, bodies_of(knowledge)).certain:
        doubts.append(Doubt("term-is-body", {"term": called}))
    return TermDraft(called, plain(meaning), spot, abbreviation, found.id, tuple(doubts))


def _abbreviated(name: str, also: str) -> tuple[str, str | None]:
    """Return the name and its abbreviation: 'Samordnad individuell plan (SIP)', 'SIP (samordnad individuell plan)'."""
    if also and _ABBREVIATION.fullmatch(also):
        return name, also
    if also and _ABBREVIATION.fullmatch(name):
        return also, name
    if bracketed := _IN_BRACKETS.match(name):
        outer, inner = bracketed[1], bracketed[2].strip()
        if _ABBREVIATION.fullmatch(inner):
            return outer, inner
        if _ABBREVIATION.fullmatch(outer):
            return inner, outer
    return name, name if _ABBREVIATION.fullmatch(name) else None
