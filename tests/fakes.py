"""Stand-ins written by hand: the bot behind the edges, and the services around Teams."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import yaml
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

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
from bot.ports import Found, Letter, Profile, Turn
from bot.upkeep import Overview
from knowledge.local_grid import LocalGrid
from knowledge.model import Kind
from tests.fake_state import FakeState as FakeState

TODAY = date(2026, 11, 21)
SENTENCES = Path(__file__).parents[1] / "knowledge/svenska/sentences"

PRESENTATION = Citation(
    "s4",
    "Presentation av förslag till RÖK missbruk/beroende",
    "tabellen Ansvarsfördelning",
    "2021-02-19",
    "https://www.regiondalarna.se/rok-missbruk",
    "presentation av förslaget, 2021-02-19",
    "secondary",
)
ASSIGNMENT = Citation(
    "s3",
    "Uppdragsbeskrivning för nya RÖK:ar",
    "fotnot 1",
    "2026-01",
    None,
    "uppdragsbeskrivning, början av 2026",
    "secondary",
)
_VALID = Validity("Gäller: RÖK missbruk/beroende, t.o.m. 2027-06-30.")
_SOURCES_LINE = (
    "Källa: presentation av förslaget, 2021-02-19, tabellen Ansvarsfördelning (inte den antagna texten). "
    "Giltighet: uppdragsbeskrivning, början av 2026."
)
_QUESTIONS = ("Vad är nästa steg?", "Gäller RÖK HVB idag?", "Har Borlänge en LÖK?")


def _answer(kind: Kind, lead: str, **more: Any) -> Answer:
    text = more.pop("text", lead)
    return Answer(kind=kind, lead=lead, on=TODAY, revision="r1", receipt="K7Q-2MX", text=text, **more)


def _sourced(kind: Kind, lead: str, **more: Any) -> Answer:
    given = {"citations": (PRESENTATION, ASSIGNMENT), "sources_line": _SOURCES_LINE, "suggestions": _QUESTIONS}
    return _answer(kind, lead, **{**given, **more})


CANNED: dict[Kind, Answer] = {
    Kind.RESPONSIBILITY: _sourced(
        Kind.RESPONSIBILITY,
        "Abstinensvård: primärvården och psykiatrin har ansvaret tillsammans.",
        text="Abstinensvård: primärvården och psykiatrin har ansvaret tillsammans.\n✔ Primärvård\n✔ Psykiatri",
        blocks=(
            ActorRows(
                (
                    ActorRow("primarvard", "Primärvård", "vårdcentral (även privat)", True, "✔", "ansvar"),
                    ActorRow("psykiatri", "Psykiatri", "även beroendevård och BUP", True, "✔", "ansvar"),
                    ActorRow("somatik", "Somatiska kliniker", "", False, "–", "inte utpekad"),
                    ActorRow("socialtjanst", "Socialtjänst", "", False, "–", "inte utpekad"),
                )
            ),
            Paragraph("Källan säger inte vem av de två som ska börja."),
            _VALID,
        ),
        responsible=("primarvard", "psykiatri"),
        agreement="rok-missbruk",
        facts=("rok-missbruk/ansvar/abstinensvard",),
    ),
    Kind.ESCALATION: _sourced(
        Kind.ESCALATION,
        "Börja hos cheferna på plats. Räcker det inte går frågan uppåt i tre steg.",
        blocks=(
            Steps(
                (
                    StepItem("tjansteledning", "Ansvariga chefer i kommunen och regionen"),
                    StepItem("lanschefsnatverket", "Länschefsnätverket", current=True),
                    StepItem("valfardsradet", "Välfärdsrådet (förtroendevalda)"),
                    StepItem("domstol", "Allmän domstol"),
                )
            ),
            Local("Lokalt i Falun", ("Hösten 2022: avvikelser gick med papperspost.",)),
            _VALID,
        ),
        route="tvist-lokal",
        steps=("tjansteledning", "lanschefsnatverket", "valfardsradet", "domstol"),
        municipality="falun",
        agreement="rok-missbruk",
    ),
    Kind.VALIDITY: _sourced(
        Kind.VALIDITY,
        "Osäkert. Den sista giltighet som jag kan belägga för RÖK HVB gick ut 2026-06-30.",
        notices=(Notice("validity", "Slutdatumet är inte belagt."),),
        blocks=(Bullets(("Juni 2024: förlängd till 2026-06-30.", "December 2025: HVB nämns inte.")),),
    ),
    Kind.LOCAL: _sourced(Kind.LOCAL, "Osäkert. Senaste uppgiften är nej.", municipality="borlange"),
    Kind.DEFINITION: _sourced(Kind.DEFINITION, "SIP är en samordnad individuell plan."),
    Kind.TOPIC: _sourced(Kind.TOPIC, "19 kap. 1 § socialtjänstlagen (2025:400), sedan 2025-07-01."),
    Kind.PASSAGE: _sourced(Kind.PASSAGE, "Så står det i rutinen (inte granskad)."),
    Kind.CLARIFY: _answer(
        Kind.CLARIFY,
        "Menar du läkemedel vid alkohol eller vid narkotika?",
        choices=(
            Choice("Alkohol", "Vem ansvarar för läkemedel vid alkohol?"),
            Choice("Narkotika", "Vem ansvarar för läkemedel vid narkotika?"),
            Choice("Inget av dessa", None),
        ),
    ),
    Kind.UNKNOWN: _answer(Kind.UNKNOWN, "Det vet jag inte. Jag hittar inget om parkering.", suggestions=_QUESTIONS),
    Kind.URGENT: _answer(Kind.URGENT, "Ring 112 nu.", notices=(Notice("danger", "Ring 112 om någon är i fara."),)),
    Kind.SMALLTALK: _answer(Kind.SMALLTALK, "Hej! Fråga mig vem som ansvarar för vad.", suggestions=_QUESTIONS),
}


@cache
def sentences() -> dict[str, str]:
    """Return all of the bot's own sentences, as they stand in the knowledge."""
    found: dict[str, str] = {}
    for path in sorted(SENTENCES.glob("*.yaml")):
        found |= yaml.safe_load(path.read_text("utf-8")).get("sentences") or {}
    return found


