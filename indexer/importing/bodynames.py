"""Names of bodies and functions in a text: those that the knowledge has, and what sounds like one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from indexer.importing.drafts import Doubt
from indexer.importing.matching import Match, bodies_of, keys, match, mentions
from indexer.importing.wording import words
from indexer.swedish import Token, fold, stem, tokenize
from knowledge.model import Knowledge

_PARTED = re.compile(r"\s*[:(;\n]\s*|\s+[–—-]+\s+|,\s+")
_LONGEST_NAME = 9
_SLIPS = 3
_AFTER_NAME = 3


@dataclass(frozen=True, slots=True)
class Named:
    """A body or function, as the text writes it, from `start` to before `end`; `body` its id, where it has one.

    `parts` are the bodies that several at once consist of ("nätverket och rådet").
    """

    text: str
    start: int
    end: int
    body: str | None = None
    court: bool = False
    doubts: tuple[Doubt, ...] = ()
    parts: tuple[Named, ...] = ()

    @property
    def each(self) -> tuple[Named, ...]:
        """The bodies one by one."""
        return self.parts or (self,)


class Bodies:
    """What knows a body when it sees one. The texts that it is given must be normalised."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._candidates = bodies_of(knowledge)
        self._names = {body.id: body.name for body in knowledge.bodies.values()}

    def whole(self, text: str) -> tuple[Named, str] | None:
        """Return the body that a line consists of, and what the line says besides; null for another line."""
        name, rest = _split(text)
        tokens = tokenize(name)
        if not tokens or len(tokens) > _LONGEST_NAME or any(token.word in _set("route-verb") for token in tokens):
            return None
        found = self._match(name)
        if found.id is None and not found.rivals and not _is_title_of_body(tokens):
            return None
        if rest and self._all_bodies(rest):
            return Named(text, 0, len(text), doubts=(Doubt("step-several", {"text": text}),)), ""
        return replace(self._named(name, 0, found), end=len(name)), rest

    def within(self, text: str) -> tuple[Named, ...]:
        """Return the bodies that a text names, in its order; those joined by "och" as one."""
        known = [
            self._named(text[one.start : one.end], one.start, Match(one.id, one.sure, one.name))
            for one in mentions(text, self._candidates)
            if not self._is_function(text[one.start : one.end], one.id)
        ]
        tokens = tokenize(text)
        taken = [(one.start, one.end) for one in known]
        roles = [
            _phrase(text, tokens, at)
            for at, token in enumerate(tokens)
            if role(token.word)
            and not any(start <= token.start < end for start, end in taken)
            and not _owns_next(text, tokens, at)
        ]
        aside = _aside(text)
        found = [one for one in (*known, *roles) if not any(start <= one.start < end for start, end in aside)]
        return tuple(_joined(text, sorted(found, key=lambda one: one.start)))

    def _match(self, name: str) -> Match:
        found = match(name, self._candidates)
        return Match() if found.id is not None and self._is_function(name, found.id) else found

    def _is_function(self, text: str, body: str) -> bool:
        """Return whether a text names one who could sit in a body that goes by the same word, not the body."""
        singular = tuple(ending for word in words("route-function") for ending in (word, f"{word}en"))
        last = tokenize(text)[-1].word
        return last.endswith(singular) and not any(_ends(t.word, "route-function") for t in tokenize(self._names[body]))

    def _all_bodies(self, text: str) -> bool:
        name, rest = _split(text)
        tokens = tokenize(name)
        known = self._match(name).certain or (_is_title_of_body(tokens) and len(tokens) <= _AFTER_NAME)
        return known and (not rest or self._all_bodies(rest))

    def _named(self, text: str, start: int, found: Match) -> Named:
        court = any(_ends(token.word, "route-court") for token in tokenize(text))
        doubts = tuple(self._doubts(text, found))
        return Named(text, start, start + len(text), found.id, court, doubts)

    def _doubts(self, text: str, found: Match) -> Iterator[Doubt]:
        if found.rivals:
            names = ", ".join(self._names[one] for one in found.rivals)
            yield Doubt("step-rivals", {"text": text, "names": names})
        elif found.id is None:
            if any(_ends(token.word, "route-body") for token in tokenize(text)):
                yield Doubt("step-unknown-body", {"text": text})
        elif misspelt(text, self._names[found.id]):
            yield Doubt("step-spelling", {"text": text, "name": self._names[found.id]})
        elif not found.certain or set(keys(text)) < set(keys(self._names[found.id])):
            yield Doubt("step-likely", {"text": text, "name": self._names[found.id]})


def role(word: str) -> bool:
    """Return whether a word is what somebody who takes decisions is called: a chief, a council, a court."""
    return _ends(word, "route-function") or _ends(word, "route-body")


