"""Two values of the model, field by field: what is new, gone or otherwise. Whatever differs is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from enum import Enum, StrEnum
from functools import partial
from typing import Any

from knowledge import model
from knowledge.messages import sentence

say = partial(sentence, "diff")
REFERENCES = frozenset(
    {"about", "actor", "actors", "agreement", "body", "del_av", "denies", "for_id", "groups", "law"}
    | {
        "main_agreement",
        "municipality",
        "responsible",
        "route",
        "source",
        "subjects",
        "supersedes",
        "support_body",
        "when",
    }
)
"""Fields that hold ids, shown as the names of what they point at."""


class Group(StrEnum):
    """The headings that differences stand under, in their order."""

    VALIDITY = "validity"
    RESPONSIBILITY = "responsibility"
    ROUTES = "routes"
    BODIES = "bodies"
    LOCAL = "local"
    FACTS = "facts"
    TERMS = "terms"
    LAWS = "laws"
    CONTACTS = "contacts"
    SOURCES = "sources"
    DOCUMENTS = "documents"
    REGION = "region"
    WORDS = "words"
    SENTENCES = "sentences"

    @property
    def heading(self) -> str:
        """The heading in Swedish."""
        return say(f"diff.group.{self.value}")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise than before, in Swedish: `subject` is what it is about, `says` what is new of it.

    `section` and `id` name the entry in the files, `fact` what an answer would cite, `day` from when it holds
    (YYYY[-MM[-DD]]), `file` where the entry stands (path:line); null where that is not known.
    """

    group: Group
    subject: str
    says: str
    section: str
    id: str
    fact: str | None = None
    day: str | None = None
    file: str | None = None

    @property
    def line(self) -> str:
        """The whole as one line: 'Abstinensvård: socialtjänsten är ny ansvarig från 2027-07-01'."""
        return f"{self.subject}: {self.says}"


@dataclass(frozen=True, slots=True)
class SourceChange:
    """That a thing is taken from other sources than before; said once for all things of an entry that share it."""

    at: At
    old: tuple[model.Locator, ...]
    new: tuple[model.Locator, ...]


@dataclass(frozen=True, slots=True)
class NewChange:
    """That a change from a day on is decided; said once for all things of an entry that share day and source.

    `same`: nothing but the source is another from that day.
    """

    at: At
    change: model.Change
    same: bool = False


Found = Iterator[Difference | SourceChange | NewChange]
Rule = Callable[["At", Any, Any], Found]


@dataclass(frozen=True, slots=True)
class At:
    """Where the comparison is. `names` gives the name of what an id stands for, `rules` what is compared specially."""

    group: Group
    section: str
    id: str
    subject: str
    names: Mapping[str, str] = field(repr=False)
    rules: Mapping[type[model.Model], Rule] = field(repr=False)
    fact: str | None = None
    day: str | None = None

    def on(self, **changed: Any) -> At:
        """Return the same place but for what is given."""
        return replace(self, **changed)

    def within(self, part: str) -> At:
        """Return the place of a part, named after the whole."""
        return replace(self, subject=f"{self.subject}, {part}" if part else self.subject)

    def says(self, key: str, **values: Any) -> Difference:
        """Return the difference that a sentence tells of."""
        said = say(f"diff.{key}", **values)
        return Difference(self.group, self.subject, said, self.section, self.id, self.fact, self.day)

    def shown(self, value: Any, name: str = "") -> str:
        """Return a value as a reader would call it."""
        match value:
            case None:
                return say("diff.nothing")
            case bool():
                return say("diff.yes" if value else "diff.no")
            case Enum():
                return say(f"diff.value.{value.value}")
            case model.Model():
                return self.summary(value)
            case tuple():
                return listed([self.shown(part, name) for part in value])
            case str() if name in REFERENCES:
                return self.names.get(value, value)
            case str():
                return say("diff.quoted", text=value)
            case _:
                return str(value)

    def summary(self, value: model.Model) -> str:
        """Return a whole model in a few words."""
        match value:
            case model.Locator():
                return f"{self.names.get(value.source, value.source)}, {value.locator}"
            case model.LawSection():
                return f"{value.section} {value.short}"
            case model.LocalNote():
                return say("diff.quoted", text=value.lead or value.says)
            case model.LokCount():
                return say("diff.count", yes=value.yes, no=value.no, unanswered=value.unanswered)
            case model.ImportedDocument():
                return say("diff.document", status=self.shown(value.status), count=len(value.passages))
        return next((say("diff.quoted", text=text) for text in _telling(value)), "")


def _telling(value: model.Model) -> Iterator[str]:
    for name in ("lead", "says", "status_says", "short", "phrase", "label", "text", "subject", "name", "title", "id"):
        text = getattr(value, name, None)
        if isinstance(text, str) and text:
            yield text


def listed(items: Sequence[str]) -> str:
    """Join items as a Swedish sentence does: 'a, b och c'; a word for nothing where there is none."""
    if not items:
        return say("diff.nothing")
    return items[0] if len(items) == 1 else say("diff.and", items=", ".join(items[:-1]), last=items[-1])


