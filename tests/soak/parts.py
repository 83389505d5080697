"""The parts of a portal on several machines, real ones on this machine: PostgreSQL with a replica, Redis, nginx, nodes.

Each can be stopped, killed and started again; all are gone at the end of the block that made them.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from tests.running import PATIENCE, ROOT, answers, environment, free_port, manage
from tests.throwaway_postgres import INITDB, programs, server_user

HOST = "portaal.example"
DEPLOY = ROOT / "docs" / "deploy"
PASSWORD = "een lang wachtwoord"  # noqa: S105 - of a consultant who exists only here


def wait_until(holds: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait until something holds; raises AssertionError when that takes too long."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"Not within {seconds:.0f} s: {what}"
        time.sleep(0.02)


def listens(port: int) -> bool:
    """Whether somebody takes connections on a port."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Database:
    """A PostgreSQL that writes safely to disk, or a streaming replica of another; its folder goes with `close`."""

    def __init__(self, primary: "Database | None" = None) -> None:
        """Make it, and start it."""
        self.folder = TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True)
        self.become: list[str] = []
        if os.geteuid() == 0:
            self.become = ["runuser", "-u", server_user(), "--"]
            shutil.chown(self.folder.name, server_user())
        if primary:
            self.run("pg_basebackup", "--username=portal", "--write-recovery-conf", "--checkpoint=fast", "--no-sync",
                     f"--host={primary.folder.name}", f"--pgdata={self.data}")  # fmt: skip
            self.start()
        else:
            self.run("initdb", *INITDB.split(), self.data)
            self.start()
            self.run("createdb", f"--host={self.folder.name}", "--username=portal", "portal")

    @property
    def data(self) -> str:
        """The folder of its data."""
        return f"{self.folder.name}/data"

    @property
    def url(self) -> str:
        """Its address, for DATABASE_URL."""
        return f"postgres://portal@{quote(self.folder.name, safe='')}/portal"

    def run(self, program: str, *arguments: str) -> str:
        """What a program of PostgreSQL says; raises CalledProcessError."""
        command = [*self.become, str(programs() / program), *arguments]
        return subprocess.run(command, cwd=self.folder.name, check=True, capture_output=True, text=True).stdout

    def start(self) -> None:
        """Start it, and wait until it answers; after a crash it recovers first."""
        log, options = f"{self.folder.name}/log", f"-c listen_addresses= -k {self.folder.name}"
        command = [*self.become, str(programs() / "pg_ctl"), "start", "--wait", f"--pgdata={self.data}", f"--log={log}"]
        # What it starts would keep a pipe of ours open.
        subprocess.run([*command, "-o", options], cwd=self.folder.name, check=True, stdout=subprocess.DEVNULL)

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; `immediate` as when the power fails."""
        self.run("pg_ctl", "stop", f"--mode={mode}", f"--pgdata={self.data}")

    def ask(self, sql: str) -> str:
        """What it answers, as psql writes it."""
        arguments = ("--no-psqlrc", "--tuples-only", "--no-align", f"--host={self.folder.name}", "--username=portal")
        return self.run("psql", *arguments, "--dbname=portal", f"--command={sql}").strip()

    def close(self) -> None:
        """Stop it, and throw it away."""
        if Path(self.data, "postmaster.pid").exists():
            self.stop()
        self.folder.cleanup()


@dataclass
class Program:
    """A program that answers on a port, with what it writes in a log."""

    command: list[str]
    port: int
    log: Path
    settings: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    is_ready: Callable[[int], bool] = listens
    process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.settings, stdout=log, stderr=log, start_new_session=True
            )
        try:
            wait_until(lambda: not self.runs or self.is_ready(self.port), f"{self.command} answers")
            assert self.runs, f"{self.command} ended:\n{self.log.read_text()}"
        except AssertionError:
            self.kill()
            raise

    @property
    def runs(self) -> bool:
        """Whether it did not end."""
        return self.process is not None and self.process.poll() is None

    @property
    def pid(self) -> int:
        """The process that was started."""
        assert self.process is not None
        return self.process.pid

    @property
    def workers(self) -> list[int]:
        """The processes that it started."""
        return [int(one) for one in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(60)

    def kill(self) -> None:
        """End it and all that it started, as when the machine fails."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self.process.wait(30)


