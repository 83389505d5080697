"""The commands that people type, in a process of their own and an empty folder."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from igs.models import Region, RegionName
from optil_portal.management.commands.seed import FIXTURES, is_empty
from tests.running import ROOT, Portal, environment, manage, serving

NOWHERE = "postgres://portal@127.0.0.1:1/portal"
FAKE_PYTHON = """#!/bin/sh
case "$*" in *venv*) echo "ensurepip is not available" >&2; exit 1 ;; esac
exec {python} "$@"
"""


def shell(*command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """What a command gives in the folder of the project."""
    return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)


def test_it_loads_the_fixtures_once_and_keeps_what_changed_since(empty):
    with serving(empty) as first:
        assert first.output[1:] == [
            f"Log in op /beheer/ als consulent met het wachtwoord {first.password}",
            "Dat wachtwoord verschijnt alleen deze keer.",
            f"Het portaal staat op {first.address}",
        ]
        assert re.fullmatch(rf"\d+ gegevens geladen uit {len(FIXTURES)} bestanden\.", first.output[0])
    assert len(first.password) == 16
    manage(empty, "shell", "-c", "from igs.models import Region; Region.objects.update(about='Zelf geschreven.')")
    before = manage(empty, "dumpdata").stdout

    with serving(empty) as second:
        assert second.output == [
            "De database bevat al gegevens en blijft zoals ze is.",
            f"Het portaal staat op {second.address}",
        ]

    regions = manage(empty, "dumpdata", "igs.region").stdout
    assert regions.count('"about": "Zelf geschreven."') == Region.objects.count()
    assert manage(empty, "dumpdata").stdout == before


def test_no_visitor_waits_for_a_view_or_a_template_to_be_loaded(empty):
    told = shell(sys.executable, "-c", "import optil_portal.wsgi, sys; print(*sys.modules)", **empty)
    files = [path for app in ("optil_portal", "igs", "libraries", "projects") for path in (ROOT / app).rglob("*.py")]
    late = {path for path in files if path.name == "views.py" or path.parent.name == "templatetags"}
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in late}
    assert (told.returncode, names - set(told.stdout.split()), len(names) > 20) == (0, set(), True)


def test_an_import_that_is_killed_at_any_moment_leaves_nothing_or_all(empty):
    Path(empty["PORTAL_VAR"]).mkdir()
    for command in ("migrate", "seed"):
        assert manage(empty, command).returncode == 0
    told = manage(empty, "shell", "-c", "from tests.killing import main; main()")
    found = dict(re.findall(r"(nothing|all|else) (\d+)", told.stdout))
    assert (told.stderr, found.get("else"), int(found["nothing"]) + int(found["all"])) == ("", "0", 20)


def test_seeding_a_database_with_data_leaves_it_alone(capsys):
    Region.objects.update(about="Zelf geschreven.")
    RegionName.objects.all().delete()
    before = [*Region.objects.values(), *RegionName.objects.values()]

    call_command("seed")

    assert capsys.readouterr().out == "De database bevat al gegevens en blijft zoals ze is.\n"
    assert [*Region.objects.values(), *RegionName.objects.values()] == before


def test_the_fixtures_are_all_loaded():
    files = {path.name.partition(".")[0] for path in (ROOT / "fixtures").glob("*.json*")}
    assert files == set(FIXTURES)
    assert not is_empty()


def test_a_busy_port_is_told_in_one_line(empty):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        result = manage(empty | {"PORT": port}, "serve")
    line = f"CommandError: Op 127.0.0.1 is poort {port} niet beschikbaar (Address already in use)."
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"{line} Kies een andere: make run PORT=8001\n"
    assert not Path(empty["PORTAL_VAR"]).exists()


@pytest.mark.parametrize("port", ["0", "65536", "acht"])
def test_a_port_that_does_not_exist_is_told_in_one_line(empty, port):
    result = manage(empty | {"PORT": port}, "serve")
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"CommandError: PORT is een getal van 1 tot 65535, niet {port}.\n"


def test_an_unreachable_database_is_told_in_one_line(empty):
    result = manage(empty | {"DATABASE_URL": NOWHERE}, "serve")
    assert (result.returncode, result.stdout) == (1, "")
    assert re.fullmatch(
        r"CommandError: De database is niet bereikbaar; kijk DATABASE_URL na \(.*Connection refused.*\)\.\n",
        result.stderr,
    )


@pytest.mark.parametrize(
    ("missing", "given"),
    [("SECRET_KEY", {"ALLOWED_HOSTS": "portaal.example"}), ("ALLOWED_HOSTS", {"SECRET_KEY": "geheim"})],
    ids=["secret key", "allowed hosts"],
)
def test_production_does_not_start_without(empty, missing, given):
    result = manage(empty | {"PORTAL_ENV": "production"} | given, "serve")
    reason = f"{missing} is verplicht wanneer PORTAL_ENV=production."
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == f"django.core.exceptions.ImproperlyConfigured: {reason}"
    assert not Path(empty["PORTAL_VAR"]).exists()


def test_a_missing_venv_is_told_in_one_line(tmp_path):
    fake = tmp_path / "python3"
    fake.write_text(FAKE_PYTHON.format(python=shutil.which("python3")))
    fake.chmod(0o755)
    settings = environment(tmp_path / "var", PATH=f"{tmp_path}:{os.environ['PATH']}")

    result = shell("make", "run", **settings)

    line = (
        "python3 kan hier geen omgeving maken: installeer python3-venv (Debian, Ubuntu: apt-get install python3-venv)."
    )
    makes_own = result.stderr.splitlines()[1:]
    assert result.stderr.splitlines()[0] == line
    assert [re.sub(r"Makefile:\d+", "Makefile", text) for text in makes_own] == ["make: *** [Makefile: run] Error 1"]
    assert shell(".ci/environment", "requirements.txt", str(tmp_path / "venv"), **settings).returncode == 1


def test_an_environment_is_made_anew_only_when_its_lock_changes(tmp_path):
    lock, folder = tmp_path / "lock.txt", tmp_path / "venv"
    settings = environment(tmp_path / "var")
    made = []
    for text in ("# one", "# one", "# two"):
        lock.write_text(text)
        result = shell(".ci/environment", str(lock), str(folder), **settings)
        assert (result.returncode, result.stderr) == (0, "")
        made.append((folder / "pyvenv.cfg").stat().st_mtime_ns)
    assert made[0] == made[1] < made[2]


KNOWN = '{"dependencies": [{"name": "django", "version": "5.2", "vulns": [{"id": "PYSEC-1"}]}], "fixes": []}'
UNKNOWN = '{"dependencies": [{"name": "django", "skip_reason": "not found"}], "fixes": []}'
NOT_LOOKED_AT = "Geen databank met kwetsbaarheden bereikbaar: de pakketten zijn niet nagekeken.\n"


@pytest.mark.parametrize(
    ("report", "code", "ended", "told"),
    [
        pytest.param("", 1, 0, NOT_LOOKED_AT, id="nobody-to-ask"),
        pytest.param(UNKNOWN, 0, 0, NOT_LOOKED_AT, id="who-knows-nothing"),
        pytest.param(KNOWN, 1, 1, f"{KNOWN}\n", id="who-knows-one"),
        pytest.param(KNOWN.replace('{"id": "PYSEC-1"}', ""), 0, 0, "", id="who-knows-none"),
    ],
)
def test_an_audit_fails_on_what_is_known_and_not_where_nobody_can_be_asked(tmp_path, report, code, ended, told):
    python = tmp_path / "venv-dev" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\necho '{report}'\nexit {code}\n")
    python.chmod(0o755)
    result = shell(".ci/audit", **environment(tmp_path))
    assert (result.returncode, result.stderr) == (ended, "")
    assert told in result.stdout


@pytest.mark.parametrize(("lock", "groups"), [("requirements.txt", []), ("requirements-dev.txt", ["dev"])])
def test_a_lock_pins_every_dependency_with_hashes_and_names_no_index(lock, groups):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = sum((project["dependency-groups"][group] for group in groups), project["project"]["dependencies"])
    text = (ROOT / lock).read_text()
    pins = re.findall(r"^([a-z0-9-]+)==\S+ (?:; .* )?\\\n    --hash=sha256:", text, re.MULTILINE)

    assert {re.split(r"[^a-z0-9-]", name)[0] for name in wanted} - set(pins) == set()
    assert re.findall(r"^(?! |#|[a-z0-9-]+==).+", text, re.MULTILINE) == []
    assert "://" not in text


@pytest.mark.browser
def test_the_demo_consultant_logs_in(page: Page, portal: Portal):
    page.goto("/beheer/")
    page.get_by_label("Gebruikersnaam").fill(portal.username)
    page.get_by_label("Wachtwoord").fill(portal.password)
    page.get_by_role("button", name="Aanmelden").click()
    expect(page.get_by_role("link", name="Gebruikers")).to_be_visible()
