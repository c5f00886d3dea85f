"""What each kind of answer holds, and the facts of the eight replies that set the tone."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.answer import ActorRows, Local, Paragraph, Steps, Validity
from knowledge.model import Kind
from tests.corpus import World

# --- the eight replies: question, kind, what must be said (a tuple: one of), what must not -----------

MATRIX_SOURCE = ("presentation av förslaget, 2021-02-19", "inte den antagna texten", "Ansvarsfördelning")
IN_FORCE = ("2027-06-30", "enligt RÖK missbruk/beroende")
REPLIES = {
    "R1": (
        "Vem ansvarar för abstinensvård?",
        Kind.RESPONSIBILITY,
        [
            "Primärvård",
            "Psykiatri",
            "vårdcentral (även privat)",
            "beroendevård",
            "BUP",
            "inte utpekad",
            ("säger inte vem av dem", "säger inte vem av de två"),
            "utan ansvar",
            "inte hur",
            "112",
            *MATRIX_SOURCE,
            *IN_FORCE,
        ],
        [],
    ),
    "R2": (
        "kan vi ha hand om LARO? privat vc",
        Kind.RESPONSIBILITY,
        [
            "Nej",
            "psykiatrin",
            "beroendevård",
            "primärvården",
            "utan ansvar",
            ("inte i källorna", "saknar jag"),
            *MATRIX_SOURCE,
            *IN_FORCE,
        ],
        [],
    ),
    "R3": (
        "Hur tar vi en tvist med vårdcentralen i Falun vidare?",
        Kind.ESCALATION,
        [
            "cheferna på plats",
            "utan den enskilde",
            "Länschefsnätverket (socialchefer",
            "Välfärdsrådet (förtroendevalda",
            "Allmän domstol",
            "tidsgränser",
            "blankett",
            "Lokalt i Falun",
            "2022",
            "4 år gammal",
            "kontrollera",
            "Synergi",
            "papperspost",
            "styrgrupp",
            "har jag inte läst",
            "enkätsvar, Falun",
            *IN_FORCE,
        ],
        [],
    ),
    "R4": (
        "vi har varit hos länschefsnätverket, vad är nästa steg?",
        Kind.ESCALATION,
        [
            "Nästa steg är Välfärdsrådet",
            "både för lokala och regionala",
            "socialnämnder",
            "presidiet",
            "5–6 gånger per år",
            "domstol",
            "inget steg efter Välfärdsrådet",
            "kriftligt",
            "tidsgränser",
            "blankett",
            *IN_FORCE,
        ],
        [],
    ),
    "R5": (
        "Gäller RÖK HVB idag?",
        Kind.VALIDITY,
        [
            "Osäkert",
            "gick ut 2026-06-30",
            "uni 2024",
            "ecember 2025",
            "HVB nämns inte",
            "beslut om HVB som jag inte har",
            "Lagen gäller ändå",
            "8 kap. 1 § HSL",
            "RSS Dalarna",
            "uppdragsbeskrivning",
            "RSS inventering, 2025-02-07",
        ],
        [],
    ),
    "R6": (
        "har borlänge en lök?",
        Kind.LOCAL,
        [
            "Osäkert",
            "2022",
            "ingen LÖK",
            "2023-03-31",
            "framgår inte",
            "4 år gammal",
            "8 ja, 3 nej, 4 utan svar",
            "7 ja, 4 nej, 4 utan svar",
            "7 ja, 2 nej, 6 utan svar",
            "socialförvaltningen i Borlänge",
            "RSS Dalarna",
            "enkätsvar, Borlänge",
        ],
        [],
    ),
    "R7": (
        "vilken paragraf är orosanmälan?",
        Kind.TOPIC,
        [
            "19 kap. 1 § socialtjänstlagen (2025:400)",
            "2025-07-01",
            "14 kap. 1 §",
            "2001:453",
            "genast",
            "5 kap. 8 §",
            "2026-01-15",
            "19 kap. 6 §",
            "avskrift",
        ],
        [],
    ),
    "R8": (
        "vem betalar tillnyktring",
        Kind.UNKNOWN,
        ["Det vet jag inte", "tillnyktring", "2026-11-21", "närmaste chef", "RSS Dalarna", "Källa: ingen"],
        ["abstinensvård: ", "Primärvård: ansvar"],
    ),
}


@pytest.mark.parametrize("name", REPLIES)
def test_each_of_the_eight_replies_holds_its_facts(name: str, world: World) -> None:
    """The replies written by hand to show the tone: the same facts, warnings and sources are in the bot's own."""
    question, kind, says, never = REPLIES[name]
    reply = world.ask(question)
    assert reply.kind is kind
    for said in says:
        options = said if isinstance(said, tuple) else (said,)
        assert any(option in reply.text for option in options), (said, reply.text)
    assert not [said for said in never if said in reply.text]


ADDRESS = re.compile(r"https://\S+")


