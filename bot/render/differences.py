"""What differs between two knowledges, as text, Markdown, HTML and JSON."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from markupsafe import Markup

from bot.answer_changes import ChangedAnswer
from bot.render.html import fill_template
from bot.render.markdown import escape
from knowledge.comparing import Difference
from knowledge.messages import sentence

STYLE = Path(__file__).resolve().parent / "static" / "lotsen.css"
INDENT = "    "
_say = partial(sentence, "diff")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared and what came of it. `old` and `new` name the two sides in Swedish.

    `answers` is null where no questions were asked; `asked` is how many were, `on` the day they were asked for.
    `form_differs`: the files are not the same though nothing in them differs.
    """

    old: str
    new: str
    differences: Sequence[Difference]
    answers: Sequence[ChangedAnswer] | None = None
    asked: int = 0
    on: str | None = None
    form_differs: bool = False

    @property
    def title(self) -> str:
        """What stands above it all."""
        return _say("diff.title", old=self.old, new=self.new)

    @property
    def count(self) -> str:
        """How many differences there are, as a sentence."""
        if not self.differences:
            return _say("diff.form_only" if self.form_differs else "diff.none")
        return _say("diff.one") if len(self.differences) == 1 else _say("diff.many", count=len(self.differences))

    @property
    def groups(self) -> list[tuple[str, list[Difference]]]:
        """The differences under their headings."""
        return [(group.heading, list(run)) for group, run in groupby(self.differences, key=lambda one: one.group)]

    @property
    def answer_count(self) -> str:
        """How many answers change, and for what day they were asked."""
        if not self.answers:
            return _say("diff.answers.none", total=self.asked)
        said = _say("diff.answers.count", count=len(self.answers), total=self.asked)
        return f"{said[:-1]} ({_say('diff.answers.day', day=self.on)})." if self.on else said

    @property
    def answer_groups(self) -> list[tuple[str, list[ChangedAnswer]]]:
        """The changed answers by what is other in them."""
        runs = groupby(self.answers or (), key=lambda one: one.what)
        return [(_say(f"diff.answers.group.{what}"), list(run)) for what, run in runs]


def as_text(compared: Comparison) -> str:
    """Return it as plain text."""
    return "\n".join(_lines(compared, _one_line, "", "", "- ")) + "\n"


def as_markdown(compared: Comparison) -> str:
    """Return it as Markdown; what stands in the files is escaped."""
    return "\n".join(_lines(compared, _inert, "# ", "## ", "- ")) + "\n"


def as_html(compared: Comparison) -> str:
    """Return it as a page of its own, with its style in it."""
    style = Markup(STYLE.read_text("utf-8"))  # noqa: S704  (a file that ships)
    return fill_template("differences_page.html", style=style, fragment=as_fragment(compared), title=compared.title)


def as_fragment(compared: Comparison) -> Markup:
    """Return it as a piece of HTML, escaped, to stand in a page."""
    return Markup(fill_template("differences.html", compared=compared, say=_say))  # noqa: S704  (the template escapes)


def as_json(compared: Comparison) -> dict[str, Any]:
    """Return it as plain data."""
    answers = compared.answers
    return {
        "old": compared.old,
        "new": compared.new,
        "differences": [{**asdict(one), "group": one.group.value} for one in compared.differences],
        "answers": None if answers is None else [change.as_json() for change in answers],
        "asked": compared.asked,
        "on": compared.on,
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _inert(text: str) -> str:
    """Return text that Markdown shows letter by letter, also where it lets HTML through."""
    return escape(html.escape(_one_line(text), quote=False))


def _lines(compared: Comparison, show: Callable[[str], str], top: str, heading: str, item: str) -> Iterator[str]:
    yield f"{top}{show(compared.title)}"
    yield ""
    yield show(compared.count)
    for name, found in compared.groups:
        yield from ("", f"{heading}{show(name)}", *([""] if heading else []))
        for one in found:
            yield f"{item}{show(one.line)}"
            yield f"{INDENT}{show(place(one))}"
    if compared.answers is not None:
        yield from ("", f"{heading}{show(_say('diff.answers'))}", *([""] if heading else []))
        yield show(compared.answer_count)
        for name, changes in compared.answer_groups:
            yield from ("", f"{show(name)}:", *([""] if heading else []))
            for change in changes:
                yield f"{item}{show(change.question)}"
                if change.old.lead != change.new.lead:
                    yield f"{INDENT}{item}{show(_say('diff.answers.old', text=change.old.lead))}"
                    yield f"{INDENT}{item}{show(_say('diff.answers.new', text=change.new.lead))}"


def place(one: Difference) -> str:
    """Return the id that an answer cites, or that of the entry, and where it stands in the files."""
    said = _say("diff.where", id=one.fact or one.id)
    return f"{said}, {one.file}" if one.file else said
