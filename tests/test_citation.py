"""How to name a page as a source: what, by whom, how old, where, and seen when."""

from datetime import UTC, date, datetime

import pytest

from projects.models import Project
from tests.cast import make_scene
from tests.factories import make_project
from tests.visiting import Page, classed, text, visit


def citation(page: Page) -> str:
    """What a page says of how to name it as a source."""
    (found,) = classed(page.main, "citation")
    (summary, told) = list(found)
    assert (found.tag, summary.tag, text(summary)) == ("details", "summary", "Citeer deze pagina")
    return text(told)


def test_a_page_says_how_to_name_it_as_a_source(client, settings):
    settings.TODAY = date(2027, 3, 1)
    project = make_project(title="Samen lezen", slug="samen-lezen", checked_on=date(2025, 10, 9))
    assert citation(visit(client, project.get_absolute_url())) == (
        "Samen lezen. OP/TIL, portaal IGS cultuur, nagekeken op 9 oktober 2025. "
        "http://testserver/projecten/samen-lezen/ (geraadpleegd op 1 maart 2027)."
    )


def test_a_record_that_nobody_checked_is_as_old_as_its_last_change(client):
    project = make_project(title="Samen lezen")
    Project.objects.filter(pk=project.pk).update(changed=datetime(2026, 2, 28, 23, 30, tzinfo=UTC))
    assert ", gewijzigd op 1 maart 2026." in citation(visit(client, project.get_absolute_url()))


@pytest.mark.parametrize("kind", ["region", "municipality", "theme", "project", "library"])
def test_every_kind_of_record_can_be_named_as_a_source(client, kind: str):
    record = getattr(make_scene(), kind)
    address = record.get_absolute_url()
    found = citation(visit(client, f"{address}?van=elders"))
    assert found.startswith(f"{record}. OP/TIL, portaal IGS cultuur, ")
    assert f". http://testserver{address} (geraadpleegd op 24 november 2026)." in found
