"""The WSGI application that gunicorn serves."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import reverse

from optil_portal.logs import identified

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "optil_portal.settings")


def load_pages() -> None:
    """Load every view and template now: Django leaves that to the first visitors, of each thread of each worker."""
    reverse("home")
    templates = settings.BASE_DIR / "templates"
    for path in templates.rglob("*.*"):
        get_template(str(path.relative_to(templates)))


application = identified(get_wsgi_application())
load_pages()

# What is loaded now stays: the collector need not go through it again and again, and a page leaves few cycles.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
