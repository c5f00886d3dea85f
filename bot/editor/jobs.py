"""Slow work of editors, done beside the pages: what is under way, how far it is, and where it led."""

from __future__ import annotations

import contextlib
import queue
import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.editor.item import BenchError

KEPT = 50
"""Jobs that are remembered."""
WAITING = 8
"""Jobs that may wait: each may hold a file of 50 MB."""
LET_FINISH = 10.0
"""Seconds that what is under way is given when Lotsen is told to stop. The journal finishes what was broken off."""
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
        self._queue: queue.Queue[tuple[Job, Work] | None] = queue.Queue(WAITING)
        self._jobs: dict[str, Job] = {}
        self._closed = threading.Event()
        # A daemon: work that does not end must not keep Lotsen from ending.
        self._worker = threading.Thread(target=self._run, name="redaktor", daemon=True)
        self._worker.start()

    def start(self, what: str, back: str, work: Work, values: Mapping[str, str] | None = None) -> Job:
        """Put work in the queue; `what` names it (`upload`, `trial` …). Raises BenchError where the queue is full."""
        job = Job(secrets.token_urlsafe(9), what, back, values or {})
        try:
            self._queue.put_nowait((job, work))
        except queue.Full:
            raise BenchError("queue_full") from None
        self._jobs[job.id] = job
        for old in [*self._jobs][:-KEPT]:
            if self._jobs[old].ended:
                del self._jobs[old]
        return job

    def __getitem__(self, id_: str) -> Job:
        return self._jobs[id_]

    def __contains__(self, id_: str) -> bool:
        return id_ in self._jobs

    def close(self) -> None:
        """Let what is under way finish, for a while; nothing that waits is begun."""
        self._closed.set()
        with contextlib.suppress(queue.Full):
            self._queue.put_nowait(None)
        self._worker.join(LET_FINISH)

    def _run(self) -> None:
        while (waiting := self._queue.get()) is not None:
            job, work = waiting
            if self._closed.is_set():
                job.fault = RuntimeError("cancelled")
            else:
                _do(job, work)
            job._ended.set()


def _do(job: Job, work: Work) -> None:
    try:
        job.to = work(job.report)
    except Exception as exc:  # told on the page, by a reference where it is ours
        job.fault = exc
