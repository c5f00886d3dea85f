"""What went wrong, in words for an editor."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.editor.item import BenchError
from indexer.errors import BusyError, ImportFault, IndexFault
from knowledge.problems import KnowledgeError, Problem

if TYPE_CHECKING:
    from bot.editor.desk import Desk
    from bot.editor.visit import Page, Visit
    from bot.render.editor import EditorShell

log = logging.getLogger("lotsen")

STATUS = {"no_item": 404, "changed_meanwhile": 409, "not_open": 409}


def words_for(fault: Exception, shell: EditorShell) -> tuple[str, Sequence[Problem]] | None:
    """Return what an editor is told, and the problems of the files among it; null for a fault of ours."""
    match fault:
        case BenchError():
            return shell.say(f"editor.error.{fault.code}", **fault.values), ()
        case KnowledgeError():
            return shell.say("editor.error.knowledge"), fault.problems
        case BusyError():
            return shell.say("editor.error.busy"), ()
        case ImportFault():
            return str(fault), ()  # Swedish already, with file and cure
        case IndexFault():
            key = f"editor.error.index.{fault.code}"
            return shell.say(key if shell.knows(key) else "editor.error.index"), ()
        case OSError():
            log.warning("the editor's files could not be written or read", exc_info=fault)
            return shell.say("editor.error.disk", why=fault.strerror or type(fault).__name__), ()
    return None


def words_or_reference(fault: Exception, shell: EditorShell) -> tuple[str, Sequence[Problem]]:
    """Return what an editor is told; a fault of ours is logged, and told by a reference."""
    known = words_for(fault, shell)
    if known is not None:
        return known
    reference = secrets.token_hex(4)
    log.error("reference %s: an editor's work failed", reference, exc_info=fault)
    return shell.say("editor.error.ours", reference=reference), ()


def fault_page(desk: Desk, visit: Visit, fault: Exception) -> Page | None:
    """Return the page that tells of a fault; null for one of ours."""
    known = words_for(fault, desk.shell)
    if known is None:
        return None
    status = STATUS.get(fault.code, 400) if isinstance(fault, BenchError) else 503
    return desk.page(visit, "fault", status, text=known[0], problems=known[1], item=visit.place.get("item", ""))
