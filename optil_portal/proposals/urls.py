"""The pages of what people outside the office propose."""

from django.urls import path

from optil_portal.proposals import views

app_name = "proposals"

urlpatterns = [
    path("melden/", views.report, name="report"),
    path("melden/<slug:reference>/", views.reference, name="reference"),
    path("project-melden/", views.project, name="project"),
    path("nakijken/<str:token>/", views.sheet, name="sheet"),
]
