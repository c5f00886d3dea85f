"""What every reply of the introduction shares: abbreviations explained once, and its sources in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from bot.answer import Answer, Block, Bullets, Choice, Citation, Local, Notice, Paragraph, Steps, Validity
from bot.compose.common import MAX_LEAD, Composer
from bot.render.text import sources_said
from knowledge.model import Kind, Locator, Standing

SHORT_SOURCES = 200
"""Characters of sources that are always in sight; the places in them follow where there is more."""


def reply(
    composer: Composer,
    lead: str,
    blocks: Iterable[Block],
    sources: Iterable[Locator] = (),
    agreement: str | None = None,
    actions: Iterable[Choice] = (),
    suggestions: tuple[str, ...] = (),
) -> Answer:
    """Return a reply of the introduction: small talk, which cites nothing, so the sources are said in its text.

    Where it is taken from an agreement it says until when that holds. Where the main one is not in force,
    or may not be, every reply begins with that.
    """
    blocks = [*blocks]
    notices: tuple[Notice, ...] = ()
    main = composer.knowledge.region.main_agreement
    if agreement is None and composer.agreement_notices(composer.term(main)):
        agreement = main
    if agreement is not None:
        term = composer.term(agreement)
        notices = composer.agreement_notices(term)
        blocks += composer.validity_blocks(term)
        sources = (*sources, *term.decision.sources)
    line, places = _sources(composer, sources)
    answer = composer.answer(
        Kind.SMALLTALK,
        lead,
        title=composer.say("smalltalk.title"),
        notices=notices,
        blocks=tuple(blocks),
        municipality=composer.municipality,
        actions=tuple(actions),
        suggestions=suggestions,
        sources_line=line,
    )
    explained = _explained(answer, composer)
    return explained.with_(blocks=(*explained.blocks, *places))  # names of sources are left as they are


def _sources(composer: Composer, locators: Iterable[Locator]) -> tuple[str, list[Block]]:
    """Return the line of sources, and the places in them where the line has no room for those."""
    citations = composer.cite(locators)
    labels = [replace(citation, locator="") for citation in citations]
    shorter = [replace(citation, label=_short(citation, composer)) for citation in labels]
    whole, named = (sources_said(each, composer.say) for each in (citations, labels))
    if len(whole) <= SHORT_SOURCES:
        return whole, []
    places: dict[str, list[str]] = {}
    for citation in citations:
        places.setdefault(citation.label, []).append(citation.locator)
    items = [f"{label}: {', '.join(found)}" for label, found in places.items()]
    line = named if len(named) <= SHORT_SOURCES else _within(shorter, composer)
    return line, [Paragraph(composer.say("onboarding.places", items=items), more=True)]


def _within(citations: Iterable[Citation], composer: Composer) -> str:
    """Return as many sources as there is room for, each once, and how many are left."""
    each = [*{citation.label: citation for citation in citations}.values()]
    for count in range(len(each), 0, -1):
        left = len(each) - count
        more = f" {composer.say('onboarding.more_sources', count=left)}" if left else ""
        line = sources_said(each[:count], composer.say) + more
        if len(line) <= SHORT_SOURCES:
            break
    return line


def _short(citation: Citation, composer: Composer) -> str:
    """Return the label of a source with its standing in one word, where it is not the text itself."""
    label = composer.knowledge.sources[citation.source].label
    if citation.standing == Standing.PRIMARY:
        return label
    words = composer.say("word.standing_words").split(", ")
    found = next((word for word in words if word in citation.label.lower()), "")
    return label if not found or found in label.lower() else f"{label} ({found})"


# --- abbreviations ----------------------------------------------------------------------------------


def _explained(answer: Answer, composer: Composer) -> Answer:
    """Return the reply with a bracket after the first of each abbreviation in it."""
    left = _meanings(composer)
    shorts = [agreement.short for agreement in composer.knowledge.agreements.values()]

    def explain(text: str, room: int = 10_000) -> str:
        for short, meaning in [*left.items()]:
            names = [re.escape(name) for name in shorts if name.startswith(f"{short} ")]
            # An agreement's name is not torn apart: the bracket goes after all of it.
            found = re.search(rf"(?<!\w)(?:{'|'.join([*names, re.escape(short)])})(?::\w+)?(?![\w/-])", text)
            if found is None:
                continue
            apart = found.group() != short
            said = composer.say("onboarding.bracket", short=short, meaning=meaning, apart=apart)
            bracket = "" if text[found.end() :].startswith(" (") else f" {said}"
            if len(text) + len(bracket) <= room:
                del left[short]
                text = text[: found.end()] + bracket + text[found.end() :]
        return text

    notices = tuple(replace(notice, text=explain(notice.text)) for notice in answer.notices)
    lead = explain(answer.lead, MAX_LEAD)
    return answer.with_(notices=notices, lead=lead, blocks=tuple(_block(block, explain) for block in answer.blocks))


def _meanings(composer: Composer) -> dict[str, str]:
    """Return what the chosen abbreviations are short for."""
    found: dict[str, str] = {}
    for id_ in composer.say("onboarding.explained").split(", "):
        term = composer.knowledge.terms.get(id_)
        if term is not None and term.abbreviation:
            short, meaning = sorted((term.name, term.abbreviation), key=len)
            found[short] = meaning[:1].lower() + meaning[1:]
    return found


def _block(block: Block, explain: Callable[[str], str]) -> Block:
    match block:
        case Paragraph(text=text) | Validity(text=text):
            return replace(block, text=explain(text))
        case Bullets(items=items, heading=heading):
            head = explain(heading) if heading else heading
            return replace(block, heading=head, items=tuple(explain(item) for item in items))
        case Steps(items=steps):
            return replace(block, items=tuple(replace(item, text=explain(item.text)) for item in steps))
        case Local(lines=lines):
            return replace(block, lines=tuple(explain(line) for line in lines))
    return block
