"""Check every public page with axe and keep the outcome: `python -m tests.accessibility`.

The tests check one page of each type whenever something changes; this walks over all of them, in a quarter of an hour.
"""

import os
import sys
from datetime import date
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


def check(portal: Portal, pages: list[str], home: Path) -> tuple[str, list[str]]:
    """Which axe checked, and for every fault the page that it is on; tells each as it is found."""
    faulty = []
    with chromium(home) as browser, visitor(browser, portal.address) as page:
        for place, address in enumerate(pages, start=1):
            page.goto(address)
            for shown, fault in faults_everywhere(page):
                faulty.append(address)
                print(f"{address} ({shown}): {fault.rule} {fault.selector}", flush=True)
            if place % 50 == 0 or place == len(pages):
                print(f"{place} van {len(pages)} pagina's, {len(faulty)} fouten", flush=True)
        return version(page), faulty


def main() -> int:
    """Check a portal of its own; 1 when a page is at fault."""
    if not installed():
        sys.exit("Chromium ontbreekt.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "optil_portal.settings"
    django.setup()
    with TemporaryDirectory(prefix="accessibility-") as folder, serving(environment(Path(folder) / "var")) as portal:
        pages = addresses(portal)
        axe, faulty = check(portal, pages, Path(folder))
    write(report(date.today(), axe, [type_of(one) for one in pages], [type_of(one) for one in faulty]))
    return int(bool(faulty))


if __name__ == "__main__":
    sys.exit(main())
