"""Run by test_publish.py in a process of its own: brings the index up to date, and is killed on the way.

Arguments: region, data, and where to die: `stage:n` (the nth report of a stage) or the nth call of an os function.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from indexer.publish import ensure

region, data, point = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
where, _, number = point.partition(":")
calls: Counter[str] = Counter()


def die_if_due(name: str) -> None:
    """Count a call, and die if it is the one."""
    calls[name] += 1
    if name == where and calls[name] == int(number):
        os.kill(os.getpid(), signal.SIGKILL)


def deadly(name: str) -> None:
    """Make an os function count its calls."""
    original: Any = getattr(os, name)

    def call(*args: Any, **options: Any) -> Any:
        die_if_due(name)
        return original(*args, **options)

    setattr(os, name, call)


# Python's own start, Whoosh and the file lock call these too, so they are made deadly only when publishing begins.
def progress(stage: str, done: int, total: int) -> None:
    """Count the reports of each stage."""
    die_if_due(stage)
    if stage == "publish" and done == 0:
        for name in ("rename", "replace", "fsync"):
            deadly(name)


ensure(region, data, progress)
print(json.dumps(calls))
