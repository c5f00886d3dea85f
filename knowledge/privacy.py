"""Personal data in questions and documents: found, masked before anything is logged or stored.

Identity numbers are told from diary, organisation and section numbers by their date, and where
nothing else shows it by their control digit (the Luhn sum of the last ten digits); coordination
numbers have 60 added to the day, and reserve numbers letters among the last four. The words that
stand beside such numbers are cues of the knowledge.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from knowledge.model import Cue

_UNLIKE = re.compile(r"[^\x00-\u007f\u00a1-\u024f]")
_PLAIN = {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"), "\uff0b": "+", "\uff20": "@"}

_START = r"(?<!\d)(?<!\d[-+])"
_IDENTITY = re.compile(
    rf"{_START}(?:(?P<century>18|19|20)[ ./-]?)?"
    r"(?P<year>\d\d)(?P<a>[ ./-]?)(?P<month>\d\d)(?P<b>[ ./-]?)(?P<day>\d\d)"
    r"(?P<sign>\s?[-+]\s?|[ .:/]?)"
    r"(?P<last>\d\d ?\d\d|(?=\d*[A-Za-z])(?=[A-Za-z]*\d)[A-Za-z0-9]{4})"
    r"(?!\w*-?\d|[^\W\d_])"
)
_RESERVE = re.compile(rf"{_START}(?<!\w)99(?:18|19|20)\d{{6}}-?\d\d(?!\w*-?\d|[^\W\d_])")
# An area code with its sign begins another number.
_GROUPS = r"(?:(?! 0[1-9]\d{0,2}[-/][1-9])(?: - |[ ().-]{0,2})\d)"
_PHONE = re.compile(
    rf"{_START}(?<!§)(?<!\d[:.])(?:(?:\+|00)\d{{1,3}} ?(?:\(0\) ?)?|0)\d{{0,3}}(?: ?/ ?)?\d?"
    rf"{_GROUPS}{{3,9}}(?![\w§]|[-.]\d)"
)
_LOCAL = re.compile(r"(?<![\w.,:§/-])[1-9](?:(?: - |[ ()-]{0,2})\d){6,14}(?![\w§]|[-:/.,]\d)")
_MAIL = re.compile(
    r"[^\s@<>()\[\],;:\"]{1,64}(?:@|\s?[(\[]at[)\]]\s?)"
    r"[\w-]{1,63}(?:\.[\w-]{1,63})*\.[^\W\d_][\w-]{1,62}"
)
_NO_PHONE = re.compile(
    r"(?:19|20)\d\d[-/. ]{0,3}\d\d[-/. ]?\d\d"  # days, and spans of years
    r"|\d{1,2}[-/. ]{1,2}\d{1,2}[-/. ]{1,2}(?:19|20)\d\d"
    r"|[1-9]\d{0,2}(?: \d{3}){2,}"  # thousands
    r"|(?:[01]\d|2[0-4])[.]?[0-5]\d ?- ?(?:[01]\d|2[0-4])[.]?[0-5]\d"  # from one time of the day to another
    r"|(?:19|20)\d\d ?[/:-] ?\d{1,6}(?:-\d{1,3})?"  # numbers of cases
    r"|\d{1,2}(?:[.]\d{1,2}){3,}"  # versions and numbered headings
)

COORDINATION = 60
"""Added to the day in a coordination number."""
MIN_DIGITS, MAX_DIGITS = 7, 17
"""Digits of a phone number."""
MAX_LOCAL_DIGITS = 9
"""Digits of a phone number that begins with neither 0 nor +."""
RECENT = 2010
"""From this year on a day followed by what may be a time is rather that than a mistyped number."""
LABEL_REACH = 6
"""How many words from personal data a word that announces it may stand."""


@dataclass(frozen=True, slots=True)
class Masks:
    """The words that stand in place of what was masked, and the words that tell what a number is.

    `identity_labels`, `labels` and `verbs` announce personal data, `between` may stand between them
    and it; `registers` stand before numbers of cases and companies, `quantities` after amounts.
    """

    identity: str
    phone: str
    mail: str
    identity_labels: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    registers: frozenset[str] = frozenset()
    quantities: frozenset[str] = frozenset()

    @property
    def words(self) -> tuple[str, str, str]:
        """What stands in place of masked data."""
        return self.identity, self.phone, self.mail


def masks_of(say: Callable[[str], str], cues: Mapping[str, Cue]) -> Masks:
    """Return the masks and the words around them that the knowledge has; `say` gives a sentence by its key."""

    def words(name: str) -> frozenset[str]:
        # A region adds its own words in cues that are parts of the general one.
        return frozenset(word for cue in cues.values() if name in (cue.id, cue.del_av) for word in cue.aliases)

    return Masks(
        say("privacy.mask_id"),
        say("privacy.mask_phone"),
        say("privacy.mask_mail"),
        identity_labels=words("etikett-id"),
        labels=words("etikett-nummer"),
        verbs=words("etikett-verb"),
        between=words("etikett-smaord"),
        registers=words("register-ord"),
        quantities=words("mangd-ord"),
    )


def mask(text: str, masks: Masks) -> tuple[str, bool]:
    """Return the text without personal data, and whether there was any."""
    masked = text
    while True:
        before = masked
        for pattern, replacement in (
            (_MAIL, lambda _match: masks.mail),
            (_RESERVE, lambda _match: masks.identity),
            (_IDENTITY, lambda match: masks.identity if _is_identity(match, masks) else None),
            (_PHONE, lambda match: masks.phone if _is_phone(match, masks, MAX_DIGITS) else None),
            (_LOCAL, lambda match: masks.phone if _is_phone(match, masks, MAX_LOCAL_DIGITS) else None),
        ):
            masked = _replace(masked, pattern, replacement)
        # What stood beside a number may be one of its own once that is gone.
        if masked == before:
            return masked, masked != text


def without_masks(text: str, masks: Masks, near: Callable[[str, frozenset[str]], bool]) -> str:
    """Return a masked text without the masks and the words that announced what they hide.

    "pat [personnummer] tel [telefonnummer], vem …" asks no more than "vem …". `near` tells
    whether a word is one of some words or a misspelling of it.
    """
    found = re.compile("|".join(re.escape(word) for word in masks.words if word) or r"(?!)")
    pieces = found.split(text)
    for at in range(len(pieces) - 1):
        pieces[at] = _without_end(pieces[at], masks, near)
        pieces[at + 1] = _without_beginning(pieces[at + 1], masks, near)
    return " ".join(pieces)


def luhn(digits: str) -> bool:
    """Return whether the control digit of ten digits is right."""
    total = 0
    for index, char in enumerate(digits):
        value = int(char) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _replace(text: str, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str | None]) -> str:
    """Replace what is found in the plainly written text, where there is something to replace it with."""
    pieces: list[str] = []
    end = 0
    for match in pattern.finditer(_plain(text)):
        if (new := replacement(match)) is not None:
            pieces += [text[end : match.start()], new]
            end = match.end()
    return "".join([*pieces, text[end:]])


def _plain(text: str) -> str:
    """Return the text with the digits, dashes and spaces of ASCII, every character in its place."""
    return _UNLIKE.sub(lambda match: _plain_character(match.group()), text)


def _plain_character(character: str) -> str:
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    return " " if character.isspace() else _PLAIN.get(character, character)


def _is_identity(match: re.Match[str], masks: Masks) -> bool:
    """Return whether what looks like an identity number is one.

    People mistype and make numbers up: a date and four digits with a sign or a century are enough
    where nothing else is likely. Else the control digit decides.
    """
    if not _is_day(match["century"] or "", match["year"], match["month"], match["day"]):
        return False
    text, last = match.string, match["last"].replace(" ", "")
    if not last.isdecimal():
        return _is_reserve(match) and not _filed(text, match.start(), masks)
    if luhn(match["year"] + match["month"] + match["day"] + last):
        return True
    if _announced(text, match.start(), masks):
        return True
    stuck = match.start() > 0 and text[match.start() - 1].isalpha()
    return not stuck and _is_written_so(match) and not _filed(text, match.start(), masks)


def _is_day(century: str, year: str, month: str, day: str) -> bool:
    number = int(day) - (COORDINATION if int(day) > COORDINATION else 0)
    for whole in (f"{century}{year}",) if century else (f"19{year}", f"20{year}"):
        try:
            date(int(whole), int(month), number)
        except ValueError:
            continue
        return True
    return False


def _is_reserve(match: re.Match[str]) -> bool:
    """Return whether letters among the last four are those of a reserve number, not a word beside a day."""
    signed = match["sign"].strip() in ("-", "+") or not match["sign"]
    return signed or (match["sign"] == " " and match["last"].isupper() and len(match["century"] or "") > 0)


def _is_written_so(match: re.Match[str]) -> bool:
    """Return whether digits are grouped as identity numbers are, and as hardly anything else is."""
    signed = match["sign"].strip() in ("-", "+")
    if match["century"] is None:
        return signed
    if match["a"] == match["b"] == "-" and (not signed or match["last"].startswith(("19", "20"))):
        return False  # a day, and then a number or a year of its own
    time = int(match["last"][:2]) < 24 and int(match["last"].replace(" ", "")[2:]) < 60
    apart = " " in match["sign"] and int(match["century"] + match["year"]) >= RECENT
    return not (apart and time)


def _is_phone(match: re.Match[str], masks: Masks, most: int) -> bool:
    number, text = match.group(), match.string
    digits = sum(map(str.isdigit, number))
    if not MIN_DIGITS <= digits <= most or _NO_PHONE.fullmatch(number):
        return False
    return not _counts(text, match.end(), masks) and not _filed(text, match.start(), masks)


def _filed(text: str, start: int, masks: Masks) -> bool:
    """Return whether a number stands after words for diary, statute or organisation numbers."""
    return bool(_ending(masks.registers, r"\W{0,3}[\w/: -]{0,6}").search(text[max(0, start - 32) : start]))


def _announced(text: str, start: int, masks: Masks) -> bool:
    """Return whether a number stands after words for identity numbers."""
    return bool(_ending(masks.identity_labels, r"[\s:.=]{0,3}").search(text[max(0, start - 24) : start]))


def _counts(text: str, end: int, masks: Masks) -> bool:
    """Return whether a number is followed by what it counts."""
    return bool(_beginning(masks.quantities).match(text, end))


@lru_cache(maxsize=16)
def _ending(words: frozenset[str], then: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W\d_])(?:{_any(words)}){then}$", re.I)


@lru_cache(maxsize=16)
def _beginning(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"\s?(?:{_any(words)})\b", re.I)


def _any(words: frozenset[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words)) or "(?!)"


_PIECE = re.compile(r"[^\W_]+(?:[-.'][^\W_]+)*|[?!;\n]")


def _without_end(text: str, masks: Masks, near: Callable[[str, frozenset[str]], bool]) -> str:
    """Return a text without the words at its end that announce what stood after it."""
    pieces = list(_PIECE.finditer(text))[-LABEL_REACH:]
    cut = _reached(pieces[::-1], masks.identity_labels | masks.labels | masks.verbs, masks, near)
    return text if cut is None else text[: cut.start()]


def _without_beginning(text: str, masks: Masks, near: Callable[[str, frozenset[str]], bool]) -> str:
    """Return a text without the words at its beginning that say what stood before it: "… (mobil)"."""
    if text.lstrip().startswith((",", ".", ";", ":")):
        return text
    pieces = [piece for piece, _ in zip(_PIECE.finditer(text), range(LABEL_REACH), strict=False)]
    cut = _reached(pieces, masks.identity_labels | masks.labels, masks, near)
    return text if cut is None else text[cut.end() :]


def _reached(
    pieces: list[re.Match[str]],
    labels: frozenset[str],
    masks: Masks,
    near: Callable[[str, frozenset[str]], bool],
) -> re.Match[str] | None:
    """Return the label that is farthest away with nothing but labels and small words before it."""
    found = None
    for piece in pieces:
        word = piece.group().lower()
        if near(word, labels):
            found = piece
        elif word not in masks.between:
            break
    return found
