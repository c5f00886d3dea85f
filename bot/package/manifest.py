"""manifest.json and the language files: what Teams shows of Lotsen, and what it lets it do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.package.identity import TeamsApp
from bot.sentences import Sentences

MANIFEST_VERSION = "1.25"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST_VERSION}/MicrosoftTeams.schema.json"
TEXT_SCHEMA = (
    f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST_VERSION}/MicrosoftTeams.Localization.schema.json"
)
SCOPES = ("personal", "team", "groupChat")
LANGUAGE = "sv"
OTHER_LANGUAGE = "en"
COLOR, OUTLINE = "color.png", "outline.png"
ACCENT = "#17303F"
SEARCH, QUESTION = "sok", "fraga"
"""The command of the compose box and its parameter, as Teams sends them back."""

Json = dict[str, Any]


def make_manifest(app: TeamsApp, say: Sentences) -> Json:
    """Return manifest.json of one app, with the Swedish texts in it."""
    return {
        "$schema": SCHEMA,
        "manifestVersion": MANIFEST_VERSION,
        "version": app.version,
        "id": app.id,
        "localizationInfo": {
            "defaultLanguageTag": LANGUAGE,
            "defaultLanguageFile": f"{LANGUAGE}.json",
            "additionalLanguages": [{"languageTag": OTHER_LANGUAGE, "file": f"{OTHER_LANGUAGE}.json"}],
        },
        "developer": {
            "name": app.publisher,
            "websiteUrl": app.website,
            "privacyUrl": app.privacy,
            "termsOfUseUrl": app.terms,
        },
        "name": {"short": say("package.name.short"), "full": say("package.name.full", region=app.region)},
        "description": {
            "short": say("package.description.short", region=app.region),
            "full": say("package.description.full", region=app.region),
        },
        "icons": {"color": COLOR, "outline": OUTLINE},
        "accentColor": ACCENT,
        "bots": [_bot(app, say)],
        "composeExtensions": [_compose_box(app, say)],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [],
        "defaultInstallScope": "personal",
        # From 1.25 an app for teams must say this. Lotsen asks for no members and no files, and so works
        # alike in private and shared channels.
        "supportsChannelFeatures": "tier1",
    }


def make_texts(manifest: Json, app: TeamsApp, say: Sentences) -> dict[str, Json]:
    """Return the language files by name. Titles of commands stay Swedish: they are what Lotsen is asked."""
    return {
        f"{LANGUAGE}.json": {"$schema": TEXT_SCHEMA, **dict(_texts(manifest))},
        f"{OTHER_LANGUAGE}.json": {"$schema": TEXT_SCHEMA, **_translated(app, say)},
    }


def command_ids(scope: str, say: Sentences) -> list[str]:
    """Return the ids of the commands in a scope's menu, in their order, without what the region has no answer to."""
    return [name for name in say(f"package.commands.{scope}").split() if say(f"package.command.{name}.title")]


def _bot(app: TeamsApp, say: Sentences) -> Json:
    return {
        "botId": app.app_id,
        "scopes": list(SCOPES),
        "isNotificationOnly": False,
        "supportsFiles": False,
        "supportsCalling": False,
        "supportsVideo": False,
        "commandLists": [
            {"scopes": [scope], "commands": [_command(name, say) for name in command_ids(scope, say)]}
            for scope in SCOPES
        ],
    }


def _command(name: str, say: Sentences) -> Json:
    return {"title": say(f"package.command.{name}.title"), "description": say(f"package.command.{name}.description")}


def _compose_box(app: TeamsApp, say: Sentences) -> Json:
    parameter = {
        "name": QUESTION,
        "title": say("package.search.parameter.title"),
        "description": say("package.search.parameter.description"),
        "inputType": "text",
    }
    command = {
        "id": SEARCH,
        "type": "query",
        "context": ["compose", "commandBox"],
        "title": say("package.search.title"),
        "description": say("package.search.description"),
        "initialRun": True,
        "parameters": [parameter],
    }
    return {"botId": app.app_id, "canUpdateConfiguration": False, "commands": [command]}


def _texts(manifest: Json) -> Iterator[tuple[str, str]]:
    """Yield every text that can be translated, by the key that Teams gives it."""
    for part in ("name", "description"):
        yield from ((f"{part}.{length}", manifest[part][length]) for length in ("short", "full"))
    for number, listed in enumerate(manifest["bots"][0]["commandLists"]):
        for place, command in enumerate(listed["commands"]):
            at = f"bots[0].commandLists[{number}].commands[{place}]"
            yield from ((f"{at}.{key}", command[key]) for key in ("title", "description"))
    search = manifest["composeExtensions"][0]["commands"][0]
    at = "composeExtensions[0].commands[0]"
    yield from ((f"{at}.{key}", search[key]) for key in ("title", "description"))
    yield from ((f"{at}.parameters[0].{key}", search["parameters"][0][key]) for key in ("title", "description"))


def _translated(app: TeamsApp, say: Sentences) -> dict[str, str]:
    found = {
        f"{part}.{length}": say(f"package.en.{part}.{length}", region=app.region)
        for part in ("name", "description")
        for length in ("short", "full")
    }
    for number, scope in enumerate(SCOPES):
        for place, name in enumerate(command_ids(scope, say)):
            at = f"bots[0].commandLists[{number}].commands[{place}]"
            found[f"{at}.title"] = say(f"package.command.{name}.title")
            found[f"{at}.description"] = say(f"package.en.command.{name}.description")
    at = "composeExtensions[0].commands[0]"
    for key in ("title", "description"):
        found[f"{at}.{key}"] = say(f"package.en.search.{key}")
        found[f"{at}.parameters[0].{key}"] = say(f"package.en.search.parameter.{key}")
    return found
