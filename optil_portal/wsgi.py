"""The WSGI application that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "optil_portal.settings")
in_django = get_wsgi_application()

from optil_portal.logs import identified  # noqa: E402 - Django must know its settings first
from optil_portal.pagecache.ahead import ahead_of  # noqa: E402


def load_pages() -> None:
    """Load every view and template now: Django leaves that to the first visitors, of each thread of each worker."""
    reverse("home")
    templates = settings.BASE_DIR / "templates"
    for path in templates.rglob("*.*"):
        get_template(str(path.relative_to(templates)))


application = identified(ahead_of(in_django))
load_pages()
