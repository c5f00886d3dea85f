"""Slow work of editors, done beside the pages: what is under way, how far it is, and where it led."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

log = logging.getLogger("lotsen")

KEPT = 50
"""Jobs that are remembered."""
Report = Callable[[str, int, int], None]
"""Told (stage, done, of how many)."""
Work = Callable[[Report], str]
"""Returns the address to go on to."""


@dataclass(slots=True)
class Job:
    """One piece of slow work. `fault` is what it ended with, when it did not end well; `back` where to put it right.

    `values` are the fields of the form that began it.
    """

    id: str
    what: str
    back: str
    values: Mapping[str, str] = field(default_factory=dict)
    stage: str = ""
    done: int = 0
    total: int = 0
    to: str = ""
    fault: Exception | None = None
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def ended(self) -> bool:
        """Whether it is over, well or not."""
        return self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, at most so long; return whether it is over."""
        return self._ended.wait(seconds)

    def report(self, stage: str, done: int, total: int) -> None:
        """Note how far it is."""
        self.stage, self.done, self.total = stage, done, total


class Jobs:
    """Runs one job at a time, the others wait: an index takes all of a core. Forgotten when Lotsen ends."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, "redaktor")
        self._jobs: dict[str, Job] = {}

    def start(self, what: str, back: str, work: Work, values: Mapping[str, str] | None = None) -> Job:
        """Put work in the queue; `what` names it (`upload`, `trial`, `publish` …)."""
        job = Job(secrets.token_urlsafe(9), what, back, values or {})
        self._jobs[job.id] = job
        for old in [*self._jobs][:-KEPT]:
            if self._jobs[old].ended:
                del self._jobs[old]
        future = self._pool.submit(work, job.report)
        future.add_done_callback(lambda done: _end(job, done))
        return job

    def __getitem__(self, id_: str) -> Job:
        return self._jobs[id_]

    def __contains__(self, id_: str) -> bool:
        return id_ in self._jobs

    def close(self) -> None:
        """Wait for what is under way; nothing that waits is begun."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _end(job: Job, done: Future[str]) -> None:
    if done.cancelled():
        job.fault = RuntimeError("cancelled")
    elif (fault := done.exception()) is not None:
        job.fault = fault if isinstance(fault, Exception) else RuntimeError(str(fault))
    else:
        job.to = done.result()
    job._ended.set()
