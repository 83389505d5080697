"""The addresses that pages link to."""

import pytest
from django.urls import reverse, set_script_prefix

from optil_portal.records.addresses import address


@pytest.fixture(autouse=True)
def _at_the_root():
    yield
    set_script_prefix("/")


def test_an_address_is_that_of_the_urlconf():
    assert address("igs:region_list") == reverse("igs:region_list")
    assert address("igs:region_detail", "co7") == reverse("igs:region_detail", args=["co7"])


def test_a_portal_mounted_elsewhere_has_its_own_addresses():
    at_the_root = address("igs:region_detail", "co7")
    set_script_prefix("/cultuur/")
    assert address("igs:region_detail", "co7") == "/cultuur/regios/co7/"
    set_script_prefix("/")
    assert address("igs:region_detail", "co7") == at_the_root
