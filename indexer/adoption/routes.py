"""Routes: the bodies in their order against the knowledge's route of the agreement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from indexer.adoption.base import LEAD, beside, lead_and_rest, locator, say, slug
from indexer.adoption.proposal import Offer, Proposal, Taking, Verdict
from indexer.importing.drafts import Doubt, Drafts, RouteDraft, StepDraft
from knowledge.editing import Edit
from knowledge.model import EscalationRoute, EscalationStep, Knowledge, first_day

PART = "routes"
ARROW = " → "


@dataclass(frozen=True, slots=True)
class RouteTaken:
    """A route as a document has it; `route` is null for one that the knowledge lacks."""

    route: str | None
    draft: RouteDraft
    same: bool


def offers(drafts: Drafts, knowledge: Knowledge, taking: Taking) -> Iterator[Offer]:
    """Yield what can be taken in from the routes of a document."""
    known = {id_: route for id_, route in knowledge.routes.items() if route.agreement == taking.agreement}
    found = set()
    for number, draft in enumerate(drafts.routes, 1):
        route = known.get(draft.route or "") or _by_level(known, draft)
        if route is not None:
            found.add(route.id)
        yield _offer(draft, f"vag-{number}", route, knowledge, taking)
    for route in known.values() if drafts.routes else ():
        if route.id not in found:
            yield Offer(
                Proposal(
                    id=f"vag-{route.id}/borta",
                    group="vag-0",
                    verdict=Verdict.MISSING,
                    subject=route.name,
                    ours=_shown(steps_before(route, taking.valid_from), knowledge),
                    theirs=say("no_route"),
                    spot=None,
                    fact=route.id,
                    doubts=(Doubt("route_missing"),),
                    locked=True,
                ),
                PART,
            )


def steps_before(route: EscalationRoute, day: str | None) -> tuple[EscalationStep, ...]:
    """Return a route's steps just before a day, null: as it began."""
    earlier = [one for one in route.changes if day is not None and first_day(one.valid_from) < first_day(day)]
    return earlier[-1].steps if earlier else route.steps


def _by_level(known: dict[str, EscalationRoute], draft: RouteDraft) -> EscalationRoute | None:
    of_level = [route for route in known.values() if draft.level is not None and route.level is draft.level]
    return of_level[0] if len(of_level) == 1 else None


def _offer(draft: RouteDraft, group: str, route: EscalationRoute | None, knowledge: Knowledge, taking: Taking) -> Offer:
    ours = steps_before(route, taking.valid_from) if route else ()
    same = bool(ours) and [_key(step) for step in ours] == [_draft_key(step, ours) for step in draft.steps]
    verdict = Verdict.SAME if same else Verdict.DIFFERENT if route else Verdict.NEW
    doubts = (*draft.doubts, *(doubt for step in draft.steps for doubt in step.doubts))
    dated = bool(taking.valid_from) == bool(taking.decided)
    unknown_level = route is None and draft.level is None
    if unknown_level:
        doubts = (*doubts, Doubt("route_level", {"title": draft.title}))
    proposal = Proposal(
        id=group,
        group=group,
        verdict=verdict,
        subject=route.name if route else draft.title,
        ours=_shown(ours, knowledge) if route else say("nothing"),
        theirs=ARROW.join(_step_name(step, knowledge) for step in draft.steps),
        spot=draft.spot,
        fact=route.id if route else None,
        doubts=doubts,
        locked=unknown_level or not draft.steps or (not same and not dated),
    )
    return Offer(proposal, PART, RouteTaken(route.id if route else None, draft, same))


def _shown(steps: Sequence[EscalationStep], knowledge: Knowledge) -> str:
    return ARROW.join(knowledge.bodies[step.body].name if step.body else step.name for step in steps)


def _step_name(step: StepDraft, knowledge: Knowledge) -> str:
    return knowledge.bodies[step.body].name if step.body in knowledge.bodies else step.name


def _key(step: EscalationStep) -> str:
    return step.body or slug(step.name)


def _draft_key(step: StepDraft, known: Iterable[EscalationStep]) -> str:
    """Return the key of the known step that a draft's is, by any of its names; else one of its own."""
    if step.body:
        return step.body
    name = slug(step.name)
    called = (one for one in known if not one.body and name in {slug(word) for word in (one.name, *one.aliases)})
    return next((_key(one) for one in called), name)


# --- taking in ------------------------------------------------------------------------------------


