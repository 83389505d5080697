"""Links that no longer answer: how an address is asked, what is kept of it, and who is told."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from threading import Thread
from time import sleep
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from optil_portal.records import calling
from optil_portal.records.calling import Caller, is_public
from optil_portal.records.links import AskedLink, addresses_in, ask_all, in_turns
from optil_portal.records.upkeep import Concern
from optil_portal.staff.cockpit import Cockpit
from optil_portal.staff.letters import letter_of
from projects.models import Project
from projects.models import Testimony as Told  # by another name, as pytest collects what begins with Test
from tests.factories import make_project, make_project_link, make_region, make_testimony
from tests.staff import Place, logged_in, make_account, make_consultant_of, make_place_of_work

TODAY = date(2026, 11, 24)
NAME = "OP-TIL-test"


class Site:
    """A site on this machine: what it answers by path, and what it was asked."""

    def __init__(self) -> None:
        """A site that knows no page yet."""
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        self.asked: list[str] = []
        self.headers: list[Any] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                site.asked.append(f"{self.command} {self.path}")
                site.headers.append(self.headers)
                of_both = site.answers.get(self.path, (404, {}))
                code, headers = site.answers.get(f"{self.command} {self.path}", of_both)
                self.send_response(code)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            do_HEAD = do_GET = answer  # noqa: N815

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})


@pytest.fixture
def there() -> Iterator[Site]:
    site = Site()
    site.thread.start()
    yield site
    site.server.shutdown()
    site.thread.join()
    site.server.server_close()


def caller(**values: Any) -> Caller:
    """Who may ask this machine too, and waits for nothing."""
    return Caller(NAME, **{"is_allowed": lambda address: True, "wait": lambda seconds: None} | values)


# How an address is asked.


def test_a_page_that_answers_is_asked_once_by_name(there: Site):
    there.answers["/er"] = (200, {})
    assert (caller().ask(f"{there.address}/er"), there.asked) == ("", ["HEAD /er"])
    assert there.headers[0]["User-Agent"] == NAME


@pytest.mark.parametrize(
    ("answers", "fault", "asked"),
    [
        pytest.param({}, "foutcode 404", ["HEAD /a", "GET /a"], id="gone"),
        pytest.param({"/a": (500, {})}, "foutcode 500", ["HEAD /a", "GET /a"], id="broken"),
        pytest.param({"HEAD /a": (405, {}), "GET /a": (200, {})}, "", ["HEAD /a", "GET /a"], id="knows-no-head"),
        pytest.param({"/a": (403, {})}, "", ["HEAD /a", "GET /a"], id="not-for-machines"),
        pytest.param({"/a": (301, {"Location": "/b"}), "/b": (200, {})}, "", ["HEAD /a", "HEAD /b"], id="moved"),
        pytest.param({"/a": (302, {"Location": "file:///etc/passwd"})}, calling.NO_WEB, ["HEAD /a"], id="to-a-file"),
        pytest.param({"/a": (302, {"Location": "ftp://x/"})}, calling.NO_WEB, ["HEAD /a"], id="to-no-web"),
        pytest.param({"/a": (302, {"Location": "/a"})}, calling.TOO_MANY, ["HEAD /a"] * 6, id="in-circles"),
    ],
)
def test_what_is_heard_of_an_address(answers: dict, fault: str, asked: list[str], there: Site):
    there.answers |= answers
    assert (caller().ask(f"{there.address}/a"), there.asked) == (fault, asked)


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        pytest.param("ftp://example.org/", calling.NO_WEB, id="ftp"),
        pytest.param("file:///etc/passwd", calling.NO_WEB, id="file"),
        pytest.param("javascript:alert(1)", calling.NO_WEB, id="script"),
        pytest.param("http:///", calling.NO_WEB, id="no-host"),
        pytest.param("http://a..b/", calling.NO_WEB, id="no-name"),
        pytest.param("http://[::1/", calling.NO_WEB, id="half-a-bracket"),
        pytest.param("http://example.org:x/", calling.NO_WEB, id="no-port"),
    ],
)
def test_what_is_no_address_on_the_web_is_not_asked(address: str, fault: str):
    assert caller().ask(address) == fault


def test_an_address_in_our_own_letters_is_written_for_the_web(there: Site):
    there.answers["/geschi%C3%ABnis%20van?q=%C3%A9"] = (200, {})
    assert caller().ask(f"{there.address}/geschiënis van?q=é") == ""


def test_who_does_not_speak_the_web_answers_nothing(there: Site, monkeypatch: Any):
    assert caller().ask(there.address.replace("http:", "https:")) == calling.NOT_SECURE
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert caller().ask(f"http://127.0.0.1:{nobody.getsockname()[1]}/") == calling.NO_ANSWER
    monkeypatch.setattr(socket, "getaddrinfo", raising(socket.gaierror))
    assert caller().ask("https://example.org/") == calling.NO_NAME


def raising(error: type[Exception]) -> Any:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise error

    return fail


def test_who_says_nothing_is_not_waited_for(monkeypatch: Any):
    monkeypatch.setattr(calling, "SECONDS_TO_ANSWER", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert caller().ask(f"http://127.0.0.1:{silent.getsockname()[1]}/") == calling.TOO_SLOW


def test_who_goes_on_dripping_is_hung_up_on():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _ = server.accept()
            with line, suppress(OSError):
                while True:
                    line.sendall(b"x")
                    sleep(0.01)

        dripping = Thread(target=drip)
        dripping.start()
        fault = caller(seconds_in_all=0.1).ask(f"http://127.0.0.1:{server.getsockname()[1]}/")
        dripping.join(2)
    assert (fault, dripping.is_alive()) == (calling.NO_ANSWER, False)


def test_a_site_rests_a_second_between_two_questions(there: Site):
    there.answers |= {"/a": (301, {"Location": "/b"}), "/b": (200, {})}
    now, waits = [100.0], []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        now[0] += seconds

    one = caller(clock=lambda: now[0], wait=wait)
    one.ask(f"{there.address}/a")
    now[0] += 0.75
    one.ask(f"{there.address}/b")
    now[0] += 2
    one.ask(f"{there.address}/b")
    assert waits == [1.0, 0.25]


def test_sites_take_turns():
    every = {"https://a.be/1", "https://a.be/2", "https://a.be/3", "https://b.be/1"}
    assert in_turns(every) == ["https://a.be/1", "https://b.be/1", "https://a.be/2", "https://a.be/3"]


# Never inside.

INSIDE = [
    *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),  # noqa: S104
    *("100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "ff0e::1", "2001:db8::1"),
    *("::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::", "2001::1"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "193.190.198.1", "2001:4860:4860::8888", "2a02:2c8::1"])
def test_an_address_on_the_internet_is_public(address: str):
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "127.0.0.1.", "LOCALHOST"])
def test_no_spelling_of_this_machine_is_asked(host: str, there: Site):
    address = f"http://{host}:{there.server.server_port}/"
    assert (Caller(NAME).ask(address) in (calling.NOT_PUBLIC, calling.NO_NAME), there.asked) == (True, [])


def test_a_name_with_one_address_inside_is_not_asked(there: Site, monkeypatch: Any):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: [looked_up("8.8.8.8"), looked_up("127.0.0.1")])
    assert Caller(NAME).ask(f"http://example.org:{there.server.server_port}/") == calling.NOT_PUBLIC
    assert there.asked == []


def looked_up(address: str) -> tuple:
    return (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0))


def test_what_was_looked_up_is_what_is_asked(there: Site, monkeypatch: Any):
    """A name that leads elsewhere the second time it is looked up, is looked up once."""
    there.answers["/"] = (200, {})
    times = []

    def look_up(*args: Any, **kwargs: Any) -> list[tuple]:
        times.append(args[0])
        return [looked_up("127.0.0.1" if len(times) == 1 else "127.0.0.99")]

    really = socket.create_connection
    connected = []

    def connect(address: tuple[str, int], *args: Any) -> socket.socket:
        connected.append(address[0])
        monkeypatch.undo()  # the module itself looks an IP address up too
        return really(address, *args)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)
    assert caller().ask(f"http://example.org:{there.server.server_port}/") == ""
    assert (times, connected) == (["example.org"], ["127.0.0.1"])
    assert there.headers[0]["Host"] == f"example.org:{there.server.server_port}"


def test_an_address_that_leads_inside_is_not_followed(there: Site):
    asked_for: list[str] = []

    def is_allowed(address: str) -> bool:
        asked_for.append(address)
        return len(asked_for) == 1  # what is outside the first time

    there.answers["/"] = (302, {"Location": f"{there.address}/geheim"})
    assert caller(is_allowed=is_allowed).ask(f"{there.address}/") == calling.NOT_PUBLIC
    assert (there.asked, asked_for) == (["HEAD /"], ["127.0.0.1"] * 2)


# What is kept.


def kept() -> dict[str, tuple]:
    return {link.address: (link.fault, link.failures, link.failing_since) for link in AskedLink.objects.all()}


def heard(on: date, **faults: str) -> None:
    ask_all({f"https://{name}.be/" for name in faults}, lambda address: faults[address[8:-4]], on)


def test_a_link_is_dead_after_three_days_of_failing_and_a_week():
    dead = {}
    for days in (0, 3, 6, 7, 8):
        on = TODAY + timedelta(days)
        heard(on, a="foutcode 404", b="")
        dead[days] = [link.address for link in AskedLink.objects.dead(on)]
    assert dead == {0: [], 3: [], 6: [], 7: ["https://a.be/"], 8: ["https://a.be/"]}
    assert kept() == {"https://a.be/": ("foutcode 404", 5, TODAY), "https://b.be/": ("", 0, None)}


def test_twice_in_a_long_time_is_not_enough():
    for days in (0, 30):
        heard(TODAY + timedelta(days), a="foutcode 404", b="")
    assert AskedLink.objects.dead(TODAY + timedelta(30)).count() == 0


def test_a_link_that_answers_again_begins_anew():
    for days, fault in ((0, "foutcode 500"), (7, ""), (14, "foutcode 404")):
        heard(TODAY + timedelta(days), a=fault, b="")
    assert kept()["https://a.be/"] == ("foutcode 404", 1, TODAY + timedelta(14))


def test_an_address_is_asked_once_a_day_and_forgotten_with_its_record():
    heard(TODAY, a="foutcode 404", b="")
    again = ask_all({"https://b.be/", "https://c.be/"}, lambda address: "", TODAY)
    assert ([*again], {*kept()}) == (["https://c.be/"], {"https://b.be/", "https://c.be/"})


def test_when_nothing_answers_nothing_is_kept():
    heard(TODAY, a="", b="")
    heard(TODAY + timedelta(1), a="geen antwoord", b="geen antwoord")
    assert set(kept().values()) == {("", 0, None)}


@pytest.mark.parametrize(
    ("faulty", "told"),
    [
        pytest.param({"https://dood.be/"}, "links gevraagd, 1 daarvan antwoorden niet.", id="one"),
        pytest.param(None, "Er is niets bewaard", id="all"),
    ],
)
def test_the_command_asks_what_people_may_see(faulty: set[str] | None, told: str, monkeypatch: Any):
    make_project_link(url="https://dood.be/")
    make_project_link(url="https://verborgen.be/", project=make_project(state="draft"))
    make_testimony(source_url="https://ingetrokken.be/", withdrawn_on=TODAY)
    asked = []

    def ask(self: Caller, address: str) -> str:
        asked.append(address)
        return "foutcode 404" if faulty is None or address in faulty else ""

    monkeypatch.setattr(Caller, "ask", ask)
    said = StringIO()
    try:
        call_command("check_links", stdout=said)
    except CommandError as error:
        said.write(str(error))
    assert told in said.getvalue()
    assert ("https://dood.be/" in asked, "https://verborgen.be/" in asked) == (True, False)
    assert ("https://ingetrokken.be/" in asked, len(asked) == len({*asked})) == (False, True)
    assert AskedLink.objects.count() == (len(asked) if faulty else 0)


def test_every_place_of_an_address_is_read():
    project = make_project(
        source_url="https://bron.be/",
        further_sources="https://een.be/a (de data)\r\nOP/TIL, gesprek\nhttps://twee.be/b\nftp://drie.be/",
    )
    make_project_link(project=project, url="https://link.be/")
    found = addresses_in(Project.objects.filter(pk=project.pk))
    assert found == {"https://bron.be/", "https://een.be/a", "https://twee.be/b", "https://link.be/"}


# Who is told.


def die(*addresses: str) -> None:
    for address in addresses:
        week = TODAY - timedelta(14)
        AskedLink.objects.create(
            address=address, fault="foutcode 404", failures=3, failing_since=week, checked_on=TODAY
        )


@pytest.fixture
def own() -> Place:
    return make_place_of_work()


@pytest.mark.parametrize(
    ("values", "link"),
    [
        pytest.param({"source_url": "https://dood.be/"}, None, id="source"),
        pytest.param({"further_sources": "https://dood.be/"}, None, id="further-source-alone"),
        pytest.param({"further_sources": "Wie\r\nhttps://dood.be/ (wat)\r\nNog"}, None, id="further-source-explained"),
        pytest.param({}, "https://dood.be/", id="link"),
    ],
)
def test_a_record_with_a_dead_link_says_which(values: dict, link: str | None):
    project = make_project(**values)
    make_project(source_url="https://leeft.be/", further_sources="https://dood.be/anders (zie https://dood.be/)")
    if link:
        make_project_link(project=project, url="https://leeft.be/")
        make_project_link(project=project, url=link)
        make_project_link(project=project, url=link)
    die("https://dood.be/")
    found: Any = Project.objects.with_dead_link(TODAY)
    assert [(one.pk, one.dead_link) for one in found] == [(project.pk, "https://dood.be/: foutcode 404")]


def test_a_region_does_not_answer_for_its_names():
    region = make_region(website="https://dood.be/")
    die("https://dood.be/")
    assert [*type(region).objects.with_dead_link(TODAY)] == [region]


def test_a_withdrawn_testimony_asks_nothing():
    die("https://dood.be/")
    make_testimony(source_url="https://dood.be/", withdrawn_on=TODAY)
    assert not Told.objects.with_dead_link(TODAY).exists()


def test_the_cockpit_the_list_and_the_letter_tell_it_of_the_own_region(own: Place):
    project, elsewhere = own.records["projects.project"], make_project()
    for one in (project, elsewhere):
        make_project_link(project=one, url="https://dood.be/")
    die("https://dood.be/")
    told = f"{project}: https://dood.be/: foutcode 404"
    account = make_consultant_of(own.region)
    (part,) = (part for part in Cockpit(account, TODAY).parts if part.concern == Concern.LINK)
    (pile,) = part.piles
    assert [f"{row.record}: {row.told}" for row in pile.rows] == [told]
    client = logged_in(account)
    page = client.get(pile.list_url)
    assert pile.list_url == f"{reverse('admin:projects_project_changelist')}?zorg=links"
    assert [row.pk for row in page.context["cl"].result_list] == [project.pk]
    assert "https://dood.be/: foutcode 404" in page.content.decode()
    letter = letter_of(account, TODAY)
    assert letter is not None
    assert f"VERWIJZINGEN DIE NIET MEER ANTWOORDEN: 1\n\nProjecten: 1\n- {told}" in letter.body
    assert "Verwijzingen die niet meer antwoorden: 1" in client.get("/beheer/").content.decode()


def test_an_editor_is_told_of_every_region(own: Place):
    for one in (own.records["projects.project"], make_project()):
        make_project_link(project=one, url="https://dood.be/")
    die("https://dood.be/")
    (part,) = (part for part in Cockpit(make_account("Redactie"), TODAY).parts if part.concern == Concern.LINK)
    assert part.number == 2
