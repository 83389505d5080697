"""The list page: a queryset, a filter, an order and pages, all from the address."""

from abc import abstractmethod
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import F, Max, QuerySet
from django.db.models.expressions import OrderBy
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.generic import ListView

from optil_portal.records.addresses import asked_but, base_of
from optil_portal.records.clock import today
from optil_portal.records.columns import Dataset
from optil_portal.records.filters import SORT, FacetedFilterSet
from optil_portal.records.formats import FORMATS, Format, Taking
from optil_portal.records.formats.answers import answer

CHUNK = 500  # records, so that a long list is never whole in memory


class RecordList(ListView):
    """A list of the records that `records` gives.

    `?pagina=` turns the pages and `?sorteer=` picks one of `sorts`; nonsense in either is ignored. With a
    `filterset_class` the rest of the query string narrows the list; `asks` says what further keys do. Who asks words
    and no order gets the best answers first. With a `dataset` a route that names a `format` answers with all of the
    same list in it.
    """

    page_kwarg = "pagina"
    dataset: ClassVar[Dataset | None] = None
    filterset_class: ClassVar[type[FacetedFilterSet] | None] = None
    name_field = "name"
    asks: ClassVar[dict[str, str]] = {}
    sorts: ClassVar[dict[str, tuple[str, str]]] = {}
    row: ClassVar[type[Any] | None] = None  # what a page shows of a record, made of the values of `fields`
    fields: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def records(self) -> QuerySet:
        """The records of the list before anything is asked."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page, or the list in the format that the route names."""
        if name := kwargs.get("format"):
            return self.in_format(FORMATS[name])
        return super().dispatch(request, *args, **kwargs)

    def in_format(self, form: Format) -> HttpResponseBase:
        """All of the list in a format; raises Http404 where it has none such."""
        if self.dataset is None or form.name not in self.dataset.formats:
            raise Http404
        taking = self.taking(self.dataset)
        response = answer(self.request, form.write(taking), form.content_type, self.dataset.fresh_since())
        if form.is_saved:
            response.headers["Content-Disposition"] = f'attachment; filename="{self.dataset.name}.{form.name}"'
        return response

    def taking(self, dataset: Dataset) -> Taking:
        """All of the list, for a format to write."""
        records = self.asked_for()
        asked = self.request.GET.copy()
        for key in set(asked) - self.keys():
            del asked[key]
        return Taking(
            dataset=dataset,
            records=dataset.ready(records, self.day).iterator(chunk_size=CHUNK),
            address=self.request.path.rpartition(".")[0] + "/",
            asked=asked,
            base=base_of(self.request),
            changed=records.order_by().aggregate(last=Max("changed"))["last"],
            ignored=self.ignored,
            for_excel=self.request.GET.get("excel") == "1",
        )

    @property
    def day(self) -> date:
        """The day on which the records are looked at."""
        return today()

    @property
    def ignored(self) -> list[str]:
        """The keys of the query string of which the list left something out."""
        return self.filterset.ignored if self.filterset else []

    @classmethod
    def keys(cls) -> set[str]:
        """The keys of the query string that narrow or order the list."""
        filters = set(cls.filterset_class.base_filters) if cls.filterset_class else set()
        return filters.union(cls.asks, [SORT] if cls.sorts else [])

    @cached_property
    def filterset(self) -> FacetedFilterSet | None:
        """What narrows the list."""
        kind = self.filterset_class
        return kind(self.request.GET, self.records(), request=self.request, day=self.day) if kind else None

    def asked_for(self) -> QuerySet:
        """The records asked for, in the order asked for."""
        records = self.filterset.qs if self.filterset else self.records()
        return records.order_by(*self.order()) if self.sort else records

    def get_queryset(self) -> QuerySet:
        """The same, but all records for a page of the best answers, which are known by their keys."""
        return self.records() if self.has_best_first else self.asked_for()

    @property
    def has_best_first(self) -> bool:
        """Whether words were asked and found, and no order was."""
        return bool(self.filterset and self.filterset.ranked and not self.sort)

    @property
    def sort(self) -> str:
        """The key in `sorts` that the address asks for, otherwise the first, or "" for the best answers first."""
        asked = self.request.GET.get(SORT, "")
        if asked in self.sorts:
            return asked
        return "" if self.filterset and self.filterset.words else next(iter(self.sorts), "")

    def ways_to_sort(self) -> list[tuple[str, str]]:
        """The orders by their labels, each with what the address asks for it, "" for the one of this page."""
        best = {} if self.sort else {"": "beste antwoord"}
        ways = best | {key: label for key, (label, _) in self.sorts.items()}
        asked = asked_but(self.request, self.page_kwarg, SORT)
        beginning = f"?{asked}&" if asked else "?"
        return [(label, "" if key == self.sort else f"{beginning}{SORT}={key}") for key, label in ways.items()]

    def order(self) -> list[OrderBy]:
        """The order by the field of the chosen sort; unknown values last, equal ones by name, blind to capitals."""
        field = self.sorts[self.sort][1]
        by_name = [Lower(self.name_field).asc(), F("pk").asc()]
        if field == self.name_field:
            return by_name
        first = F(field.removeprefix("-"))
        return [first.desc(nulls_last=True) if field.startswith("-") else first.asc(nulls_last=True), *by_name]

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Paginator, Page, Any, bool]:
        """The page asked for; the first when that is no number, the last when there is none such."""
        paginator = self.get_paginator(queryset, page_size)
        if self.filterset:
            paginator.count = self.filterset.count  # in the query for all counts
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        if self.row:
            page.object_list = [self.row(*values) for values in self.flat(page)]
        return paginator, page, page.object_list, page.has_other_pages()

    def flat(self, page: Page) -> Iterable[Any]:
        """The fields of the records on a page; pages of a list of which nothing is asked are compiled once a day."""
        if self.filterset and self.has_best_first:
            return self.filterset.best(page.start_index() - 1, page.end_index(), *self.fields)
        records: Any = page.object_list
        records = records.values_list(*self.fields)
        if self.filterset is None or self.filterset.parts:
            return records
        place = (self.sort, page.start_index(), page.end_index())
        return self.filterset.recipe("page", lambda: records, *place).rows()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context of the list, with its filter and its orders."""
        return super().get_context_data(**kwargs) | {
            "filterset": self.filterset,
            "sorts": self.ways_to_sort(),
        }
