"""The file that names several registrations of the bot: read and checked whole, every error with line and cure."""

from __future__ import annotations

import difflib
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from knowledge.messages import sentence

KEYS = ("name", "app_id", "tenant", "tenants", "secret", "secret_file", "secret_env")
SECRETS = ("secret", "secret_file", "secret_env")
OURS = "LOTSEN_"
SECRET_SIZE = 4096  # bytes
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_HARMLESS = re.compile(r"[\w .@/-]{0,80}")
_TABLE = re.compile(r"\s*\[\s*([\w-]+|\"[^\"]*\"|'[^']*')\s*\]")
_KEY = re.compile(r"\s*([\w-]+|\"[^\"]*\"|'[^']*')\s*=")
_AT_LINE = re.compile(r"at line ([0-9]+)")

_say = partial(sentence, "registrations")


@dataclass(frozen=True, slots=True)
class Registration:
    """One registration of the bot: who it is, where it logs in, and which tenants it lets in.

    `id` is its table in the file, and empty for the registration that single settings name. Ids and
    tenants from the file are GUIDs in lower case.
    """

    app_id: str
    app_tenant: str | None = None
    app_secret: str | None = field(default=None, repr=False)
    tenants: tuple[str, ...] = ()
    name: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Registered:
    """What a file holds: its sound registrations, and in Swedish what is wrong with it or should be known of it."""

    registrations: tuple[Registration, ...] = ()
    problems: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


def read_registrations(path: Path, environment: Mapping[str, str], others: Sequence[Registration] = ()) -> Registered:
    """Return what stands in a file, with all problems in the order of its lines. Never raises.

    `environment` holds what `secret_env` may name, by names in capitals. `others` are registrations from
    elsewhere, which those in the file must not repeat. No secret is ever part of a message.
    """
    try:
        # Some Windows editors begin a file with a byte order mark.
        text = path.read_text("utf-8-sig")
        tables = tomllib.loads(text)
    except OSError as exc:
        return Registered(problems=(_say("registrations.error.file", path=path, why=exc.strerror or ""),))
    except tomllib.TOMLDecodeError as exc:
        found = _AT_LINE.search(str(exc))
        line = int(found[1]) if found else len(text.splitlines())
        return Registered(problems=(_say("registrations.error.toml", path=path, line=line),))
    except UnicodeDecodeError:
        return Registered(problems=(_say("registrations.error.utf8", path=path),))
    return _File(path, text, environment).read(tables, others)


