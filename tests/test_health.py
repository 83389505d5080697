"""What a load balancer, a log and Prometheus are told: what they need, and nothing about anybody."""

import json
import logging
import os
import re
import socket
import time
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.core.files.storage import default_storage
from django.db import DatabaseError, OperationalError, connection
from django.http import HttpRequest
from django.test import Client
from prometheus_client import REGISTRY

from optil_portal import health, logs, metrics, server
from optil_portal.backup import media
from optil_portal.records.index import numbers
from tests.running import environment, free_port, serving

WELL = {"database": True, "migraties": True, "cache": True, "media": True}
SECRETS = ("geheim", "jan.jansen", "Mozilla", "127.0.0.1")


def unreachable(*args: Any, **kwargs: Any) -> Any:
    raise OperationalError("could not connect to jan.jansen")


# Health.


def test_it_lives_without_asking_anything_of_anybody(client: Client):
    with mock.patch.object(connection, "cursor", unreachable), mock.patch.object(default_storage, "save", unreachable):
        response = client.get("/gezond/leeft/", headers={"Host": "10.0.0.7"})
    assert (response.status_code, response.json()) == (200, {"leeft": True})
    assert "no-store" in response.headers["Cache-Control"]


def test_it_is_ready_when_every_part_works_and_leaves_no_trace(client: Client):
    response = client.get("/gezond/klaar/", headers={"Host": "10.0.0.7"})
    assert (response.status_code, response.json()) == (200, WELL)
    assert "no-store" in response.headers["Cache-Control"]
    assert [name for name in media.names() if "gezond" in name] == []
    assert response.cookies == {}


def test_it_asks_little(client: Client, django_assert_num_queries: Any):
    client.get("/gezond/klaar/")
    with django_assert_num_queries(2):  # whether there is a database, and which edition of the content it has
        client.get("/gezond/klaar/")


@pytest.mark.parametrize(
    ("part", "broken"),
    [
        pytest.param("database", (connection, "cursor"), id="database"),
        pytest.param("cache", (LocMemCache, "set"), id="cache"),
        pytest.param("media", (default_storage, "save"), id="media"),
    ],
)
def test_a_part_that_fails_is_named_and_nothing_is_said_of_why(
    client: Client, part: str, broken: tuple[Any, str], caplog: pytest.LogCaptureFixture
):
    client.get("/gezond/klaar/")  # from now on, the migrations are known to be right
    with mock.patch.object(*broken, unreachable):
        response = client.get("/gezond/klaar/")
    assert (response.status_code, response.json()) == (503, WELL | {part: False})
    assert f"Not ready: {part}" in caplog.messages
    assert client.get("/gezond/klaar/").status_code == 200


def test_a_migration_that_lacks_is_looked_for_until_it_is_there(client: Client):
    health.require_migrations.cache_clear()
    with mock.patch.object(health, "migrations", return_value=([], ["igs.0001_initial"])):
        assert client.get("/gezond/klaar/").json() == WELL | {"migraties": False}
    assert client.get("/gezond/klaar/").json() == WELL


@pytest.mark.parametrize("path", ["/gezond/leeft/", "/gezond/klaar/"])
def test_nothing_can_be_sent_to_it(client: Client, path: str):
    assert client.post(path).status_code == 405
    assert client.head(path).content == b""


def test_what_is_not_there_is_not_found_as_elsewhere(client: Client):
    assert client.get("/gezond/anders/").status_code == 404


# The log.


def line(record: logging.LogRecord) -> dict[str, Any]:
    """A record as the log holds it."""
    logs.Discreet().filter(record)
    return json.loads(logs.Lines().format(record))


