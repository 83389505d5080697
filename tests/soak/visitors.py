"""Who visits a portal that is under load or falls apart: visitors who pause between pages, and a consultant at work."""

import random
import re
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode

from urllib3 import encode_multipart_formdata

from tests.soak.parts import HOST, PASSWORD, Cluster

SEARCHES = ("voorlezen", "bib", "digitaal", "lezen in de klas", "erfgoed", "bibliotek", '"samen lezen"', "onvindbaar")
# How often visitors ask for something, of a hundred pages; the rest is one of the pages of the sitemap.
LISTS = {
    "/": 8,
    "/projecten/?thema=lezen": 3,
    "/projecten/?q=voorlezen&thema=partners&sorteer=titel": 2,
    "/projecten/?pagina=2": 3,
    "/bibliotheken/?provincie=antwerpen": 2,
    "/gemeenten/?q=moerbeke": 2,
    "/regios/vergelijken/?regio=zuidrand&regio=noordrand": 2,
    "/regios/?op=2024-12-31": 1,
    "/projecten.json?thema=lezen": 2,
    "/projecten.csv": 1,
    "/regios.geojson": 1,
    "/bibliotheken.xlsx": 1,
    "/themas.atom": 1,
    "/zoeken/voorstellen.json?q=voor": 4,
    "/deel/portaal.png": 1,
    "/melden/?pagina=/regios/zender/": 1,
}
SHARE_OF_SEARCHES = 15
# For all visitors: to make one takes tens of milliseconds, which theirs do on machines of their own.
TRUSTING = ssl.create_default_context()
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE
OURS = b"OP/TIL"  # stands on each page of the portal, and on that of nginx when no node answers


@dataclass(frozen=True)
class Answer:
    """What came back, and how many seconds that took."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def is_right(self) -> bool:
        """Whether it is a page, whole."""
        is_html = self.headers.get("content-type", "").startswith("text/html")
        return self.status == 200 and (not is_html or self.body.rstrip().endswith(b"</html>"))

    @property
    def is_clean_refusal(self) -> bool:
        """Whether it says in our own words that the portal is away for a moment."""
        return self.status == 503 and "retry-after" in self.headers and OURS in self.body


class Browser:
    """Somebody's browser: it keeps its connection and its cookies, and believes the certificate of the front."""

    def __init__(self, port: int, tls: bool = True, number: int = 0) -> None:
        """Know which port to ask; without `tls` it is that of a node, as nginx asks it.

        Each number comes from another address, all of this machine.
        """
        self.port, self.tls = port, tls
        self.address = (f"127.1.{number // 250}.{number % 250 + 1}", 0)
        self.connection: HTTPConnection | None = None
        self.cookies: dict[str, str] = {}

    def connected(self) -> HTTPConnection:
        """A new connection, not yet open."""
        if not self.tls:
            return HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=self.address)
        return HTTPSConnection("127.0.0.1", self.port, timeout=60, source_address=self.address, context=TRUSTING)

    def get(self, path: str) -> Answer:
        """What a page answers; raises OSError or HTTPException when nothing whole comes."""
        return self.ask("GET", path)

    def post(self, path: str, values: Sequence[tuple[str, str]], **files: bytes) -> Answer:
        """What a form answers, with pictures by the names of their fields."""
        origin = {"Origin": f"https://{HOST}", "Referer": f"https://{HOST}{path}", "Sec-Fetch-Site": "same-origin"}
        named = {name: ("foto.png", content, "image/png") for name, content in files.items()}
        body, kind = encode_multipart_formdata([*values, *named.items()])
        return self.ask("POST", path, body, origin | {"Content-Type": kind})

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """One request; as browsers do, once more when a connection that was kept had been closed meanwhile."""
        sent = {"Host": HOST, "Accept": "text/html", **(headers or {})}
        if not self.tls:
            sent |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        kept = self.connection is not None
        started = time.perf_counter()
        while True:
            self.connection = self.connection or self.connected()
            try:
                self.connection.request(method, path, body, sent)
                response = self.connection.getresponse()
                content = response.read()
            except (OSError, HTTPException) as error:
                self.close()
                if not kept or not isinstance(error, ConnectionError):
                    raise
                kept = False
            else:
                break
        if response.will_close:
            self.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        told = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status, told, content, time.perf_counter() - started)

    def close(self) -> None:
        """Close the connection."""
        if self.connection:
            self.connection.close()
        self.connection = None


