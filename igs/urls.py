"""The pages of regions, municipalities and consultants."""

from django.urls import path

from igs import lists, views
from optil_portal.records.formats.routes import beside

app_name = "igs"

region_urls = [
    # /regios/
    path("regios/", lists.RegionList.as_view(), name="region_list"),
    beside("regios", lists.RegionList, "region_data"),
    path("regios/<slug:slug>/", views.region_detail, name="region_detail"),
]

municipality_urls = [
    # /gemeenten/
    path("gemeenten/", lists.MunicipalityList.as_view(), name="municipality_list"),
    beside("gemeenten", lists.MunicipalityList, "municipality_data"),
    path("gemeenten/<slug:slug>/", views.municipality_detail, name="municipality_detail"),
]

urlpatterns = [
    *region_urls,
    *municipality_urls,
    # /consulenten/
    path("consulenten/", lists.ConsultantList.as_view(), name="consultant_list"),
]
