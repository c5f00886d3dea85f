"""What Lotsen is told by the environment and an `.env` file: every setting, its range, and the rules between them."""

from __future__ import annotations

import difflib
import ipaddress
import logging
import os
import re
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict

from bot.errors import LotsenError
from bot.registrations import Registered, Registration, read_registrations
from knowledge.messages import sentence

PREFIX = "LOTSEN_"
ENV_FILE = ".env"
IGNORED = frozenset({"LOTSEN_TEST_SEEDS"})
MANY_TENANTS = "botframework.com"
"""Where a bot that is registered for many tenants logs in."""
TOKEN_PATH = "/oauth2/"  # noqa: S105
"""What an address for one tenant's tokens has, and that for all tenants has not."""
_SECRET = frozenset({"api_key", "teams_app_secret", "database_url"})
_DATABASES = ("sqlite+aiosqlite://", "postgresql+asyncpg://")
_GROUP = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", re.ASCII)
_HOST_AND_PORT = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?", re.ASCII)

_NAMED = re.compile(rf"\s*(?:export\s+)?({PREFIX}\w*)", re.IGNORECASE)

_say = partial(sentence, "settings")


class SettingsError(LotsenError):
    """Settings that Lotsen cannot start with. `problems` holds all of them, in Swedish."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problems))


def is_loopback(host: str) -> bool:
    """Return whether an address or name is this machine itself."""
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _one_word(value: str) -> str:
    if not value or not value.isprintable() or any(character.isspace() for character in value):
        raise ValueError
    return value


def _role(value: str) -> str:
    if "," in value:  # the header that it is looked for in is a list
        raise ValueError
    return _one_word(value)


def _secret_word(value: SecretStr) -> SecretStr:
    _one_word(value.get_secret_value())
    return value


def _host(value: str) -> str:
    bare = value.removeprefix("[").removesuffix("]")
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        # Digits and dots that are no address would be looked up as a name.
        if not _HOST.fullmatch(bare) or not re.search("[A-Za-z]", bare):
            raise
        return bare


def _address(value: str) -> str:
    return str(ipaddress.ip_address(value))


def _database(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().startswith(_DATABASES):
        raise ValueError
    return value


def _safe_url(value: str) -> str:
    parts = urlsplit(_one_word(value))
    host = parts.hostname or ""
    if not host or parts.port == 0 or (parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host))):
        raise ValueError
    return value


def _site(value: str) -> str:
    parts = urlsplit(_safe_url(value))
    if parts.path not in ("", "/") or parts.query or parts.fragment or parts.username is not None:
        raise ValueError
    return value.rstrip("/")


def _list(value: Any) -> Any:
    return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value


def _words(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(_one_word, values))


def _service_hosts(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        match = _HOST_AND_PORT.fullmatch(value)
        if match is None or int((match[2] or ":1")[1:]) not in range(1, 65536):
            raise ValueError
    return values


def _channels(value: Any) -> Any:
    """Return channels by group; conversation ids may be written as they stand in a channel's link."""
    if not isinstance(value, str):
        return value
    found: dict[str, str] = {}
    for pair in _list(value):
        group, _, channel = (part.strip() for part in pair.partition("="))
        channel = unquote(channel).partition(";messageid=")[0]
        if not _GROUP.fullmatch(group) or group in found:
            raise ValueError
        found[group] = _one_word(channel)
    return found


_Word = Annotated[str, AfterValidator(_one_word)]
_Url = Annotated[str, AfterValidator(_safe_url)]
_Site = Annotated[str, AfterValidator(_site)]
_Secret = Annotated[SecretStr, AfterValidator(_secret_word)]
_Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_list)]


