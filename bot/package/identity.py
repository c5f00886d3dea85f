"""What one Teams app is made of: its registration, its version, and the addresses that it names."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from bot.registrations import Registration
from bot.settings import Settings, variable
from knowledge.messages import sentence
from knowledge.model import Knowledge

HELP_PAGE = "/om"
PRIVACY_PAGE = "/om#personuppgifter"
TERMS_PAGE = "/om#villkor"

_say = partial(sentence, "doctor")


@dataclass(frozen=True, slots=True)
class TeamsApp:
    """One app for one registration, which may have a name.

    `version` is MAJOR.MINOR.PATCH from 1.0.0, the addresses are https.
    """

    app_id: str
    registration: str
    version: str
    region: str
    region_id: str
    publisher: str
    website: str
    privacy: str
    terms: str

    @property
    def id(self) -> str:
        """The id of the app in Teams' catalogue: another one than the bot's, and always the same for the same bot."""
        return str(uuid.uuid5(uuid.UUID(self.app_id), "teams-app"))

    @property
    def file_name(self) -> str:
        """The name of its zip, which no other registration's has."""
        return f"lotsen-{self.region_id}-{self.app_id}.zip"


def missing(settings: Settings) -> list[str]:
    """Return what the settings lack for an app in Teams, and how to put it right, in Swedish; empty when all is there.

    Only where it is empty may `teams_apps` be called.
    """
    return [*_missing_ids(settings.registrations), *_missing_url(settings.public_url)]


def teams_apps(settings: Settings, knowledge: Knowledge, version: str) -> list[TeamsApp]:
    """Return the app of each registration, in their order, for a version of Lotsen."""
    assert settings.public_url is not None, "missing() is empty"
    own, region, publisher = settings.public_url, knowledge.region, knowledge.region.publisher
    support = knowledge.bodies[region.support_body].name
    return [
        TeamsApp(
            app_id=str(uuid.UUID(each.app_id)),
            registration=each.name,
            version=app_version(version),
            region=region.name,
            region_id=region.id,
            publisher=publisher.name if publisher else support,
            website=(publisher and publisher.website) or own + HELP_PAGE,
            privacy=(publisher and publisher.privacy) or own + PRIVACY_PAGE,
            terms=(publisher and publisher.terms) or own + TERMS_PAGE,
        )
        for each in settings.registrations
    ]


def app_version(lotsen: str) -> str:
    """Return the version of the app for one of Lotsen: it rises with that, and begins with 1 or more, as Teams demands.

    0.1.0 gives 1.1.0. What is no MAJOR.MINOR.PATCH is left as it is, and refused when the package is checked.
    """
    major, dot, rest = lotsen.partition(".")
    return f"{int(major) + 1}{dot}{rest}" if major.isdecimal() else lotsen


def is_guid(text: str) -> bool:
    """Return whether a text is an id as Entra writes them: 8-4-4-4-12 hexadecimal digits."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _missing_ids(registrations: tuple[Registration, ...]) -> Iterator[str]:
    name = variable("teams_app_id")
    if not registrations:
        yield _say("package.no_app_id", name=name)
    for each in registrations:
        if not is_guid(each.app_id):
            yield _say("package.bad_app_id", name=name, value=each.app_id[:80])


def _missing_url(url: str | None) -> Iterator[str]:
    name = variable("public_url")
    if url is None:
        yield _say("package.no_url", name=name)
    elif urlsplit(url).scheme != "https":
        yield _say("package.http_url", name=name, value=url)
