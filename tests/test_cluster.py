"""A portal on several machines: nginx, two nodes, PostgreSQL with a replica and Redis, all real and on this machine.

These are short; `make soak` does the same for longer.
"""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from tests.running import ROOT
from tests.soak.cluster import UNDER_LOAD, an_edit_is_seen_on_every_node, pages_are_read_from_the_replica
from tests.soak.faults import FAULTS, media_of, small_disk, survive, survive_a_full_disk
from tests.soak.load import load
from tests.soak.parts import Cluster, cluster

SECONDS = 1.0
EVERYWHERE = f"{os.environ['PATH']}:/usr/sbin"


@pytest.mark.parametrize("part", ["cluster", "faults", "load"])
def test_each_part_of_make_soak_begins(part: str):
    done = subprocess.run(
        [sys.executable, "-m", f"tests.soak.{part}", "--help"], cwd=ROOT, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture(scope="module")
def machines() -> Iterator[Cluster]:
    """All parts, running."""
    missing = [one for one in ("redis-server", "nginx", "openssl") if not shutil.which(one, path=EVERYWHERE)]
    if missing:
        pytest.skip(f"{', '.join(missing)} ontbreekt.")
    with cluster() as whole:
        yield whole


def test_an_edit_on_one_node_is_seen_on_the_other_at_the_next_request(machines: Cluster):
    an_edit_is_seen_on_every_node(machines, 3)


def test_pages_are_read_from_a_replica_that_has_all(machines: Cluster):
    pages_are_read_from_the_replica(machines, 5)


@pytest.mark.parametrize("check", [pytest.param(one, id=one.__name__) for one in UNDER_LOAD])
def test_what_falls_away_costs_no_visitor_an_error(machines: Cluster, check: Callable[[Cluster, float], None]):
    check(machines, SECONDS)


def test_what_breaks_gives_right_answers_or_clean_refusals_and_loses_nothing(machines: Cluster):
    told = survive(machines, [*FAULTS], random.Random(1))
    assert (told.complaints, told.kept > 0) == ([], True)


def test_a_full_disk_refuses_a_photograph_and_nothing_else(machines: Cluster):
    try:
        with small_disk(media_of(machines)):
            told = survive_a_full_disk(machines, 1)
    except subprocess.CalledProcessError:
        pytest.skip("Alleen wie mag koppelen (mount), kan een schijf vullen.")
    assert (told.complaints, told.kept, told.refused) == ([], 2, 1)


def test_under_load_every_page_is_right_and_of_now(machines: Cluster):
    told = load(machines, visitors=20, seconds=6, pause=(0.5, 1.5))
    # How quick it is and how large, only the long run tells: other tests run beside this one.
    assert (told.report.wrong, told.stale, told.errors) == ([], [], [])
    assert told.edits > 2
