"""What makes a file a workbook of Lotsen's: names of properties, marks in hidden cells."""

from __future__ import annotations

from dataclasses import dataclass

FORM = "1"
"""Raised when what is written can no longer be read as before."""
REGION, REVISION, DAY, VERSION = "lotsen-region", "lotsen-revision", "lotsen-dag", "lotsen-form"
SHEET_MARK = "lotsen:"
"""Begins the hidden cell above the column of ids; what follows is the sheet's key, or `BASE` on the hidden sheet."""
BASE = "underlag"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a workbook was written of: the region's id, the revision of its files, and the day (YYYY-MM-DD)."""

    region: str
    revision: str
    day: str
    form: str = FORM

    @property
    def properties(self) -> dict[str, str]:
        """The stamp as names and values."""
        return {REGION: self.region, REVISION: self.revision, DAY: self.day, VERSION: self.form}

    @classmethod
    def of(cls, properties: dict[str, str]) -> Stamp | None:
        """Return the stamp that properties hold, null where one is missing."""
        try:
            return cls(properties[REGION], properties[REVISION], properties[DAY], properties[VERSION])
        except KeyError:
            return None
