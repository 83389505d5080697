"""Pages that are made once and kept: never a change too long, the same for everybody, also without a database."""

import gzip
import re
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import brotli
import pytest
from django.core.cache import caches
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from igs.models import Region
from optil_portal.logs import Application
from optil_portal.pagecache import entry
from optil_portal.pagecache.ahead import ahead_of
from optil_portal.pagecache.entry import ASKED, AT_HAND, only_what_is_asked
from optil_portal.pagecache.files import VERSION, SharedWord
from optil_portal.pagecache.middleware import PageCache
from optil_portal.pagecache.version import content_tables, shelf, watch
from projects.models import Partner, Project
from tests.cast import Scene, make_scene
from tests.factories import make_membership, make_municipality, make_partner, make_project, make_proposal
from tests.running import ROOT
from tests.visiting import public_routes, visit

Committed = Callable[..., Any]
INDEX_TABLES = {"records_word", "records_posting"}  # which never change but with an entry
PER_DATABASE = {"records_edition"}


@pytest.fixture(autouse=True)
def keeping(settings, tmp_path) -> Iterator[None]:
    """A portal that keeps pages, and has kept none yet; what happened a second ago is not looked at again."""
    settings.PAGE_CACHE = True
    settings.CACHES = settings.CACHES | {"pages": settings.CACHES["pages"] | {"LOCATION": tmp_path}}
    settings.VAR_DIR = tmp_path
    AT_HAND[:] = [None] * len(AT_HAND)
    shelf.begin()
    watch.is_down, watch.next = False, float("inf")
    yield
    shelf.begin()
    watch.is_down, watch.next = False, 0.0


@pytest.fixture
def visitor() -> Client:
    """Somebody to whom a page of an error is shown."""
    return Client(raise_request_exception=False)


@pytest.fixture
def committed(django_capture_on_commit_callbacks) -> Committed:
    """What does something as if it were there for everybody when it is done."""

    def do(change: Callable[[], Any]) -> Any:
        connection.run_on_commit.clear()  # what came before is there for nobody
        with django_capture_on_commit_callbacks(execute=True):
            return change()

    return do


def how(client: Client, address: str, **headers: str) -> str:
    """Whether an address was answered with what was kept."""
    return client.get(address, headers=headers).headers.get("X-Portal-Cache", "")


def paths(scene: Scene) -> list[str]:
    """An address of each public page, but of those that only a question or a key leads to."""
    slugs: dict[str, Any] = {
        "igs:region": scene.region,
        "igs:municipality": scene.municipality,
        "libraries:library": scene.library,
    }
    slugs |= {"projects:theme": scene.theme, "projects:project": scene.project, "projects:embedded": scene.project}
    found = []
    for path, name in public_routes():
        about = next((one for start, one in slugs.items() if name.startswith(start)), None)
        if "<slug>" in path and about is not None:
            found.append(path.replace("<slug>", about.slug))
        elif "<" not in path and not path.startswith(("/melden/", "/project-melden/")):
            found.append(path)
    return found


class TestWhatIsKept:
    def test_every_page_is_made_once_and_then_sent_without_a_question_to_the_database(self, client):
        addresses = paths(make_scene())
        made = {address: client.get(address) for address in addresses}
        with CaptureQueriesContext(connection) as queries:
            kept = {address: client.get(address) for address in addresses}
        assert {address: page.content for address, page in kept.items()} == {
            address: page.content for address, page in made.items()
        }
        assert {page.headers["X-Portal-Cache"] for page in made.values()} == {"miss"}
        assert {page.headers["X-Portal-Cache"] for page in kept.values()} == {"hit"}
        assert len(queries) == 0
        assert len(addresses) > 15

    @pytest.mark.parametrize(
        "address", ["/projecten.csv?thema=lezen", "/regios.geojson", "/sitemap.xml", "/robots.txt"]
    )
    def test_files_are_kept_too(self, client, address: str):
        assert [how(client, address) for _ in range(2)] == ["miss", "hit"]

    @pytest.mark.parametrize(
        "address",
        ["/melden/", "/project-melden/", "/beheer/login/", "/nergens/", "/regios/bie/", "/media/geen.webp"],
    )
    def test_forms_the_back_office_and_what_is_not_there_are_not_kept(self, visitor: Client, address: str):
        assert [how(visitor, address) for _ in range(2)] == ["", ""]
        assert list(AT_HAND) == [None] * len(AT_HAND)

    def test_what_somebody_was_given_a_key_to_is_not_kept(self, client):
        address = f"/melden/{make_proposal(reference='proef').reference}/"
        assert [how(client, address) for _ in range(2)] == ["", ""]

    def test_what_is_sent_to_a_page_is_not_kept(self, client):
        assert [client.post("/").headers.get("X-Portal-Cache") for _ in range(2)] == [None, None]

    def test_another_host_has_pages_of_its_own(self, client, settings):
        settings.ALLOWED_HOSTS = ["een.example", "twee.example"]
        assert [how(client, "/", host=host) for host in ("een.example", "twee.example", "een.example")] == [
            "miss",
            "miss",
            "hit",
        ]
        assert visit(Client(raise_request_exception=False, headers={"host": "drie.example"}), "/").status == 400

    def test_a_page_without_cache_is_the_same_page(self, client, settings):
        kept = client.get("/regios/midwest/").content
        settings.PAGE_CACHE = False
        assert Client().get("/regios/midwest/").content == kept

    def test_who_is_logged_in_gets_the_page_of_everybody(self, client, admin_client):
        assert admin_client.get("/").headers["X-Portal-Cache"] == "miss"
        assert (how(client, "/"), client.get("/").cookies.output()) == ("hit", "")


