"""The pages of themes and projects."""

from django.urls import path

from projects import views

app_name = "projects"

theme_urls = [
    # /themas/
    path("themas/", views.ThemeList.as_view(), name="theme_list"),
    path("themas/<slug:slug>/", views.ThemeDetail.as_view(), name="theme_detail"),
]

project_urls = [
    # /projecten/
    path("projecten/", views.ProjectList.as_view(), name="project_list"),
    path("projecten/<slug:slug>/", views.project_detail, name="project_detail"),
]

urlpatterns = [*theme_urls, *project_urls]
