"""Files that mean harm: of a picture nothing but its pixels is kept and served, and no workbook keeps us at work."""

import struct
import zlib
from io import BytesIO
from time import process_time
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest
from django.test import Client
from django.urls import resolve, reverse
from PIL import Image

from optil_portal.records.exchange.files import NotReadError, read_table
from optil_portal.records.pictures import cleaned
from projects.models import ProjectImage
from tests.factories import image_bytes, make_project, upload
from tests.forms import form_data
from tests.test_pictures import DAMAGED, SCRIPT, SVG, TOO_LARGE, WRONG_KIND, png_head

PACKED = b"PK\x03\x04 geen archief PK\x05\x06"
PHP = b"<?php system($_GET['c']); ?>"
SHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SECONDS = 20  # of this process: what ran for minutes before it was refused, takes less than one


@pytest.fixture(autouse=True)
def media_of_its_own(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


def commented(words: bytes) -> bytes:
    """A JPEG with words in a comment."""
    result = BytesIO()
    Image.new("RGB", (60, 40), "red").save(result, "JPEG", comment=words)
    return result.getvalue()


def labelled(words: bytes) -> bytes:
    """A PNG with words in a text of its own."""
    chunk = b"tEXt" + b"Comment\0" + words
    framed = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    whole = image_bytes("PNG", size=(60, 40))
    return whole[:33] + framed + whole[33:]


def sent(client: Client, name: str, content: bytes) -> str:
    """What the admin says of a picture that somebody adds to a project."""
    address = reverse("admin:projects_project_change", args=[make_project().pk])
    row = {"images-TOTAL_FORMS": "1"} | {f"images-0-{field}": "50" for field in ("position", "focus_x", "focus_y")}
    picture = {"images-0-image": upload(name, content), "images-0-alt": "Een leeszaal"}
    return client.post(address, form_data(client.get(address)) | row | picture).content.decode()


POLYGLOTS = [
    pytest.param(image_bytes() + SCRIPT, SCRIPT, id="a-page-behind-a-picture"),
    pytest.param(image_bytes("PNG") + PACKED, PACKED, id="an-archive-behind-a-picture"),
    pytest.param(image_bytes("WEBP") + PHP, PHP, id="a-program-behind-a-picture"),
    pytest.param(commented(SCRIPT), SCRIPT, id="a-page-in-a-comment"),
    pytest.param(commented(PHP), PHP, id="a-program-in-a-comment"),
    pytest.param(labelled(SCRIPT), SCRIPT, id="a-page-in-a-text-of-a-picture"),
]


@pytest.mark.parametrize(("content", "harm"), POLYGLOTS)
def test_of_a_picture_that_is_something_else_too_only_the_picture_stays(content: bytes, harm: bytes):
    assert harm in content
    assert harm not in cleaned(upload("foto.jpg", content)).read()


@pytest.mark.parametrize("name", ["foto.html", "foto.php.jpg", "../../foto.svg", "foto.jpg\0.html", ".htaccess"])
def test_what_is_served_has_a_name_a_kind_and_a_policy_of_ours(admin_client: Client, rf, name: str):
    sent(admin_client, name, image_bytes() + SCRIPT)
    picture = ProjectImage.objects.get()
    asked = rf.get(picture.image.url)
    answer = resolve(asked.path).func(asked, path=picture.image.name)
    content = b"".join(answer.streaming_content)
    answer.close()
    assert picture.image.name.startswith("beelden/")
    assert (picture.image.name.endswith(".webp"), "/" in picture.image.name.removeprefix("beelden/")) == (True, False)
    assert (content[:4], content[8:12], SCRIPT in content) == (b"RIFF", b"WEBP", False)
    assert answer.headers["Content-Type"] == "image/webp"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none';")
    assert answer.headers["Content-Security-Policy"].endswith("; sandbox")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        pytest.param("logo.svg", SVG, WRONG_KIND, id="a-drawing-with-a-script"),
        pytest.param("logo.png", SVG, WRONG_KIND, id="a-drawing-named-otherwise"),
        pytest.param("foto.jpg", b"GIF89a" + SCRIPT, WRONG_KIND, id="a-page-that-begins-like-a-gif"),
        pytest.param("foto.jpg", b"%PDF-1.7 " + SCRIPT, WRONG_KIND, id="a-document"),
        pytest.param("foto.jpg", b"%!PS-Adobe-3.0 EPSF-3.0\n", WRONG_KIND, id="a-program-for-printers"),
        pytest.param("foto.jpg", b"\xff\xd8\xff" + SCRIPT, WRONG_KIND, id="a-page-that-begins-like-a-jpeg"),
        pytest.param("bom.png", png_head(60_000, 60_000), TOO_LARGE, id="a-bomb"),
        pytest.param("bom.png", png_head(2**31 - 1, 2**31 - 1), TOO_LARGE, id="the-largest-bomb"),
        pytest.param("bom.png", png_head(6000, 6000), DAMAGED, id="a-picture-that-is-cut-off"),
    ],
)
def test_a_hostile_picture_is_refused_in_dutch(admin_client: Client, name: str, content: bytes, why: str):
    assert why in sent(admin_client, name, content)
    assert ProjectImage.objects.count() == 0


def test_no_file_is_taken_from_who_is_not_in(client: Client):
    for address in ("/melden/", "/project-melden/", "/zoeken/", "/media/beelden/foto.jpg", "/beheer/login/"):
        client.post(address, {"image": upload("foto.jpg", image_bytes())})
    assert ProjectImage.objects.count() == 0


# Workbooks.


def workbook(rows: str, declared: str = "") -> bytes:
    """A workbook that holds some rows as they are written in the file."""
    plain, made = BytesIO(), BytesIO()
    openpyxl.Workbook().save(plain)
    sheet = f'<?xml version="1.0"?>{declared}<worksheet xmlns="{SPACE}"><sheetData>{rows}</sheetData></worksheet>'
    with ZipFile(plain) as read, ZipFile(made, "w", ZIP_DEFLATED) as written:
        for name in read.namelist():
            written.writestr(name, sheet if name == SHEET else read.read(name))
    return made.getvalue()


NESTED = "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True))
NAMED = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(workbook("<row/>" * 2_000_000), "te groot", id="a-bomb"),
        pytest.param(workbook(NAMED.format("x") + '<row r="999999999"/>'), "voorbij regel 100.000", id="a-far-row"),
        pytest.param(workbook('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "meer dan 200 kolommen", id="a-far-column"),
        pytest.param(
            workbook(NAMED.format("&j;"), f'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{NESTED}]>'), "beschadigd", id="laughs"
        ),
        pytest.param(
            workbook(NAMED.format("&e;"), '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
            "beschadigd",
            id="a-file-of-ours",
        ),
    ],
)
def test_a_hostile_workbook_is_refused_at_once_and_in_dutch(content: bytes, why: str):
    begun = process_time()
    with pytest.raises(NotReadError, match=why):
        read_table("projecten.xlsx", content)
    assert process_time() - begun < SECONDS
