"""Asks an address on the web whether it still answers: politely, and never one inside our own network."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Timer
from time import monotonic, sleep
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.utils.encoding import iri_to_uri

GLOBAL_IPV6 = ip_network("2000::/3")  # all else of IPv6 is private, or leads to an IPv4 address
SECONDS_TO_ANSWER = 10
SECONDS_IN_ALL = 30
SECONDS_BETWEEN = 1.0
MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
REFUSALS = (401, 403, 429)  # there is something, though not for a machine
FAILURES = 400

HEADERS = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "nl"}
NO_WEB = "is geen adres op het web"
NO_NAME = "deze naam bestaat niet"
NOT_PUBLIC = "leidt naar een adres dat niet openbaar is"
TOO_MANY = f"leidt meer dan {MOST_REDIRECTS} keer door"
TOO_SLOW = f"geen antwoord binnen {SECONDS_TO_ANSWER} seconden"
NOT_SECURE = "de beveiligde verbinding mislukt"
NO_ANSWER = "geen antwoord"


def is_public(address: str) -> bool:
    """Whether an IP address belongs to somebody on the internet, and not to us, a neighbour or many at once."""
    ip = ip_address(address)
    if isinstance(ip, IPv6Address):
        return ip in GLOBAL_IPV6 and ip.is_global and not (ip.sixtofour or ip.teredo)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class Unreachable(Exception):  # noqa: N818 - it is what we came to hear, and no error
    """What is wrong with an address, in words."""


def connected(addresses: list[str], port: int, timeout: float) -> socket.socket:
    """A connection with the first of some IP addresses that answers; raises OSError when none does."""
    for address in addresses[:-1]:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), timeout)


class Pinned(HTTPConnection):
    """A connection with IP addresses that were looked up before, whatever the name leads to meanwhile."""

    addresses: list[str]

    def connect(self) -> None:
        """Connect, to those and no others."""
        self.sock = connected(self.addresses, self.port, SECONDS_TO_ANSWER)


class PinnedSecure(HTTPSConnection):
    """The same, behind a certificate of the name."""

    addresses: list[str]

    def connect(self) -> None:
        """Connect, to those and no others."""
        self.sock = connected(self.addresses, self.port, SECONDS_TO_ANSWER)
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


@contextmanager
def hung_up_after(seconds: float, connection: HTTPConnection) -> Iterator[None]:
    """End a connection after some time, also when it goes on dripping."""

    def hang_up() -> None:
        if connection.sock:
            connection.sock.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        connection.close()


class Caller:
    """Asks one address at a time, and each site at most once in `SECONDS_BETWEEN`.

    `name` tells a site who asks. `is_allowed` says which IP addresses may be asked.
    """

    def __init__(
        self,
        name: str,
        is_allowed: Callable[[str], bool] = is_public,
        clock: Callable[[], float] = monotonic,
        wait: Callable[[float], None] = sleep,
        seconds_in_all: float = SECONDS_IN_ALL,
    ) -> None:
        """A caller who asked nothing yet; time is that of `clock`, and passes by `wait`."""
        self.headers = HEADERS | {"User-Agent": name}
        self.is_allowed, self.clock, self.wait, self.seconds_in_all = is_allowed, clock, wait, seconds_in_all
        self.asked_at: dict[str, float] = {}

    def ask(self, address: str) -> str:
        """What is wrong with an address, in words; "" when it answers."""
        try:
            code = self.followed("HEAD", address)
            if code >= FAILURES:  # not every site knows that question
                code = self.followed("GET", address)
        except Unreachable as why:
            return str(why)
        return f"foutcode {code}" if code >= FAILURES and code not in REFUSALS else ""

    def followed(self, method: str, address: str) -> int:
        """The code with which an address answers, or what it leads to; raises Unreachable."""
        for _ in range(MOST_REDIRECTS + 1):
            code, leads_to = self.answered(method, address)
            if code not in REDIRECTS or not leads_to:
                return code
            address = urljoin(address, leads_to)
        raise Unreachable(TOO_MANY)

    def answered(self, method: str, address: str) -> tuple[int, str]:
        """The code with which an address answers and where that leads to; only the head of the answer is read."""
        connection, path = self.connection(address)
        self.let_rest(connection.host)
        try:
            with hung_up_after(self.seconds_in_all, connection):
                connection.request(method, path, headers=self.headers)
                answer = connection.getresponse()
                return answer.status, answer.headers.get("Location", "")
        except TimeoutError:
            raise Unreachable(TOO_SLOW) from None
        except ssl.SSLError:
            raise Unreachable(NOT_SECURE) from None
        except (OSError, HTTPException, ValueError):
            raise Unreachable(NO_ANSWER) from None

    def connection(self, address: str) -> tuple[Any, str]:
        """A connection, not yet made, for an address, and what to ask there; raises Unreachable."""
        try:
            parts = urlsplit(iri_to_uri(address))
            host, port = (urlsplit(address).hostname or "").encode("idna").decode(), parts.port
        except ValueError:
            raise Unreachable(NO_WEB) from None
        if parts.scheme not in ("http", "https") or not host:
            raise Unreachable(NO_WEB)
        kind = PinnedSecure if parts.scheme == "https" else Pinned
        connection: Any = kind(host, port or kind.default_port)
        connection.addresses = self.looked_up(host, connection.port)
        return connection, f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"

    def looked_up(self, host: str, port: int) -> list[str]:
        """The IP addresses of a host; raises Unreachable when it has none, or one that may not be asked."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise Unreachable(NO_NAME) from None
        addresses = list(dict.fromkeys(str(where[0]) for *_, where in found))
        if not all(map(self.is_allowed, addresses)):
            raise Unreachable(NOT_PUBLIC)
        return addresses

    def let_rest(self, host: str) -> None:
        """Wait until a site was left alone for long enough."""
        now = self.clock()
        if (rest := self.asked_at.get(host, now - SECONDS_BETWEEN) + SECONDS_BETWEEN - now) > 0:
            self.wait(rest)
        self.asked_at[host] = self.clock()
