"""Knowledge files → a verified index, staged beside the one that serves."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import whoosh
from filelock import FileLock, Timeout

from indexer.errors import BusyError, SearchError, VerifyError
from indexer.files import FILES, knowledge_files_of, pack
from indexer.inflection import inflections
from indexer.lexicon import Lexicon
from indexer.passages import Passage, passages, reviewed
from indexer.search import index_passages
from indexer.served import INFLECTIONS, KNOWLEDGE, PASSAGES, WORDS, open_index
from indexer.vocabulary import lexicon_of, words_of
from knowledge.loader import load, revision
from knowledge.model import Knowledge

FORMAT = 2
"""Raised when an index built before can no longer be served by this code."""
MANIFEST = "manifest.json"
STAGING = ".staging-"
FIRST_HITS = 8
WAIT = 300.0
"""Seconds that a builder waits for another."""

Progress = Callable[[str, int, int], None]
"""Told (stage, done, of how many); stages: read, passages, index, verify, publish."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index folder says of itself. `made_by` is the hash of the code; `files` are sizes in bytes."""

    format: int
    made_by: str
    revision: str
    region: str
    counts: dict[str, int]
    built_at: str
    files: dict[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Manifest | None:
        """Return the manifest of a folder whose files are all there, with their sizes; else null."""
        try:
            manifest = cls(**json.loads((folder / MANIFEST).read_bytes()))
            whole = all((folder / name).stat().st_size == size for name, size in manifest.files.items())
        except (OSError, ValueError, TypeError, AttributeError):
            return None
        return manifest if whole else None

    def fits(self, wanted: str) -> bool:
        """Return whether the index is of a revision, and made by this very code."""
        return (self.format, self.made_by, self.revision) == (FORMAT, made_by(), wanted)


@dataclass(frozen=True, slots=True)
class Built:
    """A verified index that is not yet published. `counts` are passages by kind."""

    path: Path
    region: str
    revision: str
    counts: dict[str, int]


def home(data: Path, region: Path) -> Path:
    """Return the folder of a region's indexes; the region is known by its folder's name."""
    return data / "index" / region.resolve().name


@contextmanager
def one_builder(data: Path, region: Path) -> Iterator[None]:
    """Keep other builders of the region out, also other processes. May be entered again by the same thread.

    Raises BusyError where another builder is not done in time.
    """
    folder = home(data, region)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock", is_singleton=True)
    try:
        lock.acquire(timeout=WAIT)
    except Timeout as exc:
        raise BusyError("busy", str(folder)) from exc
    try:
        yield
    finally:
        lock.release()


def build(region: Path, data: Path, progress: Progress | None = None) -> Built:
    """Load, check, index and verify the knowledge in a folder of its own beside what is published.

    Keep `one_builder` around this and `publish`, or another builder may sweep the folder in between.
    Raises KnowledgeError where the files are wrong, VerifyError where the index is not as it should be.
    """
    tell = progress or (lambda stage, done, total: None)
    with one_builder(data, region):
        sweep(data, region)
        tell("read", 0, 1)
        loaded, files = _load_settled(region)
        knowledge = stored_form(loaded)
        tell("read", 1, 1)
        staged = Path(tempfile.mkdtemp(prefix=STAGING, dir=home(data, region)))
        try:
            (staged / FILES).write_bytes(pack(files))
            return _stage(knowledge, home(data, region).name, staged, tell)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise


def sweep(data: Path, region: Path) -> None:
    """Remove what builders that were killed left behind. Only for the holder of `one_builder`."""
    for stale in home(data, region).glob(f"{STAGING}*"):
        shutil.rmtree(stale, ignore_errors=True)


@cache
def made_by() -> str:
    """Return the hash of the code that makes and reads an index, so that changed code never reads an old one."""
    rooms = (Path(__file__).parent, Path(__file__).parents[1] / "knowledge")
    digest = hashlib.sha256(whoosh.versionstring().encode())
    for path in sorted(path for room in rooms for path in room.glob("*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def clock_reading() -> str:
    """Return what time it is, UTC in ISO form, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _load_settled(region: Path, tries: int = 3) -> tuple[Knowledge, dict[str, bytes]]:
    """Load the files, again if somebody saved one meanwhile, so that the revision is that of what was read."""
    while True:
        before = revision(region)
        files = knowledge_files_of(region)
        knowledge = load(region)
        tries -= 1
        if knowledge.revision == before:
            return knowledge, files
        if not tries:
            raise VerifyError("unsettled", str(region))


def stored_form(knowledge: Knowledge) -> Knowledge:
    """Return the knowledge as it is read back, so that what is indexed is exactly what is served."""
    return Knowledge.model_validate_json(knowledge.model_dump_json())


def _stage(knowledge: Knowledge, region: str, staged: Path, tell: Progress) -> Built:
    tell("passages", 0, 1)
    forms = inflections(words_of(knowledge))
    lexicon = lexicon_of(knowledge, forms)
    found = passages(knowledge, lexicon)
    tell("passages", 1, 1)
    (staged / INFLECTIONS).write_text(json.dumps(forms, ensure_ascii=False), "utf-8")
    (staged / KNOWLEDGE).write_text(knowledge.model_dump_json(), "utf-8")
    shown = json.dumps([passage.as_json() for passage in found], ensure_ascii=False)
    (staged / PASSAGES).write_text(shown, "utf-8")
    (staged / WORDS).mkdir()
    searched = reviewed(found)
    index_passages(searched, staged / WORDS, lambda done: tell("index", done, len(searched)))
    counts = dict(sorted(Counter(passage.kind.value for passage in found).items()))
    tell("verify", 0, 1)
    verify(staged, knowledge, lexicon, found)
    tell("verify", 1, 1)
    files = {path.relative_to(staged).as_posix(): path.stat().st_size for path in _files(staged)}
    manifest = Manifest(FORMAT, made_by(), knowledge.revision, region, counts, clock_reading(), files)
    (staged / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), "utf-8")
    return Built(staged, region, knowledge.revision, counts)


def _files(folder: Path) -> list[Path]:
    # Whoosh leaves an empty lock file, which a reader may remove.
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.endswith("LOCK"))


def verify(staged: Path, knowledge: Knowledge, lexicon: Lexicon, found: Sequence[Passage]) -> None:
    """Open a staged index and try it: same knowledge, same passages, and one of each kind is found by its own words.

    Raises VerifyError.
    """
    try:
        served = open_index(staged, lexicon)
        try:
            if served.knowledge != knowledge:
                raise VerifyError("knowledge_differs", knowledge.revision)
            searched = reviewed(found)
            if list(served.passages.values()) != list(found) or len(served.searcher) != len(searched):
                raise VerifyError("counts_differ", f"{len(served.searcher)}, not {len(searched)}")
            for probe in {passage.kind: passage for passage in reversed(searched)}.values():
                first_line = probe.text.partition("\n")[0]
                hits = served.searcher.search(f"{probe.title} {first_line}", FIRST_HITS, [probe.kind])
                if probe.id not in {hit.id for hit in hits}:
                    raise VerifyError("probe_missed", probe.id)
        finally:
            served.close()
    except SearchError as exc:
        raise VerifyError("unreadable", str(exc)) from exc