@pytest.mark.parametrize(
    "sign", ["{{", "{%", "None", "rok-missbruk", "Undefined", " .", ",,", "..", "  ", "( ", " )", "()", "\n\n", " ,"]
)
def test_no_answer_shows_how_it_was_made(sign: str, world: World) -> None:
    """No answer shows an id, a template, a missing value or signs left over, unless the asker wrote it."""
    shown = [asked for asked in world.corpus if sign in ADDRESS.sub("", asked.answer.text) and sign not in asked.text]
    assert not shown, [(asked.id, asked.answer.text) for asked in shown[:5]]


# --- kinds ------------------------------------------------------------------------------------------


def test_marked_actors_come_first_with_what_they_include(world: World) -> None:
    """In a matrix answer the marked rows come first and say what the column covers; the others do not."""
    for task in next(iter(world.knowledge.matrices.values())).tasks:
        reply = world.ask(f"Vem ansvarar för {task.phrase}?")
        rows = next(block for block in reply.blocks if isinstance(block, ActorRows)).rows
        assert [row.marked for row in rows] == sorted((row.marked for row in rows), reverse=True)
        assert {row.actor for row in rows if row.marked} == set(task.responsible)
        assert all(bool(row.detail) == row.marked for row in rows)
        assert {(row.sign, row.word) for row in rows} <= {("✔", "ansvar"), ("–", "inte utpekad")}


def test_who_is_not_marked_is_said_where_it_is_asked(world: World) -> None:
    """ "Vem ansvarar inte för LARO?" names those that the matrix leaves out, and who it marks."""
    lead = world.ask("Vem ansvarar inte för LARO?").lead.lower()
    assert all(name in lead for name in ("primärvården", "somatiken", "socialtjänsten", "psykiatrin"))


def test_only_one_of_several_is_corrected(world: World) -> None:
    """ "Är det bara primärvården …?" is Nej where others are marked too, and names them."""
    lead = world.ask("Är det bara primärvården som ansvarar för abstinensvård?").lead
    assert lead.startswith("Nej") and "psykiatrin" in lead


def test_what_an_actor_is_alone_with_is_counted(world: World) -> None:
    """Tasks that only one actor is marked for are told apart, and a long list does not fill the first sentence."""
    reply = world.ask("Vilka uppgifter är bara psykiatrins?")
    assert reply.kind is Kind.RESPONSIBILITY and len(reply.lead) <= 140 and "ensam" in reply.lead
    matrix = next(iter(world.knowledge.matrices.values()))
    alone = {task.id for task in matrix.tasks if task.responsible == ("psykiatri",)}
    assert {fact.split("/")[-1] for fact in reply.facts if "/ansvar/" in fact} == alone


def test_a_step_that_is_asked_about_is_marked(world: World) -> None:
    """Asked for the step after another, the answer begins with it and marks it in the whole route."""
    reply = world.ask("Vad är nästa steg efter Länschefsnätverket i en lokal tvist?")
    steps = next(block for block in reply.blocks if isinstance(block, Steps))
    assert "Välfärdsrådet" in reply.lead
    assert [item.id for item in steps.items if item.current] == ["valfardsradet"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Vad kommer efter domstol i en lokal tvist?", "inget steg"),
        ("Vad är nästa steg efter Välfärdsrådet i en regional tvist?", "inget steg"),
        ("Kan en regional tvist gå till domstol?", "domstol"),
        ("Avgör RSS Dalarna tvister?", "RSS"),
    ],
)
def test_what_a_route_does_not_have_is_said(world: World, question: str, said: str) -> None:
    """After the last step, and of courts and bodies outside the route, it is said that there is no such step."""
    reply = world.ask(question)
    assert reply.kind is Kind.ESCALATION and said in reply.text, reply.text


def test_a_no_gets_what_helps_today(world: World) -> None:
    """After a refusal: that ongoing misuse must not hinder, SIP, a deviation, the manager; and no verdict."""
    reply = world.ask("Psykiatrin säger nej till vår patient för att han dricker, vad gör vi?")
    assert reply.kind is Kind.ESCALATION
    for said in ("får inte hindra", "SIP", "avvikelse", "chef", "inte avgöra"):
        assert said in reply.text
    named = world.serving.say("refusal.facts").split(", ")
    assert set(named) <= set(reply.facts)


def test_the_facts_that_sentences_name_exist(world: World) -> None:
    """What helps after a refusal is sourced: each fact that its sentences lean on is in the knowledge."""
    assert not set(world.serving.say("refusal.facts").split(", ")) - set(world.citables)


def test_an_agreement_tells_its_decisions_and_their_reasons(world: World) -> None:
    """A validity answer lists each decision, in order, and says why the last was taken."""
    reply = world.ask("Hur länge gäller RÖK missbruk/beroende?")
    decisions = world.knowledge.agreements["rok-missbruk"].decisions
    at = [reply.text.index(decision.says) for decision in decisions]
    assert at == sorted(at) and str(decisions[-1].why) in reply.text
    assert "2027-06-30" in reply.lead and "2025-12" in reply.lead


