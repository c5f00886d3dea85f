"""Forms on cards: inputs with labels, and the button that sends them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.ports import Profile
from bot.render.card import Say
from bot.render.pieces import Element

PROFILE = "profile"
NONE = "-"
"""What an input is sent as where nothing is chosen: clients show no choice with an empty value."""
PLACE, WORKPLACE = "kommun", "arbetsplats"


def with_profile_form(
    card: Element,
    say: Say,
    profile: Profile,
    municipalities: Sequence[tuple[str, str]],
    workplaces: Sequence[tuple[str, str]],
) -> Element:
    """Return a card with the choice of municipality and workplace below what it says."""
    none = say("profile.form.none")
    form = {
        "type": "Container",
        "id": "profile",
        "separator": True,
        "spacing": "Medium",
        "items": [
            {"type": "TextBlock", "text": say("profile.form.heading"), "weight": "Bolder", "wrap": True},
            choice_set(PLACE, say("profile.form.municipality"), profile.municipality, municipalities, none),
            choice_set(WORKPLACE, say("profile.form.workplace"), profile.workplace, workplaces, none),
            {"type": "ActionSet", "actions": [send_button(PROFILE, say("profile.form.save"))]},
        ],
    }
    return {**card, "body": [*card["body"], form]}


def choice_set(
    name: str, label: str, chosen: str | None, choices: Sequence[tuple[str, str]], none: str
) -> dict[str, Any]:
    """Return a drop-down list of (value, title) pairs under a label, with `none` for not chosen."""
    listed = [{"title": title, "value": value} for value, title in ((NONE, none), *choices)]
    return {
        "type": "Input.ChoiceSet",
        "id": name,
        "label": label,
        "style": "compact",
        "value": chosen or NONE,
        "choices": listed,
    }


def send_button(verb: str, title: str, data: dict[str, Any] | None = None, **looks: Any) -> dict[str, Any]:
    """Return the button that sends a form's inputs to a verb."""
    sent = {**(data or {}), "verb": verb}
    # Clients that do not know Execute send the same data as a message.
    submit = {"type": "Action.Submit", "title": title, "data": sent}
    return {"type": "Action.Execute", "title": title, "verb": verb, "data": sent, "fallback": submit, **looks}
