"""The introduction as a course: begun, left, resumed, finished, and what has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.answer import Answer, Block, Bullets, Choice, Paragraph
from bot.compose.common import Composer
from bot.onboarding.commands import Command
from bot.onboarding.items import bank
from bot.onboarding.parts import QUIZ, Part, parts
from bot.onboarding.quiz import AT, DONE, Lesson, ask_next, begin, go_on, mark, pending
from bot.onboarding.wording import reply
from bot.ports import Progress


def take(command: Command, composer: Composer, progress: Progress, left: Mapping[str, Any]) -> Lesson:
    """Return the lesson that a command asks for. `left` is the frame of the last lesson of the conversation."""
    match command.what:
        case "quiz":
            return go_on(composer, progress, left)
        case "next":
            return ask_next(command.code, composer, progress, left)
        case "answer":
            return mark(command.code, command.number, composer, progress, left)
    every = parts(composer)
    if not every:
        return Lesson(reply(composer, composer.say("onboarding.nothing"), ()), progress, {})
    match command.what:
        case "part":
            return _show(min(max(command.number, 1), len(every)) - 1, every, composer, progress)
        case "resume":
            return _resume(every, composer, progress)
        case "on":
            return _go_on(every, composer, progress, left)
    return _start(every, composer, progress)


def _start(every: tuple[Part, ...], composer: Composer, progress: Progress) -> Lesson:
    if progress.part == DONE:
        return _finished(every, composer, progress)
    if _number(progress.part, every):
        return _left(every, composer, progress)
    if composer.profile.workplace is None and composer.knowledge.workplaces:
        return Lesson(_who(every, composer), progress, {AT: ""})
    return _show(0, every, composer, progress)


def _resume(every: tuple[Part, ...], composer: Composer, progress: Progress) -> Lesson:
    number = _number(progress.part, every)
    return _show(number - 1, every, composer, progress) if number else _start(every, composer, progress)


def _go_on(every: tuple[Part, ...], composer: Composer, progress: Progress, left: Mapping[str, Any]) -> Lesson:
    """Return what follows on the part that was shown last."""
    if left.get(AT) == QUIZ:
        return begin(composer, progress)
    number = _number(str(left.get(AT) or ""), every)
    return _show(number, every, composer, progress) if number < len(every) else _finished(every, composer, progress)


def _number(part: str, every: tuple[Part, ...]) -> int:
    """Return the number of a part from 1, or 0 where there is no such part (any more)."""
    return next((number for number, each in enumerate(every, 1) if each.id == part), 0)


def _show(index: int, every: tuple[Part, ...], composer: Composer, progress: Progress) -> Lesson:
    part, say = every[index], composer.say
    heading = say("onboarding.part", number=index + 1, total=len(every), title=_title(part, composer))
    actions = []
    if part.id == QUIZ:
        actions.append(Choice(say("onboarding.button.quiz"), say("onboarding.ask.quiz")))
    elif index + 1 < len(every):
        label = say("onboarding.button.next", title=_title(every[index + 1], composer).lower())
        actions.append(Choice(label, say("onboarding.ask.part", number=index + 2)))
    if part.asks_profile:
        actions.append(Choice(say("onboarding.button.profile"), say("onboarding.ask.profile")))
    blocks: tuple[Block, ...] = (Paragraph(heading), *part.blocks)
    answer = reply(composer, part.lead, blocks, part.sources, part.agreement, actions, part.suggestions)
    return Lesson(answer, _read(part, index, every, progress), {AT: part.id})


def _read(part: Part, index: int, every: tuple[Part, ...], progress: Progress) -> Progress:
    """Return the progress with a part read: what it told then, and where to go on."""
    others = {key: digest for key, digest in progress.right.items() if not key.startswith(f"del/{part.id}/")}
    after = QUIZ if part.id == QUIZ else every[index + 1].id if index + 1 < len(every) else DONE
    finished = progress.part == DONE
    return replace(progress, part=DONE if finished else after, right={**others, part.key: part.digest})


def _title(part: Part, composer: Composer) -> str:
    return composer.say(f"onboarding.title.{part.id}")


def _who(every: tuple[Part, ...], composer: Composer) -> Answer:
    say = composer.say
    actions = (
        Choice(say("onboarding.button.profile"), say("onboarding.ask.profile")),
        Choice(say("onboarding.button.skip"), say("onboarding.ask.part", number=1)),
    )
    blocks = (
        Bullets(tuple(_title(part, composer) for part in every), heading=say("onboarding.contents")),
        Paragraph(say("onboarding.stays")),
    )
    return reply(composer, say("onboarding.who"), blocks, actions=actions).with_(form="profile")


def _left(every: tuple[Part, ...], composer: Composer, progress: Progress) -> Lesson:
    say, number = composer.say, _number(progress.part, every)
    lead = say("onboarding.left", number=number, total=len(every), title=_title(every[number - 1], composer))
    actions = (Choice(say("onboarding.ask.resume"), say("onboarding.ask.resume")), _again(composer))
    answer = reply(composer, lead, (Paragraph(say("onboarding.stays")),), actions=actions)
    # "Nästa" goes on with the part that is offered, which follows on the one before it.
    return Lesson(answer, progress, {AT: every[number - 2].id if number > 1 else ""})


def _again(composer: Composer) -> Choice:
    return Choice(composer.say("onboarding.button.again"), composer.say("onboarding.ask.part", number=1))


def _finished(every: tuple[Part, ...], composer: Composer, progress: Progress) -> Lesson:
    say = composer.say
    changed = [(n, part) for n, part in enumerate(every, 1) if progress.right.get(part.key) != part.digest]
    again = len(pending(bank(composer), progress))
    blocks: list[Block] = []
    if changed:
        lines = tuple(_title(part, composer) for _, part in changed)
        blocks.append(Bullets(lines, heading=say("onboarding.changed")))
    if again:
        blocks.append(Paragraph(say("onboarding.again", count=again)))
    actions = [
        Choice(
            say("onboarding.button.part", number=n, title=_title(part, composer).lower()),
            say("onboarding.ask.part", number=n),
        )
        for n, part in changed
        if part.id != QUIZ
    ]
    if again:
        actions.append(Choice(say("onboarding.button.quiz"), say("onboarding.ask.quiz")))
    lead = say("onboarding.done", changed=bool(changed), again=bool(again))
    answer = reply(composer, lead, (*blocks, Paragraph(say("onboarding.stays"))), actions=(*actions, _again(composer)))
    return Lesson(answer, replace(progress, part=DONE), {})
