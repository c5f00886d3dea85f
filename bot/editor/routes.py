"""The edge of the editor's pages: who comes in, what a request holds, and what goes out. Only here is aiohttp."""

from __future__ import annotations

import asyncio
import inspect
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from aiohttp import BodyPartReader, web

from bot.editor.access import Admitted, EditorAccess, admitted, is_own_page, token, token_fits
from bot.editor.bench import Workbench
from bot.editor.desk import Desk
from bot.editor.faults import fault_page
from bot.editor.jobs import Jobs
from bot.editor.pages.all import all_pages
from bot.editor.questions import question_pages
from bot.editor.visit import File, Go, Page, Reply, Upload, View, Visit
from bot.ports import Asks
from bot.render.editor import EditorShell
from bot.web import asset_paths

log = logging.getLogger("lotsen")

HOME = "/redaktor"
NAME_PAGE = "/redaktor/vem"
SESSION, NAME = "lotsen-redaktor", "lotsen-vem"
FILE_LIMIT = 50 * 1024 * 1024
"""Bytes of a file that is sent."""
FIELD_LIMIT = 64 * 1024
FIELDS_LIMIT = 200
CASES = Path(__file__).resolve().parents[2] / "tests" / "questions"
LINKS = (("/kunskap/aktualitet", "editor.link.freshness"), ("/redaktor/fragor", "editor.link.questions"))
"""Pages that others add, which the first page leads to where they are there."""
YEAR = 365 * 86400
SINGLE = ("X-Forwarded-User", "X-Forwarded-Groups", "Origin", "Host")
"""Headers that must not come twice: the second may be the proxy's and the first a stranger's."""


class Unfit(Exception):
    """A request that no form of ours has sent. `status` is for HTTP, `code` names the sentence."""

    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code
        super().__init__(code)


class EditorEdge:
    """Adds views to an application, behind the one check of who may use them."""

    def __init__(self, app: web.Application, desk: Desk, access: EditorAccess, now: Callable[[], datetime]) -> None:
        self._app, self._access, self._now = app, access, now
        self.desk = desk
        self._secret = secrets.token_bytes(32)

    def add(self, method: str, path: str, view: View, *, takes_file: bool = False) -> None:
        """Add a page. A view that is no coroutine runs in a thread; one by POST is reached from our own forms alone."""

        async def served(request: web.Request) -> web.StreamResponse:
            return await self._serve(request, view, takes_file)

        self._app.router.add_route(method, path, served)

    async def _serve(self, request: web.Request, view: View, takes_file: bool) -> web.StreamResponse:
        session = request.cookies.get(SESSION) or secrets.token_urlsafe(24)
        visit = Visit("", self._now(), token(self._secret, session))
        try:
            admission = self._admit(request)
            visit = await self._visit(request, admission, session, takes_file)
            if not visit.who and request.path != NAME_PAGE:
                # A form that was sent has no page of its own to come back to.
                back = request.path_qs if request.method == "GET" else "/redaktor"
                reply: Reply = Go(f"{NAME_PAGE}?till={quote(back, safe='/')}")
            else:
                reply = await _run(view, visit)
        except Unfit as unfit:
            reply = self.desk.page(visit, "message", unfit.status, code=unfit.code)
        except Exception as exc:
            page = await asyncio.to_thread(fault_page, self.desk, visit, exc)
            if page is None:
                raise
            reply = page
        return self._response(request, reply, session)

    def _admit(self, request: web.Request) -> Admitted:
        if any(len(request.headers.getall(name, [])) > 1 for name in SINGLE):
            raise Unfit(400, "unfit")
        admission = admitted(self._access, request.remote, request.headers)
        if admission is None:
            raise Unfit(403, "closed")
        if request.method == "POST" and not is_own_page(self._access, request.headers, proxied=admission.proxied):
            raise Unfit(403, "elsewhere")
        return admission

    async def _visit(self, request: web.Request, admission: Admitted, session: str, takes_file: bool) -> Visit:
        fields, upload = await _fields(request, takes_file) if request.method == "POST" else ({}, None)
        visit = Visit(
            admission.name or _name(request.cookies.get(NAME, "")),
            self._now(),
            token(self._secret, session),
            dict(request.match_info),
            {name: tuple(request.query.getall(name)) for name in request.query},
            fields,
            upload,
        )
        sent = visit.said("nyckel")
        if request.method == "POST" and not token_fits(self._secret, request.cookies.get(SESSION), sent):
            raise Unfit(403, "too_old")
        return visit

    def _response(self, request: web.Request, reply: Reply, session: str) -> web.StreamResponse:
        secure = request.headers.get("X-Forwarded-Proto", request.scheme) == "https"
        if isinstance(reply, Page):
            response = web.Response(text=reply.html, status=reply.status, content_type="text/html", charset="utf-8")
        elif isinstance(reply, File):
            response = web.Response(body=reply.body, content_type=reply.type)
            response.headers["Content-Disposition"] = f'attachment; filename="{quote(reply.name)}"'
        else:
            response = web.Response(status=303, headers={"Location": reply.to})
            if reply.name is not None:
                _keep(response, NAME, quote(reply.name), secure, YEAR)
        # Forms would send "Origin: null" under the stricter policy of the other pages.
        response.headers["Referrer-Policy"] = "same-origin"
        if SESSION not in request.cookies:
            _keep(response, SESSION, session, secure, None)
        return response


