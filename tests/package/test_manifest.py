"""The app's manifest and texts: Microsoft's schemas, Teams' own limits, and commands that Lotsen answers."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.package.archive import Package, make_package
from bot.package.identity import TeamsApp, app_version
from bot.package.manifest import QUESTION, SCOPES, SEARCH
from bot.package.rules import MOST_COMMANDS, problems
from bot.render.html import ABOUT_PARTS
from bot.sentences import Sentences
from bot.service import Serving, answer_turns
from knowledge.model import Kind
from tests.fakes import APP_ID, TODAY

Change = Callable[[dict[str, Any], dict[str, dict[str, Any]]], object]
APP = TeamsApp(
    app_id=APP_ID,
    registration="",
    version="1.1.0",
    region="Dalarna",
    region_id="dalarna",
    publisher="RSS Dalarna",
    website="https://lotsen.example.se/om",
    privacy="https://lotsen.example.se/om#personuppgifter",
    terms="https://lotsen.example.se/om#villkor",
)
MENU = "bots[0].commandLists[0]"


@pytest.fixture(scope="module")
def package(serving: Serving) -> Package:
    """The package of the real knowledge."""
    return make_package(APP, serving.say)


def commands(package: Package) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each command with its scope."""
    for menu in package.manifest["bots"][0]["commandLists"]:
        for command in menu["commands"]:
            yield menu["scopes"][0], command


def test_teams_would_take_the_package(package: Package) -> None:
    """Neither Microsoft's schemas nor the rules beside them have anything against it."""
    assert package.problems == []


def test_the_bot_is_at_home_in_every_place(package: Package) -> None:
    """Personal chat, team and group chat each have the bot, and a menu of at most six commands."""
    (bot,) = package.manifest["bots"]
    assert bot["scopes"] == list(SCOPES) == [menu["scopes"][0] for menu in bot["commandLists"]]
    assert all(0 < len(menu["commands"]) <= MOST_COMMANDS for menu in bot["commandLists"])


def test_every_command_is_answered_as_it_stands(package: Package, serving: Serving) -> None:
    """Who chooses a command sends its title; Lotsen knows what to say, and does not ask back."""
    for scope, command in commands(package):
        (reply,) = answer_turns(serving, [command["title"]], None, TODAY)
        assert reply.kind not in (Kind.UNKNOWN, Kind.CLARIFY), (scope, command["title"])


def test_the_search_is_the_one_that_lotsen_answers(package: Package) -> None:
    """The compose box has one search, with one parameter, which shows something before anything is typed."""
    (extension,) = package.manifest["composeExtensions"]
    (command,) = extension["commands"]
    (parameter,) = command["parameters"]
    assert (command["id"], command["type"], command["initialRun"]) == (SEARCH, "query", True)
    assert (SEARCH, QUESTION) == ("sok", "fraga")
    assert parameter["name"] == QUESTION
    assert extension["botId"] == APP_ID


def test_both_languages_say_everything(package: Package) -> None:
    """Swedish is the default; English has the same keys, and the Swedish titles of commands, which are what is sent."""
    swedish, english = package.texts["sv.json"], package.texts["en.json"]
    assert set(swedish) == set(english)
    titles = [key for key in swedish if key.startswith("bots") and key.endswith(".title")]
    assert [swedish[key] for key in titles] == [english[key] for key in titles]
    other = {key for key in swedish if swedish[key] == english[key]} - set(titles)
    assert other == {"$schema", "name.short"}
    assert package.manifest["name"]["full"] == swedish["name.full"]


def test_the_ids_are_stable() -> None:
    """The same bot always gives the same app, two bots two apps, and the app's id is not the bot's."""
    other = TeamsApp(**{**{name: getattr(APP, name) for name in APP.__slots__}, "app_id": str(uuid.uuid4())})
    assert APP.id == "bec1360c-85d5-5814-bc3d-eeae7ff0132c"
    assert APP.id not in (APP.app_id, other.id)
    assert APP.file_name != other.file_name


@pytest.mark.parametrize(
    ("lotsen", "app"), [("0.1.0", "1.1.0"), ("0.1.1", "1.1.1"), ("0.2.0", "1.2.0"), ("1.0.0", "2.0.0"), ("x", "x")]
)
def test_the_version_rises_with_lotsens(lotsen: str, app: str) -> None:
    """Teams refuses a version that begins with 0, so the app is one ahead."""
    assert app_version(lotsen) == app


def test_the_pages_that_are_named_exist() -> None:
    """What the manifest names for personal data and terms are parts of Lotsen's own page."""
    assert {APP.privacy.partition("#")[2], APP.terms.partition("#")[2]} <= set(ABOUT_PARTS)


def put(place: str, value: Any) -> Change:
    """Return a change of the manifest at a dotted place."""

    def change(manifest: dict[str, Any], _texts: object) -> None:
        at: Any = manifest
        *path, last = [int(part) if part.isdecimal() else part for part in place.split(".")]
        for part in path:
            at = at[part]
        at[last] = value

    return change


def text(key: str, value: str) -> Change:
    """Return a change of the English texts."""
    return lambda _manifest, texts: texts["en.json"].update({key: value})


