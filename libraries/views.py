"""The pages of libraries."""

from typing import ClassVar

from django.db.models import QuerySet
from django.views.generic import DetailView

from libraries.columns import LIBRARIES
from libraries.filters import LibraryFilter
from libraries.models import ROW_FIELDS, Library, LibraryRow
from optil_portal.records.clock import today
from optil_portal.records.listing import RecordList


class LibraryList(RecordList):
    """The libraries, narrowed by where they are, their network and words."""

    template_name = "libraries/library_list.html"
    dataset = LIBRARIES
    filterset_class = LibraryFilter
    sorts: ClassVar = {"gemeente": ("gemeente", "municipality__name"), "naam": ("naam", "name")}
    row = LibraryRow
    fields = ROW_FIELDS
    paginate_by = 36

    def records(self) -> QuerySet[Library]:
        """The public libraries."""
        return Library.objects.listed()


class LibraryDetail(DetailView):
    """A library, its network and the region it is in."""

    template_name = "libraries/library_detail.html"

    def get_queryset(self) -> QuerySet[Library]:
        """The public libraries."""
        return Library.objects.listed().whole(today())
