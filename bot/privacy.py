"""Personal data in questions: found, masked before anything is logged or stored.

Identity numbers are told from diary, organisation and section numbers by their date and control
digit (the Luhn sum of the last ten digits); coordination numbers have 60 added to the day, and
reserve numbers begin with a letter in place of a digit of the birth number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_IDENTITY = re.compile(r"(?<![\w-])((?:18|19|20)?\d{6})\s?([-+\u2010-\u2014]?)\s?([A-Za-z]?\d{3,4}|\d{4})(?![\w-]*\d)")
_PHONE = re.compile(r"(?<![\w.,:§/-])(?:\+|00)?\d(?:[ \u00a0()/-]{0,2}\d){6,14}(?![\w§]|[-:/]\d)")
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}")
_DIARY = re.compile(
    r"(?:dnr|diarienr|diarienummer|sfs|prop|sou|org\.?\s?nr|orgnr|organisationsnummer|rd)\W{0,3}[\w/: -]{0,6}$", re.I
)


@dataclass(frozen=True, slots=True)
class Masks:
    """The words that stand in place of what was masked."""

    identity: str
    phone: str
    mail: str


def mask(text: str, masks: Masks) -> tuple[str, bool]:
    """Return the text without personal data, and whether there was any."""
    found = False

    def identity(match: re.Match[str]) -> str:
        nonlocal found
        if not is_identity_number(match.group(1), match.group(3)):
            return match.group()
        found = True
        return masks.identity

    def phone(match: re.Match[str]) -> str:
        nonlocal found
        digits = re.sub(r"\D", "", match.group())
        if (
            len(digits) < 7
            or _DIARY.search(text[max(0, match.start() - 24) : match.start()])
            or _is_date(match.group())
        ):
            return match.group()
        if not (match.group().lstrip().startswith(("0", "+")) or len(digits) <= 9):
            return match.group()
        found = True
        return masks.phone

    def mail(match: re.Match[str]) -> str:
        nonlocal found
        found = True
        return masks.mail

    masked = _MAIL.sub(mail, text)
    masked = _IDENTITY.sub(identity, masked)
    text = masked
    return _PHONE.sub(phone, masked), found


def is_identity_number(day: str, last: str) -> bool:
    """Return whether a date part (6 or 8 digits) and a last part make an identity number."""
    six = day[-6:]
    month, number = int(six[2:4]), int(six[4:6])
    if number > 60:
        number -= 60
    if not (1 <= month <= 12 and 1 <= number <= 31) or len(last) != 4:
        return False
    if len(day) == 8:
        try:
            date(int(day[:4]), month, number)
        except ValueError:
            return False
    if last[0].isalpha():
        return True
    return luhn(six + last) or len(day) == 8


def luhn(digits: str) -> bool:
    """Return whether the control digit of ten digits is right."""
    total = 0
    for index, char in enumerate(digits):
        value = int(char) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _is_date(text: str) -> bool:
    return bool(re.match(r"^\s*(?:19|20)\d\d[-/ ]?\d\d[-/ ]?\d\d\s*$", text))