class Settings(BaseSettings):
    """All settings, checked. What each one is stands in Swedish in `sentences/settings.yaml`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    knowledge: Path = Path("knowledge/dalarna")
    data: Path = Field(default_factory=lambda: user_data_path("lotsen", appauthor=False))
    database_url: Annotated[SecretStr, AfterValidator(_database)] | None = None
    host: Annotated[str, AfterValidator(_host)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 3978
    public_url: _Site | None = None
    dev: bool = False
    api_key: _Secret | None = None
    trusted_proxy: Annotated[str, AfterValidator(_address)] | None = None
    editor_role: Annotated[str, AfterValidator(_role)] | None = None
    teams_app_id: _Word | None = None
    teams_app_secret: _Secret | None = None
    teams_app_tenant: _Word | None = None
    teams_tenants: Annotated[_Listed, AfterValidator(_words)] = ()
    teams_registrations: Path | None = None
    teams_openid_url: _Url | None = None
    teams_login_url: _Url | None = None
    teams_service_hosts: Annotated[_Listed, AfterValidator(_service_hosts)] = ()
    teams_experts: Annotated[dict[str, str], NoDecode, BeforeValidator(_channels)] = Field(default_factory=dict)
    gaps: bool = True
    certainty: Annotated[float, Field(ge=0.5, le=1, allow_inf_nan=False)] = 0.66

    _registered: Registered = PrivateAttr(default_factory=Registered)

    @property
    def registrations(self) -> tuple[Registration, ...]:
        """All registrations of the bot: that of the single settings first, then those of the file."""
        return (*self._single, *self._registered.registrations)

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is no fault but should be put right, in Swedish."""
        return self._registered.cautions

    @property
    def _single(self) -> tuple[Registration, ...]:
        if not self.teams_app_id:
            return ()
        secret = self.teams_app_secret.get_secret_value() if self.teams_app_secret else None
        return (Registration(self.teams_app_id, self.teams_app_tenant or MANY_TENANTS, secret, self.teams_tenants),)

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach Lotsen."""
        return is_loopback(self.host)

    def for_web(self) -> dict[str, Any]:
        """Return what the web edge is told, by the names of its WebConfig."""
        key = self.api_key.get_secret_value() if self.api_key else None
        return {
            "dev": self.dev,
            "loopback": self.loopback,
            "api_key": key,
            "trusted_proxy": self.trusted_proxy,
            "editor_role": self.editor_role,
            "public": self.is_public,
        }

    @property
    def is_public(self) -> bool:
        """Whether Lotsen is reached from elsewhere, through a proxy if it listens to loopback alone."""
        return bool(self.public_url or self.registrations)

    def for_editor(self) -> dict[str, Any]:
        """Return what the editor's pages are told, by the names of their EditorConfig."""
        return {
            "region": self.knowledge,
            "data": self.data,
            "certainty": self.certainty,
            "loopback": self.loopback,
            "trusted_proxy": self.trusted_proxy,
            "role": self.editor_role,
            "public_host": urlsplit(self.public_url).netloc if self.public_url else None,
            "public": self.is_public,
        }

    def for_teams(self) -> dict[str, Any]:
        """Return what the Teams edge is told, by the names of its TeamsConfig; its defaults stand for the rest."""
        given = {
            "app_id": self.teams_app_id,
            "app_secret": self.teams_app_secret.get_secret_value() if self.teams_app_secret else None,
            "app_tenant": self.teams_app_tenant or MANY_TENANTS,
            "tenants": self.teams_tenants,
            "registrations": self._registered.registrations,
            "openid_url": self.teams_openid_url,
            "login_url": self.teams_login_url,
            "service_hosts": self.teams_service_hosts,
            "dev": self.dev,
        }
        return {name: value for name, value in given.items() if value is not None}

    def in_folder(self, root: Path) -> Settings:
        """Return the settings with whole paths; a relative knowledge folder lies in `root`."""
        knowledge = (root / self.knowledge.expanduser()).resolve()
        listed = self.teams_registrations and self.teams_registrations.expanduser().resolve()
        return self.model_copy(
            update={
                "knowledge": knowledge,
                "data": self.data.expanduser().resolve(),
                "teams_registrations": listed,
            }
        )

    def with_registrations(self, environment: Mapping[str, str]) -> tuple[Settings, tuple[str, ...]]:
        """Return the settings with the registrations of their file, and what is wrong in it.

        `environment` holds the variables that the file may name, by names in capitals.
        """
        if self.teams_registrations is None:
            return self, ()
        found = read_registrations(self.teams_registrations, environment, self._single)
        settings = self.model_copy()
        settings._registered = found
        return settings, found.problems


