"""What is sent to an expert group, and to which: pure, so that what is shown before is what is sent after."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.gaps import is_personal, outside_words
from bot.markup import shown as unmarked
from bot.outreach import Enquiry
from bot.ports import Profile
from bot.sentences import Sentences, in_sentence
from bot.understanding import Mind
from bot.veil import HIDDEN
from bot.workdays import after
from indexer.swedish import Token, normalise
from knowledge.model import ExpertGroup, Knowledge
from knowledge.privacy import Masks, mask, masks_of

MAX_QUESTION = 600
"""Characters of a question that are sent."""
MAX_TOLD = 1000
"""Characters of Lotsen's own answer that are sent with it."""
MAX_ANSWER = 3000
"""Characters of an expert's answer."""
MAX_SHOWN = 12
"""Words that an asker may vouch for: each is a box to tick."""
MAX_OPEN = 10
"""Questions of one person that may wait for an answer at the same time."""
LATE_AFTER = 2
"""Working days after which the asker is told that nobody has answered."""
UNSEEN = frozenset({"Cc", "Cs"})
"""Control characters and halves of characters, by their category in Unicode."""
_WORDS = re.compile(r".*\S(?=\s)", re.DOTALL)
_BLANKS = re.compile(r"[^\S\n]+")


def group_for(
    concepts: Iterable[str], agreement: str | None, groups: Mapping[str, ExpertGroup], offered: Collection[str]
) -> ExpertGroup | None:
    """Return the group that a question goes to: the one with most of its subjects, else the general one.

    Only groups that are offered count. Of two that fit alike, the first in the file.
    """
    touched = {*concepts, *([agreement] if agreement else [])}
    open_ones = [group for group in groups.values() if group.id in offered]
    best = max(open_ones, key=lambda group: len(touched.intersection(group.subjects)), default=None)
    if best is not None and touched.intersection(best.subjects):
        return best
    return next((group for group in open_ones if group.general), None)


@dataclass(frozen=True, slots=True)
class Veiled:
    """A text as it may be sent (`sent`), and as its writer may go on with it (`text`).

    In `text` stand the words of `may_show`, which may be names and which the writer can vouch for; listed
    names stand in neither. `masked` says that there was personal data.
    """

    text: str
    sent: str
    may_show: tuple[str, ...]
    masked: bool


def compose_enquiry(
    text: str,
    told: Mapping[str, Any] | None,
    profile: Profile,
    shown: Sequence[str],
    offered: Collection[str],
    mind: Mind,
    say: Sentences,
) -> Enquiry | None:
    """Return what would be sent of a question; null where no group takes it.

    `told` is Lotsen's answer as its receipt has it, `shown` the words that the asker says are no names.
    """
    veiled = veil_names(text, shown, mind, say)
    agreement = told.get("agreement") if told else None
    group = group_for(mind.read(veiled.text).concepts, agreement, mind.knowledge.experts, offered)
    if group is None:
        return None
    return Enquiry(
        group=group.id,
        group_name=group.name,
        answer_time=group.answer_time or "",
        text=veiled.text,
        question=veiled.sent,
        told=clipped(str(told.get("text", "")), MAX_TOLD) if told else "",
        municipality=profile.municipality,
        workplace=profile.workplace,
        place=place_of(profile.municipality, profile.workplace, mind.knowledge, say),
        may_show=veiled.may_show,
        shown=tuple(word for word in veiled.may_show if word in shown),
        masked=veiled.masked,
    )


def veil_names(text: str, shown: Sequence[str], mind: Mind, say: Sentences) -> Veiled:
    """Return a text without personal data and without what may be names, apart from the words that are vouched for.

    At most 600 characters of it are kept. Line breaks stay, other blanks are one.
    """
    masks = masks_of(say, mind.knowledge.cues)
    # Cut after masking, so that no personal data is cut in two.
    whole, masked = mask(_tidy(unmarked(text[: 4 * MAX_QUESTION])), masks)
    kept = clipped(whole, MAX_QUESTION)
    named = [word for word in outside_words(kept, mind.lexicon, masks.words) if is_personal(word.word, mind.lexicon)]
    plain = _hidden(kept, named)
    doubtful = outside_words(plain, mind.lexicon, masks.words)
    may_show = tuple(dict.fromkeys(word.surface for word in doubtful))[:MAX_SHOWN]
    vouched = {*may_show}.intersection(shown)
    sent = _hidden(plain, [word for word in doubtful if word.surface not in vouched])
    return Veiled(plain, sent, may_show, masked)


def masked_answer(text: str, source: str, mind: Mind, say: Sentences) -> tuple[str, bool]:
    """Return an expert's answer, with its source on a line of its own, and whether personal data was masked in it."""
    masks = masks_of(say, mind.knowledge.cues)
    answer, in_answer = _unnamed(_tidy(text), mind, masks)
    named, in_source = _unnamed(" ".join(_tidy(source).split()), mind, masks)
    lines = [clipped(answer, MAX_ANSWER), *([say("experts.source", source=clipped(named, 300))] if named else [])]
    return "\n".join(lines), in_answer or in_source


def _unnamed(text: str, mind: Mind, masks: Masks) -> tuple[str, bool]:
    """Return a text without personal data and listed names of persons, and whether there were any."""
    whole, masked = mask(text, masks)
    named = [word for word in outside_words(whole, mind.lexicon, masks.words) if is_personal(word.word, mind.lexicon)]
    return _hidden(whole, named), masked or bool(named)


def place_of(municipality: str | None, workplace: str | None, knowledge: Knowledge, say: Sentences) -> str:
    """Return where somebody works, as it is told to an expert: "elevhälsa i Falun"; empty where it is not known."""
    place = knowledge.municipalities.get(municipality or "")
    work = knowledge.workplaces.get(workplace or "")
    return say("profile.who", workplace=in_sentence(work.name) if work else "", place=place.name if place else "")


def late_at(asked: datetime, knowledge: Knowledge) -> datetime:
    """Return when the asker is told that nobody has answered; `asked` is in local time."""
    return after(asked, LATE_AFTER, knowledge.region.country)


def clipped(text: str, limit: int) -> str:
    """Return a text of at most so many characters, cut between two words."""
    if len(text) <= limit:
        return text
    words = _WORDS.match(text[:limit])
    return f"{words[0] if words else text[: limit - 1]}…"


def _tidy(text: str) -> str:
    # What nobody can see, some stores refuse, and it is large on a card: it is sent as six characters.
    seen = "".join(sign for sign in text if sign.isspace() or unicodedata.category(sign) not in UNSEEN)
    lines = (_BLANKS.sub(" ", line).strip() for line in normalise(seen).splitlines())
    return "\n".join(line for line in lines if line)


def _hidden(text: str, words: Sequence[Token]) -> str:
    for word in sorted(words, key=lambda word: word.start, reverse=True):
        text = f"{text[: word.start]}{HIDDEN}{text[word.end :]}"
    return text
