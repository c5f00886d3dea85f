"""Answer → complete plain Swedish text: what every channel can show, and the `text` of the JSON."""

from __future__ import annotations

from collections.abc import Iterable

from bot.answer import (
    ActorRows,
    Answer,
    Block,
    Bullets,
    Citation,
    Draft,
    Links,
    Local,
    Paragraph,
    Quote,
    Steps,
    TaskRow,
    TaskRows,
    Validity,
)
from bot.sentences import Sentences
from knowledge.model import Kind


def render_text(answer: Answer, say: Sentences) -> str:
    """Return the whole reply as plain text, in the order of design.md section 1."""
    parts = [notice.text for notice in answer.notices]
    parts.append(answer.lead)
    for block in answer.blocks:
        parts.append(_block(block))
    if answer.kind is Kind.CLARIFY and answer.choices:
        parts.append("\n".join(f"{number}. {choice.label}" for number, choice in enumerate(answer.choices, 1)))
    sources = source_line(answer, say)
    if sources:
        parts.append(sources)
    parts.append(answer.profile)
    return "\n".join(part for part in parts if part)


def source_line(answer: Answer, say: Sentences) -> str:
    """Return the line that names the sources, or nothing where there are none.

    Small talk cites nothing; where it says something sourced, it has a line of its own.
    """
    return sources_said(answer.citations, say) if answer.citations else answer.sources_line


def sources_said(citations: Iterable[Citation], say: Sentences) -> str:
    """Return the sentence that names sources, each once with its places, or nothing where there are none."""
    items: dict[str, list[str]] = {}
    for citation in citations:
        items.setdefault(citation.label, []).extend([citation.locator] if citation.locator else [])
    lines = [
        f"{label}: {', '.join(dict.fromkeys(locators))}" if locators else label for label, locators in items.items()
    ]
    if not lines:
        return ""
    return say("sources.one" if len(lines) == 1 else "sources.many", items=lines)


def _block(block: Block) -> str:
    match block:
        case Paragraph(text=text):
            return text
        case ActorRows(rows=rows, heading=heading):
            lines = [f"{row.sign} {row.name}: {row.word}" + (f" – {row.detail}" if row.detail else "") for row in rows]
            return "\n".join([heading, *lines] if heading else lines)
        case Steps(items=items, heading=heading, first=first):
            lines = [f"{number}. {item.text}" for number, item in enumerate(items, 1)]
            return "\n".join(filter(None, [heading, first, *lines]))
        case Bullets(items=items, heading=heading):
            lines = [f"• {item}" for item in items]
            return "\n".join([heading, *lines] if heading else lines)
        case TaskRows(rows=rows_, heading=heading):
            return "\n".join([heading, *(task_line(row) for row in rows_)])
        case Draft(lines=drafted, heading=heading) | Quote(lines=drafted, heading=heading):
            return "\n".join([heading, *drafted])
        case Links(items=links, heading=heading):
            lines = [f"• {one.label}: {one.url}" if one.url else f"• {one.label}" for one in links]
            return "\n".join([heading, *lines] if heading else lines)
        case Local(heading=heading, lines=lines_):
            return f"{heading}: {' '.join(lines_)}"
        case Validity(text=text):
            return text


def task_line(row: TaskRow) -> str:
    """Return a row of the whole matrix as one line: the task, then who is marked and who is not."""
    return f"{row.name}: " + "; ".join(part for part in (row.marked, row.unmarked) if part)
