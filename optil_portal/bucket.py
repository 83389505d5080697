"""Uploads in a bucket of S3 or what speaks as it does, for several machines."""

from typing import Any
from urllib.parse import urljoin

from botocore.config import Config
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.encoding import filepath_to_uri
from django.utils.http import http_date
from storages.backends.s3 import S3Storage

LONGEST = 1024  # bytes, of a key of S3
PATIENT = Config(connect_timeout=2, read_timeout=10, retries={"max_attempts": 2})


class Bucket(S3Storage):
    """The storage of uploads; a page asks nobody but the portal, so that their addresses are those of the portal."""

    def get_default_settings(self) -> dict[str, Any]:
        """The settings of the portal; the keys and the region come from the environment of AWS."""
        return super().get_default_settings() | {
            "bucket_name": settings.MEDIA_S3_BUCKET,
            "endpoint_url": settings.MEDIA_S3_ENDPOINT or None,
            "file_overwrite": False,
            "client_config": PATIENT,
        }

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        """The address of a file on the portal."""
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name))


def send(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the bucket, or only that it did not change; raises Http404 when there is none."""
    if len(path.encode()) > LONGEST:
        raise Http404
    storage = Bucket()
    try:
        file = storage.open(path)
    except FileNotFoundError:
        raise Http404 from None
    changed = storage.get_modified_time(path).timestamp()
    if unchanged := get_conditional_response(request, last_modified=int(changed)):
        file.close()
        return unchanged
    return FileResponse(file, headers={"Last-Modified": http_date(changed)})
