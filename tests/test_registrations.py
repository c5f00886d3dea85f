"""The file with several registrations: what it may hold, and what is said of what it may not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.registrations import Registered, Registration, read_registrations
from bot.settings import SettingsError, load_settings

ROOT = Path(__file__).parents[1]
A = "0000000a-0000-4000-8000-000000000000"
B = "0000000b-0000-4000-8000-000000000000"
TENANT_A = "000000a0-0000-4000-8000-000000000000"
TENANT_B = "000000b0-0000-4000-8000-000000000000"
SECRET = "qY8Q~hemligt.hemligt_hemligt-hemligt~hem"
SOUND = f"""
[falun]
name = "Falu kommun"
app_id = "{A}"
tenant = "{TENANT_A}"
secret = "{SECRET}"

[mora]
app_id = "{B.upper()}"
tenant = "{TENANT_B}"
secret_env = "MORA_SECRET"
"""
ENVIRONMENT = {"MORA_SECRET": "moras", "LOTSEN_PORT": "1"}


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test stands in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(text: str, others: tuple[Registration, ...] = ()) -> Registered:
    path = Path("registreringar.toml")
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return read_registrations(path, ENVIRONMENT, others)


def test_a_file_names_several_registrations() -> None:
    """Each table is one; its own tenant is let in and its name the table's, unless others are given."""
    found = read(SOUND)
    assert (found.problems, found.cautions) == ((), ())
    assert found.registrations == (
        Registration(A, TENANT_A, SECRET, (TENANT_A,), "Falu kommun", "falun"),
        Registration(B, TENANT_B, "moras", (TENANT_B,), "mora", "mora"),
    )
    assert SECRET not in repr(found)


def test_listed_tenants_are_let_in_instead_of_the_own() -> None:
    """What is listed is all that is let in; a tenant listed twice counts once."""
    text = SOUND.replace("[mora]", f'tenants = ["{TENANT_A}", "{TENANT_A.upper()}", "{B}"]\n[mora]')
    assert read(text).registrations[0].tenants == (TENANT_A, B)


def test_a_secret_in_a_file_of_its_own(empty_folder: Path) -> None:
    """The path counts from the folder of the file that names it; the end of the line is no part of the secret."""
    folder = empty_folder / "etc"
    (folder / "hemligt").mkdir(parents=True)
    (folder / "hemligt" / "mora").write_text(f"{SECRET}\n", "utf-8")
    (folder / "hemligt" / "mora").chmod(0o600)
    path = folder / "r.toml"
    path.write_text(SOUND.replace('secret_env = "MORA_SECRET"', 'secret_file = "hemligt/mora"'), "utf-8")
    path.chmod(0o600)
    assert read_registrations(path, ENVIRONMENT).registrations[1].app_secret == SECRET


