"""The web edge: the page, `/api/ask`, and what an operator looks at. Only here does aiohttp meet the bot."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from bot.access import WebConfig, key_fits, proxied_user
from bot.answer import Answer
from bot.api import Ask, Refused, read_ask, read_form
from bot.editor.access import EditorAccess, admitted
from bot.openapi import openapi
from bot.ports import Asks, Turn
from bot.render.html import Shell, phrase, render_html
from bot.render.upkeep import upkeep_page

__all__ = ["PathAccessLogger", "WebConfig", "make_app"]

log = logging.getLogger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATIC = Path(__file__).resolve().parent / "render" / "static"
# Routes that a stranger may not use when Lotsen listens to more than loopback.
CLOSED_ROUTES = frozenset({"page", "turn", "ask", "upkeep"})
SAFETY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "Lotsen",
}
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
}


class PathAccessLogger(AbstractAccessLogger):
    """Logs method, path, status and time; never the query, which holds the question."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Write one line for a request that has been answered; `time` is in seconds."""
        self.logger.info("%s %s %d %.1f ms", request.method, request.path, response.status, time * 1000)


def make_app(asks: Asks, config: WebConfig, today: Callable[[], date]) -> web.Application:
    """Return the application. Serve it with `access_log_class=PathAccessLogger`: queries hold questions.

    Routes that others add are served with the same safety headers, and without the key check.
    """
    edge = _Edge(asks, config, today)
    app = web.Application(middlewares=[edge.shield, edge.guard])
    app.on_response_prepare.append(_add_safety_headers)
    app.router.add_get("/", edge.page, name="page")
    app.router.add_post("/fraga", edge.turn, name="turn")
    app.router.add_post("/api/ask", edge.ask, name="ask")
    app.router.add_get("/openapi.json", edge.description)
    app.router.add_get("/om", edge.about)
    app.router.add_get("/kunskap/aktualitet", edge.upkeep, name="upkeep")
    app.router.add_get("/healthz", edge.health)
    app.router.add_get("/readyz", edge.readiness)
    app.router.add_get("/static/{name}", edge.static)
    return app


