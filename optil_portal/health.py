"""What a load balancer asks: whether the portal lives, and whether it can do its work."""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import cache

from django.conf import settings
from django.core.cache import caches
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils.crypto import get_random_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from optil_portal import metrics
from optil_portal.backup.media import PROBE
from optil_portal.migrated import migrations
from optil_portal.records.edition import kept
from optil_portal.records.index import numbers

FOLDER = "/gezond/"
UNAVAILABLE = 503
logger = logging.getLogger(__name__)


class NotWellError(Exception):
    """A part of the portal that answers, but not as it should."""


def health_first(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The middleware that answers these pages before any other could refuse: who asks knows no host, and no HTTPS."""

    def answered(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(FOLDER):
            with suppress(Resolver404):
                return resolve(request.path_info).func(request)
        return get_response(request)

    return answered


@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """That the process answers, which asks nothing of anything else."""
    return JsonResponse({"leeft": True})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """Of each part whether it does its work: 200 when all do, and 503 otherwise."""
    found = {name: does(name, work) for name, work in PARTS.items()}
    if not all(found.values()):
        return JsonResponse(found, status=UNAVAILABLE)
    count_records()
    return JsonResponse(found)


def does(name: str, work: Callable[[], None]) -> bool:
    """Whether a part does its work; the log holds why not."""
    try:
        work()
    except Exception:  # whatever it is, the portal is not ready
        logger.warning("Not ready: %s", name, exc_info=True)
        return False
    return True


def ask_database() -> None:
    """Ask the database for something."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@cache  # once it is right, it stays so: an error is not remembered
def require_migrations() -> None:
    """Raise NotWellError when the database lacks a migration."""
    if migrations()[1]:
        raise NotWellError


def use_caches() -> None:
    """Keep something in each cache; raises NotWellError when it is not there."""
    word = get_random_string(12)
    for name in settings.CACHES:
        caches[name].set(FOLDER, word, 60)
        if caches[name].get(FOLDER) is None:  # another process may have written its own
            raise NotWellError


def keep_file() -> None:
    """Keep a file where those of people are, and remove it."""
    default_storage.delete(default_storage.save(PROBE, ContentFile(b"1")))


def count_records() -> None:
    """Have the metrics tell how many records everybody may see, of each kind."""
    for kind, number in kept("public records by kind", numbers).items():
        metrics.RECORDS.labels(kind).set(number)


PARTS: dict[str, Callable[[], None]] = {
    "database": ask_database,
    "migraties": require_migrations,
    "cache": use_caches,
    "media": keep_file,
}
