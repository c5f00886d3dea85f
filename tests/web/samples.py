"""A small bot behind the web edge: fixed answers, real sentences, and a record of what was asked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from bot.access import WebConfig
from bot.answer import (
    ActorRow,
    ActorRows,
    Answer,
    Bullets,
    Choice,
    Citation,
    Local,
    Notice,
    Paragraph,
    StepItem,
    Steps,
    Validity,
)
from bot.ports import Found, Turn
from knowledge.model import Kind
from tests.fakes import FakeUpkeep

TODAY = date(2026, 11, 21)
SENTENCES = Path(__file__).resolve().parents[2] / "knowledge" / "svenska" / "sentences" / "web.yaml"
LOOPBACK = WebConfig(dev=False, loopback=True, api_key=None, trusted_proxy=None)
PRESENTATION = Citation(
    source="s1",
    title="Reviderad RÖK missbruk/beroende, bilder till Länschefsnätverket",
    locator="tabellen Ansvarsfördelning",
    date="2021-02-19",
    url=None,
    label="presentation av förslaget (inte den antagna texten)",
    standing="secondary",
)
ASSIGNMENT = Citation(
    source="s3",
    title="Uppdragsbeskrivning för nya RÖK:ar",
    locator="fotnot 1",
    date=None,
    url="https://www.regiondalarna.se/plus/rok-missbrukberoende/",
    label="uppdragsbeskrivning, början av 2026",
    standing="primary",
)
VALIDITY = Validity("Gäller: RÖK missbruk/beroende, t.o.m. 2027-06-30. Förlängd av Länschefsnätverkets styrgrupp.")


def answer(kind: Kind, lead: str, **fields: Any) -> Answer:
    """Return an answer for today with a receipt and a revision."""
    return Answer(kind=kind, lead=lead, on=TODAY, revision="a3f91c07be42d1", receipt="K7R-4TQ", text=lead, **fields)


def row(actor: str, name: str, detail: str, marked: bool) -> ActorRow:
    """Return a matrix row as answering makes it."""
    return ActorRow(actor, name, detail, marked, "✔" if marked else "–", "ansvar" if marked else "inte utpekad")


RESPONSIBILITY = answer(
    Kind.RESPONSIBILITY,
    "Abstinensvård: primärvården och psykiatrin har ansvaret tillsammans, enligt RÖK missbruk/beroende.",
    blocks=(
        ActorRows(
            (
                row("primarvard", "Primärvård", "vårdcentral (även privat), ungdomsmottagning", True),
                row("psykiatri", "Psykiatri", "även beroendevård och BUP", True),
                row("somatik", "Somatiska kliniker", "", False),
                row("socialtjanst", "Socialtjänst", "", False),
            )
        ),
        Paragraph("Källan säger inte vem av de två som ska börja. ”Inte utpekad” betyder inte ”utan ansvar”."),
        Paragraph("Svaret gäller vem som ansvarar, inte hur vården ska ges. Akut fara för liv: ring 112.", more=True),
        VALIDITY,
    ),
    responsible=("primarvard", "psykiatri"),
    agreement="rok-missbruk",
    citations=(PRESENTATION, ASSIGNMENT),
    suggestions=("Hur tar vi en tvist vidare?", "Vem ansvarar för LARO?"),
    facts=("rok-missbruk/ansvar/abstinensvard",),
)
DISPUTE = answer(
    Kind.ESCALATION,
    "Börja hos cheferna på plats. Räcker det inte går frågan uppåt i tre steg.",
    blocks=(
        Steps(
            (
                StepItem(
                    "tjansteledning",
                    "Ansvariga chefer i kommunen och regionen löser frågan, utan den enskilde. "
                    "Skriv ner beslutet i bådas dokumentation.",
                ),
                StepItem("lanschefsnatverket", "Länschefsnätverket (socialchefer och regionens chefer)", current=True),
                StepItem("valfardsradet", "Välfärdsrådet (förtroendevalda)"),
                StepItem("domstol", "Allmän domstol – bara om steg 1–3 inte räcker"),
            ),
            heading="Så går en lokal tvist vidare",
        ),
        Bullets(("tidsgränser", "blankett", "vem som gör vad under tiden"), heading="Står inte i källorna"),
        Local(
            "Lokalt i Falun",
            (
                "Hösten 2022, 4 år gammalt – kontrollera: berörda enheter i kommunen använde inte Synergi.",
                "Avvikelser gick med papperspost till regionen. En lokal styrgrupp följde upp dem.",
            ),
        ),
        VALIDITY,
    ),
    route="tvist-lokal",
    steps=("tjansteledning", "lanschefsnatverket", "valfardsradet", "domstol"),
    agreement="rok-missbruk",
    municipality="falun",
    citations=(PRESENTATION, ASSIGNMENT),
    suggestions=("Vad är nästa steg?",),
)
CLARIFY = answer(
    Kind.CLARIFY,
    "Vilken utredning menar du?",
    choices=(
        Choice("Utredning av missbruk", "Vem ansvarar för utredning av missbruk?"),
        Choice("Utredning av en avvikelse", "Vem utreder en avvikelse?"),
        Choice("Inget av dessa", None),
    ),
)
URGENT = answer(
    Kind.URGENT,
    "Ta hjälp nu, och ta frågan om ansvar sedan.",
    notices=(
        Notice("danger", "Ring 112 om någon är i fara för sitt liv."),
        Notice("privacy", "Din fråga hade ett personnummer. Det är bortmaskat här; ta bort meddelandet."),
    ),
    privacy_warning=True,
)
UNKNOWN = answer(
    Kind.UNKNOWN,
    "Det vet jag inte. Jag hittar inget om parkering i de överenskommelser som jag har.",
    blocks=(Bullets(("Fråga din närmaste chef.", "Fråga RSS Dalarna."), heading="Gör så här"),),
)
HOSTILE = "<script>alert(1)</script>\"'&<b>"
BY_WORD = {
    "abstinens": RESPONSIBILITY,
    "tvist": DISPUTE,
    "utredning": CLARIFY,
    "personnummer": URGENT,
    "parkering": UNKNOWN,
}


class WebFake:
    """Asks with fixed answers. `turns` is what was asked; `fault` is raised instead of an answer."""

    def __init__(self) -> None:
        """Start with knowledge served and nothing asked."""
        self.upkeep = FakeUpkeep()
        self.turns: list[Turn] = []
        self.fault: Exception | None = None
        self.served: dict[str, Any] = {"revision": "a3f91c07be42d1", "files_differ": False, "region": "dalarna"}
        self._sentences: dict[str, str] = yaml.safe_load(SENTENCES.read_text("utf-8"))["sentences"]

    async def ask(self, turn: Turn) -> Answer:
        """Return the answer whose word the question has, for the day that was asked."""
        self.turns.append(turn)
        if self.fault:
            raise self.fault
        found = next((known for word, known in BY_WORD.items() if word in turn.text.lower()), None)
        if found is None:
            found = answer(Kind.UNKNOWN, f"Det vet jag inte. Jag letade efter {turn.text}.")
        return found.with_(on=turn.on)

    async def find(self, turn: Turn) -> tuple[Found, ...]:
        """Not used by the web edge."""
        raise NotImplementedError

    async def pick(self, turn: Turn) -> Answer | None:
        """Not used by the web edge."""
        raise NotImplementedError

    async def handle_once(self, activity: str) -> bool:
        """Not used by the web edge."""
        raise NotImplementedError

    async def feedback(self, code: str, reaction: str, reason: str) -> None:
        """Not used by the web edge."""
        raise NotImplementedError

    async def welcome(self, on: date) -> Answer:
        """Not used by the web edge."""
        raise NotImplementedError

    def municipalities(self) -> list[tuple[str, str]]:
        """Return three places."""
        return [("borlange", "Borlänge"), ("falun", "Falun"), ("malung-salen", "Malung-Sälen")]

    def sentence(self, key: str) -> str:
        """Return the real sentence."""
        return self._sentences[key]

    def status(self) -> dict[str, Any]:
        """Return what is served."""
        return self.served
