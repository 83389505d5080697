"""The list page: a queryset, a filter, an order and pages, all from the address."""

from abc import abstractmethod
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower
from django.views.generic import ListView
from django_filters import FilterSet


class RecordList(ListView):
    """A list of the records that `records` gives.

    `?pagina=` turns the pages and `?sorteer=` picks one of `sorts`; nonsense in either is ignored. With a
    `filterset_class` the rest of the query string narrows the list.
    """

    page_kwarg = "pagina"
    filterset_class: ClassVar[type[FilterSet] | None] = None
    sorts: ClassVar[dict[str, tuple[str, str]]] = {}
    filterset: FilterSet | None = None

    @abstractmethod
    def records(self) -> QuerySet:
        """The records of the list before anything is asked."""

    def get_queryset(self) -> QuerySet:
        """The records asked for, in the order asked for."""
        records = self.records()
        if self.filterset_class:
            self.filterset = self.filterset_class(self.request.GET, records, request=self.request)
            records = self.filterset.qs
        return records.order_by(*self.order()) if self.sorts else records

    @property
    def sort(self) -> str:
        """The key in `sorts` that the address asks for, otherwise the first."""
        asked = self.request.GET.get("sorteer", "")
        return asked if asked in self.sorts else next(iter(self.sorts), "")

    def order(self) -> list[OrderBy]:
        """The order by the field of the chosen sort; unknown values last, equal ones by name, blind to capitals."""
        field = self.sorts[self.sort][1]
        by_name = Lower("name").asc()
        if field == "name":
            return [by_name]
        first = F(field.removeprefix("-"))
        return [first.desc(nulls_last=True) if field.startswith("-") else first.asc(nulls_last=True), by_name]

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Paginator, Page, Any, bool]:
        """The page asked for; the first when that is no number, the last when there is none such."""
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        return paginator, page, page.object_list, page.has_other_pages()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context of the list, with its filter and its orders."""
        return super().get_context_data(**kwargs) | {
            "filterset": self.filterset,
            "sorts": {key: label for key, (label, _) in self.sorts.items()},
            "sort": self.sort,
        }
