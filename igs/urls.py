"""The pages of regions, municipalities and consultants."""

from django.urls import path

from igs import views

app_name = "igs"

region_urls = [
    # /regios/
    path("regios/", views.RegionList.as_view(), name="region_list"),
    path("regios/<slug:slug>/", views.region_detail, name="region_detail"),
]

municipality_urls = [
    # /gemeenten/
    path("gemeenten/", views.municipality_list, name="municipality_list"),
    path("gemeenten/<slug:slug>/", views.municipality_detail, name="municipality_detail"),
]

urlpatterns = [
    *region_urls,
    *municipality_urls,
    # /consulenten/
    path("consulenten/", views.ConsultantList.as_view(), name="consultant_list"),
]