class _Edge:
    def __init__(self, asks: Asks, config: WebConfig, today: Callable[[], date]) -> None:
        self._asks = asks
        self._config = config
        self._today = today
        self._files = static_files()
        self._assets = asset_paths()

    @web.middleware
    async def shield(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Turn every fault into an answer that a person can read, and never show a stack trace."""
        try:
            return await handler(request)
        except web.HTTPException as exc:
            # Only what the router itself says; other rooms' routes speak for themselves.
            if request.match_info.http_exception is not exc:
                raise
            return self._misrouted(request, exc)
        except Exception:
            reference = secrets.token_hex(4)
            log.exception("reference %s: %s %s failed", reference, request.method, request.path)
            return self._failure(request, 500, "failed", {"reference": reference})

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let in everybody on loopback; elsewhere who has the key or comes through the proxy."""
        closed = not self._config.loopback and request.match_info.route.name in CLOSED_ROUTES
        known = key_fits(self._config, request.headers.get("X-Lotsen-Key")) or self._user(request)
        if closed and not known:
            response = self._failure(request, 401, "closed", {})
            response.headers["WWW-Authenticate"] = 'X-Lotsen-Key realm="lotsen"'
            return response
        return await handler(request)

    async def page(self, request: web.Request) -> web.Response:
        """Serve the chat page, with the answer in it when the form was sent."""
        form = read_form(request.query, self._places(), self._today())
        conversation = form.conversation or secrets.token_urlsafe(12)
        answer = None
        if form.asked and not form.errors:
            question = Ask(form.question, form.municipality or None, form.on, conversation)
            answer = await self._answer(request, question, "web")
        return _html(self._shell().page(form, answer, conversation), 400 if form.errors else 200)

    async def turn(self, request: web.Request) -> web.Response:
        """Answer one question of the page's script with an HTML fragment; the body is that of `/api/ask`."""
        try:
            question = await self._question(request)
        except Refused as refused:
            return self._refusal(refused)
        answer = await self._answer(request, question, "web")
        return _html(render_html(answer, self._asks.sentence, carried=self._carried(question)))

    async def ask(self, request: web.Request) -> web.Response:
        """Answer one question with JSON."""
        try:
            question = await self._question(request)
        except Refused as refused:
            return self._refusal(refused)
        answer = await self._answer(request, question, "api")
        return _json(answer.as_json())

    async def description(self, request: web.Request) -> web.Response:
        """Serve the OpenAPI document."""
        return _json(openapi(self._places(), closed=not self._config.loopback))

    async def about(self, request: web.Request) -> web.Response:
        """Serve the page about Lotsen, to everybody: the app in Teams names it for personal data and terms."""
        return _html(self._shell().about())

    async def upkeep(self, request: web.Request) -> web.Response:
        """Serve what grows old and what was asked in vain; who may edit is led to the forms."""
        found = await self._asks.upkeep.overview(self._today())
        return _html(upkeep_page(found, self._asks.sentence, self._assets, edits=self._edits(request)))

    def _edits(self, request: web.Request) -> bool:
        config = self._config
        access = EditorAccess(config.loopback, config.trusted_proxy, config.editor_role, public=config.public)
        return admitted(access, request.remote, request.headers) is not None

    async def health(self, request: web.Request) -> web.Response:
        """Say that the process answers."""
        return _json({"status": "ok"})

    async def readiness(self, request: web.Request) -> web.Response:
        """Say which revision is served; 503 while there is none."""
        try:
            status = self._asks.status()
        except Exception:
            log.exception("no status to show at /readyz")
            status = {}
        ready = bool(status.get("revision"))
        shown = {key: status.get(key) for key in ("revision", "files_differ", "region")}
        return _json({"ready": ready, **shown, "revision": shown["revision"] or None}, 200 if ready else 503)

    async def static(self, request: web.Request) -> web.Response:
        """Serve one of the page's own files; the address carries the hash of its content."""
        name = request.match_info["name"]
        if name not in self._files:
            return self._failure(request, 404, "not_found", {})
        days = 365 if "v" in request.query else 1
        caching = "no-cache" if self._config.dev else f"public, max-age={days * 86400}"
        kind = _TYPES[Path(name).suffix]
        return web.Response(body=self._files[name], content_type=kind, headers={"Cache-Control": caching})

    async def _question(self, request: web.Request) -> Ask:
        body = await self._body(request)
        return read_ask(body, self._places(), self._today())

    async def _body(self, request: web.Request) -> bytes:
        # Counted while it is read: a length header may be absent, or speak of a compressed body.
        limit = self._config.limit_bytes
        body = bytearray()
        try:
            async for chunk in request.content.iter_chunked(8192):
                body += chunk
                if len(body) > limit:
                    raise Refused("web.error.too_large", limit=limit // 1024)
        except (web.RequestPayloadError, ConnectionError) as exc:
            raise Refused("web.error.json") from exc
        return bytes(body)

    async def _answer(self, request: web.Request, question: Ask, edge: str) -> Answer:
        conversation = f"{edge}:{question.conversation}" if question.conversation else None
        person = self._user(request)
        return await self._asks.ask(Turn(question.question, question.on, conversation, person, question.municipality))

    def _carried(self, question: Ask) -> dict[str, str]:
        day = question.on.isoformat() if question.on != self._today() else None
        fields = {"kommun": question.municipality, "datum": day, "samtal": question.conversation}
        return {name: value for name, value in fields.items() if value}

    def _user(self, request: web.Request) -> str | None:
        return proxied_user(self._config, request.remote, request.headers.get("X-Forwarded-User"))

    def _places(self) -> list[str]:
        return [id_ for id_, _ in self._asks.municipalities()]

    def _shell(self) -> Shell:
        return Shell(self._asks.sentence, self._asks.municipalities(), self._assets)

    def _refusal(self, refused: Refused) -> web.Response:
        status = 413 if refused.sentence == "web.error.too_large" else 400
        error = phrase(self._asks.sentence, refused.sentence, **refused.values)
        return _json({"error": error, "field": refused.at}, status)

    def _misrouted(self, request: web.Request, exc: web.HTTPException) -> web.Response:
        names = {404: "not_found", 405: "wrong_method"}
        response = self._failure(request, exc.status, names.get(exc.status, "not_found"), {})
        if "Allow" in exc.headers:
            response.headers["Allow"] = exc.headers["Allow"]
        return response

    def _failure(self, request: web.Request, status: int, name: str, values: Mapping[str, str]) -> web.Response:
        if request.path.startswith("/api/") or request.path == "/fraga":
            error = phrase(self._asks.sentence, f"web.page.{name}.text", **values)
            return _json({"error": error, "field": None, **values}, status)
        return _html(self._shell().message(name, **values), status)


async def _add_safety_headers(request: web.Request, response: web.StreamResponse) -> None:
    own = response.headers.get("Referrer-Policy")
    for name, value in SAFETY.items():
        response.headers[name] = value
    if own is not None:  # a page with forms must tell its own server where they come from
        response.headers["Referrer-Policy"] = own
    response.headers.setdefault("Cache-Control", "no-store")


def static_files() -> dict[str, bytes]:
    """Return the pages' own files by name."""
    return {path.name: path.read_bytes() for path in sorted(STATIC.iterdir()) if path.suffix in _TYPES}


def asset_paths() -> dict[str, str]:
    """Return the addresses of the pages' own files by name."""
    return {name: _asset(name, body) for name, body in static_files().items()}


def _asset(name: str, body: bytes) -> str:
    # The style sheet names the font without a version, and both must be one address to be fetched once.
    version = "" if name.endswith(".woff2") else f"?v={hashlib.sha256(body).hexdigest()[:12]}"
    return f"/static/{name}{version}"


def _json(value: Any, status: int = 200) -> web.Response:
    body = json.dumps(value, ensure_ascii=False).encode("utf-8")
    return web.Response(body=body, status=status, content_type="application/json", charset="utf-8")


def _html(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
