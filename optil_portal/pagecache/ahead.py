"""A page that is kept, sent before Django makes a request of what was asked, which costs as much as all the rest."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

from optil_portal.logs import Application, Environ
from optil_portal.pagecache.middleware import found
from optil_portal.pagecache.version import watch
from optil_portal.visitors import behind_proxies


def ahead_of(application: Application) -> Application:
    """A WSGI application that sends what is kept, and leaves everything else to another.

    Once a second, and as long as the database is down, that one answers everything: it looks after its connections.
    """
    if not settings.PAGE_CACHE:
        return application
    looked_up = behind_proxies(found)

    def answer(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        # A copy, for whoever comes by our proxies must be told so once.
        response = looked_up(WSGIRequest(environ.copy())) if watch.is_well else None
        if response is None:
            return application(environ, start_response)
        start_response(f"{response.status_code} {response.reason_phrase}", [*response.items()])
        return [response.content]

    return answer
