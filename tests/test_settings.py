"""Settings: read from the environment and `.env`, checked all at once, in Swedish."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings, variable
from knowledge.messages import sentences_of

ROOT = Path(__file__).parents[1]
TEAMS = {
    "LOTSEN_TEAMS_APP_ID": "app",
    "LOTSEN_TEAMS_APP_SECRET": "hemligt",
    "LOTSEN_TEAMS_TENANTS": "a, b",
}
OPEN = {"LOTSEN_HOST": "0.0.0.0"}
REFUSED = {
    "LOTSEN_PORT": ["x", "-1", "65536", "3978.5"],
    "LOTSEN_HOST": ["a b", "1.2.3", "http://x", "-"],
    "LOTSEN_PUBLIC_URL": [
        "http://lotsen.example.se",
        "lotsen.example.se",
        "https://a.se/lotsen",
        "https://a.se?x=1",
        "https://u:p@a.se",
    ],
    "LOTSEN_DEV": ["kanske"],
    "LOTSEN_GAPS": ["2"],
    "LOTSEN_CERTAINTY": ["0.49", "1.01", "nan", "0,7", "hög"],
    "LOTSEN_API_KEY": ["två ord"],
    "LOTSEN_TRUSTED_PROXY": ["proxy.example", "10.0.0.0/8"],
    "LOTSEN_DATABASE_URL": ["postgresql://u:p@h/d", "mysql://h/d"],
    "LOTSEN_TEAMS_APP_ID": ["två ord"],
    "LOTSEN_TEAMS_TENANTS": ["a b"],
    "LOTSEN_TEAMS_OPENID_URL": ["http://example.org/", "login.example.org", "ftp://127.0.0.1/"],
    "LOTSEN_TEAMS_LOGIN_URL": ["http://10.0.0.1/"],
    "LOTSEN_TEAMS_EXPERTS": ["rss", "rss=", "=19:x", "rss=19:a, rss=19:b", "Rss=19:x", "rss=19:a b"],
    "LOTSEN_TEAMS_SERVICE_HOSTS": ["https://x", "a:0", "a:65536", "a/b"],
}


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test stands in a folder of its own, where it may write an .env file."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return load_settings(ROOT)


def problems(monkeypatch: pytest.MonkeyPatch, **values: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, **values)
    return caught.value.problems


def test_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing needs to be set: loopback, no Teams, the packaged knowledge."""
    settings = load(monkeypatch)
    assert (settings.host, settings.port, settings.dev, settings.gaps) == ("127.0.0.1", 3978, False, True)
    assert settings.knowledge == ROOT / "knowledge" / "dalarna"
    assert settings.data.name == "lotsen"
    assert settings.data.is_absolute()
    assert [settings.teams_app_id, settings.api_key, settings.database_url] == [None, None, None]


@pytest.mark.parametrize("name,value", [(name, value) for name, values in REFUSED.items() for value in values])
def test_a_value_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """Each setting has a range, and the message says it."""
    found = [said for said in problems(monkeypatch, **{name: value}) if said.startswith(f"{name}: ")]
    range_ = sentences_of("settings")[f"settings.{name.removeprefix('LOTSEN_').lower()}.range"]
    assert len(found) == 1
    assert range_ in found[0]


def test_every_setting_is_explained() -> None:
    """Each setting has a Swedish explanation and a range, and no explanation has lost its setting."""
    named = {key.split(".")[1] for key in sentences_of("settings")} - {"error", "default"}
    assert named == set(Settings.model_fields)
    for field in Settings.model_fields:
        assert {f"settings.{field}.what", f"settings.{field}.range"} <= sentences_of("settings").keys()


def test_a_misspelt_setting_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """LOTSEN_PROT is taken for LOTSEN_PORT, and nothing starts."""
    assert problems(monkeypatch, LOTSEN_PROT="1") == ("LOTSEN_PROT finns inte; menade du LOTSEN_PORT?",)


def test_an_unknown_setting_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that is like no other is an error too."""
    (said,) = problems(monkeypatch, LOTSEN_XYZZY="1")
    assert said.startswith("LOTSEN_XYZZY finns inte; ")


def test_the_seeds_of_the_tests_are_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """LOTSEN_TEST_SEEDS belongs to the tests and is passed by."""
    assert load(monkeypatch, LOTSEN_TEST_SEEDS="/x").port == 3978


def test_env_file(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    """`.env` in the working directory counts, the environment before it, and others' names in it do not matter."""
    (empty_folder / ".env").write_text("LOTSEN_PORT=4000\nLOTSEN_HOST=localhost\nANNAT=1\n", "utf-8")
    settings = load(monkeypatch, LOTSEN_PORT="4001")
    assert (settings.host, settings.port) == ("localhost", 4001)


