"""The pictures that stand beside a shared link."""

from django.urls import path

from optil_portal.sharing import views

app_name = "sharing"

urlpatterns = [
    # /deel/
    path("deel/portaal.png", views.portal, name="portal"),
    path("deel/regio/<slug:slug>.png", views.region, name="region"),
    path("deel/thema/<slug:slug>.png", views.theme, name="theme"),
    path("deel/project/<slug:slug>.png", views.project, name="project"),
]
