"""A portal on several machines: nginx, two nodes, PostgreSQL with a replica and Redis, all real and on this machine."""

import shutil
from collections.abc import Callable, Iterator
from os import environ

import pytest

from tests.soak.cluster import UNDER_LOAD, an_edit_is_seen_on_every_node, pages_are_read_from_the_replica
from tests.soak.parts import Cluster, cluster

SECONDS = 2.0


@pytest.fixture(scope="module")
def machines() -> Iterator[Cluster]:
    """All parts, running."""
    missing = [one for one in ("redis-server", "nginx") if not shutil.which(one, path=f"{environ['PATH']}:/usr/sbin")]
    if missing:
        pytest.skip(f"{', '.join(missing)} ontbreekt.")
    with cluster() as whole:
        yield whole


def test_an_edit_on_one_node_is_seen_on_the_other_at_the_next_request(machines: Cluster):
    an_edit_is_seen_on_every_node(machines, 3)


def test_pages_are_read_from_a_replica_that_has_all(machines: Cluster):
    pages_are_read_from_the_replica(machines, 5)


@pytest.mark.parametrize("check", [pytest.param(one, id=one.__name__) for one in UNDER_LOAD])
def test_what_fails_costs_no_visitor_an_error(machines: Cluster, check: Callable[[Cluster, float], None]):
    check(machines, SECONDS)
