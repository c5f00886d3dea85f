"""The page as HTML: what it says, how it is built, and that nothing foreign gets into it."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from bot.access import WebConfig
from bot.answer import ActorRows, Answer, Bullets, Local, Notice, Paragraph, StepItem, Steps, Validity
from bot.render.html import ABOUT_LISTS, ABOUT_PARTS, render_html
from bot.web import SAFETY, PathAccessLogger, make_app
from knowledge.model import Kind
from tests.web.samples import (
    CLARIFY,
    DISPUTE,
    HOSTILE,
    LOOPBACK,
    RESPONSIBILITY,
    SENTENCES,
    TODAY,
    UNKNOWN,
    URGENT,
    VALIDITY,
    WebFake,
    answer,
    row,
)

Client = TestClient[Any, Any]
Open = Callable[..., Awaitable[Client]]
ROOT = Path(__file__).resolve().parents[2]
VOID = {"meta", "link", "img", "input", "br"}


class Tags(HTMLParser):
    """Every tag with its attributes, in order; raises where tags do not nest."""

    def __init__(self, html: str) -> None:
        """Read a whole document or fragment."""
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.all.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that what is closed is what was opened last."""
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of every such tag."""
        return [attributes for name, attributes in self.all if name == tag]

    def said(self) -> str:
        """Return the text as a reader sees it."""
        return " ".join(" ".join(self.text).split())


async def page(client: Client, **query: str) -> Tags:
    """Return the page for a form that was sent."""
    return Tags(await (await client.get("/", params=query)).text())


def fragment(given: Answer, asks: WebFake, **carried: str) -> Tags:
    """Return one rendered answer."""
    return Tags(render_html(given, asks.sentence, carried=carried))


async def test_the_form_works_without_a_script(client: Client) -> None:
    """The form is a plain GET to the page with the names of the contract, each field with its label."""
    tags = await page(client)
    (form,) = tags.of("form")
    assert (form["action"], form["method"]) == ("/", "get")
    assert [field.get("name") for name in ("textarea", "select", "input") for field in tags.of(name)] == [
        "fraga",
        "kommun",
        "datum",
        "samtal",
    ]
    assert {label["for"] for label in tags.of("label")} == {"fraga", "kommun", "datum"}
    assert tags.of("button") == [{"type": "submit"}]
    assert "Fråga" in tags.text and "Skicka" in tags.text


async def test_the_empty_page_says_what_it_is(client: Client, asks: WebFake) -> None:
    """The first visit shows three questions to try, the municipalities, and the hint on personal data."""
    tags = await page(client)
    examples = [link for link in tags.of("a") if link.get("class") == "ask"]
    assert len(examples) == 3
    assert [option["value"] for option in tags.of("option")] == ["", "borlange", "falun", "malung-salen"]
    assert "Skriv inga personuppgifter." in tags.said()
    assert tags.of("html") == [{"lang": "sv"}]
    assert asks.turns == []


async def test_an_example_asks_its_own_question(client: Client, asks: WebFake) -> None:
    """A link leads to the page with that question, and is answered there."""
    tags = await page(client)
    link = next(link for link in tags.of("a") if link.get("class") == "ask")
    await client.get(str(link["href"]))
    assert asks.turns[0].text == link["data-question"]


async def test_a_sent_form_is_answered_on_the_page(client: Client, asks: WebFake) -> None:
    """Question, municipality and day reach the bot, the answer is on the page, and the choices stay."""
    tags = await page(client, fraga="  Vem ansvarar för abstinensvård? ", kommun="falun", datum="2026-11-21")
    (turn,) = asks.turns
    assert (turn.text, turn.municipality, turn.on) == ("Vem ansvarar för abstinensvård?", "falun", TODAY)
    assert str(turn.conversation).startswith("web:")
    for words in ("Primärvård", "Psykiatri", "enligt RÖK missbruk/beroende", "t.o.m. 2027-06-30", "presentation"):
        assert words in tags.said()
    assert [o["value"] for o in tags.of("option") if "selected" in o] == ["falun"]
    assert next(field for field in tags.of("input") if field.get("name") == "datum")["value"] == "2026-11-21"


async def test_the_conversation_goes_on_without_a_script(client: Client, asks: WebFake) -> None:
    """The id that the page hands out comes back with the next question."""
    tags = await page(client, fraga="tvist")
    samtal = next(field["value"] for field in tags.of("input") if field.get("name") == "samtal")
    await page(client, fraga="Vad är nästa steg?", samtal=str(samtal))
    assert asks.turns[0].conversation == asks.turns[1].conversation == f"web:{samtal}"


async def test_a_strange_conversation_id_is_replaced(client: Client, asks: WebFake) -> None:
    """An id that the page cannot have made is not used."""
    await page(client, fraga="tvist", samtal="../" + "x" * 500)
    assert re.fullmatch(r"web:[\w-]{16}", str(asks.turns[0].conversation))


@pytest.mark.parametrize(
    ("query", "at"),
    [
        ({"fraga": " "}, "fraga"),
        ({"fraga": "x" * 1001}, "fraga"),
        ({"fraga": "a\0b"}, "fraga"),
        ({"fraga": "tvist", "kommun": "stockholm"}, "kommun"),
        ({"fraga": "tvist", "datum": "21/11"}, "datum"),
        ({"datum": "20261121"}, "datum"),
    ],
)
async def test_a_wrong_field_is_explained_and_kept(
    client: Client, asks: WebFake, query: dict[str, str], at: str
) -> None:
    """A form with a fault is 400: the field is marked, described by the error, and the question kept."""
    response = await client.get("/", params=query)
    tags = Tags(await response.text())
    assert response.status == 400
    (marked,) = [attributes for _, attributes in tags.all if attributes.get("aria-invalid") == "true"]
    assert marked["name"] == at
    assert f"{at}-fel" in str(marked["aria-describedby"])
    assert [a for _, a in tags.all if a.get("id") == f"{at}-fel"]
    assert query.get("fraga", "").strip().replace("\0", "\ufffd") in tags.said().replace("\0", "\ufffd")
    assert asks.turns == []


async def test_the_longest_question_fits_in_an_address(client: Client, asks: WebFake) -> None:
    """A form of the longest question that it takes can be sent without a script."""
    response = await client.get("/", params={"fraga": "å" * 1000, "kommun": "malung-salen", "datum": "2026-11-21"})
    assert response.status == 200
    assert len(asks.turns[0].text) == 1000


async def test_a_municipality_alone_only_chooses_it(client: Client, asks: WebFake) -> None:
    """An address with a municipality and no question is the empty page with that choice made."""
    tags = await page(client, kommun="falun")
    assert [o["value"] for o in tags.of("option") if "selected" in o] == ["falun"]
    assert asks.turns == []


async def test_a_hostile_question_is_only_text(client: Client) -> None:
    """Markup in a question reaches heading, title, answer and links as text, never as tags."""
    html = await (await client.get("/", params={"fraga": HOSTILE})).text()
    tags = Tags(html)
    assert "<script>alert" not in html and "<b>" not in html
    assert tags.of("b") == []
    assert len(tags.of("script")) == 1
    assert HOSTILE in tags.said()
    wrong = await (await client.get("/", params={"fraga": HOSTILE, "datum": HOSTILE, "kommun": HOSTILE})).text()
    assert "<script>alert" not in wrong and Tags(wrong).of("b") == []


def test_hostile_knowledge_is_only_text(asks: WebFake) -> None:
    """Every text of an answer is escaped, and a source links only to https."""
    bad = HOSTILE
    given = answer(
        Kind.TOPIC,
        bad,
        title=bad,
        notices=(Notice("danger", bad), Notice("premise", bad)),
        blocks=(
            Paragraph(bad),
            Paragraph(bad, more=True),
            ActorRows((row("a", bad, bad, True),), heading=bad),
            Steps((StepItem("s", bad, current=True),), heading=bad),
            Bullets((bad,), heading=bad),
            Local(bad, (bad,)),
            Validity(bad),
        ),
        suggestions=(bad,),
        choices=CLARIFY.choices,
        citations=tuple(
            RESPONSIBILITY.citations[0].__class__(url, bad, bad, None, url, bad, "secondary")
            for url in ("javascript:alert(1)", "http://example.se", 'https://example.se/"onclick=x')
        ),
    )
    html = render_html(given, asks.sentence, carried={"samtal": bad})
    tags = Tags(html)
    assert tags.of("script") == tags.of("b") == []
    assert not any(name.startswith("on") for _, attributes in tags.all for name in attributes)
    assert "javascript:" not in html and "http://example.se" not in html
    sources = [str(link["href"]) for link in tags.of("a") if "ask" not in str(link.get("class"))]
    assert sources == ['https://example.se/"onclick=x']


def test_a_matrix_answer_is_a_table(asks: WebFake) -> None:
    """Actors are rows with a header cell each; sign and word say the same, and the word can be read aloud."""
    tags = fragment(RESPONSIBILITY, asks)
    assert len(tags.of("table")) == len(tags.of("caption")) == 1
    assert [cell["scope"] for cell in tags.of("th")] == ["col", "col", "row", "row", "row", "row"]
    assert "✔ ansvar" in tags.said() and "– inte utpekad" in tags.said()


def test_a_route_is_numbered_steps(asks: WebFake) -> None:
    """A dispute route is an ordered list; the step that was asked about is marked in words too."""
    tags = fragment(DISPUTE, asks)
    assert len(tags.of("ol")) == 1
    items = [attributes for tag, attributes in tags.all if tag == "li"][:4]
    assert [item.get("aria-current") for item in items] == [None, "step", None, None]
    assert "steget som du undrar över" in tags.said()


def test_local_facts_stand_apart_and_after(asks: WebFake) -> None:
    """What is known about a municipality has a section of its own, after the route."""
    html = str(render_html(DISPUTE, asks.sentence))
    assert html.index("</ol>") < html.index('class="local"') < html.index("Lokalt i Falun")


def test_notices_come_first_and_danger_is_an_alert(asks: WebFake) -> None:
    """Danger is announced at once, in front of the privacy warning and the answer."""
    html = str(render_html(URGENT, asks.sentence))
    roles = [attributes["role"] for attributes in Tags(html).of("div") if "role" in attributes]
    assert roles == ["alert", "note"]
    assert html.index("Ring 112") < html.index("personnummer") < html.index(URGENT.lead)


def test_sources_validity_and_receipt_are_shown(asks: WebFake) -> None:
    """A reader sees where it stands, that it is no primary source, how long it holds, and the receipt."""
    said = fragment(RESPONSIBILITY, asks).said()
    for words in (
        VALIDITY.text,
        "tabellen Ansvarsfördelning (2021-02-19)",
        "inte den antagna texten",
        "K7R-4TQ",
        "a3f91c07be42",
    ):
        assert words in said


def test_what_may_be_folded_is_still_in_the_page(asks: WebFake) -> None:
    """Only blocks marked as more are folded, in an element that opens without a script."""
    tags = fragment(RESPONSIBILITY, asks)
    assert len(tags.of("details")) == len(tags.of("summary")) == 1
    assert "ring 112" in tags.said()


def test_choices_are_links_that_keep_the_conversation(asks: WebFake) -> None:
    """Each choice asks its own question; the last sends its label, and all carry day, place and conversation."""
    tags = fragment(CLARIFY, asks, kommun="falun", samtal="abcdefgh")
    sent = [parse_qs(urlsplit(str(link["href"])).query) for link in tags.of("a")]
    assert [query["fraga"][0] for query in sent] == [
        "Vem ansvarar för utredning av missbruk?",
        "Vem utreder en avvikelse?",
        "Inget av dessa",
    ]
    assert all(query["samtal"] == ["abcdefgh"] and query["kommun"] == ["falun"] for query in sent)


def test_a_title_that_the_answer_repeats_is_left_out(asks: WebFake) -> None:
    """The title stands above the answer only where it says something more."""
    assert 'class="title"' not in render_html(DISPUTE.with_(title="Börja hos cheferna"), asks.sentence)
    assert 'class="title"' in render_html(DISPUTE.with_(title="Tvist på lokal nivå"), asks.sentence)


def test_an_answer_without_sources_shows_none(asks: WebFake) -> None:
    """An unknown subject has no heading for sources, only what it says itself."""
    assert "Källor" not in fragment(UNKNOWN, asks).said()
    assert "Källa: ingen." in fragment(UNKNOWN.with_(sources_line="Källa: ingen."), asks).said()


async def test_headings_have_an_order(client: Client) -> None:
    """One h1, the question as h2, and no level is jumped over."""
    for query in ({}, {"fraga": "tvist"}, {"fraga": "abstinens"}):
        tags = await page(client, **query)
        levels = [int(tag[1]) for tag, _ in tags.all if re.fullmatch("h[1-6]", tag)]
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


async def test_the_page_s_script_gets_the_same_answer(client: Client, asks: WebFake) -> None:
    """The internal address takes the API's body and gives a fragment, in the page's own conversation."""
    body = {"question": "tvist", "municipality": "falun", "on": "2025-03-01", "conversation": "abcdefgh"}
    response = await client.post("/fraga", json=body)
    tags = Tags(await response.text())
    assert (response.status, response.content_type) == (200, "text/html")
    assert tags.all[0][0] == "article"
    assert asks.turns[0].conversation == "web:abcdefgh"
    link = parse_qs(urlsplit(str(tags.of("a")[-1]["href"])).query)
    assert (link["kommun"], link["datum"], link["samtal"]) == (["falun"], ["2025-03-01"], ["abcdefgh"])
    assert (await client.post("/fraga", json={"question": ""})).status == 400


async def test_no_inline_and_no_foreign_resources(client: Client) -> None:
    """Scripts, styles, fonts and icons come from our own address, and none stands in the page."""
    html = await (await client.get("/", params={"fraga": "tvist"})).text()
    tags = Tags(html)
    for tag, attributes in tags.all:
        assert not any(name == "style" or name.startswith("on") for name in attributes)
        address = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        if address:
            assert address.startswith("/static/")
            assert (await client.get(address)).status == 200
    assert re.findall(r"<script[^>]*>([^<]*)</script>", html) == [""]
    assert "<style" not in html


async def test_static_files_are_kept_by_their_hash(client: Client) -> None:
    """A file's address changes with its content, so it may be kept; other names do not exist."""
    tags = await page(client)
    style = next(str(link["href"]) for link in tags.of("link") if link["rel"] == "stylesheet")
    response = await client.get(style)
    assert "max-age=31536000" in response.headers["Cache-Control"]
    assert response.content_type == "text/css"
    for name in ("nothing.css", "..%2fhtml.py", "%2e%2e%2f%2e%2e%2fweb.py"):
        assert (await client.get(f"/static/{name}")).status == 404


