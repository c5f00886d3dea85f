"""The page of what grows old, and what was asked in vain. Everything that is not ours is escaped by the template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from bot.render.editor import local_time
from bot.render.html import fill_template, phrase
from bot.upkeep import Overview
from knowledge.freshness import DATED, Finding, Sort
from knowledge.messages import sentence

FILE = "aktualitet"
SHOWN = 12
"""Findings of a sort that are seen at once; the rest is folded away."""
FORMS = {
    Sort.ENDED: ("/redaktor/andra/giltighet", "page.edit.term"),
    Sort.ENDING: ("/redaktor/andra/giltighet", "page.edit.term"),
    Sort.OBSERVATION: ("/redaktor/andra/lokalt", "page.edit.local"),
    Sort.NOTHING_LOCAL: ("/redaktor/andra/lokalt", "page.edit.local"),
    Sort.SECONDARY: ("/redaktor/ladda-upp", "page.edit.upload"),
    Sort.DRAFT: ("/redaktor/ladda-upp", "page.edit.upload"),
}
"""Where an editor puts a sort of findings right."""
_say = partial(sentence, FILE)


def upkeep_page(found: Overview, bot: Callable[[str], str], assets: Mapping[str, str], *, edits: bool) -> str:
    """Return the whole page. `bot` gives the bot's own sentences; `edits` says that the reader may edit."""

    def say(key: str, **values: Any) -> str:
        return _say(key, **values) if key.startswith(("page.", "fresh.", "weekly.")) else phrase(bot, key, **values)

    return fill_template(
        "upkeep.html",
        say=say,
        assets=assets,
        local_time=local_time,
        found=found,
        sections=[_section(sort, found.findings) for sort in Sort if any(one.sort is sort for one in found.findings)],
        edits=edits,
    )


def _section(sort: Sort, findings: Iterable[Finding]) -> dict[str, Any]:
    own = [one for one in findings if one.sort is sort]
    by_source = Counter(one.what for one in own).most_common() if sort is Sort.SECONDARY else []
    grid = sort is Sort.NOTHING_LOCAL
    return {
        "sort": sort.value,
        "urgent": sort in DATED,
        "count": len(own),
        "cure": own[0].cure if by_source or grid else "",
        "by_source": by_source,
        "grid": grid,
        "first": [] if by_source or grid else own[:SHOWN],
        "rest": [] if by_source or grid else own[SHOWN:],
        "form": FORMS.get(sort),
    }
