"""Inflected forms that no rule of endings reaches: begärde, jämfört, trätt.

Looked up in simplemma's dictionary when an index is built, for the knowledge's own words alone, and
stored in it: the dictionary is too big to be loaded by a running bot (1.5 s, 110 MB).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from indexer.swedish import stem, zipf

SEEN = 1.5
"""Zipf value from which a form is one that people write."""
SHORTEST = 4
"""Letters of the shortest form that is taken; shorter ones are too often another word."""


def inflections(words: Iterable[str]) -> dict[str, list[str]]:
    """Return, for the forms that have another stem than any of the words, which of the words they are forms of."""
    known = sorted({word for word in words if word.isalpha() and len(word) >= SHORTEST})
    stems = {stem(word) for word in known}
    lemmas: Mapping[str, str] = DefaultDictionaryFactory().get_dictionary("sv")
    bases: dict[str, list[str]] = defaultdict(list)
    for word in known:
        bases[lemmas.get(word) or word].append(word)
    found = {}
    for form, lemma in lemmas.items():
        whole = lemma in bases and len(form) >= SHORTEST and form.isalpha() and form.islower()
        if whole and stem(form) not in stems and zipf(form) >= SEEN:
            found[form] = bases[lemma]
    return dict(sorted(found.items()))
