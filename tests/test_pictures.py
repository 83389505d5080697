"""Pictures: what comes in is checked by its content, what is kept holds pixels only, what goes out is WebP."""

import re
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.urls import reverse
from PIL import Image, ImageCms, ImageSequence

from optil_portal.records.consent import Consent
from optil_portal.records.pictures import MAX_BYTES, CheckedImageFormField, cleaned
from projects.models import ProjectImage
from tests.factories import image_bytes, make_consultant, make_project, make_project_image, upload
from tests.forms import form_data
from tests.running import ROOT

STYLESHEET = ROOT / "static" / "css" / "site.css"
TOO_HEAVY = "Dit bestand is groter dan 10 MB. Verklein de afbeelding en probeer opnieuw."
TOO_LARGE = "Deze afbeelding telt meer dan 40 megapixels. Verklein ze en probeer opnieuw."
WRONG_KIND = "Dit is geen JPEG, PNG of WebP. Kies een ander bestand."
DAMAGED = "Dit bestand is beschadigd en kan niet gelezen worden."
NO_ALT = "Beschrijf het beeld, of vink ‘enkel versiering’ aan."
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
METADATA = {"exif", "xmp", "icc_profile", "comment"}
SCRIPT = b"<script>alert('hier')</script>"


@pytest.fixture(autouse=True)
def media_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def kept(content: bytes, name: str = "foto.jpg") -> Image.Image:
    """The image that is kept of an upload, loaded."""
    image = Image.open(cleaned(upload(name, content)))
    image.load()
    return image


def pixel(image: Image.Image, place: tuple[int, int] = (5, 5)) -> tuple[int, ...]:
    """The value of each channel of a pixel."""
    values = image.getpixel(place)
    assert isinstance(values, tuple)
    return values


def colour(image: Image.Image, place: tuple[int, int] = (5, 5)) -> str:
    """The strongest colour of a pixel."""
    values = pixel(image, place)[:3]
    return ("red", "green", "blue")[values.index(max(values))]


def png_head(width: int, height: int) -> bytes:
    """A PNG that promises a size and holds next to nothing."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [head, b"IDAT" + zlib.compress(b"\0" * 100), b"IEND"]
    framed = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(framed)


def camera_jpeg() -> bytes:
    """A JPEG as a telephone writes it: on its side, with the place, a thumbnail's worth of metadata and a profile."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter clockwise
    exif[0x010F] = "Telefoon van Jan"
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 3.0, 0.0), 3: "E", 4: (3.0, 43.0, 0.0)})
    photo = Image.new("RGB", (800, 600), "red")
    photo.paste("blue", (0, 0, 400, 600))
    result = BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo.save(result, "JPEG", exif=exif, icc_profile=profile, xmp=b"<x:xmpmeta>Jan</x:xmpmeta>", comment=b"Jan")
    return result.getvalue()


def test_a_photograph_is_kept_upright_without_what_the_camera_wrote():
    sent = camera_jpeg()
    assert all(trace in sent for trace in (b"Telefoon van Jan", b"xmpmeta", b"ICC_PROFILE"))
    photo = kept(sent)
    assert (photo.format, photo.mode, photo.size) == ("WEBP", "RGB", (600, 800))
    assert [colour(photo, place) for place in ((300, 100), (300, 700))] == ["blue", "red"]
    assert dict(photo.getexif()) == {}
    assert METADATA & set(photo.info) == set()


def test_nothing_but_pixels_is_in_the_kept_file():
    kept_bytes = cleaned(upload(content=camera_jpeg())).read()
    assert [mark for mark in (b"EXIF", b"XMP ", b"ICCP", b"Jan", b"Telefoon") if mark in kept_bytes] == []


