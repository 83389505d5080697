"""What a portal on several machines promises, asked of real parts: `python -m tests.soak.cluster`.

Each check raises AssertionError, and leaves the cluster as it found it.
"""

import argparse
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager

from tests.soak.parts import Cluster, Database, cluster, wait_until
from tests.soak.visitors import Browser, Consultant, Report, visiting

VISITORS = 12
RUDE = 60
HALVES = (
    b"",
    b"GET / HTTP/1.1\r\nHost: portaal.example\r\nX-Half",
    b"POST /melden/ HTTP/1.1\r\nHost: portaal.example\r\nContent-Length: 100000\r\n\r\nhalf",
)
Request = tuple[str, str, bytes | None, dict[str, str]]
LONG = "a" * 12_000  # beyond each limit, but sent at once: who is still sending when refused may not see the answer
TOO_LARGE: list[Request] = [
    ("GET", "/", None, {"X-Long": LONG}),
    ("GET", f"/zoeken/?q={LONG}", None, {}),
    ("POST", "/melden/", b"a" * 20_000_000, {"Content-Type": "application/x-www-form-urlencoded"}),
]
PAUSE = (0.1, 0.6)  # shorter than anybody's, so that a few ask as much as a crowd


def read_from(replica: Database) -> int:
    """How often a replica was asked for words, as only a search does."""
    return int(replica.ask("SELECT idx_scan + seq_scan FROM pg_stat_user_tables WHERE relname = 'records_word'"))


def shown(cluster: Cluster, consultant: Consultant) -> list[bytes]:
    """The page that a consultant works on, as each node gives it."""
    found = []
    for node in cluster.nodes:
        with closing(Browser(node.port, tls=False)) as browser:
            found.append(browser.get(consultant.page).body)
    return found


def an_edit_is_seen_on_every_node(cluster: Cluster, times: int) -> None:
    """An edit on one node is on the page of the other at the next request, however late the replica is."""
    with closing(Consultant(cluster, Browser(cluster.nodes[0].port, tls=False))) as consultant:
        for late in (False, True):
            cluster.replica.ask(f"SELECT pg_wal_replay_{'pause' if late else 'resume'}()")
            for _ in range(times):
                title = consultant.edit().encode()
                assert [title in page for page in shown(cluster, consultant)] == [True, True]
    cluster.replica.ask("SELECT pg_wal_replay_resume()")


def pages_are_read_from_the_replica(cluster: Cluster, times: int) -> None:
    """Once the replica has what the primary has, pages are read from it; soon, if it failed before."""
    wait_until(lambda: editions(cluster.replica) == editions(cluster.primary), "the replica has all", 20)
    before = read_from(cluster.replica)
    with closing(Browser(cluster.front.port)) as browser:

        def is_read() -> bool:
            assert browser.get(f"/zoeken/?q=nergens{time.monotonic_ns()}").status == 200
            return read_from(cluster.replica) >= before + times

        wait_until(is_read, "the replica is read", 20)


def editions(database: Database) -> str:
    """The edition of the content in a database."""
    return database.ask("SELECT string_agg(number::text, ' ' ORDER BY writer) FROM records_edition")


@contextmanager
def undisturbed(cluster: Cluster, seconds: float) -> Iterator[Report]:
    """Visitors, to none of whom what happens in the block may cost an error."""
    with visiting(cluster.front.port, VISITORS, PAUSE) as report:
        time.sleep(seconds / 2)
        yield report
        time.sleep(seconds / 2)
    assert not report.wrong, report.wrong[:5]
    assert len(report.seconds) > VISITORS, report


def a_killed_node_costs_nobody_an_error(cluster: Cluster, seconds: float) -> None:
    """A node and its workers that are killed under load are missed by nobody, nor is their return."""
    with undisturbed(cluster, seconds):
        cluster.nodes[1].kill()
        time.sleep(seconds / 2)
        cluster.nodes[1].start()


def a_killed_worker_costs_nobody_an_error(cluster: Cluster, seconds: float) -> None:
    """A worker that is killed under load is missed by nobody, and another takes its place."""
    with undisturbed(cluster, seconds):
        before = cluster.nodes[0].workers
        os.kill(before[0], signal.SIGKILL)
        wait_until(lambda: len(set(cluster.nodes[0].workers) - {before[0]}) == len(before), "another worker", 20)


