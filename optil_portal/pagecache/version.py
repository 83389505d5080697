"""Which version of the content the kept pages are of: a word that every change replaces, on whichever machine.

It lies where the pages lie: in one small file, or in Redis. A new word is always safe; it only costs each page once.
"""

import re
import secrets
from collections.abc import Callable
from functools import cache
from threading import Lock
from time import monotonic
from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from redis.exceptions import RedisError

from optil_portal.errors import DATABASE_GONE
from optil_portal.pagecache.files import VERSION
from optil_portal.records.edition import Edition, renewing

SEEN = "seen"  # the version that somebody saw beside the edition of the database, and that edition
PAUSE = 1.0  # seconds: how long what does not answer is left alone, and how often a process looks
CACHE_GONE = (OSError, RedisError)
WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)

content_tables = cache(renewing)


class Shelf:
    """Where pages and their version lie; while that is broken nothing is kept, and nothing fails."""

    def __init__(self) -> None:
        """Begin well."""
        self.begin()

    def begin(self) -> None:
        """Forget what was broken, and where all lies."""
        self.cache: BaseCache | None = None
        self.broken_until = 0.0
        self.owes = False  # whether a change could not be told

    def get(self, key: str) -> Any:
        """What lies under a key, or None."""
        return self.trying(self.open().get, key)

    def put(self, key: str, value: Any, seconds: int | None) -> None:
        """Lay something down, for so long or for good."""
        self.trying(self.open().set, key, value, seconds)

    def version(self) -> str | None:
        """The version of the content; None while nobody can tell."""
        told = None if self.owes else self.get(VERSION)
        return told or self.settle()

    def renew(self) -> None:
        """Have another version, which no page is of; what cannot be told now, is told before a page is looked for."""
        self.owes = True
        self.broken_until = 0.0
        self.settle()

    def settle(self) -> str | None:
        """Tell a new version; None when that cannot be."""
        return self.trying(self.replace)

    def replace(self) -> str:
        """Take away the version before another is written, for a full disk still lets go of what is there."""
        self.open().delete(VERSION)
        self.owes = False
        version = secrets.token_hex(8)
        self.open().set(VERSION, version, None)
        return version

    def open(self) -> BaseCache:
        """The cache of pages, one for all threads, for both kinds of it allow that."""
        if self.cache is None:
            self.cache = caches["pages"]
        return self.cache

    def trying(self, do: Callable[..., Any], *arguments: Any) -> Any:
        """What `do` gives; None when it cannot, or could not a moment ago."""
        if monotonic() < self.broken_until:
            return None
        try:
            return do(*arguments)
        except CACHE_GONE:
            self.broken_until = monotonic() + PAUSE
            return None


shelf = Shelf()


class Watch:
    """What a process knows of the database without asking it at each request."""

    def __init__(self) -> None:
        """Begin without having looked."""
        self.is_down = False
        self.next = 0.0
        self.looking = Lock()

    @property
    def is_well(self) -> bool:
        """Whether the database answered a moment ago, and need not be looked at now."""
        return not self.is_down and monotonic() < self.next

    def look(self) -> None:
        """See, at most once in PAUSE, whether the database answers, and renew the version if it changed unseen.

        Unseen is what another program wrote, or a process that ended between its change and the word of it.
        """
        if monotonic() < self.next or not self.looking.acquire(blocking=False):
            return
        try:
            compare()
            self.is_down = False
        except DATABASE_GONE:
            self.is_down = True
        finally:
            self.next = monotonic() + PAUSE
            self.looking.release()


watch = Watch()


def compare() -> None:
    """Hold the version beside the edition of the database; raises one of DATABASE_GONE."""
    version = shelf.version()
    edition = Edition.current()
    seen = shelf.get(SEEN)
    if seen and seen[0] == version and seen[1] != edition:
        shelf.renew()
    elif version and seen != (version, edition):
        shelf.put(SEEN, (version, edition), None)


def follow_writes(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Carry out a statement, and renew the version once what it changed of the content is there for everybody."""
    done = execute(sql, params, many, context)
    written = WRITES.match(sql)
    if written and written[1] in content_tables():
        connection = context["connection"]
        if all(one != shelf.renew for _, one, *_ in connection.run_on_commit):
            transaction.on_commit(shelf.renew, using=connection.alias)
    return done


def watch_connection(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Have a new connection follow what is written through it."""
    if follow_writes not in connection.execute_wrappers:
        connection.execute_wrappers.append(follow_writes)
