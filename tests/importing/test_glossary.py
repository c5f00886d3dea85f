"""Lists of terms → glossary drafts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from indexer.importing.drafts import TermDraft
from indexer.importing.glossary import term_drafts
from knowledge.loader import load
from knowledge.model import Knowledge
from tests.importing.grids import document

CASES = yaml.safe_load((Path(__file__).parent / "tables" / "begrepp.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def known() -> Knowledge:
    """The real knowledge."""
    return load(Path(__file__).parents[2] / "knowledge" / "dalarna")


def shown(draft: TermDraft) -> str:
    short = f" ({draft.abbreviation})" if draft.abbreviation else ""
    return f"{draft.name}{short} = {draft.meaning}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["namn"])
def test_terms_are_read_from_tables_and_lists(case: dict[str, Any], known: Knowledge) -> None:
    """Each term is read with its abbreviation and meaning, and nothing else is taken for a term."""
    assert [shown(draft) for draft in term_drafts(document(case["dokument"]), known)] == case["begrepp"]


def test_a_term_that_the_knowledge_has_is_recognised(known: Knowledge) -> None:
    """By name and by abbreviation; one explained twice in different ways is told."""
    listed = document([{"rubrik": "Ordlista"}, {"text": "SIP: en plan"}, {"text": "SIP: en annan plan"}])
    drafts = term_drafts(listed, known)
    assert [draft.term for draft in drafts] == ["sip", "sip"]
    assert [[doubt.code for doubt in draft.doubts] for draft in drafts] == [[], ["term-twice"]]
