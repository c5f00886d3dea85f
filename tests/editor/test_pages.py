"""The editor's pages over HTTP, without a browser: who comes in, what forms do, and what is said when they cannot."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from bot.access import WebConfig
from bot.editor import routes
from bot.editor.access import EditorAccess
from bot.editor.desk import Desk
from bot.editor.jobs import Jobs
from bot.editor.routes import add_desk
from bot.render.editor import EditorShell
from bot.service import Serving
from bot.web import asset_paths, make_app
from knowledge.problems import Problem
from tests.conftest import REGION
from tests.editor.conftest import NOW, ROK
from tests.editor.quick import QuickBench
from tests.fakes import sentences
from tests.web.samples import LOOPBACK, TODAY, WebFake

HOSTILE = "<script>alert(1)</script>\"'&<b>"
HERE = EditorAccess(True)
PROXIED = EditorAccess(False, "127.0.0.1", "lotsen-redaktor", "lotsen.exempel.se")
EDITOR = {"X-Forwarded-User": "anna@exempel.se", "X-Forwarded-Groups": "lotsen-redaktor"}


@pytest.fixture
def bench(tmp_path: Path, serving: Serving) -> QuickBench:
    """A bench on the real knowledge that builds nothing."""
    return QuickBench(tmp_path / "redaktion", REGION, serving.served.knowledge)


class Editor:
    """A browser without a script: keeps cookies, sends forms with what their page holds."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client = client
        self.html, self.status, self.path = "", 0, ""

    async def go(self, path: str) -> Editor:
        async with self.client.get(path) as response:
            self.html, self.status, self.path = await response.text(), response.status, response.url.path
        return self

    async def send(self, path: str, *pairs: tuple[str, str], **headers: str) -> Editor:
        form = FormData([*self.hidden(), *pairs])
        return await self._post(path, form, headers)

    async def upload(self, body: bytes, name: str = "rok.docx", **fields: str) -> Editor:
        form = FormData([*self.hidden(), *{"status": "gallande", **fields}.items()])
        form.add_field("fil", io.BytesIO(body), filename=name, content_type="application/octet-stream")
        return await self._post("/redaktor/ladda-upp", form, {})

    async def _post(self, path: str, form: FormData, headers: dict[str, str]) -> Editor:
        own = f"http://127.0.0.1:{self.client.port}"
        async with self.client.post(path, data=form, headers={"Origin": own, **headers}) as response:
            self.html, self.status, self.path = await response.text(), response.status, response.url.path
        return await self.waited()

    async def waited(self) -> Editor:
        while self.path.startswith("/redaktor/pagar/") and self.status == 200:
            await asyncio.sleep(0.05)
            await self.go(self.path)
        return self

    def hidden(self) -> list[tuple[str, str]]:
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', self.html)
        return list(dict(found).items())

    @property
    def said(self) -> str:
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    def fault_of(self, field: str) -> str:
        found = re.search(rf'id="{re.escape(field)}-fel">(.*?)</p>', self.html, re.DOTALL)
        return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else ""


@pytest.fixture
async def editors(bench: QuickBench) -> AsyncIterator[Any]:
    """Open the pages with a given access."""
    clients: list[TestClient[Any, Any]] = []

    async def opened(access: EditorAccess = HERE, web: WebConfig = LOOPBACK) -> Editor:
        app = make_app(WebFake(), web, lambda: TODAY)
        desk = Desk(bench, EditorShell(sentences().__getitem__, asset_paths()), Jobs())
        add_desk(app, desk, access, lambda: NOW)
        client: TestClient[Any, Any] = TestClient(TestServer(app))
        await client.start_server()
        clients.append(client)
        return Editor(client)

    yield opened
    for client in clients:
        await client.close()


@pytest.fixture
async def editor(editors: Any) -> Editor:
    """An editor at the machine who has said who they are."""
    editor: Editor = await editors()
    await editor.go("/redaktor")
    return await editor.send("/redaktor/vem", ("vem", "Utvecklingsledare"))


