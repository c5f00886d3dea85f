"""Asking a human, as cards: what would be sent, what was sent, and the question where it is answered."""

from __future__ import annotations

from typing import Any

from bot.outreach import Enquiry, Offer, Opened
from bot.render.card import ACTION_LIMIT, Say
from bot.render.elements import card, framed, labelled, lines, plain, toggle
from bot.render.fitting import fitted
from bot.render.forms import send_button
from bot.render.pieces import Element
from bot.veil import HIDDEN

ENQUIRE, SEND, CANCEL = "expert", "expert-send", "expert-cancel"
OPEN, ANSWER = "expert-open", "expert-answer"
"""Verbs of the buttons."""
EXPERT = "expert"
"""The form of an answer that leads here."""
TEXT, WORDS, REPLY, SOURCE = "text", "ord", "svar", "kalla"
"""Inputs."""
USUAL_ACTIONS = 3
LONG = 200
"""Characters of Lotsen's own answer from which it is folded in."""
_EDIT, _TOLD = "edit", "told"


def with_offer(shown: Element, offer: Offer) -> Element:
    """Return an answer's card with the way to a human above its buttons, which become fewer by one."""
    actions = list(shown.get("actions", ()))
    kept = actions[: USUAL_ACTIONS - 1] if len(actions) <= USUAL_ACTIONS else actions[: ACTION_LIMIT - 1]
    whole = {**shown, "body": [*shown["body"], offered(offer)]}
    return {**whole, "actions": kept} if kept else whole


def offered(offer: Offer) -> Element:
    """Return the button that leads to a human under the note that it is not for what is urgent."""
    # A button's title is cut off on a phone, so what must be read stands above it.
    button = send_button(ENQUIRE, offer.title, {"question": offer.question, "receipt": offer.receipt})
    items = [*lines(offer.note, size="Small"), {"type": "ActionSet", "spacing": "Small", "actions": [button]}]
    return {"type": "Container", "id": "human", "separator": True, "items": items}


def offer_card(offer: Offer, say: Say) -> tuple[Element, str]:
    """Return the card that offers a human where an answer was of no help, and its text."""
    text = say("experts.offer")
    return fitted(card([*lines(text), offered(offer)], text, []), say), text


def enquiry_card(enquiry: Enquiry, receipt: str, mark: str, say: Say, *, changed: bool = False) -> tuple[Element, str]:
    """Return the card that shows exactly what would be sent, with its buttons, and its text.

    `mark` tells this enquiry from every other; `changed` says that the text is another than the one last shown.
    """
    kept = {"question": enquiry.text, "shown": list(enquiry.shown), "receipt": receipt}
    top = [*_above(enquiry, say), *_notes(enquiry, say, changed)]
    what = [
        *labelled(say("experts.ask.question"), enquiry.question),
        *labelled(say("experts.ask.place"), enquiry.place),
        *_told(enquiry.told, say("experts.ask.told"), say("experts.ask.show_told")),
    ]
    send = send_button(SEND, say("experts.ask.send"), {**kept, "mark": mark})
    cancel = send_button(CANCEL, say("experts.ask.cancel"), {"receipt": receipt}, associatedInputs="none")
    buttons = [send, toggle(say("experts.ask.edit"), [_EDIT]), cancel] if enquiry.question else [cancel]
    body = [*top, *([framed(what)] if what else []), _edit(enquiry, kept, say)]
    text = "\n".join(plain(top) + plain(what))
    return fitted(card(body, text, buttons), say), text


def sent_card(enquiry: Enquiry, say: Say) -> tuple[Element, str]:
    """Return the receipt of what was sent, and its text."""
    head = lines(say("experts.sent.title").replace("{group}", enquiry.group_name), weight="Bolder", style="heading")
    where = lines(say("experts.sent.where"))
    asked = labelled(say("experts.ask.question"), enquiry.question)
    text = "\n".join(plain([*head, *where, *asked]))
    return fitted(card([*head, *where, framed(asked)], text), say), text


def told_card(text: str) -> tuple[Element, str]:
    """Return a card that says one thing, and its text."""
    return card(lines(text), text), text


def question_card(opened: Opened, say: Say) -> tuple[Element, str]:
    """Return a question as its channel sees it: with a form until it is answered, then with the answer."""
    question = opened.question
    if question.answer is not None:
        return _answered(opened, say)
    day = question.on.isoformat()
    return open_card(question.id, opened.group_name, question.question, question.told, opened.place, day, say)


