"""Reads of public pages from a replica of the database, as long as that has all the content of the primary."""

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import DEFAULT_DB_ALIAS, Error, models, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse

from optil_portal.records.edition import Edition
from optil_portal.visitors import is_in_office

LEFT_ALONE = 5  # seconds in which a replica that failed is not asked again
# The apps of which the edition tells every change that a page shows; what these alone know may come from a replica.
COVERED = {"records", "igs", "libraries", "projects"}
READING: ContextVar[str] = ContextVar("reading", default=DEFAULT_DB_ALIAS)  # from which database this request reads
FAILED: dict[str, float] = {}  # when a replica failed last, by its alias


class Router:
    """Reads go to the database that the request chose, all else to the primary, as does each read after a write."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        """Where to read records of a model: from the primary within a transaction, which sees its own changes."""
        if model._meta.app_label not in COVERED or transaction.get_connection().in_atomic_block:
            return DEFAULT_DB_ALIAS
        return READING.get()

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        """The primary, from which this request reads from now on."""
        READING.set(DEFAULT_DB_ALIAS)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        """Records of a replica are those of the primary."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """A replica gets its tables from the primary."""
        return db == DEFAULT_DB_ALIAS


def edition_in(alias: str) -> tuple[int, ...]:
    """The edition of the content in a database; raises django.db.Error when that does not answer."""
    token = READING.set(alias)
    try:
        return Edition.current()
    finally:
        READING.reset(token)


def replica_like(edition: tuple[int, ...]) -> str:
    """A replica that has the content of an edition, or else the primary."""
    well = [one for one in settings.REPLICAS if time.monotonic() - FAILED.get(one, -LEFT_ALONE) >= LEFT_ALONE]
    for alias in random.sample(well, len(well)):
        try:
            if edition_in(alias) == edition:
                return alias
        except Error:
            FAILED[alias] = time.monotonic()
    return DEFAULT_DB_ALIAS


class ReadFromReplica:
    """The middleware that lets who only looks read from a replica: never the back office, nor who sends something.

    The edition of the primary is asked first, so that a replica that lags is left out until it knows the last change.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep `get_response`; raises MiddlewareNotUsed without replicas."""
        if not settings.REPLICAS:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, read from a replica where that may be."""
        looks = request.method in ("GET", "HEAD") and not is_in_office(request)
        token = READING.set(replica_like(Edition.current()) if looks else DEFAULT_DB_ALIAS)
        try:
            return self.get_response(request)
        finally:
            READING.reset(token)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The same page from the primary, when a replica fails while it is read."""
        alias = READING.get()
        if alias == DEFAULT_DB_ALIAS or not isinstance(exception, Error) or request.resolver_match is None:
            return None
        FAILED[alias] = time.monotonic()
        READING.set(DEFAULT_DB_ALIAS)
        view, args, kwargs = request.resolver_match
        response = view(request, *args, **kwargs)
        return response.render() if isinstance(response, SimpleTemplateResponse) else response
