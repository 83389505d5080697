"""How much one visitor may ask and send, and that nobody else is kept waiting for it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.test import Client
from django.utils import timezone

from optil_portal.limits import LARGEST_BODY, LARGEST_IN_OFFICE, SUGGESTIONS_TO_A_SEARCH
from tests.visiting import text, tree

MOST = 3
ELSEWHERE = "203.0.113.9"
QUESTIONS = [
    *("/zoeken/?q=bib", "/projecten/?thema=lezen", "/projecten.json?q=bib", "/bibliotheken.csv?regio=co7"),
    *("/regios/?op=2024-12-31", "/inbedden/projecten/?q=bib", "/lijst.xlsx?p=1", "/nergens/?q=bib"),
]
FORMS = ["/melden/", "/project-melden/", "/nakijken/onzin/", "/zoeken/"]


@pytest.fixture(autouse=True)
def nobody_asked_yet(settings, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A limit that is soon reached, at the beginning of a minute."""
    cache.clear()
    settings.SEARCHES_A_MINUTE = MOST
    now = datetime.fromisoformat("2026-11-24T12:00:15+00:00")
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


def statuses(ask: list[str], method: str = "GET", **options: Any) -> list[bool]:
    """For each address whether it was refused because somebody asked too often."""
    return [Client().generic(method, one, **options).status_code == 429 for one in ask]


@pytest.mark.parametrize("question", QUESTIONS)
def test_who_asks_too_often_has_to_wait(question: str):
    assert statuses([question] * (MOST + 1)) == [False] * MOST + [True]
    assert statuses([question], REMOTE_ADDR=ELSEWHERE) == [False]
    assert statuses(["/", "/projecten/", "/regios.json", "/over/"]) == [False] * 4


@pytest.mark.parametrize("form", FORMS)
def test_who_sends_forms_too_often_has_to_wait(form: str):
    assert statuses([form] * (MOST + 1), "POST") == [False] * MOST + [True]


def test_all_questions_count_together_but_suggestions_come_by_themselves():
    assert statuses(QUESTIONS[: MOST + 1]) == [False] * MOST + [True]
    suggestions = ["/zoeken/voorstellen.json?q=bib"] * (MOST * SUGGESTIONS_TO_A_SEARCH + 1)
    assert statuses(suggestions) == [False] * (len(suggestions) - 1) + [True]


def test_it_is_told_in_style_and_for_how_long():
    statuses(["/zoeken/?q=bib"] * MOST)
    answer = Client().get("/zoeken/?q=bib")
    root = tree(answer.content.decode())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "45")
    assert answer.headers["Cache-Control"] == "no-store"
    assert ([text(one) for one in root.iter("h1")], root.get("lang")) == (["Even wachten"], "nl-BE")
    assert "Wacht een minuut en probeer het opnieuw." in answer.content.decode()


def test_a_minute_later_it_is_over(nobody_asked_yet: datetime, monkeypatch: pytest.MonkeyPatch):
    assert statuses(["/zoeken/?q=bib"] * (MOST + 1))[-1]
    monkeypatch.setattr(timezone, "now", lambda: nobody_asked_yet + timedelta(seconds=45))
    assert statuses(["/zoeken/?q=bib"]) == [False]


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP"])
def test_a_forged_address_is_not_another_visitor(header: str):
    asked = [
        Client().get("/zoeken/?q=bib", headers={header: f"198.51.100.{number}"}).status_code
        for number in range(MOST + 1)
    ]
    assert asked == [200] * MOST + [429]


def test_behind_a_proxy_each_visitor_counts_apart(settings):
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    for visitor in ("198.51.100.7", "1.2.3.4, 198.51.100.8"):
        headers = {"X-Forwarded-For": visitor}
        asked = [Client().get("/zoeken/?q=bib", headers=headers).status_code for _ in range(MOST + 1)]
        assert asked == [200] * MOST + [429]


def test_staff_are_not_counted(admin_client: Client):
    assert {admin_client.get("/beheer/igs/region/?q=co7").status_code for _ in range(MOST + 2)} == {200}


def test_when_nothing_can_be_counted_everybody_is_answered(settings):
    nowhere = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = settings.CACHES | {"default": nowhere}
    assert caches["default"].__class__.__name__ == "RedisCache"
    assert statuses(["/zoeken/?q=bib"] * (MOST + 2)) == [False] * (MOST + 2)


@pytest.mark.parametrize(
    ("address", "length", "refused"),
    [
        ("/melden/", LARGEST_BODY, False),
        ("/melden/", LARGEST_BODY + 1, True),
        ("/", LARGEST_BODY + 1, True),
        ("/beheer/login/", LARGEST_BODY + 1, False),
        ("/beheer/login/", LARGEST_IN_OFFICE + 1, True),
        ("/melden/", "onzin", True),
        ("/melden/", "-1", True),
        pytest.param("/melden/", "9" * 5000, True, id="of-5000-digits"),
    ],
)
def test_who_sends_more_than_a_form_takes_is_refused_before_it_is_read(address: str, length: int | str, refused: bool):
    answer = Client().post(address, b"", content_type="application/octet-stream", CONTENT_LENGTH=str(length))
    assert (answer.status_code == 413, "Dit is te groot" in answer.content.decode()) == (refused, refused)
