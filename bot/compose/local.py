"""What is known about municipalities: their LÖK, structures and practice, and the county's counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.answer import Answer, Block, Bullets, Paragraph
from bot.compose.common import Composer, shorten
from bot.compose.contacts import ask_about
from bot.question import Question, says_all, stems_of
from bot.reading import Reading
from knowledge.model import Kind, LocalFact, LocalNote, Locator, LokCount, LokStatus, last_day

RECENT = 183
"""Days within which an observation answers for today."""


def compose_local(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return one municipality's facts, a comparison of several, or the county's counts and lists."""
    places = reading.slots["municipalities"]
    listing = (not places and question.has("vilka", "antal", "jamfora", "antagen")) or not (
        places or composer.municipality
    )
    if listing:
        return _county(reading, question, composer)
    if len(places) > 1:
        return _compare(places, question, composer)
    return _one(places[0] if places else str(composer.municipality), reading, question, composer)


def _one(place: str, reading: Reading, question: Question, composer: Composer) -> Answer:
    name = composer.place_name(place)
    fact = composer.observation(place)
    agreements = reading.slots["agreements"]
    if fact is None:
        return composer.answer(
            Kind.LOCAL,
            shorten(composer.say("local.nothing_yet", name=name, on=composer.on.isoformat(), yes_no=question.yes_no)),
            title=name,
            blocks=(ask_about(place, composer),),
            municipality=place,
            citations=composer.cite(_any_source(composer)),
            facts=(),
            suggestions=composer.suggest("lok_what", "agreements", "dispute"),
        )
    note = _asked_note(fact, question)
    other = next((a for a in agreements if a != fact.agreement), None)
    lead, facts = _local_lead(fact, note, other, question, composer)
    blocks: list[Block] = []
    if note is not None:
        blocks.append(Paragraph(note.says))
    about_lok = reading.slots["lok"] or note is None
    if about_lok:
        lines = [] if fact.status_says in lead else [fact.status_says]
        if fact.under_way:
            lines.append(fact.under_way)
        if lines:
            blocks.append(Paragraph(" ".join(lines)))
    rest = [other_note for other_note in fact.notes if other_note is not note and not other_note.editors_only]
    if rest:
        blocks.append(
            Bullets(
                tuple((n.lead or n.says) for n in rest),
                heading=composer.say("local.also", name=name),
                more=len(rest) > 3,
            )
        )
        facts += [f"{fact.id}/{topic}" for topic in dict.fromkeys(n.topic for n in rest)]
    sources: list[Locator] = [*fact.sources]
    if about_lok:
        count_blocks, count_sources, count_ids = _counts(composer, other)
        blocks += count_blocks
        sources += count_sources
        facts += count_ids
    if reading.slots["contents"]:
        lead = composer.say("local.no_text", name=name)
    if check := composer.check_note(fact.observed):
        blocks.append(Paragraph(check))
    blocks.append(ask_about(place, composer))
    return composer.answer(
        Kind.LOCAL,
        shorten(lead),
        title=composer.say("local.title", name=name),
        blocks=tuple(blocks),
        municipality=place,
        citations=composer.cite(sources),
        facts=tuple(dict.fromkeys(facts)),
        suggestions=composer.suggest("lok_what", "lok_count", "dispute_in", name=name),
    )


def _local_lead(
    fact: LocalFact, note: LocalNote | None, other: str | None, question: Question, composer: Composer
) -> tuple[str, list[str]]:
    name = composer.place_name(fact.municipality)
    if other is not None:
        return composer.say("local.other_area", name=name, agreement=composer.knowledge.agreements[other].short), [
            fact.id
        ]
    then = _asks_then(fact, question, composer)
    if note is not None:
        says = note.lead or note.says
        ids = [f"{fact.id}/{note.topic}"]
        if not question.yes_no:
            return says, ids
        verdict = _turned(note.yes_no, question)
        return composer.say(f"local.was_{verdict}" if then and verdict else "local.unsure", says=says), ids
    if fact.status is LokStatus.NO_DATA:
        when = composer.when(fact.observed)
        return composer.say("local.no_report", name=name, yes_no=question.yes_no, when=when), [fact.id]
    if not question.yes_no:
        return fact.status_says, [fact.id]
    verdict = _turned({LokStatus.YES: "ja", LokStatus.NO: "nej"}.get(fact.status, "delvis"), question)
    return composer.say(f"local.was_{verdict}" if then else "local.unsure", says=fact.status_says), [fact.id]


def _turned(verdict: str | None, question: Question) -> str | None:
    """Return the verdict on a statement that denies: "de hade ju ingen LÖK, eller hur?" is yes where they had none."""
    return {"ja": "nej", "nej": "ja"}.get(verdict or "", verdict) if question.denied else verdict


def _asks_then(fact: LocalFact, question: Question, composer: Composer) -> bool:
    """Return whether the question is about the time of the observation, not about today."""
    return int(fact.observed[:4]) in question.years or (composer.on - last_day(fact.observed)).days <= RECENT


