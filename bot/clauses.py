"""The grammar of a message: which of its words ask and which tell, and whether it wants a yes or no."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from indexer.lexicon import Lexicon
from indexer.swedish import Token
from knowledge.model import Cue

CLEFT = 4
"""Words before a "som" within which the "det är" of a cleft stands."""
OPENING = 3
"""Words within which a question word makes a part of a sentence ask."""
TELLING = 5
"""Words from which a part beside the asking one is a story, not the subject put first."""
NAMING = frozenset({"agreement", "body", "actor", "unit", "municipality", "term", "task", "route", "aspect"})


@dataclass(frozen=True, slots=True)
class FirstWords:
    """Words that say something by standing first in a question (cues of role 'first').

    `turning` are the concepts that make it another question wherever in the message they stand.
    """

    asking: frozenset[str]
    yes_no: frozenset[str]
    follow_up: frozenset[str]
    refers_back: frozenset[str]
    claims: frozenset[str]
    first_person: frozenset[str]
    negations: frozenset[str]
    turning: frozenset[str]
    what: frozenset[str]
    ambiguous: frozenset[str]
    held_out: frozenset[str]
    subordinators: frozenset[str]
    conditions: frozenset[str]
    expletives: frozenset[str]
    persons: frozenset[str]
    particles: frozenset[str]
    was: frozenset[str]
    after: frozenset[str]
    auxiliaries: frozenset[str]
    some: frozenset[str]
    none: frozenset[str]
    according: frozenset[str]
    causes: frozenset[str]
    who: frozenset[str]
    separate: frozenset[str]
    under: frozenset[str]
    here: frozenset[str]
    working: frozenset[str]
    purposes: frozenset[str]
    infinitive: frozenset[str]
    stating: frozenset[str]
    telling: frozenset[str]


WORDS_OF = {
    "telling": ("uppmaning",),
    "asking": ("fragord",),
    "yes_no": ("ja-nej-verb",),
    "follow_up": ("foljdord",),
    "refers_back": ("syftar-tillbaka",),
    "claims": ("pastaende",),
    "first_person": ("forsta-person",),
    "negations": ("negation",),
    "what": ("vad-ord",),
    "ambiguous": ("mangtydiga-fragord",),
    "held_out": ("slutord",),
    "subordinators": ("bisatsord",),
    "conditions": ("villkorsord",),
    "expletives": ("formellt-subjekt",),
    "persons": ("forsta-person", "personord"),
    "particles": ("verbpartiklar",),
    "was": ("var-verb",),
    "after": ("efter-ord",),
    "auxiliaries": ("hjalpverb",),
    "some": ("nagon-ord",),
    "none": ("inga-ord",),
    "according": ("enligt-ord",),
    "causes": ("orsaksord",),
    "who": ("vem-ord",),
    "separate": ("egen-fraga",),
    "under": ("under-ord",),
    "here": ("har-ord",),
    "working": ("arbeta-ord",),
    "purposes": ("avsiktsord",),
    "infinitive": ("infinitivmarke",),
    "stating": ("hallna-for-sant",),
}
"""The cues that each field of `FirstWords` takes its words from."""


def first_words(cues: Mapping[str, Cue]) -> FirstWords:
    """Return the words of the grammar, as the knowledge has them; a cue that it lacks has none."""
    words = {
        field: frozenset(word for name in names if name in cues for word in cues[name].aliases)
        for field, names in WORDS_OF.items()
    }
    turning = (cue.id for cue in cues.values() if cue.role == "place" or cue.agreement or cue.no_matrix)
    return FirstWords(turning=frozenset(turning), **words)


@dataclass(frozen=True, slots=True)
class Parts:
    """Which tokens ask, which of these only lead up to it, which say who writes, and which stand in other sentences."""

    asking: frozenset[int]
    leading: frozenset[int]
    introducing: frozenset[int]
    story: frozenset[int]


def parts_of(tokens: Sequence[Token], first: FirstWords) -> Parts:
    """Return what the parts of a message are for; all of it asks where no part seems to.

    A message falls into sentences, and a sentence that asks into parts. What begins with a question word asks; what
    stands before it leads up to it: "tjejen på boendet vill sluta, vem håller i det?" What follows is talk.
    """
    asking: set[int] = set()
    leading: set[int] = set()
    introducing: set[int] = set()
    story: set[int] = set()
    asks = _asking_sentences(tokens, first)
    for sentence in sorted({token.sentence for token in tokens}):
        members = [index for index, token in enumerate(tokens) if token.sentence == sentence]
        if sentence not in asks:
            story.update(members)
            introducing.update(members if _introduces(tokens, members, first) else ())
            continue
        parts = _cut(tokens, members, first)
        opens = [_opens_with_question_word(tokens, part, first) for part in parts]
        for number, (part, opened) in enumerate(zip(parts, opens, strict=True)):
            tells = not opened and any(opens)
            if tells and _introduces(tokens, part, first):
                introducing.update(part)
            elif tells and len(part) >= TELLING and any(opens[:number]) and _says(tokens, part, first):
                continue
            else:
                asking.update(part)
                if tells and len(part) >= TELLING:
                    leading.update(part)
    return Parts(frozenset(asking), frozenset(leading), frozenset(introducing), frozenset(story))


def _cut(tokens: Sequence[Token], members: list[int], first: FirstWords) -> list[list[int]]:
    """Return the parts of a sentence, cut at punctuation and before a word that can only be a question word."""
    sure = first.asking - first.ambiguous - first.subordinators
    parts: list[list[int]] = []
    for index in members:
        token = tokens[index]
        new = not parts or token.clause != tokens[parts[-1][-1]].clause
        if new or (token.word in sure and not sure.intersection(tokens[i].word for i in parts[-1][-OPENING:])):
            parts.append([])
        parts[-1].append(index)
    return parts


def _says(tokens: Sequence[Token], part: list[int], first: FirstWords) -> bool:
    """Return whether a part has somebody who does something: "hon har ingen telefon", not "råd och stöd vid demens"."""
    words = {tokens[index].word for index in part}
    return bool(words & first.yes_no) and bool(words & (first.persons | first.refers_back))


def _introduces(tokens: Sequence[Token], part: list[int], first: FirstWords) -> bool:
    """Return whether a part only says who writes: "frivården här", "jag jobbar på ekonomiskt bistånd"."""
    words = [tokens[index].word for index in part]
    return words[-1] in first.here or (bool(first.working & set(words)) and bool(first.first_person & set(words)))


def _opens_with_question_word(tokens: Sequence[Token], part: list[int], first: FirstWords) -> bool:
    """Return whether a part begins by asking: "och vem …", "i vilken kommun …", "…, gäller inte …?"."""
    begins = tokens[part[0]]
    marked = begins.asks and begins.word in first.auxiliaries and len(part) >= OPENING
    return marked or any(tokens[index].word in first.asking - first.ambiguous for index in part[:OPENING])


def _asking_sentences(tokens: Iterable[Token], first: FirstWords) -> frozenset[int]:
    """Return the sentences that ask; all of them where none seems to.

    Where one has a question mark, a sentence that only begins with a verb tells: "har en farbror på sal 4. Vem …?"
    """
    by_sentence: dict[int, list[Token]] = {}
    for token in tokens:
        by_sentence.setdefault(token.sentence, []).append(token)
    marked = any(token.asks for members in by_sentence.values() for token in members)
    sure = first.asking - first.ambiguous if marked else first.asking
    asking = {
        sentence
        for sentence, members in by_sentence.items()
        if any(token.asks for token in members)
        or members[0].word in sure
        or (not marked and members[0].word in first.yes_no and len(members) > 2)
    }
    if not asking:
        asking = {
            sentence
            for sentence, members in by_sentence.items()
            if any(token.word in first.asking for token in members)
        }
    return frozenset(asking or by_sentence)


def is_yes_no(tokens: Sequence[Token], first: FirstWords, lexicon: Lexicon) -> bool:
    """Return whether the question wants a yes or no.

    Either a verb opens a clause and no question word follows at once, or a statement is held out
    for confirmation: "det är väl soc?", "de beslutar, eller hur?", "regionen betalar, eller?".
    """
    asked = bool(tokens) and tokens[-1].asks
    words = [token.word for token in tokens]
    text = f" {' '.join(words)} "
    held_out = any(f" {claim} " in text for claim in first.claims)
    for claim in first.claims:  # "…, eller hur?" asks of all that stands before it
        if text.endswith(f" {claim} ") and len(claim.split()) < len(words):
            tokens = tokens[: len(tokens) - len(claim.split())]
            asked = True
            break
    clauses: dict[int, list[str]] = {}
    for token in tokens:
        clauses.setdefault(token.clause, []).append(token.word)
    verdict = False
    for clause in filter(None, clauses.values()):
        while len(clause) > 1 and clause[0] in first.follow_up:
            clause = clause[1:]
        if clause[0] in first.asking - first.ambiguous:
            return False
        if clause[0] in first.stating or (asked and clause[0] in first.some):  # "visst är det …", "någon tidsgräns?"
            verdict = True
            continue
        if clause[0] in first.ambiguous and clause[0] in first.was and _tells_what(clause[1:2], lexicon, first):
            verdict = True  # "var RÖK HVB i kraft?" asks whether, "var finns RÖK HVB?" where
            continue
        told_to = clause[0] in first.telling and not asked  # "skriv ett mejl" wants it done, not a yes
        misspelt = clause[0] not in first.asking and lexicon.near(clause[0], first.yes_no)  # "va" is "vad", not "var"
        opens = (clause[0] in first.yes_no or misspelt) and not told_to
        opens = opens and not any(word in first.asking - first.ambiguous for word in clause[1:3])
        # "borlänge lök missbruk finns den": the verb and its "den" come last.
        while len(clause) > 2 and clause[-1].isdecimal():
            clause = clause[:-1]  # "… fanns den 2022"
        closes = len(clause) > 2 and clause[-2] in first.yes_no and clause[-1] in first.refers_back
        closes = closes and not first.asking.intersection(clause)
        verdict = (
            verdict
            or closes
            or _subject_first(clause, lexicon, first)
            or (opens and (len(clause) > 1 or len(clauses) == 1))
        )
    ends = words[-1] if words else ""
    return verdict or (held_out and asked) or (ends in first.held_out and (asked or ends in first.follow_up))


def _subject_first(clause: list[str], lexicon: Lexicon, first: FirstWords) -> bool:
    """Return whether a clause asks with its subject put first: "SIP måste personen samtycka", "röken är den igång"."""
    if any(word in first.asking for word in clause) or clause[0] in first.subordinators | first.persons:
        return False
    followed = first.persons | first.refers_back
    for at, (word, after) in enumerate(pairwise(clause[1:]), 1):
        if word in first.auxiliaries and after in followed:
            return any(_tells_what([each], lexicon, first) for each in clause[:at] if each not in first.refers_back)
    return False


def _tells_what(words: list[str], lexicon: Lexicon, first: FirstWords) -> bool:
    """Return whether a word names a thing or points back, so that the "var" before it is a verb."""
    roles = {lexicon.entries[concept].role for word in words for concept in lexicon.lookup(word)[0]}
    return bool(roles & NAMING) or bool(first.refers_back.intersection(words))


def asides(tokens: Sequence[Token], first: FirstWords) -> frozenset[int]:
    """Return which tokens stand in a subordinate clause, or name what something is said to follow from.

    "Hur gör man med planen *när patienten skrivs ut*?" A clause ends at punctuation or where a question word begins.
    """
    found: set[int] = set()
    begun: int | None = None
    for index, token in enumerate(tokens):
        ended = begun is not None and (
            token.clause != tokens[begun].clause or (token.word in first.asking - first.ambiguous and index > begun)
        )
        if ended:
            begun = None
        if begun is None and _subordinates(tokens, index, first):
            begun = index
        if begun is not None:
            found.add(index)
    return frozenset(found)


def cited(tokens: Sequence[Token], first: FirstWords) -> frozenset[int]:
    """Return which tokens name what a rule stands in: those that follow "enligt" in its clause."""
    found: set[int] = set()
    for index, token in enumerate(tokens[1:], 1):
        follows = tokens[index - 1].word in first.according or index - 1 in found
        if follows and token.clause == tokens[index - 1].clause and token.word not in first.asking - first.ambiguous:
            found.add(index)
    return frozenset(found)


def _subordinates(tokens: Sequence[Token], index: int, first: FirstWords) -> bool:
    """Return whether a word begins a subordinate clause; "vilka som …", "frågor om …" and "när är …?" do not."""
    word = tokens[index].word
    before = [token.word for token in tokens[max(0, index - 2) : index] if token.clause == tokens[index].clause]
    following = tokens[index + 1].word if index + 1 < len(tokens) else ""
    if word in first.infinitive and before[-1:] and before[-1] in first.purposes:
        return True  # "för att kalla till SIP"
    if word in first.conditions:
        return not before or following in first.persons
    if word not in first.subordinators or first.asking.intersection(before) or _cleft(tokens, index, first):
        return False
    return word not in first.asking or (bool(before) and following not in first.yes_no)


def _cleft(tokens: Sequence[Token], index: int, first: FirstWords) -> bool:
    """Return whether a "som" only lifts somebody forward: "är det somatiken som ska …?"."""
    words = [token.word for token in tokens[max(0, index - CLEFT) : index] if token.clause == tokens[index].clause]
    return any(word in first.expletives for word in words)


def is_claim(tokens: Sequence[Token], first: FirstWords) -> bool:
    """Return whether the message states something that is held out for a yes or no: "… hade ju ingen, eller hur?"."""
    text = f" {' '.join(token.word for token in tokens)} "
    return any(f" {claim} " in text for claim in first.claims | first.stating)


def denies(tokens: Sequence[Token], first: FirstWords) -> bool:
    """Return whether a statement has a negation in it."""
    return any(token.word in first.negations for token in tokens)


def is_negated(tokens: Sequence[Token], first: FirstWords) -> bool:
    """Return whether what is asked is negated: "vilka är inte utpekade?", not "hon andas inte, vem …?"."""
    asking = {token.clause for token in tokens if token.word in first.asking}
    return any(token.word in first.negations and token.clause in asking for token in tokens)
