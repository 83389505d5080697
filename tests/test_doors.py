"""How staff come in: a password, a code, and what happens to who has neither, or walks away."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from optil_portal.staff import forms
from optil_portal.staff.forms import told
from tests.running import environment, manage
from tests.staff import PASSWORD, logged_in, make_account
from tests.test_architecture import inline

LOGIN, STEP, SET_UP = "/beheer/login/", "/beheer/tweede-stap/", "/beheer/tweede-stap/instellen/"
FORGOTTEN = "/beheer/wachtwoord-vergeten/"
WRONG = (
    "Voer de correcte gebruikersnaam en wachtwoord voor een stafaccount in. Let op dat beide velden"
    " hoofdlettergevoelig zijn."
)
LOCKED = "Er waren te veel pogingen om met deze gebruikersnaam aan te melden. Probeer het over 30 minuten opnieuw."


@pytest.fixture(autouse=True)
def nobody_asked_for_letters_yet() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def letters_go_at_once(monkeypatch) -> None:
    monkeypatch.setattr(forms.POST_OFFICE, "submit", lambda send, *letter, **told: send(*letter, **told))


@pytest.fixture
def account() -> User:
    """Somebody who keeps records."""
    return make_account("Redactie")


def log_in(client: Client, username: str, password: str = PASSWORD, **options: Any):
    """The answer to a name and a password."""
    return client.post(LOGIN, {"username": username, "password": password, "next": "/beheer/"}, **options)


def shown(response) -> str:
    """The words of a page, as a person reads them."""
    return unescape(response.content.decode())


def code_of(device: TOTPDevice, steps: int = 0) -> str:
    """The code that the app shows, or showed or will show some steps of half a minute away."""
    app = TOTP(device.bin_key, drift=steps)
    app.time = timezone.now().timestamp()
    return f"{app.token():06}"


def wrong_code_of(device: TOTPDevice) -> str:
    """A code that the app shows at no time near now."""
    right = {code_of(device, steps) for steps in range(-2, 3)}
    return next(code for code in map("{:06}".format, range(9)) if code not in right)


def forget_the_wait(account: User) -> None:
    """As if the time to wait after wrong codes is over, and half a minute more."""
    TOTPDevice.objects.filter(user=account).update(throttling_failure_timestamp=None, last_t=-1)


@pytest.fixture
def asked(settings) -> None:
    """A portal that asks for a second factor."""
    settings.SECOND_FACTOR = True


@pytest.fixture
def device(account: User) -> TOTPDevice:
    """The app on the phone of the account."""
    return TOTPDevice.objects.create(user=account, name="app", confirmed=True)


class TestSecondFactor:
    @pytest.fixture(autouse=True)
    def required(self, asked):
        """Here it is asked for."""

    def test_who_comes_for_the_first_time_sets_it_up_and_is_in(self, client, account):
        answer = client.post(LOGIN, {"username": account.username, "password": PASSWORD, "next": "/beheer/igs/region/"})
        path = [answer.url]
        while not path[-1].startswith(SET_UP):
            path.append(client.get(path[-1]).url)
        assert path == [
            "/beheer/igs/region/",
            "/beheer/login/?next=/beheer/igs/region/",
            "/beheer/tweede-stap/?next=%2Fbeheer%2Figs%2Fregion%2F",
            "/beheer/tweede-stap/instellen/?next=%2Fbeheer%2Figs%2Fregion%2F",
        ]
        page = client.get(path[-1])
        device = TOTPDevice.objects.get(user=account)
        assert page.context["secret"].replace(" ", "") in device.config_url
        answer = client.post(path[-1], {"code": code_of(device), "next": "/beheer/igs/region/"})
        codes = re.findall(r"<li><code>(.*?)</code></li>", shown(answer))
        assert codes == answer.context["codes"]
        assert sorted(codes) == sorted(StaticToken.objects.values_list("token", flat=True))
        assert len(set(codes)) == 10
        assert 'href="/beheer/igs/region/"' in shown(answer)
        assert client.get("/beheer/igs/region/").status_code == 200
        assert [code for code in codes if code in shown(client.get(SET_UP))] == []

    @pytest.mark.parametrize("address", ["/beheer/", "/beheer/igs/region/", "/beheer/autocomplete/", "/beheer/jsi18n/"])
    def test_a_password_alone_opens_no_page(self, account, device, address):
        answer = logged_in(account).get(address)
        assert (answer.status_code, answer.url) == (302, f"/beheer/login/?next={address}")

    def test_a_code_of_the_app_opens_the_door_once(self, account, device):
        code = code_of(device)
        first, second = logged_in(account), logged_in(account)
        answer = first.post(STEP, {"code": f"{code[:3]} {code[3:]}", "next": "/beheer/igs/region/"})
        assert (answer.status_code, answer.url) == (302, "/beheer/igs/region/")
        assert first.get("/beheer/").status_code == 200
        assert "Deze code klopt niet, of is al gebruikt." in shown(second.post(STEP, {"code": code}))
        assert second.get("/beheer/").status_code == 302

    def test_a_recovery_code_opens_the_door_once(self, account, device):
        paper = account.staticdevice_set.create(name="herstelcodes")
        paper.token_set.create(token="abcd2345")
        first, second = logged_in(account), logged_in(account)
        assert first.post(STEP, {"code": "ABCD 2345"}).url == "/beheer/"
        assert first.get("/beheer/").status_code == 200
        assert "Deze code klopt niet" in shown(second.post(STEP, {"code": "abcd2345"}))

    @pytest.mark.parametrize("code", ["abcdef", "12345", "99999999", "ééééé", "1" * 20])
    def test_what_is_no_code_is_told_in_dutch(self, account, device, code):
        answer = logged_in(account).post(STEP, {"code": code})
        assert answer.context["form"].errors["code"] == [
            "Deze code klopt niet, of is al gebruikt. Neem de code die de app nu toont."
        ]

    def test_after_wrong_codes_even_the_right_one_has_to_wait(self, account, device):
        client = logged_in(account)
        for _ in range(8):
            client.post(STEP, {"code": wrong_code_of(device)})
            TOTPDevice.objects.update(throttling_failure_timestamp=timezone.now() - timedelta(hours=1))
        client.post(STEP, {"code": wrong_code_of(device)})
        answer = client.post(STEP, {"code": code_of(device)})
        assert answer.context["form"].errors["code"] == [
            "Er waren te veel foute codes. Wacht 5 minuten en probeer het opnieuw."
        ]
        forget_the_wait(account)
        assert client.post(STEP, {"code": code_of(device)}).status_code == 302

    def test_who_has_an_app_shows_a_code_before_another_one_is_set_up(self, account, device):
        client = logged_in(account)
        for ask in (client.get, client.post):
            assert ask(SET_UP, {"code": "123456"}).url.startswith(STEP)
        assert [one.pk for one in TOTPDevice.objects.all()] == [device.pk]

    def test_who_is_in_can_set_up_a_new_phone_and_the_old_one_is_forgotten(self, account, device):
        client = logged_in(account)
        client.post(STEP, {"code": code_of(device)})
        client.get(SET_UP)
        new = TOTPDevice.objects.get(confirmed=False)
        assert client.post(SET_UP, {"code": code_of(new)}).status_code == 200
        assert [one.pk for one in TOTPDevice.objects.all()] == [new.pk]
        assert client.get("/beheer/").status_code == 200

    def test_who_is_in_finds_where_to_set_it_up_anew(self, account, device, settings):
        client = logged_in(account)
        client.post(STEP, {"code": code_of(device)})
        link = f'<a href="{SET_UP}">Tweede stap</a>'
        assert link in shown(client.get("/beheer/"))
        settings.SECOND_FACTOR = False
        assert link not in shown(client.get("/beheer/"))

    def test_the_secret_is_another_one_each_time_it_is_shown(self, account):
        client = logged_in(account)
        first, second = (client.get(SET_UP).context["secret"] for _ in range(2))
        assert first != second
        assert TOTPDevice.objects.count() == 1

    def test_a_wrong_code_keeps_the_secret_that_was_scanned(self, account):
        client = logged_in(account)
        secret = client.get(SET_UP).context["secret"]
        answer = client.post(SET_UP, {"code": wrong_code_of(TOTPDevice.objects.get())})
        assert (answer.context["secret"], list(answer.context["form"].errors)) == (secret, ["code"])
        assert TOTPDevice.objects.get().confirmed is False

    def test_a_code_of_somebody_else_does_not_open_the_door(self, account, device):
        TOTPDevice.objects.create(user=(other := make_account("Redactie")), confirmed=True)
        assert logged_in(other).post(STEP, {"code": code_of(device)}).status_code == 200

    def test_nobody_is_sent_on_to_another_site(self, account, device):
        answer = logged_in(account).post(STEP, {"code": code_of(device), "next": "https://elders.example/"})
        assert answer.url == "/beheer/"

    @pytest.mark.parametrize("address", [STEP, SET_UP])
    def test_a_visitor_gives_a_password_first(self, client, address):
        assert client.get(address).url == f"{LOGIN}?next={address}"

    def test_a_lost_phone_is_forgotten_in_the_admin_and_who_was_in_is_out(self, account, device):
        client = logged_in(account)
        client.post(STEP, {"code": code_of(device)})
        helper = make_account("Redactie")
        own = TOTPDevice.objects.create(user=helper, confirmed=True)
        editor = logged_in(helper)
        editor.post(STEP, {"code": code_of(own)})
        answer = editor.post(
            "/beheer/auth/user/", {"action": "reset_second_factor", "_selected_action": [account.pk]}, follow=True
        )
        assert f"Stelt bij het aanmelden een nieuwe tweede stap in: {account.username}" in shown(answer)
        assert [one.pk for one in TOTPDevice.objects.all()] == [own.pk]
        (entry,) = LogEntry.objects.all()
        assert (entry.user, entry.get_change_message()) == (helper, "Tweede stap vergeten.")
        assert client.get("/beheer/", follow=True).redirect_chain[-1][0].startswith(SET_UP)

    def test_a_command_does_the_same_when_nobody_else_is_left(self, account, device, capsys):
        call_command("reset_second_factor", account.username)
        assert TOTPDevice.objects.count() == 0
        assert capsys.readouterr().out == f"{account.username} stelt bij het aanmelden een nieuwe tweede stap in.\n"
        with pytest.raises(CommandError, match=r"^Er is geen account met de gebruikersnaam niemand\.$"):
            call_command("reset_second_factor", "niemand")

    def test_no_page_at_the_door_is_kept_by_the_browser(self, account, device):
        client = logged_in(account)
        client.post(STEP, {"code": code_of(device)})
        assert "no-store" in client.get(SET_UP).headers["Cache-Control"]

    def test_no_page_at_the_door_holds_a_style_or_a_script_of_its_own(self, account):
        client = logged_in(account)
        pages = [Client().get(LOGIN), Client().get(FORGOTTEN), client.get(SET_UP)]
        device = TOTPDevice.objects.get()
        pages += [client.post(SET_UP, {"code": code_of(device)}), logged_in(account).get(STEP)]
        found = [inline(re.sub(r'<script src="[^"]+"( defer)?></script>', "", shown(page))) for page in pages]
        assert found == [[]] * 5


def test_where_it_is_not_asked_for_a_password_is_enough(account, device):
    assert logged_in(account).get("/beheer/").status_code == 200


@pytest.mark.parametrize(
    ("given", "asked_for"),
    [
        pytest.param({}, "False", id="demo"),
        pytest.param({"SECOND_FACTOR": "1"}, "True", id="demo-that-asks"),
        pytest.param({"PORTAL_ENV": "production", "SECRET_KEY": "x", "ALLOWED_HOSTS": "x.be"}, "True", id="production"),
    ],
)
def test_production_asks_for_it(tmp_path, given, asked_for):
    settings = environment(tmp_path) | given
    told = manage(settings, "shell", "-v0", "-c", "from django.conf import settings; print(settings.SECOND_FACTOR)")
    assert told.stdout.strip() == asked_for


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 seconde"), (59, "59 seconden"), (60, "1 minuut"), (61, "2 minuten"), (3600, "60 minuten")],
)
def test_a_time_to_wait_is_told_as_people_say_it(seconds, words):
    assert told(seconds) == words


class TestLockout:
    def fail(self, username: str, times: int = 5, **options: Any):
        """The last answer to wrong passwords."""
        return [log_in(Client(), username, "mis", **options) for _ in range(times)][-1]

    def test_five_wrong_passwords_lock_an_account_from_that_address(self, account):
        answer = self.fail(account.username, 4)
        assert (answer.status_code, answer.context["form"].non_field_errors()) == (200, [WRONG])
        answers = [self.fail(account.username, 1), log_in(Client(), account.username)]
        assert [(answer.status_code, LOCKED in shown(answer)) for answer in answers] == [(429, True)] * 2

    def test_nothing_tells_whether_the_account_is_there(self, account):
        off = make_account(is_active=False)
        no_staff = make_account(is_staff=False)
        names = [account.username, off.username, no_staff.username, "bestaat-niet"]
        for times in (1, 4):  # a wrong password, and then the one that locks
            answers = [self.fail(name, times) for name in names]
            pages = {
                re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", shown(answer)).replace(name, "NAAM")
                for name, answer in zip(names, answers, strict=True)
            }
            assert ({answer.status_code for answer in answers}, len(pages)) == ({200} if times == 1 else {429}, 1)

    def test_another_address_and_another_account_are_not_locked(self, account):
        self.fail(account.username)
        other = make_account("Redactie")
        assert log_in(Client(), account.username, REMOTE_ADDR="203.0.113.9").status_code == 302
        assert log_in(Client(), other.username).status_code == 302

    def test_a_right_password_starts_the_count_anew(self, account):
        for _ in range(2):
            self.fail(account.username, 4)
            assert log_in(Client(), account.username).status_code == 302

    def test_the_lock_opens_after_half_an_hour_and_no_later_for_who_keeps_trying(self, account):
        self.fail(account.username)
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=29))
        assert self.fail(account.username, 3).status_code == 429
        AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=31))
        assert log_in(Client(), account.username).status_code == 302

    def test_who_is_in_stays_in(self, account):
        client = logged_in(account)
        self.fail(account.username)
        assert client.get("/beheer/").status_code == 200

    def test_no_password_is_written_down(self, account):
        log_in(Client(), account.username, "bijna goed geheim")
        assert "bijna goed geheim" not in str(AccessAttempt.objects.values())


class TestSession:
    def test_who_does_nothing_for_an_hour_is_asked_again(self, client, account, settings):
        log_in(client, account.username)
        session = Session.objects.get()
        assert timedelta(minutes=59) < session.expire_date - timezone.now() <= timedelta(minutes=60)
        Session.objects.update(expire_date=timezone.now() + timedelta(minutes=1))
        client.get("/beheer/")
        assert Session.objects.get().expire_date - timezone.now() > timedelta(minutes=59)
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
        assert client.get("/beheer/").url == f"{LOGIN}?next=/beheer/"

    @pytest.mark.parametrize(
        "address", ["/", "/projecten/", "/zoeken/?q=lezen", "/regios.json", "/bestaat-niet/", "/melden/"]
    )
    def test_no_page_for_everybody_looks_at_it(self, account, address):
        answer = logged_in(account).get(address)
        session = answer.wsgi_request.session
        assert (session.accessed, session.modified, answer.cookies) == (False, False, {})
        assert (answer.wsgi_request.COOKIES, answer.wsgi_request.user.is_anonymous) == ({}, True)

    def test_a_password_that_changed_ends_the_others(self, account):
        here, there = logged_in(account), logged_in(account)
        new = {"old_password": PASSWORD, "new_password1": "nog vier andere woorden"}
        answer = here.post(reverse("admin:password_change"), new | {"new_password2": "nog vier andere woorden"})
        assert answer.status_code == 302
        assert [client.get("/beheer/").status_code for client in (here, there)] == [200, 302]


class TestForgottenPassword:
    def test_the_login_page_leads_to_it(self, client):
        assert f'href="{FORGOTTEN}"' in shown(client.get(LOGIN))

    @pytest.mark.parametrize("password", [PASSWORD, None], ids=["forgotten", "new-account"])
    def test_a_letter_brings_somebody_in_again(self, client, password):
        account = make_account("Redactie", password=password)
        assert client.post(FORGOTTEN, {"email": account.email.upper()}).url == f"{FORGOTTEN}verstuurd/"
        (letter,) = mail.outbox
        assert letter.to == [account.email]
        assert letter.subject == "Je wachtwoord voor het beheer van 127.0.0.1:8000"
        (link,) = re.findall(r"http://127.0.0.1:8000(/beheer/wachtwoord-vergeten/\S+/)", str(letter.body))
        form = client.get(link)
        new = {
            "new_password1": "vijf splinternieuwe losse woorden",
            "new_password2": "vijf splinternieuwe losse woorden",
        }
        assert client.post(form.url, new).url == f"{FORGOTTEN}klaar/"
        assert 'href="/beheer/login/"' in shown(client.get(f"{FORGOTTEN}klaar/"))
        assert log_in(Client(), account.username, "vijf splinternieuwe losse woorden").status_code == 302
        assert "Wachtwoordherinitialisatie mislukt" in shown(client.get(link))

    def test_an_account_gets_no_more_than_three_letters_an_hour(self, client, monkeypatch):
        account, other = make_account(), make_account()
        answers = {client.post(FORGOTTEN, {"email": account.email}).url for _ in range(5)}
        client.post(FORGOTTEN, {"email": other.email})
        assert answers == {f"{FORGOTTEN}verstuurd/"}
        assert [letter.to[0] for letter in mail.outbox] == [account.email] * 3 + [other.email]
        later = timezone.now() + timedelta(hours=1)
        monkeypatch.setattr(timezone, "now", lambda: later)
        client.post(FORGOTTEN, {"email": account.email})
        assert mail.outbox[-1].to == [account.email]

    @pytest.mark.parametrize("exists", [True, False], ids=["account", "nobody"])
    def test_nobody_asks_for_more_than_ten_letters_an_hour_from_an_address(self, client, exists):
        addresses = [make_account().email if exists else f"niemand{n}@example.org" for n in range(11)]
        *asked, refused = [client.post(FORGOTTEN, {"email": address}) for address in addresses]
        assert {answer.status_code for answer in asked} == {302}
        assert (refused.status_code, len(mail.outbox)) == (429, 10 if exists else 0)
        assert "probeer het anders over een uur opnieuw" in shown(refused)
        assert client.post(FORGOTTEN, {"email": addresses[0]}, REMOTE_ADDR="198.51.100.7").status_code == 302

    @pytest.mark.parametrize("email", ["niemand@example.org", "uit@example.org"])
    def test_the_answer_is_the_same_for_who_has_no_account(self, client, email):
        make_account(is_active=False, email="uit@example.org")
        assert client.post(FORGOTTEN, {"email": email}).url == f"{FORGOTTEN}verstuurd/"
        assert mail.outbox == []

    def test_a_letter_does_not_replace_the_second_factor(self, client, asked, account, device):
        client.post(FORGOTTEN, {"email": account.email})
        (link,) = re.findall(r"http://127.0.0.1:8000(\S+)", str(mail.outbox[0].body))
        form = client.get(link)
        new = {
            "new_password1": "vijf splinternieuwe losse woorden",
            "new_password2": "vijf splinternieuwe losse woorden",
        }
        client.post(form.url, new)
        log_in(client, account.username, "vijf splinternieuwe losse woorden")
        assert client.get("/beheer/").status_code == 302

    @pytest.mark.parametrize(
        ("given", "backend"),
        [
            pytest.param({}, "console", id="console"),
            pytest.param({"EMAIL_HOST": "mail.example"}, "smtp", id="server"),
        ],
    )
    def test_letters_go_where_the_settings_say(self, tmp_path, given, backend):
        code = "from django.conf import settings; print(settings.EMAIL_BACKEND)"
        told = manage(environment(tmp_path) | given, "shell", "-v0", "-c", code)
        assert told.stdout.strip() == f"django.core.mail.backends.{backend}.EmailBackend"


@pytest.mark.parametrize(
    ("address", "title"),
    [
        (FORGOTTEN, "Wachtwoord vergeten"),
        (f"{FORGOTTEN}verstuurd/", "Kijk in je mailbox"),
        (f"{FORGOTTEN}klaar/", "Je wachtwoord is veranderd"),
        (f"{FORGOTTEN}x/y/", "Wachtwoordherinitialisatie mislukt"),
    ],
)
def test_each_page_for_a_forgotten_password_is_in_the_dress_of_the_admin(client, address, title):
    text = shown(client.get(address))
    assert re.findall(r"<h1>(.*?)</h1>", text) == [title]
    assert "OP/TIL · beheer" in text
