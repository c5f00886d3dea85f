"""Several registrations at once: whose activity it is, whom it may come from, and whose token the reply carries."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.registrations import Registration
from tests.fakes import APP_ID, mint
from tests.teams.conftest import TENANT, Edge, Edges

B = "bbbbbbbb-2222-3333-4444-555555555555"
C = "cccccccc-2222-3333-4444-555555555555"
TENANT_B = "bbbbbbbb-0000-0000-0000-000000000002"
TENANT_C = "cccccccc-0000-0000-0000-000000000003"
FILED = (
    Registration(B, TENANT_B, "hemligt-b", (TENANT_B,), "B", "b"),
    Registration(C, TENANT_C, "hemligt-c", (TENANT_C,), "C", "c"),
)


@pytest.fixture
async def both(edges: Edges) -> Edge:
    """The endpoint with the registration of the single settings, and two from a file."""
    return await edges.start(registrations=FILED)


def asked(edge: Edge, tenant: str, **changes: Any) -> dict[str, Any]:
    return edge.activity("message_personal", channelData={"tenant": {"id": tenant}}, **changes)


def token(edge: Edge, app_id: object) -> str:
    return mint(edge.service_url, aud=app_id)


@pytest.mark.parametrize(("app_id", "tenant"), [(APP_ID, TENANT), (B, TENANT_B), (C, TENANT_C)])
async def test_each_registration_answers_its_own_tenant(both: Edge, app_id: str, tenant: str) -> None:
    """The reply's token is fetched for the registration that was asked, in its own tenant, with its own secret."""
    assert (await both.post(asked(both, tenant), token(both, app_id))).status == 200
    assert len(both.connector.messages) == 1
    assert both.login.paths == [f"/{tenant}/oauth2/v2.0/token"]
    [form] = both.login.forms
    secrets = {APP_ID: "hemligt", B: "hemligt-b", C: "hemligt-c"}
    assert (form["client_id"], form["client_secret"]) == (app_id, secrets[app_id])


@pytest.mark.parametrize(
    ("app_id", "tenant"), [(APP_ID, TENANT_B), (B, TENANT), (B, TENANT_C), (C, TENANT_B)], ids=lambda one: one[:4]
)
async def test_a_tenant_of_another_registration_is_refused(both: Edge, app_id: str, tenant: str) -> None:
    """A token for one registration lets in no tenant of another: 403, and nothing is asked or fetched."""
    assert (await both.post(asked(both, tenant), token(both, app_id))).status == 403
    assert (both.asks.turns, both.login.forms, both.connector.posts) == ([], [], [])


AUDIENCES = {
    "none of ours": "99999999-2222-3333-4444-555555555555",
    "two of ours": [B, C],
    "an empty list": [],
    "no text": 7,
    "text within a list within": [[B]],
    "a name beside": f"{B} {C}",
}


@pytest.mark.parametrize("audience", AUDIENCES.values(), ids=AUDIENCES.keys())
async def test_a_token_must_be_for_one_of_ours(both: Edge, audience: object) -> None:
    """A token for nobody here, or for two at once, gives 401."""
    assert (await both.post(asked(both, TENANT_B), token(both, audience))).status == 401
    assert both.asks.turns == []


async def test_an_audience_in_a_list_counts(both: Edge) -> None:
    """A list with one of our registrations among others' names that one."""
    assert (await both.post(asked(both, TENANT_B), token(both, ["https://other", B]))).status == 200
    assert both.login.forms[0]["client_id"] == B


async def test_the_token_decides_and_not_what_the_activity_says(both: Edge) -> None:
    """An activity that names another bot as its recipient still belongs to its token's registration."""
    activity = asked(both, TENANT_B, recipient={"id": f"28:{C}", "name": "Lotsen"})
    assert (await both.post(activity, token(both, B))).status == 200
    assert both.login.forms[0]["client_id"] == B


async def test_replies_at_once_never_mix_their_tokens(both: Edge) -> None:
    """Each reply carries the token that its own registration was given, also when all are under way together."""
    both.asks.delay = both.login.delay = 0.05
    told = [(APP_ID, TENANT), (B, TENANT_B), (C, TENANT_C)] * 4
    await asyncio.gather(
        *(
            both.post(asked(both, tenant, id=f"{n}", conversation={"id": f"{app_id}"}), token(both, app_id))
            for n, (app_id, tenant) in enumerate(told)
        )
    )
    granted = {f"Bearer reply-{n}": form["client_id"] for n, form in enumerate(both.login.forms, 1)}
    sent = [
        (granted[headers["Authorization"]], post["conversation"]["id"])
        for headers, post in zip(both.connector.headers, both.connector.posts, strict=True)
    ]
    assert len(sent) == 12
    assert all(app_id == conversation for app_id, conversation in sent)
    assert len(both.login.forms) == 3


async def test_the_same_ids_in_two_registrations_are_two(both: Edge) -> None:
    """One conversation, activity and person in two registrations: answered twice, remembered apart."""
    for app_id, tenant in ((APP_ID, TENANT), (B, TENANT_B), (C, TENANT_C)):
        assert (await both.post(asked(both, tenant), token(both, app_id))).status == 200
    assert len(both.connector.messages) == 3
    assert len({turn.conversation for turn in both.asks.turns}) == 3
    assert len({turn.person for turn in both.asks.turns}) == 3


async def test_reactions_to_the_same_message_id_are_told_apart(both: Edge) -> None:
    """Message ids count within their registration, so that a thumb never lands on another tenant's answer."""
    await both.post(asked(both, TENANT_B), token(both, B))
    for app_id, tenant in ((APP_ID, TENANT), (C, TENANT_C), (B, TENANT_B)):
        thumb = both.activity("invoke_feedback", channelData={"tenant": {"id": tenant}})
        assert (await both.post(thumb, token(both, app_id))).status == 200
    assert [receipt for receipt, _, _ in both.asks.reactions] == ["", "", both.asks.answer.receipt]


async def test_a_registration_whose_login_fails_stops_no_other(both: Edge) -> None:
    """One secret that has run out silences its own registration: 502 there, an answer in the others."""
    both.login.refused = {B}
    assert (await both.post(asked(both, TENANT_B), token(both, B))).status == 502
    assert (await both.post(asked(both, TENANT_C), token(both, C))).status == 200


async def test_registrations_from_a_file_alone(edges: Edges) -> None:
    """Without single settings those of the file are all there are; dev mode is off, and no token opens nothing."""
    edge = await edges.start(app_id=None, app_secret=None, tenants=(), registrations=FILED, dev=True)
    assert (await edge.post(asked(edge, TENANT), token(edge, APP_ID))).status == 401
    assert (await edge.post(asked(edge, TENANT_B), None)).status == 401
    assert (await edge.post(asked(edge, TENANT_B), token(edge, B))).status == 200