# Each case changes the sound file and foretells where the message points and what it says.
WRONG = {
    "no such key": ('name = "Falu', 'nam = "Falu', 3, "nam: nyckeln finns inte; menade du name?"),
    "a key like no other": ("[mora]", "xyzzy = 1\n[mora]", 8, "nyckeln finns inte; de som finns är"),
    "no app id": (f'app_id = "{A}"\n', "", 2, "app_id: saknas; ange Application (client) ID"),
    "no tenant": (f'tenant = "{TENANT_A}"\n', "", 2, "tenant: saknas; ange Directory (tenant) ID"),
    "app id no GUID": (A, "falun", 4, 'app_id: "falun" är inget id; ange Application'),
    "app id a number": (f'"{A}"', "7", 4, 'app_id: "7" är inget id'),
    "tenant a domain": (TENANT_A, "falun.se", 5, 'tenant: "falun.se" är inget id; ange Directory'),
    "tenants no list": ("[mora]", f'tenants = "{B}"\n[mora]', 8, "är ingen lista av id; skriv"),
    "tenants empty": ("[mora]", "tenants = []\n[mora]", 8, "är ingen lista av id; skriv"),
    "tenants with a bad one": ("[mora]", f'tenants = ["{B}", "x"]\n[mora]', 8, '"x" är ingen lista av id'),
    "name no text": ('"Falu kommun"', "1", 3, "name: går inte att använda; ange ett namn"),
    "no secret": (f'secret = "{SECRET}"\n', "", 2, "ska ha precis en av"),
    "two secrets": ("[mora]", 'secret_env = "MORA_SECRET"\n[mora]', 8, "ska ha precis en av"),
    "secret no text": (f'"{SECRET}"', "7", 6, "secret: är ingen text; ange"),
    "secret of two words": (SECRET, "a b", 6, "hemligheten går inte att använda; ange värdet ensamt"),
    "the secret's id": (SECRET, A, 6, "ser ut som hemlighetens id; ange värdet (Value)"),
    "no such variable": ("MORA_SECRET", "MORAS", 11, "miljövariabeln MORAS är inte satt; sätt den"),
    "a setting as variable": ("MORA_SECRET", "LOTSEN_PORT", 11, "börjar med LOTSEN_"),
    "no such file": ('secret_env = "MORA_SECRET"', 'secret_file = "nej"', 11, "filen nej går inte att läsa ("),
    "no text for a file": ('secret_env = "MORA_SECRET"', "secret_file = 7", 11, "secret_file: är ingen sökväg; ange"),
    "no text for a variable": ('secret_env = "MORA_SECRET"', "secret_env = 7", 11, "secret_env: är inget namn; ange"),
    "outside a table": ("[falun]", 'app_id = "x"\n[falun]', 2, "står utanför en registrering; skriv"),
    "one app id twice": (B.upper(), A, 9, f"app-id {A} finns redan i [falun]; varje"),
    "one tenant twice": (TENANT_B, TENANT_A, 8, f"{TENANT_A} släpps redan in av [falun]; ta bort"),
    "no TOML": ('name = "Falu kommun"', "name = Falu", 3, "går inte att läsa som TOML; skriv [namn]"),
}


