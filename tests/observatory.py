"""The grade that the HTTP Observatory of MDN, once Mozilla's, gives an answer, by its published rules of 2026.

https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring
"""

import re
from dataclasses import dataclass
from http.cookies import SimpleCookie

from tests.visiting import tree

GRADES = [(100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (50, "C"), (0, "D or F")]
EXTRA_CREDIT_FROM = 90
HALF_A_YEAR = 15_768_000
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
BROAD = re.compile(r"'unsafe-|\b(data|https?|blob|ws):(\s|$)|(^|\s)\*(\s|$)")
ACTIVE = ("script-src", "style-src", "object-src", "default-src")


@dataclass(frozen=True)
class Told:
    """What an answer by HTTPS says beside its page: its headers, by their names in small letters, and its cookies."""

    headers: dict[str, str]
    cookies: list[str]
    page: str = ""


def rules(policy: str) -> dict[str, str]:
    """The rules of a Content-Security-Policy."""
    parts = (rule.strip().partition(" ") for rule in policy.split(";") if rule.strip())
    return {name: allowed for name, _, allowed in parts}


def modifiers(told: Told) -> dict[str, int]:
    """What each test adds to the score, or takes away."""
    policy = rules(told.headers.get("content-security-policy", ""))
    return {
        "policy": of_policy(policy),
        "frames": of_frames(policy, told.headers.get("x-frame-options", "")),
        "cookies": of_cookies(told.cookies),
        "sharing": -50 if "access-control-allow-credentials" in told.headers else 0,
        "referrer": 5 if told.headers.get("referrer-policy") in PRIVATE else -5,
        "https": of_https(told.headers.get("strict-transport-security", "")),
        "kind": 0 if told.headers.get("x-content-type-options") == "nosniff" else -5,
        "resource": 10 if told.headers.get("cross-origin-resource-policy") in ("same-origin", "same-site") else 0,
        "scripts": of_scripts(told.page),
    }


def of_policy(policy: dict[str, str]) -> int:
    """What it may fetch and run."""
    if not policy:
        return -25
    if any(BROAD.search(policy.get(name, "")) for name in ACTIVE) or "default-src" not in policy:
        return -20
    whole = policy["default-src"] == "'none'" and policy.get("form-action") in ("'none'", "'self'")
    return 10 if whole else 5


def of_frames(policy: dict[str, str], older: str) -> int:
    """Who may frame it."""
    if policy.get("frame-ancestors", "*") != "*":
        return 5
    return 0 if older in ("DENY", "SAMEORIGIN") else -20


def of_cookies(cookies: list[str]) -> int:
    """How its cookies are kept."""
    read = [one for cookie in cookies for one in SimpleCookie(cookie).values()]
    if any(not one["secure"] for one in read):
        return -40
    if any(not one["httponly"] for one in read if "session" in one.key):
        return -30
    return 0 if not read else 5 if all(one["samesite"] in ("Lax", "Strict") for one in read) else -20


def of_https(header: str) -> int:
    """How long a browser asks by HTTPS only."""
    found = re.search(r"max-age=(\d+)", header)
    return -20 if not found else 0 if int(found[1]) >= HALF_A_YEAR else -10


def of_scripts(page: str) -> int:
    """Where its scripts come from."""
    sources = [one.get("src", "") for one in tree(page).iter("script")] if page else []
    return 0 if all(not one or re.match(r"/[^/]", one) for one in sources) else -50


def grade(told: Told) -> str:
    """The grade: what is gained counts only for who lost little."""
    changes = modifiers(told).values()
    score = max(0, 100 + sum(change for change in changes if change < 0))
    score += sum(change for change in changes if change > 0) if score >= EXTRA_CREDIT_FROM else 0
    return next(letter for least, letter in GRADES if score >= least)