class FakeAsks:
    """The bot behind the edges: gives the answer set for a question, and notes what it was asked."""

    def __init__(self, answer: Answer = CANNED[Kind.RESPONSIBILITY]) -> None:
        self.answer = answer
        self.answers: dict[str, Answer] = {}
        self.found: tuple[Found, ...] = ()
        self.error: Exception | None = None
        self.delay = 0.0
        self.turns: list[Turn] = []
        self.reactions: list[tuple[str, str, str]] = []
        self.handled: set[str] = set()
        self.sent: dict[str, str] = {}
        self.forgotten: list[str] = []
        self.profiles: dict[str, Profile] = {}
        self.experts = NoExperts()
        self.post = NoPost()
        self.upkeep = FakeUpkeep()

    async def ask(self, turn: Turn) -> Answer:
        self.turns.append(turn)
        await asyncio.sleep(self.delay)
        if self.error is not None:
            raise self.error
        return self.answers.get(turn.text, self.answer)

    async def find(self, turn: Turn) -> tuple[Found, ...]:
        self.turns.append(turn)
        await asyncio.sleep(self.delay)
        if self.error is not None:
            raise self.error
        return self.found

    async def pick(self, turn: Turn) -> Answer | None:
        self.turns.append(turn)
        await asyncio.sleep(self.delay)
        if self.error is not None:
            raise self.error
        return self.answers.get(turn.text)

    async def handle_once(self, activity: str) -> bool:
        first = activity not in self.handled
        self.handled.add(activity)
        return first

    async def handle_again(self, activity: str) -> None:
        self.handled.discard(activity)

    async def note_sent(self, message: str, code: str) -> None:
        self.sent[message] = code

    async def feedback(self, message: str, reaction: str, reason: str) -> None:
        self.reactions.append((self.sent.get(message, ""), reaction, reason))

    async def receipt(self, code: str) -> dict[str, Any] | None:
        return next((one.as_json() for one in CANNED.values() if one.receipt == code), None)

    async def forget(self, conversation: str) -> None:
        self.forgotten.append(conversation)

    async def welcome(self, turn: Turn) -> Answer:
        return CANNED[Kind.SMALLTALK].with_(form="" if turn.person in self.profiles else "profile")

    async def profile(self, person: str | None) -> Profile:
        return self.profiles.get(person or "", Profile())

    async def choose(self, turn: Turn, profile: Profile) -> Answer:
        self.profiles[turn.person or ""] = profile
        return CANNED[Kind.SMALLTALK].with_(lead="Klart.", text="Klart.")

    def workplaces(self) -> list[tuple[str, str]]:
        return [("arbetsplats-bup", "BUP"), ("arbetsplats-lss", "LSS")]

    def municipalities(self) -> list[tuple[str, str]]:
        return [("borlange", "Borlänge"), ("falun", "Falun")]

    def sentence(self, key: str) -> str:
        return sentences()[key]

    def status(self) -> dict[str, Any]:
        return {"revision": "r1", "files_differ": False, "region": "Dalarna"}


class NoExperts:
    """No group of experts is set up: nobody can be asked, and no conversation is a channel of theirs."""

    def offer(self, question: str, answer: Answer) -> None:
        return None

    async def offer_after(self, conversation: str | None, message: str) -> None:
        return None

    async def offer_last(self, conversation: str | None) -> None:
        return None

    async def enquire(self, question: str, receipt: str, person: str | None, shown: Sequence[str] = ()) -> None:
        return None

    def is_channel(self, place: str) -> bool:
        return False

    async def note_chat(self, person: str, address: Mapping[str, Any]) -> None:
        pass

    async def open(self, id: str, place: str) -> None:
        return None

    async def answer(self, id: str, place: str, text: str, source: str = "") -> None:
        return None


