"""Files → model: reads every file, reports every problem, builds one frozen `Knowledge`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from knowledge import model
from knowledge.messages import PACKAGED, message, problem
from knowledge.naming import named
from knowledge.precedence import covered, give_way, with_words
from knowledge.problems import KnowledgeError, Problem
from knowledge.reader import Document, Place, knowledge_files, read_document, revision_of

SECTIONS: dict[str, type[model.Model]] = {
    "sources": model.Source,
    "cues": model.Cue,
    "terms": model.Term,
    "actors": model.Actor,
    "workplaces": model.Workplace,
    "municipalities": model.Place,
    "bodies": model.Body,
    "agreements": model.Agreement,
    "matrices": model.ResponsibilityMatrix,
    "routes": model.EscalationRoute,
    "local": model.LocalFact,
    "counts": model.LokCount,
    "laws": model.LawReference,
    "facts": model.Fact,
    "contacts": model.Contact,
    "experts": model.ExpertGroup,
    "documents": model.ImportedDocument,
    "cases": model.QuestionCase,
}


@dataclass(slots=True)
class Item:
    """One entry of a section, and where it stands."""

    section: str
    value: Any
    document: Document
    place: Place

    def line(self, *within: str | int) -> int:
        """Return the line of a value inside the entry."""
        return self.document.line((*self.place, *within))


@dataclass(slots=True)
class Draft:
    """Everything read so far: entries by section and id, and the problems."""

    items: dict[str, dict[str, Item]] = field(default_factory=lambda: {section: {} for section in SECTIONS})
    region: Item | None = None
    sentences: dict[str, tuple[str, Document, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def all(self) -> Iterable[Item]:
        """Yield every entry, section by section."""
        for entries in self.items.values():
            yield from entries.values()


def general_folder(region: Path) -> Path:
    """Return the general knowledge beside a region's folder, else the one that ships."""
    beside = region.parent / "svenska"
    return beside if beside.is_dir() else PACKAGED / "svenska"


def revision(region: Path) -> str:
    """Return the hash of the files that `load` would read. Cheap: nothing is parsed."""
    return revision_of(general_folder(region), region)


def load(region: Path) -> model.Knowledge:
    """Load and check a region's knowledge.

    Raises KnowledgeError with all problems at once, sorted by place.
    """
    from knowledge.checks import check  # checks reads drafts, which are defined here

    draft = read(region)
    # Rules across files make sense only for entries that were read; a typing mistake should not
    # also be reported as a hundred missing ids.
    draft.problems.extend(check(draft))
    if draft.problems or draft.region is None:
        raise KnowledgeError(draft.problems)
    return assemble(draft, revision(region))


def read(region: Path) -> Draft:
    """Read all files of a region and the general ones, without the rules across files."""
    draft = Draft()
    general: list[Item] = []
    for folder in (general_folder(region), region):
        general = list(draft.all())
        paths = list(knowledge_files(folder)) if folder.is_dir() else []
        if not paths:
            draft.problems.append(problem(_shown(folder), 1, "no_files"))
        # A region may override what is general, but a file never overrides its neighbour.
        own: set[tuple[str, str]] = set()
        for path in paths:
            document = read_document(path, _shown(path))
            draft.problems.extend(document.problems)
            _take_in(draft, document, own)
    # By their Python ids, which are told apart while all of them are held: that of one that was replaced and freed
    # could become an entry of the region's.
    give_way(draft, {id(item) for item in general})
    if draft.region is None and not draft.problems:
        draft.problems.append(problem(_shown(region / "region.yaml"), 1, "no_region"))
    return draft


def places(region: Path) -> dict[tuple[str, str], str]:
    """Return where each entry stands, as path:line, by section and id; also of files that have mistakes."""
    draft = read(region)
    found = {(item.section, item.value.id): f"{item.document.path}:{item.line()}" for item in draft.all()}
    found |= {("sentences", key): f"{at.path}:{line}" for key, (_, at, line) in draft.sentences.items()}
    if draft.region:
        found["region", draft.region.value.id] = f"{draft.region.document.path}:{draft.region.line()}"
    return found