async def taken_up(editor: Editor) -> Editor:
    """Upload the agreement and say what it is about."""
    await editor.go("/redaktor/ladda-upp")
    await editor.upload(ROK.read_bytes(), ROK.name)
    about = [("avtal", "rok-missbruk"), ("beslutat", "2027-04-15"), ("fran", "2027-07-01"), ("gor", "spara")]
    return await editor.send(editor.path, *about)


ABOUT = (("avtal", "rok-missbruk"), ("beslutat", "2027-04-15"), ("fran", "2027-07-01"))


# --- who comes in --------------------------------------------------------------------------------


async def test_the_first_thing_is_who_one_is(editors: Any) -> None:
    """Without a name every page asks for it, and leads on to where one was going."""
    editor = await editors()
    await editor.go("/redaktor/logg")
    assert editor.path == "/redaktor/vem"
    await editor.send("/redaktor/vem", ("vem", "  "))
    assert editor.status == 400 and editor.fault_of("vem")
    await editor.send("/redaktor/vem", ("vem", "Utvecklingsledare å"))
    assert editor.path == "/redaktor/logg"
    assert "Du arbetar som Utvecklingsledare å." in editor.said


@pytest.mark.parametrize("to", ["//ond.exempel", "https://ond.exempel", "/redaktor/\\ond", "/annat", "/redaktor//x"])
async def test_the_way_on_stays_within_the_pages(editor: Editor, to: str) -> None:
    """An address elsewhere is not followed."""
    await editor.go("/redaktor/vem")
    form = [("till", to), ("vem", "x")]
    editor.html = re.sub(r'<input type="hidden" name="till"[^>]*>', "", editor.html)
    await editor.send("/redaktor/vem", *form)
    assert editor.path == "/redaktor"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 403),
        ({"X-Lotsen-Key": "hemligt-hemligt-hemligt"}, 403),
        ({"X-Forwarded-User": "anna"}, 403),
        ({**EDITOR, "X-Forwarded-Groups": "alla"}, 403),
        (EDITOR, 200),
    ],
)
async def test_off_loopback_only_the_role_opens(editors: Any, headers: dict[str, str], status: int) -> None:
    """A key, or a user without the role, gets a page that says how; all pages are closed alike."""
    web = WebConfig(dev=False, loopback=False, api_key="hemligt-hemligt-hemligt", trusted_proxy="127.0.0.1")
    editor = await editors(PROXIED, web)
    for path in ("/redaktor", "/redaktor/logg", "/redaktor/ladda-upp", "/redaktor/andra/ruta", "/redaktor/tillbaka"):
        async with editor.client.get(path, headers=headers) as response:
            text = await response.text()
            assert response.status == status, path
            assert ("LOTSEN_EDITOR_ROLE" in text) is (status == 403)
            assert ("anna@exempel.se" in text) is (status == 200)


async def test_a_header_that_comes_twice_is_refused(editors: Any) -> None:
    """Who sends a user of their own beside the proxy's gets nowhere."""
    editor = await editors(PROXIED, WebConfig(False, False, None, "127.0.0.1"))
    doubled = [*EDITOR.items(), ("X-Forwarded-User", "ond")]
    async with editor.client.get("/redaktor", headers=doubled) as response:
        assert response.status == 400


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://ond.exempel"}, {"Origin": "null"}, {"Origin": "", "Referer": ""}]
)
async def test_other_sites_cannot_send_our_forms(editor: Editor, bench: QuickBench, headers: dict[str, str]) -> None:
    """A form from elsewhere changes nothing, though the browser sends the cookies along."""
    await editor.go("/redaktor/andra/lokalt")
    await editor.send("/redaktor/andra/lokalt", ("kommun", "falun"), **headers)
    assert editor.status == 403
    assert not list(bench.items)


async def test_a_form_without_our_token_changes_nothing(editor: Editor, bench: QuickBench) -> None:
    """Nor does one from the right place that was not made by our page."""
    await editor.go("/redaktor/ladda-upp")
    editor.html = re.sub(r'name="nyckel" value="[^"]*"', 'name="nyckel" value="fel"', editor.html)
    await editor.upload(ROK.read_bytes())
    assert editor.status == 403 and "för gammal" in editor.said
    assert not list(bench.items)