@pytest.mark.parametrize("path", ["/", "/?fraga=tvist", "/?fraga=+", "/finns-inte", "/healthz", "/static/lotsen.js"])
async def test_every_response_has_the_safety_headers(client: Client, path: str) -> None:
    """Pages, errors and files alike say what a browser may do, and hide what serves them."""
    response = await client.get(path)
    for name, value in SAFETY.items():
        assert response.headers[name] == value
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "aiohttp" not in response.headers["Server"]


async def test_answers_are_not_kept_by_caches(client: Client) -> None:
    """What was asked stays out of caches, and out of the next site's referrer."""
    response = await client.get("/", params={"fraga": "tvist"})
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Referrer-Policy"] == "no-referrer"


async def test_wrong_addresses_and_methods_are_pages_in_swedish(client: Client) -> None:
    """An unknown address is 404, a wrong method 405 with what is allowed; HEAD is like GET without a body."""
    missing = await client.get("/finns-inte")
    assert missing.status == 404
    assert "Sidan finns inte" in await missing.text()
    wrong = await client.post("/")
    assert wrong.status == 405
    assert "GET" in wrong.headers["Allow"]
    assert "Så går det inte att göra" in await wrong.text()
    head = await client.head("/")
    assert (head.status, await head.read()) == (200, b"")