class Fields(HTMLParser):
    """The fields of the forms on a page, as a browser would send them."""

    def __init__(self) -> None:
        """Begin without any."""
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.text: str | None = None
        self.select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what is filled in, ticked or chosen; no buttons and no files."""
        given = {name: value or "" for name, value in attrs}
        name, kind = given.get("name", ""), given.get("type", "text")
        if tag == "input" and name and kind not in ("submit", "file", "button", "image"):
            if kind not in ("checkbox", "radio") or "checked" in given:
                self.found.append((name, given.get("value", "on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self.text = name
            self.found.append((name, ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given and self.select:
            self.found.append((self.select, given.get("value", "")))

    def handle_data(self, data: str) -> None:
        """Take the text of a field of more lines."""
        if self.text is not None:
            name, before = self.found[-1]
            self.found[-1] = (name, before + (data if before else data.removeprefix("\n")))

    def handle_endtag(self, tag: str) -> None:
        """End a field."""
        if tag == "textarea":
            self.text = None
        elif tag == "select":
            self.select = ""


def fields_of(answer: Answer) -> list[tuple[str, str]]:
    """What a browser sends when nobody fills in anything."""
    page = answer.body.decode()
    reader = Fields()
    reader.feed(page)
    return reader.found


class Refused(Exception):  # noqa: N818 - no error: the portal says to come back later
    """A form was answered with a clean refusal."""


class Consultant:
    """Somebody who changes one project again and again, in its form, and knows which text was kept last."""

    def __init__(self, cluster: Cluster, browser: Browser | None = None) -> None:
        """Log in, in a browser of one's own; raises AssertionError when that fails."""
        self.browser = browser or Browser(cluster.front.port)
        self.page = "/projecten/winterse-vertellingen/"
        pk = cluster.primary.ask("SELECT id FROM projects_project WHERE slug = 'winterse-vertellingen'")
        self.form = f"/beheer/projects/project/{pk}/change/"
        self.edits = 0
        self.kept: list[str] = []
        self.log_in()

    def close(self) -> None:
        """Leave."""
        self.browser.close()

    def log_in(self) -> None:
        """Log in with the password."""
        login = f"/beheer/login/?next={self.form}"
        given = {"username": "consulent", "password": PASSWORD}
        token = [(name, value) for name, value in fields_of(self.browser.get(login)) if name == "csrfmiddlewaretoken"]
        self.taken(self.browser.post(login, [*token[:1], *given.items()]), 302)

    def edit(self, **pictures: bytes) -> str:
        """Save another title, and pictures, and give it once the portal said that it is kept.

        Raises Refused when the portal says that it is away for a moment, and AssertionError for anything else.
        """
        self.edits += 1
        title = f"Winterse vertellingen {self.edits} {random.randrange(10**9)}"
        form = self.taken(self.browser.get(self.form), 200)
        values = [(name, title if name == "title" else value) for name, value in fields_of(form)]
        if pictures:
            values = [(name, "1" if name == "images-TOTAL_FORMS" else value) for name, value in values]
            filled = {"alt": "Een foto", "position": "0", "focus_x": "50", "focus_y": "50"}
            values += [(f"images-0-{name}", value) for name, value in filled.items()]
        files = {f"images-0-{name}": content for name, content in pictures.items()}
        self.taken(self.browser.post(self.form, [*values, ("_save", "Bewaar")], **files), 302)
        self.kept.append(title)
        return title

    def taken(self, answer: Answer, status: int) -> Answer:
        """An answer that has the status it must have; raises Refused or AssertionError."""
        if answer.is_clean_refusal:
            raise Refused
        assert answer.status == status, f"{answer.status}: {complaints(answer)}"
        assert "/login/" not in answer.headers.get("location", ""), "the consultant must log in again"
        return answer