@pytest.mark.parametrize(("old", "new", "line", "said"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_told_with_line_and_cure(old: str, new: str, line: int, said: str) -> None:
    """One mistake gives one message, with the file, its line, what is wrong and what to do."""
    assert old in SOUND
    (problem,) = read(SOUND.replace(old, new, 1)).problems
    assert problem.startswith(f"registreringar.toml:{line}: ")
    assert said in problem


def test_an_empty_file_has_no_registration() -> None:
    """A file without tables is a mistake, not a bot without registrations."""
    (problem,) = read("# inget\n").problems
    assert problem.startswith("registreringar.toml:1: filen har ingen registrering; ")


def test_a_file_that_is_not_there_or_no_text() -> None:
    """A path that leads nowhere, to a folder or to other bytes is told of."""
    for path in ("nej.toml", "."):
        (problem,) = read_registrations(Path(path), {}).problems
        assert problem.startswith(f"{path}: filen går inte att läsa (")
    Path("latin").write_bytes(b"[\xe5]")
    assert "UTF-8" in read_registrations(Path("latin"), {}).problems[0]


def test_a_byte_order_mark_is_no_mistake() -> None:
    """Some editors begin a file with one."""
    assert not read("\ufeff" + SOUND).problems


def test_the_registration_of_the_single_settings_counts_too() -> None:
    """An app id or tenant that single settings already name must not come again."""
    first, second = read(SOUND, (Registration(A.upper(), "hem", "x", (TENANT_B,)),)).problems
    assert f"app-id {A} finns redan i LOTSEN_TEAMS_APP_ID" in first
    assert f"{TENANT_B} släpps redan in av LOTSEN_TEAMS_APP_ID" in second


def test_all_mistakes_at_once_in_the_order_of_the_lines() -> None:
    """Whoever writes the file sees everything that is wrong, once."""
    text = SOUND.replace(TENANT_B, "x").replace(A, "y").replace("MORA_SECRET", "Z")
    assert [problem.split(":")[1] for problem in read(text).problems] == ["4", "10", "11"]


@pytest.mark.parametrize("key", ["app_id", "tenant", "tenants", "secret_env", "secret_file", "name"])
def test_a_secret_in_the_wrong_place_is_not_shown(key: str) -> None:
    """Whatever stands where, a message never quotes what may be a secret."""
    lines = ["[falun]", f'{key} = "{SECRET}"', *(f'{k} = "{v}"' for k, v in (("app_id", A), ("tenant", B)) if k != key)]
    found = read("\n".join(lines))
    assert found.problems
    hidden = [problem for problem in found.problems if SECRET in problem]
    # A path has to be shown, or nobody finds the file that it means.
    assert not hidden or key == "secret_file"


@pytest.mark.skipif(os.name != "posix", reason="modes tell nothing here")
def test_a_secret_that_others_may_read_is_warned_of(empty_folder: Path) -> None:
    """A file with a secret that everybody on the machine can read is used, with a warning; one without is not."""
    Path("mora").write_text("moras\n", "utf-8")
    Path("mora").chmod(0o644)
    path = empty_folder / "r.toml"
    path.write_text(SOUND.replace('secret_env = "MORA_SECRET"', 'secret_file = "mora"'), "utf-8")
    path.chmod(0o604)
    found = read_registrations(path, {})
    assert len(found.registrations) == 2
    assert [caution.split(" ")[0] for caution in found.cautions] == [str(empty_folder / "mora"), str(path)]
    path.write_text(SOUND.replace(f'secret = "{SECRET}"', 'secret_env = "MORA_SECRET"'), "utf-8")
    assert read_registrations(path, ENVIRONMENT).cautions == ()


# --- as a setting --------------------------------------------------------------------------------


def test_the_setting_adds_registrations(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    """Those of the file come after that of the single settings, and `.env` may hold their secrets."""
    (empty_folder / "r.toml").write_text(SOUND, "utf-8")
    (empty_folder / ".env").write_text("LOTSEN_TEAMS_REGISTRATIONS=r.toml\nMORA_SECRET=moras\n", "utf-8")
    settings = load_settings(ROOT)
    assert [one.name for one in settings.registrations] == ["Falu kommun", "mora"]
    for name, value in {"APP_ID": "hem", "APP_SECRET": "x", "TENANTS": B}.items():
        monkeypatch.setenv(f"LOTSEN_TEAMS_{name}", value)
    settings = load_settings(ROOT)
    assert [one.app_id for one in settings.registrations] == ["hem", A, B]
    assert SECRET not in repr(settings)


def test_the_edge_is_told_of_all(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    """The Teams edge gets the same registrations as the settings have."""
    from bot.teams import TeamsConfig

    (empty_folder / "r.toml").write_text(SOUND, "utf-8")
    monkeypatch.setenv("LOTSEN_TEAMS_REGISTRATIONS", "r.toml")
    monkeypatch.setenv("MORA_SECRET", "moras")
    monkeypatch.setenv("LOTSEN_HOST", "0.0.0.0")
    settings = load_settings(ROOT)
    assert tuple(TeamsConfig(**settings.for_teams()).registered.values()) == settings.registrations


def test_mistakes_in_the_file_and_elsewhere_are_told_together(
    monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    """The file's mistakes stand among those of the settings; dev mode and an address for one tenant do not fit."""
    (empty_folder / "r.toml").write_text(SOUND, "utf-8")
    given = {
        "LOTSEN_TEAMS_REGISTRATIONS": "r.toml",
        "LOTSEN_PORT": "x",
        "LOTSEN_DEV": "on",
        "LOTSEN_TEAMS_LOGIN_URL": "https://login.microsoftonline.com/hem/oauth2/v2.0/token",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings(ROOT)
    port, secret, dev, login = caught.value.problems
    assert port.startswith("LOTSEN_PORT: ")
    assert secret.startswith(f"{empty_folder / 'r.toml'}:11: [mora] secret_env: ")
    assert dev.startswith("LOTSEN_DEV är på fast LOTSEN_TEAMS_REGISTRATIONS")
    assert login.startswith("LOTSEN_TEAMS_LOGIN_URL gäller en enda")