async def test_another_name_for_this_machine_is_refused(editor: Editor) -> None:
    """A name elsewhere that was pointed at this machine does not reach the pages."""
    async with editor.client.get("/redaktor", headers={"Host": "ond.exempel"}) as response:
        assert response.status == 403


async def test_the_pages_keep_to_themselves(editor: Editor) -> None:
    """Cookies are for these pages alone and no script reads them; the policy forbids scripts and styles in the page."""
    async with editor.client.get("/redaktor/logg") as response:
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]
        assert response.headers["Cache-Control"] == "no-store"
        html = await response.text()
    assert not re.findall(r"<style|\sstyle=|\son\w+=|<script(?! src)", html)
    for cookie in editor.client.session.cookie_jar:
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/redaktor")


# --- documents -----------------------------------------------------------------------------------


async def test_a_document_is_uploaded_read_and_chosen_from(editor: Editor, bench: QuickBench) -> None:
    """From the file over what it is about to the ticks: each step is kept, and the buttons tick what they say."""
    await taken_up(editor)
    (item,) = bench.items
    assert item.taking and (item.taking.agreement, item.taking.valid_from) == ("rok-missbruk", "2027-07-01")
    assert editor.status == 200 and "0 av" in editor.said
    await editor.send(editor.path, *ABOUT, ("gor", "lika"))
    equal = bench.items[item.id].chosen
    await editor.send(editor.path, *ABOUT, ("gor", "utan-tvivel"))
    sure = bench.items[item.id].chosen
    assert equal and set(equal) < set(sure)
    assert "matris-1/abstinensvard/socialtjanst" in set(sure) - set(equal)
    await editor.send(editor.path, *ABOUT, ("ta", "matris-1/diagnos/psykiatri"), ("ta", "hittat-pa"), ("gor", "spara"))
    assert bench.items[item.id].chosen == ("matris-1/diagnos/psykiatri",)
    await editor.send(editor.path, *ABOUT, ("gor", "inga"))
    assert bench.items[item.id].chosen == ()


async def test_each_cell_says_what_it_is_without_colour(editor: Editor) -> None:
    """A cell that differs has sign and word, what is known now, and a way to its place in the document."""
    await taken_up(editor)
    cell = re.search(r"<td class=\"olika\">(.*?)</td>", editor.html, re.DOTALL)
    assert cell
    shown = " ".join(re.sub(r"<[^>]+>", " ", cell[1]).split())
    assert "≠ olika" in shown.replace("  ", " ") and "nu: inte utpekad" in shown
    (anchor,) = re.findall(r'href="#(b\d+-\w+)"', cell[1])
    assert f'id="{anchor}"' in editor.html


async def test_what_is_settled_changes_what_is_offered(editor: Editor, bench: QuickBench) -> None:
    """A row that the editor leaves out is gone, and the choice stands in the form."""
    await taken_up(editor)
    assert re.search(r'value="matris-1/ny/tillnyktring"', editor.html)
    await editor.send(editor.path, *ABOUT, ("avgor:matris-1/rad-15", "utelamnas"), ("gor", "spara"))
    assert not re.search(r'value="matris-1/ny/tillnyktring"', editor.html)
    assert '<option value="utelamnas" selected>' in editor.html
    assert next(iter(bench.items)).settled == {"matris-1/rad-15": "utelamnas"}


async def test_an_earlier_page_cannot_overwrite(editor: Editor, bench: QuickBench) -> None:
    """Of two who have the same page open the second is told, and the first one's choice stays."""
    await taken_up(editor)
    page = editor.html
    await editor.send(editor.path, *ABOUT, ("gor", "lika"))
    kept = next(iter(bench.items)).chosen
    editor.html = page
    await editor.send(editor.path, *ABOUT, ("gor", "inga"))
    assert editor.status == 409 and "Någon annan" in editor.said
    assert next(iter(bench.items)).chosen == kept