def test_conflicting_sources_are_told(world: World) -> None:
    """Where sources disagree about an agreement's term, the answer says what each says."""
    for agreement in world.knowledge.agreements.values():
        text = world.ask(f"Hur länge gäller {agreement.short}?").text
        for decision in agreement.decisions:
            assert decision.conflict is None or decision.conflict in text, agreement.id


def test_a_municipality_without_a_report_is_not_a_no(world: World) -> None:
    """Hedemora, Malung-Sälen and Orsa left no report: their LÖK is not known, which is no Nej."""
    for name in ("Hedemora", "Malung-Sälen", "Orsa"):
        lead = world.ask(f"Har {name} en LÖK?").lead
        assert lead.startswith("Det vet jag inte") and "ingen" in lead, lead


def test_the_state_of_a_year_is_told_as_of_that_year(world: World) -> None:
    """Asked of 2022, a municipality's report answers yes or no; asked of today it is unsure."""
    assert world.ask("Hade Falun en LÖK 2022?").lead.startswith("Nej")
    assert world.ask("Hade Mora en LÖK 2022?").lead.startswith("Ja")
    assert world.ask("Har Mora en LÖK?").lead.startswith("Osäkert")


def test_nothing_is_said_twice(world: World) -> None:
    """No sentence of more than 40 characters is in an answer twice."""
    twice = []
    for place in world.knowledge.municipalities.values():
        text = world.ask(f"Har {place.name} en LÖK?").text
        lines = [part.strip() for line in text.split("\n") for part in line.split(". ") if len(part) > 40]
        twice += [f"{place.id}: {line}" for line in set(lines) if lines.count(line) > 1]
    assert not twice, twice


def test_counts_add_up_to_all_municipalities(world: World) -> None:
    """The county's answer has every area's yes, no and unanswered, fifteen each."""
    reply = world.ask("Hur många kommuner har en LÖK?")
    for count in world.knowledge.counts.values():
        assert f"{count.yes} ja, {count.no} nej, {count.unanswered} utan svar" in reply.text
        assert count.yes + count.no + count.unanswered == len(world.knowledge.municipalities)


@pytest.mark.parametrize("municipality", ["falun", "mora"])
def test_local_stands_apart_from_what_holds_for_all(world: World, municipality: str) -> None:
    """With a municipality the same answer gets one part more, and all before it stays as it was."""
    general = world.ask("Hur tar vi en lokal tvist vidare?")
    local = world.ask("Hur tar vi en lokal tvist vidare?", municipality=municipality)
    part = next(block for block in local.blocks if isinstance(block, Local))
    assert part.heading.startswith(f"Lokalt i {world.knowledge.municipalities[municipality].name}")
    assert tuple(block for block in local.blocks if block is not part) == general.blocks
    assert isinstance(local.blocks[local.blocks.index(part) + 1], Validity)


def test_a_definition_says_what_the_sources_lack(world: World) -> None:
    """A term or body whose fact notes what is missing says it, each on today's date."""
    for body in world.knowledge.bodies.values():
        fact = body.definition
        if fact.missing and fact.examples:
            reply = world.ask(fact.examples[0])
            if fact.id in reply.facts:
                assert fact.missing in reply.text, body.id


def test_the_caveat_of_the_matrix_is_always_in_the_text(world: World) -> None:
    """Whatever a card folds away, the text says that the adopted agreement itself has not been read."""
    caveat = next(iter(world.knowledge.matrices.values())).caveat
    reply = world.ask("Vem ansvarar för LARO?")
    folded = [block for block in reply.blocks if isinstance(block, Paragraph) and block.more]
    assert any(block.text == caveat for block in folded) and caveat in reply.text


def test_the_routes_go_on_apart_after_a_shared_body(world: World) -> None:
    """After a body of both routes each route's own next step is told, or that there is none."""
    lead = world.ask("Vad är nästa steg efter Välfärdsrådet?").lead
    local, regional = lead.split(";")
    assert ("domstol" in local, "inget steg" in regional) == (True, True)


@pytest.mark.parametrize("verb", ["anmäler", "rapporterar", "skriver"])
def test_what_we_do_in_a_municipality_is_the_route(world: World, verb: str) -> None:
    """A deviation of one's own follows the route wherever one works; what was seen there comes after."""
    reply = world.ask(f"Hur {verb} vi en avvikelse i Säter?")
    assert (reply.route, reply.municipality) == ("avvikelse", "sater")


def test_contents_before_the_first_day_are_never_denied(world: World) -> None:
    """That an agreement has not begun says nothing of who had the duty before it."""
    reply = world.ask("Ska somatiken göra en orosanmälan?", on=date(2021, 6, 30))
    assert not reply.lead.startswith("Nej")
