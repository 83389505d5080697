"""The WSGI application of the yardsticks: that of Django, with the portal's id for each request."""

from django.core.wsgi import get_wsgi_application

from optil_portal.logs import identified

application = identified(get_wsgi_application())
