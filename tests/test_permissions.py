"""The permissions of groups and accounts, called as people call them."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse

from optil_portal.staff.permissions import permissions_asked_for, told
from tests.staff import logged_in, make_account


@pytest.mark.parametrize(
    ("codename", "label"),
    [
        pytest.param("add_project", "Project · toevoegen", id="add"),
        pytest.param("change_regionname", "Andere naam · bewerken", id="change"),
        pytest.param("delete_projectlink", "Link · verwijderen", id="delete"),
        pytest.param("view_step", "Stap · bekijken", id="view"),
        pytest.param("serve_every_region", "Regio · Mag records van alle regio's bewerken", id="our-own"),
    ],
)
def test_a_permission_says_in_dutch_what_may_be_done(codename: str, label: str):
    assert told(Permission.objects.select_related("content_type").get(codename=codename)) == label


def test_the_forms_of_groups_and_accounts_say_it_so():
    superuser = logged_in(make_account(is_superuser=True))
    expected = [told(one) for one in permissions_asked_for()]
    group = Group.objects.get(name="Consulent")
    addresses = {
        "permissions": reverse("admin:auth_group_change", args=[group.pk]),
        "user_permissions": reverse("admin:auth_user_change", args=[make_account().pk]),
    }
    for name, address in addresses.items():
        page = superuser.get(address).content.decode()
        (choice,) = re.findall(rf'<select name="{name}".*?</select>', page, re.DOTALL)
        labels = [unescape(label) for label in re.findall(r"<option[^>]*>(.*?)</option>", choice)]
        assert (labels, [label for label in labels if "Can " in label]) == (expected, [])


def test_no_permission_of_a_group_is_lost_in_its_form():
    given = Permission.objects.filter(group__isnull=False).distinct()
    assert {*given} - {*permissions_asked_for()} == set()
