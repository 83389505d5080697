"""Who guesses at passwords: from one address, from many, and what the answer betrays."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from optil_portal.staff.forms import POST_OFFICE
from optil_portal.staff.lockout import MOST_FROM_HOME, MOST_TO_ACCOUNT
from tests.staff import PASSWORD, make_account

LOGIN, FORGOTTEN = "/beheer/login/", "/beheer/wachtwoord-vergeten/"
AT_HOME = "198.51.100.7"
IN, REFUSED = 302, 429


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> None:
    cache.clear()


@pytest.fixture
def account() -> User:
    return make_account("Redactie")


def log_in(client: Client, name: str, password: str = PASSWORD, remote: str = AT_HOME) -> int:
    """The status of the answer to a name and a password."""
    return client.post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=remote).status_code


# Many tries.


def test_nobody_comes_in_after_the_limit_from_an_address_and_who_is_elsewhere_does(account: User, times: int | None):
    names = [account.username, *(f"naam{number}" for number in range(60))]
    answers = []
    for number in range(times or 120):
        password = PASSWORD if number > MOST_FROM_HOME else f"mis{number}"
        answers.append(log_in(Client(), names[number % len(names)], password, "203.0.113.9"))
    assert answers == [200] * MOST_FROM_HOME + [REFUSED] * (len(answers) - MOST_FROM_HOME)
    assert AccessAttempt.objects.count() == MOST_FROM_HOME
    assert log_in(Client(), account.username) == IN


def test_an_address_waits_for_all_accounts_after_many_wrong_passwords_and_no_other_address_does(account: User):
    for number in range(MOST_FROM_HOME):
        assert log_in(Client(), f"naam{number}", "mis", "203.0.113.9") == 200
    assert log_in(Client(), account.username, remote="203.0.113.9") == REFUSED
    assert log_in(Client(), account.username) == IN


def test_an_account_that_many_addresses_guess_at_is_closed_to_who_is_unknown_but_not_to_its_own_browser(account: User):
    own = Client()
    assert log_in(own, account.username) == IN
    known = own.cookies["known"].value
    own.logout()
    for number in range(MOST_TO_ACCOUNT):
        assert log_in(Client(), account.username, "mis", f"203.0.113.{number + 1}") == 200
    assert log_in(Client(), account.username) == REFUSED
    stranger = Client()
    stranger.cookies["known"] = f"x{known}"
    assert log_in(stranger, account.username) == REFUSED
    own.cookies["known"] = known
    assert log_in(own, account.username) == IN


def test_a_browser_knows_any_name_and_tells_none():
    account, client = make_account(username="şükrü"), Client()
    assert log_in(client, account.username) == IN
    assert client.cookies["known"].value.isascii()
    assert "ükr" not in client.cookies["known"].value


def test_a_browser_that_is_known_to_one_account_is_not_to_another(account: User):
    other, client = make_account(), Client()
    assert log_in(client, other.username) == IN
    for number in range(MOST_TO_ACCOUNT):
        log_in(Client(), account.username, "mis", f"203.0.113.{number + 1}")
    assert log_in(client, account.username) == REFUSED


def test_of_ipv6_a_home_counts_as_one_address(account: User):
    for number in range(5):
        log_in(Client(), account.username, "mis", f"2001:db8:1:2::{number}")
    assert log_in(Client(), account.username, remote="2001:db8:1:2:9::") == REFUSED
    assert log_in(Client(), account.username, remote="2001:db8:1:3::") == IN


def test_a_forged_address_does_not_begin_the_count_anew(account: User):
    for number in range(6):
        form = {"username": account.username, "password": "mis"}
        answer = Client().post(LOGIN, form, headers={"X-Forwarded-For": f"203.0.113.{number}"})
    assert answer.status_code == REFUSED


# What an answer betrays.


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were hashed, which is what takes the time."""
    found: list[str] = []
    hasher = MD5PasswordHasher.encode

    def encode(self: Any, password: str, salt: str) -> str:
        found.append(password)
        return hasher(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", encode)
    return found


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({}, id="known"),
        pytest.param({"is_active": False}, id="switched-off"),
        pytest.param({"is_staff": False}, id="no-staff"),
        pytest.param({"password": None}, id="without-a-password-yet"),
        pytest.param(None, id="unknown"),
    ],
)
def test_a_wrong_password_is_hashed_once_whoever_it_is_for(hashed: list[str], values: dict[str, Any] | None):
    name = "bestaat-niet" if values is None else make_account(**values).username
    hashed.clear()
    assert log_in(Client(), name, "mis") == 200
    assert len(hashed) == 1


class SlowBackend(EmailBackend):
    """A mail server that answers only when it may."""

    may_answer = threading.Event()

    def send_messages(self, messages: Any) -> int:
        self.may_answer.wait(30)
        return super().send_messages(messages)


@pytest.fixture
def slow_mail(settings) -> Iterator[threading.Event]:
    settings.EMAIL_BACKEND = f"{__name__}.SlowBackend"
    yield SlowBackend.may_answer
    SlowBackend.may_answer.set()


@pytest.mark.parametrize("exists", [True, False], ids=["account", "nobody"])
def test_the_answer_does_not_wait_for_the_letter(account: User, slow_mail: threading.Event, exists: bool):
    slow_mail.clear()
    answer = Client().post(FORGOTTEN, {"email": account.email if exists else "niemand@example.org"})
    assert (answer.status_code, mail.outbox) == (302, [])
    slow_mail.set()
    POST_OFFICE.submit(int).result(30)
    assert [letter.to for letter in mail.outbox] == ([[account.email]] if exists else [])


def test_the_letter_leads_to_the_portal_whatever_host_was_asked(account: User, settings):
    settings.ALLOWED_HOSTS, settings.PORTAL_URL = ["*"], "https://portaal.example"
    Client().post(FORGOTTEN, {"email": account.email}, headers={"host": "elders.example"})
    POST_OFFICE.submit(int).result(30)
    (letter,) = mail.outbox
    assert "https://portaal.example/beheer/wachtwoord-vergeten/" in str(letter.body)
    assert "elders" not in f"{letter.body}{letter.subject}"
