"""Who may use the editor's pages, and which forms are our own."""

from __future__ import annotations

import pytest

from bot.editor.access import EditorAccess, admitted, is_own_page, token, token_fits

HERE = EditorAccess(loopback=True)
BEHIND = EditorAccess(loopback=False, trusted_proxy="10.0.0.1", role="lotsen-redaktor", public_host="lotsen.exempel.se")
EDITOR = {"X-Forwarded-User": "anna@exempel.se", "X-Forwarded-Groups": "alla, lotsen-redaktor"}
LOCAL = {"Host": "127.0.0.1:3978"}


@pytest.mark.parametrize(
    ("access", "remote", "headers", "who"),
    [
        pytest.param(HERE, "127.0.0.1", LOCAL, "", id="at-the-machine"),
        pytest.param(HERE, "127.0.0.1", {"Host": "localhost:3978"}, "", id="localhost"),
        pytest.param(HERE, "::1", {"Host": "[::1]:3978"}, "", id="ipv6"),
        pytest.param(HERE, "127.0.0.1", {"Host": "ond.exempel"}, None, id="rebound-name"),
        pytest.param(HERE, "127.0.0.1", {"Host": "127.0.0.1.ond.exempel"}, None, id="name-that-looks-local"),
        pytest.param(HERE, "127.0.0.1", {}, None, id="no-host"),
        pytest.param(HERE, "127.0.0.1", {**LOCAL, "X-Forwarded-For": "8.8.8.8"}, None, id="through-a-tunnel"),
        pytest.param(HERE, "127.0.0.1", {**LOCAL, **EDITOR}, None, id="user-header-without-a-trusted-proxy"),
        pytest.param(BEHIND, "10.0.0.1", EDITOR, "anna@exempel.se", id="with-the-role"),
        pytest.param(BEHIND, "::ffff:10.0.0.1", EDITOR, "anna@exempel.se", id="mapped-address"),
        pytest.param(BEHIND, "10.0.0.2", EDITOR, None, id="another-address"),
        pytest.param(BEHIND, None, EDITOR, None, id="no-address"),
        pytest.param(BEHIND, "10.0.0.1", {"X-Forwarded-Groups": "lotsen-redaktor"}, None, id="no-user"),
        pytest.param(BEHIND, "10.0.0.1", {"X-Forwarded-User": "anna"}, None, id="no-groups"),
        pytest.param(BEHIND, "10.0.0.1", {**EDITOR, "X-Forwarded-Groups": "lotsen-redaktor-2"}, None, id="near-miss"),
        pytest.param(
            EditorAccess(False, "10.0.0.1"), "10.0.0.1", {**EDITOR, "X-Forwarded-Groups": ""}, None, id="no-role-set"
        ),
        pytest.param(EditorAccess(False, None, "r"), "10.0.0.1", EDITOR, None, id="no-proxy-set"),
        pytest.param(EditorAccess(True, "127.0.0.1", "r"), "127.0.0.1", LOCAL, None, id="proxy-on-loopback"),
        pytest.param(BEHIND, "10.0.0.1", {"X-Lotsen-Key": "k" * 20}, None, id="a-key-opens-nothing"),
    ],
)
def test_who_comes_in(access: EditorAccess, remote: str | None, headers: dict[str, str], who: str | None) -> None:
    """On loopback who sits at the machine; elsewhere a user with the role, through the trusted proxy alone."""
    found = admitted(access, remote, headers)
    assert (found.name if found else None) == who


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"Origin": "http://127.0.0.1:3978"}, True),
        ({"Referer": "http://127.0.0.1:3978/redaktor"}, True),
        ({"Origin": "http://127.0.0.1:4000"}, False),
        ({"Origin": "http://localhost:3978"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://[", "Referer": "http://127.0.0.1:3978/"}, False),
        ({}, False),
    ],
)
def test_a_form_must_come_from_our_own_page(headers: dict[str, str], own: bool) -> None:
    """Another site, another port, a hidden origin or none: not ours."""
    assert is_own_page(HERE, {**LOCAL, **headers}, proxied=False) is own


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"Origin": "https://lotsen.exempel.se"}, True),
        ({"Origin": "https://annat.exempel.se", "X-Forwarded-Host": "annat.exempel.se"}, True),
        ({"Origin": "https://ond.exempel"}, False),
    ],
)
def test_behind_a_proxy_the_public_name_is_ours(headers: dict[str, str], own: bool) -> None:
    """The host that browsers know is told by the setting or the proxy."""
    assert is_own_page(BEHIND, {"Host": "10.0.0.5:3978", **headers}, proxied=True) is own


def test_a_token_fits_one_browser_and_one_start() -> None:
    """Another browser's token, one of an earlier start, and none do not fit."""
    assert token_fits(b"s", "a", token(b"s", "a"))
    for secret, session, sent in ((b"s", "b", token(b"s", "a")), (b"t", "a", token(b"s", "a")), (b"s", "a", "")):
        assert not token_fits(secret, session, sent)
    assert not token_fits(b"s", None, token(b"s", ""))


@pytest.mark.parametrize("name", ["X-Real-IP", "x-forwarded-port", "X-Forwarded-Groups", "Via", "Forwarded"])
def test_any_trace_of_a_proxy_closes_what_is_open_to_the_machine_alone(name: str) -> None:
    """A request that came through something is not from who sits at the machine, whatever else it says."""
    assert admitted(HERE, "127.0.0.1", {"Host": "127.0.0.1:3978"}) is not None
    assert admitted(HERE, "127.0.0.1", {"Host": "127.0.0.1:3978", name: "1"}) is None


def test_a_public_lotsen_is_never_open_without_a_role() -> None:
    """A proxy may tell nothing of itself: where Lotsen is reached from elsewhere, loopback opens nothing."""
    assert admitted(EditorAccess(loopback=True, public=True), "127.0.0.1", {"Host": "127.0.0.1:3978"}) is None
