"""Who asks: the address that our own proxies tell, what tells one visitor from another, and that no page knows more."""

from collections.abc import Callable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from optil_portal.records.addresses import address

Answer = Callable[[HttpRequest], HttpResponse]
Told = TypeVar("Told")

SOCKET = "unix"  # what stands for whoever comes by a socket of this machine, which has no address
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO")


def read(told: str) -> IPv4Address | IPv6Address | None:
    """An IP address as somebody wrote it; None when it is none."""
    try:
        found = ip_address(told)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


@lru_cache(maxsize=8)
def networks(proxies: tuple[str, ...]) -> list[IPv4Network | IPv6Network]:
    """The networks of proxies, each written as an address or as one with its width."""
    return [ip_network(one, strict=False) for one in proxies if one != SOCKET]


def is_proxy(told: str) -> bool:
    """Whether one of our own proxies is at an address."""
    if not settings.TRUSTED_PROXIES:
        return False
    found = read(told)
    if found is None:
        return told == "" and SOCKET in settings.TRUSTED_PROXIES
    return any(found in network for network in networks(tuple(settings.TRUSTED_PROXIES)))


def behind_proxies(get_response: Callable[[HttpRequest], Told]) -> Callable[[HttpRequest], Told]:
    """Put the address of the visitor in REMOTE_ADDR, from what only our own proxies can have written.

    Each proxy adds, at the end, who came to it: the visitor is the last one who is no proxy of ours. What somebody
    writes who comes by no proxy is thrown away, also that they came by HTTPS.
    """

    def middleware(request: HttpRequest) -> Told:
        told = request.META
        if is_proxy(told.get("REMOTE_ADDR", "")):
            path = [one.strip() for one in told.get("HTTP_X_FORWARDED_FOR", "").split(",") if one.strip()]
            path.append(told.get("REMOTE_ADDR", ""))
            while len(path) > 1 and is_proxy(path[-1]):
                path.pop()
            told["REMOTE_ADDR"] = path[-1]
        else:
            for name in FORWARDED:
                told.pop(name, None)
        return get_response(request)

    return middleware


def is_in_office(request: HttpRequest) -> bool:
    """Whether somebody asks for the back office, the only part that knows who comes."""
    return request.path.startswith(address("admin:index"))


def unknown_outside_office(get_response: Answer) -> Answer:
    """Keep cookies from all pages but those of the back office: a name that begins with __Host- is sent to all."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_in_office(request):
            request.META.pop("HTTP_COOKIE", None)
        return get_response(request)

    return middleware


def home_of(request: HttpRequest) -> str | None:
    """The address of a visitor, of IPv6 that of the home, which gets a whole network; None when it is none."""
    found = read(request.META.get("REMOTE_ADDR", ""))
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False).network_address)
    return str(found) if found else None


def mark_of(request: HttpRequest) -> str:
    """What tells, for a day, one home from another, and to nobody which it is."""
    return salted_hmac(f"visitors.{timezone.now().date()}", str(home_of(request)), algorithm="sha256").hexdigest()