@pytest.mark.parametrize(
    ("content", "name", "mode"),
    [
        pytest.param(image_bytes("JPEG"), "foto.jpg", "RGB", id="jpeg"),
        pytest.param(image_bytes("PNG"), "beeld.png", "RGB", id="png"),
        pytest.param(image_bytes("WEBP"), "beeld.webp", "RGB", id="webp"),
        pytest.param(image_bytes("PNG", mode="RGBA"), "logo.png", "RGBA", id="transparent-png"),
        pytest.param(image_bytes("WEBP", mode="RGBA"), "logo.webp", "RGBA", id="transparent-webp"),
        pytest.param(image_bytes("PNG", mode="P", transparency=0), "logo.png", "RGBA", id="palette-with-a-hole"),
        pytest.param(image_bytes("PNG", mode="P"), "logo.png", "RGB", id="palette"),
        pytest.param(image_bytes("JPEG", mode="L"), "oud.jpg", "RGB", id="grey"),
        pytest.param(image_bytes("JPEG", mode="CMYK"), "druk.jpg", "RGB", id="print-colours"),
        pytest.param(image_bytes("PNG"), "verkeerde-naam.jpg", "RGB", id="png-named-jpg"),
        pytest.param(image_bytes("JPEG", icc_profile=b"geen profiel"), "foto.jpg", "RGB", id="broken-profile"),
    ],
)
def test_what_we_take_becomes_webp(content: bytes, name: str, mode: str):
    file = cleaned(upload(name, content))
    image = Image.open(file)
    assert (file.name, image.format, image.mode, image.size) == (f"{Path(name).stem}.webp", "WEBP", mode, (1600, 1000))
    assert METADATA & set(image.info) == set()


def test_transparency_stays():
    assert pixel(kept(image_bytes("PNG", mode="RGBA"), "logo.png"))[3] == 128


def test_sixteen_bits_of_grey_are_scaled_and_not_cut_off():
    deep = BytesIO()
    Image.new("I;16", (20, 20), 32768).save(deep, "PNG")
    assert 120 < pixel(kept(deep.getvalue(), "scan.png"))[0] < 136


def test_colours_of_another_profile_become_srgb():
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    swapped = bytearray(plain.tobytes())
    red, green = swapped.find(b"rXYZ"), swapped.find(b"gXYZ")
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    sent = image_bytes(icc_profile=bytes(swapped))  # green, in a profile in which that colour is red
    assert (colour(Image.open(BytesIO(sent))), colour(kept(sent))) == ("green", "red")


def test_of_a_moving_picture_the_first_frame_stays():
    moving = BytesIO()
    Image.new("RGB", (20, 20), "red").save(
        moving, "WEBP", save_all=True, append_images=[Image.new("RGB", (20, 20), "blue")]
    )
    still = kept(moving.getvalue(), "film.webp")
    assert (len(list(ImageSequence.Iterator(still))), colour(still)) == (1, "red")


def test_a_very_large_picture_is_kept_no_larger_than_anybody_sees():
    assert kept(image_bytes(size=(6000, 3000))).size == (2400, 1200)


def test_a_script_behind_the_picture_does_not_come_through():
    assert SCRIPT not in cleaned(upload("foto.jpg", image_bytes() + SCRIPT)).read()


