"""The server in front of Django: how gunicorn is started, and what it reads here of how to serve."""

import gc
import os
import shutil
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import get_path_info
from django.utils.log import configure_logging
from gunicorn import glogging
from gunicorn.http import wsgi
from prometheus_client.multiprocess import mark_process_dead

from optil_portal import logs, metrics

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - only gunicorn's heartbeat, which must not wait for a disk
METRICS_PORT = int(os.environ.get("METRICS_PORT") or 0)
MEBIBYTE = 2**20
# One heap for all threads, and what is large never in it: glibc gives each thread one, and as soon as something large
# was given back puts the next in them, of which they keep what stands below anything small.
HEAP = {"MALLOC_ARENA_MAX": "1", "MALLOC_MMAP_THRESHOLD_": str(MEBIBYTE), "MALLOC_TRIM_THRESHOLD_": str(MEBIBYTE)}


class Logger(glogging.Logger):
    """What gunicorn has to tell goes where the portal's own log goes, and each answer is told and counted."""

    def setup(self, cfg: Any) -> None:
        """Leave the writing to the handlers of the settings."""
        super().setup(cfg)
        configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Tell and count an answer, that of the cache of pages and a static file too."""
        status, seconds = int(str(resp.status).split()[0]), request_time.total_seconds()
        logs.write_line(environ, status, seconds, getattr(resp, "sent", 0))
        if METRICS_PORT:
            route, _ = logs.told(get_path_info(environ))
            metrics.count(route, environ["REQUEST_METHOD"], status, seconds)

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """Tell of an error without the address that was asked for, query and all."""
        super().exception("Error handling request", **kwargs)


class Pieces(list[bytes]):
    """What would have gone out by a socket."""

    sendall = list.append


class Whole(wsgi.Response):
    """An answer of which the headers go out with the first of the body.

    Apart, a worker that is killed in between has sent a page without anything on it, which no proxy can ask again.
    """

    sock: Any

    def write(self, arg: bytes) -> None:
        """Send a piece of the body, with what must go before it."""
        if self.headers_sent:
            super().write(arg)
            return
        out, self.sock = self.sock, Pieces()
        super().write(arg)
        pieces, self.sock = self.sock, out
        out.sendall(b"".join(pieces))


wsgi.Response = Whole  # no setting of gunicorn tells it another class
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
# A browser opens connections that it does not use yet; without threads each would hold up a worker.
threads = 4
# What is loaded before workers come about, they have in common: each takes 30 MB less. Other code needs a restart then.
preload_app = True
chdir = str(settings.BASE_DIR)
loglevel = "error"  # that it starts and stops, systemd tells
logger_class = Logger
# Who is asked to stop answers first what came in.
graceful_timeout = 30
limit_request_fields = 50
# Its default place is the home folder, and the portal writes in its own folder only.
control_socket_disable = True
if SHARED_MEMORY.is_dir():
    worker_tmp_dir = str(SHARED_MEMORY)


def when_ready(server: Any) -> None:
    """Before there are workers: begin to answer Prometheus, and have what is loaded stay.

    The collector need not go through that again and again. What a page leaves in cycles it finds before that piles up.
    """
    if METRICS_PORT:
        metrics.serve(METRICS_PORT)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 5, 5)


def pre_fork(server: Any, worker: Any) -> None:
    """Choose the core on which the fewest workers are for a new one."""
    taken = Counter(other.core for other in server.WORKERS.values())
    worker.core = min(cores(), key=taken.__getitem__, default=None)


def post_fork(server: Any, worker: Any) -> None:
    """Keep the threads of a worker on one core: only one of them computes, and each move costs it what lay near."""
    if worker.core is not None:
        os.sched_setaffinity(0, {worker.core})


def cores() -> list[int]:
    """The cores on which this process may be; none where the system does not tell."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def child_exit(server: Any, worker: Any) -> None:
    """Forget what a worker that ended said of itself; what it counted stays."""
    if METRICS_PORT:
        mark_process_dead(worker.pid)


def start_gunicorn(bind: str, application: str = "optil_portal.wsgi") -> None:
    """Become gunicorn, listening on `bind` and serving the application of a module."""
    environment = HEAP | os.environ
    if METRICS_PORT:
        environment["PROMETHEUS_MULTIPROC_DIR"] = str(empty_folder(settings.VAR_DIR / "metrics" / str(METRICS_PORT)))
    program = [sys.executable, "-m", "gunicorn", "--config", f"python:{__name__}", "--bind", bind, application]
    os.execve(sys.executable, program, environment)  # noqa: S606 - this very interpreter


def empty_folder(folder: Path) -> Path:
    """A folder without what was in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
