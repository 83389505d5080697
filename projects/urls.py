"""The pages of themes and projects."""

from django.urls import path

from optil_portal.records.formats.routes import beside
from projects import embedding, lists, views
from projects.take_along import TakeAlong

app_name = "projects"

theme_urls = [
    # /themas/
    path("themas/", lists.ThemeList.as_view(), name="theme_list"),
    beside("themas", lists.ThemeList, "theme_data"),
    path("themas/<slug:slug>/", views.ThemeDetail.as_view(), name="theme_detail"),
]

project_urls = [
    # /projecten/
    path("projecten/", lists.ProjectList.as_view(), name="project_list"),
    beside("projecten", lists.ProjectList, "project_data"),
    path("projecten/<slug:slug>/", views.project_detail, name="project_detail"),
]

take_along_urls = [
    # /lijst/
    path("lijst/", TakeAlong.as_view(), name="take_along"),
    beside("lijst", TakeAlong, "take_along_data"),
]

embedding_urls = [
    # /inbedden/
    path("inbedden/", embedding.embedding, name="embedding"),
    path("inbedden/projecten/", embedding.EmbeddedProjects.as_view(), name="embedded_projects"),
    path("inbedden/project/<slug:slug>/", embedding.embedded_project, name="embedded_project"),
]

urlpatterns = [*theme_urls, *project_urls, *take_along_urls, *embedding_urls]