def edits(wanted: Sequence[Offer], knowledge: Knowledge, taking: Taking) -> Iterator[Edit]:
    """Yield the edits that take in what was chosen of the routes."""
    for offer in wanted:
        taken = offer.what
        if not isinstance(taken, RouteTaken):
            continue
        place = locator(taking.source, taken.draft.spot)
        route = knowledge.routes.get(taken.route or "")
        if route is None:
            yield _new_route(taken.draft, knowledge, taking, place)
        elif taken.same and not (taking.valid_from and taking.decided):
            yield Edit("set", "routes", route.id, ("sources",), [place])
            for number in range(len(route.steps)):
                yield Edit("set", "routes", route.id, ("steps", number, "sources"), [place])
        elif taking.valid_from and taking.decided:
            change = {
                "valid_from": taking.valid_from,
                "decided": taking.decided,
                "sources": [place],
                "steps": _steps(taken.draft, route, knowledge, place),
                **_ends(taken.draft, route, knowledge, taking),
            }
            yield Edit("append", "routes", route.id, ("changes",), change)
        else:
            yield Edit("set", "routes", route.id, ("steps",), _steps(taken.draft, route, knowledge, place))
            for key, said in _ends(taken.draft, route, knowledge, taking).items():
                yield Edit("set", "routes", route.id, (key,), said)
            yield Edit("set", "routes", route.id, ("sources",), beside(route.sources, place))


def ends(before: Sequence[str], after: Sequence[str]) -> dict[str, str]:
    """Return what a route says first and after its last step, where its ends or its length are others than before.

    Both are lists of what the steps are called.
    """
    if not after or (len(before), *before[:1], *before[-1:]) == (len(after), after[0], after[-1]):
        return {}
    return {"lead": say("route_lead", name=after[0])[:LEAD], "after_last": say("after_last", name=after[-1])}


def _ends(draft: RouteDraft, route: EscalationRoute, knowledge: Knowledge, taking: Taking) -> dict[str, str]:
    ours = steps_before(route, taking.valid_from)
    names = {_key(step): names_of_steps((step,), knowledge)[0] for step in ours}
    after = [names.get(_draft_key(step, ours), _step_name(step, knowledge)) for step in draft.steps]
    return ends(names_of_steps(ours, knowledge), after)


def names_of_steps(steps: Iterable[EscalationStep], knowledge: Knowledge) -> list[str]:
    """Return what steps are called: by their bodies, where they have one."""
    return [knowledge.bodies[step.body].name if step.body in knowledge.bodies else step.name for step in steps]


def _steps(
    draft: RouteDraft, route: EscalationRoute | None, knowledge: Knowledge, place: dict[str, str]
) -> list[dict[str, Any]]:
    """Return the steps as data: those that the route has keep what is known of them, with the new source too."""
    known = {_key(step): step for step in (route.steps if route else ())}
    for change in route.changes if route else ():
        known.update({_key(step): step for step in change.steps})
    taken = {step.id for step in known.values()} | set(knowledge.bodies) | set(knowledge.terms)
    steps: list[dict[str, Any]] = []
    for one in draft.steps:
        before = known.get(_draft_key(one, known.values()))
        if before is not None:
            value = before.model_dump(mode="json", exclude_defaults=True)
            value["sources"] = beside(before.sources, place)
        else:
            value = _new_step(one, knowledge, place, taken)
            taken.add(value["id"])
        steps.append(value)
    return steps


def _new_step(step: StepDraft, knowledge: Knowledge, place: dict[str, str], taken: set[str]) -> dict[str, Any]:
    name = _step_name(step, knowledge)
    said = " ".join(" ".join(step.texts).split())
    lead, rest = lead_and_rest(said, name) if said else (say("step_lead", name=name)[:LEAD], [])
    return {
        "id": slug(name, taken),
        "name": name,
        "body": step.body,
        "function": None if step.body else name,
        "who_moves": say("not_said"),
        "who_sits": " ".join(rest) or say("not_said"),
        "lead": lead,
        "short": f"{name}.",
        "aliases": [name],
        "sources": [place],
    }


def _new_route(draft: RouteDraft, knowledge: Knowledge, taking: Taking, place: dict[str, str]) -> Edit:
    level = draft.level
    assert level is not None, "a route without a level is locked"
    ids = {"avvikelse": "avvikelse", "lokal": "tvist-lokal", "regional": "tvist-regional"}
    taken = set(knowledge.routes) | set(knowledge.terms) | set(knowledge.cues)
    names = [_step_name(step, knowledge) for step in draft.steps]
    agreement = knowledge.agreements.get(taking.agreement)
    begun = next((one.valid_from for one in agreement.decisions if one.valid_from), None) if agreement else None
    # General words stand in under these ids where a region has no such route; its own goes before them.
    id_ = ids[level] if ids[level] not in knowledge.routes else slug(draft.title, taken)
    value = {
        "id": id_,
        "name": draft.title,
        "agreement": taking.agreement,
        "level": str(level),
        "valid_from": taking.valid_from or begun or taking.decided,
        "aliases": [draft.title],
        "lead": say("route_lead", name=names[0])[:LEAD],
        "about_what": say(f"about_{level}"),
        "steps": _steps(draft, None, knowledge, place),
        "missing": [say("missing_times")],
        "after_last": say("after_last", name=names[-1]),
        "sources": [place],
    }
    return Edit("add", "routes", id_, value=value, file=f"escalation/{id_}.yaml")
