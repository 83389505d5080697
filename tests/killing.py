"""An import in a process that is killed at any moment: `from tests.killing import main; main()` in a portal's shell."""

import os
import random
import signal
import sys
import time

from django.contrib.auth.models import User
from django.db import connections

from optil_portal.records.exchange.files import read_table
from optil_portal.records.exchange.plan import Plan
from optil_portal.records.history import Step, Version, step
from projects.models import Partner

TIMES = 20
ROWS = 200


def bring_in(run: int, user: User) -> None:
    """Bring in a file of partners that nobody knows yet, as the admin does."""
    lines = [f"partner-{run}-{number};Partner {run} {number};Test" for number in range(ROWS)]
    table = read_table("partners.csv", "\r\n".join(["korte naam;naam;bron", *lines]).encode())
    with step(Step.Kind.IMPORT, f"Run {run}", user):
        Plan(Partner, ("slug",), table, user, lambda is_new: True).write()


def killed_after(seconds: float, run: int, user: User) -> None:
    """Bring it in by a process of its own, which gets no longer than that."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        bring_in(run, user)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def stored() -> tuple[int, int, int]:
    """How many partners, steps and versions there are."""
    return Partner.objects.count(), Step.objects.count(), Version.objects.count()


def main() -> None:
    """Kill an import many times, and write how often it left nothing, all, and anything else."""
    user = User.objects.create_user("killed")
    started = time.monotonic()
    bring_in(0, user)
    whole = time.monotonic() - started
    chance = random.Random(1)
    outcomes = {"nothing": 0, "all": 0, "else": 0}
    for run in range(1, TIMES + 1):
        partners, steps, versions = stored()
        killed_after(chance.uniform(0, 1.5 * whole), run, user)
        found = stored()
        all_of_it = (partners + ROWS, steps + 1, versions + ROWS)
        outcomes["nothing" if found == (partners, steps, versions) else "all" if found == all_of_it else "else"] += 1
    sys.stdout.write(" ".join(f"{name} {number}" for name, number in outcomes.items()))
