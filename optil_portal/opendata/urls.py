"""The open data: a page for people, and two documents for machines."""

from django.urls import path

from optil_portal.opendata import views
from optil_portal.records.formats.answers import open_to_all

urlpatterns = [
    # /open-data/
    path("open-data/", views.page, name="open_data"),
    path("open-data/openapi.json", open_to_all(views.openapi), name="openapi"),
    path("open-data/catalogus.jsonld", open_to_all(views.dcat), name="catalogue"),
]
