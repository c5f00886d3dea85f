"""What can go wrong with an index. Messages are for the log; the edges word them for people."""

from __future__ import annotations

from knowledge.messages import sentence


class IndexFault(Exception):
    """Base of all faults of the index. `code` names the fault; the message adds what was seen."""

    def __init__(self, code: str, seen: str = "") -> None:
        self.code = code
        super().__init__(f"{code}: {seen}" if seen else code)


class VerifyError(IndexFault):
    """A staged index is not what it should be. It was not published; the one before goes on serving."""


class SearchError(IndexFault):
    """An index cannot be opened, read or written."""


class BusyError(IndexFault):
    """Another process is building, and did not finish in time."""


class ImportFault(IndexFault):
    """A document cannot be read. `str()` is Swedish, for the one who gave it: the file, what is wrong, the cure."""

    def __init__(self, code: str, name: str, **values: object) -> None:
        super().__init__(code)
        self.name = name
        self.values = values

    def __str__(self) -> str:
        return sentence("importing", f"import.fault.{self.code}", file=self.name, **self.values)


class HistoryError(IndexFault):
    """There is nothing to go back to, or it cannot be had back. What serves goes on serving.

    Codes: `nothing_before`, `not_servable`, `no_files`, `no_revision`, `several_revisions`, `withdrawn`.
    """
