"""What the portal writes in its log: of each request a line, of each error where it came from, and of nobody who.

No address, name, query, cookie or form comes in a line, and of a path only what is no secret.
"""

import logging
import re
import uuid
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import lru_cache
from traceback import format_tb
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.handlers.wsgi import get_path_info
from django.db import OperationalError
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from pythonjsonlogger.json import JsonFormatter

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

IDENTITY: ContextVar[str] = ContextVar("identity", default="")  # of the request that is answered
KEPT_IN = "portal.request_id"
RIGHT = re.compile(r"[A-Za-z0-9-]{8,64}")
OPEN = {"slug", "format"}  # the parts of a path that everybody may read; the others are cut out
NOWHERE = "(none)"
FIELDS = ("time", "level", "logger", "message", "request_id", "method", "path", "status", "ms", "bytes", "error")
requests = logging.getLogger("portal.requests")


def identity_of(environ: Environ) -> str:
    """The id of a request: what a proxy of ours gave it, when that looks like one, or a new one."""
    given = environ.get("HTTP_X_REQUEST_ID", "") if settings.TRUST_FORWARDED_FOR else ""
    return given if RIGHT.fullmatch(given) else uuid.uuid4().hex


def identified(application: Application) -> Application:
    """A WSGI application that gives each request an id, and says it in the answer."""

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        identity = environ[KEPT_IN] = identity_of(environ)
        IDENTITY.set(identity)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, [*headers, ("X-Request-ID", identity)], *error)

        return application(environ, start)

    return answer


@lru_cache(maxsize=1024)
def told(path: str) -> tuple[str, str]:
    """The route behind a path, and what a log may hold of the path."""
    if path.startswith(settings.STATIC_URL):
        return f"{settings.STATIC_URL}<path>", quote(path)
    try:
        match = resolve(path)
    except Resolver404:
        return NOWHERE, NOWHERE
    route = f"/{match.route}"
    cut = set(match.captured_kwargs) - OPEN  # type: ignore[attr-defined]
    return route, route if cut else path


def write_line(environ: Environ, status: int, seconds: float, size: int) -> None:
    """Write the line of a request that was answered."""
    _, path = told(get_path_info(environ))
    method = environ["REQUEST_METHOD"]
    line = {
        "request_id": environ.get(KEPT_IN) or identity_of(environ),
        "method": method,
        "path": path,
        "status": status,
        "ms": round(1000 * seconds, 1),
        "bytes": size,
    }
    requests.info("%s %s %d", method, path, status, extra=line)


class Discreet(logging.Filter):
    """Puts the id of the request in a record, and takes secrets out of the path that Django names in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record; it is written in any case."""
        record.__dict__.setdefault("request_id", IDENTITY.get())
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            record.args = tuple(told(arg)[1] if arg == request.path else arg for arg in record.args)
        return True


class Lines(JsonFormatter):
    """Each record as a line of JSON with `FIELDS` and no other."""

    def __init__(self) -> None:
        """Take the names that the fields have here."""
        names = {"levelname": "level", "name": "logger", "exc_info": "error"}
        super().__init__(("levelname", "name", "message"), rename_fields=names, timestamp="time")

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """The fields that are written."""
        return {name: log_data[name] for name in FIELDS if log_data.get(name) not in ("", None)}

    def formatException(self, ei: Any) -> str:  # noqa: N802 - a name of logging
        """The kinds of error and where they came from; not their words, which can quote what somebody typed."""
        error, lines = ei[1], []
        while error:
            words = f": {error}".splitlines()[0] if isinstance(error, OperationalError) else ""
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}{words}\n")
            lines += format_tb(error.__traceback__)
            error = error.__cause__ or error.__context__
        return "".join(lines)
