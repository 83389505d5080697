"""Run a command with a PostgreSQL of its own: `throwaway_postgres.py COMMAND…` finds it in DATABASE_URL.

The cluster lives in a temporary folder, listens on a socket in that folder only, writes nothing safely to disk, and
is gone when the command ends.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwall
from typing import Any
from urllib.parse import quote

# As SQLite does: letters beyond ASCII have two cases, and the order is that of Unicode.
INITDB = "--username=portal --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync"
SERVER = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses= -k"


def programs() -> Path:
    """The folder of the newest PostgreSQL's programs; exits when there is none."""
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    versions = sorted(installed, key=lambda path: float(path.parts[-3]))
    if not versions:
        sys.exit("PostgreSQL ontbreekt: initdb is niet te vinden.")
    return versions[-1].parent


def server_user() -> str:
    """The user that runs the server when root, as which PostgreSQL refuses to run, calls us."""
    return "postgres" if "postgres" in (user.pw_name for user in getpwall()) else "nobody"


@contextmanager
def cluster() -> Iterator[str]:
    """A running server; gives the address of its database."""
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        become: list[str] = []
        if os.geteuid() == 0:
            become = ["runuser", "-u", server_user(), "--"]
            shutil.chown(folder, server_user())

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [*become, programs() / program, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL
            )

        data = f"{folder}/data"
        run("initdb", *INITDB.split(), data)
        run("pg_ctl", "start", "--wait", f"--pgdata={data}", f"--log={folder}/log", "-o", f"{SERVER} {folder}")
        try:
            run("createdb", f"--host={folder}", "--username=portal", "portal")
            yield f"postgres://portal@{quote(folder, safe='')}/portal"
        finally:
            run("pg_ctl", "stop", "--mode=immediate", f"--pgdata={data}")


def stop(*_: Any) -> None:
    """End on a signal as on Ctrl-C, so that the cluster is cleaned up."""
    raise KeyboardInterrupt


def main() -> int:
    """Run the command of the command line; its exit code, or 130 when interrupted."""
    signal.signal(signal.SIGTERM, stop)
    try:
        with cluster() as address:
            return subprocess.call(sys.argv[1:], env=os.environ | {"DATABASE_URL": address})
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