def _asked_note(fact: LocalFact, question: Question) -> LocalNote | None:
    """Return the note whose words the question uses most, if any are used."""
    stems = stems_of(question)
    best: tuple[int, LocalNote] | None = None
    wanted = {
        "avvikelse": ("avvikelse", "avvikelse-ord", "synergi"),
        "sip": ("sip",),
        "utmaning": ("kritik",),
        "struktur": ("samverkan-struktur",),
        "laro": ("laro",),
        "vald": ("vin",),
    }
    for note in fact.notes:
        if note.editors_only or note.topic == "lok":
            continue
        score = sum(2 for words in note.words if says_all(words, stems))
        score += 3 if question.has(*wanted.get(note.topic, ())) else 0
        if score and (best is None or score > best[0]):
            best = (score, note)
    return best[1] if best else None


def _compare(places: tuple[str, ...], question: Question, composer: Composer) -> Answer:
    lines: list[str] = []
    sources: list[Locator] = []
    facts: list[str] = []
    for place in places:
        fact = composer.observation(place)
        if fact is None:
            lines.append(
                composer.say(
                    "local.nothing_yet", name=composer.place_name(place), on=composer.on.isoformat(), yes_no=False
                )
            )
            continue
        lines.append(" ".join(filter(None, (fact.status_says, fact.under_way))))
        sources += fact.sources
        facts.append(fact.id)
    names = [composer.place_name(place) for place in places]
    seen = [fact for place in places if (fact := composer.observation(place))]
    told = (composer.check_note(fact.observed) for fact in seen)
    checks = tuple(Paragraph(check) for check in dict.fromkeys(told) if check)
    return composer.answer(
        Kind.LOCAL,
        shorten(
            composer.say(
                "local.compare", names=names, known=bool(facts), yes_no=question.yes_no, **_asked_for(seen, composer)
            )
        ),
        title=composer.say("local.title", name=" / ".join(names)),
        blocks=(Bullets(tuple(lines)), *checks, Paragraph(composer.say("local.ask_several", body=_support(composer)))),
        citations=composer.cite(sources or _any_source(composer)),
        facts=tuple(facts),
        suggestions=composer.suggest("lok_count", "lok_what"),
    )


