"""The WSGI application that gunicorn serves."""

import gc
import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver

from optil_portal.logs import identified

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "optil_portal.settings")


def load_pages() -> None:
    """Load every view and template now: Django leaves that to the first visitors, of each thread of each worker."""
    list(get_resolver().namespace_dict)  # which reads the urls, and so the views
    for engine in engines.all():
        for folder in engine.dirs:
            for path in Path(folder).rglob("*.*"):
                engine.get_template(str(path.relative_to(folder)))


application = identified(get_wsgi_application())
load_pages()

# What is loaded now stays: the collector need not go through it again and again, and a page leaves few cycles.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
