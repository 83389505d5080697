"""Uploads in a folder of this machine."""

from errno import ENAMETOOLONG

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.static import serve


def send(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file in the folder of uploads; raises Http404 when there is none, also for a name that none can have."""
    try:
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        if error.errno != ENAMETOOLONG:
            raise
        raise Http404 from error
