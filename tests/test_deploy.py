"""What an administrator takes from docs/deploy: units that systemd understands, and a timer for each command.

That nginx serves with its file, test_cluster.py shows.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands

from tests.running import ROOT

UNITS = ROOT / "docs" / "deploy" / "systemd"
TEXT = (ROOT / "docs" / "deploy.md").read_text()
TIMERS = sorted(path.stem.partition("@")[2] for path in UNITS.glob("*.timer"))
BY_HAND = {"migrate", "createsuperuser", "serve"}


def test_systemd_understands_every_unit(tmp_path: Path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd ontbreekt.")
    for unit in (path for path in UNITS.rglob("*") if path.is_file()):
        copy = tmp_path / unit.relative_to(UNITS)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(unit.read_text().replace("/srv/portal/venv/bin/python", sys.executable))
    instances = [f"portal@{name}.{kind}" for name in TIMERS for kind in ("timer", "service")]
    for name in ["portal.service", *instances]:
        command = ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (name, done.returncode, complaints(done.stderr, tmp_path)) == (name, 0, [])


def complaints(told: str, folder: Path) -> list[str]:
    """What systemd says of our units, and not of those of the machine."""
    return [line for line in told.splitlines() if str(folder) in line or line.startswith("portal")]


def test_every_timer_runs_a_command_and_every_command_for_cron_has_one():
    from_cron = re.findall(r"cron[^.]*?manage\.py ([a-z_]+)", (ROOT / "README.md").read_text())
    assert (set(TIMERS) - set(get_commands()), set(from_cron) - set(TIMERS)) == (set(), set())
    assert len(from_cron) > 3


def test_every_file_that_the_text_names_is_there():
    linked = [target for target in re.findall(r"\]\(([^)#]+)\)", TEXT) if "://" not in target]
    assert ([one for one in linked if not (ROOT / "docs" / one).exists()], len(linked) > 4) == ([], True)


def test_every_setting_that_the_text_names_is_in_the_readme():
    named = set(re.findall(r"^ +([A-Z][A-Z0-9_]+)=", TEXT, re.MULTILINE)) - {
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    }
    told = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", (ROOT / "README.md").read_text(), re.MULTILINE))
    assert (named - told, named != set()) == (set(), True)