class FakeUpkeep:
    """What there is to look after, and what was settled."""

    def __init__(self) -> None:
        self.found = Overview(TODAY, "Dalarna", (), LocalGrid((), (), frozenset()), (), (), ())
        self.settled: list[tuple[tuple[str, ...], tuple[str, ...], str]] = []
        self.returned: list[str] = []

    async def overview(self, on: date) -> Overview:
        return replace(self.found, on=on)

    async def settle(self, gaps: Collection[str], answers: Collection[str], became: str) -> None:
        self.settled.append((tuple(gaps), tuple(answers), became))

    async def put_back(self, became: Collection[str]) -> None:
        self.returned += became


class NoPost:
    """There are no letters."""

    async def prepare(self) -> None:
        pass

    async def claim(self, limit: int) -> list[Letter]:
        return []


class FakeClock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class _Served:
    """A small server on loopback."""

    def __init__(self) -> None:
        self.app = web.Application()
        self._server = TestServer(self.app, host="127.0.0.1")

    async def __aenter__(self) -> Any:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def url(self) -> str:
        return str(self._server.make_url("/")).rstrip("/")

    @property
    def host(self) -> str:
        return f"{self._server.host}:{self._server.port}"


class FakeConnector(_Served):
    """Teams' end of the connector: keeps what it is sent; `script` is a list of what to answer first.

    An entry is (status, headers) or (status, headers, body).
    """

    def __init__(self) -> None:
        super().__init__()
        self.posts: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.script: list[tuple[int, dict[str, str]] | tuple[int, dict[str, str], str]] = []
        self.delay = 0.0
        self.peers: set[Any] = set()
        self.app.router.add_post("/{tail:.*}", self._receive)

    async def _receive(self, request: web.Request) -> web.Response:
        self.paths.append(request.raw_path)
        self.headers.append(dict(request.headers))
        self.posts.append(json.loads(await request.read()))
        assert request.transport is not None
        self.peers.add(request.transport.get_extra_info("peername"))
        await asyncio.sleep(self.delay)
        if self.script:
            status, headers, *body = self.script.pop(0)
            return web.Response(status=status, headers=headers, text="".join(body))
        return web.json_response({"id": f"m{len(self.posts)}"}, status=201)

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The messages among what was sent (not the typing signs)."""
        return [post for post in self.posts if post.get("type") == "message"]


class FakeLogin(_Served):
    """Where reply tokens are fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.status = 200
        self.lifetime = 3600
        self.refused: set[str] = set()
        self.delay = 0.0
        self.app.router.add_post("/{tail:.*}", self._grant)

    async def _grant(self, request: web.Request) -> web.Response:
        self.paths.append(request.path)
        form = dict(await request.post())
        self.forms.append(form)
        number = len(self.forms)
        await asyncio.sleep(self.delay)
        if self.status != 200 or form["client_id"] in self.refused:
            return web.json_response({"error": "invalid_client"}, status=self.status if self.status != 200 else 401)
        return web.json_response({"access_token": f"reply-{number}", "expires_in": self.lifetime})


@cache
def private_key(name: str) -> rsa.RSAPrivateKey:
    """Return the RSA key of that name; made once, since making one is slow."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class FakeOpenId(_Served):
    """Where token keys are published; `publish` is a mapping of key id to endorsements."""

    def __init__(self) -> None:
        super().__init__()
        self.published: dict[str, list[str] | None] = {"k1": ["msteams"]}
        self.fetches = 0
        self.delay = 0.0
        self.status = 200
        self.app.router.add_get("/openidconfiguration", self._metadata)
        self.app.router.add_get("/keys", self._keys)

    async def _metadata(self, request: web.Request) -> web.Response:
        self.fetches += 1
        await asyncio.sleep(self.delay)
        return web.json_response({"issuer": "x", "jwks_uri": f"{self.url}/keys"}, status=self.status)

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [{"kid": "broken", "kty": "RSA"}, *map(self._jwk, self.published)]})

    def _jwk(self, kid: str) -> dict[str, Any]:
        public = private_key(kid).public_key()
        jwk: dict[str, Any] = {**jwt.algorithms.RSAAlgorithm.to_jwk(public, as_dict=True), "kid": kid, "use": "sig"}
        endorsed = self.published[kid]
        return jwk if endorsed is None else {**jwk, "endorsements": endorsed}


APP_ID = "11111111-2222-3333-4444-555555555555"


def mint(
    service_url: str | None,
    *,
    kid: str | None = "k1",
    signed_by: str | None = None,
    algorithm: str = "RS256",
    drop: tuple[str, ...] = (),
    clock: Callable[[], float] = time.time,
    **claims: Any,
) -> str:
    """Return a token as the Bot Framework signs it, with the given differences.

    Times (`exp`, `nbf`) are seconds from now.
    """
    now = int(clock())
    whole = {
        "iss": "https://api.botframework.com",
        "aud": APP_ID,
        "nbf": now - 60,
        "exp": now + 3600,
        "serviceurl": service_url,
        **{key: now + value if key in ("exp", "nbf") else value for key, value in claims.items()},
    }
    for key in (*drop, *(["serviceurl"] if service_url is None else [])):
        whole.pop(key, None)
    headers = {"kid": kid} if kid is not None else None
    return jwt.encode(whole, private_key(signed_by or kid or "k1"), algorithm=algorithm, headers=headers)
