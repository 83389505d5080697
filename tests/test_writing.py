"""Somebody at work in a form of the back office, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect

pytestmark = pytest.mark.browser

FORM = "/beheer/projects/project/1/change/"


@pytest.fixture
def warned(consultant: Page) -> Iterator[list[str]]:
    """The kinds of warnings that the browser gave; whoever is warned stays, until the end of the test."""
    kinds: list[str] = []

    def stay(dialog: Dialog) -> None:
        kinds.append(dialog.type)
        dialog.dismiss()

    consultant.on("dialog", stay)
    consultant.goto(FORM)
    yield kinds
    consultant.remove_listener("dialog", stay)


LEAVING = [
    pytest.param("#header a[href='/beheer/']", id="by-a-link"),
    pytest.param(".object-tools button", id="by-checking-it-off"),
]


@pytest.mark.parametrize("way", LEAVING)
def test_who_leaves_what_they_typed_is_warned_and_keeps_it(way: str, consultant: Page, warned: list[str]):
    consultant.fill("#id_summary", "Nog niet bewaard.")
    consultant.locator(way).first.click(no_wait_after=True)
    expect(consultant.locator("#id_summary")).to_have_value("Nog niet bewaard.")
    assert warned == ["beforeunload"]
    consultant.fill("#id_summary", consultant.evaluate("document.querySelector('#id_summary').defaultValue"))


@pytest.mark.parametrize("way", LEAVING)
def test_who_changed_nothing_is_not_warned(way: str, consultant: Page, warned: list[str]):
    consultant.fill("#id_summary", "Iets")
    consultant.fill("#id_summary", consultant.evaluate("document.querySelector('#id_summary').defaultValue"))
    with consultant.expect_navigation():
        consultant.locator(way).first.click()
    assert warned == []


def test_who_saves_is_not_warned_but_is_when_it_is_refused(consultant: Page, warned: list[str]):
    title = consultant.input_value("#id_title")
    consultant.fill("#id_title", "")
    with consultant.expect_navigation():
        consultant.locator("[name=_continue]").first.click()
    assert (consultant.locator(".errornote").count(), warned) == (1, [])
    consultant.locator("#id_summary").click()
    consultant.locator("#header a[href='/beheer/']").first.click(no_wait_after=True)
    expect(consultant.locator("#id_title")).to_have_value("")
    assert warned == ["beforeunload"]
    consultant.fill("#id_title", title)
    with consultant.expect_navigation():
        consultant.locator("[name=_continue]").first.click()
    assert (consultant.locator(".success").count(), warned) == (1, ["beforeunload"])


def test_who_writes_sees_how_it_will_look(consultant: Page, warned: list[str]):
    preview = consultant.locator(".field-body .preview > div")
    expect(preview.locator("p").first).to_be_visible()
    written = consultant.input_value("#id_body")
    consultant.fill("#id_body", "Wij lezen **voor**.\n\n<b>x</b>")
    expect(preview.locator("strong")).to_have_text("voor")
    expect(preview).to_contain_text("<b>x</b>")
    consultant.fill("#id_body", written)
