"""`lotsen package`: the zip, and what is said when it cannot be made."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bot.package.archive import PackageError, make_package, write, zipped
from bot.service import Serving
from tests.command import Command, append, copied_knowledge
from tests.fakes import APP_ID
from tests.package.test_manifest import APP

TEAMS = {
    "LOTSEN_TEAMS_APP_ID": APP_ID,
    "LOTSEN_TEAMS_APP_SECRET": "hemligt",
    "LOTSEN_TEAMS_TENANTS": "aaaaaaaa-0000-0000-0000-000000000001",
}
READY = {**TEAMS, "LOTSEN_PUBLIC_URL": "https://lotsen.example.se/"}
FILES = ["manifest.json", "sv.json", "en.json", "color.png", "outline.png"]


def test_the_same_app_is_the_same_zip(serving: Serving) -> None:
    """All files lie at the top, the texts can be read, and a second run gives the same bytes."""
    package = make_package(APP, serving.say)
    content = zipped(package)
    assert content == zipped(make_package(APP, serving.say))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == FILES
        assert json.loads(archive.read("manifest.json")) == package.manifest
        assert archive.testzip() is None


def test_what_teams_would_refuse_is_no_zip(serving: Serving) -> None:
    """A package with a fault is not made."""
    package = make_package(replace(APP, publisher="x" * 33), serving.say)
    with pytest.raises(PackageError) as caught:
        zipped(package)
    assert len(caught.value.problems) == 1


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """What stood there before is kept, and no half file is left beside it."""
    (tmp_path / "app.zip").mkdir()
    with pytest.raises(OSError):
        write(tmp_path, "app.zip", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["app.zip"]


def test_the_command_writes_the_zip(lotsen: Command, tmp_path: Path) -> None:
    """One zip for the registration, in the folder that was named, which is made; it names no person."""
    ran = lotsen("package", "--ut", "ut/ny", **READY)
    assert (ran.status, ran.err) == (0, "")
    (path,) = (tmp_path / "ut" / "ny").iterdir()
    assert str(path.relative_to(tmp_path)) in ran.out
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["bots"][0]["botId"] == APP_ID
    assert manifest["developer"] == {
        "name": "RSS Dalarna",
        "websiteUrl": "https://lotsen.example.se/om",
        "privacyUrl": "https://lotsen.example.se/om#personuppgifter",
        "termsOfUseUrl": "https://lotsen.example.se/om#villkor",
    }


def test_all_that_is_missing_is_told_at_once(lotsen: Command, tmp_path: Path) -> None:
    """Without settings both that are needed are named with their cure, and nothing is written."""
    ran = lotsen("package", "--ut", "ut")
    assert ran.status == 1
    assert "LOTSEN_TEAMS_APP_ID saknas; ange" in ran.err
    assert "LOTSEN_PUBLIC_URL saknas; ange" in ran.err
    assert not (tmp_path / "ut").exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"LOTSEN_TEAMS_APP_ID": "lotsen"}, 'LOTSEN_TEAMS_APP_ID: "lotsen" är inget id; kopiera'),
        (
            {"LOTSEN_PUBLIC_URL": "http://localhost:3978"},
            "LOTSEN_PUBLIC_URL: http://localhost:3978 är inte https; ange",
        ),
    ],
    ids=["id", "http"],
)
def test_a_setting_that_teams_would_refuse_is_told(lotsen: Command, changed: dict[str, str], said: str) -> None:
    """An id that is none, or an address that only this machine reaches, gives no package."""
    ran = lotsen("package", **{**READY, **changed})
    assert (ran.status, ran.out) == (1, "")
    assert said in ran.err


def test_a_text_that_is_too_long_gives_no_package(lotsen: Command, tmp_path: Path) -> None:
    """What an editor wrote is held against Teams' limits before anything is written."""
    region = copied_knowledge(tmp_path / "kunskap")
    append(region / "sentences.yaml", f'  package.name.short: "{"Lotsen " * 5}"\n')
    ran = lotsen("package", "--ut", "ut", **READY, LOTSEN_KNOWLEDGE=str(region))
    assert ran.status == 1
    assert "name.short: texten är längre än 30 tecken; korta den" in ran.err
    assert not (tmp_path / "ut").exists()


def test_a_region_names_its_own_pages(lotsen: Command, tmp_path: Path) -> None:
    """Addresses in region.yaml go before Lotsen's own page."""
    region = copied_knowledge(tmp_path / "kunskap")
    path = region / "region.yaml"
    own = "name: RSS Dalarna\n    privacy: https://www.regiondalarna.se/personuppgifter"
    path.write_text(path.read_text("utf-8").replace("name: RSS Dalarna", own), "utf-8")
    assert lotsen("package", **READY, LOTSEN_KNOWLEDGE=str(region)).status == 0
    (made,) = tmp_path.glob("*.zip")
    with zipfile.ZipFile(made) as archive:
        developer = json.loads(archive.read("manifest.json"))["developer"]
    assert developer["privacyUrl"] == "https://www.regiondalarna.se/personuppgifter"
    assert developer["termsOfUseUrl"] == "https://lotsen.example.se/om#villkor"


def test_a_folder_in_the_way_is_told(lotsen: Command, tmp_path: Path) -> None:
    """A folder that cannot be made is named, with what to do."""
    (tmp_path / "fil").write_text("")
    ran = lotsen("package", "--ut", "fil/ut", **READY)
    assert ran.status == 1
    assert "fil/ut" in ran.err and "--ut" in ran.err


def test_every_registration_gets_its_own_zip(lotsen: Command, tmp_path: Path) -> None:
    """Two registrations are two apps, each with its own bot, told by name."""
    listed = tmp_path / "registreringar.toml"
    bots = {"falun": "0000000a-0000-4000-8000-000000000000", "mora": "0000000b-0000-4000-8000-000000000000"}
    tables = [
        f'[{name}]\nname = "{name.title()} kommun"\napp_id = "{bot}"\ntenant = "{bot}"\nsecret = "x"\n'
        for name, bot in bots.items()
    ]
    listed.write_text("".join(tables), "utf-8")
    listed.chmod(0o600)
    url = READY["LOTSEN_PUBLIC_URL"]
    ran = lotsen("package", "--ut", "ut", LOTSEN_PUBLIC_URL=url, LOTSEN_TEAMS_REGISTRATIONS=str(listed))
    assert ran.status == 0, ran.err
    assert "Falun kommun" in ran.out and "Mora kommun" in ran.out
    manifests = []
    for made in sorted((tmp_path / "ut").iterdir()):
        with zipfile.ZipFile(made) as archive:
            manifests.append(json.loads(archive.read("manifest.json")))
    assert [manifest["bots"][0]["botId"] for manifest in manifests] == list(bots.values())
    assert len({manifest["id"] for manifest in manifests}) == 2