def _keep(response: web.Response, name: str, value: str, secure: bool, seconds: int | None) -> None:
    response.set_cookie(name, value, path=HOME, httponly=True, samesite="Strict", secure=secure, max_age=seconds)


async def _run(view: View, visit: Visit) -> Reply:
    if inspect.iscoroutinefunction(view):
        reply: Reply = await view(visit)
        return reply
    made: Any = await asyncio.to_thread(view, visit)
    return made  # type: ignore[no-any-return]


def _name(kept: str) -> str:
    return " ".join(unquote(kept).split())[:80]


async def _fields(request: web.Request, takes_file: bool) -> tuple[Mapping[str, tuple[str, ...]], Upload | None]:
    """Return the fields of a form, and the file that was sent with it. Raises Unfit."""
    if takes_file and request.content_type == "multipart/form-data":
        return await _parts(request)
    try:
        sent = await request.post()
    except web.HTTPRequestEntityTooLarge as exc:
        raise Unfit(413, "too_large") from exc
    except (ValueError, UnicodeDecodeError) as exc:
        raise Unfit(400, "unfit") from exc
    return {name: tuple(str(value) for value in sent.getall(name)) for name in sent}, None


async def _parts(request: web.Request) -> tuple[Mapping[str, tuple[str, ...]], Upload | None]:
    fields: dict[str, tuple[str, ...]] = {}
    upload: Upload | None = None
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if not isinstance(part, BodyPartReader) or len(fields) > FIELDS_LIMIT:
                raise Unfit(400, "unfit")
            if part.filename is not None:
                upload = await _file(part) if part.filename else upload
            elif part.name:
                said = await _read(part, FIELD_LIMIT)
                if len(said) > FIELD_LIMIT:
                    raise Unfit(413, "too_large")
                fields[part.name] = (*fields.get(part.name, ()), said.decode("utf-8", "replace"))
    except (ValueError, AssertionError, web.RequestPayloadError) as exc:
        raise Unfit(400, "unfit") from exc
    return fields, upload


async def _file(part: BodyPartReader) -> Upload:
    body = await _read(part, FILE_LIMIT)
    name = (part.filename or "").replace("\\", "/").rpartition("/")[2][:200]
    return Upload(name, b"" if len(body) > FILE_LIMIT else body, len(body) <= FILE_LIMIT)


async def _read(part: BodyPartReader, limit: int) -> bytes:
    """Return what a part holds; of one that is too large a little more than the limit, and the rest is passed by."""
    body = bytearray()
    while chunk := await part.read_chunk(64 * 1024):
        if len(body) <= limit:
            body += chunk
    return bytes(body)


@dataclass(frozen=True, slots=True)
class EditorConfig:
    """What the editor's pages are about, and how they are open; see `EditorAccess`."""

    region: Path
    data: Path
    certainty: float
    loopback: bool
    trusted_proxy: str | None
    role: str | None
    public_host: str | None
    public: bool = False


def add_editor_routes(
    app: web.Application, asks: Asks, config: EditorConfig, now: Callable[[], datetime]
) -> EditorEdge:
    """Add the editor's pages of a region to the application; `now` gives the time in UTC."""
    folder = config.data / "redaktion" / config.region.name
    bench = Workbench(folder, config.region, config.data, CASES, config.certainty)
    desk = Desk(bench, EditorShell(asks.sentence, asset_paths()), Jobs())
    access = EditorAccess(config.loopback, config.trusted_proxy, config.role, config.public_host, config.public)
    edge = add_desk(app, desk, access, now)
    for page in question_pages(desk, asks.upkeep):
        edge.add(page.method, page.path, page.view)
    return edge


def add_desk(app: web.Application, desk: Desk, access: EditorAccess, now: Callable[[], datetime]) -> EditorEdge:
    """Add the pages of a desk. What was broken off while it went live is finished when the application starts."""
    edge = EditorEdge(app, desk, access, now)
    for page in all_pages(desk):
        edge.add(page.method, page.path, page.view, takes_file=page.takes_file)

    async def working(_app: web.Application) -> AsyncIterator[None]:
        paths = {resource.canonical for resource in app.router.resources()}
        desk.links.extend(link for link in LINKS if link[0] in paths)
        desk.jobs.start("recover", HOME, lambda report: _recovered(desk, now()))
        yield
        await asyncio.to_thread(desk.jobs.close)

    app.cleanup_ctx.append(working)
    return edge


def _recovered(desk: Desk, now: datetime) -> str:
    try:
        desk.bench.recover(now)
    except Exception:
        log.exception("what was broken off while it went live could not be finished; it is tried again at the next")
    return HOME
