"""The site map: every app's pages, and those of the roof."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from django.views.static import serve

from optil_portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("zoeken/", views.search, name="search"),
    path("over/", views.about, name="about"),
    path("contact/", views.contact, name="contact"),
    path("toegankelijkheid/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("", include("igs.urls")),
    path("", include("libraries.urls")),
    path("", include("projects.urls")),
    path("beheer/", admin.site.urls),
    # Uploads are few and cleaned; a busy installation lets its web server answer this path.
    path("media/<path:path>", serve, {"document_root": settings.MEDIA_ROOT}, name="media"),
]
