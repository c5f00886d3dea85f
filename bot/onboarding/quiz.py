"""The quiz: one question at a time, each answer explained, and again only what was missed or has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.answer import Answer, Block, Choice, Paragraph
from bot.compose.common import Composer
from bot.onboarding.items import LETTERS, Item, bank
from bot.onboarding.parts import QUIZ, ROUND
from bot.onboarding.wording import reply
from bot.ports import Progress

AT = "at"
"""In a frame: the part that was shown last."""
DONE = "klar"
"""What `Progress.part` says of somebody who has come to the end."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A reply of the introduction, how far it leaves the person, and what "nästa" and "b" mean after it (JSON)."""

    answer: Answer
    progress: Progress
    frame: dict[str, Any]


def pending(items: Iterable[Item], progress: Progress) -> list[Item]:
    """Return the items to ask: missed ones first, then those whose facts have changed, then new ones."""
    open_ = [item for item in items if progress.right.get(item.id) != item.digest]
    return sorted(open_, key=lambda item: (item.id not in progress.missed, item.id not in progress.right))


def begin(composer: Composer, progress: Progress, note: str = "") -> Lesson:
    """Return the first question of a new round, or that there is nothing left to ask."""
    items = bank(composer)
    plan = _round(pending(items, progress))
    if plan:
        left = {"plan": [item.id for item in plan], "done": {}}
        return _ask(plan[0], left, composer, progress, note)
    if not items:
        lead = composer.say("onboarding.quiz.none", on=composer.on.isoformat())
        return Lesson(reply(composer, lead, ()), progress, {})
    lead = composer.say("onboarding.quiz.all_right", count=len(items))
    return Lesson(reply(composer, lead, (), actions=[_introduction(composer)]), progress, {})


def go_on(composer: Composer, progress: Progress, left: Mapping[str, Any]) -> Lesson:
    """Return the next question of the round that was left, or the first of a new one."""
    open_ = {item.id: item for item in bank(composer) if item.id not in left.get("done", {})}
    rest = [open_[str(id_)] for id_ in left.get("plan", ()) if str(id_) in open_]
    return _ask(rest[0], _kept(left), composer, progress) if rest else begin(composer, progress)


def ask_next(code: str, composer: Composer, progress: Progress, left: Mapping[str, Any]) -> Lesson:
    """Return the question after the one with a code: of the round where that is remembered, else of all."""
    items = bank(composer)
    after = _coded(code or str(left.get("after") or ""), items)
    if after is None:
        return begin(composer, progress)
    item = _following(after, items, progress, left)
    if item is not None:
        return _ask(item, left, composer, progress)
    lines = _summary(items, progress, left, composer)
    answer = reply(
        composer, lines[0], [Paragraph(line) for line in lines[1:]], actions=_onward(items, progress, composer)
    )
    return Lesson(answer, _ended(progress), {})


def mark(code: str, number: int, composer: Composer, progress: Progress, left: Mapping[str, Any]) -> Lesson:
    """Return whether an option was right, why, and where that leaves the person; counted once in a round."""
    items = bank(composer)
    item = _coded(code, items)
    if item is None:
        return begin(composer, progress, composer.say("onboarding.quiz.stale"))
    if number >= len(item.options):
        return _ask(item, left, composer, progress)
    done = {**left.get("done", {})}
    if item.id not in done:
        done[item.id] = number == item.right
        progress = _marked(item, progress, right=number == item.right)
    left = {**_kept(left), "done": done, "after": item.code}
    right = item.options[item.right]
    key = "onboarding.quiz.right" if number == item.right else "onboarding.quiz.wrong"
    lead = composer.say(key, letter=LETTERS[item.right], text=right.text)
    blocks: list[Block] = [Paragraph(why) for why in [item.options[number].why] if why and number != item.right]
    blocks += [Paragraph(line) for line in item.because]
    following = _following(item, items, progress, left)
    if following is None:
        blocks += [Paragraph(line) for line in _summary(items, progress, left, composer)]
        actions, left, progress = _onward(items, progress, composer), {AT: QUIZ}, _ended(progress)
    else:
        actions = [_next(item, composer)]
    return Lesson(reply(composer, lead, blocks, item.sources, item.agreement, actions), progress, dict(left))


