"""Check every public page with axe and keep the outcome: `python -m tests.accessibility`.

The tests check one page of each type whenever something changes; this walks over all of them, in a quarter of an hour.
"""

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import django

from optil_portal.accessibility import write
from tests.accessibility.axe import faults_everywhere, version
from tests.accessibility.report import report
from tests.browsing import chromium, installed, visitor
from tests.running import Portal, environment, serving
from tests.visiting import type_of
from tests.wire import asking, walk_over


def addresses(portal: Portal) -> list[str]:
    """Every public page of a portal."""
    with asking(portal) as ask:
        return sorted(address for address, answer in walk_over(ask).items() if answer.status == 200)


def check(portal: str, pages: list[str]) -> tuple[str, list[str]]:
    """Which axe checked, and for every fault the page that it is on; tells each as it is found."""
    faulty = []
    with TemporaryDirectory() as home, chromium(Path(home)) as browser, visitor(browser, portal) as page:
        for place, address in enumerate(pages, start=1):
            page.goto(address)
            for shown, fault in faults_everywhere(page):
                faulty.append(address)
                print(f"{address} ({shown}): {fault.rule} {fault.selector}", flush=True)
            if place % 50 == 0 or place == len(pages):
                print(f"{place} van {len(pages)} pagina's, {len(faulty)} fouten", flush=True)
        return version(page), faulty


def check_all(portal: Portal, pages: list[str]) -> tuple[str, list[str]]:
    """As check, each core with a browser and a part of the pages of its own."""
    cores = os.cpu_count() or 1
    with ProcessPoolExecutor(cores) as pool:
        outcomes = list(pool.map(partial(check, portal.address), [pages[core::cores] for core in range(cores)]))
    return outcomes[0][0], list(chain.from_iterable(faulty for _, faulty in outcomes))


def main() -> int:
    """Check a portal of its own; 1 when a page is at fault."""
    if not installed():
        sys.exit("Chromium ontbreekt.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "optil_portal.settings"
    django.setup()
    with TemporaryDirectory(prefix="accessibility-") as folder, serving(environment(Path(folder) / "var")) as portal:
        pages = addresses(portal)
        axe, faulty = check_all(portal, pages)
    write(report(date.today(), axe, [type_of(one) for one in pages], [type_of(one) for one in faulty]))
    return int(bool(faulty))


if __name__ == "__main__":
    sys.exit(main())