BROKEN: list[tuple[str, Change, str]] = [
    ("short name", put("name.short", "x" * 31), "name.short: texten är längre än 30 tecken"),
    ("short description", put("description.short", "x" * 81), "description.short: texten är längre än 80 tecken"),
    ("full description", put("description.full", "x" * 4001), "description.full: texten är längre än 4000 tecken"),
    ("publisher", put("developer.name", "x" * 33), "developer.name: texten är längre än 32 tecken"),
    ("search title", put("composeExtensions.0.commands.0.title", "x" * 33), "längre än 32 tecken"),
    ("key", put("okänd", 1), "manifest.json, {}: det finns en nyckel som Teams inte känner"),
    ("missing", lambda manifest, _: manifest.pop("developer"), "saknas; lägg till det"),
    ("bot id", put("bots.0.botId", "boten"), 'bots[0].botId: "boten" har fel form'),
    ("scope", put("bots.0.scopes.0", "överallt"), 'bots[0].scopes[0]: "överallt" finns inte bland'),
    ("sort", put("bots.0.supportsFiles", "nej"), 'bots[0].supportsFiles: "nej" är av fel sort'),
    ("manifest version", put("manifestVersion", "1.24"), "manifestVersion: ska vara version 1.25"),
    ("version", put("version", "1.0"), 'version: "1.0" ska vara tre tal'),
    (
        "version zero",
        put("version", "0.1.0"),
        'version: "0.1.0" ska vara tre tal med punkt emellan, det första minst 1',
    ),
    ("pre-release", put("version", "1.1.0-rc.1"), "ska vara tre tal"),
    ("http", put("developer.privacyUrl", "http://a.se"), "developer.privacyUrl: adressen ska börja med https://"),
    ("same id", put("id", APP_ID), "id: appen och boten ska ha olika id"),
    ("other bot", put("composeExtensions.0.botId", APP.id), "sökningen ska höra till samma bot"),
    ("channels", lambda manifest, _: manifest.pop("supportsChannelFeatures"), "krävs för en app i team"),
    ("menu gone", lambda manifest, _: manifest["bots"][0]["commandLists"].pop(), "ska ha en meny för var och en"),
    (
        "seven commands",
        lambda manifest, _: manifest["bots"][0]["commandLists"][0]["commands"].append(
            {"title": "x", "description": "x"}
        ),
        f"{MENU}: menyn har 7 kommandon och ska ha 1 till 6",
    ),
    ("twice", put("bots.0.commandLists.0.commands.0.title", "Hjälp"), f"{MENU}: två kommandon har samma titel"),
    ("file gone", lambda _, texts: texts.pop("en.json"), "en.json, {}: språkfilen saknas"),
    ("text gone", lambda _, texts: texts["en.json"].pop("name.full"), "en.json, name.full: finns bara på det ena"),
    ("unknown text", text("name.long", "x"), "en.json, {}: det finns en nyckel"),
    ("text schema", text("$schema", "https://x/v1.24/y"), "en.json, $schema: ska vara version 1.25"),
    ("long text", text("name.short", "x" * 31), "en.json, name.short: texten är längre än 30 tecken"),
    ("long title", text(f"{MENU}.commands[0].title", "x" * 33), ".title: texten är längre än 32 tecken"),
    ("long hint", text(f"{MENU}.commands[0].description", "x" * 129), "längre än 128 tecken"),
    (
        "empty text",
        text(f"{MENU}.commands[0].title", " "),
        "en.json, bots[0].commandLists[0].commands[0].title: texten är",
    ),
]


@pytest.mark.parametrize(("change", "said"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_what_teams_would_refuse_is_told(package: Package, change: Change, said: str) -> None:
    """Each mistake is told with its place and its cure."""
    manifest, texts = copy.deepcopy(package.manifest), copy.deepcopy(dict(package.texts))
    change(manifest, texts)
    found = problems(manifest, texts, package.icons)
    assert any(said in problem for problem in found), found
    assert all(
        "package." not in problem.replace("package.yaml", "").replace("package.commands", "") for problem in found
    )


@pytest.mark.parametrize("icon", [None, b"", b"GIF89a" + bytes(60)], ids=["none", "empty", "gif"])
def test_a_wrong_icon_is_told(package: Package, icon: bytes | None) -> None:
    """An icon that is missing or no PNG of the right size is named."""
    icons = {**package.icons, "color.png": icon} if icon is not None else {"outline.png": package.icons["outline.png"]}
    (said,) = problems(package.manifest, package.texts, icons)
    assert said.startswith("color.png ska vara en PNG på 192×192")
    swapped = {"color.png": package.icons["outline.png"], "outline.png": package.icons["color.png"]}
    assert len(problems(package.manifest, package.texts, swapped)) == 2


def test_a_region_may_say_it_in_its_own_words(serving: Serving) -> None:
    """The texts are the knowledge's, so a region's own sentence stands in the manifest."""
    own = Sentences({**serving.served.knowledge.sentences, "package.name.short": "Vägvisaren"})
    assert make_package(APP, own).manifest["name"]["short"] == "Vägvisaren"
