"""The server in front of Django, which asks nothing of the apps behind it."""

import os
import sys
from pathlib import Path

from django.conf import settings

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only gunicorn's heartbeat, which must not wait for a disk


def start_gunicorn(bind: str) -> None:
    """Become gunicorn, listening on `bind`."""
    arguments = [
        *("--bind", bind),
        *("--workers", os.environ.get("WEB_CONCURRENCY") or "2"),
        # A browser opens connections that it does not use yet; without threads each would hold up a worker.
        *("--threads", "4"),
        *("--chdir", str(settings.BASE_DIR)),
        # It warns at each HEAD request, of which Django leaves it to the server to drop the body.
        *("--log-level", "error"),
        # Its default place is the home folder, and the portal writes in its own folder only.
        "--no-control-socket",
    ]
    if SHARED_MEMORY.is_dir():
        arguments += ["--worker-tmp-dir", str(SHARED_MEMORY)]
    program = [sys.executable, "-m", "gunicorn", *arguments, "optil_portal.wsgi"]
    os.execv(sys.executable, program)  # noqa: S606 - this very interpreter
