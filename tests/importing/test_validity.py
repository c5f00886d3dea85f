"""Sentences about terms → validity drafts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from indexer.importing.dates import dates_in
from indexer.importing.drafts import ValidityDraft
from indexer.importing.validity import validity_drafts
from knowledge.loader import load
from knowledge.model import Knowledge
from tests.importing.grids import document

CASES = yaml.safe_load((Path(__file__).parent / "tables" / "giltighet.yaml").read_text("utf-8"))
DATES = {
    "2021-07-01": ["2021-07-01"],
    "2021/07/01": ["2021-07-01"],
    "20210701": ["2021-07-01"],
    "210701": ["2021-07-01"],
    "1 juli 2021": ["2021-07-01"],
    "den 1:a JULI 2021": ["2021-07-01"],
    "30e juni 2026": ["2026-06-30"],
    "1 jul. 2021": ["2021-07-01"],
    "1/7 2021": ["2021-07-01"],
    "1/7-2021": ["2021-07-01"],
    "juli 2021": ["2021-07"],
    "juli månad 2021": ["2021-07"],
    "2021-07": ["2021-07"],
    "2021": ["2021"],
    "1 juli – 31 december 2026": ["2026-07-01", "2026-12-31"],
    "2025–2027": ["2025", "2027"],
    "2001:453": [],
    "RD 2015/181": [],
    "2021-13-01": [],
    "31 juni 2021": [],
    "023-490088": [],
    "kl. 19.00": [],
}


@pytest.fixture(scope="module")
def known() -> Knowledge:
    """The real knowledge."""
    return load(Path(__file__).parents[2] / "knowledge" / "dalarna")


def shown(draft: ValidityDraft) -> str:
    said = (draft.valid_from, draft.valid_through, draft.decided, draft.agreement)
    return f"{' '.join(one or '-' for one in said)} [{', '.join(doubt.code for doubt in draft.doubts)}]"


@pytest.mark.parametrize(("text", "expected"), DATES.items(), ids=DATES)
def test_a_day_is_read_however_it_is_written(text: str, expected: list[str]) -> None:
    """Days, months and years become YYYY[-MM[-DD]]; numbers of laws and days that do not exist become none."""
    assert [written.value for written in dates_in(text)] == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][0][:60])
def test_a_sentence_about_a_term_becomes_a_draft(case: dict[str, Any], known: Knowledge) -> None:
    """Ends, decision and agreement are as the sentence says, and what is unsure is a doubt; others give none."""
    drafts = validity_drafts(document([{"text": text} for text in case["text"]]), known)
    assert [shown(draft) for draft in drafts] == case["väntat"]


def test_a_table_of_labels_and_days_is_one_term(known: Knowledge) -> None:
    """As in the frame at the top of a document, whether label and day share a cell or not."""
    together = "Giltigt från och med: 2016-06-01 | Giltigt till och med: 2019-05-31\nAntagen: 2016-05-30 | Version: 2"
    apart = "Giltigt från | 2016-06-01\nGiltigt till | 2019-05-31\nAntagen | 2016-05-30"
    for table in (together, apart):
        assert [shown(draft) for draft in validity_drafts(document([{"tabell": table}]), known)] == [
            "2016-06-01 2019-05-31 2016-05-30 - []"
        ]


def test_days_under_a_heading_about_validity_are_a_term(known: Knowledge) -> None:
    """The heading says what the days are; the agreement may be named there."""
    drafts = validity_drafts(
        document([{"rubrik": "Giltighetstid för RÖK missbruk/beroende"}, {"text": "2026-01-01–2028-12-31"}]), known
    )
    assert [shown(draft) for draft in drafts] == ["2026-01-01 2028-12-31 - rok-missbruk []"]