async def test_a_fault_is_a_page_with_a_reference(client: Client, asks: WebFake) -> None:
    """An unexpected error shows a page that can be reported, without a trace of the code."""
    asks.fault = RuntimeError("hemligt")
    response = await client.get("/", params={"fraga": "tvist"})
    text = await response.text()
    assert response.status == 500
    assert re.search(r"referensen [0-9a-f]{8}", text)
    assert "hemligt" not in text and "Traceback" not in text


async def test_other_rooms_answers_are_left_alone(asks: WebFake) -> None:
    """What a route of another room raises or returns passes through, only with safer headers."""

    async def refuses(request: web.Request) -> web.Response:
        raise web.HTTPUnauthorized(text="no token")

    app = make_app(asks, LOOPBACK, lambda: TODAY)
    app.router.add_post("/api/messages", refuses)
    async with TestClient(TestServer(app)) as client:
        response = await client.post("/api/messages")
        assert (response.status, await response.text()) == (401, "no token")
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "config", [LOOPBACK, WebConfig(False, False, "nyckel-av-rätt-längd", None)], ids=["own", "open"]
)
async def test_the_page_about_lotsen_is_open_to_all(open_edge: Open, asks: WebFake, config: WebConfig) -> None:
    """Teams' users and administrators read what is kept and what holds, without a key; the app links to its parts."""
    response = await (await open_edge(config)).get("/om")
    tags = Tags(await response.text())
    assert response.status == 200
    assert [section["id"] for section in tags.of("section")] == list(ABOUT_PARTS)
    assert "ring 112" in tags.said() and "Radera mina uppgifter" in tags.said()
    assert asks.turns == []


