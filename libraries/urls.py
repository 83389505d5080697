"""The pages of libraries."""

from django.urls import path

from libraries import views

app_name = "libraries"

urlpatterns = [
    # /bibliotheken/
    path("bibliotheken/", views.LibraryList.as_view(), name="library_list"),
    path("bibliotheken/<slug:slug>/", views.LibraryDetail.as_view(), name="library_detail"),
]
