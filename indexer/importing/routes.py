"""Documents → drafts of dispute and deviation routes: the bodies that take a question, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from indexer.importing.bodynames import Bodies
from indexer.importing.document import Document, Spot, Table
from indexer.importing.drafts import Doubt, RouteDraft, StepDraft
from indexer.importing.matching import Candidate, keys, match
from indexer.importing.routesections import Section, sections_of
from indexer.importing.routeshapes import Account, Said, Shape, accounts_of, prose_of, row_of, same_step
from indexer.importing.routetables import tabled_routes
from indexer.importing.routetitles import (
    Title,
    about_dispute,
    level_near,
    names_way,
    title_of,
)
from indexer.importing.textlines import Line, sentences
from indexer.importing.wording import words
from indexer.swedish import normalise
from knowledge.model import Knowledge, RouteLevel


@dataclass(slots=True)
class _Group:
    """All that the document says of one route."""

    title: Title
    spot: Spot
    named: bool
    accounts: list[Account] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)


def route_drafts(document: Document, knowledge: Knowledge) -> tuple[RouteDraft, ...]:
    """Return the routes that a document gives, each once, in the document's order.

    Steps come from the place that gives most of them, texts from all places. A route needs two steps,
    or a title and one body that the knowledge has; running text needs words that give an order.
    """
    bodies = Bodies(knowledge)
    groups = _merged(_found(document, bodies))
    drafts = (_draft(group, knowledge) for group in groups)
    return tuple(sorted(filter(None, drafts), key=lambda draft: draft.spot.block or 0))


# --- places of the document --------------------------------------------------------------------------


def _found(document: Document, bodies: Bodies) -> Iterator[_Group]:
    sections, loose, tables = sections_of(document, bodies)
    for section in sections:
        yield from _of_section(section, bodies)
    for line in loose:
        yield from _of_loose(line, bodies)
    for table in tables:
        heading = title_of(normalise(table.spot.heading or ""), heading=True)
        yield from _of_table(table, heading, table.spot, bodies)


def _of_section(section: Section, bodies: Bodies) -> Iterator[_Group]:
    group = _Group(section.title, section.spot, named=True)
    inline = normalise(section.title.inline)
    if inline:
        if row := row_of(inline, section.spot, bodies, commas=True):
            group.accounts.append(row)
        else:
            section.lines.insert(0, Line(inline, section.spot))
    accounts, said = accounts_of(section.lines, bodies, way=names_way(section.title.text))
    group.accounts += [_beside(account, section.beside) for account in accounts]
    group.said += said
    yield group
    for table in section.tables:
        yield from _of_table(table, section.title, section.spot, bodies)


def _beside(account: Account, title: str) -> Account:
    """Return an account with the doubt that another title stands just before its own, and may own some of its steps."""
    if not title or account.shape is not Shape.BOXES:
        return account
    return replace(account, doubts=(*account.doubts, Doubt("route-beside", {"title": title})))


def _of_table(table: Table, title: Title | None, spot: Spot, bodies: Bodies) -> Iterator[_Group]:
    for found in tabled_routes(table, bodies, named=title is not None):
        name = found.title or title
        if name is None:
            name = Title(normalise(table.rows[0][0].text), None)
        yield _Group(name, spot if found.title is None else table.spot, named=True, accounts=[found.account])


def _of_loose(line: Line, bodies: Bodies) -> Iterator[_Group]:
    """Yield the route of a paragraph without a title, where it speaks of a dispute and of an order."""
    if not about_dispute(line.text):
        return
    name, _, rest = line.text.partition(":")
    row = row_of(rest.strip() or name, line.spot, bodies)
    said = [Said(text, line.spot, bodies.within(text)) for text in sentences(line.text)]
    account = row or prose_of(said, strong=True)
    if account is not None and len(account.steps) > 1:
        title = Title(said[0].text.rstrip("."), level_near(line.text))
        yield _Group(title, line.spot, named=False, accounts=[account], said=[] if row else said)


# --- one route from several places -------------------------------------------------------------------


def _merged(groups: Iterable[_Group]) -> list[_Group]:
    merged: dict[object, _Group] = {}
    for group in groups:
        key: object = group.title.level or keys(group.title.text)
        known = merged.get(key) or _same_route(merged.values(), group)
        if known is None:
            merged[key] = group
            continue
        if group.named and not known.named:
            known.title, known.named = group.title, True
        known.accounts += group.accounts
        known.said += group.said
    return list(merged.values())


def _same_route(groups: Iterable[_Group], group: _Group) -> _Group | None:
    """Return the route that running text without a level repeats: the steps are the same."""
    if group.title.level is not None or group.named or not group.accounts:
        return None
    for known in groups:
        for account in known.accounts:
            if all(any(same_step(step, other) for other in account.steps) for step in group.accounts[0].steps):
                return known
    return None


def _draft(group: _Group, knowledge: Knowledge) -> RouteDraft | None:
    if not group.accounts:
        return None
    main = max(group.accounts, key=_weight)
    if len(main.steps) < 2 and (main.shape is Shape.PROSE or not (main.court or main.steps[0].body)):
        return None
    others = [account for account in group.accounts if account is not main]
    steps = [_with_texts_of(step, others) for step in main.steps]
    steps, rest = _told(steps, group.said)
    route, route_doubts = _route(group.title, knowledge)
    doubts = (*route_doubts, *main.doubts, *_doubts(main, others, group))
    return RouteDraft(group.title.text, group.spot, tuple(steps), group.title.level, route, _unique(doubts), rest)


def _weight(account: Account) -> tuple[int, int, int]:
    known = sum(step.body is not None for step in account.steps)
    return len(account.steps), int(account.shape), known


def _with_texts_of(step: StepDraft, others: Sequence[Account]) -> StepDraft:
    texts = [text for account in others for other in account.steps if same_step(step, other) for text in other.texts]
    return replace(step, texts=tuple(dict.fromkeys((*step.texts, *texts))))


def _told(steps: list[StepDraft], said: Sequence[Said]) -> tuple[list[StepDraft], tuple[str, ...]]:
    """Give each step the sentences that name it; return also those that name none."""
    rest: list[str] = []
    main = tuple(steps)
    for one in said:
        about = _of(main, one)
        for at in about:
            steps[at] = replace(steps[at], texts=tuple(dict.fromkeys((*steps[at].texts, one.text))))
        if not about:
            rest.append(one.text)
    return steps, tuple(dict.fromkeys(rest))


def _route(title: Title, knowledge: Knowledge) -> tuple[str | None, tuple[Doubt, ...]]:
    """Return the route of the knowledge that a title means, by its level, then by its name."""
    level = title.level
    unclear = (Doubt("route-level", {"title": title.text}),) if level is None else ()
    dispute = about_dispute(title.text)
    known = [
        route
        for route in knowledge.routes.values()
        if route.level is level or (level is None and dispute and route.level is not RouteLevel.DEVIATION)
    ]
    if len(known) == 1:
        return known[0].id, unclear
    found = match(title.text, tuple(Candidate(route.id, (route.name, *route.aliases)) for route in known))
    if found.id is None and level is not None and len(known) > 1:
        return None, (Doubt("route-several", {"names": ", ".join(route.name for route in known)}),)
    return found.id, unclear


# --- what is unsure ----------------------------------------------------------------------------------


def _doubts(main: Account, others: Sequence[Account], group: _Group) -> Iterator[Doubt]:
    if len(main.steps) < 2:
        yield Doubt("route-single", {"title": group.title.text})
    confirmed = [account for account in others if len(_common(main, account)) > 1]
    if main.shape is Shape.BOXES and not confirmed:
        yield Doubt("route-boxes")
    for account in confirmed:
        if _common(main, account) != sorted(_common(main, account)):
            yield Doubt("route-order", {"first": _names(main.steps), "second": _names(account.steps)})
    if also := _also_named(main, others, group.said):
        yield Doubt("route-also", {"names": ", ".join(also)})
    for one in group.said:
        if len(_of(main.steps, one)) > 1 and any(word in one.text.casefold() for word in words("route-demand")):
            yield Doubt("route-demand", {"text": one.text})


def _common(main: Account, other: Account) -> list[int]:
    """Return the places in the main account of the steps of another, in the other's order."""
    found = (next((at for at, step in enumerate(main.steps) if same_step(step, one)), None) for one in other.steps)
    return [at for at in found if at is not None]


def _also_named(main: Account, others: Sequence[Account], said: Sequence[Said]) -> list[str]:
    """Return the steps of other places, and the known bodies of sentences, that are no step here."""
    steps = [step for account in others for step in account.steps]
    steps += [
        StepDraft(named.text, one.spot, named.body)
        for one in said
        for name in one.names
        for named in name.each
        if named.body
    ]
    missing = [step.name for step in steps if not any(same_step(step, other) for other in main.steps)]
    return list(dict.fromkeys(missing))


def _of(steps: Sequence[StepDraft], one: Said) -> set[int]:
    named = [StepDraft(part.text, one.spot, part.body) for name in one.names for part in name.each]
    return {at for at, step in enumerate(steps) if any(same_step(step, other) for other in named)}


def _names(steps: Sequence[StepDraft]) -> str:
    return ", ".join(step.name for step in steps)


def _unique(doubts: Iterable[Doubt]) -> tuple[Doubt, ...]:
    return tuple({(doubt.code, *doubt.values.items()): doubt for doubt in doubts}.values())
