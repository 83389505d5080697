"""What follows on too many wrong passwords."""

from http.client import TOO_MANY_REQUESTS
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import admin
from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import salted_hmac

MOST_FROM_HOME = 50  # wrong passwords within the time of a lock, for whichever account: an office shares an address
MOST_TO_ACCOUNT = 30  # from wherever
KNOWN_FOR = 90 * 24 * 3600  # seconds
KNOWN_SALT = "staff.known"


class Lock(AxesDatabaseHandler):
    """The lock of an account from an address, of an address for all accounts, and of an account for who is unknown.

    A browser in which somebody came in before is known, so that nobody locks a colleague out from many addresses:
    the device cookies of OWASP (Slow Down Online Guessing Attacks with Device Cookies).
    """

    def is_locked(self, request: Any, credentials: dict[str, Any] | None = None) -> bool:
        """Whether a password is looked at no more."""
        name = (credentials or {}).get("username")
        return super().is_locked(request, credentials) or is_besieged(request, name)


def is_besieged(request: Any, name: str | None) -> bool:
    """Whether too many wrong passwords came lately from an address, or to an account that does not know the browser."""
    from_home, to_account = Q(ip_address=request.axes_ip_address), Q(username=name)
    lately = AccessAttempt.objects.filter(from_home | to_account, attempt_time__gte=get_cool_off_threshold(request))
    failed = lately.aggregate(
        from_home=Sum("failures_since_start", filter=from_home, default=0),
        to_account=Sum("failures_since_start", filter=to_account, default=0),
    )
    is_known = request.get_signed_cookie(settings.KNOWN_COOKIE_NAME, "", KNOWN_SALT, KNOWN_FOR) == mark_of(name)
    return failed["from_home"] >= MOST_FROM_HOME or (failed["to_account"] >= MOST_TO_ACCOUNT and not is_known)


def mark_of(name: str | None) -> str:
    """What tells an account in a cookie, in plain letters, and not how somebody logs in."""
    return salted_hmac(KNOWN_SALT, str(name), algorithm="sha256").hexdigest()


def remember(response: HttpResponse, name: str) -> None:
    """Have a browser know the account that came in."""
    response.set_signed_cookie(
        settings.KNOWN_COOKIE_NAME,
        mark_of(name),
        KNOWN_SALT,
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]) -> HttpResponse:
    """The page that says to wait, the same for an account that does not exist."""
    minutes = settings.AXES_COOLOFF_TIME.seconds // 60
    context = admin.site.each_context(request) | {"title": "Even wachten", "minutes": minutes}
    return render(request, "staff/locked_out.html", context, status=TOO_MANY_REQUESTS)
