"""The command `lotsen` as a process of its own, as a person or another tool runs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PATIENCE = 60.0


@dataclass(frozen=True)
class Command:
    """Runs `lotsen` with some settings, from a folder that is not the project's."""

    cwd: Path
    data: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, stdin: bytes = b"", **settings: str) -> Ran:
        """Run to the end and return what it wrote."""
        done = subprocess.run(
            self._line(arguments),
            cwd=self.cwd,
            env=self._env(settings),
            input=stdin,
            capture_output=True,
            timeout=PATIENCE,
        )
        return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    @contextmanager
    def serve(self, **settings: str) -> Iterator[Server]:
        """Serve on a free port of loopback until the block ends."""
        out, err = self.cwd / "serve.out", self.cwd / "serve.err"
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                self._line(["serve"]),
                cwd=self.cwd,
                env=self._env({"LOTSEN_PORT": "0", **settings}),
                stdout=stdout,
                stderr=stderr,
            )
        server = Server(process, out, err)
        try:
            server.wait(lambda: "http://" in out.read_text("utf-8"))
            yield server
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(PATIENCE)

    def _line(self, arguments: Any) -> list[str]:
        return [sys.executable, str(ROOT / "app.py"), *arguments]

    def _env(self, settings: dict[str, str]) -> dict[str, str]:
        return {**os.environ, "LOTSEN_DATA": str(self.data), **self.settings, **settings}


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, read as JSON."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[Any]:
        """Standard output, read as a JSON value a line."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Server:
    """A running `lotsen serve`."""

    process: subprocess.Popen[bytes]
    out: Path
    err: Path

    @property
    def log(self) -> str:
        """All that it has logged."""
        return self.err.read_text("utf-8")

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        match = re.search(r"http://\S+", self.out.read_text("utf-8"))
        assert match
        return match[0].rstrip("/")

    def read(self, path: str, body: Any = None) -> str:
        """Return the body of a page; with a body of its own, by POST."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return str(response.read().decode("utf-8"))

    def ready(self) -> Any:
        """Return what /readyz says."""
        return json.loads(self.read("/readyz"))

    def ask(self, question: str, **given: str) -> Any:
        """Return the answer of /api/ask; `given` are more of its keys."""
        return json.loads(self.read("/api/ask", {"question": question, **given}))

    def wait(self, until: Callable[[], bool], seconds: float = PATIENCE) -> float:
        """Wait until something is so, and return how long that took (s)."""
        began = time.monotonic()
        while not until():
            assert self.process.poll() is None, self.log
            assert time.monotonic() - began < seconds, self.log
            time.sleep(0.05)
        return time.monotonic() - began


def copied_knowledge(folder: Path) -> Path:
    """Return the folder of the region in a copy of all knowledge that a test may break."""
    for name in ("svenska", "dalarna"):
        shutil.copytree(ROOT / "knowledge" / name, folder / name)
    return folder / "dalarna"


def append(path: Path, text: str) -> None:
    """Add text to the end of a file."""
    path.write_text(path.read_text("utf-8") + text, "utf-8")