@pytest.mark.parametrize(
    ("path", "told"),
    [
        pytest.param("/", "/", id="home"),
        pytest.param("/regios/co7/", "/regios/co7/", id="slug"),
        pytest.param("/projecten.csv", "/projecten.csv", id="format"),
        pytest.param("/static/css/site.css", "/static/css/site.css", id="static"),
        pytest.param("/voorbeeld/geheim/", "/voorbeeld/<str:token>/", id="preview"),
        pytest.param("/nakijken/geheim/", "/nakijken/<str:token>/", id="sheet"),
        pytest.param("/melden/geheim/", "/melden/<slug:reference>/", id="reference"),
        pytest.param("/media/consulenten/jan.jansen.webp", "/media/<path:path>", id="media"),
        pytest.param("/voorbeeld/geheim", "(none)", id="no-slash"),
        pytest.param("/jan.jansen@example.org", "(none)", id="nowhere"),
    ],
)
def test_of_a_path_only_what_is_no_secret_is_told(path: str, told: str):
    assert logs.told(path)[1] == told


def test_no_route_of_the_admin_tells_a_token():
    assert "geheim" not in "".join(logs.told("/beheer/wachtwoord/MQ/geheim-geheim/"))
    assert "geheim" not in "".join(logs.told("/beheer/igs/region/import/geheim/"))


@pytest.mark.parametrize(
    ("given", "trusted", "kept"),
    [
        pytest.param("abcDEF-123", True, True, id="right"),
        pytest.param("abcDEF-123", False, False, id="of-nobody-we-know"),
        pytest.param("kort", True, False, id="short"),
        pytest.param("x" * 65, True, False, id="long"),
        pytest.param('abcdefgh"\n', True, False, id="strange"),
        pytest.param("", True, False, id="none"),
    ],
)
def test_an_id_is_taken_from_our_own_proxy_when_it_looks_like_one(settings: Any, given: str, trusted: bool, kept: bool):
    settings.TRUSTED_PROXIES = ["192.0.2.1"] if trusted else []
    found = logs.identity_of({"HTTP_X_REQUEST_ID": given, "REMOTE_ADDR": "192.0.2.1"})
    assert (found == given) is kept
    assert logs.RIGHT.fullmatch(found)


def test_an_answer_says_its_id_and_two_requests_have_two():
    sent: list[dict[str, str]] = []

    def start(status: str, headers: list[tuple[str, str]]) -> list[bytes]:
        sent.append(dict(headers))
        return []

    application = logs.identified(lambda environ, start: start("200 OK", [("A", "b")]))
    for _ in range(2):
        application({}, start)
    assert [list(headers) for headers in sent] == [["A", "X-Request-ID"]] * 2
    assert sent[0]["X-Request-ID"] != sent[1]["X-Request-ID"]


def test_an_error_is_told_by_its_kinds_and_places_without_the_words_of_anybody():
    def fail() -> None:
        try:
            int("jan.jansen")
        except ValueError as error:
            raise DatabaseError("Failing row contains (jan.jansen).") from error

    try:
        fail()
    except DatabaseError as error:
        record = logging.LogRecord("x", logging.ERROR, "", 0, "Fout", (), (type(error), error, error.__traceback__))
    found = line(record)["error"]
    assert re.findall(r"^\S.*", found, re.MULTILINE) == ["django.db.utils.DatabaseError", "builtins.ValueError"]
    assert "in fail" in found
    assert "raise DatabaseError" in found


def test_an_error_of_the_machine_keeps_its_first_line():
    error = OperationalError("database is locked\nDETAIL: jan.jansen")
    record = logging.LogRecord("x", logging.ERROR, "", 0, "Fout", (), (type(error), error, None))
    assert line(record)["error"] == "django.db.utils.OperationalError: database is locked\n"


def test_what_django_says_of_a_request_names_no_secret_and_brings_no_object_along():
    request = HttpRequest()
    request.path = "/nakijken/geheim/"
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s: %s", ("Gone", request.path), None)
    record.request, record.status_code = request, 410
    mark = logs.IDENTITY.set("12345678")
    found = line(record)
    logs.IDENTITY.reset(mark)
    assert found == {
        "time": mock.ANY,
        "level": "WARNING",
        "logger": "django.request",
        "message": "Gone: /nakijken/<str:token>/",
        "request_id": "12345678",
    }


