"""A workbench that builds nothing: real documents, drafts and forms, and trials and publications made up."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from bot.answer_changes import ChangedAnswer
from bot.editor.bench import Workbench
from bot.editor.item import LIVE, OPEN, BenchError, Item
from bot.editor.trial import Shown, Trial
from indexer.build import Progress
from indexer.history import Published, What
from knowledge.comparing import Difference, Group
from knowledge.model import Kind, Knowledge
from knowledge.problems import Problem
from tests.fakes import CANNED


class QuickBench(Workbench):
    """`problems` is what a trial finds, `fault` what publishing raises; a trial waits while `held` is clear."""

    def __init__(self, folder: Path, region: Path, knowledge: Knowledge) -> None:
        super().__init__(folder, region, folder / "data")
        self._known = knowledge
        self.problems: tuple[Problem, ...] = ()
        self.fault: Exception | None = None
        self.held = threading.Event()
        self.held.set()
        self.lines = [Published(What.PUBLISHED, "a" * 16, "a", "2026-11-20T09:00:00+00:00", None, "Rådet", "§ 1")]

    def knowledge(self) -> Knowledge:
        return self._known

    def try_out(self, item: Item, today: date, progress: Progress | None = None) -> Trial:
        if progress:
            progress("index", 1, 3)
        assert self.held.wait(30)
        if self.problems:
            return Trial(self.problems)
        told = Difference(Group.RESPONSIBILITY, "<b>Abstinensvård</b>", "ny ansvarig", "matrices", "x")
        before, after = CANNED[Kind.RESPONSIBILITY], CANNED[Kind.VALIDITY]
        asked = tuple(Shown(question, today, None, CANNED[Kind.UNKNOWN], asked=True) for question in item.asked)
        changed = (Shown("Vem ansvarar?", today, before, after), Shown("Ny?", today, None, after))
        return Trial((), (told,), (*asked, *changed))

    def changed_answers(self, item: Item, progress: Progress | None = None) -> list[ChangedAnswer]:
        raise BenchError("no_cases")

    def publish(
        self,
        item: Item,
        decided_by: str,
        reference: str,
        by: str,
        now: datetime,
        progress: Progress | None = None,
        tried: str = "",
    ) -> Item:
        if self.fault:
            raise self.fault
        self.lines.insert(0, Published(What.PUBLISHED, "b" * 16, "b", now.isoformat(), "a" * 16, decided_by, reference))
        done = replace(item, state=LIVE, decided_by=decided_by, reference=reference, revision="b" * 16)
        return self._kept(done, by, now, "published")

    def undone(self) -> tuple[Difference, ...]:
        return (Difference(Group.VALIDITY, "RÖK", "gäller som förut", "agreements", "x"),) * (len(self.lines) - 1)

    def take_back(self, who: str, reference: str, by: str, now: datetime) -> Published:
        del self.lines[0]
        for item in self.items:
            if item.state == LIVE:
                self.items.save(replace(item, state=OPEN))
        return self.lines[0]

    def standing(self) -> list[Published]:
        return self.lines

    def recover(self, now: datetime, progress: Progress | None = None) -> None:
        return
