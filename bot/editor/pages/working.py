"""Slow work: begun, waited for, and where it leads."""

from __future__ import annotations

from bot.editor.desk import Desk, Tried
from bot.editor.faults import words_or_reference
from bot.editor.item import BenchError, Item
from bot.editor.jobs import Job, Report
from bot.editor.visit import Go, Reply, Visit

PATIENCE = 1.0
"""Seconds that a form waits before it shows that work is under way: most files are read by then."""


def on_the_way(job: Job) -> Go:
    """Return where to go while a job runs, or after it where it is over soon."""
    if job.wait(PATIENCE):
        return Go(after(job))
    return Go(f"/redaktor/pagar/{job.id}")


def after(job: Job) -> str:
    """Return where a job that is over leads."""
    if job.fault is None:
        return job.to
    return f"{job.back}?jobb={job.id}"


def start_trial(desk: Desk, item: Item, visit: Visit) -> Job:
    """Begin to try a piece of work out."""

    def work(report: Report) -> str:
        revision = desk.bench.knowledge().revision
        trial = desk.bench.try_out(item, visit.today, report)
        desk.trials[item.id] = Tried(item.version, revision, trial)
        return trial_page(item)

    return desk.jobs.start("trial", trial_page(item), work)


def trial_page(item: Item) -> str:
    """Return the address of the page that shows a trial."""
    return f"/redaktor/arbete/{item.id}/prov"


class Working:
    """The page that waits for slow work."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def show(self, visit: Visit) -> Reply:
        """Show how far it is; once it is over, go on."""
        if visit.place["jobb"] not in self._desk.jobs:
            raise BenchError("no_job")
        job = self._desk.jobs[visit.place["jobb"]]
        if job.ended:
            return Go(after(job))
        return self._desk.page(visit, "working", job=job)


def fault_of(desk: Desk, visit: Visit) -> str:
    """Return what a job ended with, in words, where a page was reached by such a job; else empty."""
    id_ = visit.asked("jobb")
    fault = desk.jobs[id_].fault if id_ in desk.jobs else None
    if fault is None:
        return ""
    text, problems = words_or_reference(fault, desk.shell)
    return "\n".join([text, *map(str, problems)])