def own_ids(region: Path, section: str) -> frozenset[str]:
    """Return the ids of a section's entries that stand in the region's own files, not in the general ones."""
    own = {_shown(path) for path in knowledge_files(region)}
    return frozenset(id_ for id_, item in read(region).items[section].items() if item.document.path in own)


def assemble(draft: Draft, revision_hash: str) -> model.Knowledge:
    """Build the frozen whole from checked entries."""
    assert draft.region is not None
    sections: dict[str, Any] = {
        section: {id_: item.value for id_, item in entries.items()} for section, entries in draft.items.items()
    }
    sections["cues"] = covered(sections["cues"], draft)
    knowledge = model.Knowledge.model_construct(
        revision=revision_hash,
        region=draft.region.value,
        sentences={key: text for key, (text, _, _) in draft.sentences.items()},
        **sections,
    )
    return knowledge.model_copy(update={"sentences": named(knowledge)})


def _shown(path: Path) -> str:
    """Return the path as an editor knows it: from the folder that holds `knowledge/`, else whole."""
    try:
        return path.resolve().relative_to(PACKAGED.parent).as_posix()
    except ValueError:
        return path.as_posix()


def _take_in(draft: Draft, document: Document, own: set[tuple[str, str]]) -> None:
    for section, content in document.data.items():
        if section == "sentences":
            _take_sentences(draft, document, content, own)
        elif section == "region":
            value = _validated(draft, model.Region, content, document, (section,))
            if value is not None:
                draft.region = Item(section, value, document, (section,))
        elif section not in SECTIONS:
            hint = _hint(section, [*SECTIONS, "region", "sentences"])
            draft.problems.append(
                problem(document.path, document.line((section,)), "unknown_section", key=section, hint=hint)
            )
        elif not isinstance(content, list):
            draft.problems.append(problem(document.path, document.line((section,)), "not_list", key=section))
        else:
            for index, raw in enumerate(content):
                _take_item(draft, document, section, raw, (section, index), own)


def _take_item(
    draft: Draft, document: Document, section: str, raw: Any, place: Place, own: set[tuple[str, str]]
) -> None:
    value = _validated(draft, SECTIONS[section], raw, document, place)
    if value is None:
        return
    item = Item(section, value, document, place)
    key = (section, value.id)
    if key in own:
        first = draft.items[section][value.id]
        draft.problems.append(
            problem(
                document.path,
                item.line("id"),
                "duplicate_id",
                id=value.id,
                path=first.document.path,
                line=first.line("id"),
            )
        )
        return
    own.add(key)
    if value.id in draft.items[section]:
        item.value = with_words(value, draft.items[section][value.id].value)
    draft.items[section][value.id] = item


def _take_sentences(draft: Draft, document: Document, content: Any, own: set[tuple[str, str]]) -> None:
    if not isinstance(content, dict):
        draft.problems.append(problem(document.path, document.line(("sentences",)), "not_mapping"))
        return
    for key, text in content.items():
        line = document.line(("sentences", key))
        if not isinstance(text, str):
            draft.problems.append(problem(document.path, line, "not_text", key=key))
        elif ("sentences", key) in own:
            _, first, first_line = draft.sentences[key]
            draft.problems.append(
                problem(document.path, line, "duplicate_id", id=key, path=first.path, line=first_line)
            )
        else:
            own.add(("sentences", key))
            draft.sentences[key] = (text, document, line)


def _validated(draft: Draft, kind: type[model.Model], raw: Any, document: Document, place: Place) -> Any:
    try:
        return kind.model_validate(raw)
    except ValidationError as exc:
        errors = exc.errors(include_url=False)
        draft.problems.extend(
            _problem_of(kind, error, document, place) for error in errors if not _follows(error, errors)
        )
        return None


def _follows(error: Any, errors: Iterable[Any]) -> bool:
    """Return whether a list is called too short only because its entries were refused, which is reported itself."""
    within = error["loc"]
    return error["type"] == "too_short" and any(
        len(other["loc"]) > len(within) and other["loc"][: len(within)] == within for other in errors
    )


