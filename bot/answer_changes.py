"""Which answers become others when one knowledge takes another's place: the question cases, asked in both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.answer import Answer
from bot.evaluate import Case, judge
from bot.service import Serving, answer_turns

KINDS = ("kind", "responsible", "route", "lead", "text")
"""What of an answer may be another, the weightiest first."""


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """A case whose last reply is another than before; `what` is the weightiest of `KINDS` that differs."""

    case: Case
    what: str
    old: Answer
    new: Answer

    @property
    def question(self) -> str:
        """The turns of the case, as one line."""
        return " / ".join(self.case.turns)

    @property
    def worse(self) -> bool:
        """Whether the case was right before, and is not any more."""
        was, is_ = (judge(self.case, answer.as_json()).outcome for answer in (self.old, self.new))
        return was == "right" != is_

    def as_json(self) -> dict[str, Any]:
        """Return the change as plain data."""
        return {
            "id": self.case.id,
            "file": self.case.file,
            "question": self.question,
            "what": self.what,
            "old": _shown(self.old),
            "new": _shown(self.new),
        }


def changed_answers(
    cases: Sequence[Case],
    old: Serving,
    new: Serving,
    on: date | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[ChangedAnswer]:
    """Ask every case of both, for a day or else the case's own, and return those whose answers differ, by `KINDS`."""
    found: list[ChangedAnswer] = []
    for done, case in enumerate(cases, 1):
        day = on or case.on
        one, other = (answer_turns(side, list(case.turns), case.profile, day)[-1] for side in (old, new))
        what = next(_differing(one, other), None)
        if what is not None:
            found.append(ChangedAnswer(case, what, one, other))
        if progress:
            progress(done, len(cases))
    return sorted(found, key=lambda change: KINDS.index(change.what))


def _differing(old: Answer, new: Answer) -> Iterator[str]:
    if old.kind != new.kind:
        yield "kind"
    if old.responsible != new.responsible:
        yield "responsible"
    if (old.route, old.steps) != (new.route, new.steps):
        yield "route"
    if old.lead != new.lead:
        yield "lead"
    if old.text != new.text:
        yield "text"


def _shown(answer: Answer) -> dict[str, Any]:
    whole = answer.as_json()
    return {"lead": answer.lead, **{key: whole[key] for key in ("kind", "responsible", "route", "steps", "text")}}
