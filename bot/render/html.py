"""An answer as HTML, and the page around it. Everything that is not ours is escaped by Jinja2."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.answer import Answer, Block, Citation
from bot.api import FORM_QUESTION_LIMIT, Form
from bot.sentences import capitalised

Say = Callable[[str], str]
TEMPLATES = Path(__file__).resolve().parent / "templates"
EXAMPLES = ("web.example.1", "web.example.2", "web.example.3")
ABOUT_PARTS = {"hjalp": "help", "personuppgifter": "privacy", "villkor": "terms"}
"""The anchors of the page about Lotsen, and what is said under each."""
ABOUT_LISTS = frozenset({"privacy", "terms"})


def render_html(answer: Answer, say: Say, *, carried: Mapping[str, str] | None = None) -> Markup:
    """Return one answer as an HTML fragment without scripts or styles.

    `carried` is put into each link that asks on: municipality, day and conversation, as form fields.
    """
    template = _environment().get_template("answer.html")
    sources = _sources(answer.citations)
    groups = _groups(answer.blocks)
    return Markup(template.render(answer=answer, groups=groups, sources=sources, **_words(say, carried or {})))  # noqa: S704  (the template escapes)


def fill_template(name: str, **values: Any) -> str:
    """Return one of our templates with its values put in and escaped; HTML or SVG."""
    return _environment().get_template(name).render(**values)


def phrase(say: Say, key: str, **values: Any) -> str:
    """Return one of the bot's sentences as plain text, with its values put in for {name}."""
    text = say(key)
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


@dataclass(frozen=True, slots=True)
class Shell:
    """The page around answers: its words, its municipalities, and the addresses of its static files."""

    say: Say
    municipalities: Sequence[tuple[str, str]]
    assets: Mapping[str, str]

    def page(self, form: Form, answer: Answer | None, conversation: str) -> str:
        """Return the whole chat page for a form as it was sent, with the answer to it if there is one."""
        carried = _carried(form, conversation)
        return self._render(
            "page.html",
            carried,
            form=form,
            conversation=conversation,
            municipalities=self.municipalities,
            reply=render_html(answer, self.say, carried=carried) if answer else None,
            examples=[text for key in EXAMPLES if (text := self.say(key))],
            limit=FORM_QUESTION_LIMIT,
        )

    def message(self, name: str, **values: Any) -> str:
        """Return a page that says one thing: `not_found`, `wrong_method`, `closed` or `failed`."""
        return self._render(
            "message.html",
            {},
            heading=self.say(f"web.page.{name}.heading"),
            text=phrase(self.say, f"web.page.{name}.text", **values),
        )

    def about(self) -> str:
        """Return the page that the app in Teams names for help, personal data and terms; see ABOUT_PARTS."""
        parts = [
            {"id": anchor, "name": name, "points": self._points(name) if name in ABOUT_LISTS else []}
            for anchor, name in ABOUT_PARTS.items()
        ]
        return self._render("about.html", {}, parts=parts)

    def _points(self, part: str) -> list[str]:
        return self.say(f"web.about.{part}.items").split("|")

    def _render(self, template: str, carried: Mapping[str, str], **values: Any) -> str:
        return _environment().get_template(template).render(assets=self.assets, **_words(self.say, carried), **values)


def _words(say: Say, carried: Mapping[str, str]) -> dict[str, Any]:
    def said(key: str, **values: Any) -> str:
        return phrase(say, key, **values)

    def ask(question: str) -> str:
        return "/?" + urlencode({"fraga": question, **carried})

    return {"say": said, "ask": ask}


def _carried(form: Form, conversation: str) -> dict[str, str]:
    fields = {"kommun": form.municipality, "datum": form.day, "samtal": conversation}
    return {name: value for name, value in fields.items() if value and name not in form.errors}


def _groups(blocks: Sequence[Block]) -> Iterator[tuple[bool, list[Block]]]:
    """Yield runs of blocks; true for those that may be folded away."""
    for folded, run in groupby(blocks, key=lambda block: bool(getattr(block, "more", False))):
        yield folded, list(run)


def _sources(citations: Sequence[Citation]) -> list[tuple[Citation, list[str]]]:
    """Return each source once, with all the places in it that were used."""
    places: dict[str, tuple[Citation, list[str]]] = {}
    for citation in citations:
        places.setdefault(citation.source, (citation, []))[1].append(citation.locator)
    return list(places.values())


def _shape(block: Block) -> str:
    return type(block).__name__


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shape"] = _shape
    environment.filters["first_capital"] = capitalised
    return environment