class TestQuestions:
    def test_what_no_page_asks_is_not_seen(self, client):
        plain = client.get("/").content
        followed = client.get("/?fbclid=1&utm_source=x")
        assert (followed.headers["X-Portal-Cache"], followed.content) == ("hit", plain)

    @pytest.mark.parametrize(
        ("query", "seen"),
        [
            ("q=bib&utm_source=x&pagina=2", "q=bib&pagina=2"),
            ("x=q", ""),
            ("%71=bib", "%71=bib"),
            ("", ""),
            ("q", "q"),
            ("&&", ""),
        ],
    )
    def test_only_what_is_asked_is_left_of_a_question(self, query: str, seen: str):
        assert only_what_is_asked(query) == seen

    def test_what_pages_ask_is_what_the_readme_and_the_open_data_name(self, client):
        readme = (ROOT / "README.md").read_text()
        rows = re.findall(r"^\| `/[^`]*` \|.*$", readme, re.MULTILINE)
        told = {name for row in rows for name in re.findall(r"[?&](\w+)=", row)}
        document = client.get("/open-data/openapi.json").json()
        asked = [one for way in document["paths"].values() for one in way["get"]["parameters"]]
        told |= {one["name"] for one in asked if one["in"] == "query"}
        assert ASKED - told == {"lijst"}  # ticked boxes, which lead to /lijst/
        assert told - ASKED == set()

    def test_invented_questions_fill_no_more_than_their_own_places(self, client, monkeypatch, tmp_path):
        monkeypatch.setattr(entry, "ASKED_PLACES", 4)
        client.get("/contact/")
        for number in range(20):
            client.get(f"/contact/?q={number}")
        assert how(client, "/contact/") == "hit"
        assert len(list(tmp_path.glob("*.djcache"))) <= 1 + 1 + 4  # the version, the page, and four with a question


