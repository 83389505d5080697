"""Uploads in a bucket: kept there, sent by the portal, and gone with their record."""

from collections.abc import Callable, Iterator
from contextlib import closing
from io import BytesIO
from typing import Any

import boto3
import pytest
from django.http import Http404
from django.template import Context, Template
from django.test import RequestFactory
from moto.server import ThreadedMotoServer
from PIL import Image

from optil_portal.bucket import send
from optil_portal.records.pictures import cleaned
from tests.factories import make_project_image, number, upload


@pytest.fixture
def stored(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], set[str]]]:
    """What gives the names in a bucket of a service on this machine, in which the portal keeps its uploads."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "proef")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    server = ThreadedMotoServer("127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    bucket = settings.MEDIA_S3_BUCKET = f"portaal-{next(number)}"  # the service remembers those of before
    settings.MEDIA_S3_ENDPOINT = f"http://{host}:{port}"
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "optil_portal.bucket.Bucket"}}
    client = boto3.client("s3", endpoint_url=settings.MEDIA_S3_ENDPOINT)
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield lambda: {one["Key"] for one in client.list_objects_v2(Bucket=bucket).get("Contents", [])}
    server.stop()


def sent(path: str, **headers: str) -> Any:
    """What the portal answers for a file."""
    return send(RequestFactory().get(f"/media/{path}", headers=headers), path)


def test_a_picture_and_its_thumbnails_are_kept_there(stored: Callable[[], set[str]]):
    photo = make_project_image(image=cleaned(upload()))
    widths = ("386w.webp", "773w.webp", "1160w.webp")
    assert stored() == {
        "beelden/foto.webp",
        *(f"beelden/foto/{width}" for width in widths),
        *(f"beelden/foto/3_2/{width}" for width in widths),
    }
    html = Template("{% load pictures %}{% picture photo.image ratio='3/2' %}").render(Context({"photo": photo}))
    assert "/media/beelden/foto/3_2/386w.webp 386w" in html


def test_a_second_file_of_a_name_takes_no_place_of_another(stored: Callable[[], set[str]]):
    first, second = (make_project_image(image=cleaned(upload())).image.name for _ in range(2))
    assert (first, first != second, {first, second} <= stored()) == ("beelden/foto.webp", True, True)


def test_the_portal_sends_it_and_says_when_it_did_not_change(stored: Callable[[], set[str]]):
    make_project_image(image=cleaned(upload()))
    with closing(sent("beelden/foto/386w.webp")) as response, Image.open(BytesIO(b"".join(response))) as thumbnail:
        assert (response.headers["Content-Type"], thumbnail.format, thumbnail.width) == ("image/webp", "WEBP", 386)
    again = sent("beelden/foto/386w.webp", if_modified_since=response.headers["Last-Modified"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["beelden/nergens.webp", "../geheim", "beelden/", "9" * 1025])
def test_what_is_not_there_is_not_found(stored: Callable[[], set[str]], path: str):
    with pytest.raises(Http404):
        sent(path)


def test_all_files_go_with_the_picture(stored: Callable[[], set[str]], django_capture_on_commit_callbacks: Any):
    photo = make_project_image(image=cleaned(upload()))
    with django_capture_on_commit_callbacks(execute=True):
        photo.delete()
    assert stored() == set()