# --- which question ---------------------------------------------------------------------------------


def _round(items: list[Item]) -> list[Item]:
    """Return the first items about different things: the answer to one does not give another away."""
    chosen: dict[str, Item] = {}
    for item in items:
        chosen.setdefault(item.subject, item)
    return [*chosen.values()][:ROUND]


def _coded(code: str, items: Iterable[Item]) -> Item | None:
    return next((item for item in items if item.code == code), None)


def _following(item: Item, items: tuple[Item, ...], progress: Progress, left: Mapping[str, Any]) -> Item | None:
    """Return the next item of the round, or of all that are open where the round is not remembered."""
    plan = [str(id_) for id_ in left.get("plan", ())]
    if item.id in plan:
        by_id = {each.id: each for each in items}
        rest = plan[plan.index(item.id) + 1 :]
        return next((by_id[id_] for id_ in rest if id_ in by_id and id_ not in left.get("done", {})), None)
    later = items[items.index(item) + 1 :]
    return next((each for each in later if progress.right.get(each.id) != each.digest), None)


def _ended(progress: Progress) -> Progress:
    """Return the progress after a round, which is the end of the introduction for who came that way."""
    return replace(progress, part=DONE) if progress.part == QUIZ else progress


def _marked(item: Item, progress: Progress, *, right: bool) -> Progress:
    kept = {id_: digest for id_, digest in progress.right.items() if id_ != item.id}
    missed = tuple(id_ for id_ in progress.missed if id_ != item.id)
    if right:
        return replace(progress, right={**kept, item.id: item.digest}, missed=missed)
    return replace(progress, right=kept, missed=(*missed, item.id))


# --- how it is said ---------------------------------------------------------------------------------


def _ask(item: Item, left: Mapping[str, Any], composer: Composer, progress: Progress, note: str = "") -> Lesson:
    say, plan = composer.say, left.get("plan", ())
    agreement = composer.knowledge.agreements[item.agreement].short
    if item.id in plan:
        place = say("onboarding.quiz.number", number=plan.index(item.id) + 1, total=len(plan), agreement=agreement)
    else:
        place = say("onboarding.quiz.unnumbered", agreement=agreement)
    lettered = [*zip(LETTERS, item.options, strict=False)]
    lines = tuple(say("onboarding.quiz.option", letter=letter, text=option.text) for letter, option in lettered)
    blocks: list[Block] = [*([Paragraph(note)] if note else []), Paragraph(place), *map(Paragraph, lines)]
    actions = [
        Choice(
            say("onboarding.button.answer", letter=letter), say("onboarding.ask.answer", letter=letter, code=item.code)
        )
        for letter, _ in lettered
    ]
    answer = reply(composer, item.question, (*blocks, Paragraph(say("onboarding.quiz.how_answer"))), actions=actions)
    texts = [option.text for option in item.options]
    return Lesson(answer, progress, {**_kept(left), "item": item.code, "options": texts, "after": item.code})


def _kept(left: Mapping[str, Any]) -> dict[str, Any]:
    return {key: left[key] for key in ("plan", "done") if key in left}


def _summary(
    items: tuple[Item, ...], progress: Progress, left: Mapping[str, Any], composer: Composer
) -> tuple[str, str]:
    done = left.get("done", {}) if left.get("plan") else {}
    open_ = pending(items, progress)
    missed = sum(item.id in progress.missed for item in open_)
    return (
        composer.say("onboarding.quiz.end", right=sum(map(bool, done.values())), total=len(done)),
        composer.say("onboarding.quiz.left", missed=missed, pending=len(open_), count=len(items)),
    )


def _onward(items: tuple[Item, ...], progress: Progress, composer: Composer) -> list[Choice]:
    again = Choice(composer.say("onboarding.button.round"), composer.say("onboarding.ask.quiz"))
    return [*([again] if pending(items, progress) else []), _introduction(composer)]


def _next(item: Item, composer: Composer) -> Choice:
    return Choice(composer.say("onboarding.button.next_item"), composer.say("onboarding.ask.next", code=item.code))


def _introduction(composer: Composer) -> Choice:
    return Choice(composer.say("onboarding.ask.start"), composer.say("onboarding.ask.start"))
