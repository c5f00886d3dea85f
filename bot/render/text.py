"""Answer → complete plain Swedish text: what every channel can show, and the `text` of the JSON."""

from __future__ import annotations

from bot.answer import ActorRows, Answer, Block, Bullets, Local, Paragraph, Steps, Validity
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
    """Return the line that names the sources, or nothing where none is cited."""
    items: dict[str, list[str]] = {}
    for citation in answer.citations:
        items.setdefault(citation.label, []).append(citation.locator)
    lines = [f"{label}: {', '.join(dict.fromkeys(locators))}" for label, locators in items.items()]
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
        case Steps(items=items, heading=heading):
            lines = [f"{number}. {item.text}" for number, item in enumerate(items, 1)]
            return "\n".join([heading, *lines] if heading else lines)
        case Bullets(items=items, heading=heading):
            lines = [f"• {item}" for item in items]
            return "\n".join([heading, *lines] if heading else lines)
        case Local(heading=heading, lines=lines_):
            return f"{heading}: {' '.join(lines_)}"
        case Validity(text=text):
            return text