class TestChanges:
    CHANGES = (
        pytest.param(lambda one: one.save(), id="saved"),
        pytest.param(lambda one: make_project(), id="added"),
        pytest.param(lambda one: Project.objects.filter(pk=one.pk).update(title="Anders"), id="in-bulk"),
        pytest.param(lambda one: one.delete(), id="deleted"),
        pytest.param(lambda one: one.partners.add(make_partner()), id="link-added"),
        pytest.param(lambda one: make_membership(municipality=make_municipality()), id="member-added"),
        pytest.param(lambda one: Partner.objects.bulk_create([Partner(name="Nieuw", slug="nieuw")]), id="made-in-bulk"),
    )

    @pytest.mark.parametrize("change", CHANGES)
    def test_after_a_change_every_page_is_made_anew(self, client, committed: Committed, change: Callable):
        project = make_project()
        client.get("/")
        committed(lambda: change(project))
        assert [how(client, "/") for _ in range(2)] == ["miss", "hit"]

    def test_the_first_request_after_a_save_shows_it(self, client, committed: Committed):
        for name in ("Westwest", "Oostoost"):
            committed(lambda name=name: Region.objects.filter(slug="midwest").update(name=name))
            assert visit(client, "/regios/midwest/").title == name

    def test_what_is_taken_back_changes_nothing(self, client, committed: Committed):
        def change() -> None:
            with transaction.atomic():
                Region.objects.filter(slug="midwest").update(name="Anders")
                transaction.set_rollback(True)

        client.get("/")
        committed(change)
        assert how(client, "/") == "hit"

    def test_the_word_of_many_changes_is_given_once(self, committed: Committed, monkeypatch):
        given = []
        monkeypatch.setattr(shelf, "put", lambda *told: given.append(told))
        monkeypatch.setattr(shelf, "settle", lambda: given.append("renewed"))
        committed(lambda: [make_partner(slug=f"p{number}", name=f"P {number}") for number in range(3)])
        assert given == ["renewed"]

    def test_what_is_no_content_leaves_the_pages(self, client, committed: Committed):
        client.get("/")
        committed(make_proposal)
        client.post("/beheer/login/", {"username": "niemand", "password": "x"})
        assert how(client, "/") == "hit"

    def test_a_change_of_which_the_word_was_lost_is_noticed(self, client):
        client.get("/")
        watch.next = 0.0
        client.get("/")
        Region.objects.filter(slug="midwest").update(name="Anders")  # its process ended before it could tell
        assert how(client, "/") == "hit"
        watch.next = 0.0
        assert how(client, "/") == "miss"

    def test_another_day_is_another_page(self, client, settings):
        client.get("/")
        settings.TODAY = date(2027, 1, 1)
        assert how(client, "/") == "miss"

    def test_everything_that_a_page_reads_makes_another_version(self, client):
        with CaptureQueriesContext(connection) as queries:
            for address in paths(make_scene()):
                client.get(address)
            client.get("/zoeken/?q=bib")
        read = {table for one in queries for table in re.findall(r'(?:FROM|JOIN) "?(\w+_\w+)', one["sql"])}
        named = {table for table in read if table in connection.introspection.table_names()}
        assert named - content_tables() - INDEX_TABLES - PER_DATABASE == set()


class TestOverTheLine:
    def test_each_visitor_gets_it_as_they_read_it(self, client):
        plain = client.get("/").content
        by_brotli = client.get("/", headers={"accept-encoding": "gzip, br"})
        by_gzip = client.get("/", headers={"accept-encoding": "gzip"})
        assert brotli.decompress(by_brotli.content) == gzip.decompress(by_gzip.content) == plain
        assert [one.headers["Content-Encoding"] for one in (by_brotli, by_gzip)] == ["br", "gzip"]
        assert client.get("/", headers={"accept-encoding": "br;q=0, gzip;q=0"}).content == plain

    def test_brotli_looks_back_64_kilobytes_and_not_4_megabytes(self, client):
        packed = client.get("/", headers={"accept-encoding": "br"}).content
        assert packed[0] & 1 == 0  # RFC 7932, 9.1: one bit that is 0 stands for a window of 16, any other begins with 1

    def test_who_has_the_page_is_told_so(self, client):
        tag = client.get("/").headers["ETag"]
        again = client.get("/", headers={"if-none-match": tag})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)

    def test_who_sends_back_the_very_tag_is_told_what_django_tells_who_has_several(self, client):
        tag = client.get("/over/").headers["ETag"]
        very, several = [client.get("/over/", headers={"if-none-match": told}) for told in (tag, f'"een", {tag}')]
        assert (very.status_code, very.headers) == (several.status_code, several.headers)
        assert (very.status_code, very.headers["ETag"]) == (304, tag)

    def test_who_has_an_older_page_gets_the_new_one(self, client, committed: Committed):
        tag = client.get("/").headers["ETag"]
        committed(lambda: Region.objects.filter(slug="midwest").update(name="Westwest"))
        assert client.get("/", headers={"if-none-match": tag}).status_code == 200

    def test_who_asks_first_and_has_the_page_is_told_so_too(self, client, committed: Committed):
        tag = client.get("/contact/").headers["ETag"]
        committed(make_partner)
        again = client.get("/contact/", headers={"if-none-match": tag})
        assert (again.status_code, again.headers["X-Portal-Cache"]) == (304, "miss")

    def test_a_list_that_did_not_change_since_a_moment_is_not_sent_again(self, client):
        changed = client.get("/projecten.json").headers["Last-Modified"]
        assert client.get("/projecten.json", headers={"if-modified-since": changed}).status_code == 304

    def test_a_browser_asks_each_time_whether_a_page_changed(self, client):
        assert client.get("/").headers["Cache-Control"] == "no-cache"

    def test_the_head_of_a_page_is_that_of_the_page(self, client):
        head, page = client.head("/"), client.get("/")
        assert (head.status_code, head.headers["ETag"]) == (200, page.headers["ETag"])
        assert head.headers["Content-Length"] == page.headers["Content-Length"]


