"""Where an editor begins: what serves, what is under way, who one is, and the log."""

from __future__ import annotations

from bot.editor.desk import Desk, open_items
from bot.editor.visit import File, Go, Reply, Visit
from indexer.workbook.export import workbook_of
from indexer.workbook.wording import say as say_book

HOME = "/redaktor"
DONE = ("dropped", "taken_back", "named")
LOG_SHOWN = 500
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Overview:
    """The first page, the log, and the form that asks who somebody is."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def home(self, visit: Visit) -> Reply:
        """Show what serves, the open pieces of work and what can be done."""
        bench = self._desk.bench
        standing = bench.standing()
        done = visit.asked("klart")
        return self._desk.page(
            visit,
            "home",
            serves=standing[0] if standing else None,
            earlier=standing[1:],
            differs=bool(standing) and bench.knowledge().revision != standing[0].revision,
            items=open_items(bench.items),
            links=[*self._desk.links, ("/redaktor/logg", "editor.link.log")],
            done=done if done in DONE else "",
        )

    def log(self, visit: Visit) -> Reply:
        """Show who did what."""
        deeds = self._desk.bench.audit.all()
        return self._desk.page(visit, "log", deeds=deeds[:LOG_SHOWN], left=max(len(deeds) - LOG_SHOWN, 0))

    def workbook(self, visit: Visit) -> Reply:
        """Give the knowledge of the files as a workbook, to be sent round."""
        knowledge, today = self._desk.bench.knowledge(), visit.today
        name = say_book("filnamn", region=knowledge.region.id, day=today)
        return File(name, workbook_of(knowledge, today), EXCEL)

    def ask_name(self, visit: Visit) -> Reply:
        """Ask who somebody is, where no proxy tells."""
        return self._desk.page(visit, "name", to=_inside(visit.asked("till")), error="")

    def keep_name(self, visit: Visit) -> Reply:
        """Keep who somebody is, in their own browser."""
        name = " ".join(visit.said("vem").split())[:80]
        to = _inside(visit.said("till"))
        if not name:
            return self._desk.page(visit, "name", 400, to=to, error="no_name")
        return Go(to, name)


def _inside(address: str) -> str:
    """Return an address of the editor's own pages."""
    plain = address.isascii() and address.isprintable() and "\\" not in address and "//" not in address
    return address if plain and (address == HOME or address.startswith(f"{HOME}/")) else HOME
