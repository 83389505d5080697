"""The portal as its users start it: a process of its own, with a folder of its own."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INHERITED = ("HOME", "LANG", "PATH", "PYTHONPYCACHEPREFIX", "TMPDIR")
NO_LIMIT = 10**9  # questions in a minute: what tests ask comes from one address
PATIENCE = 180  # seconds, for a machine that does much else


@dataclass(frozen=True)
class Portal:
    """A portal that answers, and what it said when it started."""

    address: str
    output: list[str]

    @property
    def username(self) -> str:
        """The demo consultant, "" when this was not the first start."""
        return self._login()[0]

    @property
    def password(self) -> str:
        """The demo consultant's password, "" when this was not the first start."""
        return self._login()[1]

    def _login(self) -> tuple[str, str]:
        login = re.search(r"als (\S+) met het wachtwoord (\S+)", "\n".join(self.output))
        return (login[1], login[2]) if login else ("", "")


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The environment of a portal that keeps everything in `folder`, on the day of the tests."""
    own = {name: os.environ[name] for name in INHERITED if name in os.environ}
    given = {"PORTAL_VAR": str(folder), "PORTAL_TODAY": "2026-11-24", "PORT": str(free_port())}
    return own | given | {"SEARCHES_A_MINUTE": str(NO_LIMIT)} | settings


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def manage(settings: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """What `manage.py` with `arguments` gives in an environment."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=settings, capture_output=True, text=True, check=False
    )


@contextmanager
def serving(settings: dict[str, str]) -> Iterator[Portal]:
    """The portal, from when it answers until the end of the block."""
    log = Path(settings["PORTAL_VAR"]).with_suffix(".log")
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"], cwd=ROOT, env=settings, stdout=output, stderr=output
        )
    try:
        wait_until_it_answers(process, int(settings["PORT"]), log)
        yield Portal(f"http://127.0.0.1:{settings['PORT']}", log.read_text().splitlines())
    finally:
        process.terminate()
        process.wait(30)


def wait_until_it_answers(process: subprocess.Popen, port: int, log: Path) -> None:
    """Wait for an answer, whatever it is; raises AssertionError with the log when the process ends or is too slow."""
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        if answers(port):
            return
        time.sleep(0.1)
    raise AssertionError(f"The portal does not answer:\n{log.read_text()}")


def answers(port: int) -> bool:
    """Whether something on `port` speaks HTTP."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/beheer/login/")
        connection.getresponse()
    except OSError:
        return False
    else:
        return True
    finally:
        connection.close()