# Metrics.


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


def test_an_answer_is_counted_by_route_method_and_status():
    labels = {"route": "/regios/<slug:slug>/", "method": "GET", "status": "200"}
    before = counted("portal_requests_total", **labels)
    metrics.count("/regios/<slug:slug>/", "GET", 200, 0.02)
    assert counted("portal_requests_total", **labels) - before == 1
    metrics.count("/", "GEHEIM", 405, 0.02)  # whatever somebody sends, there is one more label and no more
    assert counted("portal_requests_total", route="/", method="other", status="405") == 1


def test_what_the_database_fails_is_counted_and_what_we_do_ourselves_is_not():
    before = counted("portal_database_errors_total")
    client = Client(raise_request_exception=False)
    for error, status in ((OperationalError("weg"), 503), (ValueError("anders"), 500)):
        with mock.patch("optil_portal.views.render", side_effect=error):
            assert client.get("/contact/").status_code == status
    assert counted("portal_database_errors_total") - before == 1


def test_the_public_records_are_counted_when_somebody_asks_whether_it_is_ready(client: Client):
    client.get("/gezond/klaar/")
    found = {kind: counted("portal_public_records", kind=kind) for kind in numbers()}
    assert found == numbers()
    assert found["project"] == 56


def test_the_last_backup_is_told_by_its_moment(settings: Any, tmp_path: Any):
    settings.BACKUPS_DIR = tmp_path
    assert list(metrics.Backups().collect()) == []
    (tmp_path / "portaal.tar").touch()
    (metric,) = metrics.Backups().collect()
    assert metric.samples[0].value == pytest.approx((tmp_path / "portaal.tar").stat().st_mtime)


