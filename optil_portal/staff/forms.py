"""What staff fill in at the door."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.models import User

from optil_portal.allowance import is_left
from optil_portal.staff import second_factor

LETTERS_TO_ACCOUNT = 3  # in an hour
POST_OFFICE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")
CODE = forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"})


class CodeForm(forms.Form):
    """A code that proves who a user is, from `device` when that is given, else from whatever they have."""

    code = forms.CharField(label="Code", max_length=20, widget=CODE)

    def __init__(self, user: User, device: Any = None, **kwargs: Any) -> None:
        """The form of a user."""
        super().__init__(**kwargs)
        self.user = user
        self.device = device

    def clean_code(self) -> str:
        """The code as it was meant; raises ValidationError when it is not right, or was looked for too often."""
        code = "".join(self.cleaned_data["code"].split()).lower()
        device = self.device or second_factor.device_of(self.user, code)
        if seconds := second_factor.seconds_to_wait(device):
            raise forms.ValidationError(f"Er waren te veel foute codes. Wacht {told(seconds)} en probeer het opnieuw.")
        self.device = device
        if not (device and second_factor.accepts(device, code)):
            raise forms.ValidationError("Deze code klopt niet, of is al gebruikt. Neem de code die de app nu toont.")
        return code


def told(seconds: int) -> str:
    """A time to wait, as people say it."""
    if seconds < 60:
        return "1 seconde" if seconds == 1 else f"{seconds} seconden"
    minutes = -(-seconds // 60)
    return "1 minuut" if minutes == 1 else f"{minutes} minuten"


class ForgottenPasswordForm(PasswordResetForm):
    """Asks for a letter with a link; a new account, which has no password yet, gets its first one so."""

    def get_users(self, email: str) -> Iterator[User]:
        """The active accounts with an address to which not too many letters went; who asks is told the same."""
        accounts = User.objects.filter(email__iexact=email, is_active=True)
        return (account for account in accounts if is_left(f"letter-{account.pk}", LETTERS_TO_ACCOUNT))

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the letters; their link leads to the portal, whatever host somebody asked for it."""
        portal = urlsplit(settings.PORTAL_URL)
        super().save(*args, **kwargs | {"domain_override": portal.netloc, "use_https": portal.scheme == "https"})

    def send_mail(self, *letter: Any, **told: Any) -> None:
        """Have a letter go out after the answer: who waits for it would hear that there is such an account."""
        POST_OFFICE.submit(super().send_mail, *letter, **told)