def redis(folder: Path) -> Program:
    """A Redis that keeps nothing on disk."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    return Program(command, port, folder / "redis.log")


def node(folder: Path, **settings: str) -> Program:
    """A node as systemd starts it in production, with a folder of its own."""
    own = environment(folder, **settings)
    command = [sys.executable, "manage.py", "serve"]
    return Program(command, int(own["PORT"]), folder.with_suffix(".log"), own, answers)


def nginx(folder: Path, *nodes: Program) -> Program:
    """The nginx of docs/deploy, in front of some nodes: only its ports, its certificate and its folders are others."""
    certificate, port = folder / "portal.pem", free_port()
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
         "-subj", f"/CN={HOST}", "-keyout", certificate.with_suffix(".key"), "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    servers = "\n".join(f"    server 127.0.0.1:{one.port} max_fails=3 fail_timeout=2s;" for one in nodes)
    site = (DEPLOY / "nginx.conf").read_text()
    for found, ours in [
        (r"^    server 127\.0\.0\.1:8000 .*;$", servers),
        (r"\[::\]:80\b", f"127.0.0.1:{free_port()}"),
        (r"\[::\]:443\b", f"127.0.0.1:{port}"),
        (r"^ *listen (80|443)\b.*\n", ""),
        (r"/etc/ssl/portal", str(certificate.with_suffix(""))),
        (r"/srv/portal/docs/deploy", str(DEPLOY)),
    ]:
        site, count = re.subn(found, ours, site, flags=re.MULTILINE)
        assert count, f"{found} is not in nginx.conf"
    (folder / "site.conf").write_text(site)
    temporary = "\n".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/nginx.pid; worker_processes 1; error_log {folder}/nginx.log;\n"
        f"{'user root;' if os.geteuid() == 0 else ''}\n"
        "events { worker_connections 2048; }\n"
        f"http {{ access_log off; {temporary}\ninclude {folder}/site.conf; }}\n"
    )
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program
    command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "nginx.log")]
    return Program(command, port, folder / "nginx.out")


@dataclass
class Cluster:
    """A portal on several machines, and the consultant who works on it."""

    folder: Path
    primary: Database
    replica: Database
    redis: Program
    nodes: list[Program]
    front: Program

    @property
    def settings(self) -> dict[str, str]:
        """The environment of its first node."""
        return self.nodes[0].settings

    def manage(self, *arguments: str) -> str:
        """What a command says that somebody gives on the first node; raises AssertionError when it fails."""
        done = manage(self.settings, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def cluster(**settings: str) -> Iterator[Cluster]:
    """All parts, running, with the content of the fixtures."""
    with TemporaryDirectory(prefix="portal-", ignore_cleanup_errors=True) as name, ExitStack() as running:
        folder = Path(name)

        def database(*copied: Database) -> Database:
            made = Database(*copied)
            running.callback(made.close)
            return made

        def started(program: Program) -> Program:
            running.callback(program.kill)
            program.start()
            return program

        primary = database()
        replica = database(primary)
        cache = started(redis(folder))
        common = {
            "PORTAL_ENV": "production",
            "SECRET_KEY": "dezelfde-sleutel-op-elke-node-van-deze-proef-lang-genoeg",
            "ALLOWED_HOSTS": f"{HOST},127.0.0.1",
            "DATABASE_URL": primary.url,
            "REPLICA_URLS": replica.url,
            "CACHE_URL": f"redis://127.0.0.1:{cache.port}/0",
            "SECOND_FACTOR": "0",
            "TRUSTED_PROXIES": "127.0.0.0/8",  # nginx, and visitors who ask a node as nginx does
        } | settings
        nodes = [started(node(folder / "node1", **common))]
        shutil.copytree(folder / "node1" / "static", folder / "node2" / "static")
        nodes += [started(node(folder / "node2", **common))]
        front = started(nginx(folder, *nodes))
        whole = Cluster(folder, primary, replica, cache, nodes, front)
        whole.manage(
            "shell", "-c", "from django.contrib.auth.models import User;"
            f"user = User.objects.get(username='consulent'); user.set_password('{PASSWORD}'); user.save()"
        )  # fmt: skip
        yield whole
