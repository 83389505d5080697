"""How much one visitor may ask and send: enough for a library behind one address, too little to weigh on others."""

from http.client import REQUEST_ENTITY_TOO_LARGE, TOO_MANY_REQUESTS

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from optil_portal.allowance import MINUTE, is_left, seconds_left
from optil_portal.records.addresses import address
from optil_portal.shut import shut
from optil_portal.visitors import Answer, is_in_office, mark_of

SUGGESTIONS_TO_A_SEARCH = 5  # asked while somebody types one
LARGEST_BODY = 1024 * 1024  # of a public form; what stands in all its fields together is a fraction of that
LARGEST_IN_OFFICE = 100 * 1024 * 1024  # ten photographs at once
TOO_OFTEN = (
    "Vanaf jouw netwerk kwamen er in deze minuut heel veel vragen tegelijk. Wacht een minuut en probeer het opnieuw."
)
TOO_HEAVY = "Wat je verstuurt is te groot. Maak het kleiner en verstuur het opnieuw."
HOME = ("home", "Naar de startpagina")


def limited(get_response: Answer) -> Answer:
    """Refuse who sends too much at once, and who asks a question or sends a form too often."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if is_too_large(request):
            return shut(request, REQUEST_ENTITY_TOO_LARGE, TOO_HEAVY, *HOME)
        if not is_in_office(request) and asks(request) and not may_ask(request):
            return asked_too_often(request)
        return get_response(request)

    return middleware


def asked_too_often(request: HttpRequest) -> HttpResponse:
    """What is told who has to wait, and how long."""
    response = shut(request, TOO_MANY_REQUESTS, TOO_OFTEN, *HOME)
    response.headers["Retry-After"] = str(seconds_left(MINUTE))
    response.headers["Cache-Control"] = "no-store"
    return response


def is_too_large(request: HttpRequest) -> bool:
    """Whether what somebody sends is more than any form here takes; the server lets nothing in beyond that length."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = LARGEST_IN_OFFICE if is_in_office(request) else LARGEST_BODY
    return not length.isdecimal() or len(length) > len(str(most)) or int(length) > most


def asks(request: HttpRequest) -> bool:
    """Whether somebody asks what has to be looked up or kept: a question in the address, or a form."""
    return bool(request.META.get("QUERY_STRING")) or request.method not in ("GET", "HEAD", "OPTIONS")


def may_ask(request: HttpRequest) -> bool:
    """Count a question, and say whether it was one too many; suggestions count apart, for they come by themselves."""
    most, kind = settings.SEARCHES_A_MINUTE, "search"
    if request.path == address("suggestions"):
        most, kind = most * SUGGESTIONS_TO_A_SEARCH, "suggestion"
    return is_left(f"{kind}-{mark_of(request)}", most, MINUTE)
