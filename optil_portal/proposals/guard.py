"""What stands guard at the public forms in place of a cookie: where a form comes from, its stamp, and how many come."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from optil_portal.proposals.models import Trace
from optil_portal.records.addresses import base_of
from optil_portal.visitors import mark_of

OPEN_FOR = 12 * 3600  # seconds in which somebody fills in a form
MOST_IN_AN_HOUR = 10  # from one address, behind which a whole library can be
FROM_ELSEWHERE = (
    "Er is niets verstuurd: dit formulier kwam van een andere site, of je browser zegt niet vanwaar het komt."
    " Open het op dit portaal en verstuur het daar."
)

stamps = TimestampSigner(salt="proposals.form")


def stamp_of(form: str) -> str:
    """What a form takes along to say which one it is and when it was opened."""
    return stamps.sign(form)


def stamped(stamp: str) -> str | None:
    """Which form a stamp was made for; None when we did not make it, or too long ago."""
    try:
        return stamps.unsign(stamp, max_age=OPEN_FOR)
    except BadSignature:
        return None


def comes_from_here(request: HttpRequest) -> bool:
    """Whether a browser says that a page of this portal sent the form; it says so in at least one of two ways.

    The origin is "null" when somebody has their browser tell no site where they come from.
    """
    origin, site = request.headers.get("Origin", "null"), request.headers.get("Sec-Fetch-Site")
    told = [origin == base_of(request)] if origin != "null" else []
    told += [site == "same-origin"] if site else []
    return bool(told) and all(told)


def public_form(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view with a form for everybody, without a cookie: what another site sends raises PermissionDenied."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not comes_from_here(request):
            raise PermissionDenied(FROM_ELSEWHERE)
        return view(request, *args, **kwargs)

    return never_cache(csrf_exempt(guarded))


def comes_too_often(request: HttpRequest) -> bool:
    """Whether enough came from an address in the last hour."""
    return Trace.objects.fresh(timezone.now()).filter(mark=mark_of(request)).count() >= MOST_IN_AN_HOUR


def leave_trace(request: HttpRequest) -> None:
    """Count what was sent from an address, and throw away what was counted before the last hour."""
    Trace.objects.stale(timezone.now()).delete()
    Trace.objects.create(mark=mark_of(request))