def load_settings(root: Path) -> Settings:
    """Return the settings of the environment, and of `.env` in the working directory where it lacks them.

    `root` is the folder of app.py. Raises SettingsError with everything that is wrong.
    """
    everything = _everything()
    sent = {name: value for name, value in everything.items() if name.startswith(PREFIX) and name not in IGNORED}
    problems = [*_unknown(sent)]
    try:
        settings, refused = Settings(_env_file=ENV_FILE), frozenset[str]()
    except ValidationError as exc:
        refused = frozenset(str(error["loc"][0]) for error in exc.errors())
        problems.extend(_refused(name, sent) for name in Settings.model_fields if name in refused)
        # The others are still held against each other, so that all is said at once.
        fallbacks = {name: Settings.model_fields[name].get_default(call_default_factory=True) for name in refused}
        settings = Settings(_env_file=ENV_FILE, **fallbacks)
    values = {name: value for name, (value, _) in everything.items()}
    settings, faults = settings.in_folder(root).with_registrations(values)
    problems.extend(faults)
    problems.extend(text for about, text in _broken_rules(settings) if not refused.intersection(about))
    if problems:
        raise SettingsError(problems)
    return settings


def variable(field: str) -> str:
    """Return the name of a setting as the environment has it."""
    return PREFIX + field.upper()


def _everything() -> dict[str, tuple[str, str]]:
    """Return the environment, others' variables too: name in capitals → (the value, where it stands)."""
    path = Path(ENV_FILE)
    try:
        lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    except UnicodeDecodeError as exc:
        raise SettingsError([_say("settings.error.dotenv")]) from exc
    logging.getLogger("dotenv").setLevel(logging.ERROR)  # it warns in English of what is told below
    in_file = DotEnvSettingsSource(Settings, env_file=path, env_file_encoding="utf-8").env_vars
    read = {name.upper() for name, value in in_file.items() if value is not None}
    if broken := [_say("settings.error.line", line=number) for number in _broken_lines(lines, read)]:
        raise SettingsError(broken)
    found = {name.upper(): (value or "", _place(name, lines)) for name, value in in_file.items()}
    found.update({name.upper(): (value, "") for name, value in os.environ.items()})
    return found


def _broken_lines(lines: list[str], read: set[str]) -> Iterator[int]:
    """Yield the numbers of the lines that name a setting of ours but set nothing: no "=", an open quotation mark."""
    for number, line in enumerate(lines, 1):
        named = _NAMED.match(line)
        if named is not None and named[1].upper() not in read:
            yield number


def _place(name: str, lines: list[str]) -> str:
    written = re.compile(rf"\s*(export\s+)?{re.escape(name)}\s*=", re.IGNORECASE)
    number = next((number for number, line in enumerate(lines, 1) if written.match(line)), 1)
    return f"{ENV_FILE}:{number}: "


def _unknown(sent: Mapping[str, tuple[str, str]]) -> Iterator[str]:
    known = [variable(field) for field in Settings.model_fields]
    for name, (_, where) in sorted(sent.items()):
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1, cutoff=0.75)
            hint = _say("settings.error.hint", guess=close[0]) if close else _say("settings.error.hint_none")
            yield _say("settings.error.unknown", where=where, name=name, hint=hint)


def _refused(field: str, sent: Mapping[str, tuple[str, str]]) -> str:
    value, where = sent.get(variable(field), ("", ""))
    code = "settings.error.bad_secret" if field in _SECRET else "settings.error.bad"
    said = _say(code, name=variable(field), value=value[:80], range=_say(f"settings.{field}.range"))
    return where + said


def _broken_rules(settings: Settings) -> Iterator[tuple[set[str], str]]:
    """Yield what does not go together: the fields that it is about, and what to do."""
    if not settings.knowledge.is_dir():
        said = _say("settings.error.no_folder", name=variable("knowledge"), value=settings.knowledge)
        yield {"knowledge"}, said
    if settings.dev and not settings.loopback:
        yield {"dev", "host"}, _say("settings.error.dev_open", host=settings.host)
    if settings.dev and settings.teams_app_id:
        yield {"dev", "teams_app_id"}, _say("settings.error.dev_app")
    if settings.dev and settings.teams_registrations:
        yield {"dev", "teams_registrations"}, _say("settings.error.dev_registrations")
    if settings.teams_registrations and TOKEN_PATH in (settings.teams_login_url or ""):
        yield {"teams_registrations", "teams_login_url"}, _say("settings.error.whole_login")
    if settings.teams_app_id and not settings.teams_tenants:
        yield {"teams_app_id", "teams_tenants"}, _say("settings.error.no_tenants")
    if settings.teams_app_id and not settings.teams_app_secret:
        yield {"teams_app_id", "teams_app_secret"}, _say("settings.error.no_secret")
    if not settings.loopback and not settings.teams_app_id and not settings.teams_registrations:
        yield {"host", "teams_app_id"}, _say("settings.error.open", host=settings.host)