def _problem_of(kind: type[model.Model], error: Any, document: Document, place: Place) -> Problem:
    within: Place = tuple(part for part in error["loc"] if not (isinstance(part, str) and part.startswith("function-")))
    line = document.line((*place, *within))
    key = str(next((part for part in reversed(within) if isinstance(part, str)), ""))
    value = error.get("input")
    shown = str(value)[:60]
    match error["type"]:
        case "missing":
            code = "no_source" if key == "sources" else "no_locator" if key == "locator" else "missing_key"
            return problem(document.path, document.line((*place, *within[:-1])), code, key=key)
        case "extra_forbidden":
            return problem(document.path, line, "unknown_key", key=key, hint=_hint(key, _keys_at(kind, within[:-1])))
        case "string_pattern_mismatch":
            code = "bad_url" if error["ctx"]["pattern"].startswith("^https") else "bad_id"
            return problem(document.path, line, code, value=shown)
        case "literal_error" | "enum":
            choices = ", ".join(re.findall(r"'([^']+)'", str(error["ctx"]["expected"])))
            return problem(document.path, line, "bad_choice", value=shown, key=key, choices=choices)
        case "string_too_long":
            return problem(document.path, line, "too_long", key=key, limit=error["ctx"]["max_length"])
        case "too_short" | "string_too_short":
            codes = {"sources": "no_source", "responsible": "no_actors", "steps": "no_steps", "locator": "no_locator"}
            owner = str(_at(document.data, (*place, *within[:-1]), "id"))
            return problem(document.path, line, codes.get(key, "empty"), key=key, task=owner, route=owner)
        case "value_error":
            through = document.line((*place, *within, "valid_through"))
            return _value_problem(str(error["ctx"]["error"]), document, line, through, shown, key)
        case "string_type":
            return problem(document.path, line, "not_text", key=key)
        case "tuple_type":
            return problem(document.path, line, "not_list_value", key=key)
        case "int_type" | "int_parsing" | "float_type" | "float_parsing":
            return problem(document.path, line, "not_number", key=key, value=shown)
        case "bool_type" | "bool_parsing":
            return problem(document.path, line, "not_bool", key=key, value=shown)
        case "model_type":
            return problem(document.path, line, "not_entry", key=key or place[0])
        case other:
            return problem(document.path, line, "bad_value", key=key or kind.__name__, why=other)


def _value_problem(code: str, document: Document, line: int, through: int, shown: str, key: str) -> Problem:
    name, *values = code.split("|")
    if name == "partial_date":
        return problem(document.path, line, "bad_date", value=shown)
    if name == "country":
        return problem(document.path, line, "bad_country", value=shown)
    if name == "dates_reversed":
        return problem(document.path, through, "dates_reversed", through=values[0], start=values[1])
    if name == "undated":
        return problem(document.path, line, "undated")
    return problem(document.path, line, "bad_value", key=key, why=name)


def _at(data: Any, place: Place, key: str) -> Any:
    try:
        for part in place:
            data = data[part]
        return data.get(key, "") if isinstance(data, dict) else ""
    except (KeyError, IndexError, TypeError):
        return ""


def _keys_at(kind: Any, within: Place) -> list[str]:
    """Return the field names that are allowed where `within` points, for 'menade du …?'."""
    for part in within:
        if isinstance(part, int):
            continue
        field_info = getattr(kind, "model_fields", {}).get(part)
        kind = _model_in(field_info.annotation) if field_info else None
    return list(getattr(kind, "model_fields", {}))


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, model.Model):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (found := _model_in(argument)) is not None:
            return found
    return None


def _hint(wrong: str, known: Iterable[str]) -> str:
    names = list(known)
    close = difflib.get_close_matches(wrong, names, n=1, cutoff=0.6)
    if close:
        return message("hint", guess=close[0])
    return message("hint_keys", keys=", ".join(names[:8])) if names else message("hint_none")


def hint(wrong: str, known: Iterable[str]) -> str:
    """Return 'menade du …?' for a misspelt id, or what else to do."""
    close = difflib.get_close_matches(wrong, list(known), n=1, cutoff=0.6)
    return message("hint", guess=close[0]) if close else message("hint_none")