async def test_closed_page_says_so_in_swedish(open_edge: Open) -> None:
    """A person who is turned away gets a page that says what to do."""
    client = await open_edge(LOOPBACK.__class__(dev=False, loopback=False, api_key="k", trusted_proxy=None))
    assert "Du behöver logga in" in await (await client.get("/")).text()


def test_the_access_log_has_no_questions(caplog: pytest.LogCaptureFixture) -> None:
    """A query holds what somebody wrote, and is never logged."""
    logger = logging.getLogger("access")
    with caplog.at_level(logging.INFO, "access"):
        PathAccessLogger(logger, "").log(make_mocked_request("GET", "/?fraga=anna"), web.Response(), 0.002)
    assert caplog.messages == ["GET / 200 2.0 ms"]


def test_every_sentence_is_used_and_every_used_one_exists() -> None:
    """The templates and the code name exactly the sentences that web.yaml has."""
    known = set(yaml.safe_load(SENTENCES.read_text("utf-8"))["sentences"])
    sources = [*(ROOT / "bot" / "render" / "templates").glob("*.html"), ROOT / "bot" / "render" / "html.py"]
    sources += [ROOT / "bot" / name for name in ("api.py", "web.py")]
    text = " ".join(path.read_text("utf-8") for path in sources)
    named = set(re.findall(r"""["'](web\.[a-z0-9_.]*[a-z0-9])["']""", text))
    named |= {f"web.notice.{level}" for level in ("danger", "privacy", "validity", "premise")}
    pages = ("not_found", "wrong_method", "closed", "failed")
    named |= {f"web.page.{name}.{part}" for name in pages for part in ("heading", "text")}
    named |= {f"web.about.{name}.{part}" for name in ABOUT_PARTS.values() for part in ("heading", "text")}
    named |= {f"web.about.{name}.items" for name in ABOUT_LISTS}
    assert named == known
