"""Serve the yardsticks on PORT as the portal is served: by the same gunicorn, which finds the settings by its name."""

import os

from optil_portal.server import start_gunicorn

start_gunicorn(f"127.0.0.1:{os.environ['PORT']}", "bench.http.yardsticks.wsgi")