def compose_where(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return which municipalities reported what is asked, each with what it said."""
    seen: list[tuple[LocalFact, LocalNote]] = []
    for key in reading.slots["notes"]:
        fact_id, _, number = key.partition("#")
        fact = composer.knowledge.local[fact_id]
        if composer.observation(fact.municipality) == fact:
            seen.append((fact, fact.notes[int(number)]))
    if not seen:
        return _county(replace(reading, slots={"agreements": ()}), question, composer)
    names = sorted({composer.place_name(fact.municipality) for fact, _ in seen}, key=str.casefold)
    year = seen[0][0].observed[:4]
    lead = composer.say("local.where", names=names, year=year, yes_no=question.yes_no)
    if len(seen) == 1:
        says = seen[0][1].lead or seen[0][1].says
        lead = composer.say("local.unsure", says=says) if question.yes_no else says
    checks = dict.fromkeys(filter(None, (composer.check_note(fact.observed) for fact, _ in seen)))
    lines = tuple(note.says if len(seen) == 1 else (note.lead or note.says) for _, note in seen)
    return composer.answer(
        Kind.LOCAL,
        shorten(lead),
        title=composer.say("local.where_title", year=year),
        blocks=(
            Bullets(lines, more=len(lines) > 5),
            *map(Paragraph, checks),
            Paragraph(composer.say("local.ask_several", body=_support(composer))),
        ),
        municipality=composer.municipality,
        citations=composer.cite([fact.sources[0] for fact, _ in seen]),
        facts=tuple(dict.fromkeys(f"{fact.id}/{note.topic}" for fact, note in seen)),
        suggestions=composer.suggest("lok_count", "lok_what"),
    )


def _county(reading: Reading, question: Question, composer: Composer) -> Answer:
    agreements = reading.slots["agreements"]
    counts, count_sources, count_ids = _counts(composer, agreements[0] if len(agreements) == 1 else None)
    by_status: dict[LokStatus, list[str]] = {}
    sources: list[Locator] = [*count_sources]
    facts = [*count_ids]
    reports = [fact for place in composer.knowledge.municipalities if (fact := composer.observation(place))]
    if agreements:  # what was reported about one area says nothing of another
        reports = [fact for fact in reports if fact.agreement in agreements]
    for fact in reports:
        by_status.setdefault(fact.status, []).append(composer.place_name(fact.municipality))
        sources += fact.sources[:1]
        facts.append(fact.id)
    names = [place.name for place in composer.knowledge.municipalities.values()]
    blocks: list[Block] = [*counts]
    silent = _silent(reports, composer) if not count_ids else []
    if by_status:
        lines = [
            composer.say(f"local.list_{status.value}", names=sorted(by_status[status], key=str.casefold))
            for status in LokStatus
            if status in by_status
        ]
        if silent:
            lines.append(composer.say("local.list_silent", names=silent))
        blocks.append(
            Bullets(tuple(lines), heading=composer.say("local.list_heading", **_asked_for(reports, composer)))
        )
    counted = (composer.knowledge.counts[id_].observed for id_ in count_ids)
    seen = sorted({*(fact.observed for fact in reports), *counted})
    blocks += [Paragraph(check) for check in dict.fromkeys(map(composer.check_note, seen)) if check]
    known_counts = [count for count in composer.knowledge.counts.values() if last_day(count.observed) <= composer.on]
    main = [
        count
        for count in known_counts
        if count.agreement in (agreements or (composer.knowledge.region.main_agreement,))
    ]
    counting = not main and bool(by_status) and question.has("antal") and not question.yes_no
    lead = composer.say(
        "local.counted" if counting else "local.county",
        yes_count=len(by_status.get(LokStatus.YES, ())),
        no_count=len(by_status.get(LokStatus.NO, ())),
        silent=len(silent) + len(by_status.get(LokStatus.NO_DATA, ())),
        lacking=question.has("saknas", "sakna-lok"),
        known=bool(main),
        yes_no=question.yes_no,
        every=question.has("alla-kommuner") and bool(main) and main[0].yes < len(composer.knowledge.municipalities),
        yes=main[0].yes if main else 0,
        total=len(composer.knowledge.municipalities),
        counted=composer.when(main[0].observed) if main else "",
        unnamed=_unnamed(main[:1], composer),
        agreement=composer.knowledge.agreements[main[0].agreement].subject if main else "",
        older=bool(by_status),
        yes_then=sorted(by_status.get(LokStatus.YES, ())),
        **_asked_for(reports, composer),
    )
    return composer.answer(
        Kind.LOCAL,
        shorten(lead),
        title=composer.say("local.county_title"),
        blocks=tuple(blocks),
        citations=composer.cite(sources or _any_source(composer))[:20],
        facts=tuple(dict.fromkeys(facts)),
        suggestions=composer.suggest("lok_what", "lok_place", name=min(names, default="")),
    )


def _silent(reports: Sequence[LocalFact], composer: Composer) -> list[str]:
    """Return the municipalities that have reported nothing, by name."""
    told = {fact.municipality for fact in reports}
    names = (place.name for place in composer.knowledge.municipalities.values() if place.id not in told)
    return sorted(names, key=str.casefold)


def compose_places(reading: Reading, question: Question, composer: Composer) -> Answer:
    """Return which municipalities there are, and how many."""
    knowledge = composer.knowledge
    term = composer.term(knowledge.region.main_agreement)
    names = sorted((place.name for place in knowledge.municipalities.values()), key=str.casefold)
    return composer.answer(
        Kind.LOCAL,
        composer.say("local.places", count=len(names), region=knowledge.region.name),
        title=composer.say("local.places_title"),
        blocks=(Bullets(tuple(names)),),
        citations=composer.cite(term.decision.sources),
        facts=(composer.decision_id(term),),
        suggestions=composer.suggest("lok_count", "agreements", "dispute"),
    )


def _counts(composer: Composer, only: str | None) -> tuple[list[Block], list[Locator], list[str]]:
    counts = [
        count
        for count in composer.knowledge.counts.values()
        if last_day(count.observed) <= composer.on and (only is None or count.agreement == only)
    ]
    if not counts:
        return [], [], []
    lines = tuple(
        composer.say(
            "local.count",
            area=composer.knowledge.agreements[count.agreement].subject,
            yes=count.yes,
            no=count.no,
            unanswered=count.unanswered,
        )
        for count in counts
    )
    heading = composer.say(
        "local.count_heading",
        observed=counts[0].observed,
        total=len(composer.knowledge.municipalities),
        unnamed=_unnamed(counts, composer),
    )
    sources = [locator for count in counts for locator in count.sources]
    return [Bullets(lines, heading=heading)], sources, [count.id for count in counts]


def _asked_for(reports: Sequence[LocalFact], composer: Composer) -> dict[str, object]:
    """Return when municipalities reported, about which agreements, and whether that is long ago."""
    days = [fact.observed for fact in reports]
    areas = dict.fromkeys(composer.knowledge.agreements[fact.agreement].subject for fact in reports)
    old = any(composer.age(day) for day in days)
    return {"when": composer.when(*days) if days else "", "areas": list(areas), "old": old}


def _unnamed(counts: Sequence[LokCount], composer: Composer) -> bool:
    """Return whether it is counted how many said yes, but not known which municipalities they were."""
    named = {(fact.agreement, fact.observed) for fact in composer.knowledge.local.values()}
    return any((count.agreement, count.observed) not in named for count in counts)


def _any_source(composer: Composer) -> tuple[Locator, ...]:
    """Return where what is known of municipalities stands; before anything was, the agreement that asks for a LÖK."""
    seen = (fact for fact in composer.knowledge.local.values() if last_day(fact.observed) <= composer.on)
    fact = next(seen, None)
    return fact.sources[:1] if fact else composer.term(composer.knowledge.region.main_agreement).decision.sources


def _support(composer: Composer) -> str:
    return composer.knowledge.bodies[composer.knowledge.region.support_body].name
