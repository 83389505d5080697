"""Where records are read and written when there are replicas; test_cluster.py asks the same of real ones."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import resolve

from igs.models import Region
from optil_portal import replicas
from optil_portal.proposals.models import Proposal
from optil_portal.records.edition import Edition
from optil_portal.replicas import READING, ReadFromReplica, Router, replica_like
from tests.factories import make_region

EDITIONS = {"default": (1, 2), "late": (1, 1), "well": (1, 2)}
router = Router()


@pytest.fixture(autouse=True)
def copies(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A replica that lags and one that has all; one that is "gone" does not answer. Nobody is in a transaction."""
    settings.REPLICAS = {"gone": {}, "late": {}, "well": {}}
    monkeypatch.setattr(Edition, "current", lambda: EDITIONS["default"])
    monkeypatch.setattr(replicas, "edition_in", edition_in)
    monkeypatch.setattr(replicas, "transaction", SimpleNamespace(get_connection=lambda: Quiet))
    monkeypatch.setattr(replicas, "FAILED", {})
    token = READING.set("default")
    yield
    READING.reset(token)


class Quiet:
    """A connection outside a transaction."""

    in_atomic_block = False


def edition_in(alias: str) -> tuple[int, ...]:
    """The edition of one of them; raises OperationalError."""
    if alias not in EDITIONS:
        raise OperationalError
    return EDITIONS[alias]


def read(request: HttpRequest) -> str:
    """From where a request reads regions."""
    found = []

    def answered(request: HttpRequest) -> HttpResponse:
        found.append(router.db_for_read(Region))
        return HttpResponse()

    ReadFromReplica(answered)(request)
    return found[0]


@pytest.mark.parametrize("path", ["/", "/projecten/?q=bib", "/melden/", "/open-data/openapi.json"])
def test_who_only_looks_reads_from_a_replica_that_has_all(path: str):
    assert {read(RequestFactory().get(path)) for _ in range(5)} == {"well"}
    assert READING.get() == "default"


def test_who_works_or_sends_something_reads_from_the_primary():
    asked = RequestFactory()
    requests = [asked.get("/beheer/"), asked.get("/beheer/igs/region/"), asked.post("/melden/")]
    assert [read(request) for request in requests] == ["default"] * 3


def test_what_the_edition_does_not_tell_is_read_from_the_primary():
    READING.set("well")
    assert (router.db_for_read(Proposal), router.db_for_read(Region)) == ("default", "well")


def test_after_a_write_the_same_request_reads_from_the_primary():
    READING.set("well")
    assert (router.db_for_write(Region), router.db_for_read(Region)) == ("default", "default")


def test_within_a_transaction_the_primary_is_read(monkeypatch: pytest.MonkeyPatch):
    READING.set("well")
    monkeypatch.setattr(Quiet, "in_atomic_block", True)
    assert router.db_for_read(Region) == "default"


def test_without_a_replica_that_has_all_the_primary_is_read():
    assert (replica_like((1, 2)), replica_like((1, 3))) == ("well", "default")


def test_what_failed_is_left_alone_for_some_seconds(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []

    def asking(alias: str) -> tuple[int, ...]:
        asked.append(alias)
        return edition_in(alias)

    monkeypatch.setattr(replicas, "edition_in", asking)
    for seconds in (100.0, 104.9, 105.0):
        monkeypatch.setattr(replicas, "time", SimpleNamespace(monotonic=lambda seconds=seconds: seconds))
        replica_like((9, 9))
    assert (asked.count("gone"), asked.count("late")) == (2, 3)


@pytest.mark.parametrize("path", ["/contact/", "/regios/", "/projecten/"])
def test_a_page_of_which_the_replica_fails_comes_from_the_primary(path: str):
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    READING.set("well")
    response = ReadFromReplica(lambda request: HttpResponse()).process_exception(request, OperationalError())
    assert isinstance(response, HttpResponse)
    assert (response.status_code, b"</html>" in response.content, READING.get()) == (200, True, "default")
    assert replica_like((1, 2)) == "default"


def test_what_else_goes_wrong_is_left_as_it_is():
    request = RequestFactory().get("/contact/")
    request.resolver_match = resolve("/contact/")
    middleware = ReadFromReplica(lambda request: HttpResponse())
    READING.set("well")
    assert middleware.process_exception(request, ValueError()) is None
    READING.set("default")
    assert middleware.process_exception(request, OperationalError()) is None


def test_a_replica_gets_no_tables_and_its_records_are_those_of_the_primary():
    assert [router.allow_migrate(alias, "igs") for alias in ("default", "well")] == [True, False]
    assert router.allow_relation(make_region(), make_region()) is True


def test_one_database_needs_none_of_this(settings: Any):
    settings.REPLICAS = {}
    with pytest.raises(MiddlewareNotUsed):
        ReadFromReplica(lambda request: HttpResponse())
