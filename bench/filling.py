"""A portal with the content of the fixtures, and many projects that nobody did, in a process of its own."""

import subprocess
import sys

from tests.running import ROOT, manage

PREPARING = "import django; django.setup(); from bench.search import corpus; corpus.prepare({})"


def fill(settings: dict[str, str], count: int) -> None:
    """Fill the empty database of an environment, with so many projects more; raises CalledProcessError."""
    for command in ("migrate", "seed"):
        manage(settings, command).check_returncode()
    print(f"{count} projecten meer worden gemaakt; dat duurt enkele minuten.", file=sys.stderr)
    in_django = settings | {"DJANGO_SETTINGS_MODULE": "optil_portal.settings"}
    subprocess.run([sys.executable, "-c", PREPARING.format(count)], cwd=ROOT, env=in_django, check=True)
