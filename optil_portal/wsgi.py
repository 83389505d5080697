"""The WSGI application that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from optil_portal.logs import identified

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "optil_portal.settings")

application = identified(get_wsgi_application())

# What is loaded now stays: the collector need not go through it again and again, and a page leaves few cycles.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
