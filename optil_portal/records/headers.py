"""What each answer has a browser allow: what the portal brings along itself, and nothing else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

NOT_MODIFIED = 304


def policy(rules: dict[str, str]) -> str:
    """A Content-Security-Policy of some rules."""
    return "; ".join(f"{name} {allowed}".strip() for name, allowed in rules.items())


OWN = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
NEVER_USED = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation"),
    *("gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get"),
    *("screen-wake-lock", "usb", "xr-spatial-tracking"),
)
# The rest of what every answer says (HTTPS, the kind of a file, where a visitor came from) is in Django's settings.
EVERYWHERE = {
    "Content-Security-Policy": policy(OWN),
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in NEVER_USED),
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# What other sites may show: data and pictures, and the pages that are made for a frame.
ELSEWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}
FRAMED = ELSEWHERE | {"Content-Security-Policy": policy(OWN | {"script-src": "'none'", "frame-ancestors": "*"})}
# What somebody sent us runs nothing, and is of no site.
SENT = {
    "Content-Security-Policy": policy(
        {"default-src": "'none'", "form-action": "'none'", "frame-ancestors": "'none'", "sandbox": ""}
    )
}

View = Callable[..., HttpResponseBase]


def telling(headers: dict[str, str]) -> Callable[[View], View]:
    """What has a view tell some headers, in place of those that every answer tells."""

    def decorate(view: View) -> View:
        @wraps(view)
        def told(*args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(*args, **kwargs)
            for name, value in headers.items():
                response.headers[name] = value
            return response

        return told

    return decorate


def told_everywhere(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Tell the headers with every answer; who has a page already, keeps those that came with it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != NOT_MODIFIED:
            for name, value in EVERYWHERE.items():
                response.headers.setdefault(name, value)
        return response

    return middleware
