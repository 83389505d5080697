"""The second factor: a code from an app on the phone, or one of ten recovery codes on paper."""

from base64 import b32encode
from math import ceil
from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django_otp import devices_for_user
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

DIGITS = 6
RECOVERY_CODES = 10


def is_missing(user: Any) -> bool:
    """Whether a user gave their password and must still give a code."""
    return settings.SECOND_FACTOR and not user.is_verified()


def has_been_set_up(user: Any) -> bool:
    """Whether a user has an app that gives codes."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=True).exists()


def begin(user: Any) -> TOTPDevice:
    """An app to be confirmed, with a new secret: somebody else may have seen an earlier one."""
    TOTPDevice.objects.devices_for_user(user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def begun(user: Any) -> TOTPDevice:
    """The app to be confirmed, a new one when there is none."""
    return TOTPDevice.objects.devices_for_user(user, confirmed=False).first() or begin(user)


def drawn(device: TOTPDevice) -> SafeString:
    """The QR code that brings the secret into an app, as SVG without styles."""
    code = segno.make(device.config_url, error="m", micro=False)
    return mark_safe(code.svg_inline(omitsize=True, light="#fff", svgclass="qr", title="QR-code"))  # noqa: S308


def spelled(device: TOTPDevice) -> str:
    """The secret as somebody types it into an app, in groups of four."""
    secret = b32encode(device.bin_key).decode()
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


@transaction.atomic
def finish(device: TOTPDevice) -> list[str]:
    """Take an app into use instead of any other; the new recovery codes, which are shown only now."""
    reset(device.user, but=device)
    device.confirmed = True
    device.save()
    paper = StaticDevice.objects.create(user=device.user, name="herstelcodes")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=paper, token=code) for code in codes)
    return codes


def reset(user: User, but: Device | None = None) -> None:
    """Forget the second factor of a user, who sets up another one when they log in."""
    for device in [*devices_for_user(user, confirmed=None)]:
        if device != but:
            device.delete()


def device_of(user: Any, code: str) -> Device | None:
    """What should have given a code: the app when it is six long, else the paper."""
    kind = TOTPDevice if len(code) == DIGITS else StaticDevice
    return kind.objects.devices_for_user(user, confirmed=True).first()


@transaction.atomic
def accepts(device: TOTPDevice | StaticDevice, code: str) -> bool:
    """Whether a code is one that a device gives; each counts once, also when it is sent twice at a time."""
    return type(device).objects.select_for_update().get(pk=device.pk).verify_token(code)


def seconds_to_wait(device: Device | None) -> int:
    """How long no code is looked at, after wrong ones: twice as long after each."""
    allowed, why = device.verify_is_allowed() if device else (True, {})
    return 0 if allowed else max(1, ceil((why["locked_until"] - timezone.now()).total_seconds()))
