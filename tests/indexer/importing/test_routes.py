"""Routes in documents of many shapes: the bodies in their order, each route once, and no route where there is none."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from indexer.importing.document import Document
from indexer.importing.drafts import RouteDraft
from indexer.importing.routes import route_drafts
from knowledge.loader import load
from knowledge.messages import sentences_of
from knowledge.model import Knowledge
from tests.indexer.importing.written import document

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
CASES = yaml.safe_load((HERE / "routes.yaml").read_text("utf-8"))["cases"]
SEEDS = Path(os.environ.get("LOTSEN_TEST_SEEDS", ROOT.parent / "shared" / "seeds"))


@pytest.fixture(scope="session")
def known(knowledge: Knowledge) -> dict[str, Knowledge]:
    """The knowledge of Dalarna, of a small region, and of a region that has nothing yet."""
    empty = knowledge.model_copy(update={"bodies": {}, "routes": {}, "municipalities": {}})
    return {"dalarna": load(ROOT / "knowledge" / "dalarna"), "liten": knowledge, "tom": empty}


def expected_steps(route: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [next(iter(step.items())) if isinstance(step, dict) else (step, None) for step in route["steps"]]


def doubts_of(draft: RouteDraft) -> set[str]:
    return {doubt.code for doubt in (*draft.doubts, *(doubt for step in draft.steps for doubt in step.doubts))}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_bodies_of_a_route_are_found_in_their_order(case: dict[str, Any], known: dict[str, Knowledge]) -> None:
    """Each way in which documents draw or tell a route gives its steps, and nothing else gives a route."""
    drafts = route_drafts(document(case["text"]), known[case.get("knowledge", "dalarna")])
    assert [[(step.name, step.body) for step in draft.steps] for draft in drafts] == [
        expected_steps(route) for route in case["routes"]
    ]
    for draft, route in zip(drafts, case["routes"], strict=True):
        assert draft.level == route["level"]
        assert draft.route == route.get("route", draft.route)
        assert doubts_of(draft) >= set(route.get("doubts", ()))
        assert not doubts_of(draft) & set(route.get("no_doubts", ()))
        assert set(route.get("about", ())) <= set(draft.texts)
        for at, texts in route.get("texts", {}).items():
            assert set(texts) <= set(draft.steps[at].texts)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_doubt_has_a_sentence_and_every_step_a_place(case: dict[str, Any], known: dict[str, Knowledge]) -> None:
    """What is unsure is said in Swedish, with its values put in; a step tells where in the document it stands."""
    for draft in route_drafts(document(case["text"]), known[case.get("knowledge", "dalarna")]):
        doubts = [*draft.doubts, *(doubt for step in draft.steps for doubt in step.doubts)]
        for doubt in doubts:
            assert f"import.doubt.{doubt.code}" in sentences_of("importing")
            assert not str(doubt).startswith("import.doubt")
        assert all(step.spot.block is not None for step in draft.steps)


def numbered(title: str, names: list[str]) -> str:
    return "\n".join([f"# {title}", *(f"{at}. {name}" for at, name in enumerate(names, 1))])


def arrows(title: str, names: list[str]) -> str:
    return f"# {title}\n{' → '.join(names)}"


def rows(title: str, names: list[str]) -> str:
    return "\n".join([f"# {title}", "| Steg | Vem |", *(f"| {at} | {name} |" for at, name in enumerate(names, 1))])


def columns(title: str, names: list[str]) -> str:
    steps = " | ".join(f"Steg {at}" for at in range(1, len(names) + 1))
    return f"# {title}\n| | {steps} |\n| Vem | {' | '.join(names)} |"


@pytest.mark.parametrize("shape", [numbered, arrows, rows, columns])
@pytest.mark.parametrize("name", ["dalarna", "liten"])
def test_every_dispute_route_of_the_knowledge_is_read_back(
    shape: Callable[[str, list[str]], str], name: str, known: dict[str, Knowledge]
) -> None:
    """A route that is written down by the names of its steps gives its bodies in the same order, and its own id."""
    disputes = [route for route in known[name].routes.values() if any(step.body for step in route.steps)]
    assert disputes
    for route in disputes:
        steps = [step.name.partition(" (")[0] for step in route.steps]
        (draft,) = route_drafts(document(shape(f"Steg för steg: {route.name}", steps)), known[name])
        assert draft.route == route.id
        assert [step.name for step in draft.steps] == steps
        assert [step.body for step in draft.steps if step.body] == [step.body for step in route.steps if step.body]


def seed(number: str) -> Document:
    found = sorted(SEEDS.glob(f"{number}_*.txt"))
    if not found:
        if os.environ.get("CI"):
            pytest.fail(f"the source documents are missing: {SEEDS}")
        pytest.skip(f"the source documents are not in {SEEDS}")
    return document(found[0].read_text("utf-8"))


@pytest.mark.parametrize("number", ["000", "002", "003", "004"])
def test_a_document_without_a_route_gives_none(number: str, known: dict[str, Knowledge]) -> None:
    """Source documents that name bodies and deviations, but no order, give no route."""
    assert route_drafts(seed(number), known["dalarna"]) == ()


def test_both_dispute_routes_of_the_presentation_are_found(known: dict[str, Knowledge]) -> None:
    """The figure's bodies in order, the text of later slides beside them; what is no step there is doubted."""
    drafts = {draft.route: draft for draft in route_drafts(seed("001"), known["dalarna"])}
    network, council = "organ-lanschefsnatverket", "organ-valfardsradet"
    assert set(drafts) == {"tvist-lokal", "tvist-regional"}
    local, regional = drafts["tvist-lokal"], drafts["tvist-regional"]
    assert [step.body for step in local.steps] == [None, network, council, None]
    assert [step.body for step in regional.steps] == [network, council]
    assert "utan deltagande" in " ".join(local.steps[0].texts)
    assert any("skriftligen" in text for text in regional.steps[0].texts)
    assert {"step-spelling", "route-demand", "route-also"} <= doubts_of(regional)


def test_the_routes_of_the_presentation_need_no_knowledge(known: dict[str, Knowledge]) -> None:
    """A new region gets the same steps by their names alone."""
    drafts = route_drafts(seed("001"), known["tom"])
    assert sorted((draft.level or "", len(draft.steps)) for draft in drafts) == [("lokal", 4), ("regional", 2)]
