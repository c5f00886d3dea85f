"""In force or not, until when, by whose decision and why; which agreements there are."""

from __future__ import annotations

from bot.answer import Answer, Block, Bullets, Paragraph
from bot.compose.common import Composer, Term, before, shorten
from bot.periods import Period, period_asked
from bot.question import Question
from bot.reading import Reading
from knowledge.model import Kind, Locator, OlderVersion, first_day, last_day


def compose_validity(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return the terms of the agreements that were named, or of all."""
    named = reading.slots["agreements"]
    if len(named) == 1:
        return _one(named[0], reading, question, composer)
    return _several(named or tuple(composer.knowledge.agreements), reading, question, composer)


def _one(agreement_id: str, reading: Reading, question: Question, composer: Composer) -> Answer:
    term = composer.term(agreement_id)
    period = _period(term, reading.slots["focus"], question, composer)
    if period is not None and period.last < term.begins:
        term, period = composer.term(agreement_id, period.last), None
    agreement = term.agreement
    focus = reading.slots["focus"]
    decisions = [*term.known, *term.passed_over]
    lines = [decision.says for decision in decisions]
    older = None if term.begun else _older_then(term)
    if focus == "forlangning" and term.known[0].known_from > composer.on and older is None:
        return _undecided(term, composer)
    conflicts = [decision.conflict for decision in decisions if decision.conflict]
    sources: list[Locator] = [locator for decision in reversed(decisions) for locator in decision.sources]
    facts = [f"{agreement.id}/beslut/{decision.id}" for decision in decisions]
    blocks: list[Block] = [Bullets(tuple(lines), heading=composer.say("validity.decisions"))]
    whys = [decision.why for decision in term.known[1:] if decision.why]
    if term.coming is not None:
        blocks = [*composer.validity_blocks(term), *blocks]
    if focus == "varfor" and whys:
        blocks.insert(0, Paragraph(" ".join(dict.fromkeys(whys))))
    elif term.decision.why:
        blocks.append(Paragraph(composer.say("validity.why", why=term.decision.why)))
    if focus == "antagen":
        by_then = [
            (number, adoption)
            for number, adoption in enumerate(agreement.adoptions, 1)
            if adoption.decided is None or last_day(adoption.decided) <= composer.on
        ]
        blocks = [Bullets(tuple(adoption.says for _, adoption in by_then)), *composer.validity_blocks(term), *blocks]
        sources += [locator for _, adoption in by_then for locator in adoption.sources]
        facts += [f"{agreement.id}/antagen/{number}" for number, _ in by_then]
    if focus == "tidigare-version" and agreement.older:
        blocks.insert(0, Bullets(tuple(version.says for version in agreement.older)))
        sources = [locator for version in agreement.older for locator in version.sources] + sources
        facts += [f"{agreement.id}/version/{version.id}" for version in agreement.older]
    if older is not None:
        blocks, conflicts = [Paragraph(older.says)], []
        sources, facts = [*older.sources], [f"{agreement.id}/version/{older.id}"]
    if conflicts:
        blocks.append(Paragraph(" ".join(conflicts), more=not term.uncertain))
    if term.uncertain and agreement.law_applies:
        blocks.append(Paragraph(agreement.law_applies))
        sources += agreement.law_sources
    if term.uncertain:
        blocks.append(Paragraph(composer.say("turn_to.support", body=_support(composer))))
    return composer.answer(
        Kind.VALIDITY,
        shorten(_period_lead(term, period, composer) if period else _lead(term, focus, question, composer)),
        title=agreement.short,
        blocks=tuple(blocks),
        agreement=agreement.id,
        municipality=composer.municipality,
        citations=composer.cite(sources),
        facts=tuple(facts),
        suggestions=composer.suggest(*_why(term), "agreements", "revision", agreement=agreement.short),
    )


def _undecided(term: Term, composer: Composer) -> Answer:
    """Return that nothing was known of an agreement before its first decision."""
    agreement = term.agreement
    lead = composer.say("fact.not_yet", on=composer.on.isoformat(), subject=agreement.short)
    return composer.answer(
        Kind.VALIDITY,
        shorten(lead),
        title=agreement.short,
        agreement=agreement.id,
        municipality=composer.municipality,
        citations=composer.cite(term.known[0].sources),
        suggestions=composer.suggest("agreements", "dispute"),
    )


def _why(*terms: Term) -> tuple[str, ...]:
    """Return the suggestion that asks why agreements were extended, where the first of them was."""
    return ("why_extended",) if len(terms[0].known) > (2 if terms[0].coming else 1) else ()


def _period(term: Term, focus: str, question: Question, composer: Composer) -> Period | None:
    """Return the time that it is asked about whether an agreement is in force; null where that is today."""
    last = term.known[-1].valid_through
    if not question.yes_no or focus != "giltighet" or last is None or question.has("fortfarande"):
        return None
    if {token.word for token in question.tokens} & _words("word.end_words", composer):
        return None  # "gick det ut 2024-06-30?" asks of its end
    months = [month.strip() for month in composer.say("importord.months").split("|")]
    return period_asked(question.tokens, months, _words("word.bounds", composer))


def _words(key: str, composer: Composer) -> set[str]:
    return set(composer.say(key).split(", "))


def _period_lead(term: Term, period: Period, composer: Composer) -> str:
    """Return whether an agreement is in force in all of a period, in part of it, or not as far as is decided."""
    last = max(last_day(decision.valid_through) for decision in term.known if decision.valid_through)
    verdict = "ja" if period.within(term.begins, last) else "osakert" if period.first > last else "delvis"
    return composer.say(
        "validity.lead_period",
        verdict=verdict,
        short=term.agreement.short,
        begins=term.begins.isoformat(),
        through=last.isoformat(),
        over=last < composer.on,
        asked=period.says,
    )


def _older_then(term: Term) -> OlderVersion | None:
    """Return the older version that was in force on a day before the agreement's first."""
    for version in term.agreement.older:
        begun = version.valid_from is not None and first_day(version.valid_from) <= term.on
        if begun and (version.valid_through is None or term.on <= last_day(version.valid_through)):
            return version
    return None


def _lead(term: Term, focus: str, question: Question, composer: Composer) -> str:
    values = {
        "short": term.agreement.short,
        "through": term.through.isoformat() if term.through else None,
        "begins": term.begins.isoformat(),
        "by": term.decision.by.split(" (")[0],
        "decided": term.decision.decided,
        "times": len(term.known) - (2 if term.coming else 1),
        "renewed": term.decision.valid_from if term.renewed else None,
        "on": composer.on.isoformat(),
        "passed_over": bool(term.passed_over),
    }
    if focus == "tidigare-version" and question.yes_no and question.has("giltighet") and term.begun:
        return composer.say("validity.lead_not_older", **values)
    if focus == "tidigare-version" and term.agreement.older:
        return composer.say("validity.lead_older", count=len(term.agreement.older), yes_no=question.yes_no, **values)
    if _asks_decision(term, focus, question):
        named = question.of_role("body")
        verdict = "nej" if named and term.decision.body not in named else "ja"
        return composer.say("validity.lead_decided", yes_no=verdict if question.yes_no else "", **values)
    if term.uncertain:
        return composer.say("validity.lead_uncertain", **values)
    older = None if term.begun else _older_then(term)
    if older is not None:
        return composer.say(
            "validity.lead_older_then", yes_no=question.yes_no, version=older.name, until=older.valid_through, **values
        )
    decider = term.decision.body
    named = question.of_role("body")
    if named and question.yes_no and len(term.known) > 1 and question.has("forlangning", "beslut"):
        values["yes_no_by"] = "ja" if decider in named else "nej"
        return composer.say("validity.lead_decider", **values)
    if not term.begun:
        return composer.say("validity.lead_not_begun", yes_no=question.yes_no, **values)
    if focus == "forlangning" or focus == "varfor":
        return composer.say("validity.lead_extended", yes_no=question.yes_no, why=focus == "varfor", **values)
    if focus == "antagen":
        return composer.say("validity.lead_adopted", yes_no=question.yes_no, **values)
    if focus == "borjan":
        return composer.say("validity.lead_begins", **values)
    if focus == "tidigare-version":
        return composer.say("validity.lead_older", count=0, yes_no=question.yes_no, **values)
    ended = question.has("giltighet") and any(
        token.word in composer.say("word.ended_words").split(", ") for token in question.tokens
    )
    return composer.say("validity.lead_in_force", yes_no=question.yes_no, denies=ended, **values)


def _asks_decision(term: Term, focus: str, question: Question) -> bool:
    """Return whether it is asked who decided, and when, of an agreement with a single decision."""
    single = len(term.known) == 1 and not term.passed_over and term.decision.known_from <= term.on
    return single and focus == "forlangning" and question.has("beslut") and not question.has("forlangning")


def _several(agreements: tuple[str, ...], reading: Reading, question: Question, composer: Composer) -> Answer:
    terms = [composer.term(agreement) for agreement in agreements]
    in_force = [term for term in terms if term.begun and not term.uncertain]
    uncertain = [term for term in terms if term.uncertain]
    ends = sorted({term.through for term in in_force if term.through})
    sources = [
        locator for term in terms for decision in (*term.passed_over, term.decision) for locator in decision.sources
    ]
    focus = reading.slots["focus"]
    lines = [composer.validity_line(term) for term in terms]
    blocks: list[Block] = [Bullets(tuple(lines))]
    whys = list(dict.fromkeys(term.decision.why for term in in_force if term.decision.why))
    if focus in ("varfor", "forlangning") and whys:
        blocks.insert(0, Paragraph(" ".join(whys)))
    deciders = {term.decision.by.split(" (")[0] for term in in_force if len(term.known) > 1}
    lead = composer.say(
        "validity.lead_several",
        yes_no=question.yes_no,
        total=len(terms),
        count=len(in_force),
        through=ends[-1].isoformat() if len(ends) == 1 else None,
        uncertain=[term.agreement.short for term in uncertain],
        listing=focus == "vilka",
        names=[term.agreement.subject for term in terms],
        extended=focus in ("forlangning", "varfor"),
        by=deciders.pop() if len(deciders) == 1 else None,
        decided=in_force[0].decision.decided if in_force else None,
    )
    return composer.answer(
        Kind.VALIDITY,
        shorten(lead),
        title=composer.say("validity.title_several"),
        blocks=tuple(blocks),
        municipality=composer.municipality,
        citations=composer.cite(sources),
        facts=tuple(composer.decision_id(term) for term in terms),
        suggestions=composer.suggest("validity", *_why(*terms), "revision", agreement=terms[0].agreement.short),
    )


def compose_agreement(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return what an agreement is, from its own fields: its name, its parties and until when it is in force."""
    term = composer.term(reading.slots["agreement"])
    if not term.begun:
        return before(Kind.DEFINITION, term, question, composer)
    agreement = term.agreement
    values = {"name": agreement.name, "short": agreement.short, "parties": agreement.parties, "area": agreement.area}
    focus = "parties" if question.has("parter", "ledamoter") else "is"
    others = {"parties": "is", "is": "parties"}
    return composer.answer(
        Kind.DEFINITION,
        shorten(composer.say(f"agreement.{focus}", **values)),
        title=agreement.short,
        notices=composer.agreement_notices(term),
        blocks=(
            Paragraph(composer.say(f"agreement.{others[focus]}", **values)),
            *composer.validity_blocks(term),
            *composer.official(agreement),
        ),
        agreement=agreement.id,
        municipality=composer.municipality,
        citations=composer.cite(term.known[0].sources, term.decision.sources),
        facts=tuple(dict.fromkeys((f"{agreement.id}/beslut/{term.known[0].id}", composer.decision_id(term)))),
        suggestions=composer.suggest("validity", "agreements", "dispute", agreement=agreement.short),
    )


def _support(composer: Composer) -> str:
    return composer.knowledge.bodies[composer.knowledge.region.support_body].name