# All of it, as it is served in production.


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a portal that serves as in production, without the proxy before it."""
    own = environment(
        tmp_path_factory.mktemp("production") / "var",
        PORTAL_ENV="production",
        SECRET_KEY="niet geheim",
        ALLOWED_HOSTS="localhost",
        METRICS_PORT=str(free_port()),
    )
    with serving(own):
        yield own


def ask(port: str, path: str, method: str = "GET", **headers: str) -> HTTPResponse:
    """What a portal answers to a proxy; the body is read."""
    line = HTTPConnection("127.0.0.1", int(port), timeout=30)
    ours = {"Host": "localhost", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1", "User-Agent": "Mozilla"}
    line.request(method, path, headers=ours | headers)
    response = line.getresponse()
    response.body = response.read()  # type: ignore[attr-defined]
    line.close()
    return response


def logged(production: dict[str, str], ids: list[str]) -> list[dict[str, Any]]:
    """The lines in the log, once those of some requests are there: each is written after its answer."""
    log = Path(production["PORTAL_VAR"]).with_suffix(".log")
    deadline = time.monotonic() + 10
    while not all(one in log.read_text() for one in ids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [json.loads(one) for one in log.read_text().splitlines() if one.startswith("{")]


def test_every_answer_has_a_line_and_is_counted_and_no_line_is_about_anybody(production: dict[str, str]):
    port = production["PORT"]
    asked = [
        ("GET", "/regios/co7/?q=geheim", {"X-Request-ID": "van-onze-proxy", "Cookie": "a=geheim"}),
        ("HEAD", "/regios/co7/", {}),
        ("GET", "/static/css/site.css?geheim", {}),
        ("GET", "/nakijken/geheim/", {}),
        ("GET", "/jan.jansen@example.org/", {}),
        ("GET", "/contact/", {"Host": "geheim.example"}),
        ("GET", "/gezond/leeft/", {"Host": "127.0.0.1:1", "X-Forwarded-Proto": "http"}),
    ]
    answers = [ask(port, path, method, **headers) for method, path, headers in asked]
    ids = [answer.headers["X-Request-ID"] for answer in answers]
    lines = logged(production, ids)
    told = {one["request_id"]: one for one in lines if one["logger"] == "portal.requests"}
    assert ids[0] == "van-onze-proxy"
    assert [(told[one]["method"], told[one]["path"], told[one]["status"]) for one in ids] == [
        ("GET", "/regios/co7/", 200),
        ("HEAD", "/regios/co7/", 200),
        ("GET", "/static/css/site.css", 200),
        ("GET", "/nakijken/<str:token>/", 404),
        ("GET", "(none)", 404),
        ("GET", "/contact/", 400),
        ("GET", "/gezond/leeft/", 200),
    ]
    assert told[ids[0]]["bytes"] == len(answers[0].body)  # type: ignore[attr-defined]
    assert [secret for secret in SECRETS if any(secret in json.dumps(one) for one in lines)] == []
    page = ask(production["METRICS_PORT"], "/metrics").body.decode()  # type: ignore[attr-defined]
    assert 'portal_requests_total{method="GET",route="/regios/<slug:slug>/",status="200"} 1.0' in page.splitlines()
    assert 'portal_requests_total{method="GET",route="(none)",status="404"} 1.0' in page.splitlines()
    assert [secret for secret in SECRETS if secret in page] == []


def test_what_is_counted_is_not_served_to_visitors(production: dict[str, str]):
    assert ask(production["PORT"], "/metrics").status == 404


def workers_at(port: str) -> list[int]:
    """The processes that gunicorn has made on a port to answer."""
    lines = {int(one.parent.name): one.read_text() for one in Path("/proc").glob("[0-9]*/cmdline")}
    those = {pid for pid, line in lines.items() if f"127.0.0.1:{port}\0" in line}
    return [pid for pid in those if int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) in those]


def test_each_worker_keeps_to_a_core_and_they_are_spread(production: dict[str, str]):
    cores = [os.sched_getaffinity(worker) for worker in workers_at(production["PORT"])]
    assert [len(one) for one in cores] == [1, 1]
    assert len(set().union(*cores)) == min(2, len(os.sched_getaffinity(0)))


def test_each_worker_has_one_heap_without_what_is_large(production: dict[str, str]):
    told = [Path(f"/proc/{worker}/environ").read_text().split("\0") for worker in workers_at(production["PORT"])]
    heaps = [sorted(line for line in lines if line.startswith("MALLOC_")) for lines in told]
    assert heaps == 2 * [["MALLOC_ARENA_MAX=1", "MALLOC_MMAP_THRESHOLD_=1048576", "MALLOC_TRIM_THRESHOLD_=1048576"]]


def test_a_page_leaves_in_one_piece_so_that_a_worker_is_never_killed_halfway(production: dict[str, str]):
    with socket.create_connection(("127.0.0.1", int(production["PORT"])), timeout=10) as line:
        asked = "GET /regios/co7/ HTTP/1.1", "Host: localhost", "X-Forwarded-Proto: https", "Connection: close"
        line.sendall("\r\n".join([*asked, "", ""]).encode())
        first = line.recv(2**20)
        assert (first[:15], line.recv(2**20)) == (b"HTTP/1.1 200 OK", b"")
    assert first.endswith(b"</html>\n")


def test_a_new_worker_takes_the_core_of_one_that_fell_away(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(server, "cores", lambda: [4, 6])
    gunicorn = SimpleNamespace(WORKERS={})
    for number in range(4):
        server.pre_fork(gunicorn, new := SimpleNamespace())
        gunicorn.WORKERS[number] = new
    assert [worker.core for worker in gunicorn.WORKERS.values()] == [4, 6, 4, 6]
    del gunicorn.WORKERS[1]
    server.pre_fork(gunicorn, new)
    assert new.core == 6