def complaints(answer: Answer) -> str:
    """What a form said that was wrong."""
    found = re.findall(r'class="error[a-z]*"[^>]*>(.*?)</(?:ul|p)>', answer.body.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", one).strip() for one in found) or answer.body[:500].decode()


@dataclass
class Report:
    """What became of the requests of all visitors."""

    seconds: list[float] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, path: str, answer: Answer | Exception, refusals_are_fine: bool) -> None:
        """Count an answer, and keep what is wrong with it."""
        with self.lock:
            if isinstance(answer, Exception):
                self.kinds["none"] += 1
                self.wrong.append(f"{path}: {answer!r}")
                return
            self.seconds.append(answer.seconds)
            self.kinds[f"{answer.status} {answer.headers.get('x-portal-cache', '')}".strip()] += 1
            if not (answer.is_right or (refusals_are_fine and answer.is_clean_refusal)):
                self.wrong.append(f"{path}: {answer.status} {dict(answer.headers)} {answer.body[-300:]!r}")

    def within(self, share: float) -> float:
        """The milliseconds within which such a share of the answers came."""
        in_order = sorted(self.seconds)
        return 1000 * in_order[min(len(in_order) - 1, int(share * len(in_order)))] if in_order else 0.0

    def __str__(self) -> str:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(self.kinds.items()))
        times = ", ".join(f"p{100 * share:g} {self.within(share):.0f} ms" for share in (0.5, 0.95, 0.99, 1))
        return f"{sum(self.kinds.values())} answers ({kinds}); {times}; wrong: {len(self.wrong)}"


def addresses(browser: Browser) -> list[str]:
    """Every page of the sitemap."""
    found = re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", browser.get("/sitemap.xml").body.decode())
    assert len(found) > 300
    return found


def wishes(pages: Sequence[str], chance: random.Random, searches: Sequence[str] = SEARCHES) -> Iterator[str]:
    """One address after another, as visitors ask them."""
    paths = [*LISTS, "search", "page"]
    weights = [*LISTS.values(), SHARE_OF_SEARCHES, 100 - SHARE_OF_SEARCHES - sum(LISTS.values())]
    while True:
        (path,) = chance.choices(paths, weights)
        if path == "search":
            yield f"/zoeken/?{urlencode({'q': chance.choice(searches)})}"
        else:
            yield chance.choice(pages) if path == "page" else path


@contextmanager
def visiting(port: int, visitors: int, pause: tuple[float, float], refusals_are_fine: bool = False) -> Iterator[Report]:
    """So many visitors at once until the end of the block, each pausing so many seconds between pages."""
    report, ended = Report(), threading.Event()
    with closing(Browser(port)) as browser:
        pages = addresses(browser)

    def visit(number: int) -> None:
        chance, browser = random.Random(number), Browser(port, number=number + 1)
        ended.wait(chance.uniform(0, pause[1]))  # they do not come all at once
        for path in wishes(pages, chance):
            answer: Answer | Exception
            try:
                answer = browser.get(path)
            except (OSError, HTTPException) as error:
                answer = error
            report.add(path, answer, refusals_are_fine)
            if ended.wait(chance.uniform(*pause)):
                break
        browser.close()

    threads = [threading.Thread(target=visit, args=(number,), daemon=True) for number in range(visitors)]
    for thread in threads:
        thread.start()
    try:
        yield report
    finally:
        ended.set()
        for thread in threads:
            thread.join(90)


@contextmanager
def meanwhile(do: Callable[[], object], every: float) -> Iterator[list[Exception]]:
    """Do something again and again until the end of the block; gives what went wrong, which ends it."""
    ended = threading.Event()
    errors: list[Exception] = []

    def again() -> None:
        while not ended.is_set() and not errors:
            began = time.monotonic()
            try:
                do()
            except (AssertionError, OSError, HTTPException) as error:
                errors.append(error)
            ended.wait(max(0.0, every - (time.monotonic() - began)))

    thread = threading.Thread(target=again, daemon=True)
    thread.start()
    try:
        yield errors
    finally:
        ended.set()
        thread.join(90)
