"""What the figures were measured on: they mean nothing without it."""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Machine:
    """Processor model, its cores, and the version of Python."""

    cpu: str
    cores: int
    python: str

    def as_json(self) -> dict[str, str | int]:
        """Return it as plain data."""
        return asdict(self)


def this_machine() -> Machine:
    """Return what we run on; the model is empty where the system does not tell it."""
    return Machine(_model(), os.cpu_count() or 1, platform.python_version())


def _model() -> str:
    try:
        lines = CPUINFO.read_text("utf-8", "replace").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())