@pytest.mark.parametrize(
    ("pairs", "field"),
    [
        ([("fran", "2027-07-01")], "beslutat"),
        ([("fran", "1/7 2027"), ("beslutat", "2027")], "fran"),
        ([("beslutat", "2027-02-30")], "beslutat"),
        ([("avtal", "hittat-pa")], "avtal"),
    ],
)
async def test_a_wrong_field_of_the_document_is_explained(
    editor: Editor, pairs: list[tuple[str, str]], field: str
) -> None:
    """The fault stands beside its field, and what was written stays."""
    await editor.go("/redaktor/ladda-upp")
    await editor.upload(ROK.read_bytes(), ROK.name)
    await editor.send(editor.path, *pairs, ("gor", "spara"))
    assert editor.status == 400 and editor.fault_of(field)
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', editor.html)


async def test_a_bad_file_is_explained_beside_the_field(editor: Editor, bench: QuickBench) -> None:
    """The reader's own message, with the file's name and what to do; what else was written stays."""
    await editor.go("/redaktor/ladda-upp")
    await editor.upload(b"PK\x03\x04 trasig", "trasig.docx", titel="Min titel")
    assert "trasig.docx" in editor.fault_of("fil")
    assert 'value="Min titel"' in editor.html
    await editor.upload(b"", "tom.docx")
    assert editor.fault_of("fil")
    assert not list(bench.items)


