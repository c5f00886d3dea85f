"""Where somebody can be told something later: made from an activity, kept, used, and checked again before use."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botbuilder.schema import Activity
from hypothesis import given
from hypothesis import strategies as st

from bot.registrations import Registration
from bot.teams.address import Address, BadAddress, address_of, attach, scope_of
from bot.teams.config import TeamsConfig
from bot.teams.gate import Gate
from tests.teams.conftest import ACTIVITIES

TENANT = "aaaaaaaa-0000-0000-0000-000000000001"
OTHER = "bbbbbbbb-0000-0000-0000-000000000002"
SMBA = "https://smba.trafficmanager.net/emea/"
FILED = Registration("app-b", OTHER, "x", (OTHER,), "B", "b")


def received(name: str, registration: Registration | None, **changes: Any) -> Activity:
    raw = json.loads((ACTIVITIES / f"{name}.json").read_text("utf-8").replace("{service_url}", SMBA))
    activity = Activity().deserialize({**raw, **changes})
    attach(activity, registration)
    return activity


def test_an_address_is_made_from_an_activity() -> None:
    """It names service, conversation, registration, tenant, and both accounts."""
    assert address_of(received("message_personal", FILED)) == Address(
        service_url=SMBA,
        conversation="a:1pL6i0oY3C0K8oAj8",
        app_id="app-b",
        tenant=TENANT,
        bot="28:11111111-2222-3333-4444-555555555555",
        user="29:1XJKJMvc5GBtc2JwZq0oj8tHZmzrQgDmB25ATiQWA",
        personal=True,
    )


def test_a_channel_is_reached_without_thread_or_person() -> None:
    """What is kept of a channel leads to the channel, and names nobody."""
    address = address_of(received("message_channel_mention", FILED))
    assert (address.conversation, address.personal) == ("19:253b1f34@thread.skype;messageid=1481567603816", False)
    assert (address.channel.conversation, address.channel.user) == ("19:253b1f34@thread.skype", None)


def test_in_dev_mode_no_registration_is_named() -> None:
    """Without registration an address has no app id; missing accounts are null."""
    address = address_of(received("message_personal", None, recipient=None, **{"from": None}))
    assert (address.app_id, address.bot, address.user) == (None, None, None)


@given(st.builds(Address, st.text(min_size=1), st.text(min_size=1)))
def test_an_address_outlives_json(address: Address) -> None:
    """Written as JSON and read again it is the same."""
    assert Address.from_json(json.loads(json.dumps(address.as_json()))) == address


@pytest.mark.parametrize(
    "kept",
    [
        {},
        {"service_url": SMBA},
        {"service_url": SMBA, "conversation": ""},
        {"service_url": SMBA, "conversation": 7},
        {"service_url": SMBA, "conversation": "a", "user": {}},
        {"service_url": SMBA, "conversation": "a", "personal": "yes"},
        {"service_url": SMBA, "conversation": "a", "color": "red"},
    ],
    ids=json.dumps,
)
def test_what_is_no_address_is_refused(kept: dict[str, Any]) -> None:
    """What was kept by something else, or broken, is told of and never sent to."""
    with pytest.raises(BadAddress):
        Address.from_json(kept)


CONFIG = TeamsConfig(app_id="app-a", tenants=(TENANT,), registrations=(FILED,))
LOOPBACK = "http://127.0.0.1:1/"
REACHED = [
    pytest.param(CONFIG, Address(SMBA, "a", "app-a", TENANT), True, id="its registration and tenant"),
    pytest.param(CONFIG, Address(SMBA, "a", "app-a", TENANT.upper()), True, id="a tenant in capitals"),
    pytest.param(CONFIG, Address(SMBA, "a", "app-b", OTHER), True, id="the second registration"),
    pytest.param(CONFIG, Address(SMBA, "a", "app-b", TENANT), False, id="the tenant of another registration"),
    pytest.param(CONFIG, Address(SMBA, "a", "app-c", TENANT), False, id="a registration that is gone"),
    pytest.param(CONFIG, Address(SMBA, "a", None, TENANT), False, id="kept in dev mode"),
    pytest.param(CONFIG, Address(SMBA, "a", "app-a", None), False, id="no tenant"),
    pytest.param(CONFIG, Address("https://example.org/", "a", "app-a", TENANT), False, id="another service"),
    pytest.param(CONFIG, Address(LOOPBACK, "a", "app-a", TENANT), False, id="loopback"),
    pytest.param(TeamsConfig(dev=True), Address(LOOPBACK, "a"), True, id="dev mode on loopback"),
    pytest.param(TeamsConfig(dev=True), Address(SMBA, "a"), False, id="dev mode and Teams"),
    pytest.param(TeamsConfig(dev=True), Address(LOOPBACK, "a", "app-a", TENANT), False, id="dev mode, kept outside it"),
    pytest.param(TeamsConfig(), Address(SMBA, "a"), False, id="no registration at all"),
]


@pytest.mark.parametrize(("config", "address", "reached"), REACHED)
def test_a_kept_address_is_held_against_the_gate(config: TeamsConfig, address: Address, reached: bool) -> None:
    """Settings may have changed since an address was kept: registration, tenant and service must still be ours."""
    assert Gate(config).reaches(address) is reached


def test_keys_of_different_registrations_never_meet() -> None:
    """The single settings' keys are as they were; others begin with registration and tenant."""
    home = Registration("app-a", TENANT, "x", (TENANT, OTHER))
    assert scope_of(received("message_personal", None)) == scope_of(received("message_personal", home)) == ""
    one = scope_of(received("message_personal", FILED))
    other = scope_of(received("message_personal", FILED, channelData={"tenant": {"id": OTHER.upper()}}))
    assert (one, other) == (f"app-b:{TENANT}:", f"app-b:{OTHER}:")