def when(day: str | None) -> str:
    """Return ' från 2027-07-01', or nothing where no day is known."""
    return say("diff.when", day=day) if day else ""


def compare(at: At, old: model.Model, new: model.Model) -> Found:
    """Yield all that differs between two models; at least one thing where they are not equal."""
    if old == new:
        return
    rule = at.rules.get(type(new), fields)
    silent = True
    for found in rule(at, old, new):
        silent = False
        yield found
    if silent:
        yield at.says("otherwise")


def fields(at: At, old: model.Model, new: model.Model, skip: Iterable[str] = ()) -> Found:
    """Yield what differs, field by field."""
    for name in type(new).model_fields:
        one, other = getattr(old, name), getattr(new, name)
        if name not in skip and one != other:
            yield from _field(at, name, one, other)


def label(name: str) -> str:
    """Return what a field is called in Swedish."""
    return say(f"diff.field.{name}")


def _field(at: At, name: str, old: Any, new: Any) -> Found:
    if name == "sources" or name == "law_sources":
        yield SourceChange(at, old, new)
    elif isinstance(old, tuple) and isinstance(new, tuple):
        if all(isinstance(part, model.Model) for part in (*old, *new)):
            yield from models(at, name, old, new)
        else:
            yield _texts(at, name, old, new)
    elif isinstance(old, model.Model) and isinstance(new, model.Model):
        yield from compare(at.on(fact=new.id) if isinstance(new, model.Fact) else at, old, new)
    elif old is None:
        yield at.says("set.added", field=label(name), new=at.shown(new, name))
    elif new is None:
        yield at.says("set.removed", field=label(name), old=at.shown(old, name))
    else:
        yield at.says("set.changed", field=label(name), new=at.shown(new, name), old=at.shown(old, name))


def _texts(at: At, name: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Difference:
    """Return what is new and gone in a list of texts or ids."""
    added, gone = list((Counter(new) - Counter(old)).elements()), list((Counter(old) - Counter(new)).elements())
    values = {"field": label(name), "added": at.shown(tuple(added), name), "gone": at.shown(tuple(gone), name)}
    if added and gone:
        return at.says("list.both", **values)
    if added:
        key = "list.words" if name == "aliases" and len(added) > 1 else "list.added"
        return at.says(key, count=len(added), **values)
    if gone:
        return at.says("list.removed", **values)
    return at.says("list.order", field=label(name), order=at.shown(new, name))


def models(at: At, name: str, old: tuple[model.Model, ...], new: tuple[model.Model, ...]) -> Found:
    """Yield what is new, gone, moved or otherwise among parts: told apart by id where they have one."""
    for one, other in paired(old, new):
        if other is None and one is not None:
            yield at.on(fact=_fact(one, at)).says("part.removed", field=label(name), part=at.summary(one))
        elif one is None and other is not None:
            yield at.on(fact=_fact(other, at)).says("part.added", field=label(name), part=at.summary(other))
        elif one is not None and other is not None:
            inside = at.within(_name(other)) if not isinstance(other, model.Fact) else at
            yield from compare(inside.on(fact=_fact(other, at)), one, other)
    if is_moved(old, new):
        yield at.says("list.order", field=label(name), order=listed([_name(part) or at.summary(part) for part in new]))


def paired(
    old: Sequence[model.Model], new: Sequence[model.Model]
) -> Iterator[tuple[model.Model | None, model.Model | None]]:
    """Yield what belongs together, in the new order, then what is gone; null stands for what has no counterpart."""
    if not _have_ids(old) or not _have_ids(new):
        yield from _aligned(old, new)
        return
    before: dict[str, model.Model] = {_id(part): part for part in old}
    for part in new:
        yield before.pop(_id(part), None), part
    for part in before.values():
        yield part, None


def is_moved(old: Sequence[model.Model], new: Sequence[model.Model]) -> bool:
    """Return whether parts with ids that both have stand in another order."""
    if not _have_ids(old) or not _have_ids(new):
        return False
    one, other = [_id(part) for part in old], [_id(part) for part in new]
    return [id_ for id_ in one if id_ in other] != [id_ for id_ in other if id_ in one]


def _aligned(
    old: Sequence[model.Model], new: Sequence[model.Model]
) -> Iterator[tuple[model.Model | None, model.Model | None]]:
    matcher: SequenceMatcher[model.Model] = SequenceMatcher(None, old, new, autojunk=False)
    for _, start, end, from_, to in matcher.get_opcodes():
        both = min(end - start, to - from_)
        yield from zip(old[start : start + both], new[from_ : from_ + both], strict=True)
        yield from ((part, None) for part in old[start + both : end])
        yield from ((None, part) for part in new[from_ + both : to])


def _have_ids(parts: Sequence[model.Model]) -> bool:
    ids = [_id(part) for part in parts]
    return all(ids) and len(set(ids)) == len(ids)


def _id(part: model.Model) -> str:
    return str(getattr(part, "id", ""))


def _name(part: model.Model) -> str:
    for name in ("name", "subject", "title", "locator", "decided"):
        if isinstance(text := getattr(part, name, None), str):
            return text
    return ""


def _fact(part: model.Model, at: At) -> str | None:
    return part.id if isinstance(part, model.Fact) else at.fact
