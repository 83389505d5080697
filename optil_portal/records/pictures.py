"""Pictures: checked by their content, stripped of what a camera writes into them, kept as WebP, with alt text."""

from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import models, transaction
from django.db.models import Q
from pictures.models import PictureField, PictureFieldFile, PillowPicture
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from optil_portal.records.history import Remembered

FORMATS = ("JPEG", "PNG", "WEBP")
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
KEPT_EDGE = 2400  # twice the widest picture on a page; nobody ever sees more
QUALITY = 88

COVERS = 24  # in static/covers.svg

TOO_HEAVY = "Dit bestand is groter dan 10 MB. Verklein de afbeelding en probeer opnieuw."
TOO_LARGE = "Deze afbeelding telt meer dan 40 megapixels. Verklein ze en probeer opnieuw."
WRONG_KIND = "Dit is geen JPEG, PNG of WebP. Kies een ander bestand."
DAMAGED = "Dit bestand is beschadigd en kan niet gelezen worden."


def cover_of(record: int) -> str:
    """The id of one of the generated covers, by the id of a record; always the same one."""
    return f"c{record % COVERS}"


def cleaned(upload: File) -> UploadedFile:
    """`upload` as a WebP image that holds pixels only: upright, in sRGB, at most KEPT_EDGE long, without metadata.

    Of a moving image the first frame stays. Raises ValidationError, in Dutch, for a file over 10 MB, over
    40 megapixels, of another kind than JPEG, PNG or WebP whatever its name says, or damaged.
    """
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(TOO_HEAVY)
    image = opened(upload)
    if image.width * image.height > MAX_PIXELS:
        raise ValidationError(TOO_LARGE)
    try:
        pixels = upright_pixels(image)
    except Exception as error:  # Pillow tells of damage with a dozen kinds of exception
        raise ValidationError(DAMAGED) from error
    result = BytesIO()
    pixels.save(result, "WEBP", quality=QUALITY)  # Pillow adds no metadata that it is not handed
    return SimpleUploadedFile(f"{Path(upload.name or 'beeld').stem}.webp", result.getvalue(), "image/webp")


def opened(upload: File) -> Image.Image:
    """The image in `upload`, of which only the head is read; raises ValidationError when it is none we take."""
    try:
        upload.seek(0)
        return Image.open(upload, formats=FORMATS)
    except UnidentifiedImageError as error:
        raise ValidationError(WRONG_KIND) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ValidationError(TOO_LARGE) from error
    except Exception as error:
        raise ValidationError(DAMAGED) from error


def upright_pixels(image: Image.Image) -> Image.Image:
    """The pixels of `image` as a visitor must see them, and nothing else."""
    image.load()
    profile = image.info.get("icc_profile")
    ImageOps.exif_transpose(image, in_place=True)
    mode = "RGBA" if image.has_transparency_data else "RGB"
    if image.mode.startswith("I"):  # sixteen bits of grey, which Pillow would cut off instead of scale
        image = image.point(lambda grey: grey / 256).convert("L")
    if image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        image = image.convert(mode)
    image.thumbnail((KEPT_EDGE, KEPT_EDGE))
    return in_srgb(image, profile, mode).convert(mode)


def in_srgb(image: Image.Image, profile: bytes | None, mode: str) -> Image.Image:
    """`image` with its colours turned from its own `profile` to sRGB; as it is where the profile does not fit."""
    if not profile:
        return image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError):
        return image


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


class CheckedPictureFile(PictureFieldFile):
    """A stored picture with at least one thumbnail of every shape."""

    @property
    def aspect_ratios(self) -> dict[str | None, dict[str, dict[int, PillowPicture]]]:
        """The thumbnails by shape, kind and width; of an image smaller than them all, one as large as it is."""
        shapes = super().aspect_ratios
        for ratio, kinds in shapes.items():
            widest = min(self.width, int(self.height * Fraction(ratio))) if ratio else self.width
            for kind, thumbnails in kinds.items():
                if not thumbnails:
                    thumbnails[widest] = PillowPicture(self.name, kind, ratio, self.storage, widest)
        return shapes


class CheckedPictureField(PictureField):
    """A responsive picture whose upload is checked and cleaned, and whose files go when it is replaced."""

    attr_class = CheckedPictureFile

    def formfield(self, **kwargs: Any) -> forms.Field:
        """The field of a form."""
        return super().formfield(**{"form_class": CheckedImageFormField} | kwargs)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The file to store; an older one it takes the place of is removed with its thumbnails."""
        older = None if add else type(model_instance)._base_manager.filter(pk=model_instance.pk).first()
        file = super().pre_save(model_instance, add)
        if older and (old_file := getattr(older, self.attname)) and old_file.name != file.name:
            transaction.on_commit(lambda: old_file.delete(save=False))
        return file

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """What a migration writes: not the sizes, which come from the settings and touch no column."""
        name, path, args, kwargs = super().deconstruct()
        from_settings = ("container_width", "file_types", "pixel_densities", "grid_columns", "breakpoints")
        return name, path, args, {key: value for key, value in kwargs.items() if key not in from_settings}


class Picture(Remembered):
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
    focus_x = models.PositiveSmallIntegerField(
        "waar kijk je naar, van links (%)",
        default=50,
        help_text="Blijft in beeld als de foto wordt bijgesneden: 0–100.",
    )
    focus_y = models.PositiveSmallIntegerField(
        "waar kijk je naar, van boven (%)", default=50, help_text="0 is helemaal boven, 100 helemaal onder."
    )

    class Meta:
        abstract = True
        ordering: ClassVar = ["position", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decorative=True) | ~Q(alt=""),
                name="%(class)s_has_alt_text",
                violation_error_message="Beschrijf het beeld, of vink ‘enkel versiering’ aan.",
            ),
            models.CheckConstraint(
                condition=Q(focus_x__lte=100, focus_y__lte=100),
                name="%(class)s_focus_is_a_percentage",
                violation_error_message="Waar je naar kijkt ligt tussen 0 en 100 procent, van links en van boven.",
            ),
        ]

    def __str__(self) -> str:
        return self.alt or Path(self.image.name).name

    @property
    def told(self) -> str:
        """The text for who does not see the picture: none when it only decorates."""
        return "" if self.decorative else self.alt

    @property
    def focus(self) -> str:
        """The classes of the stylesheet, for every ten percent, that keep its focus in sight where it is cropped."""
        return f"x{(self.focus_x + 5) // 10} y{(self.focus_y + 5) // 10}"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Remove the picture and, once that is certain, its files: who asks for it must not find them at their URL."""
        file = self.image
        deleted = super().delete(*args, **kwargs)
        transaction.on_commit(lambda: file.delete(save=False))
        return deleted