def ahead(path: str, method: str = "GET", **headers: str) -> tuple[str, dict[str, str], bytes]:
    """What comes before Django says about a path: the status, the headers and the body."""
    environ = RequestFactory(headers=headers).generic(method, path).environ
    came_in = environ.copy()
    told: list[Any] = []
    django: Application = lambda *_: [b"Django"] if environ == came_in else [b"something else than came in"]  # noqa: E731
    body = b"".join(ahead_of(django)(environ, lambda *line: told.extend(line)))
    return (told[0], dict(told[1]), body) if told else ("", {}, body)


LEFT_TO_DJANGO: tuple[str, dict[str, str], bytes] = ("", {}, b"Django")


class TestAheadOfDjango:
    @pytest.mark.parametrize("headers", [{}, {"accept-encoding": "br"}, {"accept-encoding": "gzip"}])
    def test_what_is_kept_is_sent_as_django_sends_it(self, client, headers: dict[str, str]):
        client.get("/over/")
        page = client.get("/over/", headers=headers)
        assert ahead("/over/", **headers) == ("200 OK", dict(page.headers), page.content)
        assert page.headers["X-Portal-Cache"] == "hit"

    def test_who_has_the_page_is_told_so(self, client):
        tag = client.get("/over/").headers["ETag"]
        status, headers, body = ahead("/over/", **{"if-none-match": tag})
        assert (status, headers["ETag"], body) == ("304 Not Modified", tag, b"")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/contact/"),
            ("POST", "/over/"),
            ("GET", "/beheer/"),
            ("GET", "/gezond/leeft/"),
            ("GET", "/nergens/"),
        ],
    )
    def test_everything_else_is_left_to_django(self, client, method: str, path: str):
        client.get("/over/")
        assert ahead(path, method) == LEFT_TO_DJANGO

    def test_what_our_proxies_say_is_read_and_left_for_django(self, client, settings):
        settings.TRUSTED_PROXIES = ["127.0.0.1"]
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        forwarded = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7"}
        client.get("/over/")
        assert ahead("/over/", **forwarded) == LEFT_TO_DJANGO
        client.get("/over/", headers=forwarded)
        assert ahead("/over/", **forwarded)[0] == "200 OK"

    def test_django_looks_at_its_connections_when_it_is_time_and_while_the_database_is_down(self, client):
        client.get("/over/")
        watch.is_down = True
        assert ahead("/over/") == LEFT_TO_DJANGO
        watch.is_down, watch.next = False, time.monotonic()
        assert ahead("/over/") == LEFT_TO_DJANGO

    def test_a_portal_that_keeps_no_pages_has_only_django(self, settings):
        settings.PAGE_CACHE = False
        application: Application = lambda *_: []  # noqa: E731
        assert ahead_of(application) is application


class TestTogether:
    def test_who_come_at_the_same_time_wait_for_one_page(self):
        made = []

        def make(request: Any) -> HttpResponse:
            made.append(request.path)
            time.sleep(0.2)
            return HttpResponse("pagina")

        pages = PageCache(make)
        shelf.version()
        with ThreadPoolExecutor(8) as visitors:
            answers = list(visitors.map(lambda _: pages(RequestFactory().get("/druk/")), range(8)))
        assert made == ["/druk/"]
        assert sorted(answer.headers["X-Portal-Cache"] for answer in answers) == ["hit"] * 7 + ["miss"]


def gone(*_: Any) -> None:
    """What happens to a question while the database is down."""
    raise OperationalError("the database system is shutting down")