def test_env_file_errors_have_a_line(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    """What is wrong in `.env` is told with its line."""
    (empty_folder / ".env").write_text("# x\nLOTSEN_PROT=4000\nexport LOTSEN_PORT=x\n", "utf-8")
    first, second = problems(monkeypatch)
    assert first.startswith(".env:2: LOTSEN_PROT ")
    assert second.startswith('.env:3: LOTSEN_PORT: "x" ')


def test_an_env_line_that_sets_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    """A setting that was meant but cannot be read is never left at its default in silence."""
    (empty_folder / ".env").write_text('# hej\nLOTSEN_PORT=4000\nLOTSEN_GAPS off\n\nLOTSEN_HOST="127\n', "utf-8")
    assert [problem.split(" ")[0] for problem in problems(monkeypatch)] == [".env:3:", ".env:5:"]


def test_env_file_that_is_not_utf8(monkeypatch: pytest.MonkeyPatch, empty_folder: Path) -> None:
    """A file in another encoding is told of, not guessed at."""
    (empty_folder / ".env").write_bytes(b"LOTSEN_HOST=\xe5\n")
    assert problems(monkeypatch) == (sentences_of("settings")["settings.error.dotenv"],)


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that is set to nothing has its default."""
    assert load(monkeypatch, LOTSEN_PORT="", LOTSEN_TEAMS_APP_ID="").port == 3978


def test_all_errors_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong value, an unknown name and a broken rule are told together."""
    found = problems(monkeypatch, LOTSEN_PORT="x", LOTSEN_PROT="1", LOTSEN_DEV="1", LOTSEN_TEAMS_APP_ID="a")
    assert len(found) == 5


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused secret is not quoted, nor shown when settings are printed."""
    secret = "mycket hemligt"
    found = problems(monkeypatch, LOTSEN_API_KEY=secret, LOTSEN_DATABASE_URL=f"mysql://u:{secret}@h/d")
    assert secret not in "".join(found)
    monkeypatch.delenv("LOTSEN_DATABASE_URL")
    assert "tyst" not in repr(load(monkeypatch, LOTSEN_API_KEY="tyst-tyst"))


def test_knowledge_is_relative_to_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A relative knowledge folder is app.py's neighbour, wherever one stands; a whole path is itself."""
    assert load(monkeypatch, LOTSEN_KNOWLEDGE="knowledge/svenska").knowledge == ROOT / "knowledge" / "svenska"
    assert load(monkeypatch, LOTSEN_KNOWLEDGE=str(tmp_path)).knowledge == tmp_path
    assert "knowledge/ingenstans" in problems(monkeypatch, LOTSEN_KNOWLEDGE="knowledge/ingenstans")[0]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8", "[::1]"])
def test_dev_on_loopback(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    """Dev mode is for one's own machine."""
    assert load(monkeypatch, LOTSEN_DEV="1", LOTSEN_HOST=host).loopback


RULES = [
    pytest.param({"LOTSEN_DEV": "on", **OPEN, **TEAMS}, "LOTSEN_DEV", id="dev off loopback"),
    pytest.param({"LOTSEN_DEV": "on", **TEAMS}, "LOTSEN_DEV", id="dev with an app id"),
    pytest.param({**TEAMS, "LOTSEN_TEAMS_TENANTS": ""}, "LOTSEN_TEAMS_TENANTS", id="app id without tenants"),
    pytest.param(
        {**TEAMS, "LOTSEN_TEAMS_TENANTS": " , "}, "LOTSEN_TEAMS_TENANTS", id="app id with no tenant in the list"
    ),
    pytest.param({**TEAMS, "LOTSEN_TEAMS_APP_SECRET": ""}, "LOTSEN_TEAMS_APP_SECRET", id="app id without secret"),
    pytest.param(OPEN, "LOTSEN_TEAMS_APP_ID", id="off loopback without Teams"),
    pytest.param({**OPEN, "LOTSEN_API_KEY": "nyckel"}, "LOTSEN_TEAMS_APP_ID", id="off loopback with a key alone"),
    pytest.param({"LOTSEN_HOST": "lotsen.example"}, "LOTSEN_HOST", id="a name that may be any machine"),
]


@pytest.mark.parametrize("values,named", RULES)
def test_settings_that_do_not_go_together(monkeypatch: pytest.MonkeyPatch, values: dict[str, str], named: str) -> None:
    """A rule between settings is said with both names, and nothing starts."""
    assert named in " ".join(problems(monkeypatch, **values))


def test_open_with_teams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Off loopback Lotsen starts with credentials for Teams; the page then asks for a key."""
    settings = load(monkeypatch, **OPEN, **TEAMS)
    closed = {"dev": False, "loopback": False, "api_key": None, "trusted_proxy": None}
    assert settings.for_web() == {**closed, "editor_role": None, "public": True}


def test_what_the_edges_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The edges get plain values under their own names."""
    from bot.teams import TeamsConfig
    from bot.teams.config import LOGIN_URL
    from bot.web import WebConfig

    settings = load(monkeypatch, **TEAMS, LOTSEN_TEAMS_SERVICE_HOSTS="a.example,127.0.0.1:9", LOTSEN_API_KEY="nyckel")
    teams = TeamsConfig(**settings.for_teams())
    assert (teams.app_secret, teams.tenants) == ("hemligt", ("a", "b"))
    assert (teams.service_hosts, teams.login_url) == (("a.example", "127.0.0.1:9"), LOGIN_URL)
    assert WebConfig(**settings.for_web()).api_key == "nyckel"


def test_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting is called in the environment as in the documentation."""
    assert variable("teams_app_id") == "LOTSEN_TEAMS_APP_ID"


@pytest.mark.parametrize(
    "value",
    [
        "rss=19:abc@thread.tacv2,rok-hvb=19:def@thread.tacv2",
        " rss = 19%3Aabc%40thread.tacv2 , rok-hvb=19:def@thread.tacv2;messageid=17,",
    ],
)
def test_channels_of_experts(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    """A group and the id of its channel, as Teams has it or as it stands in the channel's link."""
    found = load(monkeypatch, LOTSEN_TEAMS_EXPERTS=value).teams_experts
    assert found == {"rss": "19:abc@thread.tacv2", "rok-hvb": "19:def@thread.tacv2"}