def open_card(id: str, group: str, question: str, told: str, place: str, day: str, say: Say) -> tuple[Element, str]:
    """Return a question with the form that answers it, and its text."""
    top = _top(group, day, say)
    what = _what(question, place, say)
    answered = _told(told, say("experts.card.told"), say("experts.ask.show_told"))
    text = "\n".join(plain([*top, *what, *answered]))
    send = send_button(ANSWER, say("experts.card.send"), {"id": id})
    whole = card([*top, framed([*what, *answered]), *_form(say)], text, [send])
    # Whoever opens the channel later sees that it has been answered; Teams asks for all where there are few.
    return fitted({**whole, "refresh": {"action": _refresh(id, say)}}, say), text


def _answered(opened: Opened, say: Say) -> tuple[Element, str]:
    question = opened.question
    day = (question.answered_at or question.at).astimezone().date().isoformat()
    body = [
        *_top(opened.group_name, question.on.isoformat(), say),
        framed(_what(question.question, opened.place, say)),
        *lines(say("experts.card.answered").replace("{day}", day), weight="Bolder"),
        *(lines(say(f"experts.card.{opened.outcome}")) if opened.outcome else []),
        *(lines(say("experts.card.masked")) if opened.masked else []),
        framed(labelled(say("experts.card.said"), question.answer or "")),
    ]
    text = "\n".join(plain(body))
    return fitted(card(body, text), say), text


def _top(group: str, day: str, say: Say) -> list[Element]:
    return [
        *lines(say("experts.card.title").replace("{group}", group), weight="Bolder", style="heading"),
        *lines(say("experts.card.asked").replace("{day}", day), size="Small"),
    ]


def _what(question: str, place: str, say: Say) -> list[Element]:
    return [*labelled(say("experts.card.question"), question), *labelled(say("experts.card.place"), place)]


def _above(enquiry: Enquiry, say: Say) -> list[Element]:
    usual = say("experts.ask.time").replace("{time}", enquiry.answer_time)
    return [
        *lines(say("experts.ask.title").replace("{group}", enquiry.group_name), weight="Bolder", style="heading"),
        *lines(say("experts.ask.urgent"), weight="Bolder"),
        *lines(usual if enquiry.answer_time else say("experts.ask.no_time")),
    ]


def _notes(enquiry: Enquiry, say: Say, changed: bool) -> list[Element]:
    if not enquiry.question:
        return lines(say("experts.ask.empty"))
    doubtful = len(enquiry.shown) < len(enquiry.may_show)
    return [
        *(lines(say("experts.ask.changed"), weight="Bolder") if changed else []),
        *(lines(say("experts.ask.masked")) if enquiry.masked else []),
        *(lines(say("experts.ask.hidden")) if HIDDEN in enquiry.question else []),
        *(lines(say("experts.ask.vouch")) if doubtful else []),
        *lines(say("experts.ask.exactly"), weight="Bolder"),
    ]


def _edit(enquiry: Enquiry, kept: dict[str, Any], say: Say) -> Element:
    """Return the inputs by which the text is changed, folded in while there is a text."""
    field = _input(TEXT, say("experts.ask.text"), value=enquiry.question)
    ticks = [_ticks(enquiry, say)] if enquiry.may_show else []
    again = {"type": "ActionSet", "actions": [send_button(ENQUIRE, say("experts.ask.again"), kept)]}
    return {
        "type": "Container",
        "id": _EDIT,
        "isVisible": not enquiry.question,
        "separator": True,
        "items": [field, *ticks, again],
    }


def _ticks(enquiry: Enquiry, say: Say) -> Element:
    return {
        "type": "Input.ChoiceSet",
        "id": WORDS,
        "label": say("experts.ask.words"),
        "isMultiSelect": True,
        "wrap": True,
        "value": ",".join(enquiry.shown),
        "choices": [{"title": word, "value": word} for word in enquiry.may_show],
    }


def _form(say: Say) -> list[Element]:
    required = {"isRequired": True, "errorMessage": say("experts.card.required")}
    return [
        *lines(say("experts.card.how"), size="Small"),
        _input(REPLY, say("experts.card.answer"), **required),
        {"type": "Input.Text", "id": SOURCE, "label": say("experts.card.source"), "maxLength": 300},
    ]


def _input(name: str, label: str, **more: Any) -> Element:
    return {"type": "Input.Text", "id": name, "label": label, "isMultiline": True, "maxLength": 3000, **more}


def _told(told: str, label: str, show: str) -> list[Element]:
    """Return what Lotsen answered, behind a button where it is long."""
    found = labelled(label, told)
    if len(told) <= LONG:
        return found
    folded = {"type": "Container", "id": _TOLD, "isVisible": False, "items": found}
    return [{"type": "ActionSet", "actions": [toggle(show, [_TOLD])]}, folded]


def _refresh(id: str, say: Say) -> Element:
    data = {"id": id, "verb": OPEN}
    return {"type": "Action.Execute", "title": say("experts.card.refresh"), "verb": OPEN, "data": data}