async def test_a_file_that_is_too_large_is_not_taken(editor: Editor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit holds while the file is read; the answer is a page, not a broken connection."""
    monkeypatch.setattr(routes, "FILE_LIMIT", 100_000)
    await editor.go("/redaktor/ladda-upp")
    await editor.upload(b"x" * 3_000_000, "stor.pdf")
    assert editor.status == 400 and "stor.pdf" in editor.fault_of("fil")


async def test_untrusted_text_is_only_text(editor: Editor) -> None:
    """Markup in a title, a file's name, a document and a name is shown letter by letter."""
    await editor.go("/redaktor/vem")
    await editor.send("/redaktor/vem", ("vem", HOSTILE))
    await editor.go("/redaktor/ladda-upp")
    await editor.upload(f"# {HOSTILE}\n\n{HOSTILE} och mer text".encode(), f"{HOSTILE}.txt", titel=HOSTILE)
    assert editor.path.startswith("/redaktor/arbete/"), editor.said
    for path in (editor.path, "/redaktor", "/redaktor/logg"):
        await editor.go(path)
        assert "<script>alert" not in editor.html and "<b>" not in editor.html
        assert HOSTILE in unescape(editor.html)


async def test_what_is_put_away_is_gone_from_the_list(editor: Editor) -> None:
    """Putting away asks for nothing, and says that it is done."""
    await taken_up(editor)
    path = editor.path
    await editor.send(path, ("gor", "bort"))
    assert editor.path == "/redaktor" and path not in editor.html and "bortlagt" in editor.said
    await editor.go(path)
    await editor.send(path, ("gor", "spara"))
    assert editor.status in (400, 403, 409)


# --- trying, publishing, taking back --------------------------------------------------------------


async def tried(editor: Editor) -> Editor:
    await taken_up(editor)
    return await editor.send(editor.path, *ABOUT, ("gor", "prova"))


async def test_a_trial_shows_differences_and_cards(editor: Editor) -> None:
    """What changes in Swedish, escaped; the cards before and after; and the files only for who asks."""
    await tried(editor)
    assert editor.path.endswith("/prov")
    assert "<b>Abstinensvård</b> : ny ansvarig" in editor.said
    assert "Abstinensvård: primärvården och psykiatrin har ansvaret tillsammans." in editor.said
    assert "Frågan finns inte än." in editor.said
    assert editor.html.count('class="teams-card"') == 3
    files = editor.html.index('<details class="files">')
    assert "sources:" not in editor.html[:files] and "sources:" in editor.html[files:]


async def test_problems_stop_before_publishing(editor: Editor, bench: QuickBench) -> None:
    """With problems there is no button to publish, and sending its form anyway does nothing."""
    bench.problems = (Problem("dalarna/x.yaml", 4, "något är fel", "rätta det"),)
    await tried(editor)
    assert "något är fel" in editor.said and "rätta det" in editor.said and "dalarna/x.yaml:4" in editor.said
    assert "lagg-ut" not in editor.html
    item = next(iter(bench.items))
    await editor.go("/redaktor/ladda-upp")
    await editor.send(f"/redaktor/arbete/{item.id}/lagg-ut", ("vem", "x"), ("referens", "y"), ("ja", "1"))
    assert bench.items[item.id].state == "oppen" and len(bench.lines) == 1


@pytest.mark.parametrize("missing", ["vem", "referens", "ja"])
async def test_publishing_needs_a_decision_and_a_yes(editor: Editor, bench: QuickBench, missing: str) -> None:
    """Who, where and the tick: each that is missing is told beside its field, and nothing is live."""
    await tried(editor)
    given = {"vem": "Rådet", "referens": "§ 12", "ja": "1"}
    del given[missing]
    await editor.send(editor.path.replace("/prov", "/lagg-ut"), *given.items())
    assert editor.status == 400 and editor.fault_of(missing)
    assert len(bench.lines) == 1


async def test_live_and_back_again(editor: Editor, bench: QuickBench) -> None:
    """Publishing tells what happened; taking back tells what changes back, asks who decided, and opens the work."""
    await tried(editor)
    await editor.send(editor.path.replace("/prov", "/lagg-ut"), ("vem", "Rådet"), ("referens", "§ 12"), ("ja", "1"))
    assert "Det är utlagt." in editor.said and "§ 12" in editor.said
    await editor.go("/redaktor")
    assert "enligt beslut av Rådet. Beslut: § 12." in editor.said
    await editor.go("/redaktor/tillbaka")
    assert "gäller som förut" in editor.said
    await editor.send("/redaktor/tillbaka", ("vem", "Rådet"))
    assert editor.status == 400 and editor.fault_of("referens") and editor.fault_of("ja")
    await editor.send("/redaktor/tillbaka", ("vem", "Rådet"), ("referens", "§ 13"), ("ja", "1"))
    assert editor.path == "/redaktor" and "taget tillbaka" in editor.said
    assert len(bench.lines) == 1


async def test_taking_back_what_somebody_else_has_published_is_stopped(editor: Editor, bench: QuickBench) -> None:
    """The form is about the version that its page showed."""
    bench.lines.insert(0, bench.lines[0])
    await editor.go("/redaktor/tillbaka")
    editor.html = editor.html.replace("a" * 16, "c" * 16)
    await editor.send("/redaktor/tillbaka", ("vem", "Rådet"), ("referens", "§ 13"), ("ja", "1"))
    assert editor.status == 400 and len(bench.lines) == 2


async def test_a_fault_of_ours_is_told_by_a_reference(editor: Editor, bench: QuickBench) -> None:
    """Publishing that fails for no known reason says so with a reference, and shows no trace."""
    await tried(editor)
    bench.fault = RuntimeError("hemlig orsak")
    await editor.send(editor.path.replace("/prov", "/lagg-ut"), ("vem", "Rådet"), ("referens", "§ 12"), ("ja", "1"))
    assert "referensen" in editor.said and "hemlig orsak" not in editor.html
    assert editor.path.endswith("/prov")


async def test_slow_work_has_a_page_that_refreshes_itself(
    editor: Editor, bench: QuickBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it goes on one sees how far it is, also without a script; then the page leads on."""
    monkeypatch.setattr("bot.editor.pages.working.PATIENCE", 0.01)
    await taken_up(editor)
    bench.held.clear()
    own = f"http://127.0.0.1:{editor.client.port}"
    form = FormData([*editor.hidden(), *ABOUT, ("gor", "prova")])
    async with editor.client.post(editor.path, data=form, headers={"Origin": own}) as response:
        html = await response.text()
        editor.path, editor.status = response.url.path, response.status
    assert "Ändringen provas" in html
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in html
    bench.held.set()
    await editor.waited()
    assert editor.path.endswith("/prov")


async def test_questions_that_are_not_there_are_told(editor: Editor) -> None:
    """An installation without the cases says so on the page of the trial."""
    await tried(editor)
    await editor.send(editor.path, ("gor", "fragor"))
    assert "Provfrågorna finns inte" in editor.said


@pytest.mark.parametrize("path", ["/redaktor/arbete/finns-inte", "/redaktor/arbete/..%2f..", "/redaktor/pagar/x"])
async def test_what_is_not_there_is_told(editor: Editor, path: str) -> None:
    """An address of something that is gone gives a page, never a trace."""
    await editor.go(path)
    assert editor.status in (400, 404) and "Traceback" not in editor.html


# --- forms ---------------------------------------------------------------------------------------

SOURCE = {"kalltitel": "Protokoll", "stalle": "§ 12", "rang": "primary"}


@pytest.mark.parametrize(
    ("path", "given"),
    [
        ("/redaktor/andra/ruta", {"uppgift": "abstinensvard", "aktor": "psykiatri", **SOURCE}),
        (
            "/redaktor/andra/giltighet",
            {"avtal": "rok-missbruk", "till": "2028-06-30", "beslutat": "2026-11-01", "vem-beslutade": "R", **SOURCE},
        ),
        (
            "/redaktor/andra/lokalt",
            {"kommun": "falun", "avtal": "rok-missbruk", "status": "ja", "observerat": "2026-11", **SOURCE},
        ),
    ],
)
async def test_a_form_becomes_a_change_that_is_tried(
    editor: Editor, bench: QuickBench, path: str, given: dict[str, str]
) -> None:
    """A form that is filled in leads to its trial; nothing is live before."""
    await editor.go(f"{path}?uppgift=abstinensvard")
    await editor.send(path, *given.items())
    assert editor.path.endswith("/prov"), editor.said
    (item,) = bench.items
    assert bench.file_changes(item)
    assert len(bench.lines) == 1


@pytest.mark.parametrize(
    ("path", "given", "field"),
    [
        ("/redaktor/andra/ruta", {"uppgift": "abstinensvard", **SOURCE}, "aktor"),
        ("/redaktor/andra/ruta", {"uppgift": "abstinensvard", "aktor": "psykiatri", "stalle": "x"}, "kalla"),
        (
            "/redaktor/andra/ruta",
            {"uppgift": "abstinensvard", "aktor": "psykiatri", "fran": "2027-07-01", **SOURCE},
            "beslutat",
        ),
        ("/redaktor/andra/giltighet", {"avtal": "rok-missbruk", **SOURCE}, "till"),
        (
            "/redaktor/andra/giltighet",
            {"avtal": "rok-missbruk", "till": "2027-01-01", "beslutat": "2026-11-01", "vem-beslutade": "R", **SOURCE},
            "till",
        ),
        ("/redaktor/andra/lokalt", {"avtal": "rok-missbruk", "observerat": "2026-11", **SOURCE}, "status"),
        (
            "/redaktor/andra/lokalt",
            {"kommun": "x", "avtal": "rok-missbruk", "status": "ja", "observerat": "2026-11", **SOURCE},
            "kommun",
        ),
    ],
)
async def test_a_fault_in_a_form_stands_beside_its_field(
    editor: Editor, bench: QuickBench, path: str, given: dict[str, str], field: str
) -> None:
    """What is missing or cannot be is told where it is put right; nothing is taken up."""
    await editor.go(f"{path}?uppgift=abstinensvard")
    await editor.send(path, *given.items())
    assert editor.status == 400
    assert editor.fault_of(field)
    assert not list(bench.items)


async def test_a_row_that_is_not_there_leads_to_the_list(editor: Editor) -> None:
    """An unknown row shows those that there are."""
    await editor.go("/redaktor/andra/ruta?uppgift=hittat-pa")
    assert editor.status == 404 and "uppgift=abstinensvard" in editor.html
