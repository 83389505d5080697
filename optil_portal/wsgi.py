"""The WSGI application that gunicorn serves."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "optil_portal.settings")
in_django = get_wsgi_application()

from optil_portal.logs import identified  # noqa: E402 - Django must know its settings first
from optil_portal.pagecache.ahead import ahead_of  # noqa: E402


def load_pages() -> None:
    """Load every view and template now: Django leaves that to the first visitors, of each thread of each worker."""
    reverse("home")
    for engine in engines.all():
        for folder in engine.dirs:
            for path in Path(folder).rglob("*.*"):
                engine.get_template(str(path.relative_to(folder)))


application = identified(ahead_of(in_django))
load_pages()