def large_png(pixels: tuple[int, int]) -> bytes:
    """A PNG of one colour, small in bytes whatever its size."""
    result = BytesIO()
    Image.new("1", pixels).save(result, "PNG")
    return result.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        pytest.param("foto.jpg", b"Dit is tekst.", WRONG_KIND, id="text-named-jpg"),
        pytest.param("logo.svg", SVG, WRONG_KIND, id="svg"),
        pytest.param("logo.png", SVG, WRONG_KIND, id="svg-named-png"),
        pytest.param("film.gif", image_bytes("GIF", mode="P"), WRONG_KIND, id="gif"),
        pytest.param("scan.tiff", image_bytes("TIFF"), WRONG_KIND, id="tiff"),
        pytest.param("foto.jpg", b"%PDF-1.7 ...", WRONG_KIND, id="pdf-named-jpg"),
        pytest.param("groot.png", large_png((8200, 5000)), TOO_LARGE, id="41-megapixels"),
        pytest.param("bom.png", png_head(12_000, 12_000), TOO_LARGE, id="144-megapixels-promised"),
        pytest.param("bom.png", png_head(60_000, 60_000), TOO_LARGE, id="3600-megapixels-promised"),
        pytest.param("zwaar.jpg", image_bytes() + bytes(MAX_BYTES), TOO_HEAVY, id="over-10-mb"),
        pytest.param("half.jpg", image_bytes()[:2000], DAMAGED, id="truncated-jpeg"),
        pytest.param("half.png", image_bytes("PNG")[:400], DAMAGED, id="truncated-png"),
        pytest.param("half.webp", image_bytes("WEBP")[:60], DAMAGED, id="truncated-webp"),
        pytest.param("leeg.png", png_head(300, 300), DAMAGED, id="png-without-its-pixels"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(name: str, content: bytes, reason: str):
    with pytest.raises(ValidationError) as refusal:
        CheckedImageFormField().clean(upload(name, content))
    assert refusal.value.messages == [reason]


def test_exactly_10_mb_and_40_megapixels_are_taken():
    padded = image_bytes().ljust(MAX_BYTES, b"\0")
    assert cleaned(upload("foto.jpg", padded)).name == "foto.webp"
    assert cleaned(upload("groot.png", large_png((8000, 5000)))).name == "groot.webp"


def files(folder: Path) -> set[str]:
    """The files in a folder and the folders in it."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def photo():
    return make_project_image(image=cleaned(upload()), alt="Kinderen in de leeszaal")


class TestThumbnails:
    def test_they_are_made_when_the_picture_is_saved(self, photo, tmp_path):
        folder = "beelden/foto"
        widths = ("386w.webp", "773w.webp", "1160w.webp")
        assert files(tmp_path) == {
            f"{folder}.webp",
            *(f"{folder}/{width}" for width in widths),
            *(f"{folder}/3_2/{width}" for width in widths),
        }
        with Image.open(tmp_path / folder / "3_2/773w.webp") as thumbnail:
            assert (thumbnail.format, thumbnail.size) == ("WEBP", (773, 515))
            assert METADATA & set(thumbnail.info) == set()

    def test_a_page_offers_them_with_the_description_and_the_size(self, photo):
        tag = Template("{% load pictures %}{% picture photo.image img_alt=photo.alt m=6 %}")
        html = tag.render(Context({"photo": photo}))
        assert 'type="image/webp"' in html
        assert {f"/media/beelden/foto/{width}w.webp {width}w" in html for width in (386, 773, 1160)} == {True}
        assert 'alt="Kinderen in de leeszaal"' in html
        assert 'width="1600"' in html
        assert 'height="1000"' in html

    @pytest.mark.parametrize(
        ("x", "y", "focus"),
        [
            pytest.param(50, 50, "x5 y5", id="middle"),
            pytest.param(0, 100, "x0 y10", id="corner"),
            pytest.param(34, 35, "x3 y4", id="rounded"),
        ],
    )
    def test_a_page_keeps_the_focus_in_sight(self, photo, client, x, y, focus):
        ProjectImage.objects.filter(pk=photo.pk).update(focus_x=x, focus_y=y)
        page = client.get(photo.project.get_absolute_url()).content.decode()
        assert f'<figure class="cover wide {focus}">' in page
        known = set(re.findall(r"\.([xy]\d+) \{ --[xy]: \d+%; \}", STYLESHEET.read_text()))
        assert {*focus.split()} - known <= {"x5", "y5"}  # which are the middle anyway

    def test_a_small_picture_has_one_of_its_own_size(self, tmp_path):
        small = make_project_image(image=cleaned(upload(content=image_bytes(size=(200, 100)))))
        assert files(tmp_path) == {"beelden/foto.webp", "beelden/foto/200w.webp", "beelden/foto/3_2/150w.webp"}
        html = Template("{% load pictures %}{% picture photo.image ratio='3/2' %}").render(Context({"photo": small}))
        assert "/media/beelden/foto/3_2/150w.webp 150w" in html

    def test_all_files_go_with_the_picture(self, photo, tmp_path, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            photo.delete()
        assert files(tmp_path) == set()

    def test_the_old_files_go_when_another_picture_takes_the_place(
        self, photo, tmp_path, django_capture_on_commit_callbacks
    ):
        photo.image = cleaned(upload("nieuw.jpg"))
        with django_capture_on_commit_callbacks(execute=True):
            photo.save()
        assert {name.split("/")[1].split(".")[0] for name in files(tmp_path)} == {"nieuw"}
        assert ProjectImage.objects.get().image.name == "beelden/nieuw.webp"

    def test_the_files_stay_when_only_the_text_changes(self, photo, tmp_path, django_capture_on_commit_callbacks):
        before = files(tmp_path)
        photo.alt = "Nieuwe tekst"
        with django_capture_on_commit_callbacks(execute=True):
            photo.save()
        assert files(tmp_path) == before

    def test_a_portrait_can_be_taken_away(self, tmp_path, django_capture_on_commit_callbacks):
        consultant = make_consultant(portrait=cleaned(upload("gezicht.jpg")), consent=Consent.UNKNOWN)
        assert "consulenten/gezicht/1/386w.webp" in files(tmp_path)
        consultant.portrait = ""  # type: ignore[assignment]  # django-pictures has no types
        with django_capture_on_commit_callbacks(execute=True):
            consultant.save()
        assert files(tmp_path) == set()


class TestInTheAdmin:
    @pytest.fixture
    def project(self):
        return make_project()

    def send(self, admin_client, project, **picture):
        """Send the form of a project with one more picture."""
        address = reverse("admin:projects_project_change", args=[project.pk])
        row = {"images-TOTAL_FORMS": "1"} | {f"images-0-{name}": "50" for name in ("position", "focus_x", "focus_y")}
        sent = {f"images-0-{name}": value for name, value in picture.items()}
        return admin_client.post(address, form_data(admin_client.get(address)) | row | sent)

    def test_a_picture_without_a_description_is_refused(self, admin_client, project):
        response = self.send(admin_client, project, image=upload())
        assert NO_ALT in response.content.decode()
        assert project.images.count() == 0

    @pytest.mark.parametrize(
        "text",
        [pytest.param({"alt": "Een leeszaal"}, id="described"), pytest.param({"decorative": "on"}, id="decorative")],
    )
    def test_a_picture_with_a_description_or_none_needed_is_kept(self, admin_client, project, text):
        response = self.send(admin_client, project, image=upload("Vakantie foto.jpg", camera_jpeg()), **text)
        assert response.status_code == 302
        picture = project.images.get()
        assert (picture.image.name, picture.width, picture.height) == ("beelden/Vakantie_foto.webp", 600, 800)

    def test_a_wrong_file_is_refused_with_the_reason(self, admin_client, project):
        response = self.send(admin_client, project, image=upload("foto.jpg", SVG), alt="Een leeszaal")
        assert WRONG_KIND in response.content.decode()
        assert project.images.count() == 0

    def test_the_form_shows_what_is_kept_and_lets_it_go(
        self, admin_client, project, tmp_path, django_capture_on_commit_callbacks
    ):
        picture = make_project_image(project=project, image=cleaned(upload()))
        address = reverse("admin:projects_project_change", args=[project.pk])
        form = admin_client.get(address)
        assert '<img src="/media/beelden/foto/386w.webp" alt="" width="200">' in form.content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            admin_client.post(address, form_data(form) | {"images-0-DELETE": "on", "images-0-id": picture.pk})
        assert (project.images.count(), files(tmp_path)) == (0, set())