def a_node_that_is_asked_to_end_answers_first(cluster: Cluster, seconds: float) -> None:
    """At SIGTERM a node finishes what it is answering, and ends well."""
    with undisturbed(cluster, seconds):
        assert cluster.nodes[1].stop() == 0
        cluster.nodes[1].start()


def a_reload_costs_nobody_an_error(cluster: Cluster, seconds: float) -> None:
    """At SIGHUP, with which systemd reloads a node, other workers take over."""
    with undisturbed(cluster, seconds):
        before = set(cluster.nodes[0].workers)
        os.kill(cluster.nodes[0].pid, signal.SIGHUP)
        wait_until(lambda: not before & set(cluster.nodes[0].workers), "other workers", 60)


def without_the_replica_pages_are_read_from_the_primary(cluster: Cluster, seconds: float) -> None:
    """A replica that is stopped under load costs nobody an error."""
    with undisturbed(cluster, seconds):
        cluster.replica.stop()
        time.sleep(seconds / 2)
        cluster.replica.start()


def without_redis_all_goes_on(cluster: Cluster, seconds: float) -> None:
    """Without Redis the portal is slower, not broken: pages, edits and what is shown of them."""
    with undisturbed(cluster, seconds), closing(Consultant(cluster)) as consultant:
        cluster.redis.stop()
        for _ in range(2):
            title = consultant.edit().encode()
            assert [title in page for page in shown(cluster, consultant)] == [True, True]
        cluster.redis.start()
        title = consultant.edit().encode()
        assert [title in page for page in shown(cluster, consultant)] == [True, True]


def rude_clients_hold_up_nobody(cluster: Cluster, seconds: float) -> None:
    """Who says nothing, or half of something, or too much, costs nobody else an error."""
    with undisturbed(cluster, seconds), ExitStack() as rude:
        for number in range(RUDE):
            connection = rude.enter_context(closing(Browser(cluster.front.port, number=number).connected()))
            connection.connect()
            connection.sock.sendall(HALVES[number % len(HALVES)])
        with closing(Browser(cluster.front.port)) as browser:
            assert refused(browser, TOO_LARGE) == [400, 414, 413]
        # A node by itself reads no header or address without end either.
        with closing(Browser(cluster.nodes[0].port, tls=False)) as browser:
            assert refused(browser, TOO_LARGE[:2]) == [431, 414]


def refused(browser: Browser, requests: Sequence[Request]) -> list[int]:
    """The answers to some requests, each on a connection of its own."""
    found = []
    for request in requests:
        found.append(browser.ask(*request).status)
        browser.close()
    return found


def quiet_clients_hold_up_a_node_for_seconds(cluster: Cluster, seconds: float) -> None:
    """On a node without nginx, who connects and says nothing is put aside; who says half of something is not."""
    with ExitStack() as quiet:
        for _ in range(RUDE):
            quiet.enter_context(closing(socket.create_connection(("127.0.0.1", cluster.nodes[0].port))))
        with closing(Browser(cluster.nodes[0].port, tls=False)) as browser:
            answer = browser.get("/")
    assert (answer.is_right, answer.seconds < 30) == (True, True), answer


UNDER_LOAD = (
    a_killed_worker_costs_nobody_an_error,
    a_killed_node_costs_nobody_an_error,
    a_node_that_is_asked_to_end_answers_first,
    a_reload_costs_nobody_an_error,
    without_the_replica_pages_are_read_from_the_primary,
    without_redis_all_goes_on,
    rude_clients_hold_up_nobody,
)


def main() -> int:
    """Ask all of it, each so many times, and say what failed; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    times = parser.parse_args().times
    failed = 0
    with cluster() as whole:
        for check, numbers in [
            (an_edit_is_seen_on_every_node, [times]),
            (pages_are_read_from_the_replica, [times]),
            *((check, [6.0] * times) for check in UNDER_LOAD),
            (quiet_clients_hold_up_a_node_for_seconds, [0.0]),
        ]:
            began, errors = time.monotonic(), []
            for number in numbers:
                try:
                    check(whole, number)
                except AssertionError as error:
                    errors.append(str(error))
            failed += len(errors)
            print(
                f"{check.__doc__}\n    {len(errors)} errors in {time.monotonic() - began:.0f} s", *errors[:3], sep="\n"
            )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
