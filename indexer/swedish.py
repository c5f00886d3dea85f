"""Swedish as it is typed: tokens, folding, stems. The same at build and at question time."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from whoosh.lang.snowball.swedish import SwedishStemmer

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_TOKEN = re.compile(
    r"\d{4}-\d{2}(?:-\d{2})?"  # days and months
    r"|(?<!\w)[^\W\d_]{1,2}(?:\.[^\W\d_]{1,2}){1,3}\b\.?(?!\w)"  # t.o.m., f.d., bl.a.
    r"|\d+:\d+"  # 14:1, as sections are said
    r"|[^\W_]+(?:[-'\u2019\u2010\u2011][^\W_]+)*(?::[^\W\d_]{1,4}\b)?"  # words, compounds with hyphen, SIP:en
    r"|[§&?!.,;:\n()\u2013\u2014\"/-]"
)
_BREAKS = frozenset(".?!;\n")
_PAUSES = frozenset(',:()\u2013\u2014-"')
_FOLD = str.maketrans("åäöéèüáà", "aaoeeuaa")
_CASE_ENDING = re.compile(r":(?:s|n|t|en|et|er|ar|arna|erna|na|ens|ets|arnas|ernas)$")


_AGE = re.compile(r"^(\d{1,2})-?\s?(?:år|åring|åringar|åringen|årig|årigt|åriga|year|aring|arig|ar)")
_YEARS = ("år", "ar", "årig", "åring", "years")
MODIFIER_ENDINGS = (
    "ade", "ande", "ende", "igt", "iga", "isk", "iskt", "iska", "ligt", "liga", "lig", "are", "aste", "as",
    "ar", "at", "it",
)  # fmt: skip
"""Endings of verbs and adjectives, which seldom change what a question is about; an unknown noun does."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a question. `word` is lower case without case endings after a colon.

    `sentence` counts sentences, `clause` counts stretches between any punctuation, both from 0.
    """

    word: str
    surface: str
    start: int
    end: int
    sentence: int
    clause: int
    asks: bool = False


def normalise(text: str) -> str:
    """Return the text composed (NFC), without invisible and direction characters, spaces made plain."""
    text = unicodedata.normalize("NFC", text)
    text = _INVISIBLE.sub("", text)
    return re.sub(r"[^\S\n]+", " ", text).strip()


def tokenize(text: str) -> list[Token]:
    """Return the words of a text, which must be normalised. Punctuation only separates."""
    tokens: list[Token] = []
    sentence = clause = 0
    for match in _TOKEN.finditer(text):
        piece = match.group()
        if piece in _BREAKS:
            if piece == "?" and tokens:
                tokens = _mark_asking(tokens, sentence)
            if piece == "\n" and not _new_line(text, match.start()):
                continue
            if piece != "." or not _abbreviation(text, match.start()):
                sentence, clause = sentence + 1, clause + 1
        elif piece in _PAUSES:
            clause += 1
        elif piece != "/":
            word = _CASE_ENDING.sub("", piece.lower().replace("\u2019", "'")).rstrip(".")
            word = word.replace("\u2010", "-").replace("\u2011", "-")
            tokens.append(Token(word, piece, match.start(), match.end(), sentence, clause))
    return tokens


def _mark_asking(tokens: list[Token], sentence: int) -> list[Token]:
    return [
        Token(t.word, t.surface, t.start, t.end, t.sentence, t.clause, True) if t.sentence == sentence else t
        for t in tokens
    ]


def _new_line(text: str, at: int) -> bool:
    """Return whether a line break ends a sentence; within one that goes on in small letters it is a space."""
    following = text[at:].lstrip()[:1]
    return not following.islower() or text[:at].rstrip()[-1:] in ".?!:;"


def _abbreviation(text: str, dot: int) -> bool:
    """Return whether a full stop belongs to an abbreviation: "kap.", "t.o.m.", "bl.a."."""
    before = text[max(0, dot - 5) : dot].lower()
    after = text[dot + 1 : dot + 2]
    if re.match(r"\s?[a-zåäö]", text[dot + 1 : dot + 3]):
        return True
    return bool(re.search(r"(?:^|\W)(?:kap|st|p|kl|ca|resp|inkl|mm|fl|ex|nr|tel|[a-zåäö])$", before)) or after.isalnum()


def age_in(word: str, following: str = "") -> int | None:
    """Return the age in years that a word names: "15-åring", or "15" before "år"."""
    if match := _AGE.match(word):
        return int(match.group(1))
    return int(word) if word.isdecimal() and len(word) <= 2 and following in _YEARS else None


def fold(word: str) -> str:
    """Return the word with å, ä and ö as a and o: the second chance for those who leave them out."""
    return word.translate(_FOLD)


@cache
def _stemmer() -> SwedishStemmer:
    return SwedishStemmer()


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return what the inflections of a word have in common.

    Snowball's Swedish stems, and endings that it leaves: barn(et), anmäl(an), psykiatri(n),
    läkemed(e)l(et). Repeated until nothing falls off, so that every form ends at the same place:
    ansvar, ansvaret, ansvarar.
    """
    if "-" in word:  # only the last part of a compound is inflected
        first, _, last = word.rpartition("-")
        return f"{first}-{stem(last)}"
    if len(word) <= 4 or not word.isalpha():
        return word[:-1] if len(word) == 4 and word.endswith("e") else word
    before = ""
    stemmed = word
    while stemmed != before and len(stemmed) > 3:
        before = stemmed
        stemmed = _shorten(stemmed)
    return stemmed


def _shorten(word: str) -> str:
    stemmed: str = _stemmer().stem(word)  # type: ignore[no-untyped-call]
    if (len(stemmed) >= 5 and stemmed.endswith("et")) or (len(stemmed) >= 6 and stemmed.endswith("an")):
        stemmed = stemmed[:-2]
    elif (len(stemmed) > 5 and stemmed.endswith("in")) or (len(stemmed) >= 5 and stemmed.endswith("år")):
        stemmed = stemmed[:-1]
    if len(stemmed) > 4 and stemmed[-2:] in ("el", "en", "er"):
        stemmed = stemmed[:-2] + stemmed[-1]
    return stemmed if len(stemmed) >= 3 else word


@cache
def _frequencies() -> dict[str, float]:
    """Return how common Swedish words are. Loaded at the first unknown word (0.1 s, 40 MB)."""
    from wordfreq import get_frequency_dict

    frequencies: dict[str, float] = get_frequency_dict("sv", wordlist="large")
    return frequencies


@lru_cache(maxsize=16384)
def zipf(word: str) -> float:
    """Return how common a word form is in Swedish at large, 0 (never seen) to about 8 (och).

    Zipf scale: log10 of occurrences per thousand million words. Source: wordfreq.
    """
    from math import log10

    frequency = _frequencies().get(word, 0.0)
    return log10(frequency) + 9 if frequency else 0.0
