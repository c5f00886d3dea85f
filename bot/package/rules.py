"""What Teams demands of a package: Microsoft's schemas, and the rules that stand in its documents alone.

The rules are those of the manifest reference, of "Publish teamsApp" in Microsoft Graph (its inner error
codes, named below) and of the upload itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from bot.package.icons import SIZES, icon_problems
from bot.package.manifest import MANIFEST_VERSION, SCOPES, Json
from bot.package.schema import MANIFEST, TEXTS, Breach, breaches
from knowledge.messages import sentence

MOST_COMMANDS = 6
LIMITS = {
    # The schema of language files states these beside a reference, where draft 4 does not count them.
    r"name\.short": 30,
    r"name\.full": 100,
    r"description\.short": 80,
    r"description\.full": 4000,
    # The schema allows longer since 1.22; clients from before show no more.
    r"bots\[0\]\.commandLists\[\d\]\.commands\[\d+\]\.title": 32,
    r"bots\[0\]\.commandLists\[\d\]\.commands\[\d+\]\.description": 128,
}
_VERSION = re.compile(r"[1-9]\d*\.(0|[1-9]\d*)\.(0|[1-9]\d*)")  # VersionHasMajorLessThan1
_SCHEMA_VERSION = re.compile(r"/v([\d.]+)/")

_say = partial(sentence, "doctor")


def problems(manifest: Json, texts: Mapping[str, Json], icons: Mapping[str, bytes]) -> list[str]:
    """Return all that Teams would refuse in a package, in Swedish with place and cure; empty when it is sound."""
    found = [_said("manifest.json", breach) for breach in breaches(manifest, MANIFEST)]
    # What the schema refuses may lack what the other rules look at.
    if not found:
        found += _manifest_problems(manifest)
        found += _text_problems(manifest, texts)
    for name in SIZES:
        found += icon_problems(name, icons.get(name))
    return found


def _said(name: str, breach: Breach) -> str:
    known = sentence("doctor", f"package.schema.{breach.rule}", at=breach.at, limit=breach.limit, value=breach.value)
    what = known if not known.startswith("package.schema.") else _say("package.schema.other", rule=breach.rule)
    return _say("package.at", name=name, at=breach.at or "{}", what=what)


def _manifest_problems(manifest: Json) -> Iterator[str]:
    rule = partial(_say, "package.at", name="manifest.json")
    if manifest["manifestVersion"] != MANIFEST_VERSION:
        yield rule(at="manifestVersion", what=_say("package.rule.schema", version=MANIFEST_VERSION))
    if not _VERSION.fullmatch(manifest["version"]):
        yield rule(at="version", what=_say("package.rule.version", value=manifest["version"]))
    for key in ("websiteUrl", "privacyUrl", "termsOfUseUrl"):  # DeveloperPrivacyUrlMustBeHttps and its like
        if not manifest["developer"][key].startswith("https://"):
            yield rule(at=f"developer.{key}", what=_say("package.rule.https"))
    bot = manifest["bots"][0]
    if manifest["id"] == bot["botId"]:
        yield rule(at="id", what=_say("package.rule.id"))
    if manifest["composeExtensions"][0]["botId"] != bot["botId"]:
        yield rule(at="composeExtensions[0].botId", what=_say("package.rule.same_bot"))
    if "team" in bot["scopes"] and not manifest.get("supportsChannelFeatures"):
        yield rule(at="supportsChannelFeatures", what=_say("package.rule.channels"))
    yield from _menu_problems(bot["commandLists"], rule)


def _menu_problems(menus: list[Json], rule: partial[str]) -> Iterator[str]:
    if sorted(scope for menu in menus for scope in menu["scopes"]) != sorted(SCOPES):
        yield rule(at="bots[0].commandLists", what=_say("package.rule.scopes", scopes=", ".join(SCOPES)))
    for number, menu in enumerate(menus):
        titles = [command["title"] for command in menu["commands"]]
        at = f"bots[0].commandLists[{number}]"
        if not 0 < len(titles) <= MOST_COMMANDS:
            yield rule(at=at, what=_say("package.rule.commands", limit=MOST_COMMANDS, count=len(titles)))
        if len(set(titles)) < len(titles):
            yield rule(at=at, what=_say("package.rule.twice"))


def _text_problems(manifest: Json, texts: Mapping[str, Json]) -> Iterator[str]:
    languages = manifest["localizationInfo"]
    named = [languages["defaultLanguageFile"], *(each["file"] for each in languages["additionalLanguages"])]
    wanted = set(texts[named[0]]) if named[0] in texts else set()
    for name in named:
        rule = partial(_say, "package.at", name=name)
        if name not in texts:
            yield rule(at="{}", what=_say("package.rule.no_file"))
            continue
        yield from (_said(name, breach) for breach in breaches(texts[name], TEXTS))
        # An upload refuses a language file without the names, or of another version than the manifest.
        for key in sorted(wanted.symmetric_difference(texts[name])):
            yield rule(at=key, what=_say("package.rule.both_languages"))
        version = _SCHEMA_VERSION.search(str(texts[name].get("$schema")))
        if version is None or version[1] != manifest["manifestVersion"]:
            yield rule(at="$schema", what=_say("package.rule.schema", version=manifest["manifestVersion"]))
        yield from _length_problems(texts[name], rule)


def _length_problems(texts: Mapping[str, Any], rule: partial[str]) -> Iterator[str]:
    for key, text in texts.items():
        limit = next((limit for pattern, limit in LIMITS.items() if re.fullmatch(pattern, key)), None)
        if not str(text).strip():
            yield rule(at=key, what=_say("package.rule.empty"))
        elif limit is not None and len(str(text)) > limit:
            yield rule(at=key, what=_say("package.schema.maxLength", limit=limit, value=text))