def misspelt(text: str, name: str) -> bool:
    """Return whether a text is a name with a few wrong letters, and no inflection of it."""
    written, right = (fold(re.sub(r"\W", "", one.casefold())) for one in (text, name))
    if len(right) < _LONGEST_NAME or keys(text) == keys(name) or stem(written) == stem(right):
        return False
    near = int(OSA.distance(written, right, score_cutoff=_SLIPS))
    return 0 < near <= _SLIPS and not right.startswith(written) and not written.startswith(right)


# --- within --------------------------------------------------------------------------------------


def _split(text: str) -> tuple[str, str]:
    """Part a name from what follows it: after a colon, a dash, a comma or in brackets."""
    text = text.strip()
    parted = _PARTED.search(text)
    if parted is None:
        return text.rstrip("."), ""
    rest = text[parted.end() :].strip()
    return text[: parted.start()].strip(), rest.removesuffix(")") if "(" in parted[0] else rest


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(words(name))


@cache
def _ends(word: str, name: str) -> bool:
    """Return whether a word, or the last part of a compound, is one of a list."""
    plain = fold(stem(word))
    if any(plain.endswith(fold(stem(other))) for other in words("route-no-body")):
        return False
    return any(plain.endswith(fold(stem(tail))) for tail in words(name))


def _is_title_of_body(tokens: list[Token]) -> bool:
    """Return whether words are a name: a role, with nothing but what describes it in front."""
    at = next((at for at, token in enumerate(tokens) if role(token.word)), None)
    return at is not None and at <= _AFTER_NAME and not any(t.word in _set("route-preposition") for t in tokens[:at])


def _phrase(text: str, tokens: list[Token], at: int) -> Named:
    first = at
    while (
        first > 0
        and _describes(tokens[first - 1].word)
        and not (first > 1 and tokens[first - 1].word in _set("route-joint") and role(tokens[first - 2].word))
        and not text[tokens[first - 1].end : tokens[first].start].strip()
    ):
        first -= 1
    end = _complement(text, tokens, at)
    name = text[tokens[first].start : end]
    unknown = _ends(tokens[at].word, "route-body")
    doubts = (Doubt("step-unknown-body", {"text": name}),) if unknown else ()
    return Named(name, tokens[first].start, end, None, _ends(tokens[at].word, "route-court"), doubts)


def _owns_next(text: str, tokens: list[Token], at: int) -> bool:
    """Return whether a role only says whose the next one is: the board's chair."""
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None or not tokens[at].word.endswith("s") or not role(following.word):
        return False
    return not text[tokens[at].end : following.start].strip()


def _describes(word: str) -> bool:
    return word in _set("route-modifier") or (len(word) > 5 and word.endswith(words("route-genitive")))


def _complement(text: str, tokens: list[Token], at: int) -> int:
    """Return where a name ends that goes on with "för …" or "på lokal nivå"."""
    following = tokens[at + 1 : at + 5]
    if len(following) < 2 or following[0].word not in _set("route-complement"):
        return tokens[at].end
    stops = _set("route-complement-not") | _set("route-verb") | _set("route-preposition") | _set("route-outside")
    end, kept = tokens[at].end, []
    for before, token in pairwise(following):
        if token.word in stops or token.clause != tokens[at].clause or text[before.end : token.start].strip():
            break
        kept.append(token)
    while kept and kept[-1].word in _set("route-joint"):
        kept.pop()
    if kept and (following[0].word != words("route-complement")[1] or role_level(kept[-1].word)):
        end = kept[-1].end
    return end


def role_level(word: str) -> bool:
    """Return whether a word is "nivå" or ends so."""
    return word.endswith(words("route-level-rest")[0])


def _aside(text: str) -> list[tuple[int, int]]:
    """Return the stretches that name who is not meant: after "utan", "enligt"."""
    outside = "|".join(sorted(map(re.escape, words("route-outside")), key=len, reverse=True))
    return [match.span() for match in re.finditer(rf"(?i)\b(?:{outside})\b[^,.;:]*", text)]


def _joined(text: str, found: list[Named]) -> Iterator[Named]:
    """Yield the names, those with only a joining word between them as one, which is no body of its own."""
    joint = re.compile(rf"(?i)\s*(?:/|\b(?:{'|'.join(words('route-joint'))})\b)\s*")
    pending: Named | None = None
    for one in found:
        if pending is not None and joint.fullmatch(text[pending.end : one.start]):
            whole = text[pending.start : one.end]
            parts = (*pending.each, one)
            doubt = (Doubt("step-several", {"text": whole}),) if any(part.body for part in parts) else ()
            pending = Named(whole, pending.start, one.end, None, False, doubt, parts)
            continue
        if pending is not None:
            yield pending
        pending = one
    if pending is not None:
        yield pending
