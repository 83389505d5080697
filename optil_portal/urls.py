"""The site map: every app's pages, and those of the roof."""

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.utils.module_loading import import_string
from django.views.generic import TemplateView
from django.views.static import serve

from optil_portal import health, views
from optil_portal.comparison.views import compare
from optil_portal.preview import preview
from optil_portal.records.headers import SENT, telling
from optil_portal.sitemaps import SITEMAPS

ICONS = settings.BASE_DIR / "static" / "icons"
manifest = TemplateView.as_view(template_name="site.webmanifest", content_type="application/manifest+json")
opensearch = TemplateView.as_view(template_name="opensearch.xml", content_type="application/opensearchdescription+xml")
robots = TemplateView.as_view(template_name="robots.txt", content_type="text/plain")

handler500 = "optil_portal.errors.broken"

# Uploads are few and cleaned. Only who has a bucket needs what speaks to it, which takes some memory.
send_upload = import_string(f"optil_portal.{'bucket' if settings.MEDIA_S3_BUCKET else 'uploads'}.send")

urlpatterns = [
    path("", views.home, name="home"),
    path("zoeken/", views.search, name="search"),
    path("zoeken/voorstellen.json", views.suggestions, name="suggestions"),
    path("zoeken/opensearch.xml", opensearch, name="opensearch"),
    path("over/", views.about, name="about"),
    path("contact/", views.contact, name="contact"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("regios/vergelijken/", compare, name="compare"),  # before igs, which takes it for a region
    path("", include("igs.urls")),
    path("", include("libraries.urls")),
    path("", include("projects.urls")),
    path("", include("optil_portal.sharing.urls")),
    path("", include("optil_portal.opendata.urls")),
    path("voorbeeld/<str:token>/", preview, name="preview"),
    path("", include("optil_portal.proposals.urls")),
    path("gezond/leeft/", health.alive, name="alive"),
    path("gezond/klaar/", health.ready, name="ready"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("robots.txt", robots, name="robots"),
    path("site.webmanifest", manifest, name="manifest"),
    # Browsers ask for this one by themselves, whatever a page says.
    path("favicon.ico", serve, {"document_root": ICONS, "path": "favicon.ico"}, name="favicon"),
    path("beheer/", include("optil_portal.staff.urls")),
    path("beheer/", admin.site.urls),
    path("media/<path:path>", telling(SENT)(send_upload), name="media"),
]
