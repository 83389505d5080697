"""What is counted of the portal for Prometheus: over all processes that serve it, and never about anybody.

`optil_portal/server.py` serves it on a port of its own, of this machine only.
"""

import sys
from collections.abc import Iterator
from http import HTTPMethod
from typing import Any

from django.conf import settings
from django.db import Error
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

REQUESTS = Counter("portal_requests", "Answers, by what was asked.", ["route", "method", "status"])
SECONDS = Histogram(
    "portal_request_seconds",
    "How long an answer took, until its last byte.",
    ["route"],
    buckets=(0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
DATABASE_ERRORS = Counter("portal_database_errors", "Requests that the database failed.")
PAGES = Counter("portal_pages", "Pages asked of those that are kept, by what came of it.", ["outcome"])
RECORDS = Gauge("portal_public_records", "Public records.", ["kind"], multiprocess_mode="mostrecent")
METHODS = set(HTTPMethod)  # anything else that somebody sends is one more


def count(route: str, method: str, status: int, seconds: float) -> None:
    """Count an answer."""
    REQUESTS.labels(route, method if method in METHODS else "other", status).inc()
    SECONDS.labels(route).observe(seconds)


def count_database_error(**signal: Any) -> None:
    """Count a request that failed, when the database did it; the receiver of `got_request_exception`."""
    if isinstance(sys.exc_info()[1], Error):
        DATABASE_ERRORS.inc()


class Backups(Collector):
    """When the last backup was made, as its file tells."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The moment, when there is a backup."""
        made = [path.stat().st_mtime for path in settings.BACKUPS_DIR.glob("*.tar")]
        if made:
            help_text = "When the last backup was made."
            yield GaugeMetricFamily("portal_last_backup_timestamp_seconds", help_text, value=max(made))


def serve(port: int) -> None:
    """Answer Prometheus on a port of this machine, with what all processes counted."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(Backups())
    start_http_server(port, addr="127.0.0.1", registry=registry)
