"""Rules against personal data: functions are named, never persons; nobody's number or address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from knowledge import model
from knowledge.check_ids import REFERENCES
from knowledge.messages import problem
from knowledge.personal import Vocabulary, contact_details, persons
from knowledge.problems import Problem
from knowledge.survey import Survey

_Fields = dict[type[model.Model], frozenset[str]]
# What is no text: ids, addresses and days have their own form.
_FORMS: _Fields = {
    model.Model: frozenset({"id", "url", "date", "valid_from", "valid_through", "observed", "decided"}),
    model.ImportedDocument: frozenset({"imported", "digest", "status"}),
}
# What a thing is called, and the words for it, are what makes a name known.
_NAMES: _Fields = {
    model.Concept: frozenset({"name", "short", "abbreviation", "aliases"}),
    model.LocalNote: frozenset({"words"}),
    model.LawSection: frozenset({"act", "short"}),
    model.Region: frozenset({"name", "genitive", "county", "called", "known_names"}),
}
# Authors stand in titles of sources, and nowhere else.
_TITLES: _Fields = {model.Source: frozenset({"title"})}
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|\{\w+\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Text:
    """A text that somebody may read, and where it stands."""

    words: str
    path: str
    line: int
    field: str
    is_name: bool = False
    is_title: bool = False

    def problem(self, code: str, **values: Any) -> Problem:
        return problem(self.path, self.line, code, **values)


def no_persons(survey: Survey) -> Iterator[Problem]:
    """No text names a person; only the title of a source may."""
    if survey.is_partial or survey.draft.region is None:
        return  # The names that are known may stand in what could not be read.
    texts = [text for text in _texts(survey) if not text.is_title]
    vocabulary = Vocabulary.of(
        (text.words for text in texts if text.is_name), (text.words for text in texts if not text.is_name)
    )
    for text in texts:
        if not text.is_name:
            for name in persons(text.words, vocabulary, is_question=text.field in ("examples", "turns")):
                yield text.problem("person_name", name=name)


def vocabulary_of(knowledge: model.Knowledge, more: Iterable[str] = ()) -> Vocabulary:
    """Return the words of all texts, by which the rule tells a person's name; `more` are texts that are to be added."""
    names: list[str] = []
    texts = [*map(_filled, knowledge.sentences.values()), *more]
    for part in _models(tuple(getattr(knowledge, section) for section in type(knowledge).model_fields)):
        for field, is_name, is_title in _text_fields(type(part)):
            if not is_title:
                (names if is_name else texts).extend(_strings(getattr(part, field)))
    return Vocabulary.of(names, texts)


def _models(value: Any) -> Iterator[model.Model]:
    if isinstance(value, model.Model):
        yield value
        value = tuple(getattr(value, field) for field in type(value).model_fields)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, tuple) else ():
        yield from _models(part)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value if isinstance(value, tuple) else ():
        yield from _strings(part)


def _filled(template: str) -> str:
    return _TEMPLATE.sub(" x ", template)


def no_contact_details(survey: Survey) -> Iterator[Problem]:
    """No text has a telephone number of seven digits or more, or an e-mail address."""
    for text in _texts(survey):
        # A file's name often begins with its day: 20250207.
        for value in contact_details(text.words) if text.field != "file" else ():
            yield text.problem("contact_detail", value=value)


def _texts(survey: Survey) -> Iterator[_Text]:
    for spot in survey.spots:
        for field, is_name, is_title in _text_fields(type(spot.value)):
            for place, words in spot.strings(field):
                yield _Text(words, spot.path, spot.line(*place), field, is_name, is_title)
    for words, document, line in survey.draft.sentences.values():
        yield _Text(_filled(words), document.path, line, "sentences")


@cache
def _text_fields(kind: type[model.Model]) -> list[tuple[str, bool, bool]]:
    """Return the fields that hold texts, each with whether it is a name and whether a title."""
    references = {field for owner, field in REFERENCES if issubclass(kind, owner)}
    names, titles, forms = (_of(fields, kind) for fields in (_NAMES, _TITLES, _FORMS))
    return [(field, field in names, field in titles) for field in kind.model_fields if field not in forms | references]


def _of(fields: _Fields, kind: type[model.Model]) -> set[str]:
    return {field for owner, names in fields.items() if issubclass(kind, owner) for field in names}
