"""What a portal is measured with: many projects that nobody did, and words that visitors look for."""

import json
import re
import subprocess
import sys

from tests.running import ROOT, manage

PREPARING = "import django; django.setup(); from bench.search import corpus; corpus.prepare({})"


def fill(settings: dict[str, str], count: int) -> None:
    """Fill the empty database of an environment, in processes of their own; raises CalledProcessError."""
    for command in ("migrate", "seed"):
        manage(settings, command).check_returncode()
    print(f"{count} projecten meer worden gemaakt; dat duurt enkele minuten.", file=sys.stderr)
    in_django = settings | {"DJANGO_SETTINGS_MODULE": "optil_portal.settings"}
    subprocess.run([sys.executable, "-c", PREPARING.format(count)], cwd=ROOT, env=in_django, check=True)


def words() -> list[str]:
    """What is searched for: the words of the titles of the real projects, each once."""
    projects = json.loads((ROOT / "fixtures" / "projects.json").read_text())
    titles = " ".join(project["fields"]["title"] for project in projects if project["model"] == "projects.project")
    return sorted(set(re.findall(r"\w{4,}", titles.lower())))
