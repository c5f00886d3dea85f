"""What was published, taken back."""

from __future__ import annotations

from bot.editor.desk import Desk, plain
from bot.editor.jobs import Report
from bot.editor.pages.trying import by_group, personal_in
from bot.editor.pages.working import fault_of, on_the_way
from bot.editor.visit import Page, Reply, Visit

BACK = "/redaktor/tillbaka"


class GoingBack:
    """The page that says what will change back, and does it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show(self, visit: Visit) -> Reply:
        """Show what serves, what it would go back to, and what differs."""
        return self._page(visit, {}, {})

    def take_back(self, visit: Visit) -> Reply:
        """Go back, once it is known who decided and why."""
        errors = {
            name: self._desk.shell.say(f"editor.error.{code}")
            for name, code in (("vem", "no_decider"), ("referens", "no_reference"), ("ja", "no_yes"))
            if not visit.said(name)
        }
        errors |= personal_in(self._desk, visit)
        standing = self._desk.bench.standing()
        if standing and visit.said("serverar") != standing[0].revision:
            errors["ja"] = self._desk.shell.say("editor.error.changed_meanwhile")
        if errors:
            return self._page(visit, plain(visit.fields), errors)

        def work(report: Report) -> str:
            self._desk.bench.take_back(visit.said("vem"), visit.said("referens"), visit.who, visit.now)
            return "/redaktor?klart=taken_back"

        return on_the_way(self._desk.jobs.start("take_back", BACK, work))

    def _page(self, visit: Visit, values: dict[str, str], errors: dict[str, str]) -> Page:
        standing = self._desk.bench.standing()
        can = len(standing) > 1
        return self._desk.page(
            visit,
            "back",
            400 if errors else 200,
            serves=standing[0] if standing else None,
            before=standing[1] if can else None,
            by_group=by_group(self._desk.bench.undone()) if can else {},
            fault=fault_of(self._desk, visit),
            values=values,
            errors=errors,
        )
