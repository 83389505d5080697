"""The pages of libraries."""

from django.urls import path

from libraries import views
from optil_portal.records.formats.routes import beside

app_name = "libraries"

urlpatterns = [
    # /bibliotheken/
    path("bibliotheken/", views.LibraryList.as_view(), name="library_list"),
    beside("bibliotheken", views.LibraryList, "library_data"),
    path("bibliotheken/<slug:slug>/", views.LibraryDetail.as_view(), name="library_detail"),
]
