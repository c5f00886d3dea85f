"""Personal data in questions: found, masked before anything is logged or stored.

Identity numbers are told from diary, organisation and section numbers by their date, and where
nothing else shows it by their control digit (the Luhn sum of the last ten digits); coordination
numbers have 60 added to the day, and reserve numbers a letter in place of a digit of the last four.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_DAY = r"(?:18|19|20)?\d{6}|(?:(?:18|19|20)?\d\d-\d\d-\d\d)(?=[-+])"
_IDENTITY = re.compile(
    rf"(?<![\w-])({_DAY})(\s?[-+\u2010-\u2014]?\s?)(\d{{4}}|\d{{3}}[A-Za-z]|[A-Za-z][A-Za-z0-9]\d\d)(?![\w-]*\d|[^\W\d_])"
)
_PHONE = re.compile(r"(?<![\w.,:§/-])(?:\+|00)?\d(?:(?: - |[ \u00a0()/-]{0,2})\d){6,14}(?![\w§]|[-:/]\d)")
_MAIL = re.compile(r"[^\s@<>()\[\],;:\"]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*\.[^\W\d_][\w-]{1,62}")
_DIARY = re.compile(
    r"(?:dnr|diarienr|diarienummer|sfs|prop|sou|org\.?\s?nr|orgnr|organisationsnummer|rd)\W{0,3}[\w/: -]{0,6}$", re.I
)
_DAY_OR_YEARS = re.compile(
    r"(?:19|20)\d\d[-/ ]{0,3}\d\d[-/ ]?\d\d|\d{1,2}[-/ ]{1,2}\d{1,2}[-/ ]{1,2}(?:19|20)\d\d", re.I
)
_AMOUNT = re.compile(r"\s?(?:kr\b|kronor|sek\b|tkr\b|mkr\b|euro|invånare|personer)", re.I)

COORDINATION = 60
"""Added to the day in a coordination number."""
MAX_LOCAL_DIGITS = 9
"""Digits of a phone number that begins with neither 0 nor +."""


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
        day, between, last = match.groups()
        if not is_identity_number(day, last, sure=bool(between.strip())) or _filed(text, match.start()):
            return match.group()
        found = True
        return masks.identity

    def phone(match: re.Match[str]) -> str:
        nonlocal found
        number = match.group()
        if _filed(text, match.start()) or _DAY_OR_YEARS.fullmatch(number) or _AMOUNT.match(text, match.end()):
            return number
        if not number.startswith(("0", "+")) and len(re.sub(r"\D", "", number)) > MAX_LOCAL_DIGITS:
            return number
        found = True
        return masks.phone

    def mail(match: re.Match[str]) -> str:
        nonlocal found
        found = True
        return masks.mail

    text = _MAIL.sub(mail, text)
    text = _IDENTITY.sub(identity, text)
    return _PHONE.sub(phone, text), found


def is_identity_number(day: str, last: str, sure: bool = True) -> bool:
    """Return whether a date part (6 or 8 digits, or with hyphens) and a last part make an identity number.

    People mistype, so a date and four digits with a sign between them are enough; without a sign
    (`sure` false) and century the control digit decides, since phone numbers look the same.
    """
    digits = day.replace("-", "")
    month, number = int(digits[-4:-2]), int(digits[-2:])
    if number > COORDINATION:
        number -= COORDINATION
    if not (1 <= month <= 12 and 1 <= number <= 31):
        return False
    if len(digits) == 8:
        try:
            date(int(digits[:4]), month, number)
        except ValueError:
            return False
        return True
    return sure or not last.isdigit() or luhn(digits[-6:] + last)


def luhn(digits: str) -> bool:
    """Return whether the control digit of ten digits is right."""
    total = 0
    for index, char in enumerate(digits):
        value = int(char) * (2 if index % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _filed(text: str, start: int) -> bool:
    """Return whether a number stands after words for diary, statute or organisation numbers."""
    return bool(_DIARY.search(text[max(0, start - 24) : start]))