class _File:
    """One file while it is read."""

    def __init__(self, path: Path, text: str, environment: Mapping[str, str]) -> None:
        self._path = path
        self._lines = dict(_lines(text))
        self._environment = environment
        self._problems: list[tuple[int, str]] = []
        self._cautions: list[str] = []

    def read(self, tables: Mapping[str, Any], others: Sequence[Registration]) -> Registered:
        if not tables:
            self._wrong("", "", "empty")
        found = [self._registration(id_, table) for id_, table in tables.items()]
        sound = tuple(one for one in found if one is not None)
        self._check_clashes(sound, others)
        if any(isinstance(table, dict) and "secret" in table for table in tables.values()):
            self._check_mode(self._path)
        problems = tuple(text for _, text in sorted(self._problems, key=lambda problem: problem[0]))
        return Registered(sound, problems, tuple(self._cautions))

    def _registration(self, id_: str, table: object) -> Registration | None:
        if not isinstance(table, dict):
            self._wrong(id_, "", "no_table")
            return None
        before = len(self._problems)
        self._check_keys(id_, table)
        app_id = self._guid(id_, "app_id", table.get("app_id"))
        tenant = self._guid(id_, "tenant", table.get("tenant"))
        tenants = self._tenants(id_, table, tenant)
        secret = self._secret(id_, table)
        name = table.get("name", id_)
        if not isinstance(name, str) or not name.strip() or not name.isprintable():
            self._wrong(id_, "name", "name")
        if len(self._problems) > before:
            return None
        return Registration(app_id, tenant, secret, tenants, name.strip(), id_)

    def _check_keys(self, id_: str, table: Mapping[str, Any]) -> None:
        for key in table:
            if key not in KEYS:
                close = difflib.get_close_matches(key, KEYS, n=1)
                hint = _say("registrations.hint", guess=close[0]) if close else _say("registrations.hint_none")
                self._wrong(id_, key, "unknown", hint=hint)

    def _guid(self, id_: str, key: str, value: object) -> str:
        if value is None:
            self._wrong(id_, key, f"missing_{key}")
            return ""
        if not isinstance(value, str) or not _GUID.fullmatch(value.strip().lower()):
            self._wrong(id_, key, f"bad_{key}", value=_shown(value))
            return ""
        return value.strip().lower()

    def _tenants(self, id_: str, table: Mapping[str, Any], own: str) -> tuple[str, ...]:
        if "tenants" not in table:
            return (own,)
        listed = table["tenants"]
        if not isinstance(listed, list) or not listed:
            self._wrong(id_, "tenants", "bad_tenants", value=_shown(listed))
            return ()
        found: dict[str, None] = {}
        for value in listed:
            if isinstance(value, str) and _GUID.fullmatch(value.strip().lower()):
                found[value.strip().lower()] = None
            else:
                self._wrong(id_, "tenants", "bad_tenants", value=_shown(value))
        return tuple(found)

    def _secret(self, id_: str, table: Mapping[str, Any]) -> str | None:
        given = [key for key in SECRETS if key in table]
        if len(given) != 1:
            self._wrong(id_, given[1] if given else "", "one_secret")
            return None
        key = given[0]
        value = table[key]
        if not isinstance(value, str) or not value.strip():
            self._wrong(id_, key, f"bad_{key}")
            return None
        if key == "secret":
            return self._sound_secret(id_, key, value)
        return self._from_file(id_, value) if key == "secret_file" else self._from_environment(id_, value)

    def _from_file(self, id_: str, name: str) -> str | None:
        path = self._path.parent / Path(name).expanduser()
        try:
            with path.open("rb") as file:
                secret = file.read(SECRET_SIZE).decode("utf-8-sig").strip()
        except OSError as exc:
            self._wrong(id_, "secret_file", "secret_file", file=path, why=exc.strerror or "")
            return None
        except UnicodeDecodeError:
            secret = ""
        self._check_mode(path)
        return self._sound_secret(id_, "secret_file", secret)

    def _from_environment(self, id_: str, name: str) -> str | None:
        if name.upper().startswith(OURS):
            self._wrong(id_, "secret_env", "secret_env_ours", value=_shown(name))
            return None
        secret = self._environment.get(name.upper(), "")
        if not secret:
            self._wrong(id_, "secret_env", "secret_env", value=_shown(name))
            return None
        return self._sound_secret(id_, "secret_env", secret)

    def _sound_secret(self, id_: str, key: str, secret: str) -> str | None:
        word = secret.strip()
        if not word or not word.isprintable() or any(character.isspace() for character in word):
            self._wrong(id_, key, "secret")
        elif _GUID.fullmatch(word.lower()):
            # The portal shows the secret's id beside it, and only the id again later.
            self._wrong(id_, key, "secret_is_id")
        else:
            return word
        return None

    def _check_clashes(self, found: Sequence[Registration], others: Sequence[Registration]) -> None:
        apps = {one.app_id.lower(): _place(one) for one in others}
        tenants = {tenant.lower(): _place(one) for one in others for tenant in one.tenants}
        for one in found:
            if (place := apps.setdefault(one.app_id, _place(one))) != _place(one):
                self._wrong(one.id, "app_id", "same_app", value=one.app_id, other=place)
            for tenant in one.tenants:
                if (place := tenants.setdefault(tenant, _place(one))) != _place(one):
                    self._wrong(one.id, "tenants", "same_tenant", value=tenant, other=place)

    def _check_mode(self, path: Path) -> None:
        # On Windows the mode says nothing about who may read.
        if os.name == "posix" and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            self._cautions.append(_say("registrations.caution.open_file", path=path))

    def _wrong(self, id_: str, key: str, code: str, **values: Any) -> None:
        line = self._lines.get((id_, key)) or self._lines.get((id_, "")) or 1
        place = f"{self._path}:{line}: " + (f"[{id_}] " if id_ else "") + (f"{key}: " if key else "")
        self._problems.append((line, place + _say(f"registrations.error.{code}", **values)))


def _place(registration: Registration) -> str:
    return f"[{registration.id}]" if registration.id else "LOTSEN_TEAMS_APP_ID"


def _shown(value: object) -> str:
    """Return a value for a message; one that may be a secret in the wrong place is left out."""
    text = str(value)
    return text if _HARMLESS.fullmatch(text) else "…"


def _lines(text: str) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield where each table, and each key within it, is written; tomllib keeps no lines."""
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _TABLE.match(line):
            table = header[1].strip("\"'")
            yield (table, ""), number
        elif key := _KEY.match(line):
            name = key[1].strip("\"'")
            yield ((table, name) if table else (name, "")), number