class TestWithoutDatabase:
    def test_what_is_kept_is_sent_and_says_so(self, visitor: Client):
        page = visitor.get("/").content
        with connection.execute_wrapper(gone):
            watch.next = 0.0
            answer = visitor.get("/")
        assert (answer.status_code, answer.headers["X-Portal-Cache"], answer.content) == (200, "stale", page)

    @pytest.mark.parametrize("address", ["/regios/midwest/", "/zoeken/?q=bib", "/projecten.csv"])
    def test_what_is_not_kept_says_to_come_back(self, visitor: Client, address: str):
        with connection.execute_wrapper(gone):
            watch.next = 0.0
            page = visitor.get(address)
        assert (page.status_code, page.headers["Retry-After"]) == (503, "10")
        assert "Even geduld" in page.content.decode()

    def test_the_back_office_says_to_come_back(self, visitor: Client):
        with connection.execute_wrapper(gone):
            page = visitor.post("/beheer/login/", {"username": "x", "password": "y"})
        assert (page.status_code, page.headers["Retry-After"]) == (503, "10")

    def test_it_recovers_by_itself(self, visitor: Client):
        visitor.get("/")
        with connection.execute_wrapper(gone):
            watch.next = 0.0
            visitor.get("/")
        watch.next = 0.0
        assert [how(visitor, address) for address in ("/", "/contact/")] == ["hit", "miss"]

    @pytest.mark.parametrize(("day", "status"), [(date(2026, 11, 25), 200), (date(2026, 11, 26), 503)])
    def test_a_page_of_yesterday_is_sent_and_no_older_one(self, visitor: Client, settings, day: date, status: int):
        visitor.get("/regios/")
        settings.TODAY = day
        with connection.execute_wrapper(gone):
            watch.next = 0.0
            assert visitor.get("/regios/").status_code == status

    def test_what_is_broken_in_another_way_is_no_matter_of_waiting(self, visitor: Client, monkeypatch):
        monkeypatch.setattr(Region, "rows", lambda day: 1 / 0)
        page = visitor.get("/")
        assert (page.status_code, "Retry-After" in page.headers) == (500, False)


class TestWithoutCache:
    @pytest.fixture
    def broken(self, monkeypatch) -> Iterator[None]:
        with monkeypatch.context() as breaking:
            for name in ("get", "set", "delete"):
                breaking.setattr(caches["pages"], name, self.fails)
            yield

    @staticmethod
    def fails(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    def test_pages_are_made_each_time(self, client, broken: None):
        assert [how(client, "/contact/") for _ in range(2)] == ["", ""]
        assert client.get("/contact/").status_code == 200

    def test_a_change_meanwhile_is_told_afterwards(self, client, committed: Committed, monkeypatch):
        client.get("/regios/midwest/")
        with monkeypatch.context() as breaking:
            for name in ("get", "set", "delete"):
                breaking.setattr(caches["pages"], name, self.fails)
            committed(lambda: Region.objects.filter(slug="midwest").update(name="Westwest"))
            assert visit(client, "/regios/midwest/").title == "Westwest"
        shelf.broken_until = 0.0
        assert visit(client, "/regios/midwest/").title == "Westwest"

    def test_on_a_full_disk_a_change_is_seen_at_once(self, client, committed: Committed, monkeypatch):
        client.get("/regios/midwest/")
        monkeypatch.setattr(caches["pages"], "set", self.fails)
        committed(lambda: Region.objects.filter(slug="midwest").update(name="Westwest"))
        assert visit(client, "/regios/midwest/").title == "Westwest"

    def test_where_nothing_can_be_written_pages_are_made_all_the_same(self, client, settings, tmp_path):
        (tmp_path / "file").touch()
        settings.VAR_DIR = tmp_path / "file"
        assert client.get("/contact/").status_code == 200

    def test_a_page_that_was_damaged_is_made_anew(self, client, tmp_path):
        client.get("/contact/")
        AT_HAND[:] = [None] * len(AT_HAND)
        for file in tmp_path.glob("*.djcache"):
            file.write_bytes(file.read_bytes()[:-3])
        shelf.broken_until = 0.0
        assert client.get("/contact/").status_code == 200


def test_the_version_is_one_small_file(client, tmp_path):
    client.get("/nergens/")
    assert (tmp_path / "version").read_text() == caches["pages"].get(VERSION) == shelf.version()
    assert (tmp_path / "version").stat().st_size == 16


def test_what_another_process_writes_is_read_at_once(tmp_path):
    here, there = SharedWord(tmp_path / "version"), SharedWord(tmp_path / "version")
    for word in ("a" * 16, "b" * 16, ""):
        there.write(word)
        assert here.read() == (word or None)


def test_a_folder_that_somebody_took_away_is_made_again(tmp_path):
    here, there = SharedWord(tmp_path / "pages" / "version"), SharedWord(tmp_path / "pages" / "version")
    here.write("a" * 16)
    shutil.rmtree(tmp_path / "pages")
    there.write("b" * 16)
    here.next_look = 0.0
    assert here.read() == "b" * 16
