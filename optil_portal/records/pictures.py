"""Pictures: checked by their content, stripped of what a camera writes into them, kept as WebP, with alt text."""

from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import models
from django.db.models import Q
from PIL import Image, ImageOps, UnidentifiedImageError
from pictures.models import PictureField

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
QUALITY = 88


def cleaned(upload: UploadedFile) -> UploadedFile:
    """`upload` as a WebP image that holds pixels only: turned upright, without metadata.

    Raises ValidationError, in Dutch, for a file over 10 MB, over 40 megapixels, of another kind than JPEG, PNG or
    WebP whatever its name says, or damaged.
    """
    if upload.size > MAX_BYTES:
        raise ValidationError("Dit bestand is groter dan 10 MB. Verklein de afbeelding en probeer opnieuw.")
    try:
        upload.seek(0)
        image = Image.open(upload, formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise ValidationError("Deze afbeelding telt meer dan 40 megapixels. Verklein ze en probeer opnieuw.")
        upright = ImageOps.exif_transpose(image)
        pixels = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except UnidentifiedImageError as error:
        raise ValidationError("Dit is geen JPEG, PNG of WebP. Kies een ander bestand.") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ValidationError("Dit bestand is beschadigd en kan niet gelezen worden.") from error
    pixels.info.clear()
    result = BytesIO()
    pixels.save(result, "WEBP", quality=QUALITY)
    return SimpleUploadedFile(f"{Path(upload.name or 'beeld').stem}.webp", result.getvalue(), "image/webp")


class CheckedImageFormField(forms.FileField):
    """An upload that is refused, with the reason, unless it is an image we can clean."""

    widget = forms.ClearableFileInput

    def to_python(self, data: Any) -> UploadedFile | None:
        """The cleaned image, or None when nothing was sent; raises ValidationError."""
        upload = super().to_python(data)
        return cleaned(upload) if upload else None

    def widget_attrs(self, widget: forms.Widget) -> dict[str, str]:
        """Let the browser offer images only."""
        return super().widget_attrs(widget) | {"accept": "image/jpeg,image/png,image/webp"}


class CheckedPictureField(PictureField):
    """A responsive picture whose upload is checked and cleaned."""

    def formfield(self, **kwargs: Any) -> forms.Field:
        """The field of a form."""
        return super().formfield(**{"form_class": CheckedImageFormField} | kwargs)


class Picture(models.Model):
    """A picture of a record, with a text for who does not see it, unless it only decorates."""

    image = CheckedPictureField(
        "afbeelding",
        upload_to="beelden",
        width_field="width",
        height_field="height",
        aspect_ratios=[None, "3/2"],
        help_text="JPEG, PNG of WebP, tot 10 MB en 40 megapixels.",
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    alt = models.CharField(
        "beschrijving", max_length=250, blank=True, help_text="Wat is er te zien, voor wie het beeld niet ziet?"
    )
    decorative = models.BooleanField(
        "enkel versiering", default=False, help_text="Vink aan als het beeld niets toevoegt; dan is geen tekst nodig."
    )
    credit = models.CharField("fotograaf of rechthebbende", max_length=160, blank=True)
    position = models.PositiveSmallIntegerField("volgorde", default=0)

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decorative=True) | ~Q(alt=""),
                name="%(class)s_has_alt_text",
                violation_error_message="Beschrijf het beeld, of vink ‘enkel versiering’ aan.",
            )
        ]

    def __str__(self) -> str:
        return self.alt or Path(self.image.name).name
